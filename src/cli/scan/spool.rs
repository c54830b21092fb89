//! Texts of accounts that stand in several places of an input, kept until the last of them has been read.
//!
//! Small ones stay in memory, more go to a temporary file without a name, which vanishes with the program.

use std::collections::HashMap;
use std::io::{self, Read, Seek, SeekFrom, Write};

use tempfile::SpooledTempFile;

use crate::input::Text;
use crate::scan::Part;
use crate::source::Start;

/// How many bytes stay in memory.
const IN_MEMORY: usize = 32 << 20;

pub(super) struct Spool {
    file: SpooledTempFile,
    end: u64,
    kept: HashMap<Box<str>, Vec<Kept>>,
}

struct Kept {
    name: String,
    start: Start,
    offset: u64,
    length: usize,
    is_named: bool,
}

impl Spool {
    pub fn new() -> Self {
        Self {
            file: SpooledTempFile::new(IN_MEMORY),
            end: 0,
            kept: HashMap::new(),
        }
    }

    /// Keeps texts of an account.
    pub fn keep(&mut self, account: &str, parts: Vec<Part>) -> io::Result<()> {
        let kept = self.kept.entry(account.into()).or_default();
        for Part { text, is_named, .. } in parts {
            self.file.seek(SeekFrom::Start(self.end))?;
            self.file.write_all(&text.bytes)?;
            kept.push(Kept {
                name: text.name,
                start: text.start,
                offset: self.end,
                length: text.bytes.len(),
                is_named,
            });
            self.end += text.bytes.len() as u64;
        }
        Ok(())
    }

    /// The first account, in the order of ids, of which something is kept.
    pub fn first(&self) -> Option<Box<str>> {
        self.kept.keys().min().cloned()
    }

    /// Gives back what is kept of an account.
    pub fn take(&mut self, account: &str) -> io::Result<Vec<Part>> {
        let mut parts = Vec::new();
        for kept in self.kept.remove(account).unwrap_or_default() {
            let mut bytes = vec![0; kept.length];
            self.file.seek(SeekFrom::Start(kept.offset))?;
            self.file.read_exact(&mut bytes)?;
            parts.push(Part {
                text: Text {
                    name: kept.name,
                    start: kept.start,
                    bytes,
                },
                is_named: kept.is_named,
                is_repeated: false,
            });
        }
        Ok(parts)
    }
}
