//! Whom a run tells: what is listed, what an organisation has, or both.

use forge::Forge;

use super::Run;
use crate::error::CascadeError;
use crate::targets::{Drift, Target, narrowed, union};

impl Run<'_> {
    /// All targets, the discovered ones too, and in what the list and the organisation differ.
    pub(super) async fn targets(&self, forge: &Forge) -> Result<(Vec<Target>, Drift), CascadeError> {
        let sources = &self.settings.sources;
        let (targets, drift) = match &sources.discovery {
            None => (sources.listed.clone(), Drift::default()),
            Some(discovery) => {
                let owner = discovery.organization.parse().expect("the inputs were read with it");
                let found = discovery.among(&forge.organisation(&owner).await?);
                for (repo, why) in &found.left_out {
                    self.context.console().progress(&format!("`{repo}` {why}: left out"));
                }
                let is_alone = sources.listed.is_empty();
                let (targets, drift) = union(sources.listed.clone(), &found, self.settings.mode);
                if targets.is_empty() {
                    return Err(CascadeError::NoTargets { organization: discovery.organization.clone() });
                }
                (targets, if is_alone { Drift::default() } else { drift })
            }
        };
        let targets = narrowed(targets, &sources.only).map_err(CascadeError::NoTarget)?;
        Ok((targets, drift))
    }
}
