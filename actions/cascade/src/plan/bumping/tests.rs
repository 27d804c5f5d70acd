use template::pins::{Files, Format, find};

use super::*;

const BRANCH: &str = "bump/runtime-1.4.0";

fn version(text: &str) -> PackageVersion {
    text.parse().unwrap()
}

fn commit() -> CommitSha {
    "0123456789012345678901234567890123456789".parse().unwrap()
}

fn pull(number: u64, of: &str, state: PullState) -> OwnPull {
    OwnPull {
        number,
        title: format!("Bump to {of}"),
        body: String::new(),
        url: format!("https://forge.example/pulls/{number}"),
        state,
        head: format!("bump/runtime-{of}"),
        head_commit: commit(),
        base: "main".to_owned(),
        author: "bot".to_owned(),
    }
}

fn changes(by: Carries) -> Changes {
    Changes { by, misses: None, back: false }
}

fn bump(number: u64, of: &str, by: Carries) -> Bump {
    Bump { pull: pull(number, of, PullState::Open), version: version(of), changes: changes(by) }
}

fn branch(head: CommitSha, by: Carries) -> Branch {
    Branch { head, changes: changes(by) }
}

fn last(of: &str, state: PullState) -> Last {
    Last { pull: pull(3, of, state), by_us: false }
}

/// A target whose base has these files.
fn facts(files: &[(&str, &str)]) -> Facts {
    let read: Files =
        files.iter().map(|(path, text)| ((*path).to_owned(), Some(text.as_bytes().to_vec()))).collect();
    let entries: Vec<_> = read.keys().map(|path| (path.clone(), Format::of(path).unwrap())).collect();
    let pins = find(&entries, &read, &"runtime".parse().unwrap());
    let looked_through = read.into_keys().collect();
    Facts { pins, looked_through, idle: Vec::new(), open: Vec::new(), branch: None, last: None, opened: None }
}

fn pinned(at: &str) -> Facts {
    facts(&[(".runtime-version", at)])
}

fn next(facts: &Facts) -> Next {
    plan(facts, Rules { version: &version("1.4.0"), rollback: false, branch: BRANCH })
}

fn rollback(facts: &Facts) -> Next {
    plan(facts, Rules { version: &version("1.4.0"), rollback: true, branch: BRANCH })
}

#[test]
fn a_lower_pin_is_bumped_by_a_commit_and_a_pull_request() {
    let mut facts = pinned("1.3.0");
    assert_eq!(next(&facts), Next::Commit);
    facts.branch = Some(branch(commit(), Carries::Ours));
    assert_eq!(next(&facts), Next::Open, "also after a crash between the two");
    facts.open = vec![bump(7, "1.4.0", Carries::Ours)];
    facts.opened = Some(7);
    let Next::Done(Ending::Open { pull, adopted: false, .. }) = next(&facts) else { panic!() };
    assert_eq!(pull.number, 7);
}

#[test]
fn an_open_pull_request_is_adopted_even_with_somebodys_commits() {
    for carries in [Carries::Ours, Carries::Others] {
        let mut facts = pinned("1.3.0");
        facts.open = vec![bump(7, "1.4.0", carries)];
        facts.branch = Some(branch(commit(), carries));
        assert!(
            matches!(next(&facts), Next::Done(Ending::Open { adopted: true, carries: c, .. }) if c == carries)
        );
    }
}

#[test]
fn versions_are_compared_by_pep_440() {
    for (at, done) in
        [("1.4", true), ("1.4.0", true), ("1.4.0rc1", false), ("1.4.0.dev1", false), ("1.10", true)]
    {
        assert_eq!(matches!(next(&pinned(at)), Next::Done(_)), done, "{at}");
    }
}

#[test]
fn what_is_pinned_is_done_and_never_taken_back_without_a_word() {
    assert_eq!(next(&pinned("1.4.0")), Next::Done(Ending::Pinned));
    let ahead = Next::Done(Ending::Ahead(version("1.5.0"), ".runtime-version:1:1".to_owned()));
    assert_eq!(next(&pinned("1.5.0")), ahead);
    assert_eq!(rollback(&pinned("1.5.0")), Next::Commit);
}

#[test]
fn pins_of_which_only_some_are_later_need_somebodys_eye() {
    for other in ["1.3.0", "1.4.0"] {
        let mut mixed = facts(&[(".runtime-version", other), ("requirements.txt", "runtime==1.5.0")]);
        let Next::Done(Ending::Failed(trouble)) = next(&mixed) else { panic!("{other}") };
        assert_eq!(trouble.reason, "mixed-pins");
        assert!(trouble.what.contains("requirements.txt:1:10` pins 1.5.0"), "{trouble}");
        assert!(trouble.what.contains(&format!(".runtime-version:1:1` pins {other}")), "{trouble}");
        assert_eq!(rollback(&mixed), Next::Commit);
        mixed.open = vec![bump(8, "1.5.0", Carries::Ours)];
        assert!(matches!(next(&mixed), Next::Done(Ending::Superseded(..))), "it is on its way");
    }
}

#[test]
fn an_older_bump_of_ours_is_closed_once_the_new_one_is_open() {
    let mut facts = pinned("1.3.0");
    facts.open = vec![bump(5, "1.3.5", Carries::Ours), bump(6, "1.3.6", Carries::Others)];
    assert_eq!(next(&facts), Next::Commit, "not before the new one is there");
    facts.open.push(bump(7, "1.4.0", Carries::Ours));
    assert_eq!(next(&facts), Next::Close(5, "superseded by #7, which bumps to 1.4.0".to_owned()));
    facts.open.remove(0);
    assert!(matches!(next(&facts), Next::Done(Ending::Open { .. })), "#6 has somebody else's commits");
}

#[test]
fn a_bump_that_comes_too_late_makes_room_for_the_later_one() {
    let mut facts = pinned("1.3.0");
    facts.open = vec![bump(8, "1.5.0", Carries::Ours)];
    let superseded =
        Next::Done(Ending::Superseded(version("1.5.0"), "https://forge.example/pulls/8".to_owned()));
    assert_eq!(next(&facts), superseded);
    facts.open.push(bump(7, "1.4.0", Carries::Ours));
    assert_eq!(next(&facts), Next::Close(7, "1.5.0 is on its way: #8".to_owned()));
    let Next::Close(8, _) = rollback(&facts) else { panic!("a rollback is what was asked for") };
}

#[test]
fn what_is_pinned_already_leaves_no_bump_open() {
    let mut facts = pinned("1.4.0");
    facts.open = vec![bump(7, "1.4.0", Carries::Ours)];
    assert_eq!(next(&facts), Next::Close(7, "1.4.0 is pinned by now".to_owned()));
}

#[test]
fn a_branch_with_somebodys_commits_is_never_touched() {
    let mut facts = pinned("1.3.0");
    facts.branch = Some(branch(commit(), Carries::Others));
    let Next::Done(Ending::Failed(trouble)) = next(&facts) else { panic!() };
    assert_eq!(trouble.reason, "foreign-commits");
}

#[test]
fn a_branch_that_has_served_is_made_anew() {
    let mut facts = pinned("1.3.0");
    facts.branch = Some(branch(commit(), Carries::Nothing));
    assert_eq!(next(&facts), Next::Delete(commit()));
    facts.branch = Some(branch(commit(), Carries::Ours));
    facts.last = Some(last("1.4.0", PullState::Merged(None)));
    assert_eq!(next(&facts), Next::Delete(commit()));
    let anew = "1123456789012345678901234567890123456789".parse().unwrap();
    facts.branch = Some(branch(anew, Carries::Ours));
    assert_eq!(next(&facts), Next::Open);
}

#[test]
fn a_bump_that_somebody_has_closed_is_not_opened_again() {
    let mut facts = pinned("1.3.0");
    facts.last = Some(last("1.4.0", PullState::Closed));
    assert_eq!(next(&facts), Next::Done(Ending::Declined("https://forge.example/pulls/3".to_owned())));
    facts.pins = pinned("1.5.0").pins;
    assert_eq!(rollback(&facts), Next::Commit, "a rollback is asked for by name");
}

#[test]
fn pins_that_are_not_there_or_cannot_be_bumped_are_told() {
    for (files, reason) in [
        (&[("requirements.txt", "runtime>=1")][..], "no-pins"),
        (&[], "no-pins"),
        (&[("requirements.txt", "runtime>=1,<1.4")], "pin"),
        (&[(".runtime-version", "latest")], "pin"),
        (&[(".runtime-version", "1.3.0"), ("requirements.txt", "runtime==1.3.0 --hash=sha256:00")], "pin"),
    ] {
        let Next::Done(Ending::Failed(trouble)) = next(&facts(files)) else { panic!("{files:?}") };
        assert_eq!(trouble.reason, reason);
        assert!(trouble.mending.is_some());
    }
}

#[test]
fn a_pull_request_that_leaves_a_pin_behind_is_made_anew_or_left_to_who_made_it() {
    let mut facts = pinned("1.3.0");
    let mut own = bump(7, "1.4.0", Carries::Ours);
    own.changes.misses = Some("Dockerfile:2:5".to_owned());
    facts.branch = Some(Branch { head: commit(), changes: own.changes.clone() });
    facts.open = vec![own.clone()];
    assert_eq!(
        next(&facts),
        Next::Close(7, "it leaves `Dockerfile:2:5` as it is, and is made anew".to_owned())
    );
    facts.open.clear();
    assert_eq!(next(&facts), Next::Delete(commit()), "also when no pull request was opened");
    facts.last = Some(Last { pull: pull(7, "1.4.0", PullState::Closed), by_us: true });
    assert_eq!(next(&facts), Next::Delete(commit()), "nobody has declined it");
    facts.branch = None;
    assert_eq!(next(&facts), Next::Commit);
    own.changes.by = Carries::Others;
    facts.open = vec![own];
    let Next::Done(Ending::Failed(trouble)) = next(&facts) else { panic!() };
    assert_eq!(trouble.reason, "foreign-commits");
    assert!(trouble.what.contains("#7") && trouble.what.contains("Dockerfile:2:5"), "{trouble}");
}

#[test]
fn a_later_bump_supersedes_whoever_has_added_to_it_if_it_bumps_at_all() {
    let mut facts = pinned("1.3.0");
    facts.open = vec![bump(8, "1.5.0", Carries::Others)];
    assert!(matches!(next(&facts), Next::Done(Ending::Superseded(..))));
    facts.open[0].changes.misses = Some(".runtime-version:1:1".to_owned());
    assert_eq!(next(&facts), Next::Commit, "somebody's branch that is only called so");
}

#[test]
fn a_rollback_is_left_open_by_whoever_asks_for_none() {
    let back = |number, of| {
        let mut back = bump(number, of, Carries::Ours);
        back.changes.back = true;
        back
    };
    let mut facts = pinned("1.5.0");
    facts.open = vec![back(9, "1.4.0")];
    assert!(matches!(next(&facts), Next::Done(Ending::Ahead(..))), "a second run of 1.4.0");
    let mut facts = pinned("1.4.0");
    facts.open = vec![back(9, "1.3.0")];
    assert_eq!(next(&facts), Next::Done(Ending::Pinned));
    facts.open = vec![back(9, "1.4.0")];
    assert!(matches!(next(&facts), Next::Close(9, _)), "it has come to that without it");
    let mut facts = pinned("1.3.0");
    facts.open = vec![back(9, "1.2.0"), bump(10, "1.4.0", Carries::Ours)];
    assert!(matches!(next(&facts), Next::Done(Ending::Open { .. })));
    assert!(matches!(rollback(&facts), Next::Close(9, _)), "another rollback makes room for this one");
}

#[test]
fn branches_are_named_by_the_project() {
    assert_eq!(prefix(&RUNTIME.parse().unwrap()), "bump/runtime-");
    assert_eq!(prefix(&"other-sdk".parse().unwrap()), "bump/other-sdk-");
}

#[test]
fn what_cannot_be_edited_is_in_the_way_only_of_what_it_does_not_let_through() {
    let hashes = |at: &str| format!("runtime=={at} --hash=sha256:00\n");
    let at = |pin: &str, other: &str| facts(&[(".runtime-version", pin), ("requirements.txt", other)]);
    assert_eq!(next(&at("1.4.0", &hashes("1.4.0"))), Next::Done(Ending::Pinned));
    assert_eq!(next(&facts(&[("requirements.txt", &hashes("1.4.0"))])), Next::Done(Ending::Pinned));
    assert!(matches!(next(&at("1.5.0", &hashes("1.5.0"))), Next::Done(Ending::Ahead(..))));
    assert_eq!(next(&at("1.3.0", &hashes("1.4.0"))), Next::Commit);
    assert_eq!(next(&at("1.3.0", "runtime>=1.3,<2")), Next::Commit);
    for (pin, other) in [("1.3.0", "runtime<1.4"), ("1.4.0", "runtime<1.4"), ("1.4.0", &hashes("1.3.0"))] {
        let Next::Done(Ending::Failed(trouble)) = next(&at(pin, other)) else { panic!("{pin} {other}") };
        assert_eq!(trouble.reason, "pin");
        assert!(trouble.what.starts_with("`requirements.txt:1:1`"), "{trouble}");
    }
}

#[test]
fn every_file_that_the_manifest_names_has_to_pin() {
    let mut facts = pinned("1.3.0");
    facts.idle = vec!["`a.txt`, which is not there".to_owned(), "`b.txt`, which pins nothing".to_owned()];
    let Next::Done(Ending::Failed(trouble)) = next(&facts) else { panic!() };
    assert_eq!(trouble.reason, "no-pins");
    assert_eq!(
        trouble.what,
        "the manifest names `a.txt`, which is not there, and `b.txt`, which pins nothing"
    );
}
