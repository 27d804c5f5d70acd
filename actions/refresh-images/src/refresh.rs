//! One refresh of a host: gather, plan, apply, report.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use futures_util::future::join_all;
use registry::Reference;

use crate::claim::Claim;
use crate::containers::{Current, Recreate, Step, What, plan};
use crate::engine::{Container, Engine, Volumes};
use crate::error::{ImageError, RefreshError, told};
use crate::images::{Arrived, Images};
use crate::leftovers::{self, Mending};
use crate::outcome::Outcome;
use crate::replace::{Replacer, restore};

/// How long leftovers are looked at again that may be somebody else's work.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

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
    /// What the names of the platform's containers begin with.
    pub prefix: String,
    /// How long the image of one runtime may take.
    pub deadline: Duration,
    /// How long a new container has to stay up.
    pub settle: Duration,
    /// The folder that keeps refreshes apart.
    pub folder: PathBuf,
}

impl Host {
    /// Brings these runtimes to what the registry has. What fails for one does not keep the others.
    ///
    /// # Errors
    ///
    /// When the engine does not tell of its containers, or another refresh does not end.
    pub async fn refresh(&self, runtimes: &[Runtime], recreate: Recreate) -> Result<Outcome, RefreshError> {
        let claim = self.claim().await?;
        let arrivals = runtimes
            .iter()
            .map(|runtime| async move { (runtime, self.images.bring(&runtime.image, self.deadline).await) });
        let mut outcome = Outcome::default();
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
                Err(error) => outcome.fail(&runtime.name, told_image(&error)),
            }
        }
        if recreate == Recreate::Leave {
            return Ok(outcome);
        }
        let containers = self.containers().await?;
        let steps = plan(&containers, &self.prefix, &current, recreate);
        claim.begin(&steps.iter().map(|step| step.name.clone()).collect::<Vec<_>>())?;
        for step in &steps {
            match self.apply(step).await {
                Ok(()) => outcome.recreated.push(step.name.clone()),
                Err(error) => {
                    tracing::error!("{error}");
                    outcome.fail(&step.runtime, error);
                }
            }
        }
        claim.begin(&[])?;
        Ok(outcome)
    }

    /// What a refresh would do, a line each; nothing is changed.
    ///
    /// # Errors
    ///
    /// As of [`refresh`](Self::refresh).
    pub async fn plan(&self, runtimes: &[Runtime], recreate: Recreate) -> Result<Vec<String>, RefreshError> {
        let looks =
            runtimes.iter().map(|runtime| async move { (runtime, self.images.look(&runtime.image).await) });
        let mut lines = Vec::new();
        let mut current = BTreeMap::new();
        for (runtime, looked) in join_all(looks).await {
            let Runtime { name, image } = runtime;
            let id = match looked {
                Ok((digest, crate::images::Step::Pull, _)) => {
                    lines.push(format!("{name}: pull {} and move {image} to it", image.at(&digest)));
                    None
                }
                Ok((digest, crate::images::Step::Tag { id }, _)) => {
                    lines.push(format!("{name}: move {image} to {digest}, which is here already"));
                    Some(id)
                }
                Ok((digest, crate::images::Step::Nothing, there)) => {
                    lines.push(format!("{name}: {image} is {digest} already"));
                    there.map(|there| there.id)
                }
                Err(error) => {
                    lines.push(format!("{name}: would fail: {}", told_image(&error)));
                    continue;
                }
            };
            current.insert(image.clone(), Current { runtime: name.clone(), id });
        }
        for Step { runtime, name, what, .. } in
            plan(&self.containers().await?, &self.prefix, &current, recreate)
        {
            lines.push(match what {
                What::Replace => format!("{runtime}: replace {name}"),
                What::Remove => format!("{runtime}: remove {name}"),
                What::Refuse(why) => format!("{runtime}: leave {name}: {why}"),
            });
        }
        Ok(lines)
    }

    async fn containers(&self) -> Result<Vec<Container>, RefreshError> {
        Ok(self.images.engine.containers(|name| name.starts_with(&self.prefix)).await?)
    }

    async fn apply(&self, step: &Step) -> Result<(), String> {
        let engine = &self.images.engine;
        match &step.what {
            What::Replace => {
                tracing::info!("{}: replacing `{}`", step.runtime, step.name);
                let replacer = Replacer { engine, settle: self.settle };
                replacer.replace(&step.id, &step.name).await.map_err(|error| told(&error, None))
            }
            What::Remove => {
                tracing::info!("{}: removing `{}`", step.runtime, step.name);
                remove(engine, &step.id).await.map_err(|error| told(&error, error.hint()))
            }
            What::Refuse(why) => Err(format!("the container `{}` is left as it is: {why}", step.name)),
        }
    }

    /// Puts right what a refresh has left that was killed. For those that wait for something before they refresh.
    ///
    /// # Errors
    ///
    /// As of [`refresh`](Self::refresh).
    pub async fn put_right(&self) -> Result<(), RefreshError> {
        self.claim().await.map(drop)
    }

    /// The right to change this host's containers, which are all in order.
    async fn claim(&self) -> Result<Claim, RefreshError> {
        let claim = Claim::wait(&self.folder, self.deadline + Duration::from_mins(5)).await?;
        self.mend(&claim).await?;
        claim.begin(&[])?;
        Ok(claim)
    }

    async fn mend(&self, claim: &Claim) -> Result<(), RefreshError> {
        let engine = &self.images.engine;
        let interrupted = claim.interrupted();
        loop {
            let is_wanted = |name: &str| leftovers::is_reserved(name) || name.starts_with(&self.prefix);
            let containers = engine.containers(is_wanted).await?;
            let now = self.images.client.clock().now();
            let mendings = leftovers::plan(&containers, &interrupted, now);
            let mut waits = false;
            for mending in mendings {
                waits |= matches!(mending, Mending::Wait { .. });
                if let Err(error) = carry_out(engine, &mending).await {
                    tracing::error!("an interrupted replacement could not be mended: {}", told(&error, None));
                }
            }
            if !waits {
                return Ok(());
            }
            // an end is set by the lease: what is older is mended
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }
}

async fn carry_out(engine: &Engine, mending: &Mending) -> Result<(), crate::engine::EngineError> {
    match mending {
        Mending::Finish { name, old } => {
            tracing::warn!("`{name}` was replaced by a refresh that was killed: its old container goes");
            engine.remove(old, Volumes::Kept).await
        }
        Mending::PutBack { name, old, new } => {
            tracing::warn!(
                "`{name}` was being replaced by a refresh that was killed: its old container runs again"
            );
            restore(engine, old, name, new).await
        }
        Mending::Discard { name, new } => {
            tracing::warn!(
                "`{name}` was about to be replaced by a refresh that was killed: what it made goes"
            );
            engine.remove(new, Volumes::Removed).await
        }
        Mending::Wait { name } => {
            tracing::debug!("`{name}` may be in the midst of being replaced by somebody else");
            Ok(())
        }
        Mending::Taken { name, old } => {
            tracing::warn!(
                "`{name}` was taken by another container: the old one goes on as `{}`",
                leftovers::old_name(name)
            );
            match engine.container(old).await? {
                Some(container) if container.life != crate::engine::Life::Running => {
                    engine.start(old, name).await
                }
                _ => Ok(()),
            }
        }
    }
}

/// Stops a container as its settings say, and removes it.
async fn remove(engine: &Engine, id: &str) -> Result<(), crate::engine::EngineError> {
    let Some(container) = engine.container(id).await? else { return Ok(()) };
    engine.stop(&container).await?;
    engine.remove(id, Volumes::Kept).await
}

fn told_image(error: &ImageError) -> String {
    told(error, error.hint().as_deref())
}
