//! Releases and their assets, by the API.

use http::Method;
use local_forge::{Access, Permission, Permissions, Role};
use serde_json::{Value, json};

use crate::api::{Answer, Api, GitHub};

const REPO: &str = "acme/core";

fn tagged() -> GitHub {
    let forge = GitHub::start();
    let commit = forge.repo(REPO);
    forge.tag(REPO, "v1.0.0", &commit, Some("One"));
    forge
}

fn create(api: &Api<'_>, draft: bool) -> Answer {
    let new =
        json!({ "tag_name": "v1.0.0", "name": "One", "body": "Notes", "draft": draft, "prerelease": true });
    api.post(&format!("/repos/{REPO}/releases"), &new)
}

fn upload(api: &Api<'_>, release: &Value, name: &str, bytes: &'static [u8]) -> Answer {
    let path = format!("/api/uploads/repos/{REPO}/releases/{}/assets?name={name}", release["id"]);
    api.send_raw(&Method::POST, &path, bytes, &[("content-type", "application/zip")])
}

#[test]
fn a_draft_gets_its_files_and_is_published() {
    let forge = tagged();
    let api = Api::of(&forge, forge.job_token(REPO));
    let draft = create(&api, true);
    assert_eq!(draft.status, 201);
    assert_eq!(api.get(&format!("/repos/{REPO}/releases/tags/v1.0.0")).status, 404, "it is a draft");
    let asset = upload(&api, &draft.body, "a.whl", b"wheel");
    assert_eq!(
        (asset.status, &asset.body["state"], &asset.body["size"]),
        (201, &json!("uploaded"), &json!(5))
    );
    assert_eq!(upload(&api, &draft.body, "a.whl", b"wheel").status, 422, "the name is taken");
    let path = format!("/repos/{REPO}/releases/{}", draft.body["id"]);
    let published = api.patch(&path, &json!({ "draft": false }));
    assert_eq!((published.status, &published.body["assets"][0]["name"]), (200, &json!("a.whl")));
    assert_eq!(api.get(&format!("/repos/{REPO}/releases/tags/v1.0.0")).body["id"], draft.body["id"]);
    let held = forge.releases(REPO).remove(0);
    assert_eq!(
        (held.name.as_str(), held.body.as_str(), held.draft, held.prerelease),
        ("One", "Notes", false, true)
    );
    assert_eq!((held.assets[0].name.as_str(), &held.assets[0].bytes[..]), ("a.whl", &b"wheel"[..]));
}

#[test]
fn only_writers_see_drafts() {
    let forge = tagged();
    forge.draft_release(REPO, "v1.0.0");
    let list = format!("/repos/{REPO}/releases");
    let reader = forge.narrowed_job_token(REPO, Permissions::none().with(Permission::Contents, Access::Read));
    assert_eq!(Api::of(&forge, reader).get(&list).body, json!([]));
    let told = Api::of(&forge, forge.token(Role::Write)).get(&list).body;
    assert_eq!((told.as_array().unwrap().len(), &told[0]["draft"]), (1, &json!(true)));
}

#[test]
fn drafts_of_one_tag_can_be_many_and_published_releases_cannot() {
    let forge = tagged();
    let api = Api::of(&forge, forge.token(Role::Write));
    let statuses = [true, true, false, true, false].map(|draft| create(&api, draft).status);
    assert_eq!(statuses, [201, 201, 201, 201, 422]);
}

#[test]
fn an_immutable_release_takes_no_more_files() {
    let forge = tagged();
    forge.make_releases_immutable();
    let api = Api::of(&forge, forge.token(Role::Write));
    let published = create(&api, false);
    assert_eq!(published.body["immutable"], true);
    let refused = upload(&api, &published.body, "a.whl", b"wheel");
    assert_eq!((refused.status, refused.message()), (422, "Cannot upload assets to an immutable release."));
}

#[test]
fn publishing_makes_the_tag_that_is_missing() {
    let forge = tagged();
    forge.publish_release(REPO, "v2.0.0");
    assert!(forge.tags(REPO).contains_key("v2.0.0"));
}

#[test]
fn a_download_leads_to_a_storage_that_takes_no_token() {
    let forge = tagged();
    forge.draft_release(REPO, "v1.0.0");
    forge.attach(REPO, "v1.0.0", "a.whl", b"wheel");
    let api = Api::of(&forge, forge.token(Role::Write));
    let asset = api.get(&format!("/repos/{REPO}/releases")).body[0]["assets"][0]["id"].clone();
    let redirect = api.get_as(&format!("/repos/{REPO}/releases/assets/{asset}"), "application/octet-stream");
    assert_eq!(redirect.status, 302);
    let place = redirect.header("location").unwrap().to_owned();
    let place = &place[place.find("/storage").unwrap()..];
    assert_eq!(api.send_raw(&Method::GET, place, "", &[]).status, 400);
    let told = Api::of(&forge, "").send_raw(&Method::GET, place, "", &[]);
    assert_eq!((told.status, &told.response.body()[..]), (200, &b"wheel"[..]));
}
