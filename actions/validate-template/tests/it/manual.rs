//! The manual, offline.

use validate_template::rules::RULES;

use crate::program::run;

#[test]
fn explain_prints_the_page_of_a_rule() {
    let folder = tempfile::tempdir().unwrap();
    let ran = run(folder.path(), &["explain", "adapter-attribute", "config-file"]).exits(0);
    assert!(
        ran.stdout.starts_with("adapter-attribute (error, hard)\n\n`adapter.py` has an `Adapter`"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("config-file (error, hard)") && ran.stdout.contains("## Good"));
}

#[test]
fn rules_lists_every_rule() {
    let folder = tempfile::tempdir().unwrap();
    let ran = run(folder.path(), &["rules"]).exits(0);
    let listed: Vec<_> = ran.stdout.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(listed, RULES.iter().map(|rule| rule.id).collect::<Vec<_>>());
}

#[test]
fn the_pages_of_the_manual_are_one_a_rule_and_a_list() {
    let pages = validate_template::pages();
    assert_eq!(pages.len(), RULES.len() + 1);
    assert!(pages[0].text.contains("[`adapter-attribute`](adapter-attribute.md)"));
    assert!(pages.iter().all(|page| page.text.starts_with("# ") && page.text.ends_with('\n')));
}
