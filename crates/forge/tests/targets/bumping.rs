//! A branch with one commit, and its pull request.

use forge::{
    Answer, BranchDeletion, CommitOutcome, FileChange, NewCommit, NewPull, OwnPull, PullClosing, PullOpening,
    PullState, Reason,
};
use local_forge::{Dialect, Fault, NewRepo, Role};

use crate::stage::{REPO, Stage, name, wait_for};

const BRANCH: &str = "bump/runtime-1.4.0";
const MESSAGE: &str = "Bump the runtime to 1.4.0\n\nCascade-Id: c1";
const SCRIPT: &str = "#!/bin/sh\nexec runtime==1.3.0\n";

fn files() -> Vec<FileChange> {
    let file = |path: &str, before: Option<&str>, after: &str| FileChange {
        path: path.to_owned(),
        before: before.map(|text| text.as_bytes().to_vec()),
        after: after.as_bytes().to_vec(),
    };
    vec![
        file(".runtime-version", None, "1.4.0\n"),
        file(
            "docker/Dockerfile",
            Some("FROM x\nRUN pip install runtime==1.3.0\n"),
            "FROM x\nRUN pip install runtime==1.4.0\n",
        ),
    ]
}

/// The template's files, at the head of `main`.
fn with_pins(stage: &Stage) -> String {
    let files = [("docker/Dockerfile", "FROM x\nRUN pip install runtime==1.3.0\n"), ("start.sh", SCRIPT)];
    let head = stage.forge.commit(REPO, "main", &files, "Pin the runtime");
    stage.forge.forget_exchanges();
    head
}

fn commit(stage: &Stage, at: &str, files: &[FileChange]) -> Answer<CommitOutcome> {
    let (branch, base, at) = (BRANCH.parse().unwrap(), "main".parse().unwrap(), at.parse().unwrap());
    let new = NewCommit { branch: &branch, base: &base, at: &at, message: MESSAGE, files };
    wait_for(async { stage.handles().1.commit_files(&new).await.unwrap() })
}

fn committed(answer: Answer<CommitOutcome>) -> String {
    match answer {
        Answer::Done(CommitOutcome::Committed(commit)) => commit.to_string(),
        other => panic!("{other:?}"),
    }
}

fn open(stage: &Stage) -> Answer<PullOpening> {
    let (head, base) = (BRANCH.parse().unwrap(), "main".parse().unwrap());
    let new = NewPull { head: &head, base: &base, title: "Bump the runtime to 1.4.0", body: "Cascade c1" };
    wait_for(async { stage.handles().1.open_pull_request(&new).await.unwrap() })
}

fn opened(stage: &Stage) -> OwnPull {
    match open(stage) {
        Answer::Done(PullOpening::Opened(pull)) => pull,
        other => panic!("{other:?}"),
    }
}

fn bumped(stage: &Stage) -> OwnPull {
    let at = with_pins(stage);
    committed(commit(stage, &at, &files()));
    opened(stage)
}

/// What the branch brings: one commit on top of `main`, with every file.
fn assert_whole(stage: &Stage, head: &str) {
    let history = stage.forge.history(REPO, BRANCH);
    assert_eq!((history[0].0.as_str(), history[0].1.trim_end()), (head, MESSAGE));
    assert_eq!(history[1].0, stage.forge.head(REPO, "main"), "one commit");
    assert_eq!(stage.forge.file(REPO, BRANCH, ".runtime-version").unwrap(), "1.4.0\n");
    assert!(stage.forge.file(REPO, BRANCH, "docker/Dockerfile").unwrap().ends_with("runtime==1.4.0\n"));
    assert_eq!(stage.forge.file(REPO, BRANCH, "start.sh").unwrap(), SCRIPT, "what is not named stays");
}

on_both! {
    fn several_files_change_in_one_commit_on_a_branch_of_its_own(stage: &Stage) {
        let at = with_pins(stage);
        let head = committed(commit(stage, &at, &files()));
        assert_whole(stage, &head);
        let branch = BRANCH.parse().unwrap();
        let found = wait_for(async { stage.handles().0.branch(&branch).await.unwrap() });
        assert_eq!(found.unwrap().as_str(), head);
        let found = wait_for(async { stage.handles().0.branches("bump/runtime-").await.unwrap() });
        assert_eq!(found, [(branch, head.parse().unwrap())]);
    }

    fn bytes_that_are_no_text_arrive_as_they_are(stage: &Stage) {
        let at = with_pins(stage);
        let file = FileChange { path: "bin/blob".to_owned(), before: None, after: vec![0, 159, 146, 150] };
        committed(commit(stage, &at, &[file]));
        let branch = stage.forge.head(REPO, BRANCH).parse().unwrap();
        let bytes = wait_for(async { stage.handles().0.file("bin/blob", &branch).await.unwrap().unwrap() });
        assert_eq!(bytes, [0, 159, 146, 150]);
    }

    fn a_branch_that_is_there_is_told_and_not_touched(stage: &Stage) {
        let at = with_pins(stage);
        let theirs = stage.forge.commit(REPO, BRANCH, &[("x", "theirs")], "Somebody's work");
        let answer = commit(stage, &at, &files());
        assert!(
            matches!(&answer, Answer::Done(CommitOutcome::BranchExists(head)) if head.as_str() == theirs),
            "{answer:?}"
        );
        assert_eq!(stage.forge.head(REPO, BRANCH), theirs);
    }

    fn a_file_that_is_not_what_it_was_is_stale_and_nothing_is_made(stage: &Stage) {
        let at = with_pins(stage);
        let mut other = files();
        other[1].before = Some(b"FROM y\n".to_vec());
        let mut there = files();
        there[1].before = None;
        let mut gone = files();
        gone[0].before = Some(b"1.3.0\n".to_vec());
        for files in [other, there, gone] {
            let answer = commit(stage, &at, &files);
            assert!(matches!(&answer, Answer::Done(CommitOutcome::Stale(_))), "{answer:?}");
        }
        assert_eq!(stage.forge.heads(REPO).len(), 1);
    }

    fn who_may_only_look_is_told_so(stage: &Stage) {
        let at = with_pins(stage);
        let token = stage.forge.token(Role::Read);
        let (branch, base, at) = (BRANCH.parse().unwrap(), "main".parse().unwrap(), at.parse().unwrap());
        let new = NewCommit { branch: &branch, base: &base, at: &at, message: MESSAGE, files: &files() };
        let answer = wait_for(async { stage.handles_of(&token).1.commit_files(&new).await.unwrap() });
        let Answer::Refused(refused) = answer else { panic!("{answer:?}") };
        assert_eq!(refused.reason, Reason::Permission(None), "{refused:?}");
    }

    fn an_archived_repository_takes_no_commit(stage: &Stage) {
        let at = with_pins(stage);
        stage.forge.set_archived(REPO, true);
        let answer = commit(stage, &at, &files());
        assert!(matches!(&answer, Answer::Refused(refused) if refused.reason == Reason::Archived), "{answer:?}");
    }

    fn a_renamed_repository_tells_its_new_name(stage: &Stage) {
        let at = with_pins(stage);
        stage.forge.rename(REPO, "template-uno");
        let answer = commit(stage, &at, &files());
        assert!(matches!(&answer, Answer::Moved(name) if name.as_str() == "acme/template-uno"), "{answer:?}");
        let answer = open(stage);
        assert!(matches!(&answer, Answer::Moved(name) if name.as_str() == "acme/template-uno"), "{answer:?}");
        assert_eq!(stage.forge.heads("acme/template-uno").len(), 1);
    }

    fn a_pull_request_is_opened_once(stage: &Stage) {
        let pull = bumped(stage);
        assert_eq!((pull.head.as_str(), pull.base.as_str()), (BRANCH, "main"));
        assert_eq!((pull.author.as_str(), pull.body.as_str()), ("dev", "Cascade c1"));
        assert_eq!(pull.head_commit.as_str(), stage.forge.head(REPO, BRANCH));
        let again = open(stage);
        assert!(matches!(&again, Answer::Done(PullOpening::AlreadyOpen(there)) if *there == pull), "{again:?}");
        assert_eq!(stage.forge.pulls(REPO).len(), 1);
    }

    fn a_branch_without_anything_new_has_no_pull_request(stage: &Stage) {
        let at = with_pins(stage);
        committed(commit(stage, &at, &files()));
        let pull = opened(stage);
        stage.forge.merge(REPO, pull.number, local_forge::MergeStyle::Merge);
        let answer = open(stage);
        assert!(matches!(&answer, Answer::Done(PullOpening::NothingNew)), "{answer:?}");
    }

    fn a_pull_request_from_nowhere_is_refused(stage: &Stage) {
        let answer = open(stage);
        assert!(matches!(&answer, Answer::Refused(_)), "{answer:?}");
    }

    fn every_open_pull_request_of_ours_is_found_and_no_fork_s(stage: &Stage) {
        for number in 0..110 {
            let head = format!("bump/runtime-0.{number}.0");
            stage.forge.pull_request(REPO, &local_forge::NewPull { head: &head, ..local_forge::NewPull::titled("t") });
        }
        let fork = local_forge::NewPull { fork: Some("stranger"), head: "bump/runtime-9.0.0", ..local_forge::NewPull::titled("t") };
        stage.forge.pull_request(REPO, &fork);
        stage.forge.pull_request(REPO, &local_forge::NewPull::titled("feature"));
        stage.forge.close(REPO, 3);
        let found = wait_for(async { stage.handles().0.open_pull_requests("bump/runtime-").await.unwrap() });
        assert_eq!(found.len(), 109);
        assert!(found.iter().all(|pull| pull.head.starts_with("bump/runtime-0.") && pull.state == PullState::Open));
    }

    fn the_pull_requests_of_a_branch_are_told_whatever_became_of_them(stage: &Stage) {
        let pull = bumped(stage);
        stage.forge.close(REPO, pull.number);
        let again = opened(stage);
        let merge = stage.forge.merge(REPO, again.number, local_forge::MergeStyle::Squash);
        stage.forge.delete_branch(REPO, BRANCH);
        let branch = BRANCH.parse().unwrap();
        let found = wait_for(async { stage.handles().0.pull_requests_of(&branch).await.unwrap() });
        let states: Vec<_> = found.into_iter().map(|pull| (pull.number, pull.state)).collect();
        let merged = PullState::Merged(Some(merge.parse().unwrap()));
        assert_eq!(states, [(again.number, merged), (pull.number, PullState::Closed)]);
    }

    fn a_pull_request_is_closed_with_one_comment(stage: &Stage) {
        let pull = bumped(stage);
        let close = || {
            let closed = wait_for(async { stage.handles().1.close_pull_request(pull.number, "Superseded by #9").await });
            match closed.unwrap() {
                Answer::Done(closing) => closing,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(close(), PullClosing::Closed);
        assert_eq!(close(), PullClosing::WasClosed);
        let comments: Vec<_> = stage.forge.comments(REPO, pull.number).into_iter().map(|comment| comment.body).collect();
        assert_eq!(comments, ["Superseded by #9"]);
        assert!(!stage.forge.pulls(REPO)[0].open);
    }

    fn a_merged_pull_request_is_left_without_a_word(stage: &Stage) {
        let pull = bumped(stage);
        stage.forge.merge(REPO, pull.number, local_forge::MergeStyle::Merge);
        let closed = wait_for(async { stage.handles().1.close_pull_request(pull.number, "Superseded").await.unwrap() });
        assert!(matches!(closed, Answer::Done(PullClosing::WasMerged)));
        assert!(stage.forge.comments(REPO, pull.number).is_empty());
    }

    fn a_branch_is_deleted_only_while_it_holds_what_was_seen(stage: &Stage) {
        let at = with_pins(stage);
        let head = committed(commit(stage, &at, &files()));
        let (branch, seen) = (BRANCH.parse().unwrap(), head.parse().unwrap());
        stage.forge.commit(REPO, BRANCH, &[("x", "theirs")], "Somebody's work");
        let delete = || wait_for(async { stage.handles().1.delete_branch(&branch, &seen).await.unwrap() });
        assert!(matches!(delete(), BranchDeletion::Refused(_)));
        assert!(stage.forge.heads(REPO).contains_key(BRANCH));
        let now = stage.forge.head(REPO, BRANCH).parse().unwrap();
        let deleted = wait_for(async { stage.handles().1.delete_branch(&branch, &now).await.unwrap() });
        assert_eq!(deleted, BranchDeletion::Deleted);
        assert!(!stage.forge.heads(REPO).contains_key(BRANCH));
    }

    fn after_any_lost_answer_there_is_one_branch_with_one_commit(stage: &Stage) {
        let operations: &[&str] = match stage.forge.dialect() {
            Dialect::GitHub => &["commits.object", "trees.get", "trees.create", "commits.create", "refs.create"],
            Dialect::Gitea => &["contents.change"],
        };
        for operation in operations {
            for fault in faults(operation) {
                let stage = Stage::new(stage.forge.dialect());
                let at = with_pins(&stage);
                stage.forge.fail(fault);
                let head = committed(commit(&stage, &at, &files()));
                assert_eq!(stage.forge.waiting_faults(), 0);
                assert_whole(&stage, &head);
            }
        }
    }

    fn after_any_lost_answer_there_is_one_pull_request(stage: &Stage) {
        for fault in faults("pulls.create") {
            let stage = Stage::new(stage.forge.dialect());
            let at = with_pins(&stage);
            committed(commit(&stage, &at, &files()));
            stage.forge.fail(fault);
            opened(&stage);
            assert_eq!((stage.forge.waiting_faults(), stage.forge.pulls(REPO).len()), (0, 1));
        }
    }

    fn an_answer_that_stays_open_is_told_as_open(stage: &Stage) {
        let at = with_pins(stage);
        let write = match stage.forge.dialect() {
            Dialect::GitHub => "refs.create",
            Dialect::Gitea => "contents.change",
        };
        stage.forge.fail(Fault::status(write, 502).times(9));
        let answer = commit(stage, &at, &files());
        assert!(matches!(&answer, Answer::Ambiguous(_)), "{answer:?}");
        assert_eq!(stage.asked(write), 4);
    }
}

fn faults(operation: &str) -> Vec<Fault> {
    let before = [
        Fault::status(operation, 500),
        Fault::status(operation, 502).header("content-type", "text/html").body("<h1>oops</h1>"),
        Fault::cut(operation),
    ];
    let after = before.clone().map(Fault::after_the_effect);
    let mut faults: Vec<_> = before.into_iter().chain(after).collect();
    if !matches!(operation, "trees.get" | "commits.object") {
        faults.push(Fault::status(operation, 200).body("\u{0}?").after_the_effect());
    }
    faults
}

#[test]
fn a_script_stays_one_that_can_be_run() {
    let stage = Stage::new(Dialect::GitHub);
    stage.forge.commit(REPO, "main", &[("start.sh", SCRIPT)], "Add the script");
    let at = stage.forge.make_executable(REPO, "main", "start.sh");
    let file = FileChange {
        path: "start.sh".to_owned(),
        before: Some(SCRIPT.as_bytes().to_vec()),
        after: SCRIPT.replace("1.3.0", "1.4.0").into_bytes(),
    };
    committed(commit(&stage, &at, &[file]));
    assert_eq!(stage.forge.mode(REPO, BRANCH, "start.sh").as_deref(), Some("100755"));
}

#[test]
fn a_private_repository_that_is_hidden_takes_no_commit_and_says_why() {
    for dialect in [Dialect::GitHub, Dialect::Gitea] {
        let stage = Stage::new(dialect);
        let head = stage.forge.new_repo("acme/secret", &NewRepo { private: true, writers: Vec::new() });
        let (branch, base, at) = (BRANCH.parse().unwrap(), "main".parse().unwrap(), head.parse().unwrap());
        let new = NewCommit { branch: &branch, base: &base, at: &at, message: MESSAGE, files: &files()[..1] };
        let (_, writer) = stage.open().repository(name("acme/secret"));
        let answer = wait_for(async { writer.commit_files(&new).await.unwrap() });
        assert!(
            matches!(&answer, Answer::Refused(refused) if refused.reason == Reason::HiddenOrMissing),
            "{answer:?}"
        );
    }
}
