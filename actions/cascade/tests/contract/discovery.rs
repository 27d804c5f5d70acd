//! What an organisation has.

use crate::stage::{Stage, template};

const DISCOVER: (&str, &str) = ("organization", "molecule-ai");

on_both! {
    fn a_new_template_is_told_without_being_listed(stage: &Stage) {
        stage.template("hermes");
        stage.template("brand-new");
        stage.template("starter");
        let ran = stage.run(&[DISCOVER]).succeeds();
        assert_eq!(ran.output("dispatched"), format!("{},{}", template("brand-new"), template("hermes")));
        assert_eq!(stage.told(&template("starter")).len(), 0);
    }

    fn a_template_that_new_repositories_can_be_made_after_is_told(stage: &Stage) {
        stage.template("hermes");
        stage.forge.set_template(&template("hermes"), true);
        let ran = stage.run(&[DISCOVER]).succeeds();
        assert_eq!(ran.output("dispatched"), template("hermes"));
    }

    fn archived_repositories_are_left_out(stage: &Stage) {
        for runtime in ["hermes", "old"] {
            stage.template(runtime);
        }
        stage.forge.set_archived(&template("old"), true);
        let ran = stage.run(&[DISCOVER]).succeeds().says("is archived: left out");
        assert_eq!(ran.output("dispatched"), template("hermes"));
    }

    fn a_topic_tells_targets_of_any_name(stage: &Stage) {
        stage.receiver("molecule-ai/server");
        stage.receiver("molecule-ai/other");
        stage.forge.set_topics("molecule-ai/server", &["workspace-runtime"]);
        let ran = stage.run(&[DISCOVER, ("topic", "workspace-runtime")]).succeeds();
        assert_eq!(ran.output("dispatched"), "molecule-ai/server");
    }

    fn a_list_beside_it_shows_drift_both_ways(stage: &Stage) {
        for runtime in ["hermes", "new", "old"] {
            stage.template(runtime);
        }
        stage.forge.set_archived(&template("old"), true);
        let listed = format!("{},{}", template("hermes"), template("old"));
        let ran = stage.run(&[DISCOVER, ("repos", &listed)]).exits(4);
        let ran = ran.says(&format!("drift: `{}` is listed and is archived", template("old")));
        let ran = ran.says(&format!("drift: `{}` is not listed", template("new")));
        assert_eq!(ran.output("dispatched"), format!("{},{}", template("hermes"), template("new")));
        assert!(ran.summary.contains("drift: "));
    }

    fn more_repositories_than_a_page_are_all_found(stage: &Stage) {
        for number in 0..120 {
            stage.forge.repo(&format!("molecule-ai/other-{number}"));
        }
        stage.template("hermes");
        assert_eq!(stage.run(&[DISCOVER]).succeeds().output("dispatched"), template("hermes"));
    }

    fn an_organization_that_is_not_there_is_told(stage: &Stage) {
        stage.run(&[("organization", "nobody")]).exits(1).says("organisation `nobody`");
    }
}
