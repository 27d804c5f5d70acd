//! The Gitea dialect answers to a real Gitea: every scenario recorded there is played again here, by the
//! rules of `recorded/README.md`.

#![expect(clippy::unwrap_used, reason = "a step of a test that fails has failed the test")]

mod story;

use std::collections::BTreeSet;

use replay::Comparison;
use story::Story;

const SCENARIOS: [(&str, &str); 5] = [
    ("tags", include_str!("../../recorded/tags.json")),
    ("actions", include_str!("../../recorded/actions.json")),
    ("pulls", include_str!("../../recorded/pulls.json")),
    ("bumps", include_str!("../../recorded/bumps.json")),
    ("repos", include_str!("../../recorded/repos.json")),
];

/// Recorded keys that are left out because the product never reads them.
const LEFT_OUT: [&str; 1] = [
    "ssh_url", // there is no SSH server
];

/// Cases that are not played, each with the reason.
const NOT_NEEDED: [(&str, &str); 0] = [];

#[test]
fn every_recorded_case_gets_the_recorded_answer() {
    let mut played = 0;
    let mut differences = Vec::new();
    let mut left_out = BTreeSet::new();
    for (name, text) in SCENARIOS {
        let scenario: serde_json::Value = serde_json::from_str(text).unwrap();
        let mut story = Story::begin();
        for step in scenario["steps"].as_array().unwrap() {
            let Some(case) = step.get("case").and_then(|case| case.as_str()) else {
                story.set_up(step);
                continue;
            };
            if NOT_NEEDED.iter().any(|(skipped, _)| *skipped == case) {
                continue;
            }
            let answer = story.ask(step);
            let comparison = Comparison::of(&story.replay, &step["expect"], &answer);
            left_out.extend(comparison.left_out);
            differences.extend(comparison.differences.iter().map(|line| format!("{name}/{case}: {line}")));
            played += 1;
        }
    }
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
    assert_eq!(left_out, LEFT_OUT.map(str::to_owned).into());
    println!("{played} recorded cases replayed, {} left out by name", NOT_NEEDED.len());
    assert_eq!(played + NOT_NEEDED.len(), 155, "the number of cases in the five files");
}
