//! Folders of bare modules to measure with: a small runtime, and Django.

use std::fmt::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use fs_err as fs;

use super::mib;
use crate::folder;

/// The manifest's name.
pub(super) const MANIFEST: &str = "runtime-package.toml";

/// A workspace to build.
pub(super) struct Measured {
    name: &'static str,
    /// The folder of the manifest.
    pub(super) path: PathBuf,
    files: usize,
    bytes: u64,
}

impl fmt::Display for Measured {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {} files, {:.1} MiB", self.name, self.files, mib(self.bytes))
    }
}

impl Measured {
    fn of(name: &'static str, path: &Path) -> anyhow::Result<Self> {
        let (files, bytes) = size(path)?;
        Ok(Self { name, path: path.to_owned(), files, bytes })
    }
}

/// The modules of a small runtime, and about how many bytes each has.
const MODULES: usize = 60;
const MODULE_BYTES: usize = 11_900;

/// A runtime of 60 modules and 0.7 MB, that import each other in every form there is.
pub(super) fn small(folder: &Path) -> anyhow::Result<Measured> {
    let modules: Vec<_> = (0..MODULES).map(|number| format!("module_{number}")).collect();
    let source = folder.join("workspace");
    fs::create_dir_all(&source)?;
    for (number, name) in modules.iter().enumerate() {
        fs::write(source.join(format!("{name}.py")), module(number))?;
    }
    fs::write(folder.join("LICENSE"), "Whoever has this may do with it as they please.\n")?;
    let list = modules.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ");
    fs::write(
        folder.join(MANIFEST),
        manifest("small-runtime", "workspace", &format!("modules = [{list}]"), ""),
    )?;
    Measured::of("a small runtime", folder)
}

/// Django's own package, moved into another.
pub(super) fn django(sources: &Path, folder: &Path) -> anyhow::Result<Measured> {
    folder::copy(&sources.join("django"), &folder.join("workspace/django"))?;
    fs::copy(sources.join("LICENSE"), folder.join("LICENSE"))?;
    // What Django imports at will, without declaring it.
    let dependencies = "\"asgiref\", \"sqlparse\", \"selenium\", \"mysqlclient\", \"psycopg2-binary\", \"psycopg\", \
                        \"pylibmc\", \"pymemcache\", \"redis\", \"pillow\", \"ipython\", \"bpython\", \"pyyaml\", \
                        \"jinja2\", \"oracledb\"";
    let text = manifest("moved-django", "workspace", "subpackages = [\"django\"]", dependencies);
    fs::write(folder.join(MANIFEST), text)?;
    Measured::of("Django", folder)
}

/// The same package tree, to be built by setuptools.
pub(super) fn with_setuptools(tree: &Path, copied: &Path) -> anyhow::Result<PathBuf> {
    folder::copy(tree, copied)?;
    fs::remove_dir_all(copied.join("dist"))?;
    let pyproject = fs::read_to_string(tree.join("pyproject.toml"))?;
    let (_, project) = pyproject.split_once("[project]").context("the tree has no [project]")?;
    let (project, _) = project.split_once("[tool.").unwrap_or((project, ""));
    let text = format!(
        "[build-system]\nrequires = [\"setuptools>=77\"]\nbuild-backend = \"setuptools.build_meta\"\n\n\
         [project]{project}\n[tool.setuptools.packages.find]\n\n[tool.setuptools.package-data]\n\"*\" = [\"*\"]\n"
    );
    fs::write(copied.join("pyproject.toml"), text)?;
    Ok(copied.to_owned())
}

fn manifest(name: &str, folder: &str, list: &str, dependencies: &str) -> String {
    format!(
        "[package]\nname = \"{name}\"\nimport-package = \"{import}\"\n\n\
         [source]\nfolder = \"{folder}\"\n{list}\n\n\
         [project]\ndescription = \"Something to measure with\"\nrequires-python = \">=3.11\"\nlicense = \"MIT\"\n\
         license-files = [\"LICENSE\"]\ndependencies = [{dependencies}]\n\n\
         [import-names]\nipython = [\"IPython\"]\n",
        import = name.replace('-', "_"),
    )
}

/// A module's text: imports in every form, and functions until it is long enough.
fn module(number: usize) -> String {
    let other = |step: usize| format!("module_{}", (number + step) % MODULES);
    let mut text = format!(
        "\"\"\"Module {number} of a runtime, which only says that it imports things.\"\"\"\n\n\
         import asyncio, {first}\nimport {second} as renamed\nimport json\nfrom {third} import work_0, work_1 as done\n\
         from dataclasses import dataclass, field\n\ntry:\n    import {fourth}\nexcept ImportError:\n    {fourth} = None\n\n",
        first = other(1),
        second = other(2),
        third = other(3),
        fourth = other(4),
    );
    let mut function = 0;
    while text.len() < MODULE_BYTES {
        let late = other(5 + function % 7);
        let seed = (number * 7919 + function * 104_729) % 65_521;
        write!(
            text,
            "@dataclass\nclass State{function}:\n    \"\"\"What work_{function} keeps: import {late} is only text.\"\"\"\n\n    \
             count: int = {seed}\n    names: list[str] = field(default_factory=list)\n\n\
             async def work_{function}(state: State{function}, *, limit: int = {limit}) -> str:\n    \
             from {late} import work_0 as late\n    total = state.count\n    for index, name in enumerate(state.names):\n        \
             if index >= limit or not name.startswith(\"key-{seed:x}\"):\n            continue\n        \
             total += len(name) * {step}\n        await asyncio.sleep(0)\n    \
             return json.dumps({{\"module\": \"module_{number}\", \"total\": total, \"late\": late.__name__}})\n\n\n",
            limit = seed % 97,
            step = seed % 13 + 1,
        )
        .expect("writing to a string cannot fail");
        function += 1;
    }
    text
}

/// How many files a folder holds, and how many bytes they have together.
fn size(folder: &Path) -> anyhow::Result<(usize, u64)> {
    let (mut files, mut bytes) = (0, 0);
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let of_entry =
            if entry.file_type()?.is_dir() { size(&entry.path())? } else { (1, entry.metadata()?.len()) };
        files += of_entry.0;
        bytes += of_entry.1;
    }
    Ok((files, bytes))
}
