//! Where the files of an image come from.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use text::Span;

use super::paths::absolute;
use crate::mapped::Mapped;
use crate::shell::{Executed, Program};

/// What an image is built from: the files that `COPY` can reach, those that `.dockerignore` leaves out not among them.
pub trait BuildContext {
    /// What is at a path, relative to the context's top, with `/` between its components.
    fn entry(&self, path: &str) -> Entry;

    /// The text of a file; none where it is not text, or too large.
    fn text(&self, path: &str) -> Option<String>;
}

/// What is at a path of a build context.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// A file, or a link to one.
    File,
    /// A folder.
    Folder,
    /// Nothing.
    Absent,
}

/// The files of an image, by what was copied.
#[derive(Debug, Clone, Default)]
pub struct Files {
    /// What was copied, in order.
    pub copies: Vec<Copied>,
    /// Folders that are there for sure.
    folders: BTreeSet<String>,
    /// Every place that something was copied to.
    destinations: BTreeSet<String>,
    /// The files of stages that something is copied from, by the stage's index.
    pub(super) stages: BTreeMap<usize, Files>,
}

/// Something that was copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// What.
    pub source: CopySource,
    /// The absolute path that it is copied to.
    pub destination: String,
    /// Whether that is a folder for sure, into which it is copied.
    pub into: bool,
    /// The script that says so; none for the Dockerfile.
    pub file: Option<Arc<str>>,
    /// The place of the source.
    pub span: Span,
}

/// What is copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CopySource {
    /// A path or a pattern.
    Path {
        /// The path, without a slash at either end; empty for all there is.
        path: String,
        /// Where it lies.
        from: CopyFrom,
    },
    /// A here-document.
    Document {
        /// Its text; variables in it are not replaced.
        text: Mapped,
        /// Its name, which is the file's in a folder.
        name: String,
    },
    /// A file of the image itself, moved, copied or linked by a command.
    Image(String),
    /// Something that a command writes, or that comes from elsewhere: what it holds cannot be told.
    Made(String),
}

/// Where a copied path lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CopyFrom {
    /// The build context.
    Context,
    /// A stage above, by its index.
    Stage(usize),
    /// Another image, or a named context.
    Image(String),
}

/// How many folders a path may lie in that is looked for.
const DEEPEST: usize = 64;

/// Folders that every image has.
const FOLDERS: [&str; 17] = [
    "/",
    "/bin",
    "/sbin",
    "/usr",
    "/usr/bin",
    "/usr/sbin",
    "/usr/local",
    "/usr/local/bin",
    "/usr/local/sbin",
    "/usr/local/lib",
    "/etc",
    "/opt",
    "/tmp",
    "/home",
    "/root",
    "/srv",
    "/var",
];

impl Files {
    pub(super) fn folder(&mut self, path: &str) {
        self.folders.insert(path.to_owned());
    }

    fn is_folder(&self, path: &str) -> bool {
        let inside = format!("{}/", path.trim_end_matches('/'));
        FOLDERS.contains(&path)
            || self.folders.contains(path)
            || self.folders.range(inside.clone()..).next().is_some_and(|next| next.starts_with(&inside))
    }

    /// Adds what was copied; the folder that it is in is there from now on.
    pub(super) fn add(&mut self, copied: Copied) {
        if copied.into {
            self.folder(&copied.destination);
        } else if let Some((folder, _)) = copied.destination.rsplit_once('/')
            && !folder.is_empty()
        {
            self.folder(folder);
        }
        if !self.destinations.contains(&copied.destination) {
            self.destinations.insert(copied.destination.clone());
        }
        self.copies.push(copied);
    }

    /// Whether something was copied to an absolute path, or to a folder that it lies in.
    pub(super) fn may_bring(&self, path: &str) -> bool {
        let ends = path.match_indices('/').map(|(at, _)| at.max(1)).chain([path.len()]);
        ends.take(DEEPEST).any(|end| self.destinations.contains(&path[..end]))
    }

    /// Whether something copied to a path without a slash at its end lands in a folder.
    pub(super) fn lands_in(&self, destination: &str) -> bool {
        self.is_folder(destination)
    }

    /// What a command does to files: folders it makes, files it moves or writes.
    pub(super) fn apply(&mut self, command: &Executed, program: &Program) {
        for (_, path) in &command.writes {
            if let Some(path) = command.place(path).filter(|path| !path.starts_with("/dev/")) {
                let source = CopySource::Made("a command".to_owned());
                let file = command.file.clone();
                self.add(Copied { source, destination: path, into: false, file, span: command.span });
            }
        }
        let Some(name) = program.name() else { return };
        let texts: Option<Vec<_>> = program.argv[1..].iter().map(|field| field.text.as_deref()).collect();
        let Some(texts) = texts else { return };
        let valued = |option: &&str| matches!(*option, "-m" | "-o" | "-g" | "--mode");
        let mut operands = Vec::new();
        let mut words = texts.into_iter();
        while let Some(word) = words.next() {
            if valued(&word) {
                words.next();
            } else if !word.starts_with('-') {
                operands.push(word);
            }
        }
        match (name, operands.as_slice()) {
            ("mkdir", folders) => {
                for folder in folders.iter().filter_map(|folder| command.place(folder)) {
                    self.folder(&folder);
                }
            }
            ("cp" | "mv" | "ln" | "install", [from, to]) => {
                let (Some(from), Some(destination)) = (command.place(from), command.place(to)) else {
                    return;
                };
                let into = to.ends_with('/') || self.lands_in(&destination);
                let source = CopySource::Image(from);
                let file = command.file.clone();
                self.add(Copied { source, destination, into, file, span: command.span });
            }
            _ => {}
        }
    }
}

impl Executed {
    /// A path of the command as an absolute one; none where its folder cannot be told.
    fn place(&self, path: &str) -> Option<String> {
        if path.starts_with('/') {
            Some(absolute("/", path))
        } else {
            Some(absolute(self.directory.as_deref()?, path))
        }
    }
}
