//! The rule packs that are part of the binary.
//!
//! They are listed by `build.rs` and loaded at the first use; a test proves that they have no faults, so that a
//! fault here means a broken build and never a user's mistake.

use std::sync::OnceLock;

use super::fault::PackFault;
use super::load::load;
use super::rule::Pack;

/// The name of each embedded file and its text, sorted by name: `rules/aws/msk-connect.toml`.
pub const BUILTIN_FILES: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/rule_packs.rs"));

/// The packs of the binary, in the order of their files. Loaded once, then kept.
///
/// # Errors
///
/// The faults of all embedded files; never in a build whose tests pass.
pub fn builtin() -> Result<&'static [Pack], &'static [PackFault]> {
    static PACKS: OnceLock<Result<Vec<Pack>, Vec<PackFault>>> = OnceLock::new();
    let packs = PACKS.get_or_init(|| {
        let mut packs = Vec::new();
        let mut faults = Vec::new();
        for (name, text) in BUILTIN_FILES {
            match load(name, text) {
                Ok(pack) => packs.push(pack),
                Err(found) => faults.extend(found),
            }
        }
        if faults.is_empty() { Ok(packs) } else { Err(faults) }
    });
    packs.as_deref().map_err(Vec::as_slice)
}
