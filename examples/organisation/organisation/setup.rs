//! A connector with all that the AWS CLI would say of it: role, cluster, worker configuration, destinations of logs.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::connector::{Clause, Connector, Logs, Site, connector};
use super::dice::Dice;

/// One half of what a role is granted, as one policy.
#[derive(Clone)]
pub(crate) struct Granted {
    pub(crate) name: &'static str,
    pub(crate) clauses: Vec<Clause>,
    /// A managed policy of the account; else inline.
    pub(crate) is_managed: bool,
    /// Managed, and attached to the role.
    pub(crate) is_attached: bool,
    /// The number of the clause that the default version of the managed policy does not have yet.
    pub(crate) not_yet: Option<usize>,
}

/// Everything about one connector, as it is before it is written.
pub(crate) struct Setup {
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) brokers: String,
    pub(crate) connector: Connector,
    pub(crate) role: String,
    path: &'static str,
    /// Whether the account has the role.
    pub(crate) has_role: bool,
    pub(crate) trust: Value,
    pub(crate) granted: [Granted; 2],
    /// Statements of a further inline policy.
    pub(crate) guard: Vec<Value>,
    /// The actions that the boundary allows, where there is one.
    pub(crate) boundary: Option<Vec<String>>,
    /// Statements of the policy of the place where the logs go; `None`: there is no policy.
    pub(crate) log_policy: Option<Vec<Value>>,
    /// The tag of the delivery stream of the logs.
    pub(crate) stream_tag: &'static str,
}

/// A managed policy of the account, and how many documents it has.
pub(crate) struct Managed {
    pub(crate) text: String,
    pub(crate) documents: usize,
}

impl Setup {
    /// A connector that lacks nothing.
    pub(crate) fn complete(dice: &mut Dice, site: &Site<'_>, number: usize) -> Self {
        let connector = connector(dice, site, number);
        let granted = |dice: &mut Dice, name, clauses: &[Clause], managed| {
            let is_managed = !clauses.is_empty() && dice.per_mille(managed);
            Granted {
                name,
                clauses: clauses.to_vec(),
                is_managed,
                is_attached: is_managed,
                not_yet: None,
            }
        };
        let granted = [
            granted(dice, "kafka", &connector.kafka, 500),
            granted(dice, "work", &connector.work, 300),
        ];
        let guard = match dice.below(4) {
            0 => vec![json!({
                "Sid": "NeverDelete", "Effect": "Deny",
                "Action": ["kafka-cluster:DeleteTopic", "kafka-cluster:AlterCluster"], "Resource": "*",
            })],
            _ => Vec::new(),
        };
        let mut setup = Self {
            account: site.account.to_owned(),
            region: site.region.to_owned(),
            brokers: site.brokers(),
            role: format!("{}-execution", connector.name),
            path: dice.word(&["/", "/connect/", "/service/data/"]),
            has_role: true,
            trust: Value::Null,
            granted,
            guard,
            boundary: None,
            log_policy: None,
            stream_tag: "true",
            connector,
        };
        setup.trust = setup.own_trust();
        setup.boundary = dice.per_mille(200).then(|| setup.services());
        setup.log_policy = setup.own_log_policy();
        setup
    }

    pub(crate) fn role_arn(&self) -> String {
        format!("arn:aws:iam::{}:role{}{}", self.account, self.path, self.role)
    }

    fn policy_arn(&self, name: &str) -> String {
        format!(
            "arn:aws:iam::{}:policy/{}-{name}",
            self.account, self.connector.name
        )
    }

    fn own_trust(&self) -> Value {
        let Self {
            account,
            region,
            connector,
            ..
        } = self;
        let source = format!(
            "arn:aws:kafkaconnect:{region}:{account}:connector/{}/*",
            connector.name
        );
        json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": { "Service": "kafkaconnect.amazonaws.com" }, "Action": "sts:AssumeRole",
            "Condition": {
                "StringEquals": { "aws:SourceAccount": account }, "ArnLike": { "aws:SourceArn": source },
            },
        }]})
    }

    /// All actions of the services that the role is granted something of.
    fn services(&self) -> Vec<String> {
        let clauses = self.granted.iter().flat_map(|granted| &granted.clauses);
        let actions = clauses.flat_map(|clause| &clause.actions);
        let mut services: Vec<_> = actions
            .filter_map(|(action, _)| Some(format!("{}:*", action.split_once(':')?.0)))
            .collect();
        services.sort();
        services.dedup();
        services
    }

    /// The bucket, log group or delivery stream of the worker logs.
    fn log_place(&self) -> String {
        match self.connector.logs {
            Logs::Group => format!("/connect/{}", self.connector.name),
            _ => format!("{}-logs-{}", self.connector.name, self.account),
        }
    }

    fn own_log_policy(&self) -> Option<Vec<Value>> {
        let Self { account, region, .. } = self;
        let place = self.log_place();
        let allow = |actions: &[&str], resource: String| {
            json!({
                "Effect": "Allow", "Principal": { "Service": "delivery.logs.amazonaws.com" },
                "Action": actions, "Resource": [resource],
                "Condition": {
                    "StringEquals": { "aws:SourceAccount": account },
                    "ArnLike": { "aws:SourceArn": format!("arn:aws:logs:{region}:{account}:*") },
                },
            })
        };
        match self.connector.logs {
            Logs::None | Logs::Stream => None,
            Logs::Group => {
                let streams = format!("arn:aws:logs:{region}:{account}:log-group:{place}:log-stream:*");
                Some(vec![allow(
                    &["logs:CreateLogStream", "logs:PutLogEvents"],
                    streams,
                )])
            }
            Logs::Bucket => Some(vec![
                allow(
                    &["s3:PutObject"],
                    format!("arn:aws:s3:::{place}/AWSLogs/{account}/*"),
                ),
                allow(&["s3:GetBucketAcl"], format!("arn:aws:s3:::{place}")),
            ]),
        }
    }

    /// The role as in an account dump, and how many policies stand in it.
    pub(crate) fn role_text(&self) -> (String, usize) {
        let mut inline: Vec<_> = self
            .granted
            .iter()
            .filter(|granted| !granted.is_managed)
            .collect();
        inline.retain(|granted| !granted.clauses.is_empty());
        let mut inline: Vec<_> = inline
            .iter()
            .map(
                |granted| json!({ "PolicyName": granted.name, "PolicyDocument": document(&granted.clauses) }),
            )
            .collect();
        if !self.guard.is_empty() {
            let policy = json!({ "Version": "2012-10-17", "Statement": self.guard });
            inline.push(json!({ "PolicyName": "guard", "PolicyDocument": policy }));
        }
        let attached = self
            .granted
            .iter()
            .filter(|granted| granted.is_attached)
            .map(|granted| {
                let name = format!("{}-{}", self.connector.name, granted.name);
                json!({ "PolicyName": name, "PolicyArn": self.policy_arn(granted.name) })
            });
        let attached: Vec<_> = attached.collect();
        let documents = 1 + inline.len();
        let mut role = json!({
            "Path": self.path, "RoleName": self.role, "RoleId": format!("AROA{:0>17}", self.account),
            "Arn": self.role_arn(), "CreateDate": "2026-03-11T09:20:00+00:00",
            "AssumeRolePolicyDocument": self.trust, "InstanceProfileList": [], "RolePolicyList": inline,
            "AttachedManagedPolicies": attached, "Tags": [{ "Key": "platform", "Value": "msk-connect" }],
        });
        if let (Some(_), Some(role)) = (&self.boundary, role.as_object_mut()) {
            let boundary = json!({
                "PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": self.policy_arn("boundary"),
            });
            role.insert("PermissionsBoundary".to_owned(), boundary);
        }
        (role.to_string(), documents)
    }

    /// Its managed policies as in an account dump.
    pub(crate) fn managed(&self) -> Vec<Managed> {
        let policies = self
            .granted
            .iter()
            .filter(|granted| granted.is_managed)
            .map(|granted| {
                let mut versions = Vec::new();
                let mut version = |clauses: &[Clause], id: &str, is_default: bool| {
                    versions.push(json!({
                        "Document": document(clauses), "VersionId": id, "IsDefaultVersion": is_default,
                        "CreateDate": "2026-03-11T09:20:00+00:00",
                    }));
                };
                version(&granted.clauses, "v2", granted.not_yet.is_none());
                if let Some(missing) = granted.not_yet {
                    let mut old = granted.clauses.clone();
                    if missing < old.len() {
                        old.remove(missing);
                    }
                    version(&old, "v1", true);
                }
                self.managed_text(
                    granted.name,
                    if granted.not_yet.is_some() { "v1" } else { "v2" },
                    versions,
                )
            });
        let boundary = self.boundary.iter().map(|actions| {
            let policy = json!({
                "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": actions, "Resource": "*" }],
            });
            let version = json!({
                "Document": policy, "VersionId": "v1", "IsDefaultVersion": true,
                "CreateDate": "2026-03-11T09:20:00+00:00",
            });
            self.managed_text("boundary", "v1", vec![version])
        });
        policies.chain(boundary).collect()
    }

    fn managed_text(&self, name: &str, default: &str, versions: Vec<Value>) -> Managed {
        let documents = versions.len();
        let policy = json!({
            "PolicyName": format!("{}-{name}", self.connector.name), "PolicyId": "ANPAEXAMPLECONNECT000",
            "Arn": self.policy_arn(name), "Path": "/", "DefaultVersionId": default, "AttachmentCount": 1,
            "PermissionsBoundaryUsageCount": 0, "IsAttachable": true, "CreateDate": "2026-03-11T09:20:00+00:00",
            "UpdateDate": "2026-03-11T09:20:00+00:00", "PolicyVersionList": versions,
        });
        Managed {
            text: policy.to_string(),
            documents,
        }
    }

    /// What the CLI says of the connector beside the account: one document each.
    pub(crate) fn outputs(&self) -> Vec<Value> {
        let mut outputs = vec![self.connector_output()];
        if let Some(properties) = &self.connector.worker {
            outputs.push(json!({
                "creationTime": "2026-03-03T10:20:30.123000+00:00",
                "latestRevision": {
                    "creationTime": "2026-03-03T10:20:30.123000+00:00",
                    "propertiesFileContent": STANDARD.encode(properties), "revision": 1,
                },
                "name": self.connector.name, "workerConfigurationArn": self.worker_arn(),
                "workerConfigurationState": "ACTIVE",
            }));
        }
        let place = self.log_place();
        match (self.connector.logs, self.log_policy()) {
            (Logs::Bucket, Some(policy)) => outputs.push(json!({ "Bucket": place, "Policy": policy })),
            (Logs::Stream, _) => outputs.push(json!({ "DeliveryStreamDescription": {
                "DeliveryStreamName": place,
                "DeliveryStreamARN": format!(
                    "arn:aws:firehose:{}:{}:deliverystream/{place}", self.region, self.account
                ),
                "DeliveryStreamStatus": "ACTIVE", "DeliveryStreamType": "DirectPut",
                "Tags": [{ "Key": "LogDeliveryEnabled", "Value": self.stream_tag }],
            }})),
            _ => {}
        }
        outputs
    }

    /// The policy of the place of the logs, as the text that the CLI prints.
    fn log_policy(&self) -> Option<String> {
        let statements = self.log_policy.as_ref()?;
        Some(json!({ "Version": "2012-10-17", "Statement": statements }).to_string())
    }

    /// Its policy among those of CloudWatch Logs.
    pub(crate) fn group_policy(&self) -> Option<Value> {
        let policy = self.log_policy().filter(|_| self.connector.logs == Logs::Group)?;
        Some(json!({
            "policyName": self.connector.name, "policyDocument": policy, "lastUpdatedTime": 1_772_900_000_000_u64,
        }))
    }

    fn worker_arn(&self) -> String {
        let Self {
            account,
            region,
            connector,
            ..
        } = self;
        let id = connector.arn.rsplit('/').next().unwrap_or_default();
        format!(
            "arn:aws:kafkaconnect:{region}:{account}:worker-configuration/{}/{id}",
            connector.name
        )
    }

    fn connector_output(&self) -> Value {
        let settings = self.connector.settings.iter();
        let settings: serde_json::Map<_, _> =
            settings.map(|(key, value)| (key.clone(), json!(value))).collect();
        let mut output = json!({
            "connectorArn": self.connector.arn, "connectorConfiguration": settings,
            "connectorName": self.connector.name, "connectorState": "RUNNING",
            "kafkaCluster": { "apacheKafkaCluster": {
                "bootstrapServers": self.brokers,
                "vpc": { "securityGroups": ["sg-00e714fd9"], "subnets": ["subnet-0646a7a3d"] },
            }},
            "kafkaClusterClientAuthentication": { "authenticationType": "IAM" },
            "kafkaClusterEncryptionInTransit": { "encryptionType": "TLS" },
            "kafkaConnectVersion": "3.7.x", "serviceExecutionRoleArn": self.role_arn(),
        });
        let place = self.log_place();
        let logs = match self.connector.logs {
            Logs::None => None,
            Logs::Group => Some(json!({ "cloudWatchLogs": { "enabled": true, "logGroup": place } })),
            Logs::Bucket => Some(json!({ "s3": { "enabled": true, "bucket": place } })),
            Logs::Stream => Some(json!({ "firehose": { "enabled": true, "deliveryStream": place } })),
        };
        let Some(members) = output.as_object_mut() else {
            return output;
        };
        if let Some(logs) = logs {
            members.insert("logDelivery".to_owned(), json!({ "workerLogDelivery": logs }));
        }
        if self.connector.worker.is_some() {
            let worker = json!({ "revision": 1, "workerConfigurationArn": self.worker_arn() });
            members.insert("workerConfiguration".to_owned(), worker);
        }
        output
    }
}

fn document(clauses: &[Clause]) -> Value {
    let statements = clauses.iter().enumerate().map(|(at, clause)| {
        let mut actions: Vec<_> = clause.actions.iter().map(|(action, _)| json!(action)).collect();
        actions.dedup();
        let resources: Vec<_> = clause.resources.iter().map(|resource| json!(resource)).collect();
        json!({
            "Sid": format!("Part{at}"), "Effect": "Allow", "Action": one_or_all(actions),
            "Resource": one_or_all(resources),
        })
    });
    json!({ "Version": "2012-10-17", "Statement": statements.collect::<Vec<_>>() })
}

/// A list of one is written as that one.
fn one_or_all(mut values: Vec<Value>) -> Value {
    match values.len() {
        1 => values.pop().unwrap_or_default(),
        _ => Value::Array(values),
    }
}
