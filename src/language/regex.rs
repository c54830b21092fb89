//! Java regular expressions as programs, or a refusal with its place.
//!
//! The text is parsed by regex-syntax, whose dialect is close to Java's but not the same. What both read
//! alike is translated with Java's meaning (ASCII `\d \w \s`, Java's line terminators for `.`, ASCII letter
//! case for `(?i)`); what they read differently, and what is not regular, is refused. The whole text must
//! match, as with `Matcher.matches()`.

use regex_syntax::ast::parse::ParserBuilder;
use regex_syntax::ast::{
    AssertionKind, Ast, ErrorKind, Flag, Flags, FlagsItemKind, GroupKind, RepetitionKind, RepetitionRange,
    Span,
};

use super::charset::CharSet;
use super::program::{Builder, Inst};
use super::regex_class::{self, close_over_case};
use super::regex_fault::{LARGEST, RegexFault, RegexFaultKind, fault, unsupported};

/// Groups and repetitions inside each other, at most.
const DEEPEST: u32 = 128;

/// The program of a pattern.
pub(super) fn build(pattern: &str) -> Result<Builder, RegexFault> {
    let (text, origins) = unquote(pattern);
    let origin = |at: usize| origins.get(at).copied().unwrap_or(pattern.len());
    translate(&text).map_err(|RegexFault { span, kind }| RegexFault {
        span: origin(span.start)..origin(span.end),
        kind,
    })
}

fn translate(text: &str) -> Result<Builder, RegexFault> {
    let ast = ParserBuilder::new()
        .nest_limit(DEEPEST)
        .build()
        .parse(text)
        .map_err(|error| {
            let blamed = text.get(error.span().start.offset..).unwrap_or_default();
            let atomic = text
                .get(..error.span().end.offset)
                .is_some_and(|before| before.ends_with("(?>"));
            let kind = match error.kind() {
                ErrorKind::UnsupportedLookAround => RegexFaultKind::Unsupported("look-around"),
                ErrorKind::UnsupportedBackreference => RegexFaultKind::Unsupported("a back reference"),
                ErrorKind::EscapeUnrecognized if blamed.starts_with("\\k") => {
                    RegexFaultKind::Unsupported("a back reference")
                }
                ErrorKind::EscapeUnrecognized => RegexFaultKind::Unsupported("this escape"),
                ErrorKind::NestLimitExceeded(_) => RegexFaultKind::TooLarge,
                _ if atomic => RegexFaultKind::Unsupported("an atomic group"),
                kind => RegexFaultKind::Malformed(kind.to_string()),
            };
            let mut fault = fault(error.span(), kind);
            // The parser stumbles over the `>`; the fault starts with the group.
            fault.span.start -= if atomic { "(?".len() } else { 0 };
            fault
        })?;
    let mut translator = Translator {
        text,
        builder: Builder::default(),
        modes: Modes::default(),
    };
    translator.emit(
        &ast,
        Place {
            chained: true,
            first: true,
            last: true,
        },
    )?;
    Ok(translator.builder)
}

/// The pattern with `\Q…\E` written as escapes, and for each of its bytes the byte of the pattern it stands
/// for.
fn unquote(pattern: &str) -> (String, Vec<usize>) {
    let mut text = String::with_capacity(pattern.len());
    let mut origins = Vec::with_capacity(pattern.len() + 1);
    let mut chars = pattern.char_indices().peekable();
    let mut quoted = false;
    while let Some((at, c)) = chars.next() {
        let follower = chars.peek().map(|&(_, next)| next);
        match (c, follower) {
            ('\\', Some('Q')) if !quoted => {
                quoted = true;
                chars.next();
            }
            ('\\', Some('E')) if quoted => {
                quoted = false;
                chars.next();
            }
            ('\\', Some(next)) if !quoted => {
                text.extend([c, next]);
                chars.next();
            }
            // As in Java, letters are never special when quoted; every other ASCII character may be.
            _ if quoted && c.is_ascii() && !c.is_ascii_alphabetic() => {
                text.push_str(&format!("\\x{{{:X}}}", c as u32));
            }
            _ => text.push(c),
        }
        origins.resize(text.len(), at);
    }
    origins.push(pattern.len());
    (text, origins)
}

/// The flags in force.
#[derive(Debug, Clone, Copy, Default)]
struct Modes {
    ignore_case: bool,
    dot_all: bool,
}

/// Where an expression stands.
#[derive(Debug, Clone, Copy)]
struct Place {
    /// In the outermost chain, where parts are items of the program.
    chained: bool,
    /// Nothing is read before it.
    first: bool,
    /// Nothing is read after it.
    last: bool,
}

impl Place {
    const INNER: Self = Self {
        chained: false,
        first: false,
        last: false,
    };
}

/// Writes the program.
struct Translator<'a> {
    text: &'a str,
    builder: Builder,
    modes: Modes,
}

impl Translator<'_> {
    /// Writes one expression. Recursion is as deep as [`DEEPEST`] allows.
    fn emit(&mut self, ast: &Ast, place: Place) -> Result<(), RegexFault> {
        if self.builder.len() > LARGEST {
            return Err(fault(ast.span(), RegexFaultKind::TooLarge));
        }
        if let Some(set) = self.set(ast)? {
            self.item(place);
            let label = self.builder.label(&set);
            self.builder.push(Inst::Step(label));
            return Ok(());
        }
        match ast {
            Ast::Flags(flags) => self.set_modes(&flags.flags),
            Ast::Assertion(assertion) => self.assert(&assertion.kind, &assertion.span, place),
            Ast::Repetition(repetition) => {
                self.check_operator(ast, &repetition.ast, &repetition.op.span)?;
                self.repeat(&repetition.op.kind, &repetition.ast, place)
            }
            Ast::Group(group) => {
                let outside = self.modes;
                match &group.kind {
                    GroupKind::CaptureIndex(_) => {}
                    GroupKind::CaptureName { starts_with_p, name } => {
                        if *starts_with_p || !name.name.chars().all(|c| c.is_ascii_alphanumeric()) {
                            return Err(unsupported(&name.span, "this group name"));
                        }
                    }
                    GroupKind::NonCapturing(flags) => self.set_modes(flags)?,
                }
                self.emit(&group.ast, place)?;
                self.modes = outside;
                Ok(())
            }
            Ast::Alternation(alternation) => self.alternate(&alternation.asts, place),
            Ast::Concat(concat) => {
                let reads = |ast: &Ast| !matches!(ast, Ast::Empty(_) | Ast::Flags(_) | Ast::Assertion(_));
                let first = concat.asts.iter().position(reads).unwrap_or(usize::MAX);
                let last = concat.asts.iter().rposition(reads).unwrap_or(0);
                for (number, ast) in concat.asts.iter().enumerate() {
                    let (first, last) = (place.first && number <= first, place.last && number >= last);
                    self.emit(ast, Place { first, last, ..place })?;
                }
                Ok(())
            }
            // The others read one character, which is done above.
            Ast::Empty(_)
            | Ast::Literal(_)
            | Ast::Dot(_)
            | Ast::ClassUnicode(_)
            | Ast::ClassPerl(_)
            | Ast::ClassBracketed(_) => Ok(()),
        }
    }

    /// The characters of an expression that reads exactly one; none for all others.
    fn set(&self, ast: &Ast) -> Result<Option<CharSet>, RegexFault> {
        let folds = self.modes.ignore_case;
        Ok(Some(match ast {
            Ast::Literal(literal) => {
                let set = CharSet::single(regex_class::literal(literal)?);
                if folds { close_over_case(&set) } else { set }
            }
            Ast::Dot(_) if self.modes.dot_all => CharSet::all(),
            Ast::Dot(_) => CharSet::of("\n\r\u{85}\u{2028}\u{2029}").negate(),
            Ast::ClassPerl(class) => regex_class::perl(class),
            Ast::ClassUnicode(class) => regex_class::named(class, self.text, folds)?,
            Ast::ClassBracketed(class) => regex_class::bracketed(class, self.text, folds)?,
            _ => return Ok(None),
        }))
    }

    fn item(&mut self, place: Place) {
        if place.chained {
            self.builder.item();
        }
    }

    /// Flags that mean the same in both dialects; the others are refused.
    fn set_modes(&mut self, flags: &Flags) -> Result<(), RegexFault> {
        let mut on = true;
        for item in &flags.items {
            match item.kind {
                FlagsItemKind::Negation => on = false,
                FlagsItemKind::Flag(Flag::CaseInsensitive) => self.modes.ignore_case = on,
                FlagsItemKind::Flag(Flag::DotMatchesNewLine) => self.modes.dot_all = on,
                FlagsItemKind::Flag(_) => return Err(unsupported(&item.span, "this flag")),
            }
        }
        Ok(())
    }

    /// An anchor is fine where it says what is so anyway.
    fn assert(&self, kind: &AssertionKind, span: &Span, place: Place) -> Result<(), RegexFault> {
        match kind {
            AssertionKind::StartLine | AssertionKind::StartText if place.first => Ok(()),
            AssertionKind::EndLine | AssertionKind::EndText if place.last => Ok(()),
            AssertionKind::StartLine
            | AssertionKind::StartText
            | AssertionKind::EndLine
            | AssertionKind::EndText => Err(unsupported(span, "an anchor in the middle")),
            _ => Err(unsupported(span, "a word boundary")),
        }
    }

    /// Refuses operators that Java reads otherwise: a second operator (possessive, or an error), spaces in
    /// braces, and operators on what reads nothing.
    fn check_operator(&self, whole: &Ast, operand: &Ast, operator: &Span) -> Result<(), RegexFault> {
        match operand {
            Ast::Repetition(inner) => {
                let end = inner.op.span.end.offset;
                let possessive = self.text.get(end..operator.end.offset) == Some("+");
                return Err(if possessive {
                    fault(
                        whole.span(),
                        RegexFaultKind::Unsupported("a possessive quantifier"),
                    )
                } else {
                    unsupported(operator, "a quantifier on a quantifier")
                });
            }
            Ast::Assertion(_) | Ast::Flags(_) | Ast::Empty(_) => {
                return Err(unsupported(operator, "a quantifier on nothing"));
            }
            _ => {}
        }
        let written = self
            .text
            .get(operator.start.offset..operator.end.offset)
            .unwrap_or_default();
        let plain = written
            .chars()
            .all(|c| c.is_ascii_digit() || "{},?*+".contains(c));
        if !plain || written.starts_with("{,") {
            return Err(unsupported(operator, "this form of repetition"));
        }
        Ok(())
    }

    fn repeat(&mut self, kind: &RepetitionKind, body: &Ast, place: Place) -> Result<(), RegexFault> {
        let (min, max) = match *kind {
            RepetitionKind::ZeroOrOne => (0, Some(1)),
            RepetitionKind::ZeroOrMore => (0, None),
            RepetitionKind::OneOrMore => (1, None),
            RepetitionKind::Range(RepetitionRange::Exactly(count)) => (count, Some(count)),
            RepetitionKind::Range(RepetitionRange::AtLeast(min)) => (min, None),
            RepetitionKind::Range(RepetitionRange::Bounded(min, max)) => (min, Some(max)),
        };
        let inner = Place {
            chained: place.chained,
            ..Place::INNER
        };
        // Of an unbounded repetition of more than one character the last copy is the one that comes back.
        let returning = max.is_none() && min > 0 && self.set(body)?.is_none();
        for _ in 0..min - u32::from(returning) {
            self.item(place);
            let before = self.builder.len();
            self.emit(body, inner)?;
            if self.builder.len() == before {
                return Ok(());
            }
        }
        self.item(place);
        match max {
            Some(max) => self.optional(max.saturating_sub(min), body),
            None => self.unbounded(returning, body),
        }
    }

    /// At most `count` more: x(x(x)?)?, so that no state holds all of them at once.
    fn optional(&mut self, count: u32, body: &Ast) -> Result<(), RegexFault> {
        let mut forks = Vec::new();
        for _ in 0..count {
            forks.push(self.builder.fork());
            let before = self.builder.len();
            self.emit(body, Place::INNER)?;
            if self.builder.len() == before {
                break;
            }
        }
        forks.into_iter().for_each(|fork| self.builder.land(fork));
        Ok(())
    }

    /// Any number of times, or at least once.
    fn unbounded(&mut self, once: bool, body: &Ast) -> Result<(), RegexFault> {
        if let Some(set) = self.set(body)? {
            let label = self.builder.label(&set);
            self.builder.push(Inst::Loop(label));
            return Ok(());
        }
        let fork = (!once).then(|| self.builder.fork());
        let start = self.builder.len();
        self.emit(body, Place::INNER)?;
        let after = self.builder.len() + 1;
        self.builder.push(Inst::Fork(start, after));
        fork.into_iter().for_each(|fork| self.builder.land(fork));
        Ok(())
    }

    fn alternate(&mut self, branches: &[Ast], place: Place) -> Result<(), RegexFault> {
        self.item(place);
        let inner = Place {
            chained: false,
            ..place
        };
        let Some((last, rest)) = branches.split_last() else {
            return Ok(());
        };
        let mut jumps = Vec::new();
        for branch in rest {
            let fork = self.builder.fork();
            self.emit(branch, inner)?;
            jumps.push(self.builder.jump());
            self.builder.land(fork);
        }
        self.emit(last, inner)?;
        jumps.into_iter().for_each(|jump| self.builder.land(jump));
        Ok(())
    }
}

#[cfg(test)]
mod tests;
