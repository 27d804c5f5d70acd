//! Where a repository's files pin a project to one version, and the edits that pin it to another one.
//!
//! What no parser reads is not passed over either: a Dockerfile is looked through for words about the project's version.
//!
//! Each kind of file is read by the parser that templates are judged by, so that a pin which the rules see is a pin
//! which a bump finds, and the other way round. An edit replaces the version and nothing else: options, markers,
//! comments and line ends of the same line stay.
//!
//! What names the project's version in a way that no edit can change ([`Obstacle`]) is told: a repository whose pins
//! are bumped in part installs neither the old version nor the new one for certain.

mod dockerfile;
mod format;
mod lock;
mod mention;
mod obstacle;
mod poetry;
mod pyproject;
mod requirement;
mod requirement_files;
mod version_file;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use domain::{PackageVersion, ProjectName};
use text::{Edit, EditError, Position, Source, Span};

pub use format::{Format, UnknownFormat};
pub use obstacle::{Allows, Obstacle, ObstacleKind};

/// The files of a repository as far as they were read, by their paths from its root; none where a file is not there.
pub type Files = BTreeMap<String, Option<Vec<u8>>>;

/// A place that pins the project to one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    /// The file, by its path from the repository's root.
    pub file: String,
    /// The version's place in the file: what an edit replaces.
    pub span: Span,
    /// The same, by line and column.
    pub position: Position,
    /// The version.
    pub version: PackageVersion,
}

impl Pin {
    fn new(source: &Source, span: Span, version: PackageVersion) -> Self {
        Self { file: source.path().to_owned(), span, position: source.position(span.start), version }
    }

    /// The edit that pins another version.
    #[must_use]
    pub fn edit(&self, to: &PackageVersion) -> Edit {
        Edit::replace(self.span, to.to_string())
    }
}

/// A place that decides on one version of the project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'p> {
    /// The file.
    pub file: &'p str,
    /// Where in it.
    pub position: Position,
    /// The version.
    pub version: &'p PackageVersion,
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.position)
    }
}

/// What [`find`] finds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pins {
    /// The pins, by file and place.
    pub pins: Vec<Pin>,
    /// What cannot be edited, though it decides on the version.
    pub obstacles: Vec<Obstacle>,
    /// Files that those which were read include, and that are not among `files` yet: read them and ask again.
    pub wanted: BTreeSet<String>,
}

impl Pins {
    fn add(&mut self, pin: Pin) {
        if !self.pins.contains(&pin) {
            self.pins.push(pin);
        }
    }

    fn refuse(&mut self, source: &Source, span: Span, kind: ObstacleKind, allows: Allows) {
        let (file, position) = (source.path().to_owned(), source.position(span.start));
        let obstacle = Obstacle { file, position, kind, allows };
        if !self.obstacles.contains(&obstacle) {
            self.obstacles.push(obstacle);
        }
    }

    /// What keeps the repository from having this version. A place that lets it through as it is does not.
    pub fn in_the_way_of<'p>(&'p self, to: &'p PackageVersion) -> impl Iterator<Item = &'p Obstacle> {
        self.obstacles.iter().filter(|obstacle| obstacle.is_in_the_way_of(to))
    }

    /// Every place that decides on one version, whether it can be edited or not.
    pub fn places(&self) -> impl Iterator<Item = Place<'_>> {
        let pins = self.pins.iter().map(|pin| Place {
            file: &pin.file,
            position: pin.position,
            version: &pin.version,
        });
        let fixed = self.obstacles.iter().filter_map(|one| match &one.allows {
            Allows::Only(version) => Some(Place { file: &one.file, position: one.position, version }),
            Allows::Unknown | Allows::Within(_) => None,
        });
        pins.chain(fixed)
    }

    /// The files with every pin at `to`, those left out that stay as they are.
    ///
    /// # Errors
    /// When `files` are not those in which the pins were found.
    pub fn bumped(&self, files: &Files, to: &PackageVersion) -> Result<BTreeMap<String, Vec<u8>>, EditError> {
        let mut edits: BTreeMap<&str, Vec<Edit>> = BTreeMap::new();
        for pin in self.pins.iter().filter(|pin| pin.version != *to) {
            edits.entry(&pin.file).or_default().push(pin.edit(to));
        }
        let mut bumped = BTreeMap::new();
        for (file, edits) in edits {
            let bytes = files.get(file).and_then(Option::as_deref).unwrap_or_default();
            let first = edits.first().map(|edit| edit.span).unwrap_or_default();
            let text = std::str::from_utf8(bytes).map_err(|_| EditError::NotInText(first))?;
            bumped.insert(file.to_owned(), text::apply(text, &edits)?.into_bytes());
        }
        Ok(bumped)
    }
}

/// Finds the pins of a project in `entries`, in the files that they include, and in the lists that images install.
///
/// A file that is not among `files` is [`wanted`](Pins::wanted), so that a caller who reads over a network asks once
/// more with what was missing; as a requirements file includes at most a few others, this ends soon.
#[must_use]
pub fn find(entries: &[(String, Format)], files: &Files, project: &ProjectName) -> Pins {
    let mut pins = Pins::default();
    let mut lists = BTreeSet::new();
    for (path, format) in entries {
        match format {
            Format::Requirements => {
                lists.insert(path.clone());
            }
            Format::Version => with_text(path, files, &mut pins, version_file::find),
            Format::Dockerfile => with_text(path, files, &mut pins, |source, pins| {
                lists.extend(dockerfile::find(source, project, pins));
            }),
            Format::Pyproject => with_text(path, files, &mut pins, |source, pins| {
                pyproject::find(source, project, pins);
            }),
            Format::Lock => with_text(path, files, &mut pins, |source, pins| {
                lock::find(source, project, pins);
            }),
        }
    }
    for path in lists {
        requirement_files::find(&path, files, project, &mut pins);
    }
    pins.pins.sort_by(|one, other| (&one.file, one.span).cmp(&(&other.file, other.span)));
    pins
}

fn with_text(path: &str, files: &Files, pins: &mut Pins, find: impl FnOnce(&Source, &mut Pins)) {
    let Some(read) = files.get(path) else {
        pins.wanted.insert(path.to_owned());
        return;
    };
    let Some(bytes) = read else { return };
    match text::decode(bytes.as_slice()) {
        Ok(text) => find(&Source::new(path, text), pins),
        Err(error) => {
            let kind = ObstacleKind::Unreadable(error.to_string());
            pins.refuse(&Source::new(path, ""), Span::at(0), kind, Allows::Unknown);
        }
    }
}
