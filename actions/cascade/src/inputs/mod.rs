//! The inputs: declared here once; action.yml and the documentation are generated from them.

mod bad_input;
mod credential;
mod ready;
mod settings;

use std::path::PathBuf;

use domain::{PackageVersion, ProjectName, RepoName};
use forge::MergeStyle;
use runner::inputs::{Lines, List};
use secrecy::SecretString;

use crate::pace::Pace;
use crate::plan::bumping::RUNTIME;
use crate::plan::telling::Wait;
use crate::receipt::ImageName;
use crate::targets::{AskedMode, TemplateRepo};

pub use bad_input::BadInput;
pub use credential::Identity;
pub use settings::{Gate, Settings, Sources};

/// Tells every template of a release once, and proves what came of it.
#[derive(Debug, clap::Parser)]
#[command(disable_version_flag = true)]
pub struct Inputs {
    /// What to do
    #[arg(value_enum, default_value = "tell")]
    pub command: Command,
    /// Token that may write to every target. Unset: `TEMPLATE_DISPATCH_TOKEN` of the environment
    #[arg(long)]
    pub token: Option<SecretString>,
    /// Id of a GitHub App to act as, instead of `token`; it must be installed on the targets' owners
    #[arg(long)]
    pub app_id: Option<String>,
    /// Private key of that app, in PEM form
    #[arg(long)]
    pub app_private_key: Option<SecretString>,
    /// What to do without a token: `warn` tells nobody, lists who was not told, and ends well
    #[arg(long, value_enum, default_value = "warn")]
    pub on_missing_token: OnMissingToken,
    /// The version that was released, by PEP 440: auto-tag's output `package-version`
    #[arg(id = "released", long = "version", value_name = "VERSION")]
    pub version: Option<PackageVersion>,
    /// The repository that was released. Unset: the job's
    #[arg(long)]
    pub source: Option<RepoName>,
    /// The project whose version is pinned and indexed
    #[arg(long, default_value = RUNTIME)]
    pub package: ProjectName,
    /// The targets, as `owner/name`
    #[arg(long, default_value = "", hide_default_value = true)]
    pub repos: List<RepoName>,
    /// A TOML file that lists targets with their modes, branches, workflows and pin files
    #[arg(long)]
    pub manifest: Option<PathBuf>,
    /// The template repository of a runtime. Without `repos`, `manifest` and `organization`, those of all runtimes
    /// that this release knows are the targets
    #[arg(long, default_value = "molecule-ai/molecule-ai-workspace-template-{runtime}")]
    pub template_repo: TemplateRepo,
    /// An organisation to look for targets in; archived repositories and forks are left out. Beside a list, what only
    /// one of the two has is told
    #[arg(long)]
    pub organization: Option<String>,
    /// A pattern that names of discovered targets match. Unset: that of `template-repo`; any name with a `topic`
    #[arg(long)]
    pub pattern: Option<String>,
    /// A topic that discovered targets carry
    #[arg(long)]
    pub topic: Option<String>,
    /// Patterns of names that are not discovered
    #[arg(long, default_value = "*-starter")]
    pub exclude: List,
    /// Of all these targets, tell only those: the `failed-targets` of an earlier run
    #[arg(long, default_value = "", hide_default_value = true)]
    pub only: List<RepoName>,
    /// How targets are told that the manifest gives no mode
    #[arg(long, value_enum, default_value = "auto")]
    pub mode: AskedMode,
    /// The name of the event
    #[arg(long, default_value = "runtime-published")]
    pub event_type: String,
    /// More for the event or the workflow, one `name=value` a line, beside `runtime_version`, `cascade_id` and `source`
    #[arg(long, default_value = "", hide_default_value = true)]
    pub payload: Lines,
    /// How far the runs that were started are followed
    #[arg(long, value_enum, default_value = "started")]
    pub wait: Wait,
    /// How many seconds a run is followed
    #[arg(long, default_value_t = 1800, value_parser = clap::value_parser!(u32).range(1..=21_600))]
    pub wait_timeout: u32,
    /// How many seconds a run is looked for, after an answer was lost or before it is missed
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u16).range(1..=3600))]
    pub observation: u16,
    /// Whether a target is told again whose run of this very release has failed
    #[arg(long)]
    pub redispatch_failed: bool,
    /// The version, once more, where it is meant to go below what targets have: a rollback
    #[arg(long)]
    pub allow_downgrade: Option<PackageVersion>,
    /// How a bump's pull request is merged once its checks have passed
    #[arg(long, value_enum, default_value = "none")]
    pub auto_merge: AutoMerge,
    /// How fast targets are told: `auto` keeps the forge's limits, `off` none, or windows such as `80/1m, 500/1h`
    #[arg(long, default_value = "auto")]
    pub pace: Pace,
    /// How many requests are under way at once; GitHub allows 100
    #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub concurrency: u16,
    /// A simple index to wait for until it serves the version, such as `https://pypi.org/simple/`
    #[arg(long)]
    pub index_url: Option<String>,
    /// How many seconds to wait for the index
    #[arg(long, default_value_t = 900, value_parser = clap::value_parser!(u16).range(0..=7200))]
    pub index_timeout: u16,
    /// Proof that the image which each run has pushed holds the version, read from its registry; needs `wait: concluded`
    #[arg(long)]
    pub receipt: bool,
    /// The image of a template, `{owner}` standing for the template's owner and `{runtime}` for what stands there in the
    /// template's name by `template-repo`
    #[arg(long, default_value = "ghcr.io/{owner}/workspace-template-{runtime}:latest")]
    pub receipt_image: ImageName,
    /// How many seconds a registry may show the former image after the end of a run
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u16).range(0..=3600))]
    pub receipt_timeout: u16,
    /// The user of `registry-token`. Unset: `GHCR_USER` of the environment
    #[arg(long)]
    pub registry_user: Option<String>,
    /// Token that may read the images. Unset: `GHCR_TOKEN` of the environment; without any, what `docker login` left, or
    /// nobody's
    #[arg(long)]
    pub registry_token: Option<SecretString>,
    /// What it means that some targets were told and others were not
    #[arg(long, value_enum, default_value = "fail")]
    pub on_partial: OnPartial,
    /// A file for what came of each target, as JSON
    #[arg(long)]
    pub ledger: Option<PathBuf>,
    /// Look at every target, print what would be done, and stop
    #[arg(long)]
    pub dry_run: bool,
}

/// The things that cascade can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Command {
    /// Tell the targets
    Tell,
    /// Look whether every target could be told
    Doctor,
}

/// How a pull request is merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum AutoMerge {
    /// Not at all: somebody looks at it
    None,
    /// By a merge commit
    Merge,
    /// As one new commit
    Squash,
    /// As the same commit once more
    Rebase,
}

impl AutoMerge {
    /// The style, where it is merged at all.
    #[must_use]
    pub const fn style(self) -> Option<MergeStyle> {
        match self {
            Self::None => None,
            Self::Merge => Some(MergeStyle::Merge),
            Self::Squash => Some(MergeStyle::Squash),
            Self::Rebase => Some(MergeStyle::Rebase),
        }
    }
}

/// What to do without a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum OnMissingToken {
    /// Warn, and end well
    Warn,
    /// Fail
    Fail,
}

/// What it means that only some targets were told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum OnPartial {
    /// The step fails, with exit code 4
    Fail,
    /// A warning
    Warn,
}
