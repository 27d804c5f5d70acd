//! A mirror as a forge keeps it, with three releases, and a clone that pushes to it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use mirror::SigningKey;
use tempfile::TempDir;

use crate::git::{git, run, try_git};
use crate::release::{Release, TARGET};

/// A mirror as a forge keeps it, with three releases, and a clone that pushes to it.
pub(crate) struct Stage {
    folder: TempDir,
    /// publish's key.
    pub(crate) key: SigningKey,
    /// A key that is nobody's.
    pub(crate) other: SigningKey,
    /// The releases, by their commits, the oldest first.
    pub(crate) releases: Vec<String>,
}

impl Stage {
    /// A copy of one that is made once: keys and releases take their time.
    pub(crate) fn new() -> Self {
        static MADE: LazyLock<Stage> = LazyLock::new(Stage::made);
        let folder = TempDir::new().unwrap();
        let copied = run(Command::new("cp").arg("-a").arg(MADE.path(".")).arg(folder.path()), b"");
        assert!(copied.status.success(), "{copied:?}");
        let read =
            |name| SigningKey::parse(&fs_err::read_to_string(MADE.path(name)).unwrap().into()).unwrap();
        Self { folder, key: read("publish"), other: read("other"), releases: MADE.releases.clone() }
    }

    fn made() -> Self {
        let folder = TempDir::new().unwrap();
        let (key, other) = (key(folder.path(), "publish"), key(folder.path(), "other"));
        let mut stage = Self { folder, key, other, releases: Vec::new() };
        git(stage.folder.path(), &["init", "-q", "--bare", "mirror.git"]);
        git(stage.folder.path(), &["init", "-q", "clone"]);
        stage.allow("namespaces=\"git\"");
        for sequence in 1..=3 {
            let release = Release::new(sequence, stage.releases.last().map(String::as_str));
            let id = stage.write(&release);
            stage.releases.push(id);
        }
        stage.push(&[&format!("{}:refs/heads/main", stage.head())]).unwrap();
        stage
    }

    /// Lets publish's key sign, with these options.
    pub(crate) fn allow(&self, options: &str) {
        let line = format!("publish@acme.test {options} {}\n", self.key.public_line());
        fs_err::write(self.allowed(), line).unwrap();
    }

    pub(crate) fn allowed(&self) -> PathBuf {
        self.path("allowed")
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The repository on the forge.
    pub(crate) fn mirror(&self) -> PathBuf {
        self.path("mirror.git")
    }

    /// The clone that pushes.
    pub(crate) fn clone(&self) -> PathBuf {
        self.path("clone")
    }

    /// The last release.
    pub(crate) fn head(&self) -> &str {
        self.releases.last().unwrap()
    }

    /// The release that would come next.
    pub(crate) fn next(&self) -> Release {
        Release::new(4, Some(self.head()))
    }

    /// Writes a release, signed by publish.
    pub(crate) fn write(&self, release: &Release) -> String {
        release.write(&self.clone(), &self.key)
    }

    /// Pushes; what git said of it if it was refused.
    pub(crate) fn push(&self, refspecs: &[&str]) -> Result<(), String> {
        let mirror = self.mirror();
        let arguments = [&["push", "--no-verify", mirror.to_str().unwrap()], refspecs].concat();
        let pushed = try_git(&self.clone(), &arguments);
        let said = String::from_utf8(pushed.stderr).unwrap();
        if pushed.status.success() { Ok(()) } else { Err(said) }
    }

    /// The refs of the mirror.
    pub(crate) fn refs(&self) -> String {
        git(&self.mirror(), &["for-each-ref", "--format=%(objectname) %(refname)"])
    }

    /// Installs the guard as Gitea has its hooks: a script that starts each of `hooks/pre-receive.d/`.
    pub(crate) fn install_hook(&self) {
        let hooks = self.mirror().join("hooks");
        fs_err::create_dir_all(hooks.join("pre-receive.d")).unwrap();
        let starter = "#!/bin/sh\ndata=$(cat)\nexitcodes=\"\"\nhookname=$(basename $0)\n\
            GIT_DIR=${GIT_DIR:-$(dirname $0)/..}\n\
            for hook in ${GIT_DIR}/hooks/${hookname}.d/*; do\n  test -x \"${hook}\" && test -f \"${hook}\" || continue\n\
            \x20 echo \"${data}\" | \"${hook}\"\n  exitcodes=\"${exitcodes} $?\"\ndone\n\
            for i in ${exitcodes}; do\n  [ ${i} -eq 0 ] || exit ${i}\ndone\n";
        let guard = format!(
            "#!/bin/sh\nexec '{}' mirror-guard --mode pre-receive --target '{TARGET}' --allowed-signers \"$(cat '{}')\"\n",
            env!("CARGO_BIN_EXE_validate-template"),
            self.allowed().display(),
        );
        for (path, text) in [("pre-receive", starter), ("pre-receive.d/mirror-guard", &guard)] {
            fs_err::write(hooks.join(path), text).unwrap();
            let made = run(Command::new("chmod").arg("+x").arg(hooks.join(path)), b"");
            assert!(made.status.success());
        }
    }
}

/// A key as ssh-keygen makes it.
fn key(folder: &Path, name: &str) -> SigningKey {
    let path = folder.join(name);
    let mut keygen = Command::new("ssh-keygen");
    let made: Output = run(keygen.args(["-q", "-t", "ed25519", "-N", "", "-C", name, "-f"]).arg(&path), b"");
    assert!(made.status.success(), "{made:?}");
    SigningKey::parse(&fs_err::read_to_string(path).unwrap().into()).unwrap()
}
