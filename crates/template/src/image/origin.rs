//! Finding where a file of an image comes from.

use std::collections::BTreeMap;

use text::Span;

use super::files::{BuildContext, Copied, CopyFrom, CopySource, Entry, Files};
use super::installs::Bind;
use super::paths::{absolute, below, clean, file_name, is_pattern, matches};
use super::trace::{Reason, Trace};
use crate::mapped::Mapped;

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

impl Files {
    /// Where the file at an absolute path of the image comes from.
    #[must_use]
    pub fn origin(&self, path: &str, context: &dyn BuildContext) -> Origin {
        self.origin_before(self.copies.len(), path, context)
    }

    /// Where it comes from when only the first `copies` are done.
    fn origin_before(&self, copies: usize, path: &str, context: &dyn BuildContext) -> Origin {
        let mut search = Search { context, stages: &self.stages, hops: MOST_HOPS, budget: MOST_SEARCHED };
        self.find(&absolute("/", path), copies, &mut search)
    }

    /// Where it comes from as a `RUN` sees it that mounts `binds`, when only the first `copies` are done.
    pub(super) fn origin_seen(
        &self,
        binds: &[Bind],
        copies: usize,
        path: &str,
        context: &dyn BuildContext,
    ) -> Origin {
        let bound = binds.iter().rev().find_map(|bind| {
            let inside = below(path, &bind.target);
            let source = match inside {
                Some(inside) => clean(&format!("{}/{inside}", bind.source)),
                None if path == bind.target => bind.source.clone(),
                None => return None,
            };
            Some(self.origin_in(&bind.from, &source, bind.span, context))
        });
        bound.unwrap_or_else(|| self.origin_before(copies, path, context))
    }

    /// Where a file comes from that is seen through a mount.
    fn origin_in(&self, from: &CopyFrom, path: &str, mount: Span, context: &dyn BuildContext) -> Origin {
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

    /// Whether the file at a path may be started as a program; none where that cannot be told.
    pub(super) fn is_executable(&self, path: &str, context: &dyn BuildContext) -> Option<bool> {
        if self.is_made_executable(path) {
            return Some(true);
        }
        let found = |copied: &Copied| match copied.through(path, context)? {
            Found::Context(path) => Some((copied.executable, context.is_executable(&path))),
            Found::Document(_) if matches!(copied.source, CopySource::Document { .. }) => {
                Some((copied.executable, Some(false)))
            }
            Found::Stage { certain: false, .. } => None,
            Found::Document(_) | Found::Image(_) | Found::Stage { .. } | Found::Made(_) => {
                Some((copied.executable, None))
            }
        };
        let (said, has) = self.copies.iter().rev().take(MOST_SEARCHED).find_map(found)?;
        said.or(has)
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
            origin.push(Reason::of(copied.file.as_deref(), copied.span, format!("puts `{path}` there")));
            return origin;
        }
        Origin::Unknown
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
