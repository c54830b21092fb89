//! Statements, layers and the formula (EVAL-01 to EVAL-28, TRUST-01 to TRUST-08, SVC-01 to SVC-05).

use serde_json::Value;

use super::caller::{Caller, Class, Kind};
use super::condition::{self, Context};
use super::{Outcome, Truth, all, any, glob, not, texts};

const EVERY: [Class; 3] = [Class::Direct, Class::Entity, Class::Account];
/// Services under resource control policies that the rules name outright (EVAL-23).
const UNDER_RCPS: [&str; 5] = ["s3", "sts", "kms", "sqs", "secretsmanager"];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Layer {
    Identity,
    Boundary,
    Session,
    Organization,
    Resource,
    Endpoint,
}

struct Question<'a> {
    request: &'a Value,
    caller: Caller,
    context: Context,
    action: String,
    resource: String,
    bounded: bool,
}

/// Decides one fully known case.
pub(crate) fn evaluate(case: &Value) -> Outcome {
    let request = &case["request"];
    let caller = Caller::of(request);
    let field = |name: &str| request[name].as_str().unwrap_or_default().to_owned();
    let question = Question {
        context: caller.context(request),
        request,
        caller,
        action: field("action"),
        resource: field("resource"),
        bounded: !list(case, "permissionBoundaries").is_empty(),
    };
    question.decide(case)
}

fn list<'a>(case: &'a Value, name: &str) -> Vec<&'a Value> {
    case[name].as_array().into_iter().flatten().collect()
}

impl Question<'_> {
    fn decide(&self, case: &Value) -> Outcome {
        if self.action.eq_ignore_ascii_case("sts:GetCallerIdentity") && self.caller.kind != Kind::Anonymous {
            return Outcome {
                granted: Some(true),
                denied: Some(false),
            };
        }
        let optional = |name: &str| case.get(name).filter(|p| !p.is_null());
        let identity = list(case, "identityPolicies");
        let boundary = list(case, "permissionBoundaries");
        let (session, resource) = (optional("sessionPolicy"), optional("resourcePolicy"));
        let endpoint = optional("vpcEndpointPolicy");
        let levels = |name: &str| {
            list(case, name)
                .into_iter()
                .map(|l| l.as_array().into_iter().flatten().collect())
        };
        let scps: Vec<Vec<&Value>> = if self.scp_exempt() {
            Vec::new()
        } else {
            levels("scps").collect()
        };
        let rcps: Vec<&Value> = levels("rcps").flat_map(|level: Vec<&Value>| level).collect();

        let deny = |policies: &[&Value], layer| self.layer(policies, "Deny", layer, &EVERY);
        let denied = any([
            deny(&identity, Layer::Identity),
            deny(&boundary, Layer::Boundary),
            deny(session.as_slice(), Layer::Session),
            deny(resource.as_slice(), Layer::Resource),
            deny(endpoint.as_slice(), Layer::Endpoint),
            any(scps.iter().map(|level| deny(level, Layer::Organization))),
            self.rcp_reach(deny(&rcps, Layer::Resource)),
        ]);

        let allow = |policies: &[&Value], layer| self.layer(policies, "Allow", layer, &EVERY);
        let inner = if self.caller.kind == Kind::Root {
            Some(true)
        } else {
            all([allow(&identity, Layer::Identity), self.limits(&boundary, session)])
        };
        let limits = self.limits(&boundary, session);
        let named = |class| self.layer(resource.as_slice(), "Allow", Layer::Resource, &[class]);
        let core = self.core(
            &[named(Class::Direct), named(Class::Entity), named(Class::Account)],
            inner,
            limits,
        );
        let granted = all([
            not(denied),
            core,
            all(scps.iter().map(|level| allow(level, Layer::Organization))),
            endpoint.map_or(Some(true), |policy| allow(&[policy], Layer::Endpoint)),
        ]);
        Outcome { granted, denied }
    }

    /// PB ∧ SP.
    fn limits(&self, boundary: &[&Value], session: Option<&Value>) -> Truth {
        let allow = |policy: &Value, layer| self.layer(&[policy], "Allow", layer, &EVERY);
        let sp = match (self.caller.kind, session) {
            (Kind::RoleSession | Kind::Federated, Some(policy)) => allow(policy, Layer::Session),
            (Kind::Federated, None) => Some(false),
            _ => Some(true),
        };
        all([
            sp,
            all(boundary.iter().map(|policy| allow(policy, Layer::Boundary))),
        ])
    }

    /// EVAL-06, EVAL-07, EVAL-08, EVAL-14, EVAL-18, EVAL-19; `r` are R_dir, R_ent, R_acc.
    fn core(&self, r: &[Truth; 3], inner: Truth, limits: Truth) -> Truth {
        let [direct, entity, account] = *r;
        if !self.caller.has_account() {
            return direct;
        }
        if self.refused_outright() {
            return Some(false);
        }
        let explicit = self.explicit_trust();
        let own = if explicit { all([account, inner]) } else { inner };
        let same = any([direct, all([entity, limits]), own]);
        let cross = all([any([direct, entity, account]), inner]);
        match self.owner() {
            Some(owner) if owner == self.caller.account => same,
            Some(_) => cross,
            None if same == cross => same,
            None => None,
        }
    }

    fn owner(&self) -> Option<String> {
        let given = self.request["resourceAccount"].as_str();
        let in_arn = self.resource.split(':').nth(4).filter(|a| !a.is_empty());
        given.or(in_arn).map(str::to_owned)
    }

    /// Cross-partition (MATCH-P11), root as a role's caller (EVAL-14), AWS-owned things (SVC-03).
    fn refused_outright(&self) -> bool {
        let parts: Vec<&str> = self.resource.splitn(6, ':').collect();
        let [_, partition, service, _, account, path] = parts.as_slice() else {
            return false;
        };
        let action = self.action.to_ascii_lowercase();
        let reads = ["get", "list", "simulate", "generate"];
        let verb = action.split(':').nth(1).unwrap_or_default();
        let owned = match *service {
            "iam" => *account == "aws" || path.starts_with("role/aws-reserved/"),
            "kms" => path.starts_with("alias/aws/"),
            _ => false,
        };
        *partition != self.caller.partition
            || (self.caller.kind == Kind::Root && action.starts_with("sts:assumerole"))
            || (owned && action.starts_with(*service) && !reads.iter().any(|r| verb.starts_with(r)))
    }

    /// KMS keys and role trust.
    fn explicit_trust(&self) -> bool {
        let action = self.action.to_ascii_lowercase();
        (action.starts_with("kms:") && glob::glob_text("arn:*:kms:*:*:key/*", &self.resource))
            || ([
                "sts:assumerole",
                "sts:tagsession",
                "sts:setsourceidentity",
                "sts:setcontext",
            ]
            .iter()
            .any(|a| action.starts_with(a))
                && glob::glob_text("arn:*:iam::*:role/*", &self.resource))
    }

    fn scp_exempt(&self) -> bool {
        !self.caller.has_account()
            || self.request["managementAccount"] == true
            || self.caller.service_linked(self.request)
    }

    fn rcp_reach(&self, deny: Truth) -> Truth {
        let exempt = self.request["resourceInManagementAccount"] == true
            || self.caller.service_linked(self.request)
            || self.resource.contains(":role/aws-service-role/")
            || self.action.eq_ignore_ascii_case("kms:RetireGrant");
        let service = self
            .action
            .split(':')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        match deny {
            _ if exempt => Some(false),
            Some(false) => Some(false),
            _ if UNDER_RCPS.contains(&service.as_str()) => deny,
            _ => None,
        }
    }

    fn layer(&self, policies: &[&Value], effect: &str, layer: Layer, classes: &[Class]) -> Truth {
        any(policies.iter().map(|policy| {
            let variables = policy["Version"] == "2012-10-17";
            let statements: Vec<&Value> = match &policy["Statement"] {
                Value::Array(items) => items.iter().collect(),
                one => vec![one],
            };
            any(statements
                .into_iter()
                .filter(|s| s["Effect"] == effect)
                .map(|s| self.statement(s, layer, classes, variables)))
        }))
    }

    fn statement(&self, statement: &Value, layer: Layer, classes: &[Class], variables: bool) -> Truth {
        all([
            self.principal(statement, layer, classes),
            self.action(statement),
            self.resource(statement, layer, variables),
            condition::block(statement.get("Condition"), &self.context, variables),
        ])
    }

    fn principal(&self, statement: &Value, layer: Layer, classes: &[Class]) -> Truth {
        if !matches!(layer, Layer::Resource | Layer::Endpoint) {
            return Some(true);
        }
        match statement.get("NotPrincipal") {
            Some(list) if classes.contains(&Class::Direct) => self
                .caller
                .left_by(list, self.bounded && statement["Effect"] == "Deny"),
            Some(_) => Some(false),
            None => self
                .caller
                .named(statement.get("Principal"), classes, &self.context),
        }
    }

    fn action(&self, statement: &Value) -> Truth {
        let matches = |patterns: &Value| {
            let action = self.action.to_ascii_lowercase();
            texts(patterns)
                .iter()
                .any(|p| glob::glob_text(&p.to_ascii_lowercase(), &action))
        };
        match (statement.get("Action"), statement.get("NotAction")) {
            (Some(patterns), _) => Some(matches(patterns)),
            (None, Some(Value::Array(items))) if items.is_empty() => None,
            (None, Some(patterns)) => Some(!matches(patterns)),
            (None, None) => Some(false),
        }
    }

    fn resource(&self, statement: &Value, layer: Layer, variables: bool) -> Truth {
        let pad = matches!(layer, Layer::Identity | Layer::Boundary);
        let matches = |patterns: &Value| {
            let mut results = Vec::new();
            for pattern in texts(patterns) {
                let settled = glob::settle(&pattern, variables.then_some(&self.context));
                if settled.early_variable {
                    return None;
                }
                results.push(
                    settled
                        .pieces
                        .is_some_and(|p| glob::resource(&p, pad, &self.resource)),
                );
            }
            Some(results.contains(&true))
        };
        match (statement.get("Resource"), statement.get("NotResource")) {
            (Some(patterns), _) => matches(patterns),
            (None, Some(Value::Array(items))) if items.is_empty() => None,
            (None, Some(patterns)) => not(matches(patterns)),
            (None, None) => Some(true),
        }
    }
}
