//! What a package index holds already: versions that no release can have any more.

use std::collections::BTreeSet;
use std::fmt;

use domain::{
    NoTagVersion, PackageVersion, PrereleaseKind, ProjectName, TagVersion, package_version, tag_version,
};
use index::Project;

/// The versions of a project that a package index holds, or held: what was yanked or deleted stays burned, as far
/// as the index still tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The project.
    pub project: ProjectName,
    /// The index, for messages.
    pub index: String,
    /// Its versions; `None` when the index does not know the project.
    pub versions: Option<BTreeSet<PackageVersion>>,
    /// How many names on its page tell no version.
    pub unread: usize,
}

/// What made a version higher than tags and labels alone would have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raised {
    /// The project.
    pub project: ProjectName,
    /// Its version on the index that this one follows.
    pub by: PackageVersion,
}

impl fmt::Display for Raised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the package index holds `{}` {} already: the version follows that one",
            self.project, self.by
        )
    }
}

impl Published {
    /// What was read from `index`.
    #[must_use]
    pub fn new(project: ProjectName, index: String, read: Option<Project>) -> Self {
        let unread = read.as_ref().map_or(0, |read| read.unread.len());
        Self { project, index, versions: read.map(|read| read.versions), unread }
    }

    /// The highest version that takes up a final one, and that one: the highest of three components that is not
    /// above it. `1.4.0.post1`, `1.4.0.2` and `1.4.0+local` take up `1.4.0`; `1.4.0rc1` takes up no final version.
    #[must_use]
    pub fn highest_final(&self) -> Option<(&PackageVersion, TagVersion)> {
        self.finals()
            .filter_map(|(version, of)| Some((version, of.ok()?)))
            .max_by(|one, other| (&one.1, one.0).cmp(&(&other.1, other.0)))
    }

    /// The last pre-release of `kind` before the final version that `of` leads to, and its number.
    #[must_use]
    pub fn last_prerelease(&self, kind: PrereleaseKind, of: &TagVersion) -> Option<(&PackageVersion, u64)> {
        self.all()
            .filter_map(|version| Some((version, kind.number(&tag_version(version).ok()?, of)?)))
            .max_by_key(|(_, number)| *number)
    }

    /// Whether exactly this version is taken.
    #[must_use]
    pub fn holds(&self, version: &TagVersion) -> bool {
        let Ok(version) = package_version(version) else { return false };
        self.all().any(|one| *one == version)
    }

    /// The highest version of all.
    #[must_use]
    pub fn latest(&self) -> Option<&PackageVersion> {
        self.all().next_back()
    }

    /// What keeps the index from saying what people may expect of it.
    #[must_use]
    pub fn remarks(&self) -> Vec<String> {
        let Self { project, index, .. } = self;
        let mut remarks = Vec::new();
        if self.versions.is_none() {
            remarks.push(format!(
                "the index `{index}` has no project `{project}`, so nothing there raises the version: nothing was published yet, not everybody may read it, or `index-url` or `index-package` names another one"
            ));
        } else if self.latest().is_none() && self.unread > 0 {
            remarks.push(format!(
                "none of the {} names on the page of `{project}` in the index `{index}` tells a version, so nothing there raises the version",
                self.unread
            ));
        }
        let passed_over: Vec<_> =
            self.finals().filter_map(|(version, of)| Some((version, of.err()?))).collect();
        if let Some((highest, why)) = passed_over.last() {
            let others = match passed_over.len() - 1 {
                0 => String::new(),
                others => format!(" and {others} below it"),
            };
            remarks.push(format!(
                "`{project}` {highest}{others} on the package index cannot be followed by a tag and raises nothing: {why}"
            ));
        }
        remarks
    }

    fn all(&self) -> impl DoubleEndedIterator<Item = &PackageVersion> {
        self.versions.iter().flatten()
    }

    fn finals(&self) -> impl Iterator<Item = (&PackageVersion, Result<TagVersion, NoTagVersion>)> {
        self.all().filter_map(|version| {
            let components = version.release().iter().take(3).copied();
            let of = PackageVersion::new(components).with_epoch(version.epoch());
            (of <= *version).then(|| (version, tag_version(&of)))
        })
    }
}

#[cfg(test)]
#[path = "published_tests.rs"]
mod tests;
