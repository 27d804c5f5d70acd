//! Commits out of objects, and what becomes of their pull requests.

use local_forge::NewPull;
use serde_json::{Value, json};

use crate::api::{Api, GitHub};

const REPO: &str = "acme/core";
const PULLS: &str = "/repos/acme/core/pulls";

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_default()
}

#[test]
fn a_commit_is_made_of_objects_and_seen_by_nobody_before_its_ref() {
    let forge = GitHub::start();
    let first = forge.repo(REPO);
    let api = Api::of(&forge, forge.job_token(REPO));
    let base = api.get(&format!("/repos/acme/core/git/commits/{first}")).body;
    let blob = api.post("/repos/acme/core/git/blobs", &json!({ "content": "AAE=", "encoding": "base64" }));
    assert_eq!(blob.status, 201);
    let tree = json!({
        "base_tree": text(&base["tree"], "sha"),
        "tree": [
            { "path": "bin/x", "mode": "100755", "type": "blob", "sha": text(&blob.body, "sha") },
            { "path": "a/b.txt", "mode": "100644", "type": "blob", "content": "text\n" },
            { "path": "README.md", "mode": "100644", "type": "blob", "sha": null },
        ],
    });
    let tree = api.post("/repos/acme/core/git/trees", &tree);
    assert_eq!(tree.status, 201, "{}", tree.body);
    let commit = json!({ "message": "Change", "tree": text(&tree.body, "sha"), "parents": [first] });
    let commit = api.post("/repos/acme/core/git/commits", &commit);
    assert_eq!((commit.status, text(&commit.body["author"], "name")), (201, "github-actions[bot]"));
    assert_eq!(forge.heads(REPO).len(), 1);

    let sha = text(&commit.body, "sha").to_owned();
    let reference = json!({ "ref": "refs/heads/x", "sha": sha });
    assert_eq!(api.post("/repos/acme/core/git/refs", &reference).status, 201);
    assert_eq!(forge.file(REPO, "x", "a/b.txt").as_deref(), Some("text\n"));
    assert_eq!(forge.mode(REPO, "x", "bin/x").as_deref(), Some("100755"));
    assert_eq!(forge.file(REPO, "x", "README.md"), None);
    let listed = api.get(&format!("/repos/acme/core/git/trees/{sha}?recursive=1")).body;
    let paths: Vec<_> = listed["tree"].as_array().unwrap().iter().map(|entry| text(entry, "path")).collect();
    assert_eq!(paths, ["a", "a/b.txt", "bin", "bin/x"]);
    assert_eq!(listed["truncated"], false);
}

#[test]
fn objects_that_lead_nowhere_are_refused() {
    let forge = GitHub::start();
    forge.repo(REPO);
    let api = Api::of(&forge, forge.job_token(REPO));
    let nothing = "0123456789012345678901234567890123456789";
    let entry = json!({ "path": "x", "mode": "100644", "type": "blob", "content": "x" });
    let missing = json!({ "path": "x", "mode": "100644", "type": "blob", "sha": nothing });
    let cases = [
        ("trees", json!({ "base_tree": nothing, "tree": [entry] }), "base_tree is not a valid tree oid"),
        ("trees", json!({ "tree": [missing] }), "is not a valid blob"),
        ("commits", json!({ "message": "m", "tree": nothing }), "Tree SHA does not exist"),
    ];
    for (kind, asked, message) in cases {
        let refused = api.post(&format!("/repos/acme/core/git/{kind}"), &asked);
        assert_eq!(refused.status, 422);
        assert!(refused.message().contains(message), "{}", refused.message());
    }
    assert_eq!(api.get(&format!("/repos/acme/core/git/trees/{nothing}")).status, 404);
}

#[test]
fn a_pull_request_is_opened_edited_and_merged_with_its_head_pinned() {
    let forge = GitHub::start();
    forge.repo(REPO);
    let head = forge.commit(REPO, "x", &[("x", "1")], "x");
    let api = Api::of(&forge, forge.job_token(REPO));
    let opened = api.post(PULLS, &json!({ "head": "acme:x", "base": "main", "title": "t", "body": "b" }));
    assert_eq!((opened.status, text(&opened.body["head"], "sha")), (201, head.as_str()));
    let edited = api.patch(&format!("{PULLS}/1"), &json!({ "title": "other" }));
    assert_eq!((edited.status, text(&edited.body, "title")), (200, "other"));

    let stale = json!({ "sha": "0123456789012345678901234567890123456789", "merge_method": "squash" });
    let refused = api.put(&format!("{PULLS}/1/merge"), &stale);
    assert_eq!(refused.status, 409);
    assert_eq!(refused.message(), "Head branch was modified. Review and try the merge again.");
    forge.protect_branch(REPO, "main", &["ci"]);
    let pinned = json!({ "sha": head, "merge_method": "squash" });
    let refused = api.put(&format!("{PULLS}/1/merge"), &pinned);
    assert_eq!((refused.status, refused.message()), (405, "Required status check \"ci\" is expected."));
    forge.set_status(REPO, &head, "ci", "success");
    let merged = api.put(&format!("{PULLS}/1/merge"), &pinned);
    assert_eq!((merged.status, text(&merged.body, "sha").to_owned()), (200, forge.head(REPO, "main")));
    assert_eq!(api.put(&format!("{PULLS}/1/merge"), &pinned).status, 405);
}

#[test]
fn a_pull_request_is_refused_in_githubs_words() {
    let forge = GitHub::start();
    forge.repo(REPO);
    forge.pull_request(REPO, &NewPull { head: "x", ..NewPull::titled("x") });
    forge.commit(REPO, "same", &[("s", "s")], "s");
    let same = forge.head(REPO, "main");
    let api = Api::of(&forge, forge.job_token(REPO));
    let branch = json!({ "ref": "refs/heads/empty", "sha": same });
    assert_eq!(api.post("/repos/acme/core/git/refs", &branch).status, 201);
    let cases = [
        (("x", "main"), json!({ "code": "custom", "message": "A pull request already exists for acme:x." })),
        (("empty", "main"), json!({ "code": "custom", "message": "No commits between main and empty" })),
        (("none", "main"), json!({ "code": "invalid", "field": "head" })),
        (("same", "none"), json!({ "code": "invalid", "field": "base" })),
    ];
    for ((head, base), expected) in cases {
        let refused = api.post(PULLS, &json!({ "head": head, "base": base, "title": "t" }));
        assert_eq!((refused.status, refused.message()), (422, "Validation Failed"));
        let error = &refused.body["errors"][0];
        assert_eq!(error["resource"], "PullRequest");
        for (name, value) in expected.as_object().unwrap() {
            assert_eq!(&error[name], value, "{head} {base}");
        }
    }
}

#[test]
fn a_merge_that_waits_is_asked_for_in_graphql_and_happens_when_the_checks_have_passed() {
    let forge = GitHub::start();
    forge.repo(REPO);
    let pull = forge.pull_request(REPO, &NewPull::titled("x"));
    forge.protect_branch(REPO, "main", &["ci"]);
    let api = Api::of(&forge, forge.job_token(REPO));
    let state = || {
        let query = "{ repository(owner: \"acme\", name: \"core\") { pullRequest(number: 1) { id mergeable mergeStateStatus autoMergeRequest { enabledAt } } } }";
        api.graphql(query, &json!({})).body["data"]["repository"]["pullRequest"].clone()
    };
    let open = state();
    assert_eq!((text(&open, "mergeable"), text(&open, "mergeStateStatus")), ("MERGEABLE", "BLOCKED"));
    let mutation = "mutation($input: EnablePullRequestAutoMergeInput!) { enablePullRequestAutoMerge(input: $input) { clientMutationId } }";
    let input = |head: &str| json!({ "input": { "pullRequestId": text(&open, "id"), "expectedHeadOid": head, "mergeMethod": "SQUASH" } });
    let refused = api.graphql(mutation, &input("0123456789012345678901234567890123456789")).body;
    assert_eq!(text(&refused["errors"][0], "message"), "Expected head sha did not match current head sha.");
    let taken = api.graphql(mutation, &input(&pull.head)).body;
    assert!(taken.get("errors").is_none(), "{taken}");
    assert!(state()["autoMergeRequest"].is_object());
    forge.set_status(REPO, &pull.head, "ci", "success");
    assert!(forge.merged_as(REPO, 1).is_some());
}
