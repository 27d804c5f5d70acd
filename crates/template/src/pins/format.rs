//! As what a file is read.

use std::fmt;
use std::str::FromStr;

/// As what a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// A version and nothing else: `.runtime-version`.
    Version,
    /// A requirements file, as pip reads it.
    Requirements,
    /// A Dockerfile, whose `RUN` instructions install by pip or uv.
    Dockerfile,
    /// A pyproject.toml: every text in it that is a requirement, and poetry's dependencies.
    Pyproject,
    /// What a tool has locked, with digests: `uv.lock`, `poetry.lock`, `pdm.lock`, `pylock.toml`. It is never edited.
    Lock,
}

impl Format {
    /// All there are.
    pub const ALL: [Self; 5] =
        [Self::Version, Self::Requirements, Self::Dockerfile, Self::Pyproject, Self::Lock];

    /// The name by which people write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Version => "version",
            Self::Requirements => "requirements",
            Self::Dockerfile => "dockerfile",
            Self::Pyproject => "pyproject",
            Self::Lock => "lock",
        }
    }

    /// What a file of this path is read as, where its name tells.
    #[must_use]
    pub fn of(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
        let (stem, ending) = name.rsplit_once('.').unwrap_or((&name, ""));
        let is_image = |word: &str| matches!(word, "dockerfile" | "containerfile");
        if name == "pyproject.toml" {
            Some(Self::Pyproject)
        } else if matches!(name.as_str(), "uv.lock" | "poetry.lock" | "pdm.lock" | "pylock.toml") {
            Some(Self::Lock)
        } else if is_image(&name) || is_image(ending) || is_image(name.split('.').next().unwrap_or_default())
        {
            Some(Self::Dockerfile)
        } else if matches!(ending, "txt" | "in") {
            Some(Self::Requirements)
        } else if name == "version" || ending.ends_with("-version") || stem.is_empty() && ending == "version"
        {
            Some(Self::Version)
        } else {
            None
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that names no format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no kind of file that pins are found in: write `version`, `requirements`, `dockerfile`, `pyproject` or `lock`"
)]
pub struct UnknownFormat(String);

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(text: &str) -> Result<Self, UnknownFormat> {
        let found = Self::ALL.into_iter().find(|format| format.as_str() == text);
        found.ok_or_else(|| UnknownFormat(text.to_owned()))
    }
}
