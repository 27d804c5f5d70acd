//! A release pushed to its mirror on a forge, by the real git, and held by the guard.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use local_forge::{Dialect, Fault, LocalForge, Role};
use local_index::LocalIndex;
use mirror::SigningKey;
use runner::{Console, Environment, Process, Stream};
use tempfile::TempDir;
use validate_template::mirror_guard::MirrorGuard;

use crate::checkout::{Checkout, Ran};
use crate::uv_tool::uv;

const MIRROR: &str = "acme/runtime";

/// A source checkout with a manifest that names a mirror, and the mirror on a forge.
struct Stage {
    checkout: Checkout,
    forge: LocalForge,
    token: String,
    key: String,
    beside: TempDir,
}

impl Stage {
    fn new(dialect: Dialect) -> Self {
        let checkout = Checkout::of_example();
        checkout.edit(
            "runtime-package.toml",
            "[smoke]",
            "[mirror]\nrepository = \"acme/runtime\"\nfiles = \"mirror\"\n\n[smoke]",
        );
        checkout.write("mirror/.github/CODEOWNERS", "* @acme/runtime\n");
        let forge = LocalForge::start(dialect);
        forge.repo(MIRROR);
        let token = forge.token(Role::Write);
        let beside = TempDir::new().unwrap();
        let stage = Self { checkout, forge, token, key: String::new(), beside };
        let made = Command::new("ssh-keygen")
            .args(["-q", "-t", "ed25519", "-N", "", "-f"])
            .arg(stage.beside("key"))
            .status();
        assert!(made.unwrap().success());
        let key = fs_err::read_to_string(stage.beside("key")).unwrap();
        let stage = Self { key, ..stage };
        stage.checkout.write(".gitignore", "/runtime-package/\n");
        stage.git(&["init", "-q"]);
        stage.commit();
        stage
    }

    /// A path in a folder that is no part of the source.
    fn beside(&self, name: &str) -> PathBuf {
        self.beside.path().join(name)
    }

    fn git(&self, arguments: &[&str]) -> String {
        git(&self.checkout.path("."), arguments)
    }

    /// Commits the source: its id.
    fn commit(&self) -> String {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", "Change"]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// The program as a job has it, but for what a test changes.
    fn program(&self, arguments: &[&str]) -> Command {
        let mut program = self.checkout.program();
        let server = self.forge.url();
        #[expect(clippy::disallowed_methods, reason = "git is found by it")]
        let path = std::env::var_os("PATH").unwrap();
        program
            .env("PATH", path)
            .env("GITHUB_SERVER_URL", server)
            .env("GITHUB_API_URL", self.forge.api_url());
        program.env("GITHUB_REPOSITORY", "acme/core").env("MIRROR_TOKEN", &self.token);
        program.env("MIRROR_SIGNING_KEY", &self.key).args(arguments);
        program
    }

    fn build(&self, version: &str) {
        Ran::of(&self.program(&["build", "--version", version]).output().unwrap()).ok();
    }

    fn mirror(&self) -> Ran {
        Ran::of(&self.program(&["mirror"]).output().unwrap())
    }

    /// Builds and mirrors a version: the mirror's head.
    fn release(&self, version: &str) -> String {
        self.build(version);
        let ran = self.mirror().ok();
        let head = self.head();
        assert!(ran.out.contains(&format!("mirror-commit: {head}")), "{}", ran.out);
        head
    }

    fn head(&self) -> String {
        self.forge.head(MIRROR, "main")
    }

    fn public_line(&self) -> String {
        SigningKey::parse(&self.key.clone().into()).unwrap().public_line()
    }

    /// What the guard says of the mirror as it stands, its files made again from their source.
    fn guarded(&self) -> Ran {
        let copy = self.beside("copy.git");
        fs_err::remove_dir_all(&copy).ok();
        git(&self.beside(""), &["clone", "-q", "--mirror", &self.forge.clone_url(MIRROR), "copy.git"]);
        let server = self.forge.url();
        let target =
            format!("{}/{MIRROR}#refs/heads/main", server.split_once("://").unwrap().1.trim_end_matches('/'));
        let allowed = format!("publish namespaces=\"git\" {}", self.public_line());
        let source = self.checkout.path(".");
        let arguments = [
            "mirror-guard",
            "--mode=witness",
            "--target",
            &target,
            "--path",
            copy.to_str().unwrap(),
            "--allowed-signers",
            &allowed,
            "--regenerate",
            source.to_str().unwrap(),
        ];
        let environment = Environment::from_pairs([("PATH", "/usr/bin")]);
        let out = tempfile::NamedTempFile::new().unwrap();
        let stream = || Stream::plain(out.reopen().unwrap());
        let process = Process {
            console: Console::new(&environment, stream(), stream()),
            environment,
            arguments: arguments.iter().map(Into::into).collect(),
        };
        let exit = runner::execute::<MirrorGuard>(process);
        let out = fs_err::read_to_string(out.path()).unwrap();
        Ran { code: Some(exit.code().into()), out, err: String::new() }
    }
}

#[track_caller]
fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut git = Command::new("git");
    git.args(["-c", "user.name=a", "-c", "user.email=a@acme.test", "-c", "init.defaultBranch=main"]);
    git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
    let output = git.args(arguments).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn a_release_becomes_the_next_commit_of_its_mirror_and_a_second_run_adds_nothing() {
    for dialect in [Dialect::GitHub, Dialect::Gitea] {
        let stage = Stage::new(dialect);
        let adopted = stage.head();
        let first = stage.release("1.4.0");
        let ran = stage.mirror().ok();
        assert!(ran.out.contains("has the release already"), "{}", ran.out);
        assert!(ran.out.contains("mirror-tree-sha256: "), "{}", ran.out);
        assert_eq!(stage.head(), first);
        let second = stage.release("1.5.0");
        let history: Vec<_> = stage.forge.history(MIRROR, "main").into_iter().map(|(id, _)| id).collect();
        assert_eq!(history, [&second[..], &first, &adopted], "{dialect:?}");
        let guarded = stage.guarded().ok();
        assert!(
            guarded.out.contains("2 commits are publish's; at release 1.5.0, number 2"),
            "{}",
            guarded.out
        );
        let file = |path: &str| stage.forge.file(MIRROR, "main", path);
        assert!(file("README.md").is_some_and(|text| text.contains("**Needs Python 3.11 or newer.**")));
        assert!(file("LICENSE").is_some() && file("acme_runtime/main.py").is_some());
        assert!(file(".github/CODEOWNERS").is_some() && file("workspace/main.py").is_none());
    }
}

#[test]
fn git_itself_verifies_what_was_pushed() {
    let stage = Stage::new(Dialect::Gitea);
    let head = stage.release("1.4.0");
    stage.guarded().ok();
    fs_err::write(stage.beside("allowed"), format!("publish {}\n", stage.public_line())).unwrap();
    let allowed = format!("gpg.ssh.allowedSignersFile={}", stage.beside("allowed").display());
    let copy = stage.beside("copy.git");
    git(&copy, &["-c", "gpg.format=ssh", "-c", &allowed, "verify-commit", &head]);
    git(&copy, &["fsck", "--strict"]);
    let source = git(&copy, &["show", "-s", "--format=%(trailers:key=Mirror-Source,valueonly)", &head]);
    let (commit, server) = (stage.git(&["rev-parse", "HEAD"]), stage.forge.url());
    let place = server.split_once("://").unwrap().1.trim_end_matches('/');
    assert_eq!(source, format!("{place}/acme/core@{commit} workspace"));
}

#[test]
fn the_token_and_the_key_are_in_no_argument_no_file_and_no_log() {
    let stage = Stage::new(Dialect::GitHub);
    stage.build("1.4.0");
    // a git that writes down how it was started, and with which configuration
    #[expect(clippy::disallowed_methods, reason = "git is found by it")]
    let path = std::env::var("PATH").unwrap();
    let real =
        std::env::split_paths(&path).map(|folder| folder.join("git")).find(|file| file.is_file()).unwrap();
    let log = stage.beside("log");
    let spy = format!(
        "#!/bin/sh\nprintf '%s\\n' \"$@\" >> '{log}'\ncat config >> '{log}' 2>/dev/null\nfind . -type f -size -64k -exec cat {{}} + >> '{log}' 2>/dev/null\nexec '{}' \"$@\"\n",
        real.display(),
        log = log.display(),
    );
    fs_err::write(stage.beside("git"), spy).unwrap();
    fs_err::set_permissions(stage.beside("git"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let mut program = stage.program(&["mirror"]);
    program.env("PATH", format!("{}:{path}", stage.beside("").display())).env("RUNNER_DEBUG", "1");
    let ran = Ran::of(&program.output().unwrap()).ok();
    let written = String::from_utf8_lossy(&fs_err::read(log).unwrap()).into_owned();
    assert!(written.contains("push\n") && written.contains("ls-remote\n"), "the spy saw nothing");
    let basic = base64(&format!("x-access-token:{}", stage.token));
    let key = stage.key.lines().nth(3).unwrap();
    for (what, text) in [("git was given", &written), ("out", &ran.out), ("err", &ran.err)] {
        for secret in [&stage.token[..], &basic, key] {
            assert!(!text.contains(secret), "a secret: {what}");
        }
    }
}

fn base64(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(text)
}

#[test]
fn a_push_whose_answer_is_lost_is_seen_and_one_that_never_arrived_is_told() {
    let stage = Stage::new(Dialect::GitHub);
    stage.build("1.4.0");
    stage.forge.fail(Fault::cut("git.receive-pack").after_the_effect());
    stage.mirror().ok();
    stage.guarded().ok();
    let head = stage.head();
    stage.build("1.5.0");
    stage.forge.fail(Fault::status("git.receive-pack", 500));
    let ran = stage.mirror();
    assert_eq!(ran.code, Some(1), "{}", ran.out);
    assert!(ran.err.contains("could not push to the mirror"), "{}", ran.err);
    assert_eq!(stage.head(), head);
    stage.mirror().ok();
    stage.guarded().ok();
}

#[test]
fn a_branch_that_moves_meanwhile_is_neither_overwritten_nor_built_upon() {
    for history in ["keep", "replace"] {
        let stage = Stage::new(Dialect::GitHub);
        stage.checkout.edit(
            "runtime-package.toml",
            "files = \"mirror\"",
            &format!("files = \"mirror\"\nhistory = \"{history}\""),
        );
        stage.commit();
        stage.release("1.4.0");
        stage.build("1.5.0");
        stage.forge.before("git.receive-pack", |forge| {
            forge.commit(MIRROR, "main", &[("evil.py", "x = 1\n")], "By hand");
        });
        let ran = stage.mirror();
        if history == "keep" {
            assert_eq!(ran.code, Some(1), "{}", ran.out);
            assert!(ran.err.contains("is none of publish's: it is not signed"), "{}", ran.err);
            assert_eq!(stage.forge.file(MIRROR, "main", "evil.py").as_deref(), Some("x = 1\n"));
        } else {
            // seen, judged, and left behind: that is what was asked for
            ran.ok();
            stage.guarded().ok();
        }
    }
}

#[test]
fn a_head_that_publish_did_not_make_stops_the_release_before_anything_is_published() {
    let stage = Stage::new(Dialect::Gitea);
    stage.release("1.4.0");
    stage.forge.commit(MIRROR, "main", &[("README.md", "mine\n")], "By hand");
    stage.build("1.5.0");
    let ran = stage.mirror();
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("is none of publish's: it is not signed"), "{}", ran.err);
    assert!(ran.err.contains("put the branch back to publish's last commit"), "{}", ran.err);
}

#[test]
fn a_history_is_replaced_when_the_manifest_asks_for_it() {
    let stage = Stage::new(Dialect::GitHub);
    stage.release("1.4.0");
    stage.checkout.edit(
        "runtime-package.toml",
        "files = \"mirror\"",
        "files = \"mirror\"\nhistory = \"replace\"",
    );
    stage.commit();
    stage.release("1.5.0");
    assert_eq!(stage.forge.history(MIRROR, "main").len(), 1);
    let guarded = stage.guarded().ok();
    assert!(guarded.out.contains("at release 1.5.0, number 2"), "{}", guarded.out);
    let head = stage.head();
    stage.mirror().ok();
    assert_eq!(stage.head(), head);
}

#[test]
fn an_older_release_leaves_the_mirror_and_another_build_of_the_same_is_refused() {
    let stage = Stage::new(Dialect::GitHub);
    let head = stage.release("1.4.0");
    stage.build("1.3.9");
    let ran = stage.mirror().ok();
    assert!(
        ran.err.contains("stays at 1.4.0") || ran.out.contains("stays at 1.4.0"),
        "{}{}",
        ran.out,
        ran.err
    );
    assert_eq!(stage.head(), head);
    stage.checkout.write("workspace/builtin_tools/another.txt", "x\n");
    stage.commit();
    stage.build("1.4.0");
    let ran = stage.mirror();
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("is release 1.4.0 already, with other files"), "{}", ran.err);
}

#[test]
fn what_is_in_no_commit_is_not_mirrored() {
    let stage = Stage::new(Dialect::GitHub);
    stage.checkout.write("workspace/builtin_tools/another.txt", "x\n");
    stage.git(&["add", "-A"]);
    stage.git(&["commit", "-q", "-m", "Add"]);
    stage.checkout.write("workspace/builtin_tools/another.txt", "y\n");
    stage.build("1.4.0");
    let ran = stage.mirror();
    assert_eq!(ran.code, Some(2), "{}", ran.out);
    assert!(ran.err.contains("another.txt` of the release is not what commit"), "{}", ran.err);
}

#[test]
fn what_the_mirror_takes_is_told_when_it_is_missing_or_wrong() {
    let stage = Stage::new(Dialect::GitHub);
    stage.build("1.4.0");
    let says = |program: &mut Command, code: i32, part: &str| {
        let ran = Ran::of(&program.output().unwrap());
        assert_eq!(ran.code, Some(code), "{}{}", ran.out, ran.err);
        assert!(ran.err.contains(part), "`{part}`: {}", ran.err);
        ran
    };
    says(stage.program(&["mirror"]).env_remove("MIRROR_SIGNING_KEY"), 2, "`mirror-signing-key` is not set");
    says(stage.program(&["mirror"]).env_remove("MIRROR_TOKEN"), 2, "`mirror-token` is not set");
    says(stage.program(&["mirror"]).env("MIRROR_SIGNING_KEY", "x"), 2, "no private key in OpenSSH's format");
    says(stage.program(&["mirror"]).env_remove("GITHUB_REPOSITORY"), 2, "GITHUB_REPOSITORY");
    let token = stage.forge.token(Role::Read);
    let ran = says(stage.program(&["mirror"]).env("MIRROR_TOKEN", &token), 1, "could not push to the mirror");
    assert!(!ran.err.contains(&token));
    says(stage.program(&["mirror"]).env("MIRROR_TOKEN", "nonsense"), 1, "could not read the mirror");
    let run = ["run", "--index-url", "http://127.0.0.1:9/simple/", "--upload-url", "http://127.0.0.1:9/"];
    says(stage.program(&run).env_remove("MIRROR_TOKEN"), 2, "`mirror-token` is not set");
    stage.checkout.edit(
        "runtime-package.toml",
        "[mirror]\nrepository = \"acme/runtime\"\nfiles = \"mirror\"\n",
        "",
    );
    says(&mut stage.program(&["mirror"]), 2, "the manifest names no mirror");
}

#[test]
fn a_key_takes_over_from_an_earlier_one() {
    let mut stage = Stage::new(Dialect::Gitea);
    let earlier = stage.public_line();
    stage.release("1.4.0");
    let made = Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-f"])
        .arg(stage.beside("next"))
        .status();
    assert!(made.unwrap().success());
    stage.key = fs_err::read_to_string(stage.beside("next")).unwrap();
    stage.build("1.5.0");
    let ran = stage.mirror();
    assert!(ran.err.contains("is not among the allowed signers"), "{}", ran.err);
    assert!(ran.err.contains("add its public half to `mirror-allowed-signers`"), "{}", ran.err);
    let program =
        stage.program(&["mirror", "--mirror-allowed-signers", &format!("earlier {earlier}")]).output();
    Ran::of(&program.unwrap()).ok();
    assert_eq!(stage.forge.history(MIRROR, "main").len(), 3);
}

#[test]
fn a_whole_run_ends_with_the_mirror_and_a_second_one_adds_nothing() {
    let Some(uv) = uv() else { return };
    let (stage, index, dependencies) =
        (Stage::new(Dialect::GitHub), LocalIndex::start(local_index::Dialect::PyPI), uv.dependency_index());
    let run = || {
        let (simple, upload, others) = (index.simple_url(), index.upload_url(), dependencies.simple_url());
        let mut program = stage.program(&["run", "--version", "1.4.0", "--index-url", &simple]);
        program.args(["--upload-url", &upload, "--dependency-index-url", &others]);
        for name in ["PATH", "UV_CACHE_DIR", "UV_PYTHON_DOWNLOADS"] {
            program.env(name, uv.environment().get(name).unwrap());
        }
        program.env("PUBLISH_TOKEN", index.token(local_index::Role::Publisher));
        Ran::of(&program.output().unwrap()).ok()
    };
    let first = run();
    assert!(first.out.contains(&format!("mirror-commit: {}", stage.head())), "{}", first.out);
    stage.guarded().ok();
    let second = run();
    assert!(
        second.out.contains("uploaded: none") && second.out.contains("has the release already"),
        "{}",
        second.out
    );
}
