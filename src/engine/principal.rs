//! Whether a `Principal` or `NotPrincipal` element matches a caller, and with which class.
//!
//! The class decides which limits apply to a grant (EVAL-06): a grant to the account only delegates, one to
//! the role is limited by boundary and session policy, one to the very caller is not.
//!
//! Source: MATCH-P1 … MATCH-P11, EVAL-13.

use std::collections::BTreeSet;

use super::caller::{Caller, names_account};
use super::layer::LayerKind;
use crate::arn::{self, Arn, Identity};
use crate::condition::{Context, Lookup, Mode, State, Truth};
use crate::dialect::Dialect;
use crate::pattern::hole::{self, Part};
use crate::pattern::{Glob, Piece};
use crate::policy::{Effect, PrincipalEntry, PrincipalKind, Principals, Reading};

/// How a principal element matches a caller: the truth for each class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ClassMatch {
    pub direct: Truth,
    pub entity: Truth,
    pub account: Truth,
}

impl ClassMatch {
    pub const NONE: Self = Self {
        direct: Truth::False,
        entity: Truth::False,
        account: Truth::False,
    };
    pub const DIRECT: Self = Self {
        direct: Truth::True,
        ..Self::NONE
    };

    fn direct(truth: Truth) -> Self {
        Self {
            direct: truth,
            ..Self::NONE
        }
    }

    fn entity(truth: Truth) -> Self {
        Self {
            entity: truth,
            ..Self::NONE
        }
    }

    fn account(truth: Truth) -> Self {
        Self {
            account: truth,
            ..Self::NONE
        }
    }

    fn or(self, other: Self) -> Self {
        Self {
            direct: self.direct.or(other.direct),
            entity: self.entity.or(other.entity),
            account: self.account.or(other.account),
        }
    }

    /// Matched with any class, which is what a Deny asks.
    pub fn any(self) -> Truth {
        self.direct.or(self.entity).or(self.account)
    }
}

/// The caller that a principal element is held against.
pub(super) struct Asked<'a> {
    pub caller: &'a Caller,
    /// Whether the caller has a permissions boundary.
    pub bounded: bool,
    pub context: &'a Context,
    pub mode: Mode,
}

/// A principal element.
#[derive(Debug)]
pub(super) enum PrincipalMatcher {
    /// The layer has no principals.
    NotAsked,
    /// The element is missing where it is needed: it matches nobody (MATCH-P10).
    Missing,
    /// The element has a form that the grammar does not have.
    NotUnderstood,
    Listed {
        negated: bool,
        entries: Vec<Entry>,
        doubt: bool,
        /// Whether the statement is an Allow.
        allows: bool,
    },
}

#[derive(Debug)]
pub(super) enum Entry {
    Everyone,
    Named { kind: PrincipalKind, value: Box<str> },
}

impl PrincipalMatcher {
    pub fn new(reading: &Reading<Principals>, layer: LayerKind, effect: Option<Effect>) -> Self {
        let asked = matches!(
            layer,
            LayerKind::Resource | LayerKind::ResourceControl | LayerKind::Endpoint
        );
        match reading {
            Reading::Missing if layer == LayerKind::Resource => Self::Missing,
            // GRAM-26, GRAM-27: it is required there.
            Reading::Missing if asked => Self::NotUnderstood,
            Reading::Missing => Self::NotAsked,
            Reading::NotUnderstood(_) => Self::NotUnderstood,
            // A principal where the grammar has none (GRAM-14): AWS would refuse the document.
            Reading::Known { .. } if !asked => Self::NotUnderstood,
            Reading::Known { value, .. } => {
                let everyone = value.everyone.then_some(Entry::Everyone);
                let entries = everyone
                    .into_iter()
                    .chain(value.entries.iter().map(Entry::new))
                    .collect();
                Self::Listed {
                    negated: value.negated,
                    entries,
                    // A Deny whose principal is no principal (MATCH-P3) may be meant for anyone.
                    doubt: !value.not_understood.is_empty()
                        || (effect != Some(Effect::Allow) && value.entries.iter().any(is_malformed)),
                    allows: effect == Some(Effect::Allow),
                }
            }
        }
    }

    /// The match against the caller asked about.
    pub fn matches(&self, asked: &Asked<'_>) -> ClassMatch {
        match self {
            Self::NotAsked => ClassMatch::DIRECT,
            Self::Missing => ClassMatch::NONE,
            Self::NotUnderstood => ClassMatch::direct(Truth::Unknown),
            Self::Listed {
                negated: false,
                entries,
                doubt,
                ..
            } => {
                let matched = entries
                    .iter()
                    .fold(ClassMatch::NONE, |m, e| m.or(e.matches(asked)));
                if *doubt {
                    matched.or(ClassMatch::direct(Truth::Unknown))
                } else {
                    matched
                }
            }
            Self::Listed {
                negated: true,
                entries,
                doubt,
                allows,
            } => {
                // EVAL-13: a caller with a boundary is exempt from no such Deny.
                let applies = if asked.bounded && !allows {
                    Truth::True
                } else {
                    not_listed(entries, asked)
                };
                ClassMatch::direct(if *doubt {
                    applies.and(Truth::Unknown)
                } else {
                    applies
                })
            }
        }
    }

    /// What leaves the match open, as a text that is the same where the same is left open; `None` where that is not
    /// what the entries say.
    pub fn grounds(&self, asked: &Asked<'_>) -> Option<String> {
        let Self::Listed {
            negated,
            entries,
            doubt: false,
            ..
        } = self
        else {
            return None;
        };
        let open = |unknown: &dyn Fn(&Entry) -> bool| -> BTreeSet<&str> {
            let open = entries.iter().filter(|entry| unknown(entry));
            open.map(Entry::text).collect()
        };
        if !negated {
            let unknown = |entry: &Entry| {
                let matched = entry.matches(asked);
                [matched.direct, matched.entity, matched.account].contains(&Truth::Unknown)
            };
            return Some(format!("named: {:?}", open(&unknown)));
        }
        // MATCH-P9: services differ on a caller who is listed in part, and may do so for each such part.
        let links: Vec<_> = chain(asked.caller)
            .iter()
            .map(|link| {
                let listed = Truth::any(entries.iter().map(|entry| entry.lists(link, asked)));
                let unknown = |entry: &Entry| entry.lists(link, asked) == Truth::Unknown;
                (listed, open(&unknown))
            })
            .collect();
        Some(format!("listed: {links:?}"))
    }

    /// The indices of the entries that name the caller, or may: the bare `*` first, then as in the document.
    pub fn naming(&self, asked: &Asked<'_>) -> Vec<usize> {
        let Self::Listed { entries, .. } = self else {
            return Vec::new();
        };
        (0..)
            .zip(entries)
            .filter(|(_, entry)| entry.matches(asked) != ClassMatch::NONE)
            .map(|(index, _)| index)
            .collect()
    }
}

/// Whether `NotPrincipal` with these entries applies to the caller.
///
/// No link of the chain listed: it does. Every link listed: it does not. Some: services differ.
///
/// Source: MATCH-P9.
fn not_listed(entries: &[Entry], asked: &Asked<'_>) -> Truth {
    let listed: Vec<Truth> = chain(asked.caller)
        .iter()
        .map(|link| Truth::any(entries.iter().map(|entry| entry.lists(link, asked))))
        .collect();
    let all = Truth::all(listed.iter().copied());
    let none = Truth::any(listed.iter().copied()).negate();
    match (all, none) {
        (Truth::True, _) => Truth::False,
        (_, Truth::True) => Truth::True,
        _ => Truth::Unknown,
    }
}

/// A link of a caller's chain (MATCH-P1).
enum Link<'a> {
    /// The account of the caller.
    Account,
    /// A role, apart from its sessions.
    Role,
    /// The user behind a federated session.
    User(&'a str),
    /// Some session of the role, and which is not known (TRI-18).
    SomeSession(&'a str),
    /// The caller itself, who makes the request.
    Itself,
}

/// The links, outer to inner.
fn chain(caller: &Caller) -> Vec<Link<'_>> {
    match caller {
        Caller::User { .. } => vec![Link::Account, Link::Itself],
        Caller::Role {
            arn: _,
            session: Some(_),
            ..
        } => vec![Link::Account, Link::Role, Link::Itself],
        Caller::Role {
            arn, session: None, ..
        } => vec![Link::Account, Link::Role, Link::SomeSession(arn)],
        Caller::Federated { user, .. } => vec![Link::Account, Link::User(user), Link::Itself],
        _ => vec![Link::Itself],
    }
}

impl Entry {
    fn new(entry: &PrincipalEntry) -> Self {
        if entry.kind == PrincipalKind::Aws && *entry.value == *"*" {
            return Self::Everyone;
        }
        Self::Named {
            kind: entry.kind,
            value: entry.value.clone(),
        }
    }

    fn text(&self) -> &str {
        match self {
            Self::Everyone => "*",
            Self::Named { value, .. } => value,
        }
    }

    /// Whether the entry names this link of the chain itself.
    fn lists(&self, link: &Link<'_>, asked: &Asked<'_>) -> Truth {
        let Self::Named { kind, value } = self else {
            return Truth::True;
        };
        let matched = self.matches(asked);
        match (link, kind) {
            (Link::Itself, _) => matched.direct,
            (Link::Account, PrincipalKind::CanonicalUser) => matched.account,
            (_, PrincipalKind::Aws) => match link {
                Link::Account => matched.account,
                Link::Role => matched.entity,
                Link::User(user) => Truth::from(**value == **user),
                Link::SomeSession(role) => match_role(value, role, None).direct,
                Link::Itself => matched.direct,
            },
            _ => Truth::False,
        }
    }

    /// The match of the caller; one that rests on what is not known yet is open.
    ///
    /// Source: HOLE-01, HOLE-02.
    fn matches(&self, asked: &Asked<'_>) -> ClassMatch {
        let matched = self.matches_named(asked);
        match self {
            Self::Named { kind, value }
                if matched.any() != Truth::True && may_name(*kind, value, asked.caller) =>
            {
                matched.or(ClassMatch::direct(Truth::Unknown))
            }
            _ => matched,
        }
    }

    fn matches_named(&self, asked: &Asked<'_>) -> ClassMatch {
        let caller = asked.caller;
        match self {
            Self::Everyone => ClassMatch::DIRECT,
            Self::Named {
                kind: PrincipalKind::Service,
                value,
            } => match caller {
                Caller::Service { name } => ClassMatch::direct(Truth::from(**value == *name)),
                _ => ClassMatch::NONE,
            },
            Self::Named {
                kind: PrincipalKind::Federated,
                value,
            } => match caller {
                Caller::Provider { provider } => ClassMatch::direct(Truth::from(**value == *provider)),
                _ => ClassMatch::NONE,
            },
            Self::Named {
                kind: PrincipalKind::Ram,
                value,
            } => match_ram(value, caller),
            // The account behind a canonical user id is not in any text (MATCH-P2).
            Self::Named {
                kind: PrincipalKind::CanonicalUser,
                ..
            } if caller.has_identity() => ClassMatch::account(Truth::Unknown),
            Self::Named {
                kind: PrincipalKind::CanonicalUser,
                ..
            } => ClassMatch::NONE,
            Self::Named {
                kind: PrincipalKind::Aws,
                value,
            } => match_aws(value, asked),
        }
    }
}

/// Whether a principal of which a part is not known yet, or one held against such a caller, can be this caller.
fn may_name(kind: PrincipalKind, entry: &str, caller: &Caller) -> bool {
    let text = caller.text();
    if !hole::has_hole(entry) && !hole::has_hole(text) {
        return false;
    }
    let of_kind = match kind {
        PrincipalKind::Service => matches!(caller, Caller::Service { .. }),
        PrincipalKind::Federated => matches!(caller, Caller::Provider { .. }),
        PrincipalKind::Aws | PrincipalKind::CanonicalUser | PrincipalKind::Ram => caller.has_identity(),
    };
    if !of_kind {
        return false;
    }
    let pieces: Vec<Piece<'_>> = hole::parts(entry)
        .map(|part| match part {
            Part::Text(text) => Piece::Value(text),
            Part::Hole(_) => Piece::Hole,
        })
        .collect();
    let names = |text: &str| Glob::plain(&pieces).may_match(text);
    // A role is named by its account too: as its root, or as the number alone.
    let account = caller.account().zip(caller.partition());
    names(text)
        || account.is_some_and(|(account, partition)| {
            names(account) || names(&format!("arn:{partition}:iam::{account}:root"))
        })
}

/// An entry under `AWS` that is not `*`.
///
/// Source: MATCH-P2, MATCH-P3, MATCH-P5, MATCH-P6, MATCH-P7.
fn match_aws(entry: &str, asked: &Asked<'_>) -> ClassMatch {
    let caller = asked.caller;
    let (Some(account), Some(partition)) = (caller.account(), caller.partition()) else {
        return ClassMatch::NONE;
    };
    if names_account(entry, account, partition) {
        return match caller {
            Caller::Root { .. } => ClassMatch::DIRECT,
            _ => ClassMatch::account(Truth::True),
        };
    }
    if is_unique_id(entry) {
        return match_unique_id(entry, asked);
    }
    match caller {
        Caller::User { arn, .. } => ClassMatch::direct(Truth::from(entry == arn)),
        Caller::Federated { arn, user, .. } => {
            ClassMatch::direct(Truth::from(entry == arn)).or(match_token_maker(entry, user, asked.mode))
        }
        Caller::Role { arn, session, .. } => match_role(entry, arn, session.as_deref()),
        _ => ClassMatch::NONE,
    }
}

/// An entry under `RAM`. What is no name of an identity, as a bare id, may mean anyone (RAM-04).
fn match_ram(entry: &str, caller: &Caller) -> ClassMatch {
    let (Some(account), Some(own)) = (caller.account(), caller.arn()) else {
        return ClassMatch::NONE;
    };
    let canonical = |name: &str| Dialect::Ram.canonical(name).into_owned();
    match (Caller::parse(entry), caller) {
        _ if entry.contains(['*', '?']) => ClassMatch::direct(Truth::Unknown),
        (Caller::Root { account: named, .. }, Caller::Root { .. }) => {
            ClassMatch::direct(Truth::from(named == account))
        }
        (Caller::Root { account: named, .. }, _) => ClassMatch::account(Truth::from(named == account)),
        // Whether names of users ignore case is not documented.
        (Caller::User { arn, .. }, Caller::User { .. }) if arn != own && arn.eq_ignore_ascii_case(own) => {
            ClassMatch::direct(Truth::Unknown)
        }
        (Caller::User { arn, .. }, Caller::User { .. }) => ClassMatch::direct(Truth::from(arn == own)),
        (
            Caller::Role {
                arn: named,
                session: None,
                ..
            },
            Caller::Role { arn, .. },
        ) => ClassMatch::entity(Truth::from(canonical(&named) == canonical(arn))),
        (Caller::Unrecognised { .. } | Caller::Service { .. }, _) => ClassMatch::direct(Truth::Unknown),
        (Caller::Role { session: Some(_), .. }, Caller::Role { .. }) => ClassMatch::direct(Truth::Unknown),
        _ => ClassMatch::NONE,
    }
}

/// A stored unique id. The caller's own is known only through `aws:userid`; without it, the id is taken to be
/// someone else's, since AWS shows ids for what was deleted (MATCH-P6).
fn match_unique_id(entry: &str, asked: &Asked<'_>) -> ClassMatch {
    let Some(State::One(userid)) = asked.context.state("aws:userid") else {
        return ClassMatch::entity(asked.mode.choice(false));
    };
    let id = userid.split(':').next().unwrap_or_default();
    let same = Truth::from(id == entry);
    match asked.caller {
        Caller::User { .. } => ClassMatch::direct(same),
        _ => ClassMatch::entity(same),
    }
}

/// The user behind a federated session. The session's name is free; it is taken to be its user's, except in sound
/// mode, where any user of the account can have made the token.
///
/// Source: MATCH-P1, EVAL-16.
fn match_token_maker(entry: &str, user: &str, mode: Mode) -> ClassMatch {
    let is_user_of_account = match (Arn::parse(entry), Arn::parse(user)) {
        (Some(one), Some(other)) => {
            matches!(one.identity(), Some(Identity::User { .. }))
                && (one.partition, one.account) == (other.partition, other.account)
        }
        _ => false,
    };
    match mode {
        Mode::Sound if is_user_of_account => ClassMatch::entity(Truth::Unknown),
        _ => ClassMatch::entity(Truth::from(entry == user)),
    }
}

fn match_role(entry: &str, role_arn: &str, session: Option<&str>) -> ClassMatch {
    let (Some(entry_arn), Some(role)) = (Arn::parse(entry), Arn::parse(role_arn)) else {
        return ClassMatch::NONE;
    };
    match entry_arn.identity() {
        Some(Identity::Role { name, .. }) => {
            let same = role.role_name() == Some(name)
                && entry_arn.account == role.account
                && entry_arn.partition == role.partition;
            ClassMatch::entity(Truth::from(same))
        }
        Some(Identity::AssumedRole { .. }) => match session {
            Some(session) => ClassMatch::direct(Truth::from(entry == session)),
            // TRI-18: some session of the role, and which is not known.
            None if arn::same_role(&role, &entry_arn) => ClassMatch::direct(Truth::Unknown),
            None => ClassMatch::NONE,
        },
        _ => ClassMatch::NONE,
    }
}

/// Whether the entry holds a wildcard without being one: such an entry names nobody, and AWS stores none (MATCH-P3).
fn is_malformed(entry: &PrincipalEntry) -> bool {
    let everyone = entry.kind == PrincipalKind::Aws && *entry.value == *"*";
    !everyone && entry.value.contains(['*', '?'])
}

/// Whether the text is a stored unique id such as `AROA…` (MATCH-P6).
fn is_unique_id(text: &str) -> bool {
    let prefixed = text.starts_with("AIDA") || text.starts_with("AROA") || text.starts_with("AGPA");
    prefixed && text.len() >= 16 && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}
