//! Twine, which most of PyPI's files were sent by, and we say the same to an index.

use std::collections::BTreeMap;
use std::io::{Cursor, Write as _};
use std::path::Path;

use local_index::{Dialect, Role, StoredFile};
use publish::distribution::Release;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::publishing::{Stage, written};
use crate::python_tools::{python_tools, succeeded};

/// Every field that metadata 2.5 has and an index takes, some of them oddly spaced.
const RICH: &str = "Metadata-Version: 2.5\nImport-Name: acme_runtime\nImport-Name: acme_tools ; private\nImport-Namespace: acme\nName: acme_workspace.runtime\nVersion: 2.0\nSummary: läuft überall — 日本\n\
    Author: Ann Author\nAuthor-Email: Ann <ann@acme.example>\nMaintainer: Mo\nMaintainer-email: mo@acme.example\n\
    License-Expression: MIT OR Apache-2.0\nLicense-File: LICENSE\nLicense-File: sub/NOTICE\nKeywords: one,two , three\n\
    Classifier: Topic :: Utilities\nClassifier: Programming Language :: Python :: 3\nPlatform: any\nPlatform: other\n\
    Supported-Platform: x86\nHome-page: https://acme.example/\nDownload-URL: https://acme.example/d\n\
    Project-URL: Home ,  https://acme.example/\nProject-URL: Docs, https://docs.acme.example/a,b\n\
    Requires-Python: >=3.11\nRequires-Dist: httpx>=0.27\nRequires-Dist: rich; extra == \"cli\"\nRequires-External: C\n\
    Provides-Extra: cli\nProvides-Extra: dev\nProvides-Dist: acme\nObsoletes-Dist: old\nDynamic: keywords\n\
    Description-Content-Type: text/markdown; charset=UTF-8; variant=GFM\n\n# Acme\n\n  \"quoted\" -- & <b>\n\n--x--\n";

/// A release with that metadata.
fn rich(folder: &Path) -> Release {
    let info = "acme_workspace_runtime-2.0.dist-info";
    let mut wheel = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [("licenses/LICENSE", "MIT"), ("licenses/sub/NOTICE", "n"), ("METADATA", RICH)] {
        wheel.start_file(format!("{info}/{name}"), SimpleFileOptions::default()).unwrap();
        wheel.write_all(text.as_bytes()).unwrap();
    }
    let wheel = wheel.finish().unwrap().into_inner();
    fs_err::write(folder.join("acme_workspace_runtime-2.0-py2.py3-none-any.whl"), wheel).unwrap();
    let gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let mut sdist = tar::Builder::new(gzip);
    for (name, text) in [("LICENSE", "MIT"), ("sub/NOTICE", "n"), ("PKG-INFO", RICH)] {
        let mut header = tar::Header::new_ustar();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        sdist
            .append_data(&mut header, format!("acme_workspace_runtime-2.0/{name}"), text.as_bytes())
            .unwrap();
    }
    let sdist = sdist.into_inner().unwrap().finish().unwrap();
    fs_err::write(folder.join("acme_workspace_runtime-2.0.tar.gz"), sdist).unwrap();
    Release::read(folder).unwrap()
}

/// What an index was told of a file: every field with its values, in their order.
fn told(file: &StoredFile) -> BTreeMap<&str, Vec<&str>> {
    let mut told = BTreeMap::<_, Vec<_>>::new();
    for (name, value) in &file.fields {
        told.entry(name.as_str()).or_default().push(value.as_str());
    }
    told
}

#[test]
fn the_form_says_field_by_field_what_twines_says() {
    let Some(tools) = python_tools() else { return };
    let folder = tempfile::tempdir().unwrap();
    for release in [Stage::new(Dialect::PyPI).release, rich(folder.path())] {
        let mut ours = Stage::new(Dialect::PyPI);
        ours.release = release;
        ours.upload().unwrap();
        let theirs = Stage::new(Dialect::PyPI);
        let dist = tempfile::tempdir().unwrap();
        written(&ours.release, dist.path());
        let mut twine = tools.python("twine");
        twine.args(["upload", "--non-interactive", "--disable-progress-bar", "--config-file", "/dev/null"]);
        twine.args(["--repository-url", &theirs.index.upload_url(), "--username", "__token__", "--password"]);
        twine.arg(theirs.index.token(Role::Publisher));
        succeeded(twine.args(ours.release.distributions().map(|one| dist.path().join(one.file_name()))));
        let theirs = theirs.files();
        for file in ours.files() {
            let twin = theirs.iter().find(|twin| twin.name == file.name).unwrap();
            assert_eq!(told(&file), told(twin), "{}", file.name);
            assert!(told(&file).len() > 15, "{:?}", told(&file));
        }
        assert_eq!(theirs.len(), 2);
    }
}

#[test]
fn metadata_is_read_as_pythons_packaging_reads_it() {
    let Some(tools) = python_tools() else { return };
    let folder = tempfile::tempdir().unwrap();
    let read = rich(folder.path());
    let script = "import sys, json, packaging.metadata as m\n\
        raw, unparsed = m.parse_email(open(sys.argv[1], 'rb').read())\nassert not unparsed, unparsed\n\
        print(json.dumps({'summary': raw['summary'], 'description': raw['description'], \
        'requires_dist': raw['requires_dist'], 'classifiers': raw['classifiers'], 'dynamic': raw['dynamic']}))";
    let file = folder.path().join("METADATA");
    fs_err::write(&file, RICH).unwrap();
    let theirs: serde_json::Value = serde_json::from_str(&tools.script(script, &[&file])).unwrap();
    let ours = read.wheel().metadata();
    let all = |name| ours.all(name).collect::<Vec<_>>();
    assert_eq!(theirs["summary"], ours.get("summary").unwrap());
    assert_eq!(theirs["description"], ours.description().unwrap());
    assert_eq!(theirs["requires_dist"], serde_json::json!(all("requires-dist")));
    assert_eq!(theirs["classifiers"], serde_json::json!(all("classifier")));
    assert_eq!(theirs["dynamic"], serde_json::json!(all("dynamic")));
}
