//! A release of the mirror, as publish makes it, and in the ways in which others would.

use std::num::NonZeroU64;
use std::path::Path;

use jiff::Timestamp;
use mirror::{Draft, FileMode, Identity, SigningKey, Trailers, content_hash, tree_hash};

use crate::git::{command, git, git_with, run};

pub(crate) const TARGET: &str = "git.acme.test/acme/runtime#refs/heads/main";

/// A release that is yet to be written: publish's, until something of it is changed.
#[derive(Debug, Clone)]
pub(crate) struct Release {
    pub(crate) sequence: u64,
    pub(crate) version: String,
    pub(crate) parent: Option<String>,
    pub(crate) target: String,
    pub(crate) source: String,
    /// Mode, path and contents, or a commit's id for a submodule.
    pub(crate) files: Vec<(&'static str, String, Vec<u8>)>,
    /// The digest that it claims; that of the regular files where it is not set.
    pub(crate) digest: Option<domain::Sha256>,
    pub(crate) time: Timestamp,
    pub(crate) name: &'static str,
}

impl Release {
    /// The release of a number, on a parent.
    pub(crate) fn new(sequence: u64, parent: Option<&str>) -> Self {
        let file = |path: &str, text: &str| ("100644", path.to_owned(), text.into());
        Self {
            sequence,
            version: format!("1.{sequence}.0"),
            parent: parent.map(str::to_owned),
            target: TARGET.to_owned(),
            source: format!("git.acme.test/acme/core@{} workspace", "ab".repeat(20)),
            files: vec![
                file(".gitea/workflows/mirror-guard.yml", "on: push\n"),
                file("README.md", "# acme-runtime\n"),
                file("acme_runtime/main.py", &format!("VERSION = {sequence}\n")),
                ("100755", "acme_runtime/tool.sh".to_owned(), "#!/bin/sh\n".into()),
            ],
            digest: None,
            time: Timestamp::from_second(
                Timestamp::now().as_second() - 600 + i64::try_from(sequence).unwrap(),
            )
            .unwrap(),
            name: "publish",
        }
    }

    /// Writes its files into a repository: the id of the tree.
    pub(crate) fn tree(&self, repository: &Path) -> String {
        let lines = self.files.iter().map(|(mode, path, contents)| {
            let id = match *mode {
                "160000" => String::from_utf8(contents.clone()).unwrap(),
                _ => git_with(repository, &["hash-object", "-w", "--stdin", "--no-filters"], contents),
            };
            format!("{mode} {id}\t{path}\n")
        });
        let lines = lines.collect::<Vec<_>>().concat();
        let index = tempfile::tempdir().unwrap();
        let index = index.path().join("index");
        let written = run(
            command(repository, &["update-index", "--index-info"]).env("GIT_INDEX_FILE", &index),
            lines.as_bytes(),
        );
        assert!(written.status.success(), "{written:?}");
        let tree =
            run(command(repository, &["write-tree", "--missing-ok"]).env("GIT_INDEX_FILE", &index), b"");
        String::from_utf8(tree.stdout).unwrap().trim().to_owned()
    }

    /// The commit without a signature.
    pub(crate) fn draft(&self, repository: &Path) -> Draft {
        let regular = self.files.iter().filter_map(|(mode, path, contents)| {
            let mode = match *mode {
                "100644" => FileMode::Regular,
                "100755" => FileMode::Executable,
                _ => return None,
            };
            Some((mode, content_hash(contents), path.as_bytes()))
        });
        let digest = self.digest.unwrap_or_else(|| tree_hash(regular).unwrap());
        Draft {
            tree: self.tree(repository).parse().unwrap(),
            parent: self.parent.as_ref().map(|parent| parent.parse().unwrap()),
            identity: Identity::new(self.name, "publish@acme.test", self.time).unwrap(),
            project: "acme-runtime".to_owned(),
            trailers: Trailers {
                target: self.target.parse().unwrap(),
                source: self.source.parse().unwrap(),
                version: self.version.parse().unwrap(),
                sequence: NonZeroU64::new(self.sequence).unwrap(),
                builder: 1,
                tree: digest,
            },
        }
    }

    /// The bytes of the commit, signed.
    pub(crate) fn signed(&self, repository: &Path, key: &SigningKey) -> String {
        let draft = self.draft(repository);
        String::from_utf8(draft.signed(&key.sign(&draft.payload()))).unwrap()
    }

    /// Writes the commit, signed: its id.
    pub(crate) fn write(&self, repository: &Path, key: &SigningKey) -> String {
        write(repository, &self.signed(repository, key))
    }
}

/// Writes the bytes of a commit: its id.
pub(crate) fn write(repository: &Path, raw: &str) -> String {
    git_with(repository, &["hash-object", "-t", "commit", "-w", "--stdin", "--literally"], raw.as_bytes())
}

/// A commit that somebody makes by hand, on top of another: its id.
pub(crate) fn by_hand(repository: &Path, parent: &str, release: &Release) -> String {
    git(repository, &["commit-tree", &release.tree(repository), "-p", parent, "-m", "Mend a typo"])
}
