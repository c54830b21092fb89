//! The examples of the codes of lint, asked as those of rules are.

use super::{Proof, Wrong, said};
use crate::finding::{Severity, Subject};
use crate::lint::{self, CODES, Code, CodeExample, Linter};
use crate::source::Sources;

/// Lints the policy of every example that has one: it has to give the findings of its code and no others.
pub fn prove_lint() -> Proof {
    let asked = CODES.iter().flat_map(|code| {
        [
            (code, &code.fails, Some(code.severity)),
            (code, &code.passes, None),
        ]
    });
    let (mut examples, mut wrong) = (0, Vec::new());
    for (code, example, expected) in asked {
        if let Some(policy) = example.policy {
            examples += 1;
            wrong.extend(ask(code, example, policy, expected));
        }
    }
    Proof {
        pack: lint::PACK.to_owned(),
        file: None,
        codes: CODES.len(),
        classes: 0,
        examples,
        wrong,
    }
}

fn ask(code: &Code, example: &CodeExample, policy: &str, expected: Option<Severity>) -> Option<Wrong> {
    let mut sources = Sources::new();
    let doc = sources.add_text("policy.json", policy.to_owned());
    let findings = Linter::default().text(&sources, doc, example.kind, &Subject::default());
    let (own, others): (Vec<_>, Vec<_>) = findings
        .into_iter()
        .partition(|finding| finding.code == code.name);
    let severities: Vec<Severity> = own.iter().map(|finding| finding.severity).collect();
    let holds = others.is_empty() && severities.as_slice() == expected.as_slice();
    (!holds).then(|| Wrong {
        code: code.name.to_owned(),
        about: example.about.to_owned(),
        place: None,
        expected,
        found: said(own),
        problems: others
            .into_iter()
            .map(|finding| format!("{}: {}", finding.code, finding.message))
            .collect(),
    })
}
