use domain::{Bump, CommitSha, TagName};
use forge::ReleaseState;

use super::*;
use crate::distribution::fixtures::{METADATA, release_of};
use crate::forge_release::Trailers;

const REPOSITORY: &str = "https://github.com/acme/core";

fn facts(pulls: &[(u64, Option<(&str, &str)>)]) -> Facts {
    let known = |(title, page): (&str, &str)| (title.to_owned(), page.to_owned());
    let trailers = Trailers {
        pulls: pulls.iter().map(|(number, _)| *number).collect(),
        step: Some(ReleaseStep::Bump(Bump::Minor)),
        run: Some(format!("{REPOSITORY}/actions/runs/9")),
    };
    let pulls = pulls.iter().map(|(number, told)| NamedPull { number: *number, known: told.map(known) });
    Facts { told: Told::Trailers(trailers), pulls: pulls.collect(), more: 0 }
}

fn notes_of(facts: &Facts, index: Option<&str>) -> String {
    let (tag, commit): (TagName, CommitSha) = ("v1.4.0".parse().unwrap(), "a".repeat(40).parse().unwrap());
    let (repository, release) = (REPOSITORY.parse().unwrap(), release_of(METADATA));
    let index = index.map(|index| index.parse().unwrap());
    let state = ReleaseState::Published;
    let wish = ReleaseWish {
        tag: &tag,
        commit: &commit,
        state,
        repository: &repository,
        index: index.as_ref(),
        release: &release,
    };
    notes(facts, &wish)
}

#[test]
fn notes_tell_the_version_the_changes_and_the_digests() {
    let page = format!("{REPOSITORY}/pull/12");
    let text = notes_of(&facts(&[(12, Some(("Add retry", &page))), (7, None)]), None);
    let [wheel, sdist] = release_of(METADATA).distributions().map(|one| one.sha256().to_string());
    let commit = "a".repeat(40);
    assert_eq!(
        text,
        format!(
            "**acme-runtime 1.4.0**, a minor release from commit [`aaaaaaa`](<{REPOSITORY}/commit/{commit}>).\n\
             \n    pip install acme-runtime==1.4.0\n\
             \n### Pull requests\n\n- Add retry ([#12](<{page}>))\n- #7\n\
             \n### Files\n\n| File | SHA-256 |\n| --- | --- |\n\
             | `acme_runtime-1.4.0-py3-none-any.whl` | `{wheel}` |\n| `acme_runtime-1.4.0.tar.gz` | `{sdist}` |\n\
             \nThe tag was made by [this run](<{REPOSITORY}/actions/runs/9>).\n"
        )
    );
}

#[test]
fn a_title_mentions_nobody_and_is_no_markup() {
    let title = "@acme/all: fix #3 <img src=x> [a](https://evil.example) `x`\n# Title";
    let text = notes_of(&facts(&[(1, Some((title, "https://github.com/acme/core/pull/1")))]), None);
    let line = text.lines().find(|line| line.contains("fix")).unwrap();
    for live in ["@acme", "<img", "](https://evil", " #3", " `x`", "https://evil"] {
        assert!(!line.contains(live), "{live} is in {line}");
    }
    assert!(!text.contains("\n# Title"), "{text}");
}

#[test]
fn only_pages_of_the_repository_are_linked() {
    for foreign in [
        "https://evil.example/acme/core/pull/1",
        "https://github.com/acme/core-evil/pull/1",
        "https://github.com@evil.example/acme/core/pull/1",
        "https://user@github.com/acme/core/pull/1",
        "javascript:alert(1)",
        "/acme/core/pull/1",
    ] {
        let mut facts = facts(&[(1, Some(("One", foreign)))]);
        let Told::Trailers(trailers) = &mut facts.told else { unreachable!() };
        trailers.run = Some(foreign.to_owned());
        let text = notes_of(&facts, None);
        assert!(text.contains("- One (#1)\n") && !text.contains("this run"), "{foreign}: {text}");
    }
}

#[test]
fn a_tag_that_tells_nothing_makes_short_notes_that_say_so() {
    let silent = |told| Facts { told, pulls: Vec::new(), more: 0 };
    let text = notes_of(&silent(Told::Lightweight), None);
    assert!(text.contains("released from commit") && text.contains("a lightweight one"), "{text}");
    assert!(notes_of(&silent(Told::OtherHand), None).contains("names no pull requests"));
    assert!(notes_of(&facts(&[]), None).contains("names no pull requests"));
}

#[test]
fn pull_requests_beyond_the_bound_are_counted() {
    let facts = Facts { more: 3, ..facts(&[(1, None)]) };
    assert!(notes_of(&facts, None).contains("- #1\n- and 3 more\n"));
}

#[test]
fn another_index_is_named_without_its_credentials() {
    let text = notes_of(
        &facts(&[]),
        Some("https://user:secret@git.acme.example/api/packages/acme/pypi/simple/?t=k"),
    );
    let line = "    pip install --index-url https://git.acme.example/api/packages/acme/pypi/simple/ acme-runtime==1.4.0";
    assert!(text.contains(line) && !text.contains("secret"), "{text}");
}
