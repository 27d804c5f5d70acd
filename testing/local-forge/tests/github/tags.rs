//! Tag objects and refs.

use local_forge::{Access, Permission, Permissions, Role};
use serde_json::json;

use crate::api::{Api, GitHub};

const REPO: &str = "acme/core";

#[test]
fn an_annotated_tag_is_an_object_and_then_a_ref_to_it() {
    let forge = GitHub::start();
    let commit = forge.repo(REPO);
    let api = Api::of(&forge, forge.job_token(REPO));
    let asked =
        json!({ "tag": "v1.0.0", "message": "one\n\nRelease-PR: 1", "object": commit, "type": "commit" });
    let object = api.post("/repos/acme/core/git/tags", &asked);
    assert_eq!(object.status, 201, "{}", object.body);
    assert!(forge.tags(REPO).is_empty());
    let sha = object.body["sha"].as_str().unwrap();
    assert_eq!(object.body["tagger"]["name"], "github-actions[bot]");

    let made = api.post("/repos/acme/core/git/refs", &json!({ "ref": "refs/tags/v1.0.0", "sha": sha }));
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(made.body["object"]["type"], "tag");
    assert_eq!(made.header("location"), made.body["url"].as_str());
    let tag = &forge.tags(REPO)["v1.0.0"];
    assert_eq!((tag.commit.as_str(), tag.object.as_str()), (commit.as_str(), sha));
    assert_eq!(tag.message.as_deref(), Some("one\n\nRelease-PR: 1"));

    let read = api.get(&format!("/repos/acme/core/git/tags/{sha}"));
    assert_eq!(read.body["message"], "one\n\nRelease-PR: 1");
    assert_eq!(read.body["object"]["sha"], commit.as_str());
    let matching = api.get("/repos/acme/core/git/matching-refs/tags/v1");
    assert_eq!(matching.body[0]["object"]["sha"], sha);
    assert_eq!(api.get("/repos/acme/core/git/matching-refs/tags/v2").body, json!([]));
    assert_eq!(api.get("/repos/acme/core/git/ref/tags/v1.0.0").body, made.body);
    assert_eq!(api.get("/repos/acme/core/git/ref/tags/v1").status, 404);
}

#[test]
fn a_ref_is_refused_in_githubs_words() {
    let forge = GitHub::start();
    let commit = forge.repo(REPO);
    forge.lightweight_tags(REPO, &[("v1.0.0".to_owned(), commit.clone())]);
    forge.protect_tags(REPO, "release-*");
    let api = Api::of(&forge, forge.job_token(REPO));
    let cases = [
        ("refs/tags/v1.0.0", commit.as_str(), "Reference already exists"),
        ("refs/tags/v2.0.0", "0123456789012345678901234567890123456789", "Object does not exist"),
        (
            "refs/tags/release-1",
            &commit,
            "Repository rule violations found\n\nCannot create ref due to creations being restricted.\n\n",
        ),
        ("refs/tags/a..b", &commit, "refs/tags/a..b is not a valid ref name."),
        ("v2.0.0", &commit, "Reference name must start with 'refs' and have at least two slashes"),
        ("refs/tags/v2.0.0", "abc", "At least 40 characters are required; only 3 were supplied."),
    ];
    for (name, sha, message) in cases {
        let answer = api.post("/repos/acme/core/git/refs", &json!({ "ref": name, "sha": sha }));
        assert_eq!((answer.status, answer.message()), (422, message));
    }
    assert_eq!(forge.tags(REPO).len(), 1);
}

#[test]
fn a_draft_release_reserves_no_name() {
    let forge = GitHub::start();
    let commit = forge.repo(REPO);
    forge.draft_release(REPO, "v1.0.0");
    let api = Api::of(&forge, forge.job_token(REPO));
    let made = api.post("/repos/acme/core/git/refs", &json!({ "ref": "refs/tags/v1.0.0", "sha": commit }));
    assert_eq!(made.status, 201, "{}", made.body);
}

#[test]
fn a_token_without_the_permission_is_told_which_one() {
    let forge = GitHub::start();
    let commit = forge.repo(REPO);
    let reading = Permissions::none().with(Permission::Contents, Access::Read);
    let asked = json!({ "ref": "refs/tags/v1.0.0", "sha": commit });
    let job = Api::of(&forge, forge.narrowed_job_token(REPO, reading.clone()));
    let answer = job.post("/repos/acme/core/git/refs", &asked);
    assert_eq!((answer.status, answer.message()), (403, "Resource not accessible by integration"));
    assert_eq!(answer.header("x-accepted-github-permissions"), Some("contents=write"));
    let person = Api::of(&forge, forge.narrowed_token(Role::Write, reading));
    let answer = person.post("/repos/acme/core/git/refs", &asked);
    assert_eq!((answer.status, answer.message()), (403, "Resource not accessible by personal access token"));
    let reader = Api::of(&forge, forge.token(Role::Read));
    assert_eq!(reader.post("/repos/acme/core/git/refs", &asked).status, 404);
    let nobody = Api::of(&forge, "");
    assert_eq!(nobody.post("/repos/acme/core/git/refs", &asked).message(), "Requires authentication");
    let expired = forge.job_token(REPO);
    forge.expire_token(&expired);
    let answer = Api::of(&forge, expired).post("/repos/acme/core/git/refs", &asked);
    assert_eq!((answer.status, answer.message()), (401, "Bad credentials"));
    assert!(forge.tags(REPO).is_empty());
}

#[test]
fn a_commit_with_other_workflow_files_cannot_be_tagged_by_a_job() {
    let forge = GitHub::start();
    forge.repo(REPO);
    let commit = forge.commit(REPO, "next", &[(".github/workflows/ci.yml", "on: push\n")], "ci");
    let asked = json!({ "ref": "refs/tags/v1.0.0", "sha": commit });
    let answer = Api::of(&forge, forge.job_token(REPO)).post("/repos/acme/core/git/refs", &asked);
    assert_eq!((answer.status, answer.message()), (403, "Resource not accessible by integration"));
    let accepted = answer.header("x-accepted-github-permissions");
    assert_eq!(accepted, Some("contents=write; contents=write,workflows=write"));
    assert_eq!(
        Api::of(&forge, forge.token(Role::Write)).post("/repos/acme/core/git/refs", &asked).status,
        201
    );
}

#[test]
fn a_ref_moves_forward_and_backward_only_by_force() {
    let forge = GitHub::start();
    let first = forge.repo(REPO);
    let second = forge.commit(REPO, "main", &[("a", "a")], "a");
    forge.lightweight_tags(REPO, &[("v1".to_owned(), first.clone())]);
    let api = Api::of(&forge, forge.job_token(REPO));
    let moved = api.patch("/repos/acme/core/git/refs/tags/v1", &json!({ "sha": second }));
    assert_eq!((moved.status, moved.body["object"]["sha"].as_str()), (200, Some(second.as_str())));
    let back = api.patch("/repos/acme/core/git/refs/tags/v1", &json!({ "sha": first }));
    assert_eq!((back.status, back.message()), (422, "Update is not a fast forward"));
    let forced = api.patch("/repos/acme/core/git/refs/tags/v1", &json!({ "sha": first, "force": true }));
    assert_eq!(forced.status, 200);
    assert_eq!(forge.tags(REPO)["v1"].commit, first);
    let missing = api.patch("/repos/acme/core/git/refs/tags/v9", &json!({ "sha": first }));
    assert_eq!((missing.status, missing.message()), (422, "Reference does not exist"));
    assert_eq!(api.delete("/repos/acme/core/git/refs/tags/v1").status, 204);
    assert_eq!(api.delete("/repos/acme/core/git/refs/tags/v1").message(), "Reference does not exist");
}

#[test]
fn whoever_loses_the_race_is_told_that_the_name_is_taken() {
    let forge = GitHub::start();
    let commit = forge.repo(REPO);
    let sha = commit.clone();
    forge.before("refs.create", move |forge| {
        forge.lightweight_tags(REPO, &[("v1.0.0".to_owned(), sha)]);
    });
    let api = Api::of(&forge, forge.job_token(REPO));
    let answer = api.post("/repos/acme/core/git/refs", &json!({ "ref": "refs/tags/v1.0.0", "sha": commit }));
    assert_eq!((answer.status, answer.message()), (422, "Reference already exists"));
}
