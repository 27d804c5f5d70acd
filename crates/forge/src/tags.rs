//! Making a tag, once, whatever happens on the way.

use std::time::Duration;

use domain::{CommitSha, TagName};

use crate::connection::Connection;
use crate::refs::read_tag;
use crate::{Annotation, Dialect, Error, Tag, TagOutcome, gitea, github};

/// How often a creation whose outcome is unknown, and which then proves not to have happened, is tried again.
const TRIES: u32 = 4;

/// Makes an annotated tag.
///
/// A 201 is proof. After anything else that leaves the outcome open, or that says "exists", the ref is read
/// back, since neither forge can be taken at its word: Gitea answers a lost race with an empty 500, GitHub a
/// ruleset's refusal with the status of an existing tag, and Gitea reports tags that do not exist (a draft
/// release reserves their name).
pub(crate) async fn create_tag(
    connection: &Connection,
    name: &TagName,
    commit: &CommitSha,
    message: &str,
) -> Result<TagOutcome, Error> {
    let mut tries = 1;
    let mut in_doubt = false;
    let mut objects = Vec::new();
    loop {
        let Failed { error, object } = match post(connection, name, commit, message).await {
            Ok(tag) => return Ok(TagOutcome::Created(tag)),
            Err(failed) => failed,
        };
        let refused = Refused { has_object: object.is_some(), error };
        if refused.for_workflow_files() && connection.way.tokens.take_workflow_files_along().await {
            continue;
        }
        if refused.says_nothing_of_the_tag() {
            return Err(refused.explained(connection, name).await);
        }
        // an answer that never came may come true while a later try is under way
        objects.extend(object);
        // a plain "exists" to the first try is never our own tag
        in_doubt |= refused.error.is_ambiguous() || refused.error.is_unreadable();
        match read_tag(connection, name).await? {
            Some(tag) if tag.commit == *commit => {
                let ours = match connection.way.site.dialect {
                    Dialect::GitHub => objects.contains(&tag.object),
                    Dialect::Gitea => in_doubt && is_message(connection, name, &tag, message).await?,
                };
                return Ok(if ours { TagOutcome::Created(tag) } else { TagOutcome::AlreadyThere(tag) });
            }
            Some(tag) => return Ok(TagOutcome::PointsElsewhere(tag.commit)),
            None if refused.error.is_ambiguous() && tries < TRIES => {
                connection.way.client.clock().sleep(Duration::from_secs(1 << (tries - 1))).await;
                tries += 1;
            }
            None => return Err(refused.explained(connection, name).await),
        }
    }
}

/// A creation that was not confirmed.
pub(crate) struct Failed {
    /// Why.
    pub(crate) error: Error,
    /// The tag object that the ref would hold, where it was made beforehand.
    pub(crate) object: Option<CommitSha>,
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self { error, object: None }
    }
}

async fn post(
    connection: &Connection,
    name: &TagName,
    commit: &CommitSha,
    message: &str,
) -> Result<Tag, Failed> {
    match connection.way.site.dialect {
        Dialect::GitHub => github::tags::create(connection, name, commit, message).await,
        Dialect::Gitea => Ok(gitea::tags::create(connection, name, commit, message).await?),
    }
}

async fn is_message(
    connection: &Connection,
    name: &TagName,
    tag: &Tag,
    message: &str,
) -> Result<bool, Error> {
    let held = annotation(connection, name, tag).await?;
    Ok(held.is_some_and(|held| held.message.trim_end() == message.trim_end()))
}

/// What an annotated tag tells; `None` of a lightweight one.
pub(crate) async fn annotation(
    connection: &Connection,
    name: &TagName,
    tag: &Tag,
) -> Result<Option<Annotation>, Error> {
    if !tag.is_annotated() {
        return Ok(None);
    }
    match connection.way.site.dialect {
        Dialect::GitHub => github::tags::annotation(connection, name, &tag.object).await.map(Some),
        Dialect::Gitea => gitea::tags::annotation(connection, name, &tag.object).await.map(Some),
    }
}

/// What stands in the way of a tag.
struct Refused {
    error: Error,
    /// Whether GitHub took the tag object: then the token may write contents.
    has_object: bool,
}

impl Refused {
    fn says_nothing_of_the_tag(&self) -> bool {
        match self.error.status() {
            Some(status) => matches!(status, 401 | 403 | 404 | 423 | 429),
            None => !self.error.is_ambiguous() && !self.error.is_unreadable(),
        }
    }

    /// Whether the commit has workflow files that the token may not bring.
    ///
    /// GitHub names the permission in each refusal of a ref, as one of two ways to be let through; so it means
    /// something only where the other one, `contents: write`, is there.
    fn for_workflow_files(&self) -> bool {
        let refusal = self.error.http().and_then(http_client::Error::refusal);
        let accepted = refusal.and_then(|refusal| refusal.header("x-accepted-github-permissions"));
        self.has_object
            && self.error.status() == Some(403)
            && accepted.is_some_and(|permissions| permissions.contains("workflows"))
    }

    /// The error, with what is most likely in the way of a tag that does not exist.
    async fn explained(self, connection: &Connection, name: &TagName) -> Error {
        let for_workflow_files = self.for_workflow_files();
        let error = self.error;
        match (connection.way.site.dialect, error.status()) {
            (Dialect::Gitea, Some(409)) => match gitea::tags::draft_release(connection, name).await {
                Ok(Some(page)) => error.with_hint(format!("a draft release reserves the name: publish or delete {page}")),
                Ok(None) => error.with_hint("a tag whose name differs only in case is in the way: rename or delete it"),
                Err(_) => error.with_hint("a draft release of that name, or a tag that differs only in case, is in the way"),
            },
            (Dialect::Gitea, Some(422)) => error.with_hint(
                "the name is protected: let the token's user create it under the repository's tag protection",
            ),
            (Dialect::GitHub, Some(403)) if for_workflow_files => {
                error.with_hint(workflow_files_hint(connection.way.tokens.are_minted()))
            }
            (Dialect::GitHub, Some(422)) => error.with_hint(
                "a ruleset or tag protection is in the way: let the actor bypass it, or use the token of one who may",
            ),
            _ => error,
        }
    }
}

fn workflow_files_hint(of_an_app: bool) -> String {
    let way_out = if of_an_app {
        "grant the app `workflows: write`, which its token takes along when a tag needs it"
    } else {
        "use a person's token with that right, or an app that was granted `workflows: write`"
    };
    format!(
        "the commit has workflow files that the default branch has not, and the token may not bring them: {way_out}, or merge the files to the default branch first"
    )
}
