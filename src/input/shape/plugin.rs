//! What connectors are made of: `describe-custom-plugin` and `describe-worker-configuration`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Sign::Has;
use super::{Place, Reader, Shape};
use crate::input::model::{Located, Plugin, WorkerConfiguration};

pub(super) static SHAPES: &[Shape] = &[
    Shape {
        name: "describe-custom-plugin",
        signs: &[Has("customPluginArn")],
        read: read_plugin,
    },
    Shape {
        name: "describe-worker-configuration",
        signs: &[Has("workerConfigurationArn")],
        read: read_worker_configuration,
    },
];

fn read_plugin(reader: &mut Reader, place: Place) {
    let Some(arn) = reader.need_text(place, "customPluginArn") else {
        return;
    };
    let plugin = Plugin {
        place,
        arn,
        name: reader.text(place, "name"),
        bucket_arn: reader.text(place, "latestRevision/location/s3Location/bucketArn"),
        file_key: reader.text(place, "latestRevision/location/s3Location/fileKey"),
    };
    reader.found.plugins.push(plugin);
}

fn read_worker_configuration(reader: &mut Reader, place: Place) {
    let Some(arn) = reader.need_text(place, "workerConfigurationArn") else {
        return;
    };
    let name = reader.text(place, "name");
    let content = reader.text(place, "latestRevision/propertiesFileContent");
    let properties = content.and_then(|content| decode(reader, content));
    reader.found.worker_configurations.push(WorkerConfiguration {
        place,
        arn,
        name,
        properties,
    });
}

fn decode(reader: &mut Reader, content: Located<String>) -> Option<Located<String>> {
    let compact: String = content.value.split_ascii_whitespace().collect();
    let text = STANDARD
        .decode(compact)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok());
    if text.is_none() {
        reader.problem(
            content.place,
            "the content is not base64 of UTF-8 text".to_owned(),
        );
    }
    Some(Located {
        value: text?,
        place: content.place,
    })
}
