//! Wheels that another backend built, held to the same proof.

use std::io::{Cursor, Write as _};

use package::{BuiltWheel, FindingKind, Layout, Proof, StandaloneManifest, WheelError, prove_wheel};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const MANIFEST: &str = "[package]\nname = \"acme-runtime\"\nimport-package = \"acme\"\n\
    [source]\nlayout = \"standalone\"\n[smoke]\nattributes = [\"acme.main:main\"]\n";

const INFO: &str = "acme_runtime-1.0.dist-info";

fn manifest() -> StandaloneManifest {
    match Layout::parse(MANIFEST).unwrap() {
        Layout::Standalone(manifest) => *manifest,
        Layout::Monorepo(_) => panic!("it is standalone"),
    }
}

fn zipped(files: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, text) in files {
        archive.start_file(*path, SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn proved(files: &[(&str, &str)], dependencies: &[&str]) -> Result<Proof, WheelError> {
    let bytes = zipped(files);
    let wheel = BuiltWheel {
        file_name: "acme_runtime-1.0-py3-none-any.whl",
        bytes: &bytes,
        requires_python: Some(">=3.11"),
        dependencies,
    };
    prove_wheel(&wheel, &manifest())
}

/// What is found in a wheel with `acme/main.py`, which has `main`, and these files.
fn findings(files: &[(&str, &str)], dependencies: &[&str]) -> Vec<String> {
    let files = [&[("acme/main.py", "def main(): pass\n")], files].concat();
    proved(&files, dependencies).unwrap().findings.iter().map(ToString::to_string).collect()
}

#[test]
fn a_whole_wheel_holds() {
    let entry_points = format!("{INFO}/entry_points.txt");
    let files = [
        ("acme/__init__.py", ""),
        (
            "acme/tools.py",
            "import httpx\nfrom .main import main\nfrom . import _speed\nfrom ._speed import add\n",
        ),
        ("acme/_speed.cpython-311-x86_64-linux-gnu.so", "\x7fELF"),
        ("acme/data.json", "{}"),
        (&entry_points, "[console_scripts]\nacme = acme.main : main\n\n[acme.plugins]\none = acme.tools\n"),
        ("acme_runtime-1.0.data/data/share/acme.txt", ""),
    ];
    assert_eq!(findings(&files, &["httpx>=0.27", "rich; extra == 'pretty'"]), [""; 0]);
}

#[test]
fn an_import_that_nothing_brings_is_found_with_the_file_that_declares_dependencies() {
    assert_eq!(
        findings(&[("acme/tools.py", "def f():\n    import yaml\n    from acme.gone import x\n")], &[]),
        [
            "acme/tools.py:2:12: `yaml` is neither in the package, nor in the standard library, nor brought by a \
             dependency: add `pyyaml` to `dependencies` of pyproject.toml",
            "acme/tools.py:3:27: there is no module `acme.gone` in the package",
        ]
    );
}

#[test]
fn a_command_that_is_not_there_is_found() {
    let entry_points = format!("{INFO}/entry_points.txt");
    assert_eq!(
        findings(&[(&entry_points, "[console_scripts]\nacme = acme.main:main_sync [fast]\n")], &[]),
        [
            "pyproject.toml: command `acme` is `acme.main:main_sync`: `acme.main` does not define `main_sync`: \
             define it, or correct the name"
        ]
    );
}

#[test]
fn what_would_be_installed_beside_the_package_is_found() {
    let told = findings(&[("tests/test_main.py", ""), ("acme_runtime-1.0.data/purelib/other.py", "")], &[]);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].contains("holds `acme_runtime-1.0.data/purelib/other.py`"), "{told:?}");
    assert!(told[1].contains("holds `tests/test_main.py`"), "{told:?}");
}

#[test]
fn a_wheel_without_the_package_is_no_proof_of_it() {
    let proof = proved(&[("other/main.py", "")], &[]).unwrap();
    assert!(proof.findings.iter().any(|one| one.kind == FindingKind::NoModule), "{proof:?}");
    assert!(proof.findings.iter().any(|one| one.kind == FindingKind::EntryPoint), "{proof:?}");
}

#[test]
fn a_module_that_python_cannot_read_is_found_at_its_place() {
    let told = findings(&[("acme/broken.py", "x = 1\ndef f(:\n")], &[]);
    assert!(told[0].starts_with("acme/broken.py:2:7: "), "{told:?}");
}

#[test]
fn a_damaged_or_malicious_wheel_is_refused() {
    assert!(matches!(proved(&[("../evil.py", "")], &[]), Err(WheelError::Path(_))));
    assert!(matches!(proved(&[("acme/A.py", ""), ("acme/a.py", "")], &[]), Err(WheelError::Tree(_))));
    assert!(matches!(proved(&[], &["x @ https://x.example/x.whl"]), Err(WheelError::Metadata { .. })));
    let wheel = BuiltWheel { file_name: "a.whl", bytes: b"PK", requires_python: None, dependencies: &[] };
    assert!(matches!(prove_wheel(&wheel, &manifest()), Err(WheelError::Archive(_))));
}
