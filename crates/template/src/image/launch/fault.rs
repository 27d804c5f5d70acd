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
    /// Commands in it end with carriage returns.
    #[error("lines of the script end with carriage returns, which become part of what they say")]
    CarriageReturns,
    /// Its mode does not let it.
    #[error("the script is not executable")]
    NotExecutable,
    /// Something in it is opened and never closed.
    #[error("`{0}` has no end in the script")]
    Unclosed(&'static str),
    /// A byte order mark in front of `#!`.
    #[error("the script begins with a byte order mark, which hides its interpreter")]
    ByteOrderMark,
}

impl ScriptFault {
    /// What would mend it.
    #[must_use]
    pub const fn hint(self) -> &'static str {
        match self {
            Self::NotExecutable => {
                "set its mode: `git update-index --chmod=+x`, `COPY --chmod=755`, or `RUN chmod +x`"
            }
            Self::Unclosed(_) => "close it: no shell runs the script as it is",
            Self::CarriageReturn | Self::CarriageReturns => {
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
