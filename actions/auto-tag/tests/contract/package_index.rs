//! What a package index holds already, and what no tag may name any more.

use std::time::Duration;

use local_forge::{Exchange, MergeStyle, PullAction, round_trips};
use local_index::{Fault, LocalIndex, Role, garbage, sdist};

use crate::stage::{REPO, Stage};

const PROJECT: &str = "acme-runtime";

/// An index of the forge's own kind, with these versions.
fn index(stage: &Stage, versions: &[&str]) -> LocalIndex {
    let index = LocalIndex::start(stage.pick(local_index::Dialect::PyPI, local_index::Dialect::Gitea));
    for version in versions {
        publish(&index, version);
    }
    index
}

fn publish(index: &LocalIndex, version: &str) {
    let file = sdist(PROJECT, version);
    index.publish(PROJECT, version, &file.file_name, file.bytes);
}

/// The inputs that name the index, written as people write the name.
fn on(url: &str) -> [(&str, &str); 2] {
    [("index-url", url), ("index-package", "Acme_Runtime")]
}

fn run(stage: &Stage, index: &LocalIndex, commit: &str, more: &[(&str, &str)]) -> crate::ran::Ran {
    let url = index.simple_url();
    stage.run_push(commit, &[&on(&url), more].concat())
}

on_both! {
    fn a_published_version_that_no_tag_names_is_followed_and_told(stage: &Stage) {
        stage.released("1.3.9");
        let index = index(stage, &["1.3.9", "1.4.0"]);
        let merge = stage.merged("One", &["release:minor"], MergeStyle::Squash);
        let told = "the package index holds `Acme_Runtime` 1.4.0 already: the version follows that one";
        let planned = run(stage, &index, &merge, &[("dry-run", "true")]).succeeds().says(told);
        assert_eq!(planned.output("tag"), "runtime-v1.5.0");
        let ran = run(stage, &index, &merge, &[]).releases("runtime-v1.5.0").says(told);
        assert!(ran.summary.contains(told), "{}", ran.summary);
        assert_eq!(ran.plan()["raised"], told);
        assert_eq!((ran.output("previous-tag"), ran.output("bump")), ("runtime-v1.3.9", "minor"));

        // tagged, published, and the next one follows as ever
        publish(&index, "1.5.0");
        let next = stage.merged("Two", &[], MergeStyle::Squash);
        let ran = run(stage, &index, &next, &[]).releases("runtime-v1.5.1").does_not_say("already");
        assert!(ran.plan()["raised"].is_null());
    }

    fn yanked_versions_are_burned_and_deleted_ones_where_the_index_still_tells_them(stage: &Stage) {
        stage.released("1.3.9");
        let index = index(stage, &["1.3.9", "1.3.10", "1.3.11"]);
        index.yank(PROJECT, "1.3.10");
        index.delete_file(PROJECT, &sdist(PROJECT, "1.3.11").file_name);
        let merge = stage.merged("One", &[], MergeStyle::Squash);
        // Gitea forgets what was deleted, and takes the name again
        run(stage, &index, &merge, &[]).releases(stage.pick("runtime-v1.3.12", "runtime-v1.3.11"));
    }

    fn a_candidate_follows_the_candidates_on_the_index(stage: &Stage) {
        stage.released("1.3.9");
        let index = index(stage, &["1.3.9", "1.4.0rc1", "1.4.0rc2", "1.4.0.dev9"]);
        let merge = stage.merged("One", &["release:minor"], MergeStyle::Squash);
        let ran = run(stage, &index, &merge, &[("prerelease", "rc")]).releases("runtime-v1.4.0-rc.3");
        assert_eq!(ran.output("package-version"), "1.4.0rc3");
        run(stage, &index, &merge, &[]).releases("runtime-v1.4.0");
    }

    fn a_first_release_follows_what_was_published_by_hand(stage: &Stage) {
        let index = index(stage, &["0.1.15", "0.1.16"]);
        let merge = stage.merged("One", &[], MergeStyle::Squash);
        let ran = run(stage, &index, &merge, &[]).releases("runtime-v0.1.17");
        assert_eq!((ran.output("previous-tag"), ran.output("bump")), ("", "initial"));
    }

    fn a_project_that_the_index_does_not_know_is_told_and_no_error(stage: &Stage) {
        stage.released("1.3.9");
        let index = index(stage, &[]);
        let merge = stage.merged("One", &[], MergeStyle::Squash);
        run(stage, &index, &merge, &[]).releases("runtime-v1.3.10").says("has no project `Acme_Runtime`");
    }

    fn an_index_that_does_not_answer_fails_the_run_and_nothing_is_tagged(stage: &Stage) {
        stage.released("1.3.9");
        let index = index(stage, &["1.3.9"]);
        let merge = stage.merged("One", &[], MergeStyle::Squash);
        let said = "could not read project `Acme_Runtime` from the index";
        for fault in [Fault::status("read", 403), garbage("read"), Fault::status("read", 500).times(20)] {
            index.fail(fault);
            run(stage, &index, &merge, &[]).exits(1).says(said);
            index.calm();
        }
        stage.run_push(&merge, &on("http://127.0.0.1:9/simple/")).exits(1).says(said).says("127.0.0.1:9");
        assert_eq!(stage.tag_names(), ["runtime-v1.3.9"]);
        run(stage, &index, &merge, &[]).releases("runtime-v1.3.10");
        // what is released already needs no index
        index.fail(Fault::status("read", 403));
        assert_eq!(run(stage, &index, &merge, &[]).succeeds().output("reason"), "already-released");
    }

    fn the_index_is_asked_side_by_side_with_the_forge(stage: &Stage) {
        stage.released("1.3.9");
        let index = index(stage, &["1.4.0"]);
        let merge = stage.merged("One", &[], MergeStyle::Squash);
        stage.forge.forget_exchanges();
        stage.forge.set_latency(Duration::from_millis(240));
        index.set_latency(Duration::from_millis(120));
        run(stage, &index, &merge, &[]).releases("runtime-v1.4.1");
        let of_index = index.exchanges();
        assert_eq!(of_index.len(), 1);
        let all: Vec<Exchange> = stage.forge.exchanges().into_iter().chain(of_index).collect();
        assert!(round_trips(&all) <= 4, "{}", round_trips(&all));
    }

    fn the_forges_token_does_not_go_to_the_index(stage: &Stage) {
        let index = index(stage, &["1.4.0"]);
        let merge = stage.merged("One", &[], MergeStyle::Squash);
        run(stage, &index, &merge, &[]).succeeds();
        for exchange in index.exchanges() {
            assert!(!format!("{exchange:?}").contains(&stage.token));
        }
    }

    fn a_preview_foretells_the_same_version(stage: &Stage) {
        stage.released("1.3.9");
        let index = index(stage, &["1.4.0"]);
        let number = stage.opened("One", &["release:minor"]);
        let url = index.simple_url();
        let event = stage.forge.pull_request_event(REPO, number, PullAction::Opened);
        let ran = stage.run(&event, &on(&url)).succeeds();
        assert_eq!(ran.output("tag"), "runtime-v1.5.0");
        assert!(ran.summary.contains("1.4.0 already: the version follows that one"), "{}", ran.summary);
        let merge = stage.forge.merge(REPO, number, MergeStyle::Squash);
        run(stage, &index, &merge, &[]).releases("runtime-v1.5.0");
    }

    fn a_committed_version_that_was_published_without_a_tag_is_refused(stage: &Stage) {
        let by_file = [("version-source", "file")];
        let with = |version: &str| {
            let text = format!("[project]\nversion = \"{version}\"\n");
            stage.changed(&format!("Be {version}"), &[("pyproject.toml", &text)])
        };
        let index = index(stage, &["0.1.16"]);
        let held = with("0.1.16");
        run(stage, &index, &held, &by_file)
            .exits(1)
            .says("`pyproject.toml` holds version 0.1.16")
            .says("though no release tag names it")
            .says("commit a version that is higher than 0.1.16");
        assert!(stage.tags().is_empty());
        // either way out: a tag by hand, or a higher version
        stage.released("0.1.16");
        let later = stage.merged("Docs", &[], MergeStyle::Squash);
        run(stage, &index, &later, &by_file).skips("version-tagged");
        run(stage, &index, &with("0.1.17"), &by_file).releases("runtime-v0.1.17");
    }
}

#[test]
fn an_index_that_not_everybody_may_read_is_read_by_its_token_which_goes_nowhere_else() {
    let stage = Stage::new(local_forge::Dialect::Gitea);
    stage.released("1.3.9");
    let index = index(&stage, &["1.4.0"]);
    index.require_sign_in();
    let merge = stage.merged("One", &[], MergeStyle::Squash);
    let hint = "give `index-user` and an `index-token` that may read it";
    run(&stage, &index, &merge, &[]).exits(1).says(hint);
    // as in the run of a fork, which is given no secrets
    run(&stage, &index, &merge, &[("index-user", "root1"), ("index-token", "")]).exits(1).says(hint);
    let token = index.token(Role::Publisher);
    let ran = run(&stage, &index, &merge, &[("index-user", "root1"), ("index-token", &token)]);
    let ran = ran.releases("runtime-v1.4.1");
    let unmasked: String = ran.log.lines().filter(|line| !line.starts_with("::add-mask::")).collect();
    assert!(!unmasked.contains(&token) && !ran.summary.contains(&token), "{}", ran.log);
    assert!(stage.forge.exchanges().iter().all(|one| !format!("{one:?}").contains(&token)));
}
