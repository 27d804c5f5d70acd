//! One repository on one forge, and the way there.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use domain::RepoName;
use http::HeaderName;
use http::header::HeaderValue;
use http_client::{Client, Effect, OctocrabService, Request, Response};
use octocrab::{AuthState, Octocrab, OctocrabBuilder};
use secrecy::{ExposeSecret, SecretString};
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
}

impl Connection {
    /// The words for an error of a call on this repository; `doing` completes "could not …".
    pub(crate) fn task(&self, needs: &'static str, doing: impl Into<String>) -> Task {
        Task::new(self.site.dialect, needs, doing)
    }

    async fn token(&self) -> Result<SecretString, Error> {
        self.tokens.token(&self.client, &self.site, &self.repo).await
    }

    /// octocrab, over the one client.
    pub(crate) async fn octocrab(&self) -> Result<Octocrab, Error> {
        let service = OctocrabService::new(self.client.clone(), self.site.api.clone())
            .authorize("Bearer", &self.token().await?);
        let built = OctocrabBuilder::new_empty().with_service(service).with_auth(AuthState::None).build();
        Ok(built.unwrap_or_else(|never| match never {}))
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
        let request = request.authorize(scheme, &self.token().await?);
        self.client.send(request).await.map_err(|error| task.failed(error))
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
        let credentials =
            BASE64_STANDARD.encode(format!("x-access-token:{}", self.token().await?.expose_secret()));
        let credentials = SecretString::from(credentials);
        self.client.add_secret(credentials.clone());
        let mut request = Request::post(url, effect).authorize("Basic", &credentials).body("", body);
        for (name, value) in headers {
            request = request.header(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        self.client.send(request).await.map_err(|error| task.failed(error))
    }
}
