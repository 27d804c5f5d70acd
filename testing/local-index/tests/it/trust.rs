//! Trusted publishing, from the job to the token.

use std::time::Duration;

use http::{Request, header};
use local_index::{Dialect, Job, LocalIndex, Publisher, wheel};
use serde_json::json;

use crate::client::{Upload, address, get, json, post_json};

fn publisher(environment: Option<&str>) -> Publisher {
    Publisher {
        project: "alpha".into(),
        repository: "acme/core".into(),
        workflow: "publish.yml".into(),
        environment: environment.map(str::to_owned),
    }
}

/// What a job gets when it asks for an id-token.
fn id_token(index: &LocalIndex, job: Job) -> String {
    let source = index.run_job(job);
    let path = format!("{}&audience=pypi", source.url.replace(&index.url(), ""));
    let request = Request::get(path)
        .header(header::AUTHORIZATION, format!("bearer {}", source.token))
        .body(bytes::Bytes::new())
        .unwrap();
    let answer = loopback::send(address(index), request).unwrap();
    json(&answer)["value"].as_str().unwrap().to_owned()
}

fn mint(index: &LocalIndex, id_token: &str) -> Result<String, String> {
    let body = json!({ "token": id_token }).to_string();
    let answer = post_json(index, "/_/oidc/mint-token", &body);
    let status = answer.status();
    let answer = json(&answer);
    if status == 200 {
        assert_eq!(answer["success"], true);
        return Ok(answer["token"].as_str().unwrap().to_owned());
    }
    assert_eq!(status, 422);
    Err(answer["errors"][0]["code"].as_str().unwrap().to_owned())
}

fn upload(index: &LocalIndex, project: &str, token: &str) -> u16 {
    let sample = wheel(project, "1.0");
    let upload = Upload { sample: &sample, project, version: "1.0", user: "__token__", token, fields: &[] };
    upload.send(index).status().as_u16()
}

#[test]
fn a_trusted_job_gets_a_token_for_its_project_alone_and_for_a_while() {
    let index = LocalIndex::start(Dialect::PyPI);
    index.trust(publisher(Some("pypi-publish")));
    assert_eq!(json(&get(&index, "/_/oidc/audience", "*/*")), json!({ "audience": "pypi" }));

    let job = Job { environment: Some("pypi-publish".into()), ..Job::new("acme/core", "publish.yml") };
    let token = mint(&index, &id_token(&index, job)).unwrap();
    assert_eq!(upload(&index, "beta", &token), 403);
    assert_eq!(upload(&index, "alpha", &token), 200);
    index.pass(Duration::from_secs(901));
    assert_eq!(upload(&index, "alpha", &token), 403);
}

#[test]
fn an_id_token_is_good_for_one_token() {
    let index = LocalIndex::start(Dialect::PyPI);
    index.trust(publisher(None));
    let id_token = id_token(&index, Job::new("acme/core", "publish.yml"));
    mint(&index, &id_token).unwrap();
    assert_eq!(mint(&index, &id_token).unwrap_err(), "invalid-reuse-token");
}

#[test]
fn a_job_that_nobody_trusts_gets_no_token() {
    let index = LocalIndex::start(Dialect::PyPI);
    index.trust(publisher(Some("pypi-publish")));
    let fitting = Job { environment: Some("pypi-publish".into()), ..Job::new("acme/core", "publish.yml") };
    let called = Some("acme/actions/.github/workflows/publish.yml@refs/tags/v1".to_owned());
    for job in [
        Job { environment: None, ..fitting.clone() },
        Job { repository: "acme/fork".into(), ..fitting.clone() },
        Job { workflow: "other.yml".into(), ..fitting.clone() },
        Job { reusable_workflow: called, ..fitting.clone() },
    ] {
        assert_eq!(mint(&index, &id_token(&index, job.clone())).unwrap_err(), "invalid-publisher", "{job:?}");
    }
    mint(&index, &id_token(&index, fitting)).unwrap();
}

#[test]
fn what_is_no_id_token_of_the_issuer_is_refused() {
    let index = LocalIndex::start(Dialect::PyPI);
    index.trust(publisher(None));
    assert_eq!(mint(&index, "a.b.c").unwrap_err(), "invalid-token");
    let ended = Job { claims: [("exp".to_owned(), json!(1))].into(), ..Job::new("acme/core", "publish.yml") };
    assert_eq!(mint(&index, &id_token(&index, ended)).unwrap_err(), "invalid-token");
    let other =
        Job { claims: [("aud".to_owned(), json!("else"))].into(), ..Job::new("acme/core", "publish.yml") };
    assert_eq!(mint(&index, &id_token(&index, other)).unwrap_err(), "invalid-token");
    let answer = post_json(&index, "/_/oidc/mint-token", "[]");
    assert_eq!(json(&answer)["errors"][0]["code"], "invalid-payload");
}

#[test]
fn only_a_running_job_gets_an_id_token() {
    let index = LocalIndex::start(Dialect::PyPI);
    let request = Request::get("/_/id-token?audience=pypi").header(header::AUTHORIZATION, "bearer guessed");
    let answer = loopback::send(address(&index), request.body(bytes::Bytes::new()).unwrap()).unwrap();
    assert_eq!(answer.status(), 401);
}

#[test]
fn a_pending_publisher_makes_its_project_unless_somebody_else_did() {
    let index = LocalIndex::start(Dialect::PyPI);
    index.trust(publisher(None));
    index.new_project("alpha");
    let job = Job::new("acme/core", "publish.yml");
    assert_eq!(mint(&index, &id_token(&index, job.clone())).unwrap_err(), "invalid-pending-publisher");

    let index = LocalIndex::start(Dialect::PyPI);
    index.trust(publisher(None));
    mint(&index, &id_token(&index, job.clone())).unwrap();
    assert_eq!(index.projects(), ["alpha"]);
    mint(&index, &id_token(&index, job)).unwrap();
}

#[test]
fn trusted_publishing_can_be_off_and_gitea_has_none() {
    let index = LocalIndex::start(Dialect::PyPI);
    index.trust(publisher(None));
    let id_token = id_token(&index, Job::new("acme/core", "publish.yml"));
    index.disable_trusted_publishing();
    assert_eq!(get(&index, "/_/oidc/audience", "*/*").status(), 403);
    assert_eq!(mint(&index, &id_token).unwrap_err(), "not-enabled");
    let index = LocalIndex::start(Dialect::Gitea);
    assert_eq!(get(&index, "/_/oidc/audience", "*/*").status(), 404);
}
