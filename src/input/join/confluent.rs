//! What Confluent's outputs say twice: integrations by id, connectors by name, keys by ARN.

use super::{conflict, file, fill_value};
use crate::input::confluent::{ByokKey, Integration, ManagedConnector};
use crate::input::inputs::Inputs;
use crate::input::model::Setting;
use crate::input::name;
use crate::input::reader::{Reader, shown};

/// Joins them into `inputs`.
pub(super) fn join(reader: &mut Reader, inputs: &mut Inputs) {
    for integration in std::mem::take(&mut reader.found.integrations) {
        add_integration(reader, &mut inputs.integrations, integration);
    }
    for connector in std::mem::take(&mut reader.found.managed_connectors) {
        add_connector(reader, &mut inputs.managed_connectors, connector);
    }
    for key in std::mem::take(&mut reader.found.byok_keys) {
        add_key(&mut inputs.byok_keys, key);
    }
}

fn add_integration(reader: &mut Reader, known: &mut Vec<Integration>, other: Integration) {
    let id = |one: &Integration| one.id.as_ref().map(|id| id.value.clone());
    let first = known
        .iter_mut()
        .find(|first| id(first).is_some() && id(first) == id(&other));
    let Some(first) = first else {
        known.push(other);
        return;
    };
    let of = format!("the provider integration `{}`", shown(first.label()));
    let what = |what: &str| format!("the {what} of {of}");
    fill_value(reader, &mut first.name, other.name, || what("name"));
    fill_value(reader, &mut first.iam_role_arn, other.iam_role_arn, || {
        what("IAM role ARN")
    });
    fill_value(reader, &mut first.external_id, other.external_id, || {
        what("external id")
    });
    fill_value(
        reader,
        &mut first.customer_role_arn,
        other.customer_role_arn,
        || what("customer role ARN"),
    );
}

/// One connector of each name in a folder: a list and a description may both tell of it.
fn add_connector(reader: &mut Reader, known: &mut Vec<ManagedConnector>, other: ManagedConnector) {
    let name = |one: &ManagedConnector| one.name.value.clone();
    let folder = name::folder(&file(reader, other.place)).to_owned();
    let first = known.iter().position(|first| {
        !name(first).is_empty()
            && name(first) == name(&other)
            && name::folder(reader.sources.name(first.place.doc)) == folder
    });
    let Some(first) = first.and_then(|first| known.get(first)) else {
        known.push(other);
        return;
    };
    let plain = |settings: &[Setting]| {
        let mut settings: Vec<_> = settings
            .iter()
            .map(|setting| (setting.key.value.clone(), setting.value.value.clone()))
            .collect();
        settings.sort();
        settings
    };
    if plain(&first.configuration) != plain(&other.configuration) {
        let what = format!("the configuration of the connector `{}`", shown(&name(first)));
        let (one, two) = (first.place, other.place);
        conflict(reader, &what, one, two);
    }
}

fn add_key(known: &mut Vec<ByokKey>, other: ByokKey) {
    let first = known
        .iter_mut()
        .find(|first| first.key_arn.value == other.key_arn.value);
    match first {
        // The list of keys leaves the roles out.
        Some(first) if first.roles.is_empty() => *first = other,
        Some(first) => {
            for role in other.roles {
                if first.roles.iter().all(|known| known.value != role.value) {
                    first.roles.push(role);
                }
            }
        }
        None => known.push(other),
    }
}
