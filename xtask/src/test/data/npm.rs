//! What tests compare with, from npm: GitHub's own descriptions and recorded answers, and the schema of SARIF.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};

use crate::process;

/// A package of the npm registry, at one version, so that a new release over there breaks nothing here.
pub(super) struct Package {
    pub(super) name: &'static str,
    version: &'static str,
    /// Members of the archive that no test reads.
    unwanted: &'static [&'static str],
}

/// The packages, each with what a missing one costs.
pub(super) const PACKAGES: [Package; 4] = [
    Package {
        name: "@octokit/openapi",
        version: "23.0.2",
        // The descriptions of the enterprise products: 300 MB that say the same about our routes.
        unwanted: &["package/generated/ghec*", "package/generated/ghes*"],
    },
    Package { name: "@octokit/fixtures", version: "23.1.2", unwanted: &[] },
    Package { name: "@octokit/graphql-schema", version: "15.26.1", unwanted: &[] },
    // The official schema of SARIF, as `lib/schemas/sarif-2.1.0-rtm.5.json`.
    Package { name: "@microsoft/jest-sarif", version: "1.0.0-beta.0", unwanted: &[] },
];

impl Package {
    /// Downloads and unpacks it where it is not there yet.
    pub(super) fn fetch_into(&self, folder: &Path) -> anyhow::Result<()> {
        let home = folder.join("npm").join(self.name);
        if version_in(&home).is_some_and(|version| version == self.version) {
            return Ok(());
        }
        if !process::is_installed("npm") {
            return Err(anyhow!("npm is not installed"));
        }
        println!("fetching {} {} from the npm registry", self.name, self.version);
        let scratch = tempfile::tempdir_in(folder)?;
        let archive = self.download(scratch.path())?;
        let unpacked = scratch.path().join("package");
        process::output(
            process::command("tar")
                .arg("--extract")
                .args(self.unwanted.iter().map(|pattern| format!("--exclude={pattern}")))
                .arg("--directory")
                .arg(scratch.path())
                .arg("--file")
                .arg(&archive),
        )?;
        // Moved into place when whole, so that an interrupted run leaves no half of a package.
        if home.exists() {
            fs_err::remove_dir_all(&home)?;
        }
        fs_err::create_dir_all(home.parent().expect("the folder of a package has a parent"))?;
        fs_err::rename(unpacked, home)?;
        Ok(())
    }

    fn download(&self, into: &Path) -> anyhow::Result<PathBuf> {
        let printed = process::output(
            process::command("npm")
                .args(["pack", "--silent", "--ignore-scripts", "--fetch-retries=1", "--pack-destination"])
                .arg(into)
                .arg(format!("{}@{}", self.name, self.version))
                .current_dir(into),
        )?;
        let file = printed.lines().last().context("`npm pack` named no file")?;
        Ok(into.join(file.trim()))
    }
}

/// The version of the package unpacked in this folder.
fn version_in(home: &Path) -> Option<String> {
    let manifest = fs_err::read_to_string(home.join("package.json")).ok()?;
    let manifest: serde_json::Value = serde_json::from_str(&manifest).ok()?;
    Some(manifest.get("version")?.as_str()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_already_unpacked_at_its_version_is_not_fetched_again() {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("npm/@acme/none");
        fs_err::create_dir_all(&home).unwrap();
        fs_err::write(home.join("package.json"), r#"{"version": "1.2.3"}"#).unwrap();
        // No registry has this package: asking for it would fail.
        let package = Package { name: "@acme/none", version: "1.2.3", unwanted: &[] };
        package.fetch_into(folder.path()).unwrap();
    }

    #[test]
    fn a_folder_without_a_readable_manifest_has_no_version() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(version_in(folder.path()), None);
        fs_err::write(folder.path().join("package.json"), "{").unwrap();
        assert_eq!(version_in(folder.path()), None);
    }
}
