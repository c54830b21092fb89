//! The texts of statements and policies, with white space taken out, to tell whether two say the same.

use crate::engine::{Layers, PolicyRef};
use crate::source::{Place, Sources};

/// The text of a statement or of a whole policy; for a policy without text its name. Different texts may still mean the
/// same; equal ones do.
pub(super) fn text(sources: &Sources, layers: &Layers, at: PolicyRef, statement: Option<usize>) -> String {
    let Some(compiled) = layers.policy(at) else {
        return String::new();
    };
    let Some(policy) = compiled.policy() else {
        return format!("not given: {}", compiled.name());
    };
    let node = statement
        .and_then(|index| policy.statements.get(index))
        .map_or(policy.root, |s| s.node);
    let version = format!("{:?}", policy.version);
    version + &compact(sources, policy.place(node))
}

/// The JSON text of a value without the white space between its parts.
fn compact(sources: &Sources, place: Place) -> String {
    let raw = sources.tree(place.doc).map_or("", |tree| tree.raw(place.node));
    let mut in_string = false;
    let mut escaped = false;
    let kept = |c: &char| {
        let keep = in_string || !c.is_ascii_whitespace();
        if escaped {
            escaped = false;
        } else if *c == '"' {
            in_string = !in_string;
        } else {
            escaped = in_string && *c == '\\';
        }
        keep
    };
    raw.chars().filter(kept).collect()
}

/// Everything that the layers say, as one text for each policy, sorted within its level.
pub(super) fn signature(sources: &Sources, layers: &Layers) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    for kind in Layers::KINDS {
        for (level, policies) in layers.levels(kind).iter().enumerate() {
            let at = |policy| PolicyRef {
                layer: kind,
                level,
                policy,
            };
            let mut texts: Vec<String> = (0..policies.len())
                .map(|policy| text(sources, layers, at(policy), None))
                .collect();
            texts.sort();
            all.push(texts);
        }
    }
    all
}
