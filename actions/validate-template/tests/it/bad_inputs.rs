//! Bad input: exit 2, and a sentence that names it.

use crate::program::{CONFIG, run, template};

#[test]
fn every_bad_input_is_named_and_ends_with_2() {
    let folder = template(&[
        ("a/config.yaml", CONFIG),
        ("b/config.yaml", CONFIG),
        ("file", "x"),
        ("empty.txt", "# none\n"),
        ("contract.toml", "schema-version = 1\n"),
        ("report.json", "Traceback (most recent call last):\n"),
        ("silent.json", "\n"),
    ]);
    for (arguments, says) in [
        (&["nowhere"][..], "could not open the folder `nowhere`"),
        (&["file"], "`file` is not a folder"),
        (&["--format", "xml", "a"], "input `format` is `xml`"),
        (&["--list", "nowhere.txt"], "could not read the list of folders"),
        (&["--list", "empty.txt"], "the list `empty.txt` names no folder"),
        (&["--contract", "nowhere.toml", "a"], "could not read a contract"),
        (&["--contract", "contract.toml", "a"], "`contract.toml` is no contract"),
        (&["explain", "no-such-rule"], "there is no rule `no-such-rule`"),
        (&["explain"], "`explain` needs the name of a rule"),
        (&["rules", "a"], "`rules` takes no path, and `a` was given"),
        (&["--diff-base", "main", "rules"], "`diff-base` goes with `secret-scan` only"),
        (&["--diff-base", "main", "a", "b"], "`diff-base` goes with one template, and 2 were named"),
        (&["--fix", "secret-scan", "a"], "`fix` goes with `check` only"),
        (&["--fix", "--diff", "a"], "`fix` and `diff` exclude each other"),
        (&["--trace", "--format", "json", "a"], "`trace` and `format: json` exclude each other"),
        (&["--trace", "--format", "sarif", "a"], "`trace` and `format: sarif` exclude each other"),
        (
            &["--probe-report", "report.json", "a", "b"],
            "`probe-report` goes with one template, and 2 were named",
        ),
        (&["--probe-report", "nowhere.json", "a"], "could not read the probe's report"),
        (
            &["--probe-report", "report.json", "a"],
            "the probe's report is not what `validate-template probe` prints",
        ),
        (&["--probe-report", "silent.json", "a"], "the probe's report is empty"),
        (&["--python", "no-such-python", "a"], "could not run the probe with `no-such-python`"),
        (&["--no-such-input"], "--no-such-input"),
    ] {
        let ran = run(folder.path(), arguments).exits(2).says(says);
        assert_eq!(ran.stdout, "", "{arguments:?}");
    }
}
