//! Who makes a request: the chain of identities behind a principal, and the context keys that follow from it.
//!
//! Source: MATCH-P1, TRI-13, TRI-18, COND-27, EVAL-20.

use crate::arn::{self, Arn};
use crate::condition::{Context, Knowledge, Mode, State};
use crate::dialect::Dialect;
use crate::pattern::{Glob, Piece};

/// The kind of caller, with the links of its chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// The root user of an account.
    Root {
        /// `arn:P:iam::A:root`.
        arn: String,
        /// The account id.
        account: String,
    },
    /// An IAM user, or a `GetSessionToken` session, which acts as the user (EVAL-17).
    User {
        /// The user's ARN.
        arn: String,
        /// The account id.
        account: String,
    },
    /// A role, perhaps with the session that makes the request.
    Role {
        /// The role's ARN; without its path when only the session is known, since sessions drop it.
        arn: String,
        /// Whether `arn` is known to hold the path.
        path_known: bool,
        /// The session's ARN, when it is known (TRI-18).
        session: Option<String>,
        /// The account id.
        account: String,
    },
    /// A `GetFederationToken` session.
    Federated {
        /// The session's ARN.
        arn: String,
        /// The ARN of the user of the same name, who made the token.
        user: String,
        /// The account id.
        account: String,
    },
    /// An AWS service acting itself.
    Service {
        /// The service principal name, exactly.
        name: String,
    },
    /// An unsigned `AssumeRoleWith…` call with an assertion of this provider (TRUST-06).
    Provider {
        /// The provider's ARN or name.
        provider: String,
    },
    /// Nobody in particular.
    Anonymous,
    /// A principal text of no known form: no entry but `*` is known to match it.
    Unrecognised {
        /// The text as given.
        text: String,
    },
}

impl Caller {
    /// Reads a principal: an ARN, a service name with a dot and no colon, or `anonymous`.
    pub fn parse(text: &str) -> Self {
        if text.eq_ignore_ascii_case("anonymous") || text == "*" {
            return Self::Anonymous;
        }
        if Dialect::of_name(text) == Some(Dialect::Ram) {
            return Self::of_ram(text);
        }
        let Some(parsed) = Arn::parse(text) else {
            return if text.contains('.') && !text.contains(':') {
                Self::Service {
                    name: text.to_owned(),
                }
            } else {
                Self::Unrecognised {
                    text: text.to_owned(),
                }
            };
        };
        let (arn, account) = (text.to_owned(), parsed.account.to_owned());
        let part = |prefix: &str| parsed.resource.strip_prefix(prefix);
        match parsed.service {
            "iam" if parsed.resource == "root" => Self::Root { arn, account },
            "iam" if part("user/").is_some() => Self::User { arn, account },
            "iam" if part("role/").is_some() => Self::Role {
                arn,
                path_known: true,
                session: None,
                account,
            },
            "sts" => match (
                part("assumed-role/").and_then(|r| r.split_once('/')),
                part("federated-user/"),
            ) {
                (Some((role, _)), _) => {
                    let role = format!("arn:{}:iam::{account}:role/{role}", parsed.partition);
                    Self::Role {
                        arn: role,
                        path_known: false,
                        session: Some(arn),
                        account,
                    }
                }
                (None, Some(name)) => {
                    let user = format!("arn:{}:iam::{account}:user/{name}", parsed.partition);
                    Self::Federated { arn, user, account }
                }
                _ => Self::Unrecognised { text: arn },
            },
            _ => Self::Unrecognised { text: arn },
        }
    }

    /// Reads the name of an identity of RAM: `acs:ram::ACCOUNT:user/NAME` and the like.
    ///
    /// Source: RAM-04.
    fn of_ram(text: &str) -> Self {
        let name = text.to_owned();
        let mut fields = text.splitn(5, ':').skip(1);
        let (Some("ram" | "sts"), Some(""), Some(account), Some(identity)) =
            (fields.next(), fields.next(), fields.next(), fields.next())
        else {
            return Self::Unrecognised { text: name };
        };
        let account = account.to_owned();
        match identity.split_once('/') {
            None if identity == "root" => Self::Root { arn: name, account },
            Some(("user", user)) if !user.is_empty() => Self::User { arn: name, account },
            Some(("role", role)) if !role.is_empty() => Self::Role {
                arn: name,
                path_known: true,
                session: None,
                account,
            },
            Some(("assumed-role", session)) => match session.split_once('/') {
                Some((role, _)) => Self::Role {
                    arn: format!("acs:ram::{account}:role/{role}"),
                    path_known: true,
                    session: Some(name),
                    account,
                },
                None => Self::Unrecognised { text: name },
            },
            _ => Self::Unrecognised { text: name },
        }
    }

    /// The dialect that the caller's name belongs to; `None` for those whose name tells none.
    pub fn dialect(&self) -> Option<Dialect> {
        match self {
            Self::Service { name } => Some(Dialect::of_service(name)),
            Self::Provider { provider } => Dialect::of_name(provider),
            Self::Anonymous => None,
            Self::Unrecognised { text } => Dialect::of_name(text),
            other => other.arn().and_then(Dialect::of_name),
        }
    }

    /// The same caller with the full ARN of its role, which a session's own ARN lacks.
    #[must_use]
    pub fn with_role_arn(self, role_arn: &str) -> Self {
        match self {
            Self::Role { session, account, .. } => Self::Role {
                arn: role_arn.to_owned(),
                path_known: true,
                session,
                account,
            },
            other => other,
        }
    }

    /// The account of the caller, for those who have one.
    pub fn account(&self) -> Option<&str> {
        match self {
            Self::Root { account, .. }
            | Self::User { account, .. }
            | Self::Role { account, .. }
            | Self::Federated { account, .. } => Some(account),
            _ => None,
        }
    }

    /// The ARN that names the caller: the session's where there is one.
    pub fn arn(&self) -> Option<&str> {
        match self {
            Self::Role {
                session: Some(arn), ..
            }
            | Self::Root { arn, .. }
            | Self::User { arn, .. }
            | Self::Role { arn, .. }
            | Self::Federated { arn, .. } => Some(arn),
            _ => None,
        }
    }

    /// The text that gives this caller when parsed.
    pub fn text(&self) -> &str {
        match self {
            Self::Service { name } => name,
            Self::Provider { .. } | Self::Anonymous => "anonymous",
            Self::Unrecognised { text } => text,
            other => other.arn().unwrap_or("anonymous"),
        }
    }

    /// The partition, for callers with an ARN.
    pub fn partition(&self) -> Option<&str> {
        self.arn().and_then(Arn::parse).map(|arn| arn.partition)
    }

    /// Whether the caller signs with credentials of an account.
    pub fn has_identity(&self) -> bool {
        self.account().is_some()
    }

    /// Whether the caller is a service-linked role, by the role's path (EVAL-20).
    pub fn is_service_linked_role(&self) -> bool {
        match self {
            Self::Role { arn, .. } => Arn::parse(arn).is_some_and(|arn| arn.is_service_linked_role()),
            _ => false,
        }
    }

    /// States, besides [`Caller::derive_context`], what a request of this caller always carries: the kind of
    /// principal, its id as far as its form is known, and the keys that every request has. Only for a context in
    /// which keys not mentioned are unknown; there it narrows them.
    ///
    /// Source: COND-27, VAR-08, SVC-06, TRI-13, TRI-18.
    pub fn derive_presence(&self, context: &mut Context) {
        if context.is_closed() {
            return;
        }
        if self.dialect() == Some(Dialect::Ram) {
            for key in ["acs:SecureTransport", "acs:CurrentTime", "acs:SourceIp"] {
                context.set_default(key, Knowledge::Within(Glob::parse("*")));
            }
            return;
        }
        let one = |text: &str| Knowledge::Known(State::One(text.into()));
        let within = |pattern: &str| Knowledge::Within(Glob::parse(pattern));
        for key in [
            "aws:SecureTransport",
            "aws:CurrentTime",
            "aws:EpochTime",
            "aws:ViaAWSService",
            "aws:RequestedRegion",
        ] {
            context.set_default(key, within("*"));
        }
        let (kind, id) = match self {
            Self::Root { account, .. } => ("Account", one(account)),
            Self::User { .. } => ("User", within("AIDA*")),
            Self::Role { session: None, .. } => ("AssumedRole", within("AROA*:*")),
            Self::Role {
                session: Some(session),
                ..
            } => {
                let name = session.rsplit_once('/').map_or("", |(_, name)| name);
                (
                    "AssumedRole",
                    Knowledge::Within(Glob::plain(&[Piece::Pattern("AROA*:"), Piece::Value(name)])),
                )
            }
            Self::Federated { arn, account, .. } => {
                let name = arn.rsplit_once('/').map_or("", |(_, name)| name);
                ("FederatedUser", one(&format!("{account}:{name}")))
            }
            Self::Anonymous => ("Anonymous", one("anonymous")),
            Self::Service { .. } => {
                for key in ["aws:PrincipalOrgID", "aws:PrincipalOrgPaths"] {
                    context.set_default(key, Knowledge::Known(State::Absent));
                }
                return;
            }
            Self::Provider { .. } | Self::Unrecognised { .. } => return,
        };
        context.set_default("aws:PrincipalType", one(kind));
        context.set_default("aws:userid", id);
    }

    /// States the context keys that follow from the caller, where nothing else was said of them. The path of a role
    /// that is known by a session alone is taken to be `/`, except in sound mode.
    ///
    /// Source: COND-27, VAR-08.
    pub fn derive_context(&self, context: &mut Context, mode: Mode) {
        if self.dialect() == Some(Dialect::Ram) {
            let name = match self {
                Self::User { arn, .. } | Self::Role { arn, .. } => Dialect::Ram.canonical(arn),
                _ => return,
            };
            context.set_default(
                "acs:PrincipalARN",
                Knowledge::Known(State::One(name.as_ref().into())),
            );
            return;
        }
        if let (
            Self::Role {
                arn,
                path_known: false,
                ..
            },
            Mode::Sound,
        ) = (self, mode)
        {
            // MATCH-P1: a session's own ARN does not tell its role's path.
            let (head, name) = arn.split_once("role/").unwrap_or((arn, ""));
            let pattern = [Piece::Value(head), Piece::Pattern("role/*"), Piece::Value(name)];
            context.set_default("aws:PrincipalArn", Knowledge::Within(Glob::plain(&pattern)));
        }
        let mut set = |key: &str, value: Option<&str>| {
            let state = value.map_or(State::Absent, |v| State::One(v.into()));
            context.set_default(key, Knowledge::Known(state));
        };
        set("aws:PrincipalAccount", self.account());
        match self {
            Self::Root { arn, .. }
            | Self::User { arn, .. }
            | Self::Role { arn, .. }
            | Self::Federated { arn, .. } => {
                set("aws:PrincipalArn", Some(arn));
                set("aws:PrincipalIsAWSService", Some("false"));
            }
            Self::Service { name } => {
                set("aws:PrincipalIsAWSService", Some("true"));
                set("aws:PrincipalServiceName", Some(name));
            }
            Self::Provider { .. } | Self::Anonymous => {
                set("aws:PrincipalArn", None);
                set("aws:PrincipalIsAWSService", None);
            }
            Self::Unrecognised { .. } => {}
        }
        match self {
            Self::User { arn, .. } => set("aws:username", arn.rsplit_once('/').map(|(_, name)| name)),
            Self::Unrecognised { .. } => {}
            _ => set("aws:username", None),
        }
    }
}

/// Whether `entry` names the account `account` of `partition`: by id, or by its root ARN.
///
/// Source: MATCH-P4, MATCH-P11.
pub(super) fn names_account(entry: &str, account: &str, partition: &str) -> bool {
    match arn::account_entry(entry) {
        Some(id) => id == account && Arn::parse(entry).is_none_or(|arn| arn.partition == partition),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_drops_its_roles_path_and_keeps_the_name() {
        let caller = Caller::parse("arn:aws:sts::111122223333:assumed-role/dev/s1");
        assert_eq!(
            caller,
            Caller::Role {
                arn: "arn:aws:iam::111122223333:role/dev".into(),
                path_known: false,
                session: Some("arn:aws:sts::111122223333:assumed-role/dev/s1".into()),
                account: "111122223333".into(),
            }
        );
        let known = caller.with_role_arn("arn:aws:iam::111122223333:role/team/dev");
        assert_eq!(known.arn(), Some("arn:aws:sts::111122223333:assumed-role/dev/s1"));
    }

    #[test]
    fn a_service_linked_role_is_told_by_its_path() {
        let linked = "arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX";
        assert!(Caller::parse(linked).is_service_linked_role());
        assert!(!Caller::parse("arn:aws:iam::111122223333:role/AWSServiceRoleForX").is_service_linked_role());
    }

    #[test]
    fn only_users_have_a_user_name() {
        let username = |principal: &str| {
            let mut context = Context::open();
            Caller::parse(principal).derive_context(&mut context, Mode::Chosen);
            context.knowledge("aws:username")
        };
        assert_eq!(
            username("arn:aws:iam::111122223333:user/team/ann"),
            Knowledge::Known(State::One("ann".into()))
        );
        assert_eq!(
            username("arn:aws:iam::111122223333:root"),
            Knowledge::Known(State::Absent)
        );
        assert_eq!(username("sns.amazonaws.com"), Knowledge::Known(State::Absent));
    }
}
