//! Policies made ready to decide: patterns compiled for the layer they stand in.
//!
//! In: a policy model and its layer. Out: a [`CompiledPolicy`] that answers many requests. What the layer
//! changes is which short ARNs are padded, tolerated or refused (MATCH-R4).

use std::sync::Arc;

use super::layer::LayerKind;
use super::principal::PrincipalMatcher;
use crate::condition::{Condition, Mode};
use crate::dialect::Dialect;
use crate::pattern::{
    ActionPattern, ColonMode, Glob, Head, HeadTest, Piece, component_count, hole, pad_short,
};
use crate::policy::{Clause, Effect, Item, Policy, Reading, Statement, Template};
use crate::source::{NodeId, Place};

/// A policy, compiled for one layer. Clones share the text.
#[derive(Debug, Clone)]
pub struct CompiledPolicy {
    policy: Option<Arc<Policy>>,
    kind: LayerKind,
    name: String,
    statements: Arc<[CompiledStatement]>,
    named_at: Option<Place>,
    refused: bool,
    within: Option<Arc<[Glob]>>,
}

impl CompiledPolicy {
    /// Compiles `policy` for `kind`. `name` is what reports call it.
    pub fn new(policy: Policy, kind: LayerKind, mode: Mode, name: impl Into<String>) -> Self {
        let doubt = !policy.not_understood.is_empty();
        let statements = policy
            .statements
            .iter()
            .map(|statement| CompiledStatement::new(statement, &policy, kind, mode, doubt))
            .collect();
        Self {
            policy: Some(Arc::new(policy)),
            kind,
            name: name.into(),
            statements,
            named_at: None,
            refused: false,
            within: None,
        }
    }

    /// A policy that is attached but whose text is not at hand: what it allows and denies is unknown (TRI-16).
    pub fn unknown(kind: LayerKind, name: impl Into<String>) -> Self {
        Self {
            policy: None,
            kind,
            name: name.into(),
            statements: Arc::default(),
            named_at: None,
            refused: false,
            within: None,
        }
    }

    /// The same, with the place that names it, which then stands for every place in it: for a policy whose text is
    /// not at hand, or not the user's.
    #[must_use]
    pub fn named_at(mut self, place: Place) -> Self {
        self.named_at = Some(place);
        self
    }

    /// The same, said to be a document that AWS would refuse and that therefore grants nothing.
    #[must_use]
    pub fn refused(mut self, refused: bool) -> Self {
        self.refused = refused;
        self
    }

    /// The same, as the policy of these resources: whatever its statements say is said of resources that one of the
    /// patterns matches, and of no others. So the policies of several resources can stand in one layer.
    #[must_use]
    pub(crate) fn within(mut self, resources: impl Into<Arc<[Glob]>>) -> Self {
        self.within = Some(resources.into());
        self
    }

    /// The patterns of the resources that it is the policy of, where it was said.
    pub(crate) fn limits(&self) -> Option<&[Glob]> {
        self.within.as_deref()
    }

    /// Whether both are made of one compiled text.
    pub(crate) fn shares_text(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.statements, &other.statements)
    }

    /// Whether AWS would refuse the document.
    pub fn is_refused(&self) -> bool {
        self.refused
    }

    /// Where it is shown: the place that names it, where one was given, else its document.
    pub fn origin(&self) -> Option<Place> {
        let root = || self.policy().map(|policy| policy.place(policy.root));
        self.named_at.or_else(root)
    }

    /// Whether it has a text and is yet shown by the place that names it.
    pub fn is_shown_by_name(&self) -> bool {
        self.policy.is_some() && self.named_at.is_some()
    }

    /// The document, unless it is unknown.
    pub fn policy(&self) -> Option<&Policy> {
        self.policy.as_deref()
    }

    /// The layer it was compiled for.
    pub fn kind(&self) -> LayerKind {
        self.kind
    }

    /// What reports call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The compiled statements, in document order.
    pub(super) fn statements(&self) -> &[CompiledStatement] {
        &self.statements
    }

    /// The statement of the model at `index`.
    pub fn statement(&self, index: usize) -> Option<&Statement> {
        self.policy()?.statements.get(index)
    }

    /// Where a node of the document is shown.
    pub fn place(&self, node: NodeId) -> Option<Place> {
        let own = self.policy()?.place(node);
        Some(self.named_at.unwrap_or(own))
    }
}

/// A statement, compiled.
#[derive(Debug)]
pub(super) struct CompiledStatement {
    /// `None`: `Effect` is missing or not understood, so the statement may allow and may deny.
    pub effect: Option<Effect>,
    pub actions: ActionMatcher,
    pub resources: ResourceMatcher,
    pub principal: PrincipalMatcher,
    /// In the order of the model's conditions.
    pub conditions: Vec<Condition>,
    /// Something of the statement or its document was not understood (TRI-12).
    pub doubt: bool,
}

impl CompiledStatement {
    fn new(s: &Statement, policy: &Policy, kind: LayerKind, mode: Mode, doubt: bool) -> Self {
        let Policy { version, dialect, .. } = *policy;
        let effect = match s.effect {
            Reading::Known { value, .. } => Some(value),
            _ => None,
        };
        Self {
            effect,
            actions: ActionMatcher::new(&s.action, dialect),
            resources: ResourceMatcher::new(&s.resource, policy, kind, mode),
            principal: PrincipalMatcher::new(&s.principal, kind, effect),
            conditions: s
                .conditions
                .iter()
                .map(|entry| Condition::compile(entry, version))
                .collect(),
            doubt: doubt || !s.not_understood.is_empty() || matches!(s.sid, Reading::NotUnderstood(_)),
        }
    }
}

/// `Action` or `NotAction`.
#[derive(Debug)]
pub(super) struct ActionMatcher {
    pub negated: bool,
    pub patterns: Vec<ActionPattern>,
    /// What each pattern asks of the beginning of an action.
    heads: Vec<HeadTest>,
    /// What all of them ask; anything where the element does not simply list actions.
    common_head: HeadTest,
    /// Some part was not understood, or the element is missing.
    pub doubt: bool,
}

impl ActionMatcher {
    fn new(reading: &Reading<Clause>, dialect: Dialect) -> Self {
        let Reading::Known { value, .. } = reading else {
            return Self {
                negated: false,
                patterns: Vec::new(),
                heads: Vec::new(),
                common_head: HeadTest::ANY,
                doubt: true,
            };
        };
        let wild = dialect.table().service_wildcards;
        let unread = |item: &&Item| !wild && has_wildcard_vendor(&item.value) || hole::has_hole(&item.value);
        // What is not read keeps its position and matches no action: every action has a name.
        let read = |item: &Item| ActionPattern::parse(if unread(&item) { "" } else { &item.value });
        let patterns: Vec<_> = value.values.iter().map(read).collect();
        let heads: Vec<_> = patterns.iter().map(ActionPattern::head).collect();
        // EMPTY-02: the complement of nothing is refused by IAM, and open.
        let doubt = !value.not_understood.is_empty()
            || (value.negated && value.values.is_empty())
            || value.values.iter().any(|item| unread(&item));
        let simple = !value.negated && !doubt;
        let common = heads.iter().copied().reduce(HeadTest::common).filter(|_| simple);
        Self {
            negated: value.negated,
            patterns,
            heads,
            common_head: common.unwrap_or(HeadTest::ANY),
            doubt,
        }
    }

    /// Whether the beginning of the action alone shows that the clause does not apply.
    pub fn rules_out(&self, head: Head) -> bool {
        !self.common_head.admits(head)
    }

    /// Whether some pattern matches the folded action, which has this head.
    pub fn lists(&self, head: Head, folded_action: &str) -> bool {
        let mut patterns = self.heads.iter().zip(&self.patterns);
        patterns.any(|(test, pattern)| test.admits(head) && pattern.matches(folded_action))
    }

    /// The index of the first pattern that matches the folded action.
    pub fn first_match(&self, folded_action: &str) -> Option<usize> {
        self.patterns
            .iter()
            .position(|pattern| pattern.matches(folded_action))
    }
}

/// Whether the service of an action pattern holds a wildcard, which IAM refuses except as `*` alone (GRAM-11).
fn has_wildcard_vendor(action: &str) -> bool {
    action
        .split_once(':')
        .is_some_and(|(vendor, _)| vendor != "*" && vendor.contains(['*', '?']))
}

/// `Resource` or `NotResource`.
#[derive(Debug)]
pub(super) enum ResourceMatcher {
    /// No such element (MATCH-R11).
    Missing,
    /// The element has a form that the grammar does not have.
    NotUnderstood,
    Listed {
        negated: bool,
        entries: Vec<ResourceEntry>,
        doubt: bool,
    },
}

impl ResourceMatcher {
    fn new(reading: &Reading<Clause>, policy: &Policy, kind: LayerKind, mode: Mode) -> Self {
        match reading {
            Reading::Missing => Self::Missing,
            Reading::NotUnderstood(_) => Self::NotUnderstood,
            Reading::Known { value, .. } => Self::Listed {
                negated: value.negated,
                entries: value
                    .values
                    .iter()
                    .map(|i| ResourceEntry::new(i, policy, kind, mode))
                    .collect(),
                doubt: !value.not_understood.is_empty() || (value.negated && value.values.is_empty()),
            },
        }
    }
}

/// One entry of `Resource`.
#[derive(Debug)]
pub(super) enum ResourceEntry {
    Fixed(ResourceGlob),
    /// Holds variables.
    Template {
        template: Template,
        variables: Vec<Box<str>>,
        kind: LayerKind,
        mode: Mode,
    },
    /// What the entry matches is open: a faulty variable, one before the fifth colon, or a short ARN that
    /// this layer refuses.
    Open,
}

/// A resource pattern; in sound mode with the least and the most that it may cover (TRI-11, MATCH-R3).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct ResourceGlob {
    pub narrow: Glob,
    /// Where it differs from `narrow`.
    pub wide: Option<Glob>,
}

impl ResourceEntry {
    fn new(item: &Item, policy: &Policy, kind: LayerKind, mode: Mode) -> Self {
        let Policy { version, dialect, .. } = *policy;
        let Ok(template) = Template::parse(&item.value, version) else {
            return Self::Open;
        };
        if !dialect.table().documented {
            let plain = template.plain().filter(|_| !template.has_variables());
            return plain
                .and_then(|text| name_glob(text, dialect))
                .map_or(Self::Open, Self::Fixed);
        }
        if let Some(text) = template.plain() {
            return resource_glob(vec![Piece::Pattern(text)], kind, mode).map_or(Self::Open, Self::Fixed);
        }
        if template.has_variables() && !version.settles_variables()
            || variable_in_an_early_component(&template)
        {
            return Self::Open;
        }
        let mut variables: Vec<Box<str>> = template
            .variable_keys()
            .map(|key| key.to_ascii_lowercase().into())
            .collect();
        variables.sort();
        variables.dedup();
        Self::Template {
            template,
            variables,
            kind,
            mode,
        }
    }
}

/// Whether a variable stands before the fifth colon, which AWS does not support (VAR-03).
fn variable_in_an_early_component(template: &Template) -> bool {
    let mut colons = 0;
    for piece in template.pieces() {
        match piece {
            crate::policy::Piece::Text(text) => colons += text.matches(':').count(),
            piece if piece.is_hole() => {}
            _ if colons < 5 => return true,
            _ => {}
        }
    }
    false
}

/// The pattern of an entry of a dialect that does not say up to where a wildcard reaches: at least within its field,
/// at most over everything. `None` for a name with fields missing, and for one whose letter case is open.
///
/// Source: RAM-03, RAM-05.
fn name_glob(text: &str, dialect: Dialect) -> Option<ResourceGlob> {
    let missing = text != "*" && text.matches(':').count() < dialect.table().separators;
    if missing || dialect.is_doubtful(text) {
        return None;
    }
    let text = dialect.canonical(text);
    let narrow = Glob::name(&text, ColonMode::Segmented, dialect);
    let wide = Glob::name(&text, ColonMode::Plain, dialect);
    Some(ResourceGlob {
        wide: (wide != narrow).then_some(wide),
        narrow,
    })
}

/// The pattern of an entry without unknown variables; `None` where the layer refuses a short ARN.
///
/// Source: MATCH-R3, MATCH-R4, GRAM-28.
pub(super) fn resource_glob(mut pieces: Vec<Piece<'_>>, kind: LayerKind, mode: Mode) -> Option<ResourceGlob> {
    let star = matches!(pieces.as_slice(), [Piece::Pattern("*")]);
    // What is not known yet can hold the components that seem to be missing.
    let whole = pieces.iter().all(|piece| matches!(piece, Piece::Pattern(_)));
    if !star && whole && component_count(&pieces) < 6 {
        let ends_in_star = matches!(pieces.last(), Some(Piece::Pattern(text)) if text.ends_with('*'));
        match kind {
            LayerKind::Identity | LayerKind::ResourceGroup | LayerKind::Boundary => pad_short(&mut pieces),
            LayerKind::Resource | LayerKind::Endpoint => {}
            LayerKind::ServiceControl if ends_in_star => {}
            LayerKind::ServiceControl | LayerKind::ResourceControl | LayerKind::Session => return None,
        }
    }
    Some(match mode {
        Mode::Chosen => ResourceGlob {
            narrow: Glob::resource(&pieces, ColonMode::Documented),
            wide: None,
        },
        Mode::Sound => {
            let narrow = Glob::resource(&pieces, ColonMode::Segmented);
            let wide = Glob::resource(&pieces, ColonMode::Plain);
            ResourceGlob {
                wide: (wide != narrow).then_some(wide),
                narrow,
            }
        }
    })
}
