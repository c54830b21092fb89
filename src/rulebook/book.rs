//! The chapters, and finding a code in them.

use serde::Serialize;

use super::entry::Entry;
use crate::catalog::nearest;
use crate::finding::Filter;
use crate::lint;
use crate::pack::{ConnectorClass, Direction, Pack};

/// Every code of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rulebook {
    /// One a pack, in their order; the codes of lint last.
    pub chapters: Vec<Chapter>,
}

/// The codes of one pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chapter {
    /// The first half of its codes.
    pub pack: String,
    /// What they are about.
    pub title: String,
    /// The version of the pack; `None` for the codes of lint.
    pub version: Option<u32>,
    /// The file of the pack; `None` for the codes of lint.
    pub file: Option<String>,
    /// In the order in which they are asked.
    pub entries: Vec<Entry>,
    /// The connector classes of the pack.
    pub classes: Vec<Class>,
}

/// A connector class, or several that behave alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Class {
    /// Full names and aliases.
    pub names: Vec<String>,
    /// `sink` or `source`.
    pub direction: &'static str,
}

impl Class {
    fn of(class: &ConnectorClass) -> Self {
        Self {
            names: class.names.clone(),
            direction: match class.direction {
                Direction::Sink => "sink",
                Direction::Source => "source",
            },
        }
    }
}

impl Rulebook {
    /// The codes of these packs and of lint.
    pub fn of(packs: &[Pack]) -> Self {
        let of_pack = |pack: &Pack| Chapter {
            pack: pack.id.clone(),
            title: pack.title.clone(),
            version: Some(pack.version),
            file: Some(pack.place.file.clone()),
            entries: pack
                .rules
                .iter()
                .map(|rule| Entry::of_rule(pack, rule, packs))
                .collect(),
            classes: pack.classes.iter().map(Class::of).collect(),
        };
        let of_lint = Chapter {
            pack: lint::PACK.to_owned(),
            title: "Any policy, by itself".to_owned(),
            version: None,
            file: None,
            entries: lint::CODES.iter().map(Entry::of_lint).collect(),
            classes: Vec::new(),
        };
        Self {
            chapters: packs.iter().map(of_pack).chain([of_lint]).collect(),
        }
    }

    /// Every code, in the order of the chapters.
    pub fn codes(&self) -> impl Iterator<Item = &str> + Clone {
        self.entries().map(|entry| entry.code.as_str())
    }

    fn entries(&self) -> impl Iterator<Item = &Entry> + Clone {
        self.chapters.iter().flat_map(|chapter| &chapter.entries)
    }

    /// The entry of a code.
    pub fn find(&self, code: &str) -> Option<&Entry> {
        self.entries().find(|entry| entry.code == code)
    }

    /// Leaves out what a filter does not report, and chapters of which no code is left, or of classes alone where codes are selected; gives the other codes the
    /// severity that the user wants.
    pub fn apply(&mut self, filter: &Filter) {
        for chapter in &mut self.chapters {
            chapter.entries.retain(|entry| filter.reports(&entry.code));
            for entry in &mut chapter.entries {
                entry.severity = filter.severity(&entry.code, entry.severity);
            }
        }
        let selects = !filter.select.is_empty();
        self.chapters
            .retain(|chapter| !chapter.entries.is_empty() || !selects && !chapter.classes.is_empty());
    }

    /// Codes that somebody who wrote `text` may have meant, best first, at most three: those of the same second half
    /// in other packs, the nearest by its letters, and those that hold the text.
    pub fn near(&self, text: &str) -> Vec<&str> {
        let name = text.rsplit('/').next().unwrap_or(text);
        let same = self.codes().filter(|code| half(code) == name);
        let close = nearest(text, self.codes()).into_iter();
        let halves = nearest(name, self.codes().map(half));
        let close_half = self.codes().filter(|code| Some(half(code)) == halves);
        let holding = self
            .codes()
            .filter(|code| name.len() > 2 && half(code).contains(name));
        let mut near: Vec<&str> = Vec::new();
        for code in same.chain(close).chain(close_half).chain(holding) {
            if near.len() < 3 && !near.contains(&code) {
                near.push(code);
            }
        }
        near
    }
}

/// What stands after the pack.
fn half(code: &str) -> &str {
    code.split_once('/').map_or(code, |(_, rule)| rule)
}

#[cfg(test)]
mod tests {
    use super::Rulebook;
    use crate::pack::builtin;

    #[test]
    fn a_code_that_is_nearly_right_is_offered() {
        let book = Rulebook::of(builtin().unwrap());
        assert_eq!(book.near("msk-connect/topik-read")[0], "msk-connect/topic-read");
        assert_eq!(book.near("topic-read")[0], "msk-connect/topic-read");
        assert_eq!(book.near("policy/topic-read")[0], "msk-connect/topic-read");
        assert_eq!(book.near("sytnax")[0], "policy/syntax");
        assert_eq!(book.near("placeholders")[0], "policy/placeholder");
        assert_eq!(book.near("quite-something-else"), [""; 0]);
        assert!(book.near("group").iter().all(|code| code.contains("group")));
    }
}
