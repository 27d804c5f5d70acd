//! Real pip, uv and twine take the index for what it imitates.

#![expect(clippy::unwrap_used, reason = "a step of a test that fails has failed the test")]

mod tools;

use std::path::Path;

use local_index::{Dialect, IndexHandle, LocalIndex, Role, Sample, sdist, wheel};
use tempfile::TempDir;

use crate::tools::{Tools, said, tools};

const DIALECTS: [Dialect; 2] = [Dialect::PyPI, Dialect::Gitea];

fn publish(index: &IndexHandle, version: &str, sample: &Sample) {
    index.publish("alpha", version, &sample.file_name, sample.bytes.clone());
}

/// A requirements file that takes `alpha` by this hash alone.
fn pinned(folder: &TempDir, sha256: &str) -> String {
    let path = folder.path().join("requirements.txt");
    fs_err::write(&path, format!("alpha==1.0 --hash=sha256:{sha256}\n")).unwrap();
    path.to_str().unwrap().to_owned()
}

fn pip(tools: &Tools, index: &IndexHandle, folder: &TempDir, what: &[&str]) -> Result<String, String> {
    let mut pip = tools.python("pip");
    pip.args(["--isolated", "install", "--no-cache-dir", "--index-url", &index.simple_url(), "--target"]);
    said(pip.arg(folder.path().join("site")).args(what))
}

fn uv(tools: &Tools, index: &IndexHandle, folder: &TempDir, what: &[&str]) -> Result<String, String> {
    let mut uv = tools.python("uv");
    uv.args([
        "pip",
        "install",
        "--no-config",
        "--no-cache",
        "--default-index",
        &index.simple_url(),
        "--target",
    ]);
    said(uv.arg(folder.path().join("site")).args(what))
}

fn is_installed(folder: &Path, version: &str) -> bool {
    folder.join(format!("site/alpha-{version}.dist-info")).is_dir() && folder.join("site/alpha.py").is_file()
}

#[test]
fn pip_and_uv_install_the_latest_version_and_pass_over_yanked_ones() {
    let Some(tools) = tools() else { return };
    for dialect in DIALECTS {
        let index = LocalIndex::start(dialect);
        for version in ["0.9.0", "0.10.0", "0.11.0"] {
            publish(&index, version, &wheel("alpha", version));
        }
        let latest = match dialect {
            Dialect::PyPI => {
                index.yank("alpha", "0.11.0");
                "0.10.0"
            }
            Dialect::Gitea => "0.11.0",
        };
        for install in [pip, uv] {
            let folder = tempfile::tempdir().unwrap();
            install(tools, &index, &folder, &["alpha"]).unwrap();
            assert!(is_installed(folder.path(), latest), "{dialect}");
        }
    }
}

#[test]
fn pip_and_uv_install_by_hash_and_refuse_other_bytes() {
    let Some(tools) = tools() else { return };
    for dialect in DIALECTS {
        let index = LocalIndex::start(dialect);
        let sample = wheel("alpha", "1.0");
        publish(&index, "1.0", &sample);
        for install in [pip, uv] {
            let folder = tempfile::tempdir().unwrap();
            let other = pinned(&folder, &"0".repeat(64));
            let refusal = install(tools, &index, &folder, &["--require-hashes", "-r", &other]).unwrap_err();
            assert!(refusal.to_lowercase().contains("hash"), "{refusal}");
            let right = pinned(&folder, &sample.sha256);
            install(tools, &index, &folder, &["--require-hashes", "-r", &right]).unwrap();
            assert!(is_installed(folder.path(), "1.0"), "{dialect}");
        }
    }
}

fn twine(tools: &Tools, index: &IndexHandle, folder: &TempDir, samples: &[Sample]) -> Result<String, String> {
    let token = index.token(Role::Publisher);
    let mut twine = tools.python("twine");
    twine.args(["upload", "--non-interactive", "--disable-progress-bar", "--config-file", "/dev/null"]);
    twine.args(["--repository-url", &index.upload_url(), "--username", index.user(), "--password", &token]);
    for sample in samples {
        let path = folder.path().join(&sample.file_name);
        fs_err::write(&path, &sample.bytes).unwrap();
        twine.arg(path);
    }
    said(&mut twine)
}

#[test]
fn twine_uploads_a_release_and_is_told_what_is_there() {
    let Some(tools) = tools() else { return };
    for dialect in DIALECTS {
        let index = LocalIndex::start(dialect);
        let folder = tempfile::tempdir().unwrap();
        let release = [wheel("alpha", "1.0"), sdist("alpha", "1.0")];
        twine(tools, &index, &folder, &release).unwrap();
        let mut held: Vec<_> = index.files("alpha").into_iter().map(|file| file.sha256).collect();
        let mut sent: Vec<_> = release.iter().map(|sample| sample.sha256.clone()).collect();
        held.sort();
        sent.sort();
        assert_eq!(held, sent, "{dialect}");

        let again = twine(tools, &index, &folder, &release);
        match dialect {
            Dialect::PyPI => drop(again.unwrap()),
            Dialect::Gitea => assert!(again.unwrap_err().contains("409")),
        }
        let mut other = wheel("alpha", "1.0");
        other.bytes.extend(b"\n");
        let refusal = twine(tools, &index, &folder, &[other]).unwrap_err();
        let status = if dialect == Dialect::PyPI { "400" } else { "409" };
        assert!(refusal.contains(status), "{dialect}: {refusal}");
        assert_eq!(index.files("alpha").len(), 2);
    }
}
