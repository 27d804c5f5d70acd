//! Who may do what, and what the others are told.

use http::Method;
use loopback::Response;
use serde_json::json;

use super::reply::{error, json, not_found, with_header};
use crate::routing::Call;
use crate::world::Found;
use crate::world::repositories::RepoId;
use crate::world::tokens::{Access, Caller, Holder, Permission, Token};

/// What is refused before any route: a token that does not work, or whose hour's requests are used up.
pub(crate) fn refuse(call: &Call<'_>) -> Option<Response> {
    // An app's own routes take its signed claim, which is no token of this world.
    if super::apps::takes_claims(call.request.uri().path()) {
        return None;
    }
    matches!(call.caller, Caller::Rejected).then(|| error(401, "Bad credentials"))
}

/// The repository that the path names, if the caller may see it.
pub(super) fn visible(call: &Call<'_>) -> Result<RepoId, Response> {
    let world = call.forge.world();
    let (owner, name) = (call.part("owner"), call.part("repo"));
    let (id, moved) = match world.find(owner, name) {
        Found::Here(id) => (id, false),
        Found::Moved(id) => (id, true),
        Found::Nowhere => return Err(not_found()),
    };
    if call.caller.standing(&world, world.repo(id)) == Access::None {
        return Err(not_found());
    }
    if moved {
        let former = format!("/api/v3/repos/{owner}/{name}");
        let target = call.target().replacen(&former, &format!("/api/v3/repositories/{}", id.0), 1);
        return Err(moved_to(call, &format!("{}{target}", call.forge.base)));
    }
    Ok(id)
}

/// A former name leads to the repository's id: for good where nothing is changed, for this once where a
/// client would turn another method into a GET. The body says the same of both.
fn moved_to(call: &Call<'_>, place: &str) -> Response {
    let status = if matches!(*call.request.method(), Method::GET | Method::HEAD) { 301 } else { 307 };
    let documentation = "https://docs.github.com/v3/#http-redirects";
    let body = json!({ "message": "Moved Permanently", "url": place, "documentation_url": documentation });
    with_header(json(status, &body), "location", place)
}

/// The repository that the path names, if the caller may look at this matter of it.
pub(super) fn readable(call: &Call<'_>, permission: Permission) -> Result<RepoId, Response> {
    readable_by_any(call, &[permission])
}

/// The same, where any one of several permissions will do.
pub(super) fn readable_by_any(call: &Call<'_>, permissions: &[Permission]) -> Result<RepoId, Response> {
    let id = visible(call)?;
    let world = call.forge.world();
    let repo = world.repo(id);
    if permissions.iter().all(|permission| call.caller.access(&world, repo, *permission) < Access::Read) {
        return Err(out_of_reach(&call.caller, &wanted(permissions, "read")));
    }
    Ok(id)
}

/// The repository that the path names, if the caller may change it in this matter.
pub(super) fn writable(call: &Call<'_>, permission: Permission) -> Result<RepoId, Response> {
    writable_by_any(call, &[permission])
}

/// The same, where any one of several permissions will do.
pub(super) fn writable_by_any(call: &Call<'_>, permissions: &[Permission]) -> Result<RepoId, Response> {
    let id = visible(call)?;
    signed_in(call)?;
    let world = call.forge.world();
    let repo = world.repo(id);
    if call.caller.standing(&world, repo) < Access::Write {
        // Whoever may only look is told that there is nothing; a robot, that it may not.
        return Err(match call.caller {
            Caller::Known(Token { holder: Holder::User(_), .. }) => not_found(),
            _ => lacking(&call.caller, permissions),
        });
    }
    if permissions.iter().all(|permission| call.caller.access(&world, repo, *permission) < Access::Write) {
        return Err(lacking(&call.caller, permissions));
    }
    drop(world);
    not_archived(call, id)?;
    Ok(id)
}

/// Refuses those who are not signed in.
pub(super) fn signed_in(call: &Call<'_>) -> Result<(), Response> {
    if matches!(call.caller, Caller::Anonymous) {
        return Err(error(401, "Requires authentication"));
    }
    Ok(())
}

/// Refuses changes to an archived repository.
pub(super) fn not_archived(call: &Call<'_>, id: RepoId) -> Result<(), Response> {
    if call.forge.world().repo(id).archived {
        return Err(error(403, "Repository was archived so is read-only."));
    }
    Ok(())
}

/// The refusal of a caller who may not write by any of these permissions.
pub(super) fn lacking(caller: &Caller, permissions: &[Permission]) -> Response {
    out_of_reach(caller, &wanted(permissions, "write"))
}

fn wanted(permissions: &[Permission], level: &str) -> String {
    let wanted: Vec<_> =
        permissions.iter().map(|permission| format!("{}={level}", permission.name())).collect();
    wanted.join("; ")
}

/// The refusal of a token that was not given a permission, with the header that names what would do.
pub(super) fn out_of_reach(caller: &Caller, wanted: &str) -> Response {
    with_header(error(403, not_accessible(caller)), "x-accepted-github-permissions", wanted)
}

/// The sentence for it, which REST and GraphQL share.
pub(super) fn not_accessible(caller: &Caller) -> &'static str {
    match caller {
        Caller::Known(Token { holder: Holder::User(_), .. }) => {
            "Resource not accessible by personal access token"
        }
        _ => "Resource not accessible by integration",
    }
}
