//! Every output of one report: `examples/templates/broken`.

use std::path::PathBuf;

use snapbox::{Data, IntoData as _, assert_data_eq};

use crate::program::{GITEA, GITHUB, Ran, checkout, run_with};

const BROKEN: &str = "examples/templates/broken";

fn snapshot(name: &str) -> Data {
    let home = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots");
    Data::read_from(&home.join(name), None).raw()
}

fn ran(arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
    run_with(&checkout(), arguments, variables).exits(3)
}

#[test]
fn a_person_sees_every_finding_with_its_lines() {
    let ran = ran(&["--format", "human", BROKEN], &[]);
    assert_data_eq!(ran.stdout.into_data().raw(), snapshot("human.txt"));
}

#[test]
fn gitea_shows_what_a_person_sees() {
    assert_data_eq!(ran(&[BROKEN], GITEA).stdout.into_data().raw(), snapshot("gitea.txt"));
}

#[test]
fn github_sees_annotations() {
    assert_data_eq!(ran(&[BROKEN], GITHUB).stdout.into_data().raw(), snapshot("github.txt"));
}

#[test]
fn a_laptop_sees_annotations_that_it_asks_for() {
    let on_github = ran(&["--format", "github", BROKEN], &[]).stdout;
    assert_data_eq!(on_github.into_data().raw(), snapshot("github-on-a-laptop.txt"));
}

#[test]
fn a_program_sees_json() {
    assert_data_eq!(
        ran(&["--format", "json", BROKEN], &[]).stdout.into_data().raw(),
        snapshot("report.json.txt")
    );
}

#[test]
fn code_scanning_sees_sarif() {
    let sarif = ran(&["--format", "sarif", BROKEN], &[]).stdout;
    let mut sarif: serde_json::Value = serde_json::from_str(&sarif).unwrap();
    // The pages of the rules are the manual's, and are not repeated here.
    for rule in sarif["runs"][0]["tool"]["driver"]["rules"].as_array_mut().unwrap() {
        rule["help"] = "…".into();
    }
    let text = serde_json::to_string_pretty(&sarif).unwrap() + "\n";
    assert_data_eq!(text.into_data().raw(), snapshot("report.sarif.txt"));
}

#[test]
fn the_page_of_a_run_sees_markdown() {
    assert_data_eq!(
        ran(&["--format", "markdown", BROKEN], &[]).stdout.into_data().raw(),
        snapshot("summary.md")
    );
}

#[test]
fn a_trace_names_the_lines_that_prove_or_break_each_rule() {
    let traced = ran(&["--trace", "--format", "markdown", BROKEN], &[]).stdout;
    let trace = traced.split("### Template contract").next().unwrap().to_owned();
    assert_data_eq!(trace.into_data().raw(), snapshot("trace.txt"));
}
