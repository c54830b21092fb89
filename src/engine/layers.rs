//! The policies that bear on a request, by layer.

use std::sync::Arc;

use super::compile::CompiledPolicy;
use super::layer::{LayerKind, PolicyRef};

/// A level of the organization: the policies attached to one root, unit or account.
pub type Level = Vec<Arc<CompiledPolicy>>;

/// Every policy that bears on a request, by layer. An empty layer is *none*; a layer that was not given is
/// said by [`CompiledPolicy::unknown`] (TRI-16).
#[derive(Debug, Clone, Default)]
pub struct Layers {
    /// Identity policies.
    pub identity: Vec<Arc<CompiledPolicy>>,
    /// Identity policies at the scope of the resource's group: asked only where `identity` says nothing (RAM-10).
    pub resource_group: Vec<Arc<CompiledPolicy>>,
    /// The resource's policy; more than one where several apply, as with log-delivery policies.
    pub resource: Vec<Arc<CompiledPolicy>>,
    /// Permissions boundaries: all of them must allow.
    pub boundary: Vec<Arc<CompiledPolicy>>,
    /// Session policies: they unite (EVAL-27).
    pub session: Vec<Arc<CompiledPolicy>>,
    /// Service control policies by level, root first; a level with no policy denies everything (EVAL-22).
    pub scps: Vec<Level>,
    /// Resource control policies by level, root first.
    pub rcps: Vec<Level>,
    /// The VPC endpoint policy, for a request through an endpoint.
    pub endpoint: Vec<Arc<CompiledPolicy>>,
    /// The policy of the resource is not given and is taken to leave the resource to its account, as the policy that
    /// KMS makes for a key by itself.
    pub left_to_account: bool,
}

impl Layers {
    /// The policies of a layer by level, in order; layers other than SCPs and RCPs are one level.
    pub fn levels(&self, layer: LayerKind) -> &[Level] {
        match layer {
            LayerKind::Identity => std::slice::from_ref(&self.identity),
            LayerKind::ResourceGroup => std::slice::from_ref(&self.resource_group),
            LayerKind::Resource => std::slice::from_ref(&self.resource),
            LayerKind::Boundary => std::slice::from_ref(&self.boundary),
            LayerKind::Session => std::slice::from_ref(&self.session),
            LayerKind::ServiceControl => &self.scps,
            LayerKind::ResourceControl => &self.rcps,
            LayerKind::Endpoint => std::slice::from_ref(&self.endpoint),
        }
    }

    /// The policy with this name.
    pub fn policy(&self, name: PolicyRef) -> Option<&Arc<CompiledPolicy>> {
        self.levels(name.layer).get(name.level)?.get(name.policy)
    }

    /// Every layer kind, in the order in which explanations list them.
    pub const KINDS: [LayerKind; 8] = [
        LayerKind::Identity,
        LayerKind::ResourceGroup,
        LayerKind::Resource,
        LayerKind::Boundary,
        LayerKind::Session,
        LayerKind::ServiceControl,
        LayerKind::ResourceControl,
        LayerKind::Endpoint,
    ];
}
