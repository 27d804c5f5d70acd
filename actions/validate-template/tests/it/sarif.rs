//! SARIF by its own schema: what code scanning would refuse is refused here.

use std::path::PathBuf;

use boon::{Compiler, Schemas};
use serde_json::Value;

use crate::program::{CONFIG, GITHUB, checkout, run, run_with, template};

/// The official schema, as an npm package carries it; `xtask test` fetches it.
const SCHEMA: &str = "npm/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json";

/// The schema; none where this test is run by itself and nobody has fetched it.
fn schema() -> Option<Value> {
    #[expect(clippy::disallowed_methods, reason = "this is how xtask tells where the data of tests is")]
    let told = std::env::var_os("RUNTIME_ACTIONS_TEST_DATA").map(PathBuf::from);
    let data = told.clone().unwrap_or_else(|| checkout().join("target/test-data"));
    match fs_err::read_to_string(data.join(SCHEMA)) {
        Ok(text) => Some(serde_json::from_str(&text).unwrap()),
        Err(missing) => {
            assert!(told.is_none(), "`cargo xtask test` did not bring the schema of SARIF: {missing}");
            None
        }
    }
}

#[test]
fn every_report_is_sarif_by_the_official_schema() {
    let Some(schema) = schema() else {
        println!("SKIPPED: `{SCHEMA}` IS NOT THERE; `cargo xtask test` FETCHES IT");
        return;
    };
    let mut compiler = Compiler::new();
    compiler.add_resource("sarif.json", schema).unwrap();
    let mut schemas = Schemas::new();
    let index = compiler.compile("sarif.json", &mut schemas).unwrap();
    let odd = template(&[("a b/ü%/config.yaml", "name: [\n"), ("c/config.yaml", CONFIG)]);
    let broken = checkout().join("examples/templates/broken");
    let good = checkout().join("examples/templates/good");
    for (folder, arguments) in [
        (broken.as_path(), &["--format", "sarif", "."][..]),
        (good.as_path(), &["--format", "sarif", "."]),
        (odd.path(), &["--format", "sarif", "a b/ü%", "c"]),
    ] {
        let sarif: Value = serde_json::from_str(&run(folder, arguments).stdout).unwrap();
        schemas.validate(&sarif, index).map_err(|error| format!("{error:#}")).unwrap();
    }
    let mut wrong: Value = serde_json::from_str(&run(&broken, &["--format", "sarif", "."]).stdout).unwrap();
    wrong["runs"][0]["results"][0]["level"] = "fatal".into();
    assert!(schemas.validate(&wrong, index).is_err(), "the schema looks at results");
}

#[test]
fn a_file_is_written_beside_the_log_and_named_in_the_outputs() {
    let folder = template(&[("config.yaml", CONFIG)]);
    run(folder.path(), &["--sarif-file", "out/report.sarif", "."]).exits(3).says("not valid");
    let sarif = fs_err::read_to_string(folder.path().join("out/report.sarif")).unwrap();
    let sarif: Value = serde_json::from_str(&sarif).unwrap();
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "something-to-run");
}

#[test]
fn what_a_template_writes_is_no_link_and_its_files_are_found_from_the_workspace() {
    let config = format!("{CONFIG}\"[click](http://evil/)\": 1\n");
    let folder = template(&[("t/config.yaml", &config)]);
    let named = folder.path().join("t").display().to_string();
    let result = |variables: &[(&str, &str)]| {
        let ran = run_with(folder.path(), &["--format", "sarif", &named], variables);
        let sarif: Value = serde_json::from_str(&ran.stdout).unwrap();
        let results = sarif["runs"][0]["results"].as_array().unwrap();
        results.iter().find(|result| result["ruleId"] == "unknown-key").unwrap().clone()
    };
    let uri = |result: &Value| {
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap().to_owned()
    };
    let alone = result(&[]);
    let text = alone["message"]["text"].as_str().unwrap();
    assert!(text.contains(r"\[click\](http://evil/)"), "{text}");
    assert_eq!(uri(&alone), format!("file://{named}/config.yaml"));
    let workspace = folder.path().display().to_string();
    let variables = [GITHUB, &[("GITHUB_WORKSPACE", workspace.as_str())]].concat();
    assert_eq!(uri(&result(&variables)), "t/config.yaml");
}
