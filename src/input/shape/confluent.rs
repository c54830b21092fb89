//! Provider integrations and keys of Confluent Cloud: what its CLI prints, as JSON and for people, and its REST API.
//!
//! The CLI calls the customer's role `customer_role_arn`, the API `customer_iam_role_arn`; versions 1 of both know AWS
//! alone, version 2 of the CLI Azure and Google Cloud alone. Source: the Confluent CLI and the API reference of pim/v1,
//! pim/v2 and byok/v1, as of 2026-08.

use super::Sign::{Has, HasOne, Is, Lacks};
use super::{Kind, Place, Reader, Shape, recognise};
use crate::input::confluent::{ByokKey, Integration};
use crate::input::model::Located;
use crate::input::reader::shown;

pub(super) static SHAPES: &[Shape] = &[
    Shape {
        name: "confluent provider-integration describe",
        signs: &[
            HasOne(&["iam_role_arn", "external_id", "customer_role_arn"]),
            Lacks("config"),
        ],
        read: |reader, place| {
            let keys = ["id", "name", "iam_role_arn", "external_id", "customer_role_arn"];
            read_integration(reader, place, "provider", keys);
        },
    },
    Shape {
        name: "confluent provider-integration describe, table",
        signs: &[HasOne(&["IAM Role ARN", "External ID", "Customer Role ARN"])],
        read: |reader, place| {
            let keys = ["ID", "Name", "IAM Role ARN", "External ID", "Customer Role ARN"];
            read_integration(reader, place, "Provider", keys);
        },
    },
    Shape {
        name: "confluent provider-integration v2 describe",
        signs: &[
            Has("display_name"),
            Has("provider"),
            Has("status"),
            Lacks("config"),
            Lacks("key"),
        ],
        read: |reader, place| note_other(reader, place, "id", "provider"),
    },
    Shape {
        name: "confluent provider-integration v2 describe, table",
        signs: &[HasOne(&[
            "Customer Azure Tenant ID",
            "Confluent Multi-Tenant App ID",
            "Google Service Account",
        ])],
        read: |reader, place| note_other(reader, place, "ID", "Provider"),
    },
    Shape {
        name: "confluent pim integration",
        signs: &[
            Is("config", Kind::Object),
            Has("provider"),
            HasOne(&["display_name", "id"]),
        ],
        read: |reader, place| {
            let keys = [
                "id",
                "display_name",
                "config/iam_role_arn",
                "config/external_id",
                "config/customer_iam_role_arn",
            ];
            read_integration(reader, place, "provider", keys);
        },
    },
    Shape {
        name: "confluent api list",
        signs: &[
            Is("data", Kind::Array),
            HasOne(&["api_version", "kind", "metadata"]),
        ],
        read: read_list,
    },
    Shape {
        name: "confluent byok describe",
        signs: &[
            Is("key", Kind::String),
            HasOne(&["roles", "cloud", "provider", "Roles"]),
        ],
        read: |reader, place| {
            let id = reader.peek(place, "id").map_or("ID", |_| "id");
            read_key(reader, place, id, "key", "roles");
        },
    },
    Shape {
        name: "confluent byok key",
        signs: &[
            Is("key", Kind::Object),
            HasOne(&["provider", "state", "display_name"]),
        ],
        read: |reader, place| read_key(reader, place, "id", "key/key_arn", "key/roles"),
    },
];

/// The ids, name and ARNs of an integration under these keys, in the order of the fields.
fn read_integration(reader: &mut Reader, place: Place, provider: &str, keys: [&str; 5]) {
    let [id, name, iam_role_arn, external_id, customer_role_arn] = keys;
    let other = reader.peek(place, provider).is_some_and(|at| {
        let tree = reader.sources.tree(at.doc);
        let text = tree.and_then(|tree| tree.string(at.node));
        text.is_some_and(|text| !text.trim().eq_ignore_ascii_case("aws"))
    });
    if other {
        note_other(reader, place, id, provider);
        return;
    }
    let integration = Integration {
        place,
        id: reader.text(place, id),
        name: reader.text(place, name),
        iam_role_arn: reader.text(place, iam_role_arn),
        external_id: reader.text(place, external_id),
        customer_role_arn: reader.text(place, customer_role_arn),
    };
    reader.found.integrations.push(integration);
}

/// Says that an integration is with another cloud, whose policies are not judged here.
fn note_other(reader: &mut Reader, place: Place, id: &str, provider: &str) {
    let id = reader.text(place, id);
    let cloud = reader.text(place, provider);
    let word = |text: &Option<Located<String>>, or: &str| {
        text.as_ref()
            .map_or_else(|| or.to_owned(), |text| format!("`{}`", shown(&text.value)))
    };
    let message = format!(
        "the provider integration {} is with {}, not with AWS, so there is nothing to judge of it",
        word(&id, "without an id"),
        word(&cloud, "another cloud")
    );
    reader.note(place, message);
}

/// A page of a list: whatever is known of its items. Items of other APIs are of no use here.
fn read_list(reader: &mut Reader, list: Place) {
    for item in reader.objects(list, "data") {
        let shape = recognise(reader, item).filter(|shape| shape.name != "confluent api list");
        if let Some(shape) = shape {
            (shape.read)(reader, item);
        }
    }
}

fn read_key(reader: &mut Reader, place: Place, id: &str, arn: &str, roles: &str) {
    // Keys of other clouds have ids and addresses in place of an ARN.
    let Some(key_arn) = reader
        .peek(place, arn)
        .and_then(|_| reader.text(place, arn))
        .filter(|key| key.value.starts_with("arn:"))
    else {
        let message = "this key is not one of AWS, so there is nothing to judge of it";
        reader.note(place, message.to_owned());
        return;
    };
    let roles = if reader.has_list(place, roles) {
        reader.texts(place, roles)
    } else {
        // The table for people has them in one cell.
        let cell = reader.text(place, roles);
        let words = cell.iter().flat_map(|cell| {
            let words = cell.value.split([',', ' ']).filter(|word| !word.is_empty());
            words.map(|word| Located {
                value: word.to_owned(),
                place: cell.place,
            })
        });
        words.collect()
    };
    let key = ByokKey {
        place,
        id: reader.text(place, id),
        key_arn,
        roles,
    };
    reader.found.byok_keys.push(key);
}
