//! Bumping pins by a pull request.

use local_forge::MergeStyle;

use crate::stage::{Stage, template};

const BUMP: [(&str, &str); 1] = [("mode", "bump-pr")];
const BRANCH: &str = "bump/runtime-1.4.0";

const DOCKERFILE: &str = "FROM python:3.11-slim\nRUN pip install --index-url https://i.example/simple molecule-ai-workspace-runtime==1.3.0 # ours\n";
const REQUIREMENTS: &str =
    "other==1.3.0\nmolecule-ai-workspace-runtime==1.3.0 ; python_version >= '3.9' # ours\n";

/// A template with all pins there are.
fn pinned(stage: &Stage, runtime: &str) -> String {
    let repo = template(runtime);
    stage.forge.repo(&repo);
    let files =
        [(".runtime-version", "1.3.0\n"), ("requirements.txt", REQUIREMENTS), ("Dockerfile", DOCKERFILE)];
    stage.forge.commit(&repo, "main", &files, "feat: pins");
    repo
}

/// A template with one pin.
fn with_version(stage: &Stage, version: &str) -> String {
    let repo = template("hermes");
    stage.forge.repo(&repo);
    stage.forge.commit(&repo, "main", &[(".runtime-version", version)], "feat: pin");
    repo
}

fn run(stage: &Stage, repo: &str, more: &[(&str, &str)]) -> crate::ran::Ran {
    let mut inputs = vec![("repos", repo)];
    inputs.extend(BUMP);
    inputs.extend(more);
    stage.run(&inputs)
}

/// The open pull requests: number, branch.
fn open(stage: &Stage, repo: &str) -> Vec<(u64, String)> {
    stage
        .forge
        .pulls(repo)
        .into_iter()
        .filter(|pull| pull.open)
        .map(|pull| (pull.number, pull.head))
        .collect()
}

on_both! {
    fn every_pin_is_bumped_in_one_commit_and_one_pull_request(stage: &Stage) {
        let repo = pinned(stage, "hermes");
        let before = stage.forge.head(&repo, "main");
        let ran = run(stage, &repo, &[]).succeeds();
        assert_eq!(ran.state(&repo), "opened");
        assert_eq!(open(stage, &repo), [(1, BRANCH.to_owned())]);
        assert_eq!(stage.forge.file(&repo, BRANCH, ".runtime-version").as_deref(), Some("1.4.0\n"));
        let requirements = stage.forge.file(&repo, BRANCH, "requirements.txt").unwrap();
        assert_eq!(requirements, REQUIREMENTS.replace("runtime==1.3.0", "runtime==1.4.0"));
        let dockerfile = stage.forge.file(&repo, BRANCH, "Dockerfile").unwrap();
        assert_eq!(dockerfile, DOCKERFILE.replace("runtime==1.3.0", "runtime==1.4.0"));
        let history = stage.forge.history(&repo, BRANCH);
        let added: Vec<_> = history.iter().take_while(|(sha, _)| *sha != before).collect();
        assert_eq!(added.len(), 1, "{history:?}");
        assert!(added[0].1.contains(&format!("Cascade: {}", ran.output("cascade-id"))));
        assert!(ran.summary.contains("| opened |"), "{}", ran.summary);
    }

    fn a_second_run_finds_the_pull_request(stage: &Stage) {
        let repo = pinned(stage, "hermes");
        run(stage, &repo, &[]).succeeds();
        run(stage, &repo, &[]).succeeds().says("an earlier run opened it");
        assert_eq!(open(stage, &repo).len(), 1);
    }

    fn what_is_pinned_is_done(stage: &Stage) {
        let repo = with_version(stage, "1.4\n");
        assert_eq!(run(stage, &repo, &[]).succeeds().state(&repo), "pinned");
        assert_eq!(stage.writes(), 0);
    }

    fn a_later_pin_is_never_taken_back_unless_it_is_named(stage: &Stage) {
        let repo = with_version(stage, "1.10.0\n");
        assert_eq!(run(stage, &repo, &[]).succeeds().state(&repo), "ahead");
        assert_eq!(stage.writes(), 0);
        let back = run(stage, &repo, &[("allow-downgrade", "1.4.0")]).succeeds();
        assert_eq!(back.state(&repo), "opened");
        assert_eq!(stage.forge.file(&repo, BRANCH, ".runtime-version").as_deref(), Some("1.4.0\n"));
    }

    fn an_older_bump_of_ours_is_closed_with_a_link(stage: &Stage) {
        let repo = pinned(stage, "hermes");
        stage.run_with(&[("version", "1.3.5"), ("token", &stage.token), ("repos", &repo), ("mode", "bump-pr")]).succeeds();
        run(stage, &repo, &[]).succeeds();
        assert_eq!(open(stage, &repo), [(2, BRANCH.to_owned())]);
        let comments = stage.forge.comments(&repo, 1);
        assert!(comments[0].body.contains("superseded by #2"), "{comments:?}");
    }

    fn a_bump_that_comes_too_late_changes_nothing(stage: &Stage) {
        let repo = pinned(stage, "hermes");
        stage.run_with(&[("version", "1.5.0"), ("token", &stage.token), ("repos", &repo), ("mode", "bump-pr")]).succeeds();
        assert_eq!(run(stage, &repo, &[]).succeeds().state(&repo), "superseded");
        assert_eq!(open(stage, &repo), [(1, "bump/runtime-1.5.0".to_owned())]);
    }

    fn a_branch_with_somebodys_commits_is_never_touched(stage: &Stage) {
        let repo = pinned(stage, "hermes");
        let theirs = stage.forge.commit(&repo, BRANCH, &[("mine.txt", "mine")], "feat: by hand");
        let ran = run(stage, &repo, &[]).exits(1);
        assert_eq!(ran.state(&repo), "failed: foreign-commits");
        assert_eq!(stage.forge.head(&repo, BRANCH), theirs);
        assert_eq!(open(stage, &repo), []);
    }

    fn a_pull_request_with_somebodys_commits_is_left_as_it_is(stage: &Stage) {
        let repo = pinned(stage, "hermes");
        run(stage, &repo, &[]).succeeds();
        let theirs = stage.forge.commit(&repo, BRANCH, &[("mine.txt", "mine")], "fix: by hand");
        let ran = run(stage, &repo, &[]).succeeds().says("carries somebody else's commits");
        assert_eq!(ran.state(&repo), "opened");
        assert_eq!(stage.forge.head(&repo, BRANCH), theirs);
    }

    fn a_crash_between_the_commit_and_the_pull_request_is_resumed(stage: &Stage) {
        let repo = pinned(stage, "hermes");
        // the run ends here: the request is refused for good
        stage.forge.fail(local_forge::Fault::status("pulls.create", 403).body("{}").times(9));
        run(stage, &repo, &[]).exits(1);
        stage.forge.calm();
        let head = stage.forge.head(&repo, BRANCH);
        assert_eq!(run(stage, &repo, &[]).succeeds().state(&repo), "opened");
        assert_eq!((open(stage, &repo).len(), stage.forge.head(&repo, BRANCH)), (1, head));
    }

    fn a_bump_that_was_merged_is_made_again_after_the_pin_went_back(stage: &Stage) {
        let repo = pinned(stage, "hermes");
        run(stage, &repo, &[]).succeeds();
        stage.forge.merge(&repo, 1, MergeStyle::Squash);
        assert_eq!(run(stage, &repo, &[]).succeeds().state(&repo), "pinned");
        stage.forge.commit(&repo, "main", &[(".runtime-version", "1.3.0\n")], "revert: by hand");
        assert_eq!(run(stage, &repo, &[]).succeeds().state(&repo), "opened");
        assert_eq!(stage.forge.file(&repo, BRANCH, ".runtime-version").as_deref(), Some("1.4.0\n"));
    }

    fn a_bump_that_somebody_has_closed_is_not_opened_again(stage: &Stage) {
        let repo = pinned(stage, "hermes");
        run(stage, &repo, &[]).succeeds();
        stage.forge.close(&repo, 1);
        assert_eq!(run(stage, &repo, &[]).succeeds().state(&repo), "declined");
        assert_eq!(open(stage, &repo), []);
    }

    fn a_repository_without_pins_is_told_with_its_mending(stage: &Stage) {
        stage.forge.repo("acme/a");
        let ran = run(stage, "acme/a", &[]).exits(1).says("`.runtime-version`");
        assert_eq!(ran.state("acme/a"), "failed: no-pins");
    }

    fn a_pin_that_cannot_be_bumped_is_told_with_its_place(stage: &Stage) {
        let repo = with_version(stage, "latest\n");
        let ran = run(stage, &repo, &[]).exits(1).says("`.runtime-version:1:1`");
        assert_eq!(ran.state(&repo), "failed: pin");
    }

    fn a_dry_run_names_the_pins(stage: &Stage) {
        let repo = pinned(stage, "hermes");
        let ran = run(stage, &repo, &[("dry-run", "true")]).succeeds().says("would bump .runtime-version:1:1 (1.3.0)");
        assert_eq!(ran.state(&repo), "planned");
        assert_eq!(stage.writes(), 0);
    }

    fn auto_bumps_where_nothing_can_be_started(stage: &Stage) {
        let repo = pinned(stage, "hermes");
        let ran = stage.run(&[("repos", &repo)]).succeeds();
        assert_eq!(ran.target(&repo)["mode"], "bump-pr");
        assert_eq!(ran.state(&repo), "opened");
    }

    fn more_open_pull_requests_than_a_page_hide_nothing(stage: &Stage) {
        let repo = pinned(stage, "hermes");
        run(stage, &repo, &[]).succeeds();
        for number in 0..120 {
            stage.forge.pull_request(&repo, &local_forge::NewPull::titled(&format!("chore: {number}")));
        }
        run(stage, &repo, &[]).succeeds().says("an earlier run opened it");
        assert_eq!(open(stage, &repo).iter().filter(|(_, head)| head == BRANCH).count(), 1);
    }

    fn a_bump_is_merged_once_its_checks_have_passed(stage: &Stage) {
        let repo = pinned(stage, "hermes");
        run(stage, &repo, &[]).succeeds();
        let head = stage.forge.head(&repo, BRANCH);
        stage.forge.set_status(&repo, &head, "ci", "success");
        let ran = run(stage, &repo, &[("auto-merge", "squash"), ("observation", "1")]).succeeds();
        assert_eq!(ran.state(&repo), "merged");
        assert_eq!(stage.forge.file(&repo, "main", ".runtime-version").as_deref(), Some("1.4.0\n"));
    }

    fn a_token_that_ends_while_one_is_merged_is_not_tried_by_the_others(stage: &Stage) {
        let repos = ["hermes", "crewai"].map(|runtime| pinned(stage, runtime));
        let all = repos.join(",");
        run(stage, &all, &[]).succeeds();
        for repo in &repos {
            stage.forge.set_status(repo, &stage.forge.head(repo, BRANCH), "ci", "success");
        }
        let token = stage.token.clone();
        stage.forge.before("pulls.merge", move |forge| forge.expire_token(&token));
        let merge = [("auto-merge", "squash"), ("observation", "1"), ("pace", "1/1s")];
        let ran = run(stage, &all, &merge).exits(1);
        assert_eq!(stage.asked("pulls.merge"), 1);
        let open = "its pull request is open, and was not merged";
        ran.says(&format!("{open}: the token was refused"));
        assert_eq!(stage.forge.pulls(&repos[1]).iter().filter(|pull| pull.open).count(), 1);
    }

    fn a_merge_is_left_to_the_forge_where_checks_are_required(stage: &Stage) {
        let repo = pinned(stage, "hermes");
        stage.forge.protect_branch(&repo, "main", &["ci"]);
        stage.forge.set_auto_merge(&repo, true);
        let ran = run(stage, &repo, &[("auto-merge", "merge")]).succeeds();
        assert_eq!(ran.state(&repo), "scheduled");
        assert!(stage.forge.pulls(&repo)[0].scheduled);
    }

    fn what_is_not_merged_says_why(stage: &Stage) {
        let repo = pinned(stage, "hermes");
        let merge = [("auto-merge", "merge"), ("observation", "1")];
        let unchecked = run(stage, &repo, &merge).exits(1);
        assert_eq!(unchecked.state(&repo), "failed: no-checks");
        let head = stage.forge.head(&repo, BRANCH);
        stage.forge.set_status(&repo, &head, "ci", "failure");
        assert_eq!(run(stage, &repo, &merge).exits(1).state(&repo), "failed: checks-failed");
        stage.forge.set_status(&repo, &head, "ci", "success");
        stage.forge.commit(&repo, "main", &[(".runtime-version", "1.3.1\n")], "fix: by hand");
        assert_eq!(run(stage, &repo, &merge).exits(1).state(&repo), "failed: conflict");
    }

    fn a_check_that_begins_after_a_quick_one_has_passed_is_waited_for(stage: &Stage) {
        let repo = pinned(stage, "hermes");
        run(stage, &repo, &[]).succeeds();
        let head = stage.forge.head(&repo, BRANCH);
        stage.forge.set_status(&repo, &head, "dco", "success");
        // one look of GitHub's is that at the target
        let looks = stage.pick("graphql", "statuses.combined");
        let first = stage.asked(looks) + stage.pick(2, 1);
        let ran = stage.started(&[
            ("version", "1.4.0"), ("token", &stage.token), ("repos", &repo), ("mode", "bump-pr"),
            ("auto-merge", "merge"), ("observation", "40"),
        ]);
        let begun = std::time::Instant::now();
        while stage.asked(looks) < first && begun.elapsed().as_secs() < 60 {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        for state in ["pending", "failure"] {
            stage.forge.set_status(&repo, &head, "ci", state);
        }
        assert_eq!(ran.ends(stage).exits(1).state(&repo), "failed: checks-failed");
        assert!(!stage.forge.pulls(&repo)[0].merged);
    }

    fn a_pull_request_that_was_just_opened_is_given_time_for_its_checks(stage: &Stage) {
        let repo = pinned(stage, "hermes");
        let ran = stage.started(&[
            ("version", "1.4.0"), ("token", &stage.token), ("repos", &repo), ("mode", "bump-pr"),
            ("auto-merge", "merge"), ("observation", "12"),
        ]);
        let begun = std::time::Instant::now();
        while stage.forge.pulls(&repo).is_empty() && begun.elapsed().as_secs() < 60 {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        let head = stage.forge.head(&repo, BRANCH);
        stage.forge.set_status(&repo, &head, "ci", "success");
        assert_eq!(ran.ends(stage).succeeds().state(&repo), "merged");
    }

    fn checks_at_work_are_waited_for_and_not_for_ever(stage: &Stage) {
        let repo = pinned(stage, "hermes");
        run(stage, &repo, &[]).succeeds();
        let head = stage.forge.head(&repo, BRANCH);
        stage.forge.set_status(&repo, &head, "ci", "pending");
        let slow = run(stage, &repo, &[("auto-merge", "merge"), ("wait-timeout", "2")]).exits(1);
        assert_eq!(slow.state(&repo), "failed: deadline");
    }
}
