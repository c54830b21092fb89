//! A file as what it holds: a stream of documents, one a line, or one text.
//!
//! A stream is told by its name (`.ndjson`, `.jsonl`), else by its first two lines: an object that ends with its line, and
//! another behind it. No one text of JSON looks so. What is read of a line is bounded by the size of the largest text.

use std::io::{self, BufRead, BufReader, Read};

use crate::cli::decompress::unpacked_name;
use crate::cli::files::MAX_BYTES;
use crate::source::Start;
use crate::terraform;

/// How much is read from a file at once.
const BUFFER: usize = 1 << 18;

/// One line, without its end.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    pub start: Start,
    pub bytes: Vec<u8>,
    /// Whether it was longer than any text may be, and was skipped.
    pub is_too_long: bool,
}

/// The lines of a file that are not blank.
pub(super) struct Lines<'a> {
    reader: BufReader<Box<dyn Read + Send + 'a>>,
    at: Start,
    /// Lines that were looked at to tell what the file is.
    ahead: Vec<Line>,
}

/// What a file is.
pub(super) enum Content<'a> {
    /// Documents, one a line.
    Stream(Lines<'a>),
    /// One text.
    Whole(Vec<u8>),
    /// One text with more bytes than a text may have.
    TooLarge,
}

impl<'a> Lines<'a> {
    fn new(reader: Box<dyn Read + Send + 'a>) -> Self {
        Self {
            reader: BufReader::with_capacity(BUFFER, reader),
            at: Start::default(),
            ahead: Vec::new(),
        }
    }

    /// The next line that is not blank; `None` at the end.
    pub fn next(&mut self) -> io::Result<Option<Line>> {
        if let Some(line) = self.ahead.pop() {
            return Ok(Some(line));
        }
        while let Some(line) = self.raw()? {
            if line.is_too_long || !line.bytes.trim_ascii().is_empty() {
                return Ok(Some(line));
            }
        }
        Ok(None)
    }

    /// The next line with its end.
    fn raw(&mut self) -> io::Result<Option<Line>> {
        let mut bytes = Vec::new();
        let most = MAX_BYTES + 1;
        let count = self.reader.by_ref().take(most).read_until(b'\n', &mut bytes)?;
        if count == 0 {
            return Ok(None);
        }
        let start = self.at;
        self.at.byte += count;
        self.at.line += 1;
        let is_too_long = count as u64 == most && bytes.last() != Some(&b'\n');
        if is_too_long {
            bytes = Vec::new();
            self.at.byte += skip_line(&mut self.reader)?;
        }
        Ok(Some(Line {
            start,
            bytes,
            is_too_long,
        }))
    }
}

/// Reads on to the end of the line; how many bytes that were.
fn skip_line(reader: &mut impl BufRead) -> io::Result<usize> {
    let mut skipped = 0;
    loop {
        let buffer = reader.fill_buf()?;
        let end = memchr::memchr(b'\n', buffer);
        let count = end.map_or(buffer.len(), |end| end + 1);
        reader.consume(count);
        skipped += count;
        if end.is_some() || count == 0 {
            return Ok(skipped);
        }
    }
}

/// What a file of this name holds.
///
/// # Errors
/// Those of the reader.
pub(super) fn open<'a>(name: &str, reader: Box<dyn Read + Send + 'a>) -> io::Result<Content<'a>> {
    let mut lines = Lines::new(reader);
    if is_stream_name(name) {
        return Ok(Content::Stream(lines));
    }
    if terraform::source::is_configuration(name) {
        return whole(Vec::new(), lines);
    }
    // Blank lines at the beginning are part of the text.
    let mut before = Vec::new();
    let first = loop {
        match lines.raw()? {
            Some(line) if !line.is_too_long && line.bytes.trim_ascii().is_empty() => {
                before.extend(line.bytes)
            }
            Some(line) => break line,
            None => return Ok(Content::Whole(before)),
        }
    };
    if first.is_too_long {
        return Ok(Content::TooLarge);
    }
    if !is_object(&first.bytes) {
        before.extend(first.bytes);
        return whole(before, lines);
    }
    match lines.next()? {
        Some(second) if second.bytes.trim_ascii_start().starts_with(b"{") => {
            lines.ahead = vec![second, first];
            Ok(Content::Stream(lines))
        }
        Some(second) if second.is_too_long => Ok(Content::TooLarge),
        second => {
            // Blank lines between the two do not matter to what JSON says, but they do to places.
            before.extend(first.bytes);
            let start = second.as_ref().map_or(lines.at, |second| second.start);
            before.resize(start.byte, b'\n');
            before.extend(second.map(|second| second.bytes).unwrap_or_default());
            whole(before, lines)
        }
    }
}

fn is_stream_name(name: &str) -> bool {
    let name = unpacked_name(name);
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    ["ndjson", "jsonl"]
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known))
}

fn is_object(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    line.starts_with(b"{") && line.ends_with(b"}")
}

/// The rest of a text.
fn whole<'a>(mut before: Vec<u8>, lines: Lines<'a>) -> io::Result<Content<'a>> {
    let room = (MAX_BYTES + 1).saturating_sub(before.len() as u64);
    lines.reader.take(room).read_to_end(&mut before)?;
    Ok(if before.len() as u64 > MAX_BYTES {
        Content::TooLarge
    } else {
        Content::Whole(before)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(name: &str, text: &'static str) -> Option<Vec<(usize, usize, String)>> {
        match open(name, Box::new(text.as_bytes())).unwrap() {
            Content::Stream(mut lines) => {
                let mut all = Vec::new();
                while let Some(line) = lines.next().unwrap() {
                    let text = String::from_utf8(line.bytes).unwrap();
                    all.push((line.start.byte, line.start.line, text.trim_end().to_owned()));
                }
                Some(all)
            }
            _ => None,
        }
    }

    fn text(name: &str, text: &'static str) -> Option<String> {
        match open(name, Box::new(text.as_bytes())).unwrap() {
            Content::Whole(bytes) => Some(String::from_utf8(bytes).unwrap()),
            _ => None,
        }
    }

    #[test]
    fn two_objects_in_two_lines_are_a_stream_whatever_the_name() {
        let lines = vec![(0, 0, "{\"a\": 1}".to_owned()), (10, 2, "{\"b\": 2}".to_owned())];
        for name in ["a.json", "-", "a.ndjson"] {
            assert_eq!(
                stream(name, "{\"a\": 1}\n\n{\"b\": 2}\n").unwrap(),
                lines,
                "{name}"
            );
        }
    }

    #[test]
    fn one_text_stays_as_it_is() {
        for whole in [
            "",
            "\n \n",
            "{\"a\": 1}",
            "{\"a\": 1}\n",
            "\n{\"a\": 1}\n\n",
            "{\n  \"a\": 1\n}\n",
            "[{\"a\": 1},\n{\"b\": 2}]",
            "{\"a\": {}\n}",
            "not json\n{}\n",
        ] {
            assert_eq!(text("a.json", whole).unwrap(), whole, "{whole:?}");
        }
    }

    #[test]
    fn a_stream_by_name_may_begin_with_anything() {
        let lines = vec![(0, 0, "not json".to_owned()), (9, 1, "{}".to_owned())];
        assert_eq!(stream("a.NDJSON.gz", "not json\n{}"), None.or(Some(lines)));
        assert_eq!(stream("a.tf", "{}\n{}\n"), None);
    }
}
