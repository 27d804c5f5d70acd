//! Answers that never come: the run is looked for, and nothing is told twice.

use std::time::Duration;

use local_forge::{Conclusion, Fault, secondary_limit};

use crate::stage::Stage;

fn telling(stage: &Stage) -> &'static str {
    stage.pick("repos.dispatch", "workflows.dispatch")
}

on_both! {
    fn an_answer_that_is_lost_after_the_effect_leads_to_one_run(stage: &Stage) {
        let repo = stage.template("hermes");
        for (version, fault) in [
            ("1.4.1", Fault::cut(telling(stage)).after_the_effect()),
            ("1.4.2", Fault::status(telling(stage), 500).after_the_effect()),
            ("1.4.3", Fault::status(telling(stage), 502).after_the_effect()),
        ] {
            let before = stage.told(&repo).len();
            stage.forge.fail(fault);
            let ran = stage.run(&[("repos", &repo), ("version", version), ("observation", "3")]).succeeds();
            assert_eq!(stage.told(&repo).len(), before + 1, "{}", ran.log);
            assert_eq!(ran.state(&repo), "started");
        }
    }

    fn a_run_that_is_shown_late_is_waited_for_and_not_told_again(stage: &Stage) {
        let repo = stage.template("hermes");
        stage.forge.lag_run_lists(4);
        stage.forge.fail(Fault::cut(telling(stage)).after_the_effect());
        stage.run(&[("repos", &repo)]).succeeds();
        assert_eq!(stage.told(&repo).len(), 1);
    }

    fn while_runs_cannot_be_seen_nobody_is_told(stage: &Stage) {
        let repo = stage.template("hermes");
        for fault in [Fault::status(stage.pick("runs.list", "runs.tasks"), 403).body("{}"), Fault::status(stage.pick("runs.list", "runs.tasks"), 200).body("[[")] {
            stage.forge.fail(fault.times(1000));
            let ran = stage.run(&[("repos", &repo)]).exits(1);
            assert_eq!(ran.state(&repo), "failed: forge");
            assert_eq!(stage.told(&repo).len(), 0);
            stage.forge.calm();
        }
        stage.run(&[("repos", &repo)]).succeeds();
        assert_eq!(stage.told(&repo).len(), 1);
    }

    fn a_run_that_cannot_be_seen_after_it_was_told_is_adopted_later(stage: &Stage) {
        let repo = stage.template("hermes");
        stage.forge.end_runs(Duration::from_mins(10), Conclusion::Success);
        let given = [("version", "1.4.0"), ("token", stage.token.as_str()), ("repos", repo.as_str()), ("wait", "concluded")];
        let started = stage.started(&given);
        while stage.told(&repo).is_empty() {
            std::thread::sleep(Duration::from_millis(5));
        }
        stage.forge.fail(Fault::status(stage.pick("runs.list", "runs.tasks"), 403).body("{}").times(1000));
        let ran = started.ends(stage).exits(1).says("it was told, and what came of it cannot be seen");
        assert_eq!(ran.state(&repo), "failed: unseen");
        stage.forge.calm();
        stage.run(&[("repos", &repo)]).succeeds().says("an earlier run told it");
        assert_eq!(stage.told(&repo).len(), 1);
    }

    fn a_limit_pauses_everybody_and_nobody_is_lost(stage: &Stage) {
        let repos = stage.templates();
        stage.forge.fail(secondary_limit(telling(stage), 403, Some(1)).times(3));
        stage.run(&[]).succeeds();
        assert!(repos.iter().all(|repo| stage.told(repo).len() == 1));
    }

    fn a_refusal_of_one_does_not_hold_up_the_others(stage: &Stage) {
        let repos = stage.templates();
        stage.forge.fail(Fault::status(telling(stage), 422).body(r#"{"message":"no"}"#));
        let ran = stage.run(&[]).exits(4);
        assert_eq!(repos.iter().filter(|repo| stage.told(repo).len() == 1).count(), 7);
        assert!(!ran.output("failed-targets").contains(','));
        stage.run(&[("only", ran.output("failed-targets"))]).succeeds();
        assert!(repos.iter().all(|repo| stage.told(repo).len() == 1));
    }
}

#[test]
fn an_answer_that_is_lost_before_the_effect_is_made_up_for_on_github() {
    let stage = &Stage::new(local_forge::Dialect::GitHub);
    let repo = stage.template("hermes");
    stage.forge.fail(Fault::status("repos.dispatch", 500));
    stage.run(&[("repos", &repo), ("observation", "2")]).succeeds();
    assert_eq!(stage.told(&repo).len(), 1);
}

#[test]
fn an_answer_that_is_lost_before_the_effect_is_told_as_unknown_on_gitea() {
    let stage = &Stage::new(local_forge::Dialect::Gitea);
    let repo = stage.template("hermes");
    stage.forge.fail(Fault::status("workflows.dispatch", 500));
    let ran = stage.run(&[("repos", &repo), ("observation", "2")]).exits(1);
    assert_eq!(ran.state(&repo), "failed: ambiguous");
    assert_eq!(stage.told(&repo).len(), 0);
    stage.run(&[("repos", &repo)]).succeeds();
    assert_eq!(stage.told(&repo).len(), 1);
}

#[test]
fn a_forge_that_never_answers_is_not_told_twice() {
    let stage = &Stage::new(local_forge::Dialect::GitHub);
    let repo = stage.template("hermes");
    stage.forge.fail(Fault::stall("repos.dispatch", Duration::from_secs(2)).after_the_effect());
    stage.run(&[("repos", &repo)]).succeeds();
    assert_eq!(stage.told(&repo).len(), 1);
}
