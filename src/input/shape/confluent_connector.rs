//! Connectors that Confluent Cloud runs: configuration files, what its CLI prints, and its REST API.
//!
//! Source: the Confluent CLI and the API reference of connect/v1, as of 2026-08.

use super::Sign::{Has, Is};
use super::{Kind, Place, Reader, Shape};
use crate::input::confluent::ManagedConnector;
use crate::input::model::{Located, Setting};
use crate::input::reader::shown;

pub(super) static SHAPES: &[Shape] = &[
    Shape {
        name: "confluent connector configuration",
        signs: &[Has("config/connector.class")],
        read: |reader, place| {
            let name = reader.text(place, "name");
            let settings = reader
                .object(place, "config")
                .map(|object| reader.settings(object));
            put(reader, place, name, settings.unwrap_or_default());
        },
    },
    Shape {
        name: "confluent connector configuration, bare",
        signs: &[Has("connector.class")],
        read: |reader, place| {
            let settings = reader.settings(place);
            put(reader, place, None, settings);
        },
    },
    Shape {
        name: "confluent connect cluster describe",
        signs: &[Is("connector", Kind::Object), Is("configs", Kind::Array)],
        read: read_description,
    },
];

fn read_description(reader: &mut Reader, place: Place) {
    let name = reader.text(place, "connector/name");
    let mut settings = Vec::new();
    for item in reader.objects(place, "configs") {
        let key = reader.need_text(item, "config");
        let value = reader.text(item, "value");
        settings.extend(key.zip(value).map(|(key, value)| Setting { key, value }));
    }
    put(reader, place, name, settings);
}

/// Settings that connectors have nowhere but on Confluent Cloud.
const OF_THE_CLOUD: [&str; 7] = [
    "provider.integration.id",
    "authentication.method",
    "kafka.auth.mode",
    "kafka.api.key",
    "kafka.service.account.id",
    "confluent.connector.type",
    "cloud.provider",
];

fn put(reader: &mut Reader, place: Place, name: Option<Located<String>>, configuration: Vec<Setting>) {
    let setting = |key: &str| {
        configuration
            .iter()
            .rev()
            .find(|setting| setting.key.value == key)
    };
    let name = name.or_else(|| setting("name").map(|setting| setting.value.clone()));
    let name = name.unwrap_or(Located {
        value: String::new(),
        place,
    });
    let has_package = setting("connector.class").is_some_and(|class| class.value.value.contains('.'));
    if has_package && OF_THE_CLOUD.iter().all(|key| setting(key).is_none()) {
        let message = format!(
            "the connector `{}` has the class of one that is run elsewhere than on Confluent Cloud, and this file does \
             not say where, so it is not judged",
            shown(&name.value)
        );
        reader.note(place, message);
        return;
    }
    reader.found.managed_connectors.push(ManagedConnector {
        place,
        name,
        configuration,
    });
}
