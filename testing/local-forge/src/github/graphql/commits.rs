//! Commits and tag objects.

use std::collections::BTreeSet;

use apollo_compiler::resolvers::{FieldError, ObjectValue, ResolveInfo, ResolvedValue};

use super::broken;
use super::connections::{Connection, Slice};
use super::pulls::PullNode;
use super::repositories::RepositoryNode;
use crate::git::{Commit, TagObject};
use crate::github::json::node_id;
use crate::world::tokens::Permission;

/// The type `Commit`.
#[derive(Clone)]
pub(super) struct CommitNode<'a> {
    pub(super) home: &'a RepositoryNode<'a>,
    pub(super) commit: Commit,
}

impl<'w> CommitNode<'w> {
    /// What the commit reaches, in the order of `git log`.
    fn history(&self, info: &ResolveInfo<'_>) -> Result<Connection<CommitNode<'w>>, FieldError> {
        let slice = Slice::asked(info)?;
        let (git, sha) = (&self.home.repo.git, &self.commit.sha);
        let (skip, first) = (format!("--skip={}", slice.skip), format!("-{}", slice.first));
        let commits = git.log(&[sha, &skip, &first]).map_err(|error| broken(&error))?;
        let total = git.count(&[sha]).map_err(|error| broken(&error))?;
        let nodes = commits.into_iter().map(|commit| CommitNode { home: self.home, commit }).collect();
        Ok(Connection { type_name: "CommitHistoryConnection", nodes, slice, total, list: sha.clone() })
    }

    fn parents(&self, info: &ResolveInfo<'_>) -> Result<Connection<CommitNode<'w>>, FieldError> {
        let slice = Slice::asked(info)?;
        let parents = self.commit.parents.iter().map(|parent| self.home.commit(parent));
        let parents: Vec<_> = parents.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
        let list = self.commit.sha.clone();
        Ok(Connection::cut("CommitConnection", list, slice, parents.into_iter()))
    }

    fn pulls(&self, info: &ResolveInfo<'_>) -> Result<Connection<PullNode<'w>>, FieldError> {
        self.home.scene.permit(self.home.repo, Permission::PullRequests)?;
        let slice = Slice::asked(info)?;
        let pulls = self.home.associations()?.of(self.home.scene.world, &self.commit.sha);
        let nodes = pulls.into_iter().map(|(base, pull)| PullNode { home: self.home, base, pull });
        Ok(Connection::cut("PullRequestConnection", "pulls".to_owned(), slice, nodes))
    }
}

impl ObjectValue for CommitNode<'_> {
    fn type_name(&self) -> &'static str {
        "Commit"
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Result<ResolvedValue<'a>, FieldError> {
        let Commit { sha, author, committer, .. } = &self.commit;
        let message = self.commit.message.trim_end_matches('\n');
        let (headline, text) = message.split_once("\n\n").unwrap_or((message, ""));
        Ok(match info.field_name() {
            "abbreviatedOid" => ResolvedValue::leaf(&sha[..7]),
            "associatedPullRequests" => ResolvedValue::object(self.pulls(info)?),
            "authoredDate" => ResolvedValue::leaf(author.when.to_string()),
            "commitUrl" | "url" => ResolvedValue::leaf(format!("{}/commit/{sha}", self.home.urls.page)),
            "committedDate" => ResolvedValue::leaf(committer.when.to_string()),
            "history" => ResolvedValue::object(self.history(info)?),
            "id" => ResolvedValue::leaf(node_id("Commit", format_args!("{}:{sha}", self.home.id.0))),
            "message" => ResolvedValue::leaf(message),
            "messageBody" => ResolvedValue::leaf(text),
            "messageHeadline" => ResolvedValue::leaf(headline),
            "oid" => ResolvedValue::leaf(sha.clone()),
            "parents" => ResolvedValue::object(self.parents(info)?),
            "statusCheckRollup" => {
                // it is made of both kinds
                self.home.scene.permit(self.home.repo, Permission::Checks)?;
                self.home.scene.permit(self.home.repo, Permission::Statuses)?;
                let status = self.home.repo.combined_status(sha);
                let of_commit = self.home.repo.statuses.iter().filter(|status| status.sha == *sha);
                let contexts: BTreeSet<&str> = of_commit.map(|status| status.context.as_str()).collect();
                let contexts = contexts.len();
                ResolvedValue::nullable_object(status.map(|state| RollupNode { sha, state, contexts }))
            }
            _ => return Err(self.unknown_field_error(info)),
        })
    }
}

/// The type `StatusCheckRollup`.
struct RollupNode<'a> {
    sha: &'a str,
    state: &'a str,
    contexts: usize,
}

impl ObjectValue for RollupNode<'_> {
    fn type_name(&self) -> &'static str {
        "StatusCheckRollup"
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Result<ResolvedValue<'a>, FieldError> {
        match info.field_name() {
            "contexts" => Ok(ResolvedValue::object(RollupContexts(self.contexts))),
            "id" => Ok(ResolvedValue::leaf(node_id("StatusCheckRollup", self.sha))),
            "state" => Ok(ResolvedValue::leaf(self.state.to_uppercase())),
            _ => Err(self.unknown_field_error(info)),
        }
    }
}

/// The type `StatusCheckRollupContextConnection`.
struct RollupContexts(usize);

impl ObjectValue for RollupContexts {
    fn type_name(&self) -> &'static str {
        "StatusCheckRollupContextConnection"
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Result<ResolvedValue<'a>, FieldError> {
        match info.field_name() {
            "totalCount" => Ok(ResolvedValue::leaf(self.0)),
            _ => Err(self.unknown_field_error(info)),
        }
    }
}

/// The type `Tag`: an annotated tag's object.
pub(super) struct TagNode<'a> {
    pub(super) home: &'a RepositoryNode<'a>,
    pub(super) sha: String,
    pub(super) tag: TagObject,
}

impl ObjectValue for TagNode<'_> {
    fn type_name(&self) -> &'static str {
        "Tag"
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Result<ResolvedValue<'a>, FieldError> {
        let TagObject { name, target, message, .. } = &self.tag;
        Ok(match info.field_name() {
            "abbreviatedOid" => ResolvedValue::leaf(&self.sha[..7]),
            "commitUrl" => ResolvedValue::leaf(format!("{}/commit/{}", self.home.urls.page, self.sha)),
            "id" => ResolvedValue::leaf(node_id("Tag", format_args!("{}:{}", self.home.id.0, self.sha))),
            "message" => ResolvedValue::leaf(message.trim_end_matches('\n')),
            "name" => ResolvedValue::leaf(name.clone()),
            "oid" => ResolvedValue::leaf(self.sha.clone()),
            "target" => ResolvedValue::nullable_object(self.home.commit(target)?),
            _ => return Err(self.unknown_field_error(info)),
        })
    }
}
