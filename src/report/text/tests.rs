use crate::report::sample::{self, Sample};

use super::*;

fn text(sample: &Sample, color: bool, width: usize, unicode: bool) -> String {
    let mut out = Vec::new();
    let options = TextOptions {
        color,
        width,
        unicode,
    };
    write(
        &sample.report,
        &sample.sources,
        &sample.problems,
        &options,
        &mut out,
    )
    .unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_finding_over_two_files_reads_well_on_a_wide_screen() {
    insta::assert_snapshot!(text(&sample::two_files(), false, 100, true));
}

#[test]
fn a_finding_over_two_files_reads_well_on_a_narrow_screen() {
    insta::assert_snapshot!(text(&sample::two_files(), false, 40, true));
}

#[test]
fn drawing_needs_no_unicode() {
    let text = text(&sample::two_files(), false, 100, false);
    assert!(text.is_ascii());
    insta::assert_snapshot!(text);
}

#[test]
fn a_policy_in_a_string_is_shown_in_the_line_of_its_file() {
    insta::assert_snapshot!(text(&sample::embedded(), false, 100, true));
}

#[test]
fn a_policy_in_a_string_is_cut_to_a_narrow_screen() {
    insta::assert_snapshot!(text(&sample::embedded(), false, 40, true));
}

#[test]
fn characters_that_act_on_terminals_are_seen_and_not_obeyed() {
    insta::assert_snapshot!(text(&sample::hostile(), false, 100, true));
}

#[test]
fn no_findings_are_one_line_with_what_was_judged() {
    let sample = Sample {
        report: Report {
            connectors: 2,
            files: 5,
            ..Report::default()
        },
        sources: Sources::new(),
        problems: Vec::new(),
    };
    assert_eq!(
        text(&sample, false, 100, true),
        "no findings in 2 connectors; 5 files read\n"
    );
}
