//! `--fix` mends what has one safe mending, by the smallest change; `--diff` shows it.

use crate::program::{CI, good, run, write};

#[test]
fn a_mending_changes_what_it_names_and_keeps_comments_and_line_ends() {
    let folder = good();
    let config =
        "# Ours.\r\nname: X # the name\r\nruntime: langgraph\r\ntemplate_schema_version: \"1\" # ours\r\n";
    let ci = CI.replace("@v1", "@main  # always the newest");
    let adapter = "from molecule_runtime.adapters import BaseAdapter\nfrom plugins import load  # ours\n\n\nclass X(BaseAdapter):\n    async def setup(self, config): ...\n    async def create_executor(self, config): ...\n";
    write(
        folder.path(),
        &[("config.yaml", config), (".github/workflows/ci.yml", &ci), ("adapter.py", adapter)],
    );
    run(folder.path(), &["--fix", "."]).exits(0).says("valid: no findings").says("mended config.yaml");
    let read = |path: &str| fs_err::read_to_string(folder.path().join(path)).unwrap();
    assert_eq!(read("config.yaml"), config.replace("\"1\"", "1"));
    assert_eq!(read(".github/workflows/ci.yml"), ci.replace("@main", "@v1"));
    assert_eq!(
        read("adapter.py"),
        adapter.replace("from plugins", "from molecule_runtime.plugins") + "\n\nAdapter = X\n"
    );
    run(folder.path(), &["--fix", "."]).exits(0).says("valid: no findings");
}

#[test]
fn a_diff_shows_the_mending_and_changes_nothing() {
    let folder = good();
    let config =
        fs_err::read_to_string(folder.path().join("config.yaml")).unwrap().replace(": 1\n", ": '1'\n");
    write(folder.path(), &[("config.yaml", &config)]);
    let ran = run(folder.path(), &["--diff", "."]).exits(3);
    assert!(
        ran.stdout.contains("-template_schema_version: '1'\n+template_schema_version: 1\n"),
        "{}",
        ran.stdout
    );
    assert_eq!(fs_err::read_to_string(folder.path().join("config.yaml")).unwrap(), config);
}

#[test]
fn a_stale_ignore_is_taken_out_with_its_line() {
    let folder = good();
    let config = fs_err::read_to_string(folder.path().join("config.yaml")).unwrap();
    let stale = config.replace("runtime: ", "# validate-template: ignore[known-runtime] ours\nruntime: ");
    write(folder.path(), &[("config.yaml", &stale)]);
    run(folder.path(), &["--fix", "."]).exits(0).says("valid: no findings");
    assert_eq!(fs_err::read_to_string(folder.path().join("config.yaml")).unwrap(), config);
}

/// Mends twice: the second run has nothing left to do.
fn mended(files: &[(&str, &str)], path: &str) -> String {
    let folder = good();
    write(folder.path(), files);
    run(folder.path(), &["--fix", "."]);
    let read = || fs_err::read_to_string(folder.path().join(path)).unwrap();
    let once = read();
    run(folder.path(), &["--fix", "."]);
    assert_eq!(read(), once, "the second run changes it again");
    once
}

#[test]
fn a_line_goes_behind_a_last_line_without_an_end() {
    for end in ["\n", "\r\n"] {
        let text = format!("ARG BASE=python:3.11-slim{end}FROM $BASE");
        let after = mended(&[("Dockerfile", &text)], "Dockerfile");
        assert_eq!(after, format!("{text}{end}ENV ADAPTER_MODULE=adapter{end}"));
    }
}

#[test]
fn a_line_goes_above_the_comments_of_the_instruction_that_it_precedes() {
    let folder = good();
    let dockerfile = fs_err::read_to_string(folder.path().join("Dockerfile")).unwrap();
    let without = dockerfile.replace("ENV ADAPTER_MODULE=adapter\n", "");
    assert_ne!(without, dockerfile);
    let at = without.rfind("ENTRYPOINT").unwrap();
    let start = &without[..at];
    let comments = "# validate-template: ignore[entrypoint-form] a shell is wanted\n\n# Starts it.\n";
    let after = mended(
        &[("Dockerfile", &format!("{start}# Section.\n\n{comments}ENTRYPOINT molecule-runtime\n"))],
        "Dockerfile",
    );
    let expected =
        format!("{start}# Section.\n\nENV ADAPTER_MODULE=adapter\n{comments}ENTRYPOINT molecule-runtime\n");
    assert_eq!(after, expected);
}

#[test]
fn an_alias_is_of_a_name_that_is_still_there() {
    let class = "from molecule_runtime.adapters import BaseAdapter\n\n\nclass X(BaseAdapter):\n    async def setup(self, config): ...\n    async def create_executor(self, config): ...\n";
    let renamed = format!("{class}\n\nY = X\ndel X\n");
    assert_eq!(mended(&[("adapter.py", &renamed)], "adapter.py"), format!("{renamed}\n\nAdapter = Y\n"));
    let perhaps = format!("import os\n{class}\n\nif os.environ.get(\"FAKE\"):\n    del X\n");
    assert_eq!(mended(&[("adapter.py", &perhaps)], "adapter.py"), perhaps);
}

#[test]
fn quotes_that_do_not_make_the_string_stay() {
    for version in ["!!str \"1\"", "&v \"1\""] {
        let config = format!("name: X\nruntime: langgraph\ntemplate_schema_version: {version}\n");
        assert_eq!(mended(&[("config.yaml", &config)], "config.yaml"), config);
    }
}
