//! An organisation of any size from a seed, one account after another, and what was planted in it.
//!
//! An account is a run of lines: its dump as `get-account-authorization-details` prints it, then its clusters,
//! connectors, worker configurations and the policies of its log destinations. Each account follows from the seed and
//! its number alone, so that no more than one is held in memory.

mod connector;
mod dice;
mod gap;
mod pool;
mod setup;

use rolecall::managed;
use serde_json::{Value, json};

use connector::Site;
use dice::Dice;
use gap::plant;
use pool::{Marks, Pool};
use setup::Setup;

/// Roles of an account at thousandths of all accounts; connectors' roles come in addition.
const ROLES: [(usize, usize); 6] = [(0, 6), (250, 20), (500, 40), (900, 140), (990, 400), (1_000, 900)];

/// Customer managed policies may have this many characters, the inline policies of a role together rather more.
const MANAGED_SIZE: usize = 6_000;
const INLINE_SIZE: usize = 3_200;

const REGIONS: [&str; 6] = [
    "eu-west-1",
    "eu-central-1",
    "us-east-1",
    "us-west-2",
    "ap-southeast-2",
    "sa-east-1",
];

const APPS: [&str; 24] = [
    "orders",
    "billing",
    "search",
    "catalog",
    "inventory",
    "checkout",
    "identity",
    "reports",
    "media",
    "pricing",
    "support",
    "fleet",
    "ledger",
    "notify",
    "profile",
    "rating",
    "routing",
    "shipping",
    "signup",
    "tax",
    "vendor",
    "archive",
    "ingest",
    "metrics",
];

const PURPOSES: [&str; 10] = [
    "worker", "api", "batch", "deploy", "task", "stream", "read", "admin", "cron", "migrate",
];

const CLUSTERS: [&str; 8] = [
    "trade", "retail", "grid", "harbour", "fleet", "ledger", "metering", "events",
];

/// Who may assume roles that are no connectors', the most common first.
const TRUSTS: [&str; 8] = [
    r#""Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole""#,
    r#""Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole""#,
    r#""Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole""#,
    r#""Principal":{"Service":["states.amazonaws.com","events.amazonaws.com"]},"Action":"sts:AssumeRole""#,
    r#""Principal":{"Service":"codebuild.amazonaws.com"},"Action":"sts:AssumeRole""#,
    concat!(
        r#""Principal":{"AWS":"arn:aws:iam::210987654321:root"},"Action":"sts:AssumeRole","#,
        r#""Condition":{"StringEquals":{"sts:ExternalId":"platform-tools"}}"#
    ),
    concat!(
        r#""Principal":{"Federated":"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"},"#,
        r#""Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":"#,
        r#"{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"}}"#
    ),
    concat!(
        r#""Principal":{"AWS":"arn:aws:iam::{ACCOUNT}:root"},"Action":"sts:AssumeRole","#,
        r#""Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#
    ),
];

/// An organisation that is made account by account.
pub(crate) struct Organisation {
    seed: u64,
    /// How many of a thousand connectors have a gap.
    gaps: usize,
    /// The most roles of an account, those of connectors aside.
    most_roles: usize,
    pool: Pool,
}

/// One account, written.
pub(crate) struct Account {
    pub(crate) id: String,
    /// NDJSON: every line with its end.
    pub(crate) text: String,
    /// A line of the manifest for each gap.
    pub(crate) planted: Vec<Value>,
    /// How many policy documents stand in the text, those of trust and of resources included.
    pub(crate) policies: usize,
    pub(crate) connectors: usize,
}

impl Organisation {
    /// `gaps` is the share of connectors that get a gap, in thousandths; an account has at most `most_roles` roles
    /// beside those of its connectors.
    pub(crate) fn new(seed: u64, gaps: usize, most_roles: usize) -> Self {
        Self {
            seed,
            gaps,
            most_roles,
            pool: Pool::new(seed),
        }
    }

    /// The account of a number.
    pub(crate) fn account(&self, number: u64) -> Account {
        let mut dice = Dice::of(self.seed, number);
        let id = account_id(self.seed, number);
        let region = dice.word(&REGIONS);
        let mut planted = Vec::new();
        let (clusters, setups) = self.connectors(&mut dice, &id, region, &mut planted);
        let mut writer = Writer {
            pool: &self.pool,
            dice,
            account: &id,
            region,
            out: String::new(),
            policies: 0,
        };
        writer.dump(&setups, self.most_roles);
        let Writer {
            mut out,
            mut policies,
            ..
        } = writer;
        let mut line = |value: &Value| {
            out.push_str(&value.to_string());
            out.push('\n');
        };
        clusters.iter().for_each(&mut line);
        setups
            .iter()
            .flat_map(Setup::outputs)
            .for_each(|output| line(&output));
        let groups: Vec<_> = setups.iter().filter_map(Setup::group_policy).collect();
        policies += groups.len() + setups.iter().filter(|setup| setup.log_policy.is_some()).count();
        if !groups.is_empty() {
            line(&json!({ "resourcePolicies": groups }));
        }
        Account {
            id,
            text: out,
            planted,
            policies,
            connectors: setups.len(),
        }
    }

    fn connectors(
        &self,
        dice: &mut Dice,
        account: &str,
        region: &str,
        planted: &mut Vec<Value>,
    ) -> (Vec<Value>, Vec<Setup>) {
        let first = dice.below(CLUSTERS.len());
        let names = CLUSTERS.iter().cycle().skip(first).take(1 + dice.below(2));
        let clusters: Vec<_> = names.map(|name| (*name, dice.uuid())).collect();
        let count = dice.quantile(&[(0, 0), (150, 1), (600, 2), (900, 5), (1_000, 9)]);
        let mut setups = Vec::with_capacity(count);
        for number in 0..count {
            let Some((cluster, cluster_id)) = dice.one(&clusters).cloned() else {
                break;
            };
            let site = Site {
                account,
                region,
                cluster,
                cluster_id: &cluster_id,
            };
            let mut setup = Setup::complete(dice, &site, number);
            if dice.per_mille(self.gaps) {
                let role = setup.role_arn();
                let gap = plant(&mut setup, dice);
                planted.extend(gap.map(|gap| {
                    json!({
                        "account": account, "connector": setup.connector.name, "role": role,
                        "code": gap.codes.first(), "also": gap.codes.get(1..), "may": gap.may,
                        "edit": gap.edit, "detail": gap.detail,
                    })
                }));
            }
            setups.push(setup);
        }
        let clusters = clusters.iter().map(|(name, id)| {
            json!({ "ClusterInfo": {
                "ClusterType": "PROVISIONED", "ClusterName": name, "State": "ACTIVE",
                "ClusterArn": format!("arn:aws:kafka:{region}:{account}:cluster/{name}/{id}"),
            }})
        });
        (clusters.collect(), setups)
    }
}

/// Twelve digits, different for every number below nine hundred thousand million.
fn account_id(seed: u64, number: u64) -> String {
    const COUNT: u128 = 900_000_000_000;
    // A factor without a common divisor with the count takes no number twice.
    let mixed = u128::from(number) * 777_777_777_787 + u128::from(seed) * 1_234_567_891;
    (100_000_000_000 + mixed % COUNT).to_string()
}

/// Writes the dump of one account.
struct Writer<'a> {
    pool: &'a Pool,
    dice: Dice,
    account: &'a str,
    region: &'a str,
    out: String,
    policies: usize,
}

impl Writer<'_> {
    fn dump(&mut self, setups: &[Setup], most_roles: usize) {
        let count = self.dice.quantile(&ROLES).min(most_roles);
        let managed = 2 + count / 5;
        self.out.push_str(r#"{"UserDetailList":["#);
        self.users(managed);
        self.out.push_str(r#"],"GroupDetailList":[],"RoleDetailList":["#);
        self.roles(setups, count, managed);
        self.out.push_str(r#"],"Policies":["#);
        self.managed(setups, managed);
        self.out.push_str("],\"IsTruncated\":false}\n");
    }

    fn users(&mut self, managed: usize) {
        let count = self.dice.below(4);
        for number in 0..count {
            self.comma(number);
            let (account, policy) = (self.account, self.dice.below(managed));
            self.out.push_str(&format!(
                r#"{{"Path":"/","UserName":"person-{number}","UserId":"AIDAEXAMPLE{number:0>10}","Arn":"arn:aws:iam::{account}:user/person-{number}","CreateDate":"2026-01-11T09:20:00+00:00","GroupList":[],"AttachedManagedPolicies":[{{"PolicyName":"shared-{policy}","PolicyArn":"arn:aws:iam::{account}:policy/shared-{policy}"}}]}}"#
            ));
        }
    }

    fn roles(&mut self, setups: &[Setup], count: usize, managed: usize) {
        let mut waiting: Vec<&Setup> = setups.iter().filter(|setup| setup.has_role).collect();
        let mut written = 0;
        if setups
            .iter()
            .any(|setup| setup.connector.logs == connector::Logs::Stream)
        {
            self.comma(written);
            self.log_delivery_role();
            written += 1;
        }
        for number in 0..count {
            // Roles of connectors stand among the others.
            let left = count - number;
            while !waiting.is_empty() && self.dice.below(left) < waiting.len() {
                written += self.connector_role(waiting.pop(), written);
            }
            self.comma(written);
            self.role(number, managed);
            written += 1;
        }
        while !waiting.is_empty() {
            written += self.connector_role(waiting.pop(), written);
        }
    }

    fn connector_role(&mut self, setup: Option<&Setup>, written: usize) -> usize {
        let Some(setup) = setup else { return 0 };
        let (text, policies) = setup.role_text();
        self.comma(written);
        self.out.push_str(&text);
        self.policies += policies;
        1
    }

    fn comma(&mut self, written: usize) {
        if written > 0 {
            self.out.push(',');
        }
    }

    fn log_delivery_role(&mut self) {
        let account = self.account;
        self.out.push_str(&format!(
            r#"{{"Path":"/aws-service-role/delivery.logs.amazonaws.com/","RoleName":"AWSServiceRoleForLogDelivery","RoleId":"AROAEXAMPLEDELIVERY1","Arn":"arn:aws:iam::{account}:role/aws-service-role/delivery.logs.amazonaws.com/AWSServiceRoleForLogDelivery","CreateDate":"2026-01-11T09:20:00+00:00","AssumeRolePolicyDocument":{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"Service":"delivery.logs.amazonaws.com"}},"Action":"sts:AssumeRole"}}]}},"InstanceProfileList":[],"RolePolicyList":[],"AttachedManagedPolicies":[]}}"#
        ));
        self.policies += 1;
    }

    fn role(&mut self, number: usize, managed: usize) {
        let (app, purpose) = (self.dice.word(&APPS), self.dice.word(&PURPOSES));
        let (account, name) = (self.account, format!("{app}-{purpose}-{number}"));
        let trust = self.dice.below(TRUSTS.len()).min(self.dice.below(TRUSTS.len()));
        let trust = TRUSTS
            .get(trust)
            .copied()
            .unwrap_or_default()
            .replace("{ACCOUNT}", account);
        self.out.push_str(&format!(
            r#"{{"Path":"/","RoleName":"{name}","RoleId":"AROA{:0>17}","Arn":"arn:aws:iam::{account}:role/{name}","CreateDate":"2026-03-11T09:20:00+00:00","AssumeRolePolicyDocument":{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow",{trust}}}]}},"InstanceProfileList":[],"RolePolicyList":["#,
            number
        ));
        self.policies += 1;
        let inline = self.dice.quantile(&[(0, 0), (350, 1), (800, 2), (1_000, 3)]);
        for at in 0..inline {
            self.comma(at);
            self.out
                .push_str(&format!(r#"{{"PolicyName":"inline-{at}","PolicyDocument":"#));
            self.policy(INLINE_SIZE, app);
            self.out.push('}');
        }
        self.out.push_str(r#"],"AttachedManagedPolicies":["#);
        let attached = self.dice.below(4);
        for at in 0..attached {
            self.comma(at);
            self.attachment(managed);
        }
        self.out
            .push_str(&format!(r#"],"Tags":[{{"Key":"team","Value":"{app}"}}]"#));
        if self.dice.per_mille(100) {
            self.out.push_str(&format!(
                r#","PermissionsBoundary":{{"PermissionsBoundaryType":"Policy","PermissionsBoundaryArn":"arn:aws:iam::{account}:policy/shared-0"}}"#
            ));
        }
        self.out.push('}');
    }

    /// A policy of the account, one that AWS manages, or one of the large ones.
    fn attachment(&mut self, managed: usize) {
        let account = self.account;
        let (name, arn) = match self.dice.below(20) {
            0..=11 => {
                let policy = self.dice.below(managed);
                (
                    format!("shared-{policy}"),
                    format!("arn:aws:iam::{account}:policy/shared-{policy}"),
                )
            }
            12..=18 => match self.dice.one(managed::all()) {
                Some(text) => (
                    text.name().to_owned(),
                    format!("arn:aws:iam::aws:policy/{}", text.path),
                ),
                None => return,
            },
            _ => match self.dice.one(&self.pool.large) {
                Some((path, _)) => (last(path).to_owned(), format!("arn:aws:iam::aws:policy/{path}")),
                None => return,
            },
        };
        self.out
            .push_str(&format!(r#"{{"PolicyName":"{name}","PolicyArn":"{arn}"}}"#));
    }

    fn policy(&mut self, most: usize, app: &str) {
        let marks = Marks {
            account: self.account,
            region: self.region,
            app,
        };
        self.pool.write(&mut self.dice, most, marks, &mut self.out);
        self.policies += 1;
    }

    fn managed(&mut self, setups: &[Setup], managed: usize) {
        let account = self.account;
        for number in 0..managed {
            self.comma(number);
            let app = self.dice.word(&APPS);
            let versions = if self.dice.per_mille(200) { 2 } else { 1 };
            self.out.push_str(&format!(
                r#"{{"PolicyName":"shared-{number}","PolicyId":"ANPA{number:0>17}","Arn":"arn:aws:iam::{account}:policy/shared-{number}","Path":"/","DefaultVersionId":"v{versions}","AttachmentCount":1,"PermissionsBoundaryUsageCount":0,"IsAttachable":true,"CreateDate":"2026-03-11T09:20:00+00:00","UpdateDate":"2026-03-11T09:20:00+00:00","PolicyVersionList":["#
            ));
            for version in (1..=versions).rev() {
                self.comma(versions - version);
                self.out.push_str(r#"{"Document":"#);
                self.policy(MANAGED_SIZE, app);
                let is_default = version == versions;
                self.out.push_str(&format!(
                    r#","VersionId":"v{version}","IsDefaultVersion":{is_default},"CreateDate":"2026-03-11T09:20:00+00:00"}}"#
                ));
            }
            self.out.push_str("]}");
        }
        for policy in setups.iter().flat_map(Setup::managed) {
            self.out.push(',');
            self.out.push_str(&policy.text);
            self.policies += policy.documents;
        }
        self.of_aws();
    }

    /// Policies of AWS are listed with their text; which of them are attached does not matter to a reader.
    fn of_aws(&mut self) {
        let chosen = self.dice.below(8);
        let all = managed::all();
        let first = self.dice.below(all.len());
        for text in all.iter().cycle().skip(first).take(chosen) {
            let (name, path) = (text.name(), text.path);
            self.aws_policy(name, path, &text.document("aws"), text.version);
        }
        let marks = Marks {
            account: self.account,
            region: self.region,
            app: "managed",
        };
        let large = self
            .dice
            .one(&self.pool.large)
            .filter(|_| self.dice.per_mille(350));
        if let Some((path, text)) = large {
            let mut document = String::new();
            marks.write(text, &mut document);
            self.aws_policy(last(path), path, &document, "v3");
        }
    }

    fn aws_policy(&mut self, name: &str, path: &str, document: &str, version: &str) {
        self.out.push_str(&format!(
            r#",{{"PolicyName":"{name}","PolicyId":"ANPAEXAMPLEAWS0000000","Arn":"arn:aws:iam::aws:policy/{path}","Path":"/","DefaultVersionId":"{version}","AttachmentCount":1,"IsAttachable":true,"CreateDate":"2026-03-11T09:20:00+00:00","UpdateDate":"2026-03-11T09:20:00+00:00","PolicyVersionList":[{{"Document":{document},"VersionId":"{version}","IsDefaultVersion":true,"CreateDate":"2026-03-11T09:20:00+00:00"}}]}}"#
        ));
        self.policies += 1;
    }
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
