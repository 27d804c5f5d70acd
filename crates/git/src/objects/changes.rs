//! What one tree has that another has not.

use std::collections::{HashMap, HashSet};

use domain::CommitSha;
use gix_hash::{ObjectId, oid};

use super::entries::raw;
use super::store::{corrupt, read, written};
use super::{ObjectError, Objects};

/// A file, a link or a submodule that was added or changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its path, parts separated by `/`.
    pub path: Vec<u8>,
    /// What it is now, in git's own numbers.
    pub mode: u32,
    /// What it held before; none where it was not there. What was only moved held the same.
    pub before: Option<CommitSha>,
    /// What it holds.
    pub after: CommitSha,
}

const FOLDER: u32 = 0o40_000;
/// How deep folders may lie in each other.
const DEEPEST: usize = 1024;

/// Two trees at the same path.
struct Pair {
    path: Vec<u8>,
    depth: usize,
    before: Option<ObjectId>,
    after: Option<ObjectId>,
}

impl Objects {
    /// What was added to or changed in a tree, in the order of the paths; `below` is a path in both, from which paths
    /// are told, and empty for all there is.
    ///
    /// # Errors
    /// When a tree is missing or broken.
    pub fn changes(
        &self,
        before: &CommitSha,
        after: &CommitSha,
        below: &str,
    ) -> Result<Vec<Change>, ObjectError> {
        let before = self.descend(written(before)?, below)?;
        let after = self.descend(written(after)?, below)?;
        let (mut changes, mut gone) = (Vec::new(), HashSet::new());
        let mut pairs = vec![Pair { path: Vec::new(), depth: 0, before, after }];
        while let Some(pair) = pairs.pop() {
            if pair.before != pair.after {
                self.compare(&pair, &mut pairs, &mut changes, &mut gone)?;
            }
        }
        for change in changes.iter_mut().filter(|change| change.before.is_none()) {
            change.before = gone.contains(&change.after).then(|| change.after.clone());
        }
        changes.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(changes)
    }

    fn compare(
        &self,
        pair: &Pair,
        pairs: &mut Vec<Pair>,
        changes: &mut Vec<Change>,
        gone: &mut HashSet<CommitSha>,
    ) -> Result<(), ObjectError> {
        let (old, new) = (self.tree(pair.before.as_deref())?, self.tree(pair.after.as_deref())?);
        let id = pair.after.or(pair.before);
        let broken = || id.map_or(ObjectError::Unknown("trees"), |id| corrupt(&id, "it is no tree"));
        let mut old: HashMap<&[u8], (u32, ObjectId)> =
            raw(&old).ok_or_else(broken)?.into_iter().map(|(mode, name, id)| (name, (mode, id))).collect();
        let depth = pair.depth + 1;
        if depth > DEEPEST {
            return Err(broken());
        }
        let inside = |name: &[u8]| {
            let mut path = pair.path.clone();
            if !path.is_empty() {
                path.push(b'/');
            }
            path.extend_from_slice(name);
            path
        };
        for (mode, name, id) in raw(&new).ok_or_else(broken)? {
            let (was_folder, before) = match old.remove(name) {
                Some((mode, id)) => (mode == FOLDER, Some(id)),
                None => (false, None),
            };
            if mode == FOLDER {
                let path = inside(name);
                pairs.push(Pair { path, depth, before: before.filter(|_| was_folder), after: Some(id) });
                gone.extend(before.filter(|_| !was_folder).map(|id| read(&id)));
            } else if before != Some(id) {
                let before = before.filter(|_| !was_folder).map(|id| read(&id));
                changes.push(Change { path: inside(name), mode, before, after: read(&id) });
            }
        }
        for (name, (mode, id)) in old {
            if mode == FOLDER {
                pairs.push(Pair { path: inside(name), depth, before: Some(id), after: None });
            } else {
                gone.insert(read(&id));
            }
        }
        Ok(())
    }

    /// The tree at a path of a tree; none where there is no folder.
    fn descend(&self, tree: ObjectId, path: &str) -> Result<Option<ObjectId>, ObjectError> {
        let mut tree = tree;
        for part in path.split('/').filter(|part| !part.is_empty()) {
            let bytes = self.tree(Some(&tree as &oid))?;
            let entries = raw(&bytes).ok_or_else(|| corrupt(&tree, "it is no tree"))?;
            let found =
                entries.into_iter().find(|(mode, name, _)| *mode == FOLDER && *name == part.as_bytes());
            let Some((_, _, id)) = found else { return Ok(None) };
            tree = id;
        }
        Ok(Some(tree))
    }
}
