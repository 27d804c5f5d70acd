//! Large and odd Python projects, as their source distributions on `PyPI`: real input for what reads Python.

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::process;
use crate::python::Python;

/// A source distribution, at one version, so that a new release over there breaks nothing here.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SourceDistribution {
    name: &'static str,
    version: &'static str,
}

/// Django: some 2,800 files.
pub(crate) const DJANGO: SourceDistribution = SourceDistribution { name: "django", version: "5.2.4" };

/// All of them: beside Django, Black, whose tests hold the odd forms of Python, and fissix, whose tests hold odd
/// encodings and line ends.
pub(super) const SOURCE_DISTRIBUTIONS: [SourceDistribution; 3] = [
    DJANGO,
    SourceDistribution { name: "black", version: "25.1.0" },
    SourceDistribution { name: "fissix", version: "24.4.24" },
];

impl fmt::Display for SourceDistribution {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.name, self.version)
    }
}

impl SourceDistribution {
    /// Downloads and unpacks it where it is not there yet; the folder of its sources.
    ///
    /// # Errors
    ///
    /// When pip cannot get it, or what it got is not the archive that was asked for.
    pub(crate) fn fetch_into(self, data: &Path, python: Python) -> anyhow::Result<PathBuf> {
        let sdists = data.join("sdists");
        let root = sdists.join(format!("{}-{}", self.name, self.version));
        if root.is_dir() {
            return Ok(root);
        }
        println!("fetching the sources of {self} from PyPI");
        fs_err::create_dir_all(&sdists)?;
        let scratch = tempfile::tempdir_in(&sdists)?;
        process::output(
            python
                .command()
                .args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"])
                .args(["--no-binary", self.name, "--dest"])
                .arg(scratch.path())
                .arg(format!("{}=={}", self.name, self.version)),
        )?;
        let archive = scratch.path().join(format!("{}-{}.tar.gz", self.name, self.version));
        process::output(
            process::command("tar")
                .args(["--extract", "--no-same-owner", "--directory"])
                .arg(scratch.path())
                .arg("--file")
                .arg(&archive),
        )?;
        // Moved into place when whole, so that an interrupted run leaves no half of a project.
        let unpacked = scratch.path().join(root.file_name().expect("it was joined"));
        fs_err::rename(unpacked, &root)
            .with_context(|| format!("the archive of {self} holds no folder of its name"))?;
        Ok(root)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_already_unpacked_are_not_fetched_again() {
        let Ok(python) = Python::find() else { return };
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("sdists/no-such-project-0");
        fs_err::create_dir_all(&root).unwrap();
        // No index has this project: asking for it would fail.
        let sdist = SourceDistribution { name: "no-such-project", version: "0" };
        assert_eq!(sdist.fetch_into(folder.path(), python).unwrap(), root);
    }
}
