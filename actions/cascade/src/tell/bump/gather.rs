//! Reading everything that decides on a bump.

use std::rc::Rc;

use domain::{BranchName, CommitSha, PackageVersion};
use forge::{Error, OwnPull, PullState};
use futures_util::future::{try_join, try_join_all, try_join3};

use super::snapshots::Snapshots;
use super::{CLOSED_BY, Site, Teller};
use crate::plan::bumping::{self, Branch, Brought, Bump, Changes, Facts, Last, Snapshot};

/// What was read, and what it was read from.
pub(super) struct Read {
    pub(super) facts: Facts,
    pub(super) base: Rc<Snapshot>,
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
    pub(super) async fn read(
        &self,
        site: &Site<'_>,
        snapshots: &Snapshots<'_>,
    ) -> Result<Option<Read>, Lost> {
        let prefix = bumping::prefix(&self.settings.package);
        let (at, pulls, head) = try_join3(
            site.reader.branch(&site.base),
            site.reader.open_pull_requests(&prefix),
            site.reader.branch(&site.branch),
        )
        .await?;
        let Some(at) = at else { return Ok(None) };
        let bumps = pulls.into_iter().filter(|pull| pull.base == site.base.as_str()).filter_map(|pull| {
            let version: PackageVersion = pull.head.strip_prefix(&prefix)?.parse().ok()?;
            Some((pull, version))
        });
        let bumps: Vec<_> = bumps.collect();
        let is_open = bumps.iter().any(|(pull, _)| pull.head == site.branch.as_str());
        let last = async {
            // an open one is the newest of its branch
            if is_open { Ok(None) } else { last(site).await.map_err(Lost::from) }
        };
        let (base, last) = try_join(snapshots.at(&at), last).await?;
        let open: Vec<Bump> = try_join_all(bumps.into_iter().map(async |(pull, version)| {
            let changes = self.changes(site, snapshots, (&at, &base), &pull.head_commit, &version).await?;
            Ok::<_, Lost>(Bump { pull, version, changes })
        }))
        .await?;
        let version = self.settings.payload.version();
        // as a rule it is the one of the open pull request
        let of_open = |head: &CommitSha| {
            open.iter().find(|bump| bump.pull.head_commit == *head && bump.version == *version)
        };
        let branch = match head {
            None => None,
            Some(head) => {
                let changes = match of_open(&head) {
                    Some(bump) => bump.changes.clone(),
                    None => self.changes(site, snapshots, (&at, &base), &head, version).await?,
                };
                Some(Branch { head, changes })
            }
        };
        let looked_through = base.files.keys().cloned().collect();
        let (pins, idle) = (base.pins.clone(), base.idle.clone());
        let facts = Facts { pins, looked_through, idle, open, branch, last, opened: None };
        Ok(Some(Read { facts, base, at }))
    }

    /// What leads from the base to the head of a branch that is named by a version.
    async fn changes(
        &self,
        site: &Site<'_>,
        snapshots: &Snapshots<'_>,
        (at, base): (&CommitSha, &Snapshot),
        head: &CommitSha,
        version: &PackageVersion,
    ) -> Result<Changes, Lost> {
        let commits = site.reader.commits_ahead(at, head).await?;
        // what a cascade would have made of it need not be read again
        let fork = match bumping::fork(&commits, head) {
            Some(fork) => Some(snapshots.at(fork).await?),
            None => None,
        };
        if let Some(fork) = &fork {
            snapshots.expect(fork, version);
        }
        let message = self.message(version);
        let head = snapshots.at(head).await?;
        Ok(bumping::judge(Brought {
            version,
            message: &message,
            commits: &commits,
            head: &head,
            fork: fork.as_deref(),
            base,
        }))
    }
}

/// The last pull request of the branch, and who closed it.
async fn last(site: &Site<'_>) -> Result<Option<Last>, Error> {
    let of_branch = site.reader.pull_requests_of(&site.branch).await?;
    let Some(pull) = of_branch.into_iter().find(|pull| is_to(pull, &site.base)) else { return Ok(None) };
    let by_us = match pull.state {
        PullState::Closed => site.reader.comment(pull.number, CLOSED_BY).await?.is_some(),
        PullState::Open | PullState::Merged(_) => false,
    };
    Ok(Some(Last { pull, by_us }))
}

fn is_to(pull: &OwnPull, base: &BranchName) -> bool {
    pull.base == base.as_str()
}
