//! How an action is written that a search has found: searches see names in folded case only.

use super::layers::Layers;
use super::request::Request;
use crate::catalog;
use crate::policy::Reading;

/// The texts that say how names begin, without what follows their first wildcard.
pub(super) struct Spelling<'a> {
    heads: Vec<&'a str>,
}

impl<'a> Spelling<'a> {
    /// As the question writes names, then as the policies do.
    pub fn new(layers: &'a Layers, request: &'a Request) -> Self {
        let policies = Layers::KINDS
            .into_iter()
            .flat_map(|kind| layers.levels(kind))
            .flatten();
        let statements = policies
            .filter_map(|policy| policy.policy())
            .flat_map(|policy| &policy.statements);
        let written = statements.flat_map(|statement| match &statement.action {
            Reading::Known { value, .. } => value.values.as_slice(),
            _ => &[],
        });
        let texts = std::iter::once(&*request.action).chain(written.map(|item| &*item.value));
        let heads = texts.filter_map(|text| text.split(['*', '?']).next());
        Self {
            heads: heads.filter(|head| head.contains(':')).collect(),
        }
    }

    /// A folded name as AWS writes it; one that the catalogue lacks, as far as a text begins like it, and else with a
    /// capital behind the colon.
    pub fn of(&self, folded: &str) -> String {
        if let Some(known) = catalog::action(folded) {
            return known.name().to_owned();
        }
        let begins = |head: &&&str| {
            let begin = folded.get(..head.len());
            begin.is_some_and(|begin| begin.eq_ignore_ascii_case(head))
        };
        // Of texts as long the first: the question's own.
        let head = self
            .heads
            .iter()
            .filter(begins)
            .rev()
            .max_by_key(|head| head.len());
        let head = head.copied().unwrap_or_default();
        let rest = folded.get(head.len()..).unwrap_or_default();
        match (head.strip_suffix(':'), rest.split_once(':')) {
            (Some(service), _) => format!("{service}:{}", capital(rest)),
            (None, Some((service, name))) if head.is_empty() => format!("{service}:{}", capital(name)),
            _ => format!("{head}{rest}"),
        }
    }
}

fn capital(name: &str) -> String {
    let mut rest = name.chars();
    let first = rest.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(rest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_as_aws_the_question_or_the_policies_do() {
        let spelling = Spelling {
            heads: vec!["s3:Get", "S3:get", "s3:GetSecret", "x:"],
        };
        assert_eq!(spelling.of("s3:getobject"), "s3:GetObject");
        assert_eq!(spelling.of("s3:geta"), "s3:Geta");
        assert_eq!(spelling.of("s3:getsecrets"), "s3:GetSecrets");
        assert_eq!(spelling.of("s3:zz"), "s3:Zz");
        assert_eq!(spelling.of("x:a-b"), "x:A-b");
        assert_eq!(spelling.of("0:a"), "0:A");
        assert_eq!(spelling.of("x:"), "x:");
    }
}
