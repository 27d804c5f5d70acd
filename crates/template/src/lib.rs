//! The files of a workspace template, understood: each parser gives values with spans of the file's text.
//!
//! Nothing here touches disk, network, clock or environment, and nothing of a template is run. Every parser takes any
//! text without panicking, in time linear in its length; who reads the file bounds the length.
//!
//! - [`dockerfile`]: instructions and stages, by `BuildKit`'s rules.
//! - [`shell`]: the simple commands of a `RUN` or of a script, with their words.
//! - [`image`]: what the final stage of a Dockerfile makes, with the lines that prove it.
//! - [`pins`]: where files say which version of a project is installed, and edits to another one.
//! - [`requirements`]: requirements files as pip reads them, includes followed.
//! - [`secrets`]: credentials in any file, by how their issuers write them.
//! - [`yaml`]: documents with spans, read as YAML 1.1 and as YAML 1.2.

pub mod dockerfile;
pub mod image;
mod mapped;
pub mod pins;
pub mod requirements;
pub mod secrets;
pub mod shell;
pub mod yaml;

pub use mapped::Mapped;
