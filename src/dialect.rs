//! The policy languages: every way in which they differ, as tables.
//!
//! In: the name of a dialect. Out: its [`Table`], which reading, grammar and engine ask instead of naming clouds. What
//! differs is a row here and nowhere else; how a table's [`Combination`] is worked out is the engine's.
//!
//! Source: section 1 of docs/SEMANTICS.md for IAM, section 19 (RAM-*) for RAM.

use std::borrow::Cow;

/// A policy language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Dialect {
    /// AWS IAM.
    #[default]
    Iam,
    /// Alibaba Cloud RAM.
    Ram,
}

/// How what the layers say becomes one decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Combination {
    /// One identity scope; any Deny of it wins; for most calls in one account either side grants (EVAL-05 to EVAL-09).
    OneScope,
    /// Account scope before resource groups, which are looked at only where the former says nothing (RAM-09 to
    /// RAM-12).
    TwoScopes,
}

/// What a dialect's documents and requests look like.
#[derive(Debug)]
pub struct Table {
    /// What it is called in sentences.
    pub name: &'static str,
    /// The values of `Version`, the one to write first.
    pub versions: &'static [&'static str],
    /// How names of resources begin, without the colon.
    pub scheme: &'static str,
    /// The number of colons that separate the fields of such a name; further ones belong to the last field.
    pub separators: usize,
    /// A name with all its fields, for messages.
    pub name_form: &'static str,
    /// The kinds of principals, as the principal map spells them.
    pub principals: &'static [&'static str],
    /// The elements of a document.
    pub document_elements: &'static [&'static str],
    /// The elements of a statement.
    pub statement_elements: &'static [&'static str],
    /// The condition operators; `None` where all that are known belong to it, with their prefixes and suffixes.
    pub operators: Option<&'static [&'static str]>,
    /// Whether wildcards may stand in the service of an action.
    pub service_wildcards: bool,
    /// Whether it is documented up to where a wildcard of a resource reaches, and what a condition says of a key
    /// that the request does not have.
    pub documented: bool,
    /// Whether roles are named without regard to case.
    pub folds_roles: bool,
    /// How its layers come together.
    pub combination: Combination,
    /// The layers that are not of it, by the names that machine-readable output gives them.
    pub foreign_layers: &'static [&'static str],
}

impl Table {
    /// Whether a layer is of the dialect.
    pub fn knows(&self, layer: &str) -> bool {
        !self.foreign_layers.contains(&layer)
    }
}

static IAM: Table = Table {
    name: "IAM",
    versions: &["2012-10-17", "2008-10-17"],
    scheme: "arn",
    separators: 5,
    name_form: "arn:partition:service:region:account:resource",
    principals: &["AWS", "Service", "Federated", "CanonicalUser"],
    document_elements: &["Version", "Id", "Statement"],
    statement_elements: &[
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
    ],
    operators: None,
    service_wildcards: false,
    documented: true,
    folds_roles: false,
    combination: Combination::OneScope,
    foreign_layers: &["resource-group"],
};

static RAM: Table = Table {
    name: "RAM",
    versions: &["1"],
    scheme: "acs",
    separators: 4,
    name_form: "acs:service:region:account:resource",
    principals: &["RAM", "Service", "Federated"],
    document_elements: &["Version", "Statement"],
    statement_elements: &[
        "Effect",
        "Principal",
        "Action",
        "NotAction",
        "Resource",
        "Condition",
    ],
    operators: Some(&[
        "StringEquals",
        "StringNotEquals",
        "StringEqualsIgnoreCase",
        "StringNotEqualsIgnoreCase",
        "StringLike",
        "StringNotLike",
        "NumericEquals",
        "NumericNotEquals",
        "NumericLessThan",
        "NumericLessThanEquals",
        "NumericGreaterThan",
        "NumericGreaterThanEquals",
        "DateEquals",
        "DateNotEquals",
        "DateLessThan",
        "DateLessThanEquals",
        "DateGreaterThan",
        "DateGreaterThanEquals",
        "Bool",
        "IpAddress",
        "NotIpAddress",
    ]),
    service_wildcards: true,
    documented: false,
    folds_roles: true,
    combination: Combination::TwoScopes,
    foreign_layers: &["boundary", "rcp", "endpoint"],
};

impl Dialect {
    /// What its documents and requests look like.
    pub fn table(self) -> &'static Table {
        match self {
            Self::Iam => &IAM,
            Self::Ram => &RAM,
        }
    }

    /// The dialect that names of resources and identities of this form belong to; `None` for other texts. A pattern
    /// that begins with a wildcard is of no form.
    ///
    /// ```
    /// use rolecall::dialect::Dialect;
    ///
    /// assert_eq!(Dialect::of_name("acs:oss:*:*:bucket"), Some(Dialect::Ram));
    /// assert_eq!(Dialect::of_name("arn:aws:s3:::bucket"), Some(Dialect::Iam));
    /// assert_eq!(Dialect::of_name("*"), None);
    /// ```
    pub fn of_name(text: &str) -> Option<Self> {
        let (scheme, _) = text.split_once(':')?;
        [Self::Iam, Self::Ram]
            .into_iter()
            .find(|dialect| dialect.table().scheme == scheme)
    }

    /// A name, or a pattern of names, as it is compared: RAM prints names of roles in lower case and takes them in
    /// any, so there they are folded. Other names stay as they are.
    ///
    /// Source: RAM-05.
    pub fn canonical(self, name: &str) -> Cow<'_, str> {
        let folded = || {
            let role = last_field(name, self.table().separators)?;
            let is_role = service(name) == Some("ram") && role.starts_with("role/");
            let upper = role.bytes().any(|byte| byte.is_ascii_uppercase());
            let head = name.get(..name.len() - role.len())?;
            (is_role && upper).then(|| format!("{head}{}", role.to_ascii_lowercase()))
        };
        match self.table().folds_roles.then(folded).flatten() {
            Some(folded) => Cow::Owned(folded),
            None => Cow::Borrowed(name),
        }
    }

    /// Whether a pattern of names may mean roles among others, and means something else in another case: then it is
    /// open what it matches.
    ///
    /// Source: RAM-05.
    pub fn is_doubtful(self, pattern: &str) -> bool {
        const ROLE: &str = "role/";
        let Some(last) = last_field(pattern, self.table().separators).filter(|_| self.table().folds_roles)
        else {
            return false;
        };
        let wild = ['*', '?'];
        let service = service(pattern).unwrap_or_default();
        let literal = last.split(wild).next().unwrap_or_default();
        let may_be_role = literal.starts_with(ROLE) || (ROLE.starts_with(literal) && last.contains(wild));
        let may_be_ram = service == "ram" || service.contains(wild);
        let settled = service == "ram" && literal.starts_with(ROLE);
        may_be_role && may_be_ram && !settled && last.bytes().any(|byte| byte.is_ascii_uppercase())
    }

    /// The dialect whose documents carry this `Version`.
    pub fn of_version(text: &str) -> Option<Self> {
        [Self::Iam, Self::Ram]
            .into_iter()
            .find(|dialect| dialect.table().versions.contains(&text))
    }

    /// The dialect that service principals of this name belong to.
    pub fn of_service(name: &str) -> Self {
        if name.ends_with(".aliyuncs.com") {
            Self::Ram
        } else {
            Self::Iam
        }
    }
}

/// What comes after this many colons.
fn last_field(name: &str, separators: usize) -> Option<&str> {
    name.splitn(separators + 1, ':').nth(separators)
}

fn service(name: &str) -> Option<&str> {
    name.split(':').nth(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ram_has_twenty_one_operators_and_none_with_a_suffix() {
        let operators = Dialect::Ram.table().operators.unwrap_or_default();
        assert_eq!(operators.len(), 21);
        assert!(
            operators
                .iter()
                .all(|name| !name.contains(':') && !name.ends_with("IfExists"))
        );
    }

    #[test]
    fn a_form_of_name_has_as_many_colons_as_separate_its_fields() {
        for dialect in [Dialect::Iam, Dialect::Ram] {
            let table = dialect.table();
            assert_eq!(table.name_form.matches(':').count(), table.separators);
            assert_eq!(Dialect::of_name(table.name_form), Some(dialect));
            assert!(
                table
                    .versions
                    .iter()
                    .all(|version| Dialect::of_version(version) == Some(dialect))
            );
        }
        assert_eq!(Dialect::of_name("acsx:a:b"), None);
    }

    #[test]
    fn names_of_roles_are_folded_and_no_others() {
        let ram = |name: &str| Dialect::Ram.canonical(name).into_owned();
        assert_eq!(
            ram("acs:ram::1:role/AliyunFCDefaultRole"),
            "acs:ram::1:role/aliyunfcdefaultrole"
        );
        assert_eq!(ram("acs:ram:*:*:role/Ali*"), "acs:ram:*:*:role/ali*");
        for name in ["acs:ram::1:user/Ann", "acs:oss:*:*:role/Ann", "*", "acs:ram:A"] {
            assert_eq!(ram(name), name);
        }
        assert_eq!(
            Dialect::Iam.canonical("arn:aws:iam::1:role/R"),
            "arn:aws:iam::1:role/R"
        );
    }

    #[test]
    fn a_pattern_that_may_mean_roles_by_a_wildcard_is_open_in_its_case() {
        for pattern in [
            "acs:ram:*:*:*FCDefaultRole",
            "acs:*:*:*:role/Ann",
            "acs:ram:*:*:ro*/Ann",
        ] {
            assert!(Dialect::Ram.is_doubtful(pattern), "{pattern}");
        }
        for pattern in [
            "acs:ram:*:*:role/Ann",
            "acs:ram:*:*:*",
            "acs:oss:*:*:Ann*",
            "acs:ram:*:*:user/Ann",
            "*",
        ] {
            assert!(!Dialect::Ram.is_doubtful(pattern), "{pattern}");
        }
    }

    #[test]
    fn services_are_told_apart_by_their_domain() {
        assert_eq!(
            Dialect::of_service("connector.alikafka.aliyuncs.com"),
            Dialect::Ram
        );
        assert_eq!(Dialect::of_service("kafkaconnect.amazonaws.com"), Dialect::Iam);
    }
}
