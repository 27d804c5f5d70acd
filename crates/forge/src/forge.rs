//! A forge as one credential sees it: what is asked of more than one repository, and the way to each.

use std::sync::{Arc, Mutex, PoisonError};

use domain::{Dialect, RepoName};
use futures_util::future::join_all;
use http_client::Client;
use tokio::sync::Semaphore;

use crate::app::Reach;
use crate::connection::Connection;
use crate::credential::{Credential, MaskSink, Tokens};
use crate::error::{Task, Whose};
use crate::handles::{Reader, Writer};
use crate::owner::Owner;
use crate::repository::RepositoryState;
use crate::site::{Capabilities, Site};
use crate::survey::Survey;
use crate::way::Way;
use crate::{Error, gitea, github};

/// How many requests are under way at once, if nobody says otherwise: a long range asks for hundreds of things side
/// by side, and a forge takes a flood for an attack.
pub(crate) const AT_ONCE: usize = 8;

/// A forge as one credential sees it.
///
/// Everything that comes of it shares one client, one bound on what is under way, and of an app one token for each
/// owner, which is minted when it is first needed and anew before it ends. Clones are the same forge.
#[derive(Clone)]
pub struct Forge(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) site: Site,
    pub(crate) client: Client,
    pub(crate) credential: Arc<Credential>,
    masks: MaskSink,
    places: Arc<Semaphore>,
    /// An app's, by owner. Of any other credential there is no more than one.
    tokens: Mutex<Vec<(Owner, Arc<Tokens>)>>,
}

impl Forge {
    /// A forge. Sends nothing yet.
    ///
    /// `at_once` bounds the requests that are under way together; GitHub allows a hundred, everybody's with the same
    /// credential taken together.
    ///
    /// # Errors
    /// When the credential is of a kind that the forge does not know.
    pub fn new(
        site: Site,
        client: Client,
        credential: Credential,
        masks: MaskSink,
        at_once: usize,
    ) -> Result<Self, Error> {
        credential.check(site.dialect)?;
        Ok(Self(Arc::new(Inner {
            site,
            client,
            credential: Arc::new(credential),
            masks,
            places: Arc::new(Semaphore::new(at_once.max(1))),
            tokens: Mutex::default(),
        })))
    }

    /// What this forge can do.
    #[must_use]
    pub fn capabilities(&self) -> Capabilities {
        Capabilities::of(self.0.site.dialect)
    }

    /// The two handles on a repository.
    #[must_use]
    pub fn repository(&self, repo: RepoName) -> (Reader, Writer) {
        Reader::and_writer(self.connection(repo))
    }

    /// Looks at many repositories: what each is, and what its workflows are.
    ///
    /// On GitHub it takes a request for every twenty-five of them, and on Gitea some for each one, as many side by side
    /// as may be. What goes wrong for one does not hold up the others.
    pub async fn survey(&self, repos: &[RepoName]) -> Survey {
        match self.0.site.dialect {
            Dialect::GitHub => {
                let queries = by_owner(repos)
                    .into_iter()
                    .map(async |(owner, repos)| github::survey::survey(&self.way(&owner), &repos).await);
                in_order(join_all(queries).await.into_iter().flatten().collect(), repos)
            }
            Dialect::Gitea => {
                join_all(repos.iter().map(async |repo| {
                    (repo.clone(), gitea::survey::survey(&self.connection(repo.clone())).await)
                }))
                .await
            }
        }
    }

    /// Every repository of an organisation that the token may see.
    pub async fn organisation(&self, org: &Owner) -> Result<Vec<RepositoryState>, Error> {
        let way = self.way(org);
        let doing = format!("list the repositories of organisation `{org}`");
        let task = Task::new(self.0.site.dialect, "metadata: read", doing).of(Whose::Another);
        let listed = match self.0.site.dialect {
            Dialect::GitHub => github::listing::of_organisation(&way, org, &task).await,
            Dialect::Gitea => gitea::listing::of_organisation(&way, org, &task).await,
        };
        listed.map_err(|error| match error.status() {
            Some(404) => error.with_hint(format!(
                "see that `{org}` is spelt as the forge spells it, is an organisation, and may be seen by the token"
            )),
            _ => error,
        })
    }

    fn connection(&self, repo: RepoName) -> Connection {
        Connection::new(self.way(&Owner::of(&repo)), repo, Whose::Another)
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.0
    }

    /// The way to what belongs to an owner.
    pub(crate) fn way(&self, owner: &Owner) -> Way {
        let Inner { site, client, places, .. } = &*self.0;
        Way::new(site.clone(), client.clone(), self.tokens(owner), Arc::clone(places))
    }

    fn tokens(&self, owner: &Owner) -> Arc<Tokens> {
        // nothing that can panic is done while it is held
        let mut known = self.0.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, tokens)) = known.iter().find(|(whose, _)| whose == owner) {
            return Arc::clone(tokens);
        }
        let Inner { credential, masks, .. } = &*self.0;
        let tokens = Tokens::new(Arc::clone(credential), Arc::clone(masks), Reach::Owner(owner.clone()));
        let tokens = Arc::new(tokens);
        known.push((owner.clone(), Arc::clone(&tokens)));
        tokens
    }
}

/// What came of each, in the order of what was asked.
fn in_order(mut survey: Survey, repos: &[RepoName]) -> Survey {
    survey.sort_by_key(|(repo, _)| repos.iter().position(|asked| asked == repo));
    survey
}

/// The repositories, so many of one owner together as one query takes.
fn by_owner(repos: &[RepoName]) -> Vec<(Owner, Vec<RepoName>)> {
    let mut groups: Vec<(Owner, Vec<RepoName>)> = Vec::new();
    for repo in repos {
        let owner = Owner::of(repo);
        let fits = |(whose, group): &&mut (Owner, Vec<RepoName>)| {
            *whose == owner && group.len() < github::survey::PER_QUERY
        };
        match groups.iter_mut().rev().find(fits) {
            Some((_, group)) => group.push(repo.clone()),
            None => groups.push((owner, vec![repo.clone()])),
        }
    }
    groups
}
