//! From inputs to the one task that they ask for.

use std::collections::BTreeSet;
use std::path::Path;

use clap::ValueEnum as _;
use runner::{Diagnostic, Exit};

use crate::folder::{Folder, FolderError};
use crate::inputs::{Command, Format, Inputs};
use crate::rules::Rule;

/// What a run is to do.
#[derive(Debug)]
pub(crate) enum Task {
    /// Judge templates; of the one that there is, perhaps only credentials that were added since a revision.
    Check(Vec<Folder>, Option<String>),
    /// Look for secrets: in these folders, or in what one of them has gained since a revision.
    SecretScan(Vec<Folder>, Option<String>),
    /// Print these pages.
    Explain(Vec<&'static Rule>),
    /// List the rules.
    Rules,
    /// Print the probe.
    Probe,
}

/// Inputs that ask for nothing that can be done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RequestError {
    #[error(transparent)]
    Folder(#[from] FolderError),
    #[error("could not read the probe's report")]
    ProbeReport(#[source] std::io::Error),
    #[error("could not read the list of folders")]
    List(#[source] std::io::Error),
    #[error("the list `{0}` names no folder")]
    EmptyList(String),
    #[error("there is no rule `{0}`")]
    NoRule(String),
    #[error("`explain` needs the name of a rule")]
    NothingToExplain,
    #[error("`{command}` takes no path, and `{word}` was given")]
    NoPaths { command: &'static str, word: String },
    #[error("`{input}` goes with one template, and {folders} were named")]
    OneTemplate { input: &'static str, folders: usize },
    #[error("`{input}` goes with `{command}` only")]
    Elsewhere { input: &'static str, command: &'static str },
    #[error("`{0}` and `{1}` exclude each other")]
    Exclusive(&'static str, &'static str),
}

impl Diagnostic for RequestError {
    fn exit(&self) -> Exit {
        Exit::BadInput
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Folder(error) => error.hints(),
            Self::ProbeReport(_) => vec!["let the probe's output go to a file, and name that".to_owned()],
            Self::List(_) | Self::EmptyList(_) => vec!["write one folder a line".to_owned()],
            Self::NoRule(_) | Self::NothingToExplain => {
                vec!["`validate-template rules` lists them".to_owned()]
            }
            Self::NoPaths { word, .. } => {
                vec![format!("for a folder of the command's name, write `./{word}`")]
            }
            Self::OneTemplate { .. } => vec!["run it once for each".to_owned()],
            Self::Elsewhere { command, .. } => vec![format!("write `validate-template {command} …`")],
            Self::Exclusive(first, second) => vec![format!("leave `{first}` or `{second}` out")],
        }
    }
}

impl Task {
    /// The task of these inputs.
    pub(crate) fn of(inputs: &Inputs) -> Result<Self, RequestError> {
        let (command, words) = command_and_words(inputs);
        refuse_contradictions(inputs, command)?;
        Ok(match command {
            Command::Rules => without_paths(command, &words, Self::Rules)?,
            Command::Probe => without_paths(command, &words, Self::Probe)?,
            Command::Explain => Self::Explain(explained(words)?),
            Command::Check => {
                let folders = folders(inputs, words)?;
                one_template("probe-report", inputs.probe_report.is_some(), &folders)?;
                one_template("python", inputs.python.is_some(), &folders)?;
                one_template("diff-base", inputs.diff_base.is_some(), &folders)?;
                Self::Check(folders, inputs.diff_base.clone())
            }
            Command::SecretScan => {
                let folders = folders(inputs, words)?;
                one_template("diff-base", inputs.diff_base.is_some(), &folders)?;
                Self::SecretScan(folders, inputs.diff_base.clone())
            }
        })
    }
}

/// The command, which may be the first word, and the other words.
fn command_and_words(inputs: &Inputs) -> (Command, Vec<&str>) {
    // A workflow's input is one word that may hold lines.
    let mut words: Vec<&str> = inputs.path.iter().flat_map(|word| word.lines()).map(str::trim).collect();
    words.retain(|word| !word.is_empty());
    if inputs.command != Command::Check {
        return (inputs.command, words);
    }
    let named = Command::value_variants().iter().find(|command| words.first() == Some(&command.word()));
    match named {
        Some(command) => (*command, words.split_off(1)),
        None => (Command::Check, words),
    }
}

fn refuse_contradictions(inputs: &Inputs, command: Command) -> Result<(), RequestError> {
    let checks = [
        ("fix", inputs.fix),
        ("diff", inputs.diff),
        ("trace", inputs.trace),
        ("probe-report", inputs.probe_report.is_some()),
        ("python", inputs.python.is_some()),
    ];
    let given = checks.into_iter().find(|(_, is_given)| *is_given);
    if let (Some((input, _)), true) = (given, command != Command::Check) {
        return Err(RequestError::Elsewhere { input, command: Command::Check.word() });
    }
    if inputs.diff_base.is_some() && !matches!(command, Command::SecretScan | Command::Check) {
        return Err(RequestError::Elsewhere { input: "diff-base", command: Command::SecretScan.word() });
    }
    for (first, second, both) in [
        ("fix", "diff", inputs.fix && inputs.diff),
        ("probe-report", "python", inputs.probe_report.is_some() && inputs.python.is_some()),
        // The trace is for people: it would stand in front of what a program reads.
        ("trace", "format: json", inputs.trace && inputs.format == Format::Json),
        ("trace", "format: sarif", inputs.trace && inputs.format == Format::Sarif),
    ] {
        if both {
            return Err(RequestError::Exclusive(first, second));
        }
    }
    Ok(())
}

/// The task, unless paths are given to it; the input's default is no path that anybody gave.
fn without_paths(command: Command, words: &[&str], task: Task) -> Result<Task, RequestError> {
    match words.first() {
        Some(word) if *word != "." => {
            Err(RequestError::NoPaths { command: command.word(), word: (*word).to_owned() })
        }
        _ => Ok(task),
    }
}

fn explained(words: Vec<&str>) -> Result<Vec<&'static Rule>, RequestError> {
    let rules = words.into_iter().filter(|word| *word != ".");
    let rules = rules.map(|word| Rule::find(word).ok_or_else(|| RequestError::NoRule(word.to_owned())));
    let rules = rules.collect::<Result<Vec<_>, _>>()?;
    if rules.is_empty() { Err(RequestError::NothingToExplain) } else { Ok(rules) }
}

/// The folders that are named, in words and in a list; the working folder where none is.
fn folders(inputs: &Inputs, words: Vec<&str>) -> Result<Vec<Folder>, RequestError> {
    let mut names: Vec<String> = words.into_iter().map(str::to_owned).collect();
    if let Some(list) = &inputs.list {
        // The default is there to be overridden.
        names.retain(|name| name != ".");
        let text = fs_err::read_to_string(list).map_err(RequestError::List)?;
        let text = text.trim_start_matches(text::BYTE_ORDER_MARK);
        let listed = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        names.extend(listed.map(str::to_owned));
        if names.is_empty() {
            return Err(RequestError::EmptyList(list.display().to_string()));
        }
    }
    if names.is_empty() {
        names.push(".".to_owned());
    }
    let mut folders: Vec<Folder> = Vec::with_capacity(names.len());
    let mut known = BTreeSet::new();
    for name in &names {
        let folder = Folder::open(Path::new(name))?;
        // By whatever names: a folder is judged, and mended, once.
        if known.insert(folder.root().to_owned()) {
            folders.push(folder);
        }
    }
    Ok(folders)
}

fn one_template(input: &'static str, is_given: bool, folders: &[Folder]) -> Result<(), RequestError> {
    match folders.len() {
        several @ 2.. if is_given => Err(RequestError::OneTemplate { input, folders: several }),
        _ => Ok(()),
    }
}
