//! The distinguishable states of one unknown key.
//!
//! In: the conditions that ask the key, and further texts that matter (values a resource pattern's hole would
//! have to take). Out: states such that every state of the key makes all those conditions true and false
//! exactly as one of the listed states does. Evaluating a formula on every listed state is then as good as on
//! every state there is; each is a witness that replays.
//!
//! Source: TRI-09.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::ops::ControlFlow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustc_hash::FxHashSet;

use super::context::{Context, Domain, Knowledge, State};
use super::entry::{Condition, Value};
use super::operator::Test;
use super::substitute::{Substituted, substitute};
use super::value::{Decimal, Family, Instant, Network};
use super::{Mode, Truth};
use crate::language::{Language, Product};
use crate::pattern::Glob;

/// The states of a key that its conditions can tell apart.
#[derive(Debug, Clone)]
pub struct Regions {
    /// One state of each kind; simplest first.
    pub states: Vec<State>,
    /// Whether every kind of state is represented. False where typed and textual tests meet on one key, or a
    /// bound was reached: then a "never" read off the states is not proved.
    pub exact: bool,
}

/// More value regions than this and only small sets of them are listed for a multivalued key.
const SUBSET_REGIONS: usize = 10;
/// At most this many single-value regions of one key.
const MAX_REGIONS: usize = 512;

/// What is asked of a key.
pub struct KeyUse<'a> {
    /// The key, in folded case.
    pub key: &'a str,
    /// The conditions on the key.
    pub conditions: &'a [&'a Condition],
    /// Texts that matter besides the values of the conditions.
    pub texts: &'a [String],
    /// Whether the value is compared with another unknown key: states alike for the conditions are then kept
    /// apart, and every region has two members where it can.
    pub linked: bool,
}

/// The regions of a key of which `context` knows no state.
///
/// Cost: the product search over the text patterns; bounded.
pub fn regions(asked: &KeyUse<'_>, context: &Context, mode: Mode) -> Regions {
    let tests = Tests::collect(asked, context);
    let domain = context.domain(asked.key);
    let within = match context.knowledge(asked.key) {
        Knowledge::Within(glob) if !glob.is_everything() => Some(glob),
        _ => None,
    };
    let mut exact = tests.kinds() <= 1 && !(tests.has_typed() && tests.has_text());
    let mut values = tests.typed_values(domain, &mut exact);
    if let Some(glob) = &within {
        exact &= !tests.has_typed();
        values = tests.words(vec![Language::glob(glob)], &[], &mut exact);
    } else if tests.has_text() || values.is_empty() {
        exact &=
            matches!(domain, Domain::Any | Domain::String | Domain::Arn | Domain::Bool) || !tests.has_text();
        values.extend(tests.text_values(domain, asked.linked, &mut exact));
    }
    if domain == Domain::Any && tests.has_typed() && within.is_none() {
        // Without a declared type the value may be of no type at all.
        values.push("x".to_owned());
    }
    let texts = asked
        .texts
        .iter()
        .filter(|text| within.as_ref().is_none_or(|glob| glob.matches(text)));
    values.extend(texts.cloned());
    let mut seen = FxHashSet::default();
    values.retain(|v| !v.is_empty() && seen.insert(v.clone()));
    if values.len() > MAX_REGIONS {
        values.truncate(MAX_REGIONS);
        exact = false;
    }
    let states = assemble(asked, context, mode, values, &mut exact);
    Regions { states, exact }
}

/// The texts and patterns that conditions compare a key with, each as a language: values that lie in the same of them
/// are alike for these conditions, as far as they compare text.
pub fn compared_texts(key: &str, conditions: &[&Condition], context: &Context) -> Vec<Language> {
    let asked = KeyUse {
        key,
        conditions,
        texts: &[],
        linked: false,
    };
    Tests::collect(&asked, context).texts
}

/// Puts values together to states, and keeps one of each kind.
fn assemble(
    asked: &KeyUse<'_>,
    context: &Context,
    mode: Mode,
    values: Vec<String>,
    exact: &mut bool,
) -> Vec<State> {
    let present = matches!(context.knowledge(asked.key), Knowledge::Within(_));
    let absent = (!present).then_some(State::Absent);
    let declared_many = context.multivalued(asked.key);
    let typed = !matches!(context.domain(asked.key), Domain::Any | Domain::String);
    // A global key that is not listed as multivalued never is (COND-06); of others nothing is known.
    let may_be_many = !asked.key.starts_with("aws:") && !present;
    let has_set_operator = may_be_many
        && asked
            .conditions
            .iter()
            .any(|c| c.operator().is_some_and(|operator| operator.set.is_some()));
    let kinds = Kinds { asked, context, mode };
    let values = if asked.linked {
        values
    } else {
        kinds.distinct_values(values)
    };
    let mut states: Vec<State> = absent.into_iter().collect();
    if !declared_many {
        states.extend(values.iter().map(|v| State::One(v.as_str().into())));
        if !typed && !present {
            states.push(State::One("".into()));
        }
    }
    if declared_many || has_set_operator {
        states.push(State::Many(Vec::new()));
        let least = if declared_many { 1 } else { 2 };
        let mut members = values;
        if !typed && !present {
            // COND-13: beside another value an empty text is a member like any other; alone it is the empty set.
            members.push(String::new());
        }
        if !asked.linked {
            members = kinds.distinct_values(members);
        }
        states.extend(
            subsets(&members, exact)
                .into_iter()
                .filter(|s| s.len() >= least && s.iter().any(|v| !v.is_empty()))
                .map(State::Many),
        );
    }
    if asked.linked {
        states
    } else {
        kinds.distinct_states(states)
    }
}

/// The non-empty subsets of the values, smaller first; only those of one, two and all where there are many.
fn subsets(values: &[String], exact: &mut bool) -> Vec<Vec<Box<str>>> {
    let boxed: Vec<Box<str>> = values.iter().map(|v| v.as_str().into()).collect();
    if boxed.len() <= SUBSET_REGIONS {
        let pick = |bits: u32| -> Vec<Box<str>> {
            boxed
                .iter()
                .enumerate()
                .filter(|(i, _)| bits >> i & 1 == 1)
                .map(|(_, v)| v.clone())
                .collect()
        };
        let mut all: Vec<_> = (1..1u32 << boxed.len()).map(pick).collect();
        all.sort_by_key(Vec::len);
        return all;
    }
    *exact = false;
    let pairs = boxed
        .iter()
        .enumerate()
        .flat_map(|(i, a)| boxed.iter().skip(i + 1).map(move |b| vec![a.clone(), b.clone()]));
    let mut all: Vec<_> = boxed.iter().map(|v| vec![v.clone()]).chain(pairs).collect();
    all.push(boxed.clone());
    all
}

/// Tells apart what the conditions tell apart.
struct Kinds<'a> {
    asked: &'a KeyUse<'a>,
    context: &'a Context,
    mode: Mode,
}

impl Kinds<'_> {
    fn distinct_values(&self, values: Vec<String>) -> Vec<String> {
        let mut seen: FxHashSet<(Vec<Truth>, Option<String>)> = FxHashSet::default();
        values
            .into_iter()
            .filter(|value| {
                let vector = self
                    .asked
                    .conditions
                    .iter()
                    .map(|c| c.value_passes(value, self.context, self.mode));
                let named = self.asked.texts.contains(value).then(|| value.clone());
                seen.insert((vector.collect(), named))
            })
            .collect()
    }

    fn distinct_states(&self, states: Vec<State>) -> Vec<State> {
        let mut seen: FxHashSet<(Vec<Truth>, Option<State>)> = FxHashSet::default();
        states
            .into_iter()
            .filter(|state| {
                let lookup = OneKey {
                    key: self.asked.key,
                    state,
                    rest: self.context,
                };
                let vector = self
                    .asked
                    .conditions
                    .iter()
                    .map(|c| c.evaluate(&lookup, self.mode).truth);
                let named = match state {
                    State::One(value) if self.asked.texts.iter().any(|t| **t == **value) => {
                        Some(state.clone())
                    }
                    // A variable tells a missing value from any value.
                    State::One(value) if !value.is_empty() => None,
                    State::One(_) | State::Absent | State::Many(_) if !self.asked.texts.is_empty() => {
                        Some(State::Absent)
                    }
                    _ => None,
                };
                seen.insert((vector.collect(), named))
            })
            .collect()
    }
}

/// A context with one key put into a state.
struct OneKey<'a> {
    key: &'a str,
    state: &'a State,
    rest: &'a Context,
}

impl super::Lookup for OneKey<'_> {
    fn state(&self, folded_key: &str) -> Option<&State> {
        if folded_key == self.key {
            Some(self.state)
        } else {
            self.rest.state(folded_key)
        }
    }
}

/// The constants that a key is compared with, by the kind of comparison.
#[derive(Default)]
struct Tests {
    texts: Vec<Language>,
    numbers: BTreeSet<String>,
    dates: Vec<(Instant, String)>,
    networks: Vec<Network>,
    bytes: Vec<Vec<u8>>,
    bools: bool,
}

impl Tests {
    fn collect(asked: &KeyUse<'_>, context: &Context) -> Self {
        let mut tests = Self::default();
        for condition in asked.conditions {
            let Some(operator) = condition.operator() else {
                continue;
            };
            for value in condition.values() {
                match value {
                    Value::Template(template) => match substitute(template, context) {
                        Substituted::Filled(stretches) => {
                            tests.add(&Value::filled(&stretches, operator.test), operator.test);
                        }
                        Substituted::Holes(stretches) => {
                            tests.texts.push(Language::glob(&Glob::plain(&stretches)));
                        }
                        Substituted::NoValue => {}
                    },
                    value => tests.add(value, operator.test),
                }
            }
        }
        for text in asked.texts {
            tests.texts.push(Language::literal(text));
        }
        tests
    }

    fn add(&mut self, value: &Value, test: Test) {
        match value {
            Value::Text(text) if test == Test::StringEqualsIgnoreCase => {
                self.texts.push(Language::literal_ignore_case(text));
            }
            Value::Text(text) => self.texts.push(Language::literal(text)),
            Value::Like(glob) | Value::Arn(Ok(glob)) => self.texts.push(Language::glob(glob)),
            Value::Number(Some(text)) => {
                self.numbers.insert(text.to_string());
            }
            Value::Date(Ok(instant)) => self.dates.push((*instant, instant.to_string())),
            Value::Network(Some(network)) => self.networks.push(*network),
            Value::Bytes(Some(bytes)) => self.bytes.push(bytes.clone()),
            Value::Bool(Some(_)) if test == Test::Bool => {
                self.bools = true;
                self.texts.push(Language::literal_ignore_case("true"));
                self.texts.push(Language::literal_ignore_case("false"));
            }
            _ => {}
        }
    }

    fn has_text(&self) -> bool {
        !self.texts.is_empty()
    }

    fn has_typed(&self) -> bool {
        !(self.numbers.is_empty()
            && self.dates.is_empty()
            && self.networks.is_empty()
            && self.bytes.is_empty())
    }

    /// How many kinds of typed comparison meet on the key.
    fn kinds(&self) -> usize {
        [
            self.numbers.is_empty(),
            self.dates.is_empty(),
            self.networks.is_empty(),
            self.bytes.is_empty(),
        ]
        .iter()
        .filter(|empty| !**empty)
        .count()
    }

    /// One text for each distinct way in which the text tests accept a value of the domain; two when linked.
    fn text_values(&self, domain: Domain, linked: bool, exact: &mut bool) -> Vec<String> {
        let pattern = match domain {
            Domain::Bool => return vec!["true".to_owned(), "false".to_owned()],
            Domain::Arn => "arn:?*:?*:*:*:?*",
            _ => "?*",
        };
        let query = vec![Language::glob(&Glob::parse(pattern))];
        let mut values = self.words(query.clone(), &[], exact);
        if linked {
            let known: Vec<Language> = values.iter().map(|v| Language::literal(v)).collect();
            values.extend(self.words(query, &known, exact));
        }
        values
    }

    fn words(&self, query: Vec<Language>, beside: &[Language], exact: &mut bool) -> Vec<String> {
        let parts: Vec<Language> = self.texts.iter().chain(beside).cloned().collect();
        let mut words = Vec::new();
        let exploration = Product::new(query, parts).visit(|_, word| {
            words.push(word.to_owned());
            if words.len() > MAX_REGIONS {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
        *exact &= exploration.exact && words.len() <= MAX_REGIONS;
        words
    }

    fn typed_values(&self, domain: Domain, exact: &mut bool) -> Vec<String> {
        let mut values = Vec::new();
        if !self.numbers.is_empty() || domain == Domain::Numeric {
            values.extend(number_values(&self.numbers, exact));
        }
        if !self.dates.is_empty() || domain == Domain::Date {
            values.extend(date_values(&self.dates, exact));
        }
        if !self.networks.is_empty() || domain == Domain::IpAddress {
            values.extend(address_values(&self.networks));
        }
        if !self.bytes.is_empty() || domain == Domain::Binary {
            values.extend(self.bytes.iter().map(|b| STANDARD.encode(b)));
            let other = (0..)
                .map(|n: u32| n.to_be_bytes().to_vec())
                .find(|b| !self.bytes.contains(b));
            values.extend(other.map(|b| STANDARD.encode(b)));
        }
        values
    }
}

/// The numbers at, between and beyond the constants.
fn number_values(constants: &BTreeSet<String>, exact: &mut bool) -> Vec<String> {
    let mut scaled: Vec<i128> = Vec::new();
    let places = constants
        .iter()
        .map(|c| c.split_once('.').map_or(0, |(_, f)| f.len()))
        .max()
        .unwrap_or(0);
    for constant in constants {
        match scale(constant, places) {
            Some(value) => scaled.push(value),
            None => *exact = false,
        }
    }
    scaled.sort_unstable();
    scaled.dedup();
    let (Some(first), Some(last)) = (scaled.first().copied(), scaled.last().copied()) else {
        return vec!["0".to_owned(), "1".to_owned()];
    };
    let unit = 10_i128
        .checked_pow(u32::try_from(places).unwrap_or(u32::MAX))
        .unwrap_or(1);
    // One more decimal place, so that there is a number between any two.
    let mut points: Vec<i128> = scaled.iter().map(|v| v * 10).collect();
    points.extend(
        scaled
            .windows(2)
            .filter_map(|w| Some((w.first()? + w.get(1)?) * 5)),
    );
    points.extend([(first - unit) * 10, (last + unit) * 10]);
    points.sort_unstable();
    points
        .into_iter()
        .map(|point| unscale(point, places + 1))
        .collect()
}

/// The constant times ten to the `places`, if that fits with room to spare.
fn scale(text: &str, places: usize) -> Option<i128> {
    Decimal::parse(text)?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = format!("{whole}{fraction:0<places$}");
    let value: i128 = digits.parse().ok()?;
    (value.unsigned_abs() < 10_u128.pow(30) && places < 30).then_some(value)
}

fn unscale(value: i128, places: usize) -> String {
    let digits = format!("{:0>width$}", value.unsigned_abs(), width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    let fraction = fraction.trim_end_matches('0');
    let sign = if value < 0 { "-" } else { "" };
    if fraction.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{fraction}")
    }
}

/// The instants at, between and beyond the constants.
fn date_values(constants: &[(Instant, String)], exact: &mut bool) -> Vec<String> {
    let mut sorted = constants.to_vec();
    sorted.sort();
    sorted.dedup();
    let mut values: Vec<String> = sorted.iter().map(|(_, text)| text.clone()).collect();
    let (Some((first, _)), Some((last, _))) = (sorted.first(), sorted.last()) else {
        return vec![Instant::from_epoch(1_700_000_000).to_string()];
    };
    for pair in sorted.windows(2) {
        let [(low, _), (high, _)] = pair else { continue };
        if let Some(middle) = low.between(*high) {
            let text = middle.to_string();
            *exact &= Instant::parse(&text) == Ok(middle);
            values.push(text);
        }
    }
    let day = 86_400;
    values.push(Instant::from_epoch(first.epoch_seconds().saturating_sub(day)).to_string());
    values.push(Instant::from_epoch(last.epoch_seconds().saturating_add(day)).to_string());
    values.retain(|v| Instant::parse(v).is_ok());
    values
}

/// Addresses of every class that the prefixes cut the two families into: the first address of each network and
/// the one after each network's last, since what remains of a network after cutting others out of it begins at
/// one of those.
fn address_values(networks: &[Network]) -> Vec<String> {
    let mut addresses: Vec<IpAddr> = Vec::new();
    for family in [Family::V4, Family::V6] {
        let of_family = || networks.iter().filter(|n| n.family() == family);
        addresses.extend(of_family().map(|n| n.first()));
        addresses.extend(of_family().filter_map(|n| next(n.last())));
        addresses.push(Network::everything(family).first());
    }
    addresses.into_iter().map(|a| a.to_string()).collect()
}

fn next(address: IpAddr) -> Option<IpAddr> {
    match address {
        IpAddr::V4(v4) => v4
            .to_bits()
            .checked_add(1)
            .map(|bits| std::net::Ipv4Addr::from_bits(bits).into()),
        IpAddr::V6(v6) => v6
            .to_bits()
            .checked_add(1)
            .map(|bits| std::net::Ipv6Addr::from_bits(bits).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Policy, Version};
    use crate::source::Sources;

    /// The conditions of one statement of a 2012 document.
    fn conditions(block: &str) -> Vec<Condition> {
        let text = format!(r#"{{"Version": "2012-10-17", "Statement": {{"Condition": {block}}}}}"#);
        let mut sources = Sources::new();
        let doc = sources.add_text("policy", text);
        let tree = sources.tree(doc).unwrap();
        let policy: Policy = crate::policy::read(doc, tree, tree.root());
        policy.statements[0]
            .conditions
            .iter()
            .map(|entry| Condition::compile(entry, Version::V2012))
            .collect()
    }

    fn states(key: &str, block: &str, context: &Context) -> Regions {
        let conditions = conditions(block);
        let asked: Vec<&Condition> = conditions.iter().collect();
        regions(
            &KeyUse {
                key,
                conditions: &asked,
                texts: &[],
                linked: false,
            },
            context,
            Mode::Chosen,
        )
    }

    fn one(text: &str) -> State {
        State::One(text.into())
    }

    #[test]
    fn a_value_within_a_pattern_is_never_outside_it() {
        let mut context = Context::open();
        context.set(
            "aws:SourceArn",
            Knowledge::Within(Glob::parse("arn:aws:kafkaconnect:r:1:connector/mine/?*")),
        );
        let found = states(
            "aws:sourcearn",
            r#"{"ArnLike": {"aws:SourceArn": ["arn:aws:kafkaconnect:r:1:connector/other/*"]}}"#,
            &context,
        );
        assert!(found.exact);
        assert_eq!(found.states.len(), 1, "{:?}", found.states);
        assert!(matches!(&found.states[0], State::One(v) if v.contains("/mine/")));
    }

    #[test]
    fn states_that_no_condition_tells_apart_are_one_region() {
        let found = states(
            "a:k",
            r#"{"StringEquals": {"a:k": ["v", "w"]}, "StringNotEquals": {"A:k": "w"}}"#,
            &Context::open(),
        );
        assert!(found.exact);
        assert!(found.states.contains(&one("v")) && found.states.contains(&one("w")));
        assert_eq!(
            found.states.len(),
            3,
            "absent and any other value are alike: {:?}",
            found.states
        );
    }

    #[test]
    fn numbers_are_cut_at_and_between_the_constants() {
        let mut context = Context::open();
        context.declare_domain("s3:max-keys", Domain::Numeric);
        let block = r#"{"NumericLessThanEquals": {"s3:max-keys": "10"}, "NumericGreaterThan": {"S3:max-keys": "9.5"}}"#;
        let found = states("s3:max-keys", block, &context);
        assert!(found.exact);
        let numbers: Vec<&State> = found
            .states
            .iter()
            .filter(|s| matches!(s, State::One(_)))
            .collect();
        assert_eq!(numbers.len(), 3, "{:?}", found.states);
    }

    #[test]
    fn addresses_are_cut_by_nested_networks() {
        let block = r#"{"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}, "NotIpAddress": {"AWS:SourceIp": "10.0.0.0/16"}}"#;
        let mut context = Context::open();
        context.declare_domain("aws:SourceIp", Domain::IpAddress);
        let found = states("aws:sourceip", block, &context);
        assert!(found.exact);
        assert!(
            found.states.contains(&one("10.0.0.0")) && found.states.contains(&one("10.1.0.0")),
            "{:?}",
            found.states
        );
    }

    #[test]
    fn typed_and_textual_tests_on_one_key_are_not_called_exact() {
        let block = r#"{"NumericLessThan": {"a:k": "5"}, "StringLike": {"A:k": "1*"}}"#;
        assert!(!states("a:k", block, &Context::open()).exact);
    }

    #[test]
    fn a_multivalued_key_is_cut_into_sets() {
        let mut context = Context::open();
        context.declare_multivalued("aws:TagKeys");
        let block = r#"{"ForAllValues:StringEquals": {"aws:TagKeys": "a"}, "ForAnyValue:StringNotEquals": {"AWS:TagKeys": "a"}}"#;
        let found = states("aws:tagkeys", block, &context);
        assert!(found.exact);
        assert!(
            !found.states.iter().any(|s| matches!(s, State::One(_))),
            "{:?}",
            found.states
        );
    }
}
