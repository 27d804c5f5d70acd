//! A job that is trusted for who it is.

use std::time::Duration;

use local_index::{Dialect, Fault, Job, Publisher};
use publish::upload::{Extent, UploadError};
use runner::{Diagnostic as _, Exit};

use crate::publishing::{PROJECT, Stage};

fn publisher(environment: Option<&str>) -> Publisher {
    Publisher {
        project: PROJECT.to_owned(),
        repository: "acme/core".to_owned(),
        workflow: "publish.yml".to_owned(),
        environment: environment.map(str::to_owned),
    }
}

fn job(environment: Option<&str>) -> Job {
    Job { environment: environment.map(str::to_owned), ..Job::new("acme/core", "publish.yml") }
}

/// PyPI, where the publisher is set up, and the job.
fn stage(expected: Option<&str>, job: Job) -> Stage {
    let stage = Stage::new(Dialect::PyPI);
    stage.index.trust(publisher(expected));
    stage.of_job(job)
}

/// What is said, with the hints.
fn told(stage: &Stage) -> (UploadError, String) {
    let error = stage.upload().unwrap_err();
    let sources = std::iter::successors(Some(&error as &dyn std::error::Error), |error| error.source());
    let said: Vec<_> = sources.map(ToString::to_string).chain(error.hints()).collect();
    let said = said.join("\n");
    assert_eq!(stage.sends(), 0, "{said}");
    for secret in stage.masked.lock().unwrap().iter() {
        assert!(!said.contains(secret.as_str()) && !format!("{error:?}").contains(secret.as_str()), "{said}");
    }
    (error, said)
}

#[test]
fn a_trusted_job_publishes_and_what_it_was_given_is_masked() {
    let stage = stage(Some("pypi-publish"), job(Some("pypi-publish"))).bound_to("pypi-publish");
    assert_eq!(stage.upload().unwrap().extent, Extent::All);
    assert!(stage.is_whole());
    let exchanges = stage.index.exchanges();
    let count = |operation| local_index::count(&exchanges, operation);
    assert_eq!([count("audience"), count("id-token"), count("mint"), count("upload")], [1, 1, 1, 2]);
    let masked = stage.masked.lock().unwrap();
    assert_eq!(masked.len(), 3, "the opener of id-tokens, the id-token, the minted token");
    assert!(masked[1].matches('.').count() == 2 && masked[2].starts_with("pypi-"), "{masked:?}");
}

#[test]
fn nothing_is_minted_when_nothing_is_to_be_sent() {
    let stage = stage(None, job(None));
    stage.upload().unwrap();
    stage.index.forget_exchanges();
    assert_eq!(stage.upload().unwrap().extent, Extent::None);
    assert_eq!(local_index::count(&stage.index.exchanges(), "mint"), 0);
}

#[test]
fn a_refused_mint_shows_the_claims_that_must_match() {
    let stage = stage(None, Job::new("acme/core", "release.yml"));
    let (error, said) = told(&stage);
    assert_eq!(error.exit(), Exit::Failed);
    for part in
        ["repository: `acme/core`", "workflow: `release.yml`", "environment: none", "invalid-publisher"]
    {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(said.contains("compare owner, repository"), "{said}");
}

#[test]
fn a_reusable_workflow_is_named_as_the_cause() {
    let shared = "acme/shared/.github/workflows/publish.yml@refs/heads/main";
    let job = Job { reusable_workflow: Some(shared.to_owned()), ..Job::new("acme/core", "ci.yml") };
    let (_, said) = told(&stage(None, job));
    assert!(said.contains(&format!("the job stands in the reusable workflow `{shared}`")), "{said}");
}

#[test]
fn a_job_outside_the_declared_environment_is_stopped_before_the_index_is_asked_to_trust_it() {
    for other in [None, Some("staging")] {
        let stage = stage(None, job(other)).bound_to("pypi-publish");
        let (error, said) = told(&stage);
        assert_eq!(error.exit(), Exit::BadInput);
        assert!(said.contains("put `environment: pypi-publish` on the job"), "{said}");
        assert_eq!(local_index::count(&stage.index.exchanges(), "mint"), 0);
    }
}

#[test]
fn a_job_without_an_identity_is_told_what_to_grant() {
    for (forge, environment, hint) in [
        (domain::Dialect::GitHub, &[("GITHUB_ACTIONS", "true")][..], "`permissions: id-token: write`"),
        (domain::Dialect::Gitea, &[("GITEA_ACTIONS", "true")][..], "`user` and `token`"),
        (domain::Dialect::GitHub, &[][..], "set `token`"),
    ] {
        let stage = Stage::new(Dialect::PyPI).trusted(environment).on(forge);
        let (error, said) = told(&stage);
        assert_eq!(error.exit(), Exit::BadInput);
        assert!(said.contains(hint), "{said}");
    }
}

#[test]
fn an_index_that_does_not_mint_is_told_apart_from_one_that_does_not_now() {
    let stage = stage(None, job(None));
    stage.index.fail(Fault::status("audience", 404));
    let (_, said) = told(&stage);
    assert!(said.contains("does not know Trusted Publishing") && said.contains("set `token`"), "{said}");
    stage.index.disable_trusted_publishing();
    let (_, said) = told(&stage);
    assert!(said.contains("switched off"), "{said}");
}

#[test]
fn each_try_has_an_id_token_of_its_own() {
    for fault in [
        Fault::cut("mint").after_the_effect(),
        Fault::status("mint", 502),
        Fault::status("mint", 500).after_the_effect(),
    ] {
        let stage = stage(None, job(None));
        stage.index.fail(fault);
        stage.upload().unwrap();
        assert!(stage.is_whole());
        let exchanges = stage.index.exchanges();
        assert_eq!(local_index::count(&exchanges, "id-token"), 2);
        let bodies: Vec<_> = exchanges
            .iter()
            .filter(|one| one.operation == "mint")
            .map(|one| one.request_body.clone())
            .collect();
        assert_eq!(bodies.len(), 2);
        assert_ne!(bodies[0], bodies[1]);
    }
}

#[test]
fn a_minted_token_is_renewed_before_it_ends() {
    let stage = stage(None, job(None));
    let clock = stage.clock.clone();
    stage.index.before("upload", move |_| clock.advance(Duration::from_mins(11)));
    stage.upload().unwrap();
    assert!(stage.is_whole());
    assert_eq!(local_index::count(&stage.index.exchanges(), "mint"), 2);
}

#[test]
fn a_first_release_of_a_pending_publisher_makes_the_project() {
    let stage = stage(None, job(None));
    assert!(!stage.index.projects().contains(&PROJECT.to_owned()));
    stage.upload().unwrap();
    assert!(stage.index.projects().contains(&PROJECT.to_owned()));
}
