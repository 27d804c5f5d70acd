//! A refresh whenever a digest in the registry changes.

mod memory;
mod pace;

use std::time::Duration;

use futures_util::future::join_all;
use registry::{Digest, RegistryError};

use crate::error::{RefreshError, told};
use crate::inputs::Settings;
use crate::outcome::Outcome;
use crate::refresh::{Host, Runtime};
use memory::Memory;
use pace::Pace;

/// Asks the registry for the digests of the chosen runtimes over and over, until it is told to end.
///
/// The first digest of a runtime is only remembered. One that differs from what is remembered sets off a refresh of the
/// runtime, and is remembered when that has succeeded: one that failed is done again at the next look. Digests are
/// remembered on disk.
///
/// # Errors
///
/// When the folder cannot be written.
pub async fn watch(host: &Host, settings: &Settings) -> Result<(), RefreshError> {
    let mut watcher = Watcher::new(host, settings)?;
    tracing::info!(
        "watching {} images, every {:?}; digests are remembered in `{}`",
        settings.chosen.len(),
        settings.interval,
        settings.folder.display()
    );
    watcher.put_right().await;
    for tick in 1.. {
        // A look can be broken off, a refresh ends by itself when it is asked to.
        let changed = tokio::select! {
            changed = watcher.look() => changed,
            _ = host.ending.asked() => break,
        };
        watcher.refresh(changed).await?;
        if settings.ticks.is_some_and(|ticks| tick >= ticks) {
            break;
        }
        tokio::select! {
            () = tokio::time::sleep(watcher.pause()) => {}
            _ = host.ending.asked() => break,
        }
    }
    tracing::info!("the watch ends");
    Ok(())
}

/// What is watched, and what is known of it.
pub(crate) struct Watcher<'a> {
    host: &'a Host,
    settings: &'a Settings,
    memory: Memory,
    pace: Pace,
    /// The limit that this look has met.
    limit: Option<Duration>,
    /// Whether all that an earlier refresh has begun has come to an end.
    is_in_order: bool,
}

impl<'a> Watcher<'a> {
    pub(crate) fn new(host: &'a Host, settings: &'a Settings) -> Result<Self, RefreshError> {
        let memory = Memory::read(&settings.folder)?;
        let pace = Pace::new(settings.interval);
        Ok(Self { host, settings, memory, pace, limit: None, is_in_order: false })
    }

    /// How long until the next look.
    pub(crate) fn pause(&self) -> Duration {
        self.pace.pause(fastrand::f64())
    }

    /// Brings to an end what a killed refresh has begun, since the next change may be far away.
    pub(crate) async fn put_right(&mut self) {
        let put_right = self.host.put_right().await;
        self.concluded(put_right);
    }

    /// One look at all images, side by side: the runtimes whose digest is another than what is remembered.
    pub(crate) async fn look(&mut self) -> Vec<(Runtime, Digest)> {
        let registry = &self.host.images.registry;
        let asked = self
            .settings
            .chosen
            .iter()
            .map(|runtime| async move { (runtime, registry.digest(&runtime.image).await) });
        let answers = join_all(asked).await;
        self.limit = answers.iter().filter_map(|(_, answer)| answer.as_ref().err()?.limit()).max();
        let mut changed = Vec::new();
        for (runtime, answer) in answers {
            match answer {
                Ok(digest) => match self.memory.compare(&runtime.name, &digest) {
                    memory::Seen::First => {
                        tracing::info!("{}: `{}` is {digest}", runtime.name, runtime.image);
                        self.memory.keep(&runtime.name, &digest);
                    }
                    memory::Seen::Same => {}
                    memory::Seen::Other => changed.push((runtime.clone(), digest)),
                },
                Err(error) => tell(runtime, &error),
            }
        }
        changed
    }

    /// Refreshes what has changed, and remembers what has succeeded. Where nothing has, what is not in order yet is
    /// tried again.
    pub(crate) async fn refresh(&mut self, changed: Vec<(Runtime, Digest)>) -> Result<(), RefreshError> {
        let (runtimes, digests): (Vec<_>, Vec<_>) = changed.into_iter().unzip();
        if !runtimes.is_empty() {
            let refreshed = self.host.refresh(&runtimes, self.settings.recreate).await;
            if let Some(outcome) = self.concluded(refreshed) {
                self.limit = self.limit.max(outcome.limit);
                for (runtime, digest) in runtimes.iter().zip(&digests) {
                    if !outcome.failed.contains(&runtime.name) {
                        self.memory.keep(&runtime.name, digest);
                    }
                }
            }
        } else if !self.is_in_order {
            self.put_right().await;
        }
        self.pace.met(self.limit);
        if self.limit.is_some() {
            tracing::warn!("a registry's limit: the next look is in about {:?}", self.pace.pause(0.5));
        }
        self.memory.write()
    }

    fn concluded(&mut self, ended: Result<Outcome, RefreshError>) -> Option<Outcome> {
        let outcome = conclude(ended, "; the next look tries again");
        self.is_in_order = outcome.as_ref().is_some_and(|outcome| outcome.failed.is_empty());
        outcome
    }
}

/// Tells the log what came of it, and what becomes of what failed.
pub(crate) fn conclude(ended: Result<Outcome, RefreshError>, next: &str) -> Option<Outcome> {
    match ended {
        Ok(outcome) => {
            if outcome != Outcome::default() {
                tracing::info!("{}", outcome.to_json());
            }
            outcome.tell_errors(next);
            Some(outcome)
        }
        Err(error) => {
            tracing::error!("{}{next}", told(&error, None));
            None
        }
    }
}

fn tell(runtime: &Runtime, error: &RegistryError) {
    let hint = error.hint();
    tracing::warn!("{}: {}", runtime.name, told(error, hint.as_deref()));
}
