//! `rolecall who-can`: who can do an action on a resource.
//!
//! In: a question, or a file of them, and paths. Out: the answers on standard output, complaints on standard error, and
//! the exit code: 0 answered; 1 with `--expect-none` somebody can or it is not proved that nobody can; 2 wrong usage or
//! nothing readable; 3 answered, but some input or question could not be read (1 wins over 3).

use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

use clap::{ArgAction, Args};
use serde::Deserialize;

use super::args::Format;
use super::files::{MAX_BYTES, STANDARD_INPUT};
use super::who::Inputs;
use super::{Console, Exit};
use crate::pattern::Glob;
use crate::report::shown;
use crate::who::{
    Answer, Become, Corpus, Question, answer, write_json, write_ndjson, write_remarks, write_text,
};

const EXAMPLES: &str = "Examples:
  rolecall who-can s3:GetObject 'arn:aws:s3:::payroll/*' account.json bucket-policy.json
  rolecall who-can 'iam:*' '*' account.json --expect-none --except 'arn:aws:iam::111122223333:role/admin*'
  rolecall who-can kms:Decrypt arn:aws:kms:eu-west-1:111122223333:key/1f0c… dumps/ --all
  aws iam get-account-authorization-details | rolecall who-can sts:AssumeRole arn:aws:iam::111122223333:role/admin -
  rolecall who-can --questions questions.txt dumps/ --format ndjson

A pattern of actions stands for those of the catalogue that it matches, a pattern of resources for all that the action
can name. A file of questions has one a line: `ACTION RESOURCE`, or {\"action\": …, \"resource\": …}.

Exit codes: 0 answered, 1 with --expect-none somebody can or may, 2 wrong usage or nothing readable, 3 answered but some
input or question was unread.";

const USAGE: &str = "rolecall who-can [OPTIONS] ACTION RESOURCE PATH…
       rolecall who-can [OPTIONS] --questions FILE PATH…";

/// Options of `who-can`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, override_usage = USAGE)]
pub(super) struct WhoCanArgs {
    /// The action, the resource, and the files and folders to read; `-` is standard input. With `--questions` only the
    /// latter.
    #[arg(value_name = "ACTION RESOURCE PATH", required = true)]
    words: Vec<String>,
    /// Answer every question of a file, one a line; `-` is standard input.
    #[arg(long, value_name = "FILE")]
    questions: Option<PathBuf>,
    /// Also name those who cannot, and why.
    #[arg(long)]
    all: bool,
    /// Leave out who can become somebody who can.
    #[arg(long = "no-via", action = ArgAction::SetFalse)]
    via: bool,
    /// Roles that are assumed one after the other, at most.
    #[arg(long, value_name = "N", default_value_t = 8)]
    hops: usize,
    /// End with exit code 1 unless it is proved that nobody can, alone or by assuming roles.
    #[arg(long)]
    expect_none: bool,
    /// With `--expect-none`: principals who may, as a pattern of ARNs or names.
    #[arg(long, value_name = "PATTERN", requires = "expect_none")]
    except: Vec<String>,
    /// The account of the resource, where its ARN does not say it.
    #[arg(long, value_name = "ID")]
    resource_account: Option<String>,
    /// The policy of the resource asked about, beside those that are found.
    #[arg(long, value_name = "FILE")]
    resource_policy: Vec<PathBuf>,
    #[command(flatten)]
    inputs: Inputs,
    /// The form of the output.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// A question as one line of JSON.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct QuestionLine {
    action: String,
    resource: String,
    resource_account: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// Those of writing.
pub(super) fn run(args: &WhoCanArgs, console: &mut Console<'_>) -> io::Result<Exit> {
    let asked = match args.asked(console)? {
        Ok(asked) => asked,
        Err(exit) => return Ok(exit),
    };
    let paths: Vec<PathBuf> = asked
        .paths
        .iter()
        .map(PathBuf::from)
        .chain(args.resource_policy.clone())
        .collect();
    let gathered = match args.inputs.read(&paths, console)? {
        Ok(gathered) => gathered,
        Err(exit) => return Ok(exit),
    };
    let inputs = &gathered.inputs;
    let corpus = Corpus::new(inputs, &args.inputs.options(&args.resource_policy));
    if corpus.is_empty() && !corpus.has_guards() {
        return console.usage(
            "there is nobody to ask about: no role, user or policy was read",
            "name outputs of `aws iam get-account-authorization-details`, `get-role` and the like, or Terraform",
        );
    }
    let graph = args.via.then(|| Become::new(&corpus));
    let via = graph.as_ref().map(|graph| (graph, args.hops));
    let mut kept: Vec<Answer> = Vec::new();
    let mut found = false;
    for (number, question) in asked.questions.iter().enumerate() {
        let answered = answer(&corpus, question, via, args.all);
        found |= args.finds(&answered);
        match args.format {
            Format::Text => {
                if number > 0 {
                    writeln!(console.out)?;
                }
                write_text(&answered, &inputs.sources, console.out)?;
                kept.push(answered.remarks());
            }
            Format::Json => kept.push(answered),
            Format::Ndjson => write_ndjson(&answered, &inputs.sources, console.out)?,
        }
    }
    match args.format {
        Format::Text => write_remarks(kept.iter(), console.out)?,
        Format::Json => write_json(&kept, &inputs.sources, console.out)?,
        Format::Ndjson => {}
    }
    Ok(if found {
        Exit::Found
    } else if gathered.unread > 0 || asked.unread {
        Exit::Partly
    } else {
        Exit::Fine
    })
}

/// What is asked of what.
struct AskedFor {
    questions: Vec<Question>,
    paths: Vec<String>,
    /// Whether some question could not be read.
    unread: bool,
}

impl WhoCanArgs {
    fn asked(&self, console: &mut Console<'_>) -> io::Result<Result<AskedFor, Exit>> {
        let help = "write it as `rolecall who-can ACTION RESOURCE PATH…`, or give `--questions FILE`";
        if let Some(account) = self
            .resource_account
            .as_ref()
            .filter(|id| !crate::arn::is_account_id(id))
        {
            let message = format!(
                "`{}` is no account id, in --resource-account",
                shown(account, true)
            );
            return console.usage(&message, "it has twelve digits").map(Err);
        }
        let Some(file) = &self.questions else {
            return match self.words.as_slice() {
                [action, resource, paths @ ..] if !paths.is_empty() => {
                    match Question::new(action, resource, self.resource_account.as_deref()) {
                        Ok(question) => Ok(Ok(AskedFor {
                            questions: vec![question],
                            paths: paths.to_vec(),
                            unread: false,
                        })),
                        Err(fault) => console.usage(&shown(&fault.to_string(), true), help).map(Err),
                    }
                }
                [_, _] => console.usage("no file or folder is named", help).map(Err),
                _ => console.usage("no resource is named", help).map(Err),
            };
        };
        if file.as_os_str() == STANDARD_INPUT && self.words.iter().any(|word| word == STANDARD_INPUT) {
            return console
                .usage("standard input is read for one thing only", help)
                .map(Err);
        }
        let text = match read_text(file) {
            Ok(text) => text,
            Err(fault) => {
                let message = format!(
                    "`{}` cannot be read: {fault}",
                    shown(&file.to_string_lossy(), true)
                );
                return console
                    .usage(&message, "a file of questions is UTF-8 text, one question a line")
                    .map(Err);
            }
        };
        let mut questions = Vec::new();
        let mut unread = false;
        for (line, text) in (1..).zip(text.lines()) {
            let text = text.trim();
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            match self.question(text) {
                Ok(question) => questions.push(question),
                Err(message) => {
                    unread = true;
                    let file = file.to_string_lossy();
                    writeln!(
                        console.err,
                        "error: {}:{line}: {}",
                        shown(&file, true),
                        shown(&message, true)
                    )?;
                }
            }
        }
        if questions.is_empty() {
            let message = format!(
                "there is no question in `{}`",
                shown(&file.to_string_lossy(), true)
            );
            return console
                .usage(&message, "write one a line: `s3:GetObject arn:aws:s3:::bucket/*`")
                .map(Err);
        }
        Ok(Ok(AskedFor {
            questions,
            paths: self.words.clone(),
            unread,
        }))
    }

    /// A question of one line.
    fn question(&self, line: &str) -> Result<Question, String> {
        let (action, resource, account) = if line.starts_with('{') {
            let line: QuestionLine =
                serde_json::from_str(line).map_err(|fault| format!("no question: {fault}"))?;
            (line.action, line.resource, line.resource_account)
        } else {
            let mut words = line.split_whitespace();
            match (words.next(), words.next(), words.next()) {
                (Some(action), Some(resource), None) => (action.to_owned(), resource.to_owned(), None),
                _ => return Err("no question: write `ACTION RESOURCE`".to_owned()),
            }
        };
        let account = account.or_else(|| self.resource_account.clone());
        Question::new(&action, &resource, account.as_deref()).map_err(|fault| fault.to_string())
    }

    /// Whether an answer is against what is expected.
    fn finds(&self, answer: &Answer) -> bool {
        let patterns: Vec<Glob> = self.except.iter().map(|text| Glob::parse(text)).collect();
        let counts = |name: &str| !patterns.iter().any(|pattern| pattern.matches(name));
        self.expect_none
            && (answer.access.iter().any(|one| counts(&one.principal))
                || answer.chains.iter().any(|one| counts(&one.principal))
                || !answer.open.is_empty())
    }
}

fn read_text(file: &PathBuf) -> io::Result<String> {
    let mut text = String::new();
    let limit = MAX_BYTES + 1;
    if file.as_os_str() == STANDARD_INPUT {
        io::stdin().lock().take(limit).read_to_string(&mut text)?;
    } else {
        File::open(file)?.take(limit).read_to_string(&mut text)?;
    }
    if text.len() as u64 > MAX_BYTES {
        return Err(io::Error::other(format!("it has more than {MAX_BYTES} bytes")));
    }
    Ok(text)
}
