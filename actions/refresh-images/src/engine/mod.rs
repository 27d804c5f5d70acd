//! The host's Docker engine: <https://docs.docker.com/reference/api/engine/>.

mod changes;
mod container;
mod error;
mod image;
mod version;

use std::future::Future;
use std::time::Duration;

use bollard::Docker;

pub(crate) use changes::{STOPPING, Volumes};
pub use container::{Container, Life};
pub use error::EngineError;
pub use image::LocalImage;

/// How long a read may be tried while the engine cannot be reached: about as long as a restart of it takes.
pub const RESTART: Duration = Duration::from_mins(1);
/// How often a container is looked at that something is to become of.
pub(crate) const GLANCE: Duration = Duration::from_millis(100);
/// How long an answer may take that needs no waiting inside of the engine.
const ANSWER: Duration = Duration::from_mins(2);

/// The engine, spoken to in the newest version of its API that both sides know.
#[derive(Debug, Clone)]
pub struct Engine {
    docker: Docker,
}

impl Engine {
    /// Reaches the engine at `unix://…` and agrees on a version of the API.
    ///
    /// # Errors
    ///
    /// When it is no Unix socket, does not answer, or takes no version that we speak.
    pub async fn connect(host: &str) -> Result<Self, EngineError> {
        let path = host.strip_prefix("unix://").filter(|path| path.starts_with('/'));
        let path = path.ok_or_else(|| EngineError::NoSocket { host: host.to_owned() })?;
        Ok(Self { docker: version::agreed(path, ANSWER).await? })
    }
}

/// Does it again while the engine cannot be reached, for as long as a restart may take.
///
/// For what reads, and for what looks before it acts.
pub(crate) async fn through_a_restart<T, F>(mut attempt: impl FnMut() -> F) -> Result<T, EngineError>
where
    F: Future<Output = Result<T, EngineError>>,
{
    let begun = tokio::time::Instant::now();
    loop {
        match attempt().await {
            Err(error) if error.is_unreachable() && begun.elapsed() < RESTART => {
                tracing::debug!("the engine cannot be reached: {error}");
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
            result => return result,
        }
    }
}
