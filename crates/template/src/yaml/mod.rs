//! YAML documents with the place of everything, read as two generations of readers would.
//!
//! A [`Document`] is built from the events of a YAML 1.2 parser. What the parser leaves open is decided here: keys
//! that stand twice are refused, aliases and merge keys are followed within [`Limits`], and every scalar is resolved
//! by YAML 1.1 as `PyYAML` does and by YAML 1.2's core schema. Where the two differ, the scalar has a
//! [`Disagreement`], and the typed accessors of [`Node`] answer none: what a value is must not depend on its reader.
//!
//! Specifications: <https://yaml.org/spec/1.2.2/>, <https://yaml.org/type/>.

mod build;
mod characters;
mod document;
mod error;
mod events;
mod mapping;
mod node;
mod scalar;
mod schema;
mod tag;

pub use document::{Document, Limits};
pub use error::{YamlError, YamlErrorKind};
pub use mapping::{Entry, Mapping};
pub use node::{Content, Node};
pub use scalar::{Disagreement, Scalar, Style};
pub use schema::{Float, Schema, Value};
pub use tag::Tag;
