//! Which kind of forge.

use std::fmt;

/// The API that a forge speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// github.com or a GitHub Enterprise Server: <https://docs.github.com/en/rest>.
    GitHub,
    /// Gitea, or a forge that kept its API: <https://docs.gitea.com/api/>.
    Gitea,
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::GitHub => "GitHub",
            Self::Gitea => "Gitea",
        })
    }
}
