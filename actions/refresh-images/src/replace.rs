//! A new container in the place of an old one; or the old one, running again under its name.

use std::time::Duration;

use crate::containers::{made_anew, networks_of};
use crate::engine::{Container, Engine, EngineError, Life, LocalImage, RESTART, Volumes};
use crate::leftovers::{new_name, old_name};

/// How often a container that was started is looked at.
const GLANCE: Duration = Duration::from_millis(100);

/// A container that was not replaced.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReplaceError {
    /// It is not there, or has changed since it was looked at.
    #[error("the container `{name}` is no longer what it was: nothing was done")]
    Changed {
        /// Its name.
        name: String,
    },
    /// Somebody else is at it.
    #[error("the container `{name}` is being replaced by somebody else: nothing was done")]
    Contended {
        /// Its name.
        name: String,
    },
    /// The image it was made from is not there to tell what is the operator's own.
    #[error(
        "the image `{image}` that the container `{name}` was made from is gone: what it inherited cannot be told"
    )]
    NoOldImage {
        /// The container's name.
        name: String,
        /// The image's id.
        image: String,
    },
    /// A step failed; the old container is as it was.
    #[error("the container `{name}` could not be replaced, and the old one runs")]
    PutBack {
        /// Its name.
        name: String,
        /// What failed.
        source: Box<Fault>,
    },
    /// A step failed, and the old container could not be put back whole.
    #[error("the container `{name}` could not be replaced, and the old one could not be put back: {trouble}")]
    Lost {
        /// Its name.
        name: String,
        /// Why it could not be put back.
        trouble: String,
        /// What failed before.
        source: Box<Fault>,
    },
}

/// What failed of a replacement.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The engine.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The new container did not stay.
    #[error("the new container did not stay up for {seconds} s ({end})")]
    Ended {
        /// How long it has to.
        seconds: u64,
        /// How it ended.
        end: String,
    },
}

/// What replaces containers.
#[derive(Debug, Clone, Copy)]
pub struct Replacer<'a> {
    /// The engine.
    pub engine: &'a Engine,
    /// How long a new container has to stay up before the old one is removed.
    pub settle: Duration,
}

impl Replacer<'_> {
    /// Puts a new container in the place of this one, made from what the name of its image stands for now.
    ///
    /// # Errors
    ///
    /// When anything fails; then the old one runs under its name, save where the error says otherwise.
    pub async fn replace(&self, id: &str, name: &str) -> Result<(), ReplaceError> {
        let contended = || ReplaceError::Contended { name: name.to_owned() };
        let engine = |error: EngineError| ReplaceError::PutBack {
            name: name.to_owned(),
            source: Box::new(error.into()),
        };
        let old = self.engine.container(id).await.map_err(engine)?;
        let old = old.filter(|old| old.name == name && old.life == Life::Running);
        let old = old.ok_or_else(|| ReplaceError::Changed { name: name.to_owned() })?;
        let old_image = self.engine.image(&old.image_id).await.map_err(engine)?;
        let old_image = old_image
            .ok_or_else(|| ReplaceError::NoOldImage { name: name.to_owned(), image: old.image_id.clone() })?;
        match self.make(&old, &old_image).await {
            // the name is what keeps two apart that share no folder
            Err(Fault::Engine(error)) if error.is_conflict() => Err(contended()),
            Err(fault) => Err(self.put_back(&old, None, fault).await),
            Ok(new) => match self.take_over(&old, &new).await {
                Ok(()) => {
                    self.clear_away(&old).await;
                    Ok(())
                }
                Err(fault) => Err(self.put_back(&old, Some(new), fault).await),
            },
        }
    }

    /// The new container, ready to be started; the old one is not touched.
    async fn make(&self, old: &Container, old_image: &LocalImage) -> Result<String, Fault> {
        let networks = networks_of(old);
        let body = made_anew(old, &old_image.config, &networks);
        let new = self.engine.create(&new_name(&old.name), body).await?;
        self.engine.join(&new, networks.others).await.map_err(|error| match error {
            // not the conflict that means somebody else
            error if error.is_conflict() => EngineError::Unexpected { what: error.to_string() },
            error => error,
        })?;
        Ok(new)
    }

    async fn take_over(&self, old: &Container, new: &str) -> Result<(), Fault> {
        self.engine.rename(&old.id, &old_name(&old.name)).await?;
        self.engine.rename(new, &old.name).await?;
        self.engine.stop(old).await?;
        self.engine.start(new, &old.name).await?;
        self.settled(new).await
    }

    /// Waits until the new container has stayed up for a while.
    async fn settled(&self, new: &str) -> Result<(), Fault> {
        let begun = tokio::time::Instant::now();
        loop {
            let looked = self.engine.container(new).await?;
            let is_steady = looked.as_ref().is_some_and(Container::is_steady);
            if !is_steady {
                let end = looked.map_or_else(|| "it is gone".to_owned(), |looked| looked.end());
                return Err(Fault::Ended { seconds: self.settle.as_secs(), end });
            }
            if begun.elapsed() >= self.settle {
                return Ok(());
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// The old container has done its work. That it stays behind does no harm: the next refresh removes it.
    async fn clear_away(&self, old: &Container) {
        if let Err(error) = self.engine.remove(&old.id, Volumes::Kept).await {
            tracing::warn!(
                "the old container of `{}` stays behind until the next refresh: {error}",
                old.name
            );
        }
    }

    /// Brings back the old container; what failed, with how that went.
    async fn put_back(&self, old: &Container, new: Option<String>, fault: Fault) -> ReplaceError {
        let (name, source) = (old.name.clone(), Box::new(fault));
        let new: Vec<_> = new.into_iter().collect();
        match restore(self.engine, &old.id, &old.name, &new).await {
            Ok(()) => ReplaceError::PutBack { name, source },
            Err(trouble) => {
                let trouble = crate::error::told(&trouble, None);
                ReplaceError::Lost { name, trouble, source }
            }
        }
    }
}

/// Makes the old container run under its name again, and removes what was to be new: also after the engine was
/// restarted, since each step looks before it acts.
pub(crate) async fn restore(
    engine: &Engine,
    old: &str,
    name: &str,
    new: &[String],
) -> Result<(), EngineError> {
    let begun = tokio::time::Instant::now();
    loop {
        match restore_once(engine, old, name, new).await {
            Err(error) if error.is_unreachable() && begun.elapsed() < RESTART => {
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
            result => return result,
        }
    }
}

async fn restore_once(engine: &Engine, old: &str, name: &str, new: &[String]) -> Result<(), EngineError> {
    for id in new {
        engine.remove(id, Volumes::Removed).await?;
    }
    // one that was made although the engine's answer was lost
    if let Some(made) = engine.container(&new_name(name)).await? {
        engine.remove(&made.id, Volumes::Removed).await?;
    }
    let gone = || EngineError::Unexpected { what: format!("the container that was `{name}` is gone") };
    let there = engine.container(old).await?.ok_or_else(gone)?;
    let renamed = if there.name == name { Ok(()) } else { engine.rename(old, name).await };
    // it runs, whatever its name is
    if there.life != Life::Running {
        engine.start(old, name).await?;
    }
    renamed
}
