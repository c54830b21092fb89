use proptest::prelude::*;

use crate::report::sample::{self, Sample};
use crate::source::Span;

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

#[test]
fn colour_is_written_only_when_asked_for_and_changes_no_text() {
    let plain = text(&sample::two_files(), false, 100, true);
    let coloured = text(&sample::two_files(), true, 100, true);
    assert!(!plain.contains('\u{1b}'));
    assert!(coloured.contains("\u{1b}[31merror[msk-connect/topic-read]"));
    let bare: String = coloured
        .split('\u{1b}')
        .enumerate()
        .map(|(index, part)| {
            if index == 0 {
                part
            } else {
                part.split_once('m').unwrap().1
            }
        })
        .collect();
    assert_eq!(bare, plain);
}

/// One plain finding in a text, at a range of it.
fn one(name: &str, content: &str, start: usize, end: usize, label: &str) -> Sample {
    let mut sources = Sources::new();
    let doc = sources.add_text(name, content.to_owned());
    let mut finding = sample::plain(Spot::Text(doc, Span::new(start, end)), "m");
    finding.label = label.to_owned();
    Sample {
        report: Report {
            findings: vec![finding],
            ..Report::default()
        },
        sources,
        problems: Vec::new(),
    }
}

/// What stands above the mark in the first excerpt.
fn marked(text: &str) -> String {
    let lines: Vec<_> = text.lines().collect();
    let is_mark = |line: &str| line.starts_with("   · ") && line.contains(['─', '┬', '▲']);
    let at = lines.iter().position(|line| is_mark(line)).unwrap();
    let mut column = 0;
    let columns: Vec<(usize, char)> = lines[at - 1]
        .chars()
        .map(|character| {
            let before = column;
            column += style::columns(character);
            (before, character)
        })
        .collect();
    let marks: Vec<_> = lines[at]
        .chars()
        .enumerate()
        .filter(|(_, mark)| "─┬▲".contains(*mark))
        .collect();
    let (first, last) = (marks[0].0, marks[marks.len() - 1].0);
    columns
        .iter()
        .filter(|(at, _)| (first..=last).contains(at))
        .map(|(_, character)| character)
        .collect()
}

#[test]
fn marks_stand_under_what_they_mark_after_wide_and_replaced_characters() {
    let before = "漢字\t\u{1b}\u{202e}\u{301}é🦀 ";
    for filler in [0, 30, 300, 3000] {
        let content = format!(
            "{}{before}\"target\"{}\n",
            "漢".repeat(filler),
            "x".repeat(filler)
        );
        let start = content.find("\"target").unwrap();
        for width in [40, 60, 100, 200] {
            let shown = text(&one("f", &content, start, start + 8, "label"), false, width, true);
            assert_eq!(marked(&shown), "\"target\"", "{shown}");
            let is_within = |line: &str| line.chars().map(style::columns).sum::<usize>() <= width;
            assert!(shown.lines().all(is_within), "{shown}");
        }
    }
}

#[test]
fn a_label_over_many_lines_is_cut_and_says_where_it_ends() {
    let content = (1..=40).map(|line| format!("line {line}\n")).collect::<String>();
    let end = content.find("line 31").unwrap();
    let shown = text(&one("f", &content, 7, end, "here"), false, 60, true);
    assert!(
        shown.contains("here\n") && shown.contains("goes on to line 31"),
        "{shown}"
    );
    assert!(shown.contains("line 9") && !shown.contains("line 12"), "{shown}");
}

#[test]
fn labels_over_each_other_on_one_line_get_excerpts_of_their_own() {
    let mut sample = one("f", "{\"a\": [1, 2]}", 6, 12, "outer");
    let Spot::Text(doc, _) = sample.report.findings[0].at else {
        unreachable!()
    };
    sample.report.findings[0].related.push(crate::finding::Related {
        at: Spot::Text(doc, Span::new(7, 8)),
        note: "inner".to_owned(),
    });
    let shown = text(&sample, false, 60, true);
    assert_eq!(shown.matches("╭─[f:1:").count(), 2, "{shown}");
    assert_eq!(marked(&shown), "[1, 2]");
}

#[test]
fn more_places_than_fit_are_counted() {
    let mut sample = one("f", "0123456789", 0, 1, "first");
    let Spot::Text(doc, _) = sample.report.findings[0].at else {
        unreachable!()
    };
    let related = (0..20).map(|index| crate::finding::Related {
        at: Spot::Text(doc, Span::at(index % 10)),
        note: format!("note {index}"),
    });
    sample.report.findings[0].related.extend(related);
    let shown = text(&sample, false, 60, true);
    assert!(shown.contains("places: 8 more"), "{shown}");
    assert!(shown.contains("note 11") && !shown.contains("note 12"), "{shown}");
}

proptest! {
    #[test]
    fn no_input_panics_or_reaches_the_terminal(
        content in text_of_lines(),
        words in prop::collection::vec(hostile_text(), 6),
        spans in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..6),
        width in 0_usize..130,
        unicode in any::<bool>(),
    ) {
        let mut sources = Sources::new();
        let doc = sources.add_text(&words[0], content.clone());
        let other = sources.add_text(&words[1], format!("{content}{content}"));
        // Spans in any order, also inside characters and beyond the text.
        let spot = |index: usize, (one, two): &(prop::sample::Index, prop::sample::Index)| {
            let length = content.len() + 3;
            let (one, two) = (one.index(length), two.index(length));
            Spot::Text(if index % 3 == 2 { other } else { doc }, Span::new(one.min(two), one.max(two)))
        };
        let mut finding = sample::plain(spot(0, &spans[0]), &words[2]);
        finding.label = words[3].clone();
        finding.help = words[4].clone();
        finding.statement = Some(words[5].clone());
        for (index, pair) in spans.iter().enumerate() {
            let note = words[index % words.len()].clone();
            finding.related.push(crate::finding::Related { at: spot(index, pair), note });
        }
        let report = Report { findings: vec![finding.clone()], folded: vec![finding], notes: words, ..Report::default() };
        let sample = Sample { sources, report, problems: Vec::new() };
        let shown = text(&sample, false, width, unicode);
        let bad = shown.chars().find(|character| *character != '\n' && crate::report::hazard::is_hazard(*character));
        prop_assert_eq!(bad, None);
        prop_assert!(!shown.contains("Failed to read"));
        let excerpts = shown.matches(if unicode { "╭─[" } else { ",-[" }).count();
        prop_assert!(excerpts > 0);
    }
}

/// Words with characters of all kinds, some of which act on terminals.
fn hostile_text() -> impl Strategy<Value = String> {
    let character = prop_oneof![
        4 => prop::char::range(' ', '~'),
        2 => prop::sample::select(vec!['\u{1b}', '\n', '\r', '\t', '\0', '\u{9b}', '\u{202e}', '\u{2069}', '\u{7f}', '\u{feff}']),
        1 => prop::sample::select(vec!['é', '漢', '🦀', '\u{301}', ' ']),
        1 => any::<char>(),
    ];
    prop::collection::vec(character, 0..40).prop_map(|characters| characters.into_iter().collect())
}

/// Short and long lines with line ends of both kinds.
fn text_of_lines() -> impl Strategy<Value = String> {
    let line = (
        hostile_text(),
        prop_oneof![3 => Just(1_usize), 1 => 1_usize..60],
        prop::sample::select(vec!["\n", "\r\n", ""]),
    );
    let line = line.prop_map(|(text, times, end)| format!("{}{end}", text.repeat(times)));
    prop::collection::vec(line, 0..12).prop_map(|lines| lines.concat())
}
