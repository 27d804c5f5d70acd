//! Which commit a revision is: <https://git-scm.com/docs/gitrevisions>, as far as people name commits to compare with.

use domain::CommitSha;
use gix_hash::{ObjectId, oid};

use super::store::{corrupt, read};
use super::{Object, ObjectError, ObjectKind, Repository};

/// Where git looks for a name, in this order.
const PLACES: [(&str, &str); 6] = [
    ("", ""),
    ("refs/", ""),
    ("refs/tags/", ""),
    ("refs/heads/", ""),
    ("refs/remotes/", ""),
    ("refs/remotes/", "/HEAD"),
];

/// How many digits name a commit at least.
const FEWEST_DIGITS: usize = 4;
/// How many tags may be of each other.
const MOST_TAGS: usize = 16;

impl Repository {
    /// The commit that a revision names: a branch, a tag, `HEAD`, an id or its beginning, and of these the ancestors
    /// by `~`, `~2`, `^`, `^2`.
    ///
    /// # Errors
    /// When there is no such commit here.
    pub fn resolve(&self, revision: &str) -> Result<CommitSha, ObjectError> {
        let none = || ObjectError::NoRevision(revision.to_owned());
        let end = revision.find(['~', '^']).unwrap_or(revision.len());
        let (name, mut steps) = revision.split_at(end);
        let mut commit = self.commit(&self.named(name)?.ok_or_else(none)?)?;
        while let Some(sign) = steps.chars().next() {
            steps = &steps[1..];
            if let Some(rest) = steps.strip_prefix("{commit}").or_else(|| steps.strip_prefix("{}"))
                && sign == '^'
            {
                steps = rest;
                continue;
            }
            let digits = steps.len() - steps.trim_start_matches(|digit: char| digit.is_ascii_digit()).len();
            let number = if digits == 0 { Some(1) } else { steps[..digits].parse::<usize>().ok() };
            let number = number.ok_or_else(none)?;
            steps = &steps[digits..];
            let parent = |commit: &oid, number: usize| -> Result<ObjectId, ObjectError> {
                self.parents(commit)?.get(number - 1).copied().ok_or_else(none)
            };
            match sign {
                '^' if number > 0 => commit = parent(&commit, number)?,
                '^' => {}
                '~' => {
                    for _ in 0..number {
                        commit = parent(&commit, 1)?;
                    }
                }
                _ => return Err(none()),
            }
        }
        Ok(read(&commit))
    }

    /// The object of a name.
    fn named(&self, name: &str) -> Result<Option<ObjectId>, ObjectError> {
        let name = if name == "@" { "HEAD" } else { name };
        if let Ok(id) = ObjectId::from_hex(name.as_bytes()) {
            return Ok(Some(id));
        }
        for (before, behind) in PLACES {
            // Of what lies at the top of the repository, only files like `HEAD` are refs.
            let is_top = before.is_empty() && !name.starts_with("refs/");
            if is_top && !name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_') {
                continue;
            }
            if let Some(id) = self.reference(&format!("{before}{name}{behind}"))? {
                return Ok(Some(id));
            }
        }
        if name.len() < FEWEST_DIGITS || !name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Ok(None);
        }
        self.objects().beginning(name)
    }

    /// The commit that an object is, or that a tag is of.
    fn commit(&self, id: &oid) -> Result<ObjectId, ObjectError> {
        let mut id = id.to_owned();
        for _ in 0..MOST_TAGS {
            let Object { kind, bytes } = self.objects().get(&id)?;
            match kind {
                ObjectKind::Commit => return Ok(id),
                ObjectKind::Tag => {
                    let target = bytes.strip_prefix(b"object ").and_then(|rest| rest.get(..40));
                    let target = target.and_then(|target| ObjectId::from_hex(target).ok());
                    id = target.ok_or_else(|| corrupt(&id, "it is no tag"))?;
                }
                ObjectKind::Tree | ObjectKind::Blob => break,
            }
        }
        Err(corrupt(&id, "it is no commit"))
    }
}
