//! Every file of a folder.

use std::path::PathBuf;

use super::Folder;

/// How many files are listed before git is asked which of them are its own.
const MANY: usize = 2_000;

/// How many files are listed. A template has dozens; this is a guard against a folder that is none.
const FILES: usize = 100_000;

/// A file of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeFile {
    /// Its path in the folder, parts separated by `/`; bytes that are not UTF-8 are replaced.
    pub path: String,
    pub(super) location: PathBuf,
}

/// The files of a folder, as far as they were listed.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// The files, sorted by path.
    pub files: Vec<TreeFile>,
    /// Folders that could not be listed, and where the listing was cut.
    pub gaps: Vec<String>,
}

impl Folder {
    /// Every regular file, at any depth. Links are not followed, as git does not; what git keeps for itself
    /// is left out. Of a large git repository, only what git tracks: the rest is what
    /// was built, installed or downloaded.
    #[must_use]
    pub fn files(&self) -> Listing {
        let listing = self.walk(MANY);
        if listing.files.len() <= MANY {
            return listing;
        }
        match crate::secrets::tracked(self) {
            Some(paths) => self.listed(paths),
            None => self.walk(FILES),
        }
    }

    fn listed(&self, paths: Vec<String>) -> Listing {
        let file = |path: String| TreeFile { location: self.root.join(&path), path };
        let mut files: Vec<_> = paths.into_iter().map(file).collect();
        files.retain(|file| fs_err::symlink_metadata(&file.location).is_ok_and(|found| found.is_file()));
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Listing { files, gaps: Vec::new() }
    }

    /// The files, until there are more than `most`.
    fn walk(&self, most: usize) -> Listing {
        let mut listing = Listing::default();
        let mut folders = vec![(self.root.clone(), String::new())];
        while let Some((location, prefix)) = folders.pop() {
            let Ok(entries) = fs_err::read_dir(&location) else {
                listing.gaps.push(prefix);
                continue;
            };
            for entry in entries {
                let Ok(entry) = entry else {
                    listing.gaps.push(prefix.clone());
                    break;
                };
                let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
                match entry.file_type() {
                    Ok(kind) if kind.is_dir() => {
                        if entry.file_name() != ".git" {
                            folders.push((entry.path(), format!("{path}/")));
                        }
                    }
                    Ok(kind) if kind.is_file() => {
                        listing.files.push(TreeFile { path, location: entry.path() });
                    }
                    Ok(_) => {}
                    Err(_) => listing.gaps.push(path),
                }
            }
            if listing.files.len() > most {
                listing.gaps.push(format!("everything behind the first {most} files"));
                break;
            }
        }
        listing.files.sort_by(|a, b| a.path.cmp(&b.path));
        listing
    }
}
