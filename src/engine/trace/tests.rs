use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::condition::{Context, Knowledge, Mode, State};
use crate::engine::{Caller, Decision, LayerKind, Nearest, Resource, ResourceSet, decide, nearest};
use crate::source::Sources;

const ROLE: &str = "arn:aws:iam::111122223333:role/sink";
const BUCKET: &str = "arn:aws:s3:::b/k";

/// Policies of one test with the store of their texts.
#[derive(Debug, Default)]
struct Bench {
    sources: Sources,
    layers: Layers,
}

impl Bench {
    fn with(mut self, kind: LayerKind, document: &Value) -> Self {
        let doc = self.sources.add_text(kind.as_str(), document.to_string());
        let tree = self.sources.tree(doc).unwrap();
        let policy = crate::policy::read(doc, tree, tree.root());
        let policy = Arc::new(CompiledPolicy::new(policy, kind, Mode::Chosen, kind.as_str()));
        match kind {
            LayerKind::Identity => self.layers.identity.push(policy),
            LayerKind::ResourceGroup => self.layers.resource_group.push(policy),
            LayerKind::Resource => self.layers.resource.push(policy),
            LayerKind::Boundary => self.layers.boundary.push(policy),
            LayerKind::Session => self.layers.session.push(policy),
            LayerKind::ServiceControl => self.layers.scps.push(vec![policy]),
            LayerKind::ResourceControl => self.layers.rcps.push(vec![policy]),
            LayerKind::Endpoint => self.layers.endpoint.push(policy),
        }
        self
    }

    /// The texts of the nodes of one clause.
    fn texts(&self, statement: &StatementTrace, clause: &ClauseTrace) -> Vec<String> {
        let policy = self.layers.policy(statement.at.policy).unwrap();
        let places = clause.nodes.iter().map(|node| policy.place(*node).unwrap());
        places
            .map(|place| self.sources.tree(place.doc).unwrap().raw(place.node).to_owned())
            .collect()
    }
}

fn statements(statements: &[Value]) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

fn request(caller: &str, action: &str, resource: Resource) -> Request {
    let mut request = Request::new(Caller::parse(caller), action, resource);
    request.resource_account = Some("111122223333".to_owned());
    request
}

fn clause(statement: &StatementTrace, name: &str) -> ClauseTrace {
    let mut named = statement.clauses.iter().filter(|c| c.clause.as_str() == name);
    named.next().unwrap().clone()
}

#[test]
fn the_values_that_matched_are_shown_and_the_element_where_none_did() {
    let bench = Bench::default().with(
        LayerKind::Identity,
        &statements(&[json!({"Effect": "Allow", "Action": ["s3:List*", "s3:Get*"],
            "Resource": ["arn:aws:s3:::c/*", "arn:aws:s3:::d/*"],
            "Condition": {"StringEquals": {"aws:PrincipalAccount": "111122223333", "aws:SourceVpc": "vpc-1"}}})]),
    );
    let traces = trace(
        &bench.layers,
        &request(ROLE, "s3:GetObject", Resource::One(BUCKET.to_owned())),
    );
    let [statement] = traces.as_slice() else {
        panic!("{traces:?}")
    };
    let shown: Vec<_> = statement
        .clauses
        .iter()
        .map(|c| (c.clause, c.truth, bench.texts(statement, c).join(" ")))
        .collect();
    let expected = [
        (ClauseKind::Effect, Truth::True, "\"Allow\""),
        (ClauseKind::Action, Truth::True, "\"s3:Get*\""),
        (
            ClauseKind::Resource,
            Truth::False,
            r#"["arn:aws:s3:::c/*","arn:aws:s3:::d/*"]"#,
        ),
        (ClauseKind::Condition(0), Truth::True, "\"111122223333\""),
        (ClauseKind::Condition(1), Truth::Unknown, "\"vpc-1\""),
    ];
    assert_eq!(shown, expected.map(|(k, t, s)| (k, t, s.to_owned())));
    assert_eq!(statement.value, Truth::False);
    assert_eq!(statement.obstacle().unwrap().clause, ClauseKind::Resource);
}

#[test]
fn a_not_element_shows_the_value_that_lists_what_was_asked() {
    let bench = Bench::default().with(
        LayerKind::Identity,
        &statements(&[json!({"Effect": "Allow", "NotAction": ["iam:*", "s3:*"], "Resource": "*"})]),
    );
    let traces = trace(
        &bench.layers,
        &request(ROLE, "s3:GetObject", Resource::One(BUCKET.to_owned())),
    );
    let action = clause(&traces[0], "action");
    assert_eq!((action.truth, action.close), (Truth::False, true));
    assert_eq!(bench.texts(&traces[0], &action), ["\"s3:*\""]);
}

#[test]
fn principals_are_shown_with_their_class() {
    let class = |principal: Value| {
        let bench = Bench::default().with(
            LayerKind::Resource,
            &statements(&[
                json!({"Effect": "Allow", "Principal": principal, "Action": "s3:*", "Resource": "*"}),
            ]),
        );
        let traces = trace(
            &bench.layers,
            &request(ROLE, "s3:GetObject", Resource::One(BUCKET.to_owned())),
        );
        let principal = clause(&traces[0], "principal");
        (
            principal.clause,
            principal.truth,
            bench.texts(&traces[0], &principal).concat(),
        )
    };
    let of = |class| ClauseKind::Principal(class);
    assert_eq!(
        class(json!("*")),
        (of(Some(PrincipalClass::Direct)), Truth::True, "\"*\"".to_owned())
    );
    assert_eq!(
        class(json!({"AWS": ["111122223333", ROLE]})),
        (
            of(Some(PrincipalClass::Entity)),
            Truth::True,
            format!("\"111122223333\"\"{ROLE}\"")
        )
    );
    assert_eq!(
        class(json!({"Service": "sns.amazonaws.com"})),
        (
            of(None),
            Truth::False,
            r#"{"Service":"sns.amazonaws.com"}"#.to_owned()
        )
    );
}

#[test]
fn layers_that_are_not_asked_are_not_listed() {
    let allow = statements(&[json!({"Effect": "Allow", "Action": "*", "Resource": "*"})]);
    let bench = Bench::default()
        .with(LayerKind::Identity, &allow)
        .with(LayerKind::ServiceControl, &allow)
        .with(LayerKind::Session, &allow);
    let layers = |caller: &str| -> Vec<LayerKind> {
        trace(
            &bench.layers,
            &request(caller, "s3:GetObject", Resource::One(BUCKET.to_owned())),
        )
        .iter()
        .map(|trace| trace.at.policy.layer)
        .collect()
    };
    assert_eq!(
        layers(ROLE),
        [LayerKind::Identity, LayerKind::Session, LayerKind::ServiceControl]
    );
    assert_eq!(
        layers("arn:aws:iam::111122223333:root"),
        [LayerKind::ServiceControl]
    );
    assert_eq!(layers("sns.amazonaws.com"), []);
    let identity = request(ROLE, "sts:GetCallerIdentity", Resource::One("*".to_owned()));
    assert_eq!(trace(&bench.layers, &identity), []);
}

#[test]
fn for_a_set_some_and_all_are_told_apart() {
    let whole = |pattern: &str, resources: Value| {
        let bench = Bench::default().with(
            LayerKind::Identity,
            &statements(&[json!({"Effect": "Allow", "Action": "s3:*", "Resource": resources})]),
        );
        let set = Resource::All(ResourceSet::pattern(pattern));
        let traces = trace(&bench.layers, &request(ROLE, "s3:GetObject", set));
        let resource = clause(&traces[0], "resource");
        (
            resource.truth,
            resource.whole,
            bench.texts(&traces[0], &resource).concat(),
        )
    };
    let all = "arn:aws:s3:::b/*";
    assert_eq!(
        whole(all, json!(["arn:aws:s3:::b/x*", "arn:aws:s3:::c/*"])),
        (Truth::True, false, "\"arn:aws:s3:::b/x*\"".to_owned())
    );
    let (truth, covers, _) = whole(all, json!(["arn:aws:s3:::b/?*", "arn:aws:s3:::b/"]));
    assert_eq!((truth, covers), (Truth::True, true));
    let (truth, covers, _) = whole("", json!("arn:aws:s3:::*"));
    assert_eq!((truth, covers), (Truth::False, false));
    let (truth, covers, _) = whole(all, json!("arn:aws:s3:::c/*"));
    assert_eq!((truth, covers), (Truth::False, false));
}

/// The resource clauses of statements on `arn:aws:s3:::b/…`, asked about all of `pattern`: whether some of it matches,
/// and all of it.
fn of_set(pattern: &str, resources: &[(&str, Value)]) -> Vec<(Truth, bool)> {
    let list: Vec<Value> = resources
        .iter()
        .map(|(element, value)| json!({"Effect": "Allow", "Action": "s3:*", *element: value}))
        .collect();
    let bench = Bench::default().with(LayerKind::Identity, &statements(&list));
    let set = Resource::All(ResourceSet::pattern(pattern));
    let traces = trace(&bench.layers, &request(ROLE, "s3:GetObject", set));
    let of = |trace| {
        let resource = clause(trace, "resource");
        (resource.truth, resource.whole)
    };
    traces.iter().map(of).collect()
}

#[test]
fn what_lies_outside_is_told_for_a_set_too() {
    let outside = |value| of_set("arn:aws:s3:::b/*", &[("NotResource", value)]);
    assert_eq!(outside(json!("arn:aws:s3:::c/*")), [(Truth::True, true)]);
    assert_eq!(outside(json!("arn:aws:s3:::b/x*")), [(Truth::True, false)]);
    assert_eq!(
        outside(json!(["arn:aws:s3:::b/", "arn:aws:s3:::b/?*"])),
        [(Truth::False, false)]
    );
    // A variable of unknown value can stand for any of them.
    assert_eq!(
        outside(json!(["arn:aws:s3:::b/${s3:x}", "arn:aws:s3:::c/*"])),
        [(Truth::Unknown, false)]
    );
}

#[test]
fn a_variable_of_unknown_value_in_a_set_matches_perhaps() {
    let inside = |value| of_set("arn:aws:s3:::b/*", &[("Resource", value)]);
    assert_eq!(inside(json!("arn:aws:s3:::b/${s3:x}")), [(Truth::Unknown, false)]);
    assert_eq!(inside(json!("arn:aws:s3:::c/${s3:x}")), [(Truth::False, false)]);
    assert_eq!(
        inside(json!(["arn:aws:s3:::b/${s3:x}", "arn:aws:s3:::b/k*"])),
        [(Truth::True, false)]
    );
    assert_eq!(
        inside(json!(["arn:aws:s3:::b/${s3:x}", "arn:aws:s3:::b/*"])),
        [(Truth::True, true)]
    );
}

#[test]
fn patterns_that_overlap_in_many_ways_are_explained_one_by_one() {
    // Which of them match at once is an exponential question; which of them match is none.
    let hard = |tail: &str, count: usize| format!("arn:aws:s3:::b/*{tail}{}", "?".repeat(count));
    let patterns: Vec<String> = (0..40)
        .flat_map(|count| [hard("a", count), hard("b", count)])
        .collect();
    let single: Vec<_> = patterns.iter().map(|text| ("Resource", json!(text))).collect();
    let traces = of_set("arn:aws:s3:::b/*", &single);
    assert!(
        traces.iter().all(|told| *told == (Truth::True, false)),
        "{traces:?}"
    );
    assert_eq!(
        of_set("arn:aws:s3:::b/*", &[("NotResource", json!(patterns))]),
        [(Truth::True, false)]
    );
    assert_eq!(
        of_set("arn:aws:s3:::c/*", &[("Resource", json!(patterns))]),
        [(Truth::False, false)]
    );
}

#[test]
fn what_is_not_settled_within_the_bounds_is_never_told_wrongly() {
    // That all of the one pattern lies in the others, one search cannot see in some 2^40 states.
    let asked = format!("arn:aws:s3:::b/*a{}", "?".repeat(40));
    let given = format!("arn:aws:s3:::b/*a{}*", "?".repeat(39));
    let given = ["", "?", "*", "??"].map(|end| ("Resource", json!(format!("{given}{end}"))));
    for (truth, _) in of_set(&asked, &given) {
        assert_ne!(truth, Truth::False);
    }
    // These two have no name in common.
    let beside = format!("arn:aws:s3:::b/*b{}", "?".repeat(40));
    let told = of_set(
        &asked,
        &[("Resource", json!(beside)), ("NotResource", json!(beside))],
    );
    assert_ne!(told[0].0, Truth::True);
    assert_ne!(told[1].0, Truth::False);
}

#[test]
fn what_is_not_understood_is_a_clause_of_its_own() {
    let bench = Bench::default().with(
        LayerKind::Identity,
        &statements(&[json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Extra": 1})]),
    );
    let traces = trace(
        &bench.layers,
        &request(ROLE, "s3:GetObject", Resource::One(BUCKET.to_owned())),
    );
    let form = clause(&traces[0], "form");
    assert_eq!(
        (form.truth, bench.texts(&traces[0], &form)),
        (Truth::Unknown, vec!["\"Extra\"".to_owned()])
    );
}

fn near(bench: &Bench, action: &str, resource: &str) -> Option<(usize, ClauseKind, bool)> {
    let request = request(ROLE, action, Resource::One(resource.to_owned()));
    let withheld = decide(&bench.layers, &request).withheld;
    let traces = trace(&bench.layers, &request);
    nearest(&traces, &withheld).map(
        |Nearest {
             statement,
             clause,
             related,
         }| (statement.at.statement, clause.clause, related),
    )
}

#[test]
fn the_nearest_statement_is_the_one_with_the_least_in_the_way() {
    let bench = Bench::default().with(
        LayerKind::Identity,
        &statements(&[
            json!({"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}),
            json!({"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::b/*"}),
            json!({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::c/*"}),
            json!({"Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::d/*"}),
        ]),
    );
    assert_eq!(
        near(&bench, "s3:GetObject", BUCKET),
        Some((2, ClauseKind::Resource, true))
    );
    assert_eq!(
        near(&bench, "s3:DeleteObject", BUCKET),
        Some((1, ClauseKind::Action, true))
    );
    assert_eq!(
        near(&bench, "sqs:SendMessage", "arn:aws:sqs:us-east-1:111122223333:q"),
        Some((0, ClauseKind::Action, false))
    );
}

#[test]
fn the_nearest_statement_is_sought_in_the_layer_that_withholds() {
    let allow = statements(&[json!({"Effect": "Allow", "Action": "s3:*", "Resource": "*"})]);
    let boundary =
        statements(&[json!({"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::c/*"})]);
    let bench = Bench::default()
        .with(LayerKind::Identity, &allow)
        .with(LayerKind::Boundary, &boundary);
    let request = request(ROLE, "s3:GetObject", Resource::One(BUCKET.to_owned()));
    let traces = trace(&bench.layers, &request);
    let found = nearest(&traces, &decide(&bench.layers, &request).withheld).unwrap();
    assert_eq!(found.statement.at.policy.layer, LayerKind::Boundary);
    assert_eq!(found.clause.clause, ClauseKind::Resource);
}

fn one_of(values: &'static [&'static str]) -> impl Strategy<Value = Value> {
    prop::sample::subsequence(values, 1..=2).prop_map(|values| json!(values))
}

prop_compose! {
    fn statement(principal: bool)(
        effect in prop::sample::select(vec![json!("Allow"), json!("Allow"), json!("Deny"), json!("allow")]),
        named in prop::sample::select(vec![json!("*"), json!({"AWS": ROLE}), json!({"AWS": "111122223333"}),
            json!({"Service": "sns.amazonaws.com"}), json!({"CanonicalUser": "x"}), json!(["*"])]),
        not_principal in prop::bool::weighted(0.2),
        actions in one_of(&["s3:*", "s3:GetObject", "S3:get*", "iam:*", "*"]),
        not_action in prop::bool::weighted(0.2),
        resources in one_of(&["*", "arn:aws:s3:::b/*", "arn:aws:s3:::c", "arn:aws:s3:::${aws:username}/k", "arn:aws:s3:::${s3:x}/k"]),
        not_resource in prop::bool::weighted(0.2),
        condition in prop::option::of(prop::sample::select(vec![
            json!({"StringEquals": {"s3:x": "b"}}), json!({"Null": {"s3:x": "true"}}),
            json!({"StringNotLike": {"aws:PrincipalAccount": "2*"}}), json!({"Bool": {"aws:SecureTransport": "true"}}),
            json!({"NoSuch": {"s3:x": "b"}})])),
        odd in prop::bool::weighted(0.1),
    ) -> Value {
        let mut statement = json!({"Effect": effect});
        let mut put = |key: &str, value: Value| statement[key] = value;
        if principal { put(if not_principal { "NotPrincipal" } else { "Principal" }, named); }
        put(if not_action { "NotAction" } else { "Action" }, actions);
        put(if not_resource { "NotResource" } else { "Resource" }, resources);
        if let Some(condition) = condition { put("Condition", condition); }
        if odd { put("Odd", json!(1)); }
        statement
    }
}

fn bench() -> impl Strategy<Value = Bench> {
    let policy = |principal| prop::collection::vec(statement(principal), 0..4);
    let layer = move |principal| prop::option::of(policy(principal));
    (
        policy(false),
        layer(true),
        layer(false),
        layer(false),
        layer(false),
        layer(true),
    )
        .prop_map(|(identity, resource, boundary, session, scp, rcp)| {
            let mut bench = Bench::default().with(LayerKind::Identity, &statements(&identity));
            let layers = [
                (LayerKind::Resource, resource),
                (LayerKind::Boundary, boundary),
                (LayerKind::Session, session),
                (LayerKind::ServiceControl, scp),
                (LayerKind::ResourceControl, rcp),
            ];
            for (kind, given) in layers {
                if let Some(given) = given {
                    bench = bench.with(kind, &statements(&given));
                }
            }
            bench
        })
}

const CALLERS: [&str; 6] = [
    "arn:aws:sts::111122223333:federated-user/b",
    ROLE,
    "arn:aws:sts::111122223333:assumed-role/sink/s",
    "arn:aws:iam::111122223333:user/b",
    "arn:aws:iam::111122223333:root",
    "sns.amazonaws.com",
];

proptest! {
    #[test]
    fn what_is_traced_as_true_is_what_the_decision_applied(
        bench in bench(),
        caller in prop::sample::select(CALLERS.to_vec()),
        closed in any::<bool>(),
        known in prop::option::of(prop::sample::select(vec!["b", "c"])),
        action in prop::sample::select(vec!["s3:GetObject", "s3:GetObject", "iam:GetUser", "sts:AssumeRole"]),
    ) {
        let mut request = request(caller, action, Resource::One(BUCKET.to_owned()));
        let mut context = if closed { Context::closed() } else { Context::open() };
        if let Some(value) = known {
            context.set("s3:x", Knowledge::Known(State::One(value.into())));
        }
        request.caller.derive_context(&mut context, Mode::Chosen);
        request.context = context;
        let outcome = decide(&bench.layers, &request);
        let traces = trace(&bench.layers, &request);
        let applied: BTreeSet<_> = outcome.applied.iter().map(|(at, _)| *at).collect();
        let is_true: BTreeSet<_> = traces.iter().filter(|t| t.value == Truth::True).map(|t| t.at).collect();
        prop_assert_eq!(&applied, &is_true);
        for trace in &traces {
            prop_assert_eq!(trace.whole, trace.value == Truth::True);
            prop_assert!(trace.clauses.iter().all(|clause| !clause.nodes.is_empty()));
            prop_assert_eq!(trace.obstacle().is_none(), trace.whole);
        }
        if outcome.decision == Decision::ExplicitlyDenied && closed {
            let denies = traces.iter().any(|t| t.effect != Some(Effect::Allow) && t.value != Truth::False);
            prop_assert!(denies);
        }
    }

    #[test]
    fn for_a_set_what_is_applied_is_traced_as_whole(bench in bench(), caller in prop::sample::select(CALLERS.to_vec())) {
        let set = Resource::All(ResourceSet::pattern("arn:aws:s3:::b/*"));
        let request = request(caller, "s3:GetObject", set);
        let traces = trace(&bench.layers, &request);
        for (at, _) in decide(&bench.layers, &request).applied {
            prop_assert!(traces.iter().any(|t| t.at == at && t.whole && t.value == Truth::True));
        }
    }
}
