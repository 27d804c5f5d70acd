use serde::Serialize;

use crate::position::Position;

/// What was done to a file, and what was not done on purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The name under which the file was parsed.
    pub path: String,
    /// The edits, in source order.
    pub edits: Vec<Edit>,
    /// What a reader may have expected to be edited, in source order.
    pub left_alone: Vec<LeftAlone>,
}

/// One edit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Edit {
    /// Where the name stands in the file as it was; its line is the same in the result.
    pub position: Position,
    /// Which form was rewritten.
    pub kind: EditKind,
    /// The name as it was: `config`.
    pub before: String,
    /// The same place now: `molecule_runtime.config as config`.
    pub after: String,
}

/// The form of an import that was rewritten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EditKind {
    /// `from M[.s] import …` → `from P.M[.s] import …`
    From,
    /// `import M` → `import P.M as M`
    ///
    /// One difference remains: once `P.M` has been imported, this finds it as an attribute of `P`, so that a
    /// test which then puts a stand-in into `sys.modules` is not heard. One that does so before is.
    Import,
    /// `import M[.s] as N` → `import P.M[.s] as N`
    ImportAs,
    /// `import M.s` → `import P.M.s as M, P.M as M`: binds `M`, and loads the submodule.
    ImportSubmodule,
    /// `import_module("M[.s]")` → `import_module("P.M[.s]")`, and the other functions that take a name.
    String,
    /// `import_module(f"M.{s}")` → `import_module(f"P.M.{s}")`: the top-level module is certain, the rest of
    /// the name is computed.
    StringPrefix,
}

/// Something that was left as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftAlone {
    /// Where it stands.
    pub position: Position,
    /// Why it was left.
    pub reason: LeftAloneReason,
    /// The source text.
    pub text: String,
    /// The moved module that it names or seems to name.
    pub module: Option<String>,
}

/// Why something was left as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LeftAloneReason {
    /// The name of the module is computed; it may or may not be one that moves.
    Computed,
    /// The name's top-level module was rewritten, its rest is computed.
    ComputedRest,
    /// `__import__` of a module that the caller allowed.
    DunderImport,
    /// A string in the form of a moved module's name (`"config.Settings"`, `"main:app"`, the word after
    /// `"-m"`), of which nothing says that it is one.
    LookAlike,
    /// A function that takes a module's name, or `sys.modules`, that is handed on (`load = import_module`,
    /// `map(import_module, …)`): which module it is used for shows when the program runs.
    HandedOn,
    /// Text that is run as code and has the name of a moved module in it: `exec("import config")`.
    Code,
}
