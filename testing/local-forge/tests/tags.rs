//! Tags by the API: races, many at once, and what they start.

#![expect(clippy::unwrap_used, reason = "a step of a test that fails has failed the test")]

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Method, Request};
use local_forge::{Dialect, Fault, LocalForge, Role, count};
use loopback::{Response, send};
use serde_json::{Value, json};

const REPO: &str = "acme/core";

fn gitea() -> LocalForge {
    let forge = LocalForge::start(Dialect::Gitea);
    forge.repo(REPO);
    forge
}

fn ask(forge: &LocalForge, token: &str, method: Method, path: &str, body: Option<Value>) -> Response {
    let address: SocketAddr = forge.url().trim_start_matches("http://").parse().unwrap();
    let path = format!("/api/v1/repos/{REPO}{path}");
    let request =
        Request::builder().method(method).uri(path).header("authorization", format!("token {token}"));
    let body = body.map_or_else(Bytes::new, |body| body.to_string().into());
    send(address, request.body(body).unwrap()).unwrap()
}

fn create(forge: &LocalForge, token: &str, name: &str, message: &str) -> Response {
    let body = json!({ "tag_name": name, "target": forge.head(REPO, "main"), "message": message });
    ask(forge, token, Method::POST, "/tags", Some(body))
}

fn statuses(answers: impl IntoIterator<Item = Response>) -> BTreeMap<u16, usize> {
    answers.into_iter().fold(BTreeMap::new(), |mut counts, answer| {
        *counts.entry(answer.status().as_u16()).or_default() += 1;
        counts
    })
}

#[test]
fn of_eight_creations_at_once_one_wins_and_seven_get_an_empty_500() {
    let forge = gitea();
    forge.widen_tag_race(Duration::from_millis(300));
    let token = forge.token(Role::Write);
    let answers: Vec<Response> = thread::scope(|scope| {
        let started: Vec<_> =
            (0..8).map(|_| scope.spawn(|| create(&forge, &token, "runtime-v1.0.0", "one"))).collect();
        started.into_iter().map(|creation| creation.join().unwrap()).collect()
    });
    let lost = answers.iter().find(|answer| answer.status() == 500).unwrap();
    let lost: Value = serde_json::from_slice(lost.body()).unwrap();
    assert_eq!(lost["message"], "");
    assert_eq!(statuses(answers), BTreeMap::from([(201, 1), (500, 7)]));
    assert_eq!(forge.tags(REPO).len(), 1);
}

#[test]
fn a_hook_lets_somebody_else_take_the_name_between_look_and_write() {
    let forge = gitea();
    let other = forge.commit(REPO, "main", &[("a", "1")], "other");
    forge.before("tags.create", {
        let other = other.clone();
        move |forge| drop(forge.tag(REPO, "runtime-v1.0.0", &other, None))
    });
    let answer = create(&forge, &forge.token(Role::Write), "runtime-v1.0.0", "ours");
    assert_eq!(answer.status(), 409);
    assert_eq!(forge.tags(REPO)["runtime-v1.0.0"].commit, other);
}

#[test]
fn after_a_lost_answer_the_tag_is_there() {
    let forge = gitea();
    forge.fail(Fault::cut("tags.create").after_the_effect());
    let head = forge.head(REPO, "main");
    let address: SocketAddr = forge.url().trim_start_matches("http://").parse().unwrap();
    let body = json!({ "tag_name": "v1.0.0", "target": head }).to_string();
    let request = Request::post(format!("/api/v1/repos/{REPO}/tags"))
        .header("authorization", format!("token {}", forge.token(Role::Write)));
    send(address, request.body(body.into()).unwrap()).unwrap_err();
    assert_eq!(forge.tags(REPO)["v1.0.0"].commit, head);
    assert_eq!(count(&forge.exchanges(), "tags.create"), 1);
}

#[test]
fn ten_thousand_tags_of_either_kind_are_made_in_time() {
    let forge = gitea();
    let head = forge.head(REPO, "main");
    let named = |prefix: &str| -> Vec<_> {
        (0..10_000).map(|number| (format!("{prefix}0.0.{number}"), head.clone())).collect()
    };
    let begun = Instant::now();
    forge.lightweight_tags(REPO, &named("light-v"));
    forge.annotated_tags(REPO, &named("runtime-v"), "Release");
    assert!(begun.elapsed() < Duration::from_secs(90), "{:?}", begun.elapsed());
    let found = ask(&forge, &forge.token(Role::Read), Method::GET, "/git/refs/tags/runtime-v", None);
    let found: Vec<Value> = serde_json::from_slice(found.body()).unwrap();
    assert_eq!(found.len(), 10_000);
    assert!(found.iter().all(|found| found["object"]["type"] == "tag"));
}

const PUBLISH: &str = "\
name: publish
run-name: publish ${{ inputs.version }}
on:
  push:
    tags: ['runtime-v*']
  workflow_dispatch:
    inputs: { version: { default: none } }
jobs:
  publish:
    runs-on: ubuntu-latest
    steps: []
";

#[test]
fn a_tag_by_a_person_starts_the_workflows_that_wait_for_it_and_a_jobs_tag_does_not() {
    let forge = gitea();
    forge.commit(REPO, "main", &[(".gitea/workflows/publish.yml", PUBLISH)], "ci: publish");
    assert_eq!(create(&forge, &forge.job_token(REPO), "runtime-v1.0.0", "m").status(), 201);
    assert!(forge.runs(REPO).is_empty());
    assert_eq!(create(&forge, &forge.token(Role::Write), "runtime-v1.0.1", "m").status(), 201);
    assert_eq!(create(&forge, &forge.token(Role::Write), "other-v1.0.1", "m").status(), 201);
    let runs = forge.runs(REPO);
    assert_eq!(runs.len(), 1);
    assert_eq!((runs[0].event.as_str(), runs[0].git_ref.as_str()), ("push", "refs/tags/runtime-v1.0.1"));
}

#[test]
fn a_job_may_dispatch_a_workflow_at_its_own_tag() {
    let forge = gitea();
    forge.commit(REPO, "main", &[(".gitea/workflows/publish.yml", PUBLISH)], "ci: publish");
    let token = forge.job_token(REPO);
    create(&forge, &token, "runtime-v1.0.0", "m");
    let body = json!({ "ref": "refs/tags/runtime-v1.0.0", "inputs": { "version": "1.0.0" } });
    let answer = ask(&forge, &token, Method::POST, "/actions/workflows/publish.yml/dispatches", Some(body));
    assert_eq!(answer.status(), 204);
    let run = forge.runs(REPO).pop().unwrap();
    assert_eq!((run.title.as_str(), run.actor.as_str()), ("publish 1.0.0", "gitea-actions"));
    assert_eq!(run.inputs, json!({ "version": "1.0.0" }));
}

#[test]
fn a_marker_in_the_tagged_commit_keeps_its_push_from_starting_anything() {
    let forge = gitea();
    forge.commit(REPO, "main", &[(".gitea/workflows/publish.yml", PUBLISH)], "ci: publish [skip ci]");
    create(&forge, &forge.token(Role::Write), "runtime-v1.0.0", "m");
    assert!(forge.runs(REPO).is_empty());
}
