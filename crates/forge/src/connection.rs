//! One repository on one forge, and the way there.

use std::sync::atomic::AtomicBool;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use domain::RepoName;
use http::HeaderName;
use http::header::HeaderValue;
use http_client::{Effect, Request, Response};
use octocrab::Octocrab;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::Error;
use crate::error::{Task, Whose};
use crate::way::Way;

/// What every call on a repository needs; shared by its two handles.
pub(crate) struct Connection {
    pub(crate) way: Way,
    pub(crate) repo: RepoName,
    pub(crate) whose: Whose,
    /// Whether Gitea has refused the list of runs: it is the owner's.
    pub(crate) runs_are_hidden: AtomicBool,
}

impl Connection {
    pub(crate) fn new(way: Way, repo: RepoName, whose: Whose) -> Self {
        Self { way, repo, whose, runs_are_hidden: AtomicBool::new(false) }
    }

    /// The words for an error of a call on this repository; `doing` completes "could not …".
    pub(crate) fn task(&self, needs: &'static str, doing: impl Into<String>) -> Task {
        Task::new(self.way.site.dialect, needs, doing).of(self.whose)
    }

    /// Asks GitHub, by octocrab over the one client.
    pub(crate) async fn github<T>(
        &self,
        task: &Task,
        ask: impl AsyncFn(&Octocrab) -> octocrab::Result<T>,
    ) -> Result<T, Error> {
        self.way.github(task, ask).await
    }

    /// The URL of a path below the repository, as the API has it: `/repos/owner/name/…`.
    pub(crate) fn repo_url<'a>(&'a self, path: impl IntoIterator<Item = &'a str>) -> Url {
        let repo = ["repos", self.repo.owner(), self.repo.name()];
        self.way.site.api_path(repo.into_iter().chain(path))
    }

    /// Sends a request to the REST API with this repository's token.
    pub(crate) async fn send(&self, task: &Task, request: Request) -> Result<Response, Error> {
        self.way.send(task, request).await
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
        let url = self.way.site.server_path([self.repo.owner(), &name, service]);
        let mut request = Request::post(url, effect).body("", body);
        for (name, value) in headers {
            request = request.header(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        let way = &self.way;
        way.authorized(async |token| {
            let credentials = BASE64_STANDARD.encode(format!("x-access-token:{}", token.expose_secret()));
            let credentials = SecretString::from(credentials);
            way.client.add_secret(credentials.clone());
            let request = request.clone().authorize("Basic", &credentials);
            way.client.send(request).await.map_err(|error| task.failed(error))
        })
        .await
    }
}
