//! What every chain begins with: a forge, an index, and a runtime's repository.

use std::path::Path;

use local_forge::LocalForge;
use local_index::LocalIndex;

use super::dependencies::Dependencies;
use super::repository::{Copied, Repository};
use crate::workspace::Workspace;

/// The repository of every chain.
pub(super) const REPO: &str = "acme/runtime";

/// A runtime's repository on a forge, and an index that holds what packages depend on.
pub(super) struct Stage {
    pub(super) forge: LocalForge,
    pub(super) index: LocalIndex,
    pub(super) repository: Repository,
}

impl Stage {
    /// Makes everything, with the files of an example and with workflows that its owner has copied; nothing is pushed yet.
    pub(super) fn set(
        workspace: &Workspace,
        forge: local_forge::Dialect,
        index: local_index::Dialect,
        dependencies: &Dependencies,
        example: &str,
        copied: &[Copied],
        scratch: &Path,
    ) -> anyhow::Result<Self> {
        let forge = LocalForge::start(forge);
        forge.set_time(jiff::Timestamp::now());
        let index = LocalIndex::start(index);
        dependencies.serve(&index);
        let folder = scratch.join("runtime");
        let repository = Repository::make(workspace, &forge, REPO, example, copied, &folder)?;
        Ok(Self { forge, index, repository })
    }
}
