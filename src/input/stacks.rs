//! Templates of CloudFormation, read as the outputs that the AWS CLI would print of what they make.

use super::options::ReadOptions;
use super::reader::Reader;
use super::shape;
use crate::cloudformation::{Deployment, Remark, Stack};
use crate::source::{Composed, Kind, Place};

/// Reads what the templates make. Holes of several templates are set apart by their files.
pub(super) fn read(reader: &mut Reader, mut stacks: Vec<Stack>, options: &ReadOptions) {
    let deployment = deployment(options);
    if stacks.len() > 1 {
        let mut known: Vec<String> = Vec::new();
        for stack in &mut stacks {
            let mut name = reader.sources.name(stack.doc()).replace('/', ".");
            while known.contains(&name) {
                name.push_str("-2");
            }
            stack.set_apart(&name);
            known.push(name);
        }
    }
    for stack in stacks {
        let made = stack.make(&deployment);
        note(reader, made.remarks);
        if made.count == 0 {
            continue;
        }
        let doc = reader.sources.add_composed(&made.outputs);
        if let Ok(root) = reader.sources.root(doc) {
            // What is composed has shapes that are known; a test holds that.
            let _ = shape::read(reader, root);
        }
    }
}

/// Remarks have their places in the template: each is that of a value composed for it.
fn note(reader: &mut Reader, remarks: Vec<Remark>) {
    let Some(first) = remarks.first() else {
        return;
    };
    let places = remarks
        .iter()
        .map(|remark| Composed::text("", Some(remark.origin)));
    let doc = reader
        .sources
        .add_composed(&Composed::array(places, Some(first.origin)));
    let tree = reader
        .sources
        .tree(doc)
        .filter(|tree| tree.kind(tree.root()) == Kind::Array);
    let nodes: Vec<_> = tree
        .map(|tree| tree.items(tree.root()).collect())
        .unwrap_or_default();
    for (node, remark) in nodes.into_iter().zip(remarks) {
        reader.note(Place { doc, node }, remark.message);
    }
}

/// Where the templates are deployed. A region is in one partition.
fn deployment(options: &ReadOptions) -> Deployment {
    let partition = options.region.as_deref().map(|region| match region {
        region if region.starts_with("cn-") => "aws-cn",
        region if region.starts_with("us-gov-") => "aws-us-gov",
        region if region.starts_with("us-isob-") => "aws-iso-b",
        region if region.starts_with("us-iso-") => "aws-iso",
        _ => "aws",
    });
    Deployment {
        account: options.account.clone(),
        region: options.region.clone(),
        partition: options.partition.clone().or(partition.map(str::to_owned)),
    }
}
