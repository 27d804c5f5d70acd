//! What an index serves of a release.

use domain::{ArchiveKind, ProjectName, Sha256};
use http_client::{Client, Request};
use index::{File, IndexError, Project, SimpleIndex};
use secrecy::SecretString;
use sha2::{Digest as _, Sha256 as Sha256Digest};

use crate::distribution::{Distribution, Release};

use super::basic::basic;
use super::target::Target;

/// Reads an index, with the credentials of the target where it is to be read with them.
#[derive(Debug, Clone)]
pub(crate) struct Reader {
    client: Client,
    index: SimpleIndex,
    credentials: Option<SecretString>,
}

/// What an index serves of a release, file by file in the order of the release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Served {
    /// The digests under the names of our files; another one where a name is there twice with different bytes.
    pub(crate) files: Vec<Option<Sha256>>,
    /// The sdist of this version under another name.
    pub(crate) other_sdist: Option<String>,
    /// Whether the index knows the project at all.
    pub(crate) is_known: bool,
    /// What else is worth knowing of this version.
    pub(crate) remarks: Vec<String>,
}

/// Why it is not known what an index serves.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The index could not be read.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// The index tells no SHA-256 of a file, and the file could not be had to compute it.
    #[error("the index serves `{file}` without its sha256, and it could not be fetched to compare it")]
    Fetch {
        /// The file.
        file: String,
        /// Why not.
        source: Box<http_client::Error>,
    },
}

impl ReadError {
    /// The request that failed, where one did.
    #[must_use]
    pub fn http(&self) -> Option<&http_client::Error> {
        match self {
            Self::Index(error) => error.http(),
            Self::Fetch { source, .. } => Some(source),
        }
    }

    /// What would mend it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Index(error) => error.hint(),
            Self::Fetch { source, .. } => source.hint(),
        }
    }
}

impl Reader {
    pub(crate) fn new(client: &Client, target: &Target) -> Self {
        let index = SimpleIndex::new(client.clone(), target.simple_url().clone());
        let (index, credentials) = match target.reader() {
            Some((user, token)) => (index.basic(user, token), Some(basic(user, token))),
            None => (index, None),
        };
        Self { client: client.clone(), index, credentials }
    }

    /// What is served right now; a file whose SHA-256 the index does not tell is fetched and hashed.
    pub(crate) async fn served(&self, release: &Release) -> Result<Served, ReadError> {
        let project = self.index.project(release.project()).await?;
        let mut files = Vec::new();
        for distribution in release.distributions() {
            files.push(match &project {
                Some(project) => self.digest(project, distribution).await?,
                None => None,
            });
        }
        let other_sdist = project.as_ref().and_then(|project| other_sdist(project, release));
        let is_known = project.is_some();
        let remarks = project.map(|project| remarks(&project, release)).unwrap_or_default();
        Ok(Served { files, other_sdist, is_known, remarks })
    }

    /// The page of the project, for messages.
    pub(crate) fn page(&self, project: &ProjectName) -> String {
        self.index.page(project).into()
    }

    async fn digest(&self, project: &Project, ours: &Distribution) -> Result<Option<Sha256>, ReadError> {
        let mut found = None;
        // Gitea lists a name once for each version that it was uploaded under
        for file in project.files.iter().filter(|file| file.name.as_str() == ours.file_name()) {
            let digest = match file.sha256 {
                Some(digest) => digest,
                None => self.fetched(file).await?,
            };
            if digest != ours.sha256() {
                return Ok(Some(digest));
            }
            found = Some(digest);
        }
        Ok(found)
    }

    async fn fetched(&self, file: &File) -> Result<Sha256, ReadError> {
        let mut request = Request::get(file.url.clone()).follow_cross_origin();
        if let Some(credentials) = &self.credentials
            && file.url.origin() == self.index.url().origin()
        {
            request = request.authorize("Basic", credentials);
        }
        let answer = self
            .client
            .send(request)
            .await
            .map_err(|error| ReadError::Fetch { file: file.name.to_string(), source: Box::new(error) })?;
        Ok(<[u8; 32]>::from(Sha256Digest::digest(answer.body())).into())
    }
}

/// An index takes one sdist a version: with another there, ours can never follow.
fn other_sdist(project: &Project, release: &Release) -> Option<String> {
    let mut sdists =
        project.of_version(release.version()).filter(|file| file.name.kind() == ArchiveKind::Sdist);
    let other = sdists.find(|file| file.name.as_str() != release.sdist().file_name())?;
    Some(other.name.to_string())
}

/// What else the index has of the version, which publishing does not change and a reader of the log should know.
fn remarks(project: &Project, release: &Release) -> Vec<String> {
    let (name, version) = (release.project(), release.version());
    let ours = |file: &&File| release.distributions().iter().any(|one| one.file_name() == file.name.as_str());
    let (own, others): (Vec<&File>, Vec<&File>) = project.of_version(version).partition(ours);
    let names =
        |files: &[&File]| files.iter().map(|file| format!("`{}`", file.name)).collect::<Vec<_>>().join(", ");
    let mut remarks = Vec::new();
    if own.is_empty() && others.is_empty() && project.versions.contains(version) {
        remarks.push(format!(
            "the index knows version {version} of {name} without any file: they were deleted, and an index may refuse \
             their names for ever"
        ));
    }
    if !others.is_empty() {
        remarks.push(format!("the index has other files of {name} {version} too: {}", names(&others)));
    }
    let yanked: Vec<_> = own.into_iter().filter(|file| file.yanked).collect();
    if !yanked.is_empty() {
        remarks.push(format!(
            "{name} {version} was yanked, so that installers pass over it: {}",
            names(&yanked)
        ));
    }
    remarks
}
