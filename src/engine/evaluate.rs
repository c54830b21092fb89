//! From layers and a request to the decision formula.
//!
//! Every statement is matched clause by clause; what is definite folds away and what is not becomes a leaf. The
//! result is the pair (denied, granted) of EVAL-09, each a formula over the leaves.
//!
//! Source: EVAL-01 … EVAL-28, TRUST-*, SVC-*, TRI-05, TRI-16, TRI-17.

use std::borrow::Cow;

use super::caller::Caller;
use super::compile::{CompiledPolicy, CompiledStatement};
use super::expr::Expr;
use super::gate::{self, Gate};
use super::layer::{LayerKind, PolicyRef, StatementRef};
use super::layers::{Layers, Level};
use super::leaf::{Doubt, Leaf, Leaves};
use super::principal::{Asked, ClassMatch};
use super::request::{Request, Resource};
use crate::arn::Arn;
use crate::condition::{Condition, Lookup, State, Truth};
use crate::dialect::{Combination, Dialect};
use crate::pattern::{Fold, Head, hole};
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
pub(super) fn evaluate_beside<'a>(
    layers: &'a Layers,
    request: &'a Request,
    leaves: Leaves<'a>,
) -> Formula<'a> {
    let mut run = Run::new(layers, request);
    run.leaves = leaves;
    run.beside = true;
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
    pub head: Head,
    /// The language that the request is decided by.
    pub dialect: Dialect,
    /// The one resource asked about, as names are compared.
    pub resource: Cow<'a, str>,
    /// Whether action clauses are held against every name of a set (SET-16).
    pub open_world: bool,
    /// Whether another set of policies is evaluated beside this one, to be compared with it.
    pub beside: bool,
    /// Whether some of the resource asked about is not known yet.
    pub resource_is_open: bool,
    bounded: bool,
    pub leaves: Leaves<'a>,
    applied: Vec<(StatementRef, Effect)>,
    withheld: Vec<LayerKind>,
}

/// What a layer, level or policy says.
#[derive(Clone)]
pub(super) struct Says {
    direct: Expr,
    entity: Expr,
    account: Expr,
    pub(super) deny: Expr,
}

impl Says {
    const NOTHING: Self = Self {
        direct: Expr::False,
        entity: Expr::False,
        account: Expr::False,
        deny: Expr::False,
    };

    /// Adds the Deny to `denied`, and gives the Allow, of whatever class.
    pub(super) fn allow(mut self, denied: &mut Expr) -> Expr {
        denied.or_also(std::mem::replace(&mut self.deny, Expr::False));
        self.any_class()
    }

    /// The Allow, of whatever class.
    pub(super) fn any_class(self) -> Expr {
        self.direct.or(self.entity).or(self.account)
    }

    /// What a resource's policy and the caller's own grants (`own`, which is within `limited`) come to in one account;
    /// `explicit` says whether the resource's policy has to let the account's policies count.
    ///
    /// Source: EVAL-06, EVAL-07.
    fn within_account(self, limited: Expr, own: Expr, explicit: Expr) -> Expr {
        let delegated = explicit.negate().or(self.account).and(own);
        self.direct.or(self.entity.and(limited)).or(delegated)
    }
}

impl<'a> Run<'a> {
    pub fn new(layers: &'a Layers, request: &'a Request) -> Self {
        let action = Fold::Ascii.text(&request.action).into_owned();
        let dialect = request.dialect();
        Self {
            dialect,
            resource: dialect.canonical(request.resource_text()),
            layers,
            request,
            head: Head::of(&action),
            action,
            open_world: false,
            beside: false,
            resource_is_open: request.resource.is_open(),
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
        if self.dialect.table().combination == Combination::TwoScopes {
            return self.asks_in_two_scopes(kind);
        }
        let service_linked = || request.service_linked || caller.is_service_linked_role();
        match kind {
            LayerKind::Resource | LayerKind::Endpoint => true,
            LayerKind::ResourceGroup => false,
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
        if self.dialect.table().combination == Combination::TwoScopes {
            return self.by_two_scopes();
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
        // SVC-02: handing a role over asks the identity side alone.
        let mut resource = if self.action == "iam:passrole" {
            Says::NOTHING
        } else {
            self.layer(LayerKind::Resource)
        };
        let mut denied = std::mem::replace(&mut resource.deny, Expr::False);
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
        let explicit = self.needs_explicit_trust();
        let explicit_only = explicit.is_true();
        let core = match same_account {
            Expr::True => resource.within_account(limited, own, explicit),
            Expr::False => resource.any_class().and(own),
            unknown => {
                let same = resource.clone().within_account(limited, own.clone(), explicit);
                let cross = resource.any_class().and(own);
                unknown.clone().and(same).or(unknown.negate().and(cross))
            }
        };
        if core.is_false() {
            if same_account_is(&self.request.caller, self.request) != Some(true) || explicit_only {
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
    fn same_partition(&mut self) -> Expr {
        let (Some(caller), Resource::One(resource)) = (self.request.caller.arn(), &self.request.resource)
        else {
            return Expr::True;
        };
        // Nearly always they begin alike, and need not be taken apart.
        if agree_on_partition(caller, resource) {
            return Expr::True;
        }
        match (self.request.caller.partition(), Arn::parse(resource)) {
            (Some(partition), Some(arn)) if arn.partition == partition => Expr::True,
            (Some(partition), Some(arn)) if hole::has_hole(partition) || hole::has_hole(arn.partition) => {
                self.leaves.add(Leaf::Doubt {
                    at: None,
                    statement: None,
                    doubt: Doubt::Hole,
                    about: None,
                })
            }
            (Some(_), Some(_)) => Expr::False,
            _ => Expr::True,
        }
    }

    /// KMS keys and role trust: the account's identity policies count only where the resource lets them
    /// (EVAL-07, SVC-01, TRUST-01).
    fn needs_explicit_trust(&mut self) -> Expr {
        if self.layers.left_to_account {
            return Expr::False;
        }
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
    pub(super) fn single(&mut self, kind: LayerKind, denied: &mut Expr) -> Expr {
        if self.layers.levels(kind).iter().all(Vec::is_empty) {
            return Expr::True;
        }
        self.single_allow(kind, denied, true)
    }

    fn single_allow(&mut self, kind: LayerKind, denied: &mut Expr, limits: bool) -> Expr {
        let allow = self.layer(kind).allow(denied);
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
                let name = PolicyRef {
                    layer: kind,
                    level,
                    policy: index,
                };
                let mut says = Says::NOTHING;
                self.policy(name, policy, &mut says);
                all = all.and(says.allow(denied));
            }
        }
        self.withhold(kind, &all);
        all
    }

    /// EVAL-20, EVAL-21, EVAL-22: every level must hold an applicable Allow.
    pub(super) fn service_control(&mut self, denied: &mut Expr) -> Expr {
        if self.layers.scps.is_empty() || !self.asks(LayerKind::ServiceControl) {
            return Expr::True;
        }
        let mut all = Expr::True;
        for (index, level) in self.layers.scps.iter().enumerate() {
            let mut says = Says::NOTHING;
            self.level(LayerKind::ServiceControl, index, level, &mut says);
            all = all.and(says.allow(denied));
        }
        self.withhold(LayerKind::ServiceControl, &all);
        all
    }

    /// EVAL-23, EVAL-24: `RCPFullAWSAccess` is always there, so only Denies count, for covered services.
    fn resource_control(&mut self, denied: &mut Expr) -> Expr {
        if self.layers.rcps.is_empty() || !self.asks(LayerKind::ResourceControl) {
            return Expr::True;
        }
        let mut says = Says::NOTHING;
        for (index, level) in self.layers.rcps.iter().enumerate() {
            self.level(LayerKind::ResourceControl, index, level, &mut says);
        }
        let mut deny = says.deny;
        if !deny.is_false() && !super::rcp::covers(&self.action) {
            let doubt = Doubt::ResourceControlScope;
            deny = deny.and(self.leaves.add(Leaf::Doubt {
                at: None,
                statement: None,
                doubt,
                about: None,
            }));
        }
        denied.or_also(deny);
        Expr::True
    }

    /// EVAL-20: RCPs do not touch the trust of a service-linked role either.
    fn is_trust_of_service_linked_role(&self) -> bool {
        gate::is_trust_action(&self.action, self.dialect)
            && Arn::parse(self.request.resource_text()).is_some_and(|arn| arn.is_service_linked_role())
    }

    pub(super) fn withhold(&mut self, kind: LayerKind, allow: &Expr) {
        if allow.is_false() {
            self.withheld.push(kind);
        }
    }

    pub(super) fn layer(&mut self, kind: LayerKind) -> Says {
        let mut says = Says::NOTHING;
        for (index, level) in self.layers.levels(kind).iter().enumerate() {
            self.level(kind, index, level, &mut says);
        }
        says
    }

    fn level(&mut self, layer: LayerKind, level: usize, policies: &'a Level, says: &mut Says) {
        for (index, policy) in policies.iter().enumerate() {
            let name = PolicyRef {
                layer,
                level,
                policy: index,
            };
            self.policy(name, policy, says);
        }
    }

    /// Whether a policy is about the resource asked about, as far as it is the policy of some resources.
    pub(super) fn inside(&mut self, policy: &CompiledPolicy) -> Expr {
        let Some(resources) = policy.limits() else {
            return Expr::True;
        };
        match &self.request.resource {
            Resource::One(resource) => Expr::from(resources.iter().any(|glob| glob.matches(resource))),
            Resource::All(_) => resources
                .iter()
                .fold(Expr::False, |any, glob| any.or(self.leaves.resources(glob))),
        }
    }

    fn policy(&mut self, name: PolicyRef, policy: &'a CompiledPolicy, says: &mut Says) {
        let inside = self.inside(policy);
        if inside.is_false() {
            return;
        }
        match policy.policy() {
            None => self.open(name, Doubt::PolicyNotGiven, &inside, says),
            // A document of another language means nothing that could be told here.
            Some(document) if document.dialect != self.dialect => {
                return self.open(name, Doubt::NotUnderstood, &inside, says);
            }
            // What was not understood of the document could be a statement of either effect (TRI-12).
            Some(document) if !document.not_understood.is_empty() => {
                self.open(name, Doubt::NotUnderstood, &inside, says);
            }
            Some(_) => {}
        }
        for (index, statement) in policy.statements().iter().enumerate() {
            let at = StatementRef {
                policy: name,
                statement: index,
            };
            if self.open_world || !statement.actions.rules_out(self.head) {
                self.statement(at, statement, &inside, says);
            }
        }
    }

    /// A policy of which nothing is known: it may allow, and it may deny, what is inside.
    fn open(&mut self, name: PolicyRef, doubt: Doubt, inside: &Expr, says: &mut Says) {
        let mut leaf = || {
            let leaf = self.leaves.add(Leaf::Doubt {
                at: Some(name),
                statement: None,
                doubt,
                about: None,
            });
            inside.clone().and(leaf)
        };
        says.direct.or_also(leaf());
        says.deny.or_also(leaf());
    }

    /// What a statement says: nothing when it definitely does not apply.
    ///
    /// Source: EVAL-01, TRI-05.
    fn statement(
        &mut self,
        at: StatementRef,
        statement: &'a CompiledStatement,
        inside: &Expr,
        says: &mut Says,
    ) {
        let action = self.action_clause(at, statement);
        if action.is_false() {
            return;
        }
        let classes = statement.principal.matches(&self.asked());
        if classes == ClassMatch::NONE {
            return;
        }
        let mut value = action
            .and(inside.clone())
            .and(self.resource_clause(at, statement));
        for (index, condition) in statement.conditions.iter().enumerate() {
            if value.is_false() {
                return;
            }
            let evaluation = condition.evaluate(&self.request.context, self.request.mode);
            value = value.and(match evaluation.truth {
                Truth::True => Expr::True,
                Truth::False => Expr::False,
                Truth::Unknown if evaluation.needs => {
                    self.leaves.add(Leaf::Condition { at, index, condition })
                }
                Truth::Unknown => self.leaves.doubt(at, self.open_condition(condition)),
            });
        }
        if value.is_false() {
            return;
        }
        if statement.doubt {
            value = value.and(self.leaves.doubt(at, Doubt::NotUnderstood));
        }
        self.say(at, statement.effect, classes, &value, says);
    }

    /// Why no context settles the condition.
    fn open_condition(&self, condition: &Condition) -> Doubt {
        let asked = match self.request.context.state(condition.key()) {
            Some(State::One(value)) => hole::has_hole(value),
            Some(State::Many(values)) => values.iter().any(|value| hole::has_hole(value)),
            _ => false,
        };
        if asked || hole::has_hole(condition.in_words()) {
            Doubt::Hole
        } else {
            Doubt::Condition
        }
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

    fn say(
        &mut self,
        at: StatementRef,
        effect: Option<Effect>,
        classes: ClassMatch,
        value: &Expr,
        says: &mut Says,
    ) {
        if let Some(effect) = effect
            && value.is_true()
            && classes.any() == Truth::True
        {
            self.applied.push((at, effect));
        }
        match effect {
            Some(Effect::Deny) => says.deny.or_also(self.for_class(at, classes.any(), value)),
            Some(Effect::Allow) => {
                says.direct.or_also(self.for_class(at, classes.direct, value));
                says.entity.or_also(self.for_class(at, classes.entity, value));
                says.account.or_also(self.for_class(at, classes.account, value));
            }
            None => {
                for side in [&mut says.direct, &mut says.deny] {
                    let applies = self.for_class(at, classes.any(), value);
                    side.or_also(applies.and(self.leaves.doubt(at, Doubt::Effect)));
                }
            }
        }
    }

    /// Where a statement of this value applies to a caller who is matched with a class to this degree.
    fn for_class(&mut self, at: StatementRef, matched: Truth, value: &Expr) -> Expr {
        match matched {
            Truth::True => value.clone(),
            Truth::False => Expr::False,
            Truth::Unknown => value.clone().and(self.leaves.doubt(at, Doubt::Principal)),
        }
    }
}

/// Whether two texts are the same up to their second colon.
fn agree_on_partition(a: &str, b: &str) -> bool {
    let mut colons = 0;
    for (x, y) in a.bytes().zip(b.bytes()) {
        colons += u32::from(x == b':');
        if x != y || colons == 2 {
            return x == y;
        }
    }
    false
}

/// Whether the caller's account owns the resource, where that is known.
fn same_account_is(caller: &Caller, request: &Request) -> Option<bool> {
    let owner = request.resource_account.as_deref()?;
    let account = caller.account();
    let same = account == Some(owner);
    // HOLE-02: what is not known yet may be the same.
    let open = hole::has_hole(owner) || account.is_some_and(hole::has_hole);
    (same || !open).then_some(same)
}
