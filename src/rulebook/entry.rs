//! One code with all that there is to say of it, whether a rule of a pack stands behind it or a check of lint.
//!
//! The keys of its JSON form are these fields, described in `docs/RULES.md`.

use serde::Serialize;

use crate::finding::Severity;
use crate::lint::{self, Code, CodeExample};
use crate::pack::{Ask, ConnectorClass, Example, Expect, Pack, Requirement, Rule, Subject};
use crate::source::Location;

/// One code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// `pack/rule`.
    pub code: String,
    /// How grave it is when it does not hold, unless the user or a finding says otherwise.
    pub severity: Severity,
    /// What holds, on one line.
    pub title: String,
    /// What breaks where it does not hold, in sentences.
    pub why: String,
    /// What to do, in sentences.
    pub help: String,
    /// Which subjects are asked, one phrase each; all where it is empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub when: Vec<String>,
    /// The grants that are asked; empty where a procedure of the program judges.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub asks: Vec<Asked>,
    /// Whether it holds where what it asks is not granted.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub refused: bool,
    /// Codes for whose gaps this one stands in, where all that it asks is granted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub relieves: Vec<String>,
    /// What connector classes need under this code.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<OfClass>,
    /// Codes that explain a gap of this one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<String>,
    /// What it rests on.
    pub sources: Vec<Source>,
    /// An example that has a finding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fails: Option<Instance>,
    /// An example that has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passes: Option<Instance>,
    /// How many examples prove it.
    pub examples: usize,
    /// Where it is defined, `file:line`; `None` for codes of lint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub defined: Option<String>,
}

/// What a connector class needs under a code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OfClass {
    /// The full names and aliases of the class, or of several that behave alike.
    pub names: Vec<String>,
    /// The grants that are asked of it.
    pub asks: Vec<Asked>,
}

/// Grants that are asked together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Asked {
    /// Who needs them: `role`, `deployer`, `secrets-role`, `key-user`, or the name of a service principal.
    pub of: String,
    /// The actions.
    pub actions: Vec<String>,
    /// The resource, as a template.
    pub resource: String,
    /// Resources for which a grant is enough for a warning.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub narrower: Vec<String>,
    /// When they are asked, beyond what is said of the code, one phrase each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub when: Vec<String>,
    /// How grave it is, where that is less grave than the code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
}

/// A text that a code rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Source {
    /// The document, as a person would look for it.
    pub document: String,
    /// The day on which it was last read: `2026-11-21`.
    pub read: String,
}

/// An example as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Instance {
    /// What it shows, on one line.
    pub about: String,
    /// `toml` for one of a pack, where it leaves out what `[pack.example]` says; `json` for a policy.
    pub form: &'static str,
    /// Its text; empty where words say it all.
    pub text: String,
    /// Where it stands, `file:line`; `None` where it stands in no file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}

impl Entry {
    /// A rule of a pack, with what the classes of all packs need under its code.
    pub fn of_rule(pack: &Pack, rule: &Rule, packs: &[Pack]) -> Self {
        let example = |fits: fn(&Expect) -> bool| {
            let first = rule.examples.iter().find(|example| fits(&example.expect));
            first.map(instance)
        };
        let full = |ids: &[String]| ids.iter().map(|id| format!("{}/{id}", pack.id)).collect();
        let asks = match &rule.ask {
            Ask::Grant(grants) => grants.requirements.iter().map(asked).collect(),
            _ => Vec::new(),
        };
        let classes = packs.iter().flat_map(|pack| &pack.classes);
        let classes = classes.filter_map(|class| of_class(class, &rule.code));
        let sources = rule.sources.iter().map(|source| Source {
            document: source.document.clone(),
            read: source.read.clone(),
        });
        Self {
            code: rule.code.clone(),
            severity: rule.severity,
            title: rule.title.clone(),
            why: rule.why.clone(),
            help: rule.help.clone(),
            when: rule.asked_when.clone(),
            asks,
            classes: classes.collect(),
            refused: matches!(&rule.ask, Ask::Grant(grants) if grants.refused),
            relieves: full(&rule.relieves),
            after: full(&rule.after),
            sources: sources.collect(),
            fails: example(|expect| *expect != Expect::Pass),
            passes: example(|expect| *expect == Expect::Pass),
            examples: rule.examples.len(),
            defined: Some(line(&rule.place)),
        }
    }

    /// A code of lint.
    pub fn of_lint(code: &Code) -> Self {
        let sources = code.sources.iter().map(|document| Source {
            document: (*document).to_owned(),
            read: lint::SOURCES_READ.to_owned(),
        });
        let examples = [&code.fails, &code.passes];
        let written = examples.iter().filter(|example| example.policy.is_some());
        Self {
            code: code.name.to_owned(),
            severity: code.severity,
            title: code.claim.to_owned(),
            why: code.why.to_owned(),
            help: code.help.to_owned(),
            when: Vec::new(),
            asks: Vec::new(),
            refused: false,
            relieves: Vec::new(),
            classes: Vec::new(),
            after: Vec::new(),
            sources: sources.collect(),
            fails: Some(policy(&code.fails)),
            passes: Some(policy(&code.passes)),
            examples: written.count(),
            defined: None,
        }
    }
}

/// `None` where the class needs nothing under the code.
fn of_class(class: &ConnectorClass, code: &str) -> Option<OfClass> {
    let needs = class.needs.iter().filter(|need| need.code == code);
    let asks: Vec<Asked> = needs.map(|need| asked(&need.requirement)).collect();
    (!asks.is_empty()).then(|| OfClass {
        names: class.names.clone(),
        asks,
    })
}

fn asked(requirement: &Requirement) -> Asked {
    let templates = requirement.narrower.iter();
    Asked {
        of: match &requirement.of {
            Subject::Service(name) => name.clone(),
            Subject::Deployer => "deployer".to_owned(),
            Subject::SecretsRole => "secrets-role".to_owned(),
            Subject::KeyUser => "key-user".to_owned(),
            Subject::Role => "role".to_owned(),
        },
        actions: requirement.actions.clone(),
        resource: requirement.resource.to_string(),
        narrower: templates.map(ToString::to_string).collect(),
        when: requirement.asked_when.clone(),
        severity: requirement.severity,
    }
}

fn instance(example: &Example) -> Instance {
    Instance {
        about: example.about.clone(),
        form: "toml",
        text: example.written.clone(),
        place: Some(line(&example.place)),
    }
}

fn policy(example: &CodeExample) -> Instance {
    Instance {
        about: example.about.to_owned(),
        form: "json",
        text: example.policy.unwrap_or_default().to_owned(),
        place: None,
    }
}

fn line(place: &Location) -> String {
    format!("{}:{}", place.file, place.start.line)
}
