//! Asking an index.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::ProjectName;
use http::header::{ACCEPT, CACHE_CONTROL, HeaderValue};
use http_client::{Client, Request, Response};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::{IndexError, Project, html, json};

const JSON: &str = "application/vnd.pypi.simple.v1+json";
const HTML: &str = "application/vnd.pypi.simple.v1+html";
const OLD_HTML: &str = "text/html";

/// JSON where the index has it: it alone names versions without files.
const FORMS: &str =
    "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1";

/// An index of the simple repository API, to read from.
#[derive(Debug, Clone)]
pub struct SimpleIndex {
    client: Client,
    url: Url,
    credentials: Option<SecretString>,
}

impl SimpleIndex {
    /// The index at `simple_url`: `https://pypi.org/simple/`, `https://gitea.example/api/packages/acme/pypi/simple`.
    #[must_use]
    pub fn new(client: Client, mut simple_url: Url) -> Self {
        if !simple_url.path().ends_with('/') {
            simple_url.set_path(&format!("{}/", simple_url.path()));
        }
        Self { client, url: simple_url, credentials: None }
    }

    /// Reads as this user; neither name nor password leaves the index's own origin.
    #[must_use]
    pub fn basic(mut self, user: &str, password: &SecretString) -> Self {
        let pair = STANDARD.encode(format!("{user}:{}", password.expose_secret())).into();
        self.client.add_secret(password.clone());
        self.credentials = Some(pair);
        self
    }

    /// The index's URL, with a slash at the end.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The page of a project: the index's URL with the normalised name.
    #[must_use]
    pub fn page(&self, name: &ProjectName) -> Url {
        let mut page = self.url.clone();
        // A name is letters, digits and dashes: what it is joined to stays a directory.
        page.set_path(&format!("{}{}/", self.url.path(), name.normalised()));
        page
    }

    /// What the index serves of a project; `None` when it answers 404: it has no such project, or is no index.
    ///
    /// A redirect to another origin is not followed: some servers so pass on what they do not have, and what another
    /// index serves under the name is not what this one holds.
    ///
    /// # Errors
    /// When there is no answer, a refusal, a redirect to elsewhere, or an answer that is no page of the simple API.
    pub async fn project(&self, name: &ProjectName) -> Result<Option<Project>, IndexError> {
        if !self.url.username().is_empty() || self.url.password().is_some() {
            return Err(self.unexpected(
                name,
                "the URL holds a user or password",
                "take them out of the URL and give them as inputs",
            ));
        }
        let mut request = Request::get(self.page(name))
            .header(ACCEPT, HeaderValue::from_static(FORMS))
            .header(CACHE_CONTROL, HeaderValue::from_static("max-age=0"));
        if let Some(credentials) = &self.credentials {
            request = request.authorize("Basic", credentials);
        }
        match self.client.send(request).await {
            Ok(response) => self.read(name, &response).map(Some),
            Err(error) if error.status() == Some(http::StatusCode::NOT_FOUND) => Ok(None),
            Err(source) => {
                Err(IndexError::Call { project: name.clone(), index: self.shown(), source: Box::new(source) })
            }
        }
    }

    fn read(&self, name: &ProjectName, response: &Response) -> Result<Project, IndexError> {
        let garbage = |what: String| {
            self.unexpected(
                name,
                &what,
                "give the address of a simple index, such as `https://pypi.org/simple/`",
            )
        };
        let told = response.header("content-type").unwrap_or_default();
        let kind = told.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let read = match kind.as_str() {
            JSON => json::parse(response.body(), name)
                .and_then(|listing| listing.read(name, response.url()))
                .map_err(|why| format!("the answer is no JSON page of the simple API: {why}")),
            HTML | OLD_HTML => html::parse(response.body())
                .and_then(|page| page.read(name, response.url()))
                .map_err(|why| format!("the answer is no HTML page of the simple API: {why}")),
            "" => Err("the answer has no content type".to_owned()),
            other => {
                Err(format!("the answer is of type `{}`, not a page of the simple API", other.escape_debug()))
            }
        };
        let project = read.map_err(garbage)?;
        tracing::debug!(
            project = %name,
            files = project.files.len(),
            versions = project.versions.len(),
            unread = project.unread.len(),
            "read from the index"
        );
        Ok(project)
    }

    fn unexpected(&self, name: &ProjectName, what: &str, hint: &str) -> IndexError {
        IndexError::Unexpected {
            project: name.clone(),
            index: self.shown(),
            what: what.to_owned(),
            hint: hint.to_owned(),
        }
    }

    /// The URL as it may be printed: a query can hold a token too.
    fn shown(&self) -> String {
        format!("{}{}", self.url.origin().ascii_serialization(), self.url.path())
    }
}
