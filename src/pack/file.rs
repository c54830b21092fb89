//! A whole pack, and what packs say together.

use super::class::ConnectorClass;
use super::rule::Rule;
use crate::source::Location;

/// A file of rules about one service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pack {
    /// Where its id stands, in the file by the name that the loader was given.
    pub place: Location,
    /// Kebab-case; the first half of every code: `msk-connect`.
    pub id: String,
    /// The service, in words for people.
    pub title: String,
    /// Grows with every change that can change findings.
    pub version: u32,
    /// What the rules are asked about.
    pub platform: Platform,
    /// Every rule stands after those that it names in [`Rule::after`]; otherwise in the order of the file.
    pub rules: Vec<Rule>,
    /// Connector classes, in the order of the file.
    pub classes: Vec<ConnectorClass>,
}

/// What the rules of a pack are asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Platform {
    /// Connectors of Amazon MSK Connect.
    MskConnect,
    /// AWS provider integrations of Confluent Cloud, and its connectors that use them.
    Confluent,
    /// ApsaraMQ for Kafka on Alibaba Cloud.
    Alibaba,
}

/// The connector classes of some packs.
#[derive(Debug, Clone, Default)]
pub struct ClassTable<'a> {
    classes: Vec<&'a ConnectorClass>,
}

impl<'a> ClassTable<'a> {
    /// The classes of the packs of a platform.
    pub fn of(packs: &'a [Pack], platform: Platform) -> Self {
        let packs = packs.iter().filter(|pack| pack.platform == platform);
        Self {
            classes: packs.flat_map(|pack| &pack.classes).collect(),
        }
    }

    /// The class of this full name or alias; the first one, should two have it.
    pub fn find(&self, name: &str) -> Option<&'a ConnectorClass> {
        let named = |class: &&&ConnectorClass| class.names.iter().any(|known| known == name);
        self.classes.iter().find(named).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::builtin;

    #[test]
    fn the_classes_that_come_with_the_program_are_each_named_once() {
        for platform in [Platform::MskConnect, Platform::Confluent] {
            let table = ClassTable::of(builtin().unwrap(), platform);
            let mut names: Vec<&String> = table.classes.iter().flat_map(|class| &class.names).collect();
            let all = names.len();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), all);
        }
        assert!(
            ClassTable::of(builtin().unwrap(), Platform::MskConnect)
                .classes
                .len()
                > 12
        );
    }
}
