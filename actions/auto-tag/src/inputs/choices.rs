//! The inputs of few values.

use clap::ValueEnum;
use domain::{Bump, FloatingTag, PrereleaseKind};

use crate::settings::OnNoPullRequest;

/// What a pull request without a release label asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DefaultBump {
    /// A patch release
    Patch,
    /// A minor release
    Minor,
    /// A major release
    Major,
}

/// What commits without a pull request ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OnNoPr {
    /// A patch release
    Patch,
    /// No release
    Skip,
    /// The run fails
    Fail,
}

/// Where the version comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Source {
    /// The labels of merged pull requests
    Labels,
    /// A committed pyproject.toml
    File,
}

/// The kind of pre-release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Prerelease {
    /// A final release
    None,
    /// `1.4.0-a.1`
    A,
    /// `1.4.0-b.1`
    B,
    /// `1.4.0-rc.1`
    Rc,
    /// `1.4.0-dev.1`
    Dev,
}

/// Which floating tags follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Floating {
    /// No floating tags
    None,
    /// `v1`
    Major,
    /// `v1` and `v1.4`
    MajorMinor,
}

impl From<DefaultBump> for Bump {
    fn from(choice: DefaultBump) -> Self {
        match choice {
            DefaultBump::Patch => Self::Patch,
            DefaultBump::Minor => Self::Minor,
            DefaultBump::Major => Self::Major,
        }
    }
}

impl From<OnNoPr> for OnNoPullRequest {
    fn from(choice: OnNoPr) -> Self {
        match choice {
            OnNoPr::Patch => Self::Patch,
            OnNoPr::Skip => Self::Skip,
            OnNoPr::Fail => Self::Fail,
        }
    }
}

impl From<Prerelease> for Option<PrereleaseKind> {
    fn from(choice: Prerelease) -> Self {
        match choice {
            Prerelease::None => None,
            Prerelease::A => Some(PrereleaseKind::Alpha),
            Prerelease::B => Some(PrereleaseKind::Beta),
            Prerelease::Rc => Some(PrereleaseKind::ReleaseCandidate),
            Prerelease::Dev => Some(PrereleaseKind::Dev),
        }
    }
}

impl From<Floating> for FloatingTag {
    fn from(choice: Floating) -> Self {
        match choice {
            Floating::None => Self::None,
            Floating::Major => Self::Major,
            Floating::MajorMinor => Self::MajorMinor,
        }
    }
}
