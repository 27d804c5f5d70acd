//! Reading everything that a decision needs.

use domain::{CommitSha, RepoName, TagVersion};
use forge::{Files, Reader, Refs, Tag};
use futures_util::future::{join3, try_join, try_join_all};
use http_client::Clock;

use crate::attribute::Answers;
use crate::error::ReleaseError;
use crate::facts::{Done, Existing, Facts};
use crate::message::Trailers;
use crate::occasion::Target;
use crate::plan::attribution;
use crate::settings::{Settings, VersionSource};
use crate::tags::{TaggedRelease, Tags};
use crate::version_file::version_of;

/// What gathering needs beside the settings.
pub struct Gatherer<'a> {
    /// Reads the repository.
    pub reader: &'a Reader,
    /// The repository's name, for messages.
    pub repo: &'a RepoName,
    /// The clock.
    pub clock: &'a dyn Clock,
    /// The page of this run.
    pub run_url: Option<String>,
}

impl Gatherer<'_> {
    /// The facts about releasing `target`: two rounds of requests, the second side by side, and a third where
    /// the forge's look-up leaves something open.
    pub async fn gather(&self, target: &Target, settings: &Settings) -> Result<Facts, ReleaseError> {
        let Refs { tags, branch, .. } = self.reader.refs(&settings.prefix, target.branch.as_ref()).await?;
        let (branch, head) = branch.ok_or_else(|| self.no_branch(target))?;
        let commit = target.commit.clone().unwrap_or_else(|| head.clone());
        let tags = Tags::read(&settings.prefix, tags);
        let mut facts = Facts {
            commit: commit.clone(),
            branch,
            on_branch: true,
            tags,
            history: None,
            answers: Answers::default(),
            committed_version: None,
            existing: None,
            done: Done::default(),
            now: self.clock.now(),
            waited: std::time::Duration::ZERO,
            lookup_lag: self.reader.capabilities().pull_request_lookup_lag,
            run_url: self.run_url.clone(),
        };
        let on_branch = self.contains(&head, &commit);
        if let Some(release) = by_tags_alone(&facts, settings) {
            (facts.on_branch, facts.existing) = try_join(on_branch, self.existing(release, settings)).await?;
            return Ok(facts);
        }
        let base = facts.tags.highest().map(|release| &release.commit);
        let files = if settings.paths.is_some() { Files::Needed } else { Files::NotNeeded };
        let history = async { Ok::<_, ReleaseError>(self.reader.history(base, &commit, files).await?) };
        // a commit that is not there makes all three fail, and only the first says what is wrong
        let (on_branch, version, history) =
            join3(on_branch, self.committed_version(settings, &commit), history).await;
        (facts.on_branch, facts.committed_version, facts.history) = (on_branch?, version?, Some(history?));
        if let Some(release) = by_version_file(&facts, settings) {
            facts.existing = self.existing(release, settings).await?;
        }
        self.ask_what_is_open(&mut facts).await?;
        Ok(facts)
    }

    /// Whether the branch holds the commit.
    async fn contains(&self, head: &CommitSha, commit: &CommitSha) -> Result<bool, ReleaseError> {
        match self.reader.contains(head, commit).await {
            Err(source) if source.status() == Some(404) => {
                Err(ReleaseError::NoCommit { commit: commit.clone(), repo: self.repo.to_string(), source })
            }
            other => Ok(other?),
        }
    }

    /// What is known of a release tag that is there.
    async fn existing(
        &self,
        release: &TaggedRelease,
        settings: &Settings,
    ) -> Result<Option<Existing>, ReleaseError> {
        let name = release.tag.name();
        let tag =
            Tag { name: name.to_string(), object: release.object.clone(), commit: release.commit.clone() };
        let annotation = async { Ok::<_, ReleaseError>(self.reader.annotation(&name, &tag).await?) };
        let run = async {
            match &settings.dispatch {
                Some(dispatch) => {
                    Ok(self.reader.run_at_tag(&dispatch.workflow, &name, &release.commit).await?)
                }
                None => Ok(None),
            }
        };
        let (annotation, run) = try_join(annotation, run).await?;
        let tagged_at = annotation.as_ref().and_then(|told| told.tagged_at);
        let trailers = annotation.map(|told| Trailers::read(&told.message)).unwrap_or_default();
        Ok(Some(Existing { trailers, tagged_at, run }))
    }

    /// The version in the version file or the floor file.
    pub async fn committed_version(
        &self,
        settings: &Settings,
        commit: &CommitSha,
    ) -> Result<Option<TagVersion>, ReleaseError> {
        let path = match (&settings.version_source, &settings.version_floor_file) {
            (VersionSource::File(path), _) | (VersionSource::Labels, Some(path)) => path,
            (VersionSource::Labels, None) => return Ok(None),
        };
        let bytes =
            self.reader.file(path, commit).await?.ok_or_else(|| ReleaseError::NoVersionFile(path.clone()))?;
        version_of(bytes).map(Some).map_err(|source| ReleaseError::VersionFile { path: path.clone(), source })
    }

    /// Asks about single pull requests until asking settles nothing more. Each answer can raise at most the
    /// questions of the next commit below it, so this ends; the bound only says so.
    async fn ask_what_is_open(&self, facts: &mut Facts) -> Result<(), ReleaseError> {
        const ROUNDS: usize = 50;
        for _ in 0..ROUNDS {
            let questions = attribution(facts).questions;
            if questions.is_empty() {
                return Ok(());
            }
            let pulls = try_join_all(questions.pulls.into_iter().map(async |number| {
                Ok::<_, forge::Error>((number, self.reader.pull_request(number).await?))
            }));
            let commits = try_join_all(questions.commits_of.into_iter().map(async |number| {
                Ok::<_, forge::Error>((number, self.reader.pull_commits(number).await?))
            }));
            let (pulls, commits) = try_join(pulls, commits).await?;
            facts.answers.pulls.extend(pulls);
            facts.answers.commits_of.extend(commits);
        }
        Err(ReleaseError::OpenQuestions(ROUNDS))
    }

    fn no_branch(&self, target: &Target) -> ReleaseError {
        let branch = target.branch.as_ref().map_or("the default branch", domain::BranchName::as_str);
        ReleaseError::NoBranch { branch: branch.to_owned(), repo: self.repo.to_string() }
    }
}

/// The release that the commit carries, where nothing else can matter.
fn by_tags_alone<'f>(facts: &'f Facts, settings: &Settings) -> Option<&'f TaggedRelease> {
    match settings.version_source {
        VersionSource::Labels => facts.tags.at(&facts.commit, settings.prerelease),
        VersionSource::File(_) => None,
    }
}

/// The release of the version in the version file, where the commit carries it.
fn by_version_file<'f>(facts: &'f Facts, settings: &Settings) -> Option<&'f TaggedRelease> {
    match settings.version_source {
        VersionSource::Labels => None,
        VersionSource::File(_) => {
            facts.tags.of(facts.committed_version.as_ref()?).filter(|release| release.commit == facts.commit)
        }
    }
}
