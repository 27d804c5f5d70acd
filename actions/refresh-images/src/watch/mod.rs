//! A refresh whenever a digest in the registry changes.

mod memory;
mod pace;

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::future::join_all;
use registry::{Digest, RegistryError};
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::error::RefreshError;
use crate::inputs::Settings;
use crate::refresh::{Host, Runtime};
use memory::Memory;
use pace::Pace;

/// The signals by which this program is asked to end: what is under way is finished first.
pub(crate) struct End {
    terminated: Signal,
    interrupted: Signal,
}

impl End {
    pub(crate) fn new() -> Result<Self, RefreshError> {
        let wait = |kind| signal(kind).map_err(RefreshError::Signals);
        Ok(Self { terminated: wait(SignalKind::terminate())?, interrupted: wait(SignalKind::interrupt())? })
    }

    pub(crate) async fn asked(&mut self) {
        tokio::select! {
            _ = self.terminated.recv() => {}
            _ = self.interrupted.recv() => {}
        }
    }
}

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
    let mut end = End::new()?;
    let mut watcher = Watcher::new(host, settings)?;
    tracing::info!(
        "watching {} images, every {:?}; digests are remembered in `{}`",
        settings.chosen.len(),
        settings.interval,
        settings.folder.display()
    );
    put_right(host).await;
    for tick in 1.. {
        // A look can be broken off, a refresh cannot.
        let changed = tokio::select! {
            changed = watcher.look() => changed,
            () = end.asked() => break,
        };
        watcher.refresh(changed).await?;
        if settings.ticks.is_some_and(|ticks| tick >= ticks) {
            break;
        }
        tokio::select! {
            () = tokio::time::sleep(watcher.pause()) => {}
            () = end.asked() => break,
        }
    }
    tracing::info!("the watch ends");
    Ok(())
}

/// Puts right what a killed refresh has left, since the next change may be far away.
pub(crate) async fn put_right(host: &Host) {
    if let Err(error) = host.put_right().await {
        tracing::error!("{}; the next refresh tries again", crate::error::told(&error, None));
    }
}

/// What is watched, and what is known of it.
pub(crate) struct Watcher<'a> {
    host: &'a Host,
    settings: &'a Settings,
    memory: Memory,
    pace: Pace,
}

impl<'a> Watcher<'a> {
    pub(crate) fn new(host: &'a Host, settings: &'a Settings) -> Result<Self, RefreshError> {
        let memory = Memory::read(&settings.folder)?;
        Ok(Self { host, settings, memory, pace: Pace::new(settings.interval) })
    }

    /// How long until the next look.
    pub(crate) fn pause(&self) -> Duration {
        self.pace.pause(fastrand::f64())
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
        let limit = answers.iter().filter_map(|(_, answer)| answer.as_ref().err()?.limit()).max();
        self.pace.met(limit);
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

    /// Refreshes what has changed, and remembers what has succeeded.
    pub(crate) async fn refresh(&mut self, changed: Vec<(Runtime, Digest)>) -> Result<(), RefreshError> {
        let digests: BTreeMap<_, _> =
            changed.iter().map(|(runtime, digest)| (runtime.name.clone(), digest.clone())).collect();
        let runtimes: Vec<_> = changed.into_iter().map(|(runtime, _)| runtime).collect();
        if !runtimes.is_empty() {
            match self.host.refresh(&runtimes, self.settings.recreate).await {
                Ok(outcome) => {
                    tracing::info!("{}", outcome.to_json());
                    for (name, digest) in &digests {
                        if !outcome.failed.contains(name) {
                            self.memory.keep(name, digest);
                        }
                    }
                    for (runtime, error) in outcome
                        .errors
                        .iter()
                        .flat_map(|(runtime, errors)| errors.iter().map(move |error| (runtime, error)))
                    {
                        tracing::error!("{runtime}: {error}; the next look tries again");
                    }
                }
                Err(error) => {
                    tracing::error!("{}; the next look tries again", crate::error::told(&error, None));
                }
            }
        }
        self.memory.write()
    }
}

fn tell(runtime: &Runtime, error: &RegistryError) {
    let hint = error.hint();
    tracing::warn!("{}: {}", runtime.name, crate::error::told(error, hint.as_deref()));
}
