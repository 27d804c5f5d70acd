//! Where the files of an image come from.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use text::Span;

use super::paths::{absolute, below, file_name, is_pattern, matches};
use super::printed::printed;
use crate::mapped::Mapped;
use crate::shell::{Executed, Program, RedirectKind};

/// What an image is built from: the files that `COPY` can reach, those that `.dockerignore` leaves out not among them.
pub trait BuildContext {
    /// What is at a path, relative to the context's top, with `/` between its components.
    fn entry(&self, path: &str) -> Entry;

    /// The text of a file; none where it is not text, or too large.
    fn text(&self, path: &str) -> Option<String>;

    /// Whether a file may be started as a program; none where that cannot be told.
    fn is_executable(&self, _path: &str) -> Option<bool> {
        None
    }

    /// Whether it can be told what is missing.
    fn is_known(&self) -> bool {
        true
    }
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
    /// What `chmod` lets everybody start.
    executable: Vec<Place>,
    /// What carriage returns are taken out of.
    unix: Vec<Place>,
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
    /// Whether it may be started as a program, where the instruction says so.
    pub executable: Option<bool>,
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

/// Who made what is taken away again: nobody.
pub(super) const REMOVED: &str = "nothing: it is taken away again";

/// How long a text may be that is written piece by piece.
const LONGEST_WRITTEN: usize = 1 << 14;

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

    /// Whether `chmod` lets everybody start a file.
    pub(super) fn is_made_executable(&self, path: &str) -> bool {
        self.executable.iter().any(|place| place.covers(path))
    }

    /// Whether carriage returns were taken out of a file.
    pub(super) fn is_made_unix(&self, path: &str) -> bool {
        self.unix.iter().any(|place| place.covers(path))
    }

    /// What was brought is there no longer.
    fn remove(&mut self, command: &Executed, path: &str, is_tree: bool) {
        let Some(destination) = command.place(path).filter(|path| !is_pattern(path)) else { return };
        let is_known = self.may_bring(&destination)
            || is_tree && self.destinations.iter().any(|known| below(known, &destination).is_some());
        if !is_known {
            return;
        }
        let (file, span, executable) = (command.file.clone(), command.span, None);
        let source = CopySource::Made(REMOVED.to_owned());
        if is_tree {
            let (destination, source) = (destination.clone(), source.clone());
            let file = file.clone();
            self.copies.push(Copied { source, destination, into: true, executable, file, span });
        }
        self.copies.push(Copied { source, destination, into: false, executable, file, span });
    }

    /// What a command writes into a file, as far as that can be told.
    fn written(&self, command: &Executed, program: &Program, path: &str) -> CopySource {
        let made = || CopySource::Made("a command".to_owned());
        let name = file_name(path).to_owned();
        let text = match (program.name(), &command.reads) {
            (Some("cat" | "tee"), Some(text)) => text.clone(),
            (Some("echo" | "printf"), _) => match printed(command, program) {
                Some(text) => text,
                None => return made(),
            },
            _ => return made(),
        };
        let appends = command.writes.iter().any(|(kind, _)| *kind == RedirectKind::Append)
            || program.argv.iter().any(|field| field.is("-a") || field.is("--append"));
        if !appends {
            return CopySource::Document { text, name };
        }
        let before = self.copies.iter().rev().find(|copied| copied.destination == path && !copied.into);
        match before.map(|copied| &copied.source) {
            Some(CopySource::Document { text: before, .. }) if before.text().len() < LONGEST_WRITTEN => {
                let mut whole = before.clone();
                whole.append(&text);
                CopySource::Document { text: whole, name }
            }
            _ => made(),
        }
    }

    /// What a command does to files: folders it makes, files it moves or writes.
    pub(super) fn apply(&mut self, command: &Executed, program: &Program) {
        for (_, path) in &command.writes {
            if let Some(path) = command.place(path).filter(|path| !path.starts_with("/dev/")) {
                let source = self.written(command, program, &path);
                let file = command.file.clone();
                self.add(Copied {
                    source,
                    destination: path,
                    into: false,
                    executable: None,
                    file,
                    span: command.span,
                });
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
            ("chmod", [mode, paths @ ..]) if lets_start(mode) => {
                let all = program.argv.iter().any(|field| field.is("-R") || field.is("--recursive"));
                self.executable.extend(paths.iter().filter_map(|path| Place::of(command, path, all)));
            }
            ("rm", paths) => {
                let all = program.argv.iter().filter_map(|field| field.text.as_deref());
                let mut options = all.filter(|text| text.starts_with('-') && !text.starts_with("--"));
                let all = options.any(|text| text.contains(['r', 'R']));
                for path in paths.iter().filter(|_| !command.conditional) {
                    self.remove(command, path, all);
                }
            }
            ("sed", [script, paths @ ..]) if script.contains("\\r") => {
                self.unix.extend(paths.iter().filter_map(|path| Place::of(command, path, false)));
            }
            ("dos2unix", paths) => {
                self.unix.extend(paths.iter().filter_map(|path| Place::of(command, path, false)));
            }
            ("find" | "xargs", words) if words.contains(&"chmod") => {
                self.executable.push(Place { path: "/".to_owned(), is_tree: true });
            }
            ("tee", paths) => {
                let paths: Vec<String> = paths.iter().filter_map(|path| command.place(path)).collect();
                for destination in paths {
                    let source = self.written(command, program, &destination);
                    let (into, executable) = (false, None);
                    let (file, span) = (command.file.clone(), command.span);
                    self.add(Copied { source, destination, into, executable, file, span });
                }
            }
            ("cp" | "mv" | "ln" | "install", [source, to]) => {
                let (Some(from), Some(destination)) = (command.place(source), command.place(to)) else {
                    return;
                };
                let into = to.ends_with('/') || self.lands_in(&destination);
                let moved = *source;
                let source = CopySource::Image(from);
                let file = command.file.clone();
                self.add(Copied { source, destination, into, executable: None, file, span: command.span });
                if name == "mv" {
                    self.remove(command, moved, true);
                }
                if name == "install" {
                    self.executable.extend(Place::of(command, to, true));
                }
            }
            _ => {}
        }
    }
}

/// A path that something was done to, or a whole folder, or a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    path: String,
    is_tree: bool,
}

impl Place {
    fn of(command: &Executed, path: &str, is_tree: bool) -> Option<Self> {
        Some(Self { path: command.place(path)?, is_tree })
    }

    fn covers(&self, path: &str) -> bool {
        let folder = |path: &str| path.rsplit_once('/').map(|(folder, _)| folder.to_owned());
        self.path == path
            || self.is_tree && below(path, &self.path).is_some()
            || is_pattern(&self.path)
                && folder(&self.path) == folder(path)
                && matches(file_name(&self.path), file_name(path))
    }
}

/// Whether a mode of `chmod` lets everybody start a file: `+x`, `a+rx`, `755`.
pub(super) fn lets_start(mode: &str) -> bool {
    if mode.bytes().all(|byte| byte.is_ascii_digit()) {
        return mode.bytes().rev().take(3).all(|digit| digit % 2 == 1);
    }
    mode.split(',').any(|part| {
        part.split_once(['+', '=']).is_some_and(|(who, what)| {
            what.contains(['x', 'X']) && (who.is_empty() || who.contains(['a', 'o', 'u']))
        })
    })
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
