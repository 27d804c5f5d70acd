//! That the image which came of a target's run holds the release.

use std::time::{Duration, Instant};

use local_forge::{Conclusion, MergeStyle};
use local_registry::{Door, Fault, LocalRegistry, count};
use serde_json::Value;

use crate::ran::Ran;
use crate::stage::{Stage, template};

const LABEL: &str = "org.opencontainers.image.version";

/// A registry in which the images of these runtimes hold these versions.
fn registry(images: &[(&str, &str)]) -> LocalRegistry {
    let registry = LocalRegistry::start(Door::Open);
    for (runtime, version) in images {
        push(&registry, runtime, version);
    }
    registry
}

fn push(registry: &LocalRegistry, runtime: &str, version: &str) -> String {
    registry.push(&repository(runtime), "latest", &[(LABEL, version)])
}

fn repository(runtime: &str) -> String {
    format!("molecule-ai/workspace-template-{runtime}")
}

/// What `receipt-image` is for this registry.
fn images(registry: &LocalRegistry) -> String {
    format!("{}/{{owner}}/workspace-template-{{runtime}}:latest", registry.address())
}

/// Makes templates whose runs end well, and soon.
fn templates(stage: &Stage, runtimes: &[&str]) -> String {
    stage.forge.end_runs(Duration::from_millis(50), Conclusion::Success);
    runtimes.iter().map(|runtime| stage.template(runtime)).collect::<Vec<_>>().join(",")
}

/// A run that asks for the receipts of these targets.
fn run(stage: &Stage, repos: &str, registry: &LocalRegistry, more: &[(&str, &str)]) -> Ran {
    let images = images(registry);
    let mut inputs =
        vec![("repos", repos), ("receipt", "true"), ("receipt-image", &*images), ("receipt-timeout", "1")];
    inputs.push(("wait", "concluded"));
    inputs.extend(more);
    stage.run(&inputs)
}

/// The receipt of a target, in the output of that name.
#[track_caller]
fn receipt(ran: &Ran, repo: &str) -> Value {
    let receipts: Vec<Value> = serde_json::from_str(ran.output("receipts")).unwrap();
    let found = receipts.iter().find(|receipt| receipt["target"] == repo);
    found.unwrap_or_else(|| panic!("there is no receipt of `{repo}`: {receipts:#?}")).clone()
}

on_both! {
    fn a_release_is_followed_into_the_image_of_each_target(stage: &Stage) {
        let (repos, registry) = (templates(stage, &["hermes", "crewai"]), registry(&[("hermes", "1.4.0"), ("crewai", "1.4")]));
        let digest = push(&registry, "hermes", "1.4.0");
        let ran = run(stage, &repos, &registry, &[]).succeeds();
        let hermes = receipt(&ran, &template("hermes"));
        let image = format!("{}/{}", registry.address(), repository("hermes"));
        for (name, expected) in [
            ("version", "1.4.0"), ("state", "proven"), ("runtime", "1.4.0"), ("digest", &digest), ("what", ""),
            ("image", &format!("{image}:latest")), ("cascade-id", ran.output("cascade-id")),
            ("mode", stage.pick("repository-dispatch", "workflow-dispatch")),
        ] {
            assert_eq!(hermes[name], expected, "{name}");
        }
        assert_eq!(hermes["runs"], ran.target(&template("hermes"))["links"]);
        assert_eq!(receipt(&ran, &template("crewai"))["state"], "proven");
        assert_eq!(ran.target(&template("hermes"))["receipt"]["digest"], *digest);
        assert!(ran.summary.contains("### Receipts") && ran.summary.contains(&format!("`{image}@{digest}`")), "{}", ran.summary);
        ran.says(&format!("; its image {image}@{digest} holds 1.4.0"));
    }

    fn an_image_that_still_holds_the_old_runtime_fails_its_target_and_no_other(stage: &Stage) {
        let (repos, registry) = (templates(stage, &["hermes", "crewai"]), registry(&[("hermes", "1.3.0"), ("crewai", "1.4.0")]));
        let ran = run(stage, &repos, &registry, &[]).exits(4).says("still holds the runtime 1.3.0, and not 1.4.0");
        let hermes = template("hermes");
        assert_eq!(ran.state(&hermes), "failed: old-runtime");
        assert_eq!((ran.output("failed-targets"), ran.output("dispatched")), (&*hermes, &*template("crewai")));
        let held = receipt(&ran, &hermes);
        assert_eq!((held["state"].as_str(), held["runtime"].as_str()), (Some("failed"), Some("1.3.0")));
        assert!(held["digest"].as_str().unwrap().starts_with("sha256:"));
        assert!(!held["runs"][0].as_str().unwrap().is_empty());
        // the retry finds the run, and the image that is right by then
        push(&registry, "hermes", "1.4.0");
        let again = run(stage, &repos, &registry, &[("only", ran.output("failed-targets"))]).succeeds();
        assert_eq!((again.state(&hermes).as_str(), stage.told(&hermes).len()), ("concluded", 1));
        assert_eq!(receipt(&again, &hermes)["state"], "proven");
    }

    fn an_image_that_does_not_say_what_is_inside_is_a_failure(stage: &Stage) {
        let (repos, registry) = (templates(stage, &["hermes", "crewai"]), registry(&[("crewai", "main")]));
        registry.push(&repository("hermes"), "latest", &[("org.opencontainers.image.revision", "abc")]);
        let ran = run(stage, &repos, &registry, &[("receipt-timeout", "0")]).exits(1).says(&format!("it has no label `{LABEL}`"));
        assert_eq!(ran.state(&template("hermes")), "failed: no-label");
        assert_eq!(ran.state(&template("crewai")), "failed: no-label");
        ran.says("has `main` as label");
    }

    fn an_image_that_is_not_there_is_a_failure(stage: &Stage) {
        let (repo, registry) = (templates(stage, &["hermes"]), registry(&[("crewai", "1.4.0")]));
        let ran = run(stage, &repo, &registry, &[]).exits(1).says("has no image");
        assert_eq!(ran.state(&repo), "failed: no-image");
        assert_eq!(receipt(&ran, &repo)["digest"], Value::Null);
    }

    fn a_registry_that_is_down_is_a_failure_and_the_target_was_told_all_the_same(stage: &Stage) {
        let (repo, registry) = (templates(stage, &["hermes"]), registry(&[]));
        let away = images(&registry);
        drop(registry);
        let ran = stage.run(&[
            ("repos", &*repo), ("receipt", "true"), ("receipt-image", &*away), ("receipt-timeout", "0"), ("wait", "concluded"),
        ]);
        let ran = ran.exits(1).says("holds is not known: could not ask the registry");
        assert_eq!((ran.state(&repo).as_str(), stage.told(&repo).len()), ("failed: unread-image", 1));
        assert_eq!(receipt(&ran, &repo)["state"], "failed");
    }

    fn a_registry_that_fails_for_a_while_is_asked_again(stage: &Stage) {
        let (repo, registry) = (templates(stage, &["hermes"]), registry(&[("hermes", "1.4.0")]));
        registry.fail(Fault::status("GET manifest", 502).times(5));
        registry.fail(Fault::status("GET manifest", 429).header("retry-after", "1"));
        let ran = run(stage, &repo, &registry, &[("receipt-timeout", "120")]).succeeds();
        assert_eq!((receipt(&ran, &repo)["state"].as_str(), registry.waiting_faults()), (Some("proven"), 0));
    }

    fn a_registry_that_lags_behind_the_run_is_waited_for(stage: &Stage) {
        let (repo, registry) = (templates(stage, &["hermes"]), registry(&[("hermes", "1.3.0")]));
        let images = images(&registry);
        let started = stage.started(&[
            ("version", "1.4.0"), ("token", &stage.token), ("repos", &repo), ("wait", "concluded"),
            ("receipt", "true"), ("receipt-image", &images), ("receipt-timeout", "120"),
        ]);
        let begun = Instant::now();
        while count(&registry.exchanges(), "GET stored") == 0 && begun.elapsed() < Duration::from_mins(1) {
            std::thread::sleep(Duration::from_millis(20));
        }
        push(&registry, "hermes", "1.4.0");
        let ran = started.ends(stage).succeeds();
        assert_eq!(receipt(&ran, &repo)["state"], "proven");
    }

    fn who_asks_a_private_registry_is_found_as_refresh_images_finds_it(stage: &Stage) {
        let (repo, registry) = (templates(stage, &["hermes"]), LocalRegistry::start(Door::Basic));
        push(&registry, "hermes", "1.4.0");
        let ran = run(stage, &repo, &registry, &[]).exits(1).says("asked without credentials").says("docker login");
        assert_eq!(ran.state(&repo), "failed: unread-image");
        stage.write("config.json", &format!("{{\"auths\":{{\"{}\":{{\"auth\":\"bWU6cGFzcw==\"}}}}}}", registry.address()));
        let folder = stage.path("");
        for login in [
            &[("GHCR_USER", "me"), ("GHCR_TOKEN", "pass")][..],
            &[("registry-user", "me"), ("registry-token", "pass")],
            &[("DOCKER_CONFIG", folder.to_str().unwrap())],
        ] {
            let ran = run(stage, &repo, &registry, login).succeeds();
            assert_eq!(receipt(&ran, &repo)["state"], "proven", "{login:?}");
        }
        let wrong = [("registry-user", "me"), ("registry-token", "wrong")];
        run(stage, &repo, &registry, &wrong).exits(1).says("with the credentials of this host");
        run(stage, &repo, &registry, &[("registry-user", "me")]).exits(2).says("`GHCR_TOKEN`");
    }

    fn a_later_release_in_the_image_is_no_failure_unless_going_back_was_meant(stage: &Stage) {
        let (repo, registry) = (templates(stage, &["hermes"]), registry(&[("hermes", "1.5.0")]));
        let ran = run(stage, &repo, &registry, &[]).succeeds();
        let later = receipt(&ran, &repo);
        assert_eq!((later["state"].as_str(), later["runtime"].as_str()), (Some("later"), Some("1.5.0")));
        let back = run(stage, &repo, &registry, &[("allow-downgrade", "1.4.0")]).exits(1);
        assert_eq!(back.state(&repo), "failed: old-runtime");
    }

    fn a_pull_request_that_is_not_merged_has_no_receipt_and_says_so(stage: &Stage) {
        let (repo, registry) = (template("hermes"), registry(&[("hermes", "1.3.0")]));
        stage.forge.repo(&repo);
        stage.forge.commit(&repo, "main", &[(".runtime-version", "1.3.0\n")], "feat: pin");
        let ran = run(stage, &repo, &registry, &[("mode", "bump-pr")]).succeeds();
        assert_eq!(ran.state(&repo), "opened");
        assert_eq!(receipt(&ran, &repo)["state"], "none");
        assert_eq!(registry.exchanges().len(), 0);
        let ran = ran.says("; no receipt: its pull request is not merged");
        assert!(ran.summary.contains("its pull request is not merged"), "{}", ran.summary);

        stage.forge.merge(&repo, 1, MergeStyle::Squash);
        push(&registry, "hermes", "1.4.0");
        let merged = run(stage, &repo, &registry, &[("mode", "bump-pr")]).succeeds();
        assert_eq!((merged.state(&repo).as_str(), &receipt(&merged, &repo)["state"]), ("pinned", &Value::from("proven")));
        // what pushes the image then was not followed, and gets the time of a run
        push(&registry, "hermes", "1.3.0");
        let old = run(stage, &repo, &registry, &[("mode", "bump-pr"), ("wait-timeout", "2")]).exits(1);
        assert_eq!(old.state(&repo), "failed: old-runtime");
    }

    fn a_run_that_ends_badly_has_no_receipt(stage: &Stage) {
        let (repo, registry) = (stage.template("hermes"), registry(&[("hermes", "1.4.0")]));
        stage.forge.end_runs(Duration::from_millis(50), Conclusion::Failure);
        let ran = run(stage, &repo, &registry, &[]).exits(1);
        assert_eq!(ran.state(&repo), "failed: run-failed");
        assert_eq!((receipt(&ran, &repo)["state"].as_str(), registry.exchanges().len()), (Some("none"), 0));
    }

    fn the_manifest_names_images_and_targets_that_have_none(stage: &Stage) {
        let repo = templates(stage, &["hermes"]);
        stage.receiver("acme/server");
        stage.receiver("acme/worker");
        let registry = registry(&[("hermes", "1.4.0")]);
        registry.push("acme/worker-image", "edge", &[(LABEL, "1.4.0")]);
        stage.write("cascade.toml", &format!(
            "[[targets]]\nrepo = \"{repo}\"\n[[targets]]\nrepo = \"acme/server\"\nimage = false\n[[targets]]\nrepo = \"acme/worker\"\nimage = \"{}/acme/worker-image:edge\"\n",
            registry.address()
        ));
        let ran = run(stage, "", &registry, &[("manifest", "cascade.toml")]).succeeds();
        let states = [&*repo, "acme/server", "acme/worker"].map(|repo| receipt(&ran, repo)["state"].clone());
        assert_eq!(states, ["proven", "none", "proven"].map(Value::from));
        ran.says("the manifest says that it builds no image");
    }

    fn a_discovered_target_whose_name_tells_no_image_is_a_failure(stage: &Stage) {
        stage.forge.end_runs(Duration::from_millis(50), Conclusion::Success);
        stage.receiver("molecule-ai/odd");
        let registry = registry(&[]);
        let ran = run(stage, "", &registry, &[("organization", "molecule-ai"), ("pattern", "odd")]);
        let ran = ran.exits(1).says("which image `molecule-ai/odd` builds is not told by its name");
        assert_eq!(ran.state("molecule-ai/odd"), "failed: unknown-image");
        assert_eq!(stage.told("molecule-ai/odd").len(), 1);
    }

    fn a_run_that_is_ended_while_an_image_is_awaited_says_that_it_was_not_seen(stage: &Stage) {
        let (repo, registry) = (templates(stage, &["hermes"]), registry(&[("hermes", "1.3.0")]));
        let images = images(&registry);
        let started = stage.started(&[
            ("version", "1.4.0"), ("token", &stage.token), ("repos", &repo), ("wait", "concluded"),
            ("receipt", "true"), ("receipt-image", &images), ("receipt-timeout", "600"),
        ]);
        let begun = Instant::now();
        while count(&registry.exchanges(), "GET stored") == 0 && begun.elapsed() < Duration::from_mins(1) {
            std::thread::sleep(Duration::from_millis(20));
        }
        started.signal("TERM");
        let ran = started.ends(stage).exits(1).says("the run was ended before its image was seen");
        assert_eq!((ran.state(&repo).as_str(), ran.output("failed-targets")), ("failed: interrupted", &*repo));
    }

    fn without_being_asked_for_there_are_no_receipts(stage: &Stage) {
        let repo = templates(stage, &["hermes"]);
        let ran = stage.run(&[("repos", &repo), ("wait", "concluded")]).succeeds();
        assert_eq!((ran.output("receipts"), &ran.target(&repo)["receipt"]), ("[]", &Value::Null));
        assert!(!ran.summary.contains("Receipts"), "{}", ran.summary);
    }

    fn receipts_that_cannot_be_are_refused_before_anything_is_sent(stage: &Stage) {
        for (inputs, told) in [
            (&[("receipt", "true")][..], "`wait` is not `concluded`"),
            (&[("receipt", "true"), ("wait", "none")], "`wait` is not `concluded`"),
            (&[("receipt", "true"), ("wait", "concluded"), ("repos", "acme/server")], "which image `acme/server` builds"),
            (&[("receipt-image", "ghcr.io/acme/app:latest")], "{runtime}"),
            (&[("receipt", "true"), ("wait", "concluded"), ("registry-token", "not-a-user")], "`GHCR_USER`"),
        ] {
            stage.run(inputs).exits(2).says(told);
        }
        assert_eq!(stage.forge.exchanges().len(), 0);
    }
}
