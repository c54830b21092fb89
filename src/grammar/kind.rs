//! The kinds of policy and what each demands of a document: one table row a kind.
//!
//! In: the name of a kind. Out: its [`Demands`], which the checks read instead of naming kinds.
//!
//! Source: the per-type tables of GRAM-04, GRAM-12, GRAM-14 and MATCH-R4; GRAM-08, GRAM-15, GRAM-23 to GRAM-28; RAM-01.

use super::fault::Severity::{self, Error, Warning};
use super::messages::{Check, NO_PRINCIPAL, Row};
use crate::dialect::Dialect;

/// What a policy document is for, which decides what it may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PolicyType {
    /// A customer managed policy.
    Managed,
    /// A policy in a user, role or group.
    Inline,
    /// A role's trust policy.
    Trust,
    /// A policy on a resource, and the service it belongs to where that is known.
    Resource(Option<ResourceService>),
    /// A managed policy used as a permissions boundary.
    Boundary,
    /// A policy given to an `AssumeRole*` or `GetFederationToken` call.
    Session,
    /// A service control policy.
    ServiceControl,
    /// A customer's resource control policy.
    ResourceControl,
    /// The policy of a VPC endpoint.
    VpcEndpoint,
    /// A document of Alibaba Cloud RAM.
    Ram(RamPolicy),
}

/// What a document of RAM is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RamPolicy {
    /// A policy that is attached to users, groups and roles.
    Identity,
    /// A role's trust policy.
    Trust,
    /// The policy of a bucket, the one kind of resource that has one.
    Resource,
    /// A policy given to an `AssumeRole*` call.
    Session,
    /// A control policy of a resource directory.
    Control,
}

/// The service whose resource a resource policy belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ResourceService {
    /// A bucket policy.
    S3,
    /// A queue policy.
    Sqs,
    /// A topic policy.
    Sns,
    /// A key policy.
    Kms,
    /// A CloudWatch Logs resource policy.
    Logs,
    /// A function policy.
    Lambda,
    /// Any other service.
    Other,
}

/// The names that people give, in the order in which they are listed to them.
const NAMES: [(&str, PolicyType); 9] = [
    ("managed", PolicyType::Managed),
    ("inline", PolicyType::Inline),
    ("trust", PolicyType::Trust),
    ("resource", PolicyType::Resource(None)),
    ("boundary", PolicyType::Boundary),
    ("session", PolicyType::Session),
    ("scp", PolicyType::ServiceControl),
    ("rcp", PolicyType::ResourceControl),
    ("endpoint", PolicyType::VpcEndpoint),
];

impl PolicyType {
    /// Every kind once, a resource policy without its service.
    pub fn all() -> impl Iterator<Item = Self> {
        NAMES.iter().map(|(_, kind)| *kind)
    }

    /// The kind with this name, in lower case: `managed`, `inline`, `trust`, `resource`, `boundary`, `session`,
    /// `scp`, `rcp`, `endpoint`.
    pub fn from_name(name: &str) -> Option<Self> {
        NAMES
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, kind)| *kind)
    }

    /// The name that [`Self::from_name`] reads; a resource policy's service is left out. Documents
    /// of RAM are recognised and not named: `ram`.
    pub fn name(self) -> &'static str {
        let plain = match self {
            Self::Resource(_) => Self::Resource(None),
            other => other,
        };
        NAMES
            .iter()
            .find(|(_, kind)| *kind == plain)
            .map_or("ram", |(name, _)| name)
    }

    /// The kind in another dialect that is for the same; itself where there is none.
    #[must_use]
    pub fn in_dialect(self, dialect: Dialect) -> Self {
        match (dialect, self) {
            (Dialect::Iam, kind) | (Dialect::Ram, kind @ Self::Ram(_)) => kind,
            (Dialect::Ram, Self::Trust) => Self::Ram(RamPolicy::Trust),
            (Dialect::Ram, Self::Resource(_) | Self::VpcEndpoint) => Self::Ram(RamPolicy::Resource),
            (Dialect::Ram, Self::Session) => Self::Ram(RamPolicy::Session),
            (Dialect::Ram, Self::ServiceControl | Self::ResourceControl) => Self::Ram(RamPolicy::Control),
            (Dialect::Ram, Self::Managed | Self::Inline | Self::Boundary) => Self::Ram(RamPolicy::Identity),
        }
    }

    /// The dialect of such documents.
    pub fn dialect(self) -> Dialect {
        self.demands().dialect
    }

    /// What to call such a document in a sentence, with its article.
    pub(super) fn described(self) -> &'static str {
        match self {
            Self::Managed => "a managed policy",
            Self::Inline => "an inline policy",
            Self::Trust => "a trust policy",
            Self::Resource(_) => "a resource policy",
            Self::Boundary => "a permissions boundary",
            Self::Session => "a session policy",
            Self::ServiceControl => "a service control policy",
            Self::ResourceControl => "a resource control policy",
            Self::VpcEndpoint => "an endpoint policy",
            Self::Ram(RamPolicy::Identity) => "a RAM policy",
            Self::Ram(RamPolicy::Trust) => "the trust policy of a RAM role",
            Self::Ram(RamPolicy::Resource) => "a bucket policy of RAM",
            Self::Ram(RamPolicy::Session) => "a session policy of RAM",
            Self::Ram(RamPolicy::Control) => "a control policy",
        }
    }

    pub(super) fn demands(self) -> &'static Demands {
        match self {
            Self::Managed | Self::Boundary => &MANAGED,
            Self::Inline => &INLINE,
            Self::Session => &SESSION,
            Self::Trust => &TRUST,
            Self::Resource(Some(service)) if service != ResourceService::Other => &KNOWN_RESOURCE,
            Self::Resource(_) => &RESOURCE,
            Self::ServiceControl => &SERVICE_CONTROL,
            Self::ResourceControl => &RESOURCE_CONTROL,
            Self::VpcEndpoint => &VPC_ENDPOINT,
            Self::Ram(RamPolicy::Trust) => &RAM_TRUST,
            Self::Ram(RamPolicy::Resource) => &RAM_RESOURCE,
            Self::Ram(RamPolicy::Identity | RamPolicy::Session | RamPolicy::Control) => &RAM_IDENTITY,
        }
    }
}

/// Who checks a document when it is stored, and so whose messages its author sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Authority {
    /// IAM or STS, as a policy of an identity.
    Identity,
    /// IAM, as a role's trust policy.
    Trust,
    /// AWS Organizations.
    Organizations,
    /// The service that owns the resource, or VPC.
    Service,
}

/// What is asked of `Principal`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PrincipalDemand {
    Prohibited,
    Required,
    /// Required, and only the bare `*`.
    OnlyEveryone,
}

/// What is asked of `Resource` and `NotResource`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ResourceDemand {
    Prohibited,
    /// One of the two; how bad it is to have neither.
    Wanted(Severity),
}

/// What becomes of an ARN with fewer than six fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ShortArn {
    /// The missing fields are wildcards.
    Padded,
    /// A fault, unless `unless_star` and the text ends in `*`.
    Fault {
        severity: Severity,
        unless_star: bool,
        check: Check,
    },
}

/// What a kind of policy demands of a document.
#[derive(Debug)]
pub(super) struct Demands {
    pub(super) dialect: Dialect,
    pub(super) authority: Authority,
    /// A version other than `2012-10-17`, or none.
    pub(super) old_version: Option<Severity>,
    /// `Id`, which IAM stores but does not document.
    pub(super) id: Option<Severity>,
    /// Characters of `Sid` other than letters and digits.
    pub(super) sid_characters: Option<Severity>,
    /// A `Sid` used twice.
    pub(super) sid_repeated: Severity,
    pub(super) principal: PrincipalDemand,
    /// Whether `NotPrincipal` may stand in place of `Principal`.
    pub(super) not_principal: bool,
    pub(super) not_action: bool,
    pub(super) resource: ResourceDemand,
    /// Whether resources are checked as IAM checks them (GRAM-13).
    pub(super) iam_resources: bool,
    pub(super) short_arn: ShortArn,
    /// IAM's limits on the raw text: its characters and their number (GRAM-01).
    pub(super) iam_text: bool,
}

impl Demands {
    /// What the authority says of a check, before anything is filled in.
    pub(super) fn said_of(&self, row: &Row) -> Option<&'static str> {
        match self.authority {
            Authority::Identity => row.identity,
            Authority::Trust => row.trust,
            Authority::Organizations if self.principal == PrincipalDemand::Prohibited => {
                row.identity.filter(|text| *text == NO_PRINCIPAL)
            }
            Authority::Organizations | Authority::Service => None,
        }
    }
}

const MANAGED: Demands = Demands {
    dialect: Dialect::Iam,
    authority: Authority::Identity,
    old_version: Some(Error),
    id: Some(Warning),
    sid_characters: Some(Error),
    sid_repeated: Error,
    principal: PrincipalDemand::Prohibited,
    not_principal: false,
    not_action: true,
    resource: ResourceDemand::Wanted(Error),
    iam_resources: true,
    short_arn: ShortArn::Padded,
    iam_text: true,
};

const INLINE: Demands = Demands {
    old_version: Some(Warning),
    ..MANAGED
};

const SESSION: Demands = Demands {
    short_arn: ShortArn::Fault {
        severity: Error,
        unless_star: false,
        check: Check::ShortSessionArn,
    },
    ..INLINE
};

const TRUST: Demands = Demands {
    authority: Authority::Trust,
    old_version: None,
    id: None,
    principal: PrincipalDemand::Required,
    resource: ResourceDemand::Prohibited,
    ..MANAGED
};

const RESOURCE: Demands = Demands {
    dialect: Dialect::Iam,
    authority: Authority::Service,
    old_version: None,
    id: None,
    sid_characters: None,
    sid_repeated: Warning,
    principal: PrincipalDemand::Required,
    not_principal: true,
    not_action: true,
    resource: ResourceDemand::Wanted(Warning),
    iam_resources: false,
    short_arn: ShortArn::Fault {
        severity: Warning,
        unless_star: true,
        check: Check::ShortArn,
    },
    iam_text: false,
};

const KNOWN_RESOURCE: Demands = Demands {
    resource: ResourceDemand::Wanted(Error),
    ..RESOURCE
};

const VPC_ENDPOINT: Demands = Demands {
    iam_resources: true,
    ..KNOWN_RESOURCE
};

const SERVICE_CONTROL: Demands = Demands {
    authority: Authority::Organizations,
    id: None,
    short_arn: ShortArn::Fault {
        severity: Error,
        unless_star: true,
        check: Check::ShortArn,
    },
    iam_text: false,
    ..MANAGED
};

const RESOURCE_CONTROL: Demands = Demands {
    principal: PrincipalDemand::OnlyEveryone,
    not_action: false,
    short_arn: ShortArn::Fault {
        severity: Error,
        unless_star: false,
        check: Check::ShortArn,
    },
    ..SERVICE_CONTROL
};

/// RAM's messages are not known, nor whether it looks at a `Sid`.
const RAM_IDENTITY: Demands = Demands {
    dialect: Dialect::Ram,
    authority: Authority::Service,
    old_version: None,
    id: None,
    sid_characters: None,
    sid_repeated: Warning,
    short_arn: ShortArn::Fault {
        severity: Warning,
        unless_star: false,
        check: Check::ShortName,
    },
    iam_resources: false,
    iam_text: false,
    ..MANAGED
};

const RAM_TRUST: Demands = Demands {
    principal: PrincipalDemand::Required,
    resource: ResourceDemand::Prohibited,
    ..RAM_IDENTITY
};

const RAM_RESOURCE: Demands = Demands {
    principal: PrincipalDemand::Required,
    ..RAM_IDENTITY
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_one_name() {
        for kind in PolicyType::all() {
            assert_eq!(PolicyType::from_name(kind.name()), Some(kind));
        }
        assert_eq!(
            PolicyType::Resource(Some(ResourceService::Kms)).name(),
            "resource"
        );
        assert_eq!(PolicyType::from_name("Managed"), None);
    }
}
