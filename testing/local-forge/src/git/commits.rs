//! Commits: making and reading them.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::memory::is_id;
use super::{BareRepository, GitError};

/// Somebody at some time, as git writes it into an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) when: Timestamp,
}

/// A commit to be made at the tip of a branch.
#[derive(Debug, Clone)]
pub(crate) struct NewCommit<'a> {
    pub(crate) branch: &'a str,
    /// The commit it grows from; `None` begins a history.
    pub(crate) parent: Option<&'a str>,
    /// Path to content; `None` removes the path.
    pub(crate) files: BTreeMap<String, Option<Vec<u8>>>,
    /// The message as it is to stand; a missing last newline is added, as git does.
    pub(crate) message: &'a str,
    pub(crate) author: &'a Identity,
}

/// A commit as it lies in the repository.
#[derive(Debug, Clone)]
pub(crate) struct Commit {
    pub(crate) sha: String,
    pub(crate) tree: String,
    pub(crate) parents: Vec<String>,
    pub(crate) author: Identity,
    pub(crate) committer: Identity,
    /// With its last newline.
    pub(crate) message: String,
}

/// What a commit did to one path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileStatus {
    pub(crate) path: String,
    /// `added`, `modified` or `removed`.
    pub(crate) status: &'static str,
}

/// How much a range of commits changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Stats {
    pub(crate) files: u64,
    pub(crate) additions: u64,
    pub(crate) deletions: u64,
}

const FORMAT: &str = "--format=%H%x00%T%x00%P%x00%an%x00%ae%x00%at%x00%cn%x00%ce%x00%ct%x00%B%x01";

impl Commit {
    /// The first line of the message.
    pub(crate) fn subject(&self) -> &str {
        self.message.lines().next().unwrap_or_default()
    }
}

impl BareRepository {
    /// Commits and moves the branch.
    ///
    /// # Errors
    ///
    /// When the branch no longer stands at the parent.
    pub(crate) fn commit(&self, new: &NewCommit<'_>) -> Result<String, GitError> {
        let mut input = Vec::new();
        let message = with_newline(new.message);
        let who = new.author.header();
        input.extend(
            format!("commit refs/heads/{}\nmark :1\nauthor {who}\ncommitter {who}\n", new.branch)
                .into_bytes(),
        );
        input.extend(format!("data {}\n{message}", message.len()).into_bytes());
        if let Some(parent) = new.parent {
            input.extend(format!("from {parent}\n").into_bytes());
        }
        for (path, content) in &new.files {
            match content {
                None => input.extend(format!("D {path}\n").into_bytes()),
                Some(content) => {
                    input.extend(format!("M 100644 inline {path}\ndata {}\n", content.len()).into_bytes());
                    input.extend(content);
                    input.push(b'\n');
                }
            }
        }
        input.extend(b"\nget-mark :1\n");
        let sha = self.feed(&["fast-import", "--quiet", "--date-format=raw"], &input)?;
        Ok(sha.trim().to_owned())
    }

    /// The commits of a range (arguments of `git rev-list`), newest first.
    pub(crate) fn log(&self, range: &[&str]) -> Result<Vec<Commit>, GitError> {
        let mut arguments = vec!["log", FORMAT];
        arguments.extend(range);
        arguments.push("--");
        Ok(self.run(&arguments)?.split('\u{1}').filter_map(parse_commit).collect())
    }

    /// One commit; `None` when there is none of this name.
    pub(crate) fn read_commit(&self, revision: &str) -> Result<Option<Commit>, GitError> {
        let Some(sha) = self.resolve(revision)? else { return Ok(None) };
        if let Some(known) = self.memory().commits.get(&sha) {
            return Ok(Some(known.clone()));
        }
        let read = self.log(&["-1", &sha])?.pop();
        self.memory().commits.extend(read.clone().map(|commit| (sha, commit)));
        Ok(read)
    }

    /// The commit that gave a file what it holds at another commit.
    pub(crate) fn last_change(&self, commit: &str, path: &str) -> Result<Option<Commit>, GitError> {
        let asked = (commit.to_owned(), path.to_owned());
        if let Some(known) = self.memory().changes.get(&asked) {
            return Ok(known.clone());
        }
        let listed = self.run(&["log", FORMAT, "-1", commit, "--", path])?;
        let change = listed.split('\u{1}').find_map(parse_commit);
        if is_id(commit) {
            self.memory().changes.insert(asked, change.clone());
        }
        Ok(change)
    }

    /// How many commits a range holds.
    pub(crate) fn count(&self, range: &[&str]) -> Result<usize, GitError> {
        let mut arguments = vec!["rev-list", "--count"];
        arguments.extend(range);
        arguments.push("--");
        Ok(self.run(&arguments)?.trim().parse().unwrap_or(0))
    }

    /// The paths that differ between two trees or commits.
    pub(crate) fn file_statuses(&self, from: &str, to: &str) -> Result<Vec<FileStatus>, GitError> {
        let listed = self.run(&["diff-tree", "-r", "-z", "--no-renames", "--name-status", from, to])?;
        let mut fields = listed.split('\0').filter(|field| !field.is_empty());
        let mut statuses = Vec::new();
        while let (Some(letter), Some(path)) = (fields.next(), fields.next()) {
            let status = match letter {
                "A" => "added",
                "D" => "removed",
                _ => "modified",
            };
            statuses.push(FileStatus { path: path.to_owned(), status });
        }
        Ok(statuses)
    }

    /// What a commit changed against its first parent.
    pub(crate) fn commit_changes(&self, commit: &Commit) -> Result<(Vec<FileStatus>, Stats), GitError> {
        let from = commit.parents.first().map_or(EMPTY_TREE, String::as_str);
        Ok((self.file_statuses(from, &commit.sha)?, self.stats(from, &commit.sha)?))
    }

    /// Files, lines added and lines removed between two trees or commits.
    pub(crate) fn stats(&self, from: &str, to: &str) -> Result<Stats, GitError> {
        let listed = self.run(&["diff-tree", "-r", "--no-renames", "--numstat", from, to])?;
        let mut stats = Stats::default();
        for line in listed.lines() {
            let mut fields = line.split('\t').map(|field| field.parse().unwrap_or(0));
            stats.files += 1;
            stats.additions += fields.next().unwrap_or(0);
            stats.deletions += fields.next().unwrap_or(0);
        }
        Ok(stats)
    }
}

/// The tree without entries, which every repository knows.
pub(crate) const EMPTY_TREE: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

pub(super) fn with_newline(message: &str) -> String {
    if message.ends_with('\n') { message.to_owned() } else { format!("{message}\n") }
}

fn parse_commit(record: &str) -> Option<Commit> {
    let mut fields = record.trim_start_matches('\n').splitn(10, '\0');
    let (sha, tree, parents) = (fields.next()?, fields.next()?, fields.next()?);
    let mut identity = || {
        let (name, email, seconds) = (fields.next()?, fields.next()?, fields.next()?);
        let when = Timestamp::from_second(seconds.parse().ok()?).ok()?;
        Some(Identity { name: name.to_owned(), email: email.to_owned(), when })
    };
    let (author, committer) = (identity()?, identity()?);
    Some(Commit {
        sha: sha.to_owned(),
        tree: tree.to_owned(),
        parents: parents.split_whitespace().map(str::to_owned).collect(),
        author,
        committer,
        message: fields.next()?.to_owned(),
    })
}
