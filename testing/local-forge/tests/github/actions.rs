//! Dispatches and runs.

use std::time::Duration;

use local_forge::{Access, Conclusion, Permission, Permissions};
use serde_json::{Value, json};

use crate::api::{Api, GitHub};

const REPO: &str = "acme/core";
const DISPATCH: &str = "/repos/acme/core/actions/workflows/publish.yml/dispatches";
const WORKFLOW: &str = "name: Publish
run-name: Publish ${{ inputs.version }}
on:
  workflow_dispatch:
    inputs:
      version:
        default: none
jobs:
  publish:
    runs-on: ubuntu-latest
";

fn with_workflows() -> GitHub {
    let forge = GitHub::start();
    forge.repo(REPO);
    let files = [
        (".github/workflows/publish.yml", WORKFLOW),
        (".github/workflows/ci.yml", "on: pull_request\njobs: {}\n"),
    ];
    let commit = forge.commit(REPO, "main", &files, "workflows");
    forge.lightweight_tags(REPO, &[("v1.0.0".to_owned(), commit)]);
    forge
}

#[test]
fn a_workflow_starts_at_a_tag_and_tells_its_run_when_asked() {
    let forge = with_workflows();
    let api = Api::of(&forge, forge.job_token(REPO));
    let silent = api.post(DISPATCH, &json!({ "ref": "v1.0.0" }));
    assert_eq!((silent.status, silent.response.body().len()), (204, 0));
    let asked = json!({ "ref": "v1.0.0", "inputs": { "version": "1.0.0" }, "return_run_details": true });
    let told = api.post(DISPATCH, &asked);
    assert_eq!(told.status, 200, "{}", told.body);
    let runs = forge.runs(REPO);
    let run = runs.last().unwrap();
    assert_eq!(told.body["workflow_run_id"], run.id);
    assert_eq!(told.body["html_url"], format!("{}/acme/core/actions/runs/{}", forge.url(), run.id));
    assert_eq!((run.git_ref.as_str(), run.title.as_str()), ("refs/tags/v1.0.0", "Publish 1.0.0"));

    let of_tag =
        api.get("/repos/acme/core/actions/workflows/publish.yml/runs?branch=v1.0.0&per_page=20").body;
    assert_eq!(of_tag["total_count"], 2);
    let newest = &of_tag["workflow_runs"][0];
    assert_eq!((newest["id"].as_u64(), newest["head_branch"].as_str()), (Some(run.id), Some("v1.0.0")));
    assert_eq!(newest["actor"]["login"], "github-actions[bot]");
    let one = api.get(&format!("/repos/acme/core/actions/runs/{}", run.id)).body;
    assert_eq!((one["status"].as_str(), one["conclusion"].as_str()), (Some("completed"), Some("success")));
}

#[test]
fn the_newest_version_of_the_api_always_tells_the_run() {
    let forge = with_workflows();
    let api = Api::of(&forge, forge.job_token(REPO));
    let path = format!("/api/v3{DISPATCH}");
    let version = [("x-github-api-version", "2026-03-10")];
    let told = api.send(&http::Method::POST, &path, Some(&json!({ "ref": "main" })), &version);
    assert_eq!((told.status, told.body["workflow_run_id"].as_u64()), (200, Some(forge.runs(REPO)[0].id)));
}

#[test]
fn an_older_server_refuses_the_key_and_takes_the_rest() {
    let forge = with_workflows();
    forge.tell_no_dispatched_runs();
    let api = Api::of(&forge, forge.job_token(REPO));
    let refused = api.post(DISPATCH, &json!({ "ref": "main", "return_run_details": true }));
    assert_eq!(refused.status, 422);
    assert!(refused.message().contains("\"return_run_details\" is not a permitted key."));
    assert!(forge.runs(REPO).is_empty());
    assert_eq!(api.post(DISPATCH, &json!({ "ref": "main" })).status, 204);
    assert_eq!(forge.runs(REPO).len(), 1);
}

#[test]
fn a_dispatch_is_refused_in_githubs_words() {
    let forge = with_workflows();
    let api = Api::of(&forge, forge.job_token(REPO));
    let ci = "/repos/acme/core/actions/workflows/ci.yml/dispatches";
    let none = "/repos/acme/core/actions/workflows/none.yml/dispatches";
    let cases: [(&str, Value, u16, &str); 4] = [
        (DISPATCH, json!({ "ref": "v9" }), 422, "No ref found for: v9"),
        (
            DISPATCH,
            json!({ "ref": "main", "inputs": { "x": "1" } }),
            422,
            "Unexpected inputs provided: [\"x\"]",
        ),
        (ci, json!({ "ref": "main" }), 422, "Workflow does not have 'workflow_dispatch' trigger"),
        (none, json!({ "ref": "main" }), 404, "Not Found"),
    ];
    for (path, asked, status, message) in cases {
        let answer = api.post(path, &asked);
        assert_eq!((answer.status, answer.message()), (status, message));
    }
    let token = forge.narrowed_job_token(REPO, Permissions::none().with(Permission::Actions, Access::Read));
    let refused = Api::of(&forge, token).post(DISPATCH, &json!({ "ref": "main" }));
    assert_eq!(refused.header("x-accepted-github-permissions"), Some("actions=write"));
    assert!(forge.runs(REPO).is_empty());
}

#[test]
fn a_repository_dispatch_starts_what_waits_for_it_and_says_nothing_of_it() {
    let forge = GitHub::start();
    forge.repo(REPO);
    let text = "run-name: Bump [${{ github.event.client_payload.cascade_id }}]\non:\n  repository_dispatch:\n    types: [runtime-published]\njobs: {}\n";
    forge.commit(REPO, "main", &[(".github/workflows/bump.yml", text)], "bump");
    forge.end_runs(Duration::ZERO, Conclusion::Failure);
    let api = Api::of(&forge, forge.job_token(REPO));
    let path = "/repos/acme/core/dispatches";
    let payload = json!({ "event_type": "runtime-published", "client_payload": { "cascade_id": "c1" } });
    assert_eq!(api.post(path, &payload).status, 204);
    assert_eq!(api.post(path, &json!({ "event_type": "other" })).status, 204);
    let listed = api.get("/repos/acme/core/actions/runs?event=repository_dispatch&created=%3E%3D2026-01-01T00:00:00Z&per_page=100");
    assert_eq!(listed.body["total_count"], 1);
    let run = &listed.body["workflow_runs"][0];
    assert_eq!(
        (run["display_title"].as_str(), run["conclusion"].as_str()),
        (Some("Bump [c1]"), Some("failure"))
    );
    let later = api.get("/repos/acme/core/actions/runs?created=%3E%3D2030-01-01T00:00:00Z").body;
    assert_eq!(later["total_count"], 0);
}

#[test]
fn a_repository_dispatch_has_its_limits() {
    let forge = GitHub::start();
    forge.repo(REPO);
    let api = Api::of(&forge, forge.job_token(REPO));
    let many: serde_json::Map<String, Value> = (0..11).map(|index| (format!("k{index}"), json!(1))).collect();
    for asked in [
        json!({ "event_type": "x".repeat(101) }),
        json!({ "event_type": "x", "client_payload": many }),
        json!({ "event_type": "x", "client_payload": { "k": "x".repeat(65_536) } }),
    ] {
        assert_eq!(api.post("/repos/acme/core/dispatches", &asked).status, 422);
    }
    // What was asked here is wrong on purpose.
    forge.forget_exchanges();
}
