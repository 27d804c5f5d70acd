//! The client as octocrab's tower service.
//!
//! octocrab brings typed requests and answers; this brings everything below them. No type of octocrab's is
//! named here: the body is any [`Body`], so this crate does not depend on octocrab.
//!
//! ```
//! # async fn build(client: http_client::Client) -> Result<(), Box<dyn std::error::Error>> {
//! use http_client::OctocrabService;
//! use octocrab::{AuthState, Octocrab, OctocrabBuilder};
//!
//! let service = OctocrabService::new(client, "https://github.example/api/v3".parse()?)
//!     .authorize("Bearer", &"the token".into());
//! let github: Octocrab =
//!     OctocrabBuilder::new_empty().with_service(service).with_auth(AuthState::None).build()?;
//! # drop(github); Ok(()) }
//! ```
//!
//! Build it inside a tokio runtime (a current-thread one is enough): octocrab puts its service behind tower's
//! `Buffer`, whose worker is a spawned task. Use neither octocrab's `BaseUriLayer` nor its `AuthHeaderLayer`:
//! the former leaves the base away from routes that begin with the same letters (base `/a`, route `/app`).

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, HeaderValue};
use http::{Method, Uri};
use http_body::Body;
use http_body_util::{BodyExt, Full};
use secrecy::SecretString;
use tower_service::Service;
use url::Url;

use crate::client::Client;
use crate::error::{Error, Target};
use crate::request::{Effect, Request};

/// [`Client`] as a tower service over `http::Request`, for octocrab.
///
/// - A URI without a host is a route below the base URL. The route `/graphql` of a base that ends in `/api/v3`
///   is `/api/graphql`, as GitHub Enterprise Server has it.
/// - `GET` and `HEAD` read, and so does `POST` to a path that ends in `/graphql`: we send no mutations. All
///   others write. An [`Effect`] among the request's extensions overrules this.
/// - Credentials are sent to the base URL's origin only.
/// - Every answer but 2xx is an `Err`, which octocrab hands over as `Service`; [`Error::find`] finds it in there.
///   So octocrab's calls that read a 404 as "no" (such as membership checks) fail with that 404 here.
#[derive(Debug, Clone)]
pub struct OctocrabService {
    client: Client,
    base: Url,
    authorization: Option<(&'static str, SecretString)>,
}

impl OctocrabService {
    /// A service for the API at `base`, `https://api.github.com` or `https://host/api/v3`.
    #[must_use]
    pub fn new(client: Client, base: Url) -> Self {
        Self { client, base, authorization: None }
    }

    /// Authorizes each request by `scheme token`, unless it brings its own `Authorization`.
    #[must_use]
    pub fn authorize(mut self, scheme: &'static str, token: &SecretString) -> Self {
        self.authorization = Some((scheme, token.clone()));
        self
    }

    /// The place that `uri` means.
    fn resolve(&self, uri: &Uri) -> Result<Url, url::ParseError> {
        if uri.authority().is_some() {
            return Url::parse(&uri.to_string());
        }
        let base = self.base.path().trim_end_matches('/');
        let base = match (uri.path(), base.strip_suffix("/api/v3")) {
            ("/graphql", Some(instance)) => format!("{instance}/api"),
            _ => base.to_owned(),
        };
        let mut url = self.base.clone();
        url.set_path(&format!("{base}{}", uri.path()));
        url.set_query(uri.query());
        Ok(url)
    }

    async fn request<B>(&self, request: http::Request<B>) -> Result<Request, Error>
    where
        B: Body<Data = Bytes>,
        B::Error: std::fmt::Display,
    {
        let (parts, body) = request.into_parts();
        let unsendable = |reason: String| {
            let target = Target { method: parts.method.clone(), url: parts.uri.path().to_owned() };
            Error::Unsendable { target, reason }
        };
        let url = self.resolve(&parts.uri).map_err(|error| unsendable(error.to_string()))?;
        let body = body.collect().await.map_err(|error| unsendable(error.to_string()))?.to_bytes();
        let effect = parts.extensions.get().copied().unwrap_or_else(|| effect(&parts.method, url.path()));
        let mut request = Request::new(parts.method, url, effect);
        request.headers = parts.headers;
        request.body = body;
        // octocrab sets the length by hand, also for a GET; the transport knows better.
        request.headers.remove(CONTENT_LENGTH);
        request.headers.entry(ACCEPT).or_insert(HeaderValue::from_static("application/vnd.github+json"));
        Ok(match &self.authorization {
            Some((scheme, token)) if self.covers(&request) => request.authorize(scheme, token),
            _ => request,
        })
    }

    /// Whether our credentials are meant for this request.
    fn covers(&self, request: &Request) -> bool {
        request.url.origin() == self.base.origin() && !request.headers.contains_key(AUTHORIZATION)
    }
}

/// What a request does, when nobody says so.
fn effect(method: &Method, path: &str) -> Effect {
    match *method {
        Method::GET | Method::HEAD => Effect::Read,
        Method::POST if path.ends_with("/graphql") => Effect::Read,
        _ => Effect::Write,
    }
}

impl<B> Service<http::Request<B>> for OctocrabService
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: std::fmt::Display,
{
    type Response = http::Response<Full<Bytes>>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        let service = self.clone();
        Box::pin(async move {
            let request = service.request(request).await?;
            let response = service.client.send(request).await?;
            let mut answer = http::Response::new(Full::new(response.body));
            *answer.status_mut() = response.status;
            *answer.headers_mut() = response.headers;
            Ok(answer)
        })
    }
}
