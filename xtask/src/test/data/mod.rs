//! What tests and benches take as input and nobody commits: packages of the npm registry and of PyPI.

mod npm;
mod pypi;

use std::path::{Path, PathBuf};

use crate::python::Python;
use crate::workspace::Workspace;

pub(crate) use pypi::DJANGO;

/// The environment variable by which tests find the data.
///
/// Unset, they look in `target/test-data` of the workspace. A package of npm lies unpacked in `npm/<package>/`, a
/// source distribution in `sdists/<name>-<version>/`.
pub(crate) const VARIABLE: &str = "RUNTIME_ACTIONS_TEST_DATA";

/// The folder of test data, and what could not be put there.
pub(crate) struct TestData {
    folder: PathBuf,
    absent: Vec<(String, anyhow::Error)>,
}

impl TestData {
    /// Fetches what is not there yet. What cannot be had is no error here: the other tests still count.
    pub(crate) fn fetch(workspace: &Workspace, python: Python) -> anyhow::Result<Self> {
        let folder = folder(workspace)?;
        let mut absent = Vec::new();
        for package in &npm::PACKAGES {
            if let Err(error) = package.fetch_into(&folder) {
                absent.push((package.name.to_owned(), error));
            }
        }
        for sdist in &pypi::SOURCE_DISTRIBUTIONS {
            if let Err(error) = sdist.fetch_into(&folder, python) {
                absent.push((sdist.to_string(), error));
            }
        }
        Ok(Self { folder, absent })
    }

    /// Where the data is.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// A loud line for each package that is not there.
    pub(crate) fn notices(&self) -> impl Iterator<Item = String> {
        self.absent.iter().map(|(name, error)| {
            format!("NOTICE: TESTS AGAINST `{name}` ARE SKIPPED OR FAIL, IT COULD NOT BE FETCHED: {error:#}")
        })
    }
}

/// The folder of test data of a workspace, which is made where it is missing.
pub(crate) fn folder(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    let folder = workspace.target().join("test-data");
    fs_err::create_dir_all(&folder)?;
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;

    #[test]
    fn the_notice_of_a_missing_package_is_in_capitals_and_says_why() {
        let data = TestData {
            folder: PathBuf::new(),
            absent: vec![("@octokit/openapi".to_owned(), anyhow!("npm is missing"))],
        };
        let notices: Vec<_> = data.notices().collect();
        assert_eq!(
            notices,
            [
                "NOTICE: TESTS AGAINST `@octokit/openapi` ARE SKIPPED OR FAIL, IT COULD NOT BE FETCHED: npm is \
                 missing"
            ]
        );
    }
}
