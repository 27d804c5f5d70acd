//! What keeps a script from being started.

use text::BYTE_ORDER_MARK;

/// What keeps a script from being started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ScriptFault {
    /// The kernel looks for an interpreter whose name ends with a carriage return.
    #[error(
        "the script's first line ends with a carriage return, which becomes part of its interpreter's name"
    )]
    CarriageReturn,
    /// The kernel does not know what to do with it.
    #[error("the script does not begin with `#!` and its interpreter")]
    NoInterpreter,
    /// A byte order mark in front of `#!`.
    #[error("the script begins with a byte order mark, which hides its interpreter")]
    ByteOrderMark,
}

impl ScriptFault {
    /// What would mend it.
    #[must_use]
    pub const fn hint(self) -> &'static str {
        match self {
            Self::CarriageReturn => {
                "save it with Unix line ends, and keep them by `*.sh text eol=lf` in .gitattributes"
            }
            Self::NoInterpreter => "begin it with `#!/bin/sh`",
            Self::ByteOrderMark => "save it as UTF-8 without a byte order mark",
        }
    }
}

/// What keeps the kernel from starting a script with such a first line.
pub(in crate::image) fn of_first_line(first: &str) -> Option<ScriptFault> {
    if first.starts_with(BYTE_ORDER_MARK) {
        Some(ScriptFault::ByteOrderMark)
    } else if !first.starts_with("#!") {
        Some(ScriptFault::NoInterpreter)
    } else if first.ends_with('\r') {
        Some(ScriptFault::CarriageReturn)
    } else {
        None
    }
}
