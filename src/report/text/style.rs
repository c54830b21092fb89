//! How things are drawn: the characters and colours of the options, wrapped paragraphs with a heading, and miette's
//! drawing of a diagnostic.

use miette::{GraphicalReportHandler, GraphicalTheme, ThemeCharacters, ThemeStyles};
use textwrap::core::display_width;
use textwrap::{Options, WordSeparator, WordSplitter};

use super::TextOptions;
use super::adapter::Shown;
use crate::report::hazard::shown;

/// The spaces before the details of a finding.
const INDENT: &str = "  ";

/// The drawing of one report.
pub(super) struct Style {
    options: TextOptions,
    theme: GraphicalTheme,
    handler: GraphicalReportHandler,
}

impl Style {
    pub(super) fn new(options: TextOptions) -> Self {
        let options = TextOptions {
            width: options.width.clamp(20, 400),
            ..options
        };
        let theme = GraphicalTheme {
            characters: if options.unicode {
                ThemeCharacters::unicode()
            } else {
                ThemeCharacters::ascii()
            },
            styles: if options.color {
                ThemeStyles::ansi()
            } else {
                ThemeStyles::none()
            },
        };
        let handler = GraphicalReportHandler::new_themed(theme.clone())
            .with_urls(false)
            .with_width(options.width)
            .with_context_lines(1)
            .without_primary_span_start()
            .without_syntax_highlighting()
            .with_break_words(false)
            .with_word_separator(WordSeparator::AsciiSpace)
            .with_word_splitter(WordSplitter::NoHyphenation);
        Self {
            options,
            theme,
            handler,
        }
    }

    pub(super) fn unicode(&self) -> bool {
        self.options.unicode
    }

    pub(super) fn width(&self) -> usize {
        self.options.width
    }

    /// The mark of text left out.
    pub(super) fn ellipsis(&self) -> &'static str {
        if self.options.unicode { "…" } else { "..." }
    }

    /// Appends the head, the message and the excerpts of a diagnostic.
    pub(super) fn render(&self, out: &mut String, diagnostic: &Shown) {
        // Writing to a string does not fail, and excerpts give every span that they name.
        _ = self.handler.render_report(out, diagnostic);
    }

    /// Appends a paragraph under a heading: `  heading: text`, wrapped between words. Words are never broken, so that
    /// an ARN can be copied whole.
    pub(super) fn push_section(&self, out: &mut String, heading: &str, text: &str) {
        let text = shown(text, self.options.unicode);
        self.push_lines(out, heading, &[text.as_ref()]);
    }

    /// Appends a heading on a line of its own.
    pub(super) fn push_heading(&self, out: &mut String, heading: &str) {
        out.push_str(&self.heading(heading));
        out.push('\n');
    }

    fn heading(&self, heading: &str) -> String {
        let styled = self
            .theme
            .styles
            .help
            .style(format_args!("{heading}:"))
            .to_string();
        format!("{INDENT}{styled}")
    }

    /// Appends lines that are safe to show under one heading, each wrapped.
    pub(super) fn push_lines<T: AsRef<str>>(&self, out: &mut String, heading: &str, lines: &[T]) {
        let first = format!("{} ", self.heading(heading));
        // On a narrow screen a hanging indent as wide as the heading leaves no room.
        let hanging = if self.options.width < 60 {
            4
        } else {
            INDENT.len() + heading.len() + 2
        };
        let hanging = " ".repeat(hanging);
        for (index, line) in lines.iter().enumerate() {
            let indent = if index == 0 { &first } else { &hanging };
            for line in self.wrap(line.as_ref(), indent, &hanging) {
                out.push_str(line.trim_end_matches(' '));
                out.push('\n');
            }
        }
    }

    fn wrap(&self, text: &str, first: &str, hanging: &str) -> Vec<String> {
        let options = wrapping(self.options.width)
            .initial_indent(first)
            .subsequent_indent(hanging);
        textwrap::wrap(text, options)
            .into_iter()
            .map(|line| line.into_owned())
            .collect()
    }
}

fn wrapping(width: usize) -> Options<'static> {
    Options::new(width)
        .break_words(false)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
}

/// A label's text in lines of at most `width` columns, where its words allow.
pub(super) fn wrap_label(label: &str, width: usize) -> String {
    textwrap::fill(label, wrapping(width))
}

/// The columns that a character takes on the screen.
pub(super) fn columns(character: char) -> usize {
    if character.is_ascii() {
        1
    } else {
        display_width(character.encode_utf8(&mut [0; 4]))
    }
}
