//! The value of an attribute: as it is said, else as that of the resource that it refers to, else a hole.

use super::configuration::{Configuration, Target};
use super::instance::{Instance, Said};
use super::name::{Home, hole};
use crate::source::{Composed, Data, NodeId, Origin, Sources, Tree};

/// A plan or state with all that is in it.
pub(super) struct World<'a> {
    pub(super) sources: &'a Sources,
    pub(super) tree: &'a Tree,
    pub(super) configuration: Configuration<'a>,
    pub(super) home: Home,
    pub(super) instances: &'a [Instance],
}

impl<'a> World<'a> {
    /// The managed instances of one of these types, in order.
    pub(super) fn of_kind(&self, kinds: &'static [&'static str]) -> impl Iterator<Item = &'a Instance> {
        self.instances
            .iter()
            .filter(move |instance| !instance.is_data && kinds.contains(&instance.kind.as_str()))
    }

    /// Where a node of an instance is.
    pub(super) fn origin(&self, instance: &Instance, node: NodeId) -> Option<Origin> {
        Some(Origin::Place(instance.place(node)))
    }

    /// A known text with its place, letter by letter.
    pub(super) fn literal(&self, instance: &Instance, node: NodeId) -> Option<Composed> {
        let text = self.tree.scalar(node)?.into_owned();
        let origin = self.origin(instance, node);
        let data = match self.tree.string(node) {
            Some(_) => Data::Pieces(vec![(text, origin)]),
            None => Data::String(text),
        };
        Some(Composed { origin, data })
    }

    /// The text of the attribute at a path; `None` where there is none.
    pub(super) fn text(&self, instance: &Instance, path: &str) -> Option<Composed> {
        match instance.said(self.tree, path) {
            Said::Value(node) => self.literal(instance, node),
            Said::Unknown(mask) => {
                let text = self.not_said(instance, path);
                Some(Composed::text(text, self.origin(instance, mask)))
            }
            Said::Absent => None,
        }
    }

    /// As [`World::text`], without its place.
    pub(super) fn string(&self, instance: &Instance, path: &str) -> Option<String> {
        match instance.said(self.tree, path) {
            Said::Value(node) => self.tree.scalar(node).map(String::from),
            Said::Unknown(_) => Some(self.not_said(instance, path)),
            Said::Absent => None,
        }
    }

    fn not_said(&self, instance: &Instance, path: &str) -> String {
        match self.target(instance, path) {
            Some((target, attribute)) => self.attribute(target, &attribute),
            None => own(instance, path),
        }
    }

    /// The one instance, with the attribute, that an attribute which is not known refers to.
    pub(super) fn target(&self, instance: &Instance, path: &str) -> Option<(&'a Instance, String)> {
        let targets = self.configuration.targets(instance, path)?;
        let [target] = targets.as_slice() else {
            return None;
        };
        let found = self.instance(target, instance.index.as_deref())?;
        Some((found, target.attribute.clone()))
    }

    /// The instance of a target; of several the one with the same index as who asks.
    pub(super) fn instance(&self, target: &Target, index: Option<&str>) -> Option<&'a Instance> {
        let is_it = |instance: &&Instance| {
            (instance.is_data, &instance.kind, &instance.name) == (target.is_data, &target.kind, &target.name)
        };
        let mut found: Vec<&Instance> = self.instances.iter().filter(is_it).collect();
        let is_near = |instance: &&Instance| instance.module == target.module;
        if found.iter().any(is_near) {
            found.retain(is_near);
        } else {
            found.retain(|instance| without_indices(&instance.module) == target.module);
        }
        if let Some(index) = &target.index {
            found.retain(|instance| instance.index.as_ref() == Some(index));
        }
        match found.as_slice() {
            [one] => Some(*one),
            several => {
                let mut same = several
                    .iter()
                    .filter(|instance| index.is_some() && instance.index.as_deref() == index);
                let first = same.next().copied();
                first.filter(|_| same.next().is_none())
            }
        }
    }

    /// The text of an attribute of a resource: as said, else of the form that it is known to have.
    pub(super) fn attribute(&self, instance: &Instance, attribute: &str) -> String {
        let path = attribute.replace(['.', '['], "/").replace(']', "");
        if let Some(text) = instance.text(self.tree, &path) {
            return text;
        }
        let Home {
            account,
            region,
            partition,
        } = &self.home;
        let part = |name: &str| {
            instance
                .text(self.tree, name)
                .unwrap_or_else(|| own(instance, name))
        };
        let arn = |service: &str, resource: String| {
            format!("arn:{partition}:{service}:{region}:{account}:{resource}")
        };
        let path_of = || instance.text(self.tree, "path").unwrap_or_else(|| "/".to_owned());
        match (instance.kind.as_str(), attribute) {
            ("aws_iam_role", "id" | "name") | ("aws_iam_policy", "name") => part("name"),
            ("aws_iam_role", "arn") => {
                format!("arn:{partition}:iam::{account}:role{}{}", path_of(), part("name"))
            }
            ("aws_iam_policy", "arn" | "id") => {
                format!(
                    "arn:{partition}:iam::{account}:policy{}{}",
                    path_of(),
                    part("name")
                )
            }
            ("aws_s3_bucket", "id" | "bucket") => part("bucket"),
            ("aws_s3_bucket", "arn") => format!("arn:{partition}:s3:::{}", part("bucket")),
            ("aws_msk_cluster" | "aws_msk_serverless_cluster", "arn" | "id") => arn(
                "kafka",
                format!("cluster/{}/{}", part("cluster_name"), own(instance, "uuid")),
            ),
            ("aws_msk_cluster" | "aws_msk_serverless_cluster", "cluster_uuid") => own(instance, "uuid"),
            ("aws_mskconnect_connector", "arn" | "id") => arn(
                "kafkaconnect",
                format!("connector/{}/{}", part("name"), own(instance, "uuid")),
            ),
            ("aws_mskconnect_custom_plugin", "arn" | "id") => arn(
                "kafkaconnect",
                format!("custom-plugin/{}/{}", part("name"), own(instance, "uuid")),
            ),
            ("aws_mskconnect_worker_configuration", "arn" | "id") => arn(
                "kafkaconnect",
                format!("worker-configuration/{}/{}", part("name"), own(instance, "uuid")),
            ),
            ("aws_cloudwatch_log_group", "id" | "name") => part("name"),
            ("aws_cloudwatch_log_group", "arn") => arn("logs", format!("log-group:{}", part("name"))),
            ("aws_kms_key", "arn") => arn("kms", format!("key/{}", own(instance, "key_id"))),
            ("aws_kms_key", "id" | "key_id") => own(instance, "key_id"),
            ("aws_kinesis_firehose_delivery_stream", "arn" | "id") => {
                arn("firehose", format!("deliverystream/{}", part("name")))
            }
            ("aws_kinesis_stream", "arn" | "id") => arn("kinesis", format!("stream/{}", part("name"))),
            ("aws_secretsmanager_secret", "arn" | "id") => arn(
                "secretsmanager",
                format!("secret:{}-{}", part("name"), own(instance, "suffix")),
            ),
            ("aws_sqs_queue", "arn") => arn("sqs", part("name")),
            ("aws_sns_topic", "arn" | "id") => arn("sns", part("name")),
            ("aws_dynamodb_table", "arn") => arn("dynamodb", format!("table/{}", part("name"))),
            ("aws_lambda_function", "arn") => arn("lambda", format!("function:{}", part("function_name"))),
            _ => own(instance, attribute),
        }
    }
}

/// The hole of an attribute.
pub(super) fn own(instance: &Instance, path: &str) -> String {
    hole(&format!("{}.{}", instance.address, path.replace('/', ".")))
}

fn without_indices(address: &str) -> String {
    let mut text = String::new();
    let mut depth = 0_usize;
    for character in address.chars() {
        match character {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => text.push(character),
            _ => {}
        }
    }
    text
}
