//! The real programs, in a folder of their own.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A folder with a repository, and keys as ssh-keygen makes them.
pub(crate) struct Tools {
    folder: TempDir,
}

impl Tools {
    pub(crate) fn new() -> Self {
        let tools = Self { folder: TempDir::new().unwrap() };
        tools.git(&["init", "-q", "-b", "main"], "");
        tools
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        fs_err::write(self.path(name), text).unwrap();
        self.path(name)
    }

    /// Makes a key of a kind: its private half's text.
    pub(crate) fn key(&self, name: &str, arguments: &[&str]) -> String {
        let path = self.path(name);
        let made = self.keygen(&[arguments, &["-q", "-C", "", "-f", path.to_str().unwrap()]].concat(), "");
        assert!(made.status.success(), "{made:?}");
        fs_err::read_to_string(path).unwrap()
    }

    /// The public half of a key that was made.
    pub(crate) fn public(&self, name: &str) -> String {
        fs_err::read_to_string(self.path(&format!("{name}.pub"))).unwrap().trim().to_owned()
    }

    pub(crate) fn keygen(&self, arguments: &[&str], input: &str) -> Output {
        run(Command::new("ssh-keygen").args(arguments), self.folder.path(), input)
    }

    /// What git prints; it must succeed.
    #[track_caller]
    pub(crate) fn git(&self, arguments: &[&str], input: &str) -> String {
        let output = self.try_git(arguments, input);
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    pub(crate) fn try_git(&self, arguments: &[&str], input: &str) -> Output {
        let mut git = Command::new("git");
        let settings =
            ["-c", "gpg.format=ssh", "-c", "user.name=publish", "-c", "user.email=publish@acme.test"];
        git.args(settings).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
        let allowed = format!("gpg.ssh.allowedSignersFile={}", self.path("allowed").display());
        run(git.args(["-c", &allowed]).args(arguments), self.folder.path(), input)
    }
}

fn run(command: &mut Command, folder: &Path, input: &str) -> Output {
    let command = command.current_dir(folder).stdin(Stdio::piped());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}
