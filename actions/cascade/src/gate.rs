//! Waiting until the package index serves the version: who is told before that rebuilds against the previous one.

use std::time::Duration;

use domain::{PackageVersion, ProjectName};
use http_client::Client;
use index::{IndexError, SimpleIndex};

use crate::error::CascadeError;
use crate::inputs::Gate;
use crate::plan::pause;

/// Waits until the index serves an archive of the version.
///
/// # Errors
/// When the index cannot be read, or does not serve it in time.
pub async fn wait(
    gate: &Gate,
    client: &Client,
    project: &ProjectName,
    version: &PackageVersion,
) -> Result<(), CascadeError> {
    let index = SimpleIndex::new(client.clone(), gate.index.clone());
    let begun = client.clock().now();
    loop {
        let why = match index.project(project).await {
            // a yanked file is one that nobody installs who does not pin it
            Ok(Some(read)) if read.of_version(version).any(|file| !file.yanked) => {
                tracing::info!("the index serves `{project}` {version}");
                return Ok(());
            }
            Ok(_) => None,
            Err(error) if passes(&error) => Some(error),
            Err(error) => return Err(Box::new(error).into()),
        };
        let waited = client.clock().now().duration_since(begun).unsigned_abs();
        let Some(left) = gate.patience.checked_sub(waited).filter(|left| !left.is_zero()) else {
            if let Some(error) = why {
                return Err(Box::new(error).into());
            }
            return Err(CascadeError::NotServed {
                index: format!("{}{}", index.url().origin().ascii_serialization(), index.url().path()),
                project: project.clone(),
                version: version.clone(),
                seconds: gate.patience.as_secs(),
            });
        };
        let limit = why.as_ref().and_then(limit).unwrap_or_default();
        let pause = pause(waited).max(Duration::from_secs(1)).max(limit).min(left);
        match why {
            Some(error) => tracing::info!("{error}: looking again in {pause:?}"),
            None => {
                tracing::info!(
                    "the index does not serve `{project}` {version} yet: looking again in {pause:?}"
                );
            }
        }
        client.clock().sleep(pause).await;
    }
}

/// How long the index asks to be left alone.
fn limit(error: &IndexError) -> Option<Duration> {
    match error.http() {
        Some(http_client::Error::Limited { lasts, .. }) => Some(*lasts),
        _ => None,
    }
}

/// Whether an index that cannot be read now may be read in a while.
fn passes(error: &IndexError) -> bool {
    error.http().is_some_and(http_client::Error::may_pass)
}
