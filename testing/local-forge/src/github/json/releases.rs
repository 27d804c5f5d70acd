//! Releases and their assets.

use std::fmt::Write as _;

use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

use super::{Urls, node_id, simple_user};
use crate::core::Forge;
use crate::world::World;
use crate::world::releases::{Release, ReleaseAsset};
use crate::world::repositories::RepoId;

/// A release.
pub(in crate::github) fn release(forge: &Forge, world: &World, id: RepoId, release: &Release) -> Value {
    let urls = Urls::of(forge, world, id);
    let repo = world.repo(id);
    let (number, tag) = (release.id, &release.tag);
    let api = format!("{}/releases/{number}", urls.api);
    // A draft has no page under its tag.
    let page = if release.draft { format!("untagged-{number:020x}") } else { tag.clone() };
    let target = if release.target.is_empty() { &repo.default_branch } else { &release.target };
    let assets: Vec<_> = release.assets.iter().map(|held| asset(forge, world, id, release, held)).collect();
    let uploads = api.replacen("/api/v3/", "/api/uploads/", 1);
    json!({
        "url": api,
        "assets_url": format!("{api}/assets"),
        "upload_url": format!("{uploads}/assets{{?name,label}}"),
        "html_url": format!("{}/releases/tag/{page}", urls.page),
        "id": number,
        "author": simple_user(&forge.base, world.account_by_id(release.author)),
        "node_id": node_id("Release", number),
        "tag_name": tag,
        "target_commitish": target,
        "name": release.name,
        "draft": release.draft,
        "prerelease": release.prerelease,
        "immutable": release.immutable,
        "created_at": release.created.to_string(),
        "published_at": release.published.map(|published| published.to_string()),
        "assets": assets,
        "tarball_url": format!("{}/tarball/{tag}", urls.api),
        "zipball_url": format!("{}/zipball/{tag}", urls.api),
        "body": release.body,
    })
}

/// A file of a release.
pub(in crate::github) fn asset(
    forge: &Forge,
    world: &World,
    id: RepoId,
    release: &Release,
    asset: &ReleaseAsset,
) -> Value {
    let urls = Urls::of(forge, world, id);
    let ReleaseAsset { id: number, name, .. } = asset;
    json!({
        "url": format!("{}/releases/assets/{number}", urls.api),
        "id": number,
        "node_id": node_id("ReleaseAsset", number),
        "name": name,
        "label": asset.label,
        "uploader": simple_user(&forge.base, world.account_by_id(asset.uploader)),
        "content_type": asset.content_type,
        "state": if asset.whole { "uploaded" } else { "starter" },
        "size": asset.bytes.len(),
        "digest": asset.whole.then(|| format!("sha256:{}", sha256(&asset.bytes))),
        "download_count": 0,
        "created_at": asset.created.to_string(),
        "updated_at": asset.created.to_string(),
        "browser_download_url": format!("{}/releases/download/{}/{name}", urls.page, release.tag),
    })
}

fn sha256(bytes: &[u8]) -> String {
    digest(&SHA256, bytes).as_ref().iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a String takes all that is written to it");
        text
    })
}
