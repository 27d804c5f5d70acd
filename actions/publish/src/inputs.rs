//! The inputs: declared here once.

use std::path::PathBuf;

use domain::{TagName, TagPrefix};
use secrecy::SecretString;
use url::Url;

/// What publish may be told.
#[derive(Debug, clap::Parser)]
#[command(disable_version_flag = true)]
pub struct Inputs {
    /// What to do
    #[arg(value_enum, default_value = "run")]
    pub command: Command,
    /// The manifest; its paths are relative to the folder that it lies in
    #[arg(long, default_value = package::MANIFEST_NAME)]
    pub manifest: PathBuf,
    /// The version, by PEP 440; or `auto`: the one that follows those of the index. `X.Y.Z-local` is for builds on a
    /// laptop and becomes `X.Y.Z+local`, which is never uploaded. Unset: that of the tag
    #[arg(id = "package_version", long = "version", value_name = "VERSION")]
    pub version: Option<String>,
    /// The release tag whose version is built. Unset: the tag that the run is for
    #[arg(long)]
    pub tag: Option<TagName>,
    /// What a release tag begins with
    #[arg(long, default_value = "runtime-v")]
    pub tag_prefix: TagPrefix,
    /// The folder that the package, its metadata and `dist/` are written to; replaced if it is an earlier build's
    #[arg(long, default_value = "runtime-package")]
    pub out: PathBuf,
    /// Print the files of wheel and sdist, and write nothing
    #[arg(long)]
    pub list: bool,
    /// Print every edit of an import, and every string that looks like a module and was left
    #[arg(long)]
    pub show_edits: bool,
    /// A file for the report as JSON: every edit, what was left alone, findings, hashes
    #[arg(long)]
    pub report: Option<PathBuf>,
    /// The time that the archives carry, in seconds since 1970. Unset: `SOURCE_DATE_EPOCH`, or else the time of the
    /// commit
    #[arg(long)]
    pub source_date_epoch: Option<i64>,
    /// The interpreter to build and try with, as `uv` takes it: a version or a path. Unset: `uv` finds one that the
    /// package allows
    #[arg(long)]
    pub python: Option<String>,
    /// The index that dependencies come from, and they alone. Unset: `UV_DEFAULT_INDEX`, `UV_INDEX_URL`,
    /// `PIP_INDEX_URL`, or else PyPI
    #[arg(long)]
    pub dependency_index_url: Option<Url>,
    /// Let `confirm` and `run` build dependencies that have no wheel, whose code then runs in the job that may publish;
    /// `smoke` by itself always does
    #[arg(long)]
    pub build_dependencies: bool,
    /// The simple index that installers read: `https://pypi.org/simple/`, or that of a Gitea,
    /// `https://host/api/packages/owner/pypi/simple/`. Unset: the manifest's, or PyPI's
    #[arg(long)]
    pub index_url: Option<Url>,
    /// Where archives are sent. Unset: the manifest's, or what follows from `index-url`
    #[arg(long)]
    pub upload_url: Option<Url>,
    /// The name by which the index knows the token's owner; PyPI needs none
    #[arg(long)]
    pub user: Option<String>,
    /// A token of the index. Unset: PyPI mints one for the job, by Trusted Publishing
    #[arg(long)]
    pub token: Option<SecretString>,
    /// How many seconds to wait until the index serves the release
    #[arg(long, default_value_t = 900)]
    pub confirm_seconds: u32,
    /// Whether `run` makes a release on the forge too, with notes, wheel and sdist
    #[arg(long, value_enum, default_value = "none")]
    pub release: Page,
    /// Token that makes it, with `contents: write`
    #[arg(long)]
    pub forge_token: Option<SecretString>,
    /// Private key, ed25519 in OpenSSH's format, that the mirror's commits are signed with; `run` and `mirror` need it
    /// where the manifest names a mirror
    #[arg(long)]
    pub mirror_signing_key: Option<SecretString>,
    /// Token that pushes to the mirror: with `contents: write` on that repository, and `workflows: write` where it has any
    #[arg(long)]
    pub mirror_token: Option<SecretString>,
    /// Keys that earlier commits of the mirror were signed by, in OpenSSH's `allowed_signers` format
    #[arg(long)]
    pub mirror_allowed_signers: Option<String>,
}

/// The release's page on the forge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Page {
    /// There is none.
    None,
    /// Those see it who may write to the repository.
    Draft,
    /// Everybody sees it.
    Published,
}

/// The things that publish can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Command {
    /// Build and prove wheel and sdist, and write them down
    Build,
    /// Build and prove, and write nothing
    Check,
    /// Install the wheel of an earlier build and try what the manifest names
    Smoke,
    /// Upload what the index lacks of an earlier build
    Upload,
    /// Wait until the index serves an earlier build, and install it from there
    Confirm,
    /// Push an earlier build to the mirror that the manifest names
    Mirror,
    /// All of it: build, try, upload, confirm, and mirror where the manifest names one
    Run,
}
