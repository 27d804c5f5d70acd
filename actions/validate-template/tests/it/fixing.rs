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
