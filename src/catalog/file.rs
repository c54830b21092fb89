//! Reads the embedded catalogue in place.
//!
//! In: the bytes that `scripts/build-catalog.py` wrote; its head comment is the specification of the layout. Out:
//! rows and lists by number, and the number of a row by name. Invariants: every access is checked, so a damaged
//! file gives missing rows and empty lists, never a panic; nothing is copied; opening is `const` and so costs
//! nothing at start.

use std::cmp::Ordering;

#[cfg(test)]
mod tests;

/// The sections of a catalogue file, each a run of fixed-width little-endian records.
#[derive(Debug, Clone, Copy)]
pub(super) struct File<'a> {
    meta: &'a [u8],
    strings: &'a [u8],
    services: &'a [u8],
    actions: &'a [u8],
    types: &'a [u8],
    patterns: &'a [u8],
    keys: &'a [u8],
    templates: &'a [u8],
    lists: &'a [u8],
    items: &'a [u8],
}

/// A service as it is stored; the numbers are ranges of rows of actions and of types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct ServiceRow<'a> {
    pub(super) prefix: &'a str,
    pub(super) title: &'a str,
    pub(super) first_action: u16,
    pub(super) actions: u16,
    pub(super) first_type: u16,
    pub(super) types: u16,
    pub(super) incomplete: bool,
}

/// An action as it is stored; the last three are numbers of lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct ActionRow<'a> {
    pub(super) name: &'a str,
    pub(super) level: u8,
    pub(super) resources: u16,
    pub(super) keys: u16,
    pub(super) needs: u16,
}

/// A resource type as it is stored; the last two are numbers of lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct TypeRow<'a> {
    pub(super) name: &'a str,
    pub(super) service: u16,
    pub(super) patterns: u16,
    pub(super) keys: u16,
}

/// A condition key as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct KeyRow<'a> {
    pub(super) name: &'a str,
    pub(super) kind: u8,
    pub(super) multivalued: bool,
    pub(super) family: bool,
    pub(super) global: bool,
}

const MAGIC: &[u8; 8] = b"RCATLG01";
const SERVICE: usize = 22;
const ACTION: usize = 12;
const TYPE: usize = 12;
const KEY: usize = 8;
const STRING: usize = 6;
/// In an action's list of resources: the type is required.
const REQUIRED: u16 = 0x8000;

impl<'a> File<'a> {
    /// The sections named by the header; without the magic number every section is empty.
    pub(super) const fn open(bytes: &'a [u8]) -> Self {
        Self {
            meta: section(bytes, 0),
            strings: section(bytes, 1),
            services: section(bytes, 2),
            actions: section(bytes, 3),
            types: section(bytes, 4),
            patterns: section(bytes, 5),
            keys: section(bytes, 6),
            templates: section(bytes, 7),
            lists: section(bytes, 8),
            items: section(bytes, 9),
        }
    }

    /// The string number `index` of the meta section.
    pub(super) fn meta(&self, index: u16) -> Option<&'a str> {
        self.string(record(self.meta, index)?)
    }

    pub(super) fn service_count(&self) -> u16 {
        count::<SERVICE>(self.services)
    }

    pub(super) fn action_count(&self) -> u16 {
        count::<ACTION>(self.actions)
    }

    pub(super) fn key_count(&self) -> u16 {
        count::<KEY>(self.keys)
    }

    pub(super) fn service(&self, id: u16) -> Option<ServiceRow<'a>> {
        let row: &[u8; SERVICE] = record(self.services, id)?;
        let (strings, numbers) = row.split_at_checked(2 * STRING)?;
        let (prefix, title) = strings.split_at_checked(STRING)?;
        let mut numbers = numbers.as_chunks().0.iter().map(|pair| u16::from_le_bytes(*pair));
        Some(ServiceRow {
            prefix: self.string(prefix.first_chunk()?)?,
            title: self.string(title.first_chunk()?)?,
            first_action: numbers.next()?,
            actions: numbers.next()?,
            first_type: numbers.next()?,
            types: numbers.next()?,
            incomplete: numbers.next()? & 1 != 0,
        })
    }

    pub(super) fn action(&self, id: u16) -> Option<ActionRow<'a>> {
        let row: &[u8; ACTION] = record(self.actions, id)?;
        let [_, _, _, _, _, level, r0, r1, k0, k1, n0, n1] = *row;
        Some(ActionRow {
            name: text(self.action_bytes(row)?)?,
            level,
            resources: u16::from_le_bytes([r0, r1]),
            keys: u16::from_le_bytes([k0, k1]),
            needs: u16::from_le_bytes([n0, n1]),
        })
    }

    pub(super) fn resource_type(&self, id: u16) -> Option<TypeRow<'a>> {
        let row: &[u8; TYPE] = record(self.types, id)?;
        let [_, _, _, _, _, _, s0, s1, p0, p1, k0, k1] = *row;
        Some(TypeRow {
            name: self.string(row.first_chunk()?)?,
            service: u16::from_le_bytes([s0, s1]),
            patterns: u16::from_le_bytes([p0, p1]),
            keys: u16::from_le_bytes([k0, k1]),
        })
    }

    pub(super) fn key(&self, id: u16) -> Option<KeyRow<'a>> {
        let row: &[u8; KEY] = record(self.keys, id)?;
        let [_, _, _, _, _, _, kind, flags] = *row;
        Some(KeyRow {
            name: self.string(row.first_chunk()?)?,
            kind,
            multivalued: flags & 1 != 0,
            family: flags & 2 != 0,
            global: flags & 4 != 0,
        })
    }

    /// If `name` is key `id` with its placeholder filled by at least one byte: how many bytes are the key's own.
    ///
    /// Compares bytes and stops at the first that differs, since a look-up asks this of every template.
    pub(super) fn fills(&self, id: u16, name: &[u8]) -> Option<usize> {
        let row: &[u8; KEY] = record(self.keys, id)?;
        let own = self.string_bytes(row.first_chunk()?)?;
        let same = |(own, other): &(&u8, &u8)| **own != b'$' && own.eq_ignore_ascii_case(other);
        let head = own.iter().zip(name).take_while(same).count();
        let hole = own.get(head..)?.strip_prefix(b"${")?;
        let close = hole.iter().position(|byte| *byte == b'}')?;
        let tail = hole.get(close + 1..)?;
        let rest = name.get(head..)?;
        let filled = rest.len().checked_sub(tail.len()).filter(|filled| *filled > 0)?;
        rest.get(filled..)?
            .eq_ignore_ascii_case(tail)
            .then_some(head + tail.len())
    }

    /// The ARN pattern number `id`.
    pub(super) fn pattern(&self, id: u16) -> Option<&'a str> {
        self.string(record(self.patterns, id)?)
    }

    /// The numbers of the keys that have a placeholder, in order of name.
    pub(super) fn templates(&self) -> impl Iterator<Item = u16> + use<'a> {
        numbers(self.templates)
    }

    /// The members of list `id`; empty if there is no such list.
    pub(super) fn list(&self, id: u16) -> impl Iterator<Item = u16> + use<'a> {
        numbers(self.list_bytes(id).unwrap_or_default())
    }

    /// Whether there is a list `id`.
    #[cfg(test)]
    pub(super) fn list_exists(&self, id: u16) -> bool {
        self.list_bytes(id).is_some()
    }

    /// List `id` read as resources of an action: type, whether it is required, list of keys.
    pub(super) fn resources(&self, id: u16) -> impl Iterator<Item = (u16, bool, u16)> + use<'a> {
        let bytes = self.list_bytes(id).unwrap_or_default();
        bytes.as_chunks().0.iter().map(|[t0, t1, k0, k1]| {
            let kind = u16::from_le_bytes([*t0, *t1]);
            (
                kind & !REQUIRED,
                kind & REQUIRED != 0,
                u16::from_le_bytes([*k0, *k1]),
            )
        })
    }

    /// The number of the action of this full name in any ASCII case. About fifteen comparisons.
    pub(super) fn find_action(&self, name: &str) -> Option<u16> {
        let id = self.first_action_from(name.as_bytes());
        let found = self.action_bytes(record(self.actions, id)?)?;
        found.eq_ignore_ascii_case(name.as_bytes()).then_some(id)
    }

    /// The number of the first action whose lower-cased name is not below `name` lower-cased.
    pub(super) fn first_action_from(&self, name: &[u8]) -> u16 {
        lower_bound(self.action_count(), name, |id| {
            self.action_bytes(record(self.actions, id)?)
        })
    }

    /// The number of the service of this prefix in any ASCII case.
    pub(super) fn find_service(&self, prefix: &str) -> Option<u16> {
        self.find::<SERVICE>(self.services, prefix)
    }

    /// The number of the condition key of this very name in any ASCII case; placeholders are not filled.
    pub(super) fn find_key(&self, name: &str) -> Option<u16> {
        self.find::<KEY>(self.keys, name)
    }

    /// Searches records that begin with their name.
    fn find<const N: usize>(&self, section: &'a [u8], name: &str) -> Option<u16> {
        let name_of = |id| self.string_bytes(record::<N>(section, id)?.first_chunk()?);
        let id = lower_bound(count::<N>(section), name.as_bytes(), name_of);
        name_of(id)?.eq_ignore_ascii_case(name.as_bytes()).then_some(id)
    }

    fn list_bytes(&self, id: u16) -> Option<&'a [u8]> {
        let start = u32::from_le_bytes(*record(self.lists, id)?);
        let end = u32::from_le_bytes(*record(self.lists, id.checked_add(1)?)?);
        let at = |index: u32| usize::try_from(index).ok()?.checked_mul(2);
        self.items.get(at(start)?..at(end)?)
    }

    fn action_bytes(&self, row: &[u8; ACTION]) -> Option<&'a [u8]> {
        let [o0, o1, o2, o3, length, ..] = *row;
        span(
            self.strings,
            u32::from_le_bytes([o0, o1, o2, o3]),
            u16::from(length),
        )
    }

    fn string_bytes(&self, reference: &[u8; STRING]) -> Option<&'a [u8]> {
        let [o0, o1, o2, o3, l0, l1] = *reference;
        span(
            self.strings,
            u32::from_le_bytes([o0, o1, o2, o3]),
            u16::from_le_bytes([l0, l1]),
        )
    }

    fn string(&self, reference: &[u8; STRING]) -> Option<&'a str> {
        text(self.string_bytes(reference)?)
    }
}

/// Section `number` of the header's table, or nothing where the header does not say it right.
const fn section(bytes: &[u8], number: usize) -> &[u8] {
    let Some((head, table)) = bytes.split_first_chunk::<8>() else {
        return &[];
    };
    if u64::from_le_bytes(*head) != u64::from_le_bytes(*MAGIC) {
        return &[];
    }
    let Some((_, entry)) = table.split_at_checked(number * 8) else {
        return &[];
    };
    let Some([o0, o1, o2, o3, l0, l1, l2, l3]) = entry.first_chunk::<8>() else {
        return &[];
    };
    let offset = u32::from_le_bytes([*o0, *o1, *o2, *o3]) as usize;
    let length = u32::from_le_bytes([*l0, *l1, *l2, *l3]) as usize;
    let Some((_, rest)) = bytes.split_at_checked(offset) else {
        return &[];
    };
    let Some((section, _)) = rest.split_at_checked(length) else {
        return &[];
    };
    section
}

fn record<const N: usize>(section: &[u8], index: u16) -> Option<&[u8; N]> {
    section.get(usize::from(index).checked_mul(N)?..)?.first_chunk()
}

/// How many whole records of `N` bytes there are, of those that a `u16` can number.
fn count<const N: usize>(section: &[u8]) -> u16 {
    u16::try_from(section.len() / N).unwrap_or(u16::MAX)
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u16> {
    bytes.as_chunks().0.iter().map(|pair| u16::from_le_bytes(*pair))
}

fn span(strings: &[u8], offset: u32, length: u16) -> Option<&[u8]> {
    strings
        .get(usize::try_from(offset).ok()?..)?
        .get(..usize::from(length))
}

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

/// The first number whose name is not below `name`, both lower-cased; a missing name counts as below.
fn lower_bound<'a>(count: u16, name: &[u8], name_of: impl Fn(u16) -> Option<&'a [u8]>) -> u16 {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low + (high - low) / 2;
        let below = name_of(middle).is_none_or(|found| compare_folded(found, name) == Ordering::Less);
        if below {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

/// The order of two names with ASCII letters lower-cased, the order in which the file is sorted.
fn compare_folded(left: &[u8], right: &[u8]) -> Ordering {
    match left.iter().zip(right).find(|(l, r)| !l.eq_ignore_ascii_case(r)) {
        Some((l, r)) => l.to_ascii_lowercase().cmp(&r.to_ascii_lowercase()),
        None => left.len().cmp(&right.len()),
    }
}
