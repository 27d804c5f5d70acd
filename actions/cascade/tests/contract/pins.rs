//! What is bumped, and what keeps a target from being bumped: never half of its pins.

use crate::ran::Ran;
use crate::stage::{Stage, template};

const BRANCH: &str = "bump/runtime-1.4.0";
const RUNTIME: &str = "molecule-ai-workspace-runtime";

/// A template with these files.
fn with(stage: &Stage, files: &[(&str, &str)]) -> String {
    let repo = template("hermes");
    stage.forge.repo(&repo);
    stage.forge.commit(&repo, "main", files, "feat: pins");
    repo
}

fn run(stage: &Stage, repo: &str) -> Ran {
    stage.run(&[("repos", repo), ("mode", "bump-pr")])
}

/// A run by a manifest that names these pins.
fn named(stage: &Stage, repo: &str, pins: &str) -> Ran {
    let text = format!("[[targets]]\nrepo = \"{repo}\"\nmode = \"bump-pr\"\npins = [{pins}]\n");
    stage.write("cascade.toml", &text);
    stage.run(&[("manifest", "cascade.toml")])
}

on_both! {
    fn every_file_that_the_manifest_names_has_to_be_there_and_to_pin(stage: &Stage) {
        let pin = format!("{RUNTIME}==1.3.0\n");
        let repo = with(stage, &[("a/requirements.txt", &pin), ("b/notes.txt", "other==1\n")]);
        let ran = named(stage, &repo, "\"a/requirements.txt\", \"b/requirments.txt\", \"b/notes.txt\"").exits(1);
        let ran = ran.says("`b/requirments.txt`, which is not there, and `b/notes.txt`, which pins nothing");
        assert_eq!(ran.state(&repo), "failed: no-pins");
        assert_eq!(stage.writes(), 0);
        assert_eq!(named(stage, &repo, "\"a/requirements.txt\"").succeeds().state(&repo), "opened");
    }

    fn a_named_file_may_include_the_one_that_pins(stage: &Stage) {
        let pin = format!("{RUNTIME}==1.3.0\n-r https://x.example/more.txt\n");
        let repo = with(stage, &[("a/requirements.txt", "-r base.txt\n"), ("a/base.txt", &pin)]);
        assert_eq!(named(stage, &repo, "\"a/requirements.txt\"").succeeds().state(&repo), "opened");
        let bumped = stage.forge.file(&repo, BRANCH, "a/base.txt").unwrap();
        assert_eq!(bumped, pin.replace("1.3.0", "1.4.0"));
    }

    fn nothing_is_bumped_in_part(stage: &Stage) {
        let repo = with(stage, &[(".runtime-version", "1.3.0\n")]);
        for (file, text, told) in [
            ("requirements.txt", "molecule-ai-workspace-runtime>=1.2,<1.4\n", "`requirements.txt:1:1`: the version is bounded"),
            ("requirements.txt", "molecule-ai-workspace-runtime==1.3.0 --upgrade\n", "pip knows no option `--upgrade`"),
            ("requirements.txt", "-r https://x.example/base.txt\n", "is not in the repository"),
            ("requirements.txt", "-r gone.txt\n", "`gone.txt` is not there"),
            ("uv.lock", "[[package]]\nname = \"molecule-ai-workspace-runtime\"\nversion = \"1.3.0\"\n", "`uv.lock:3:11`"),
            ("Dockerfile", "FROM a\nARG V=1.3.0\nRUN pip install molecule-ai-workspace-runtime==$V other==$V\n", "the version comes from `V`"),
        ] {
            stage.forge.commit(&repo, "main", &[(file, text)], "feat: more");
            let ran = run(stage, &repo).exits(1).says(told);
            assert_eq!(ran.state(&repo), "failed: pin");
            let nothing = if file == "Dockerfile" { "FROM a\n" } else { "" };
            stage.forge.commit(&repo, "main", &[(file, nothing)], "feat: less");
        }
        assert_eq!(stage.writes(), 0);
        assert_eq!(run(stage, &repo).succeeds().state(&repo), "opened");
    }

    fn where_nothing_is_to_do_nothing_is_in_the_way(stage: &Stage) {
        let hashed = format!("{RUNTIME}==1.4.0 --hash=sha256:{}\n", "0".repeat(64));
        let repo = with(stage, &[(".runtime-version", "1.4.0\n"), ("requirements.txt", &hashed)]);
        assert_eq!(run(stage, &repo).succeeds().state(&repo), "pinned");
        assert_eq!(stage.writes(), 0);
    }

    fn pins_of_every_place_are_bumped_together(stage: &Stage) {
        let files = [
            ("requirements.txt", "molecule-ai-workspace-runtime==1.3.0; python_version < '3.10'\n"),
            ("Dockerfile", "FROM a\nRUN uv add molecule-ai-workspace-runtime==1.3.0\n"),
            ("pyproject.toml", "[tool.uv]\nconstraint-dependencies = [\"molecule-ai-workspace-runtime==1.3.0\"]\n"),
        ];
        let repo = with(stage, &files);
        assert_eq!(run(stage, &repo).succeeds().state(&repo), "opened");
        for (file, text) in files {
            let bumped = stage.forge.file(&repo, BRANCH, file).unwrap();
            assert_eq!(bumped, text.replace("1.3.0", "1.4.0"));
        }
    }

    fn what_a_link_leads_to_is_bumped_and_the_link_stays(stage: &Stage) {
        let pin = format!("{RUNTIME}==1.3.0\n");
        let repo = with(stage, &[("deps/all.txt", &pin)]);
        stage.forge.link(&repo, "main", "requirements.txt", "deps/all.txt");
        assert_eq!(run(stage, &repo).succeeds().state(&repo), "opened");
        let bumped = stage.forge.file(&repo, BRANCH, "deps/all.txt").unwrap();
        assert_eq!(bumped, pin.replace("1.3.0", "1.4.0"));
        assert_eq!(stage.forge.file(&repo, BRANCH, "requirements.txt").unwrap(), "deps/all.txt");
    }

    fn a_link_that_is_included_is_in_the_way_where_it_hides_a_pin(stage: &Stage) {
        let pin = format!("{RUNTIME}==1.3.0\n");
        let repo = with(stage, &[("deps/all.txt", &pin), ("requirements.txt", "-r base.txt\n")]);
        stage.forge.link(&repo, "main", "base.txt", "deps/all.txt");
        let ran = run(stage, &repo).exits(1).says("`base.txt:1:32`: the file is a link to `deps/all.txt`");
        assert_eq!(ran.state(&repo), "failed: pin");
        stage.forge.commit(&repo, "main", &[("requirements.txt", "-r base.txt\n-r deps/all.txt\n")], "feat: name it");
        assert_eq!(run(stage, &repo).succeeds().state(&repo), "opened");
    }
}
