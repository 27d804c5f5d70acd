//! The client against small servers on loopback that answer by script.
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod connecting;
mod footprint;
mod log;
mod octocrab;
mod proxies;
mod redirects;
mod refusals;
mod retries;
mod server;
mod trust;
