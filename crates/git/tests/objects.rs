//! Repositories that git itself has made, read without it.
#![expect(clippy::unwrap_used, reason = "what a test sets up must work")]
use std::path::Path;
use std::process::Command;

use domain::CommitSha;
use git::objects::{ObjectError, ObjectKind, Repository};
use tempfile::TempDir;

fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args([
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@b",
        "-c",
        "protocol.file.allow=always",
    ]);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    let output = command.args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    fs_err::create_dir_all(path.parent().unwrap()).unwrap();
    fs_err::write(path, text).unwrap();
}

fn commit(folder: &Path, message: &str) {
    git(folder, &["add", "--all"]);
    git(folder, &["commit", "--quiet", "--allow-empty", "--message", message]);
}

/// `main` with three commits, and a branch that left it at the second.
fn made() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    git(path, &["init", "--quiet", "--initial-branch", "main"]);
    write(path, "a", "one\n");
    write(path, "sub/b", "two\n");
    write(path, "sub/gone/c", "three\n");
    commit(path, "first");
    git(path, &["tag", "--annotate", "v1", "--message", "v1"]);
    write(path, "a", "one more\n");
    commit(path, "second");
    git(path, &["switch", "--quiet", "--create", "topic/x"]);
    write(path, "sub/b", "two, changed\n");
    fs_err::rename(path.join("sub/gone/c"), path.join("sub/moved")).unwrap();
    write(path, "sub/new\u{fc}", "new\n");
    commit(path, "topic");
    git(path, &["switch", "--quiet", "main"]);
    write(path, "z", "z\n");
    commit(path, "third");
    folder
}

fn open(folder: &Path) -> Repository {
    Repository::of(folder).unwrap().0
}

/// What is changed, as git's own `diff --raw` would name it.
fn changed(repository: &Repository, below: &str) -> Vec<String> {
    let base =
        repository.merge_base(&repository.resolve("main").unwrap(), &repository.resolve("topic/x").unwrap());
    let trees =
        [base.unwrap(), repository.resolve("topic/x").unwrap()].map(|id| repository.tree_of(&id).unwrap());
    let changes = repository.objects().changes(&trees[0], &trees[1], below).unwrap();
    let told = changes.iter().map(|change| {
        let path = String::from_utf8_lossy(&change.path);
        let kind = match &change.before {
            None => "added",
            Some(before) if *before == change.after => "moved",
            Some(_) => "changed",
        };
        format!("{kind} {path} {:o}", change.mode)
    });
    told.collect()
}

const CHANGED: [&str; 3] = ["changed sub/b 100644", "moved sub/moved 100644", "added sub/new\u{fc} 100644"];

#[test]
fn revisions_are_what_git_says_they_are() {
    let folder = made();
    let check = |repository: &Repository| {
        for revision in [
            "main",
            "HEAD",
            "@",
            "topic/x",
            "refs/heads/main",
            "heads/main",
            "v1",
            "tags/v1",
            "main~2",
            "main^",
            "HEAD~1^0",
            "v1^{commit}",
        ] {
            let wanted = git(folder.path(), &["rev-parse", &format!("{revision}^{{commit}}")]);
            assert_eq!(repository.resolve(revision).unwrap().as_str(), wanted, "{revision}");
        }
        let head = git(folder.path(), &["rev-parse", "HEAD"]);
        assert_eq!(repository.resolve(&head[..10]).unwrap().as_str(), head);
    };
    check(&open(folder.path()));
    git(folder.path(), &["pack-refs", "--all"]);
    git(folder.path(), &["gc", "--quiet"]);
    check(&open(folder.path()));
}

#[test]
fn what_is_no_revision_is_refused() {
    let folder = made();
    let repository = open(folder.path());
    for revision in [
        "",
        "no",
        "main~9",
        "main^2",
        "../HEAD",
        "refs/../HEAD",
        "config",
        "-x",
        "main:a",
        "00000",
        "HEAD@{1}",
        "main^{tree}",
    ] {
        let refused = repository.resolve(revision).unwrap_err();
        assert!(matches!(refused, ObjectError::NoRevision(_)), "{revision}: {refused}");
        assert!(refused.hint().unwrap().contains("fetch-depth: 0"));
    }
    let absent: CommitSha = "1234567890123456789012345678901234567890".parse().unwrap();
    assert!(matches!(repository.objects().find(&absent), Err(ObjectError::Missing(id)) if id == absent));
    assert!(matches!(repository.resolve(absent.as_str()), Err(ObjectError::Missing(_))));
}

#[test]
fn what_a_branch_adds_is_told_from_where_it_left() {
    let folder = made();
    assert_eq!(changed(&open(folder.path()), ""), CHANGED);
    assert_eq!(changed(&open(folder.path()), "sub"), CHANGED.map(|line| line.replace("sub/", "")));
    assert_eq!(changed(&open(folder.path()), "elsewhere"), [""; 0]);
    git(folder.path(), &["gc", "--quiet"]);
    assert_eq!(changed(&open(folder.path()), ""), CHANGED);
}

#[test]
fn objects_that_are_borrowed_are_there() {
    let folder = made();
    let borrower = tempfile::tempdir().unwrap();
    git(borrower.path(), &["clone", "--quiet", "--shared", folder.path().to_str().unwrap(), "clone"]);
    let clone = borrower.path().join("clone");
    git(&clone, &["branch", "topic/x", "origin/topic/x"]);
    assert_eq!(changed(&open(&clone), ""), CHANGED);
    assert_eq!(open(&clone).resolve("origin/main").unwrap(), open(&clone).resolve("origin").unwrap());
}

#[test]
fn worktrees_and_bare_repositories_are_repositories() {
    let folder = made();
    git(folder.path(), &["worktree", "add", "--quiet", "tree", "topic/x"]);
    let (repository, inside) = Repository::of(&folder.path().join("tree/sub")).unwrap();
    assert_eq!(inside, "sub");
    assert_eq!(repository.resolve("HEAD").unwrap(), open(folder.path()).resolve("topic/x").unwrap());
    let bare = tempfile::tempdir().unwrap();
    git(bare.path(), &["clone", "--quiet", "--bare", folder.path().to_str().unwrap(), "bare"]);
    assert_eq!(changed(&open(&bare.path().join("bare")), ""), CHANGED);
    let elsewhere = tempfile::tempdir().unwrap();
    assert!(matches!(Repository::of(elsewhere.path()), Err(ObjectError::NoRepository(_))));
}

#[test]
fn a_shallow_clone_says_what_it_lacks() {
    let folder = made();
    let clone = tempfile::tempdir().unwrap();
    let address = format!("file://{}", folder.path().display());
    git(clone.path(), &["clone", "--quiet", "--depth", "1", "--no-single-branch", &address, "clone"]);
    let repository = open(&clone.path().join("clone"));
    let ends = ["origin/main", "origin/topic/x"].map(|name| repository.resolve(name).unwrap());
    let refused = repository.merge_base(&ends[0], &ends[1]).unwrap_err();
    assert!(matches!(refused, ObjectError::NothingInCommon { is_shallow: true, .. }), "{refused}");
    assert!(refused.hint().unwrap().contains("fetch-depth: 0"));
}

#[test]
fn histories_that_cross_part_where_git_says() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    git(path, &["init", "--quiet", "--initial-branch", "main"]);
    commit(path, "root");
    for round in 0..4 {
        for (branch, other) in [("main", "side"), ("side", "main")] {
            git(
                path,
                &[
                    "switch",
                    "--quiet",
                    if round == 0 && branch == "side" { "--create" } else { "--no-guess" },
                    branch,
                ],
            );
            write(path, branch, &round.to_string());
            commit(path, &format!("{branch} {round}"));
            if round == 2 {
                git(path, &["merge", "--quiet", "--no-edit", other]);
            }
        }
    }
    let repository = open(path);
    let ends = ["main", "side"].map(|name| repository.resolve(name).unwrap());
    let bases = git(path, &["merge-base", "--all", "main", "side"]);
    let found = repository.merge_base(&ends[0], &ends[1]).unwrap();
    assert!(bases.lines().any(|base| base == found.as_str()), "{found} is none of {bases}");
}

#[test]
fn an_object_that_is_not_what_its_id_says_is_broken() {
    let folder = made();
    let repository = open(folder.path());
    let id = git(folder.path(), &["rev-parse", "HEAD:z"]);
    let other = git(folder.path(), &["rev-parse", "HEAD:a"]);
    let place = |id: &str| folder.path().join(".git/objects").join(&id[..2]).join(&id[2..]);
    let wanted: CommitSha = id.parse().unwrap();
    assert_eq!(repository.objects().find(&wanted).unwrap().kind, ObjectKind::Blob);
    assert_eq!(repository.objects().find(&wanted).unwrap().bytes, b"z\n");
    assert_eq!(repository.objects().size(&wanted).unwrap(), 2);
    fs_err::remove_file(place(&id)).unwrap();
    fs_err::copy(place(&other), place(&id)).unwrap();
    assert!(matches!(repository.objects().find(&wanted), Err(ObjectError::Corrupt { .. })));
}
