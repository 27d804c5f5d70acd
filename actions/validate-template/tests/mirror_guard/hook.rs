//! In the hook of a real bare repository, started by a real push.

use crate::attacks::ATTACKS;
use crate::git::{command, git, run};
use crate::release::{Release, by_hand};
use crate::stage::Stage;

#[test]
fn the_hook_rejects_every_attack_and_the_mirror_stays_as_it_was() {
    for attack in ATTACKS {
        let stage = Stage::new();
        stage.install_hook();
        let before = stage.refs();
        let refspecs = (attack.prepare)(&stage);
        let refspecs: Vec<_> = refspecs.iter().map(String::as_str).collect();
        // otherwise the branch that HEAD points to could not be deleted anyway
        git(&stage.mirror(), &["config", "receive.denyDeleteCurrent", "ignore"]);
        let said = stage.push(&refspecs).expect_err(attack.name);
        let said = said.replace("\u{1b}[K", "");
        assert!(said.contains("pre-receive hook declined"), "{}: {said}", attack.name);
        let message = said.lines().filter_map(|line| line.strip_prefix("remote: ")).map(str::trim_end);
        let message = message.collect::<Vec<_>>().join("\n");
        assert!(message.contains(attack.says), "{}: {said}", attack.name);
        assert!(message.contains("\n  why: ") && message.contains("\n  hint: "), "{}: {said}", attack.name);
        let told = "git.acme.test/acme/runtime#refs/heads/main is generated: publish writes it";
        assert!(message.contains(told), "{}: {said}", attack.name);
        assert_eq!(stage.refs(), before, "{}", attack.name);
    }
}

#[test]
fn the_hook_takes_what_publish_pushes() {
    let stage = Stage::new();
    stage.install_hook();
    let next = stage.write(&stage.next());
    stage.push(&[&format!("{next}:refs/heads/main")]).unwrap();
    assert_eq!(stage.refs(), format!("{next} refs/heads/main"));
    // two at once, after a push that failed
    let five = stage.write(&Release::new(5, Some(&next)));
    let six = stage.write(&Release::new(6, Some(&five)));
    stage.push(&[&format!("{six}:refs/heads/main")]).unwrap();
    // a history that publish replaces
    let replaced = stage.write(&Release::new(7, None));
    stage.push(&[&format!("+{replaced}:refs/heads/main")]).unwrap();
    assert_eq!(stage.refs(), format!("{replaced} refs/heads/main"));
}

#[test]
fn the_hook_says_where_the_change_belongs_and_how_it_gets_there() {
    let stage = Stage::new();
    stage.install_hook();
    let by_hand = by_hand(&stage.clone(), stage.head(), &stage.next());
    let said = stage.push(&[&format!("{by_hand}:refs/heads/main")]).unwrap_err().replace("\u{1b}[K", "");
    assert!(said.contains("from the folder `workspace` of git.acme.test/acme/core"), "{said}");
    assert!(said.contains("git am --3way -p2 --directory='workspace'"), "{said}");
}

#[test]
fn the_hook_lets_a_branch_be_rid_of_what_publish_did_not_make() {
    let stage = Stage::new();
    let bad = by_hand(&stage.clone(), stage.head(), &stage.next());
    stage.push(&[&format!("{bad}:refs/heads/main"), &format!("{bad}:refs/heads/other")]).unwrap();
    stage.install_hook();
    stage.push(&[&format!("+{}:refs/heads/main", stage.head()), ":refs/heads/other"]).unwrap();
    assert_eq!(stage.refs(), format!("{} refs/heads/main", stage.head()));
}

#[test]
fn the_hook_guards_a_repository_from_its_first_push_on() {
    let stage = Stage::new();
    git(&stage.mirror(), &["update-ref", "-d", "refs/heads/main"]);
    stage.install_hook();
    let foreign = git(&stage.clone(), &["commit-tree", &stage.next().tree(&stage.clone()), "-m", "Begin"]);
    stage.push(&[&format!("{foreign}:refs/heads/main")]).unwrap_err();
    stage.push(&[&format!("{}:refs/heads/main", stage.head())]).unwrap();
}

#[test]
fn a_hook_without_a_trust_root_lets_nothing_pass() {
    let stage = Stage::new();
    stage.install_hook();
    let next = stage.write(&stage.next());
    for (text, told) in
        [("", "name no key"), ("# nobody\n", "name no key"), ("x cert-authority y z\n", "line 1")]
    {
        fs_err::write(stage.allowed(), text).unwrap();
        let said = stage.push(&[&format!("{next}:refs/heads/main")]).unwrap_err();
        assert!(said.contains(told), "{text:?}: {said}");
    }
}

#[test]
fn who_lies_about_where_the_branch_stood_passes_the_hook_and_is_refused_by_git_itself() {
    let stage = Stage::new();
    stage.install_hook();
    let before = stage.refs();
    for old in ["0".repeat(40), stage.releases[0].clone()] {
        let line = format!("{old} {} refs/heads/main\0report-status", stage.releases[1]);
        let pack = run(&mut command(&stage.clone(), &["pack-objects", "--stdout", "-q"]), b"").stdout;
        let input = [format!("{:04x}{line}0000", line.len() + 4).into_bytes(), pack].concat();
        let ran = run(&mut command(&stage.path(""), &["receive-pack", "mirror.git"]), &input);
        let answer = String::from_utf8_lossy(&ran.stdout).into_owned();
        assert!(answer.contains("unpack ok") && answer.contains("ng refs/heads/main"), "{answer}");
        assert!(!answer.contains("declined"), "{answer}");
        assert_eq!(stage.refs(), before);
    }
}
