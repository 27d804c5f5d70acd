//! What a repository has gained since a revision.

use std::io;
use std::process::Output;

use runner::{Diagnostic, Exit};
use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices};

use super::git::{fed, git};
use super::{Scanned, leaks};
use crate::finding::Place;
use crate::folder::{Folder, SCANNED_LIMIT};

/// Why it cannot be told what a repository has gained.
#[derive(Debug, thiserror::Error)]
pub enum DiffError {
    /// There is no git.
    #[error("could not run `git`, which tells what was added since `{base}`")]
    NoGit {
        /// The revision.
        base: String,
        /// Why.
        #[source]
        why: io::Error,
    },
    /// Git refused.
    #[error("could not tell what was added since `{base}`: {said}")]
    Refused {
        /// The revision.
        base: String,
        /// What git says.
        said: String,
    },
}

impl Diagnostic for DiffError {
    fn exit(&self) -> Exit {
        Exit::BadInput
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::NoGit { .. } => {
                vec!["install git, or leave `diff-base` out to look through every file".to_owned()]
            }
            Self::Refused { .. } => vec![
                "let the checkout step fetch the history that both have in common: `fetch-depth: 0`"
                    .to_owned(),
            ],
        }
    }
}

/// A file that was added or changed.
struct Changed {
    path: String,
    /// What it was; all zeroes where it was nothing.
    before: String,
    after: String,
}

/// The credentials in lines that the checked-out commit has and `base`, where the two have parted, has not.
///
/// Everything is read from commits: what lies in the folder and in none of them does not count.
///
/// # Errors
/// When there is no git, no such revision, or no common history.
pub fn added_since(base: &str, folder: &Folder) -> Result<Scanned, DiffError> {
    let asked = Asked { base, folder };
    let changed = asked.changed()?;
    let wanted = changed.iter().flat_map(|file| [&file.before, &file.after]).filter(|id| !is_nothing(id));
    let blobs = asked.blobs(&wanted.map(String::as_str).collect::<Vec<_>>())?;
    let mut blobs = blobs.into_iter();
    let mut scanned = Scanned::default();
    for file in changed {
        let before = if is_nothing(&file.before) { Some(Vec::new()) } else { blobs.next().flatten() };
        let Some(after) = blobs.next().flatten() else {
            scanned.unscanned.push((file.path, "is too large".to_owned()));
            continue;
        };
        let found = leaks(&file.path, &after);
        if found.is_empty() {
            continue;
        }
        let added = added_lines(&before.unwrap_or_default(), &after);
        scanned.leaks.extend(found.into_iter().filter(|leak| is_added(&leak.place, &added)));
    }
    Ok(scanned)
}

/// Whether a place is on a line that was added; a place without a line counts.
fn is_added(place: &Place, added: &[std::ops::Range<usize>]) -> bool {
    let (Some(start), Some(end)) = (place.start(), place.end()) else { return true };
    added.iter().any(|lines| lines.start <= end.line && start.line < lines.end)
}

/// The lines of `after`, counted from 1, that `before` has not.
fn added_lines(before: &[u8], after: &[u8]) -> Vec<std::ops::Range<usize>> {
    let lines = |bytes| -> Vec<_> { <[u8]>::split(bytes, |byte| *byte == b'\n').collect() };
    let (old, new) = (lines(before), lines(after));
    let operations = capture_diff_slices(Algorithm::Myers, &old, &new);
    let added =
        operations.iter().filter(|operation| matches!(operation.tag(), DiffTag::Insert | DiffTag::Replace));
    added.map(DiffOp::new_range).map(|lines| lines.start + 1..lines.end + 1).collect()
}

fn is_nothing(id: &str) -> bool {
    id.bytes().all(|byte| byte == b'0')
}

struct Asked<'a> {
    base: &'a str,
    folder: &'a Folder,
}

impl Asked<'_> {
    /// The files below the folder that were added or changed.
    fn changed(&self) -> Result<Vec<Changed>, DiffError> {
        // A revision that began with a dash would be an option.
        let output = self.git(
            &["rev-parse", "--verify", "--end-of-options", &format!("{}^{{commit}}", self.base)],
            None,
        )?;
        let commit = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let options =
            ["--raw", "-z", "--no-renames", "--no-ext-diff", "--no-textconv", "--no-abbrev", "--relative"];
        let arguments =
            [&["diff", "--merge-base", "--diff-filter=AMT"][..], &options, &[&commit, "HEAD", "--"]].concat();
        let output = self.git(&arguments, None)?;
        let text = String::from_utf8_lossy(&output.stdout);
        let mut fields = text.split_terminator('\0');
        let mut changed = Vec::new();
        // `:100644 100644 before after M`, then the path.
        while let (Some(head), Some(path)) = (fields.next(), fields.next()) {
            let words: Vec<&str> = head.split(' ').collect();
            if let [_, mode, before, after, _] = words[..]
                && matches!(mode, "100644" | "100755")
            {
                changed.push(Changed {
                    path: path.to_owned(),
                    before: before.to_owned(),
                    after: after.to_owned(),
                });
            }
        }
        Ok(changed)
    }

    /// What the objects hold, in the same order; none for what is larger than is read.
    fn blobs(&self, ids: &[&str]) -> Result<Vec<Option<Vec<u8>>>, DiffError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let sizes = self.git(&["cat-file", "--batch-check=%(objectsize)"], Some(ids))?;
        let sizes = String::from_utf8_lossy(&sizes.stdout).into_owned();
        let is_read = |size: &str| size.parse::<u64>().is_ok_and(|size| size <= SCANNED_LIMIT);
        let read: Vec<bool> = sizes.lines().map(is_read).collect();
        let wanted: Vec<&str> = ids.iter().zip(&read).filter(|(_, read)| **read).map(|(id, _)| *id).collect();
        let output = self.git(&["cat-file", "--batch=%(objectsize)"], Some(&wanted))?;
        let mut rest = output.stdout.as_slice();
        let mut blobs = Vec::with_capacity(ids.len());
        for is_read in read {
            blobs.push(if is_read { next_blob(&mut rest) } else { None });
        }
        Ok(blobs)
    }

    fn git(&self, arguments: &[&str], ids: Option<&[&str]>) -> Result<Output, DiffError> {
        let base = self.base.to_owned();
        let root = self.folder.root();
        // The folder is what the caller asks about; in a container it belongs to another user.
        let arguments = [&["-c", "safe.directory=*"], arguments].concat();
        let mut command = git(root, &arguments);
        let output = match ids {
            None => command.output(),
            Some(ids) => fed(command, format!("{}\n", ids.join("\n")).into_bytes()),
        };
        let output = output.map_err(|why| DiffError::NoGit { base: base.clone(), why })?;
        if output.status.success() {
            return Ok(output);
        }
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(DiffError::Refused { base, said })
    }
}

/// The next answer of `cat-file --batch`: a line with the size, the object, a line end.
fn next_blob(rest: &mut &[u8]) -> Option<Vec<u8>> {
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let size: usize = std::str::from_utf8(&rest[..end]).ok()?.parse().ok()?;
    let blob = rest.get(end + 1..end + 1 + size)?.to_vec();
    *rest = rest.get(end + 2 + size..)?;
    Some(blob)
}
