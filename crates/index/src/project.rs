//! What an index said about a project.

use std::collections::BTreeSet;

use domain::{ArchiveName, PackageVersion, Sha256};
use url::Url;

/// A project as an index serves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Its wheels and sdists, in the index's order, yanked ones too.
    pub files: Vec<File>,
    /// Every version that is taken: those of the files, and those that the index tells by name, whose files may
    /// all be deleted (PEP 700).
    pub versions: BTreeSet<PackageVersion>,
    /// What was passed over: names of files that are no wheels or sdists of this project (eggs, installers, names
    /// from before the specifications), and versions that PEP 440 cannot read.
    pub unread: Vec<String>,
}

impl Project {
    /// The highest version by PEP 440's order, yanked ones and pre-releases included.
    #[must_use]
    pub fn latest(&self) -> Option<&PackageVersion> {
        self.versions.last()
    }

    /// The files of one version.
    pub fn of_version(&self, version: &PackageVersion) -> impl Iterator<Item = &File> {
        self.files.iter().filter(move |file| file.version() == version)
    }

    /// The file of exactly this name.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<&File> {
        self.files.iter().find(|file| file.name.as_str() == name)
    }
}

/// A wheel or sdist that an index serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name.
    pub name: ArchiveName,
    /// Where to get it; without a fragment.
    pub url: Url,
    /// The SHA-256 that the index promises; `None` when it promises another digest or none.
    pub sha256: Option<Sha256>,
    /// Whether its maintainers took it back: installers pass over it unless it is asked for exactly.
    pub yanked: bool,
}

impl File {
    /// Its version.
    #[must_use]
    pub fn version(&self) -> &PackageVersion {
        self.name.version()
    }
}
