//! Repositories, and refs and objects in them.

use std::cell::OnceCell;
use std::collections::HashMap;

use apollo_compiler::resolvers::{FieldError, ObjectValue, ResolveInfo, ResolvedValue};
use apollo_compiler::response::JsonValue;

use super::commits::{CommitNode, TagNode};
use super::connections::{Connection, Slice};
use super::pulls::{self, PullNode};
use super::roots::Scene;
use super::{broken, refused, trees};
use crate::git::{Commit, Ref};
use crate::github::associations::Associations;
use crate::github::json::{Urls, node_id};
use crate::world::repositories::{RepoId, Repository};
use crate::world::tokens::{Access, Caller, Holder, Permission, Token};

/// The type `Repository`; what is read of git is read once.
pub(super) struct RepositoryNode<'w> {
    pub(super) scene: &'w Scene<'w>,
    pub(super) id: RepoId,
    pub(super) repo: &'w Repository,
    pub(super) urls: Urls,
    commits: OnceCell<HashMap<String, Commit>>,
    associations: OnceCell<Associations>,
}

impl<'w> RepositoryNode<'w> {
    pub(super) fn new(scene: &'w Scene<'w>, id: RepoId) -> Self {
        Self {
            scene,
            id,
            repo: scene.world.repo(id),
            urls: Urls::of(scene.forge, scene.world, id),
            commits: OnceCell::new(),
            associations: OnceCell::new(),
        }
    }

    /// A commit by its id, out of all that the refs reach; those that none reaches are not told.
    pub(super) fn commit(&self, sha: &str) -> Result<Option<CommitNode<'_>>, FieldError> {
        if self.commits.get().is_none() {
            let all = self.repo.git.log(&["--all"]).map_err(|error| broken(&error))?;
            let all = all.into_iter().map(|commit| (commit.sha.clone(), commit)).collect();
            self.commits.get_or_init(|| all);
        }
        let found = self.commits.get().and_then(|commits| commits.get(sha));
        Ok(found.map(|commit| CommitNode { home: self, commit: commit.clone() }))
    }

    /// The pull requests of its commits, as this request sees them.
    pub(super) fn associations(&self) -> Result<&Associations, FieldError> {
        if self.associations.get().is_none() {
            let view = self.scene.view.ok_or_else(|| refused("this request is no lookup"))?;
            let read = Associations::read(self.scene.world, self.id, view).map_err(|error| broken(&error))?;
            self.associations.get_or_init(|| read);
        }
        self.associations.get().ok_or_else(|| refused("there are no associations"))
    }

    /// A commit or a tag object by its id.
    fn by_id(&self, sha: &str) -> Result<ResolvedValue<'_>, FieldError> {
        if let Some(commit) = self.commit(sha)? {
            return Ok(ResolvedValue::object(commit));
        }
        let tag = self.repo.git.read_tag(sha).map_err(|error| broken(&error))?;
        Ok(ResolvedValue::nullable_object(tag.map(|tag| TagNode { home: self, sha: sha.to_owned(), tag })))
    }

    fn object(&self, info: &ResolveInfo<'_>) -> Result<ResolvedValue<'_>, FieldError> {
        self.scene.permit(self.repo, Permission::Contents)?;
        let text = |name: &str| info.arguments().get(name).and_then(|value| value.as_str());
        if let Some(sha) = text("oid") {
            return self.by_id(sha);
        }
        let expression = text("expression").unwrap_or_default();
        if let Some((revision, path)) = expression.split_once(':') {
            return trees::at(self, revision, path);
        }
        let name = ["refs/heads/", "refs/tags/", ""].iter().map(|prefix| format!("{prefix}{expression}"));
        for name in name {
            let found = self.repo.git.find_ref(&name).map_err(|error| broken(&error))?;
            if let Some(found) = found {
                return self.by_id(&found.object);
            }
        }
        match self.repo.git.resolve(expression).map_err(|error| broken(&error))? {
            Some(sha) => self.by_id(&sha),
            None => Ok(ResolvedValue::null()),
        }
    }

    fn reference(&self, name: &str) -> Result<ResolvedValue<'_>, FieldError> {
        self.scene.permit(self.repo, Permission::Contents)?;
        let full = if name.starts_with("refs/") { name.to_owned() } else { format!("refs/heads/{name}") };
        let found = self.repo.git.find_ref(&full).map_err(|error| broken(&error))?;
        Ok(ResolvedValue::nullable_object(found.map(|found| RefNode { home: self, found })))
    }

    fn pull_request(&self, info: &ResolveInfo<'_>) -> Result<ResolvedValue<'_>, FieldError> {
        self.scene.permit(self.repo, Permission::PullRequests)?;
        let number = info.arguments().get("number").and_then(JsonValue::as_u64).unwrap_or_default();
        let pull = self.repo.pull(number).ok_or_else(|| {
            refused(format!("Could not resolve to a PullRequest with the number of {number}."))
        })?;
        Ok(ResolvedValue::object(PullNode { home: self, base: self.id, pull }))
    }
}

impl<'w> RepositoryNode<'w> {
    fn topics(&self, info: &ResolveInfo<'_>) -> Result<Connection<TopicNode<'w>>, FieldError> {
        let slice = Slice::asked(info)?;
        let topics = self.repo.topics.iter().map(|name| TopicNode { name });
        Ok(Connection::cut("RepositoryTopicConnection", "topics".to_owned(), slice, topics))
    }

    /// How far the caller may go; of a robot nothing is told.
    fn permission(&self) -> Option<&'static str> {
        let Caller::Known(Token { holder: Holder::User(_), .. }) = self.scene.caller else { return None };
        match self.scene.caller.standing(self.scene.world, self.repo) {
            Access::None => None,
            Access::Read => Some("READ"),
            Access::Write => Some("WRITE"),
            Access::Admin => Some("ADMIN"),
        }
    }
}

impl ObjectValue for RepositoryNode<'_> {
    fn type_name(&self) -> &'static str {
        "Repository"
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Result<ResolvedValue<'a>, FieldError> {
        let repo = self.repo;
        match info.field_name() {
            "databaseId" => Ok(ResolvedValue::leaf(self.id.0)),
            "defaultBranchRef" => self.reference(&repo.default_branch),
            "id" => Ok(ResolvedValue::leaf(node_id("Repository", self.id.0))),
            "isArchived" => Ok(ResolvedValue::leaf(repo.archived)),
            "isFork" => Ok(ResolvedValue::leaf(repo.fork_of.is_some())),
            "isPrivate" => Ok(ResolvedValue::leaf(repo.private)),
            "isTemplate" => Ok(ResolvedValue::leaf(repo.template)),
            "name" => Ok(ResolvedValue::leaf(repo.name.clone())),
            "nameWithOwner" => Ok(ResolvedValue::leaf(repo.full_name(self.scene.world))),
            "object" => self.object(info),
            "pullRequest" => self.pull_request(info),
            "pullRequests" => pulls::of_repository(self, info).map(ResolvedValue::object),
            "ref" => {
                let name = info.arguments().get("qualifiedName").and_then(|name| name.as_str());
                self.reference(name.unwrap_or_default())
            }
            "repositoryTopics" => self.topics(info).map(ResolvedValue::object),
            "url" => Ok(ResolvedValue::leaf(self.urls.page.clone())),
            "viewerPermission" => Ok(ResolvedValue::leaf(self.permission())),
            _ => Err(self.unknown_field_error(info)),
        }
    }
}

/// The type `Ref`.
struct RefNode<'a> {
    home: &'a RepositoryNode<'a>,
    found: Ref,
}

impl ObjectValue for RefNode<'_> {
    fn type_name(&self) -> &'static str {
        "Ref"
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Result<ResolvedValue<'a>, FieldError> {
        let full = &self.found.name;
        let cut = full.match_indices('/').nth(1).map_or(0, |(at, _)| at + 1);
        match info.field_name() {
            "id" => Ok(ResolvedValue::leaf(node_id("Ref", format_args!("{}:{full}", self.home.id.0)))),
            "name" => Ok(ResolvedValue::leaf(&full[cut..])),
            "prefix" => Ok(ResolvedValue::leaf(&full[..cut])),
            "target" if self.found.kind == "commit" => {
                let commit = self.home.repo.git.read_commit(&self.found.object);
                let commit = commit.map_err(|error| broken(&error))?;
                let node = commit.map(|commit| CommitNode { home: self.home, commit });
                Ok(ResolvedValue::nullable_object(node))
            }
            "target" => self.home.by_id(&self.found.object),
            _ => Err(self.unknown_field_error(info)),
        }
    }
}

/// The type `RepositoryTopic`.
#[derive(Clone)]
struct TopicNode<'a> {
    name: &'a str,
}

impl ObjectValue for TopicNode<'_> {
    fn type_name(&self) -> &'static str {
        "RepositoryTopic"
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Result<ResolvedValue<'a>, FieldError> {
        match info.field_name() {
            "id" => Ok(ResolvedValue::leaf(node_id("RepositoryTopic", self.name))),
            "topic" => Ok(ResolvedValue::object(NameNode { name: self.name })),
            _ => Err(self.unknown_field_error(info)),
        }
    }
}

/// The type `Topic`.
struct NameNode<'a> {
    name: &'a str,
}

impl ObjectValue for NameNode<'_> {
    fn type_name(&self) -> &'static str {
        "Topic"
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Result<ResolvedValue<'a>, FieldError> {
        match info.field_name() {
            "id" => Ok(ResolvedValue::leaf(node_id("Topic", self.name))),
            "name" => Ok(ResolvedValue::leaf(self.name.to_owned())),
            _ => Err(self.unknown_field_error(info)),
        }
    }
}
