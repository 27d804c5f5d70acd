use crate::position::Position;

/// Modules and a package that cannot be brought together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RelocationError {
    /// A name is not an ASCII identifier, or is a keyword.
    #[error("`{0}` is not a module's name: expected an ASCII identifier")]
    NotAName(String),
    /// A module has the name of the package that it is to move into.
    #[error("`{0}` is both the package and a module that moves into it")]
    ModuleIsPackage(String),
}

/// A file whose imports cannot be rewritten.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RelocateError {
    /// `__import__("config")` returns the top-level package, so that no other string makes it return the moved
    /// module.
    #[error(
        "`{path}`:{position}: `__import__(\"{module}\")` cannot be rewritten: use `importlib.import_module`"
    )]
    DunderImport {
        /// The file.
        path: String,
        /// Where the name stands.
        position: Position,
        /// The name.
        module: String,
    },
    /// The result is not the program that was meant: a fault of the rewriter, reported instead of shipped.
    #[error("`{path}`: the rewrite went wrong: {why}")]
    Broken {
        /// The file.
        path: String,
        /// What is wrong with the result.
        why: String,
    },
}
