//! What an earlier refresh has begun, brought to an end.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::claim::Claim;
use crate::engine::{Engine, EngineError, Life, Volumes};
use crate::error::{RefreshError, told};
use crate::leftovers::{Known, Mending, What, base, new_name, old_name, plan};
use crate::outcome::Outcome;
use crate::refresh::Host;
use crate::replace::{Restoration, Stopping};

/// How long until leftovers are looked at again that may be somebody else's work.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

impl Host {
    /// Brings to an end what an earlier refresh has begun. What fails is told in the outcome, and stays in the journal.
    pub(crate) async fn mend(&self, claim: &mut Claim, outcome: &mut Outcome) -> Result<(), RefreshError> {
        let engine = &self.images.engine;
        let mut failed = BTreeSet::new();
        loop {
            let is_wanted = |name: &str| base(name).unwrap_or(name).starts_with(&self.prefix);
            let containers = engine.containers(is_wanted).await?;
            let known = Known {
                prefix: &self.prefix,
                begun: claim.journal.begun(),
                settle: self.settle,
                now: self.images.client.clock().now(),
            };
            let mut mendings = plan(&containers, &known);
            let is_left = |name: &String| mendings.iter().any(|mending| mending.name == *name);
            let ended = known.begun.keys().filter(|name| name.starts_with(&self.prefix) && !is_left(name));
            for name in ended.cloned().collect::<Vec<_>>() {
                claim.journal.end(&name);
            }
            mendings.retain(|mending| !failed.contains(&mending.name));
            let waits = mendings.iter().any(|mending| mending.what == What::Wait);
            for mending in mendings.iter().filter(|mending| mending.what != What::Wait) {
                match carry_out(engine, mending).await {
                    Ok(()) => {
                        claim.journal.end(&mending.name);
                        if matches!(mending.what, What::Remove { .. } | What::Removed) {
                            outcome.recreated.push(mending.name.clone());
                        }
                    }
                    Err(error) => {
                        failed.insert(mending.name.clone());
                        outcome.fail(&self.concerned(mending), error);
                    }
                }
            }
            if !waits || self.ending.asked_by().is_some() {
                return Ok(());
            }
            // an end is set by the lease: what is older is mended
            tokio::select! {
                () = tokio::time::sleep(LOOK_AGAIN) => {}
                _ = self.ending.asked() => {}
            }
        }
    }

    /// The runtime that is concerned; where no runtime has the image any more, the container.
    fn concerned(&self, mending: &Mending) -> String {
        let mut images = mending.images.iter().filter_map(|image| image.parse().ok());
        let runtime = images.find_map(|image| self.known.iter().find(|runtime| runtime.image == image));
        runtime.map_or_else(|| mending.name.clone(), |runtime| runtime.name.clone())
    }
}

async fn carry_out(engine: &Engine, mending: &Mending) -> Result<(), String> {
    let name = &mending.name;
    let done = match &mending.what {
        What::Finish { old } => {
            tracing::warn!("`{name}` was replaced by a refresh that was interrupted: its old container goes");
            engine.remove(old, Volumes::Kept).await
        }
        What::PutBack { old, new } => {
            tracing::warn!("`{name}` was not replaced to the end: its old container runs again");
            restore(engine, name, old, new).await
        }
        What::Discard { new } => {
            tracing::warn!(
                "`{name}` was about to be replaced by a refresh that was interrupted: what it made goes"
            );
            engine.remove(new, Volumes::Removed).await
        }
        What::Remove { id } => {
            tracing::warn!("`{name}` was stopped to be removed by a refresh that was interrupted: it goes");
            engine.remove(id, Volumes::Kept).await
        }
        What::Removed | What::Wait => Ok(()),
        What::Taken { old } => {
            return Err(taken(engine, name, old).await);
        }
    };
    done.map_err(|error| {
        format!(
            "the interrupted work on `{name}` could not be brought to an end: {}",
            told(&error, error.hint())
        )
    })
}

async fn restore(engine: &Engine, name: &str, old: &str, new: &[String]) -> Result<(), EngineError> {
    // the engine goes on stopping the old one, unless the new one had not even got its name
    let is_early = engine.container(&new_name(name)).await?.is_some();
    let there = engine.container(old).await?.filter(|there| there.life == Life::Running && !is_early);
    let stopping = there.as_ref().map_or(Stopping::No, Stopping::perhaps);
    Restoration { engine, old, name, new, stopping }.run().await
}

/// Has the old container run on under the name that it has; what whoever runs the host has to know.
async fn taken(engine: &Engine, name: &str, old: &str) -> String {
    let found = engine.container(old).await;
    let started = match found {
        Ok(Some(there)) if there.life != Life::Running => engine.start(old, name).await,
        Ok(_) => Ok(()),
        Err(error) => Err(error),
    };
    let goes_on = match started {
        Ok(()) => String::new(),
        Err(error) => format!(", and could not be started: {}", told(&error, None)),
    };
    format!(
        "the name `{name}` was taken by another container while it was being replaced: the old one goes on as `{}`{goes_on}; remove one of the two",
        old_name(name)
    )
}
