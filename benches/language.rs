//! A requirement (every topic of a prefix) against 10, 100 and 1,000 resource patterns, a tenth of them
//! denies: plain inclusion in the allows, and the whole question (allowed and not denied) over acceptance
//! vectors.

#![expect(clippy::print_stderr, reason = "states visited are part of the measurement")]

use std::hint::black_box;
use std::ops::ControlFlow;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use rolecall::language::{BitSet, Exploration, Language, Product};
use rolecall::pattern::{Glob, Token};

fn glob(text: &str) -> Language {
    let token = |c| match c {
        '*' => Token::Many { crosses_colon: true },
        '?' => Token::One { crosses_colon: true },
        c => Token::Literal(c),
    };
    Language::glob(&Glob::from_tokens(text.chars().map(token).collect::<Vec<_>>()))
}

const REQUIRED: &str = "arn:aws:kafka:eu-west-1:111122223333:topic/analytics/*/orders-*";

/// Allows that cover the requirement only together, others beside it, and a tenth of denies that miss it.
fn patterns(count: usize) -> (Vec<Language>, Vec<Language>) {
    let mut allows = vec![
        glob("arn:aws:kafka:*:111122223333:topic/analytics/*/orders-"),
        glob("arn:aws:kafka:eu-*:*:topic/analytics/*/orders-?*"),
    ];
    let mut denies = Vec::new();
    for n in 0.. {
        if allows.len() + denies.len() >= count {
            break;
        }
        match n % 10 {
            0 => denies.push(glob(&format!(
                "arn:aws:kafka:eu-west-1:111122223333:group/*/secret{n}-*"
            ))),
            1 | 2 => allows.push(glob(&format!("arn:aws:s3:::bucket-{n}/*"))),
            3 => allows.push(glob(&format!("arn:aws:kafka:*:*:topic/analytics/*/orders-{n}"))),
            _ => allows.push(glob(&format!(
                "arn:aws:kafka:eu-west-1:111122223333:topic/team{n}/*/t{n}-*"
            ))),
        }
    }
    (allows, denies)
}

fn whole_question(query: &Language, allows: &[Language], denies: &[Language]) -> (bool, Exploration) {
    let parts = [allows, denies].concat();
    let mut granted = true;
    let exploration = Product::new(vec![query.clone()], parts).visit(|bits: &BitSet, _| {
        let allowed = bits.iter().any(|part| part < allows.len());
        let denied = bits.iter().any(|part| part >= allows.len());
        granted &= allowed && !denied;
        if granted {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    });
    (granted, exploration)
}

fn compare(criterion: &mut Criterion) {
    let query = glob(REQUIRED);
    let mut group = criterion.benchmark_group("language");
    group.sample_size(20);
    for count in [10, 100, 1000] {
        let (allows, denies) = patterns(count);
        let product = Product::new(vec![query.clone()], allows.clone());
        let (word, exploration) = product.word_outside();
        assert!(word.is_none() && exploration.exact);
        eprintln!("inclusion in {count}: {} states", exploration.states);
        let (granted, exploration) = whole_question(&query, &allows, &denies);
        assert!(granted && exploration.exact);
        eprintln!("decision over {count}: {} states", exploration.states);
        group.bench_function(BenchmarkId::new("inclusion", count), |bencher| {
            bencher.iter(|| black_box(&product).word_outside());
        });
        group.bench_function(BenchmarkId::new("decision", count), |bencher| {
            bencher.iter(|| whole_question(black_box(&query), &allows, &denies));
        });
    }
    group.finish();
}

criterion_group!(benches, compare);
criterion_main!(benches);
