//! Releases and attachments of the Gitea dialect, by the API.

#![expect(clippy::unwrap_used, reason = "a step of a test that fails has failed the test")]

use std::net::SocketAddr;

use bytes::Bytes;
use http::{Method, Request};
use local_forge::{Dialect, LocalForge, Role};
use loopback::{Response, send};
use serde_json::{Value, json};

const REPO: &str = "acme/core";
const FORM: &str = "multipart/form-data; boundary=b";

fn tagged() -> LocalForge {
    let forge = LocalForge::start(Dialect::Gitea);
    let commit = forge.repo(REPO);
    forge.tag(REPO, "v1.0.0", &commit, Some("One"));
    forge
}

fn ask(forge: &LocalForge, method: Method, path: &str, kind: &str, body: impl Into<Bytes>) -> Response {
    let address: SocketAddr = forge.url().trim_start_matches("http://").parse().unwrap();
    let path = path.replace("{repo}", &format!("/api/v1/repos/{REPO}"));
    let token = forge.token(Role::Write);
    let request =
        Request::builder().method(method).uri(path).header("authorization", format!("token {token}"));
    send(address, request.header("content-type", kind).body(body.into()).unwrap()).unwrap()
}

fn created(forge: &LocalForge, draft: bool) -> Response {
    let new =
        json!({ "tag_name": "v1.0.0", "name": "One", "body": "Notes", "draft": draft, "prerelease": true });
    ask(forge, Method::POST, "{repo}/releases", "application/json", new.to_string())
}

fn told(response: &Response) -> Value {
    serde_json::from_slice(response.body()).unwrap()
}

fn upload(forge: &LocalForge, release: &Value, file: &str) -> Response {
    let path = format!("{{repo}}/releases/{}/assets", release["id"]);
    let form = format!(
        "--b\r\nContent-Disposition: form-data; name=\"attachment\"; filename=\"{file}\"\r\n\r\nwheel\r\n--b--\r\n"
    );
    ask(forge, Method::POST, &path, FORM, form)
}

#[test]
fn a_draft_gets_its_files_and_is_published() {
    let forge = tagged();
    let draft = told(&created(&forge, true));
    let asset = upload(&forge, &draft, "a.whl");
    assert_eq!((asset.status().as_u16(), &told(&asset)["size"]), (201, &json!(5)));
    let by_tag = told(&ask(&forge, Method::GET, "{repo}/releases/tags/v1.0.0", "", ""));
    assert_eq!((&by_tag["id"], &by_tag["draft"]), (&draft["id"], &json!(true)), "drafts are found, too");
    let path = format!("{{repo}}/releases/{}", draft["id"]);
    let edited = ask(&forge, Method::PATCH, &path, "application/json", r#"{"draft":false}"#);
    assert_eq!((edited.status().as_u16(), &told(&edited)["assets"][0]["name"]), (200, &json!("a.whl")));
    let held = forge.releases(REPO).remove(0);
    assert_eq!(
        (held.name.as_str(), held.body.as_str(), held.draft, held.prerelease),
        ("One", "Notes", false, true)
    );
    let place = told(&edited)["assets"][0]["browser_download_url"].as_str().unwrap().to_owned();
    let path = place.strip_prefix(&forge.url()).unwrap();
    assert_eq!(path, "/acme/core/releases/download/v1.0.0/a.whl");
    assert_eq!(ask(&forge, Method::GET, path, "", "").body()[..], b"wheel"[..]);
}

#[test]
fn a_file_of_the_same_name_is_taken_twice_and_told_by_its_id() {
    let forge = tagged();
    let draft = told(&created(&forge, true));
    upload(&forge, &draft, "a.whl");
    assert_eq!(upload(&forge, &draft, "a.whl").status(), 201);
    let assets = told(&ask(&forge, Method::GET, "{repo}/releases/tags/v1.0.0", "", ""))["assets"].clone();
    let place = assets[1]["browser_download_url"].as_str().unwrap();
    assert!(place.contains("/attachments/"), "{place}");
    let path = format!("{{repo}}/releases/{}/assets/{}", draft["id"], assets[1]["id"]);
    assert_eq!(ask(&forge, Method::DELETE, &path, "", "").status(), 204);
    assert_eq!(forge.releases(REPO)[0].assets.len(), 1);
}

#[test]
fn a_tag_has_one_release_whatever_its_case() {
    let forge = tagged();
    assert_eq!(created(&forge, true).status(), 201);
    assert_eq!(created(&forge, false).status(), 409);
    let by_tag = ask(&forge, Method::GET, "{repo}/releases/tags/V1.0.0", "", "");
    assert_eq!(told(&by_tag)["tag_name"], "v1.0.0");
}

#[test]
fn an_ending_that_is_not_allowed_is_refused() {
    let forge = tagged();
    forge.allow_release_files(&[".zip"]);
    let refused = upload(&forge, &told(&created(&forge, true)), "a.whl");
    assert_eq!(refused.status(), 400);
    assert!(forge.releases(REPO)[0].assets.is_empty());
}

#[test]
fn publishing_a_draft_makes_the_tag_that_is_missing() {
    let forge = tagged();
    forge.draft_release(REPO, "v2.0.0");
    assert!(!forge.tags(REPO).contains_key("v2.0.0"));
    let draft = told(&ask(&forge, Method::GET, "{repo}/releases/tags/v2.0.0", "", ""));
    let path = format!("{{repo}}/releases/{}", draft["id"]);
    let edited = ask(&forge, Method::PATCH, &path, "application/json", r#"{"draft":false}"#);
    assert_eq!(edited.status(), 200);
    assert!(forge.tags(REPO).contains_key("v2.0.0"));
}
