//! The GitHub dialect: what it does with the world, request by request.

#![expect(clippy::unwrap_used, reason = "a test that unwraps nothing has failed")]

mod actions;
mod api;
mod apps;
mod bumps;
mod comments;
mod commits;
mod contents;
mod graphql;
mod published_schema;
mod pulls;
mod recorded;
mod releases;
mod repos;
mod tags;
mod validator;
