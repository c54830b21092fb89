use proptest::prelude::*;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::super::fault::{Expected, FaultKind};
use super::super::json::{MAX_DEPTH, MAX_FAULTS};
use super::*;

fn tree(text: &str) -> Tree {
    Tree::parse(text)
        .tree
        .unwrap_or_else(|| panic!("no tree: {:?}", Tree::parse(text).faults))
}

/// The only fault of `text`, as message, text under its span and start.
fn fault(text: &str) -> (Fault, String) {
    let Parsed { tree, mut faults } = Tree::parse(text);
    assert_eq!(faults.len(), 1, "{faults:?}");
    let fault = faults.remove(0);
    assert_eq!(fault.is_fatal(), tree.is_none());
    let message = fault.to_string();
    (fault, message)
}

fn syntax(text: &str, at: usize, message: &str) -> Option<&'static str> {
    let (fault, found) = fault(text);
    assert_eq!(found, message, "{text}");
    assert_eq!(fault.span.start, at, "{text}");
    assert!(matches!(fault.kind, FaultKind::Syntax { .. }));
    fault.help()
}

#[test]
fn nodes_know_their_kind_bytes_and_value() {
    let text = r#" { "a" : [ 1, "x\n", true, null, {} ], "b": -1.5e3 } "#;
    let tree = tree(text);
    let members: Vec<_> = tree.members(tree.root()).collect();
    assert_eq!(
        members.iter().map(|(key, _)| tree.raw(*key)).collect::<Vec<_>>(),
        ["\"a\"", "\"b\""]
    );
    let items: Vec<_> = tree.items(members[0].1).collect();
    let kinds: Vec<_> = items.iter().map(|item| tree.kind(*item)).collect();
    assert_eq!(
        kinds,
        [Kind::Number, Kind::String, Kind::Bool, Kind::Null, Kind::Object]
    );
    assert_eq!(tree.string(items[1]).as_deref(), Some("x\n"));
    assert_eq!(tree.boolean(items[2]), Some(true));
    assert_eq!(tree.scalar(members[1].1).as_deref(), Some("-1.5e3"));
    assert_eq!(tree.scalar(items[3]), None);
    assert_eq!(tree.raw(tree.root()), text.trim());
    assert_eq!(tree.key_of(members[1].1), Some(members[1].0));
    assert_eq!(tree.key_of(items[0]), None);
    assert_eq!(tree.key_of(tree.root()), None);
    assert_eq!(tree.parent(members[0].0), Some(tree.root()));
    assert_eq!(tree.parent(items[0]), Some(members[0].1));
    assert_eq!(
        tree.members(members[0].1).count() + tree.items(tree.root()).count(),
        0
    );
    assert_eq!(tree.one_or_many(members[0].1).count(), 5);
    assert_eq!(tree.one_or_many(members[1].1).collect::<Vec<_>>(), [members[1].1]);
}

#[test]
fn strings_without_escapes_are_borrowed() {
    let tree = tree(r#"["plain é", "\u00e9\ud83d\ude00\/"]"#);
    let strings: Vec<_> = tree
        .items(tree.root())
        .filter_map(|item| tree.string(item))
        .collect();
    assert!(matches!(strings[0], Cow::Borrowed("plain é")));
    assert_eq!(strings[1], "é😀/");
}

#[test]
fn pointers_escape_tildes_and_slashes() {
    let tree = tree(r#"{"a/b": {"~": [0, {"": 1}]}, "é": 2}"#);
    let found = tree.find("/a~1b/~0/1/").unwrap();
    assert_eq!(tree.raw(found), "1");
    assert_eq!(tree.pointer(found), "/a~1b/~0/1/");
    assert_eq!(tree.pointer(tree.key_of(found).unwrap()), "/a~1b/~0/1/");
    assert_eq!(tree.pointer(tree.root()), "");
    assert_eq!(tree.find(""), Some(tree.root()));
    for missing in [
        "a",
        "/x",
        "/a~1b/~0/01",
        "/a~1b/~0/+1",
        "/a~1b/~0/2",
        "/a~1b/~",
        "/a~1b/~2",
        "/é/0",
        "/",
    ] {
        assert_eq!(tree.find(missing), None, "{missing}");
    }
}

#[test]
fn ids_of_other_trees_do_not_panic() {
    let tree = tree("[]");
    let stray = NodeId(77);
    assert_eq!(
        (tree.kind(stray), tree.raw(stray), tree.pointer(stray)),
        (Kind::Null, "", String::new())
    );
    assert_eq!(tree.items(stray).count() + tree.members(stray).count(), 0);
    assert_eq!(
        (tree.string(stray), tree.get(stray, ""), tree.key_of(stray)),
        (None, None, None)
    );
}

#[test]
fn blank_texts_are_empty() {
    for text in ["", " \r\n\t  "] {
        let (fault, message) = fault(text);
        assert_eq!((fault.kind, fault.span), (FaultKind::Empty, Span::at(text.len())));
        assert_eq!(message, "there is no JSON value in the text");
    }
}

#[test]
fn syntax_faults_name_what_was_expected_and_found() {
    let cases = [
        (
            r#"{"a": 1 "b": 2}"#,
            8,
            "expected `,` or `}` after a value, found `\"`",
        ),
        (r#"["a" "b"]"#, 5, "expected `,` or `]` after a value, found `\"`"),
        (r#"{"a" 1}"#, 5, "expected `:` after a key, found `1`"),
        (r#"{"a": }"#, 6, "expected a value, found `}`"),
        (
            "{a: 1}",
            1,
            "expected a key in double quotes or `}` after `{`, found `a`",
        ),
        ("[}", 1, "expected a value or `]` after `[`, found `}`"),
        ("[1}", 2, "expected `,` or `]` after a value, found `}`"),
        ("[tru]", 1, "expected `true`, found `tru`"),
        ("nil", 0, "expected a value, found `nil`"),
        (
            "[01]",
            2,
            "expected no further digit after a leading zero, found `1`",
        ),
        ("[-]", 2, "expected a digit in a number, found `]`"),
        ("[1.e3]", 3, "expected a digit in a number, found `e3`"),
        ("[1e+]", 4, "expected a digit in a number, found `]`"),
        (
            r#"["\u12x4"]"#,
            6,
            "expected four hexadecimal digits after `\\u`, found `x4`",
        ),
        (
            "[1",
            2,
            "expected `,` or `]` after a value, found the end of the text",
        ),
        ("é", 0, "expected a value, found `é`"),
        ("\u{0}", 0, "expected a value, found `\\u0000`"),
    ];
    for (text, at, message) in cases {
        syntax(text, at, message);
    }
}

#[test]
fn common_slips_have_help() {
    let message = "expected a key in double quotes after `,`, found `}`";
    assert_eq!(
        syntax(r#"{"a": 1, }"#, 9, message),
        Some("remove the comma before `}`")
    );
    let message = "expected a value after `,`, found `]`";
    assert_eq!(syntax("[1,]", 3, message), Some("remove the comma before `]`"));
    let message = "expected a value or `]` after `[`, found `'`";
    assert_eq!(
        syntax("['a']", 1, message),
        Some("strings and keys take double quotes")
    );
    let message = "expected a value, found `True`";
    assert_eq!(
        syntax(r#"{"a": True}"#, 6, message),
        Some("the words of JSON are `true`, `false` and `null`")
    );
    let message = "expected one of `\"`, `\\`, `/`, `b`, `f`, `n`, `r`, `t` or `u` after `\\`, found `d`";
    assert_eq!(
        syntax(r#"["\d"]"#, 3, message),
        Some("write `\\\\` for a backslash that stands for itself")
    );
    let message = "expected a key in double quotes or `}` after `{`, found `/`";
    assert_eq!(syntax("{ // c\n}", 2, message), Some("JSON has no comments"));
}

#[test]
fn open_strings_and_containers_name_their_beginning() {
    let (string, message) = fault(r#"{"a": "b}"#);
    assert_eq!(
        message,
        "expected the closing `\"` of a string, found the end of the text"
    );
    assert_eq!(
        (string.span, string.related()),
        (Span::at(9), Some((Span::new(6, 7), "opened here")))
    );
    let (array, _) = fault(r#"{"a": [1, 2"#);
    assert_eq!(array.related(), Some((Span::new(6, 7), "opened here")));
}

#[test]
fn control_characters_in_strings_are_fatal() {
    for (text, message) in [
        ("[\"a\nb\"]", "a string cannot contain a line break"),
        ("[\"a\tb\"]", "a string cannot contain a tab"),
        (
            "[\"a\u{1}b\"]",
            "a string cannot contain the control character U+0001",
        ),
    ] {
        let (fault, found) = fault(text);
        assert_eq!((found.as_str(), fault.span), (message, Span::new(3, 4)));
        assert_eq!(fault.related(), Some((Span::new(1, 2), "opened here")));
        assert!(fault.help().is_some());
    }
    assert!(Tree::parse("[\"\u{7f}\u{80}\"]").faults.is_empty());
}

#[test]
fn depth_is_limited_at_the_bracket() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(Tree::parse(&nested(MAX_DEPTH)).tree.is_some());
    let (deep, message) = fault(&nested(MAX_DEPTH + 1));
    assert_eq!(
        (deep.kind, deep.span.start),
        (FaultKind::TooDeep { limit: MAX_DEPTH }, MAX_DEPTH)
    );
    assert_eq!(message, "arrays and objects are nested more than 256 levels deep");
    assert_eq!(
        fault(&"[".repeat(1 << 24)).0.span,
        Span::new(MAX_DEPTH, MAX_DEPTH + 1)
    );
    assert_eq!(fault(&"{\"\":".repeat(1 << 20)).0.span.start, 4 * MAX_DEPTH);
}

#[test]
fn trailing_text_leaves_the_tree() {
    let (trailing, message) = fault("{\"a\": 1}\n \t{\"b\": 2} \n{}");
    assert_eq!(
        (trailing.kind, trailing.span),
        (FaultKind::TrailingData, Span::new(11, 19))
    );
    assert_eq!(message, "expected the end of the text after the JSON document");
    assert_eq!(tree("1 2").raw(NodeId(0)), "1");
}

#[test]
fn repeated_keys_are_compared_decoded_at_any_depth() {
    let text = r#"[{"Effect": 1, "x": {"a": 1, "a": 2}, "\u0045ffect": 2}]"#;
    let Parsed { tree, faults } = Tree::parse(text);
    let tree = tree.unwrap();
    let found: Vec<_> = faults
        .iter()
        .map(|fault| (fault.to_string(), fault.span.of(text), fault.related()))
        .collect();
    let first = |at, length| Some((Span::new(at, at + length), "first here"));
    assert_eq!(
        found,
        [
            (
                "the key `a` is given twice in the same object".to_owned(),
                "\"a\"",
                first(21, 3)
            ),
            (
                "the key `Effect` is given twice in the same object".to_owned(),
                "\"\\u0045ffect\"",
                first(2, 8)
            ),
        ]
    );
    let object = tree.find("/0").unwrap();
    assert_eq!(tree.members(object).count(), 3);
    assert_eq!(tree.raw(tree.get(object, "Effect").unwrap()), "1");
}

#[test]
fn repeated_short_keys_at_the_end_of_the_text_are_seen() {
    for text in [
        r#"{"a":1,"a":2}"#,
        r#"{"":1,"":2}"#,
        r#"{"abcdefg":1,"abcdefg":2}"#,
        r#"{"abcdefgh":1,"abcdefgh":2}"#,
    ] {
        assert!(
            matches!(fault(text).0.kind, FaultKind::DuplicateKey { .. }),
            "{text}"
        );
    }
}

#[test]
fn repeated_keys_of_large_objects_are_found_in_linear_time() {
    let alike = |index: usize| format!("aws:RequestTag/common-{index:09}-and-a-common-end");
    let unlike = |index: usize| format!("{:016x}", index.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    for key_of in [&alike as &dyn Fn(usize) -> String, &unlike] {
        let members: String = (0..200_000)
            .map(|index| format!("\"{}\": {index},", key_of(index)))
            .collect();
        let (repeated, _) = fault(&format!("{{{members} \"{}\": 0, \"x\": 0}}", key_of(7)));
        let FaultKind::DuplicateKey { key, first } = repeated.kind else {
            panic!("{repeated:?}")
        };
        assert!(key == key_of(7) && first.start < 1000 && repeated.span.start > 1_000_000);
    }
}

#[test]
fn faults_beside_a_tree_are_limited_in_number_and_length() {
    let keys = format!("{{{}\"\": 0}}", "\"\": 0,".repeat(5 * MAX_FAULTS));
    let halves = format!(
        "[{{{}}}, \"{}\"]",
        "\"a\":0,\"a\":0",
        "\\udc00".repeat(5 * MAX_FAULTS)
    );
    for text in [keys, halves] {
        let parsed = Tree::parse(&text);
        assert!(parsed.tree.is_some());
        assert_eq!(parsed.faults.len(), MAX_FAULTS);
        let broken = Tree::parse(&text[..text.len() - 1]);
        assert!(broken.tree.is_none() && broken.faults.last().is_some_and(Fault::is_fatal));
    }
    let long = "é".repeat(1 << 16);
    let (repeated, message) = fault(&format!("{{\"{long}\": 0, \"{long}\": 0}}"));
    assert!(matches!(repeated.kind, FaultKind::DuplicateKey { .. }));
    assert!(message.contains("é…` is given twice") && message.chars().count() < 200);
}

#[test]
fn half_a_surrogate_pair_is_a_replacement_character() {
    let (lone, message) = fault(r#"["\ud83dA"]"#);
    assert_eq!(
        (lone.kind, lone.span),
        (FaultKind::LoneSurrogate { unit: 0xd83d }, Span::new(2, 8))
    );
    assert_eq!(
        message,
        "`\\ud83d` is one half of a surrogate pair without the other"
    );
    let text = r#"["\ud83d\u0041\ude00\ud83d\ud83d\ude00"]"#;
    let tree = tree(text);
    assert_eq!(tree.string(NodeId(1)).unwrap(), "\u{fffd}A\u{fffd}\u{fffd}😀");
    assert_eq!(Tree::parse(text).faults.len(), 3);
}

#[test]
fn a_byte_order_mark_is_skipped_and_counted() {
    let (mark, message) = fault("\u{feff}[1]");
    assert_eq!(
        (mark.kind, mark.span),
        (FaultKind::ByteOrderMark, Span::new(0, 3))
    );
    assert_eq!(message, "the text begins with a byte order mark");
    assert_eq!(tree("\u{feff}[1]").span(NodeId(0)), Span::new(3, 6));
    assert!(
        Tree::parse("[1]\u{feff}")
            .faults
            .iter()
            .any(|fault| fault.kind == FaultKind::TrailingData)
    );
    let twice = Tree::parse("\u{feff}\u{feff}[1]");
    assert!(twice.tree.is_none());
    assert_eq!(twice.faults[1].to_string(), "expected a value, found `\\ufeff`");
}

#[test]
fn words_of_a_fault_are_cut_short() {
    let (fault, message) = fault(&"x".repeat(1 << 20));
    assert_eq!(fault.span.len(), 24);
    assert!(message.len() < 80);
    assert!(matches!(
        fault.kind,
        FaultKind::Syntax {
            expected: Expected::Value,
            ..
        }
    ));
}

/// The value of a node, built from the tree alone.
fn value(tree: &Tree, id: NodeId) -> Value {
    match tree.kind(id) {
        Kind::Null => Value::Null,
        Kind::Bool => Value::Bool(tree.boolean(id).unwrap()),
        Kind::Number => serde_json::from_str(tree.raw(id)).unwrap(),
        Kind::String => Value::String(tree.string(id).unwrap().into_owned()),
        Kind::Array => tree.items(id).map(|item| value(tree, item)).collect(),
        Kind::Object => {
            let member = |(key, node)| (tree.string(key).unwrap().into_owned(), value(tree, node));
            Value::Object(tree.members(id).map(member).collect())
        }
    }
}

/// Every node below `id`, `id` included, keys included.
fn all(tree: &Tree) -> impl Iterator<Item = NodeId> {
    (0..tree.nodes.len() as u32).map(NodeId)
}

/// serde_json's acceptance of the form is ours; where it also gives a value, that is ours too.
fn agrees_with_serde_json(text: &str) {
    let Parsed { tree, faults } = Tree::parse(text);
    let refuses = |fault: &Fault| fault.is_fatal() || fault.kind == FaultKind::TrailingData;
    let accepted = !faults.iter().any(refuses);
    if faults
        .iter()
        .any(|fault| matches!(fault.kind, FaultKind::TooDeep { .. } | FaultKind::ByteOrderMark))
    {
        return;
    }
    assert_eq!(
        accepted,
        serde_json::from_str::<IgnoredAny>(text).is_ok(),
        "{text:?} {faults:?}"
    );
    for fault in &faults {
        assert!(
            text.get(fault.span.start..fault.span.end).is_some(),
            "{text:?} {fault:?}"
        );
    }
    assert!(faults.is_sorted_by_key(|fault| fault.span.start));
    let Some(tree) = tree.filter(|_| accepted) else {
        return;
    };
    for id in all(&tree) {
        assert!(serde_json::from_str::<IgnoredAny>(tree.raw(id)).is_ok());
    }
    if let Ok(theirs) = serde_json::from_str::<Value>(text) {
        assert_eq!(value(&tree, tree.root()), theirs);
        assert!(
            !faults
                .iter()
                .any(|fault| matches!(fault.kind, FaultKind::LoneSurrogate { .. }))
        );
    }
}

pub(in super::super) fn any_json() -> impl Strategy<Value = Value> {
    let text = prop_oneof!["[ -~]{0,12}", "[a\"\\\\/\n\t\u{1}é😀%~]{0,12}", any::<String>(),];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((text.clone(), inner), 0..6)
                .prop_map(|members| members.into_iter().collect()),
        ]
    })
}

/// The character as `\uXXXX`, or two of them.
fn escape(character: char) -> String {
    character
        .encode_utf16(&mut [0; 2])
        .iter()
        .map(|unit| format!("\\u{unit:04X}"))
        .collect()
}

/// JSON text, indented or not, some of it with escapes that serde_json would not write.
pub(in super::super) fn json_text() -> impl Strategy<Value = String> {
    (any_json(), any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(value, pretty, crlf, escaped)| {
        let mut text = if pretty {
            serde_json::to_string_pretty(&value)
        } else {
            serde_json::to_string(&value)
        }
        .unwrap();
        if crlf {
            text = text.replace('\n', "\r\n");
        }
        if escaped {
            text = text
                .chars()
                .map(|c| if c.is_ascii() { c.to_string() } else { escape(c) })
                .collect();
        }
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn valid_texts_give_the_values_of_serde_json(text in json_text()) {
        assert!(Tree::parse(&text).tree.is_some());
        agrees_with_serde_json(&text);
    }

    #[test]
    fn changed_texts_are_accepted_as_by_serde_json(
        text in json_text(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), "[\\[\\]{}:,\"\\\\0-9.eE+truefalsn \n\u{1}é-]{0,2}", 0..3_usize), 1..4),
    ) {
        let mut characters: Vec<char> = text.chars().collect();
        for (at, insert, remove) in changes {
            let at = at.index(characters.len() + 1);
            let end = (at + remove).min(characters.len());
            characters.splice(at..end, insert.chars());
        }
        agrees_with_serde_json(&characters.into_iter().collect::<String>());
    }

    #[test]
    fn small_texts_of_json_characters_are_accepted_as_by_serde_json(
        text in "([\\[\\]{}:, \n]|\"a?\"|-?[0-9]{1,2}|[.eE+-]|\\\\u[dD][89a-fA-F]00|\\\\[\"nux]|true|null|\"){0,12}",
    ) {
        agrees_with_serde_json(&text);
    }

    #[test]
    fn any_text_is_accepted_as_by_serde_json(text in any::<String>()) {
        agrees_with_serde_json(&text);
    }

    #[test]
    fn numbers_are_accepted_as_by_serde_json(text in "[-+]?[0-9]{0,3}(\\.[0-9]{0,2})?([eE][-+]?[0-9]{0,4})?") {
        agrees_with_serde_json(&text);
    }

    #[test]
    fn pointers_lead_back_to_their_values(text in json_text()) {
        let tree = tree(&text);
        for id in all(&tree) {
            let value = if tree.node(id).unwrap().is_key { NodeId(id.0 + 1) } else { id };
            prop_assert_eq!(tree.find(&tree.pointer(id)), Some(value));
        }
    }
}
