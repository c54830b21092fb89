use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::*;
use crate::source::Sources;

/// The samples: each is named after its shape.
fn samples() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/inputs");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let is_sample = |path: &std::path::PathBuf| {
        path.extension()
            .is_some_and(|extension| extension == "json" || extension == "txt")
    };
    let files = files.filter(is_sample);
    files
        .map(|path| {
            (
                path.file_stem().unwrap().to_str().unwrap().to_owned(),
                fs::read_to_string(&path).unwrap(),
            )
        })
        .collect()
}

fn reader_of(text: &str) -> (Reader, Place) {
    let mut sources = Sources::new();
    let file = sources.add_text("file.json", text.to_owned());
    let doc = match sources.root(file) {
        Ok(_) => file,
        Err(_) => sources.add_table(file).unwrap(),
    };
    let root = sources.root(doc).unwrap();
    (Reader::new(sources), root)
}

fn fitting(text: &str) -> Vec<&'static str> {
    let (reader, root) = reader_of(text);
    shapes()
        .filter(|shape| shape.fits(&reader, root))
        .map(|shape| shape.name)
        .collect()
}

#[test]
fn exactly_one_shape_fits_each_sample() {
    for (name, text) in samples() {
        assert_eq!(fitting(&text), [name.as_str()], "{name}");
    }
}

#[test]
fn there_is_a_sample_of_each_shape() {
    let samples: BTreeSet<_> = samples().into_iter().map(|(name, _)| name).collect();
    let names: BTreeSet<_> = shapes().map(|shape| shape.name.to_owned()).collect();
    assert_eq!(samples, names);
    assert_eq!(shapes().count(), names.len());
}

#[test]
fn samples_are_read_without_problems() {
    for (name, text) in samples() {
        let (mut reader, root) = reader_of(&text);
        assert_eq!(read(&mut reader, root), Ok(()), "{name}");
        assert_eq!(reader.problems, [], "{name}");
    }
}

#[test]
fn the_first_letter_of_keys_may_be_of_either_case() {
    let of_json = |(_, text): &(String, String)| text.starts_with('{') || text.starts_with('[');
    for (name, text) in samples().into_iter().filter(of_json) {
        let other = swap_first_letters(&serde_json::from_str(&text).unwrap()).to_string();
        assert_eq!(fitting(&other), [name.as_str()], "{name}");
        let (mut reader, root) = reader_of(&other);
        assert_eq!(read(&mut reader, root), Ok(()), "{name}");
        assert_eq!(reader.problems, [], "{name}");
    }
}

fn swap_first_letters(value: &serde_json::Value) -> serde_json::Value {
    let swap = |key: &str| {
        let (first, rest) = key.split_at(1);
        let upper = first.to_ascii_uppercase();
        if upper == first {
            first.to_ascii_lowercase() + rest
        } else {
            upper + rest
        }
    };
    match value {
        serde_json::Value::Object(members) => members
            .iter()
            .map(|(key, value)| (swap(key), swap_first_letters(value)))
            .collect(),
        serde_json::Value::Array(items) => items.iter().map(swap_first_letters).collect(),
        other => other.clone(),
    }
}

#[test]
fn what_sdks_add_does_not_hide_a_policy() {
    assert_eq!(
        fitting(r#"{"ResponseMetadata": {}, "Policy": "{}"}"#),
        ["get-bucket-policy"]
    );
}

#[test]
fn outputs_of_other_services_are_nothing_known() {
    for text in [
        "{}",
        r#"{"Policy": "{}", "RevisionId": "x"}"#,
        r#"{"Policies": [{"Id": "p-1", "Name": "FullAWSAccess"}]}"#,
        r#"{"Groups": [{"GroupId": "sg-1"}]}"#,
        r#"{"Tags": [{"Key": "a", "Value": "b"}]}"#,
        r#"{"Policy": {"Arn": "arn:aws:iot:eu-north-1:730512846091:policy/x"}}"#,
    ] {
        assert_eq!(fitting(text), [""; 0], "{text}");
    }
}

#[test]
fn what_is_nothing_known_says_what_it_has() {
    let (mut reader, root) = reader_of(r#"{"about": 1, "errors": 2, "a\nb": 3}"#);
    let why = "no output, input or policy known here has the keys `about`, `errors`, `a\\nb`";
    assert_eq!(read(&mut reader, root), Err(why.to_owned()));
    let (mut reader, root) = reader_of(r#"[{"about": 1}, {"Statement": []}, 4]"#);
    let why = "2 of 3 items are nothing known here; in the first of them no output, input or policy known here has \
               the keys `about`";
    assert_eq!(read(&mut reader, root), Err(why.to_owned()));
    assert_eq!(reader.found.texts.len(), 1);
}
