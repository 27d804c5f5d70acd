//! Several templates in one run.

use crate::program::{CI, CONFIG, GITHUB, run, run_with, template, write};

#[test]
fn a_fault_that_several_templates_share_is_told_once() {
    let folder = template(&[]);
    for name in ["a", "b", "c"] {
        let config = CONFIG.replace("langgraph", if name == "c" { "langgraph" } else { "langraph" });
        let at = |path: &str| format!("{name}/{path}");
        write(
            folder.path(),
            &[
                (&at("config.yaml"), &config),
                (&at(".github/workflows/ci.yml"), CI),
                (&at("adapter.py"), crate::outputs::ADAPTER),
            ],
        );
    }
    fs_err::write(folder.path().join("fleet.txt"), "# all of them\na\n\nb\nc\n").unwrap();
    let ran =
        run(folder.path(), &["--list", "fleet.txt"]).exits(0).says("all 3 templates are valid: 5 warnings");
    assert_eq!(ran.stdout.matches("does not know the runtime `langraph`").count(), 1, "{}", ran.stdout);
    assert!(ran.stdout.contains("2 templates have this, also:"), "{}", ran.stdout);
    assert!(ran.stdout.contains("b/config.yaml:2:10"), "{}", ran.stdout);
    let ran = run_with(folder.path(), &["a", "b", "c"], GITHUB).exits(0);
    assert_eq!(ran.stdout.matches("::warning ").count(), 2, "{}", ran.stdout);
}

#[test]
fn a_folder_that_is_named_twice_is_judged_and_mended_once() {
    let folder = template(&[("a/config.yaml", &CONFIG.replace(": 1\n", ": '1'\n")), ("a/adapter.py", "")]);
    // Editors on Windows begin a file with a byte order mark.
    fs_err::write(folder.path().join("fleet.txt"), "\u{feff}a\n./a/\n").unwrap();
    let ran = run(folder.path(), &["--fix", "--list", "fleet.txt"]).exits(3).says("not valid: ");
    assert_eq!(ran.log().matches("mended").count(), 1, "{}", ran.log());
}

#[test]
fn a_template_that_cannot_be_read_does_not_keep_the_others_from_being_judged() {
    let folder = template(&[("a/config.yaml", CONFIG), ("b/README.md", "x")]);
    fs_err::File::create(folder.path().join("b/config.yaml")).unwrap().set_len(50 << 20).unwrap();
    run(folder.path(), &["a", "b"])
        .exits(3)
        .says("`config.yaml` has 50 MiB, and at most 1 MiB is read")
        .says("there is neither `Dockerfile`");
}
