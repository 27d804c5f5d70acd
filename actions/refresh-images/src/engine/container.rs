//! The engine's containers.

use std::time::Duration;

use bollard::models::{ContainerInspectResponse, ContainerStateStatusEnum, HealthStatusEnum};
use bollard::query_parameters::{InspectContainerOptions, ListContainersOptions};
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};

use super::{Engine, EngineError};

/// The grace of a container that says none.
const GRACE: Duration = Duration::from_secs(10);

/// What a container does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    /// It was made and never started.
    Created,
    /// It runs, or is between two tries of its restart policy.
    Running,
    /// It is held.
    Paused,
    /// It has run and does no more.
    Stopped,
}

/// A container of the engine.
#[derive(Debug, Clone)]
pub struct Container {
    /// Its id.
    pub id: String,
    /// Its name, without the slash that the engine puts before it.
    pub name: String,
    /// What it does.
    pub life: Life,
    /// Since when there is such a container.
    pub created: Option<Timestamp>,
    /// The id of the image it was made from.
    pub image_id: String,
    /// The name of that image, as whoever made the container wrote it.
    pub image: String,
    /// All that the engine tells of it.
    pub inspected: Box<ContainerInspectResponse>,
}

impl Container {
    fn read(inspected: ContainerInspectResponse) -> Option<Self> {
        let state = inspected.state.as_ref()?;
        let life = match state.status? {
            ContainerStateStatusEnum::CREATED => Life::Created,
            ContainerStateStatusEnum::RUNNING | ContainerStateStatusEnum::RESTARTING => Life::Running,
            ContainerStateStatusEnum::PAUSED => Life::Paused,
            _ => Life::Stopped,
        };
        Some(Self {
            id: inspected.id.clone()?,
            name: inspected.name.as_deref()?.trim_start_matches('/').to_owned(),
            life,
            created: inspected.created.as_ref().and_then(|created| created.parse().ok()),
            image_id: inspected.image.clone()?,
            image: inspected.config.as_ref()?.image.clone()?,
            inspected: Box::new(inspected),
        })
    }

    /// Whether the engine removes it as soon as it stops.
    #[must_use]
    pub fn is_removed_when_stopped(&self) -> bool {
        self.inspected.host_config.as_ref().and_then(|host| host.auto_remove).unwrap_or(false)
    }

    /// Whether it is never to be killed, however long it takes to stop: `--stop-timeout -1`.
    #[must_use]
    pub fn is_never_killed(&self) -> bool {
        self.stop_timeout().is_some_and(|seconds| seconds < 0)
    }

    /// Whether it stays up: it runs, has not ended since it was started, and does not say that it is ill.
    #[must_use]
    pub fn is_steady(&self) -> bool {
        let has_ended = self.inspected.restart_count.is_some_and(|count| count > 0);
        self.is_well() && !has_ended
    }

    /// Whether it runs just now and does not say that it is ill, however often it has ended.
    pub(crate) fn is_well(&self) -> bool {
        let is_restarting = self.inspected.state.as_ref().and_then(|state| state.restarting).unwrap_or(false);
        self.life == Life::Running && !is_restarting && !self.is_ill()
    }

    fn is_ill(&self) -> bool {
        let health = self.inspected.state.as_ref().and_then(|state| state.health.as_ref());
        health.and_then(|health| health.status) == Some(HealthStatusEnum::UNHEALTHY)
    }

    /// For how long it has run without a break; none when the engine does not tell since when.
    pub(crate) fn up_for(&self, now: Timestamp) -> Option<SignedDuration> {
        let started = self.inspected.state.as_ref()?.started_at.as_ref()?.parse::<Timestamp>().ok()?;
        Some(now.duration_since(started).abs())
    }

    /// What is wrong with a container that did not stay up, for messages.
    #[must_use]
    pub fn trouble(&self) -> String {
        let state = self.inspected.state.as_ref();
        if self.is_ill() {
            let log = state.and_then(|state| state.health.as_ref()?.log.as_ref()?.last()?.output.clone());
            let said = log.map(|log| log.trim().to_owned()).filter(|log| !log.is_empty());
            return said.map_or("its check of health failed".to_owned(), |said| {
                format!("its check of health failed: {said}")
            });
        }
        let code = state.and_then(|state| state.exit_code).unwrap_or_default();
        let error = state.and_then(|state| state.error.clone()).unwrap_or_default();
        let error = if error.is_empty() { error } else { format!(": {error}") };
        format!("it ended with exit code {code}{error}")
    }

    /// How long it has to end before it is killed.
    pub(crate) fn grace(&self) -> Duration {
        let seconds = self.stop_timeout().and_then(|seconds| u64::try_from(seconds).ok());
        seconds.map_or(GRACE, Duration::from_secs)
    }

    fn stop_timeout(&self) -> Option<i64> {
        self.inspected.config.as_ref()?.stop_timeout
    }
}

impl Engine {
    /// The containers whose name `is_wanted`, running or not.
    ///
    /// # Errors
    ///
    /// When the engine cannot be reached, or refuses.
    pub async fn containers(&self, is_wanted: impl Fn(&str) -> bool) -> Result<Vec<Container>, EngineError> {
        let listed = super::through_a_restart(|| async {
            let options = ListContainersOptions { all: true, ..ListContainersOptions::default() };
            let listed = self.docker.list_containers(Some(options)).await;
            listed.map_err(EngineError::of("list the containers"))
        })
        .await?;
        let ids = listed.into_iter().filter_map(|container| {
            // A linked container has more names, such as `/other/alias`: none of them is its own.
            let mut names = container.names?.into_iter();
            let is_ours = names.any(|name| {
                name.strip_prefix('/').is_some_and(|name| !name.contains('/') && is_wanted(name))
            });
            is_ours.then_some(container.id?)
        });
        let inspected = join_all(ids.map(|id| async move { self.container(&id).await })).await;
        let mut found = inspected.into_iter().filter_map(Result::transpose).collect::<Result<Vec<_>, _>>()?;
        found.retain(|container: &Container| is_wanted(&container.name));
        found.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(found)
    }

    /// The container of this id or name; none when there is no such container.
    ///
    /// # Errors
    ///
    /// When the engine cannot be reached, or refuses.
    pub async fn container(&self, id: &str) -> Result<Option<Container>, EngineError> {
        super::through_a_restart(|| self.look_at(id)).await
    }

    async fn look_at(&self, id: &str) -> Result<Option<Container>, EngineError> {
        let inspected = self.docker.inspect_container(id, None::<InspectContainerOptions>).await;
        match inspected.map_err(EngineError::of(format!("tell of the container `{id}`"))) {
            Ok(inspected) => {
                let read = Container::read(inspected);
                let what = format!("the container `{id}` has no name, state or image");
                read.map(Some).ok_or(EngineError::Unexpected { what })
            }
            Err(error) if error.is_absent() => Ok(None),
            Err(error) => Err(error),
        }
    }
}
