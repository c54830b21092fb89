//! Who is meant by a text that does not say: the things described in its own folder, else in the nearest folder
//! above, else anywhere.

use std::collections::HashMap;

use super::name;

/// The numbers of things by the folder of the file that describes them.
#[derive(Debug, Default)]
pub(super) struct Scope {
    folders: HashMap<String, Vec<usize>>,
    all: Vec<usize>,
}

impl Scope {
    /// The scope of things by number and file.
    pub(super) fn of<'a>(things: impl Iterator<Item = (usize, &'a str)>) -> Self {
        let mut scope = Self::default();
        for (number, file) in things {
            scope.add(number, file);
        }
        scope
    }

    pub(super) fn add(&mut self, number: usize, file: &str) {
        self.folders
            .entry(name::folder(file).to_owned())
            .or_default()
            .push(number);
        self.all.push(number);
    }

    /// Those in the file's own folder.
    pub(super) fn beside(&self, file: &str) -> &[usize] {
        self.folders.get(name::folder(file)).map_or(&[], Vec::as_slice)
    }

    /// Those in the nearest folder that has any, else all.
    pub(super) fn nearest(&self, file: &str) -> &[usize] {
        std::iter::successors(Some(name::folder(file)), |folder| name::above(folder))
            .find_map(|folder| self.folders.get(folder))
            .unwrap_or(&self.all)
    }

    /// The only one of the nearest, else how many there are.
    pub(super) fn only(&self, file: &str) -> Result<usize, usize> {
        match self.nearest(file) {
            [one] => Ok(*one),
            many => Err(many.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_folder_upwards_decides() {
        let scope = Scope::of([(0, "a/role.json"), (1, "a/b/role.json"), (2, "a/b/other.json")].into_iter());
        assert_eq!(scope.only("a/policy.json"), Ok(0));
        assert_eq!(scope.only("a/c/d/policy.json"), Ok(0));
        assert_eq!(scope.only("a/b/policy.json"), Err(2));
        assert_eq!(scope.only("z/policy.json"), Err(3));
        assert_eq!(Scope::default().only("policy.json"), Err(0));
    }
}
