use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::node::NodeId;
use super::super::tree::tests::{any_json, json_text};
use super::*;

fn at(sources: &Sources, doc: DocId, pointer: &str) -> Place {
    let node = sources.tree(doc).unwrap().find(pointer).unwrap();
    Place { doc, node }
}

/// The text of a file under the location of a place.
fn shown(sources: &Sources, place: Place) -> &str {
    sources
        .locate(place)
        .span
        .of(sources.text(sources.outermost(place.doc)))
}

/// A file with one member `Policy` and the document in it.
fn embedded(file: &str) -> (Sources, Place) {
    let mut sources = Sources::new();
    let doc = sources.add_text("dump.json", file.to_owned());
    let place = at(&sources, doc, "/Policy");
    let policy = sources.open_policy_document(place).unwrap();
    (sources, policy)
}

fn at_line(line: usize, column: usize) -> LineColumn {
    LineColumn {
        line,
        column,
        utf16: column,
    }
}

#[test]
fn a_policy_in_a_string_is_located_through_its_escapes() {
    let (sources, policy) =
        embedded("{\n  \"Policy\": \"{\\\"Version\\\": \\\"2012-10-17\\\", \\n \\\"x\\\": [1]}\"\n}");
    let version = at(&sources, policy.doc, "/Version");
    assert_eq!(shown(&sources, version), "\\\"2012-10-17\\\"");
    let location = sources.locate(version);
    assert_eq!(location.file, "dump.json");
    assert_eq!(location.pointer.as_deref(), Some("/Policy/Version"));
    assert_eq!((location.start, location.end), (at_line(2, 28), at_line(2, 42)));
    assert_eq!(shown(&sources, at(&sources, policy.doc, "/x/0")), "1");
    assert_eq!(sources.locate(policy).pointer.as_deref(), Some("/Policy"));
    assert_eq!(
        sources.outer(policy.doc).map(|place| place.doc),
        Some(sources.outermost(policy.doc))
    );
    assert_eq!(sources.name(policy.doc), "dump.json");
}

#[test]
fn a_percent_encoded_policy_is_located_through_its_codes() {
    let (sources, policy) = embedded(r#"{"Policy": "%7B%22a+b%22%3a%5B%22%C3%A9%22,1]%7D"}"#);
    assert_eq!(sources.text(policy.doc), r#"{"a+b":["é",1]}"#);
    assert_eq!(
        shown(&sources, at(&sources, policy.doc, "/a+b/0")),
        "%22%C3%A9%22"
    );
    assert_eq!(shown(&sources, at(&sources, policy.doc, "/a+b/1")), "1");
    assert_eq!(
        shown(&sources, at(&sources, policy.doc, "/a+b")),
        "%5B%22%C3%A9%22,1]"
    );
    assert_eq!(
        sources
            .locate(policy)
            .span
            .of(sources.text(sources.outermost(policy.doc)))
            .len(),
        36
    );
}

#[test]
fn a_percent_encoded_policy_may_have_plain_brackets_and_spaces() {
    let (sources, policy) = embedded(r#"{"Policy": " \n{ %22a%22: 1}\r\n"}"#);
    assert_eq!(shown(&sources, at(&sources, policy.doc, "/a")), "1");
    assert_eq!(shown(&sources, policy), "{ %22a%22: 1}");
}

#[test]
fn percent_signs_of_plain_json_stay() {
    let (sources, policy) = embedded(r#"{"Policy": "{\"a\": \"%22%zz\"}"}"#);
    let value = at(&sources, policy.doc, "/a");
    assert_eq!(
        sources.tree(policy.doc).unwrap().string(value.node).unwrap(),
        "%22%zz"
    );
}

#[test]
fn percent_codes_inside_json_escapes_are_located_through_both() {
    let (sources, policy) = embedded(r#"{"Policy": "\u00257B%22a%2\u0032:\u0031%7\u0064"}"#);
    let value = at(&sources, policy.doc, "/a");
    assert_eq!(sources.text(policy.doc), r#"{"a":1}"#);
    assert_eq!(shown(&sources, value), "\\u0031");
    assert_eq!(shown(&sources, policy), r"\u00257B%22a%2\u0032:\u0031%7\u0064");
    let key = sources.tree(policy.doc).unwrap().key_of(value.node).unwrap();
    assert_eq!(shown(&sources, Place { node: key, ..value }), r"%22a%2\u0032");
}

#[test]
fn unicode_escapes_and_surrogate_pairs_are_one_piece() {
    let (sources, policy) = embedded(r#"{"Policy": "[\"\u00e9\ud83d\ude00\", \u0031]"}"#);
    assert_eq!(
        shown(&sources, at(&sources, policy.doc, "/0")),
        r#"\"\u00e9\ud83d\ude00\""#
    );
    assert_eq!(shown(&sources, at(&sources, policy.doc, "/1")), r"\u0031");
    for inside in [Span::new(2, 6), Span::new(3, 5)] {
        let pair = sources.locate_within(at(&sources, policy.doc, "/0"), inside);
        assert_eq!(
            pair.span.of(sources.text(sources.outermost(policy.doc))),
            r"\ud83d\ude00"
        );
    }
}

#[test]
fn documents_in_documents_are_located_in_the_file() {
    let inner = json!({"a": [true, "é\n😀"]}).to_string();
    let middle = json!({"Policy": inner}).to_string();
    let mut sources = Sources::new();
    let file = sources.add_text("f", json!({"x": {"y": middle}}).to_string());
    let middle = sources.add_embedded(at(&sources, file, "/x/y")).unwrap();
    let inner = sources.add_embedded(at(&sources, middle, "/Policy")).unwrap();
    let value = at(&sources, inner, "/a/1");
    assert_eq!(shown(&sources, value), r#"\\\"é\\\\n😀\\\""#);
    assert_eq!(sources.pointer(value), "/x/y/Policy/a/1");
    assert_eq!(sources.outermost(inner), file);
    let part = sources.locate_within(value, Span::new(2, 3)).span;
    assert_eq!(part.of(sources.text(file)), r"\\\\n");
}

#[test]
fn the_same_string_is_one_document() {
    let (mut sources, policy) = embedded(r#"{"Policy": "{}"}"#);
    let outer = sources.outer(policy.doc).unwrap();
    assert_eq!(sources.add_embedded(outer), Ok(policy.doc));
    assert_eq!(sources.open_policy_document(outer), Ok(policy));
    assert_eq!(sources.ids().count(), 2);
}

#[test]
fn an_object_is_its_own_policy_document() {
    let (sources, policy) = embedded(r#"{"Policy": {"a": 1}}"#);
    assert_eq!(sources.pointer(policy), "/Policy");
    assert_eq!(sources.ids().count(), 1);
}

#[test]
fn faults_of_embedded_json_are_problems_with_a_place_in_the_file() {
    let mut sources = Sources::new();
    let file = sources.add_text(
        "f.json",
        r#"{"Policy": "{\"a\": \"b\",}", "n": 1, "bad": "%7B%2", "raw": "%7B\u0025ff"}"#.to_owned(),
    );
    let problem = sources
        .open_policy_document(at(&sources, file, "/Policy"))
        .unwrap_err();
    assert_eq!(
        problem.to_string(),
        "expected a key in double quotes after `,`, found `}`"
    );
    assert_eq!(problem.help.as_deref(), Some("remove the comma before `}`"));
    let (doc, span) = problem.place.unwrap();
    let location = sources.locate_span(doc, span);
    assert_eq!(
        (location.span, location.pointer.as_deref()),
        (Span::new(26, 27), Some("/Policy"))
    );
    assert!(sources.tree(doc).is_none() && sources.text(doc).starts_with("{\"a\""));

    let cases = [
        (
            "/n",
            "expected an object, or a string that holds one, found a number",
            "1",
        ),
        ("/bad", "`%` is not followed by two hexadecimal digits", "%"),
        ("/raw", "the percent codes do not make UTF-8 text", r"\u0025ff"),
    ];
    for (pointer, message, text) in cases {
        let problem = sources
            .open_policy_document(at(&sources, file, pointer))
            .unwrap_err();
        assert_eq!(
            (problem.message.as_str(), problem.file.as_str()),
            (message, "f.json")
        );
        let (doc, span) = problem.place.unwrap();
        assert_eq!((doc, span.of(sources.text(file))), (file, text));
    }
    let problem = sources.add_embedded(at(&sources, file, "")).unwrap_err();
    assert_eq!(
        problem.message,
        "expected a string that holds a JSON document, found an object"
    );
}

#[test]
fn the_end_of_an_embedded_text_is_a_position_before_the_quote() {
    let mut sources = Sources::new();
    let file = sources.add_text("f", r#"["%7B", "{\n"]"#.to_owned());
    for (pointer, end) in [("/0", 5), ("/1", 12)] {
        let doc = sources.add_embedded(at(&sources, file, pointer)).unwrap();
        let span = sources.faults(doc)[0].span;
        assert_eq!(sources.locate_span(doc, span).span, Span::at(end));
    }
}

#[test]
fn crlf_is_one_line_end_and_a_lone_cr_is_none() {
    let mut sources = Sources::new();
    let doc = sources.add_text("f", "{\r\n  \"a\":\r 1,\n\"b\": 2}".to_owned());
    assert_eq!(sources.locate(at(&sources, doc, "/a")).start, at_line(2, 9));
    assert_eq!(sources.locate(at(&sources, doc, "/b")).start, at_line(3, 6));
    assert_eq!(sources.locate_span(doc, Span::new(1, 3)).start, at_line(1, 2));
    assert_eq!(sources.locate_span(doc, Span::new(1, 3)).end, at_line(2, 1));
}

#[test]
fn columns_count_scalars_and_utf16_units_and_no_byte_order_mark() {
    let mut sources = Sources::new();
    let doc = sources
        .add_bytes("f", "\u{feff}[\"é😀\", 1,\n\"😀\", 2]".as_bytes().to_vec())
        .unwrap();
    let one = sources.locate(at(&sources, doc, "/1"));
    assert_eq!(
        (one.span, one.start),
        (
            Span::new(14, 15),
            LineColumn {
                line: 1,
                column: 8,
                utf16: 9
            }
        )
    );
    assert_eq!(
        sources.locate(at(&sources, doc, "/3")).start,
        LineColumn {
            line: 2,
            column: 6,
            utf16: 7
        }
    );
    assert_eq!(sources.locate(at(&sources, doc, "")).start, at_line(1, 1));
    assert_eq!(sources.locate_span(doc, Span::at(0)).start, at_line(1, 1));
}

#[test]
fn wrong_encodings_are_refused_with_what_they_look_like() {
    let wide = |text: &str, mark: bool| -> Vec<u16> {
        mark.then_some(0xfeff)
            .into_iter()
            .chain(text.encode_utf16())
            .collect()
    };
    let little = |units: Vec<u16>| units.into_iter().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let big = |units: Vec<u16>| units.into_iter().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
    let wider: Vec<u8> = "{}"
        .chars()
        .flat_map(|character| u32::from(character).to_le_bytes())
        .collect();
    let cases: [(Vec<u8>, &str, usize); 12] = [
        (little(wide("{}", true)), "UTF-16 text, little-endian", 0),
        (little(wide("{}", false)), "UTF-16 text, little-endian", 0),
        (big(wide("{}", true)), "UTF-16 text, big-endian", 0),
        (big(wide("{\"é\": 1}", false)), "UTF-16 text, big-endian", 0),
        (wider, "UTF-32 text, little-endian", 0),
        (b"\x89PNG\r\n\x1a\n".to_vec(), "a PNG image", 0),
        (b"\x1f\x8b\x08\0".to_vec(), "gzip data", 1),
        (b"PK\x03\x04\x14\0\0\0\xff".to_vec(), "a ZIP archive", 8),
        (
            b"{\"a\":\n \"\xe9t\xe9\"}".to_vec(),
            "Latin-1 or Windows-1252 text",
            8,
        ),
        (b"{\"a\": \"\x93b\x94\"}".to_vec(), "Windows-1252 text", 7),
        (
            b"{\"a\": \"\xc3".to_vec(),
            "UTF-8 text that was cut inside a character",
            7,
        ),
        (b"\0\x01\xff\xff".to_vec(), "binary data", 2),
    ];
    for (bytes, what, at) in cases {
        let mut sources = Sources::new();
        let problem = sources.add_bytes("f", bytes).unwrap_err();
        assert_eq!(
            problem.message,
            format!("the bytes are not UTF-8 text; this looks like {what}")
        );
        let (doc, span) = problem.place.unwrap();
        assert_eq!((span, sources.text(doc).len()), (Span::at(at), at));
        assert!(sources.tree(doc).is_none() && sources.faults(doc)[0].is_fatal());
        assert_eq!(sources.locate_span(doc, span).span, Span::at(at));
    }
}

#[test]
fn files_keep_their_order_and_their_faults() {
    let mut sources = Sources::new();
    let files =
        [("a", "[1]"), ("b", "["), ("c", "\u{feff}{}")].map(|(name, text)| (name.to_owned(), text.into()));
    let mut files = Vec::from(files);
    files.push(("d".to_owned(), vec![0xff]));
    let ids = sources.add_files(files);
    assert!(ids[3].is_err());
    let names: Vec<_> = sources
        .ids()
        .map(|id| (sources.name(id), sources.tree(id).is_some()))
        .collect();
    assert_eq!(names, [("a", true), ("b", false), ("c", true), ("d", false)]);
    assert!(sources.root(sources.ids().nth(1).unwrap()).is_err());
}

#[test]
fn a_store_can_be_read_from_all_threads() {
    fn shared<T: Send + Sync>(_: &T) {}
    shared(&Sources::new());
}

#[test]
fn places_of_other_stores_do_not_panic() {
    let (sources, policy) = embedded(r#"{"Policy": "{}"}"#);
    let mut empty = Sources::new();
    assert_eq!(empty.locate(policy).start, at_line(1, 1));
    assert!(empty.open_policy_document(policy).is_err() && empty.root(policy.doc).is_err());
    let far = sources.locate_span(policy.doc, Span::new(50, 90));
    assert_eq!(far.span, Span::at(14));
}

const KEPT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b':')
    .remove(b',');

/// What a slice of a file decodes to, by other code than this module's.
fn decoded(slice: &str, is_percent_encoded: bool) -> String {
    let text: String = serde_json::from_str(&format!("\"{slice}\"")).unwrap();
    if !is_percent_encoded {
        return text;
    }
    percent_encoding::percent_decode_str(&text)
        .decode_utf8()
        .unwrap()
        .into_owned()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_inner_place_decodes_back_from_the_file(
        text in json_text(),
        around in any_json(),
        percent in any::<bool>(),
        deep in any::<bool>(),
    ) {
        let string = if percent { utf8_percent_encode(&text, KEPT).to_string() } else { text.clone() };
        let policy = json!({ "Policy": string });
        let middle = if deep { Value::from(policy.to_string()) } else { policy };
        let mut sources = Sources::new();
        let file = sources.add_text("f", serde_json::to_string_pretty(&json!([around, middle])).unwrap());
        let outer = if deep {
            let middle = sources.add_embedded(at(&sources, file, "/1")).unwrap();
            at(&sources, middle, "/Policy")
        } else {
            at(&sources, file, "/1/Policy")
        };
        let doc = sources.add_embedded(outer).unwrap();
        let tree = sources.tree(doc).unwrap();
        prop_assert_eq!(tree.text(), &text);
        prop_assert_eq!(sources.pointer(Place { doc, node: tree.root() }), "/1/Policy");
        for (key, node) in places(tree) {
            for node in key.into_iter().chain([node]) {
                let slice = shown(&sources, Place { doc, node });
                let slice = if deep { decoded(slice, false) } else { slice.to_owned() };
                prop_assert_eq!(decoded(&slice, percent), tree.raw(node));
            }
        }
    }

    #[test]
    fn lines_and_columns_are_those_of_a_plain_count(text in "([a-z]|é|€|😀|\n|\r\n| ){0,40}", repeat in prop_oneof![Just(1), Just(600_usize)]) {
        let text = text.repeat(repeat);
        let lines = Lines::new(&text);
        let offsets: Vec<_> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        for at in offsets.into_iter().step_by(1 + repeat / 6) {
            let before = &text[..at];
            let line = before.rsplit('\n').next().unwrap();
            let expected = LineColumn {
                line: before.matches('\n').count() + 1,
                column: line.chars().count() + 1,
                utf16: line.encode_utf16().count() + 1,
            };
            prop_assert_eq!(lines.locate(&text, at), expected);
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..40), inner in any::<String>()) {
        let mut sources = Sources::new();
        let is_text = std::str::from_utf8(&bytes).is_ok();
        let added = sources.add_bytes("f", bytes);
        prop_assert!(is_text || added.is_err());
        let file = sources.add_text("g", Value::from(inner).to_string());
        let root = sources.root(file).unwrap();
        if let Ok(doc) = sources.add_embedded(root) {
            for fault in sources.faults(doc).to_vec() {
                let location = sources.locate_span(doc, fault.span);
                prop_assert!(sources.text(file).get(location.span.start..location.span.end).is_some());
            }
        }
    }
}

/// All values of a tree with their keys.
fn places(tree: &Tree) -> Vec<(Option<NodeId>, NodeId)> {
    let mut places = vec![(None, tree.root())];
    let mut at = 0;
    while let Some((_, node)) = places.get(at).copied() {
        places.extend(tree.items(node).map(|item| (None, item)));
        places.extend(tree.members(node).map(|(key, value)| (Some(key), value)));
        at += 1;
    }
    places
}

#[test]
fn documents_that_follow_each_other_are_items_with_the_places_of_the_file() {
    let mut sources = Sources::new();
    let file = sources.add_text("pages.json", "{\"A\": 1}\n {\"B\": [2]}{}\n".to_owned());
    let pages = sources.add_sequence(file).unwrap();
    let tree = sources.tree(pages).unwrap();
    assert_eq!(tree.items(tree.root()).count(), 3);
    let node = tree.find("/1/B/0").unwrap();
    let location = sources.locate(Place { doc: pages, node });
    assert_eq!(
        (location.pointer.as_deref(), location.span),
        (Some("/1/B/0"), Span::new(17, 18))
    );
    assert_eq!((location.start.line, location.start.column), (2, 9));
    assert_eq!(sources.faults(pages), []);
}

#[test]
fn a_sequence_with_a_fault_is_not_added() {
    let mut sources = Sources::new();
    let file = sources.add_text("pages.json", "{} {\"A\": }".to_owned());
    assert_eq!(sources.add_sequence(file), None);
    assert_eq!(sources.ids().count(), 1);
}
