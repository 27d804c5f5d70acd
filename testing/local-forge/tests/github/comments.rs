//! Comments.

use local_forge::{Access, NewPull, Permission, Permissions, Role};
use serde_json::json;

use crate::api::{Api, GitHub};

const REPO: &str = "acme/core";
const LIST: &str = "/repos/acme/core/issues/1/comments";

fn with_pull_request() -> GitHub {
    let forge = GitHub::start();
    forge.repo(REPO);
    forge.pull_request(REPO, &NewPull::titled("x"));
    forge
}

#[test]
fn a_comment_is_made_found_and_changed() {
    let forge = with_pull_request();
    forge.comment(REPO, 1, "hello");
    let api = Api::of(&forge, forge.job_token(REPO));
    let made = api.post(LIST, &json!({ "body": "<!-- marker --> one" }));
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(made.header("location"), made.body["url"].as_str());
    let id = &made.body["id"];
    let listed = api.get(LIST).body;
    assert_eq!((listed[0]["user"]["login"].as_str(), listed[1]["id"].as_u64()), (Some("dev"), id.as_u64()));
    let edited = api.patch(&format!("/repos/acme/core/issues/comments/{id}"), &json!({ "body": "two" }));
    assert_eq!((edited.status, edited.body["body"].as_str()), (200, Some("two")));
    let comments = forge.comments(REPO, 1);
    assert_eq!((comments[1].author.as_str(), comments[1].body.as_str()), ("github-actions[bot]", "two"));
    assert_eq!(api.get("/repos/acme/core/issues/9/comments").status, 404);
    let empty = api.post(LIST, &json!({ "body": "" }));
    assert_eq!((empty.status, empty.message()), (422, "Validation Failed"));
}

#[test]
fn either_permission_will_do_and_none_is_refused() {
    let forge = with_pull_request();
    for permission in [Permission::Issues, Permission::PullRequests] {
        let token = forge.narrowed_job_token(REPO, Permissions::none().with(permission, Access::Write));
        assert_eq!(Api::of(&forge, token).post(LIST, &json!({ "body": "x" })).status, 201);
    }
    let token = forge.narrowed_job_token(REPO, Permissions::none().with(Permission::Contents, Access::Write));
    let refused = Api::of(&forge, token).post(LIST, &json!({ "body": "x" }));
    assert_eq!((refused.status, refused.message()), (403, "Resource not accessible by integration"));
    assert_eq!(refused.header("x-accepted-github-permissions"), Some("issues=write; pull_requests=write"));
    // Any person may comment what is public.
    let reader = Api::of(&forge, forge.token(Role::Read));
    let made = reader.post(LIST, &json!({ "body": "x" }));
    assert_eq!(made.status, 201);
    forge.set_archived(REPO, true);
    let archived = reader.post(LIST, &json!({ "body": "x" }));
    assert_eq!((archived.status, archived.message()), (403, "Repository was archived so is read-only."));
}
