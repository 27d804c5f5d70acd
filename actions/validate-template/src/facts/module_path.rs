//! Where the Python of a container looks for the template's modules.

use std::cell::Cell;

use template::image::{CopySource, Image, Origin, Presence};

use super::{Built, Context};
use crate::contract::Contract;
use crate::folder::Folder;
use crate::rules::is_same_image;

/// How many copies and commands are looked at in all: a template has some dozens.
const MOST_LOOKED_AT: usize = 100_000;

/// How many copies are asked for what they bring.
const MOST_ASKED: usize = 64;

/// How many folders may be on the path.
const MOST_FOLDERS: usize = 8;

/// What moves files while a container starts.
const MOVES: [&str; 13] =
    ["cp", "mv", "ln", "install", "git", "tar", "rsync", "curl", "wget", "unzip", "pip", "uv", "mount"];

/// The folders in which the container's Python looks for modules.
#[derive(Debug)]
pub(crate) struct ModulePath<'a> {
    image: &'a Image,
    context: Context<'a>,
    folders: Vec<String>,
    /// How many copies and commands may still be looked at.
    budget: Cell<usize>,
    /// How many are looked at for one file.
    cost: usize,
}

impl<'a> ModulePath<'a> {
    /// The path of a container; none where it cannot be told.
    pub(crate) fn of(built: &'a Built, folder: &'a Folder, contract: &Contract) -> Option<Self> {
        let image = built.image.as_ref()?;
        image.base.reference.as_ref().filter(|base| is_same_image(base, &contract.image.base))?;
        let mut folders = vec![match &image.workdir {
            Some(workdir) => workdir.text.clone()?,
            None => "/".to_owned(),
        }];
        if let Some(binding) = image.environment.get("PYTHONPATH") {
            let listed = binding.value.as_deref()?.split(':').filter(|listed| !listed.is_empty());
            folders.extend(listed.map(|listed| listed.trim_end_matches('/').to_owned()));
        }
        for text in started(built, image)? {
            folders.extend(changed_to(text)?);
        }
        let library = format!("/usr/local/lib/python{}", contract.image.python);
        folders.extend([format!("{library}/site-packages"), library]);
        folders.sort_unstable();
        folders.dedup();
        let is_told = folders.len() <= MOST_FOLDERS && folders.iter().all(|folder| folder.starts_with('/'));
        let (context, budget) = (Context::of(folder), Cell::new(MOST_LOOKED_AT));
        let commands: usize = image.runs.iter().map(|step| step.execution.commands.len()).sum();
        let cost = 1 + image.files.copies.len() + commands;
        is_told.then_some(Self { image, context, folders, budget, cost })
    }

    /// Whether a module is there, by its path without an ending: `tools/http`.
    ///
    /// Where it cannot be told, it is doubtful.
    pub(crate) fn presence(&self, stem: &str) -> Presence {
        let mut presence = Presence::Absent;
        for file in self.folders.iter().flat_map(|folder| {
            [".py", "/__init__.py"].map(|ending| format!("{}/{stem}{ending}", folder.trim_end_matches('/')))
        }) {
            let left = self.budget.get().checked_sub(self.cost);
            let Some(left) = left else { return Presence::Doubtful };
            self.budget.set(left);
            match self.image.presence(&file, &self.context) {
                Presence::Brought(origin) => return Presence::Brought(origin),
                Presence::Doubtful => presence = Presence::Doubtful,
                Presence::Absent => {}
            }
        }
        presence
    }

    /// Whether a file of the template is copied to some other place, and to which.
    pub(crate) fn elsewhere(&self, file: &str) -> Option<(text::Span, String)> {
        let copies = self.image.files.copies.iter().rev().filter(|copied| copied.file.is_none());
        let mut copies = copies.take(MOST_ASKED);
        copies.find_map(|copied| {
            let CopySource::Path { path, .. } = &copied.source else { return None };
            let target = if copied.into {
                format!("{}/{file}", copied.destination.trim_end_matches('/'))
            } else {
                copied.destination.clone()
            };
            let is_it = path == file
                || matches!(self.image.files.origin(&target, &self.context), Origin::Context { path, .. } if path == file);
            is_it.then_some((copied.span, target))
        })
    }
}

/// The texts that a container's start runs; none where some cannot be told.
fn started<'a>(built: &'a Built, image: &'a Image) -> Option<Vec<&'a str>> {
    let ends = built.launch.iter().flat_map(|launch| &launch.ends);
    if ends.clone().any(|end| end.unread.is_some() || end.guessed) {
        return None;
    }
    let settings = image.entrypoint.iter().chain(&image.cmd);
    let settings = settings.map(|setting| built.source.slice(setting.span));
    let scripts = built.scripts.values().map(text::Source::text);
    let documents = image.files.copies.iter().filter_map(|copied| match &copied.source {
        CopySource::Document { text, .. } => Some(text.text()),
        _ => None,
    });
    Some(settings.chain(scripts).chain(documents).collect())
}

/// The folders that a script changes to; none where it cannot be told what it does to the path.
fn changed_to(text: &str) -> Option<Vec<String>> {
    let is_part = |character: char| !character.is_whitespace() && !"\"'`;&|()[],{}".contains(character);
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let mut folders = Vec::new();
    for line in lines {
        let mut words = line.split(|character| !is_part(character)).filter(|word| !word.is_empty());
        while let Some(word) = words.next() {
            let is_program = MOVES.contains(&word.rsplit('/').next().unwrap_or(word));
            if is_program
                || word.contains("PYTHON")
                || matches!(word, "pushd" | "-C" | "--chdir" | "source" | ".")
            {
                return None;
            }
            if word == "cd" {
                folders.push(words.next().filter(|to| to.starts_with('/') && !to.contains('$'))?.to_owned());
            }
        }
    }
    Some(folders)
}
