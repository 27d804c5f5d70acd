//! One refresh of a host: gather, plan, apply, report.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use futures_util::future::join_all;
use registry::Reference;

use crate::claim::Claim;
use crate::containers::{Current, Recreate, Step, What, plan};
use crate::ending::Ending;
use crate::engine::{Container, Engine, EngineError, Volumes};
use crate::error::{ImageError, RefreshError, told, told_image};
use crate::images::{Arrived, Images};
use crate::journal::{Journal, Work};
use crate::outcome::Outcome;
use crate::replace::{ReplaceError, Replacer};

/// A runtime and its image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Runtime {
    /// The runtime's name: `claude-code`.
    pub name: String,
    /// Its image.
    pub image: Reference,
}

/// What every refresh of this host has in common.
#[derive(Debug, Clone)]
pub struct Host {
    /// What brings images, and the engine.
    pub images: Images,
    /// The runtimes that there are.
    pub known: Vec<Runtime>,
    /// What the names of the platform's containers begin with.
    pub prefix: String,
    /// How long the image of one runtime may take.
    pub deadline: Duration,
    /// How long a new container has to stay up.
    pub settle: Duration,
    /// The folder that keeps refreshes apart.
    pub folder: PathBuf,
    /// Whether the program has been asked to end.
    pub ending: Ending,
}

impl Host {
    /// Brings these runtimes to what the registry has. What fails for one does not keep the others.
    ///
    /// When the program is asked to end, what was begun with a container is finished, and what is left counts as
    /// failed.
    ///
    /// # Errors
    ///
    /// When another refresh does not end, or the engine cannot tell what an earlier one has left: nothing was done.
    pub async fn refresh(&self, runtimes: &[Runtime], recreate: Recreate) -> Result<Outcome, RefreshError> {
        let (mut claim, mut outcome) = self.claim().await?;
        let current = self.bring(runtimes, &mut outcome).await;
        if recreate == Recreate::Leave || current.is_empty() {
            return Ok(outcome);
        }
        match self.containers().await {
            Ok(containers) => {
                for step in &plan(&containers, &self.prefix, &current, recreate) {
                    match self.apply(step, &mut claim.journal).await {
                        Ok(()) => outcome.recreated.push(step.name.clone()),
                        Err(error) => outcome.fail(&step.runtime, error),
                    }
                }
            }
            Err(error) => {
                let error = told(&error, error.hint());
                for current in current.values() {
                    outcome.fail(&current.runtime, error.clone());
                }
            }
        }
        Ok(outcome)
    }

    /// The images of these runtimes, brought to where the registry's are.
    async fn bring(&self, runtimes: &[Runtime], outcome: &mut Outcome) -> BTreeMap<Reference, Current> {
        let arrivals = runtimes.iter().map(|runtime| async move {
            let arrived = tokio::select! {
                arrived = self.images.bring(&runtime.image, self.deadline) => arrived,
                by = self.ending.asked() => Err(ImageError::Ended { by }),
            };
            (runtime, arrived)
        });
        let mut current = BTreeMap::new();
        for (runtime, arrived) in join_all(arrivals).await {
            match arrived {
                Ok(Arrived { id, digest, moved }) => {
                    if moved {
                        tracing::info!("{}: `{}` is {digest} now", runtime.name, runtime.image);
                        outcome.pulled.push(runtime.name.clone());
                    }
                    let known = Current { runtime: runtime.name.clone(), id: Some(id) };
                    current.insert(runtime.image.clone(), known);
                }
                Err(error) => {
                    outcome.limited(error.limit());
                    outcome.fail(&runtime.name, told_image(&error));
                }
            }
        }
        current
    }

    pub(crate) async fn containers(&self) -> Result<Vec<Container>, EngineError> {
        self.images.engine.containers(|name| name.starts_with(&self.prefix)).await
    }

    async fn apply(&self, step: &Step, journal: &mut Journal) -> Result<(), String> {
        let Step { runtime, name, id, what } = step;
        if let Some(by) = self.ending.asked_by() {
            return Err(format!("the container `{name}` is left as it is: {by} ended the run"));
        }
        let engine = &self.images.engine;
        match what {
            What::Replace => {
                tracing::info!("{runtime}: replacing `{name}`");
                begin(journal, name, Work::Replace)?;
                let replaced = Replacer { engine, settle: self.settle }.replace(id, name).await;
                conclude(journal, name, replaced)
            }
            What::Remove => {
                tracing::info!("{runtime}: removing `{name}`");
                begin(journal, name, Work::Remove { id: id.clone() })?;
                remove(engine, id).await.map_err(|error| told(&error, error.hint()))?;
                journal.end(name);
                Ok(())
            }
            What::Refuse(why) => Err(format!("the container `{name}` is left as it is: {why}")),
        }
    }

    /// Brings to an end what an earlier refresh has begun. For those that wait for something before they refresh.
    ///
    /// # Errors
    ///
    /// As of [`refresh`](Self::refresh).
    pub async fn put_right(&self) -> Result<Outcome, RefreshError> {
        self.claim().await.map(|(_, outcome)| outcome)
    }

    /// The right to change this host's containers, with what became of what an earlier refresh has begun.
    async fn claim(&self) -> Result<(Claim, Outcome), RefreshError> {
        let patience = self.deadline + Duration::from_mins(5);
        let mut claim = tokio::select! {
            claim = Claim::wait(&self.folder, patience) => claim?,
            by = self.ending.asked() => return Err(RefreshError::Ended { by }),
        };
        let mut outcome = Outcome::default();
        self.mend(&mut claim, &mut outcome).await?;
        Ok((claim, outcome))
    }
}

fn begin(journal: &mut Journal, name: &str, work: Work) -> Result<(), String> {
    let begun = journal.begin(name, work);
    begun.map_err(|error| format!("the container `{name}` is left as it is: {}", told(&error, None)))
}

/// Notes what is left to be done after a replacement.
fn conclude(
    journal: &mut Journal,
    name: &str,
    replaced: Result<Option<EngineError>, ReplaceError>,
) -> Result<(), String> {
    match replaced {
        Ok(None) => journal.end(name),
        Ok(Some(stays)) => {
            tracing::warn!("the old container of `{name}` stays behind until the next refresh: {stays}");
        }
        Err(error) => {
            if let ReplaceError::Lost { old, new, .. } = &error {
                let new = new.iter().cloned().collect();
                // what is noted already has the next refresh look too
                drop(begin(journal, name, Work::PutBack { old: old.clone(), new }));
            } else {
                journal.end(name);
            }
            return Err(told(&error, None));
        }
    }
    Ok(())
}

/// Stops a container as its settings say, and removes it.
async fn remove(engine: &Engine, id: &str) -> Result<(), EngineError> {
    let Some(container) = engine.container(id).await? else { return Ok(()) };
    engine.stop(&container).await?;
    engine.remove(id, Volumes::Kept).await
}
