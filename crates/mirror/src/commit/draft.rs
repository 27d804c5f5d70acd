//! Writing a commit.

use domain::CommitSha;

use super::Identity;
use crate::trailers::Trailers;

/// A commit that is yet to be signed.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The id of its tree.
    pub tree: CommitSha,
    /// The commit that it follows; none for the first, and for one that replaces the history.
    pub parent: Option<CommitSha>,
    /// Who makes it, and when: its author and committer.
    pub identity: Identity,
    /// The project's name on the index, for the first line of the message.
    pub project: String,
    /// What it says of itself.
    pub trailers: Trailers,
}

impl Draft {
    /// The message: what it is, where edits belong, and the trailers.
    #[must_use]
    pub fn message(&self) -> String {
        let source = &self.trailers.source;
        let folder = if source.folder.is_whole() {
            String::new()
        } else {
            format!("from its folder `{}`, ", source.folder)
        };
        format!(
            "{project} {version}\n\n\
             Generated {folder}by publish, of\n{place}.\n\
             An edit belongs there: this branch takes none.\n\n{trailers}",
            project = self.project,
            version = self.trailers.version,
            place = source.place,
            trailers = self.trailers,
        )
    }

    /// What is to be signed: the commit without a signature.
    #[must_use]
    pub fn payload(&self) -> Vec<u8> {
        let parent = self.parent.as_ref().map(|parent| format!("parent {parent}\n")).unwrap_or_default();
        let Self { tree, identity, .. } = self;
        let message = self.message();
        format!("tree {tree}\n{parent}author {identity}\ncommitter {identity}\n\n{message}").into_bytes()
    }

    /// The commit, with the armored signature of its [`payload`](Self::payload).
    #[must_use]
    pub fn signed(&self, signature: &str) -> Vec<u8> {
        with_signature(&self.payload(), signature)
    }
}

/// Puts a signature where git does: at the end of the header, its further lines behind a blank each.
pub(super) fn with_signature(payload: &[u8], signature: &str) -> Vec<u8> {
    let end = payload.windows(2).position(|pair| pair == b"\n\n").map_or(payload.len(), |end| end + 1);
    let mut commit = payload[..end].to_vec();
    for (number, line) in signature.lines().enumerate() {
        commit.extend_from_slice(if number == 0 { b"gpgsig " } else { b" " });
        commit.extend_from_slice(line.as_bytes());
        commit.push(b'\n');
    }
    commit.extend_from_slice(&payload[end..]);
    commit
}
