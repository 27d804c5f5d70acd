//! Mending what has one safe mending.

mod diff;

use std::collections::BTreeMap;
use std::io;

use runner::Diagnostic;
use text::{Edit, Source};

use crate::finding::{Finding, Fix, Place};
use crate::folder::{Folder, PARSED_LIMIT, Refused};

/// A file as it would be after its mendings.
#[derive(Debug)]
pub struct Mended {
    /// Its path in the template.
    pub path: String,
    /// What it holds.
    before: String,
    /// What it would hold.
    after: String,
    /// The change as a unified diff, without any secret that the file holds.
    pub diff: String,
    /// What the mendings do, in the imperative.
    pub titles: Vec<String>,
}

/// A mending that could not be written.
#[derive(Debug, thiserror::Error)]
pub enum FixError {
    /// The system refused.
    #[error("could not mend `{path}`")]
    Unwritable {
        /// The file.
        path: String,
        /// Why.
        #[source]
        why: io::Error,
    },
    /// It is not what was judged any more.
    #[error("could not mend `{path}`: it was changed meanwhile")]
    Changed {
        /// The file.
        path: String,
    },
    /// It is not to be read any more.
    #[error("could not mend `{path}`: it {why}")]
    Refused {
        /// The file.
        path: String,
        /// Why.
        why: Refused,
    },
}

impl Diagnostic for FixError {}

/// The files of a template that can be mended. Of mendings that want the same text, the first is made; those left
/// are made by another run.
#[must_use]
pub fn mended(findings: &[Finding]) -> Vec<Mended> {
    let mut files = BTreeMap::<&str, (&Source, Vec<&Fix>)>::new();
    for finding in findings {
        if let Finding { place: Place::Text(source, _), fix: Some(fix), .. } = finding {
            files.entry(source.path()).or_insert((source, Vec::new())).1.push(fix);
        }
    }
    files.into_values().filter_map(|(source, fixes)| apply(source, &fixes)).collect()
}

fn apply(source: &Source, fixes: &[&Fix]) -> Option<Mended> {
    let mut edits: Vec<Edit> = Vec::new();
    let mut titles = Vec::new();
    for fix in fixes {
        let fits = |edit: &Edit| edits.iter().all(|other| edit != other && !overlap(edit, other));
        if fix.edits.iter().all(fits) {
            edits.extend(fix.edits.iter().cloned());
            titles.push(fix.title.clone());
        }
    }
    let (path, before) = (source.path().to_owned(), source.text().to_owned());
    let after = text::apply(&before, &edits).ok()?;
    let diff = diff::unified(&path, &before, &after);
    (after != before).then_some(Mended { path, before, after, diff, titles })
}

/// Whether two edits touch; insertions at one place do too, since their order would be a guess.
fn overlap(one: &Edit, other: &Edit) -> bool {
    one.span.start.max(other.span.start) < one.span.end.min(other.span.end)
        || one.span.start == other.span.start
}

impl Mended {
    /// Writes it.
    ///
    /// # Errors
    /// When the file is not what was judged any more, or cannot be written.
    pub fn write(&self, folder: &Folder) -> Result<(), FixError> {
        let path = self.path.clone();
        let now = folder.read_bytes(&path, PARSED_LIMIT);
        let now = now.map_err(|why| FixError::Refused { path: path.clone(), why })?;
        if now.as_deref() != Some(self.before.as_bytes()) {
            return Err(FixError::Changed { path });
        }
        fs_err::write(folder.root().join(&path), &self.after)
            .map_err(|why| FixError::Unwritable { path, why })
    }
}
