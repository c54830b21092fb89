//! What `check` is asked, as options that other commands take too.

use std::io;
use std::path::PathBuf;

use clap::Args;

use super::args::{self, Filter, Folders, Known, Packs};
use super::gather::{Gathered, gather};
use super::{Console, Exit, codes, packs};
use crate::check::CheckOptions;
use crate::input::ReadOptions;
use crate::pack::Pack;

/// Facts that no input says, packs, and what is to be reported.
#[derive(Debug, Args)]
pub(super) struct Asked {
    /// The policy of a bucket.
    #[arg(long, value_name = "NAME=FILE", value_parser = args::pair)]
    bucket_policy: Vec<(String, String)>,
    /// A managed policy that is attached to a role.
    #[arg(long, value_name = "ROLE=FILE", value_parser = args::pair)]
    attach: Vec<(String, String)>,
    #[command(flatten)]
    known: Known,
    #[command(flatten)]
    packs: Packs,
    #[command(flatten)]
    filter: Filter,
    #[command(flatten)]
    folders: Folders,
    /// How many threads to use; the output is the same for any number.
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

impl Asked {
    /// Reads the packs and the paths; `Err` is how the command ends: the options are wrong, or there is nothing to
    /// answer.
    ///
    /// # Errors
    /// Those of the console.
    pub(super) fn read(
        &self,
        paths: &[PathBuf],
        console: &mut Console<'_>,
    ) -> io::Result<Result<(Vec<Pack>, Gathered), Exit>> {
        if let Some(exit) = self.known.refuse_wrong(console)? {
            return Ok(Err(exit));
        }
        if let Some(threads) = self.threads {
            // A pool that is there already, as in tests, serves as well.
            let _ = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build_global();
        }
        let packs = match packs::all(&self.packs.pack, console)? {
            Ok(packs) => packs,
            Err(exit) => return Ok(Err(exit)),
        };
        if let Some(exit) = codes::refuse_unknown(&self.filter, &packs, &packs, console)? {
            return Ok(Err(exit));
        }
        let selection = self.folders.to_selection();
        let options = ReadOptions {
            attach: self.attach.clone(),
            bucket_policies: self.bucket_policy.clone(),
            ..self.known.to_read_options()
        };
        let gathered = match gather(paths, &selection, &options, console)? {
            Ok(gathered) => gathered,
            Err(exit) => return Ok(Err(exit)),
        };
        Ok(Ok((packs, gathered)))
    }

    /// What the check is asked.
    pub(super) fn options(&self) -> CheckOptions {
        self.known.to_check_options(&self.filter)
    }
}
