//! What the crate's own tests share.

use crate::manifest::Manifest;
use crate::tree::{File, FileTree};

pub(crate) fn manifest() -> Manifest {
    Manifest::parse(include_str!("../tests/data/manifest.toml")).unwrap()
}

pub(crate) fn tree(files: &[(&str, &str)]) -> FileTree {
    let mut tree = FileTree::default();
    for (path, contents) in files {
        tree.insert(path.parse().unwrap(), File::regular((*contents).to_owned())).unwrap();
    }
    tree
}
