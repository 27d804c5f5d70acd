//! Requirements files, as pip reads them.
//!
//! [`read`] follows `-r` and `-c` from file to file and gives every requirement with its place, what it asks for and
//! whether it applies in the image: `CPython` on Linux, 3.11 unless said otherwise. Where the source does not decide, the answer says so.
//! Nothing stops the reading: what pip would stop at is a [`Fault`] among others.
//!
//! - The format: <https://pip.pypa.io/en/stable/reference/requirements-file-format/>
//! - Requirements: <https://packaging.python.org/en/latest/specifications/dependency-specifiers/>

mod bounds;
mod conflict;
mod cursor;
mod decode;
mod fault;
mod lines;
mod marker;
mod options;
mod parse;
mod path;
mod read;
mod target;
mod words;

use domain::{PackageVersion, ProjectName};
use text::{Source, Span};

pub use decode::FileEncoding;
pub use fault::{Fault, FaultKind};
pub use marker::{Interpreter, Marker, Truth};
pub use read::{Unreadable, read, read_for};

/// Everything that a requirements file and those that it includes say.
#[derive(Debug, Clone, Default)]
pub struct Requirements {
    /// The files, in the order in which they are opened; the first is the one that was asked for.
    pub files: Vec<File>,
    /// What is required, in the order in which pip sees it.
    pub requirements: Vec<Requirement>,
    /// The options that stand on lines of their own, includes left out.
    pub settings: Vec<Setting>,
    /// What pip stops at or passes over in silence, and what cannot be told from here.
    pub faults: Vec<Fault>,
}

/// Which file of [`Requirements::files`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub(crate) usize);

/// A requirements file.
#[derive(Debug, Clone)]
pub struct File {
    /// Its path from the root of the repository, and its text; spans are of this text.
    pub source: Source,
    /// In what it is written. For all but UTF-8 the text is not byte for byte what is on disk.
    pub encoding: FileEncoding,
    /// Whether it is read by `-c`: its lines bound what others require and require nothing.
    pub role: Role,
    /// The line that includes it; none for the first.
    pub included_at: Option<(FileId, Span)>,
}

/// What lines of a file are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// They ask for packages.
    Requirement,
    /// They bound the versions of packages that others ask for.
    Constraint,
}

/// One requirement.
#[derive(Debug, Clone)]
pub struct Requirement {
    /// The file.
    pub file: FileId,
    /// From its first character to its last, options left out; over continuation lines, if it has some.
    pub span: Span,
    /// The project, where it is named: by the requirement, by a wheel's file name, by `#egg=`.
    pub name: Option<ProjectName>,
    /// Where the name stands.
    pub name_span: Option<Span>,
    /// The extras.
    pub extras: Vec<ProjectName>,
    /// Which versions may be installed.
    pub kind: Kind,
    /// The version specifiers as they stand, with their places.
    pub specifiers: Vec<(String, Span)>,
    /// The condition under which it counts.
    pub marker: Option<Marker>,
    /// Whether it asks for the package or only bounds its version.
    pub role: Role,
    /// Whether it is an `-e`.
    pub editable: bool,
    /// The `--hash` options: `sha256:…`.
    pub hashes: Vec<String>,
}

/// Which versions a requirement lets pip install.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// One: `==1.2`, `===1.2`.
    Pinned(PackageVersion),
    /// That one or later ones, perhaps up to a cap: `>=1.2`, `>1.2`, `~=1.2`, `==1.2.*`.
    Floor(PackageVersion),
    /// Any old one, but none from some version on: `<2`, `<=2`.
    CapOnly(PackageVersion),
    /// Any; versions may be left out by `!=`.
    Unbounded,
    /// What is at an address: `name @ https://…`, `git+https://…`.
    Url(String),
    /// What is at a path: `./lib`, `lib-1.0-py3-none-any.whl`.
    Path(String),
    /// None: its specifiers contradict each other.
    Unsatisfiable,
    /// Nothing is installed: its marker does not hold in the image.
    NeverTrue,
}

/// An option on a line of its own: `--index-url https://…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The file.
    pub file: FileId,
    /// The long name: `--index-url` for `-i`.
    pub name: &'static str,
    /// Its value, if it takes one.
    pub value: Option<String>,
    /// Name and value.
    pub span: Span,
}

impl Requirements {
    /// One of the files.
    #[must_use]
    pub fn file(&self, id: FileId) -> &File {
        &self.files[id.0]
    }

    /// What is required of a project, constraints and what never applies included.
    pub fn of<'r>(&'r self, project: &'r ProjectName) -> impl Iterator<Item = &'r Requirement> {
        self.requirements.iter().filter(|requirement| requirement.name.as_ref() == Some(project))
    }
}
