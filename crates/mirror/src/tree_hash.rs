//! The digest of a tree of files.

use std::collections::BTreeSet;

use domain::Sha256;
use sha2::Digest as _;

/// What a file of a mirror may be. There is nothing else: a symbolic link or a submodule leads to what nobody signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileMode {
    /// `100644`
    Regular,
    /// `100755`
    Executable,
}

impl FileMode {
    /// As git writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Regular => "100644",
            Self::Executable => "100755",
        }
    }
}

/// The SHA-256 of some bytes.
#[must_use]
pub fn content_hash(bytes: &[u8]) -> Sha256 {
    Sha256::from(<[u8; 32]>::from(sha2::Sha256::digest(bytes)))
}

/// The digest of a tree: the SHA-256 over a record for each file, `mode SP sha256 SP path NUL`, the records in the
/// order of their bytes.
///
/// It stands in what is signed, because the id of git's tree is a SHA-1, which two trees may share.
/// `None` when two files have one path.
#[must_use]
pub fn tree_hash<'a>(files: impl IntoIterator<Item = (FileMode, Sha256, &'a [u8])>) -> Option<Sha256> {
    let mut paths = BTreeSet::new();
    let mut records = Vec::new();
    for (mode, contents, path) in files {
        if !paths.insert(path) {
            return None;
        }
        let mut record = format!("{} {contents} ", mode.as_str()).into_bytes();
        record.extend_from_slice(path);
        record.push(0);
        records.push(record);
    }
    records.sort_unstable();
    let mut digest = sha2::Sha256::new();
    for record in records {
        digest.update(record);
    }
    Some(Sha256::from(<[u8; 32]>::from(digest.finalize())))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn hash(files: &[(FileMode, &str, &str)]) -> Option<Sha256> {
        tree_hash(
            files.iter().map(|(mode, path, text)| (*mode, content_hash(text.as_bytes()), path.as_bytes())),
        )
    }

    #[test]
    fn the_digest_is_the_one_that_coreutils_make() {
        // printf '100644 %s a\0' "$(printf x | sha256sum | cut -c1-64)" | sha256sum, and so on
        let expected = "e8e90ffe394fc57d88f764b74f9087101cf9caf4f3a62b0de493a9d016e498d9";
        let found = hash(&[(FileMode::Executable, "b/c", "y"), (FileMode::Regular, "a", "x")]).unwrap();
        assert_eq!(found.to_string(), expected);
    }

    #[test]
    fn the_order_of_files_does_not_matter_and_everything_else_does() {
        use FileMode::{Executable, Regular};
        let tree = [(Regular, "a", "x"), (Regular, "b", "y")];
        let swapped = [tree[1], tree[0]];
        assert_eq!(hash(&tree), hash(&swapped));
        for other in [
            [(Executable, "a", "x"), (Regular, "b", "y")],
            [(Regular, "a", "y"), (Regular, "b", "x")],
            [(Regular, "c", "x"), (Regular, "b", "y")],
        ] {
            assert_ne!(hash(&tree), hash(&other));
        }
        assert_ne!(hash(&tree), hash(&tree[..1]));
        assert_eq!(hash(&[(Regular, "a", "x"), (Executable, "a", "y")]), None);
    }

    proptest! {
        #[test]
        fn two_trees_have_one_digest_only_when_they_are_equal(
            one in prop::collection::btree_map("[a-c /]{1,4}", "[xy]{0,2}", 0..4),
            two in prop::collection::btree_map("[a-c /]{1,4}", "[xy]{0,2}", 0..4),
        ) {
            let of = |tree: &std::collections::BTreeMap<String, String>| {
                tree_hash(tree.iter().map(|(path, text)| {
                    (FileMode::Regular, content_hash(text.as_bytes()), path.as_bytes())
                }))
            };
            prop_assert_eq!(one == two, of(&one) == of(&two));
        }
    }
}
