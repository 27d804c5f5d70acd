//! Large projects, moved into a package as if each were a folder of bare modules: parsed, rewritten, compared
//! byte by byte outside the edits, and judged by `CPython`'s own parser.
//!
//! `cargo xtask test` fetches the sources from `PyPI` into `target/test-data`; without them nothing is tested, and said so.
#![expect(clippy::unwrap_used, reason = "what a test sets up must work")]
#![expect(clippy::print_stdout, reason = "what was seen, and that nothing was, is to be read in the log")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use python::{Edit, Module, RelocateError, Relocation, SourceError, SourceErrorKind};

#[test]
fn django() {
    let Some(root) = source_distribution("django", "5.2.4") else { return };
    let seen = Judgement::of(&root, &top_level(&[&root, &root.join("tests")]));
    assert!(seen.files > 2500 && seen.edits > 7000, "{seen:?}");
    assert_eq!(seen.undecodable, 0, "{seen:?}");
}

#[test]
fn black() {
    let Some(root) = source_distribution("black", "25.1.0") else { return };
    let seen = Judgement::of(&root, &top_level(&[&root, &root.join("src")]));
    assert!(seen.files > 250 && seen.edits > 150, "{seen:?}");
}

#[test]
fn fissix() {
    let Some(root) = source_distribution("fissix", "24.4.24") else { return };
    let seen = Judgement::of(&root, &top_level(&[&root]));
    assert!(seen.files > 80 && seen.edits > 40, "{seen:?}");
}

#[test]
fn the_standard_library() {
    let ask = "import sysconfig; print(sysconfig.get_path('stdlib'))";
    let Ok(answer) = Command::new("python3").args(["-I", "-c", ask]).output() else {
        return notice("there is no python3");
    };
    let root = PathBuf::from(String::from_utf8(answer.stdout).unwrap().trim());
    let modules = top_level(&[&root]).into_iter().filter(|module| module != "__future__").collect();
    let seen = Judgement::of(&root, &modules);
    assert!(seen.files > 500 && seen.edits > 3000, "{seen:?}");
}

/// What became of a project.
#[derive(Debug, Default)]
struct Judgement {
    files: usize,
    bytes: usize,
    edits: usize,
    left_alone: usize,
    /// Not Python, for us and for `CPython`.
    invalid: usize,
    /// Declares an encoding that is not supported.
    undecodable: usize,
    /// Uses `__import__` on a module that moves.
    dunder_import: usize,
}

impl Judgement {
    fn of(root: &Path, modules: &BTreeSet<String>) -> Self {
        let relocation = Relocation::new("pkg", modules.iter().cloned()).unwrap();
        let (before, after) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let mut seen = Self::default();
        let mut refused = BTreeMap::new();
        for path in python_files(root) {
            let name = path.strip_prefix(root).unwrap();
            let source = fs_err::read(&path).unwrap();
            put(before.path(), name, &source);
            seen.files += 1;
            seen.bytes += source.len();
            let label = name.to_str().unwrap();
            let module = match Module::parse(label, source.clone()) {
                Ok(module) => module,
                Err(error) => {
                    match error.kind {
                        SourceErrorKind::UnsupportedEncoding { .. } => seen.undecodable += 1,
                        _ => seen.invalid += 1,
                    }
                    // copied as it is, for the oracle to say whether it is Python
                    put(after.path(), name, &source);
                    refused.insert(label.to_owned(), error);
                    continue;
                }
            };
            let allowed = relocation.clone().allowing_dunder_import(modules.iter().cloned());
            let result = match module.relocate(&relocation) {
                Err(RelocateError::DunderImport { .. }) => {
                    seen.dunder_import += 1;
                    Module::parse(label, source.clone()).unwrap().relocate(&allowed)
                }
                other => other,
            };
            let result = result.unwrap();
            seen.edits += result.report.edits.len();
            seen.left_alone += result.report.left_alone.len();
            let (written, outline) = result.module.into_parts();
            let read = Module::parse(label, written.clone()).unwrap();
            assert_eq!(outline.definitions, read.outline().definitions, "{label}");
            assert_same_outside(label, &source, &written, &result.report.edits);
            put(after.path(), name, &written);
        }
        let verdicts = oracle(modules, before.path(), after.path());
        for (name, verdict) in &verdicts {
            match refused.get(name) {
                None => assert!(matches!(verdict.as_str(), "same" | "invalid"), "{name}: {verdict}"),
                Some(SourceError { kind: SourceErrorKind::UnsupportedEncoding { .. }, .. }) => {}
                Some(error) => assert_eq!(verdict, "invalid", "Python takes what we refuse: {error}"),
            }
        }
        println!("{}: {seen:?}", root.display());
        seen
    }
}

/// The result is the original with each edit done at its place, and has the same line ends.
fn assert_same_outside(name: &str, before: &[u8], after: &[u8], edits: &[Edit]) {
    let ends =
        |bytes: &[u8]| bytes.iter().copied().filter(|byte| matches!(byte, b'\n' | b'\r')).collect::<Vec<_>>();
    assert_eq!(ends(before), ends(after), "{name}: other line ends");
    let lines = |bytes: &[u8]| -> Vec<String> {
        let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n").replace('\r', "\n");
        text.trim_start_matches('\u{feff}').split('\n').map(str::to_owned).collect()
    };
    let (mut expected, found) = (lines(before), lines(after));
    for edit in edits.iter().rev() {
        let mut place = edit.position;
        let (ahead, behind) = edit.after.split_once(&edit.before).unwrap();
        if !behind.is_empty() {
            // the name may go on after a backslash
            let more = edit.before.matches('\n').count();
            let last = edit.before.rsplit('\n').next().unwrap().chars().count();
            let line = &mut expected[place.line as usize - 1 + more];
            insert(line, if more == 0 { place.column as usize - 1 + last } else { last }, behind);
        }
        place.column -= 1;
        insert(&mut expected[place.line as usize - 1], place.column as usize, ahead);
    }
    for (line, (expected, found)) in expected.iter().zip(&found).enumerate() {
        assert_eq!(expected, found, "{name}, line {}", line + 1);
    }
}

fn insert(line: &mut String, column: usize, text: &str) {
    let offset = line.char_indices().nth(column).map_or(line.len(), |(offset, _)| offset);
    line.insert_str(offset, text);
}

/// The verdicts of `CPython`, by file.
fn oracle(modules: &BTreeSet<String>, before: &Path, after: &Path) -> Vec<(String, String)> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/real_sources/oracle.py");
    let modules = modules.iter().cloned().collect::<Vec<_>>().join(",");
    let Ok(answer) = Command::new("python3").args([script, "pkg", &modules]).arg(before).arg(after).output()
    else {
        notice("there is no python3: nothing was judged by CPython");
        return Vec::new();
    };
    assert!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stderr));
    let text = String::from_utf8(answer.stdout).unwrap();
    text.lines().filter_map(|line| line.split_once('\t')).map(|(a, b)| (a.to_owned(), b.to_owned())).collect()
}

/// The modules and packages at the top of folders.
fn top_level(folders: &[&Path]) -> BTreeSet<String> {
    let entries = folders.iter().flat_map(|folder| fs_err::read_dir(folder).unwrap());
    let names = entries.filter_map(|entry| {
        let path = entry.unwrap().path();
        let name = path.file_name()?.to_str()?;
        let module = if path.is_dir() { name } else { name.strip_suffix(".py")? };
        Relocation::new("pkg", [module]).is_ok().then(|| module.to_owned())
    });
    names.collect()
}

fn python_files(root: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs_err::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_symlink() || path.ends_with("site-packages") {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "py") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

fn put(folder: &Path, name: &Path, bytes: &[u8]) {
    let path = folder.join(name);
    fs_err::create_dir_all(path.parent().unwrap()).unwrap();
    fs_err::write(path, bytes).unwrap();
}

/// The unpacked source distribution of a project, if it was fetched.
fn source_distribution(project: &str, version: &str) -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "a test has no runner to hand it its environment")]
    let data = std::env::var_os("RUNTIME_ACTIONS_TEST_DATA")
        .map_or_else(|| Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("test-data"), PathBuf::from);
    let root = data.join("sdists").join(format!("{project}-{version}"));
    if !root.is_dir() {
        notice(&format!("the sources of {project} {version} are not in the test data"));
        return None;
    }
    Some(root)
}

fn notice(why: &str) {
    println!("NOTICE: nothing was tested: {why}");
}
