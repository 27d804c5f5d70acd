//! A copy of `examples/workspace` to build from, and the program.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// The time that builds of the tests carry.
pub(crate) const EPOCH: &str = "1700000000";

/// A folder with a source repository's files in it.
pub(crate) struct Checkout {
    folder: TempDir,
}

/// How the program ended, and what it printed.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    pub(crate) fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Self { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }

    /// The same, having seen that it ended well.
    #[track_caller]
    pub(crate) fn ok(self) -> Self {
        assert_eq!(self.code, Some(0), "{}{}", self.out, self.err);
        self
    }
}

impl Checkout {
    /// A copy of the example.
    pub(crate) fn of_example() -> Self {
        Self::of("workspace")
    }

    /// A folder without anything.
    pub(crate) fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A copy of an example by its folder's name.
    pub(crate) fn of(example: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(example), folder.path());
        Self { folder }
    }

    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.folder.path().join(relative)
    }

    pub(crate) fn write(&self, relative: &str, contents: impl AsRef<[u8]>) {
        let path = self.path(relative);
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        fs_err::write(path, contents).unwrap();
    }

    pub(crate) fn remove(&self, relative: &str) {
        fs_err::remove_file(self.path(relative)).unwrap();
    }

    /// Replaces the first `from` in a file, which must be there.
    #[track_caller]
    pub(crate) fn edit(&self, relative: &str, from: &str, to: &str) {
        let text = fs_err::read_to_string(self.path(relative)).unwrap();
        assert!(text.contains(from), "`{from}` is not in {relative}");
        self.write(relative, text.replacen(from, to, 1));
    }

    /// The program, to be started in the checkout, with an environment of its own.
    pub(crate) fn program(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_publish"));
        command.current_dir(self.folder.path()).env_clear().env("SOURCE_DATE_EPOCH", EPOCH);
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(&self.program().args(arguments).output().unwrap())
    }

    /// Builds version 1.4.0 into `out`.
    pub(crate) fn build(&self) -> Ran {
        self.run(&["build", "--version", "1.4.0", "--out", "out"])
    }

    /// Every path in a folder, sorted; folders end in a slash.
    pub(crate) fn list(&self, relative: &str) -> Vec<String> {
        let mut found = Vec::new();
        walk(&self.path(relative), "", &mut found);
        found.sort();
        found
    }
}

fn walk(folder: &Path, below: &str, found: &mut Vec<String>) {
    for entry in fs_err::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{below}{}", entry.file_name().to_string_lossy());
        if entry.file_type().unwrap().is_dir() {
            found.push(format!("{path}/"));
            walk(&entry.path(), &format!("{path}/"), found);
        } else {
            found.push(path);
        }
    }
}

/// Copies a folder's contents, modes too; bytecode that somebody left there stays behind.
pub(crate) fn copy(from: &Path, to: &Path) {
    for entry in fs_err::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_name() == "__pycache__" {
            continue;
        }
        if entry.file_type().unwrap().is_dir() {
            fs_err::create_dir_all(&target).unwrap();
            copy(&entry.path(), &target);
        } else {
            fs_err::copy(entry.path(), target).unwrap();
        }
    }
}
