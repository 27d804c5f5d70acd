//! The GitHub dialect: what it does with the world, request by request.

#![expect(clippy::unwrap_used, reason = "a test that unwraps nothing has failed")]

mod api;
mod graphql;
mod tags;
