//! `/git/refs` and `/git/tags`.

use loopback::Response;
use serde_json::json;

use super::access::visible;
use super::json::{Urls, tag_object as tag_json};
use super::reply::{failed, json, not_found};
use crate::routing::Call;

pub(super) fn list(call: &Call<'_>) -> Result<Response, Response> {
    let id = visible(call)?;
    let world = call.forge.world();
    let urls = Urls::of(call.forge, &world, id);
    let refs = world.repo(id).git.refs(&format!("refs/{}", call.part("prefix")));
    let refs = refs.map_err(|error| failed(call, &error))?;
    if refs.is_empty() {
        return Err(not_found(call));
    }
    let refs: Vec<_> = refs
        .into_iter()
        .map(|found| {
            let url = format!("{}/git/{}s/{}", urls.api, found.kind, found.object);
            json!({
                "ref": found.name,
                "url": format!("{}/git/{}", urls.api, found.name),
                "object": { "type": found.kind, "sha": found.object, "url": url },
            })
        })
        .collect();
    Ok(json(200, &json!(refs)))
}

pub(super) fn tag_object(call: &Call<'_>) -> Result<Response, Response> {
    let id = visible(call)?;
    let world = call.forge.world();
    let sha = call.part("sha");
    let tag = world.repo(id).git.read_tag(sha).map_err(|error| failed(call, &error))?;
    let tag = tag.ok_or_else(|| not_found(call))?;
    Ok(json(200, &tag_json(&Urls::of(call.forge, &world, id), sha, &tag)))
}
