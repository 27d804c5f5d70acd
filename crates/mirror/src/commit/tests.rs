use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::fixtures::{draft, signing_key};

fn signed() -> Vec<u8> {
    static SIGNED: LazyLock<Vec<u8>> = LazyLock::new(|| {
        let draft = draft(7, Some(&"12".repeat(20)));
        draft.signed(&signing_key(1).sign(&draft.payload()))
    });
    SIGNED.clone()
}

fn error(raw: &[u8]) -> CommitError {
    Commit::parse(raw).unwrap_err()
}

fn replaced(from: &str, to: &str) -> Vec<u8> {
    let text = String::from_utf8(signed()).unwrap();
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1).into_bytes()
}

#[test]
fn a_signed_commit_is_read_back_with_its_payload() {
    let draft = draft(7, Some(&"12".repeat(20)));
    let commit = Commit::parse(&signed()).unwrap();
    assert_eq!(commit.payload(), draft.payload());
    assert_eq!(commit.message, draft.message());
    assert_eq!(commit.signature.as_deref(), Some(&*signing_key(1).sign(&draft.payload())));
    assert_eq!(commit.parents, draft.parent.into_iter().collect::<Vec<_>>());
    assert_eq!(commit.to_bytes(), signed());
}

#[test]
fn the_first_commit_has_no_parent_and_needs_no_signature_to_be_read() {
    let draft = draft(1, None);
    let commit = Commit::parse(&draft.payload()).unwrap();
    assert!(commit.parents.is_empty() && commit.signature.is_none());
    assert_eq!(commit.to_bytes(), draft.payload());
}

#[test]
fn the_parents_of_any_commit_are_told() {
    assert_eq!(parents(&signed()), Commit::parse(&signed()).unwrap().parents);
    let merge = format!("tree {0}\nparent {1}\nparent {0}\nauthor", "12".repeat(20), "ab".repeat(20));
    assert_eq!(parents(merge.as_bytes()).len(), 2);
    assert!(parents(&draft(1, None).payload()).is_empty() && parents(b"").is_empty());
}

#[test]
fn what_publish_never_writes_is_refused_by_name() {
    let field = |name: &str| CommitError::Field(name.to_owned());
    assert_eq!(error(&replaced("gpgsig ", "encoding latin1\ngpgsig ")), field("encoding"));
    assert_eq!(error(&replaced("\n\nacme", "\nmergetag x\n\nacme")), field("mergetag"));
    assert_eq!(error(&replaced("\n\nacme", "\ngpgsig-sha256 x\n\nacme")), field("gpgsig-sha256"));
    assert_eq!(error(&replaced("\n\nacme", "\ngpgsig x\n\nacme")), field("gpgsig"));
    assert_eq!(error(&replaced("\n\nacme", "\nparent x\n\nacme")), field("parent"));
    assert!(matches!(error(&replaced("tree ", "tre ")), CommitError::Expected { expected: "tree", .. }));
    assert!(matches!(
        error(&replaced("author ", "author-")),
        CommitError::Expected { expected: "author", .. }
    ));
    let doubled = replaced("author ", "author A <a> 1 +0000\nauthor ");
    assert!(matches!(error(&doubled), CommitError::Expected { expected: "committer", .. }));
    assert!(matches!(error(&replaced("tree c", "tree C")), CommitError::Value { field: "tree", .. }));
    assert!(matches!(error(&replaced("parent 1", "parent ")), CommitError::Value { field: "parent", .. }));
    let long = replaced(&"cd".repeat(20), &"cd".repeat(32));
    assert!(matches!(error(&long), CommitError::Value { field: "tree", .. }));
}

#[test]
fn line_ends_that_something_changed_and_bytes_that_are_no_text_are_told() {
    let crlf = String::from_utf8(signed()).unwrap().replace('\n', "\r\n");
    assert_eq!(error(crlf.as_bytes()), CommitError::Control('\r'));
    assert_eq!(error(&replaced("edit belongs there", "edit\0")), CommitError::Control('\0'));
    assert_eq!(error(&replaced("Generated", "\u{1b}[2J")), CommitError::Control('\u{1b}'));
    let mut raw = signed();
    raw.push(0xff);
    assert_eq!(error(&raw), CommitError::NotText);
}

#[test]
fn a_commit_that_is_cut_within_its_header_is_refused() {
    let raw = signed();
    let end = raw.windows(2).position(|pair| pair == b"\n\n").unwrap() + 2;
    for cut in 0..end {
        assert!(Commit::parse(&raw[..cut]).is_err(), "cut at {cut}");
    }
    assert!(Commit::parse(&raw[..end]).is_ok(), "an empty message is a message, though without trailers");
}

proptest! {
    #[test]
    fn whatever_is_read_is_written_back_to_the_byte(
        message in "\\PC{0,40}(\n[ a-z\n]{0,20})?",
        signature in prop::option::of("[!-~ ]{0,20}(\n[ -~]{0,12}){0,3}\n"),
        parents in prop::collection::vec("[0-9a-f]{40}", 0..3),
    ) {
        let parents = parents.iter().map(|id| format!("parent {id}\n")).collect::<Vec<_>>().concat();
        let folded = signature.as_ref().map(|text| format!("gpgsig {}\n", text.trim_end_matches('\n').replace('\n', "\n ")));
        let raw = format!(
            "tree {}\n{parents}author A <a> 1 +0000\ncommitter A <a> 1 +0000\n{}\n{message}",
            "ab".repeat(20), folded.unwrap_or_default(),
        );
        let commit = Commit::parse(raw.as_bytes()).unwrap();
        prop_assert_eq!(commit.to_bytes(), raw.as_bytes());
        prop_assert_eq!(commit.message, message);
    }

    #[test]
    fn no_bytes_make_the_reader_fail_in_another_way(
        at in 0usize..700, cut in 0usize..20, by in prop::collection::vec(any::<u8>(), 0..8),
    ) {
        let whole = signed();
        let from = at.min(whole.len());
        let until = (from + cut).min(whole.len());
        let raw = [&whole[..from], &by, &whole[until..]].concat();
        if let Ok(commit) = Commit::parse(&raw) {
            prop_assert_eq!(commit.to_bytes(), raw);
        }
    }
}
