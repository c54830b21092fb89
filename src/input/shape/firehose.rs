//! Firehose delivery streams: `describe-delivery-stream`, `list-tags-for-delivery-stream` and the input of
//! `create-delivery-stream`.

use super::Sign::{Has, HasOne, Is, Lacks};
use super::{Kind, Place, Reader, Shape};
use crate::input::found::Listed;
use crate::input::model::{DeliveryStream, Setting};

pub(super) static SHAPES: &[Shape] = &[
    Shape {
        name: "describe-delivery-stream",
        signs: &[Has("DeliveryStreamDescription")],
        read,
    },
    Shape {
        name: "create-delivery-stream",
        signs: &[
            Has("DeliveryStreamName"),
            HasOne(&["DeliveryStreamType", "DeliveryStreamARN", "Tags"]),
            Lacks("DeliveryStreamDescription"),
        ],
        read: |reader, place| {
            // What creates a stream says all its tags.
            let tags = reader.has_list(place, "Tags").then(|| reader.tags(place, "Tags"));
            read_stream(reader, place, tags);
        },
    },
    Shape {
        name: "list-tags-for-delivery-stream",
        signs: &[Is("Tags", Kind::Array), Has("HasMoreTags")],
        read: read_tags,
    },
];

fn read(reader: &mut Reader, output: Place) {
    if let Some(place) = reader.object(output, "DeliveryStreamDescription") {
        read_stream(reader, place, None);
    }
}

fn read_stream(reader: &mut Reader, place: Place, tags: Option<Vec<Setting>>) {
    let Some(name) = reader.need_text(place, "DeliveryStreamName") else {
        return;
    };
    let stream = DeliveryStream {
        place,
        name,
        arn: reader.text(place, "DeliveryStreamARN"),
        kind: reader.text(place, "DeliveryStreamType"),
        tags,
    };
    reader.found.delivery_streams.push(stream);
}

fn read_tags(reader: &mut Reader, place: Place) {
    let items = reader.tags(place, "Tags");
    reader.found.stream_tags.push(Listed { place, items });
}
