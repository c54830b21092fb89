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

/// The name of a file without folder, without how it is compressed and without `.json`.
pub(super) fn stem(file: &str) -> &str {
    let base = last(file);
    let base = [".gz", ".zst"]
        .iter()
        .find_map(|end| base.strip_suffix(end))
        .unwrap_or(base);
    base.strip_suffix(".json").unwrap_or(base)
}

/// Whether the name is that of a plain text.
pub(crate) fn is_text(file: &str) -> bool {
    let extension = file.rsplit_once('.').map(|(_, extension)| extension);
    extension.is_some_and(|extension| extension.eq_ignore_ascii_case("txt"))
}

/// The level of the organization that `scps/<level>-<name>.json` and `rcps/<level>-<name>.json` tell; empty for
/// other names.
pub(super) fn level(file: &str) -> &str {
    let is_known = ["scps", "rcps"].contains(&last(folder(file)));
    let level = stem(file).split_once('-').map(|(level, _)| level);
    level.filter(|_| is_known).unwrap_or_default()
}

/// The name in the stem `<level>-<name>`; the stem when it has no level.
pub(super) fn after_level(file: &str) -> &str {
    let (stem, level) = (stem(file), level(file));
    stem.get(level.len() + 1..)
        .filter(|_| !level.is_empty())
        .unwrap_or(stem)
}
