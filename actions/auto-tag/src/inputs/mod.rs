//! The inputs: declared here once; action.yml and the documentation are generated from them.

mod bad_input;
mod choices;
mod credential;
mod ready;

use clap::ArgAction;
use domain::{BranchName, CommitSha, Label, ProjectName, RepoName, TagPrefix, TagVersion};
use runner::inputs::{Lines, List, switch};
use secrecy::SecretString;

pub use bad_input::BadInput;
pub use choices::{DefaultBump, Floating, OnNoPr, Prerelease, Source};

/// Tags the next release of a runtime from the labels of the pull requests that were merged.
#[derive(Debug, clap::Parser)]
pub struct Inputs {
    /// Token that reads pull requests and writes tags: `contents: write`, `pull-requests: read`, and
    /// `actions: write` for `dispatch`
    #[arg(long)]
    pub token: Option<SecretString>,
    /// Id of a GitHub App to act as, instead of `token`
    #[arg(long)]
    pub app_id: Option<String>,
    /// Private key of that app, in PEM form
    #[arg(long)]
    pub app_private_key: Option<SecretString>,
    /// What a release tag begins with; literal text, never a pattern
    #[arg(long, default_value = "runtime-v")]
    pub tag_prefix: TagPrefix,
    /// Labels of a major release
    #[arg(long, default_value = "release:major")]
    pub labels_major: List<Label>,
    /// Labels of a minor release
    #[arg(long, default_value = "release:minor")]
    pub labels_minor: List<Label>,
    /// Labels of a patch release
    #[arg(long, default_value = "release:patch")]
    pub labels_patch: List<Label>,
    /// Labels of a pull request that asks for no release
    #[arg(long, default_value = "release:skip")]
    pub labels_skip: List<Label>,
    /// What a pull request without any of these labels asks for
    #[arg(long, value_enum, default_value = "patch")]
    pub default_bump: DefaultBump,
    /// What commits that came by no pull request ask for
    #[arg(long, value_enum, default_value = "patch")]
    pub on_no_pr: OnNoPr,
    /// Words in the newest commit's message that stop a release, in any case
    #[arg(long, default_value = "[skip-release], [no-release]")]
    pub skip_markers: List,
    /// Version of the first release, when there is no tag yet
    #[arg(long, default_value = "0.1.0")]
    pub initial_version: TagVersion,
    /// Where the version comes from: the labels, or `version-file`, whose version is tagged as it is
    #[arg(long, value_enum, default_value = "labels")]
    pub version_source: Source,
    /// The pyproject.toml that `version-source: file` reads
    #[arg(long, default_value = "pyproject.toml")]
    pub version_file: String,
    /// A pyproject.toml whose committed version is taken when it is higher than the computed one
    #[arg(long)]
    pub version_floor_file: Option<String>,
    /// The simple index that releases are published to, such as `https://pypi.org/simple/`: what it holds of
    /// `index-package` already is never tagged anew, and the next version follows it
    #[arg(long)]
    pub index_url: Option<String>,
    /// The project's name on that index
    #[arg(long)]
    pub index_package: Option<ProjectName>,
    /// Name to read that index by, where not everybody may: its token's owner on a Gitea
    #[arg(long)]
    pub index_user: Option<String>,
    /// Token that may read the index; goes nowhere else
    #[arg(long)]
    pub index_token: Option<SecretString>,
    /// Kind of pre-release to make instead of a final one
    #[arg(long, value_enum, default_value = "none")]
    pub prerelease: Prerelease,
    /// Patterns of the files that call for a release, one a line, as in `on.push.paths`; all files when empty
    #[arg(long, default_value = "", hide_default_value = true)]
    pub paths: Lines,
    /// Floating tags that follow the release, for those who pin `@v1`
    #[arg(long, value_enum, default_value = "none")]
    pub floating_tags: Floating,
    /// Workflow file to start at the new tag, since a tag made with the job's token starts none
    #[arg(long)]
    pub dispatch: Option<String>,
    /// Inputs of that workflow, one `name=value` a line; `{tag}` and `{version}` are filled in
    #[arg(long, default_value = "", hide_default_value = true)]
    pub dispatch_inputs: Lines,
    /// First line of the tag's message; `{tag}`, `{version}`, `{previous-tag}`, `{bump}` and `{commit}` are
    /// filled in
    #[arg(long, default_value = "{tag}")]
    pub message: String,
    /// Print the plan and stop
    #[arg(long)]
    pub dry_run: bool,
    /// Commit to release; the event's when empty
    #[arg(long)]
    pub sha: Option<CommitSha>,
    /// Branch that must hold the commit; the event's, or else the default branch, when empty
    #[arg(long)]
    pub branch: Option<BranchName>,
    /// Repository to release; the job's when empty
    #[arg(long)]
    pub repository: Option<RepoName>,
    /// Whether a pull request without a release label fails the check
    #[arg(long)]
    pub require_label: bool,
    /// Whether the preview is also left as a comment on the pull request, where the token may do that
    #[arg(long, default_value = "true", value_parser = switch(), action = ArgAction::Set)]
    pub preview_comment: bool,
    /// Seconds to wait for the forge to tell which pull request a fresh commit came by
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u16).range(0..=300))]
    pub lookup_patience: u16,
    /// The job's own token, by which the action sees whether `token` is it; leave it as it is
    #[arg(long)]
    pub job_token: Option<SecretString>,
}
