//! `rolecall lint`: grammar and sense of policies, whatever they are for.
//!
//! With `--policy-type` every text is a policy of that type, so a text that is empty or no JSON is a finding and not a
//! problem. Without it, documents are recognised by their shape and their type follows from where they stand; one that
//! stands alone is a policy of a resource or role if it names principals, else one of an identity.

use std::io;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::args::{Filter, Folders, Format};
use super::check::exit;
use super::files::Selection;
use super::gather::{find, gather};
use super::{Console, Exit, codes, output};
use crate::finding::{Finding, Report, Spot, Subject};
use crate::grammar::{PolicyType, ResourceService};
use crate::input::{Identity, IdentityKind, Inputs, OrganizationPolicyKind, PolicyDocument, ReadOptions};
use crate::lint::{self, Linter};
use crate::pack;
use crate::policy::{self, Reading};
use crate::source::{Problem, Sources};

const EXAMPLES: &str = "Examples:
  rolecall lint policy.json
  rolecall lint --policy-type trust trust.json
  aws iam get-account-authorization-details | rolecall lint -
  rolecall lint policies --select policy/syntax,policy/placeholder --format json

Exit codes: 0 no errors, 1 errors found, 2 wrong usage or nothing readable, 3 answered but some input was unread.";

/// Options of `lint`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct LintArgs {
    /// Files and folders to read; `-` is standard input. Folders are read with all that is in them.
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    /// Take every text for a policy of this type, instead of recognising documents by their shape.
    #[arg(long, value_enum, value_name = "TYPE")]
    policy_type: Option<TypeName>,
    /// The form of the output.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    filter: Filter,
    #[command(flatten)]
    folders: Folders,
}

/// The types of policies by the names that users give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TypeName {
    /// A customer managed policy.
    Managed,
    /// A policy in a user, role or group.
    Inline,
    /// A role's trust policy.
    Trust,
    /// The policy of a resource.
    Resource,
    /// A permissions boundary.
    Boundary,
    /// A policy given to an `AssumeRole` call.
    Session,
    /// A service control policy.
    Scp,
    /// A resource control policy.
    Rcp,
    /// The policy of a VPC endpoint.
    Endpoint,
}

impl TypeName {
    fn policy_type(self) -> PolicyType {
        match self {
            Self::Managed => PolicyType::Managed,
            Self::Inline => PolicyType::Inline,
            Self::Trust => PolicyType::Trust,
            Self::Resource => PolicyType::Resource(None),
            Self::Boundary => PolicyType::Boundary,
            Self::Session => PolicyType::Session,
            Self::Scp => PolicyType::ServiceControl,
            Self::Rcp => PolicyType::ResourceControl,
            Self::Endpoint => PolicyType::VpcEndpoint,
        }
    }
}

/// Runs the command.
///
/// # Errors
/// Those of writing.
pub(super) fn run(args: &LintArgs, console: &mut Console<'_>) -> io::Result<Exit> {
    let known = pack::builtin().unwrap_or_default();
    if let Some(exit) = codes::refuse_unknown(&args.filter, &[], known, console)? {
        return Ok(exit);
    }
    let selection = args.folders.to_selection();
    let linted = match args.policy_type {
        Some(name) => texts(&args.paths, &selection, name.policy_type(), console)?,
        None => recognised(&args.paths, &selection, console)?,
    };
    let Linted {
        sources,
        mut report,
        problems,
    } = match linted {
        Ok(linted) => linted,
        Err(exit) => return Ok(exit),
    };
    args.filter.to_filter().apply(&mut report.findings);
    output::write(args.format, &report, &sources, &problems, console)?;
    Ok(exit(&report))
}

/// What was linted, with the texts that it points into.
struct Linted {
    sources: Sources,
    report: Report,
    problems: Vec<Problem>,
}

/// Every text as a policy of one type.
fn texts(
    paths: &[PathBuf],
    selection: &Selection,
    kind: PolicyType,
    console: &mut Console<'_>,
) -> io::Result<Result<Linted, Exit>> {
    let found = match find(paths, selection, console)? {
        Ok(found) => found,
        Err(exit) => return Ok(Err(exit)),
    };
    let problems = found.faults.iter().map(Problem::from).collect();
    let mut report = Report {
        files: found.read(),
        unread: found.unread(),
        ..Report::default()
    };
    let mut sources = Sources::new();
    let documents = found.documents.into_iter();
    // What is no text is a document all the same, whose fault is a finding.
    sources.add_files(
        documents
            .map(|document| (document.name, document.bytes))
            .collect(),
    );
    let mut linter = Linter::default();
    for doc in sources.ids() {
        let findings = linter.text(&sources, doc, kind, &Subject::default());
        report.findings.extend(findings);
    }
    Ok(Ok(Linted {
        sources,
        report,
        problems,
    }))
}

/// The policies among what the files hold, each as the type that its place says.
fn recognised(
    paths: &[PathBuf],
    selection: &Selection,
    console: &mut Console<'_>,
) -> io::Result<Result<Linted, Exit>> {
    let gathered = match gather(paths, selection, &ReadOptions::default(), console)? {
        Ok(gathered) => gathered,
        Err(exit) => return Ok(Err(exit)),
    };
    let policies = policies(&gathered.inputs);
    let mut report = Report {
        files: gathered.files,
        unread: gathered.unread,
        skipped: gathered.skipped,
        ..Report::default()
    };
    if policies.is_empty() && gathered.inputs.broken_policies.is_empty() {
        report
            .notes
            .push("there is no policy in what was read".to_owned());
    }
    let sources = &gathered.inputs.sources;
    let mut linter = Linter::default();
    for Found {
        document,
        kind,
        subject,
    } in &policies
    {
        let findings = linter.document(sources, document.doc, document.root, *kind, subject);
        report.findings.extend(findings);
    }
    for doc in &gathered.inputs.broken_policies {
        let findings = linter.text(sources, *doc, PolicyType::Managed, &Subject::default());
        report.findings.extend(findings);
    }
    for identity in identities(&gathered.inputs) {
        let findings = lint::of_identity(sources, identity, &subject(identity));
        report.findings.extend(findings);
    }
    sort(&mut report.findings, sources);
    Ok(Ok(Linted {
        sources: gathered.inputs.sources,
        report,
        problems: gathered.problems,
    }))
}

/// One policy, with what it is.
struct Found {
    document: PolicyDocument,
    kind: PolicyType,
    subject: Subject,
}

/// Every policy of the inputs once, in the order of places.
fn policies(inputs: &Inputs) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let mut add = |document: Option<PolicyDocument>, kind: PolicyType, subject: Subject| {
        found.extend(document.map(|document| Found {
            document,
            kind,
            subject,
        }));
    };
    for identity in identities(inputs) {
        let named = |policy: Option<&str>| Subject {
            policy: policy.map(str::to_owned),
            ..subject(identity)
        };
        add(identity.trust, PolicyType::Trust, named(None));
        for policy in &identity.inline {
            add(
                policy.document,
                PolicyType::Inline,
                named(Some(&policy.name.value)),
            );
        }
    }
    let of_policy = |name: &str| Subject {
        policy: Some(name.to_owned()),
        ..Subject::default()
    };
    for policy in inputs.policies.iter().filter(|policy| policy.embedded.is_none()) {
        add(policy.document, PolicyType::Managed, of_policy(&policy.name));
    }
    let resource = |service| PolicyType::Resource(Some(service));
    for policy in &inputs.bucket_policies {
        add(
            policy.document,
            resource(ResourceService::S3),
            of_policy(&policy.resource),
        );
    }
    for policy in &inputs.key_policies {
        add(
            policy.document,
            resource(ResourceService::Kms),
            of_policy(&policy.resource),
        );
    }
    for policy in &inputs.log_policies {
        let name = policy.name.as_ref().map_or("", |name| &name.value);
        add(policy.document, resource(ResourceService::Logs), of_policy(name));
    }
    for policy in inputs
        .organization_policies
        .iter()
        .filter(|policy| !policy.embedded)
    {
        let kind = match policy.kind {
            OrganizationPolicyKind::ServiceControl => PolicyType::ServiceControl,
            OrganizationPolicyKind::ResourceControl => PolicyType::ResourceControl,
        };
        add(policy.document, kind, of_policy(&policy.name));
    }
    for policy in inputs.ram.documents() {
        add(
            policy.document,
            PolicyType::Ram(policy.kind),
            of_policy(&policy.name),
        );
    }
    for policy in &inputs.documents {
        let kind = alone(&inputs.sources, policy.document);
        add(Some(policy.document), kind, Subject::default());
    }
    found.sort_by_key(|found| found.document);
    found.dedup_by_key(|found| found.document);
    found
}

fn identities(inputs: &Inputs) -> impl Iterator<Item = &Identity> {
    inputs.roles.iter().chain(&inputs.users).chain(&inputs.groups)
}

fn subject(identity: &Identity) -> Subject {
    let is_role = identity.kind == IdentityKind::Role;
    let role = identity.arn.as_ref().filter(|_| is_role);
    Subject {
        role: role.map(|arn| arn.value.clone()),
        ..Subject::default()
    }
}

/// What a policy that stands alone is: by its principals, and whether it is about assuming a role.
fn alone(sources: &Sources, document: PolicyDocument) -> PolicyType {
    let Some(tree) = sources.tree(document.doc) else {
        return PolicyType::Managed;
    };
    let policy = policy::read(document.doc, tree, document.root);
    let has_principals = policy
        .statements
        .iter()
        .any(|statement| statement.principal != Reading::Missing);
    if !has_principals {
        return PolicyType::Managed;
    }
    let mut actions = policy
        .statements
        .iter()
        .flat_map(|statement| match &statement.action {
            Reading::Known { value, .. } => value.values.as_slice(),
            _ => &[],
        });
    let is_trust = actions.all(|action| {
        action
            .value
            .get(..4)
            .is_some_and(|prefix| prefix.eq_ignore_ascii_case("sts:"))
    });
    if is_trust {
        PolicyType::Trust
    } else {
        PolicyType::Resource(None)
    }
}

/// By file, place and code.
fn sort(findings: &mut [Finding], sources: &Sources) {
    findings.sort_by_cached_key(|finding| {
        let location = match finding.at {
            Spot::Node(place) => sources.locate(place),
            Spot::Text(doc, span) => sources.locate_span(doc, span),
        };
        (
            location.file,
            location.span,
            finding.code.clone(),
            finding.message.clone(),
        )
    });
}

#[cfg(test)]
mod tests;
