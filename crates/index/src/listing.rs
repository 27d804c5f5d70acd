//! What both forms of a project's page have in common, before anything of it is believed.

use domain::{ArchiveName, ProjectName, Sha256};
use url::Url;

use crate::project::{File, Project};

/// The version of the simple API that this crate reads; a higher minor version only adds to it.
const MAJOR: &str = "1";

/// A page's files and versions, as they are written there.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Listing {
    pub(crate) files: Vec<Listed>,
    /// The versions that the page names apart from its files.
    pub(crate) versions: Vec<String>,
}

/// One file of a page.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Listed {
    pub(crate) name: String,
    /// Possibly relative to the page.
    pub(crate) url: String,
    /// The hexadecimal digits of its SHA-256, where the page has them.
    pub(crate) sha256: Option<String>,
    pub(crate) yanked: bool,
}

impl Listing {
    /// Reads names, addresses, digests and versions; `base` is what relative addresses start from.
    ///
    /// Fails with the reason when an address or a digest of a file of this project cannot be what it says.
    pub(crate) fn read(self, project: &ProjectName, base: &Url) -> Result<Project, String> {
        let mut read = Project { files: Vec::new(), versions: [].into(), unread: Vec::new() };
        for listed in self.files {
            match ArchiveName::of_project(&listed.name, project) {
                Ok(name) => read.files.push(listed.read(name, base)?),
                Err(_) => read.unread.push(listed.name),
            }
        }
        read.versions.extend(read.files.iter().map(|file| file.version().clone()));
        for version in self.versions {
            match version.parse() {
                Ok(version) => _ = read.versions.insert(version),
                Err(_) => read.unread.push(version),
            }
        }
        Ok(read)
    }
}

impl Listed {
    fn read(self, name: ArchiveName, base: &Url) -> Result<File, String> {
        let mut url = base.join(&self.url).map_err(|error| {
            format!("the address of `{name}` is no URL: {error}: `{}`", self.url.escape_debug())
        })?;
        url.set_fragment(None);
        let sha256: Option<Sha256> = self
            .sha256
            .map(|digits| digits.parse())
            .transpose()
            .map_err(|invalid| format!("the digest of `{name}` cannot be read: {invalid}"))?;
        Ok(File { name, url, sha256, yanked: self.yanked })
    }
}

/// Fails with the reason when a page says that it follows another major version of the API.
pub(crate) fn check_api_version(version: &str) -> Result<(), String> {
    if version.split('.').next() == Some(MAJOR) {
        return Ok(());
    }
    let version = version.escape_debug();
    Err(format!("it follows version `{version}` of the simple API, and only versions 1.x are known here"))
}
