//! One HTTP client for everything: retries, redirects, proxies, trust roots and errors that name what failed.
//!
//! - [`Client`] sends a [`Request`], whose [`Effect`] says whether it may be repeated, and gives a [`Response`].
//! - [`RetryPolicy`] is the table of what is tried again, and when.
//! - [`Error`] tells what failed, on what, and, apart from that, what to do about it.
//! - [`Settings`] bring in proxies, trust store, time-outs, limits and the [`Clock`].
//! - [`OctocrabService`] lets octocrab send through the client.
//!
//! ```no_run
//! # async fn read() -> Result<(), http_client::Error> {
//! use http_client::{Client, Request, Settings};
//!
//! let client = Client::new(Settings::default())?;
//! let request = Request::get("https://gitea.example/api/v1/version".parse().expect("a URL"));
//! let version: serde_json::Value = client.send(request.authorize("token", &"secret".into())).await?.json()?;
//! # drop(version); Ok(()) }
//! ```

mod client;
mod clock;
mod connect;
mod error;
mod exchange;
mod octocrab;
mod proxy;
mod redact;
mod redirect;
mod refusal;
mod request;
mod response;
mod retry;
#[cfg(feature = "test-clock")]
mod scaled_clock;
mod settings;
#[cfg(feature = "test-clock")]
mod test_clock;
mod tls;

pub use client::{Client, Statistics};
pub use clock::{Clock, Sleep, SystemClock};
pub use connect::{ConnectCause, ConnectError};
pub use error::{Doubt, Error, Failure, Target, Undecodable};
pub use octocrab::OctocrabService;
pub use refusal::Refusal;
pub use request::{Effect, Request};
pub use response::Response;
pub use retry::RetryPolicy;
#[cfg(feature = "test-clock")]
pub use scaled_clock::ScaledClock;
pub use settings::{Proxies, Settings, TrustStore};
#[cfg(feature = "test-clock")]
pub use test_clock::TestClock;
