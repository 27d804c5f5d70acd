//! Whose branches and pull requests are: what people have made or changed is never taken for a cascade's.

use local_forge::{MergeStyle, NewPull};

use crate::ran::Ran;
use crate::stage::{Stage, template};

const BRANCH: &str = "bump/runtime-1.4.0";

/// A template with a pin.
fn pinned(stage: &Stage) -> String {
    let repo = template("hermes");
    stage.forge.repo(&repo);
    stage.forge.commit(&repo, "main", &[(".runtime-version", "1.3.0\n")], "feat: pin");
    repo
}

fn run(stage: &Stage, repo: &str, version: &str, more: &[(&str, &str)]) -> Ran {
    let mut inputs =
        vec![("version", version), ("token", stage.token.as_str()), ("repos", repo), ("mode", "bump-pr")];
    inputs.extend(more);
    stage.run_with(&inputs)
}

fn open(stage: &Stage, repo: &str) -> Vec<(u64, String)> {
    let pulls = stage.forge.pulls(repo).into_iter().filter(|pull| pull.open);
    pulls.map(|pull| (pull.number, pull.head)).collect()
}

on_both! {
    fn a_commit_that_somebody_has_amended_is_theirs_though_its_message_is_ours(stage: &Stage) {
        let repo = pinned(stage);
        run(stage, &repo, "1.4.0", &[]).succeeds();
        let theirs = stage.forge.amend(&repo, BRANCH, &[("wip.txt", "do not merge")]);
        stage.forge.set_status(&repo, &theirs, "ci", "success");
        let ran = run(stage, &repo, "1.4.0", &[("auto-merge", "merge")]).succeeds();
        assert_eq!(ran.says("carries somebody else's commits").state(&repo), "opened");
        assert_eq!(stage.forge.file(&repo, "main", "wip.txt"), None, "it was merged");
        run(stage, &repo, "1.5.0", &[]).succeeds();
        assert_eq!(stage.forge.head(&repo, BRANCH), theirs);
        assert_eq!(open(stage, &repo), [(1, BRANCH.to_owned()), (2, "bump/runtime-1.5.0".to_owned())]);
    }

    fn a_commit_that_somebody_has_amended_by_a_submodule_alone_is_theirs(stage: &Stage) {
        let repo = pinned(stage);
        stage.forge.submodule(&repo, "main", "vendor/agents", &"1".repeat(40));
        assert_eq!(run(stage, &repo, "1.4.0", &[]).succeeds().state(&repo), "opened");
        let again = run(stage, &repo, "1.4.0", &[]).succeeds();
        assert!(!again.log.contains("somebody else's"), "it stays where it is: {}", again.log);
        let theirs = stage.forge.amend_submodule(&repo, BRANCH, "vendor/agents", &"2".repeat(40));
        stage.forge.set_status(&repo, &theirs, "ci", "success");
        let merge = [("auto-merge", "merge"), ("observation", "1")];
        let ran = run(stage, &repo, "1.4.0", &merge).succeeds().says("carries somebody else's commits");
        assert_eq!(ran.state(&repo), "opened");
        assert!(!stage.forge.pulls(&repo)[0].merged);
    }

    fn somebodys_pull_request_that_bumps_nothing_is_not_taken_for_a_bump(stage: &Stage) {
        let repo = pinned(stage);
        let new = NewPull { head: BRANCH, ..NewPull::titled("docs: something else") };
        let theirs = stage.forge.pull_request(&repo, &new);
        let ran = run(stage, &repo, "1.4.0", &[]).exits(1).says(".runtime-version:1:1");
        assert_eq!(ran.state(&repo), "failed: foreign-commits");
        assert_eq!(stage.forge.head(&repo, BRANCH), theirs.head);
        let earlier = run(stage, &repo, "1.3.5", &[]).succeeds();
        assert_eq!(earlier.state(&repo), "opened", "1.4.0 is not on its way");
    }

    fn packages_of_one_version_have_pull_requests_of_their_own(stage: &Stage) {
        let repo = template("hermes");
        stage.forge.repo(&repo);
        let both = "molecule-ai-workspace-runtime==1.3.0\nother-sdk==1.3.0\n";
        stage.forge.commit(&repo, "main", &[("requirements.txt", both)], "feat: pins");
        run(stage, &repo, "1.4.0", &[]).succeeds();
        let ran = run(stage, &repo, "1.4.0", &[("package", "other-sdk")]).succeeds();
        assert_eq!(ran.state(&repo), "opened");
        assert_eq!(open(stage, &repo), [(1, BRANCH.to_owned()), (2, "bump/other-sdk-1.4.0".to_owned())]);
        let bumped = stage.forge.file(&repo, "bump/other-sdk-1.4.0", "requirements.txt").unwrap();
        assert_eq!(bumped, "molecule-ai-workspace-runtime==1.3.0\nother-sdk==1.4.0\n");
    }

    fn a_branch_that_was_made_before_the_base_had_another_pin_is_made_anew(stage: &Stage) {
        let repo = pinned(stage);
        stage.forge.fail(local_forge::Fault::status("pulls.create", 403).body("{}").times(9));
        run(stage, &repo, "1.4.0", &[]).exits(1);
        stage.forge.calm();
        let requirements = [("requirements.txt", "molecule-ai-workspace-runtime==1.3.0\n")];
        stage.forge.commit(&repo, "main", &requirements, "feat: another pin");
        assert_eq!(run(stage, &repo, "1.4.0", &[]).succeeds().state(&repo), "opened");
        let bumped = stage.forge.file(&repo, BRANCH, "requirements.txt").unwrap();
        assert_eq!(bumped, "molecule-ai-workspace-runtime==1.4.0\n");
    }

    fn an_open_pull_request_that_leaves_a_new_pin_behind_is_made_anew(stage: &Stage) {
        let repo = pinned(stage);
        run(stage, &repo, "1.4.0", &[]).succeeds();
        let requirements = [("requirements.txt", "molecule-ai-workspace-runtime==1.3.0\n")];
        stage.forge.commit(&repo, "main", &requirements, "feat: another pin");
        assert_eq!(run(stage, &repo, "1.4.0", &[]).succeeds().state(&repo), "opened");
        assert_eq!(open(stage, &repo), [(2, BRANCH.to_owned())]);
        let comments = stage.forge.comments(&repo, 1);
        assert!(comments[0].body.contains("`requirements.txt:1:32`"), "{comments:?}");
        let bumped = stage.forge.file(&repo, BRANCH, "requirements.txt").unwrap();
        assert_eq!(bumped, "molecule-ai-workspace-runtime==1.4.0\n");
    }

    fn a_bump_that_was_brought_up_to_date_is_ours_still(stage: &Stage) {
        let repo = pinned(stage);
        run(stage, &repo, "1.4.0", &[]).succeeds();
        stage.forge.commit(&repo, "main", &[("a.txt", "a")], "feat: something else");
        stage.forge.merge_in(&repo, BRANCH, "main");
        let again = run(stage, &repo, "1.4.0", &[]).succeeds();
        assert!(!again.log.contains("somebody else's"), "{}", again.log);
        let head = stage.forge.head(&repo, BRANCH);
        stage.forge.set_status(&repo, &head, "ci", "success");
        let merged = run(stage, &repo, "1.4.0", &[("auto-merge", "squash"), ("observation", "1")]).succeeds();
        assert_eq!(merged.state(&repo), "merged");
    }

    fn a_later_bump_is_seen_whoever_has_added_to_it(stage: &Stage) {
        let repo = pinned(stage);
        run(stage, &repo, "1.5.0", &[]).succeeds();
        stage.forge.commit(&repo, "bump/runtime-1.5.0", &[("a.txt", "a")], "fix: what it needs");
        assert_eq!(run(stage, &repo, "1.4.0", &[]).succeeds().state(&repo), "superseded");
        assert_eq!(open(stage, &repo), [(1, "bump/runtime-1.5.0".to_owned())]);
    }

    fn a_rollback_stays_open_when_an_earlier_job_runs_again(stage: &Stage) {
        let repo = pinned(stage);
        run(stage, &repo, "1.5.0", &[]).succeeds();
        stage.forge.merge(&repo, 1, MergeStyle::Squash);
        stage.forge.delete_branch(&repo, "bump/runtime-1.5.0");
        run(stage, &repo, "1.4.0", &[("allow-downgrade", "1.4.0")]).succeeds();
        assert_eq!(run(stage, &repo, "1.5.0", &[]).succeeds().state(&repo), "pinned");
        assert_eq!(run(stage, &repo, "1.4.0", &[]).succeeds().state(&repo), "ahead");
        assert_eq!(open(stage, &repo), [(2, BRANCH.to_owned())]);
    }

    fn a_bump_that_was_superseded_is_opened_again_when_the_later_one_was_declined(stage: &Stage) {
        let repo = pinned(stage);
        run(stage, &repo, "1.4.0", &[]).succeeds();
        run(stage, &repo, "1.5.0", &[]).succeeds();
        stage.forge.close(&repo, 2);
        assert_eq!(run(stage, &repo, "1.4.0", &[]).succeeds().state(&repo), "opened");
        assert_eq!(open(stage, &repo), [(3, BRANCH.to_owned())]);
    }

    fn pins_that_are_partly_later_need_somebodys_eye(stage: &Stage) {
        let repo = pinned(stage);
        let requirements = [("requirements.txt", "molecule-ai-workspace-runtime==1.5.0\n")];
        stage.forge.commit(&repo, "main", &requirements, "feat: another pin");
        let ran = run(stage, &repo, "1.4.0", &[]).exits(1).says("requirements.txt:1:32` pins 1.5.0");
        assert_eq!(ran.state(&repo), "failed: mixed-pins");
        assert_eq!(stage.writes(), 0);
    }
}
