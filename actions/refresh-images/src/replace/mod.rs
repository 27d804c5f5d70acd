//! A new container in the place of an old one; or the old one, running again under its name.

mod error;
mod restore;

pub use error::{Fault, ReplaceError};
pub(crate) use restore::{Restoration, Stopping};

use std::time::Duration;

use crate::containers::{made_anew, networks_of};
use crate::engine::{Container, Engine, EngineError, GLANCE, Life, LocalImage, STOPPING, Volumes};
use crate::leftovers::{new_name, old_name};

/// What replaces containers.
#[derive(Debug, Clone, Copy)]
pub struct Replacer<'a> {
    /// The engine.
    pub engine: &'a Engine,
    /// How long a new container has to stay up before the old one is removed.
    pub settle: Duration,
}

impl Replacer<'_> {
    /// Puts a new container in the place of this one, made from what the name of its image stands for now. What keeps
    /// the old one from going, where it stays behind: it does no harm, and the next refresh removes it.
    ///
    /// # Errors
    ///
    /// When anything fails; then the old one runs under its name, save where the error says otherwise.
    pub async fn replace(&self, id: &str, name: &str) -> Result<Option<EngineError>, ReplaceError> {
        let failed = |error: EngineError| not_replaced(name, error.into());
        let old = self.ready(id, name).await.map_err(failed)?;
        let old = old.ok_or_else(|| ReplaceError::Changed { name: name.to_owned() })?;
        let old_image = self.engine.image(&old.image_id).await.map_err(failed)?;
        let old_image = old_image
            .ok_or_else(|| ReplaceError::NoOldImage { name: name.to_owned(), image: old.image_id.clone() })?;
        let new = self.make(&old, &old_image).await?;
        match self.take_over(&old, &new).await {
            Ok(()) => Ok(self.engine.remove(&old.id, Volumes::Kept).await.err()),
            Err((fault, stopping)) => Err(self.put_back(&old, new, fault, stopping).await),
        }
    }

    /// The container, if it runs under its name.
    async fn ready(&self, id: &str, name: &str) -> Result<Option<Container>, EngineError> {
        let there = self.engine.container(id).await?;
        Ok(there.filter(|there| there.name == name && there.life == Life::Running))
    }

    /// The new container, ready to be started; the old one is not touched. As long as the new one has the name that it
    /// gets here, nobody else can make one.
    async fn make(&self, old: &Container, old_image: &LocalImage) -> Result<String, ReplaceError> {
        let contended = || ReplaceError::Contended { name: old.name.clone() };
        let failed = |error: EngineError| not_replaced(&old.name, error.into());
        let networks = networks_of(old);
        let body = made_anew(old, &old_image.config, &networks);
        let new = match self.engine.create(&new_name(&old.name), body).await {
            Ok(new) => new,
            // the name is what keeps two apart that share no folder
            Err(error) if error.is_conflict() => return Err(contended()),
            Err(error) => return Err(self.discard(old, None, failed(error)).await),
        };
        if let Err(error) = self.engine.join(&new, networks.others).await {
            return Err(self.discard(old, Some(new), failed(error)).await);
        }
        // the name was free: nobody is at it, or somebody has got further since the container was looked at
        match self.ready(&old.id, &old.name).await {
            Ok(Some(_)) => Ok(new),
            Ok(None) => Err(self.discard(old, Some(new), contended()).await),
            Err(error) => Err(self.discard(old, Some(new), failed(error)).await),
        }
    }

    /// Takes away what was made before the old container was touched; what failed, with how that went.
    async fn discard(&self, old: &Container, new: Option<String>, error: ReplaceError) -> ReplaceError {
        let made = if new.is_some() {
            Ok(new)
        } else {
            // one that was made although the engine's answer was lost
            let made = self.engine.container(&new_name(&old.name)).await;
            made.map(|made| made.filter(|made| made.life == Life::Created).map(|made| made.id))
        };
        let (new, removed) = match made {
            Ok(None) => (None, Ok(())),
            Ok(Some(new)) => {
                let removed = self.engine.remove(&new, Volumes::Removed).await;
                (Some(new), removed)
            }
            Err(trouble) => (None, Err(trouble)),
        };
        match (removed, error) {
            (Err(trouble), ReplaceError::PutBack { name, source }) => {
                let trouble = format!("what was made in its place stays behind: {trouble}");
                ReplaceError::Lost { name, old: old.id.clone(), new, trouble, source }
            }
            (_, error) => error,
        }
    }

    /// What failed, and whether the old container may end yet.
    async fn take_over(&self, old: &Container, new: &str) -> Result<(), (Fault, Stopping)> {
        let failed = |error: EngineError| (Fault::from(error), Stopping::No);
        self.engine.rename(&old.id, &old_name(&old.name)).await.map_err(failed)?;
        self.engine.rename(new, &old.name).await.map_err(failed)?;
        self.engine.stop(old).await.map_err(|error| {
            let is_lost = error.is_unreachable() && !error.is_too_late();
            let stopping = if is_lost { Stopping::perhaps(old) } else { Stopping::Certainly(STOPPING) };
            (Fault::Stop(error), stopping)
        })?;
        self.engine.start(new, &old.name).await.map_err(failed)?;
        self.settled(new).await.map_err(|fault| (fault, Stopping::No))
    }

    /// Waits until the new container has stayed up for a while.
    async fn settled(&self, new: &str) -> Result<(), Fault> {
        let begun = tokio::time::Instant::now();
        loop {
            let looked = self.engine.container(new).await?;
            let is_steady = looked.as_ref().is_some_and(Container::is_steady);
            if !is_steady {
                let trouble = looked.map_or_else(|| "it is gone".to_owned(), |looked| looked.trouble());
                return Err(Fault::Ended { settle: self.settle, trouble });
            }
            if begun.elapsed() >= self.settle {
                return Ok(());
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// Brings back the old container; what failed, with how that went.
    async fn put_back(&self, old: &Container, new: String, fault: Fault, stopping: Stopping) -> ReplaceError {
        let restoration = Restoration {
            engine: self.engine,
            old: &old.id,
            name: &old.name,
            new: std::slice::from_ref(&new),
            stopping,
        };
        match restoration.run().await {
            Ok(()) => not_replaced(&old.name, fault),
            Err(trouble) => ReplaceError::Lost {
                name: old.name.clone(),
                old: old.id.clone(),
                new: Some(new),
                trouble: crate::error::told(&trouble, None),
                source: Box::new(fault),
            },
        }
    }
}

fn not_replaced(name: &str, fault: Fault) -> ReplaceError {
    ReplaceError::PutBack { name: name.to_owned(), source: Box::new(fault) }
}
