//! `alibaba/api-name-as-action`: names of API operations where RAM wants the names of its actions.

use super::account::Account;
use super::data::{ActionNames, Data, Operation};
use crate::dialect::Dialect;
use crate::finding::{Finding, Spot, Subject};
use crate::pack::Rule;
use crate::pattern::{ActionPattern, Fold};
use crate::policy::{self, Reading};

/// Looks through every policy.
pub(super) fn names(rule: &Rule, account: &Account<'_>) -> Vec<Finding> {
    let Some(names) = &Data::builtin().names else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    for given in account.inputs.ram.documents() {
        let Some(document) = given.document else { continue };
        let Some(tree) = account.inputs.sources.tree(document.doc) else {
            continue;
        };
        let read = policy::read_in(Dialect::Ram, document.doc, tree, document.root);
        for statement in &read.statements {
            let Reading::Known { value: clause, .. } = &statement.action else {
                continue;
            };
            for item in &clause.values {
                let Some(operation) = meant(names, &item.value) else {
                    continue;
                };
                let (name, action) = (&operation.name, &operation.action);
                let subject = Subject {
                    policy: Some(given.name.clone()),
                    ..Subject::default()
                };
                let message = format!(
                    "`{}` names the API operation `{name}`, whose RAM action is{} `{action}`: it matches nothing",
                    item.value,
                    if operation.derived {
                        ", by the names of others,"
                    } else {
                        ""
                    }
                );
                let at = Spot::Node(read.place(item.node));
                let mut finding = Finding::new(rule.code.as_str(), rule.severity, message, subject, at);
                finding.label = format!("write `{action}`");
                finding.help.clone_from(&rule.help);
                findings.push(finding);
            }
        }
    }
    findings
}

/// The operation that an action pattern names, and the action that is meant; `None` for what matches an action, or
/// nothing that is known.
fn meant<'a>(names: &'a ActionNames, text: &str) -> Option<&'a Operation> {
    let pattern = ActionPattern::parse(text);
    let matches = |name: &str| pattern.matches(&Fold::Ascii.text(name));
    if names.actions.iter().any(|action| matches(action)) {
        return None;
    }
    names
        .operations()
        .find(|(spelled, _)| matches(spelled))
        .map(|(_, operation)| operation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_told_from_actions_in_any_case() {
        let names = Data::builtin().names.as_ref().unwrap();
        let of = |text| meant(names, text).map(|operation| operation.action.as_str());
        assert_eq!(of("alikafka:GetInstanceList"), Some("alikafka:ListInstance"));
        assert_eq!(of("alikafka:getinstancelist"), Some("alikafka:ListInstance"));
        assert_eq!(of("alikafka:GetTopic*"), Some("alikafka:ListTopic"));
        for text in [
            "alikafka:StartInstance",
            "alikafka:Get*",
            "alikafka:*",
            "*",
            "alikafka:TagResources",
            "ecs:GetInstanceList",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }
}
