//! A runtime of the smallest size that templates are built on.

use std::io::{Cursor, Write as _};

use anyhow::Context as _;
use local_index::LocalIndex;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// The project that every template requires.
pub(super) const PROJECT: &str = "molecule-ai-workspace-runtime";

/// What the starter's adapter is made of.
const ADAPTERS: &str = "\
class AdapterConfig:
    pass


class BaseAdapter:
    async def setup(self, config):
        raise NotImplementedError

    async def create_executor(self, config):
        raise NotImplementedError
";

/// Puts a version on an index.
///
/// # Errors
///
/// When the wheel cannot be written.
pub(super) fn publish(index: &LocalIndex, version: &str) -> anyhow::Result<()> {
    let name = PROJECT.replace('-', "_");
    let info = format!("{name}-{version}.dist-info");
    let files = [
        ("molecule_runtime/__init__.py".to_owned(), String::new()),
        ("molecule_runtime/adapters.py".to_owned(), ADAPTERS.to_owned()),
        ("molecule_runtime/main.py".to_owned(), "def run():\n    print('at work')\n".to_owned()),
        (format!("{info}/METADATA"), format!("Metadata-Version: 2.1\nName: {PROJECT}\nVersion: {version}\n")),
        (
            format!("{info}/WHEEL"),
            "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n".to_owned(),
        ),
        (
            format!("{info}/entry_points.txt"),
            "[console_scripts]\nmolecule-runtime = molecule_runtime.main:run\n".to_owned(),
        ),
    ];
    let record = format!("{info}/RECORD");
    let paths: Vec<_> = files.iter().map(|(path, _)| path.as_str()).chain([record.as_str()]).collect();
    let lines = paths.join(",,\n") + ",,\n";
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, text) in files.iter().chain([&(record.clone(), lines)]) {
        archive.start_file(path.as_str(), SimpleFileOptions::default())?;
        archive.write_all(text.as_bytes())?;
    }
    let bytes = archive.finish().context("could not write a wheel")?.into_inner();
    index.publish(PROJECT, version, &format!("{name}-{version}-py3-none-any.whl"), bytes);
    Ok(())
}
