//! The inputs: declared here once; action.yml and the documentation are generated from them.

use std::time::Duration;

use clap::{ArgAction, ValueEnum};
use domain::{
    BranchName, Bump, CommitSha, FloatingTag, Label, PrereleaseKind, RepoName, TagPrefix, TagVersion,
};
use forge::{App, Credential};
use runner::inputs::{Lines, List, switch};
use runner::{Diagnostic, Exit, Failure};
use secrecy::{ExposeSecret as _, SecretString};

use crate::error::ReleaseError;
use crate::message::{MessageTemplate, UnknownPlace};
use crate::paths::{NothingTakenIn, PathFilter};
use crate::settings::{self, Dispatch, OnNoPullRequest, ReleaseLabels, Settings, TokenKind};

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

/// An input that parses by itself but cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadInput {
    /// A template with a place that cannot be filled.
    #[error("input `message` cannot be used")]
    Message(#[source] UnknownPlace),
    /// Patterns that take nothing in.
    #[error("input `paths` cannot be used")]
    Paths(#[source] NothingTakenIn),
    /// An initial version that is no final release.
    #[error("input `initial-version` is `{0}`: give a final version such as `0.1.0`")]
    InitialVersion(TagVersion),
    /// A workflow that is no file name.
    #[error(
        "input `dispatch` is `{0}`: give the name of a file in the workflows folder, such as `publish.yml`"
    )]
    Dispatch(String),
    /// A line that is no pair.
    #[error("input `dispatch-inputs` has the line `{0}`: write each line as `name=value`")]
    DispatchInputs(String),
    /// A file outside of the repository.
    #[error("input `{input}` is `{path}`: give a path relative to the repository's root, without `..`")]
    Path {
        /// The input.
        input: &'static str,
        /// Its value.
        path: String,
    },
    /// Two labels mean the same.
    #[error(
        "label `{0}` stands in more than one of the inputs `labels-major`, `labels-minor`, `labels-patch` and `labels-skip`"
    )]
    LabelTwice(Label),
    /// No credential.
    #[error("input `token` is empty, and there is no GitHub App either")]
    NoToken,
    /// Half a GitHub App.
    #[error("inputs `app-id` and `app-private-key` belong together, and one of them is empty")]
    HalfApp,
    /// A token that no header can hold.
    #[error("input `token` holds a line break or another character that no token has")]
    TokenCharacters,
}

impl Diagnostic for BadInput {
    fn exit(&self) -> Exit {
        Exit::BadInput
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::NoToken => {
                vec![
                    "leave `token` at its default, `${{ github.token }}`, or name a secret that is set"
                        .to_owned(),
                ]
            }
            Self::TokenCharacters => vec!["store the secret again, without line breaks around it".to_owned()],
            _ => Vec::new(),
        }
    }
}

impl Inputs {
    /// The inputs as values that are ready for use.
    ///
    /// # Errors
    /// Names the input and what is allowed.
    pub fn settings(&self) -> Result<Settings, BadInput> {
        if !self.initial_version.pre.is_empty() || !self.initial_version.build.is_empty() {
            return Err(BadInput::InitialVersion(self.initial_version.clone()));
        }
        let version_source = match self.version_source {
            Source::Labels => settings::VersionSource::Labels,
            Source::File => settings::VersionSource::File(repo_path("version-file", &self.version_file)?),
        };
        let floor = self.version_floor_file.as_ref().map(|path| repo_path("version-floor-file", path));
        Ok(Settings {
            prefix: self.tag_prefix.clone(),
            labels: self.labels()?,
            default_bump: match self.default_bump {
                DefaultBump::Patch => Bump::Patch,
                DefaultBump::Minor => Bump::Minor,
                DefaultBump::Major => Bump::Major,
            },
            on_no_pr: match self.on_no_pr {
                OnNoPr::Patch => OnNoPullRequest::Patch,
                OnNoPr::Skip => OnNoPullRequest::Skip,
                OnNoPr::Fail => OnNoPullRequest::Fail,
            },
            skip_markers: self.skip_markers.to_vec(),
            initial_version: self.initial_version.clone(),
            version_source,
            version_floor_file: floor.transpose()?,
            prerelease: match self.prerelease {
                Prerelease::None => None,
                Prerelease::A => Some(PrereleaseKind::Alpha),
                Prerelease::B => Some(PrereleaseKind::Beta),
                Prerelease::Rc => Some(PrereleaseKind::ReleaseCandidate),
                Prerelease::Dev => Some(PrereleaseKind::Dev),
            },
            paths: PathFilter::new(self.paths.to_vec()).map_err(BadInput::Paths)?,
            floating: match self.floating_tags {
                Floating::None => FloatingTag::None,
                Floating::Major => FloatingTag::Major,
                Floating::MajorMinor => FloatingTag::MajorMinor,
            },
            dispatch: self.dispatch()?,
            message: MessageTemplate::new(&self.message).map_err(BadInput::Message)?,
            lookup_patience: Duration::from_secs(self.lookup_patience.into()),
            require_label: self.require_label,
            preview_comment: self.preview_comment,
            token: self.token_kind(),
        })
    }

    fn token_kind(&self) -> TokenKind {
        match (&self.token, &self.job_token) {
            (Some(token), Some(job))
                if self.app_id.is_none() && token.expose_secret() == job.expose_secret() =>
            {
                TokenKind::Job
            }
            _ => TokenKind::Other,
        }
    }

    /// Who to be for a preview: as [`credential`](Self::credential) says, or the job's own token where the run of
    /// a fork or of a bot was given no secrets.
    ///
    /// # Errors
    /// As [`credential`](Self::credential).
    pub fn preview_credential(
        &self,
        permissions: impl IntoIterator<Item = (&'static str, &'static str)>,
    ) -> Result<Credential, Failure> {
        let no_app = self.app_id.is_none() || self.app_private_key.is_none();
        match &self.job_token {
            Some(job) if no_app && (self.token.is_none() || self.app_id.is_some()) => {
                tracing::info!(
                    "the run was given no secret of its own: the preview reads with the job's token"
                );
                Ok(Credential::Token(job.clone()))
            }
            _ => self.credential(permissions),
        }
    }

    /// Who to be to the forge: the app where one is given, else the token.
    ///
    /// `permissions` are those that an app's token is to have.
    ///
    /// # Errors
    /// When neither is given, or half an app, or a key or token that cannot be one.
    pub fn credential(
        &self,
        permissions: impl IntoIterator<Item = (&'static str, &'static str)>,
    ) -> Result<Credential, Failure> {
        match (&self.app_id, &self.app_private_key, &self.token) {
            (Some(id), Some(key), _) => {
                Ok(Credential::App(App::new(id, key, permissions).map_err(ReleaseError::from)?))
            }
            (Some(_), None, _) | (None, Some(_), _) => Err(BadInput::HalfApp.into()),
            (None, None, None) => Err(BadInput::NoToken.into()),
            (None, None, Some(token)) => {
                let usable = token.expose_secret().bytes().all(|byte| byte.is_ascii_graphic());
                if usable {
                    Ok(Credential::Token(token.clone()))
                } else {
                    Err(BadInput::TokenCharacters.into())
                }
            }
        }
    }

    fn labels(&self) -> Result<ReleaseLabels, BadInput> {
        let labels = ReleaseLabels {
            major: self.labels_major.to_vec(),
            minor: self.labels_minor.to_vec(),
            patch: self.labels_patch.to_vec(),
            skip: self.labels_skip.to_vec(),
        };
        let all: Vec<&Label> =
            [&labels.major, &labels.minor, &labels.patch, &labels.skip].into_iter().flatten().collect();
        match all.iter().enumerate().find(|(at, label)| all[..*at].contains(label)) {
            Some((_, twice)) => Err(BadInput::LabelTwice((*twice).clone())),
            None => Ok(labels),
        }
    }

    fn dispatch(&self) -> Result<Option<Dispatch>, BadInput> {
        let Some(workflow) = &self.dispatch else { return Ok(None) };
        let is_name = workflow.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        let ending = workflow.rsplit_once('.').map(|(_, ending)| ending);
        if !is_name || !matches!(ending, Some("yml" | "yaml")) {
            return Err(BadInput::Dispatch(workflow.clone()));
        }
        let pair = |line: &String| match line.split_once('=') {
            Some((name, value)) if !name.trim().is_empty() => {
                Ok((name.trim().to_owned(), value.trim().to_owned()))
            }
            _ => Err(BadInput::DispatchInputs(line.clone())),
        };
        let inputs = self.dispatch_inputs.iter().map(pair).collect::<Result<_, _>>()?;
        Ok(Some(Dispatch { workflow: workflow.clone(), inputs }))
    }
}

fn repo_path(input: &'static str, path: &str) -> Result<String, BadInput> {
    let path = path.strip_prefix("./").unwrap_or(path);
    let inside = path.split('/').all(|part| !part.is_empty() && part != "." && part != "..");
    let plain = !path.contains('\\') && !path.chars().any(char::is_control);
    if inside && plain { Ok(path.to_owned()) } else { Err(BadInput::Path { input, path: path.to_owned() }) }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::fixtures;

    fn inputs(arguments: &[&str]) -> Inputs {
        Inputs::try_parse_from(["auto-tag"].iter().chain(arguments)).unwrap()
    }

    #[test]
    fn the_defaults_are_those_of_the_documentation() {
        let settings = inputs(&[]).settings().unwrap();
        assert_eq!(format!("{settings:?}"), format!("{:?}", fixtures::settings()));
    }

    #[test]
    fn a_dispatch_has_a_file_and_pairs() {
        let given =
            inputs(&["--dispatch", "publish.yml", "--dispatch-inputs", "version={version}\nnote=a = b"]);
        let dispatch = given.settings().unwrap().dispatch.unwrap();
        assert_eq!(
            dispatch.inputs,
            [("version".into(), "{version}".into()), ("note".into(), "a = b".into())]
        );
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        for (arguments, name) in [
            (["--message", "{author}"], "message"),
            (["--paths", "!docs/**"], "paths"),
            (["--initial-version", "1.0.0-rc.1"], "initial-version"),
            (["--dispatch", "../x.yml"], "dispatch"),
            (["--dispatch", "publish"], "dispatch"),
            (["--version-floor-file", "../pyproject.toml"], "version-floor-file"),
            (["--version-floor-file", "/etc/passwd"], "version-floor-file"),
            (["--labels-minor", "Release:Major"], "labels-major"),
        ] {
            let error = inputs(&arguments).settings().unwrap_err();
            assert!(error.to_string().contains(&format!("`{name}`")), "{arguments:?}: {error}");
            assert_eq!(error.exit(), Exit::BadInput);
        }
        let lines = inputs(&["--dispatch", "a.yml", "--dispatch-inputs", "=x"]).settings();
        assert!(matches!(lines, Err(BadInput::DispatchInputs(_))));
    }
}
