//! Texts that are changed anywhere: whatever comes out, nothing fails.

use proptest::prelude::*;

use super::read_files;
use crate::terraform::Known;

const TEXTS: [&str; 3] = [
    include_str!("../../../../corpus/scenarios/terraform-sink-in-a-module/main.tf"),
    include_str!("../../../../corpus/scenarios/terraform-topic-in-a-heredoc/main.tf"),
    include_str!("../../../../corpus/scenarios/terraform-policy-counted-away/main.tf"),
];

/// What is put into texts: what opens and ends things, and what has a meaning of its own.
const PARTS: [&str; 16] = [
    "",
    "\"",
    "${",
    "}",
    "{",
    "<<-EOT\n",
    "%{ for v in x }",
    "[*]",
    "[0]",
    "...",
    "=",
    "\u{e9}",
    "⟨",
    "dynamic \"statement\" {",
    "regex(\"(\", ",
    "9e999",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn nothing_panics_on_a_text_that_was_changed(
        which in 0..TEXTS.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0..40_usize, 0..PARTS.len()), 1..6),
    ) {
        let mut letters: Vec<char> = TEXTS[which].chars().collect();
        for (at, length, part) in changes {
            let at = at.index(letters.len() + 1);
            let end = (at + length).min(letters.len());
            letters.splice(at..end, PARTS[part].chars());
        }
        let text: String = letters.into_iter().collect();
        let name = "main.tf";
        let (_, reading, mut sources) = read_files(&[(name, &text)], &Known::default());
        for document in &reading.documents {
            let doc = sources.add_composed(document);
            prop_assert!(sources.root(doc).is_ok());
        }
        let _ = super::super::json::configuration(&text);
    }
}
