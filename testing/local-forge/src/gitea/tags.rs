//! `/tags`.

use loopback::Response;
use serde_json::{Value, json};

use super::access::{not_archived, visible, writable};
use super::json::Urls;
use super::paging::Page;
use super::reply::{body, broken, empty, error, failed, field, json, missing, not_found};
use crate::effects::tags::RefRefusal;
use crate::git::{GitError, Ref};
use crate::routing::Call;
use crate::world::repositories::RepoId;
use crate::world::tokens::Permission;

pub(super) fn list(call: &Call<'_>) -> Result<Response, Response> {
    let id = visible(call)?;
    let git = call.forge.world().repo(id).git.clone();
    let tags = git.tags_newest_first().map_err(|error| failed(call, &error))?;
    let (page, total) = (Page::asked(call), tags.len());
    let tags: Result<Vec<_>, _> = page.cut(tags).iter().map(|found| tag(call, id, found)).collect();
    let tags = tags.map_err(|error| failed(call, &error))?;
    // The one list that does not link to its other pages.
    Ok(Page::count(json(200, &json!(tags)), total))
}

pub(super) fn get(call: &Call<'_>) -> Result<Response, Response> {
    let id = visible(call)?;
    let name = call.part("tag");
    let git = call.forge.world().repo(id).git.clone();
    let found = git.find_ref(&format!("refs/tags/{name}")).map_err(|error| failed(call, &error))?;
    let found = found.ok_or_else(|| missing(call, &format!("tag doesn't exist: {name}"), &[]))?;
    let tag = tag(call, id, &found).map_err(|error| failed(call, &error))?;
    Ok(json(200, &tag))
}

pub(super) fn create(call: &Call<'_>) -> Result<Response, Response> {
    let id = writable(call, Permission::Contents)?;
    not_archived(call, id, "is archived")?;
    let asked = body(call)?;
    let name = field(&asked, "tag_name");
    if name.is_empty() {
        return Err(error(call, 422, "[TagName]: Required"));
    }
    let target = match field(&asked, "target") {
        "" => call.forge.world().repo(id).default_branch.clone(),
        target => target.to_owned(),
    };
    let message = Some(field(&asked, "message")).filter(|message| !message.is_empty());
    let created = call.forge.create_tag(id, &call.caller, name, &target, message);
    let created = created.map_err(|refusal| refused(call, &refusal, name, &target))?;
    let tag = tag(call, id, &created).map_err(|error| failed(call, &error))?;
    Ok(json(201, &tag))
}

/// Gitea's words for a tag that was not created.
pub(super) fn refused(call: &Call<'_>, refusal: &RefRefusal, name: &str, target: &str) -> Response {
    match refusal {
        RefRefusal::Exists | RefRefusal::Reserved => {
            error(call, 409, &format!("tag already exists [name: {name}]"))
        }
        RefRefusal::Protected => error(call, 422, "user not allowed to create protected tag"),
        RefRefusal::NoTarget => {
            let message = format!("target not found: object does not exist [id: {target}, rel_path: ]");
            error(call, 404, &message)
        }
        RefRefusal::BadName | RefRefusal::LostRace | RefRefusal::Workflow => broken(call),
        RefRefusal::Git(error) => failed(call, error),
    }
}

pub(super) fn delete(call: &Call<'_>) -> Result<Response, Response> {
    let id = writable(call, Permission::Contents)?;
    not_archived(call, id, "is archived")?;
    let name = call.part("tag");
    let released = call.forge.world().repo(id).releases.iter().any(|release| release.tag == name);
    if released {
        return Err(error(call, 409, "a tag attached to a release cannot be deleted directly"));
    }
    let deleted = call.forge.delete_ref(id, &format!("refs/tags/{name}"));
    match deleted.map_err(|error| failed(call, &error))? {
        Some(_) => Ok(empty(204)),
        None => Err(not_found(call)),
    }
}

fn tag(call: &Call<'_>, id: RepoId, found: &Ref) -> Result<Value, GitError> {
    let world = call.forge.world();
    let git = &world.repo(id).git;
    let urls = Urls::of(call.forge, &world, id);
    let commit = git.read_commit(&found.commit)?;
    let (message, created) = match (git.read_tag(&found.object)?, &commit) {
        (Some(tag), _) => (tag.message, tag.tagger.when),
        (None, Some(commit)) => (commit.message.clone(), commit.committer.when),
        (None, None) => (String::new(), world.clock.now()),
    };
    let name = found.name.trim_start_matches("refs/tags/");
    Ok(json!({
        "name": name,
        "message": message.trim_end(),
        "id": found.object,
        "commit": {
            // Not peeled, other than the sha beside it.
            "url": format!("{}/git/commits/{}", urls.api, found.object),
            "sha": found.commit,
            "created": created.to_string(),
        },
        "zipball_url": format!("{}/archive/{name}.zip", urls.page),
        "tarball_url": format!("{}/archive/{name}.tar.gz", urls.page),
    }))
}
