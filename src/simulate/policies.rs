//! From documents, sorted by layer, to compiled policies.
//!
//! A document is a policy, or an output of the AWS CLI that holds one. One that cannot be read as either stands as a
//! policy whose text is not known, never as an empty one (TRI-16).

use std::sync::Arc;

use crate::condition::Mode;
use crate::engine::{CompiledPolicy, LayerKind, Layers, Level};
use crate::policy;
use crate::source::{DocId, Place, Problem, Sources};

/// The policies of a question, as documents of its store.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// Identity policies.
    pub identity: Vec<DocId>,
    /// The resource's policy.
    pub resource: Vec<DocId>,
    /// Permissions boundaries.
    pub boundary: Vec<DocId>,
    /// Session policies.
    pub session: Vec<DocId>,
    /// Service control policies by level, root first.
    pub scps: Vec<Vec<DocId>>,
    /// Resource control policies by level, root first.
    pub rcps: Vec<Vec<DocId>>,
    /// The VPC endpoint policy.
    pub endpoint: Vec<DocId>,
    /// Layers that hold a policy whose text is not at hand.
    pub unknown: Vec<LayerKind>,
}

/// Compiles the policies. A document in which none could be read stands as unknown and adds a problem.
pub(super) fn layers(
    given: &Given,
    sources: &mut Sources,
    mode: Mode,
    problems: &mut Vec<Problem>,
) -> Layers {
    let mut level = |docs: &[DocId], kind: LayerKind| -> Level {
        let compiled = docs.iter().map(|doc| {
            let (policy, problem) = compile(*doc, kind, sources, mode);
            problems.extend(problem);
            Arc::new(policy)
        });
        compiled.collect()
    };
    let mut layers = Layers {
        left_to_account: false,
        identity: level(&given.identity, LayerKind::Identity),
        resource_group: Vec::new(),
        resource: level(&given.resource, LayerKind::Resource),
        boundary: level(&given.boundary, LayerKind::Boundary),
        session: level(&given.session, LayerKind::Session),
        scps: given
            .scps
            .iter()
            .map(|docs| level(docs, LayerKind::ServiceControl))
            .collect(),
        rcps: given
            .rcps
            .iter()
            .map(|docs| level(docs, LayerKind::ResourceControl))
            .collect(),
        endpoint: level(&given.endpoint, LayerKind::Endpoint),
    };
    for kind in &given.unknown {
        let unknown = Arc::new(CompiledPolicy::unknown(
            *kind,
            format!("{} not given", kind.in_words()),
        ));
        match kind {
            LayerKind::Identity => layers.identity.push(unknown),
            LayerKind::ResourceGroup => layers.resource_group.push(unknown),
            LayerKind::Resource => layers.resource.push(unknown),
            LayerKind::Boundary => layers.boundary.push(unknown),
            LayerKind::Session => layers.session.push(unknown),
            LayerKind::ServiceControl => layers.scps.push(vec![unknown]),
            LayerKind::ResourceControl => layers.rcps.push(vec![unknown]),
            LayerKind::Endpoint => layers.endpoint.push(unknown),
        }
    }
    layers
}

/// Where outputs of the AWS CLI keep the one policy document they are about.
const WRAPPERS: [&str; 6] = [
    "/PolicyVersion/Document",
    "/PolicyVersion/PolicyDocument",
    "/PolicyDocument",
    "/Policy/Content",
    "/Role/AssumeRolePolicyDocument",
    "/Policy",
];

fn compile(
    doc: DocId,
    kind: LayerKind,
    sources: &mut Sources,
    mode: Mode,
) -> (CompiledPolicy, Option<Problem>) {
    let name = sources.name(doc).to_owned();
    let policy = policy_of(doc, sources).map(|place| {
        let tree = sources.tree(place.doc);
        tree.map(|tree| {
            let dialect = policy::dialect_of(tree, place.node);
            policy::read_in(dialect, place.doc, tree, place.node)
        })
    });
    match policy {
        Ok(Some(policy)) => (CompiledPolicy::new(policy, kind, mode, name), None),
        Ok(None) => (CompiledPolicy::unknown(kind, name), None),
        Err(problem) => (CompiledPolicy::unknown(kind, name), Some(problem)),
    }
}

/// The policy object of a document: its root, or, where that has no `Statement`, the document inside an output of
/// the AWS CLI.
fn policy_of(doc: DocId, sources: &mut Sources) -> Result<Place, Problem> {
    let root = sources.root(doc)?;
    let has_statement = |place: Place, sources: &Sources| {
        let tree = sources.tree(place.doc);
        tree.is_some_and(|tree| tree.get(place.node, "Statement").is_some())
    };
    if has_statement(root, sources) {
        return Ok(root);
    }
    let inner: Vec<_> = sources.tree(doc).map_or(Vec::new(), |tree| {
        WRAPPERS.iter().filter_map(|pointer| tree.find(pointer)).collect()
    });
    for node in inner {
        match sources.open_policy_document(Place { doc, node }) {
            Ok(place) if has_statement(place, sources) => return Ok(place),
            _ => {}
        }
    }
    Err(Problem {
        message: "there is no policy document in it: nothing has a `Statement`".to_owned(),
        help: None,
        file: sources.name(doc).to_owned(),
        place: sources.tree(doc).map(|tree| (doc, tree.span(root.node))),
    })
}
