//! The inputs: declared here once.

use std::path::PathBuf;

use domain::PackageVersion;
use mirror::MirrorTarget;

/// What mirror-guard may be told. None of it lets anything pass that would not pass without it.
#[derive(Debug, clap::Parser)]
#[command(disable_version_flag = true)]
pub struct Inputs {
    /// The subcommand's own name.
    #[arg(value_name = "mirror-guard", value_parser = ["mirror-guard"], hide = true)]
    pub(crate) word: Option<String>,
    /// Whose signatures count: text in OpenSSH's `allowed_signers` format, from a variable of the repository or of its
    /// organisation, and never from a checkout
    #[arg(long)]
    pub allowed_signers: String,
    /// What is judged
    #[arg(long, value_enum, default_value_t)]
    pub mode: Mode,
    /// The branch that is guarded: `host/owner/name#refs/heads/branch`. Unset: the default branch of the job's
    /// repository. `witness` and `pre-receive` need it
    #[arg(long)]
    pub target: Option<MirrorTarget>,
    /// The mirror: a checkout with all its history, or a bare repository
    #[arg(long, default_value = ".")]
    pub path: PathBuf,
    /// A checkout of the source repository with all its history: each commit's files are made again from it, and compared
    #[arg(long)]
    pub regenerate: Option<PathBuf>,
    /// The version that is known to be published: an older one at the mirror's head is a finding
    #[arg(long)]
    pub expect_version: Option<PackageVersion>,
}

/// What is judged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Mode {
    /// What the event tells of: a push, a pull request; `witness` on a schedule and by hand
    #[default]
    Auto,
    /// All refs of a mirror that was fetched, as they stand
    Witness,
    /// The updates that git writes to the standard input of a `pre-receive` hook
    PreReceive,
}
