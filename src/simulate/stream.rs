//! A stream of cases answered in parallel, in order, in bounded memory.
//!
//! In: lines, each a case. Out: a line for each, in the same order. Lines are read in portions of bounded size, a
//! portion is answered on all threads, then written. A portion also ends where the next line would have to be waited
//! for, so that whoever writes one case and waits for its answer gets it. A line that is not UTF-8, or is too long, is answered with an
//! error like any case that is not valid; blank lines are passed over. Neither stops the rest.

use std::io::{self, BufRead, Write};

use rayon::prelude::*;

use super::cases::{Answer, CaseOutcome, answer};
use crate::condition::Mode;

/// The number of bytes of the longest line that is read: 16 MiB. The rest of a longer one is passed over.
pub const MAX_LINE: usize = 1 << 24;
/// A portion holds at most this many lines,
const PORTION_LINES: usize = 4096;
/// and no further line once it holds this many bytes.
const PORTION_BYTES: usize = 1 << 23;

/// What became of a stream.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Cases that were answered with a decision.
    pub answered: usize,
    /// Cases that are not valid.
    pub refused: usize,
}

/// One line as it was read.
enum Line {
    Text(Vec<u8>),
    TooLong,
}

/// Answers every line of `input` on a line of `output`, on the threads of rayon's current pool.
///
/// # Errors
/// Reading or writing fails.
pub fn answer_all(input: &mut dyn BufRead, output: &mut dyn Write, mode: Mode) -> io::Result<Tally> {
    let mut tally = Tally::default();
    loop {
        let (lines, more) = portion(input)?;
        let answers: Vec<(bool, String)> = lines
            .into_par_iter()
            .map(|line| answer_line(line, mode))
            .collect();
        for (is_answered, text) in answers {
            if is_answered {
                tally.answered += 1;
            } else {
                tally.refused += 1;
            }
            output.write_all(text.as_bytes())?;
        }
        output.flush()?;
        if !more {
            return Ok(tally);
        }
    }
}

/// The next lines that are not blank, and whether there may be more.
fn portion(input: &mut dyn BufRead) -> io::Result<(Vec<Line>, bool)> {
    let (mut lines, mut bytes) = (Vec::new(), 0);
    let mut is_drained = false;
    while lines.len() < PORTION_LINES && bytes < PORTION_BYTES && (!is_drained || lines.is_empty()) {
        match next_line(input, &mut is_drained)? {
            None => return Ok((lines, false)),
            Some(Line::Text(line)) if line.iter().all(u8::is_ascii_whitespace) => {}
            Some(line) => {
                if let Line::Text(text) = &line {
                    bytes += text.len();
                }
                lines.push(line);
            }
        }
    }
    Ok((lines, true))
}

/// The next line without its end. Of a line that is too long only the end is sought. `is_drained` says afterwards
/// whether all that was buffered is used.
fn next_line(input: &mut dyn BufRead, is_drained: &mut bool) -> io::Result<Option<Line>> {
    let mut line = Vec::new();
    let (mut is_too_long, mut has_begun) = (false, false);
    loop {
        let available = match input.fill_buf() {
            Ok(available) => available,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if available.is_empty() {
            break;
        }
        has_begun = true;
        let end = memchr::memchr(b'\n', available);
        let taken = available
            .get(..end.unwrap_or(available.len()))
            .unwrap_or_default();
        if line.len() + taken.len() > MAX_LINE {
            is_too_long = true;
            line = Vec::new();
        }
        if !is_too_long {
            line.extend_from_slice(taken);
        }
        let used = taken.len() + usize::from(end.is_some());
        *is_drained = used == available.len();
        input.consume(used);
        if end.is_some() {
            break;
        }
    }
    Ok(match (has_begun, is_too_long) {
        (false, _) => None,
        (true, true) => Some(Line::TooLong),
        (true, false) => Some(Line::Text(line)),
    })
}

/// Whether the case was valid, and the line of its answer.
fn answer_line(line: Line, mode: Mode) -> (bool, String) {
    let answer = match line {
        Line::TooLong => refused(format!("the line has more than {MAX_LINE} bytes")),
        Line::Text(bytes) => match String::from_utf8(bytes) {
            Ok(text) => answer(text.trim_end_matches('\r'), mode),
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                refused(format!("the line is not UTF-8 text from its byte {at} on"))
            }
        },
    };
    let is_answered = matches!(answer.outcome, CaseOutcome::Answered(_));
    let mut text = serde_json::to_string(&answer)
        .unwrap_or_else(|error| serde_json::json!({ "error": error.to_string() }).to_string());
    text.push('\n');
    (is_answered, text)
}

fn refused(error: String) -> Answer {
    Answer {
        id: None,
        outcome: CaseOutcome::Refused { error },
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use super::*;

    fn case(id: usize, action: &str) -> String {
        format!(
            r#"{{"id":"{id}","request":{{"principal":"arn:aws:iam::111122223333:user/u","action":"{action}","resource":"*","resourceAccount":"111122223333","context":{{}}}},"identityPolicies":[{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"s3:*","Resource":"*"}}}}],"resourcePolicy":null,"permissionBoundaries":[],"scps":[],"rcps":[],"sessionPolicy":null}}"#
        )
    }

    fn run(input: &[u8]) -> (Tally, Vec<serde_json::Value>) {
        let mut output = Vec::new();
        let tally = answer_all(&mut &input[..], &mut output, Mode::Chosen).unwrap();
        let lines = std::str::from_utf8(&output).unwrap().lines();
        (
            tally,
            lines.map(|line| serde_json::from_str(line).unwrap()).collect(),
        )
    }

    #[test]
    fn ten_thousand_cases_are_answered_in_order_past_bad_ones() {
        let mut input = Vec::new();
        for id in 0..10_000 {
            match id % 100 {
                7 => input.extend(b"{\"id\": broken\n"),
                13 => input.extend(b"{\"id\":\"\xff\"}\r\n"),
                _ if id % 2 == 0 => input.extend(case(id, "s3:GetObject").into_bytes()),
                _ => input.extend(case(id, "iam:GetUser").into_bytes()),
            }
            input.extend(b"\n  \n");
        }
        let (tally, answers) = run(&input);
        assert_eq!(
            tally,
            Tally {
                answered: 9_800,
                refused: 200
            }
        );
        assert_eq!(answers.len(), 10_000);
        for (id, answer) in answers.iter().enumerate() {
            match id % 100 {
                7 | 13 => assert!(answer["error"].is_string(), "{answer}"),
                _ => {
                    assert_eq!(answer["id"], id.to_string());
                    let expected = if id % 2 == 0 {
                        "Allowed"
                    } else {
                        "ImplicitlyDenied"
                    };
                    assert_eq!(answer["decision"], expected);
                }
            }
        }
    }

    #[test]
    fn a_line_that_is_too_long_is_refused_and_the_next_one_read() {
        let mut input = vec![b'x'; MAX_LINE + 1];
        input.push(b'\n');
        input.extend(case(1, "s3:GetObject").into_bytes());
        let (tally, answers) = run(&input);
        assert_eq!((tally.answered, tally.refused), (1, 1));
        assert_eq!(answers[0]["error"], "the line has more than 16777216 bytes");
        assert_eq!(answers[1]["decision"], "Allowed");
    }

    #[test]
    fn a_line_of_the_full_length_is_read() {
        let mut input = case(1, "s3:GetObject").into_bytes();
        input.resize(MAX_LINE, b' ');
        assert_eq!(run(&input).0.answered, 1);
    }

    /// Gives a line only after the answer to the one before was written.
    struct Waiting {
        lines: Vec<String>,
        given: usize,
        output: Rc<RefCell<Vec<u8>>>,
    }

    impl io::Read for Waiting {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let answered = self.output.borrow().iter().filter(|byte| **byte == b'\n').count();
            assert_eq!(answered, self.given);
            let Some(line) = self.lines.get(self.given) else {
                return Ok(0);
            };
            self.given += 1;
            buffer[..line.len()].copy_from_slice(line.as_bytes());
            Ok(line.len())
        }
    }

    struct Shared(Rc<RefCell<Vec<u8>>>);

    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn an_answer_does_not_wait_for_the_next_case() {
        let output = Rc::new(RefCell::new(Vec::new()));
        let waiting = Waiting {
            lines: (0..3).map(|id| case(id, "s3:GetObject") + "\n").collect(),
            given: 0,
            output: Rc::clone(&output),
        };
        let tally = answer_all(
            &mut io::BufReader::new(waiting),
            &mut Shared(output),
            Mode::Chosen,
        );
        assert_eq!(tally.unwrap().answered, 3);
    }

    #[test]
    fn nothing_in_nothing_out() {
        assert_eq!(run(b"\n\r\n \n"), (Tally::default(), Vec::new()));
    }
}
