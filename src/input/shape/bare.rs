//! Policy documents that stand alone.

use super::Sign::Has;
use super::{Place, Reader, Shape};
use crate::input::found::PolicyText;

pub(super) static SHAPES: &[Shape] = &[Shape {
    name: "policy",
    signs: &[Has("Statement")],
    read,
}];

fn read(reader: &mut Reader, place: Place) {
    let document = reader.policy_at(place);
    reader.found.texts.push(PolicyText {
        place,
        is_bare: true,
        version: None,
        is_default: None,
        document,
    });
}
