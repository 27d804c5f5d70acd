//! Two cascades at the same targets: every target ends at the later version.

use crate::stage::{Stage, template};

fn tell(stage: &Stage, version: &str, repos: &str) -> crate::ran::Ran {
    stage.run_with(&[("version", version), ("token", &stage.token), ("repos", repos)])
}

on_both! {
    fn a_version_that_comes_too_late_is_not_told(stage: &Stage) {
        let repo = stage.template("hermes");
        tell(stage, "1.5.0", &repo).succeeds();
        let ran = tell(stage, "1.4.0", &repo).succeeds();
        assert_eq!(ran.state(&repo), "superseded");
        assert_eq!(stage.last_told(&repo), "1.5.0");
        assert_eq!(ran.output("skipped"), repo);
    }

    fn a_rollback_is_told_and_told_once(stage: &Stage) {
        let repo = stage.template("hermes");
        tell(stage, "1.4.0", &repo).succeeds();
        tell(stage, "1.5.0", &repo).succeeds();
        for _ in 0..2 {
            stage.run(&[("repos", &repo), ("allow-downgrade", "1.4.0")]).succeeds();
            assert_eq!(stage.last_told(&repo), "1.4.0");
        }
        assert_eq!(stage.told(&repo).len(), 3);
    }

    fn a_version_that_overtakes_between_look_and_telling_is_told_last(stage: &Stage) {
        let repo = stage.template("hermes");
        let id = tell(stage, "1.5.0", &stage.template("crewai")).succeeds().output("cascade-id").to_owned();
        // 1.5.0 is told while 1.4.0 is on its way: the forge gets it first
        let operation = stage.pick("repos.dispatch", "workflows.dispatch");
        let (target, is_github) = (repo.clone(), stage.pick(true, false));
        stage.forge.before(operation, move |forge| {
            let payload = serde_json::json!({ "runtime_version": "1.5.0", "cascade_id": id, "source": crate::stage::SOURCE });
            if is_github {
                forge.send_event(&target, "runtime-published", &payload);
            } else {
                forge.dispatch(&target, "publish-image.yml", &[("runtime_version", "1.5.0"), ("cascade_id", &id)]);
            }
        });
        let ran = tell(stage, "1.4.0", &repo).succeeds();
        assert_eq!(ran.state(&repo), "superseded", "{}", ran.log);
        assert_eq!(stage.last_told(&repo), "1.5.0");
    }

    fn cascades_at_the_same_time_end_with_every_target_at_the_later_version(stage: &Stage) {
        let repos = stage.templates();
        let list = repos.join(",");
        stage.forge.set_latency(std::time::Duration::from_millis(30));
        let token = stage.token.clone();
        let start = |version| stage.started(&[("version", version), ("token", &token), ("repos", &list)]);
        let (earlier, later) = (start("1.4.0"), start("1.5.0"));
        earlier.ends(stage).succeeds();
        later.ends(stage).succeeds();
        for repo in &repos {
            assert_eq!(stage.last_told(repo), "1.5.0", "{repo}: {:?}", stage.told(repo));
        }
    }

    fn bumps_at_the_same_time_end_with_one_pull_request_of_the_later_version(stage: &Stage) {
        stage.forge.repo("acme/server");
        stage.forge.commit("acme/server", "main", &[(".runtime-version", "1.3.0\n")], "feat: pin");
        stage.forge.set_latency(std::time::Duration::from_millis(30));
        let token = stage.token.clone();
        let start = |version| {
            stage.started(&[("version", version), ("token", &token), ("repos", "acme/server"), ("mode", "bump-pr")])
        };
        let (earlier, later) = (start("1.4.0"), start("1.5.0"));
        earlier.ends(stage).succeeds();
        later.ends(stage).succeeds();
        let pulls = stage.forge.pulls("acme/server");
        let open: Vec<_> = pulls.iter().filter(|pull| pull.open).map(|pull| pull.head.as_str()).collect();
        assert_eq!(open, ["bump/runtime-1.5.0"]);
    }

    fn a_run_that_is_killed_half_way_is_taken_up_again(stage: &Stage) {
        let repos: Vec<String> = (0..40).map(|number| format!("acme/template-{number}")).collect();
        for repo in &repos {
            stage.receiver(repo);
        }
        let list = repos.join(",");
        let token = stage.token.clone();
        stage.forge.set_latency(std::time::Duration::from_millis(20));
        let inputs = [("version", "1.4.0"), ("token", token.as_str()), ("repos", list.as_str()), ("concurrency", "4")];
        let started = stage.started(&inputs);
        while stage.writes() < 15 {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        started.kill();
        std::thread::sleep(std::time::Duration::from_millis(200));
        let half = repos.iter().filter(|repo| !stage.told(repo).is_empty()).count();
        assert!((10..40).contains(&half), "{half}");
        stage.run_with(&inputs).succeeds();
        assert!(repos.iter().all(|repo| stage.told(repo).len() == 1));
    }

    fn another_source_has_cascades_of_its_own(stage: &Stage) {
        let repo = stage.template("hermes");
        tell(stage, "1.5.0", &repo).succeeds();
        stage.run(&[("repos", &repo), ("source", "acme/other")]).succeeds();
        assert_eq!(stage.last_told(&repo), "1.4.0");
        assert_eq!(template("hermes"), repo);
    }
}
