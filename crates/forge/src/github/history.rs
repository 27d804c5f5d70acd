//! What came since the last release. <https://docs.github.com/en/rest/commits/commits#compare-two-commits>

use std::collections::HashSet;

use futures_util::future::{try_join, try_join_all};
use serde::Deserialize;

use super::commits;
use crate::connection::Connection;
use crate::model::{ChangedPaths, Commit, History, MOST_COMMITS, PullRequest, PullState, Relation};
use crate::{CommitSha, Error, Files};

/// The API's own limit to the files of a comparison.
const MOST_FILES: usize = 300;
const PER_PAGE: usize = 100;

#[derive(Deserialize)]
struct WireComparison {
    status: String,
    total_commits: usize,
    commits: Vec<WireCommit>,
    files: Option<Vec<WireFile>>,
}

#[derive(Deserialize)]
struct WireCommit {
    sha: CommitSha,
    parents: Vec<WireParent>,
}

#[derive(Deserialize)]
struct WireParent {}

#[derive(Deserialize)]
struct WireFile {
    filename: String,
    previous_filename: Option<String>,
}

impl WireComparison {
    fn relation(&self) -> Option<Relation> {
        match self.status.as_str() {
            "identical" => Some(Relation::Same),
            "ahead" => Some(Relation::Ahead),
            "behind" => Some(Relation::Behind),
            "diverged" => Some(Relation::Diverged),
            _ => None,
        }
    }

    fn changed(self, files: Files) -> ChangedPaths {
        match (files, self.files) {
            (Files::NotNeeded, _) => ChangedPaths::NotAsked,
            (Files::Needed, None) => ChangedPaths::Unknown("GitHub told no files"),
            (Files::Needed, Some(files)) if files.len() >= MOST_FILES => {
                ChangedPaths::Unknown("GitHub lists at most 300 changed files")
            }
            (Files::Needed, Some(files)) => {
                let names = files.into_iter().flat_map(|file| [Some(file.filename), file.previous_filename]);
                ChangedPaths::Known(names.flatten().collect())
            }
        }
    }
}

/// The comparison, and the newest commits with the last merges, are asked for side by side; commits of the range that
/// are not among the newest (a range of more than a hundred, or an old branch merged late) are asked for
/// afterwards by id.
pub(crate) async fn history(
    connection: &Connection,
    base: Option<&CommitSha>,
    head: &CommitSha,
    files: Files,
) -> Result<History, Error> {
    let Some(base) = base else {
        let (mut commits, recent) = commits::newest(connection, head, 1).await?;
        leave_out_those_of_other_ranges(connection, head, &mut commits).await?;
        let changed = ChangedPaths::Unknown("there is no earlier release to compare with");
        return Ok(History { relation: Relation::Ahead, commits, changed, recent });
    };
    let (comparison, (newest, recent)) =
        try_join(compare(connection, base, head, 1), commits::newest(connection, head, commits::PER_QUERY))
            .await?;
    let relation = comparison.relation().ok_or_else(|| {
        task(connection)
            .unexpected(format!("`{}` is no way two commits can stand to each other", comparison.status))
    })?;
    let mut wanted: HashSet<CommitSha> = comparison.commits.iter().map(|commit| commit.sha.clone()).collect();
    wanted.extend(further_pages(connection, base, head, &comparison).await?);
    let mut commits: Vec<Commit> = newest.into_iter().filter(|commit| wanted.remove(&commit.sha)).collect();
    let missing: Vec<_> = wanted.into_iter().collect();
    commits.extend(commits::by_id(connection, &missing).await?);
    leave_out_those_of_other_ranges(connection, head, &mut commits).await?;
    Ok(History { relation, commits, changed: comparison.changed(files), recent })
}

/// Whether `commit` is `head` or one of its ancestors.
pub(crate) async fn contains(
    connection: &Connection,
    head: &CommitSha,
    commit: &CommitSha,
) -> Result<bool, Error> {
    let comparison = compare(connection, commit, head, 1).await?;
    Ok(matches!(comparison.relation(), Some(Relation::Same | Relation::Ahead)))
}

/// Leaves out the pull requests that brought nothing of this range.
///
/// The look-up tells every merged pull request that ever held a commit: one that was released long ago by a
/// squash, or one into another branch. What brought a commit of the range was itself merged in the range; only a
/// rebase whose first commits are released by themselves ends after it, which a comparison settles.
async fn leave_out_those_of_other_ranges(
    connection: &Connection,
    head: &CommitSha,
    commits: &mut [Commit],
) -> Result<(), Error> {
    let mut here: HashSet<CommitSha> = commits.iter().map(|commit| commit.sha.clone()).collect();
    let pulls = commits.iter().flat_map(|commit| &commit.pull_requests);
    let outside: HashSet<CommitSha> =
        pulls.filter_map(merge_of).filter(|merge| !here.contains(*merge)).cloned().collect();
    let asked = outside.into_iter().map(async |merge| {
        let continues = continues_straight(connection, head, &merge).await?;
        Ok::<_, Error>(continues.then_some(merge))
    });
    here.extend(try_join_all(asked).await?.into_iter().flatten());
    for commit in commits {
        commit.pull_requests.retain(|pull| merge_of(pull).is_none_or(|merge| here.contains(merge)));
    }
    Ok(())
}

fn merge_of(pull: &PullRequest) -> Option<&CommitSha> {
    match &pull.state {
        PullState::Merged(merge) => merge.as_ref(),
        PullState::Open | PullState::Closed => None,
    }
}

/// Whether `last` comes after `head` in a straight line, as the rest of a rebase does.
async fn continues_straight(
    connection: &Connection,
    head: &CommitSha,
    last: &CommitSha,
) -> Result<bool, Error> {
    match compare(connection, head, last, 1).await {
        Ok(comparison) => Ok(comparison.relation() == Some(Relation::Ahead)
            && comparison.commits.len() == comparison.total_commits
            && comparison.commits.iter().all(|commit| commit.parents.len() == 1)),
        // nothing leads there any more
        Err(error) if error.status() == Some(404) => Ok(false),
        Err(error) => Err(error),
    }
}

async fn further_pages(
    connection: &Connection,
    base: &CommitSha,
    head: &CommitSha,
    first: &WireComparison,
) -> Result<Vec<CommitSha>, Error> {
    if first.total_commits > MOST_COMMITS {
        return Err(task(connection).too_long(first.total_commits));
    }
    let pages = first.total_commits.div_ceil(PER_PAGE);
    let pages = try_join_all((2..=pages).map(|page| compare(connection, base, head, page))).await?;
    let commits: Vec<_> = pages.into_iter().flat_map(|page| page.commits).map(|commit| commit.sha).collect();
    let told = first.commits.len() + commits.len();
    if told < first.total_commits {
        return Err(task(connection)
            .unexpected(format!("{} commits are counted and {told} told", first.total_commits)));
    }
    Ok(commits)
}

fn task(connection: &Connection) -> crate::error::Task {
    connection.task("contents: read", format!("compare commits of `{}`", connection.repo))
}

async fn compare(
    connection: &Connection,
    base: &CommitSha,
    head: &CommitSha,
    page: usize,
) -> Result<WireComparison, Error> {
    let route = format!("/repos/{}/compare/{base}...{head}?per_page={PER_PAGE}&page={page}", connection.repo);
    connection.github(&task(connection), async |octocrab| octocrab.get(&route, None::<&()>).await).await
}
