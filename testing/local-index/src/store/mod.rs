//! What an index holds; no dialect.

pub(crate) mod accounts;
pub(crate) mod digests;
mod names;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;

pub(crate) use names::{is_project_name, normalised};

use crate::form::Form;
use crate::oidc::Trust;
use crate::{DEFAULT_OWNER, Dialect};
use accounts::Accounts;

/// Everything an index knows.
#[derive(Debug)]
pub(crate) struct Store {
    /// On PyPI there is one, without a name.
    pub(crate) owners: BTreeSet<String>,
    pub(crate) accounts: Accounts,
    pub(crate) trust: Trust,
    /// File names that nobody can use again, since a file of this name was deleted.
    pub(crate) burned: BTreeSet<String>,
    /// For how many readings of its page a new file stays unseen.
    pub(crate) staleness: u32,
    /// Whether only those read who sign in.
    pub(crate) requires_sign_in: bool,
    /// By owner and normalised name.
    projects: BTreeMap<(String, String), Project>,
    /// How far the index's clock is ahead.
    ahead: Duration,
    last_id: u64,
}

/// A project and its releases, in the order in which they came.
#[derive(Debug, Clone)]
pub(crate) struct Project {
    /// As it was written when it came to be.
    pub(crate) name: String,
    pub(crate) releases: Vec<Release>,
}

/// A version and its files.
#[derive(Debug, Clone)]
pub(crate) struct Release {
    pub(crate) id: u64,
    pub(crate) version: String,
    pub(crate) created: Timestamp,
    pub(crate) files: Vec<File>,
}

/// A file that was accepted.
#[derive(Debug, Clone)]
pub(crate) struct File {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) bytes: Bytes,
    pub(crate) uploaded: Timestamp,
    pub(crate) yanked: bool,
    /// The form that it came in, without the bytes.
    pub(crate) fields: Vec<(String, String)>,
    /// How many more readings of its page do not show it.
    unseen_for: u32,
}

impl File {
    pub(crate) fn sha256(&self) -> String {
        digests::sha256(&self.bytes)
    }

    pub(crate) fn requires_python(&self) -> Option<&str> {
        let field = self.fields.iter().find(|(name, _)| name == "requires_python");
        field.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }
}

impl Release {
    /// Whether it has this file; case does not count, as on every index.
    pub(crate) fn file(&self, name: &str) -> Option<&File> {
        self.files.iter().find(|file| file.name.eq_ignore_ascii_case(name))
    }
}

impl Project {
    pub(crate) fn release(&self, version: &str) -> Option<&Release> {
        self.releases.iter().find(|release| release.version == version)
    }

    pub(crate) fn release_mut(&mut self, version: &str) -> Option<&mut Release> {
        self.releases.iter_mut().find(|release| release.version == version)
    }
}

impl Store {
    pub(crate) fn new(dialect: Dialect) -> Self {
        let owner = match dialect {
            Dialect::PyPI => "",
            Dialect::Gitea => DEFAULT_OWNER,
        };
        Self {
            owners: [owner.to_owned()].into(),
            accounts: Accounts::new(dialect),
            trust: Trust::new(),
            burned: BTreeSet::new(),
            staleness: 0,
            requires_sign_in: false,
            projects: BTreeMap::new(),
            ahead: Duration::ZERO,
            last_id: 0,
        }
    }

    /// The index's own time.
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::now() + self.ahead
    }

    pub(crate) fn pass(&mut self, time: Duration) {
        self.ahead += time;
    }

    pub(crate) fn project(&self, owner: &str, name: &str) -> Option<&Project> {
        self.projects.get(&(owner.to_owned(), normalised(name)))
    }

    pub(crate) fn project_mut(&mut self, owner: &str, name: &str) -> Option<&mut Project> {
        self.projects.get_mut(&(owner.to_owned(), normalised(name)))
    }

    /// Every project with its owner.
    pub(crate) fn projects(&self) -> impl Iterator<Item = (&str, &Project)> {
        self.projects.iter().map(|((owner, _), project)| (owner.as_str(), project))
    }

    /// Makes a project without releases, unless it is there.
    pub(crate) fn create_project(&mut self, owner: &str, name: &str) -> &mut Project {
        let key = (owner.to_owned(), normalised(name));
        self.projects.entry(key).or_insert_with(|| Project { name: name.to_owned(), releases: Vec::new() })
    }

    /// Takes a file in; project and release come to be where they are not.
    pub(crate) fn add(&mut self, owner: &str, project: &str, version: &str, file_name: &str, form: &Form) {
        let (now, staleness) = (self.now(), self.staleness);
        let ids = (self.next_id(), self.next_id());
        let file = File {
            id: ids.1,
            name: file_name.to_owned(),
            bytes: form.content.as_ref().map(|content| content.bytes.clone()).unwrap_or_default(),
            uploaded: now,
            yanked: false,
            fields: form.fields.clone(),
            unseen_for: staleness,
        };
        let project = self.create_project(owner, project);
        match project.release_mut(version) {
            Some(release) => release.files.push(file),
            None => project.releases.push(Release {
                id: ids.0,
                version: version.to_owned(),
                created: now,
                files: vec![file],
            }),
        }
    }

    /// Removes a release; the names of its files are burned.
    pub(crate) fn remove_release(&mut self, owner: &str, project: &str, version: &str) -> bool {
        let Some(project) = self.project_mut(owner, project) else { return false };
        let Some(place) = project.releases.iter().position(|release| release.version == version) else {
            return false;
        };
        let removed = project.releases.remove(place);
        self.burned.extend(removed.files.into_iter().map(|file| file.name));
        true
    }

    /// Removes a file; its release stays, its name is burned.
    pub(crate) fn remove_file(&mut self, owner: &str, project: &str, file_name: &str) -> bool {
        let Some(project) = self.project_mut(owner, project) else { return false };
        let mut found = false;
        for release in &mut project.releases {
            let before = release.files.len();
            release.files.retain(|file| file.name != file_name);
            found |= release.files.len() < before;
        }
        if found {
            self.burned.insert(file_name.to_owned());
        }
        found
    }

    /// The project as its page shows it now; each reading brings what is unseen nearer to being seen.
    ///
    /// `None` where there is no project, or one of which nothing is seen yet.
    pub(crate) fn seen(&mut self, owner: &str, name: &str) -> Option<Project> {
        let project = self.project_mut(owner, name)?;
        let mut seen = project.clone();
        for release in &mut seen.releases {
            release.files.retain(|file| file.unseen_for == 0);
        }
        let is_seen = |release: &Release| {
            !release.files.is_empty()
                || project.release(&release.version).is_some_and(|all| all.files.is_empty())
        };
        seen.releases.retain(is_seen);
        let nothing_yet = seen.releases.is_empty() && !project.releases.is_empty();
        for file in project.releases.iter_mut().flat_map(|release| &mut release.files) {
            file.unseen_for = file.unseen_for.saturating_sub(1);
        }
        (!nothing_yet).then_some(seen)
    }

    fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }
}
