//! The policies of resources, beside those of who asks for them.
//!
//! The policy of a bucket, key or log group that is among the inputs decides whatever is asked of it. One that is not
//! among them is not known where a service asks, whom nothing else can let in. Where an identity asks it is none; that
//! of a key leaves the key to its account, as does the one that KMS makes by itself (EVAL-07). So does the trust of another
//! role that a connector is told to assume: who may assume a role is a question about that role. Whether a key or a role
//! lets in who is of another account is not known without its policy.

use std::borrow::Cow;
use std::sync::Arc;

use crate::arn::Arn;
use crate::condition::Mode;
use crate::engine::{Caller, CompiledPolicy, LayerKind, Layers, Level};
use crate::grammar::ResourceService;
use crate::input::{Inputs, LogPolicy};
use crate::pattern::Glob;

use super::layers::{resource_controls, resource_policy};
use super::options::CheckOptions;

/// The policies of resources that are among the inputs.
#[derive(Clone, Copy)]
pub(super) struct ResourcePolicies<'a> {
    pub inputs: &'a Inputs,
    pub options: &'a CheckOptions,
    /// Whether a service asks.
    pub of_service: bool,
}

impl<'a> ResourcePolicies<'a> {
    /// The layers with the policy of this resource, or of each of this set of resources. A set that leaves open which
    /// bucket or key it is of has none.
    pub fn beside<'l>(&self, layers: &'l Layers, resource: &str, caller: &Caller) -> Cow<'l, Layers> {
        if let Some(policies) = Arn::parse(resource).and_then(|arn| self.of(&arn)) {
            return Cow::Owned(Layers {
                resource: policies,
                ..layers.clone()
            });
        }
        let arn = Arn::parse(resource)
            .filter(|arn| arn.service == "kms" || arn.service == "iam" && arn.resource.starts_with("role/"));
        let by_account = arn.is_some();
        // The account that it is left to is its owner's, which lets nobody of another one in by itself.
        let is_account = |text: &str| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
        let is_abroad = arn
            .map(|arn| arn.account)
            .is_some_and(|owner| is_account(owner) && caller.account().is_some_and(|own| own != owner));
        if (self.of_service || is_abroad) && layers.resource.is_empty() {
            let unknown = CompiledPolicy::unknown(LayerKind::Resource, format!("policy of `{resource}`"));
            return Cow::Owned(Layers {
                resource: vec![Arc::new(unknown)],
                ..layers.clone()
            });
        }
        if by_account && self.options.mode == Mode::Chosen {
            return Cow::Owned(Layers {
                left_to_account: true,
                ..layers.clone()
            });
        }
        Cow::Borrowed(layers)
    }

    /// The layers with the resource control policies of the account that owns the resource, where these differ by account
    /// and it is not that of who asks (EVAL-24).
    pub fn controlled<'l>(
        &self,
        layers: Cow<'l, Layers>,
        owner: Option<&str>,
        own: Option<&str>,
    ) -> Cow<'l, Layers> {
        if owner == own {
            return layers;
        }
        match controls_of(self.inputs, self.options, owner) {
            None => layers,
            Some(rcps) => Cow::Owned(Layers {
                rcps,
                ..layers.into_owned()
            }),
        }
    }

    /// The policies of a resource; `None` where they are not among the inputs.
    fn of(&self, arn: &Arn<'_>) -> Option<Vec<Arc<CompiledPolicy>>> {
        let named = |document, service, name: String| {
            resource_policy(document, service, &name, self.inputs, self.options)
        };
        match arn.service {
            "s3" => {
                let bucket = arn.resource.split('/').next().unwrap_or_default();
                let policy = self.inputs.bucket_policy(bucket)?;
                Some(vec![named(
                    policy.document,
                    ResourceService::S3,
                    format!("policy of `{bucket}`"),
                )])
            }
            "kms" => {
                let policy = self.inputs.key_policy(arn.resource)?;
                let name = format!("policy of `{}`", arn.resource);
                Some(vec![named(policy.document, ResourceService::Kms, name)])
            }
            "logs" => {
                let group = arn.resource.strip_prefix("log-group:")?;
                let group = group.split(":log-stream:").next().unwrap_or(group);
                let inputs = self.inputs;
                let given = !inputs.log_policy_lists.is_empty() || !inputs.log_policies.is_empty();
                let policies = inputs.log_policies.iter().filter(|policy| is_on(policy, group));
                let name = |policy: &LogPolicy| {
                    policy
                        .name
                        .as_ref()
                        .map_or("resource policy", |name| &name.value)
                        .to_owned()
                };
                let policies =
                    policies.map(|policy| named(policy.document, ResourceService::Logs, name(policy)));
                let policies: Vec<_> = policies.collect();
                given.then_some(policies)
            }
            _ => None,
        }
    }
}

/// The resource control policies that bind the resources of an account, where they differ by account.
pub(crate) fn controls_of(
    inputs: &Inputs,
    options: &CheckOptions,
    owner: Option<&str>,
) -> Option<Vec<Level>> {
    if owner.is_none() || !inputs.has_placed_policies() {
        return None;
    }
    let rcps = resource_controls(inputs, options, owner);
    // In sound mode a layer that was not given stays unknown.
    (!rcps.is_empty() || options.mode == Mode::Chosen).then_some(rcps)
}

/// Whether a policy is the account's, or on this log group.
pub(super) fn is_on(policy: &LogPolicy, group: &str) -> bool {
    policy.resource_arn.as_ref().is_none_or(|arn| {
        let of = arn.value.splitn(7, ':').nth(6).unwrap_or_default();
        let of = of.split(':').next().unwrap_or(of);
        Glob::parse(of).matches(group)
    })
}
