//! A Gitea on its bad days.

#![expect(clippy::unwrap_used, reason = "a step of a test that fails has failed the test")]

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request};
use local_forge::{
    Access, Conclusion, Dialect, Fault, LocalForge, MergeStyle, NewPull, Permission, Permissions, Role,
    overload, round_trips,
};
use loopback::{Response, send};
use serde_json::{Value, json};

const REPO: &str = "acme/core";

fn gitea() -> LocalForge {
    let forge = LocalForge::start(Dialect::Gitea);
    forge.repo(REPO);
    forge
}

fn ask(forge: &LocalForge, token: &str, method: Method, path: &str, body: &Value) -> Response {
    let address: SocketAddr = forge.url().trim_start_matches("http://").parse().unwrap();
    let path = format!("/api/v1/repos/{REPO}{path}");
    let request =
        Request::builder().method(method).uri(path).header("authorization", format!("Bearer {token}"));
    let body = if body.is_null() { Bytes::new() } else { body.to_string().into() };
    send(address, request.body(body).unwrap()).unwrap()
}

fn get(forge: &LocalForge, path: &str) -> Response {
    ask(forge, &forge.token(Role::Write), Method::GET, path, &Value::Null)
}

fn tag(forge: &LocalForge, token: &str) -> Response {
    ask(forge, token, Method::POST, "/tags", &json!({ "tag_name": "v1.0.0", "target": "main" }))
}

fn message(answer: &Response) -> String {
    let body: Value = serde_json::from_slice(answer.body()).unwrap();
    body["message"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_lagging_lookup_finds_the_pull_request_only_after_some_tries() {
    let forge = gitea();
    let pull = forge.pull_request(REPO, &NewPull::titled("one"));
    let before = forge.merge(REPO, pull.number, MergeStyle::Squash);
    forge.lag_pull_lookup(2);
    let pull = forge.pull_request(REPO, &NewPull::titled("two"));
    let after = forge.merge(REPO, pull.number, MergeStyle::Squash);
    let lookup = |sha: &str| get(&forge, &format!("/commits/{sha}/pull")).status().as_u16();
    assert_eq!([lookup(&after), lookup(&before), lookup(&after)], [404, 200, 200]);
}

#[test]
fn a_lagging_list_of_closed_pull_requests_misses_the_latest_merge() {
    let forge = gitea();
    forge.lag_pull_lookup(1);
    let pull = forge.pull_request(REPO, &NewPull::titled("one"));
    forge.merge(REPO, pull.number, MergeStyle::Squash);
    let listed = || -> Vec<Value> {
        let answer = get(&forge, "/pulls?state=closed&sort=recentupdate&limit=50&page=1");
        serde_json::from_slice(answer.body()).unwrap()
    };
    assert!(listed().is_empty());
    assert_eq!(listed().len(), 1);
    // By number it is found all the while.
    forge.lag_pull_lookup(1);
    assert_eq!(get(&forge, "/pulls/1").status(), 200);
}

#[test]
fn expired_and_revoked_tokens_are_unauthorized() {
    let forge = gitea();
    let (expired, revoked) = (forge.job_token(REPO), forge.token(Role::Write));
    assert_eq!(ask(&forge, &expired, Method::GET, "", &Value::Null).status(), 200);
    forge.expire_token(&expired);
    forge.revoke_token(&revoked);
    for token in [expired, revoked] {
        assert_eq!(tag(&forge, &token).status(), 401);
    }
    assert!(forge.tags(REPO).is_empty());
}

#[test]
fn a_token_without_the_scope_is_told_which_one_is_missing() {
    let forge = gitea();
    let narrow = Permissions::none().with(Permission::Contents, Access::Read);
    let refused = tag(&forge, &forge.narrowed_token(Role::Write, narrow));
    assert_eq!(refused.status(), 403);
    assert!(message(&refused).contains("required=[write:repository], token scope=read:repository"));
}

#[test]
fn a_job_of_a_fork_may_comment_but_not_tag() {
    let forge = gitea();
    forge.pull_request(REPO, &NewPull::titled("one"));
    let permissions =
        Permissions::none().with(Permission::Contents, Access::Read).with(Permission::Issues, Access::Write);
    let token = forge.narrowed_job_token(REPO, permissions);
    assert_eq!(tag(&forge, &token).status(), 403);
    let comment = ask(&forge, &token, Method::POST, "/issues/1/comments", &json!({ "body": "preview" }));
    assert_eq!(comment.status(), 201);
    assert_eq!(forge.comments(REPO, 1)[0].author, "gitea-actions");
}

#[test]
fn a_job_without_actions_may_tag_but_not_dispatch() {
    let forge = gitea();
    drop(forge.hold_job(REPO, "hold.yml"));
    let permissions = Permissions::none().with(Permission::Contents, Access::Write);
    let token = forge.narrowed_job_token(REPO, permissions);
    assert_eq!(tag(&forge, &token).status(), 201);
    let path = "/actions/workflows/hold.yml/dispatches";
    assert_eq!(ask(&forge, &token, Method::POST, path, &json!({ "ref": "main" })).status(), 403);
}

#[test]
fn an_overloaded_forge_answers_again_when_the_load_is_over() {
    let forge = gitea();
    forge.fail(overload("repos.get").times(2));
    let status = || get(&forge, "").status().as_u16();
    assert_eq!([status(), status(), status()], [503, 503, 200]);
}

#[test]
fn faults_and_latency_are_counted_by_operation() {
    let forge = gitea();
    forge.set_latency(Duration::from_millis(20));
    forge.fail(Fault::status("tags.list", 500));
    assert_eq!(get(&forge, "").status(), 200);
    assert_eq!(get(&forge, "/tags").status(), 500);
    assert_eq!(round_trips(&forge.exchanges()), 2);
    assert_eq!(forge.exchanges()[1].operation, "tags.list");
}

#[test]
fn a_run_goes_on_for_as_long_as_it_was_told() {
    let forge = gitea();
    drop(forge.hold_job(REPO, "hold.yml"));
    forge.end_runs(Duration::from_secs(4), Conclusion::Failure);
    let path = "/actions/workflows/hold.yml/dispatches";
    ask(&forge, &forge.token(Role::Write), Method::POST, path, &json!({ "ref": "main" }));
    let status = || {
        let tasks: Value =
            serde_json::from_slice(get(&forge, "/actions/tasks?page=1&limit=1").body()).unwrap();
        tasks["workflow_runs"][0]["status"].as_str().unwrap().to_owned()
    };
    assert_eq!(status(), "running");
    std::thread::sleep(Duration::from_secs(4));
    assert_eq!(status(), "failure");
}

#[test]
fn labels_may_change_after_the_merge() {
    let forge = gitea();
    let pull = forge.pull_request(REPO, &NewPull { labels: &["release:patch"], ..NewPull::titled("one") });
    let merged = forge.merge(REPO, pull.number, MergeStyle::Merge);
    forge.set_labels(REPO, pull.number, &["release:major"]);
    let found: Value =
        serde_json::from_slice(get(&forge, &format!("/commits/{merged}/pull")).body()).unwrap();
    assert_eq!(found["labels"][0]["name"], "release:major");
}
