//! One repository on one forge, and the way there.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use domain::RepoName;
use http::HeaderName;
use http::header::HeaderValue;
use http_client::{Client, Effect, OctocrabService, Request, Response};
use octocrab::{AuthState, Octocrab, OctocrabBuilder};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;
use url::Url;

use crate::credential::Tokens;
use crate::error::Task;
use crate::site::Site;
use crate::{Dialect, Error};

/// What every call needs; shared by a repository's two handles.
pub(crate) struct Connection {
    pub(crate) site: Site,
    pub(crate) client: Client,
    pub(crate) tokens: Tokens,
    pub(crate) repo: RepoName,
    /// One for each request that may be under way.
    places: Semaphore,
}

/// How many requests are under way at once: a long range asks for hundreds of things side by side, and a forge
/// takes a flood for an attack.
const AT_ONCE: usize = 8;

impl Connection {
    pub(crate) fn new(site: Site, client: Client, tokens: Tokens, repo: RepoName) -> Self {
        Self { site, client, tokens, repo, places: Semaphore::new(AT_ONCE) }
    }

    /// The words for an error of a call on this repository; `doing` completes "could not …".
    pub(crate) fn task(&self, needs: &'static str, doing: impl Into<String>) -> Task {
        Task::new(self.site.dialect, needs, doing)
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

    /// Sends with this repository's token. A 401 to an app's token is answered with a new one and the same
    /// request: who is not let in has changed nothing, so that this is right of a write as well.
    async fn authorized<T>(&self, send: impl AsyncFn(&SecretString) -> Result<T, Error>) -> Result<T, Error> {
        let _place = self.places.acquire().await.expect("the semaphore is never closed");
        let token = self.tokens.token(&self.client, &self.site, &self.repo).await?;
        match send(&token).await {
            Err(error) if error.status() == Some(401) => {
                match self.tokens.renewed(&token, &self.client, &self.site, &self.repo).await? {
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

    /// The URL of a path below the repository, as the API has it: `/repos/owner/name/…`.
    pub(crate) fn repo_url<'a>(&'a self, path: impl IntoIterator<Item = &'a str>) -> Url {
        let repo = ["repos", self.repo.owner(), self.repo.name()];
        self.site.api_path(repo.into_iter().chain(path))
    }

    /// Sends a request to the REST API with this repository's token.
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

    /// Sends a request to the repository's git service, where a token is a password and the user's name is
    /// any text.
    pub(crate) async fn send_git(
        &self,
        task: &Task,
        service: &str,
        headers: &[(&'static str, &'static str)],
        effect: Effect,
        body: Vec<u8>,
    ) -> Result<Response, Error> {
        let name = format!("{}.git", self.repo.name());
        let url = self.site.server_path([self.repo.owner(), &name, service]);
        let mut request = Request::post(url, effect).body("", body);
        for (name, value) in headers {
            request = request.header(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        self.authorized(async |token| {
            let credentials = BASE64_STANDARD.encode(format!("x-access-token:{}", token.expose_secret()));
            let credentials = SecretString::from(credentials);
            self.client.add_secret(credentials.clone());
            let request = request.clone().authorize("Basic", &credentials);
            self.client.send(request).await.map_err(|error| task.failed(error))
        })
        .await
    }
}
