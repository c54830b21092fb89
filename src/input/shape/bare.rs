//! Policy documents that stand alone.

use super::Sign::Has;
use super::{Place, Reader, Shape, ram};
use crate::input::found::PolicyText;

pub(super) static SHAPES: &[Shape] = &[Shape {
    name: "policy",
    signs: &[Has("Statement")],
    read,
}];

fn read(reader: &mut Reader, place: Place) {
    if ram::is_bare(reader, place) {
        return ram::read_bare(reader, place);
    }
    let document = reader.policy_at(place);
    reader.found.texts.push(PolicyText {
        place,
        is_bare: true,
        version: None,
        is_default: None,
        document,
    });
}
