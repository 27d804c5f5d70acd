//! Pull requests by REST.

use local_forge::{MergeStyle, NewPull};
use serde_json::{Value, json};

use crate::api::{Api, GitHub};

const REPO: &str = "acme/core";

#[test]
fn an_open_pull_request_has_a_trial_merge_that_is_not_where_it_will_be() {
    let forge = GitHub::start();
    forge.repo(REPO);
    let new = NewPull { labels: &["release:major"], author: "dependabot[bot]", ..NewPull::titled("Bump x") };
    let pull = forge.pull_request(REPO, &new);
    let api = Api::of(&forge, forge.job_token(REPO));
    let open = api.get("/repos/acme/core/pulls/1").body;
    assert_eq!((open["state"].as_str(), open["merged_at"].as_str()), (Some("open"), None));
    assert_eq!((open["mergeable"].as_bool(), open["mergeable_state"].as_str()), (Some(true), Some("clean")));
    assert_eq!(open["user"]["login"], "dependabot[bot]");
    assert_eq!(open["user"]["type"], "Bot");
    assert_eq!(open["labels"][0]["name"], "release:major");
    let trial = open["merge_commit_sha"].as_str().unwrap().to_owned();
    let listed = api.get("/repos/acme/core/pulls").body;
    assert_eq!(listed[0]["merge_commit_sha"], trial);

    let merged = forge.merge(REPO, pull.number, MergeStyle::Squash);
    assert_ne!(trial, merged);
    let closed = api.get("/repos/acme/core/pulls/1").body;
    assert_eq!(closed["merge_commit_sha"], merged.as_str());
    assert_eq!(closed["merged"], true);
    assert_eq!(closed["merged_by"]["login"], "dev");
    assert_eq!(api.get("/repos/acme/core/pulls?state=open").body, json!([]));
    assert_eq!(api.get("/repos/acme/core/pulls?state=closed").body.as_array().unwrap().len(), 1);
    assert_eq!(api.get("/repos/acme/core/pulls/2").status, 404);
}

#[test]
fn a_conflict_leaves_no_trial_merge() {
    let forge = GitHub::start();
    forge.repo(REPO);
    let new = NewPull { files: &[("same", "theirs")], ..NewPull::titled("x") };
    forge.pull_request(REPO, &new);
    forge.commit(REPO, "main", &[("same", "ours")], "ours");
    let api = Api::of(&forge, forge.job_token(REPO));
    let open = api.get("/repos/acme/core/pulls/1").body;
    assert_eq!((open["merge_commit_sha"].as_str(), open["mergeable_state"].as_str()), (None, Some("dirty")));
}

#[test]
fn the_commits_of_a_pull_request_are_those_of_its_branch() {
    let forge = GitHub::start();
    forge.repo(REPO);
    let pull = forge.pull_request(REPO, &NewPull { head: "x", commits: 3, ..NewPull::titled("x") });
    forge.merge(REPO, pull.number, MergeStyle::Rebase);
    let api = Api::of(&forge, forge.job_token(REPO));
    let commits = api.get("/repos/acme/core/pulls/1/commits?per_page=2");
    let subject = |commit: &Value| commit["commit"]["message"].as_str().unwrap().to_owned();
    let subjects: Vec<_> = commits.body.as_array().unwrap().iter().map(subject).collect();
    assert_eq!(subjects, ["x 0", "x 1"]);
    assert!(commits.header("link").unwrap().contains("rel=\"next\""));
    let last = api.get("/repos/acme/core/pulls/1/commits?per_page=2&page=2").body;
    assert_eq!(last[0]["sha"], pull.head.as_str());
}

#[test]
fn a_commit_of_a_branch_tells_its_merged_and_open_pull_requests_and_an_unknown_one_nothing() {
    let forge = GitHub::start();
    forge.repo(REPO);
    let pull = forge.pull_request(REPO, &NewPull { head: "x", ..NewPull::titled("x") });
    forge.merge(REPO, pull.number, MergeStyle::Squash);
    let api = Api::of(&forge, forge.job_token(REPO));
    let told = api.get(&format!("/repos/acme/core/commits/{}/pulls", pull.head)).body;
    assert_eq!(told[0]["number"], 1);
    let unknown = api.get("/repos/acme/core/commits/0123456789012345678901234567890123456789/pulls");
    assert_eq!(unknown.status, 422);
    assert_eq!(unknown.message(), "No commit found for SHA: 0123456789012345678901234567890123456789");
}

#[test]
fn a_pull_request_from_a_fork_names_the_fork_as_its_head() {
    let forge = GitHub::start();
    forge.repo(REPO);
    forge.pull_request(REPO, &NewPull { fork: Some("stranger"), head: "x", ..NewPull::titled("x") });
    let api = Api::of(&forge, forge.job_token(REPO));
    let open = api.get("/repos/acme/core/pulls/1").body;
    assert_eq!(open["head"]["label"], "stranger:x");
    assert_eq!(open["head"]["repo"]["full_name"], "stranger/core");
    assert_eq!(open["head"]["repo"]["fork"], true);
    assert_eq!(open["base"]["repo"]["full_name"], "acme/core");
}
