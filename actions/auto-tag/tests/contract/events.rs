//! Every event that can start a run.

use fs_err as fs;
use local_forge::{Dialect, MergeStyle, PullAction};

use crate::stage::{REPO, Stage};

on_both! {
    fn a_merged_pull_requests_own_event_releases_it(stage: &Stage) {
        stage.released("1.3.9");
        let number = stage.opened("Feature", &["release:minor"]);
        let merge = stage.forge.merge(REPO, number, MergeStyle::Merge);
        let event = stage.forge.pull_request_event(REPO, number, PullAction::Closed);
        stage.run(&event, &[]).releases("runtime-v1.4.0");
        assert_eq!(stage.tags()["runtime-v1.4.0"], merge);
        let push = stage.run_push(&merge, &[]).succeeds();
        assert_eq!(push.output("reason"), "already-released", "the push's run finds it done");
    }

    fn a_pull_request_closed_without_a_merge_releases_nothing(stage: &Stage) {
        let number = stage.opened("Given up", &["release:minor"]);
        stage.forge.close(REPO, number);
        let event = stage.forge.pull_request_event(REPO, number, PullAction::Closed);
        stage.run(&event, &[]).skips("not-merged").says("pull request #1 was closed without a merge");
        assert!(stage.forge.exchanges().is_empty(), "nothing needs to be asked");
    }

    fn a_deleted_branch_releases_nothing(stage: &Stage) {
        let head = stage.forge.head(REPO, "main");
        let mut event = stage.push(&head);
        event.payload["before"] = head.into();
        event.payload["after"] = "0".repeat(40).into();
        event.payload["deleted"] = true.into();
        stage.run(&event, &[]).skips("branch-deleted");
        assert!(stage.forge.exchanges().is_empty());
    }

    fn a_run_started_by_hand_releases_the_branchs_newest_commit(stage: &Stage) {
        stage.released("1.3.9");
        let merge = stage.merged("Feature", &["release:minor"], MergeStyle::Squash);
        stage.workflow("release.yml");
        let event = stage.forge.workflow_dispatch_event(REPO, "release.yml", "refs/heads/main", &[]);
        let ran = stage.run(&event, &[]).releases("runtime-v1.4.0");
        assert_eq!(ran.output("commit"), stage.forge.head(REPO, "main"));
        assert_ne!(ran.output("commit"), merge);
    }

    fn a_schedule_releases_what_has_gathered(stage: &Stage) {
        stage.released("1.3.9");
        stage.merged("Feature", &["release:minor"], MergeStyle::Squash);
        let merge = stage.merged("Fix", &[], MergeStyle::Squash);
        let event = stage.forge.schedule_event(REPO, "0 4 * * *");
        let ran = stage.run(&event, &[]).releases("runtime-v1.4.0");
        assert_eq!((ran.output("commit"), ran.output("pr-numbers")), (merge.as_str(), "1,2"));
        stage.run(&stage.forge.schedule_event(REPO, "0 4 * * *"), &[]).succeeds();
    }

    fn the_push_of_a_tag_is_no_occasion(stage: &Stage) {
        stage.released("1.3.9");
        let event = stage.forge.tag_push_event(REPO, "runtime-v1.3.9");
        stage
            .run(&event, &[])
            .exits(2)
            .says("the event `push` was raised on")
            .says("runtime-v1.3.9")
            .says("run on `push` to a branch");
        assert!(stage.forge.exchanges().is_empty());
    }

    fn any_other_event_on_a_branch_releases_its_newest_commit(stage: &Stage) {
        stage.released("1.3.9");
        let merge = stage.merged("Feature", &["release:minor"], MergeStyle::Squash);
        let mut environment = stage.environment(&stage.push(&merge));
        environment.insert("GITHUB_EVENT_NAME".into(), "workflow_run".into());
        stage.run_in(&environment, &[]).releases("runtime-v1.4.0");
    }

    fn a_push_to_another_branch_is_released_as_a_commit_of_that_branch(stage: &Stage) {
        stage.released("1.3.9");
        let head = stage.forge.commit(REPO, "stable", &[("a.txt", "a")], "Mend");
        let event = stage.forge.push_event(REPO, "stable", "", &head);
        stage.run(&event, &[]).releases("runtime-v1.3.10");
        assert_eq!(stage.tags()["runtime-v1.3.10"], head);
    }

    fn a_malformed_payload_is_bad_input(stage: &Stage) {
        let merge = stage.merged("One", &[], MergeStyle::Squash);
        let event = stage.push(&merge);
        for payload in ["", "[]", "{", r#"{"ref": 7}"#, r#"{"ref":"refs/heads/main","after":"zzz"}"#] {
            let environment = stage.environment(&event);
            fs::write(&environment["GITHUB_EVENT_PATH"], payload).unwrap();
            stage.run_in(&environment, &[]).exits(2);
        }
        let mut environment = stage.environment(&event);
        environment.insert("GITHUB_EVENT_PATH".into(), "/nowhere/event.json".into());
        stage.run_in(&environment, &[]).exits(2).says("/nowhere/event.json");
        assert!(stage.tags().is_empty());
        assert!(stage.forge.exchanges().is_empty());
    }

    fn on_a_laptop_the_newest_commit_is_released_by_naming_the_repository(stage: &Stage) {
        stage.released("1.3.9");
        let merge = stage.merged("Feature", &["release:minor"], MergeStyle::Squash);
        let mut environment = stage.environment(&stage.push(&merge));
        environment.retain(|name, _| {
            ["GITHUB_API_URL", "GITHUB_SERVER_URL", "GITEA_ACTIONS", "INPUT_TOKEN"].contains(&name.as_str())
        });
        let inputs = [("repository", REPO), ("branch", "main")];
        stage.run_in(&environment, &inputs).releases("runtime-v1.4.0");
        assert_eq!(stage.tags()["runtime-v1.4.0"], merge);
    }
}

#[test]
fn gitea_cuts_the_commits_of_a_push_and_nothing_is_missed() {
    let stage = Stage::new(Dialect::Gitea);
    let before = stage.released("1.3.9");
    stage.merged("Feature", &["release:minor"], MergeStyle::Squash);
    for at in 0..7 {
        stage.merged(&format!("Fix {at}"), &[], MergeStyle::Squash);
    }
    let head = stage.forge.head(REPO, "main");
    let event = stage.forge.push_event(REPO, "main", &before, &head);
    assert_eq!(event.payload["commits"].as_array().unwrap().len(), 5);
    let ran = stage.run(&event, &[]).releases("runtime-v1.4.0");
    assert_eq!(ran.output("pr-numbers"), "1,2,3,4,5,6,7,8");
}
