//! The Dockerfile, and the image that it makes.

use std::collections::BTreeMap;

use template::dockerfile::{self, Dockerfile};
use template::image::{Image, Install, Launch, Origin, Reason, RunStep};
use text::{Source, Span};

use super::Context;
use crate::folder::Folder;

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

impl Built {
    pub(crate) fn of(source: Source, folder: &Folder) -> Self {
        let dockerfile = dockerfile::parse(source.text());
        let image = Image::of(&dockerfile);
        let launch = image.as_ref().and_then(|image| image.launch(&Context::of(folder)));
        let scripts = launch.iter().flat_map(files).filter_map(|path| {
            let source = folder.read(path).ok().flatten()?;
            Some((path.to_owned(), source))
        });
        let scripts = scripts.collect();
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

    /// The files of the template that an installation takes its requirements from.
    #[must_use]
    pub fn lists_of(&self, install: &Install, folder: &Folder) -> Vec<String> {
        let Some(image) = &self.image else { return Vec::new() };
        let context = Context::of(folder);
        let lists =
            install.paths.iter().flatten().filter_map(|path| match image.files.origin(path, &context) {
                Origin::Context { path, .. } => Some(path),
                Origin::Document { .. } | Origin::Made { .. } | Origin::Unknown => None,
            });
        lists.collect()
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
