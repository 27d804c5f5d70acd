//! A whole template: read from disk, judged by every rule, mended, and told in every form.
//!
//! Files of an input: `Dockerfile`, `config.yaml`, `requirements.txt`, `adapter.py`, `entrypoint.sh`, the workflow.

#![no_main]

use std::path::Path;
use std::sync::LazyLock;

use fuzz::{files, located};
use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;
use validate_template::contract::Contracts;
use validate_template::finding::Place;
use validate_template::folder::Folder;
use validate_template::judge;
use validate_template::render::{self, Paint};
use validate_template::report::Report;

const NAMES: [&str; 6] = [
    "Dockerfile",
    "config.yaml",
    "requirements.txt",
    "adapter.py",
    "entrypoint.sh",
    ".github/workflows/ci.yml",
];

/// In memory where that can be had: a disk would be what is measured.
static FOLDER: LazyLock<TempDir> = LazyLock::new(|| {
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    let folder = folder.expect("a temporary folder can be made");
    std::fs::create_dir_all(folder.path().join(".github/workflows")).expect("and folders in it");
    folder
});

static CONTRACTS: LazyLock<Contracts> = LazyLock::new(Contracts::embedded);

fuzz_target!(|input: &[u8]| {
    let Some(files) = files(input) else { return };
    for (at, name) in NAMES.iter().enumerate() {
        let path = FOLDER.path().join(name);
        match files.get(at).filter(|text| !text.is_empty()) {
            Some(text) => std::fs::write(path, text).expect("files can be written"),
            None => drop(std::fs::remove_file(path)),
        }
    }
    let folder = Folder::open(FOLDER.path()).expect("the folder is there");
    let judged = judge::judge(&folder, &CONTRACTS, None);
    for finding in &judged.findings {
        for place in std::iter::once(&finding.place).chain(finding.notes.iter().map(|note| &note.place)) {
            if let Place::Text(source, span) = place {
                located(source, *span);
            }
        }
    }
    let _ = render::trace(&judged);
    let report = Report { judged: vec![judged], ..Report::default() };
    for told in
        [render::human(&report, Paint::Plain), render::human(&report, Paint::Ansi), render::markdown(&report)]
    {
        assert!(!told.is_empty());
    }
    let _ = (render::github(&report), render::json(&report), render::sarif(&report));
});
