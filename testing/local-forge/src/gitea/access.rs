//! Who may do what, and what the others are told.

use loopback::Response;

use super::reply::{error, moved_permanently, not_found};
use crate::routing::Call;
use crate::world::Found;
use crate::world::repositories::RepoId;
use crate::world::tokens::{Access, Caller, Holder, Permission, Token};

/// What is refused before any route: a token that does not work.
pub(crate) fn refuse(call: &Call<'_>) -> Option<Response> {
    matches!(call.caller, Caller::Rejected).then(|| error(call, 401, "user does not exist [uid: 0, name: ]"))
}

/// The repository that the path names, if the caller may see it.
pub(super) fn visible(call: &Call<'_>) -> Result<RepoId, Response> {
    let world = call.forge.world();
    let (owner, name) = (call.part("owner"), call.part("repo"));
    let id = match world.find(owner, name) {
        Found::Here(id) => id,
        Found::Moved(id) => {
            let former = format!("/api/v1/repos/{owner}/{name}");
            let present = format!("/api/v1/repos/{}", world.repo(id).full_name(&world));
            let place = call.target().replacen(&former, &present, 1);
            return Err(moved_permanently(call.request, &place));
        }
        Found::Nowhere => return Err(not_found(call)),
    };
    let repo = world.repo(id);
    // A job sees no repository but its own, not even a public one.
    if let Caller::Known(Token { holder: Holder::Job(home), .. }) = &call.caller
        && *home != id
    {
        return Err(not_found(call));
    }
    if call.caller.standing(&world, repo) == Access::None {
        return Err(not_found(call));
    }
    Ok(id)
}

/// Refuses those who are not signed in.
pub(super) fn signed_in(call: &Call<'_>) -> Result<(), Response> {
    if matches!(call.caller, Caller::Anonymous) {
        return Err(error(call, 401, "token is required"));
    }
    Ok(())
}

/// The repository that the path names, if the caller may change it in this matter.
pub(super) fn writable(call: &Call<'_>, permission: Permission) -> Result<RepoId, Response> {
    writable_or(call, permission, "user should have a permission to write to a repo")
}

/// The same, with the route's own words for those who may not.
pub(super) fn writable_or(
    call: &Call<'_>,
    permission: Permission,
    refusal: &str,
) -> Result<RepoId, Response> {
    let id = visible(call)?;
    signed_in(call)?;
    in_scope(call, permission)?;
    let world = call.forge.world();
    let repo = world.repo(id);
    if call.caller.access(&world, repo, permission) < Access::Write {
        return Err(error(call, 403, refusal));
    }
    Ok(id)
}

/// Refuses a person's token that was narrowed to less than this.
pub(super) fn in_scope(call: &Call<'_>, permission: Permission) -> Result<(), Response> {
    let Caller::Known(Token { holder: Holder::User(_), permissions, .. }) = &call.caller else {
        return Ok(());
    };
    if permissions.access(permission) >= Access::Write {
        return Ok(());
    }
    let held: Vec<String> = permissions.iter().filter_map(|(held, access)| scope(held, access)).collect();
    let wanted = scope(permission, Access::Write).unwrap_or_default();
    let held = held.join(",");
    let message = format!(
        "token does not have at least one of required scope(s), required=[{wanted}], token scope={held}"
    );
    Err(error(call, 403, &message))
}

/// Refuses changes to an archived repository.
pub(super) fn not_archived(call: &Call<'_>, id: RepoId, refusal: &str) -> Result<(), Response> {
    let world = call.forge.world();
    let repo = world.repo(id);
    if repo.archived {
        return Err(error(call, 423, &format!("{} {refusal}", repo.full_name(&world))));
    }
    Ok(())
}

/// Gitea's name for a permission.
fn scope(permission: Permission, access: Access) -> Option<String> {
    let level = match access {
        Access::None => return None,
        Access::Read => "read",
        Access::Write | Access::Admin => "write",
    };
    let matter = match permission {
        Permission::Issues => "issue",
        _ => "repository",
    };
    Some(format!("{level}:{matter}"))
}
