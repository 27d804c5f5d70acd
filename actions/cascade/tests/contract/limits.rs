//! Limits that are met: waited for where they end soon, and told of where they do not.

use std::time::{Duration, Instant};

use local_forge::{Dialect, Fault, primary_limit, secondary_limit};

use crate::stage::Stage;

fn telling(stage: &Stage) -> &'static str {
    stage.pick("repos.dispatch", "workflows.dispatch")
}

on_both! {
    fn a_limit_that_lasts_for_hours_is_met_once_and_ends_the_run_for_everybody(stage: &Stage) {
        stage.templates();
        stage.forge.fail(secondary_limit(telling(stage), 403, Some(7200)).times(1000));
        let ran = stage.run(&[("pace", "1/100ms")]).exits(1).says("not tried, since a limit lasts for 2 h");
        assert_eq!(stage.asked(telling(stage)), 1, "{}", ran.log);
        assert_eq!(ran.output("failed-targets").split(',').count(), 8);
    }

    fn a_limit_that_is_over_at_once_and_always_there_again_is_asked_ever_more_rarely(stage: &Stage) {
        let repo = stage.template("hermes");
        stage.forge.fail(secondary_limit(telling(stage), 403, Some(0)).times(1000));
        let begun = Instant::now();
        let started = stage.started(&[("version", "1.4.0"), ("token", &stage.token), ("repos", &repo)]);
        while begun.elapsed() < Duration::from_secs(6) {
            std::thread::sleep(Duration::from_millis(100));
        }
        started.kill();
        assert!((1..=4).contains(&stage.asked(telling(stage))), "{}", stage.asked(telling(stage)));
    }

    fn a_read_of_a_bump_that_meets_a_limit_is_taken_again_when_that_is_over(stage: &Stage) {
        stage.forge.repo("acme/server");
        stage.forge.commit("acme/server", "main", &[(".runtime-version", "1.3.0\n")], "feat: pin");
        let soon = jiff::Timestamp::now().as_second() + 3;
        // more often than a request is tried by itself
        stage.forge.fail(primary_limit(stage.pick("git.upload-pack", "pulls.list"), soon).times(5));
        let ran = stage.run(&[("repos", "acme/server"), ("mode", "bump-pr")]).succeeds();
        assert_eq!(ran.state("acme/server"), "opened");
    }
}

#[test]
fn what_a_token_has_left_for_the_hour_is_kept_to() {
    let stage = &Stage::new(Dialect::GitHub);
    let repo = stage.template("hermes");
    let reset = jiff::Timestamp::now().as_second() + 4;
    let body = format!(
        r#"{{"resources":{{"core":{{"limit":1000,"used":999,"remaining":1,"reset":{reset}}}}},"rate":{{}}}}"#
    );
    let left = Fault::status("rate-limit.get", 200).header("content-type", "application/json").body(body);
    stage.forge.fail(left);
    let begun = jiff::Timestamp::now();
    let ran = stage.run(&[("repos", &repo)]).succeeds().says("with 1 of 1000 requests left");
    assert!(jiff::Timestamp::now().as_second() >= reset, "from {begun}: {}", ran.log);
}
