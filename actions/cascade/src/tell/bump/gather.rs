//! Reading everything that decides on a bump.

use domain::{BranchName, CommitSha, PackageVersion};
use forge::{Error, OwnPull};
use futures_util::future::{try_join_all, try_join3};
use template::pins::{self, Files, Format, Pins};

use super::{Site, Teller};
use crate::cascade_id::CascadeId;
use crate::pace::Cost;
use crate::plan::bumping::{Branch, Bump, Carries, Facts, PREFIX};

/// Where pins are looked for when the manifest names no files: at the top, and in the folder of requirements. What
/// these files include is looked through as well.
fn usual(path: &str) -> Option<Format> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let format = Format::of(path)?;
    let is_usual = match (folder, format) {
        ("", Format::Version) => name == ".runtime-version",
        ("", Format::Requirements) => name.starts_with("requirements") || name.starts_with("constraints"),
        ("", Format::Dockerfile | Format::Pyproject) | ("requirements", Format::Requirements) => true,
        _ => false,
    };
    is_usual.then_some(format)
}

/// How often files ask for further files before they are taken to go on for ever.
const MOST_ROUNDS: usize = 16;

/// What was read, and what it was read from.
pub(super) struct Read {
    pub(super) facts: Facts,
    pub(super) files: Files,
    pub(super) at: CommitSha,
}

/// What could not be read.
pub(super) enum Lost {
    /// A call failed.
    Call(Error),
    /// A file that the tree has is said not to be there.
    File(String),
}

impl From<Error> for Lost {
    fn from(error: Error) -> Self {
        Self::Call(error)
    }
}

impl Teller<'_> {
    /// Everything that decides, read anew; none where the base is not there.
    pub(super) async fn read(&self, site: &Site<'_>) -> Result<Option<Read>, Lost> {
        let _permit = self.paced.turn(Cost::reads(8)).await;
        let (at, open, branch) = try_join3(
            site.reader.branch(&site.base),
            site.reader.open_pull_requests(PREFIX),
            site.reader.branch(&site.branch),
        )
        .await?;
        let Some(at) = at else { return Ok(None) };
        let last = async {
            // an open one is the newest of its branch
            let is_open = open.iter().any(|pull| is_of(pull, &site.base, site.branch.as_str()));
            if is_open {
                return Ok::<_, Lost>(None);
            }
            let of_branch = site.reader.pull_requests_of(&site.branch).await?;
            Ok(of_branch.into_iter().find(|pull| pull.base == site.base.as_str()))
        };
        let branch = async {
            let Some(head) = &branch else { return Ok(None) };
            let carries = self.carried(site, &at, head).await?;
            Ok::<_, Lost>(Some(Branch { head: head.clone(), carries }))
        };
        let ((files, pins), last, branch) = try_join3(self.pins(site, &at), last, branch).await?;
        let bumps = open.iter().filter(|pull| pull.base == site.base.as_str()).filter_map(|pull| {
            let version: PackageVersion = pull.head.strip_prefix(PREFIX)?.parse().ok()?;
            Some((pull.clone(), version))
        });
        let open = try_join_all(bumps.map(async |(pull, version)| {
            let carries = self.carried(site, &at, &pull.head_commit).await?;
            Ok::<_, Error>(Bump { pull, version, carries })
        }))
        .await?;
        let looked_through = files.keys().cloned().collect();
        let facts = Facts { pins, looked_through, open, branch, last, opened: None };
        Ok(Some(Read { facts, files, at }))
    }

    /// The files with pins, those included that they include.
    ///
    /// Which files are there is told by the commit's tree alone: an answer that one is missing is not believed of a
    /// file that the tree has, since a bump that left it out would be half a bump.
    async fn pins(&self, site: &Site<'_>, at: &CommitSha) -> Result<(Files, Pins), Lost> {
        let tree = site.reader.files(at).await?;
        let named = &site.ready.target.pins;
        let entries: Vec<(String, Format)> = if named.is_empty() {
            tree.iter().filter_map(|file| Some((file.path.clone(), usual(&file.path)?))).collect()
        } else {
            named.clone()
        };
        let mut files = Files::new();
        let mut found = pins::find(&entries, &files, &self.settings.package);
        for _ in 0..MOST_ROUNDS {
            if found.wanted.is_empty() {
                break;
            }
            let read = try_join_all(found.wanted.into_iter().map(async |path| {
                let bytes = if tree.iter().any(|file| file.path == path) {
                    Some(site.reader.file(&path, at).await?.ok_or(Lost::File(path.clone()))?)
                } else {
                    None
                };
                Ok::<_, Lost>((path, bytes))
            }));
            files.extend(read.await?);
            found = pins::find(&entries, &files, &self.settings.package);
        }
        Ok((files, found))
    }

    /// Whose commits lead from the base to a head.
    async fn carried(&self, site: &Site<'_>, base: &CommitSha, head: &CommitSha) -> Result<Carries, Error> {
        let ahead = site.reader.commits_ahead(base, head).await?;
        let source = self.settings.payload.source();
        let is_ours = |message: &str| {
            let mut trailers = message.lines().filter_map(|line| line.strip_prefix("Cascade: "));
            trailers.any(|id| CascadeId::find(id, source).is_some())
        };
        Ok(match ahead.as_slice() {
            [] => Carries::Nothing,
            commits if commits.iter().all(|commit| is_ours(&commit.message)) => Carries::Ours,
            _ => Carries::Others,
        })
    }
}

fn is_of(pull: &OwnPull, base: &BranchName, head: &str) -> bool {
    pull.base == base.as_str() && pull.head == head
}
