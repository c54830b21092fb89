//! The policies that bear on the connectors found, and what is wrong with them in themselves.
//!
//! In: the inputs and the connectors judged. Out: `policy/*` findings of the documents that a connector's requests
//! depend on; where there is no connector, of every policy among the inputs.

use std::collections::BTreeSet;

use crate::finding::{Finding, Subject};
use crate::grammar::{PolicyType, ResourceService};
use crate::input::{Attachment, Identity, Inputs, LogDestination, OrganizationPolicyKind, PolicyDocument};
use crate::lint::{self, Linter};

use crate::policy::{Reading, Statement};

use super::facts::Facts;
use super::layers::read_policy;
use super::resource_policy::is_on;

/// A document, what it is for, and whose it is.
pub type Target = (PolicyDocument, PolicyType, Subject);

/// Lints the policies that bear on these connectors, on these roles of integrations, on who deploys them, and on keys
/// that are used.
pub(super) fn lint_bearing<'a>(
    inputs: &'a Inputs,
    connectors: &[Facts<'_>],
    of_integrations: &[&'a Identity],
    deployer: Option<&str>,
) -> Vec<Finding> {
    let mut targets = Vec::new();
    let mut roles: Vec<&Identity> = of_integrations.to_vec();
    for facts in connectors {
        let role = facts.role_arn().and_then(|arn| inputs.role(&arn.value));
        if let Some(role) = role.filter(|role| !roles.iter().any(|known| known.place == role.place)) {
            roles.push(role);
        }
        add_log_policies(facts, inputs, &mut targets);
    }
    add_key_policies(inputs, &mut targets);
    // Where somebody deploys the connectors, what that one may do decides whether they can be made.
    let deployer = deployer.and_then(|arn| inputs.identity(arn));
    if let Some(deployer) = deployer.filter(|one| !roles.iter().any(|known| known.place == one.place)) {
        roles.push(deployer);
    }
    for role in &roles {
        add_identity(role, inputs, &mut targets);
    }
    add_organization(inputs, &mut targets);
    run(inputs, targets, &roles)
}

/// Lints every policy among the inputs, each as what it was read as.
pub fn lint_everything(inputs: &Inputs) -> Vec<Finding> {
    let identities: Vec<&Identity> = identities(inputs).collect();
    run(inputs, every_policy(inputs), &identities)
}

/// What is said of the policies of each role, user and group together: see [`lint::of_identity`].
pub fn lint_identities(inputs: &Inputs) -> Vec<Finding> {
    let of_one = |identity: &Identity| lint::of_identity(&inputs.sources, identity, &subject(identity, None));
    identities(inputs).flat_map(of_one).collect()
}

fn identities(inputs: &Inputs) -> impl Iterator<Item = &Identity> {
    inputs.roles.iter().chain(&inputs.users).chain(&inputs.groups)
}

/// Every policy among the inputs, each as what it was read as; one that is attached to several may come several times,
/// and counts as what it is the first time.
pub fn every_policy(inputs: &Inputs) -> Vec<Target> {
    let mut targets = Vec::new();
    for identity in identities(inputs) {
        add_identity(identity, inputs, &mut targets);
    }
    let mut add = |document: Option<PolicyDocument>, kind, name: String| {
        let subject = Subject {
            policy: Some(name),
            ..Subject::default()
        };
        targets.extend(document.map(|document| (document, kind, subject)));
    };
    for policy in inputs.policies.iter().filter(|policy| policy.embedded.is_none()) {
        add(policy.document, PolicyType::Managed, policy.name.clone());
    }
    for policy in &inputs.bucket_policies {
        let kind = PolicyType::Resource(Some(ResourceService::S3));
        add(
            policy.document,
            kind,
            format!("policy of bucket `{}`", policy.resource),
        );
    }
    for policy in &inputs.key_policies {
        let kind = PolicyType::Resource(Some(ResourceService::Kms));
        add(
            policy.document,
            kind,
            format!("policy of key `{}`", policy.resource),
        );
    }
    for policy in &inputs.log_policies {
        let name = policy.name.as_ref().map_or("resource policy", |name| &name.value);
        add(
            policy.document,
            PolicyType::Resource(Some(ResourceService::Logs)),
            name.to_owned(),
        );
    }
    for bare in &inputs.documents {
        add(
            Some(bare.document),
            guess_type(bare.document, inputs),
            bare.file.clone(),
        );
    }
    add_organization(inputs, &mut targets);
    targets
}

/// The policies of the destinations of a connector's worker logs.
fn add_log_policies(facts: &Facts<'_>, inputs: &Inputs, targets: &mut Vec<Target>) {
    let log = &facts.connector.log_delivery;
    let target = |destination: &'_ Option<LogDestination>| {
        let enabled = destination.as_ref().filter(|one| one.enabled)?;
        enabled.target.as_ref().map(|target| target.value.clone())
    };
    let bucket = target(&log.s3).and_then(|bucket| inputs.bucket_policy(&bucket));
    if let Some((document, bucket)) = bucket.and_then(|policy| Some((policy.document?, &policy.resource))) {
        let subject = of_policy(format!("policy of bucket `{bucket}`"));
        targets.push((document, PolicyType::Resource(Some(ResourceService::S3)), subject));
    }
    let Some(group) = target(&log.cloudwatch) else {
        return;
    };
    for policy in inputs.log_policies.iter().filter(|policy| is_on(policy, &group)) {
        let name = policy.name.as_ref().map_or("resource policy", |name| &name.value);
        let kind = PolicyType::Resource(Some(ResourceService::Logs));
        targets.extend(
            policy
                .document
                .map(|document| (document, kind, of_policy(name.to_owned()))),
        );
    }
}

/// The policies of the keys that Confluent Cloud was given, and of those that settings of connectors name.
fn add_key_policies(inputs: &Inputs, targets: &mut Vec<Target>) {
    let settings = inputs
        .connectors
        .iter()
        .flat_map(|connector| connector.configuration.iter().flatten())
        .chain(
            inputs
                .managed_connectors
                .iter()
                .flat_map(|connector| &connector.configuration),
        );
    let named: BTreeSet<&str> = settings
        .map(|setting| setting.value.value.as_str())
        .chain(inputs.byok_keys.iter().map(|key| key.key_arn.value.as_str()))
        .filter_map(|value| value.rsplit("key/").next())
        .collect();
    for policy in &inputs.key_policies {
        let id = policy.resource.rsplit("key/").next().unwrap_or_default();
        if named.contains(id) {
            let kind = PolicyType::Resource(Some(ResourceService::Kms));
            let subject = of_policy(format!("policy of key `{}`", policy.resource));
            targets.extend(policy.document.map(|document| (document, kind, subject)));
        }
    }
}

fn of_policy(name: String) -> Subject {
    Subject {
        policy: Some(name),
        ..Subject::default()
    }
}

fn run(inputs: &Inputs, targets: Vec<Target>, identities: &[&Identity]) -> Vec<Finding> {
    let mut linter = Linter::default();
    let mut seen = BTreeSet::new();
    let mut findings = Vec::new();
    for (document, kind, subject) in targets {
        if seen.insert(document) {
            findings.extend(linter.document(&inputs.sources, document.doc, document.root, kind, &subject));
        }
    }
    for doc in &inputs.broken_policies {
        findings.extend(linter.text(&inputs.sources, *doc, PolicyType::Managed, &Subject::default()));
    }
    for identity in identities {
        let subject = subject(identity, None);
        findings.extend(lint::of_identity(&inputs.sources, identity, &subject));
    }
    findings
}

fn add_identity(identity: &Identity, inputs: &Inputs, targets: &mut Vec<Target>) {
    let mut add = |document: Option<PolicyDocument>, kind, name: Option<&str>| {
        targets.extend(document.map(|document| (document, kind, subject(identity, name))));
    };
    add(identity.trust, PolicyType::Trust, Some("trust policy"));
    for named in &identity.inline {
        add(named.document, PolicyType::Inline, Some(&named.name.value));
    }
    let text = |attached: &Attachment| {
        let policy = inputs.attached_policy(attached);
        policy
            .filter(|policy| policy.embedded.is_none())
            .and_then(|policy| policy.document)
    };
    for attached in &identity.attached {
        add(text(attached), PolicyType::Managed, attached.name());
    }
    if let Some(boundary) = &identity.boundary {
        add(text(boundary), PolicyType::Boundary, boundary.name());
    }
}

fn add_organization(inputs: &Inputs, targets: &mut Vec<Target>) {
    for policy in inputs
        .organization_policies
        .iter()
        .filter(|policy| !policy.embedded)
    {
        let kind = match policy.kind {
            OrganizationPolicyKind::ServiceControl => PolicyType::ServiceControl,
            OrganizationPolicyKind::ResourceControl => PolicyType::ResourceControl,
        };
        let subject = Subject {
            policy: Some(policy.name.clone()),
            ..Subject::default()
        };
        targets.extend(policy.document.map(|document| (document, kind, subject)));
    }
}

/// What a policy that stands alone is for: with principals it is a resource's, and a role's trust where it speaks of
/// nothing but assuming the role.
fn guess_type(document: PolicyDocument, inputs: &Inputs) -> PolicyType {
    let Some(policy) = read_policy(document, inputs) else {
        return PolicyType::Managed;
    };
    if policy
        .statements
        .iter()
        .all(|s| matches!(s.principal, Reading::Missing))
    {
        return PolicyType::Managed;
    }
    let assumes = |statement: &Statement| match &statement.action {
        Reading::Known { value, .. } => {
            !value.negated
                && value
                    .values
                    .iter()
                    .all(|item| starts_with_ignore_case(&item.value, "sts:"))
        }
        _ => false,
    };
    if policy.statements.iter().all(assumes) {
        PolicyType::Trust
    } else {
        PolicyType::Resource(None)
    }
}

fn starts_with_ignore_case(text: &str, start: &str) -> bool {
    text.get(..start.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(start))
}

fn subject(identity: &Identity, policy: Option<&str>) -> Subject {
    let role = identity.arn.as_ref().map_or(&identity.name, |arn| arn);
    Subject {
        role: Some(role.value.clone()),
        policy: policy.map(str::to_owned),
        ..Subject::default()
    }
}
