//! What `who-can` and `what-can` have in common: which inputs they read, and with which facts.

use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;

use clap::Args;

use super::args::{self, Folders};
use super::gather::{Gathered, gather, tell};
use super::{Console, Exit};
use crate::input::{ManagedPolicy, ReadOptions};
use crate::report::shown;
use crate::who;

/// Options about inputs and facts.
#[derive(Debug, Args)]
pub(super) struct Inputs {
    /// The account of what Terraform or a template makes, where no input says it.
    #[arg(long, value_name = "ID")]
    account: Option<String>,
    /// Its region.
    #[arg(long, value_name = "NAME")]
    region: Option<String>,
    /// Its partition.
    #[arg(long, value_name = "NAME")]
    partition: Option<String>,
    /// The policy of a bucket.
    #[arg(long, value_name = "NAME=FILE", value_parser = args::pair)]
    bucket_policy: Vec<(String, String)>,
    /// A managed policy that is attached to a role.
    #[arg(long, value_name = "ROLE=FILE", value_parser = args::pair)]
    attach: Vec<(String, String)>,
    /// A fact of the request context; several times with one key for several values.
    #[arg(long, value_name = "K=V", value_parser = args::pair)]
    context: Vec<(String, String)>,
    #[command(flatten)]
    folders: Folders,
    /// Treat what AWS does not document, and layers that no input gives, as unknown.
    #[arg(long)]
    sound: bool,
    /// How many threads to use; the output is the same for any number.
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

impl Inputs {
    /// Reads the paths, and says on standard error what could not be read and which embedded texts are used.
    ///
    /// # Errors
    /// Those of the console.
    pub fn read(&self, paths: &[PathBuf], console: &mut Console<'_>) -> io::Result<Result<Gathered, Exit>> {
        if let Some(threads) = self.threads {
            // A pool that is there already, as in tests, serves as well.
            let _ = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build_global();
        }
        let options = ReadOptions {
            attach: self.attach.clone(),
            bucket_policies: self.bucket_policy.clone(),
            account: self.account.clone(),
            region: self.region.clone(),
            partition: self.partition.clone(),
        };
        let gathered = match gather(paths, &self.folders.to_selection(), &options, console)? {
            Ok(gathered) => gathered,
            Err(exit) => return Ok(Err(exit)),
        };
        tell(&gathered.problems, &gathered.inputs.sources, console.err)?;
        let taken: BTreeSet<String> = gathered
            .inputs
            .policies
            .iter()
            .filter_map(ManagedPolicy::taken_as)
            .collect();
        for message in taken {
            writeln!(console.err, "note: {}", shown(&message, true))?;
        }
        Ok(Ok(gathered))
    }

    /// The facts; `files` are policies of the resources asked about.
    pub fn options(&self, files: &[PathBuf]) -> who::Options {
        who::Options {
            context: args::by_key(&self.context),
            sound: self.sound,
            resource_policies: files
                .iter()
                .map(|file| file.to_string_lossy().into_owned())
                .collect(),
            without_index: false,
        }
    }
}
