//! Which version: pre-releases, version files, and tags in great number.

use local_forge::{Dialect, MergeStyle};

use crate::stage::{REPO, Stage};

fn pyproject(version: &str) -> String {
    format!("[project]\nname = \"runtime\"\nversion = \"{version}\"\n")
}

const BY_FILE: [(&str, &str); 2] = [("version-source", "file"), ("version-file", "workspace/pyproject.toml")];

fn with_version(stage: &Stage, version: &str) -> String {
    let text = pyproject(version);
    stage.changed(&format!("Be {version}"), &[("workspace/pyproject.toml", &text)])
}

on_both! {
    fn prereleases_are_counted_and_never_raise_the_base(stage: &Stage) {
        stage.released("1.3.9");
        let candidate = [("prerelease", "rc")];
        let one = stage.merged("One", &["release:minor"], MergeStyle::Squash);
        let ran = stage.run_push(&one, &candidate).releases("runtime-v1.4.0-rc.1");
        assert_eq!((ran.output("version"), ran.output("package-version")), ("1.4.0-rc.1", "1.4.0rc1"));
        assert_eq!(ran.output("previous-tag"), "runtime-v1.3.9");
        let again = stage.run_push(&one, &candidate).succeeds();
        assert_eq!((again.output("tag"), again.output("created")), ("runtime-v1.4.0-rc.1", "false"));

        let two = stage.merged("Two", &[], MergeStyle::Squash);
        stage.run_push(&two, &candidate).releases("runtime-v1.4.0-rc.2");
        stage.run_push(&two, &[]).releases("runtime-v1.4.0");
        let three = stage.merged("Three", &[], MergeStyle::Squash);
        stage.run_push(&three, &candidate).releases("runtime-v1.4.1-rc.1");
    }

    fn every_kind_of_prerelease_has_its_tag_and_its_package_version(stage: &Stage) {
        stage.released("1.3.9");
        let merge = stage.merged("One", &["release:minor"], MergeStyle::Squash);
        for (kind, tag, package) in [
            ("dev", "runtime-v1.4.0-dev.1", "1.4.0.dev1"),
            ("a", "runtime-v1.4.0-a.1", "1.4.0a1"),
            ("b", "runtime-v1.4.0-b.1", "1.4.0b1"),
            ("rc", "runtime-v1.4.0-rc.1", "1.4.0rc1"),
        ] {
            let ran = stage.run_push(&merge, &[("prerelease", kind)]).releases(tag);
            assert_eq!(ran.output("package-version"), package);
        }
    }

    fn a_committed_version_is_tagged_exactly_and_once(stage: &Stage) {
        stage.released("1.3.9");
        let commit = with_version(stage, "2.1.0");
        let ran = stage.run_push(&commit, &BY_FILE).releases("runtime-v2.1.0");
        assert_eq!((ran.output("previous-tag"), ran.output("bump")), ("runtime-v1.3.9", "major"));
        assert_eq!(stage.run_push(&commit, &BY_FILE).succeeds().output("reason"), "already-released");

        let later = stage.merged("Nothing new", &["release:major"], MergeStyle::Squash);
        stage.run_push(&later, &BY_FILE).skips("version-tagged").says("`runtime-v2.1.0` released already");
        assert_eq!(stage.tag_names(), ["runtime-v1.3.9", "runtime-v2.1.0"]);
    }

    fn a_committed_prerelease_keeps_its_kind(stage: &Stage) {
        let commit = with_version(stage, "2.1.0rc3");
        let ran = stage.run_push(&commit, &BY_FILE).releases("runtime-v2.1.0-rc.3");
        assert_eq!(ran.output("package-version"), "2.1.0rc3");
    }

    fn a_version_file_that_tells_no_version_is_bad_input(stage: &Stage) {
        stage.released("1.3.9");
        let commit = stage.merged("No file", &[], MergeStyle::Squash);
        stage
            .run_push(&commit, &BY_FILE)
            .exits(2)
            .says("`workspace/pyproject.toml` is not in the repository");
        let dynamic = "[project]\nname = 'a'\ndynamic = ['version']\n";
        let commit = stage.changed("Dynamic", &[("workspace/pyproject.toml", dynamic)]);
        stage.run_push(&commit, &BY_FILE).exits(2).says("dynamic").says("commit a `version` such as `1.4.0`");
        assert_eq!(stage.tag_names(), ["runtime-v1.3.9"]);
    }

    fn a_version_file_may_have_any_name(stage: &Stage) {
        stage.released("1.3.9");
        let path = "work space/50% #1?/ü+&.toml";
        let text = "[project]\nname = 'runtime'\nversion = '1.6.0'\n";
        let commit = stage.changed("Odd", &[(path, text)]);
        stage
            .run_push(&commit, &[("version-source", "file"), ("version-file", path)])
            .releases("runtime-v1.6.0");
    }

    fn a_committed_version_is_a_floor_when_it_is_higher(stage: &Stage) {
        stage.released("1.3.9");
        let floor = [("version-floor-file", "workspace/pyproject.toml")];
        let higher = with_version(stage, "1.6.0.dev0");
        let ran = stage.run_push(&higher, &floor).releases("runtime-v1.6.0");
        assert_eq!(ran.output("bump"), "minor");
        let lower = stage.merged("On it goes", &["release:minor"], MergeStyle::Squash);
        stage.run_push(&lower, &floor).releases("runtime-v1.7.0");
    }

    fn ten_thousand_tags_cost_no_more_requests_than_one(stage: &Stage) {
        let head = stage.released("1.3.9");
        let merge = stage.merged("One", &["release:minor"], MergeStyle::Squash);
        let dry = [("dry-run", "true")];
        stage.forge.forget_exchanges();
        stage.run_push(&merge, &dry).succeeds();
        let few = stage.forge.exchanges().len();

        let named = |range: std::ops::Range<u32>, text: &str| -> Vec<(String, String)> {
            range.map(|n| (format!("runtime-v{text}{}.{}", n / 100, n % 100), head.clone())).collect()
        };
        stage.forge.annotated_tags(REPO, &named(0..5000, "0."), "old");
        stage.forge.lightweight_tags(REPO, &named(5000..9000, "0."));
        stage.forge.lightweight_tags(REPO, &named(0..1000, "9.x."));
        stage.forge.forget_exchanges();
        let ran = stage.run_push(&merge, &dry).succeeds();
        assert_eq!(ran.output("tag"), "runtime-v1.4.0");
        assert_eq!(ran.output("previous-tag"), "runtime-v1.3.9");
        let ran = ran.says("left out 1000 tags that begin with `runtime-v` and are no releases");
        assert_eq!(stage.forge.exchanges().len(), few, "{}", ran.log);
        assert_eq!(stage.asked("git.upload-pack"), 1, "all tags are one request");
    }

    fn an_annotated_tag_is_peeled_to_its_commit(stage: &Stage) {
        let merge = stage.merged("Tagged by hand", &[], MergeStyle::Squash);
        stage.forge.tag(REPO, "runtime-v3.0.0", &merge, Some("by hand"));
        let ran = stage.run_push(&merge, &[]).succeeds();
        assert_eq!((ran.output("tag"), ran.output("created")), ("runtime-v3.0.0", "false"));
        assert_eq!(ran.output("commit"), merge);
    }

    fn tags_that_are_almost_releases_are_none(stage: &Stage) {
        let head = stage.released("1.3.9");
        for name in [
            "runtime-v9.9",
            "runtime-v09.1.0",
            "runtime-v9.1.0.0",
            "runtime-v9.1.0+build",
            "runtime-vnine",
            "Runtime-v9.0.0",
            "v9.0.0",
        ] {
            stage.forge.tag(REPO, name, &head, None);
        }
        let merge = stage.merged("One", &["release:minor"], MergeStyle::Squash);
        stage
            .run_push(&merge, &[])
            .releases("runtime-v1.4.0")
            .says("left out 4 tags that begin with `runtime-v`");
    }
}

#[test]
fn the_highest_version_is_the_base_and_not_the_newest_tag() {
    let stage = Stage::new(Dialect::Gitea);
    for version in ["1.10.0", "1.9.0", "1.2.3"] {
        stage.released(version);
    }
    let merge = stage.merged("One", &[], MergeStyle::Squash);
    stage.run_push(&merge, &[]).releases("runtime-v1.10.1");
}
