//! Everything that a run found out, as JSON: `--report FILE`.

use std::path::{Path, PathBuf};

use fs_err as fs;
use package::{Archive, Proof};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::build::Built;
use crate::distribution::Release;
use crate::error::PublishError;

/// A report that grows with the stages, and where it is to be written.
#[derive(Debug)]
pub(crate) struct ReportFile {
    path: Option<PathBuf>,
    contents: Map<String, Value>,
}

impl ReportFile {
    pub(crate) fn new(path: Option<PathBuf>) -> Self {
        Self { path, contents: Map::new() }
    }

    /// Where it goes, if it was asked for.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Adds what a stage found out.
    pub(crate) fn add(&mut self, name: &str, value: &impl Serialize) {
        // for nobody, the edits of a large package are not worth their memory
        if self.path.is_some() {
            let value = serde_json::to_value(value).expect("what a report holds is JSON");
            self.contents.insert(name.to_owned(), value);
        }
    }

    /// Adds a build from bare modules: every edit, by file; files without an edit and with nothing to say are left
    /// out.
    pub(crate) fn add_build(&mut self, built: &Built) {
        let reports = built.assembled.rewritten.iter().map(|one| &one.report);
        let telling: Vec<_> =
            reports.filter(|one| !one.edits.is_empty() || !one.left_alone.is_empty()).collect();
        let archive = |archive: &Archive| {
            json!({
                "file_name": archive.file_name, "sha256": archive.sha256(), "entries": archive.entries,
            })
        };
        self.add("version", &built.assembled.version.to_string());
        self.add("rewritten", &telling);
        self.add("proof", &built.proof);
        self.add("wheel", &archive(&built.wheel));
        self.add("sdist", &archive(&built.sdist));
    }

    /// Adds a build by a project's own backend.
    pub(crate) fn add_release(&mut self, release: &Release, proof: &Proof) {
        self.add("version", &release.version().to_string());
        self.add("proof", proof);
        for (name, one) in [("wheel", release.wheel()), ("sdist", release.sdist())] {
            let entries = one.members();
            self.add(
                name,
                &json!({ "file_name": one.file_name(), "sha256": one.sha256().to_string(), "entries": entries }),
            );
        }
    }

    /// Writes what there is, if it was asked for.
    pub(crate) fn write(&self) -> Result<(), PublishError> {
        let Some(path) = &self.path else { return Ok(()) };
        let json = serde_json::to_vec_pretty(&self.contents).expect("a map of JSON is JSON");
        fs::write(path, json).map_err(|source| PublishError::Report { path: path.clone(), source })
    }
}
