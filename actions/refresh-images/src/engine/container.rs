//! The engine's containers.

use std::collections::HashMap;
use std::time::Duration;

use bollard::models::{
    ContainerCreateBody, ContainerInspectResponse, ContainerStateStatusEnum, EndpointSettings,
    NetworkConnectRequest,
};
use bollard::query_parameters::{
    CreateContainerOptions, InspectContainerOptions, ListContainersOptions, RemoveContainerOptions,
    RenameContainerOptions, StartContainerOptions, StopContainerOptions,
};
use futures_util::future::join_all;
use jiff::Timestamp;

use super::{Engine, EngineError};

/// What the engine takes beyond the grace that a container has before it is killed.
const STOPPING: Duration = Duration::from_secs(30);
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

    /// Whether it stays up: it runs, has not ended since it was started, and does not say that it is ill.
    #[must_use]
    pub fn is_steady(&self) -> bool {
        let state = self.inspected.state.as_ref();
        let is_restarting = state.and_then(|state| state.restarting).unwrap_or(false);
        let health = state.and_then(|state| state.health.as_ref()).and_then(|health| health.status);
        let is_ill = health == Some(bollard::models::HealthStatusEnum::UNHEALTHY);
        let has_ended = self.inspected.restart_count.is_some_and(|count| count > 0);
        self.life == Life::Running && !is_restarting && !is_ill && !has_ended
    }

    /// How a container ended, for messages.
    #[must_use]
    pub fn end(&self) -> String {
        let state = self.inspected.state.as_ref();
        let code = state.and_then(|state| state.exit_code).unwrap_or_default();
        let error = state.and_then(|state| state.error.clone()).unwrap_or_default();
        let error = if error.is_empty() { error } else { format!(": {error}") };
        format!("exit code {code}{error}")
    }

    fn grace(&self) -> Duration {
        let seconds = self.inspected.config.as_ref().and_then(|config| config.stop_timeout);
        seconds.and_then(|seconds| u64::try_from(seconds).ok()).map_or(GRACE, Duration::from_secs)
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

    pub(crate) async fn create(&self, name: &str, body: ContainerCreateBody) -> Result<String, EngineError> {
        let options =
            CreateContainerOptions { name: Some(name.to_owned()), ..CreateContainerOptions::default() };
        let created = self.docker.create_container(Some(options), body).await;
        Ok(created.map_err(EngineError::of(format!("create the container `{name}`")))?.id)
    }

    pub(crate) async fn join(
        &self,
        id: &str,
        networks: HashMap<String, EndpointSettings>,
    ) -> Result<(), EngineError> {
        for (network, settings) in networks {
            let request = NetworkConnectRequest { container: id.to_owned(), endpoint_config: Some(settings) };
            let joined = self.docker.connect_network(&network, request).await;
            joined.map_err(EngineError::of(format!("connect the container to the network `{network}`")))?;
        }
        Ok(())
    }

    pub(crate) async fn rename(&self, id: &str, name: &str) -> Result<(), EngineError> {
        let options = RenameContainerOptions { name: name.to_owned() };
        let renamed = self.docker.rename_container(id, options).await;
        renamed.map_err(EngineError::of(format!("rename a container to `{name}`")))
    }

    /// Asks a container to end, and has it killed after its grace.
    pub(crate) async fn stop(&self, container: &Container) -> Result<(), EngineError> {
        let patience = container.grace() + STOPPING;
        let doing = format!("stop the container `{}`", container.name);
        // The grace is the container's own: none is given here.
        let patient = self.docker.clone().with_timeout(patience);
        let stopped = patient.stop_container(&container.id, None::<StopContainerOptions>);
        match tokio::time::timeout(patience, stopped).await {
            Ok(stopped) => stopped.map_err(EngineError::of(doing)),
            Err(_) => Err(EngineError::TooLate { doing, seconds: patience.as_secs() }),
        }
    }

    pub(crate) async fn start(&self, id: &str, name: &str) -> Result<(), EngineError> {
        let started = self.docker.start_container(id, None::<StartContainerOptions>).await;
        started.map_err(EngineError::of(format!("start the container `{name}`")))
    }

    /// Removes a container, also one that runs. One that is not there is removed.
    pub(crate) async fn remove(&self, id: &str, volumes: Volumes) -> Result<(), EngineError> {
        let v = volumes == Volumes::Removed;
        let options = RemoveContainerOptions { force: true, v, ..RemoveContainerOptions::default() };
        let removed = self.docker.remove_container(id, Some(options)).await;
        match removed.map_err(EngineError::of(format!("remove the container `{id}`"))) {
            Err(error) if error.is_absent() => Ok(()),
            result => result,
        }
    }
}

/// What becomes of the volumes without a name that a container alone has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Volumes {
    /// They stay: another container has them now.
    Kept,
    /// They go: they were made for this container, which never ran.
    Removed,
}
