//! The Gitea dialect answers to a real Gitea: what was recorded of its package registry is played again here, by
//! the rules of `recorded/README.md`.

use std::collections::BTreeSet;
use std::path::Path;

use local_index::{Dialect, LocalIndex, Role};
use replay::{Comparison, Replay};
use serde_json::Value;

const RECORDED: &str = include_str!("../recorded/packages.json");

/// Recorded keys that are left out because the product never reads them.
const LEFT_OUT: [&str; 3] = ["md5", "sha1", "sha512"]; // it tells files apart by SHA-256 alone

/// Cases that are not played, each with the reason.
const NOT_NEEDED: [(&str, &str); 0] = [];

fn token(index: &LocalIndex, who: &str) -> Option<String> {
    match who {
        "admin" => Some(index.token(Role::Publisher)),
        "write" | "read" => Some(index.token(Role::Stranger)),
        "job" => Some(index.token(Role::Job)),
        "bad" => Some("0123456789".repeat(4)),
        _ => None,
    }
}

#[test]
fn every_recorded_case_gets_the_recorded_answer() {
    let index = LocalIndex::start(Dialect::Gitea);
    index.new_owner("orbit");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("recorded");
    let mut replay = Replay::against(&index.url()).with_files(&folder);
    let (mut played, mut differences, mut left_out) = (0, Vec::new(), BTreeSet::new());
    let recording: Value = serde_json::from_str(RECORDED).unwrap();
    for step in recording["steps"].as_array().unwrap() {
        let Some(case) = step.get("case").and_then(Value::as_str) else {
            // The repository whose job has a token: here every index has such a token.
            let verb = step["do"].as_str().unwrap();
            assert!(["repo", "job_token"].contains(&verb), "the recording has an unknown verb `{verb}`");
            continue;
        };
        if NOT_NEEDED.iter().any(|(skipped, _)| *skipped == case) {
            continue;
        }
        let answer = replay.ask(step, token(&index, step["as"].as_str().unwrap()).as_deref());
        let comparison = Comparison::of(&replay, &step["expect"], &answer);
        left_out.extend(comparison.left_out);
        differences.extend(comparison.differences.iter().map(|line| format!("{case}: {line}")));
        played += 1;
    }
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
    assert_eq!(left_out, LEFT_OUT.map(str::to_owned).into());
    println!("{played} recorded cases replayed, {} left out by name", NOT_NEEDED.len());
    assert_eq!(played + NOT_NEEDED.len(), 29, "the number of cases in the file");
}
