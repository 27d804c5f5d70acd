//! Reading everything that a decision needs.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use domain::{BranchName, CommitSha, RepoName, TagVersion};
use forge::{ChangedPaths, Files, History, Reader, Refs, Tag};
use futures_util::future::{join4, try_join, try_join_all, try_join3, try_join4};
use http_client::Clock;
use index::SimpleIndex;
use runner::event::PullRequestEvent;

use crate::answers::{Answers, Questions};
use crate::error::ReleaseError;
use crate::facts::{Done, Existing, Facts};
use crate::message::Trailers;
use crate::occasion::Target;
use crate::plan::questions;
use crate::preview::after_merge;
use crate::published::Published;
use crate::settings::{IndexedProject, Settings, VersionSource};
use crate::tags::{TaggedRelease, Tags};
use crate::version_file::version_of;

/// What gathering needs beside the settings.
pub struct Gatherer<'a> {
    /// Reads the repository.
    pub reader: &'a Reader,
    /// The package index that `settings` name, if they do.
    pub index: Option<SimpleIndex>,
    /// The repository's name, for messages.
    pub repo: &'a RepoName,
    /// The clock.
    pub clock: &'a dyn Clock,
    /// The page of this run.
    pub run_url: Option<String>,
}

impl Gatherer<'_> {
    /// The facts about releasing `target`: two rounds of requests, the second side by side (the package index
    /// is asked in that one), and a third where the forge's look-up leaves something open.
    pub async fn gather(&self, target: &Target, settings: &Settings) -> Result<Facts, ReleaseError> {
        let Refs { tags, branch, .. } = self.reader.refs(&settings.prefix, target.branch.as_ref()).await?;
        let (branch, head) = branch.ok_or_else(|| self.no_branch(target))?;
        let commit = target.commit.clone().unwrap_or_else(|| head.clone());
        let mut facts = self.facts(commit, branch, Tags::read(&settings.prefix, tags));
        let on_branch = self.contains(&head, &facts.commit);
        if let Some(release) = by_tags_alone(&facts, settings) {
            (facts.on_branch, facts.existing) = try_join(on_branch, self.existing(release, settings)).await?;
            return Ok(facts);
        }
        // a commit that is not there makes the first three fail, and only the first says what is wrong
        let (on_branch, version, histories, published) = join4(
            on_branch,
            self.committed_version(settings, &facts.commit),
            self.histories(&facts, settings),
            self.published(settings),
        )
        .await;
        (facts.on_branch, facts.committed_version) = (on_branch?, version?);
        take_in(&mut facts, histories?);
        match by_version_file(&facts, settings) {
            Some(release) => facts.existing = self.existing(release, settings).await?,
            // for a commit that is released already the index is of no importance
            None => facts.published = published?,
        }
        self.settle(&mut facts, settings, |facts| questions(facts, settings)).await?;
        Ok(facts)
    }

    /// The facts about merging a pull request, as if it were merged: those of its base's newest commit, and what
    /// it brings.
    pub async fn foresee(
        &self,
        event: &PullRequestEvent,
        base: &BranchName,
        settings: &Settings,
    ) -> Result<Facts, ReleaseError> {
        let Refs { tags, branch, .. } = self.reader.refs(&settings.prefix, Some(base)).await?;
        let target = Target { commit: None, branch: Some(base.clone()) };
        let (branch, onto) = branch.ok_or_else(|| self.no_branch(&target))?;
        let mut facts = self.facts(onto.clone(), branch, Tags::read(&settings.prefix, tags));
        let has_version_file = version_path(settings).is_some();
        let files = if has_version_file { Files::Needed } else { files(settings) };
        let (histories, incoming, published) = try_join3(
            self.histories(&facts, settings),
            async { Ok::<_, ReleaseError>(self.reader.history(Some(&onto), &event.head.sha, files).await?) },
            self.published(settings),
        )
        .await?;
        facts.published = published;
        // a pull request that leaves the version file alone gets the version that its base holds by now
        let holder = match (version_path(settings), &incoming.changed) {
            (Some(path), ChangedPaths::Known(changed)) if !changed.iter().any(|one| one == path) => &onto,
            _ => &event.head.sha,
        };
        facts.committed_version = self.committed_version(settings, holder).await?;
        take_in(&mut facts, histories);
        let view = |facts: &Facts| questions(&after_merge(facts, &incoming, event), settings);
        self.settle(&mut facts, settings, view).await?;
        Ok(after_merge(&facts, &incoming, event))
    }

    fn facts(&self, commit: CommitSha, branch: BranchName, tags: Tags) -> Facts {
        Facts {
            commit,
            branch,
            on_branch: true,
            tags,
            histories: BTreeMap::new(),
            answers: Answers::default(),
            committed_version: None,
            published: None,
            existing: None,
            done: Done::default(),
            now: self.clock.now(),
            waited: Duration::ZERO,
            lookup_lag: self.reader.capabilities().pull_request_lookup_lag,
            run_url: self.run_url.clone(),
        }
    }

    /// What came since the releases that a decision will most likely ask about.
    async fn histories(
        &self,
        facts: &Facts,
        settings: &Settings,
    ) -> Result<Vec<(Option<CommitSha>, History)>, ReleaseError> {
        let highest = facts.tags.highest().map(|release| release.commit.clone());
        let candidate = settings
            .prerelease
            .filter(|_| settings.version_source == VersionSource::Labels)
            .and_then(|kind| facts.tags.highest_prerelease(kind))
            .map(|release| Some(release.commit.clone()));
        let bases: BTreeSet<Option<CommitSha>> = [highest].into_iter().chain(candidate).collect();
        try_join_all(bases.into_iter().map(async |base| {
            let history = self.reader.history(base.as_ref(), &facts.commit, files(settings)).await?;
            Ok((base, history))
        }))
        .await
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

    /// What the package index holds of the project.
    async fn published(&self, settings: &Settings) -> Result<Option<Published>, ReleaseError> {
        let (Some(index), Some(IndexedProject { project, .. })) = (&self.index, &settings.index) else {
            return Ok(None);
        };
        let read = index.project(project).await.map_err(Box::new)?;
        let shown = format!("{}{}", index.url().origin().ascii_serialization(), index.url().path());
        let published = Published::new(project.clone(), shown, read);
        if let Some(latest) = published.latest() {
            tracing::info!(
                "the highest version of `{project}` on the index `{}` is {latest}",
                published.index
            );
        }
        Ok(Some(published))
    }

    /// The version in the version file or the floor file.
    async fn committed_version(
        &self,
        settings: &Settings,
        commit: &CommitSha,
    ) -> Result<Option<TagVersion>, ReleaseError> {
        let Some(path) = version_path(settings) else { return Ok(None) };
        let bytes = self
            .reader
            .file(path, commit)
            .await?
            .ok_or_else(|| ReleaseError::NoVersionFile(path.to_owned()))?;
        let version = version_of(bytes);
        version.map(Some).map_err(|source| ReleaseError::VersionFile { path: path.to_owned(), source })
    }

    /// Asks until asking settles nothing more. Each answer can raise at most the questions of the next commit
    /// below it, so this ends; the bound only says so.
    async fn settle(
        &self,
        facts: &mut Facts,
        settings: &Settings,
        open: impl Fn(&Facts) -> Questions,
    ) -> Result<(), ReleaseError> {
        const ROUNDS: usize = 50;
        const MOST: usize = 500;
        for _ in 0..ROUNDS {
            let questions = open(facts);
            if questions.is_empty() {
                return Ok(());
            }
            let asked = facts.answers.pulls.len() + questions.pulls.len() + questions.commits_of.len();
            if asked > MOST {
                return Err(ReleaseError::TooManyQuestions { asked, most: MOST });
            }
            let pulls = try_join_all(questions.pulls.into_iter().map(async |number| {
                Ok::<_, forge::Error>((number, self.reader.pull_request(number).await?))
            }));
            let commits = try_join_all(questions.commits_of.into_iter().map(async |number| {
                Ok::<_, forge::Error>((number, self.reader.pull_commits(number).await?))
            }));
            let around = try_join_all(questions.around.into_iter().map(async |branch| {
                let merged = self.reader.merged_around(&branch).await?;
                Ok::<_, forge::Error>((branch, merged))
            }));
            let commit = facts.commit.clone();
            let since = try_join_all(questions.since.into_iter().map(async |base| {
                let history = self.reader.history(Some(&base), &commit, files(settings)).await?;
                Ok::<_, forge::Error>((Some(base), history))
            }));
            let (pulls, commits, around, since) = try_join4(pulls, commits, around, since).await?;
            facts.answers.pulls.extend(pulls);
            facts.answers.commits_of.extend(commits);
            facts.answers.around.extend(around);
            take_in(facts, since);
        }
        Err(ReleaseError::OpenQuestions(ROUNDS))
    }

    fn no_branch(&self, target: &Target) -> ReleaseError {
        let branch = target.branch.as_ref().map_or("the default branch", domain::BranchName::as_str);
        ReleaseError::NoBranch { branch: branch.to_owned(), repo: self.repo.to_string() }
    }
}

/// Takes note of histories, and of the last merges that come with each.
fn take_in(facts: &mut Facts, histories: Vec<(Option<CommitSha>, History)>) {
    for (base, history) in histories {
        facts.answers.recent = history.recent.clone();
        facts.histories.insert(base, history);
    }
}

/// The file that tells a version, if one does.
fn version_path(settings: &Settings) -> Option<&str> {
    match (&settings.version_source, &settings.version_floor_file) {
        (VersionSource::File(path), _) | (VersionSource::Labels, Some(path)) => Some(path),
        (VersionSource::Labels, None) => None,
    }
}

fn files(settings: &Settings) -> Files {
    if settings.paths.is_some() { Files::Needed } else { Files::NotNeeded }
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
