//! Firehose delivery streams: `describe-delivery-stream` and `list-tags-for-delivery-stream`.

use super::Sign::{Has, Is};
use super::{Kind, Place, Reader, Shape};
use crate::input::found::Listed;
use crate::input::model::DeliveryStream;

pub(super) static SHAPES: &[Shape] = &[
    Shape {
        name: "describe-delivery-stream",
        signs: &[Has("DeliveryStreamDescription")],
        read,
    },
    Shape {
        name: "list-tags-for-delivery-stream",
        signs: &[Is("Tags", Kind::Array), Has("HasMoreTags")],
        read: read_tags,
    },
];

fn read(reader: &mut Reader, output: Place) {
    let Some(place) = reader.object(output, "DeliveryStreamDescription") else {
        return;
    };
    let Some(name) = reader.need_text(place, "DeliveryStreamName") else {
        return;
    };
    let tags = reader.has_list(place, "Tags").then(|| reader.tags(place, "Tags"));
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
