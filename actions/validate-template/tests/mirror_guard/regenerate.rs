//! Making the files again from their source.

use std::path::Path;
use std::process::Command;

use mirror::rebuild::{Recipe, rebuild};
use package::{FileTree, Mode};

use crate::git::{git, run};
use crate::guard::witness;
use crate::release::Release;
use crate::stage::Stage;

/// A source repository with one commit: its id.
fn source(stage: &Stage) -> String {
    let folder = stage.path("source");
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/workspace");
    let copied = run(Command::new("cp").arg("-a").arg(example).arg(&folder), b"");
    assert!(copied.status.success(), "{copied:?}");
    git(&folder, &["init", "-q"]);
    git(&folder, &["add", "-A"]);
    git(&folder, &["commit", "-q", "-m", "Begin"]);
    git(&folder, &["rev-parse", "HEAD"])
}

/// A mirror with one release of that source.
fn released(change: impl FnOnce(&mut Release)) -> Stage {
    let stage = Stage::new();
    let commit = source(&stage);
    let objects = git::objects::Objects::open(&stage.path("source/.git/objects")).unwrap();
    let (id, folder) = (commit.parse().unwrap(), "workspace".parse().unwrap());
    let version = "1.4.0".parse().unwrap();
    let recipe = Recipe { commit: &id, folder: &folder, version: &version, format: 1 };
    let mut release = stage.next();
    release.source = format!("git.acme.test/acme/core@{commit} workspace");
    release.files = files(&rebuild(&objects, &recipe).unwrap().tree);
    release.parent = None;
    change(&mut release);
    let id = stage.write(&release);
    stage.push(&[&format!("+{id}:refs/heads/main")]).unwrap();
    stage
}

fn files(tree: &FileTree) -> Vec<(&'static str, String, Vec<u8>)> {
    let mode = |mode| if mode == Mode::Executable { "100755" } else { "100644" };
    tree.iter().map(|(path, file)| (mode(file.mode), path.to_string(), file.contents.to_vec())).collect()
}

fn judged(stage: &Stage) -> crate::guard::Ran {
    let source = stage.path("source");
    witness(stage, &stage.mirror(), &["--regenerate", source.to_str().unwrap()])
}

#[test]
fn what_its_source_makes_passes() {
    judged(&released(|_| ())).exits(0).says("at release 1.4.0");
}

#[test]
fn files_that_its_source_does_not_make_are_told_even_when_publishs_own_key_signed_them() {
    let stage = released(|release| {
        let main = release.files.iter_mut().find(|(_, path, _)| path == "acme_runtime/main.py").unwrap();
        main.2.extend_from_slice(b"import evil\n");
        release.files.retain(|(_, path, _)| path != "acme_runtime/py.typed");
        release.files.push(("100644", "acme_runtime/evil.py".to_owned(), Vec::new()));
    });
    witness(&stage, &stage.mirror(), &[]).exits(0);
    let ran =
        judged(&stage).exits(3).says("`acme_runtime/evil.py` is there, and its source does not make it");
    let ran = ran.says("`acme_runtime/py.typed` is missing: its source makes it");
    ran.says("`acme_runtime/main.py` differs from what its source makes, from line ")
        .says("signing key for stolen");
}

#[test]
fn a_source_that_is_not_there_fails_closed() {
    let ran = judged(&released(|release| {
        release.source = format!("git.acme.test/acme/core@{} workspace", "12".repeat(20));
    }));
    ran.exits(3).says("it cannot be built again").says("fetch-depth: 0");
    let ran = judged(&released(|release| release.version = "1.5.0".to_owned()));
    ran.exits(3).says("`pyproject.toml` differs");
}
