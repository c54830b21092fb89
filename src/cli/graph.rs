//! `rolecall graph`: connectors with what their roles are granted and what is missing, as a picture.
//!
//! In: what `check` reads. Out: the picture on standard output or in files, complaints about inputs on standard error,
//! and the exit code of `check` for the connectors that are drawn.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::asked::Asked;
use super::check;
use super::{Console, Exit};
use crate::finding::Finding;
use crate::graph::{self, Graph};
use crate::input::{Connector, Inputs};
use crate::report::shown;

const EXAMPLES: &str = "Examples:
  rolecall graph ./connector-folder --output orders.svg
  rolecall graph account.json connector.json --format mermaid
  rolecall graph . --connector orders-archive --format dot | dot -Tpdf -o orders.pdf
  rolecall graph . --output html=report.html --output dot=report.dot

What is missing is drawn dashed and red, at the place where the statement would stand that grants it. The options of
`rolecall check` say what is asked; docs/GRAPH.md explains the picture.

Exit codes: 0 no errors, 1 errors found for the connectors that are drawn, 2 wrong usage, nothing readable or no
connector to draw, 3 drawn but some input was unread.";

/// The forms of the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// The language of Graphviz.
    Dot,
    /// A flowchart of Mermaid.
    Mermaid,
    /// An image that needs nothing else.
    Svg,
    /// A page with the image and a table of what is missing.
    Html,
}

impl Form {
    /// The form that files of this name have.
    fn of_file(file: &Path) -> Option<Self> {
        match file.extension()?.to_str()? {
            "dot" | "gv" => Some(Self::Dot),
            "mmd" | "mermaid" => Some(Self::Mermaid),
            "svg" => Some(Self::Svg),
            "html" | "htm" => Some(Self::Html),
            _ => None,
        }
    }

    fn write(self, graph: &Graph, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Dot => graph::write_dot(graph, out),
            Self::Mermaid => graph::write_mermaid(graph, out),
            Self::Svg => graph::write_svg(graph, out),
            Self::Html => graph::write_html(graph, out),
        }
    }
}

/// Reads `FILE` with a known ending, or `FORM=FILE`.
fn output(text: &str) -> Result<(Form, PathBuf), String> {
    if let Some((form, file)) = text.split_once('=')
        && let Ok(form) = Form::from_str(form, false)
        && !file.is_empty()
    {
        return Ok((form, PathBuf::from(file)));
    }
    let file = PathBuf::from(text);
    Form::of_file(&file)
        .map(|form| (form, file))
        .ok_or_else(|| "name a file that ends in .dot, .mmd, .svg or .html, or write FORM=FILE".to_owned())
}

/// Options of `graph`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct GraphArgs {
    /// Files and folders to read; `-` is standard input. Folders are read with all that is in them.
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    /// The form of the picture on standard output; `dot` where neither this nor a file is named.
    #[arg(long, value_enum)]
    format: Option<Form>,
    /// Write the picture to a file, in the form that its ending or FORM says; may be given several times.
    #[arg(long, value_name = "[FORM=]FILE", value_parser = output)]
    output: Vec<(Form, PathBuf)>,
    /// Draw only the connectors of this name; may be given several times.
    #[arg(long, value_name = "NAME")]
    connector: Vec<String>,
    #[command(flatten)]
    asked: Asked,
}

impl GraphArgs {
    fn wants(&self, connector: &Connector) -> bool {
        self.connector.is_empty() || self.connector.contains(&connector.name.value)
    }
}

/// Runs the command.
///
/// # Errors
/// Those of writing.
pub(super) fn run(args: &GraphArgs, console: &mut Console<'_>) -> io::Result<Exit> {
    let (packs, gathered) = match args.asked.read(&args.paths, console)? {
        Ok(read) => read,
        Err(exit) => return Ok(exit),
    };
    gathered.tell_problems(console)?;
    if let Some(exit) = refuse_names(args, &gathered.inputs, console)? {
        return Ok(exit);
    }
    let mut report = check::report(&gathered, &packs, &args.asked.options());
    let drawn: Vec<&Connector> = gathered
        .inputs
        .connectors
        .iter()
        .filter(|one| args.wants(one))
        .collect();
    let is_drawn = |finding: &Finding| {
        let name = finding.subject.connector.as_ref();
        let role = finding.subject.role.as_ref();
        drawn.iter().any(|connector| match name {
            Some(name) => *name == connector.name.value,
            None => role.is_some() && role == connector.role_arn.as_ref().map(|arn| &arn.value),
        })
    };
    report.findings.retain(is_drawn);
    let picture = graph::graph(&gathered.inputs, &report.findings, |connector| {
        args.wants(connector)
    });
    for note in &picture.notes {
        writeln!(console.err, "note: {}", shown(note, true))?;
    }
    for (form, file) in &args.output {
        if gathered
            .inputs
            .sources
            .ids()
            .any(|doc| check::is_same_file(Path::new(gathered.inputs.sources.name(doc)), file))
        {
            let message = format!(
                "`{}` is one of the inputs, and `--output` would overwrite it",
                name_of(file)
            );
            return console.usage(&message, "name another file");
        }
        if let Err(fault) = write_file(*form, file, &picture) {
            let message = format!("`{}` could not be written: {fault}", name_of(file));
            return console.usage(&message, "name a file in a folder that exists and may be written");
        }
    }
    let form = args
        .format
        .or_else(|| args.output.is_empty().then_some(Form::Dot));
    if let Some(form) = form {
        form.write(&picture, console.out)?;
    }
    Ok(check::exit(&report))
}

fn write_file(form: Form, file: &Path, picture: &Graph) -> io::Result<()> {
    let mut out = BufWriter::new(File::create(file)?);
    form.write(picture, &mut out)?;
    out.flush()
}

fn name_of(file: &Path) -> String {
    shown(&file.to_string_lossy(), true).into_owned()
}

/// How the command ends where there is nothing to draw.
fn refuse_names(args: &GraphArgs, inputs: &Inputs, console: &mut Console<'_>) -> io::Result<Option<Exit>> {
    if inputs.connectors.is_empty() {
        let help = "add the output of `aws kafkaconnect describe-connector`, or what makes the connector";
        return console
            .usage("no connector of MSK Connect is among the inputs", help)
            .map(Some);
    }
    let is_known = |name: &&String| {
        inputs
            .connectors
            .iter()
            .any(|connector| connector.name.value == **name)
    };
    let Some(unknown) = args.connector.iter().find(|name| !is_known(name)) else {
        return Ok(None);
    };
    let message = format!(
        "there is no connector `{}` among the inputs",
        shown(unknown, true)
    );
    let names = inputs
        .connectors
        .iter()
        .map(|connector| connector.name.value.as_str());
    let help = match crate::catalog::nearest(unknown, names) {
        Some(near) => format!("did you mean `{}`?", shown(near, true)),
        None => "leave `--connector` out to draw all of them".to_owned(),
    };
    console.usage(&message, &help).map(Some)
}
