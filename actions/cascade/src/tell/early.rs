//! Looking at runs while the repositories themselves are looked at: a round trip less for every cascade.

use std::collections::BTreeMap;

use domain::RepoName;
use forge::{Dialect, Forge, Reader};
use futures_util::future::join_all;
use http_client::Clock;

use super::lists::first_list;
use crate::pace::{Cost, Paced};
use crate::plan::telling::Look;
use crate::targets::{AskedMode, Target, key};

/// The runs of targets, by the names under which these are listed.
#[derive(Default)]
pub struct EarlyLooks(BTreeMap<String, EarlyLook>);

/// The runs of a target that an event has started.
pub(super) struct EarlyLook {
    pub(super) event: &'static str,
    pub(super) look: Look,
    /// What has looked: it knows by now which list the forge tells it.
    pub(super) reader: Reader,
}

impl EarlyLooks {
    /// The runs of a target, where they are those of this event.
    pub(super) fn of(&self, target: &Target, event: &str) -> Option<&EarlyLook> {
        self.0.get(&key(&target.repo)).filter(|look| look.event == event)
    }
}

/// Lists the runs of every target that is likely to be told by one. What fails here is looked at again in its turn,
/// and told then.
pub async fn early_looks(
    forge: &Forge,
    dialect: Dialect,
    paced: &Paced,
    clock: &dyn Clock,
    source: &RepoName,
    targets: &[Target],
) -> EarlyLooks {
    let looks = targets.iter().filter_map(|target| Some((target, likely_event(target, dialect)?)));
    let looks = looks.map(async |(target, event)| {
        let (reader, _) = forge.repository(target.repo.clone());
        let _permit = paced.turn(Cost::reads(1)).await;
        let asked = clock.now();
        let list = first_list(&reader, event, source, asked).await.ok()?.ok()?;
        let (runs, tells_waiting) = (list.runs, list.tells_waiting);
        let look = Look { runs, at: asked, answered: clock.now(), tells_waiting };
        Some((key(&target.repo), EarlyLook { event, look, reader }))
    });
    EarlyLooks(join_all(looks).await.into_iter().flatten().collect())
}

/// The event that a target will most likely be told by.
fn likely_event(target: &Target, dialect: Dialect) -> Option<&'static str> {
    let is_named = target.workflow.is_some() || target.reference.is_some();
    match (target.mode, dialect) {
        (AskedMode::BumpPr, _) | (AskedMode::RepositoryDispatch, Dialect::Gitea) => None,
        (AskedMode::Auto, _) if !target.pins.is_empty() => None,
        (AskedMode::RepositoryDispatch, Dialect::GitHub) => Some("repository_dispatch"),
        (AskedMode::Auto, Dialect::GitHub) if !is_named => Some("repository_dispatch"),
        (AskedMode::Auto | AskedMode::WorkflowDispatch, _) => Some("workflow_dispatch"),
    }
}
