//! Python source understood on its syntax tree: what a file imports and defines, what its classes are, and how it
//! reads when its modules move into a package.
//!
//! Everything here is pure: bytes in, values out, no disk and no Python. A file is parsed once, by
//! [`Module::parse`]; the parser is ruff's, and none of its types leaves this crate.

mod aliases;
mod classes;
mod compile;
mod condition;
mod context;
mod definitions;
mod encoding;
mod imports;
mod module;
mod names;
mod position;
mod relocation;
mod source;
pub mod stdlib;
mod strings;
mod syntax;
mod version;

pub use classes::{
    Abstractness, Attribute, Base, Class, ClassId, Classes, Derivation, Extent, Lookup, Member, MemberKind,
    Value,
};
pub use context::{Context, Guard, Scope};
pub use definitions::{Definitions, Doubt, Existence, Exports};
pub use imports::{Call, ComputedImport, Import, Imported, ImportedName, Reference};
pub use module::{Module, Outline};
pub use position::Position;
pub use relocation::{
    Edit, EditKind, LeftAlone, LeftAloneReason, RelocateError, Relocated, Relocation, RelocationError, Report,
};
pub use source::{SourceError, SourceErrorKind};
pub use syntax::NewerSyntax;
pub use version::{InvalidPythonVersion, PythonRange, PythonVersion};
