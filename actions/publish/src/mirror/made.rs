//! The mirror's files, made from the commit that was built.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

use domain::{CommitSha, PackageVersion, Sha256};
use flate2::read::GzDecoder;
use git::objects::Repository;
use mirror::rebuild::{Recipe, digest, rebuild};
use mirror::{MirrorSource, RepositoryPlace};
use package::{FileTree, MIRROR_FORMAT, Manifest};

use super::error::MirrorError;
use crate::distribution::Release;
use crate::git as program;
use crate::process::ChildEnvironment;

/// The mirror's files, and what they were made of.
#[derive(Debug, Clone)]
pub struct Made {
    /// The files.
    pub tree: FileTree,
    /// Their digest.
    pub digest: Sha256,
    /// What they were made of.
    pub source: MirrorSource,
    /// The version.
    pub version: PackageVersion,
    /// The format of the tree.
    pub format: u32,
}

/// Makes the mirror's files from the commit that is checked out in `root`, where the manifest lies, and holds them
/// against those of the release: its sdist has the package's files as they are.
///
/// # Errors
/// When there is no such commit, it makes no package, or another one than the release is of.
pub fn made(
    root: &Path,
    manifest: &Manifest,
    place: RepositoryPlace,
    release: &Release,
    environment: &ChildEnvironment,
) -> Result<Made, MirrorError> {
    let (repository, below) = Repository::of(root)?;
    let head = program::output(root, environment, &["rev-parse", "--verify", "HEAD^{commit}"])
        .map_err(|error| MirrorError::NoCommit(error.into()))?;
    let commit: CommitSha = String::from_utf8_lossy(&head)
        .trim()
        .parse()
        .map_err(|error: domain::Invalid| MirrorError::NoCommit(error.into()))?;
    let folder = [&below[..], manifest.source.folder.as_str()].into_iter().filter(|part| !part.is_empty());
    let folder = folder.collect::<Vec<_>>().join("/").parse()?;
    let version = release.version();
    let recipe = Recipe { commit: &commit, folder: &folder, version, format: MIRROR_FORMAT };
    let rebuilt = rebuild(repository.objects(), &recipe)
        .map_err(|error| MirrorError::Rebuild { commit: commit.clone(), source: Box::new(error) })?;
    let mut published = published(release)?;
    for (path, file) in rebuilt.package.iter() {
        if published.remove(path.as_str()).as_deref() != Some(&file.contents) {
            return Err(MirrorError::Differs { path: path.to_string(), commit });
        }
    }
    if let Some(path) = published.into_keys().next() {
        return Err(MirrorError::Differs { path, commit });
    }
    Ok(Made {
        digest: digest(&rebuilt.tree),
        tree: rebuilt.tree,
        source: MirrorSource { place, commit, folder },
        version: version.clone(),
        format: MIRROR_FORMAT,
    })
}

/// The files of a release's sdist, by their paths below its folder, but for its metadata.
fn published(release: &Release) -> std::io::Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    let mut archive = tar::Archive::new(GzDecoder::new(&release.sdist().bytes()[..]));
    for entry in archive.entries()? {
        let mut entry = entry?;
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let below = path.split_once('/').map_or("", |(_, below)| below).to_owned();
        if entry.header().entry_type().is_file() && below != "PKG-INFO" {
            let mut contents = Vec::new();
            entry.read_to_end(&mut contents)?;
            files.insert(below, contents);
        }
    }
    Ok(files)
}
