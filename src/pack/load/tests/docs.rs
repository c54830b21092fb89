//! The documentation for authors says what the loader does.

use super::faults_with;
use crate::pack::load;

#[test]
fn the_example_of_the_documentation_loads() {
    let text = include_str!("../../../../docs/PACKS.md");
    let (_, rest) = text.split_once("```toml whole\n").unwrap();
    let (example, _) = rest.split_once("```").unwrap();
    let pack = load("docs/PACKS.md", example).unwrap_or_else(|faults| panic!("{faults:#?}"));
    assert_eq!(pack.rules.len(), 2);
    assert_eq!(pack.rules[1].after, [pack.rules[0].id.clone()]);
}

#[test]
fn the_documentation_names_every_key_and_word() {
    let text = include_str!("../../../../docs/PACKS.md");
    for (from, word) in [
        ("version = 3", "version = 3\nzzzz = 1"),
        ("authentication = \"iam\"", "zzzz = 1"),
    ]
    .iter()
    .chain(&[
        ("severity = \"error\"", "zzzz = 1"),
        ("resource = \"${cluster.arn}\"", "zzzz = 1"),
    ])
    .chain(&[
        ("about = \"granted\"", "zzzz = 1"),
        ("s3 = \"bucket\"", "zzzz = 1"),
        ("${cluster.arn}", "${zzzz}"),
    ]) {
        let (_, faults) = faults_with(from, word);
        let list = faults
            .iter()
            .find(|fault| fault.message.contains("zzzz"))
            .unwrap();
        let words = list.help.split('`').skip(1).step_by(2);
        for word in words {
            assert!(
                text.contains(&format!("`{word}")) || text.contains(&format!("${{{word}")),
                "{word}"
            );
        }
    }
}
