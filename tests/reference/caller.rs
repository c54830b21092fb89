//! Who calls (MATCH-P1) and how a principal entry names them (MATCH-P2 to MATCH-P9).

use serde_json::Value;

use super::condition::{Context, Held};
use super::{Truth, any, texts};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Root,
    User,
    RoleSession,
    Federated,
    Service,
    Anonymous,
}

#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) kind: Kind,
    /// The request's `principal` as written.
    pub(crate) name: String,
    pub(crate) partition: String,
    pub(crate) account: String,
    /// User or role name without path.
    entity: String,
    role_arn: Option<String>,
    provider: Option<String>,
}

/// The class of MATCH-P2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Direct,
    Entity,
    Account,
}

impl Caller {
    pub(crate) fn of(request: &Value) -> Caller {
        let field = |name: &str| request.get(name).and_then(Value::as_str).map(str::to_owned);
        let name = field("principal").unwrap_or_default();
        let parts: Vec<&str> = name.splitn(6, ':').collect();
        let (kind, partition, account, resource) = match parts.as_slice() {
            ["arn", partition, "iam", _, account, "root"] => (Kind::Root, *partition, *account, ""),
            ["arn", partition, "iam", _, account, user] => (Kind::User, *partition, *account, *user),
            ["arn", partition, _, _, account, session] if session.starts_with("assumed-role/") => {
                (Kind::RoleSession, *partition, *account, *session)
            }
            ["arn", partition, _, _, account, user] => (Kind::Federated, *partition, *account, *user),
            _ if name == "anonymous" => (Kind::Anonymous, "", "", ""),
            _ => (Kind::Service, "", "", ""),
        };
        let entity = match kind {
            Kind::RoleSession => resource.split('/').nth(1),
            _ => resource.rsplit('/').next(),
        };
        Caller {
            kind,
            entity: entity.unwrap_or_default().to_owned(),
            partition: partition.to_owned(),
            account: account.to_owned(),
            role_arn: field("principalRoleArn"),
            provider: field("federatedProvider"),
            name,
        }
    }

    pub(crate) fn has_account(&self) -> bool {
        !matches!(self.kind, Kind::Service | Kind::Anonymous)
    }

    /// `aws:PrincipalArn` (MATCH-P1).
    fn principal_arn(&self) -> String {
        match (&self.role_arn, self.kind) {
            (Some(role), _) => role.clone(),
            (None, Kind::RoleSession) => {
                format!(
                    "arn:{}:iam::{}:role/{}",
                    self.partition, self.account, self.entity
                )
            }
            _ => self.name.clone(),
        }
    }

    /// EVAL-20: told so, or by the path of the role.
    pub(crate) fn service_linked(&self, request: &Value) -> bool {
        request
            .get("serviceLinked")
            .and_then(Value::as_bool)
            .unwrap_or(false)
            || self
                .role_arn
                .as_ref()
                .is_some_and(|arn| arn.contains(":role/aws-service-role/"))
    }

    /// The given context and the keys that follow from the caller.
    pub(crate) fn context(&self, request: &Value) -> Context {
        let given = request.get("context").and_then(Value::as_object);
        let mut keys: Vec<(String, Value)> = given
            .into_iter()
            .flatten()
            .map(|(k, v)| (k.clone(), v.clone()))
            .collect();
        let mut add = |key: &str, value: String| {
            if !keys.iter().any(|(k, _)| k.eq_ignore_ascii_case(key)) {
                keys.push((key.to_owned(), Value::from(value)));
            }
        };
        if self.has_account() {
            add("aws:PrincipalArn", self.principal_arn());
            add("aws:PrincipalAccount", self.account.clone());
        }
        if self.kind == Kind::User {
            add("aws:username", self.entity.clone());
        }
        if self.kind != Kind::Anonymous {
            add(
                "aws:PrincipalIsAWSService",
                (self.kind == Kind::Service).to_string(),
            );
        }
        if self.kind == Kind::Service {
            add("aws:PrincipalServiceName", self.name.clone());
        }
        Context(keys)
    }

    /// How one entry under one key of a principal map names the caller; the truth is Unknown for a canonical id.
    fn entry(&self, key: &str, entry: &str, context: &Context) -> Option<(Class, Truth)> {
        let yes = |class| Some((class, Some(true)));
        match key {
            "AWS" if entry == "*" => yes(Class::Direct),
            "AWS" => self.aws_entry(entry, context).and_then(yes),
            "Service" if self.kind == Kind::Service && entry == self.name => yes(Class::Direct),
            "Federated" if self.provider.as_deref() == Some(entry) => yes(Class::Direct),
            "CanonicalUser" if self.has_account() => Some((Class::Account, None)),
            _ => None,
        }
    }

    fn aws_entry(&self, entry: &str, context: &Context) -> Option<Class> {
        if !self.has_account() {
            return None;
        }
        if self.is_own_account(entry) {
            return Some(if self.kind == Kind::Root {
                Class::Direct
            } else {
                Class::Account
            });
        }
        if entry == self.name {
            return Some(Class::Direct);
        }
        let of_entity = match self.kind {
            Kind::RoleSession => self.is_own_role(entry),
            Kind::Federated => entry == self.user_behind(),
            _ => false,
        };
        if of_entity {
            return Some(Class::Entity);
        }
        match (context.get("aws:userid"), self.kind) {
            (Held::One(id), Kind::User) if id == entry => Some(Class::Direct),
            (Held::One(id), Kind::RoleSession) if id.split(':').next() == Some(entry) => Some(Class::Entity),
            _ => None,
        }
    }

    fn is_own_account(&self, entry: &str) -> bool {
        entry == self.account || entry == format!("arn:{}:iam::{}:root", self.partition, self.account)
    }

    /// MATCH-P5: the role's path does not count.
    fn is_own_role(&self, entry: &str) -> bool {
        let start = format!("arn:{}:iam::{}:role/", self.partition, self.account);
        entry
            .strip_prefix(&start)
            .is_some_and(|path| path.rsplit('/').next() == Some(&self.entity))
    }

    fn user_behind(&self) -> String {
        format!(
            "arn:{}:iam::{}:user/{}",
            self.partition, self.account, self.entity
        )
    }

    /// Whether the `Principal` element names the caller with one of the classes.
    pub(crate) fn named(&self, principal: Option<&Value>, classes: &[Class], context: &Context) -> Truth {
        let Some(principal) = principal else {
            return Some(false);
        };
        if principal == "*" {
            return Some(classes.contains(&Class::Direct));
        }
        let entries = principal.as_object().into_iter().flatten();
        any(entries.flat_map(|(key, values)| {
            let hits = texts(values)
                .into_iter()
                .filter_map(|v| self.entry(key, &v, context));
            hits.filter(|(class, _)| classes.contains(class))
                .map(|(_, truth)| truth)
                .collect::<Vec<_>>()
        }))
    }

    /// MATCH-P9: whether a `NotPrincipal` leaves the caller in the statement.
    pub(crate) fn left_by(&self, list: &Value, bounded_deny: bool) -> Truth {
        if bounded_deny {
            return Some(true);
        }
        let entries: Vec<(String, String)> = list
            .as_object()
            .into_iter()
            .flatten()
            .flat_map(|(k, vs)| texts(vs).into_iter().map(move |v| (k.clone(), v)))
            .collect();
        let listed =
            |test: &dyn Fn(&str) -> bool, key: &str| entries.iter().any(|(k, v)| k == key && test(v));
        let itself = listed(&|e| e == self.name, "AWS");
        let account = listed(&|e| self.is_own_account(e), "AWS");
        let links = match self.kind {
            Kind::Root => vec![account],
            Kind::User => vec![account, itself],
            Kind::RoleSession => vec![account, listed(&|e| self.is_own_role(e), "AWS"), itself],
            Kind::Federated => vec![account, listed(&|e| e == self.user_behind(), "AWS"), itself],
            Kind::Service => vec![listed(&|e| e == self.name, "Service")],
            Kind::Anonymous => vec![listed(&|e| self.provider.as_deref() == Some(e), "Federated")],
        };
        match (links.iter().any(|l| *l), links.iter().all(|l| *l)) {
            (false, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        }
    }
}
