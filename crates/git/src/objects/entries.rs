//! The entries of a tree, as they are stored.

use gix_hash::{ObjectId, oid};

use super::store::{corrupt, read};
use super::{Object, ObjectError, ObjectKind, Objects};

/// How many bytes an id has.
const ID: usize = 20;

/// An entry of a tree. Nothing of it is judged: names may be what no file system takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it is, in git's own numbers: `0o100644`, `0o100755`, `0o120000`, `0o40000`, `0o160000`.
    pub mode: u32,
    /// Its name.
    pub name: Vec<u8>,
    /// What it holds.
    pub id: domain::CommitSha,
}

/// The entries of a tree's bytes, in the order in which they are stored; none where they are no tree.
#[must_use]
pub fn entries(bytes: &[u8]) -> Option<Vec<Entry>> {
    let entry = |(mode, name, id): (u32, &[u8], ObjectId)| Entry { mode, name: name.to_vec(), id: read(&id) };
    Some(raw(bytes)?.into_iter().map(entry).collect())
}

/// An entry: mode, name, id.
pub(super) type Raw<'b> = (u32, &'b [u8], ObjectId);

pub(super) fn raw(bytes: &[u8]) -> Option<Vec<Raw<'_>>> {
    let mut rest = bytes;
    let mut entries = Vec::new();
    while !rest.is_empty() {
        let space = rest.iter().position(|byte| *byte == b' ')?;
        let mode = u32::from_str_radix(std::str::from_utf8(&rest[..space]).ok()?, 8).ok()?;
        let end = space + 1 + rest[space + 1..].iter().position(|byte| *byte == 0)?;
        let id = rest.get(end + 1..end + 1 + ID)?;
        entries.push((mode, &rest[space + 1..end], ObjectId::from_bytes_or_panic(id)));
        rest = &rest[end + 1 + ID..];
    }
    Some(entries)
}

impl Objects {
    /// The id of a tree without entries, which every repository has.
    #[must_use]
    pub fn empty_tree() -> domain::CommitSha {
        read(&ObjectId::empty_tree(gix_hash::Kind::Sha1))
    }

    /// The bytes of a tree; nothing for none.
    pub(super) fn tree(&self, id: Option<&oid>) -> Result<Vec<u8>, ObjectError> {
        // An empty tree is everywhere, stored or not.
        let Some(id) = id.filter(|id| !id.is_empty_tree()) else { return Ok(Vec::new()) };
        match self.get(id)? {
            Object { kind: ObjectKind::Tree, bytes } => Ok(bytes),
            _ => Err(corrupt(id, "it is no tree")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_read_as_they_are_stored() {
        let tree = [&b"100644 a b\0"[..], &[1; 20], b"40000 \xff\0", &[0xab; 20]].concat();
        let read = entries(&tree).unwrap();
        assert_eq!((read[0].mode, read[0].name.as_slice()), (0o100_644, &b"a b"[..]));
        assert_eq!((read[1].mode, read[1].name.as_slice()), (0o40_000, &b"\xff"[..]));
        assert_eq!(read[1].id.as_str(), "ab".repeat(20));
        assert_eq!(entries(b""), Some(Vec::new()));
        for broken in [&tree[..30], b"100644", b"x y\0", b"9 a\0"] {
            assert_eq!(entries(broken), None);
        }
    }
}
