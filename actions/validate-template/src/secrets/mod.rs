//! Credentials in the files of a folder, or in what a repository has gained since a revision.

mod added;
mod git;
mod tracked;

pub use added::{DiffError, added_since};
pub(crate) use tracked::tracked;

use template::secrets::{self, Secret};
use text::Source;

use crate::finding::Place;
use crate::folder::{Folder, Listing, SCANNED_LIMIT};
use crate::redaction::Redaction;

/// A credential in a file.
#[derive(Debug, Clone)]
pub struct Leak {
    /// Whose it is, and what may be shown of it.
    pub secret: Secret,
    /// Where it stands.
    pub place: Place,
    path: String,
    text: String,
}

/// What was found by looking through files.
#[derive(Debug, Default)]
pub struct Scanned {
    /// The credentials, by file and place.
    pub leaks: Vec<Leak>,
    /// The files that were not looked through, each with the reason.
    pub unscanned: Vec<(String, String)>,
}

impl Scanned {
    /// Looks through every file of a folder; of a git repository, through those that are in it.
    #[must_use]
    pub fn of(folder: &Folder, listing: &Listing) -> Self {
        let mut scanned = Self::default();
        for file in &listing.files {
            scanned.leaks.extend(leaks_in_name(&file.path));
            match folder.read_listed(file, SCANNED_LIMIT) {
                Ok(Some(bytes)) => scanned.leaks.extend(leaks(&file.path, &bytes)),
                Ok(None) => {}
                Err(why) => scanned.unscanned.push((file.path.clone(), why.to_string())),
            }
        }
        let paths = scanned.leaks.iter().map(|leak| leak.path.as_str());
        let paths = paths.chain(scanned.unscanned.iter().map(|(path, _)| path.as_str()));
        let paths: Vec<&str> = paths.collect();
        if let Some(tracked) = tracked::among(folder, &paths) {
            // By a name that is no UTF-8 git cannot be asked: such a file counts.
            let is_tracked = |path: &String| tracked.contains(path) || path.contains('\u{fffd}');
            scanned.leaks.retain(|leak| is_tracked(&leak.path));
            scanned.unscanned.retain(|(path, _)| is_tracked(path));
        }
        scanned
    }

    /// What keeps the credentials out of reports.
    pub(crate) fn redaction(&self) -> Redaction {
        Redaction::of(self.leaks.iter().map(|leak| leak.text.clone()))
    }
}

/// The credentials in the name of a file.
fn leaks_in_name(path: &str) -> Vec<Leak> {
    let leak = |secret: Secret| {
        let text = path[secret.span.range()].to_owned();
        Leak { secret, place: Place::File(path.to_owned()), path: path.to_owned(), text }
    };
    secrets::scan(path.as_bytes()).into_iter().map(leak).collect()
}

/// The credentials in one file.
fn leaks(path: &str, bytes: &[u8]) -> Vec<Leak> {
    let found = secrets::scan(bytes);
    if found.is_empty() {
        return Vec::new();
    }
    let source = std::str::from_utf8(bytes).ok().map(|text| Source::new(path, text));
    let leak = |secret: Secret| {
        let text = String::from_utf8_lossy(&bytes[secret.span.range()]).into_owned();
        let place = match &source {
            Some(source) => Place::Text(source.clone(), secret.span),
            None => Place::File(path.to_owned()),
        };
        Leak { secret, place, path: path.to_owned(), text }
    };
    found.into_iter().map(leak).collect()
}
