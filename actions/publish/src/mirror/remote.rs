//! The mirror on its forge, by the real git.

use std::path::PathBuf;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::{BranchName, CommitSha};
use git::objects::Objects;
use jiff::Timestamp;
use mirror::judge::Arrival;
use mirror::{AllowedSigners, MirrorTarget, Rules};
use secrecy::{ExposeSecret as _, SecretString};
use tempfile::TempDir;

use super::error::MirrorError;
use super::head::head;
use super::plan::{Head, Next};
use super::{Settings, shown};
use crate::process::{ChildEnvironment, Invocation, ProcessError};

/// How long git may take for a fetch or a push.
const PATIENCE: Duration = Duration::from_mins(10);

/// What git is told by its environment, whatever it is started for.
const ENVIRONMENT: [(&str, &str); 5] = [
    ("GIT_CONFIG_NOSYSTEM", "1"),
    ("GIT_CONFIG_GLOBAL", "/dev/null"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("GIT_ASKPASS", "true"),
    ("GIT_DIR", "."),
];

/// The settings of git, whatever it is started for.
const SETTINGS: [(&str, &str); 6] = [
    ("core.hooksPath", "/dev/null"),
    ("core.autocrlf", "false"),
    // where a repository has moved to, a token may not be meant for
    ("http.followRedirects", "false"),
    ("gc.auto", "0"),
    ("safe.directory", "*"),
    ("push.gpgSign", "false"),
];

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
    /// rewrites addresses or a hook would have a say in what is pushed where. With a header, what it asks the mirror's
    /// address for is asked with that.
    fn git(&self, arguments: &[&str], header: Option<&SecretString>) -> Invocation {
        let git = Invocation::new("git", &self.environment, PATIENCE).folder(self.folder.path());
        let git = git.arguments(arguments.iter().copied());
        let git = ENVIRONMENT.into_iter().fold(git, |git, (name, value)| git.variable(name, value));
        let git = SETTINGS.into_iter().enumerate().fold(git, |git, (at, (key, value))| {
            git.variable(format!("GIT_CONFIG_KEY_{at}"), key)
                .variable(format!("GIT_CONFIG_VALUE_{at}"), value)
        });
        let count = SETTINGS.len();
        let Some(header) = header else { return git.variable("GIT_CONFIG_COUNT", count.to_string()) };
        git.variable("GIT_CONFIG_COUNT", (count + 1).to_string())
            .variable(format!("GIT_CONFIG_KEY_{count}"), format!("http.{}.extraHeader", self.url))
            .secret(format!("GIT_CONFIG_VALUE_{count}"), header)
    }

    /// What git prints that needs no network.
    pub(super) fn local(&self, arguments: &[&str]) -> Result<String, MirrorError> {
        self.said("write the commit for", &self.git(arguments, None))
    }

    /// What git prints that talks to the forge, which alone is shown the token.
    fn talk(&self, doing: &'static str, arguments: &[&str]) -> Result<String, MirrorError> {
        self.said(doing, &self.git(arguments, Some(&self.header)))
    }

    fn said(&self, doing: &'static str, git: &Invocation) -> Result<String, MirrorError> {
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
        let mut names =
            said.lines().filter_map(|line| line.strip_prefix("ref: refs/heads/")?.strip_suffix("\tHEAD"));
        let branch = names.next().and_then(|name| name.parse().ok());
        branch.ok_or_else(|| MirrorError::NoBranch(self.url.clone()))
    }

    /// Where a branch stands.
    pub(super) fn stands_at(&self, branch: &BranchName) -> Result<Option<CommitSha>, MirrorError> {
        let name = branch.full_ref();
        let said = self.talk("read", &["ls-remote", "--refs", "--", &self.url, &name])?;
        listed(&said, &name).map_err(|id| MirrorError::Answer { place: self.url.clone(), id: id.to_owned() })
    }

    /// Reads the branch's head, and what stands below it.
    pub(super) fn head(&self, target: &MirrorTarget, signers: &AllowedSigners) -> Result<Head, MirrorError> {
        if self.stands_at(&target.branch)?.is_none() {
            return Ok(Head::None);
        }
        let onto = format!("+{}:refs/mirror/head", target.branch.full_ref());
        self.talk("read", &["fetch", "--quiet", "--no-tags", "--", &self.url, &onto])?;
        // it may have moved since; what was fetched is what is judged
        let fetched = self.local(&["rev-parse", "--verify", "refs/mirror/head^{commit}"])?;
        let id = fetched.parse().map_err(|_| MirrorError::Unsound("git told no id".to_owned()))?;
        let rules = Rules { signers, target, now: Timestamp::now(), arrival: Arrival::Standing };
        Ok(head(&Objects::open(&self.file("objects"))?, id, &rules)?)
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

/// Where a ref stands in what `git ls-remote` printed; as an error what stands there and is no id of SHA-1.
fn listed<'s>(said: &'s str, name: &str) -> Result<Option<CommitSha>, &'s str> {
    let mut lines = said.lines().filter_map(|line| line.split_once('\t'));
    // `ls-remote` also lists refs that merely end like this one
    let Some((id, _)) = lines.find(|(_, found)| *found == name) else { return Ok(None) };
    // a repository of SHA-256 has ids of 64 digits
    if id.len() != 40 {
        return Err(id);
    }
    id.parse().map(Some).map_err(|_| id)
}

/// Files of a list, as arguments.
pub(super) fn arguments(paths: &[PathBuf]) -> Vec<String> {
    paths.iter().map(|path| shown(path)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_of_a_branch_is_found_among_refs_that_end_like_it() {
        let (one, two) = ("1".repeat(40), "2".repeat(40));
        let said = format!("{one}\trefs/heads/refs/heads/main\n{two}\trefs/heads/main\n");
        assert_eq!(listed(&said, "refs/heads/main"), Ok(Some(two.parse().unwrap())));
        assert_eq!(listed(&said, "refs/heads/next"), Ok(None));
        assert_eq!(listed("", "refs/heads/main"), Ok(None));
    }

    #[test]
    fn a_head_of_an_unknown_kind_is_no_empty_branch() {
        let (sha256, odd) = ("3".repeat(64), "z".repeat(40));
        for id in [sha256.as_str(), odd.as_str(), "", "123"] {
            let said = format!("{id}\trefs/heads/main\n");
            assert_eq!(listed(&said, "refs/heads/main"), Err(id));
        }
        let error = MirrorError::Answer { place: "https://acme.test/a/b.git".to_owned(), id: sha256 };
        assert!(error.to_string().contains("which is no SHA-1 of a commit"), "{error}");
    }
}
