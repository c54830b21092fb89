//! From a subject to the callers in whose name its policies are asked.
//!
//! What is not given is assumed to be in nobody's way, alike on both sides: a role's policies are asked as if the
//! resource's own policy let the account decide; a resource's policy as if whom it names may do everything, from
//! another account. So the rows say what these very policies change.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use super::callers::{Callers, Representative, Representatives, derive, partition_of};
use super::principals::{Named, principals};
use super::reads::{Reads, policies};
use super::side::{Subject, What};
use super::tags::{Case, TagChange, Tags, cases};
use crate::arn;
use crate::condition::{Context, Mode};
use crate::engine::{Caller, CompiledPolicy, LayerKind, Layers};
use crate::policy::{self, Reading};
use crate::source::Sources;

/// The account of callers of whom nothing is known.
const SOME_ACCOUNT: &str = "111122223333";
/// Accounts of callers that a resource policy names by something that tells no account.
const OTHER_ACCOUNTS: [&str; 3] = ["999999999999", "888888888888", "777777777777"];
/// The owner of resources with a policy of their own: no caller's account, so that this policy has to grant.
const OWNER: &str = "owner";

/// The tags of roles and users by ARN: old and new.
pub(super) type AllTags = BTreeMap<String, (Option<Tags>, Option<Tags>)>;

/// Callers who are asked about together: those of one principal entry, or of the policies of an identity.
pub(super) struct Group {
    /// Whom a resource policy names, as it does; `None` for the policies of an identity.
    pub principal: Option<String>,
    /// One question for each caller and each case of what is known of its tags.
    pub asked: Vec<Asked>,
    /// False if there were more kinds of caller, or of tags, than are asked about.
    pub complete: bool,
}

impl Group {
    /// Keeps the questions of callers of whom something is not the same on both sides.
    pub fn keep_changed(&mut self) {
        self.asked.retain(|asked| !asked.tags.is_empty());
        self.complete |= self.asked.is_empty();
    }
}

/// One caller for whom both sides are asked.
pub(super) struct Asked {
    /// The caller's number among those of its group.
    pub number: usize,
    pub caller: Caller,
    pub context: Context,
    /// The owner of the resources.
    pub owner: String,
    /// The layer that grants.
    pub giving: LayerKind,
    pub old: Layers,
    pub new: Layers,
    /// Tags of the caller that are not the same on both sides.
    pub tags: Vec<TagChange>,
}

/// The callers for two subjects of one name, at least one of which is there.
pub(super) fn asked(
    old: Option<&Subject>,
    new: Option<&Subject>,
    reads: &Reads,
    tags: &AllTags,
) -> Vec<Group> {
    let what = |subject: Option<&Subject>| subject.map(|subject| subject.what.clone());
    let layers =
        |subject: Option<&Subject>| subject.map_or_else(Layers::default, |subject| subject.layers.clone());
    let sides = Sides {
        old: layers(old),
        new: layers(new),
        reads,
        tags,
    };
    match what(new).or(what(old)) {
        Some(What::Identity(caller)) => {
            let mut context = Context::open();
            derive(&caller, reads, &mut context);
            let caller = Representatives {
                all: vec![Representative { caller, context }],
                complete: true,
            };
            vec![sides.identity(caller)]
        }
        Some(What::Policy) => {
            let of = |partition: &'static str| {
                let callers = Callers {
                    reads,
                    entries: &[],
                    partition,
                    account: SOME_ACCOUNT,
                };
                sides.identity(callers.of_any_identity())
            };
            let partitions = partitions(&[&sides.old, &sides.new]);
            partitions.into_iter().map(of).collect()
        }
        Some(What::Resource | What::Trust { .. }) => sides.resource(),
        None => Vec::new(),
    }
}

/// The policies of both sides, and what is known beside them.
struct Sides<'a> {
    old: Layers,
    new: Layers,
    reads: &'a Reads,
    tags: &'a AllTags,
}

impl Sides<'_> {
    /// The questions about the policies of an identity.
    fn identity(&self, callers: Representatives) -> Group {
        self.group(None, callers, |caller, layers| {
            let account = caller.account().unwrap_or_default().to_owned();
            layers.resource.push(delegating(&account));
            (account, LayerKind::Identity)
        })
    }

    /// The questions about the policy of a resource: one group for each entry, and one for each identity whose tags
    /// changed where the policy reads them.
    fn resource(&self) -> Vec<Group> {
        let mut named = principals(&[&self.old, &self.new]);
        let retagged = self.tags.iter().filter(|(_, (old, new))| {
            let (cases, _) = cases(old.as_ref(), new.as_ref(), self.reads);
            cases.iter().any(|case| !case.changed.is_empty())
        });
        for (arn, _) in retagged {
            named
                .entry(Named::Arn(arn.clone()))
                .or_insert_with(|| arn.clone());
        }
        let entries: Vec<Named> = named.keys().cloned().collect();
        let account = self.reads.unspoken(OTHER_ACCOUNTS.map(str::to_owned));
        let group = |(named, written): (&Named, &String)| {
            let callers = Callers {
                reads: self.reads,
                entries: &entries,
                partition: match named {
                    Named::Account { partition, .. } => partition,
                    Named::Arn(arn) => partition_of(arn).unwrap_or("aws"),
                    _ => "aws",
                },
                account: account.as_deref().unwrap_or(SOME_ACCOUNT),
            };
            self.group(Some(written.clone()), callers.of(named), |_, layers| {
                layers.identity = vec![Arc::clone(&FULL)];
                (OWNER.to_owned(), LayerKind::Resource)
            })
        };
        named.iter().map(group).collect()
    }

    /// The questions for these callers; `assume` adds what is assumed of the policies that are not given, and tells
    /// the owner of the resources and the layer that grants.
    fn group(
        &self,
        principal: Option<String>,
        callers: Representatives,
        assume: impl Fn(&Caller, &mut Layers) -> (String, LayerKind),
    ) -> Group {
        let mut group = Group {
            principal,
            asked: Vec::new(),
            complete: callers.complete,
        };
        for (number, representative) in callers.all.into_iter().enumerate() {
            let tags = representative.caller.arn().and_then(|arn| self.tags.get(arn));
            let (cases, complete) = match tags {
                Some((old, new)) => cases(old.as_ref(), new.as_ref(), self.reads),
                None => (vec![Case::default()], true),
            };
            group.complete &= complete;
            for case in cases {
                let Representative { caller, mut context } = representative.clone();
                case.state(&mut context);
                let (mut old, mut new) = (case.renamed(&self.old), self.new.clone());
                assume(&caller, &mut old);
                let (owner, giving) = assume(&caller, &mut new);
                group.asked.push(Asked {
                    number,
                    caller,
                    context,
                    owner,
                    giving,
                    old,
                    new,
                    tags: case.changed,
                });
            }
        }
        group
    }
}

/// The policy of every resource, as far as it is not given: the account decides.
fn delegating(account: &str) -> Arc<CompiledPolicy> {
    let principal = format!(r#""Principal": {{"AWS": "{account}"}},"#);
    Arc::new(own_policy(&principal, LayerKind::Resource))
}

static FULL: LazyLock<Arc<CompiledPolicy>> = LazyLock::new(|| Arc::new(own_policy("", LayerKind::Identity)));

/// A policy that allows everything, of the program itself.
fn own_policy(principal: &str, kind: LayerKind) -> CompiledPolicy {
    let statement = format!(r#"{{"Effect": "Allow", {principal} "Action": "*", "Resource": "*"}}"#);
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{statement}]}}"#);
    let mut sources = Sources::new();
    let doc = sources.add_text("assumed", text);
    let root = sources.root(doc).ok();
    match root.and_then(|root| Some(policy::read(doc, sources.tree(doc)?, root.node))) {
        Some(policy) => CompiledPolicy::new(policy, kind, Mode::Chosen, "assumed"),
        None => CompiledPolicy::unknown(kind, "assumed"),
    }
}

/// The partitions that a policy of nobody in particular is asked in: `aws`, and those it names.
fn partitions(layers: &[&Layers]) -> Vec<&'static str> {
    let named = |partition: &str| {
        let start = format!("arn:{partition}:");
        policies(layers)
            .flat_map(|policy| &policy.statements)
            .any(|statement| match &statement.resource {
                Reading::Known { value, .. } => {
                    value.values.iter().any(|item| item.value.starts_with(&start))
                }
                _ => false,
            })
    };
    arn::PARTITIONS
        .into_iter()
        .filter(|partition| *partition == "aws" || named(partition))
        .collect()
}
