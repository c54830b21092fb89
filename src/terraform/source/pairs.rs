//! Keys and values of collections, in the order in which Terraform goes through them.

use super::value::{Data, Member, Value};
use crate::source::Origin;

/// The keys and values of a collection that is known.
pub(super) fn pairs(collection: &Value) -> Option<Vec<(Value, Value)>> {
    match &collection.data {
        Data::List(items) => {
            let pair = |(number, item): (usize, &Value)| (Data::Number(number as f64).into(), item.clone());
            Some(items.iter().enumerate().map(pair).collect())
        }
        Data::Object(members) => {
            let pair = |member: &Member| {
                let key = Value::text(member.key.clone()).at(member.key_origin);
                (key, member.value.clone())
            };
            let mut members: Vec<&Member> = members.iter().collect();
            members.sort_by(|one, other| one.key.cmp(&other.key));
            Some(members.into_iter().map(pair).collect())
        }
        Data::Null => Some(Vec::new()),
        _ => None,
    }
}

/// Adds a member, or puts it in the place of the one of its key.
pub(super) fn put(members: &mut Vec<Member>, (key, key_origin): (String, Option<Origin>), value: Value) {
    let known = members.iter_mut().find(|known| known.key == key);
    let member = Member {
        key,
        key_origin,
        value,
    };
    match known {
        Some(known) => *known = member,
        None => members.push(member),
    }
}
