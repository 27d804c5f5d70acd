//! The way to a forge in somebody's name: one client, one credential, and a bound on what is under way at once.

use std::sync::Arc;

use http_client::{Client, OctocrabService, Request, Response};
use octocrab::{AuthState, Octocrab, OctocrabBuilder};
use secrecy::SecretString;
use tokio::sync::Semaphore;

use crate::credential::Tokens;
use crate::error::Task;
use crate::site::Site;
use crate::{Dialect, Error};

/// What every request needs, whatever repository it is about.
pub(crate) struct Way {
    pub(crate) site: Site,
    pub(crate) client: Client,
    pub(crate) tokens: Arc<Tokens>,
    /// One for each request that may be under way.
    places: Arc<Semaphore>,
}

impl Way {
    /// `places` may be shared: then so is the bound.
    pub(crate) fn new(site: Site, client: Client, tokens: Arc<Tokens>, places: Arc<Semaphore>) -> Self {
        Self { site, client, tokens, places }
    }

    /// Asks GitHub, by octocrab over the one client.
    pub(crate) async fn github<T>(
        &self,
        task: &Task,
        ask: impl AsyncFn(&Octocrab) -> octocrab::Result<T>,
    ) -> Result<T, Error> {
        self.authorized(async |token| ask(&self.octocrab(token)).await.map_err(|error| task.octocrab(error)))
            .await
    }

    /// Sends a request to the REST API.
    pub(crate) async fn send(&self, task: &Task, request: Request) -> Result<Response, Error> {
        let scheme = match self.site.dialect {
            Dialect::GitHub => "Bearer",
            Dialect::Gitea => "token",
        };
        self.authorized(async |token| {
            let request = request.clone().authorize(scheme, token);
            self.client.send(request).await.map_err(|error| task.failed(error))
        })
        .await
    }

    /// Sends with the token to use now. A 401 to an app's token is answered with a new one and the same request:
    /// who is not let in has changed nothing, so that this is right of a write as well.
    pub(crate) async fn authorized<T>(
        &self,
        send: impl AsyncFn(&SecretString) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let _place = self.places.acquire().await.expect("the semaphore is never closed");
        let token = self.tokens.token(&self.client, &self.site).await?;
        match send(&token).await {
            Err(error) if error.status() == Some(401) => {
                match self.tokens.renewed(&token, &self.client, &self.site).await? {
                    Some(renewed) => send(&renewed).await,
                    None => Err(error),
                }
            }
            settled => settled,
        }
    }

    fn octocrab(&self, token: &SecretString) -> Octocrab {
        let service = OctocrabService::new(self.client.clone(), self.site.api.clone());
        let service = service.authorize("Bearer", token);
        let built = OctocrabBuilder::new_empty().with_service(service).with_auth(AuthState::None).build();
        built.unwrap_or_else(|never| match never {})
    }
}
