//! What the next step sees, and how a run ends.

use crate::program::{CI, CONFIG, GITEA, GITHUB, good, run, run_with, template};

/// An adapter that nothing can be said against.
pub(crate) const ADAPTER: &str = "from molecule_runtime.adapters import BaseAdapter\n\n\nclass Adapter(BaseAdapter):\n    async def setup(self, config): ...\n    async def create_executor(self, config): ...\n";

/// A template with warnings, and no errors.
fn warned() -> tempfile::TempDir {
    let custom = CONFIG.replace("langgraph", "acme");
    template(&[("config.yaml", &custom), ("adapter.py", ADAPTER), (".github/workflows/ci.yml", CI)])
}

#[test]
fn a_template_that_keeps_the_contract_ends_with_0() {
    let ran = run(good().path(), &[]).exits(0);
    assert_eq!(ran.stdout, "valid: no findings\n");
}

#[test]
fn warnings_pass_unless_they_are_to_count() {
    let folder = warned();
    run(folder.path(), &["."]).exits(0).says("valid: 2 warnings");
    run(folder.path(), &["--strict", "."]).exits(3).says("not valid: 2 warnings");
    for (arguments, valid) in
        [(&["--format", "json", "."][..], true), (&["--strict", "--format", "json", "."], false)]
    {
        let told: serde_json::Value = serde_json::from_str(&run(folder.path(), arguments).stdout).unwrap();
        assert_eq!((&told["valid"], &told["templates"][0]["valid"]), (&valid.into(), &valid.into()));
    }
}

#[test]
fn an_error_ends_with_3() {
    let folder = template(&[("config.yml", CONFIG)]);
    run(folder.path(), &[]).exits(3).says("not valid").says("rename `config.yml` to `config.yaml`");
}

#[test]
fn a_workflow_sees_the_outputs_and_a_laptop_a_result_alone() {
    let folder = warned();
    let outputs = folder.path().join("outputs");
    fs_err::write(&outputs, "").unwrap();
    let variables = [
        GITHUB,
        &[("GITHUB_OUTPUT", outputs.to_str().unwrap()), ("INPUT_STRICT", "true"), ("INPUT_PATH", ".")],
    ]
    .concat();
    run_with(folder.path(), &[], &variables).exits(3);
    let told = fs_err::read_to_string(&outputs).unwrap();
    for (name, value) in [("valid", "false"), ("errors", "0"), ("warnings", "2"), ("sarif-file", "")] {
        let mut lines = told.lines().skip_while(|line| !line.starts_with(&format!("{name}<<")));
        lines.next().unwrap_or_else(|| panic!("{name} is missing:\n{told}"));
        assert_eq!(lines.next(), Some(value), "{name}:\n{told}");
    }
    let ran = run(folder.path(), &["--format", "json", "."]);
    serde_json::from_str::<serde_json::Value>(&ran.stdout).unwrap();
}

#[test]
fn a_workflow_names_folders_a_line_each() {
    let folder = template(&[("a/config.yaml", CONFIG), ("b/config.yaml", CONFIG)]);
    let variables = [GITEA, &[("INPUT_PATH", "a\nb\n")]].concat();
    run_with(folder.path(), &[], &variables).exits(3).says("2 of 2 templates are not valid");
}

#[test]
fn a_workflow_names_a_command_by_its_input() {
    let folder = template(&[]);
    let variables = [GITEA, &[("INPUT_PATH", "."), ("INPUT_COMMAND", "rules")]].concat();
    run_with(folder.path(), &[], &variables).exits(0).says("config-file");
}

#[test]
fn annotations_keep_to_what_github_shows_and_the_log_has_the_rest() {
    let keys = (0..14).map(|key| format!("key-{key}: 1\n")).collect::<Vec<_>>().concat();
    let folder = template(&[("config.yaml", &format!("{CONFIG}{keys}tier: gold\n"))]);
    let ran = run_with(folder.path(), &["."], GITHUB).exits(3);
    assert_eq!(ran.stdout.matches("::error ").count(), 2, "{}", ran.stdout);
    assert_eq!(ran.stdout.matches("::warning ").count(), 10, "{}", ran.stdout);
    assert!(ran.stdout.starts_with("::error "), "the gravest come first:\n{}", ran.stdout);
    assert!(
        ran.stdout.contains("5 more, beyond what can be annotated:\nwarning[unknown-key]"),
        "{}",
        ran.stdout
    );
}

#[test]
fn the_summary_has_every_finding() {
    let folder = warned();
    let summary = folder.path().join("summary.md");
    let variables = [GITHUB, &[("GITHUB_STEP_SUMMARY", summary.to_str().unwrap())]].concat();
    run_with(folder.path(), &[], &variables).exits(0);
    let page = fs_err::read_to_string(summary).unwrap();
    assert!(page.contains("known-runtime") && page.contains("library-only"), "{page}");
}

#[test]
fn a_contract_of_ones_own_replaces_the_one_built_in() {
    let folder = warned();
    let own = include_str!("../../../../contract/v1.toml").replacen(
        "[image]",
        "runtimes = [\"acme\"]\n\n[image]",
        1,
    );
    fs_err::write(folder.path().join("own.toml"), own).unwrap();
    run(folder.path(), &["--contract", "own.toml", "."]).exits(0).says("valid: 1 warning");
}

#[test]
fn a_deprecated_version_warns_and_passes_and_an_unknown_one_names_those_understood() {
    let v1 = include_str!("../../../../contract/v1.toml");
    let old = v1.replacen("[image]", "deprecated = \"write 2\"\n\n[image]", 1);
    let new = v1.replace("schema-version = 1", "schema-version = 2");
    let folder = good();
    fs_err::write(folder.path().join("v1.toml"), old).unwrap();
    fs_err::write(folder.path().join("v2.toml"), new).unwrap();
    let contracts = ["--contract", "v1.toml\nv2.toml", "."];
    run(folder.path(), &contracts).exits(0).says("schema version 1 is deprecated: write 2");
    let config = folder.path().join("config.yaml");
    let text = fs_err::read_to_string(&config).unwrap();
    fs_err::write(&config, text.replace("version: 1\n", "version: 2\n")).unwrap();
    run(folder.path(), &contracts).exits(0).says("valid: no findings");
    fs_err::write(&config, text.replace("version: 1\n", "version: 3\n")).unwrap();
    run(folder.path(), &contracts).exits(3).says("there is no schema version 3").says("understood: 1, 2");
}
