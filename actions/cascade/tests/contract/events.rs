//! Telling templates by events or starts of workflows, whichever the forge offers.

use crate::stage::{RUNTIMES, SOURCE, Stage, template};

on_both! {
    fn all_eight_templates_are_told_once_and_their_runs_are_shown(stage: &Stage) {
        let repos = stage.templates();
        let ran = stage.run(&[]).succeeds();
        let mode = stage.pick("repository-dispatch", "workflow-dispatch");
        for repo in &repos {
            let told = stage.told(repo);
            assert_eq!(told.len(), 1, "{}", ran.log);
            assert_eq!(told[0].inputs["runtime_version"], "1.4.0");
            assert_eq!(told[0].inputs["cascade_id"], ran.output("cascade-id"));
            assert_eq!(told[0].inputs["source"], SOURCE);
            assert_eq!(ran.state(repo), "started");
            assert_eq!(ran.target(repo)["mode"], mode);
            assert!(ran.summary.contains(&format!("| `{repo}` | {mode} | started |")), "{}", ran.summary);
        }
        assert_eq!(ran.output("dispatched").split(',').count(), 8);
        assert_eq!((ran.output("failed"), ran.output("skipped"), ran.output("failed-targets")), ("", "", ""));
        assert!(ran.output("cascade-id").starts_with("1.4.0-"));
    }

    fn a_second_run_adopts_what_the_first_told(stage: &Stage) {
        let repos = stage.templates();
        stage.run(&[]).succeeds();
        let again = stage.run(&[]).succeeds().says("an earlier run told it");
        for repo in &repos {
            assert_eq!(stage.told(repo).len(), 1);
            assert_eq!(again.state(repo), "started");
        }
        assert_eq!(again.output("dispatched").split(',').count(), 8);
    }

    fn a_job_whose_event_cannot_be_read_tells_and_says_so(stage: &Stage) {
        stage.receiver("acme/a");
        for (path, why) in [("absent.json", "could not read the event's payload"), ("broken.json", "is malformed")] {
            stage.write("broken.json", "{");
            let path = stage.path(path).to_str().unwrap().to_owned();
            let ran = stage.run(&[("repos", "acme/a"), ("GITHUB_EVENT_PATH", path.as_str())]).succeeds().says(why);
            assert_eq!(ran.state("acme/a"), "started");
        }
        assert_eq!(stage.told("acme/a").len(), 1);
    }

    fn an_archived_template_fails_and_the_others_are_told(stage: &Stage) {
        let repos = stage.templates();
        stage.forge.set_archived(&template("hermes"), true);
        let ran = stage.run(&[]).exits(4).says("1 of 8 targets failed").says("unarchive it");
        assert_eq!(ran.state(&template("hermes")), "failed: archived");
        assert_eq!(ran.output("failed"), template("hermes"));
        assert_eq!(ran.output("failed-targets"), template("hermes"));
        assert_eq!(repos.iter().filter(|repo| stage.told(repo).len() == 1).count(), 7);
        let warned = stage.run(&[("on-partial", "warn")]).succeeds().says("1 of 8 targets failed");
        assert_eq!(warned.output("failed"), template("hermes"));
    }

    fn a_missing_template_is_told_as_hidden_or_missing(stage: &Stage) {
        for runtime in &RUNTIMES[1..] {
            stage.template(runtime);
        }
        let ran = stage.run(&[]).exits(4);
        assert_eq!(ran.state(&template(RUNTIMES[0])), "failed: hidden-or-missing");
    }

    fn when_nobody_is_told_the_run_fails(stage: &Stage) {
        stage.run(&[]).exits(1).says("8 of 8 targets failed");
    }

    fn failed_targets_feed_a_retry(stage: &Stage) {
        stage.templates();
        stage.forge.set_archived(&template("hermes"), true);
        let ran = stage.run(&[]).exits(4);
        stage.forge.set_archived(&template("hermes"), false);
        let retry = stage.run(&[("only", ran.output("failed-targets"))]).succeeds();
        assert_eq!(retry.output("dispatched"), template("hermes"));
        assert_eq!(stage.told(&template("hermes")).len(), 1);
    }

    fn a_renamed_template_is_told_under_its_new_name_and_warned_of(stage: &Stage) {
        let repo = stage.template("hermes");
        stage.forge.rename(&repo, "template-hermes");
        let ran = stage.run(&[("repos", &repo)]).succeeds().says("it is called `molecule-ai/template-hermes` by now");
        assert_eq!(stage.told("molecule-ai/template-hermes").len(), 1);
        assert_eq!(ran.output("dispatched"), repo);
    }

    fn both_names_of_a_renamed_template_are_one_target(stage: &Stage) {
        let repo = stage.template("hermes");
        stage.forge.rename(&repo, "template-hermes");
        let both = format!("{repo},molecule-ai/template-hermes");
        let ran = stage.run(&[("repos", &both)]).succeeds();
        assert_eq!(stage.told("molecule-ai/template-hermes").len(), 1, "{}", ran.log);
        assert_eq!(ran.output("skipped"), "molecule-ai/template-hermes");
    }

    fn more_is_told_when_it_is_given(stage: &Stage) {
        stage.forge.repo("acme/a");
        stage.workflow("acme/a", "a.yml", "on:\n  repository_dispatch:\n  workflow_dispatch:\n    inputs:\n      runtime_version: {}\n      channel: {}\n");
        stage.run(&[("repos", "acme/a"), ("payload", "channel=stable\nnote=a=b")]).succeeds();
        let told = &stage.told("acme/a")[0].inputs;
        assert_eq!(told["channel"], "stable");
        let note = stage.pick(Some("a=b"), None);
        assert_eq!(told.get("note").and_then(|note| note.as_str()), note, "undeclared inputs are not sent");
    }

    fn a_dry_run_tells_nobody_and_says_what_it_would_do(stage: &Stage) {
        let repos = stage.templates();
        let ran = stage.run(&[("dry-run", "true")]).succeeds().says("8 would be told");
        assert!(repos.iter().all(|repo| stage.told(repo).is_empty()));
        assert_eq!(ran.output("dispatched"), "");
        assert_eq!(stage.writes(), 0);
        let why = stage.pick("`publish-image.yml` waits for it", "Gitea has no repository_dispatch");
        ran.says(why);
    }

    fn a_doctor_says_what_could_not_be_told_and_tells_nobody(stage: &Stage) {
        let repos = stage.templates();
        stage.forge.set_archived(&template("hermes"), true);
        let ran = stage.run_with(&[("command", "doctor"), ("token", &stage.token)]).exits(4);
        assert_eq!(ran.state(&template("hermes")), "failed: archived");
        assert_eq!(ran.state(&template("crewai")), "ready");
        assert!(repos.iter().all(|repo| stage.told(repo).is_empty()));
    }

    fn the_ledger_is_a_file_when_it_is_asked_for(stage: &Stage) {
        stage.template("hermes");
        let ran = stage.run(&[("repos", &template("hermes")), ("ledger", "ledger.json")]).succeeds();
        let file: serde_json::Value = serde_json::from_str(&stage.read("ledger.json")).unwrap();
        let output: serde_json::Value = serde_json::from_str(ran.output("ledger")).unwrap();
        assert_eq!(file, output);
    }

    fn the_folder_of_the_ledger_is_made(stage: &Stage) {
        let repo = stage.template("hermes");
        stage.run(&[("repos", &repo), ("ledger", "new/folder/ledger.json")]).succeeds();
        assert!(stage.read("new/folder/ledger.json").contains(&repo));
    }

    fn a_ledger_that_cannot_be_written_hides_nothing(stage: &Stage) {
        let repo = stage.template("hermes");
        stage.write("file", "in the folder's place");
        let ran = stage.run(&[("repos", &repo), ("ledger", "file/ledger.json")]).exits(1);
        let ran = ran.says("could not write the ledger");
        assert_eq!(ran.output("dispatched"), repo);
    }

    fn a_template_that_is_renamed_on_the_way_is_told_under_its_new_name(stage: &Stage) {
        let repo = stage.template("hermes");
        let old = repo.clone();
        let operation = stage.pick("repos.dispatch", "workflows.dispatch");
        stage.forge.before(operation, move |forge| forge.rename(&old, "template-hermes"));
        stage.run(&[("repos", &repo)]).succeeds().says("it is called `molecule-ai/template-hermes` by now");
        assert_eq!(stage.told("molecule-ai/template-hermes").len(), 1);
    }

    fn a_slow_pace_says_when_it_will_end(stage: &Stage) {
        let repos = ["hermes", "crewai", "autogen"].map(|runtime| stage.template(runtime)).join(",");
        stage.run(&[("repos", &repos), ("pace", "1/1s")]).succeeds().says("it takes 2 s at most at this pace, until ");
    }

    fn what_each_mode_was_chosen_for_is_said(stage: &Stage) {
        let repo = stage.template("hermes");
        let why = stage.pick("`publish-image.yml` waits for it", "Gitea has no repository_dispatch, and `publish-image.yml` can be started");
        stage.run(&[("repos", &repo)]).succeeds().says(why);
        let asked = stage.run(&[("repos", &repo), ("mode", "workflow-dispatch"), ("version", "1.4.1")]).succeeds().says("asked for");
        assert_eq!(asked.target(&repo)["mode"], "workflow-dispatch");
        assert_eq!(stage.last_told(&repo), "1.4.1");
    }
}
