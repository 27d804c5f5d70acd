//! Reading from an index over the wire.

#![expect(clippy::unwrap_used, reason = "a step of a test that fails has failed the test")]

mod odd_servers;
mod reading;
mod refusals;

use std::sync::Arc;

use http_client::{Client, Settings, TestClock};
use index::{IndexError, Project, SimpleIndex};

/// A client whose waits end at once.
fn client() -> Client {
    let clock = Arc::new(TestClock::at("2026-01-01T00:00:00Z".parse().unwrap()));
    Client::new(Settings { clock, ..Settings::default() }).unwrap()
}

fn index(simple_url: &str) -> SimpleIndex {
    SimpleIndex::new(client(), simple_url.parse().unwrap())
}

/// Asks for project `alpha`.
fn alpha(index: &SimpleIndex) -> Result<Option<Project>, IndexError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(index.project(&"Alpha".parse().unwrap()))
}

/// The error with its reasons, as it would be printed.
fn told(error: &IndexError) -> String {
    let mut told = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(reason) = source {
        told = format!("{told}: {reason}");
        source = reason.source();
    }
    told
}
