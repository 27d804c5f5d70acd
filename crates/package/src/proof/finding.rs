//! What the proof has to say.

use std::fmt;

use python::Position;
use serde::Serialize;

use crate::path::TreePath;

/// Something that would not work once the package is installed, or that may not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What kind of thing, in a word for machines.
    pub kind: FindingKind,
    /// The source file, relative to the manifest; none where the manifest itself is meant.
    pub path: Option<TreePath>,
    /// The place in it.
    pub position: Option<Position>,
    /// What is wrong.
    pub message: String,
    /// What would mend it.
    pub hint: Option<String>,
}

/// The kinds of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingKind {
    /// An import that neither the wheel nor the standard library nor a dependency resolves.
    Unresolved,
    /// An import of what the package leaves out.
    Excluded,
    /// An import of a module that the package does not have.
    NoModule,
    /// A name that a module of the package does not define.
    NoAttribute,
    /// A relative import that leaves the package.
    BeyondTop,
    /// A module that only some of the Pythons have that the package runs on.
    NotInEveryPython,
    /// A module of a dependency that is not installed on every platform.
    NotEverywhere,
    /// A command whose function is not there.
    EntryPoint,
    /// A file that is none of the package's own.
    Foreign,
    /// A module that Python cannot read.
    NotPython,
    /// Something that the manifest tolerates and against which nothing stands.
    Needless,
}

impl Finding {
    /// What is wrong and what would mend it, for those who show the place by themselves.
    #[must_use]
    pub fn without_place(&self) -> String {
        match &self.hint {
            Some(hint) => format!("{}: {hint}", self.message),
            None => self.message.clone(),
        }
    }
}

/// `workspace/main.py:3:8: what is wrong: what would mend it`
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(path) = &self.path {
            write!(f, "{path}")?;
            if let Some(position) = self.position {
                write!(f, ":{position}")?;
            }
            f.write_str(": ")?;
        }
        f.write_str(&self.without_place())
    }
}
