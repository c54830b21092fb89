//! Callers that stand for all that a principal entry names.
//!
//! In: an entry, the other entries, and what the policies read of their caller. Out: callers, one of each kind that
//! the policies can tell apart, each with the context keys that follow from it and no others of that kind. Whoever
//! another entry names is left out, since that entry is asked about on its own.
//!
//! Source: COND-27, VAR-08, SVC-06, MATCH-P4, MATCH-P6, TRI-09.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use super::principals::Named;
use super::reads::{IDENTITY_KEYS, Reads};
use crate::arn::Arn;
use crate::condition::{Context, Knowledge, Mode, State, compared_texts};
use crate::engine::Caller;
use crate::language::{BitSet, CharSet, Language, Product};

/// More callers than this are not asked about.
const MAX_CALLERS: usize = 64;

/// A caller and what is known of its requests.
#[derive(Debug, Clone)]
pub(super) struct Representative {
    pub caller: Caller,
    pub context: Context,
}

/// The representatives of one entry.
#[derive(Default)]
pub(super) struct Representatives {
    pub all: Vec<Representative>,
    /// False if there were more kinds of caller than are asked about.
    pub complete: bool,
}

/// Who of one kind calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Role,
    User,
    Root,
}

/// Finds the callers.
pub(super) struct Callers<'a> {
    pub reads: &'a Reads,
    /// The entries, that asked about among them.
    pub entries: &'a [Named],
    pub partition: &'a str,
    /// The account of callers of whom no account is known.
    pub account: &'a str,
}

impl Callers<'_> {
    /// Those that stand for whom an entry names.
    pub fn of(&self, named: &Named) -> Representatives {
        let mut found = Found {
            callers: Vec::new(),
            complete: true,
        };
        let mut user_id = None;
        match named {
            Named::Everyone => {
                found.callers.push(Caller::Anonymous);
                if self.reads.kinds() {
                    self.identities(&[Kind::Role, Kind::User, Kind::Root], None, &mut found);
                    self.services(&mut found);
                }
            }
            Named::Canonical(_) => self.identities(&[Kind::Role], None, &mut found),
            Named::Account { id, .. } => {
                let kinds: &[Kind] = if self.reads.identities() {
                    &[Kind::Role, Kind::User, Kind::Root]
                } else {
                    &[Kind::Role]
                };
                self.identities(kinds, Some(id), &mut found);
            }
            Named::UniqueId(id) => {
                let is_user = id.starts_with("AIDA");
                let kind = if is_user { Kind::User } else { Kind::Role };
                self.identities(&[kind], None, &mut found);
                user_id = Some(if is_user {
                    id.clone()
                } else {
                    format!("{id}:anyone")
                });
            }
            Named::Service(name) => found.callers.push(Caller::Service { name: name.clone() }),
            Named::Provider(name) => found.callers.push(Caller::Provider {
                provider: name.clone(),
            }),
            Named::Arn(arn) => found.callers.push(Caller::parse(arn)),
        }
        self.finish(found, user_id.as_deref())
    }

    /// Those that stand for the roles, and as far as it matters the users, of any account.
    pub fn of_any_identity(&self) -> Representatives {
        let mut found = Found {
            callers: Vec::new(),
            complete: true,
        };
        let kinds: &[Kind] = if self.reads.identities() {
            &[Kind::Role, Kind::User]
        } else {
            &[Kind::Role]
        };
        self.identities(kinds, None, &mut found);
        self.finish(found, None)
    }

    fn finish(&self, mut found: Found, user_id: Option<&str>) -> Representatives {
        found.complete &= found.callers.len() <= MAX_CALLERS;
        found.callers.truncate(MAX_CALLERS);
        let with_context = |caller: Caller| {
            let mut context = Context::open();
            if let Some(id) = user_id {
                context.set("aws:userid", Knowledge::Known(State::One(id.into())));
            }
            derive(&caller, self.reads, &mut context);
            Representative { caller, context }
        };
        Representatives {
            all: found.callers.into_iter().map(with_context).collect(),
            complete: found.complete,
        }
    }

    fn identities(&self, kinds: &[Kind], account: Option<&str>, found: &mut Found) {
        for kind in kinds {
            let regions = Regions {
                callers: self,
                kind: *kind,
                account,
            };
            let (arns, complete) = regions.arns();
            found.callers.extend(arns.iter().map(|arn| Caller::parse(arn)));
            found.complete &= complete;
        }
    }

    /// Services, by the names that conditions tell apart; those with an entry of their own are left out.
    fn services(&self, found: &mut Found) {
        let key = "aws:principalservicename";
        let mut parts = compared_texts(key, &self.reads.on(key), &Context::open());
        let listed = parts.len();
        let services = self.entries.iter().filter_map(|entry| match entry {
            Named::Service(name) => Some(Language::literal(name)),
            _ => None,
        });
        parts.extend(services);
        let name = CharSet::range('a', 'z');
        let query = Language::concat(&[
            Language::repeat(&name, 1, None),
            Language::literal(".amazonaws.com"),
        ]);
        let candidates = (1..).map(|n| format!("service{n}.amazonaws.com")).take(99);
        let candidates: Vec<String> = self.reads.unspoken(candidates).into_iter().collect();
        let (names, complete) = words(query, parts, listed, &candidates);
        found
            .callers
            .extend(names.into_iter().map(|name| Caller::Service { name }));
        found.complete &= complete;
    }
}

struct Found {
    callers: Vec<Caller>,
    complete: bool,
}

/// Keys that only members of an organization have.
const OF_ORGANIZATIONS: [&str; 2] = ["aws:PrincipalOrgID", "aws:PrincipalOrgPaths"];
/// Keys that only services have.
const OF_SERVICES: [&str; 2] = ["aws:PrincipalServiceName", "aws:PrincipalServiceNamesList"];

/// States what follows from the caller: the keys it has, and that it lacks those of other kinds of caller.
pub(super) fn derive(caller: &Caller, reads: &Reads, context: &mut Context) {
    caller.derive_context(context, Mode::Chosen);
    caller.derive_presence(context);
    let mut absent = |key: &str| context.set_default(key, Knowledge::Known(State::Absent));
    match caller {
        Caller::Unrecognised { .. } => {}
        Caller::Service { .. } => {
            IDENTITY_KEYS.iter().for_each(|key| absent(key));
            reads.tags().for_each(&mut absent);
        }
        Caller::Anonymous | Caller::Provider { .. } => {
            OF_ORGANIZATIONS.iter().for_each(|key| absent(key));
            OF_SERVICES.iter().for_each(|key| absent(key));
            reads.tags().for_each(&mut absent);
        }
        _ => OF_SERVICES.iter().for_each(|key| absent(key)),
    }
}

/// The identities of one kind, cut into those that the policies tell apart.
struct Regions<'a> {
    callers: &'a Callers<'a>,
    kind: Kind,
    account: Option<&'a str>,
}

impl Regions<'_> {
    /// An ARN of each, and whether these are all.
    fn arns(&self) -> (Vec<String>, bool) {
        let plain = self.plain();
        if !self.callers.reads.identities() && self.account.is_none() {
            return (plain.into_iter().take(1).collect(), true);
        }
        let mut parts = self.compared();
        let compared = parts.len();
        parts.extend(self.other_entries());
        words(self.all(), parts, compared, &plain)
    }

    /// Every identity of the kind.
    fn all(&self) -> Language {
        let digits = Language::repeat(&CharSet::range('0', '9'), 12, Some(12));
        let account = self.account.map_or(digits, Language::literal);
        let name =
            CharSet::range('a', 'z').union(&CharSet::of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+=,.@_-/"));
        let name = Language::repeat(&name, 1, None);
        self.with(account, name)
    }

    fn with(&self, account: Language, name: Language) -> Language {
        let start = Language::literal(&format!("arn:{}:iam::", self.callers.partition));
        let text = Language::literal;
        match self.kind {
            Kind::Role => Language::concat(&[start, account, text(":role/"), name]),
            Kind::User => Language::concat(&[start, account, text(":user/"), name]),
            Kind::Root => Language::concat(&[start, account, text(":root")]),
        }
    }

    /// What conditions compare the keys with that follow from the ARN, as sets of ARNs.
    fn compared(&self) -> Vec<Language> {
        let on = |key| compared_texts(key, &self.callers.reads.on(key), &Context::open());
        let mut parts = on("aws:principalarn");
        let accounts = on("aws:principalaccount").into_iter();
        parts.extend(accounts.map(|account| self.with(account, Language::any())));
        if self.kind == Kind::User {
            let folder = Language::union(&[
                Language::literal(""),
                Language::concat(&[Language::any(), Language::literal("/")]),
            ]);
            let names = on("aws:username").into_iter();
            let with = |name| self.with(Language::any(), Language::concat(&[folder.clone(), name]));
            parts.extend(names.map(with));
        }
        parts
    }

    /// Whom the other entries name.
    fn other_entries(&self) -> Vec<Language> {
        let entries = self.callers.entries.iter();
        let name = |entry: &Named| match entry {
            Named::Arn(arn) => Some(Language::literal(arn)),
            Named::Account { id, .. } if self.account.is_none() => {
                Some(self.with(Language::literal(id), Language::any()))
            }
            _ => None,
        };
        entries.filter_map(name).collect()
    }

    /// Plain ARNs that no policy speaks of, the preferred account first.
    fn plain(&self) -> Vec<String> {
        let Callers { reads, account, .. } = self.callers;
        let names = std::iter::once("anyone".to_owned()).chain((1..99).map(|n| format!("anyone{n}")));
        let name = reads.unspoken(names).unwrap_or_default();
        let others = ["999999999999", "888888888888", "777777777777"].map(str::to_owned);
        let other = reads.unspoken(others);
        let preferred = self.account.unwrap_or(account);
        let accounts = std::iter::once(preferred).chain(other.as_deref().filter(|_| self.account.is_none()));
        let start = format!("arn:{}:iam::", self.callers.partition);
        let arn = |account: &str| match self.kind {
            Kind::Role => format!("{start}{account}:role/{name}"),
            Kind::User => format!("{start}{account}:user/{name}"),
            Kind::Root => format!("{start}{account}:root"),
        };
        accounts.map(arn).collect()
    }
}

/// A word of the query for each way in which the first `compared` parts accept, of those that no later part accepts:
/// a candidate where one will do. And whether these are all.
fn words(
    query: Language,
    parts: Vec<Language>,
    compared: usize,
    candidates: &[String],
) -> (Vec<String>, bool) {
    let left_out = |bits: &BitSet| (compared..parts.len()).any(|part| bits.contains(part));
    let mut found: BTreeMap<Vec<usize>, (usize, String)> = BTreeMap::new();
    let exploration = Product::new(vec![query.clone()], parts.clone()).visit(|bits, word| {
        if !left_out(bits) {
            let place = found.len();
            let key = bits.iter().filter(|part| *part < compared).collect();
            found.entry(key).or_insert_with(|| (place, word.to_owned()));
        }
        if found.len() > MAX_CALLERS {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    });
    for candidate in candidates.iter().rev().filter(|word| query.accepts(word)) {
        let accepting: Vec<usize> = (0..parts.len())
            .filter(|part| parts.get(*part).is_some_and(|part| part.accepts(candidate)))
            .collect();
        if let Some((_, word)) = found.get_mut(&accepting) {
            word.clone_from(candidate);
        }
    }
    let complete = exploration.exact && found.len() <= MAX_CALLERS;
    let mut words: Vec<(usize, String)> = found.into_values().collect();
    words.sort();
    (words.into_iter().map(|(_, word)| word).collect(), complete)
}

/// What kind of caller it is, in words.
pub(super) fn kind_in_words(caller: &Caller) -> &'static str {
    match caller {
        Caller::Root { .. } => "an account's root user",
        Caller::User { .. } => "a user",
        Caller::Role { .. } => "a role",
        Caller::Federated { .. } => "a federated user",
        Caller::Service { .. } => "an AWS service",
        Caller::Provider { .. } => "a user of an identity provider",
        Caller::Anonymous => "anonymous",
        Caller::Unrecognised { .. } => "of no known kind",
    }
}

/// The partition of an entry that is an ARN.
pub(super) fn partition_of(entry: &str) -> Option<&str> {
    Arn::parse(entry).map(|arn| arn.partition)
}
