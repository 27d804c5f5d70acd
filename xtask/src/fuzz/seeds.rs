//! What a target begins with: the templates of the examples and of validate-template's tests.

use std::path::{Path, PathBuf};

use fs_err as fs;

use super::{Target, is_text};

/// Where templates are.
const TEMPLATES: [&str; 2] = ["examples/templates", "actions/validate-template/tests/fixtures"];

/// The files of a template in the order in which `fuzz/targets/template.rs` takes them apart.
const FILES: [&str; 6] = [
    "Dockerfile",
    "config.yaml",
    "requirements.txt",
    "adapter.py",
    "entrypoint.sh",
    ".github/workflows/ci.yml",
];

/// What parts them.
const BETWEEN: &str = "\u{c}";

/// Fills a folder with inputs for a target; what was in it goes.
pub(super) fn gather(root: &Path, target: Target, into: &Path) -> anyhow::Result<()> {
    if into.exists() {
        fs::remove_dir_all(into)?;
    }
    fs::create_dir_all(into)?;
    let mut files = Vec::new();
    for templates in TEMPLATES {
        walk(&root.join(templates), &mut files)?;
    }
    files.retain(|path| is_text(path));
    let inputs: Vec<Vec<u8>> = match target {
        Target::Template => templates(&files),
        single => {
            let wanted = files.iter().filter(|path| is_for(single, path));
            wanted.map(fs::read).collect::<Result<_, _>>()?
        }
    };
    for (number, input) in inputs.into_iter().enumerate() {
        fs::write(into.join(number.to_string()), input)?;
    }
    Ok(())
}

/// Whether a file is of the kind that a target reads.
fn is_for(target: Target, path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    match target {
        Target::Dockerfile => name == "Dockerfile",
        Target::Yaml => name.ends_with(".yaml") || name.ends_with(".yml"),
        Target::Requirements => name.ends_with(".txt"),
        Target::Shell => name.ends_with(".sh"),
        Target::Python => name.ends_with(".py"),
        Target::Template => false,
    }
}

/// One input for each folder that holds a template.
fn templates(files: &[PathBuf]) -> Vec<Vec<u8>> {
    let homes = files.iter().filter(|path| path.ends_with("config.yaml") || path.ends_with("Dockerfile"));
    let mut homes: Vec<_> = homes.filter_map(|path| path.parent()).collect();
    homes.dedup();
    let text = |home: &Path, file: &str| fs::read_to_string(home.join(file)).unwrap_or_default();
    let template = |home: &Path| FILES.map(|file| text(home, file)).join(BETWEEN).into_bytes();
    homes.into_iter().map(template).collect()
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let mut entries: Vec<_> = fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let kind = entry.file_type()?;
        if kind.is_dir() {
            walk(&entry.path(), files)?;
        } else if kind.is_file() {
            files.push(entry.path());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_has_something_to_begin_with() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let scratch = tempfile::tempdir().unwrap();
        for target in <Target as clap::ValueEnum>::value_variants() {
            let into = scratch.path().join(target.name());
            gather(&root, *target, &into).unwrap();
            let inputs = fs::read_dir(&into).unwrap().count();
            assert!(inputs >= 5, "{target:?} has {inputs}");
        }
    }
}
