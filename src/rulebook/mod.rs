//! Every code that there is, explained: what `rolecall rules` lists and shows, and the pages under `docs/rules`.
//!
//! In: rule packs, and the codes of lint. Out: a [`Rulebook`] of chapters, one a pack, in the order of the packs with
//! lint's last; and it as text, JSON or Markdown. Nothing here decides anything.

mod entry;
mod book;
mod text;
mod json;
mod markdown;

pub use book::{Chapter, Class, Rulebook};
pub use entry::{Asked, Entry, Instance, OfClass, Source};
pub use json::{write_entry as write_entry_json, write_list as write_list_json};
pub use markdown::{index, page};
pub use text::{write_entry, write_list};
