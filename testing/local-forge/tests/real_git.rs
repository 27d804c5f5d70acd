//! The git binary against the forge: clone, push, fetch, `ls-remote`.

#![expect(clippy::unwrap_used, reason = "a step of a test that fails has failed the test")]

use std::path::Path;
use std::process::{Command, Output};

use local_forge::{Access, Dialect, LocalForge, NewPull, NewRepo, Permission, Permissions, Role};

const REPO: &str = "acme/core";

fn forge(dialect: Dialect) -> LocalForge {
    let forge = LocalForge::start(dialect);
    forge.repo(REPO);
    forge
}

fn git(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().unwrap()
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut git = Command::new("git");
    git.args(["-c", "user.name=dev", "-c", "user.email=dev@e.local", "-c", "credential.helper="])
        .args(arguments)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env_remove("GIT_DIR")
        .env_remove("GIT_INDEX_FILE")
        .env_remove("GIT_WORK_TREE")
        .current_dir(folder);
    git
}

fn ok(output: Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn refused(output: Output) -> String {
    assert!(!output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr).unwrap()
}

fn with_token(forge: &LocalForge, repo: &str, token: &str) -> String {
    forge.clone_url(repo).replacen("://", &format!("://x-access-token:{token}@"), 1)
}

/// A clone, and the temporary folder that holds it.
fn clone(forge: &LocalForge, token: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    ok(git(folder.path(), &["clone", "--quiet", &with_token(forge, REPO, token), "."]));
    folder
}

#[test]
fn ls_remote_shows_annotated_tags_with_their_commits() {
    for dialect in [Dialect::GitHub, Dialect::Gitea] {
        let forge = forge(dialect);
        let commit = forge.head(REPO, "main");
        let tag = forge.tag(REPO, "v1.0.0", &commit, Some("one"));
        for protocol in ["0", "2"] {
            let version = format!("protocol.version={protocol}");
            let url = forge.clone_url(REPO);
            let listed = ok(git(Path::new("."), &["-c", &version, "ls-remote", "--tags", &url]));
            assert_eq!(listed, format!("{tag}\trefs/tags/v1.0.0\n{commit}\trefs/tags/v1.0.0^{{}}\n"));
        }
    }
}

#[test]
fn a_pushed_commit_is_the_branch_and_the_head_of_its_pull_request() {
    let forge = forge(Dialect::Gitea);
    let pull = forge.pull_request(REPO, &NewPull { head: "feature", ..NewPull::titled("Feature") });
    let folder = clone(&forge, &forge.token(Role::Write));
    ok(git(folder.path(), &["checkout", "--quiet", "feature"]));
    ok(git(folder.path(), &["commit", "--quiet", "--allow-empty", "-m", "more"]));
    ok(git(folder.path(), &["push", "--quiet", "origin", "feature"]));
    let tip = ok(git(folder.path(), &["rev-parse", "HEAD"])).trim().to_owned();
    assert_ne!(tip, pull.head);
    assert_eq!(forge.head(REPO, "feature"), tip);
    let fetched = ok(git(folder.path(), &["ls-remote", "origin", "refs/pull/1/head"]));
    assert!(fetched.starts_with(&tip));
}

#[test]
fn a_large_push_arrives_compressed_and_whole() {
    let forge = forge(Dialect::GitHub);
    let folder = clone(&forge, &forge.token(Role::Write));
    // Not compressible, and larger than git's buffer for posts, so that it comes in chunks.
    let mut state = 1_u32;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    })
    .take(2 << 20)
    .collect();
    fs_err::write(folder.path().join("noise"), noise).unwrap();
    ok(git(folder.path(), &["add", "noise"]));
    ok(git(folder.path(), &["commit", "--quiet", "-m", "noise"]));
    ok(git(folder.path(), &["push", "--quiet", "origin", "main"]));
    for index in 0..60 {
        // A fetch offers what is newest first. Were these as old as what the forge knows, it might offer that before
        // them, and be done at once.
        let mut newer =
            command(folder.path(), &["commit", "--quiet", "--allow-empty", "-m", &index.to_string()]);
        ok(newer.env("GIT_COMMITTER_DATE", "2037-01-01T00:00:00Z").output().unwrap());
        ok(git(folder.path(), &["tag", &format!("v0.0.{index}")]));
    }
    // Many commits that the forge does not know make a long negotiation, which git compresses.
    let theirs = forge.commit(REPO, "main", &[("a", "1")], "elsewhere");
    ok(git(folder.path(), &["-c", "protocol.version=0", "fetch", "--quiet", "origin"]));
    assert_eq!(ok(git(folder.path(), &["rev-parse", "origin/main"])).trim(), theirs);
    ok(git(folder.path(), &["push", "--quiet", "--tags"]));
    assert_eq!(forge.tags(REPO).len(), 60);
    let sent_with = |name: &str, value: &str| {
        forge
            .exchanges()
            .iter()
            .any(|sent| sent.request_headers.get(name).is_some_and(|found| found == value))
    };
    assert!(sent_with("transfer-encoding", "chunked") && sent_with("content-encoding", "gzip"));
}

#[test]
fn a_stale_push_is_refused_by_git_and_changes_nothing() {
    let forge = forge(Dialect::Gitea);
    let folder = clone(&forge, &forge.token(Role::Write));
    let theirs = forge.commit(REPO, "main", &[("a", "1")], "theirs");
    ok(git(folder.path(), &["commit", "--quiet", "--allow-empty", "-m", "ours"]));
    refused(git(folder.path(), &["push", "origin", "main"]));
    assert_eq!(forge.head(REPO, "main"), theirs);
}

#[test]
fn a_tag_that_exists_elsewhere_is_not_moved_by_a_push() {
    let forge = forge(Dialect::GitHub);
    let first = forge.head(REPO, "main");
    forge.tag(REPO, "v1.0.0", &first, None);
    let folder = clone(&forge, &forge.token(Role::Write));
    ok(git(folder.path(), &["commit", "--quiet", "--allow-empty", "-m", "next"]));
    ok(git(folder.path(), &["tag", "--force", "v1.0.0"]));
    refused(git(folder.path(), &["push", "origin", "v1.0.0"]));
    assert_eq!(forge.tags(REPO)["v1.0.0"].commit, first);
}

#[test]
fn protected_refs_are_refused_with_a_reason() {
    let forge = forge(Dialect::GitHub);
    forge.protect_tags(REPO, "runtime-v*");
    forge.protect_branch(REPO, "main", &[]);
    let folder = clone(&forge, &forge.token(Role::Write));
    ok(git(folder.path(), &["commit", "--quiet", "--allow-empty", "-m", "next"]));
    ok(git(folder.path(), &["tag", "runtime-v1.0.0"]));
    ok(git(folder.path(), &["tag", "other"]));
    assert!(refused(git(folder.path(), &["push", "origin", "runtime-v1.0.0"])).contains("protected tag"));
    assert!(refused(git(folder.path(), &["push", "origin", "main"])).contains("protected branch"));
    ok(git(folder.path(), &["push", "--quiet", "origin", "other"]));
    assert_eq!(forge.tags(REPO).into_keys().collect::<Vec<_>>(), ["other"]);
}

#[test]
fn a_job_on_github_cannot_tag_a_commit_with_other_workflow_files() {
    let forge = forge(Dialect::GitHub);
    let files = [(".github/workflows/new.yml", "on: push\njobs: {}\n")];
    forge.commit(REPO, "topic", &files, "ci: new");
    let folder = clone(&forge, &forge.job_token(REPO));
    ok(git(folder.path(), &["tag", "v1.0.0", "origin/topic"]));
    let said = refused(git(folder.path(), &["push", "origin", "v1.0.0"]));
    assert!(said.contains("`.github/workflows/new.yml` without `workflows` permission"), "{said}");
    ok(git(
        folder.path(),
        &["push", "--quiet", &with_token(&forge, REPO, &forge.token(Role::Write)), "v1.0.0"],
    ));
}

#[test]
fn only_those_who_may_write_can_push() {
    for dialect in [Dialect::GitHub, Dialect::Gitea] {
        let forge = forge(dialect);
        let read_only = Permissions::none().with(Permission::Contents, Access::Read);
        let tokens = [
            forge.token(Role::Read),
            forge.narrowed_job_token(REPO, read_only),
            "0".repeat(40),
            String::new(),
        ];
        let folder = clone(&forge, &forge.job_token(REPO));
        ok(git(folder.path(), &["tag", "v1.0.0"]));
        for token in &tokens {
            refused(git(folder.path(), &["push", &with_token(&forge, REPO, token), "v1.0.0"]));
        }
        assert!(forge.tags(REPO).is_empty());
        ok(git(folder.path(), &["push", "--quiet", "origin", "v1.0.0"]));
        assert_eq!(forge.tags(REPO).len(), 1);
    }
}

#[test]
fn a_private_repository_is_only_for_its_people() {
    for dialect in [Dialect::GitHub, Dialect::Gitea] {
        let forge = LocalForge::start(dialect);
        forge.new_repo(REPO, &NewRepo { private: true, ..NewRepo::default() });
        refused(git(Path::new("."), &["ls-remote", &forge.clone_url(REPO)]));
        refused(git(Path::new("."), &["ls-remote", &with_token(&forge, REPO, &forge.token(Role::Read))]));
        ok(git(Path::new("."), &["ls-remote", &with_token(&forge, REPO, &forge.token(Role::Write))]));
    }
}

#[test]
fn a_renamed_repository_is_found_by_clone_under_its_old_name() {
    for dialect in [Dialect::GitHub, Dialect::Gitea] {
        let forge = forge(dialect);
        forge.rename(REPO, "kernel");
        let listed = ok(git(Path::new("."), &["ls-remote", &forge.clone_url(REPO), "main"]));
        assert!(listed.starts_with(&forge.head("acme/kernel", "main")));
    }
}

#[test]
fn an_archived_repository_can_be_cloned_but_not_pushed_to() {
    let forge = forge(Dialect::Gitea);
    forge.set_archived(REPO, true);
    let folder = clone(&forge, &forge.token(Role::Write));
    ok(git(folder.path(), &["tag", "v1.0.0"]));
    assert!(refused(git(folder.path(), &["push", "origin", "v1.0.0"])).contains("403"));
}

#[test]
fn no_token_stands_in_any_url() {
    let forge = forge(Dialect::GitHub);
    let token = forge.token(Role::Write);
    clone(&forge, &token);
    let exchanges = forge.exchanges();
    assert!(!exchanges.is_empty());
    assert!(exchanges.iter().all(|exchange| !exchange.target.contains(&token)));
}
