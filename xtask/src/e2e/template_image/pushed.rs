//! What a registry holds, read from where it keeps it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde_json::Value;

/// The files of a registry: <https://distribution.github.io/distribution/spec/implementations/>.
#[derive(Debug)]
pub(super) struct Images {
    root: PathBuf,
}

/// An image under a tag.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pushed {
    pub(super) digest: String,
    pub(super) labels: BTreeMap<String, String>,
}

impl Images {
    /// Those of a registry that keeps them in `folder`.
    pub(super) fn of(folder: &Path) -> Self {
        Self { root: folder.join("docker/registry/v2") }
    }

    /// The tags of a repository; none where nothing was pushed to it.
    ///
    /// # Errors
    ///
    /// When they cannot be read.
    pub(super) fn tags(&self, repository: &str) -> anyhow::Result<BTreeMap<String, Pushed>> {
        let folder = self.root.join("repositories").join(repository).join("_manifests/tags");
        if !folder.exists() {
            return Ok(BTreeMap::new());
        }
        let tags = fs_err::read_dir(folder)?.map(|entry| {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let digest = fs_err::read_to_string(entry.path().join("current/link"))?;
            let labels = self.labels(&digest).with_context(|| format!("could not read `{name}`"))?;
            Ok((name, Pushed { digest, labels }))
        });
        tags.collect()
    }

    fn labels(&self, digest: &str) -> anyhow::Result<BTreeMap<String, String>> {
        let manifest = self.blob(digest)?;
        let config =
            self.blob(manifest["config"]["digest"].as_str().context("the manifest names no configuration")?)?;
        let labels = config["config"]["Labels"].as_object().into_iter().flatten();
        Ok(labels.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect())
    }

    fn blob(&self, digest: &str) -> anyhow::Result<Value> {
        let (algorithm, hash) = digest.split_once(':').context("a digest names its algorithm")?;
        let start = hash.get(..2).context("a digest is longer")?;
        let path = self.root.join("blobs").join(algorithm).join(start).join(hash).join("data");
        Ok(serde_json::from_slice(&fs_err::read(path)?)?)
    }
}
