//! The mirror on its forge, by the real git.

use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::{BranchName, CommitSha};
use git::objects::{ObjectKind, Objects};
use jiff::Timestamp;
use mirror::commit::{Commit, parents};
use mirror::judge::{Arrival, SeenHead, examine};
use mirror::{AllowedSigners, MirrorTarget, Rules, Trailers};
use secrecy::{ExposeSecret as _, SecretString};
use tempfile::TempDir;

use super::error::MirrorError;
use super::plan::{Head, Next};
use super::{Settings, shown};
use crate::process::{ChildEnvironment, Invocation, ProcessError};

/// How long git may take for a fetch or a push.
const PATIENCE: Duration = Duration::from_mins(10);

/// The mirror on its forge, and a repository of its own on disk, that goes away with it.
#[derive(Debug)]
pub(super) struct Remote {
    folder: TempDir,
    url: String,
    header: SecretString,
    environment: ChildEnvironment,
}

impl Remote {
    pub(super) fn open(settings: &Settings, environment: &ChildEnvironment) -> Result<Self, MirrorError> {
        let server = settings.server.as_str().trim_end_matches('/');
        let url = format!("{server}/{}.git", settings.place.repository());
        let pair = format!("x-access-token:{}", settings.token.expose_secret());
        let header = SecretString::from(format!("Authorization: Basic {}", STANDARD.encode(pair)));
        let folder = tempfile::Builder::new().prefix(".runtime-mirror-").tempdir()?;
        let remote = Self { folder, url, header, environment: environment.clone() };
        remote.local(&["init", "--quiet", "--bare", "."])?;
        Ok(remote)
    }

    /// A file that goes away with the repository.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// git without a configuration of this machine's or this user's: a helper that stores passwords, a rule that
    /// rewrites addresses or a hook would have a say in what is pushed where.
    fn git(&self, arguments: &[&str], settings: &[(&str, &str)]) -> Invocation {
        let always = [
            ("core.hooksPath", "/dev/null"),
            ("core.autocrlf", "false"),
            ("http.followRedirects", "false"),
            ("gc.auto", "0"),
            ("safe.directory", "*"),
            ("push.gpgSign", "false"),
        ];
        let git = Invocation::new("git", &self.environment, PATIENCE).folder(self.folder.path());
        let git = git.arguments(arguments.iter().copied());
        let fixed = [
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
            ("GIT_TERMINAL_PROMPT", "0"),
            ("GIT_ASKPASS", "true"),
            ("GIT_DIR", "."),
        ];
        let git = fixed.into_iter().fold(git, |git, (name, value)| git.variable(name, value));
        let all = always.iter().chain(settings).enumerate();
        let count = (always.len() + settings.len()).to_string();
        all.fold(git.variable("GIT_CONFIG_COUNT", count), |git, (at, (key, value))| {
            git.variable(format!("GIT_CONFIG_KEY_{at}"), key)
                .variable(format!("GIT_CONFIG_VALUE_{at}"), value)
        })
    }

    /// What git prints that needs no network.
    pub(super) fn local(&self, arguments: &[&str]) -> Result<String, MirrorError> {
        self.said("write the commit for", self.git(arguments, &[]))
    }

    /// What git prints that talks to the forge, which alone is shown the token.
    fn talk(&self, doing: &'static str, arguments: &[&str]) -> Result<String, MirrorError> {
        let key = format!("http.{}.extraHeader", self.url);
        let git = self.git(arguments, &[]);
        let at = 6; // after those that are always set
        let git = git.variable("GIT_CONFIG_COUNT", (at + 1).to_string());
        let git = git.variable(format!("GIT_CONFIG_KEY_{at}"), key);
        self.said(doing, git.secret(format!("GIT_CONFIG_VALUE_{at}"), &self.header))
    }

    fn said(&self, doing: &'static str, git: Invocation) -> Result<String, MirrorError> {
        let failed = |source: ProcessError| MirrorError::Git {
            doing,
            place: self.url.clone(),
            source: Box::new(source),
        };
        Ok(String::from_utf8_lossy(&git.output().map_err(failed)?).trim_end().to_owned())
    }

    /// The branch that the forge shows first.
    pub(super) fn default_branch(&self) -> Result<BranchName, MirrorError> {
        let said = self.talk("read", &["ls-remote", "--symref", "--", &self.url, "HEAD"])?;
        let names =
            said.lines().filter_map(|line| line.strip_prefix("ref: refs/heads/")?.strip_suffix("\tHEAD"));
        let branch = names.last().and_then(|name| name.parse().ok());
        branch.ok_or_else(|| MirrorError::NoBranch(self.url.clone()))
    }

    /// Where a branch stands.
    pub(super) fn stands_at(&self, branch: &BranchName) -> Result<Option<CommitSha>, MirrorError> {
        let name = branch.full_ref();
        let said = self.talk("read", &["ls-remote", "--refs", "--", &self.url, &name])?;
        let ids = said.lines().filter_map(|line| line.split_once('\t').filter(|(_, found)| *found == name));
        Ok(ids.map(|(id, _)| id).next().and_then(|id| id.parse().ok()))
    }

    /// Reads the branch's head, and what stands below it.
    pub(super) fn head(&self, target: &MirrorTarget, signers: &AllowedSigners) -> Result<Head, MirrorError> {
        let Some(id) = self.stands_at(&target.branch)? else { return Ok(Head::None) };
        let name = target.branch.full_ref();
        let onto = format!("+{name}:refs/mirror/head");
        self.talk("read", &["fetch", "--quiet", "--no-tags", "--", &self.url, &onto])?;
        let fetched = self.local(&["rev-parse", "--verify", "refs/mirror/head^{commit}"])?;
        // it may have moved since; what was fetched is what is judged
        let id = fetched.parse().unwrap_or(id);
        let rules = Rules { signers, target, now: Timestamp::now(), arrival: Arrival::Standing };
        let objects = Objects::open(&self.file("objects"))?;
        let raw = objects.find(&id)?.bytes;
        let why = match examine(&SeenHead { id: id.clone(), raw }, &rules) {
            Ok(release) => return Ok(Head::Release(Box::new(release))),
            Err(why) => Box::new(why),
        };
        let mut last = None;
        let mut says_so = false;
        let mut waiting = vec![id.clone()];
        let mut seen = std::collections::HashSet::new();
        while let Some(next) = waiting.pop().filter(|_| true) {
            if !seen.insert(next.clone()) {
                continue;
            }
            let object = objects.find(&next)?;
            if object.kind != ObjectKind::Commit {
                continue;
            }
            waiting.extend(parents(&object.bytes));
            let head = SeenHead { id: next, raw: object.bytes };
            says_so |= claims(&head.raw);
            if let Ok(found) = examine(&head, &rules)
                && last.as_ref().is_none_or(|last: &Box<mirror::Genuine>| {
                    found.trailers.sequence > last.trailers.sequence
                })
            {
                last = Some(Box::new(found));
            }
        }
        Ok(if says_so || last.is_some() { Head::Intruder { id, why, last } } else { Head::Adopted(id) })
    }

    /// Pushes a commit to the branch.
    pub(super) fn push(&self, branch: &BranchName, id: &CommitSha, next: &Next) -> Result<(), MirrorError> {
        let name = branch.full_ref();
        let refspec = format!("{id}:{name}");
        let expected = next.head.as_ref().map(CommitSha::as_str).unwrap_or_default();
        let lease = format!("--force-with-lease={name}:{expected}");
        let mut arguments = vec!["push", "--quiet", "--no-verify"];
        // without it, git takes what follows the branch's head and nothing else
        if next.replaces() || next.head.is_none() {
            arguments.push(&lease);
        }
        arguments.extend(["--", &self.url, &refspec]);
        self.talk("push to", &arguments).map(drop)
    }
}

/// Whether a commit says of itself that it is a release.
fn claims(raw: &[u8]) -> bool {
    let message = Commit::parse(raw).map(|commit| commit.message);
    message.is_ok_and(|message| Trailers::parse(&message).is_ok())
}

impl AsRef<Path> for Remote {
    fn as_ref(&self) -> &Path {
        self.folder.path()
    }
}

/// Files of a list, as arguments.
pub(super) fn arguments(paths: &[PathBuf]) -> Vec<String> {
    paths.iter().map(|path| shown(path)).collect()
}
