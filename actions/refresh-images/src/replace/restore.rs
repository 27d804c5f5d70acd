//! An old container, running again under its name.

use std::time::Duration;

use tokio::time::Instant;

use crate::engine::{Container, Engine, EngineError, GLANCE, Life, Volumes, through_a_restart};

/// How long an old container is watched that was started again: what was about to kill it has done so by then.
const STAYS: Duration = Duration::from_secs(1);
/// What the engine takes to kill a container whose grace is over.
const MARGIN: Duration = Duration::from_secs(2);

/// Whether the old container may end yet, since it was asked to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stopping {
    /// It was not asked, or has ended.
    No,
    /// It may have been asked. It has ended within this time, or never will.
    Perhaps(Duration),
    /// It was asked, and the engine has given up waiting.
    Certainly(Duration),
}

impl Stopping {
    /// A stop of this container was under way when the engine or this program went away.
    pub(crate) fn perhaps(old: &Container) -> Self {
        Self::Perhaps(old.grace() + MARGIN)
    }

    fn lasts(self) -> Duration {
        match self {
            Self::No => Duration::ZERO,
            Self::Perhaps(lasts) | Self::Certainly(lasts) => lasts,
        }
    }
}

/// What is to be restored.
#[derive(Debug)]
pub(crate) struct Restoration<'a> {
    pub(crate) engine: &'a Engine,
    /// The id of the old container.
    pub(crate) old: &'a str,
    /// Its name.
    pub(crate) name: &'a str,
    /// The ids of what was to be new.
    pub(crate) new: &'a [String],
    pub(crate) stopping: Stopping,
}

impl Restoration<'_> {
    /// Makes the old container run under its name again, and removes what was to be new: also after the engine was
    /// restarted, since each step looks before it acts.
    pub(crate) async fn run(&self) -> Result<(), EngineError> {
        for id in self.new {
            through_a_restart(|| self.engine.remove(id, Volumes::Removed)).await?;
        }
        let renamed = through_a_restart(|| self.rename()).await;
        // it runs, whatever its name is
        self.keep_up().await.and(renamed)
    }

    async fn rename(&self) -> Result<(), EngineError> {
        match self.engine.container(self.old).await? {
            Some(there) if there.name != self.name => self.engine.rename(self.old, self.name).await,
            _ => Ok(()),
        }
    }

    /// Starts the old container whenever it does not run, for as long as it may end by a stop that was asked for.
    async fn keep_up(&self) -> Result<(), EngineError> {
        let mut started = self.start_unless_it_runs().await?.then(Instant::now);
        let begun = Instant::now();
        while begun.elapsed() < self.stopping.lasts() {
            if started.is_some_and(|started| started.elapsed() >= STAYS) {
                return Ok(());
            }
            tokio::time::sleep(GLANCE).await;
            if self.start_unless_it_runs().await? {
                started = Some(Instant::now());
            }
        }
        match self.stopping {
            Stopping::Certainly(_) if started.is_none() => {
                let what = format!("`{}` was asked to stop, has not, and may yet", self.name);
                Err(EngineError::Unexpected { what })
            }
            _ => Ok(()),
        }
    }

    /// Whether it had to be started.
    async fn start_unless_it_runs(&self) -> Result<bool, EngineError> {
        let what = || format!("the container that was `{}` is gone", self.name);
        let there = self.engine.container(self.old).await?;
        let there = there.ok_or_else(|| EngineError::Unexpected { what: what() })?;
        if matches!(there.life, Life::Running | Life::Paused) {
            return Ok(false);
        }
        through_a_restart(|| self.engine.start(self.old, self.name)).await?;
        Ok(true)
    }
}
