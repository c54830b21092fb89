//! From layers and a request to the decision formula.
//!
//! Every statement is matched clause by clause; what is definite folds away and what is not becomes a leaf. The
//! result is the pair (denied, granted) of EVAL-09, each a formula over the leaves.
//!
//! Source: EVAL-01 … EVAL-28, TRUST-*, SVC-*, TRI-05, TRI-16, TRI-17.

use super::caller::Caller;
use super::compile::{
    CompiledPolicy, CompiledStatement, ResourceEntry, ResourceGlob, ResourceMatcher, resource_glob,
};
use super::expr::Expr;
use super::gate::{self, Gate};
use super::layer::{LayerKind, Layers, Level, PolicyRef, StatementRef};
use super::leaf::{Doubt, Leaf, Leaves};
use super::principal::{Asked, ClassMatch};
use super::request::{Request, Resource};
use crate::arn::Arn;
use crate::condition::{Mode, Substituted, Truth, substitute, value_has_wildcard};
use crate::pattern::Fold;
use crate::policy::Effect;

/// The decision formula, with what was found on the way.
#[derive(Debug)]
pub(super) struct Formula<'a> {
    /// Holds where some Deny applies.
    pub denied: Expr,
    /// Holds where, Denies aside, every layer grants.
    pub granted: Expr,
    /// The undecided parts that the two rest on.
    pub leaves: Leaves<'a>,
    /// The statements that definitely apply, in order of layers.
    pub applied: Vec<(StatementRef, Effect)>,
    /// The layers that, Denies aside, definitely withhold the grant.
    pub withheld: Vec<LayerKind>,
}

/// Builds the formula. Linear in the number of statements.
pub(super) fn evaluate<'a>(layers: &'a Layers, request: &'a Request) -> Formula<'a> {
    evaluate_beside(layers, request, Leaves::default())
}

/// Builds a formula over leaves that go on where those of another formula end, so that both can be solved together;
/// the formula holds them all.
pub(super) fn evaluate_beside<'a>(layers: &'a Layers, request: &'a Request, leaves: Leaves<'a>) -> Formula<'a> {
    let mut run = Run::new(layers, request);
    run.leaves = leaves;
    run.finish()
}

/// Builds the formula for a set of action names: which of them a clause matches is a part, as with resources. The
/// action of the request stands for all of them in everything else (see [`super::actions`]).
pub(super) fn evaluate_names<'a>(layers: &'a Layers, request: &'a Request) -> Formula<'a> {
    let mut run = Run::new(layers, request);
    run.open_world = true;
    run.finish()
}

/// One request being held against the layers. What it says of a single clause is what explanations show too.
pub(super) struct Run<'a> {
    pub layers: &'a Layers,
    pub request: &'a Request,
    /// The action, folded; in an open world one name that stands for all that are asked about, as far as anything but
    /// the action clauses of statements goes.
    pub action: String,
    /// Whether action clauses are held against every name of a set (SET-16).
    open_world: bool,
    bounded: bool,
    pub leaves: Leaves<'a>,
    applied: Vec<(StatementRef, Effect)>,
    withheld: Vec<LayerKind>,
}

/// What a layer, level or policy says.
struct Says {
    direct: Expr,
    entity: Expr,
    account: Expr,
    deny: Expr,
}

impl Says {
    const NOTHING: Self = Self {
        direct: Expr::False,
        entity: Expr::False,
        account: Expr::False,
        deny: Expr::False,
    };

    fn or(self, other: Self) -> Self {
        Self {
            direct: self.direct.or(other.direct),
            entity: self.entity.or(other.entity),
            account: self.account.or(other.account),
            deny: self.deny.or(other.deny),
        }
    }

    fn allow(self) -> Expr {
        self.direct.or(self.entity).or(self.account)
    }
}

impl<'a> Run<'a> {
    pub fn new(layers: &'a Layers, request: &'a Request) -> Self {
        Self {
            layers,
            request,
            action: Fold::Ascii.text(&request.action).into_owned(),
            open_world: false,
            bounded: !layers.boundary.is_empty(),
            leaves: Leaves::default(),
            applied: Vec::new(),
            withheld: Vec::new(),
        }
    }

    fn finish(mut self) -> Formula<'a> {
        let (denied, granted) = self.formula();
        Formula {
            denied,
            granted,
            leaves: self.leaves,
            applied: self.applied,
            withheld: self.withheld,
        }
    }

    /// Whether policies are asked at all.
    pub fn gate(&self) -> Gate {
        Gate::of(self.request, &self.action)
    }

    /// Whether the policies of a layer bear on this request.
    ///
    /// Source: EVAL-14, EVAL-16, EVAL-18 … EVAL-21, EVAL-23.
    pub fn asks(&self, kind: LayerKind) -> bool {
        let request = self.request;
        let caller = &request.caller;
        let service_linked = || request.service_linked || caller.is_service_linked_role();
        match kind {
            LayerKind::Resource | LayerKind::Endpoint => true,
            LayerKind::Identity | LayerKind::Boundary => {
                caller.has_identity() && !matches!(caller, Caller::Root { .. })
            }
            LayerKind::Session => matches!(caller, Caller::Role { .. } | Caller::Federated { .. }),
            LayerKind::ServiceControl => {
                caller.has_identity() && !request.management_account && !service_linked()
            }
            LayerKind::ResourceControl => {
                !(request.resource_in_management_account
                    || service_linked()
                    || self.is_trust_of_service_linked_role()
                    || self.action == "kms:retiregrant")
            }
        }
    }

    fn formula(&mut self) -> (Expr, Expr) {
        let gate = self.gate();
        if gate == Gate::AlwaysAllowed {
            return (Expr::False, Expr::True);
        }
        let (denied, granted) = self.by_policies();
        // EVAL-05: a Deny that applies is explicit, whatever else refuses.
        let granted = match (gate, &self.request.resource) {
            (Gate::Refused, _) => Expr::False,
            (_, Resource::One(_)) => granted,
            (_, Resource::All(_)) => {
                let refused = gate::aws_owned(&self.action);
                let refused = refused.map_or(Expr::False, |resources| self.leaves.resources(&resources));
                granted.and(refused.negate())
            }
        };
        (denied, granted)
    }

    /// What the policies say: whether one denies, and whether all grant.
    fn by_policies(&mut self) -> (Expr, Expr) {
        let caller = &self.request.caller;
        let mut denied = Expr::False;
        // SVC-02: handing a role over asks the identity side alone.
        let resource =
            if self.action == "iam:passrole" { Says::NOTHING } else { self.layer(LayerKind::Resource) };
        denied = denied.or(resource.deny.clone());
        let rcp = self.resource_control(&mut denied);
        let endpoint = self.single(LayerKind::Endpoint, &mut denied);
        if !caller.has_identity() {
            // EVAL-18, EVAL-19: no identity side, no SCP.
            let direct = resource.direct;
            self.withhold(LayerKind::Resource, &direct);
            return (denied, direct.and(rcp).and(endpoint));
        }
        let scp = self.service_control(&mut denied);
        let core = self.core(resource, &mut denied);
        let same_partition = self.same_partition();
        (denied, scp.and(rcp).and(endpoint).and(core).and(same_partition))
    }

    /// EVAL-06, EVAL-07, EVAL-08, EVAL-14.
    fn core(&mut self, resource: Says, denied: &mut Expr) -> Expr {
        // EVAL-14: the root user has neither, and needs neither.
        let identity = if self.asks(LayerKind::Identity) {
            self.single_allow(LayerKind::Identity, denied, false)
        } else {
            Expr::True
        };
        let boundary = if self.asks(LayerKind::Boundary) {
            self.all_of(LayerKind::Boundary, denied)
        } else {
            Expr::True
        };
        let no_identity = identity.is_false();
        let session = self.session(denied);
        let limited = boundary.and(session);
        let own = identity.and(limited.clone());
        let same_account = self.owner_is_caller();
        let Says {
            direct,
            entity,
            account,
            ..
        } = resource;
        let cross = direct
            .clone()
            .or(entity.clone())
            .or(account.clone())
            .and(own.clone());
        let explicit = self.needs_explicit_trust();
        let delegated = (explicit.clone().negate().or(account)).and(own);
        let same = direct.or(entity.and(limited)).or(delegated);
        let core = match same_account {
            Expr::True => same,
            Expr::False => cross,
            unknown => unknown.clone().and(same).or(unknown.negate().and(cross)),
        };
        if core.is_false() {
            if same_account_is(&self.request.caller, self.request) != Some(true)
                || explicit.is_true()
            {
                self.withheld.push(LayerKind::Resource);
            }
            if no_identity || self.withheld.is_empty() {
                self.withheld.push(LayerKind::Identity);
            }
        }
        core
    }

    /// Whether the resource's owner is the caller's account (EVAL-10, TRI-17).
    fn owner_is_caller(&mut self) -> Expr {
        match same_account_is(&self.request.caller, self.request) {
            Some(same) => Expr::from(same),
            None => self.leaves.add(Leaf::Doubt {
                at: None,
                statement: None,
                doubt: Doubt::ResourceOwner,
                about: None,
            }),
        }
    }

    /// MATCH-P11: nothing crosses partitions. What is no ARN lies in none; a set is asked about within the
    /// caller's partition.
    fn same_partition(&self) -> Expr {
        match (self.request.caller.partition(), &self.request.resource) {
            (Some(partition), Resource::One(text)) => {
                Expr::from(Arn::parse(text).is_none_or(|arn| arn.partition == partition))
            }
            _ => Expr::True,
        }
    }

    /// KMS keys and role trust: the account's identity policies count only where the resource lets them
    /// (EVAL-07, SVC-01, TRUST-01).
    fn needs_explicit_trust(&mut self) -> Expr {
        let Some(resources) = gate::explicit_trust(&self.action) else {
            return Expr::False;
        };
        match &self.request.resource {
            Resource::One(resource) => Expr::from(resources.matches(resource)),
            Resource::All(_) => self.leaves.resources(resources),
        }
    }

    fn session(&mut self, denied: &mut Expr) -> Expr {
        match self.request.caller {
            _ if !self.asks(LayerKind::Session) => Expr::True,
            _ if !self.layers.session.is_empty() => self.single_allow(LayerKind::Session, denied, true),
            // EVAL-16: without a session policy a federated user has nothing of its own.
            Caller::Federated { .. } => {
                self.withheld.push(LayerKind::Session);
                Expr::False
            }
            _ => Expr::True,
        }
    }

    /// A layer that is none when it holds no policy.
    fn single(&mut self, kind: LayerKind, denied: &mut Expr) -> Expr {
        if self.layers.levels(kind).iter().all(Vec::is_empty) {
            return Expr::True;
        }
        self.single_allow(kind, denied, true)
    }

    fn single_allow(&mut self, kind: LayerKind, denied: &mut Expr, limits: bool) -> Expr {
        let says = self.layer(kind);
        *denied = std::mem::replace(denied, Expr::False).or(says.deny.clone());
        let allow = says.allow();
        if limits {
            self.withhold(kind, &allow);
        }
        allow
    }

    /// Every boundary must allow.
    fn all_of(&mut self, kind: LayerKind, denied: &mut Expr) -> Expr {
        let mut all = Expr::True;
        for (level, policies) in self.layers.levels(kind).iter().enumerate() {
            for (index, policy) in policies.iter().enumerate() {
                let says = self.policy(
                    PolicyRef {
                        layer: kind,
                        level,
                        policy: index,
                    },
                    policy,
                );
                *denied = std::mem::replace(denied, Expr::False).or(says.deny.clone());
                all = all.and(says.allow());
            }
        }
        self.withhold(kind, &all);
        all
    }

    /// EVAL-20, EVAL-21, EVAL-22: every level must hold an applicable Allow.
    fn service_control(&mut self, denied: &mut Expr) -> Expr {
        if !self.asks(LayerKind::ServiceControl) {
            return Expr::True;
        }
        let mut all = Expr::True;
        for (index, level) in self.layers.scps.iter().enumerate() {
            let says = self.level(LayerKind::ServiceControl, index, level);
            *denied = std::mem::replace(denied, Expr::False).or(says.deny.clone());
            all = all.and(says.allow());
        }
        self.withhold(LayerKind::ServiceControl, &all);
        all
    }

    /// EVAL-23, EVAL-24: `RCPFullAWSAccess` is always there, so only Denies count, for covered services.
    fn resource_control(&mut self, denied: &mut Expr) -> Expr {
        if self.layers.rcps.is_empty() || !self.asks(LayerKind::ResourceControl) {
            return Expr::True;
        }
        let mut deny = Expr::False;
        for (index, level) in self.layers.rcps.iter().enumerate() {
            deny = deny.or(self.level(LayerKind::ResourceControl, index, level).deny);
        }
        if !deny.is_false() && !super::rcp::covers(&self.action) {
            let doubt = Doubt::ResourceControlScope;
            deny = deny.and(self.leaves.add(Leaf::Doubt {
                at: None,
                statement: None,
                doubt,
                about: None,
            }));
        }
        *denied = std::mem::replace(denied, Expr::False).or(deny);
        Expr::True
    }

    /// EVAL-20: RCPs do not touch the trust of a service-linked role either.
    fn is_trust_of_service_linked_role(&self) -> bool {
        gate::is_trust_action(&self.action)
            && Arn::parse(self.request.resource_text()).is_some_and(|arn| arn.is_service_linked_role())
    }

    fn withhold(&mut self, kind: LayerKind, allow: &Expr) {
        if allow.is_false() {
            self.withheld.push(kind);
        }
    }

    fn layer(&mut self, kind: LayerKind) -> Says {
        let mut says = Says::NOTHING;
        for (index, level) in self.layers.levels(kind).iter().enumerate() {
            says = says.or(self.level(kind, index, level));
        }
        says
    }

    fn level(&mut self, layer: LayerKind, level: usize, policies: &'a Level) -> Says {
        let mut says = Says::NOTHING;
        for (index, policy) in policies.iter().enumerate() {
            says = says.or(self.policy(
                PolicyRef {
                    layer,
                    level,
                    policy: index,
                },
                policy,
            ));
        }
        says
    }

    fn policy(&mut self, name: PolicyRef, policy: &'a CompiledPolicy) -> Says {
        let mut says = match policy.policy() {
            None => self.open(name, Doubt::PolicyNotGiven),
            // What was not understood of the document could be a statement of either effect (TRI-12).
            Some(document) if !document.not_understood.is_empty() => self.open(name, Doubt::NotUnderstood),
            Some(_) => Says::NOTHING,
        };
        for (index, statement) in policy.statements().iter().enumerate() {
            let at = StatementRef {
                policy: name,
                statement: index,
            };
            if let Some(said) = self.statement(at, statement) {
                says = says.or(said);
            }
        }
        says
    }

    /// A policy of which nothing is known: it may allow, and it may deny.
    fn open(&mut self, name: PolicyRef, doubt: Doubt) -> Says {
        let mut leaf = || self.leaves.add(Leaf::Doubt { at: Some(name), statement: None, doubt, about: None });
        Says { direct: leaf(), deny: leaf(), ..Says::NOTHING }
    }

    /// What a statement says; `None` when it definitely does not apply.
    ///
    /// Source: EVAL-01, TRI-05.
    fn statement(&mut self, at: StatementRef, statement: &'a CompiledStatement) -> Option<Says> {
        let action = self.action_clause(at, statement);
        if action.is_false() {
            return None;
        }
        let classes = statement.principal.matches(&self.asked());
        if classes == ClassMatch::NONE {
            return None;
        }
        let mut value = action.and(self.resource_clause(at, statement));
        for (index, condition) in statement.conditions.iter().enumerate() {
            if value.is_false() {
                return None;
            }
            let evaluation = condition.evaluate(&self.request.context, self.request.mode);
            value = value.and(match evaluation.truth {
                Truth::True => Expr::True,
                Truth::False => Expr::False,
                Truth::Unknown if evaluation.needs => {
                    self.leaves.add(Leaf::Condition { at, index, condition })
                }
                Truth::Unknown => self.leaves.doubt(at, Doubt::Condition),
            });
        }
        if value.is_false() {
            return None;
        }
        if statement.doubt {
            value = value.and(self.leaves.doubt(at, Doubt::NotUnderstood));
        }
        Some(self.say(at, statement.effect, classes, value))
    }

    /// The caller, as principal elements are held against it.
    pub fn asked(&self) -> Asked<'a> {
        let request = self.request;
        Asked {
            caller: &request.caller,
            bounded: self.bounded,
            context: &request.context,
            mode: request.mode,
        }
    }

    fn say(&mut self, at: StatementRef, effect: Option<Effect>, classes: ClassMatch, value: Expr) -> Says {
        let class = |run: &mut Self, truth: Truth| match truth {
            Truth::True => value.clone(),
            Truth::False => Expr::False,
            Truth::Unknown => value.clone().and(run.leaves.doubt(at, Doubt::Principal)),
        };
        if let Some(effect) = effect
            && value.is_true()
            && classes.any() == Truth::True
        {
            self.applied.push((at, effect));
        }
        match effect {
            Some(Effect::Deny) => Says {
                deny: class(self, classes.any()),
                ..Says::NOTHING
            },
            Some(Effect::Allow) => Says {
                direct: class(self, classes.direct),
                entity: class(self, classes.entity),
                account: class(self, classes.account),
                deny: Expr::False,
            },
            None => {
                let mut open = || {
                    let applies = class(self, classes.any());
                    applies.and(self.leaves.doubt(at, Doubt::Effect))
                };
                Says {
                    direct: open(),
                    deny: open(),
                    ..Says::NOTHING
                }
            }
        }
    }

    /// MATCH-A1 … MATCH-A6.
    pub fn action_clause(&mut self, at: StatementRef, statement: &CompiledStatement) -> Expr {
        let actions = &statement.actions;
        let listed = if self.open_world {
            let patterns = actions.patterns.iter();
            patterns.fold(Expr::False, |any, pattern| any.or(self.leaves.names(pattern.glob())))
        } else {
            Expr::from(actions.first_match(&self.action).is_some())
        };
        let applies = if actions.negated { listed.negate() } else { listed };
        if !actions.doubt {
            return applies;
        }
        // A part that was not understood could list the action too.
        match (actions.negated, applies) {
            (true, Expr::False) => Expr::False,
            (false, Expr::True) => Expr::True,
            (true, applies) => applies.and(self.leaves.doubt(at, Doubt::Action)),
            (false, applies) => applies.or(self.leaves.doubt(at, Doubt::Action)),
        }
    }

    /// MATCH-R1 … MATCH-R11.
    pub fn resource_clause(&mut self, at: StatementRef, statement: &'a CompiledStatement) -> Expr {
        match &statement.resources {
            ResourceMatcher::Missing
                if at.policy.layer == LayerKind::Resource && gate::is_trust_action(&self.action) =>
            {
                Expr::True
            }
            ResourceMatcher::Missing | ResourceMatcher::NotUnderstood => {
                self.leaves.doubt(at, Doubt::Resource)
            }
            ResourceMatcher::Listed {
                negated,
                entries,
                doubt,
            } => {
                let mut listed = Expr::False;
                for (index, entry) in entries.iter().enumerate() {
                    if listed.is_true() {
                        break;
                    }
                    let matched = self.resource_entry(at, index, entry, *negated);
                    listed = listed.or(matched);
                }
                if *doubt && !listed.is_true() {
                    let open = self.leaves.doubt(at, Doubt::Resource);
                    listed = listed.or(open);
                }
                if *negated { listed.negate() } else { listed }
            }
        }
    }

    pub fn resource_entry(
        &mut self,
        at: StatementRef,
        index: usize,
        entry: &'a ResourceEntry,
        negated: bool,
    ) -> Expr {
        let (template, kind, mode) = match entry {
            ResourceEntry::Fixed(glob) => return self.resource_glob(at, glob),
            ResourceEntry::Open => return self.leaves.doubt(at, Doubt::Resource),
            ResourceEntry::Template {
                template, kind, mode, ..
            } => (template, *kind, *mode),
        };
        let substituted = substitute(template, &self.request.context);
        let (stretches, holes) = match substituted {
            // VAR-06: excludes nothing; other evaluators drop the whole statement.
            Substituted::NoValue if negated && mode == Mode::Sound => {
                return self.leaves.doubt(at, Doubt::Resource);
            }
            Substituted::NoValue => return Expr::False,
            Substituted::Filled(stretches) => (stretches, false),
            Substituted::Holes(stretches) => (stretches, true),
        };
        let wild = mode == Mode::Sound && value_has_wildcard(&stretches);
        let Some(glob) = resource_glob(stretches, kind, mode) else {
            return self.leaves.doubt(at, Doubt::Resource);
        };
        if wild {
            return self.leaves.doubt(at, Doubt::Resource);
        }
        if !holes {
            return self.resource_glob(at, &glob);
        }
        match &self.request.resource {
            Resource::One(resource) => {
                if glob.wide.as_ref().unwrap_or(&glob.narrow).matches(resource) {
                    self.leaves.add(Leaf::Resource {
                        at,
                        index,
                        entry,
                        resource,
                    })
                } else {
                    Expr::False
                }
            }
            Resource::All(_) => {
                let upper = self.leaves.resources(glob.wide.as_ref().unwrap_or(&glob.narrow));
                upper.and(self.leaves.doubt_about(at, Doubt::Variable, template))
            }
        }
    }

    fn resource_glob(&mut self, at: StatementRef, glob: &ResourceGlob) -> Expr {
        match &self.request.resource {
            Resource::One(resource) => {
                if glob.narrow.matches(resource) {
                    Expr::True
                } else if glob.wide.as_ref().is_some_and(|wide| wide.matches(resource)) {
                    self.leaves.doubt(at, Doubt::AmbiguousColon)
                } else {
                    Expr::False
                }
            }
            Resource::All(_) => {
                let narrow = self.leaves.resources(&glob.narrow);
                match &glob.wide {
                    None => narrow,
                    Some(wide) => {
                        let wide = self.leaves.resources(wide);
                        narrow.or(wide.and(self.leaves.doubt(at, Doubt::AmbiguousColon)))
                    }
                }
            }
        }
    }
}

/// Whether the caller's account owns the resource, where that is known.
fn same_account_is(caller: &Caller, request: &Request) -> Option<bool> {
    let owner = request.resource_account.as_deref()?;
    Some(caller.account() == Some(owner))
}
