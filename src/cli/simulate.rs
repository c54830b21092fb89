//! `rolecall simulate`: one question from flags, a stream of cases, or the input of AWS's simulator.
//!
//! In: the flags, the files they name, standard input. Out: the answer on standard output, problems on standard
//! error, and the exit code: 0 allowed (with `--cases` or `--aws`: everything was read), 1 not allowed, 2 wrong
//! usage or nothing readable, 3 something could not be read.

mod args;

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use args::Format;
pub(super) use args::SimulateArgs;

use super::files::{MAX_BYTES, STANDARD_INPUT};
use super::gather::tell;
use super::{Console, Exit};
use crate::condition::Mode;
use crate::engine::{ActionReading, Decision, decide, decide_actions, trace};
use crate::report::shown;
use crate::simulate::{
    Asked, Explained, Given, NamesAnswered, Question, QuestionFault, aws, names_text, stream, text,
};
use crate::source::{DocId, Problem, Sources};

/// The bytes of a stream of cases that are read at once.
const BUFFER: usize = 1 << 20;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("`{path}` cannot be read: {error}")]
    Unread { path: String, error: io::Error },
    #[error("`{0}` has more than {MAX_BYTES} bytes")]
    TooLarge(String),
    #[error("`{0}` is not UTF-8 text")]
    NotText(String),
    #[error("standard input is read for one file only")]
    InputTwice,
    #[error("{0}")]
    Question(#[from] QuestionFault),
    #[error("`{path}`: {fault}")]
    Aws { path: String, fault: aws::AwsFault },
    #[error("no resource is in the set that was asked about")]
    Empty,
    #[error("the catalogue has no action that `{0}` matches")]
    NoAction(String),
    #[error("no action that `{0}` matches can name a resource that was asked about")]
    NoSuchResource(String),
    #[error(
        "nothing is asked about: no action can have a name that `{0}` matches, or no resource is in the set"
    )]
    NoName(String),
    #[error("the answer cannot be written: {0}")]
    Output(#[from] io::Error),
}

impl Failure {
    /// What to do about it, where that is not in the message.
    fn help(&self) -> Option<&'static str> {
        Some(match self {
            Self::Question(QuestionFault::NoResource) => {
                "`--resource` takes one ARN; `--resource-pattern '*'` is every ARN"
            }
            Self::Empty => "a resource has to match `--resource-pattern` and one `--universe`",
            Self::NoAction(_) => {
                "`--open-world` asks about every name that the pattern matches, whether there is such an action or not"
            }
            Self::NoSuchResource(_) => {
                "`--open-world` asks about every resource, whether the action can name it or not"
            }
            Self::NoName(_) => "actions are written `service:Name`, in letters and digits",
            _ => return None,
        })
    }
}

/// Runs the command.
///
/// # Errors
/// Those of writing.
pub(super) fn run(args: &SimulateArgs, console: &mut Console<'_>) -> io::Result<Exit> {
    answer(args, &mut io::stdin().lock(), console.out, console.err)
}

fn answer(
    args: &SimulateArgs,
    input: &mut dyn BufRead,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> io::Result<Exit> {
    let result = match (&args.cases, &args.aws) {
        (Some(path), _) => cases(path, args, input, out),
        (_, Some(path)) => simulate_aws(path, input, out),
        _ => one(args, input, out, err),
    };
    match result {
        Ok(exit) => Ok(exit),
        Err(Failure::Output(fault)) => Err(fault),
        Err(failure) => {
            writeln!(err, "error: {}", shown(&failure.to_string(), true))?;
            if let Some(help) = failure.help() {
                writeln!(err, "  help: {help}")?;
            }
            Ok(Exit::Usage)
        }
    }
}

fn cases(
    path: &Path,
    args: &SimulateArgs,
    input: &mut dyn BufRead,
    out: &mut dyn Write,
) -> Result<Exit, Failure> {
    let mode = if args.sound { Mode::Sound } else { Mode::Chosen };
    let tally = if path.as_os_str() == STANDARD_INPUT {
        stream::answer_all(&mut BufReader::with_capacity(BUFFER, input), out, mode)?
    } else {
        let file = File::open(path).map_err(|error| unread(path, error))?;
        if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
            return Err(unread(path, io::ErrorKind::IsADirectory.into()));
        }
        stream::answer_all(&mut BufReader::with_capacity(BUFFER, file), out, mode)?
    };
    Ok(if tally.refused > 0 {
        Exit::Partly
    } else {
        Exit::Fine
    })
}

fn simulate_aws(path: &Path, input: &mut dyn BufRead, out: &mut dyn Write) -> Result<Exit, Failure> {
    let text = read_text(path, input)?;
    let response = aws::simulate(&text).map_err(|fault| Failure::Aws {
        path: path.display().to_string(),
        fault,
    })?;
    write_json(&response, out)?;
    Ok(Exit::Fine)
}

fn one(
    args: &SimulateArgs,
    input: &mut dyn BufRead,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<Exit, Failure> {
    let mut reader = Reader {
        sources: Sources::new(),
        problems: Vec::new(),
        input,
        has_read_input: false,
    };
    let given = given(args, &mut reader)?;
    let context = match &args.context_file {
        Some(path) => Some(reader.text(path)?),
        None => None,
    };
    let Reader {
        mut sources,
        mut problems,
        ..
    } = reader;
    let question = Question::new(&asked(args, context), &given, &mut sources)?;
    for problem in &question.problems {
        if !problems.contains(problem) {
            problems.push(problem.clone());
        }
    }
    tell(&problems, &sources, err)?;
    let decision = match args.names() {
        Some(reading) => answer_names(args, reading, &question, out)?,
        None => answer_single(args, &question, &sources, out)?,
    };
    Ok(match decision {
        Decision::Allowed if problems.is_empty() => Exit::Fine,
        Decision::Allowed => Exit::Partly,
        _ => Exit::Found,
    })
}

fn answer_single(
    args: &SimulateArgs,
    question: &Question,
    sources: &Sources,
    out: &mut dyn Write,
) -> Result<Decision, Failure> {
    let outcome = decide(&question.layers, &question.request);
    if outcome.exact && outcome.parts.as_ref().is_some_and(|parts| parts.empty) {
        return Err(Failure::Empty);
    }
    let traces = trace(&question.layers, &question.request);
    match args.format {
        Format::Text => write_text(&text(question, &outcome, &traces, sources), out)?,
        Format::Json => write_json(&Explained::new(question, &outcome, &traces, sources), out)?,
    }
    Ok(outcome.decision)
}

/// Answers for a set of actions.
fn answer_names(
    args: &SimulateArgs,
    reading: ActionReading,
    question: &Question,
    out: &mut dyn Write,
) -> Result<Decision, Failure> {
    let answer = decide_actions(&question.layers, &question.request, reading);
    if answer.is_empty() {
        let pattern = question.request.action.clone();
        return Err(match (reading, answer.actions) {
            (ActionReading::OpenWorld, _) => Failure::NoName(pattern),
            (ActionReading::Catalogue, 0) => Failure::NoAction(pattern),
            (ActionReading::Catalogue, _) => Failure::NoSuchResource(pattern),
        });
    }
    match args.format {
        Format::Text => write_text(&names_text(question, &answer, reading), out)?,
        Format::Json => write_json(&NamesAnswered::new(question, &answer, reading), out)?,
    }
    Ok(answer.decision)
}

fn write_text(text: &str, out: &mut dyn Write) -> io::Result<()> {
    text.lines()
        .try_for_each(|line| writeln!(out, "{}", shown(line, true)))
}

impl SimulateArgs {
    /// How the action stands for a set; `None` if it stands for itself.
    fn names(&self) -> Option<ActionReading> {
        let is_pattern = self
            .action
            .as_deref()
            .is_some_and(|action| action.contains(['*', '?']));
        if self.open_world {
            Some(ActionReading::OpenWorld)
        } else {
            (is_pattern || self.real_resources).then_some(ActionReading::Catalogue)
        }
    }
}

fn asked(args: &SimulateArgs, context_json: Option<String>) -> Asked {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    Asked {
        principal: text(&args.principal),
        role_arn: args.role_arn.clone(),
        provider: args.federated_provider.clone(),
        action: text(&args.action),
        names: args.names().is_some(),
        resource: text(&args.resource),
        pattern: args.resource_pattern.clone(),
        universe: args.universe.clone(),
        resource_account: args.resource_account.clone(),
        context: args.context.clone(),
        context_json,
        absent: args.absent_key.clone(),
        unknown: args.unknown_key.clone(),
        closed_world: args.closed_world,
        sound: args.sound,
        management_account: args.management_account,
        resource_in_management_account: args.resource_in_management_account,
        service_linked: args.service_linked,
    }
}

fn given(args: &SimulateArgs, reader: &mut Reader<'_>) -> Result<Given, Failure> {
    Ok(Given {
        identity: reader.documents(&args.policies)?,
        resource: reader.documents(&args.resource_policy)?,
        boundary: reader.documents(&args.boundary)?,
        session: reader.documents(&args.session_policy)?,
        scps: reader.levels(&args.scp)?,
        rcps: reader.levels(&args.rcp)?,
        endpoint: reader.documents(&args.endpoint_policy)?,
        unknown: args.unknown_layer.iter().map(|name| (*name).into()).collect(),
    })
}

/// Files on their way into a store.
struct Reader<'a> {
    sources: Sources,
    problems: Vec<Problem>,
    input: &'a mut dyn BufRead,
    has_read_input: bool,
}

impl Reader<'_> {
    fn documents(&mut self, paths: &[PathBuf]) -> Result<Vec<DocId>, Failure> {
        paths.iter().map(|path| self.document(path)).collect()
    }

    fn levels(&mut self, levels: &[String]) -> Result<Vec<Vec<DocId>>, Failure> {
        let level = |level: &String| {
            let paths: Vec<PathBuf> = level
                .split(',')
                .filter(|p| !p.is_empty())
                .map(PathBuf::from)
                .collect();
            self.documents(&paths)
        };
        levels.iter().map(level).collect()
    }

    fn document(&mut self, path: &Path) -> Result<DocId, Failure> {
        let bytes = self.bytes(path)?;
        Ok(match self.sources.add_bytes(&path.display().to_string(), bytes) {
            Ok(doc) => doc,
            Err(problem) => {
                let doc = problem.place.map(|(doc, _)| doc);
                let name = problem.file.clone();
                self.problems.push(problem);
                doc.unwrap_or_else(|| self.sources.add_text(&name, String::new()))
            }
        })
    }

    fn text(&mut self, path: &Path) -> Result<String, Failure> {
        let bytes = self.bytes(path)?;
        String::from_utf8(bytes).map_err(|_| Failure::NotText(path.display().to_string()))
    }

    fn bytes(&mut self, path: &Path) -> Result<Vec<u8>, Failure> {
        if path.as_os_str() == STANDARD_INPUT && std::mem::replace(&mut self.has_read_input, true) {
            return Err(Failure::InputTwice);
        }
        read_bytes(path, self.input)
    }
}

fn read_text(path: &Path, input: &mut dyn BufRead) -> Result<String, Failure> {
    let bytes = read_bytes(path, input)?;
    String::from_utf8(bytes).map_err(|_| Failure::NotText(path.display().to_string()))
}

/// The whole of a file, or of standard input for `-`; no more than [`MAX_BYTES`].
fn read_bytes(path: &Path, input: &mut dyn BufRead) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let mut read = |from: &mut dyn Read| from.take(MAX_BYTES + 1).read_to_end(&mut bytes);
    let count = if path.as_os_str() == STANDARD_INPUT {
        read(input)
    } else {
        File::open(path).and_then(|mut file| read(&mut file))
    };
    match count {
        Ok(count) if count as u64 > MAX_BYTES => Err(Failure::TooLarge(path.display().to_string())),
        Ok(_) => Ok(bytes),
        Err(error) => Err(unread(path, error)),
    }
}

fn unread(path: &Path, error: io::Error) -> Failure {
    Failure::Unread {
        path: path.display().to_string(),
        error,
    }
}

fn write_json(value: &impl serde::Serialize, out: &mut dyn Write) -> Result<(), Failure> {
    serde_json::to_writer_pretty(&mut *out, value).map_err(io::Error::from)?;
    out.write_all(b"\n")?;
    Ok(())
}

#[cfg(test)]
mod tests;
