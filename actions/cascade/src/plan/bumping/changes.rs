//! What the branch of a bump brings: whose work it is, and whether it bumps everything that there is to bump.
//!
//! A message can be copied: who amends, rebases or picks a commit keeps it, with its trailers. So a branch is a
//! cascade's only when its tree is, byte for byte, what a cascade makes of the tree that it was made from.

use std::collections::BTreeMap;

use domain::{CommitSha, PackageVersion};
use forge::{BranchCommit, TreeFile, blob_id};
use template::pins::{Files, Pins};

/// The files of a commit, and the pins in them.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// Every file, link and submodule.
    pub tree: Vec<TreeFile>,
    /// Those that were read.
    pub files: Files,
    /// The pins in them.
    pub pins: Pins,
    /// Files that the manifest names, and that pin nothing; each with a word of it.
    pub idle: Vec<String>,
}

/// What a branch has that its base has not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// Whose commits it has.
    pub by: Carries,
    /// A pin that would not be at the version after a merge; its place. None where none is left behind.
    pub misses: Option<String>,
    /// Whether it takes a pin back to an earlier version: a rollback.
    pub back: bool,
}

/// Whose commits a branch has that its base has not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carries {
    /// None.
    Nothing,
    /// The one commit of a cascade, as it was made; the base may have been merged into it since.
    Ours,
    /// Somebody else's as well.
    Others,
}

/// A branch, by its commits.
#[derive(Debug, Clone, Copy)]
pub struct Brought<'a> {
    /// The version that the branch is named by.
    pub version: &'a PackageVersion,
    /// The message that a cascade gives its commit.
    pub message: &'a str,
    /// What the branch has that its base has not, in no particular order.
    pub commits: &'a [BranchCommit],
    /// Its newest commit.
    pub head: &'a Snapshot,
    /// The newest commit of the base that it has; none where that cannot be told.
    pub fork: Option<&'a Snapshot>,
    /// The newest commit of the base.
    pub base: &'a Snapshot,
}

/// Judges a branch.
#[must_use]
pub fn judge(brought: Brought<'_>) -> Changes {
    let Brought { version, message, commits, head, fork, base } = brought;
    // merging the base into the branch, as a button of GitHub's does, is nobody's work
    let mut own = commits.iter().filter(|commit| commit.parents.len() < 2);
    let is_ours = match (own.next(), own.next(), fork) {
        (Some(commit), None, Some(fork)) => {
            commit.message.trim_end() == message.trim_end() && is_bump(fork, head, version)
        }
        _ => false,
    };
    let by = match commits {
        [] => Carries::Nothing,
        _ if is_ours => Carries::Ours,
        _ => Carries::Others,
    };
    let back = fork.is_some_and(|fork| fork.pins.pins.iter().any(|pin| pin.version > *version));
    Changes { by, misses: missed(&base.pins, &head.pins, version), back }
}

/// The newest commit of the base that a branch has: its head was made on it, or has merged it.
#[must_use]
pub fn fork<'c>(commits: &'c [BranchCommit], head: &'c CommitSha) -> Option<&'c CommitSha> {
    if commits.is_empty() {
        return Some(head);
    }
    let newest = commits.iter().find(|commit| commit.sha == *head)?;
    let is_of_base = |parent: &&CommitSha| commits.iter().all(|commit| commit.sha != **parent);
    newest.parents.iter().rev().find(is_of_base)
}

/// Whether all that is different between two trees is what a bump does.
fn is_bump(before: &Snapshot, after: &Snapshot, version: &PackageVersion) -> bool {
    let Ok(bumped) = before.pins.bumped(&before.files, version) else { return false };
    let (before, after) = (by_path(&before.tree), by_path(&after.tree));
    let is_expected = |path: &str, before: &TreeFile, after: &TreeFile| {
        let is_expected = || bumped.get(path).is_some_and(|bytes| blob_id(bytes) == after.blob);
        before.mode == after.mode && (before.blob == after.blob || is_expected())
    };
    before.len() == after.len()
        && before
            .iter()
            .all(|(path, before)| after.get(path).is_some_and(|after| is_expected(path, before, after)))
}

fn by_path(tree: &[TreeFile]) -> BTreeMap<&str, &TreeFile> {
    tree.iter().map(|file| (file.path.as_str(), file)).collect()
}

/// The first pin that a branch does not bring to the version: one of its own, or one that the base has beside those.
fn missed(base: &Pins, branch: &Pins, version: &PackageVersion) -> Option<String> {
    let behind = branch.pins.iter().find(|pin| pin.version != *version);
    let count = |pins: &Pins, file: &str| pins.pins.iter().filter(|pin| pin.file == file).count();
    let unknown = || {
        let open = base.pins.iter().filter(|pin| pin.version != *version);
        open.into_iter().find(|pin| count(branch, &pin.file) < count(base, &pin.file))
    };
    behind.or_else(unknown).map(|pin| format!("{}:{}", pin.file, pin.position))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use template::pins::{Format, find};

    use super::*;

    const MESSAGE: &str = "Bump runtime to 1.4.0\n\nCascade: x\n";

    fn snapshot(files: &[(&str, &str)]) -> Snapshot {
        let read: Files =
            files.iter().map(|(path, text)| ((*path).to_owned(), Some(text.as_bytes().to_vec()))).collect();
        let entries: Vec<_> =
            read.keys().filter_map(|path| Some((path.clone(), Format::of(path)?))).collect();
        let pins = find(&entries, &read, &"runtime".parse().unwrap());
        let tree = files.iter().map(|(path, text)| TreeFile {
            path: (*path).to_owned(),
            mode: "100644".to_owned(),
            size: 0,
            blob: blob_id(text.as_bytes()),
        });
        Snapshot { tree: tree.collect(), files: read, pins, idle: Vec::new() }
    }

    fn sha(digit: char) -> CommitSha {
        digit.to_string().repeat(40).parse().unwrap()
    }

    fn commit(digit: char, parents: &[char], message: &str) -> BranchCommit {
        let signature = forge::Signature {
            login: None,
            email: "dev@forge.example".to_owned(),
            at: Timestamp::UNIX_EPOCH,
        };
        BranchCommit {
            sha: sha(digit),
            parents: parents.iter().map(|digit| sha(*digit)).collect(),
            message: message.to_owned(),
            author: signature.clone(),
            committer: signature,
        }
    }

    fn judged(commits: &[BranchCommit], base: &[(&str, &str)], head: &[(&str, &str)]) -> Changes {
        let (base, head) = (snapshot(base), snapshot(head));
        let version = "1.4.0".parse().unwrap();
        let (fork, base) = (Some(&base), &base);
        judge(Brought { version: &version, message: MESSAGE, commits, head: &head, fork, base })
    }

    const BASE: [(&str, &str); 2] = [(".runtime-version", "1.3.0\n"), ("a.txt", "a")];
    const BUMPED: [(&str, &str); 2] = [(".runtime-version", "1.4.0\n"), ("a.txt", "a")];

    #[test]
    fn only_the_very_tree_that_a_cascade_makes_is_a_cascades() {
        let ours = [commit('1', &['0'], MESSAGE)];
        assert_eq!(judged(&ours, &BASE, &BUMPED), Changes { by: Carries::Ours, misses: None, back: false });
        for head in [
            &[(".runtime-version", "1.4.0\n"), ("a.txt", "b")][..],
            &[(".runtime-version", "1.4.0\n"), ("a.txt", "a"), ("b.txt", "")],
            &[(".runtime-version", "1.4.0\n")],
            &[(".runtime-version", "1.4.0"), ("a.txt", "a")],
        ] {
            assert_eq!(judged(&ours, &BASE, head).by, Carries::Others, "{head:?}");
        }
        let reworded = [commit('1', &['0'], "Bump runtime to 1.4.0, wip\n\nCascade: x\n")];
        assert_eq!(judged(&reworded, &BASE, &BUMPED).by, Carries::Others);
        let two = [commit('1', &['0'], MESSAGE), commit('2', &['1'], MESSAGE)];
        assert_eq!(judged(&two, &BASE, &BUMPED).by, Carries::Others);
        assert_eq!(judged(&[], &BASE, &BASE).by, Carries::Nothing);
    }

    #[test]
    fn a_merge_of_the_base_is_nobodys_and_the_branch_is_held_against_what_was_merged() {
        let merged = [commit('1', &['0'], MESSAGE), commit('3', &['1', '2'], "Merge branch 'main'")];
        assert_eq!(judged(&merged, &BASE, &BUMPED).by, Carries::Ours);
        assert_eq!(fork(&merged, &sha('3')), Some(&sha('2')));
        assert_eq!(fork(&merged[..1], &sha('1')), Some(&sha('0')));
        assert_eq!(fork(&[], &sha('1')), Some(&sha('1')));
        let between = [commit('1', &['0'], MESSAGE), commit('3', &['1'], "later")];
        assert_eq!(fork(&between, &sha('3')), None);
    }

    #[test]
    fn a_pin_that_is_left_behind_is_named() {
        let ours = [commit('1', &['0'], MESSAGE)];
        let base = [(".runtime-version", "1.3.0\n"), ("requirements.txt", "runtime==1.3.0\n")];
        let misses = |head: &[(&str, &str)]| judged(&ours, &base, head).misses;
        let place = Some("requirements.txt:1:10".to_owned());
        assert_eq!(
            misses(&[(".runtime-version", "1.4.0\n"), ("requirements.txt", "runtime==1.3.0\n")]),
            place
        );
        assert_eq!(misses(&[(".runtime-version", "1.4.0\n")]), place, "the base has gained it");
        assert_eq!(
            misses(&[(".runtime-version", "1.4.0\n"), ("requirements.txt", "runtime==1.4.0\n")]),
            None
        );
    }

    #[test]
    fn what_takes_a_pin_back_is_a_rollback() {
        let ours = [commit('1', &['0'], MESSAGE)];
        assert!(judged(&ours, &[(".runtime-version", "1.5.0\n")], &[(".runtime-version", "1.4.0\n")]).back);
    }
}
