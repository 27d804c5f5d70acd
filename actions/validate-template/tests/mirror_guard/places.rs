//! At the other places: the check in the mirror, and the witness in the source repository.

use std::path::Path;

use crate::attacks::{ATTACKS, Attack};
use crate::git::{git, run};
use crate::guard::{guard_with, on_event, on_push, witness};
use crate::release::{Release, TARGET, by_hand};
use crate::stage::Stage;

const NULL: &str = "0000000000000000000000000000000000000000";

/// Carries an attack out, on a mirror without a hook: the refs that were moved, with where they stood and stand.
fn carried_out(stage: &Stage, attack: &Attack) -> Vec<(String, String, String)> {
    git(&stage.mirror(), &["config", "receive.denyDeleteCurrent", "ignore"]);
    let refspecs = (attack.prepare)(stage);
    let standing = |name: &str| {
        git(&stage.mirror(), &["for-each-ref", "--format=%(objectname)", name]).trim().to_owned()
    };
    let names: Vec<_> = refspecs.iter().map(|one| one.rsplit_once(':').unwrap().1.to_owned()).collect();
    let null = |id: String| if id.is_empty() { NULL.to_owned() } else { id };
    let before: Vec<_> = names.iter().map(|name| null(standing(name))).collect();
    stage.push(&refspecs.iter().map(String::as_str).collect::<Vec<_>>()).unwrap();
    let after = names.iter().map(|name| null(standing(name))).collect::<Vec<_>>();
    names.into_iter().zip(before).zip(after).map(|((name, before), after)| (name, before, after)).collect()
}

#[test]
fn the_check_in_the_mirror_fails_for_every_attack() {
    for attack in ATTACKS {
        let stage = Stage::new();
        let moved = carried_out(&stage, attack);
        let ran: Vec<_> =
            moved.iter().map(|(name, before, after)| on_push(&stage, name, before, after, &[])).collect();
        let bad = ran.into_iter().find(|ran| ran.exit != Some(0));
        let bad = bad.unwrap_or_else(|| panic!("{} passed", attack.name)).exits(3).says(attack.says);
        assert!(bad.outputs.contains("false"), "{}", bad.outputs);
    }
}

#[test]
fn the_witness_sees_every_attack_that_has_left_a_trace() {
    for attack in ATTACKS.iter().filter(|attack| attack.is_seen_standing) {
        let stage = Stage::new();
        carried_out(&stage, attack);
        let copy = stage.path("copy.git");
        git(&stage.path(""), &["clone", "-q", "--mirror", "mirror.git", "copy.git"]);
        let ran = witness(&stage, &copy, &[]);
        assert_eq!(ran.exit, Some(3), "{}: {}", attack.name, ran.log);
    }
}

#[test]
fn the_witness_sees_a_branch_that_was_put_back_when_it_knows_what_was_published() {
    for attack in ATTACKS.iter().filter(|attack| !attack.is_seen_standing) {
        let stage = Stage::new();
        carried_out(&stage, attack);
        let known = if attack.name.contains("leaves a release out") { "1.4.0" } else { "1.3.0" };
        let ran = witness(&stage, &stage.mirror(), &["--expect-version", known]);
        ran.exits(3).says(&format!("and {known} was published"));
    }
}

#[test]
fn what_publish_made_passes_at_every_place() {
    let stage = Stage::new();
    let ran = on_push(&stage, "refs/heads/main", NULL, stage.head(), &[]).exits(0);
    let ran = ran.says("3 commits are publish's; at release 1.3.0, number 3, signed by publish@acme.test");
    assert!(ran.outputs.contains("1.3.0") && ran.outputs.contains(stage.head()), "{}", ran.outputs);
    on_push(&stage, "refs/heads/main", &stage.releases[1], stage.head(), &[]).exits(0).says("1 commit is");
    on_push(&stage, "refs/tags/gone", stage.head(), NULL, &[]).exits(0);
    witness(&stage, &stage.mirror(), &["--expect-version", "1.3.0"]).exits(0);
    git(&stage.path(""), &["clone", "-q", "mirror.git", "checkout"]);
    let ran = witness(&stage, &stage.path("checkout"), &[]);
    ran.exits(0).says("3 commits are publish's");
    git(&stage.mirror(), &["repack", "-adq"]);
    git(&stage.mirror(), &["pack-refs", "--all"]);
    witness(&stage, &stage.mirror(), &[]).exits(0);
    on_event(&stage, "schedule", r#"{"repository": {"default_branch": "main"}}"#, &[]).exits(0);
}

#[test]
fn every_pull_request_fails_and_is_told_where_it_belongs() {
    let stage = Stage::new();
    let side =
        |sha: &str| format!(r#"{{"ref": "main", "sha": "{sha}", "repo": {{"full_name": "acme/runtime"}}}}"#);
    let (base, head) = (side(stage.head()), side(&"12".repeat(20)));
    let payload = format!(
        r#"{{"action": "opened", "number": 7, "pull_request": {{"number": 7, "title": "t", "merged": false,
        "base": {base}, "head": {head}, "user": {{"login": "a"}}, "labels": []}}, "repository": {{"default_branch": "main"}}}}"#
    );
    for event in ["pull_request", "pull_request_target"] {
        let ran = on_event(&stage, event, &payload, &[])
            .exits(3)
            .says("pull request #7: a mirror takes no pull requests");
        ran.says("from the folder `workspace` of git.acme.test/acme/core");
    }
}

#[test]
fn what_cannot_be_judged_fails() {
    let stage = Stage::new();
    let absent = "12".repeat(20);
    on_push(&stage, "refs/heads/main", stage.head(), &absent, &[]).exits(1).says("fetch-depth: 0");
    let next = stage.write(&stage.next());
    stage.push(&[&format!("{next}:refs/heads/main")]).unwrap();
    on_push(&stage, "refs/heads/main", &absent, &next, &[])
        .exits(1)
        .says("commit that the branch had before");
    on_event(&stage, "merge_group", "{}", &[]).exits(2).says("`merge_group`");
    on_event(&stage, "push", "{}", &[]).exits(2);
    on_event(&stage, "push", r#"{"ref": "refs/heads/main", "before": null, "after": null}"#, &[])
        .exits(2)
        .says("default branch");
    witness(&stage, &stage.path("nowhere"), &[]).exits(1).says("is no git repository");
    let allowed = fs_err::read_to_string(stage.allowed()).unwrap();
    let hook = ["--mode", "pre-receive", "--target", TARGET, "--allowed-signers", &allowed];
    guard_with(&stage.mirror(), &hook, &[], "nonsense\n").exits(1).says("line 1 is no `old new ref`");
    guard_with(&stage.mirror(), &hook, &[], "").exits(1).says("tells of no update");
    guard_with(&stage.mirror(), &hook[..2], &[], "").exits(2).says("allowed-signers");
    guard_with(&stage.mirror(), &["--mode", "witness", "--allowed-signers", &allowed], &[], "")
        .exits(2)
        .says("`target`");
}

#[test]
fn whoever_is_said_to_push_is_not_believed() {
    let stage = Stage::new();
    let (before, bad) = (stage.head(), by_hand(&stage.clone(), stage.head(), &stage.next()));
    stage.push(&[&format!("{bad}:refs/heads/main")]).unwrap();
    let payload = format!(
        r#"{{"ref": "refs/heads/main", "before": "{before}", "after": "{bad}", "pusher": {{"name": "publish",
        "email": "publish@acme.test"}}, "sender": {{"login": "publish"}}, "repository": {{"default_branch": "main"}}}}"#
    );
    on_event(&stage, "push", &payload, &[]).exits(3).says("it is not signed");
    let allowed = fs_err::read_to_string(stage.allowed()).unwrap();
    let hook = ["--mode", "pre-receive", "--target", TARGET, "--allowed-signers", &allowed];
    let names = [("GITEA_PUSHER_NAME", "publish"), ("GITEA_PUSHER_EMAIL", "publish@acme.test")];
    let line = format!("{before} {bad} refs/heads/main\n");
    guard_with(&stage.mirror(), &hook, &names, &line).exits(3).says("it is not signed");
}

#[test]
fn a_shallow_clone_fails_closed() {
    let stage = Stage::new();
    let from = format!("file://{}", stage.mirror().display());
    git(&stage.path(""), &["clone", "-q", "--depth=1", &from, "shallow"]);
    witness(&stage, &stage.path("shallow"), &[]).exits(1).says("fetch-depth: 0");
}

#[test]
fn a_blob_that_is_missing_or_was_tampered_with_on_disk_fails_closed() {
    let stage = Stage::new();
    let id = git(&stage.mirror(), &["rev-parse", "HEAD:README.md"]);
    let file = loose(&stage.mirror(), &id);
    let kept = fs_err::read(&file).unwrap();
    fs_err::remove_file(&file).unwrap();
    witness(&stage, &stage.mirror(), &[]).exits(1).says(&id);
    let other = git(&stage.mirror(), &["rev-parse", "HEAD:acme_runtime/main.py"]);
    fs_err::copy(loose(&stage.mirror(), &other), &file).unwrap();
    witness(&stage, &stage.mirror(), &[]).exits(1).says(&id);
    fs_err::remove_file(&file).unwrap();
    fs_err::write(&file, kept).unwrap();
    witness(&stage, &stage.mirror(), &[]).exits(0);
}

#[test]
fn a_commit_that_is_made_to_fill_the_memory_is_not_read() {
    let stage = Stage::new();
    let message = "x".repeat((1 << 20) + 1);
    let raw = String::from_utf8(stage.next().draft(&stage.clone()).payload()).unwrap() + &message;
    let id = crate::release::write(&stage.clone(), &raw);
    stage.push(&[&format!("{id}:refs/heads/main")]).unwrap();
    let said = "is larger than any commit should be";
    on_push(&stage, "refs/heads/main", stage.head(), &id, &[]).exits(1).says(said);
    witness(&stage, &stage.mirror(), &[]).exits(1).says(said);
}

#[test]
fn a_repository_of_another_kind_of_ids_fails_closed() {
    let stage = Stage::new();
    let folder = stage.path("sha256");
    fs_err::create_dir(&folder).unwrap();
    git(&folder, &["init", "-q", "--object-format=sha256"]);
    git(&folder, &["commit", "-q", "--allow-empty", "-m", "Begin"]);
    let head = git(&folder, &["rev-parse", "HEAD"]);
    git(&stage.path(""), &["clone", "-q", "--mirror", "sha256", "copy.git"]);
    let ran = witness(&stage, &stage.path("copy.git"), &[]);
    assert!(matches!(ran.exit, Some(1 | 3)), "{}", ran.log);
    let allowed = fs_err::read_to_string(stage.allowed()).unwrap();
    let hook = ["--mode", "pre-receive", "--target", TARGET, "--allowed-signers", &allowed];
    let line = format!("{} {head} refs/heads/main\n", "0".repeat(64));
    let ran = guard_with(&stage.path("copy.git"), &hook, &[], &line);
    assert!(matches!(ran.exit, Some(1 | 3)), "{}", ran.log);
}

#[test]
fn borrowed_objects_are_read_and_held_to_their_ids() {
    let stage = Stage::new();
    git(&stage.path(""), &["clone", "-q", "--mirror", "--shared", "mirror.git", "shared.git"]);
    let shared = stage.path("shared.git");
    witness(&stage, &shared, &[]).exits(0).says("3 commits are publish's");
    let id = git(&stage.mirror(), &["rev-parse", "HEAD:README.md"]);
    let other = git(&stage.mirror(), &["rev-parse", "HEAD:acme_runtime/main.py"]);
    fs_err::remove_file(loose(&stage.mirror(), &id)).unwrap();
    fs_err::copy(loose(&stage.mirror(), &other), loose(&stage.mirror(), &id)).unwrap();
    witness(&stage, &shared, &[]).exits(1).says(&id);
}

#[test]
fn a_symbolic_ref_in_the_branchs_place_does_not_bring_back_what_was_packed() {
    let stage = Stage::new();
    git(&stage.mirror(), &["pack-refs", "--all"]);
    let bad = by_hand(&stage.clone(), stage.head(), &stage.next());
    stage.push(&[&format!("{bad}:refs/heads/other")]).unwrap();
    git(&stage.mirror(), &["symbolic-ref", "refs/heads/main", "refs/heads/other"]);
    let ran = witness(&stage, &stage.mirror(), &[]).exits(3);
    ran.says("ref `refs/heads/other`").says("ref `refs/heads/main`: it is not there");
}

fn loose(repository: &Path, id: &str) -> std::path::PathBuf {
    repository.join("objects").join(&id[..2]).join(&id[2..])
}

#[test]
fn neither_configuration_nor_replacements_nor_ownership_of_a_checkout_matter() {
    let stage = Stage::new();
    let bad = by_hand(&stage.clone(), stage.head(), &stage.next());
    stage.push(&[&format!("{bad}:refs/heads/main")]).unwrap();
    let good = stage.write(&stage.next());
    stage.push(&[&format!("{good}:refs/heads/side")]).unwrap();
    git(&stage.mirror(), &["replace", &bad, &good]);
    git(&stage.mirror(), &["update-ref", "-d", "refs/heads/side"]);
    git(&stage.mirror(), &["config", "core.fsmonitor", "touch owned"]);
    let parentless = format!("{}\n{bad} {}\n", stage.head(), stage.releases[0]);
    fs_err::write(stage.mirror().join("info/grafts"), parentless).unwrap();
    witness(&stage, &stage.mirror(), &[]).exits(3).says(&format!("commit {bad}: it is not signed"));
    assert!(!stage.mirror().join("owned").exists());
    let owned = run(std::process::Command::new("chown").args(["-R", "12345:12345"]).arg(stage.mirror()), b"");
    if owned.status.success() {
        witness(&stage, &stage.mirror(), &[]).exits(3).says("it is not signed");
    }
}

#[test]
fn keys_are_changed_with_an_overlap_of_no_commit() {
    let stage = Stage::new();
    let (old, new) = (stage.key.public_line(), stage.other.public_line());
    let moment = |time: jiff::Timestamp| time.strftime("%Y%m%d%H%M%SZ").to_string();
    let third = Release::new(3, None).time;
    let change = moment(third.checked_add(jiff::SignedDuration::from_secs(1)).unwrap());
    let lines = format!("a valid-before=\"{}\" {old}\nb valid-after=\"{change}\" {new}\n", moment(third));
    fs_err::write(stage.allowed(), lines).unwrap();
    stage.install_hook();
    let by_old = stage.write(&stage.next());
    let said = stage.push(&[&format!("{by_old}:refs/heads/main")]).unwrap_err();
    assert!(said.contains("was valid until"), "{said}");
    // not even with an older time in it
    let backdated = stage.write(&Release { time: third, ..stage.next() });
    let said = stage.push(&[&format!("{backdated}:refs/heads/main")]).unwrap_err();
    assert!(said.contains("was valid until"), "{said}");
    let by_new = stage.next().write(&stage.clone(), &stage.other);
    stage.push(&[&format!("{by_new}:refs/heads/main")]).unwrap();
    witness(&stage, &stage.mirror(), &[]).exits(0).says("signed by b");
}
