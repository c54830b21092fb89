//! `rolecall rules impact ROLE`: what stops working when a service-linked role is deleted.

use std::io;

use clap::Args;
use serde::Serialize;

use crate::check::{Impact, alibaba_impact, alibaba_roles};
use crate::cli::args::Form;
use crate::cli::{Console, Exit};
use crate::report::shown;

const EXAMPLES: &str = "Examples:
  rolecall rules impact AliyunServiceRoleForAlikafkaConnector
  rolecall rules impact etl.alikafka.aliyuncs.com --format json

Exit codes: 0; 2 for a role that is not known.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ImpactArgs {
    /// The role: its name, its full name, the name of its policy, of its service or of its feature.
    #[arg(value_name = "ROLE")]
    role: String,
    /// The form of the output.
    #[arg(long, value_enum, default_value_t = Form::Text)]
    format: Form,
}

/// The wire form.
#[derive(Serialize)]
struct Out<'a> {
    version: u32,
    role: &'a str,
    service: &'a str,
    feature: &'a str,
    does: &'a str,
    created: &'a str,
    breaks: &'a [String],
    again: &'a str,
    policy_version: &'a str,
    read: &'a str,
}

impl<'a> Out<'a> {
    fn of(impact: &'a Impact) -> Self {
        Self {
            version: 1,
            role: impact.role,
            service: impact.service,
            feature: impact.feature,
            does: impact.does,
            created: impact.created,
            breaks: impact.breaks,
            again: impact.again,
            policy_version: impact.as_of.0,
            read: &impact.as_of.1,
        }
    }
}

/// Runs the command.
///
/// # Errors
/// Those of writing.
pub(super) fn run(args: &ImpactArgs, console: &mut Console<'_>) -> io::Result<Exit> {
    let Some(impact) = alibaba_impact(&args.role) else {
        let message = format!(
            "`{}` is no service-linked role that is known",
            shown(&args.role, true)
        );
        let known: Vec<&str> = alibaba_roles().collect();
        return console.usage(&message, &format!("known are {}", known.join(", ")));
    };
    match args.format {
        Form::Text => console.out.write_all(impact.text().as_bytes())?,
        Form::Json => {
            serde_json::to_writer(&mut *console.out, &Out::of(&impact)).map_err(io::Error::other)?;
            console.out.write_all(b"\n")?;
        }
    }
    Ok(Exit::Fine)
}
