//! The inputs: declared here once.

use std::path::PathBuf;

use domain::{TagName, TagPrefix};

/// What publish may be told.
#[derive(Debug, clap::Parser)]
#[command(disable_version_flag = true)]
pub struct Inputs {
    /// What to do
    #[arg(value_enum)]
    pub command: Command,
    /// The manifest; its paths are relative to the folder that it lies in
    #[arg(long, default_value = package::MANIFEST_NAME)]
    pub manifest: PathBuf,
    /// The version, by PEP 440; `X.Y.Z-local` is for builds on a laptop and becomes `X.Y.Z+local`, which no index
    /// accepts. Unset: that of the tag
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
}

/// The things that publish can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Command {
    /// Build and prove wheel and sdist, and write them down
    Build,
    /// Build and prove in memory, and write nothing
    Check,
}
