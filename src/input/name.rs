//! Names of files: the folder, the stem, and what they tell that an output does not.
//!
//! Names are taken as they are, with `/` between parts; they are never opened.

/// The folder of a file: everything before the last `/`, empty when there is none.
pub(super) fn folder(file: &str) -> &str {
    file.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The folder above a folder; `None` for the topmost.
pub(super) fn above(name: &str) -> Option<&str> {
    (!name.is_empty()).then(|| folder(name))
}

/// The last part of a folder's name.
pub(super) fn last(folder: &str) -> &str {
    folder.rsplit('/').next().unwrap_or_default()
}

/// The name of a file without folder and without `.json`.
pub(super) fn stem(file: &str) -> &str {
    let base = last(file);
    base.strip_suffix(".json").unwrap_or(base)
}

/// The level in the stem `<level>-<name>` of a policy of an organization.
pub(super) fn level(stem: &str) -> &str {
    stem.split('-').next().unwrap_or_default()
}

/// The name in the stem `<level>-<name>`.
pub(super) fn after_level(stem: &str) -> &str {
    stem.split_once('-').map_or(stem, |(_, name)| name)
}
