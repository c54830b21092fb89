//! What `check` is asked, as options that other commands take too.

use std::io;
use std::path::PathBuf;

use clap::Args;

use super::args::{self, Filter, Folders, Packs};
use super::gather::{Gathered, gather};
use super::{Console, Exit, codes, packs};
use crate::check::{CheckOptions, ClusterFacts};
use crate::condition::Mode;
use crate::input::ReadOptions;
use crate::pack::Pack;

/// Facts that no input says, packs, and what is to be reported.
#[derive(Debug, Args)]
pub(super) struct Asked {
    /// The cluster of connectors whose cluster is not among the inputs.
    #[arg(long, value_name = "ARN")]
    cluster_arn: Option<String>,
    /// The cluster that a MirrorMaker connector reads from.
    #[arg(long, value_name = "ARN")]
    source_cluster_arn: Option<String>,
    /// The principal that creates the connector.
    #[arg(long, value_name = "ARN")]
    deployer: Option<String>,
    /// A feature of ApsaraMQ for Kafka in use: `base`, `connector`, `encryption`, `etl` or `log`.
    #[arg(long, value_name = "NAME")]
    feature: Vec<String>,
    /// The account, where no input says it.
    #[arg(long, value_name = "ID")]
    account: Option<String>,
    /// The region, where no input says it.
    #[arg(long, value_name = "NAME")]
    region: Option<String>,
    /// The partition, where no input says it.
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
    packs: Packs,
    #[command(flatten)]
    filter: Filter,
    #[command(flatten)]
    folders: Folders,
    /// Also show the findings that follow from another one.
    #[arg(long)]
    all: bool,
    /// Treat what AWS does not document as unknown.
    #[arg(long)]
    sound: bool,
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
        if let Some(exit) = self.refuse(console)? {
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
        let cluster = self.cluster_arn.as_deref();
        let field = |number: usize| {
            let field = cluster?.split(':').nth(number)?;
            Some(field.to_owned())
        };
        let options = ReadOptions {
            attach: self.attach.clone(),
            bucket_policies: self.bucket_policy.clone(),
            account: self.account.clone().or_else(|| field(4)),
            region: self.region.clone().or_else(|| field(3)),
            partition: self.partition.clone().or_else(|| field(1)),
        };
        let gathered = match gather(paths, &selection, &options, console)? {
            Ok(gathered) => gathered,
            Err(exit) => return Ok(Err(exit)),
        };
        Ok(Ok((packs, gathered)))
    }

    /// How the command ends where an option makes no sense.
    fn refuse(&self, console: &mut Console<'_>) -> io::Result<Option<Exit>> {
        for (option, arn) in [
            ("--cluster-arn", &self.cluster_arn),
            ("--source-cluster-arn", &self.source_cluster_arn),
        ] {
            if let Some(arn) = arn.as_ref().filter(|arn| ClusterFacts::parse(arn).is_none()) {
                let message = format!(
                    "`{}` is no cluster ARN, in {option}",
                    crate::report::shown(arn, true)
                );
                let help = "it has the form arn:aws:kafka:REGION:ACCOUNT:cluster/NAME/UUID";
                return console.usage(&message, help).map(Some);
            }
        }
        if let Some(arn) = self.deployer.as_ref().filter(|arn| !names_identity(arn)) {
            let message = format!(
                "`{}` is no ARN of a role or user, in --deployer",
                crate::report::shown(arn, true)
            );
            let help = "it has the form arn:aws:iam::ACCOUNT:role/NAME";
            return console.usage(&message, help).map(Some);
        }
        Ok(None)
    }

    /// What the check is asked.
    pub(super) fn options(&self) -> CheckOptions {
        let mut context: Vec<(String, Vec<String>)> = Vec::new();
        for (key, value) in &self.context {
            match context
                .iter_mut()
                .find(|(known, _)| known.eq_ignore_ascii_case(key))
            {
                Some((_, values)) => values.push(value.clone()),
                None => context.push((key.clone(), vec![value.clone()])),
            }
        }
        CheckOptions {
            cluster_arn: self.cluster_arn.clone(),
            source_cluster_arn: self.source_cluster_arn.clone(),
            deployer: self.deployer.clone(),
            account: self.account.clone(),
            region: self.region.clone(),
            partition: self.partition.clone(),
            context,
            filter: self.filter.to_filter(),
            features: self.feature.iter().cloned().collect(),
            all: self.all,
            mode: if self.sound { Mode::Sound } else { Mode::Chosen },
        }
    }
}

/// Whether an ARN is that of a role or user, or a name of RAM's.
fn names_identity(arn: &str) -> bool {
    let names = |resource: &str| resource.starts_with("role/") || resource.starts_with("user/");
    crate::arn::Arn::parse(arn).is_some_and(|arn| names(arn.resource)) || arn.starts_with("acs:ram::")
}
