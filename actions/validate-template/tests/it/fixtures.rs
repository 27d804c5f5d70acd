//! Every rule over its fixtures: `fixtures/<rule>/{pass,fail}/<case>/` is a template, or as much of one as the rule
//! looks at. What a rule says of a case that fails is beside it, in `<case>.txt`.
//!
//! A `~` in a fixture's file is left out of the template that is judged: credentials would be found in the fixtures too.
//! A file `x.size` that holds a number becomes a file `x` of so many bytes.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use snapbox::{Data, IntoData as _};
use validate_template::contract::Contracts;
use validate_template::folder::Folder;
use validate_template::judge;
use validate_template::probe::ProbeReport;
use validate_template::report::Judged;
use validate_template::rules::{RULES, Rule};

/// The file of a case that is what the probe printed.
const PROBE: &str = "probe.json";
/// The file of a case that is the contracts to judge by, beside those built in.
const CONTRACT: &str = "contract.toml";

fn home() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

/// The folders in a folder, sorted.
fn folders(path: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs_err::read_dir(path) else { return Vec::new() };
    let mut folders: Vec<_> =
        entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn name(path: &Path) -> &str {
    path.file_name().unwrap().to_str().unwrap()
}

/// Copies a case, without `~`, which keeps links and bytes that are no text as they are.
fn copy(from: &Path, to: &Path) {
    fs_err::create_dir_all(to).unwrap();
    for entry in fs_err::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(name(&path));
        if path.is_symlink() {
            #[cfg(unix)]
            std::os::unix::fs::symlink(fs_err::read_link(&path).unwrap(), &target).unwrap();
        } else if path.is_dir() {
            copy(&path, &target);
        } else if let Some(target) = target.to_str().unwrap().strip_suffix(".size") {
            let size = fs_err::read_to_string(&path).unwrap().trim().parse().unwrap();
            fs_err::File::create(target).unwrap().set_len(size).unwrap();
        } else {
            let mut bytes = fs_err::read(&path).unwrap();
            bytes.retain(|byte| *byte != b'~');
            fs_err::write(&target, bytes).unwrap();
            // A script that may be started stays so.
            fs_err::set_permissions(target, fs_err::metadata(&path).unwrap().permissions()).unwrap();
        }
    }
}

fn judged(case: &Path) -> Judged {
    let scratch = tempfile::tempdir().unwrap();
    let root = scratch.path().join("template");
    copy(case, &root);
    let read = |file: &str| fs_err::read_to_string(case.join(file)).ok();
    let probe = read(PROBE).map(|printed| ProbeReport::parse(&printed).unwrap());
    let contracts = match read(CONTRACT) {
        None => Contracts::embedded(),
        Some(own) => {
            let newer = include_str!("../../../../contract/v1.toml")
                .replace("schema-version = 1", "schema-version = 2");
            Contracts::parse([("own", own.as_str()), ("newer", newer.as_str())]).unwrap()
        }
    };
    let mut judged = judge::judge(&Folder::open(&root).unwrap(), &contracts, probe);
    ".".clone_into(&mut judged.folder);
    judged
}

/// What one rule says of a case: a line each.
fn said(rule: &Rule, judged: &Judged) -> String {
    let mut said = String::new();
    for finding in judged.findings.iter().filter(|finding| finding.rule.id == rule.id) {
        let file = finding.place.file().unwrap_or(".");
        let start = finding.place.start().map(|start| format!(":{start}")).unwrap_or_default();
        let culprit = match &finding.place {
            validate_template::finding::Place::Text(source, span) => {
                format!(" [{}]", source.slice(*span).escape_debug())
            }
            _ => String::new(),
        };
        let _ = writeln!(said, "{file}{start}{culprit}: {}", finding.message);
        if let Some(help) = &finding.help {
            let _ = writeln!(said, "  help: {help}");
        }
        for note in &finding.notes {
            let at = note.place.start().map(|start| start.to_string()).unwrap_or_default();
            let _ = writeln!(said, "  {}:{at}: {}", note.place.file().unwrap_or("."), note.message);
        }
        if let Some(fix) = &finding.fix {
            let _ = writeln!(said, "  fix: {}", fix.title);
        }
    }
    said
}

#[test]
fn every_rule_passes_what_is_right_and_finds_what_is_wrong() {
    let (mut passed, mut failed, mut wrong) = (0, 0, Vec::new());
    for rule in RULES {
        for case in folders(&home().join(rule.id).join("pass")) {
            passed += 1;
            let said = said(rule, &judged(&case));
            if !said.is_empty() {
                wrong.push(format!("{}/pass/{}:\n{said}", rule.id, name(&case)));
            }
        }
        for case in folders(&home().join(rule.id).join("fail")) {
            failed += 1;
            let said = said(rule, &judged(&case));
            if said.is_empty() {
                wrong.push(format!("{}/fail/{}: nothing was found", rule.id, name(&case)));
                continue;
            }
            let expected = Data::read_from(&case.with_extension("txt"), None).raw();
            let assert = snapbox::Assert::new().action_env(snapbox::assert::DEFAULT_ACTION_ENV);
            if let Err(difference) = assert.try_eq(Some(&case.display()), said.into_data().raw(), expected) {
                wrong.push(difference.to_string());
            }
        }
    }
    println!("{} rules over {passed} cases that pass and {failed} that fail", RULES.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_a_case_on_each_side() {
    let lacking: Vec<_> = RULES
        .iter()
        .flat_map(|rule| ["pass", "fail"].map(|side| (rule.id, side)))
        .filter(|(rule, side)| folders(&home().join(rule).join(side)).is_empty())
        .collect();
    assert!(lacking.is_empty(), "no fixture: {lacking:?}");
}

#[test]
fn every_fixture_is_of_a_rule() {
    let rules: BTreeSet<_> = RULES.iter().map(|rule| rule.id).collect();
    for folder in folders(&home()) {
        assert!(rules.contains(name(&folder)), "{}", folder.display());
    }
}

#[test]
fn every_rule_has_a_page_with_its_four_parts() {
    for rule in RULES {
        let heads: Vec<_> = rule.page.lines().filter(|line| line.starts_with("## ")).collect();
        assert_eq!(heads, ["## What it does", "## Why", "## Bad", "## Good"], "{}", rule.id);
        assert!(rule.summary().ends_with('.'), "{}: the first line is one sentence", rule.id);
        assert!(rule.page.lines().all(|line| line.chars().count() <= 120), "{}", rule.id);
    }
}
