//! Answers that never come: the run is looked for, and nothing is told twice.

use std::time::Duration;

use local_forge::{Fault, secondary_limit};

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
