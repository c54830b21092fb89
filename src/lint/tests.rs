//! Lint as a whole.

use super::*;
use crate::finding::{Finding, Severity, Spot, Subject};
use crate::grammar::PolicyType;
use crate::source::Sources;

fn lint_text(text: &str, kind: PolicyType) -> (Sources, Vec<Finding>) {
    let mut sources = Sources::new();
    let doc = sources.add_text("policy.json", text.to_owned());
    let findings = super::text(&sources, doc, kind, &Subject::default());
    (sources, findings)
}

#[test]
#[ignore]
fn corpus() {
    let mut linter = Linter::default();
    let mut files: Vec<_> = std::fs::read_dir("/tmp/mp/docs").unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    let mut counts = std::collections::BTreeMap::new();
    let start = std::time::Instant::now();
    for file in files {
        let mut sources = Sources::new();
        let doc = sources.add_text(file.file_stem().unwrap().to_str().unwrap(), std::fs::read_to_string(&file).unwrap());
        let begin = std::time::Instant::now();
        let found = linter.text(&sources, doc, PolicyType::Managed, &Subject::default());
        if begin.elapsed().as_millis() > 200 { println!("SLOW {} {:?}", file.display(), begin.elapsed()); }
        for f in found {
            *counts.entry((f.code.clone(), f.severity)).or_insert(0) += 1;
            println!("{} {} {} | {} | {}", f.code, f.severity.as_str(), sources.name(doc), f.message, f.help);
        }
    }
    println!("{counts:?} {:?}", start.elapsed());
}
