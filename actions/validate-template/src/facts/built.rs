//! The Dockerfile, and the image that it makes.

use std::collections::{BTreeMap, BTreeSet};

use template::dockerfile::{self, Dockerfile};
use template::image::{CopyFrom, CopySource, Image, Install, Installer, Launch, Origin, Reason, RunStep};
use text::{Source, Span};

use super::Context;
use crate::finding::Finding;
use crate::folder::Folder;

/// How many notes about the same a finding carries.
const MOST_NOTES: usize = 3;

/// How many installations are asked for what they lack.
const MOST_INSTALLS: usize = 32;

/// A Dockerfile, and the image that it makes as far as the text tells.
#[derive(Debug)]
pub struct Built {
    /// Its text.
    pub source: Source,
    /// What it says.
    pub dockerfile: Dockerfile,
    /// What its final stage makes; none where it has no stage.
    pub image: Option<Image>,
    /// What a container of it runs; none where only the base image says.
    pub launch: Option<Launch>,
    /// The scripts on the way there, by their paths.
    pub scripts: BTreeMap<String, Source>,
}

/// A list of requirements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum List {
    /// A file of the template, by its path.
    File(String),
    /// The text of a here-document of the Dockerfile.
    Text(String),
}

impl Built {
    pub(crate) fn of(source: Source, folder: &Folder) -> Self {
        let dockerfile = dockerfile::parse(source.text());
        let context = Context::of(folder);
        let image = Image::built(&dockerfile, &context);
        let launch = image.as_ref().and_then(|image| image.launch(&context));
        let runs = image.iter().flat_map(|image| &image.runs);
        let started = runs.flat_map(|step| step.scripts.iter().map(String::as_str));
        let paths: BTreeSet<&str> = launch.iter().flat_map(files).chain(started).collect();
        let script = |path: &str| Some((path.to_owned(), folder.read(path).ok().flatten()?));
        let scripts = paths.into_iter().filter_map(script).collect();
        Self { source, dockerfile, image, launch, scripts }
    }

    /// Where the final stage begins.
    #[must_use]
    pub fn final_stage(&self) -> Span {
        self.dockerfile.final_stage().map_or(Span::at(0), |stage| stage.from.span)
    }

    /// The text that a place is of: a script's, or the Dockerfile's.
    #[must_use]
    pub fn source_of(&self, file: Option<&str>) -> &Source {
        file.and_then(|file| self.scripts.get(file)).unwrap_or(&self.source)
    }

    /// The text and the place of a reason.
    #[must_use]
    pub fn place_of<'a>(&'a self, reason: &Reason) -> (&'a Source, Span) {
        (self.source_of(reason.file.as_deref()), reason.span)
    }

    /// The lists that an installation takes its requirements from, as far as the template has them.
    #[must_use]
    pub fn lists_of(&self, install: &Install, folder: &Folder) -> Vec<List> {
        let Some(image) = &self.image else { return Vec::new() };
        let lists =
            install.origins(image, &Context::of(folder)).into_iter().filter_map(|origin| match origin {
                Origin::Context { path, .. } => Some(List::File(path)),
                Origin::Document { text, .. } => Some(List::Text(text.text().to_owned())),
                Origin::Made { .. } | Origin::Unknown => None,
            });
        lists.collect()
    }

    /// Whether an installation reads the template's list `list`, and does not find what that includes by `included`.
    #[must_use]
    pub fn lacks_include(&self, list: &str, included: &str, folder: &Folder) -> bool {
        let Some(image) = &self.image else { return false };
        let context = Context::of(folder);
        let installs = self.runs().iter().flat_map(|step| &step.installs);
        let reading = installs.filter(|install| !install.files.is_empty());
        reading.take(MOST_INSTALLS).any(|install| {
            let origins = install.origins(image, &context).into_iter().enumerate();
            let is_list = |origin: &Origin| matches!(origin, Origin::Context { path, .. } if path == list);
            let mut lists = origins.filter(|(_, origin)| is_list(origin));
            lists.any(|(at, _)| install.lacks_beside(at, included, image, &context))
        })
    }

    /// Whether only something else than pip reads lists of requirements.
    #[must_use]
    pub fn lists_are_not_for_pip(&self) -> bool {
        let installs = self.runs().iter().flat_map(|step| &step.installs);
        let mut reading = installs.filter(|install| !install.files.is_empty()).peekable();
        reading.peek().is_some() && reading.all(|install| install.installer != Installer::Pip)
    }

    /// Whether a script is named that nothing puts into the image: a path that is none of the programs which every
    /// image has.
    #[must_use]
    pub fn lacks_file(&self, path: &str) -> bool {
        let is_program = path
            .rsplit_once('/')
            .is_none_or(|(folder, _)| folder.ends_with("/bin") || folder.ends_with("/sbin"));
        let is_script =
            path.rsplit_once('.').is_some_and(|(_, ending)| matches!(ending, "sh" | "bash" | "py"));
        !is_program || is_script
    }

    /// Whether a program is missing for sure: one that the base image lacks, and that nothing in the Dockerfile names.
    #[must_use]
    pub fn lacks_program(&self, name: &str) -> bool {
        const ADDED: [&str; 9] =
            ["gosu", "su-exec", "tini", "dumb-init", "sudo", "doas", "catatonit", "unbuffer", "eatmydata"];
        let Some(image) = self.image.as_ref().filter(|_| ADDED.contains(&name)) else { return false };
        let is_run = self.runs().iter().any(|step| {
            let is_told = step.text.as_ref().is_some_and(|text| text.text().contains(name));
            is_told || !step.followed || !step.scripts.is_empty() || !step.unfollowed.is_empty()
        });
        let is_copied = image.files.copies.iter().any(|copied| {
            let comes = match &copied.source {
                CopySource::Path { path, from: CopyFrom::Image(image) } => {
                    path.contains(name) || image.contains(name)
                }
                CopySource::Path { path, .. } | CopySource::Image(path) => path.contains(name),
                CopySource::Document { name: file, .. } => file == name,
                CopySource::Made(_) => true,
            };
            comes || copied.destination.contains(name)
        });
        !is_run && !is_copied
    }

    /// A finding about what the image lacks, with what may bring it and could not be followed.
    #[must_use]
    pub fn noting_unfollowed(&self, mut finding: Finding) -> Finding {
        for reason in self.runs().iter().flat_map(|step| &step.unfollowed).take(MOST_NOTES) {
            let (source, span) = self.place_of(reason);
            finding = finding.note(source, span, format!("what this does cannot be told: {}", reason.why));
        }
        finding
    }

    /// What is run to make the image.
    #[must_use]
    pub fn runs(&self) -> &[RunStep] {
        self.image.as_ref().map_or(&[], |image| &image.runs)
    }
}

/// The scripts that a launch leads through.
fn files(launch: &Launch) -> impl Iterator<Item = &str> {
    let ends = launch.ends.iter().flat_map(|end| {
        end.file.as_deref().into_iter().chain(end.trace.iter().filter_map(|reason| reason.file.as_deref()))
    });
    ends.chain(launch.faults.iter().filter_map(|(reason, _)| reason.file.as_deref()))
}
