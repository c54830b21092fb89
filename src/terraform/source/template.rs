//! Strings and heredocs: literal pieces with the place of each letter, interpolations and directives.

use hcl_edit::Span as _;
use hcl_edit::expr::Expression;
use hcl_edit::template::{Directive, Element, Template};

use super::evaluator::Evaluator;
use super::pairs::pairs;
use super::scope::Scope;
use super::value::{Data, Piece, Value};
use crate::source::{DocId, Origin, Span};

/// How a literal is written.
#[derive(Clone, Copy)]
struct Form {
    /// Between quotes, with escapes.
    is_quoted: bool,
    /// The number of characters taken from the beginning of each line.
    indent: usize,
}

/// The value of a string, a template or a heredoc.
pub(super) fn of(evaluator: &Evaluator<'_>, expression: &Expression, scope: &Scope) -> Value {
    match expression {
        Expression::String(text) => {
            let span = text.span().unwrap_or_default();
            let inner = Span::new(span.start + 1, span.end.saturating_sub(1).max(span.start + 1));
            let form = Form {
                is_quoted: true,
                indent: 0,
            };
            let raw = evaluator.texts.stretch(scope.doc, inner);
            let mut pieces = Vec::new();
            // A piece that does not read as its string does is none of its text.
            let place = (evaluator, scope.doc, inner.start);
            literal(raw, place, form, &mut false, &mut pieces);
            let read: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
            if read != *text.value().as_str() {
                pieces = vec![Piece::known(text.value().as_str(), None)];
            }
            Data::Text(pieces).into()
        }
        Expression::StringTemplate(template) => {
            if let [Element::Interpolation(only)] = template.iter().collect::<Vec<_>>().as_slice() {
                return evaluator.expression(&only.expr, scope);
            }
            let form = Form {
                is_quoted: true,
                indent: 0,
            };
            join(evaluator, template.iter(), scope, form)
        }
        Expression::HeredocTemplate(heredoc) => {
            let form = Form {
                is_quoted: false,
                indent: heredoc.indent().unwrap_or_default(),
            };
            join(evaluator, heredoc.template.iter(), scope, form)
        }
        _ => evaluator.unknown_at(None),
    }
}

/// The value of a file that is a template.
pub(super) fn of_file(evaluator: &Evaluator<'_>, template: &Template, scope: &Scope) -> Value {
    let form = Form {
        is_quoted: false,
        indent: 0,
    };
    join(evaluator, template.iter(), scope, form)
}

fn join<'t>(
    evaluator: &Evaluator<'_>,
    elements: impl Iterator<Item = &'t Element>,
    scope: &Scope,
    form: Form,
) -> Value {
    let mut writer = Writer {
        evaluator,
        form,
        pieces: Vec::new(),
        at_line_start: true,
        strip_next: false,
    };
    let elements: Vec<&Element> = elements.collect();
    match writer.elements(&elements, scope) {
        Some(()) => Data::Text(writer.pieces).into(),
        None => {
            let origin = elements
                .first()
                .and_then(|first| evaluator.origin(scope.doc, first.span()));
            evaluator.unknown_at(origin)
        }
    }
}

struct Writer<'e, 'a> {
    evaluator: &'e Evaluator<'a>,
    form: Form,
    pieces: Vec<Piece>,
    at_line_start: bool,
    strip_next: bool,
}

impl Writer<'_, '_> {
    /// `None` when a directive depends on what is not known.
    fn elements(&mut self, elements: &[&Element], scope: &Scope) -> Option<()> {
        for element in elements {
            match element {
                Element::Literal(text) => {
                    let span = text.span().unwrap_or_default();
                    let span = Span::new(span.start, span.end);
                    let raw = self.evaluator.texts.stretch(scope.doc, span);
                    let kept = if std::mem::take(&mut self.strip_next) {
                        raw.trim_start()
                    } else {
                        raw
                    };
                    let start = span.start + (raw.len() - kept.len());
                    literal(
                        kept,
                        (self.evaluator, scope.doc, start),
                        self.form,
                        &mut self.at_line_start,
                        &mut self.pieces,
                    );
                }
                Element::Interpolation(interpolation) => {
                    let strip = interpolation.strip;
                    self.strip(strip.strip_start());
                    let value = self.evaluator.expression(&interpolation.expr, scope);
                    let origin = self.evaluator.origin(scope.doc, element.span());
                    self.interpolate(&value, origin);
                    self.strip_next = strip.strip_end();
                }
                Element::Directive(directive) => self.directive(directive, scope)?,
            }
        }
        Some(())
    }

    /// Takes away the space at the end of what was written.
    fn strip(&mut self, is_wanted: bool) {
        while is_wanted && let Some(last) = self.pieces.last_mut().filter(|last| last.hole.is_none()) {
            let kept = last.text.trim_end().len();
            if kept == 0 {
                self.pieces.pop();
                continue;
            }
            if let (Some(Origin::Text(_, span)), true) = (&mut last.origin, kept < last.text.len())
                && span.end - span.start == last.text.len()
            {
                span.end = span.start + kept;
            }
            last.text.truncate(kept);
            break;
        }
    }

    fn interpolate(&mut self, value: &Value, origin: Option<Origin>) {
        self.at_line_start = false;
        let is_document = matches!(value.data, Data::Json(_));
        match value.pieces() {
            Some(pieces) => {
                for piece in pieces {
                    let keeps = is_document || piece.text.contains('\n');
                    let origin = if keeps { piece.origin.or(origin) } else { origin };
                    self.pieces.push(Piece { origin, ..piece });
                }
            }
            None => {
                let hole = self.evaluator.unknown_at(origin);
                self.pieces.extend(hole.pieces().unwrap_or_default());
            }
        }
    }

    fn directive(&mut self, directive: &Directive, scope: &Scope) -> Option<()> {
        match directive {
            Directive::If(each) => {
                let condition = self
                    .evaluator
                    .expression(&each.if_expr.cond_expr, scope)
                    .known_bool()?;
                self.strip(each.if_expr.strip.strip_start());
                self.strip_next = each.if_expr.strip.strip_end();
                if condition {
                    let inner: Vec<&Element> = each.if_expr.template.iter().collect();
                    self.elements(&inner, scope)?;
                }
                if let Some(otherwise) = &each.else_expr {
                    self.strip(condition && otherwise.strip.strip_start());
                    self.strip_next = otherwise.strip.strip_end();
                    if !condition {
                        let inner: Vec<&Element> = otherwise.template.iter().collect();
                        self.elements(&inner, scope)?;
                    }
                }
                self.strip(each.endif_expr.strip.strip_start());
                self.strip_next = each.endif_expr.strip.strip_end();
            }
            Directive::For(each) => {
                let intro = &each.for_expr;
                let collection = self.evaluator.expression(&intro.collection_expr, scope);
                self.strip(intro.strip.strip_start());
                for (key, value) in pairs(&collection)? {
                    let mut inner = scope.with(intro.value_var.as_str(), value);
                    if let Some(name) = &intro.key_var {
                        inner = inner.with(name.as_str(), key);
                    }
                    self.strip_next = intro.strip.strip_end();
                    let elements: Vec<&Element> = intro.template.iter().collect();
                    self.elements(&elements, &inner)?;
                    self.strip(each.endfor_expr.strip.strip_start());
                    if !self.evaluator.charge(elements.len() as u64) {
                        return None;
                    }
                }
                self.strip_next = each.endfor_expr.strip.strip_end();
            }
        }
        Some(())
    }
}

/// Cuts a literal into stretches that stand in the file as they are meant, and escapes.
fn literal(
    raw: &str,
    (evaluator, doc, start): (&Evaluator<'_>, DocId, usize),
    form: Form,
    at_line_start: &mut bool,
    pieces: &mut Vec<Piece>,
) {
    let mut taken = 0;
    let mut stretch: Option<(usize, usize)> = None;
    let origin = |from: usize, to: usize| evaluator.origin(doc, Some(start + from..start + to));
    let flush = |stretch: &mut Option<(usize, usize)>, pieces: &mut Vec<Piece>| {
        if let Some((from, to)) = stretch.take() {
            let text = raw.get(from..to).unwrap_or_default();
            pieces.push(Piece::known(text, origin(from, to)));
        }
    };
    while let Some(rest) = raw.get(taken..).filter(|rest| !rest.is_empty()) {
        if std::mem::take(at_line_start) && form.indent > 0 {
            let blank = rest
                .chars()
                .take(form.indent)
                .take_while(|letter| *letter == ' ' || *letter == '\t');
            let skipped: usize = blank.map(char::len_utf8).sum();
            if skipped > 0 {
                flush(&mut stretch, pieces);
                taken += skipped;
                continue;
            }
        }
        let (meant, length) = unescape(rest, form.is_quoted);
        if let Some(text) = meant {
            flush(&mut stretch, pieces);
            pieces.push(Piece::known(text, origin(taken, taken + length)));
        } else {
            let from = stretch.map_or(taken, |(from, _)| from);
            stretch = Some((from, taken + length));
            *at_line_start = rest.starts_with('\n');
        }
        taken += length;
    }
    flush(&mut stretch, pieces);
}

/// The text of the escape that begins here, and its length; no text for a letter that stands for itself.
fn unescape(rest: &str, is_quoted: bool) -> (Option<String>, usize) {
    if rest.starts_with("$${") {
        return (Some("${".to_owned()), 3);
    }
    if rest.starts_with("%%{") {
        return (Some("%{".to_owned()), 3);
    }
    let mut letters = rest.chars();
    let first = letters.next().unwrap_or_default();
    if first != '\\' || !is_quoted {
        return (None, first.len_utf8());
    }
    let digits = |count: usize| {
        let code = rest.get(2..2 + count)?;
        let letter = char::from_u32(u32::from_str_radix(code, 16).ok()?)?;
        Some((Some(letter.to_string()), 2 + count))
    };
    match letters.next() {
        Some('n') => (Some("\n".to_owned()), 2),
        Some('r') => (Some("\r".to_owned()), 2),
        Some('t') => (Some("\t".to_owned()), 2),
        Some('u') => digits(4).unwrap_or((None, 1)),
        Some('U') => digits(8).unwrap_or((None, 1)),
        Some(letter @ ('"' | '\\')) => (Some(letter.to_string()), 2),
        _ => (None, 1),
    }
}
