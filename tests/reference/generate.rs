//! Random cases over small alphabets, so that patterns, principals and condition values often meet or just miss.
//!
//! Left out on purpose: what the rules leave open (`IfExists` or a negation with an empty list, short ARNs where they
//! are refused, identity policies of callers that have none, STS calls of federated users, which an API gate outside policies refuses).

use serde_json::{Map, Value, json};

/// A seeded generator (splitmix64): the same seed gives the same cases on every machine.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % (bound as u64)).unwrap_or(0)
    }

    /// True in `percent` of a hundred calls.
    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    fn some<T: Clone>(&mut self, items: &[T], most: usize) -> Vec<T> {
        (0..=self.below(most)).map(|_| self.pick(items).clone()).collect()
    }
}

const ROOT: &str = "arn:aws:iam::111122223333:root";
const ALICE: &str = "arn:aws:iam::111122223333:user/alice";
const ROLE: &str = "arn:aws:iam::111122223333:role/dev";
const SESSION: &str = "arn:aws:sts::111122223333:assumed-role/dev/s1";
const FEDERATED: &str = "arn:aws:sts::111122223333:federated-user/alice";
const BOB: &str = "arn:aws:iam::444455556666:user/bob";
const OTHER_SESSION: &str = "arn:aws:sts::444455556666:assumed-role/dev/s1";
const SERVICE: &str = "sns.amazonaws.com";
const CALLERS: [&str; 10] = [
    ALICE,
    ALICE,
    SESSION,
    SESSION,
    ROOT,
    FEDERATED,
    BOB,
    OTHER_SESSION,
    SERVICE,
    "anonymous",
];

/// Action, resources it may be asked for, patterns for questions about sets, patterns in policies.
type Subject = (
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
    &'static [&'static str],
);

const SUBJECTS: [Subject; 4] = [
    (
        "s3:GetObject",
        &[
            "arn:aws:s3:::b/k",
            "arn:aws:s3:::b/a/x",
            "arn:aws:s3:::b",
            "arn:aws:s3:::b/alice/k",
            "arn:aws:s3:::b/a:b",
        ],
        &[
            "arn:aws:s3:::b/*",
            "arn:aws:s3:::b/?",
            "arn:aws:s3:::b/a*",
            "arn:aws:s3:::b/*k",
            "arn:aws:s3:::b*",
        ],
        &[
            "arn:aws:s3:::b/*",
            "arn:aws:s3:::b/k",
            "arn:aws:s3:::b/?",
            "arn:aws:s3:::b/a*",
            "arn:aws:s3:::b/*k",
            "arn:aws:s3:::b/?*",
            "arn:aws:s3:::b*",
            "arn:aws:s3:::B/k",
            "arn:aws:s3",
            "arn:aws:s3:*",
            "arn:*:s3:::b/a?x",
            "arn:aws:s3:::b/${aws:username}/*",
            "arn:aws:s3:::b/${x:s}",
            "arn:aws:s3:::b/${x:s, 'k'}",
            "arn:aws:s3:::b/${x:s}*",
            "arn:aws:s3:::b/${x:tags}/x",
            "arn:aws:s3:::b/${*}",
            "arn:aws:s3:?::b/k",
        ],
    ),
    (
        "sqs:SendMessage",
        &[
            "arn:aws:sqs:us-east-1:111122223333:q",
            "arn:aws:sqs:us-east-1:111122223333:x:9:q",
        ],
        &[
            "arn:aws:sqs:us-east-1:111122223333:*",
            "arn:aws:sqs:*:111122223333:q",
        ],
        &[
            "arn:aws:sqs:*:111122223333:q",
            "arn:aws:sqs:us-east-1:*:q",
            "arn:aws:sqs:*:9:q",
            "arn:aws:sqs:*x:9:q",
            "arn:aws:sqs:us-*:*:*",
            "arn:aws:sqs",
            "arn:aws:sqs:*",
            "arn:aws:sqs:us-east-1?111122223333:q:*",
            "arn:aws:s?s:*:*:?",
            "arn:aws:sqs:us-east-1:1*:q",
        ],
    ),
    (
        "kms:Decrypt",
        &["arn:aws:kms:us-east-1:111122223333:key/1"],
        &["arn:aws:kms:us-east-1:111122223333:key/*"],
        &[
            "arn:aws:kms:*:*:key/*",
            "arn:aws:kms:us-east-1:111122223333:key/1",
            "arn:aws:kms:*:*:key/2",
        ],
    ),
    (
        "sts:AssumeRole",
        &["arn:aws:iam::111122223333:role/target"],
        &["arn:aws:iam::111122223333:role/t*"],
        &[
            "arn:aws:iam::*:role/t*",
            "arn:aws:iam::111122223333:role/target",
            "arn:aws:iam::111122223333:role/dev",
        ],
    ),
];

const ACTIONS: [&str; 12] = [
    "*",
    "s3:*",
    "s3:Get*",
    "S3:getobject",
    "s3:?etObject",
    "s3:PutObject",
    "sqs:*",
    "SQS:SendMessage",
    "kms:*",
    "sts:*",
    "sts:AssumeRole",
    "*:*",
];

/// Key, whether it is multivalued, its declared type, the values a request may carry.
type Key = (&'static str, bool, &'static str, &'static [&'static str]);

const KEYS: [Key; 8] = [
    (
        "x:s",
        false,
        "String",
        &["k", "K", "a", "a/x", "", "ab", "k*", "alice"],
    ),
    ("x:n", false, "Numeric", &["1", "1.0", "2", "1.5", "-1", "10"]),
    (
        "x:d",
        false,
        "Date",
        &[
            "2024-01-01T00:00:00Z",
            "1704067200",
            "2024-01-01T01:00:00+01:00",
            "1704067201",
            "2023-12-31",
        ],
    ),
    (
        "x:ip",
        false,
        "IPAddress",
        &["10.0.0.1", "10.1.0.1", "192.0.2.1", "::1", "2001:DB8::1"],
    ),
    ("x:b", false, "Bool", &["true", "false", "TRUE"]),
    (
        "x:arn",
        false,
        "ARN",
        &[
            "arn:aws:s3:::b",
            "arn:aws:sns:us-east-1:1:t",
            "arn:aws:sns:us-east-1:1:2:t",
        ],
    ),
    ("x:tags", true, "ArrayOfString", &["a", "b", "A", "", "ab"]),
    ("aws:PrincipalArn", false, "ARN", &[ALICE, ROLE]),
];

/// Positive operators with their negation, if any, the keys they are put on, and policy values.
type Operator = (
    &'static str,
    &'static str,
    &'static [usize],
    &'static [&'static str],
);

const OPERATORS: [Operator; 15] = [
    (
        "StringEquals",
        "StringNotEquals",
        &[0, 6, 0, 4],
        &["k", "a", "k*", "${aws:username}", "${x:s, 'k'}", "true", ""],
    ),
    (
        "StringEqualsIgnoreCase",
        "StringNotEqualsIgnoreCase",
        &[0, 6],
        &["k", "A", "AB"],
    ),
    (
        "StringLike",
        "StringNotLike",
        &[0, 6, 7],
        &[
            "k*",
            "*",
            "?",
            "a?",
            "?*",
            "*b",
            "${x:s}*",
            "k${*}",
            "*:user/alice",
        ],
    ),
    ("NumericEquals", "NumericNotEquals", &[1], &["1", "1.00", "2"]),
    ("NumericLessThan", "", &[1], &["1", "2"]),
    ("NumericLessThanEquals", "", &[1], &["1", "1.5"]),
    ("NumericGreaterThan", "", &[1], &["1", "1.5"]),
    ("NumericGreaterThanEquals", "", &[1], &["2", "1.5"]),
    ("DateEquals", "DateNotEquals", &[2], &["2024-01-01", "1704067200"]),
    ("DateLessThan", "", &[2], &["2024-01-01T00:00:00Z", "1704067201"]),
    (
        "DateGreaterThanEquals",
        "",
        &[2],
        &["2024-01-01T00:00:00Z", "1704067201"],
    ),
    (
        "IpAddress",
        "NotIpAddress",
        &[3],
        &[
            "10.0.0.0/8",
            "10.1.0.0/16",
            "0.0.0.0/0",
            "::/0",
            "192.0.2.1",
            "2001:db8::/32",
        ],
    ),
    ("Bool", "", &[4], &["true", "false"]),
    (
        "ArnLike",
        "ArnNotLike",
        &[5, 7],
        &[
            "arn:aws:sns:*:*:t",
            "arn:aws:s3:::*",
            "arn:*:iam::*:role/d*",
            "arn:aws:sns:*:${x:n}:t",
        ],
    ),
    (
        "ArnEquals",
        "ArnNotEquals",
        &[5, 7],
        &[ROLE, ALICE, "arn:aws:sns:us-east-1:?:*"],
    ),
];

/// Where a policy stands decides what may stand in it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Identity,
    Resource,
    /// Session policies and guardrails: short ARNs are refused there.
    Guard,
    /// Resource control policies only deny, everyone.
    Control,
}

/// One case. About one in seven leaves keys unknown, one in twelve asks for a set of resources.
pub(crate) fn case(random: &mut Random) -> Value {
    let caller = *random.pick(&CALLERS);
    let subject = match random.below(16).min(9) % 4 {
        3 if caller == FEDERATED => 0,
        drawn => drawn,
    };
    let (action, resources, questions, _) = SUBJECTS[subject];
    let mut request = json!({"principal": caller, "action": action, "resourceAccount": "111122223333"});
    if random.chance(8) {
        request["resourcePattern"] = json!(random.pick(questions));
    } else {
        request["resource"] = json!(random.pick(resources));
    }
    knowledge(random, &mut request);
    for (flag, percent) in [
        ("managementAccount", 4),
        ("resourceInManagementAccount", 4),
        ("serviceLinked", 3),
    ] {
        if random.chance(percent) && caller.contains("assumed-role") {
            request[flag] = json!(true);
        }
    }
    let has_identity = caller.starts_with("arn:") && caller != ROOT;
    let has_session = caller == FEDERATED || caller.contains("assumed-role");
    let mut policies =
        |place, count: usize| -> Vec<Value> { (0..count).map(|_| policy(random, place, subject)).collect() };
    let drawn = policies(Place::Identity, 3);
    let guards = policies(Place::Guard, 6);
    let control = policies(Place::Control, 1);
    let resource = policies(Place::Resource, 2);
    let identity = if has_identity { random.below(3) } else { 0 };
    let boundary = usize::from(has_identity && random.chance(25));
    let one = |wanted: bool, policy: &Value| if wanted { policy.clone() } else { Value::Null };
    let mut case = json!({
        "id": "random", "request": request,
        "identityPolicies": drawn[..identity],
        "permissionBoundaries": drawn[2..2 + boundary],
        "resourcePolicy": one(random.chance(60), &resource[0]),
        "sessionPolicy": one(has_session && random.chance(40), &guards[0]),
        "scps": [], "rcps": [],
    });
    if random.chance(20) {
        case["scps"] = json!([[guards[1], guards[2]], [guards[3]]]);
    }
    if random.chance(15) {
        case["rcps"] = json!([[], [control[0]]]);
    }
    if random.chance(12) {
        case["vpcEndpointPolicy"] = resource[1].clone();
    }
    case
}

fn knowledge(random: &mut Random, request: &mut Value) {
    let (mut context, mut unknown, mut types, mut many) = (Map::new(), Vec::new(), Map::new(), Vec::new());
    let open = if random.chance(15) { 2 } else { 0 };
    for (name, multivalued, declared, values) in KEYS.iter().take(7) {
        if unknown.len() < open && random.chance(25) {
            unknown.push(*name);
            if *multivalued {
                many.push(*name);
            } else if random.chance(60) {
                types.insert((*name).to_owned(), json!(declared));
            }
        } else if random.chance(65) {
            let value = if *multivalued {
                json!(random.some(values, 3))
            } else {
                json!(random.pick(values))
            };
            context.insert((*name).to_owned(), value);
        }
    }
    request["context"] = Value::Object(context);
    if !unknown.is_empty() {
        request["unknownKeys"] = json!(unknown);
        request["multivaluedKeys"] = json!(many);
        request["keyTypes"] = Value::Object(types);
    }
}

fn policy(random: &mut Random, place: Place, subject: usize) -> Value {
    let statements: Vec<Value> = (0..=random.below(3))
        .map(|_| statement(random, place, subject))
        .collect();
    if random.chance(8) && !json!(statements).to_string().contains("${*}") {
        return json!({"Version": "2008-10-17", "Statement": statements});
    }
    json!({"Version": "2012-10-17", "Statement": statements})
}

fn statement(random: &mut Random, place: Place, subject: usize) -> Value {
    let deny = place == Place::Control || random.chance(25);
    let mut statement = json!({"Effect": if deny { "Deny" } else { "Allow" }});
    match place {
        Place::Control => statement["Principal"] = json!("*"),
        Place::Resource if deny && random.chance(25) => {
            statement["NotPrincipal"] =
                json!({"AWS": random.some(&[ROOT, ALICE, ROLE, SESSION, BOB, FEDERATED], 3)});
        }
        Place::Resource => statement["Principal"] = principal(random),
        _ => {}
    }
    let own = SUBJECTS[subject].0;
    let actions: Vec<&str> = (0..=random.below(2))
        .map(|_| {
            if random.chance(50) {
                own
            } else {
                *random.pick(&ACTIONS)
            }
        })
        .collect();
    statement[if random.chance(12) { "NotAction" } else { "Action" }] = json!(actions);
    let mut resources = random.some(SUBJECTS[subject].3, 2);
    if random.chance(35) {
        resources[0] = "*";
    }
    if matches!(place, Place::Guard | Place::Control) {
        resources
            .iter_mut()
            .filter(|r| r.matches(':').count() < 5)
            .for_each(|r| *r = "*");
    }
    statement[if random.chance(15) {
        "NotResource"
    } else {
        "Resource"
    }] = json!(resources);
    if random.chance(55) {
        statement["Condition"] = condition(random);
    }
    statement
}

fn principal(random: &mut Random) -> Value {
    let names = [
        "*",
        "111122223333",
        ROOT,
        ALICE,
        ROLE,
        SESSION,
        FEDERATED,
        BOB,
        "444455556666",
        OTHER_SESSION,
    ];
    match random.below(10) {
        0 | 1 => json!("*"),
        2 => json!({"Service": SERVICE}),
        3 => json!({"Service": SERVICE, "AWS": random.some(&names[1..], 2)}),
        _ => json!({"AWS": random.some(&names, 2)}),
    }
}

fn condition(random: &mut Random) -> Value {
    let mut block = Map::new();
    for _ in 0..=random.below(2) {
        let (name, keys) = if random.chance(12) {
            (
                "Null".to_owned(),
                json!({KEYS[random.below(7)].0: random.pick(&["true", "false"])}),
            )
        } else {
            operator(random)
        };
        block.insert(name, keys);
    }
    Value::Object(block)
}

fn operator(random: &mut Random) -> (String, Value) {
    let (positive, negative, keys, values) = random.pick(&OPERATORS);
    let (key, multivalued, ..) = KEYS[*random.pick(keys)];
    let negated = !negative.is_empty() && random.chance(35);
    let set = if multivalued || random.chance(8) {
        *random.pick(&["ForAllValues:", "ForAnyValue:"])
    } else {
        ""
    };
    let if_exists = random.chance(15);
    let wanted = if !negated && !if_exists && random.chance(3) {
        Vec::new()
    } else {
        random.some(values, 2)
    };
    let base = if negated { negative } else { positive };
    (
        format!("{set}{base}{}", if if_exists { "IfExists" } else { "" }),
        json!({key: wanted}),
    )
}
