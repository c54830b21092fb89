//! Readers of single option values, and options that several commands share.

use std::io;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::files::Selection;
use super::{Console, Exit};
use crate::check::{CheckOptions, ClusterFacts};
use crate::condition::Mode;
use crate::finding::{self, Severity};
use crate::input::ReadOptions;
use crate::report::shown;

/// The forms of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// One JSON object.
    Json,
    /// One JSON object a finding, a line each.
    Ndjson,
}

/// The forms of output of commands that report no findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// For people.
    Text,
    /// One JSON object.
    Json,
}

/// The rule packs of the user.
#[derive(Debug, Clone, Args)]
pub(crate) struct Packs {
    /// A rule pack of your own, beside those of the program; a folder stands for its TOML files.
    #[arg(long, value_name = "FILE|DIR")]
    pub pack: Vec<PathBuf>,
}

/// What the user knows that the inputs do not say.
#[derive(Debug, Clone, Args)]
pub(crate) struct Known {
    /// The cluster of connectors whose cluster is not among the inputs.
    #[arg(long, value_name = "ARN")]
    pub cluster_arn: Option<String>,
    /// The cluster that a MirrorMaker connector reads from.
    #[arg(long, value_name = "ARN")]
    pub source_cluster_arn: Option<String>,
    /// The principal that creates the connector.
    #[arg(long, value_name = "ARN")]
    pub deployer: Option<String>,
    /// A feature of ApsaraMQ for Kafka in use: `base`, `connector`, `encryption`, `etl` or `log`.
    #[arg(long, value_name = "NAME")]
    pub feature: Vec<String>,
    /// The account, where no input says it.
    #[arg(long, value_name = "ID")]
    pub account: Option<String>,
    /// The region, where no input says it.
    #[arg(long, value_name = "NAME")]
    pub region: Option<String>,
    /// The partition, where no input says it.
    #[arg(long, value_name = "NAME")]
    pub partition: Option<String>,
    /// A fact of the request context; several times with one key for several values.
    #[arg(long, value_name = "K=V", value_parser = pair)]
    pub context: Vec<(String, String)>,
    /// Also show the findings that follow from another one.
    #[arg(long)]
    pub all: bool,
    /// Treat what AWS does not document as unknown.
    #[arg(long)]
    pub sound: bool,
}

impl Known {
    /// Ends the command where an ARN is none.
    ///
    /// # Errors
    /// Those of the console.
    pub(crate) fn refuse_wrong(&self, console: &mut Console<'_>) -> io::Result<Option<Exit>> {
        for (option, arn) in [
            ("--cluster-arn", &self.cluster_arn),
            ("--source-cluster-arn", &self.source_cluster_arn),
        ] {
            if let Some(arn) = arn.as_ref().filter(|arn| ClusterFacts::parse(arn).is_none()) {
                let message = format!("`{}` is no cluster ARN, in {option}", shown(arn, true));
                let help = "it has the form arn:aws:kafka:REGION:ACCOUNT:cluster/NAME/UUID";
                return console.usage(&message, help).map(Some);
            }
        }
        if let Some(arn) = self.deployer.as_ref().filter(|arn| !names_identity(arn)) {
            let message = format!(
                "`{}` is no ARN of a role or user, in --deployer",
                shown(arn, true)
            );
            let help = "it has the form arn:aws:iam::ACCOUNT:role/NAME";
            return console.usage(&message, help).map(Some);
        }
        Ok(None)
    }

    /// What of it helps reading.
    pub(crate) fn to_read_options(&self) -> ReadOptions {
        let cluster = self.cluster_arn.as_deref();
        let field = |number: usize| {
            let field = cluster?.split(':').nth(number)?;
            Some(field.to_owned())
        };
        ReadOptions {
            account: self.account.clone().or_else(|| field(4)),
            region: self.region.clone().or_else(|| field(3)),
            partition: self.partition.clone().or_else(|| field(1)),
            ..ReadOptions::default()
        }
    }

    /// The options of the check.
    pub(crate) fn to_check_options(&self, filter: &Filter) -> CheckOptions {
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
            filter: filter.to_filter(),
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

/// Which findings are reported, and how grave they are.
#[derive(Debug, Clone, Args)]
pub(crate) struct Filter {
    /// Report only these codes: `msk-connect/topic-read`, a pack (`msk-connect`), or a pattern with `*`
    /// (`msk-connect/log-*`). `rolecall rules` lists them.
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    pub select: Vec<String>,
    /// Do not report these codes, in the same forms.
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    pub ignore: Vec<String>,
    /// Give codes another severity: `error`, `warning` or `note`. The longest form that covers a code counts.
    #[arg(long, value_name = "CODE=LEVEL", value_parser = severity)]
    pub severity: Vec<(String, Severity)>,
}

impl Filter {
    /// Whether it leaves everything as it is.
    pub(crate) fn is_empty(&self) -> bool {
        self.select.is_empty() && self.ignore.is_empty() && self.severity.is_empty()
    }

    /// The filter that the options ask for.
    pub(crate) fn to_filter(&self) -> finding::Filter {
        finding::Filter {
            select: self.select.clone(),
            ignore: self.ignore.clone(),
            severities: self.severity.iter().cloned().collect(),
        }
    }
}

/// Which files of folders are read.
#[derive(Debug, Clone, Args)]
pub(crate) struct Folders {
    /// Read only the files of folders that fit one of these globs.
    #[arg(long, value_name = "GLOB")]
    include: Vec<String>,
    /// Do not read files and folders that fit one of these globs.
    #[arg(long, value_name = "GLOB")]
    exclude: Vec<String>,
}

impl Folders {
    /// The selection that the options ask for.
    pub(crate) fn to_selection(&self) -> Selection {
        Selection {
            include: self.include.clone(),
            exclude: self.exclude.clone(),
            texts: false,
            streams: false,
        }
    }
}

/// Reads `NAME=VALUE`; the name has no `=`.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() && !value.is_empty() => {
            Ok((name.to_owned(), value.to_owned()))
        }
        _ => Err("write it as NAME=VALUE".to_owned()),
    }
}

/// Reads `CODE=LEVEL`.
///
/// # Errors
/// What is wrong with it.
fn severity(text: &str) -> Result<(String, Severity), String> {
    let (code, level) = pair(text)?;
    let severities = [Severity::Error, Severity::Warning, Severity::Note];
    let known = severities.into_iter().find(|severity| severity.as_str() == level);
    known
        .map(|severity| (code, severity))
        .ok_or_else(|| "the level is `error`, `warning` or `note`".to_owned())
}

/// Reads `FORMAT=FILE`.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn output(text: &str) -> Result<(Format, String), String> {
    let (format, file) = pair(text)?;
    Format::from_str(&format, false)
        .map(|format| (format, file))
        .map_err(|_| "the format is `text`, `json` or `ndjson`".to_owned())
}
