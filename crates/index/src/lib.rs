//! Reading a Python package index: which files and versions of a project it serves.
//!
//! - [`SimpleIndex`] asks an index of the simple repository API for a [`Project`], as JSON where the index has
//!   it (PyPI), else as HTML (Gitea, pypiserver, devpi);
//! - [`Project`] is what it said: its [`File`]s and versions, in PEP 440 order, yanked ones too;
//! - [`IndexError`] tells what came instead.
//!
//! The specification: <https://packaging.python.org/en/latest/specifications/simple-repository-api/>

mod client;
mod error;
mod html;
mod json;
mod listing;
mod project;

pub use client::SimpleIndex;
pub use error::IndexError;
pub use project::{File, Project};
