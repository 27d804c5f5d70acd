//! Merging in every style, in both dialects: what lies on the base afterwards.

use local_forge::{Dialect, LocalForge, MergeStyle, NewPull};

const REPO: &str = "acme/core";

fn forge(dialect: Dialect) -> LocalForge {
    let forge = LocalForge::start(dialect);
    forge.repo(REPO);
    forge
}

/// The subjects on `main`, newest first.
fn subjects(forge: &LocalForge) -> Vec<String> {
    let history = forge.history(REPO, "main");
    history.into_iter().map(|(_, message)| message.lines().next().unwrap_or_default().to_owned()).collect()
}

fn merged(dialect: Dialect, style: MergeStyle) -> LocalForge {
    let forge = forge(dialect);
    let pull =
        forge.pull_request(REPO, &NewPull { head: "topic", commits: 2, ..NewPull::titled("Add topic") });
    // The base moves on, so that a rebase has something to do.
    forge.commit(REPO, "main", &[("elsewhere", "1")], "elsewhere");
    let last = forge.merge(REPO, pull.number, style);
    assert_eq!(forge.head(REPO, "main"), last);
    assert_eq!(forge.merged_as(REPO, pull.number), Some(last));
    for path in ["topic_0.txt", "topic_1.txt", "elsewhere"] {
        assert!(forge.file(REPO, "main", path).is_some(), "{path} is on main after {style:?}");
    }
    forge
}

#[test]
fn a_merge_commit_names_the_pull_request_as_its_forge_does() {
    let gitea = merged(Dialect::Gitea, MergeStyle::Merge);
    assert_eq!(subjects(&gitea)[0], "Merge pull request 'Add topic' (#1) from topic into main");
    let github = merged(Dialect::GitHub, MergeStyle::Merge);
    assert_eq!(subjects(&github)[0], "Merge pull request #1 from acme/topic");
    assert!(github.history(REPO, "main")[0].1.ends_with("\n\nAdd topic\n"));
}

#[test]
fn a_squash_is_one_commit_that_names_the_pull_request() {
    for dialect in [Dialect::GitHub, Dialect::Gitea] {
        let forge = merged(dialect, MergeStyle::Squash);
        assert_eq!(subjects(&forge), ["Add topic (#1)", "elsewhere", "Initial commit"]);
    }
}

#[test]
fn a_rebase_puts_the_same_commits_on_top_under_new_ids() {
    for dialect in [Dialect::GitHub, Dialect::Gitea] {
        let forge = merged(dialect, MergeStyle::Rebase);
        assert_eq!(subjects(&forge), ["topic 1", "topic 0", "elsewhere", "Initial commit"]);
        assert_ne!(forge.head(REPO, "main"), forge.head(REPO, "topic"));
    }
}

#[test]
fn a_rebase_of_a_head_that_stands_on_the_base_is_nothing_on_gitea_and_new_commits_on_github() {
    for (dialect, same) in [(Dialect::Gitea, true), (Dialect::GitHub, false)] {
        let forge = forge(dialect);
        let pull = forge.pull_request(REPO, &NewPull::titled("topic"));
        assert_eq!(forge.merge(REPO, pull.number, MergeStyle::Rebase) == pull.head, same, "{dialect}");
    }
}

#[test]
fn a_rebase_with_a_merge_commit_has_both() {
    let forge = merged(Dialect::Gitea, MergeStyle::RebaseMerge);
    let subjects = subjects(&forge);
    assert_eq!(subjects[0], "Merge pull request 'Add topic' (#1) from topic into main");
    assert_eq!(subjects[1..3], ["topic 1", "topic 0"]);
}

#[test]
fn a_fast_forward_moves_the_base_to_the_head() {
    let forge = forge(Dialect::Gitea);
    let pull = forge.pull_request(REPO, &NewPull { commits: 2, ..NewPull::titled("topic") });
    assert_eq!(forge.merge(REPO, pull.number, MergeStyle::FastForwardOnly), pull.head);
}

#[test]
fn the_merge_queue_squashes() {
    let forge = merged(Dialect::GitHub, MergeStyle::MergeQueue);
    assert_eq!(subjects(&forge)[0], "Add topic (#1)");
}

#[test]
fn changes_to_different_lines_of_one_file_merge() {
    let forge = forge(Dialect::Gitea);
    let lines: Vec<String> = (0..20).map(|number| format!("line {number}\n")).collect();
    forge.commit(REPO, "main", &[("list", &lines.concat())], "list");
    for (number, title) in [(0, "top"), (19, "bottom")] {
        let mut changed = lines.clone();
        changed[number] = format!("{title}\n");
        let text = changed.concat();
        let files = [("list", text.as_str())];
        forge.pull_request(REPO, &NewPull { files: &files, ..NewPull::titled(title) });
    }
    forge.merge(REPO, 1, MergeStyle::Squash);
    forge.merge(REPO, 2, MergeStyle::Squash);
    let merged = forge.file(REPO, "main", "list").unwrap();
    assert!(merged.starts_with("top\nline 1\n") && merged.ends_with("line 18\nbottom\n"), "{merged}");
}

#[test]
#[should_panic(expected = "merging #2 was refused: Conflict")]
fn changes_to_the_same_line_do_not_merge() {
    let forge = forge(Dialect::Gitea);
    for title in ["one", "two"] {
        let files = [("README.md", title)];
        forge.pull_request(REPO, &NewPull { files: &files, ..NewPull::titled(title) });
    }
    forge.merge(REPO, 1, MergeStyle::Merge);
    forge.merge(REPO, 2, MergeStyle::Merge);
}

#[test]
fn a_promotion_carries_pull_requests_that_were_merged_to_staging() {
    for dialect in [Dialect::GitHub, Dialect::Gitea] {
        let forge = forge(dialect);
        forge.commit(REPO, "staging", &[("staging", "1")], "staging");
        let feature = NewPull { base: "staging", labels: &["release:minor"], ..NewPull::titled("Feature") };
        let feature = forge.pull_request(REPO, &feature);
        let inner = forge.merge(REPO, feature.number, MergeStyle::Squash);
        let promotion = NewPull { head: "staging", commits: 0, ..NewPull::titled("Promote") };
        let promotion = forge.pull_request(REPO, &promotion);
        forge.merge(REPO, promotion.number, MergeStyle::Merge);
        assert!(forge.history(REPO, "main").iter().any(|(sha, _)| *sha == inner), "{dialect}");
    }
}

#[test]
fn a_pull_request_from_a_fork_brings_its_commits() {
    for dialect in [Dialect::GitHub, Dialect::Gitea] {
        let forge = forge(dialect);
        let pull = NewPull { fork: Some("stranger"), author: "stranger", ..NewPull::titled("Fix") };
        let pull = forge.pull_request(REPO, &pull);
        assert!(!forge.heads(REPO).contains_key("fix"));
        assert_eq!(forge.head("stranger/core", "fix"), pull.head);
        forge.merge(REPO, pull.number, MergeStyle::Squash);
        assert!(forge.file(REPO, "main", "fix_0.txt").is_some());
    }
}

#[test]
fn the_same_story_has_the_same_ids_each_time() {
    let ids = || {
        let forge = merged(Dialect::Gitea, MergeStyle::Merge);
        (forge.head(REPO, "main"), forge.tag(REPO, "v1.0.0", &forge.head(REPO, "main"), Some("m")))
    };
    assert_eq!(ids(), ids());
}
