//! What is asked of a server, and whether asking twice does harm.

use std::fmt;

use bytes::Bytes;
use http::Method;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use url::Url;

use crate::redact;

/// Whether a request changes anything on the server.
///
/// The caller says so, because the method does not tell: GraphQL queries and git's `ls-refs` are POSTs that
/// read. The retry policy depends on it, see [`RetryPolicy`](crate::RetryPolicy).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Changes nothing; may be repeated freely.
    Read,
    /// Changes something; is repeated only when the server surely did not act.
    Write,
}

/// Which redirects of a request are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Redirects {
    /// None.
    Refused,
    /// Those to the same scheme, host and port.
    WithinOrigin,
    /// Also others, of a request that is safe.
    AcrossOrigins,
}

/// What is done about a limit that a request meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limits {
    /// It is waited for, within the policy's patience.
    WaitedFor,
    /// It is told at once.
    Told,
}

/// One request to a server.
#[derive(Clone)]
pub struct Request {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) effect: Effect,
    pub(crate) redirects: Redirects,
    pub(crate) limits: Limits,
    /// Why this cannot be sent. Told by `send` and not where it arises, so that requests are built in one go.
    pub(crate) unsendable: Option<String>,
}

impl Request {
    /// A request with the method, the URL and the effect given, and nothing else.
    #[must_use]
    pub fn new(method: Method, url: Url, effect: Effect) -> Self {
        let (headers, body) = (HeaderMap::new(), Bytes::new());
        let (redirects, limits) = (Redirects::WithinOrigin, Limits::WaitedFor);
        Self { method, url, headers, body, effect, redirects, limits, unsendable: None }
    }

    /// A `GET`, which reads.
    #[must_use]
    pub fn get(url: Url) -> Self {
        Self::new(Method::GET, url, Effect::Read)
    }

    /// A `POST`; say what it does by `effect`.
    #[must_use]
    pub fn post(url: Url, effect: Effect) -> Self {
        Self::new(Method::POST, url, effect)
    }

    /// Sets a header, in place of any of the same name.
    #[must_use]
    pub fn header(mut self, name: HeaderName, mut value: HeaderValue) -> Self {
        if name == AUTHORIZATION {
            value.set_sensitive(true);
        }
        self.headers.insert(name, value);
        self
    }

    /// Authorizes by `scheme token`: `Bearer` on GitHub, `token` or `Bearer` on Gitea.
    ///
    /// A token that no header can hold, such as one pasted with a line break inside, makes the request
    /// [`Unsendable`](crate::Error::Unsendable).
    #[must_use]
    pub fn authorize(mut self, scheme: &str, token: &SecretString) -> Self {
        let Ok(value) = HeaderValue::from_str(&format!("{scheme} {}", token.expose_secret())) else {
            self.unsendable = Some("the token holds a line break or another control character".into());
            return self;
        };
        self.header(AUTHORIZATION, value)
    }

    /// Sets the body and its media type.
    #[must_use]
    pub fn body(mut self, media_type: &'static str, body: impl Into<Bytes>) -> Self {
        self.headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        self.body = body.into();
        self
    }

    /// Sets the body to `value` as JSON.
    ///
    /// A value without a JSON form (a map whose keys are not text) makes the request
    /// [`Unsendable`](crate::Error::Unsendable).
    #[must_use]
    pub fn json(mut self, value: &impl Serialize) -> Self {
        match serde_json::to_vec(value) {
            Ok(body) => self.body("application/json", body),
            Err(error) => {
                self.unsendable = Some(format!("the body has no JSON form: {error}"));
                self
            }
        }
    }

    /// Allows a redirect to another origin, for `GET` and `HEAD` alone, without credentials, and never from
    /// `https` to `http`.
    ///
    /// For what is public wherever it lies: files of a package index, archives, logs behind signed URLs.
    #[must_use]
    pub fn follow_cross_origin(mut self) -> Self {
        self.redirects = Redirects::AcrossOrigins;
        self
    }

    /// Refuses every redirect, also one within the origin.
    ///
    /// For what one address is meant to take and no other: an upload that follows a redirect has a body that is sent
    /// twice, to a place that nobody named.
    #[must_use]
    pub fn refuse_redirects(mut self) -> Self {
        self.redirects = Redirects::Refused;
        self
    }

    /// Tells of a limit at once, as [`Error::Limited`](crate::Error::Limited), and does not wait for it.
    ///
    /// For one of many requests: when they meet a limit, all of them must pause, and only their sender can see to that.
    #[must_use]
    pub fn tell_limits(mut self) -> Self {
        self.limits = Limits::Told;
        self
    }

    /// The URL asked for.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Whether the request reads or writes.
    #[must_use]
    pub fn effect(&self) -> Effect {
        self.effect
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("url", &redact::url(&self.url))
            .field("effect", &self.effect)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_marked_sensitive_so_that_no_log_below_shows_them() {
        let request = Request::get("https://h/".parse().unwrap());
        let authorized = request.clone().authorize("Bearer", &"t0ken".into());
        assert!(authorized.headers[AUTHORIZATION].is_sensitive());
        let authorized = request.header(AUTHORIZATION, HeaderValue::from_static("Bearer t0ken"));
        assert!(authorized.headers[AUTHORIZATION].is_sensitive());
    }
}
