//! Accounts in which principals trust and name each other, generated from a seed.
//!
//! Out go roles and users as account dumps list them, with the parts that they were made of. Policies are valid, so
//! that whoever asks about them in another way asks about the same.

use serde_json::{Value, json};

pub(crate) const ACCOUNT: &str = "111122223333";

/// A small generator (SplitMix64), so that every run reads the same bytes.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % u64::try_from(bound).unwrap_or(1)).unwrap_or(0)
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        let at = self.below(from.len());
        from.get(at).copied().unwrap_or_default()
    }
}

/// A principal and what it is made of.
pub(crate) struct Made {
    pub(crate) arn: String,
    /// Documents of its identity policies.
    pub(crate) identity: Vec<Value>,
    /// The document of its boundary.
    pub(crate) boundary: Option<Value>,
    /// Whether a policy is attached whose text is not given.
    pub(crate) unknown: bool,
    /// The trust policy of a role.
    pub(crate) trust: Option<Value>,
}

/// An account.
pub(crate) struct Estate {
    pub(crate) made: Vec<Made>,
    /// The policy of bucket `b`, where it has one.
    pub(crate) bucket: Option<Value>,
    /// The service control policy, where there is one.
    pub(crate) control: Option<Value>,
}

const ACTIONS: [&str; 8] = [
    "s3:GetObject",
    "s3:PutObject",
    "s3:*",
    "s3:Get*",
    "*",
    "sqs:SendMessage",
    "sts:AssumeRole",
    "sts:*",
];
const BUCKETS: [&str; 6] = ["b", "c", "orders", "logs", "exports", "web"];

fn document(statements: &[Value]) -> Value {
    json!({ "Version": "2012-10-17", "Statement": statements })
}

fn resource(dice: &mut Dice) -> String {
    match dice.below(5) {
        0 => "*".to_owned(),
        1 => format!("arn:aws:s3:::{}/k", dice.pick(&BUCKETS)),
        2 => format!("arn:aws:iam::{ACCOUNT}:role/r{}", dice.below(9)),
        3 => format!("arn:aws:iam::{ACCOUNT}:role/*"),
        _ => format!("arn:aws:s3:::{}/*", dice.pick(&BUCKETS)),
    }
}

fn condition(dice: &mut Dice) -> Option<Value> {
    match dice.below(8) {
        0 => Some(json!({ "StringEquals": { "aws:SourceVpce": "vpce-1" } })),
        1 => Some(json!({ "Bool": { "aws:SecureTransport": "true" } })),
        _ => None,
    }
}

fn statement(dice: &mut Dice) -> Value {
    let effect = if dice.below(6) == 0 { "Deny" } else { "Allow" };
    let action = if dice.below(12) == 0 {
        "NotAction"
    } else {
        "Action"
    };
    let element = if dice.below(12) == 0 {
        "NotResource"
    } else {
        "Resource"
    };
    let actions = [dice.pick(&ACTIONS), dice.pick(&ACTIONS)];
    let mut made = json!({ "Effect": effect });
    made[action] = json!(actions.get(..=dice.below(2)));
    made[element] = json!(resource(dice));
    if let Some(condition) = condition(dice) {
        made["Condition"] = condition;
    }
    made
}

fn policy(dice: &mut Dice) -> Value {
    let count = 1 + dice.below(3);
    let statements: Vec<Value> = (0..count).map(|_| statement(dice)).collect();
    document(&statements)
}

/// A role or user of this account, its account as a whole, or a service.
fn principal(dice: &mut Dice, roles: usize) -> Value {
    match dice.below(6) {
        0 => json!({ "AWS": format!("arn:aws:iam::{ACCOUNT}:root") }),
        1 => json!({ "AWS": format!("arn:aws:iam::{ACCOUNT}:user/u{}", dice.below(3)) }),
        2 | 3 => json!({ "AWS": format!("arn:aws:iam::{ACCOUNT}:role/r{}", dice.below(roles)) }),
        _ => json!({ "Service": dice.pick(&["ec2.amazonaws.com", "lambda.amazonaws.com"]) }),
    }
}

fn trust(dice: &mut Dice, roles: usize) -> Value {
    let mut made =
        json!({ "Effect": "Allow", "Principal": principal(dice, roles), "Action": "sts:AssumeRole" });
    if dice.below(5) == 0 {
        made["Condition"] = json!({ "StringEquals": { "sts:ExternalId": "x" } });
    }
    document(&[made])
}

/// An account with this many roles and three users. `limits` says whether some have boundaries, unknown policies, and
/// whether the bucket and the organization have policies.
pub(crate) fn estate(roles: usize, limits: bool, seed: u64) -> Estate {
    let mut dice = Dice(seed);
    let mut made = Vec::new();
    for number in 0..roles + 3 {
        let is_role = number < roles;
        let name = if is_role {
            format!("role/r{number}")
        } else {
            format!("user/u{}", number - roles)
        };
        let count = dice.below(3);
        made.push(Made {
            arn: format!("arn:aws:iam::{ACCOUNT}:{name}"),
            identity: (0..count).map(|_| policy(&mut dice)).collect(),
            boundary: (limits && dice.below(5) == 0).then(|| policy(&mut dice)),
            unknown: limits && dice.below(12) == 0,
            trust: is_role.then(|| trust(&mut dice, roles)),
        });
    }
    let bucket = (limits && dice.below(2) == 0).then(|| {
        let statements: Vec<Value> = (0..1 + dice.below(2))
            .map(|_| {
                json!({
                    "Effect": dice.pick(&["Allow", "Allow", "Deny"]), "Principal": principal(&mut dice, roles),
                    "Action": dice.pick(&["s3:GetObject", "s3:*"]),
                    "Resource": dice.pick(&["arn:aws:s3:::b/*", "arn:aws:s3:::b/k"]),
                })
            })
            .collect();
        document(&statements)
    });
    let control = (limits && dice.below(3) == 0).then(|| {
        let everything = json!({ "Effect": "Allow", "Action": "*", "Resource": "*" });
        let denied =
            json!({ "Effect": "Deny", "Action": dice.pick(&ACTIONS[..4]), "Resource": resource(&mut dice) });
        document(&[everything, denied])
    });
    Estate {
        made,
        bucket,
        control,
    }
}

impl Estate {
    /// The files that describe it, as the program reads them.
    pub(crate) fn files(&self) -> Vec<(String, Vec<u8>)> {
        let (mut roles, mut users, mut policies) = (Vec::new(), Vec::new(), Vec::new());
        for (number, made) in self.made.iter().enumerate() {
            let name = made.arn.rsplit('/').next().unwrap_or_default();
            let inline: Vec<Value> = (0..)
                .zip(&made.identity)
                .map(|(at, policy): (usize, &Value)| json!({ "PolicyName": format!("p{at}"), "PolicyDocument": policy }))
                .collect();
            let attached = if made.unknown {
                json!([{ "PolicyName": "gone", "PolicyArn": format!("arn:aws:iam::{ACCOUNT}:policy/gone") }])
            } else {
                json!([])
            };
            let mut entry =
                json!({ "Path": "/", "Arn": made.arn, "AttachedManagedPolicies": attached, "Tags": [] });
            if let Some(boundary) = &made.boundary {
                let arn = format!("arn:aws:iam::{ACCOUNT}:policy/boundary-{number}");
                entry["PermissionsBoundary"] =
                    json!({ "PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn });
                policies.push(json!({
                    "PolicyName": format!("boundary-{number}"), "PolicyId": format!("ANPA{number:0>17}"), "Arn": arn,
                    "Path": "/", "DefaultVersionId": "v1", "AttachmentCount": 0, "IsAttachable": true,
                    "PolicyVersionList": [{ "VersionId": "v1", "IsDefaultVersion": true, "Document": boundary }],
                }));
            }
            match &made.trust {
                Some(trust) => {
                    entry["RoleName"] = json!(name);
                    entry["RoleId"] = json!(format!("AROA{number:0>17}"));
                    entry["AssumeRolePolicyDocument"] = trust.clone();
                    entry["RolePolicyList"] = json!(inline);
                    roles.push(entry);
                }
                None => {
                    entry["UserName"] = json!(name);
                    entry["UserId"] = json!(format!("AIDA{number:0>17}"));
                    entry["UserPolicyList"] = json!(inline);
                    entry["GroupList"] = json!([]);
                    users.push(entry);
                }
            }
        }
        let dump = json!({
            "RoleDetailList": roles, "UserDetailList": users, "GroupDetailList": [], "Policies": policies,
        });
        let mut files = vec![("account.json".to_owned(), dump)];
        if let Some(bucket) = &self.bucket {
            files.push((
                "bucket-policies/b.json".to_owned(),
                json!({ "Policy": bucket.to_string() }),
            ));
        }
        if let Some(control) = &self.control {
            files.push(("scps/root-control.json".to_owned(), control.clone()));
        }
        let bytes = |(name, value): (String, Value)| (name, serde_json::to_vec(&value).unwrap_or_default());
        files.into_iter().map(bytes).collect()
    }
}
