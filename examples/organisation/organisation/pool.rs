//! What the policies of an organisation are made of: actions that exist, with resources that fit them.
//!
//! A policy is made as a text with marks for the account, its region and the application, so that the same policy
//! can stand in many accounts, as it does where it was rolled out from one template.

use rolecall::catalog::{self, Action, ArnPattern, ArnPiece, ConditionKey, KeyType, ResourceType, Service};

use super::dice::Dice;

/// Stands for the account, the region and the application in texts of the pool.
const ACCOUNT: char = '\u{1}';
const REGION: char = '\u{2}';
const APP: char = '\u{3}';

/// Services that many roles use, those of most policies first.
const SERVICES: [&str; 44] = [
    "s3",
    "logs",
    "ec2",
    "dynamodb",
    "sqs",
    "sns",
    "lambda",
    "kms",
    "secretsmanager",
    "ssm",
    "iam",
    "cloudwatch",
    "ecr",
    "ecs",
    "eks",
    "rds",
    "glue",
    "athena",
    "kinesis",
    "firehose",
    "states",
    "events",
    "xray",
    "cloudformation",
    "apigateway",
    "route53",
    "elasticloadbalancing",
    "autoscaling",
    "elasticache",
    "es",
    "redshift",
    "sagemaker",
    "batch",
    "codebuild",
    "codepipeline",
    "codecommit",
    "cognito-idp",
    "acm",
    "backup",
    "cloudfront",
    "kafka",
    "kafka-cluster",
    "elasticfilesystem",
    "servicediscovery",
];

/// Bytes of policies without blanks at thousandths of all of AWS's own policies.
const SIZES: [(usize, usize); 9] = [
    (0, 130),
    (100, 210),
    (250, 340),
    (500, 642),
    (750, 1_600),
    (900, 3_700),
    (970, 8_500),
    (990, 15_600),
    (1_000, 40_000),
];

/// Bytes of the large ones among AWS's own policies.
const LARGE: [(usize, usize); 5] = [
    (0, 6_300),
    (500, 12_000),
    (800, 30_000),
    (950, 70_000),
    (1_000, 135_000),
];

/// How many policies are rolled out from templates, and how many large ones AWS has.
const TEMPLATES: usize = 240;
const LARGE_ONES: usize = 24;

const CONDITIONS: [&str; 8] = [
    r#"{"StringEquals":{"aws:RequestedRegion":"{REGION}"}}"#,
    r#"{"Bool":{"aws:SecureTransport":"true"}}"#,
    r#"{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}"#,
    r#"{"StringEquals":{"aws:ResourceAccount":"{ACCOUNT}"}}"#,
    r#"{"StringLike":{"aws:PrincipalArn":"arn:aws:iam::{ACCOUNT}:role/{APP}-*"}}"#,
    r#"{"IpAddress":{"aws:SourceIp":["10.0.0.0/8","192.0.2.0/24"]}}"#,
    r#"{"StringEquals":{"aws:PrincipalTag/team":"{APP}"}}"#,
    r#"{"StringNotEquals":{"aws:PrincipalTag/stage":"sandbox"},"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#,
];

/// Actions that are asked of the same resources.
struct Group {
    actions: Vec<Action>,
    /// Texts with marks; empty for actions without resource types.
    resources: Vec<String>,
}

/// Groups of actions, and the policies that are rolled out from templates.
pub(crate) struct Pool {
    groups: Vec<Group>,
    templates: Vec<String>,
    /// Names and texts of large policies of AWS's.
    pub(crate) large: Vec<(String, String)>,
}

/// What the marks stand for.
#[derive(Clone, Copy)]
pub(crate) struct Marks<'a> {
    pub(crate) account: &'a str,
    pub(crate) region: &'a str,
    pub(crate) app: &'a str,
}

impl Marks<'_> {
    /// Writes a text with its marks replaced.
    pub(crate) fn write(self, text: &str, out: &mut String) {
        let mut rest = text;
        while let Some(at) = memchr::memchr3(ACCOUNT as u8, REGION as u8, APP as u8, rest.as_bytes()) {
            let (before, after) = rest.split_at(at);
            out.push_str(before);
            let mut characters = after.chars();
            out.push_str(match characters.next() {
                Some(ACCOUNT) => self.account,
                Some(REGION) => self.region,
                _ => self.app,
            });
            rest = characters.as_str();
        }
        out.push_str(rest);
    }
}

impl Pool {
    pub(crate) fn new(seed: u64) -> Self {
        let services = SERVICES.iter().filter_map(|prefix| catalog::service(prefix));
        let mut pool = Self {
            groups: services.flat_map(groups_of).collect(),
            templates: Vec::new(),
            large: Vec::new(),
        };
        let mut dice = Dice::of(seed, u64::MAX);
        pool.templates = (0..TEMPLATES).map(|_| pool.policy(&mut dice, 6_000)).collect();
        pool.large = (0..LARGE_ONES)
            .map(|at| {
                let size = dice.quantile(&LARGE);
                let name = format!("service-role/Generated{at}ServicePolicy");
                (name, pool.policy_of(&mut dice, size))
            })
            .collect();
        pool
    }

    /// Writes a policy of at most about `most` bytes: one of the templates, or one that stands in no other account.
    pub(crate) fn write(&self, dice: &mut Dice, most: usize, marks: Marks<'_>, out: &mut String) {
        if dice.per_mille(700) {
            let template = dice.one(&self.templates).filter(|text| text.len() <= most);
            if let Some(text) = template {
                return marks.write(text, out);
            }
        }
        let text = self.policy(dice, most);
        marks.write(&text, out);
    }

    fn policy(&self, dice: &mut Dice, most: usize) -> String {
        let size = dice.quantile(&SIZES).min(most.saturating_sub(400));
        self.policy_of(dice, size)
    }

    /// A policy of about that many bytes.
    fn policy_of(&self, dice: &mut Dice, size: usize) -> String {
        let mut text = String::with_capacity(size + 512);
        text.push_str(r#"{"Version":"2012-10-17","Statement":["#);
        let mut number = 0;
        while number == 0 || text.len() + 120 < size {
            if number > 0 {
                text.push(',');
            }
            // Few statements are long: the policies of AWS have two in the middle, eleven at nine tenths.
            let room = size.saturating_sub(text.len()).min(200 + dice.below(1_100));
            self.statement(dice, number, room, &mut text);
            number += 1;
        }
        text.push_str("]}");
        text
    }

    fn statement(&self, dice: &mut Dice, number: usize, room: usize, out: &mut String) {
        // The services at the head of the list are those of most statements.
        let at = dice.below(self.groups.len()).min(dice.below(self.groups.len()));
        let Some(group) = self.groups.get(at) else { return };
        let start = out.len();
        out.push('{');
        if dice.per_mille(500) {
            out.push_str(&format!(r#""Sid":"Statement{number}","#));
        }
        let is_deny = dice.per_mille(10);
        out.push_str(if is_deny {
            r#""Effect":"Deny","#
        } else {
            r#""Effect":"Allow","#
        });
        out.push_str(if dice.per_mille(2) {
            r#""NotAction":["#
        } else {
            r#""Action":["#
        });
        let first = dice.below(group.actions.len());
        let mut written = 0;
        for action in group.actions.iter().cycle().skip(first).take(group.actions.len()) {
            if written > 0 && out.len() - start + 130 > room {
                break;
            }
            if written > 0 && dice.per_mille(250) {
                continue;
            }
            if written > 0 {
                out.push(',');
            }
            write_action(dice, *action, out);
            written += 1;
        }
        out.push(']');
        write_resources(dice, group, out);
        if dice.per_mille(400) {
            out.push_str(r#","Condition":"#);
            let action = group.actions.get(first).copied();
            write_condition(dice, action, out);
        }
        out.push('}');
    }
}

fn write_action(dice: &mut Dice, action: Action, out: &mut String) {
    out.push('"');
    let verb = action.short_name().char_indices().skip(1);
    let verb = verb
        .clone()
        .find(|(_, letter)| letter.is_ascii_uppercase())
        .map(|(at, _)| at);
    match verb.and_then(|at| action.short_name().get(..at)) {
        Some(verb) if dice.per_mille(50) => {
            out.push_str(action.service_prefix());
            out.push(':');
            out.push_str(verb);
            out.push('*');
        }
        _ => out.push_str(action.name()),
    }
    out.push('"');
}

fn write_resources(dice: &mut Dice, group: &Group, out: &mut String) {
    out.push_str(if dice.per_mille(2) {
        r#","NotResource":"#
    } else {
        r#","Resource":"#
    });
    if group.resources.is_empty() || dice.per_mille(300) {
        out.push_str(r#""*""#);
        return;
    }
    let count = 1 + dice.below(3);
    out.push('[');
    for at in 0..count {
        if at > 0 {
            out.push(',');
        }
        out.push('"');
        if let Some(resource) = dice.one(&group.resources) {
            out.push_str(resource);
        }
        if at > 0 {
            out.push_str(&format!("-{at}"));
        }
        if dice.per_mille(350) {
            out.push('*');
        }
        out.push('"');
    }
    out.push(']');
}

/// A condition that an author could have written: on a key that all requests have, or on one of the action's.
fn write_condition(dice: &mut Dice, action: Option<Action>, out: &mut String) {
    if let Some(key) = action.and_then(text_key).filter(|_| dice.per_mille(300)) {
        out.push_str(&format!(r#"{{"StringEquals":{{"{key}":"{APP}"}}}}"#));
        return;
    }
    let text = dice.word(&CONDITIONS);
    let text = text
        .replace("{ACCOUNT}", &ACCOUNT.to_string())
        .replace("{REGION}", &REGION.to_string());
    out.push_str(&text.replace("{APP}", &APP.to_string()));
}

/// The first key of the action alone whose values are texts, and which is no family of keys.
fn text_key(action: Action) -> Option<&'static str> {
    let is_text =
        |key: &ConditionKey| key.key_type() == KeyType::String && !key.is_family() && !key.is_multivalued();
    action.condition_keys().find(is_text).map(|key| key.name())
}

fn groups_of(service: Service) -> Vec<Group> {
    let mut groups = Vec::new();
    for kind in service.resource_types() {
        let is_of_kind = |action: &Action| action.resource_types().any(|used| used.resource_type == kind);
        let actions: Vec<_> = service.actions().filter(is_of_kind).collect();
        let resources = resources_of(kind);
        if !actions.is_empty() && !resources.is_empty() {
            groups.push(Group { actions, resources });
        }
    }
    let free: Vec<_> = service
        .actions()
        .filter(|action| !action.has_resource_types())
        .collect();
    if !free.is_empty() {
        groups.push(Group {
            actions: free,
            resources: Vec::new(),
        });
    }
    groups
}

fn resources_of(kind: ResourceType) -> Vec<String> {
    // Some types have ARNs of any service.
    let patterns = kind
        .arn_patterns()
        .filter(|pattern| !pattern.service().contains('$'));
    patterns.map(resource_of).collect()
}

fn resource_of(pattern: ArnPattern) -> String {
    let mut text = String::new();
    let mut is_named = false;
    for piece in pattern.pieces() {
        match piece {
            ArnPiece::Literal(literal) => text.push_str(literal),
            ArnPiece::Hole {
                name: "Partition", ..
            } => text.push_str("aws"),
            ArnPiece::Hole { name: "Region", .. } => text.push(REGION),
            ArnPiece::Hole { name: "Account", .. } => text.push(ACCOUNT),
            ArnPiece::Hole { .. } if !is_named => {
                is_named = true;
                text.push(APP);
            }
            ArnPiece::Hole { .. } | ArnPiece::Any => text.push('*'),
        }
    }
    text
}
