//! Whom policies of resources name, and what is known of identities: for questions that are no comparisons.
//!
//! In: policies of resources, or an identity. Out: each entry with the callers that stand for it, and the tags that no
//! session changes.
//!
//! Source: COND-07, COND-27, MATCH-P4, TRI-09.

use super::callers::{Callers, partition_of};
use super::principals::{Named, principals};
use super::reads::Reads;
use super::tags::Tags;
use crate::condition::{Context, State};
use crate::engine::{Caller, Layers};
use crate::input::{Identity, Inputs};

/// Accounts of callers that an entry names by something that tells no account.
const ACCOUNTS: [&str; 4] = ["999999999999", "888888888888", "777777777777", "111122223333"];

/// An entry of a policy, with one caller of each kind that the policies tell apart.
pub(crate) struct StandIns {
    pub named: Named,
    /// The entry as written.
    pub written: String,
    /// The callers, with what is known of their requests.
    pub callers: Vec<(Caller, Context)>,
    /// False if there were more kinds of caller.
    pub complete: bool,
}

/// Whom the policies of resources of these layers name. A policy without text can name anyone.
pub(crate) fn stand_ins(resource: &Layers) -> Vec<StandIns> {
    let layers = [resource];
    let reads = Reads::of(&layers);
    let mut named = principals(&layers);
    if resource.resource.iter().any(|policy| policy.policy().is_none()) {
        named.entry(Named::Everyone).or_insert_with(|| "*".to_owned());
    }
    let entries: Vec<Named> = named.keys().cloned().collect();
    let account = reads.unspoken(ACCOUNTS.map(str::to_owned));
    let of = |(named, written): (Named, String)| {
        let callers = Callers {
            reads: &reads,
            entries: &entries,
            partition: match &named {
                Named::Account { partition, .. } => partition,
                Named::Arn(arn) => partition_of(arn).unwrap_or("aws"),
                _ => "aws",
            },
            account: account.as_deref().unwrap_or("999999999999"),
        };
        let found = callers.of(&named);
        StandIns {
            callers: found
                .all
                .into_iter()
                .map(|one| (one.caller, one.context))
                .collect(),
            complete: found.complete,
            named,
            written,
        }
    };
    named.into_iter().map(of).collect()
}

/// The states of the principal tags that the policies read of an identity.
pub(crate) fn settled_tags(identity: &Identity, inputs: &Inputs, layers: &Layers) -> Vec<(String, State)> {
    Tags::of(identity, inputs).settled(&Reads::of(&[layers]))
}
