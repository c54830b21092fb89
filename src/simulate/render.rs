//! A decision with its explanation, as text for people.
//!
//! The decision first, then what decided it, then every policy with its statements: `✓` matches, `✗` does not, `?`
//! is not known, each with a place. Plain text, without colours.

use std::fmt::Write as _;

use super::explained::{LocationOut, Places};
use super::question::Question;
use crate::condition::Truth;
use crate::engine::{
    ClauseKind, ClauseTrace, Completion, Decision, Doubt, LayerKind, Layers, Outcome, Parts, PolicyRef,
    Requirement, Residual, StatementRef, StatementTrace, is_closed, nearest, state_in_words,
};
use crate::source::Sources;

/// At most this many characters of a value are quoted.
const MAX_QUOTED: usize = 72;

/// The text of a decided question. `trace` is that of the same question. Ends in a line feed.
pub fn text(question: &Question, outcome: &Outcome, trace: &[StatementTrace], sources: &Sources) -> String {
    let mut report = Report {
        question,
        outcome,
        trace,
        places: Places {
            layers: &question.layers,
            sources,
        },
        out: String::new(),
    };
    report.decision();
    report.parts();
    report.residual();
    report.policies();
    report.assumptions();
    report.out
}

struct Report<'a> {
    question: &'a Question,
    outcome: &'a Outcome,
    trace: &'a [StatementTrace],
    places: Places<'a>,
    out: String,
}

impl Report<'_> {
    fn line(&mut self, line: impl AsRef<str>) {
        self.out.push_str(line.as_ref());
        self.out.push('\n');
    }

    fn decision(&mut self) {
        let request = &self.question.request;
        let caller = request.caller.text();
        let (action, resource) = (&request.action, request.resource_text());
        let decision = self.outcome.decision;
        let says = match &self.outcome.parts {
            None => {
                let may = match decision {
                    Decision::Allowed => "may",
                    Decision::ExplicitlyDenied | Decision::ImplicitlyDenied => "may not",
                    Decision::Depends => "may or may not",
                };
                format!("{may} do `{action}` on `{resource}`")
            }
            Some(parts) => {
                let on = of_set(decision, parts);
                format!("may do `{action}` {on} of `{resource}`")
            }
        };
        self.line(format!("{decision}: `{caller}` {says}"));
        if !self.outcome.exact {
            self.line("  a bound on the work was reached before the decision was proved");
        }
        if self.outcome.may_be_explicit {
            self.line("  refused whatever is not known, and for some of it by an explicit deny");
        }
        if let Some(at) = self.outcome.deciding() {
            let by = self.name_of(at);
            self.line(format!("  decided by {by}"));
        } else {
            self.withheld();
        }
    }

    fn withheld(&mut self) {
        let outcome = self.outcome;
        if is_closed(&self.question.request) {
            self.line("  AWS refuses this to the principal, or on the resource, whatever the policies grant");
            return;
        }
        for kind in &outcome.withheld {
            self.line(format!("  no {} allows it", kind.in_words()));
        }
        if let Some(near) = nearest(self.trace, &outcome.withheld).filter(|near| near.related) {
            let (at, clause) = (near.statement.at, near.clause);
            let by = self.name_of(at);
            let element = self.element(at, clause);
            let place = self.place_of(at, clause);
            self.line(format!("  nearest is {by}: its {element} at {place}"));
        }
        if self.trace.is_empty() && outcome.decision != Decision::Depends {
            self.line("  no policy statement bears on it");
        }
    }

    fn parts(&mut self) {
        let Some(parts) = &self.outcome.parts else {
            return;
        };
        if parts.empty {
            self.line("  the set holds no resource");
        }
        if self.outcome.decision != Decision::Depends {
            return;
        }
        if let Some(word) = &parts.allowed {
            self.line(format!("  allowed, for example, on `{word}`"));
        }
        if let Some((word, decision)) = &parts.refused {
            let how = if *decision == Decision::ExplicitlyDenied {
                "explicitly "
            } else {
                ""
            };
            self.line(format!("  {how}denied, for example, on `{word}`"));
        }
        if let Some((word, _)) = &parts.depends {
            self.line(format!("  not decided, for example, on `{word}`"));
        }
    }

    fn residual(&mut self) {
        let Some(residual) = &self.outcome.residual else {
            return;
        };
        for (index, alternative) in residual.sufficient.iter().enumerate() {
            let words: Vec<String> = alternative.iter().map(requirement).collect();
            let lead = if index == 0 { "allowed if" } else { "or if" };
            self.line(format!("  {lead} {}", words.join(", and ")));
        }
        let Residual { allows, refuses, .. } = residual;
        if let Some(completion) = allows {
            self.line(format!("  for example allowed where {}", completed(completion)));
        }
        if let Some(completion) = refuses {
            self.line(format!(
                "  for example not allowed where {}",
                completed(completion)
            ));
        }
    }

    fn policies(&mut self) {
        for layer in Layers::KINDS {
            for (level, policies) in self.question.layers.levels(layer).iter().enumerate() {
                if policies.is_empty() && matches!(layer, LayerKind::ServiceControl) {
                    self.line(format!("\n{} level {level}: holds no policy", layer.in_words()));
                }
                for policy in 0..policies.len() {
                    self.policy(PolicyRef { layer, level, policy });
                }
            }
        }
    }

    fn policy(&mut self, name: PolicyRef) {
        let Some(policy) = self.question.layers.policy(name) else {
            return;
        };
        let level = match name.layer {
            LayerKind::ServiceControl | LayerKind::ResourceControl => format!(" level {}", name.level),
            _ => String::new(),
        };
        self.line(format!("\n{}{level} `{}`", name.layer.in_words(), policy.name()));
        let statements: Vec<&StatementTrace> = self
            .trace
            .iter()
            .filter(|trace| trace.at.policy == name)
            .collect();
        match policy.policy() {
            None => self.line("  ? its text is not known: what it allows and denies is open"),
            Some(document) if document.statements.is_empty() => self.line("  it has no statements"),
            Some(_) if statements.is_empty() => self.line("  not asked: it does not bear on this request"),
            Some(_) => {}
        }
        for statement in statements {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &StatementTrace) {
        let at = statement.at;
        let effect = statement
            .effect
            .map_or("effect unknown", |effect| effect.as_str());
        let sid = self.sid(at);
        let place = self.places.statement(at).map_or(String::new(), |l| place(&l));
        let sign = sign(statement.value, statement.whole);
        self.line(format!(
            "  {sign} statement {}{sid} ({effect})  {place}",
            at.statement
        ));
        for clause in &statement.clauses {
            if clause.clause == ClauseKind::Effect && clause.truth == Truth::True {
                continue;
            }
            self.clause(at, clause);
        }
    }

    fn clause(&mut self, at: StatementRef, clause: &ClauseTrace) {
        let sign = sign(clause.truth, clause.whole);
        let mut line = format!("      {sign} {}", self.element(at, clause));
        if let ClauseKind::Principal(Some(class)) = clause.clause {
            let _ = write!(line, " ({})", class.as_str());
        }
        if clause.truth == Truth::True && !clause.whole {
            line.push_str(" (in part)");
        }
        let shown = self.quoted(at, clause);
        let _ = write!(line, ": {shown}  {}", self.place_of(at, clause));
        self.line(line);
    }

    /// A statement in words: layer, policy, number, `Sid` and place.
    fn name_of(&self, at: StatementRef) -> String {
        let policy = self.places.policy(at).map_or("", |policy| policy.name());
        let place = self.places.statement(at).map_or(String::new(), |l| place(&l));
        let layer = at.policy.layer.in_words();
        format!(
            "statement {}{} of the {layer} `{policy}` ({place})",
            at.statement,
            self.sid(at)
        )
    }

    fn sid(&self, at: StatementRef) -> String {
        let sid = self.places.model(at).and_then(|model| model.sid());
        sid.map_or(String::new(), |sid| format!(" `{sid}`"))
    }

    fn element(&self, at: StatementRef, clause: &ClauseTrace) -> String {
        let entry = match clause.clause {
            ClauseKind::Condition(index) => self.places.model(at).and_then(|m| m.conditions.get(index)),
            ClauseKind::Form => return "part that is not understood".to_owned(),
            _ => None,
        };
        match entry {
            Some(entry) => format!("condition {} {}", entry.operator, entry.key),
            None => clause.clause.as_str().to_owned(),
        }
    }

    fn place_of(&self, at: StatementRef, clause: &ClauseTrace) -> String {
        let places = self.places.clause(at, clause);
        places.first().map_or(String::new(), place)
    }

    /// The text of what shows a clause.
    fn quoted(&self, at: StatementRef, clause: &ClauseTrace) -> String {
        if clause.nodes.first() == self.places.model(at).map(|model| &model.node) {
            return "missing".to_owned();
        }
        let texts: Vec<&str> = clause
            .nodes
            .iter()
            .filter_map(|node| {
                let place = self.places.policy(at)?.place(*node)?;
                Some(self.places.sources.tree(place.doc)?.raw(place.node))
            })
            .collect();
        one_line(&texts.join(", "))
    }

    fn assumptions(&mut self) {
        self.line("\nassumed");
        for assumed in &self.question.assumed {
            self.line(format!("  {assumed}"));
        }
    }
}

/// On how much of a set something may be done.
fn of_set(decision: Decision, parts: &Parts) -> &'static str {
    match (decision, &parts.allowed, &parts.refused) {
        (Decision::Allowed, _, _) => "on every resource",
        (Decision::ExplicitlyDenied | Decision::ImplicitlyDenied, _, _) => "on no resource",
        (Decision::Depends, Some(_), Some(_)) => "on some, but not on every resource",
        (Decision::Depends, Some(_), None) => "on some, and perhaps on every resource",
        (Decision::Depends, None, Some(_)) => "perhaps on some, but not on every resource",
        (Decision::Depends, None, None) => "perhaps on some, or on every resource",
    }
}

fn sign(truth: Truth, whole: bool) -> char {
    match truth {
        Truth::True if whole => '✓',
        Truth::True => '~',
        Truth::False => '✗',
        Truth::Unknown => '?',
    }
}

fn place(location: &LocationOut) -> String {
    let LocationOut { file, start, .. } = location;
    format!("{file}:{}:{}", start.line, start.column)
}

/// White space runs as single spaces, and no more than [`MAX_QUOTED`] characters.
fn one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= MAX_QUOTED {
        return line;
    }
    let mut cut: String = line.chars().take(MAX_QUOTED - 1).collect();
    cut.push('…');
    cut
}

fn requirement(requirement: &Requirement) -> String {
    match requirement {
        Requirement::Key { text, .. } => text.clone(),
        Requirement::Assumption { doubt, holds } => settled(*doubt, *holds),
    }
}

/// A doubt settled one way.
fn settled(doubt: Doubt, holds: bool) -> String {
    match (doubt, holds) {
        (Doubt::PolicyNotGiven, true) => "the policy that is not given applies".to_owned(),
        (Doubt::PolicyNotGiven, false) => "the policy that is not given does not apply".to_owned(),
        (Doubt::ResourceOwner, true) => "the resource belongs to the caller's account".to_owned(),
        (Doubt::ResourceOwner, false) => "the resource belongs to another account".to_owned(),
        (other, true) => format!("there is a match where {}", other.in_words()),
        (other, false) => format!("there is no match where {}", other.in_words()),
    }
}

fn completed(completion: &Completion) -> String {
    let keys = completion
        .context
        .iter()
        .map(|(key, state)| format!("`{key}` is {}", state_in_words(state)));
    let doubts = completion
        .assumptions
        .iter()
        .map(|(doubt, holds)| settled(*doubt, *holds));
    let mut all: Vec<String> = Vec::new();
    for part in keys.chain(doubts) {
        if !all.contains(&part) {
            all.push(part);
        }
    }
    all.join(", ")
}
