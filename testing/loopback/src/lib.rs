//! A loopback HTTP server for tests: latency, faults before and after the effect, a request log.
//!
//! A [`Server`] runs on a thread of its own with a runtime of its own, so that its users are plain
//! synchronous tests, and stops when it is dropped. It answers with a [`Service`], which names the
//! *operation* of each request (`tags.create`) before it carries it out. Everything that can be set is
//! set by operation:
//!
//! - [`Server::fail`] queues a [`Fault`]: a status instead of the effect or after it, a cut connection;
//! - [`Server::before`] lets somebody else act between a client's read and its write;
//! - [`Server::set_latency`] makes every request slow;
//! - [`Server::exchanges`] tells what was asked and answered, [`round_trips`] how long the client waited.

mod client;
mod exchange;
mod fault;
mod hook;
mod server;
mod service;
mod socket;

pub use client::send;
pub use exchange::{Exchange, count, round_trips};
pub use fault::{Fault, Mishap, Target, When};
pub use server::Server;
pub use service::{Request, Response, Service};
pub use socket::{Answer, SocketServer};
