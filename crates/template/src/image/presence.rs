//! Whether a file is in an image.

use std::collections::BTreeSet;

use super::files::{BuildContext, Copied, CopyFrom, CopySource, REMOVED};
use super::paths::{absolute, below, file_name, is_pattern};
use super::{Image, Origin, RunStep};
use crate::shell::{Executed, program};

/// Whether a file is in an image, as far as the Dockerfile tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Presence {
    /// It is: something brings it.
    Brought(Origin),
    /// Something that cannot be followed may bring it.
    Doubtful,
    /// Nothing that the Dockerfile does brings it, or something takes it away again.
    Absent,
}

/// Programs that bring files, of which it cannot be told which.
const BRINGS: [&str; 19] = [
    "cp", "mv", "ln", "install", "tar", "unzip", "rsync", "git", "make", "patch", "hatch", "poetry", "pdm",
    "pipx", "rye", "svn", "gh", "aws", "gsutil",
];

/// Endings of archives that `ADD` unpacks.
const ARCHIVES: [&str; 9] =
    [".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.zst", ".tar.lzma"];

impl Image {
    /// Whether there is a file at an absolute path, once the image is made and before anything is mounted.
    #[must_use]
    pub fn presence(&self, path: &str, context: &dyn BuildContext) -> Presence {
        match self.files.origin(path, context) {
            Origin::Made { by, .. } if by == REMOVED => Presence::Absent,
            Origin::Unknown if self.may_bring(path) => Presence::Doubtful,
            Origin::Unknown => Presence::Absent,
            origin => Presence::Brought(origin),
        }
    }

    fn may_bring(&self, path: &str) -> bool {
        self.volumes.iter().any(|volume| covers(volume, path))
            || self.files.copies.iter().any(|copied| copied.may_bring(path))
            || self.runs.iter().any(|step| step.may_bring(path))
    }
}

/// Whether a path is a folder that another one lies in, or that path itself.
fn covers(folder: &str, path: &str) -> bool {
    folder == path || below(path, folder).is_some()
}

impl Copied {
    /// Whether it may bring a file that it does not evidently bring.
    fn may_bring(&self, path: &str) -> bool {
        let brings_more = match &self.source {
            CopySource::Path { from: CopyFrom::Stage(_) | CopyFrom::Image(_), .. } | CopySource::Image(_) => {
                true
            }
            // A folder that a pattern matches is copied with all that is in it.
            CopySource::Path { path: source, .. } if is_pattern(source) => {
                let name = file_name(source);
                name.rsplit_once('.').is_none_or(|(_, ending)| ending.is_empty() || is_pattern(ending))
                    || is_pattern(source.strip_suffix(name).unwrap_or_default())
            }
            CopySource::Path { path: source, .. } => ARCHIVES.iter().any(|ending| source.ends_with(ending)),
            CopySource::Made(by) => by != REMOVED,
            CopySource::Document { .. } => false,
        };
        brings_more && covers(&self.destination, path)
    }
}

impl RunStep {
    /// Whether its commands may bring a file, beside those that are known to be written.
    fn may_bring(&self, path: &str) -> bool {
        !self.followed
            || !self.scripts.is_empty()
            || !self.unfollowed.is_empty()
            || self.execution.commands.iter().any(|command| command.may_bring(path))
    }
}

impl Executed {
    fn may_bring(&self, path: &str) -> bool {
        let program = program(&self.argv);
        let Some(name) = program.name() else { return !program.argv.is_empty() };
        if matches!(name, "chmod" | "chown" | "rm" | "pip" | "pip3") {
            return false;
        }
        let file = file_name(path);
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let words = program.argv.iter().skip(1);
        if name.starts_with("python")
            && words.clone().any(|word| word.beginning().is_some_and(|text| text.contains(stem)))
        {
            return true;
        }
        let is_named = |text: &str| text.split(['/', '=']).any(|part| part == file || part == stem);
        if words.clone().any(|word| word.text.as_deref().is_some_and(is_named)) {
            return true;
        }
        let syncs = name == "uv" && !program.argv.get(1).is_some_and(|word| word.is("pip"));
        if !syncs && !BRINGS.contains(&name) {
            return false;
        }
        let directory = self.directory.as_deref();
        let is_there = |text: &str| {
            let place = text.rsplit_once('=').map_or(text, |(_, value)| value);
            covers(&absolute(directory.unwrap_or("/"), place), path)
        };
        // What is linked, moved or copied goes to the last operand; the others may write to where they run.
        let is_local = matches!(name, "cp" | "mv" | "ln" | "install");
        let mut known: BTreeSet<&str> = BTreeSet::new();
        for word in words {
            let Some(text) = word.text.as_deref() else { return true };
            known.insert(text);
        }
        known.into_iter().any(is_there)
            || !is_local && directory.is_none_or(|directory| covers(directory, path))
    }
}
