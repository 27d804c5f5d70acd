//! Refs by git's own protocol, the same on both forges.

use domain::{BranchName, CommitSha, TagName, TagPrefix};
use git::{ls_refs, push};
use http_client::Effect;

use crate::connection::Connection;
use crate::{Error, Refs, Tag};

const TAGS: &str = "refs/tags/";
const HEADS: &str = "refs/heads/";

/// A floating tag to move, or to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagMove {
    /// The tag.
    pub name: TagName,
    /// What its ref must hold now, a tag object or a commit; `None` when it must not exist.
    pub from: Option<CommitSha>,
    /// The commit that it shall lead to.
    pub to: CommitSha,
}

/// What came of moving a tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MoveOutcome {
    /// It leads to the commit now.
    Moved,
    /// It was left as it is; the server's reason.
    Refused(String),
}

/// The tags with the prefix, the default branch, and one branch's head: `branch`, or else the default branch.
pub(crate) async fn refs(
    connection: &Connection,
    prefix: &TagPrefix,
    branch: Option<&BranchName>,
) -> Result<Refs, Error> {
    let tags = format!("{TAGS}{prefix}");
    let heads = branch.map(BranchName::full_ref);
    let told =
        list(connection, [Some("HEAD"), Some(tags.as_str()), heads.as_deref()].into_iter().flatten()).await?;
    let head = told.iter().find(|one| one.name == "HEAD");
    let default_branch = head
        .and_then(|head| head.symbolic_target.as_deref()?.strip_prefix(HEADS))
        .and_then(|name| name.parse::<BranchName>().ok());
    let branch = match (branch, &default_branch, head) {
        (Some(branch), _, _) => told
            .iter()
            .find(|one| one.name == branch.full_ref())
            .map(|one| (branch.clone(), one.object.clone())),
        (None, Some(default), Some(head)) => Some((default.clone(), head.object.clone())),
        _ => None,
    };
    let tags = told.into_iter().filter(|one| one.name.starts_with(&tags)).map(tag).collect();
    Ok(Refs { tags, default_branch, branch })
}

/// The newest commit of a branch, if it is there.
pub(crate) async fn branch(connection: &Connection, name: &BranchName) -> Result<Option<CommitSha>, Error> {
    let full = name.full_ref();
    let told = list(connection, [full.as_str()]).await?;
    Ok(told.into_iter().find(|one| one.name == full).map(|one| one.object))
}

/// The branches whose names begin with a prefix, with their newest commits. What is no name to us is left out.
pub(crate) async fn branches(
    connection: &Connection,
    prefix: &str,
) -> Result<Vec<(BranchName, CommitSha)>, Error> {
    let full = format!("{HEADS}{prefix}");
    let told = list(connection, [full.as_str()]).await?;
    let branches = told.into_iter().filter(|one| one.name.starts_with(&full));
    Ok(branches.filter_map(|one| Some((one.name.strip_prefix(HEADS)?.parse().ok()?, one.object))).collect())
}

/// What came of deleting a branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BranchDeletion {
    /// It is gone.
    Deleted,
    /// It was left as it is, since it holds another commit, or by a rule; the server's reason.
    Refused(String),
}

/// Deletes a branch, only if it still holds what it was last seen to hold: a push, since no route has a lease.
pub(crate) async fn delete_branch(
    connection: &Connection,
    name: &BranchName,
    holds: &CommitSha,
) -> Result<BranchDeletion, Error> {
    let doing = format!("delete branch `{name}` of `{}`", connection.repo);
    let task = connection.task("contents: write", doing);
    let nothing = "0".repeat(holds.as_str().len()).parse().expect("zeros are hexadecimal digits");
    let updates = [push::Update { name: name.full_ref(), old: Some(holds.clone()), new: nothing }];
    let body = push::request(&updates);
    let answer = connection.send_git(&task, push::PATH, &push::HEADERS, Effect::Write, body).await?;
    let outcomes = push::parse(&updates, answer.body()).map_err(|malformed| task.unexpected(malformed))?;
    Ok(match outcomes.into_iter().next() {
        Some(push::Outcome::Refused(reason)) => BranchDeletion::Refused(reason),
        _ => BranchDeletion::Deleted,
    })
}

/// One tag, if it is there.
pub(crate) async fn read_tag(connection: &Connection, name: &TagName) -> Result<Option<Tag>, Error> {
    let full = name.full_ref();
    let told = list(connection, [full.as_str()]).await?;
    Ok(told.into_iter().find(|one| one.name == full).map(tag))
}

fn tag(told: ls_refs::Ref) -> Tag {
    let commit = told.commit().clone();
    Tag { name: told.name.strip_prefix(TAGS).unwrap_or(&told.name).to_owned(), object: told.object, commit }
}

async fn list(
    connection: &Connection,
    prefixes: impl IntoIterator<Item = &str>,
) -> Result<Vec<ls_refs::Ref>, Error> {
    let task = connection.task("contents: read", format!("list the refs of `{}`", connection.repo));
    let body = ls_refs::request(prefixes);
    let answer = connection.send_git(&task, ls_refs::PATH, &ls_refs::HEADERS, Effect::Read, body).await?;
    ls_refs::parse(answer.body()).map_err(|malformed| task.unexpected(malformed))
}

/// Moves tags, each only if it still holds what it was last seen to hold. All in one request; in a second one
/// those that need an app's right to change workflow files.
pub(crate) async fn move_tags(connection: &Connection, moves: &[TagMove]) -> Result<Vec<MoveOutcome>, Error> {
    let all: Vec<&TagMove> = moves.iter().collect();
    let mut outcomes = push(connection, &all).await?;
    let barred: Vec<usize> = (0..moves.len()).filter(|at| is_for_workflow_files(&outcomes[*at])).collect();
    if !barred.is_empty() && connection.way.tokens.take_workflow_files_along().await {
        let again: Vec<&TagMove> = barred.iter().map(|at| &moves[*at]).collect();
        for (at, outcome) in barred.into_iter().zip(push(connection, &again).await?) {
            outcomes[at] = outcome;
        }
    }
    Ok(outcomes)
}

/// Whether git's reason is GitHub's for a token that may not bring a commit's workflow files.
fn is_for_workflow_files(outcome: &MoveOutcome) -> bool {
    matches!(outcome, MoveOutcome::Refused(reason) if reason.contains("without `workflows` permission"))
}

async fn push(connection: &Connection, moves: &[&TagMove]) -> Result<Vec<MoveOutcome>, Error> {
    let names: Vec<_> = moves.iter().map(|one| format!("`{}`", one.name)).collect();
    let task = connection
        .task("contents: write", format!("move tag {} in `{}`", names.join(" and "), connection.repo));
    let updates: Vec<_> = moves
        .iter()
        .map(|one| push::Update { name: one.name.full_ref(), old: one.from.clone(), new: one.to.clone() })
        .collect();
    let body = push::request(&updates);
    let answer = connection.send_git(&task, push::PATH, &push::HEADERS, Effect::Write, body).await?;
    let outcomes = push::parse(&updates, answer.body()).map_err(|malformed| task.unexpected(malformed))?;
    Ok(outcomes
        .into_iter()
        .map(|outcome| match outcome {
            push::Outcome::Moved => MoveOutcome::Moved,
            push::Outcome::Refused(reason) => MoveOutcome::Refused(reason),
        })
        .collect())
}
