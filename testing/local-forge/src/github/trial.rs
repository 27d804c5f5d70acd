//! The merge commit that GitHub makes on trial, to see whether a pull request has conflicts.

use crate::git::GitError;
use crate::world::World;
use crate::world::pulls::Pull;
use crate::world::repositories::RepoId;

/// What stands as `merge_commit_sha` of a pull request that is not merged, and says nothing about where its
/// commits will be; `None` on a conflict.
pub(super) fn trial_merge(world: &World, id: RepoId, pull: &Pull) -> Result<Option<String>, GitError> {
    let git = &world.repo(id).git;
    let Some(base) = git.resolve(&format!("refs/heads/{}", pull.base))? else { return Ok(None) };
    let Some(parting) = git.merge_base(&base, &pull.head_sha)? else { return Ok(None) };
    let Some(tree) = git.merge_trees(&parting, &base, &pull.head_sha)? else { return Ok(None) };
    let author = world.account_by_id(pull.author).identity(pull.updated);
    let message = format!("Merge {} into {base}", pull.head_sha);
    Ok(Some(git.write_commit(&tree, &[&base, &pull.head_sha], &message, &author, &author)?))
}
