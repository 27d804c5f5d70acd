//! Reading back what the index holds.

use bytes::Bytes;

use crate::IndexHandle;
use crate::store::digests;

/// A file that the index holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// The version that it belongs to.
    pub version: String,
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub bytes: Bytes,
    /// The SHA-256 of its bytes, in lower-case hexadecimal.
    pub sha256: String,
    /// Whether it was yanked.
    pub yanked: bool,
    /// Every field of the form that it was uploaded with, in order; lists repeat their name.
    pub fields: Vec<(String, String)>,
}

impl StoredFile {
    /// The values of a field of its form.
    pub fn field(&self, name: &str) -> impl Iterator<Item = &str> {
        self.fields.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.as_str())
    }
}

impl IndexHandle {
    /// The files of a project, whether its page shows them yet or not; none where there is no such project.
    #[must_use]
    pub fn files(&self, project: &str) -> Vec<StoredFile> {
        self.files_of(self.owner(), project)
    }

    /// The same in another owner's registry.
    #[must_use]
    pub fn files_of(&self, owner: &str, project: &str) -> Vec<StoredFile> {
        let store = self.index.store();
        let releases = store.project(owner, project).into_iter().flat_map(|project| &project.releases);
        let files = releases.flat_map(|release| release.files.iter().map(move |file| (release, file)));
        files
            .map(|(release, file)| StoredFile {
                version: release.version.clone(),
                name: file.name.clone(),
                sha256: digests::sha256(&file.bytes),
                bytes: file.bytes.clone(),
                yanked: file.yanked,
                fields: file.fields.clone(),
            })
            .collect()
    }

    /// The normalised names of all projects.
    #[must_use]
    pub fn projects(&self) -> Vec<String> {
        let store = self.index.store();
        store.projects().map(|(_, project)| crate::store::normalised(&project.name)).collect()
    }
}
