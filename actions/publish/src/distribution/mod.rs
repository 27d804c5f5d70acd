//! A release on disk: one wheel and one sdist, with what their insides say.

mod archive;
mod core_metadata;
mod error;
#[cfg(test)]
pub(crate) mod fixtures;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use blake2::Blake2b;
use blake2::digest::consts::U32;
use bytes::Bytes;
use domain::{ArchiveKind, ArchiveName, PackageVersion, ProjectName, Sha256};
use fs_err as fs;
use sha2::{Digest as _, Sha256 as Sha256Digest};

pub use core_metadata::{CoreMetadata, MetadataError};
pub use error::DistributionError;

/// The largest file that is uploaded, in bytes: what PyPI allows a project that has not asked for more.
pub const LARGEST: u64 = 100 << 20;

/// How the names of wheels and of sdists end.
const ENDINGS: [&str; 2] = [".whl", ".tar.gz"];

/// A wheel or an sdist, read whole: what was hashed and looked into is what is sent, whatever happens to the file.
#[derive(Debug, Clone)]
pub struct Distribution {
    path: PathBuf,
    name: ArchiveName,
    project: ProjectName,
    bytes: Bytes,
    sha256: Sha256,
    blake2: String,
    metadata: CoreMetadata,
    root: String,
    members: BTreeSet<String>,
}

impl Distribution {
    /// Reads a file, its core metadata and its digests.
    ///
    /// # Errors
    /// When it cannot be read, is larger than [`LARGEST`], is no wheel or sdist, or when its metadata names
    /// another project or version than the file's name does.
    pub fn read(path: &Path) -> Result<Self, DistributionError> {
        let unreadable = |source| DistributionError::Unreadable { path: path.to_owned(), source };
        let file_name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let name = archive_name(&file_name)
            .map_err(|why| DistributionError::Misnamed { path: path.to_owned(), why })?;
        let size = fs::metadata(path).map_err(unreadable)?.len();
        if size > LARGEST {
            return Err(DistributionError::TooLarge { path: path.to_owned(), size, limit: LARGEST });
        }
        let bytes = Bytes::from(fs::read(path).map_err(unreadable)?);
        let contents = match name.kind() {
            ArchiveKind::Wheel => archive::wheel(&bytes),
            ArchiveKind::Sdist => archive::sdist(&bytes),
        }
        .map_err(|why| DistributionError::NotAnArchive { path: path.to_owned(), why })?;
        let metadata = CoreMetadata::parse(&contents.metadata)
            .map_err(|source| DistributionError::Metadata { path: path.to_owned(), source })?;
        Ok(Self {
            project: agreed_project(&metadata, &name, path)?,
            sha256: Sha256::from(<[u8; 32]>::from(Sha256Digest::digest(&bytes))),
            blake2: format!("{:x}", Blake2b::<U32>::digest(&bytes)),
            path: path.to_owned(),
            name,
            bytes,
            metadata,
            root: contents.root,
            members: contents.members,
        })
    }

    /// Where it was read from.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The name of the file, which is its identity on an index.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.name.as_str()
    }

    /// Wheel or sdist.
    #[must_use]
    pub fn kind(&self) -> ArchiveKind {
        self.name.kind()
    }

    /// The project, spelt as the metadata spells it.
    #[must_use]
    pub fn project(&self) -> &ProjectName {
        &self.project
    }

    /// The version.
    #[must_use]
    pub fn version(&self) -> &PackageVersion {
        self.name.version()
    }

    /// What a wheel runs on, as its name says: Python, ABI and platform, `["py3", "none", "any"]`.
    pub(crate) fn tags(&self) -> Option<[&str; 3]> {
        let mut parts = self.file_name().strip_suffix(".whl")?.rsplitn(4, '-');
        let (platform, abi, python) = (parts.next()?, parts.next()?, parts.next()?);
        Some([python, abi, platform])
    }

    /// The whole file.
    #[must_use]
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// The SHA-256 of the file.
    #[must_use]
    pub fn sha256(&self) -> Sha256 {
        self.sha256
    }

    /// The `BLAKE2b` of the file, 256 bits long, in lower-case hexadecimal.
    #[must_use]
    pub fn blake2_256(&self) -> &str {
        &self.blake2
    }

    /// Its core metadata.
    #[must_use]
    pub fn metadata(&self) -> &CoreMetadata {
        &self.metadata
    }

    /// The paths of the files in it.
    #[must_use]
    pub fn members(&self) -> &BTreeSet<String> {
        &self.members
    }

    /// Where in the archive a file is that `License-File` names.
    /// <https://peps.python.org/pep-0639/#add-license-file-field>
    pub(crate) fn license_path(&self, file: &str) -> String {
        match self.kind() {
            ArchiveKind::Wheel => format!("{}/licenses/{file}", self.root),
            ArchiveKind::Sdist => format!("{}/{file}", self.root),
        }
    }
}

fn archive_name(file_name: &str) -> Result<ArchiveName, String> {
    let name: ArchiveName =
        file_name.parse().map_err(|invalid: domain::Invalid| invalid.rule().to_owned())?;
    if name.kind() == ArchiveKind::Sdist && !file_name.ends_with(ENDINGS[1]) {
        return Err("an sdist is a `.tar.gz` since PEP 625".to_owned());
    }
    Ok(name)
}

/// The project as the metadata spells it, when the metadata names the project and version that the file's name does.
fn agreed_project(
    metadata: &CoreMetadata,
    named: &ArchiveName,
    path: &Path,
) -> Result<ProjectName, DistributionError> {
    let one = |field| {
        let unclear = |source| DistributionError::Metadata { path: path.to_owned(), source };
        metadata.one(field).map_err(unclear)
    };
    let contradiction = |field, told: &str, named: String| DistributionError::Contradiction {
        path: path.to_owned(),
        field,
        told: told.to_owned(),
        named,
    };
    let (name, version) = (one("name")?, one("version")?);
    if version.parse::<PackageVersion>().ok().as_ref() != Some(named.version()) {
        return Err(contradiction("version", version, named.version().to_string()));
    }
    let project = name.parse::<ProjectName>().ok().filter(|project| project == named.project());
    project.ok_or_else(|| contradiction("name", name, named.project().to_string()))
}

/// What is published together: the wheel and the sdist of one version.
#[derive(Debug, Clone)]
pub struct Release {
    wheel: Distribution,
    sdist: Distribution,
}

impl Release {
    /// Reads the one wheel and the one sdist in a folder.
    ///
    /// Other files are passed over: tools leave `.gitignore`s and reports there.
    ///
    /// # Errors
    /// When there is another number of wheels or sdists than one, when they are of different projects or versions,
    /// and whatever [`Distribution::read`] refuses.
    pub fn read(folder: &Path) -> Result<Self, DistributionError> {
        let unreadable = |source| DistributionError::Unreadable { path: folder.to_owned(), source };
        let mut found = Vec::new();
        for entry in fs::read_dir(folder).map_err(unreadable)? {
            found.push(entry.map_err(unreadable)?.file_name().to_string_lossy().into_owned());
        }
        found.sort();
        let of = |ending| found.iter().filter(move |name| name.ends_with(ending)).collect::<Vec<_>>();
        let [wheels, sdists] = ENDINGS.map(of);
        let ([wheel], [sdist]) = (&wheels[..], &sdists[..]) else {
            return Err(DistributionError::NotOneRelease { folder: folder.to_owned(), found });
        };
        let wheel = Distribution::read(&folder.join(wheel))?;
        let sdist = Distribution::read(&folder.join(sdist))?;
        let differing = match (wheel.project() == sdist.project(), wheel.version() == sdist.version()) {
            (true, true) => return Ok(Self { wheel, sdist }),
            (false, _) => "names",
            (true, false) => "versions",
        };
        let [wheel, sdist] = [wheel, sdist].map(|one| one.file_name().to_owned());
        Err(DistributionError::TwoReleases { folder: folder.to_owned(), wheel, sdist, differing })
    }

    /// The project, spelt as the wheel's metadata spells it.
    #[must_use]
    pub fn project(&self) -> &ProjectName {
        self.wheel.project()
    }

    /// The version.
    #[must_use]
    pub fn version(&self) -> &PackageVersion {
        self.wheel.version()
    }

    /// The wheel.
    #[must_use]
    pub fn wheel(&self) -> &Distribution {
        &self.wheel
    }

    /// The sdist.
    #[must_use]
    pub fn sdist(&self) -> &Distribution {
        &self.sdist
    }

    /// Both, in the order in which they are uploaded.
    ///
    /// The wheel first: whoever installs between the two uploads then gets what was proven and tried, where an
    /// sdist alone would be built on their machine.
    #[must_use]
    pub fn distributions(&self) -> [&Distribution; 2] {
        [&self.wheel, &self.sdist]
    }

    /// What a requirements file says to install these two files and no others.
    /// <https://pip.pypa.io/en/stable/topics/secure-installs/#hash-checking-mode>
    #[must_use]
    pub fn requirement(&self) -> String {
        let [wheel, sdist] = self.distributions().map(Distribution::sha256);
        let name = self.project().normalised();
        format!("{name}=={} --hash=sha256:{wheel} --hash=sha256:{sdist}", self.version())
    }
}
