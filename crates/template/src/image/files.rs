//! Where the files of an image come from.

use std::collections::{BTreeMap, BTreeSet};

use text::Span;

use super::paths::{absolute, below, clean, file_name, is_pattern, matches};
use super::trace::{Reason, Trace};
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

/// Where a file of an image comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A file of the build context.
    Context {
        /// Its path there.
        path: String,
        /// The lines that put it in its place.
        trace: Trace,
    },
    /// A here-document of the Dockerfile.
    Document {
        /// Its text.
        text: Mapped,
        /// The lines that put it in its place.
        trace: Trace,
    },
    /// It is made by a command, or comes from elsewhere: what it holds cannot be told.
    Made {
        /// By what, in words.
        by: String,
        /// The lines that put it in its place.
        trace: Trace,
    },
    /// Nothing puts a file there: if there is one, the base image or what is installed brings it.
    Unknown,
}

/// How many copies are looked at for one file.
const MOST_SEARCHED: usize = 100_000;

/// How many times a file may be copied on before it is lost sight of.
const MOST_HOPS: usize = 16;

struct Search<'c> {
    context: &'c dyn BuildContext,
    stages: &'c BTreeMap<usize, Files>,
    hops: usize,
    budget: usize,
}

impl Origin {
    fn push(&mut self, reason: Reason) {
        match self {
            Self::Context { trace, .. } | Self::Document { trace, .. } | Self::Made { trace, .. } => {
                trace.push(reason);
            }
            Self::Unknown => {}
        }
    }
}

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
    /// Where the file at an absolute path of the image comes from.
    #[must_use]
    pub fn origin(&self, path: &str, context: &dyn BuildContext) -> Origin {
        self.origin_before(self.copies.len(), path, context)
    }

    /// Where it comes from when only the first `copies` are done.
    pub(super) fn origin_before(&self, copies: usize, path: &str, context: &dyn BuildContext) -> Origin {
        let mut search = Search { context, stages: &self.stages, hops: MOST_HOPS, budget: MOST_SEARCHED };
        self.find(&absolute("/", path), copies, &mut search)
    }

    /// Where a file comes from that is seen through a mount.
    pub(super) fn origin_in(
        &self,
        from: &CopyFrom,
        path: &str,
        mount: Span,
        context: &dyn BuildContext,
    ) -> Origin {
        let mut origin = match from {
            CopyFrom::Context if context.entry(path) == Entry::File => {
                Origin::Context { path: path.to_owned(), trace: Trace::new() }
            }
            CopyFrom::Context => Origin::Unknown,
            CopyFrom::Stage(stage) => {
                let mut search =
                    Search { context, stages: &self.stages, hops: MOST_HOPS, budget: MOST_SEARCHED };
                let files = self.stages.get(stage);
                let found =
                    files.map(|files| files.find(&absolute("/", path), files.copies.len(), &mut search));
                found.unwrap_or_else(lost)
            }
            CopyFrom::Image(image) => {
                Origin::Made { by: format!("the image `{image}`"), trace: Trace::new() }
            }
        };
        origin.push(Reason::new(mount, format!("shows `{path}` to the commands")));
        origin
    }

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
        self.copies.push(copied);
    }

    /// Whether something copied to a path without a slash at its end lands in a folder.
    pub(super) fn lands_in(&self, destination: &str) -> bool {
        self.is_folder(destination)
    }

    /// Searches what was copied before, the last first: it is what one finds.
    fn find(&self, path: &str, before: usize, search: &mut Search) -> Origin {
        let Some(hops) = search.hops.checked_sub(1) else { return lost() };
        search.hops = hops;
        let origin = self.find_within(path, before, search);
        search.hops += 1;
        origin
    }

    fn find_within(&self, path: &str, before: usize, search: &mut Search) -> Origin {
        for (index, copied) in self.copies[..before].iter().enumerate().rev() {
            let Some(left) = search.budget.checked_sub(1) else { return lost() };
            search.budget = left;
            let Some(found) = copied.through(path, search.context) else { continue };
            let mut origin = match found {
                Found::Context(path) => Origin::Context { path, trace: Trace::new() },
                Found::Document(text) => Origin::Document { text: text.clone(), trace: Trace::new() },
                Found::Made(by) => Origin::Made { by: by.to_owned(), trace: Trace::new() },
                Found::Image(path) => self.find(&path, index, search),
                Found::Stage { stage, path, certain } => {
                    let found = match search.stages.get(&stage) {
                        Some(files) => files.find(&path, files.copies.len(), search),
                        None => Origin::Unknown,
                    };
                    if found == Origin::Unknown && !certain {
                        continue;
                    }
                    found
                }
            };
            if origin == Origin::Unknown {
                origin = Origin::Made { by: "what it is copied from".to_owned(), trace: Trace::new() };
            }
            origin.push(Reason::new(copied.span, format!("puts `{path}` there")));
            return origin;
        }
        Origin::Unknown
    }

    /// What a command does to files: folders it makes, files it moves or writes.
    pub(super) fn apply(&mut self, command: &Executed, program: &Program) {
        for (_, path) in &command.writes {
            if let Some(path) = command.place(path).filter(|path| !path.starts_with("/dev/")) {
                let source = CopySource::Made("a command".to_owned());
                self.add(Copied { source, destination: path, into: false, span: command.span });
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
                self.add(Copied { source, destination, into, span: command.span });
            }
            _ => {}
        }
    }
}

impl Copied {
    /// What a path is before this was copied; none where the copy does not concern it.
    fn through(&self, path: &str, context: &dyn BuildContext) -> Option<Found<'_>> {
        match &self.source {
            CopySource::Document { text, name } => self.places(path, name).then_some(Found::Document(text)),
            CopySource::Image(from) => self.places(path, file_name(from)).then(|| Found::Image(from.clone())),
            CopySource::Made(by) if self.into => below(path, &self.destination).map(|_| Found::Made(by)),
            CopySource::Made(by) => (path == self.destination).then_some(Found::Made(by)),
            CopySource::Path { path: source, from } => {
                let as_file = self.as_file(path, source);
                let rest = below(path, &self.destination);
                let in_folder = rest.map(|rest| clean(&format!("{source}/{rest}")));
                match from {
                    CopyFrom::Context => {
                        let file = |path: &String| context.entry(path) == Entry::File;
                        as_file.filter(file).or_else(|| in_folder.filter(file)).map(Found::Context)
                    }
                    CopyFrom::Stage(stage) => {
                        // Whether the source is a folder there cannot be told: its files are looked for, too.
                        let certain = as_file.is_some();
                        let path = absolute("/", &as_file.or(in_folder)?);
                        Some(Found::Stage { stage: *stage, path, certain })
                    }
                    CopyFrom::Image(_) => as_file.map(|_| Found::Made("another image")),
                }
            }
        }
    }

    /// Whether a file of a name lands at a path.
    fn places(&self, path: &str, name: &str) -> bool {
        if self.into { below(path, &self.destination) == Some(name) } else { path == self.destination }
    }

    /// The file that a source is, if it is one and lands at a path.
    fn as_file(&self, path: &str, source: &str) -> Option<String> {
        if !is_pattern(source) {
            return self.places(path, file_name(source)).then(|| source.to_owned());
        }
        let name = below(path, &self.destination).filter(|name| !name.contains('/'))?;
        matching(source, name)
    }
}

fn lost() -> Origin {
    Origin::Made { by: "more copies than can be followed".to_owned(), trace: Trace::new() }
}

enum Found<'c> {
    Context(String),
    Document(&'c Mapped),
    Image(String),
    Stage { stage: usize, path: String, certain: bool },
    Made(&'c str),
}

/// The path that a pattern matches for a file name: only its last component may be a pattern.
fn matching(pattern: &str, name: &str) -> Option<String> {
    let (folder, last) = pattern.rsplit_once('/').map_or(("", pattern), |(folder, last)| (folder, last));
    (!is_pattern(folder) && matches(last, name)).then(|| clean(&format!("{folder}/{name}")))
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
