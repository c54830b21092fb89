//! Gaps planted in a generated organisation: all of them are found, and nothing else is said of its connectors.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test reports by panicking"
)]
#![allow(dead_code, reason = "the example uses the rest")]

#[path = "../examples/organisation/organisation/mod.rs"]
mod organisation;
#[path = "../examples/organisation/score.rs"]
mod score;
#[path = "../examples/organisation/judge.rs"]
mod judge;

use std::collections::BTreeSet;

use judge::judge;
use organisation::Organisation;
use score::{Planted, Said, Score, Subject};

fn score(seed: u64, accounts: u64, all: bool) -> (Score, BTreeSet<String>) {
    let organisation = Organisation::new(seed, 700, 3);
    let accounts: Vec<_> = (0..accounts).map(|number| organisation.account(number)).collect();
    let planted: Vec<Planted> = accounts
        .iter()
        .flat_map(|account| &account.planted)
        .map(|gap| serde_json::from_value(gap.clone()).expect("a line of the manifest"))
        .collect();
    let edits: BTreeSet<String> = planted.iter().map(|gap| gap.edit.clone()).collect();
    let mut score = Score::default();
    planted.into_iter().for_each(|gap| score.plant(gap));
    for account in &accounts {
        for said in judge(account, all).expect("what is generated can be read") {
            score.add(&said);
        }
    }
    (score, edits)
}

#[test]
fn every_planted_gap_is_found_and_nothing_else_is_said() {
    let (score, edits) = score(40, 40, true);
    assert!(score.is_perfect(true), "{}", score.show(true));
    let counts = score.counts(true);
    assert!(
        edits.len() > 12 && counts.len() > 12,
        "{edits:?}\n{}",
        score.show(true)
    );
}

#[test]
fn the_first_code_of_a_gap_is_not_folded_away() {
    let (score, _) = score(41, 12, false);
    assert!(score.is_perfect(false), "{}", score.show(false));
}

#[test]
fn an_account_follows_from_its_seed_and_number_alone() {
    let (one, other) = (Organisation::new(7, 250, 20), Organisation::new(7, 250, 20));
    let _ = other.account(3);
    assert_eq!(one.account(5).text, other.account(5).text);
    assert_ne!(one.account(5).text, one.account(6).text);
    assert_ne!(one.account(5).text, Organisation::new(8, 250, 20).account(5).text);
}

#[test]
fn what_is_not_planted_is_wrong_and_what_is_not_said_is_missed() {
    let gap = Planted {
        account: "111122223333".to_owned(),
        connector: "orders".to_owned(),
        role: "arn:aws:iam::111122223333:role/orders".to_owned(),
        code: "msk-connect/topic-read".to_owned(),
        also: vec!["msk-connect/sink-group".to_owned()],
        may: Vec::new(),
        edit: "action dropped".to_owned(),
    };
    let said = |code: &str, connector: &str| Said {
        code: format!("msk-connect/{code}"),
        severity: "error".to_owned(),
        account: Some("111122223333".to_owned()),
        subject: Subject {
            connector: Some(connector.to_owned()),
            role: None,
        },
        ..Said::default()
    };
    let mut score = Score::default();
    score.plant(gap);
    assert_eq!(score.missed(false).len(), 1);
    score.add(&said("topic-read", "orders"));
    assert!(score.is_perfect(false));
    assert!(!score.is_perfect(true), "the second code was not said");
    score.add(&said("topic-read", "another"));
    assert!(!score.is_perfect(false));
    assert_eq!(score.wrong.len(), 1);
}
