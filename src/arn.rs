//! Amazon resource names and the principals they name.
//!
//! In: one literal ARN (not a pattern). Out: its six components, borrowed; and for the ARNs of IAM and STS what
//! kind of identity they name. Nothing here allocates, and nothing is checked beyond shape: an unknown service
//! or partition is still an ARN.
//!
//! Source: section 2.3 (ARN), CASE-05, CASE-06, MATCH-P1 to MATCH-P5, MATCH-P11, EVAL-20.

/// The partitions AWS has published.
pub const PARTITIONS: [&str; 8] = [
    "aws",
    "aws-cn",
    "aws-us-gov",
    "aws-iso",
    "aws-iso-b",
    "aws-iso-e",
    "aws-iso-f",
    "aws-eusc",
];

/// Where the roles that belong to services live.
const SERVICE_LINKED_PATH: &str = "/aws-service-role/";

/// Whether this is the name of a known partition, as spelled by AWS (lower case).
pub fn is_partition(text: &str) -> bool {
    PARTITIONS.contains(&text)
}

/// Whether this is an account id: twelve ASCII digits.
pub fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The components of an ARN, as written. Equality is by text, case-sensitive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Arn<'a> {
    /// The second component: `aws`, `aws-cn`, …
    pub partition: &'a str,
    /// The third: `s3`, `iam`, …
    pub service: &'a str,
    /// The fourth; empty for global services.
    pub region: &'a str,
    /// The fifth: an account id, `aws`, or empty.
    pub account: &'a str,
    /// All after the fifth colon, colons included.
    pub resource: &'a str,
}

/// The identity an ARN of IAM or STS names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Identity<'a> {
    /// `arn:aws:iam::A:root`: the root user, or in a policy the account.
    Root,
    /// `arn:aws:iam::A:user/path/name`.
    User {
        /// From slash to slash; `/` if there is none.
        path: &'a str,
        /// The last segment.
        name: &'a str,
    },
    /// `arn:aws:iam::A:role/path/name`.
    Role {
        /// From slash to slash; `/` if there is none.
        path: &'a str,
        /// The last segment.
        name: &'a str,
    },
    /// `arn:aws:sts::A:assumed-role/role/session`, which knows no path.
    AssumedRole {
        /// The role's name.
        role: &'a str,
        /// The session's name.
        session: &'a str,
    },
    /// `arn:aws:sts::A:federated-user/name`.
    FederatedUser {
        /// The name given to `GetFederationToken`.
        name: &'a str,
    },
}

impl<'a> Arn<'a> {
    /// Cuts an ARN at its first five colons. `None` if there are fewer, or it does not start with `arn`.
    pub fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        if parts.next() != Some("arn") {
            return None;
        }
        Some(Self {
            partition: parts.next()?,
            service: parts.next()?,
            region: parts.next()?,
            account: parts.next()?,
            resource: parts.next()?,
        })
    }

    /// The account that owns what the ARN names, if the ARN says so with twelve digits.
    pub fn account_id(&self) -> Option<&'a str> {
        is_account_id(self.account).then_some(self.account)
    }

    /// The identity this ARN names. `None` for anything else, and for IAM and STS ARNs with a region, with no
    /// account id, or with an empty name.
    ///
    /// Source: MATCH-P1.
    pub fn identity(&self) -> Option<Identity<'a>> {
        if !self.region.is_empty() || !is_account_id(self.account) {
            return None;
        }
        match self.service {
            "iam" => iam_identity(self.resource),
            "sts" => sts_identity(self.resource),
            _ => None,
        }
    }

    /// The name of the role this ARN names or whose session it names.
    pub fn role_name(&self) -> Option<&'a str> {
        match self.identity()? {
            Identity::Role { name, .. } => Some(name),
            Identity::AssumedRole { role, .. } => Some(role),
            Identity::Root | Identity::User { .. } | Identity::FederatedUser { .. } => None,
        }
    }

    /// Whether this names a role under the path kept for services. The name alone says nothing: any role may be
    /// called `AWSServiceRoleForX`. A session's ARN knows no path, so for it this is false.
    ///
    /// Source: EVAL-20.
    pub fn is_service_linked_role(&self) -> bool {
        matches!(self.identity(), Some(Identity::Role { path, .. }) if path.starts_with(SERVICE_LINKED_PATH))
    }
}

fn iam_identity(resource: &str) -> Option<Identity<'_>> {
    if resource == "root" {
        return Some(Identity::Root);
    }
    let (kind, rest) = resource.split_at_checked(resource.find('/')?)?;
    let (path, name) = rest.split_at_checked(rest.rfind('/')? + 1)?;
    match kind {
        _ if name.is_empty() => None,
        "user" => Some(Identity::User { path, name }),
        "role" => Some(Identity::Role { path, name }),
        _ => None,
    }
}

fn sts_identity(resource: &str) -> Option<Identity<'_>> {
    let (kind, rest) = resource.split_once('/')?;
    match (kind, rest.split_once('/')) {
        ("assumed-role", Some((role, session))) if is_segment(role) && is_segment(session) => {
            Some(Identity::AssumedRole { role, session })
        }
        ("federated-user", None) if is_segment(rest) => Some(Identity::FederatedUser { name: rest }),
        _ => None,
    }
}

fn is_segment(text: &str) -> bool {
    !text.is_empty() && !text.contains('/')
}

/// Whether the session is one of this role: same partition, account and role name, whatever the role's path.
/// False if either ARN is of another kind.
///
/// Source: MATCH-P5, MATCH-P11.
pub fn same_role(role: &Arn<'_>, session: &Arn<'_>) -> bool {
    let names = match (role.identity(), session.identity()) {
        (Some(Identity::Role { name, .. }), Some(Identity::AssumedRole { role, .. })) => name == role,
        _ => false,
    };
    names && role.partition == session.partition && role.account == session.account
}

/// The account a principal entry names as a whole: `111122223333` or `arn:aws:iam::111122223333:root`.
///
/// Source: MATCH-P4.
pub fn account_entry(text: &str) -> Option<&str> {
    if is_account_id(text) {
        return Some(text);
    }
    let arn = Arn::parse(text)?;
    (arn.identity()? == Identity::Root).then_some(arn.account)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn identity(text: &str) -> Option<Identity<'_>> {
        Arn::parse(text)?.identity()
    }

    #[test]
    fn an_arn_has_six_components_and_the_last_keeps_its_colons() {
        let arn = Arn::parse("arn:aws:logs:us-east-1:111122223333:log-group:/a:*").unwrap();
        assert_eq!(
            (arn.partition, arn.service, arn.region, arn.account, arn.resource),
            ("aws", "logs", "us-east-1", "111122223333", "log-group:/a:*")
        );
        assert_eq!(arn.account_id(), Some("111122223333"));
        assert_eq!(Arn::parse("arn:aws:s3:::b/k").unwrap().account_id(), None);
    }

    #[test]
    fn what_is_too_short_or_starts_otherwise_is_no_arn() {
        for text in [
            "",
            "*",
            "arn",
            "arn:aws:s3:b:k",
            "ARN:aws:s3:::b",
            "urn:aws:s3:::b",
            "111122223333",
        ] {
            assert_eq!(Arn::parse(text), None, "{text}");
        }
    }

    #[test]
    fn identities_are_told_apart() {
        let role = Identity::Role {
            path: "/team/x/",
            name: "Dev",
        };
        let session = Identity::AssumedRole {
            role: "Dev",
            session: "a@b",
        };
        for (text, expected) in [
            ("arn:aws:iam::111122223333:root", Identity::Root),
            (
                "arn:aws:iam::111122223333:user/alice",
                Identity::User {
                    path: "/",
                    name: "alice",
                },
            ),
            (
                "arn:aws:iam::111122223333:user/a/b/alice",
                Identity::User {
                    path: "/a/b/",
                    name: "alice",
                },
            ),
            ("arn:aws:iam::111122223333:role/team/x/Dev", role),
            ("arn:aws-cn:sts::111122223333:assumed-role/Dev/a@b", session),
            (
                "arn:aws:sts::111122223333:federated-user/bob",
                Identity::FederatedUser { name: "bob" },
            ),
        ] {
            assert_eq!(identity(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn malformed_or_other_arns_name_no_identity() {
        for text in [
            "arn:aws:iam::111122223333:group/g",
            "arn:aws:iam::111122223333:role/",
            "arn:aws:iam::111122223333:role/a/",
            "arn:aws:iam::111122223333:role",
            "arn:aws:iam::11112222333:role/r",
            "arn:aws:iam:us-east-1:111122223333:role/r",
            "arn:aws:sts::111122223333:assumed-role/Dev",
            "arn:aws:sts::111122223333:assumed-role/Dev/",
            "arn:aws:sts::111122223333:assumed-role//s",
            "arn:aws:sts::111122223333:assumed-role/Dev/a/b",
            "arn:aws:sts::111122223333:role/Dev",
            "arn:aws:iam::111122223333:assumed-role/Dev/s",
            "arn:aws:s3:::root",
        ] {
            assert_eq!(identity(text), None, "{text}");
        }
    }

    #[test]
    fn a_session_belongs_to_its_role_whatever_the_path() {
        let same = |role, session| same_role(&Arn::parse(role).unwrap(), &Arn::parse(session).unwrap());
        let role = "arn:aws:iam::111122223333:role/team/x/Dev";
        assert!(same(role, "arn:aws:sts::111122223333:assumed-role/Dev/s"));
        assert!(same(
            "arn:aws:iam::111122223333:role/Dev",
            "arn:aws:sts::111122223333:assumed-role/Dev/s"
        ));
        assert!(!same(role, "arn:aws:sts::111122223333:assumed-role/dev/s"));
        assert!(!same(role, "arn:aws:sts::444455556666:assumed-role/Dev/s"));
        assert!(!same(role, "arn:aws-cn:sts::111122223333:assumed-role/Dev/s"));
        assert!(!same(role, "arn:aws:sts::111122223333:federated-user/Dev"));
        assert!(!same(role, role));
        assert_eq!(Arn::parse(role).unwrap().role_name(), Some("Dev"));
    }

    #[test]
    fn service_linked_roles_are_known_by_their_path() {
        let linked = |text| Arn::parse(text).unwrap().is_service_linked_role();
        assert!(linked(
            "arn:aws:iam::111122223333:role/aws-service-role/kafka.amazonaws.com/AWSServiceRoleForKafka"
        ));
        assert!(!linked("arn:aws:iam::111122223333:role/AWSServiceRoleForKafka"));
        assert!(!linked(
            "arn:aws:iam::111122223333:role/service-role/AWSServiceRoleForKafka"
        ));
        assert!(!linked("arn:aws:iam::111122223333:role/aws-service-role"));
    }

    #[test]
    fn an_account_is_named_by_its_id_or_its_root() {
        assert_eq!(account_entry("111122223333"), Some("111122223333"));
        assert_eq!(
            account_entry("arn:aws-us-gov:iam::111122223333:root"),
            Some("111122223333")
        );
        for text in [
            "11112222333",
            "1111222233334",
            "11112222333x",
            "*",
            "arn:aws:iam::111122223333:user/root",
        ] {
            assert_eq!(account_entry(text), None, "{text}");
        }
        assert!(
            !is_account_id("１１１１２２２２３３３３"),
            "digits of other scripts"
        );
    }

    #[test]
    fn partitions_are_the_published_ones() {
        assert!(PARTITIONS.iter().all(|name| is_partition(name)));
        assert!(!is_partition("AWS") && !is_partition("aws-") && !is_partition("*"));
    }

    proptest! {
        #[test]
        fn the_components_are_the_text(text in "(arn|ARN)(:[a-z/]{0,3}){0,8}") {
            if let Some(arn) = Arn::parse(&text) {
                let Arn { partition, service, region, account, resource } = arn;
                prop_assert_eq!(format!("arn:{partition}:{service}:{region}:{account}:{resource}"), text);
            }
        }
    }
}
