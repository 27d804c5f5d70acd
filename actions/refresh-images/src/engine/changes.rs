//! What is changed of the engine's containers.

use std::collections::HashMap;
use std::time::Duration;

use bollard::models::{ContainerCreateBody, EndpointSettings, NetworkConnectRequest};
use bollard::query_parameters::{
    CreateContainerOptions, RemoveContainerOptions, RenameContainerOptions, StartContainerOptions,
    StopContainerOptions,
};

use super::{Container, Engine, EngineError, GLANCE};

/// What the engine takes beyond the grace that a container has before it is killed.
pub(crate) const STOPPING: Duration = Duration::from_secs(30);
/// How long a container may take to go that is being removed already.
const REMOVING: Duration = Duration::from_secs(30);

impl Engine {
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

    /// Asks a container to end, and has it killed after its grace. One that is not there has ended.
    ///
    /// When this fails, it may end yet.
    pub(crate) async fn stop(&self, container: &Container) -> Result<(), EngineError> {
        let patience = container.grace() + STOPPING;
        let doing = format!("stop the container `{}`", container.name);
        // The grace is the container's own: none is given here.
        let patient = self.docker.clone().with_timeout(patience);
        let stopped = patient.stop_container(&container.id, None::<StopContainerOptions>);
        match tokio::time::timeout(patience, stopped).await {
            Ok(stopped) => match stopped.map_err(EngineError::of(doing)) {
                Err(error) if error.is_absent() => Ok(()),
                result => result,
            },
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
            // it was started with `--rm`, or somebody else removes it too
            Err(error) if error.is_conflict() => self.wait_until_gone(id, error).await,
            result => result,
        }
    }

    async fn wait_until_gone(&self, id: &str, otherwise: EngineError) -> Result<(), EngineError> {
        let begun = tokio::time::Instant::now();
        while self.container(id).await?.is_some() {
            if begun.elapsed() >= REMOVING {
                return Err(otherwise);
            }
            tokio::time::sleep(GLANCE).await;
        }
        Ok(())
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
