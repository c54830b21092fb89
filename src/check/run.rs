//! The check: every connector among the inputs against every rule of the packs.
//!
//! In: inputs, packs, options. Out: a [`Report`], sorted, the same whatever the number of threads.

use crate::condition::Mode;
use crate::finding::{Finding, Report, Spot};
use crate::input::Inputs;
use crate::pack::{ClassTable, Pack, Platform};

use super::alibaba;
use super::attached;
use super::bearing::{lint_bearing, lint_everything};
use super::confluent;

use super::connector::ConnectorRun;
use super::facts::Facts;
use super::fold::fold;
use super::options::CheckOptions;
use super::organization;
use super::over_broad;

/// Checks every connector of the inputs.
pub fn check(inputs: &Inputs, packs: &[Pack], options: &CheckOptions) -> Report {
    run(inputs, packs, options, None)
}

/// Checks every connector of the inputs, for a caller who has linted every policy of them: `lints` take the place of the
/// `policy/*` findings of [`check`].
pub fn check_beside(inputs: &Inputs, packs: &[Pack], options: &CheckOptions, lints: Vec<Finding>) -> Report {
    run(inputs, packs, options, Some(lints))
}

fn run(inputs: &Inputs, packs: &[Pack], options: &CheckOptions, lints: Option<Vec<Finding>>) -> Report {
    let classes = ClassTable::of(packs, Platform::MskConnect);
    let mut report = Report {
        connectors: inputs.connectors.len() + inputs.managed_connectors.len(),
        integrations: inputs.integrations.len(),
        ..Report::default()
    };
    let connectors: Vec<Facts<'_>> = inputs
        .connectors
        .iter()
        .map(|connector| Facts::new(connector, inputs, &classes, options))
        .collect();
    let alibaba = alibaba::check(inputs, packs, options);
    report.notes.extend(alibaba.notes);
    let of_confluent = confluent::judge(inputs, packs, options);
    let judged = report.connectors + report.integrations + inputs.byok_keys.len();
    report.findings = if let Some(lints) = lints {
        lints
    } else if judged == 0 && !inputs.ram.is_empty() {
        lint_everything(inputs)
    } else if judged == 0 {
        report
            .notes
            .push("no connector is among the inputs, so every policy is judged on its own".to_owned());
        lint_everything(inputs)
    } else {
        lint_bearing(
            inputs,
            &connectors,
            &of_confluent.roles,
            options.deployer.as_deref(),
        )
    };
    report.findings.extend(alibaba.findings);
    report.findings.extend(of_confluent.findings);
    report.folded.extend(of_confluent.folded);
    report.notes.extend(of_confluent.notes);
    attached::tell(inputs, &connectors, options, &mut report);
    let arns = connectors.iter().filter_map(|facts| facts.role_arn());
    let accounts = arns.filter_map(|arn| arn.value.split(':').nth(4));
    let integrated = of_confluent.roles.iter().filter_map(|role| role.account());
    organization::tell(
        inputs,
        &accounts.chain(integrated).collect(),
        options,
        &mut report,
    );
    for facts in &connectors {
        let run = ConnectorRun {
            inputs,
            facts,
            options,
        };
        report.notes.extend(run.notes());
        for pack in packs.iter().filter(|pack| pack.platform == Platform::MskConnect) {
            let found = run.pack(pack);
            let (shown, folded) = fold(found, pack, &options.filter);
            report.findings.extend(shown);
            report.folded.extend(folded);
        }
    }
    report
        .findings
        .extend(over_broad::of_roles(inputs, packs, &connectors, options));
    finish(&mut report, inputs, options);
    report
}

/// Applies the user's selection and severities, and sorts.
fn finish(report: &mut Report, inputs: &Inputs, options: &CheckOptions) {
    if options.all {
        report.findings.append(&mut report.folded);
    }
    for list in [&mut report.findings, &mut report.folded] {
        options.filter.apply(list);
        let place = |finding: &Finding| match finding.at {
            Spot::Node(place) => inputs.sources.locate(place),
            Spot::Text(doc, span) => inputs.sources.locate_span(doc, span),
        };
        list.sort_by_cached_key(|finding| {
            let location = place(finding);
            let subject = (
                finding.subject.connector.clone(),
                finding.subject.integration.clone(),
            );
            (location.file, location.span.start, finding.code.clone(), subject)
        });
    }
    report
        .notes
        .extend(inputs.notes.iter().map(|note| note.message.clone()));
    report.notes.sort();
    report.notes.dedup();
    let silent = assumptions(inputs, report, options);
    report.assumptions.splice(0..0, silent);
}

/// What was taken to hold where the inputs are silent.
fn assumptions(inputs: &Inputs, report: &Report, options: &CheckOptions) -> Vec<String> {
    if report.connectors + report.integrations == 0 {
        return Vec::new();
    }
    let mut silent = Vec::new();
    if inputs.organization_policies.is_empty() {
        silent.push("no service or resource control policies");
    }
    silent.push("no session policies");
    silent.push("no VPC endpoint policies");
    let silent = match options.mode {
        Mode::Chosen => format!("taken as none, since none were given: {}", silent.join(", ")),
        Mode::Sound => {
            "layers that were not given are unknown, and so is what AWS does not document".to_owned()
        }
    };
    vec![
        silent,
        "request context keys are unknown, except those that follow from the role, the account and the known \
         requests of services"
            .to_owned(),
    ]
}
