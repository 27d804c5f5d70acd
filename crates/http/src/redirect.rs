//! Where a redirect may lead.

use http::header::{ACCEPT, HeaderMap, LOCATION};
use http::{Method, StatusCode};
use url::Url;

use crate::request::{Effect, Request};

/// The most redirects followed for a read.
const READ_HOPS: u32 = 5;
/// The most for a write: a rename, and a rename again.
const WRITE_HOPS: u32 = 2;

/// Where a request goes: at first where it was sent to, later where redirects led it.
#[derive(Debug, Clone)]
pub(crate) struct Route {
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) hops: u32,
}

/// A redirect that is not followed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Blocked {
    pub(crate) to: String,
    pub(crate) reason: &'static str,
}

impl Route {
    pub(crate) fn start(request: &Request) -> Self {
        Self { url: request.url.clone(), headers: request.headers.clone(), hops: 0 }
    }

    /// The way on after a redirect; method and body stay what they are.
    ///
    /// Forges redirect when a repository was renamed, Gitea with 301 even to a `POST`, where browsers and most
    /// clients would go on with a `GET`. That would lose a write without a word, so it is never done here.
    pub(crate) fn follow(
        &self,
        request: &Request,
        status: StatusCode,
        location: &str,
    ) -> Result<Self, Blocked> {
        let Ok(mut to) = self.url.join(location) else {
            return Err(Blocked { to: location.to_owned(), reason: "it is not a URL" });
        };
        let blocked = |reason| Err(Blocked { to: crate::redact::url(&to), reason });
        let most = match request.effect {
            Effect::Read => READ_HOPS,
            Effect::Write => WRITE_HOPS,
        };
        let safe = matches!(request.method, Method::GET | Method::HEAD);
        if self.hops == most {
            return blocked("there were too many redirects before it");
        }
        if status == StatusCode::SEE_OTHER && !safe {
            return blocked("it asks for another method");
        }
        let mut headers = self.headers.clone();
        if to.origin() != self.url.origin() {
            if self.url.scheme() == "https" && to.scheme() != "https" {
                return blocked("it leaves `https`");
            }
            if !safe {
                return blocked("it leads to another server");
            }
            if !request.follow_cross_origin {
                return blocked("it leads to another server");
            }
            // Whatever the caller sent was meant for the first server alone.
            headers = HeaderMap::new();
            headers.extend(self.headers.get(ACCEPT).map(|accept| (ACCEPT, accept.clone())));
        }
        // Userinfo in a location would become credentials that nobody gave us.
        let _ = to.set_username("");
        let _ = to.set_password(None);
        Ok(Self { url: to, headers, hops: self.hops + 1 })
    }
}

/// The target of a redirect; `None` for every other answer.
pub(crate) fn location(status: StatusCode, headers: &HeaderMap) -> Option<String> {
    match status.as_u16() {
        301 | 302 | 303 | 307 | 308 => {
            headers.get(LOCATION).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        }
        _ => None,
    }
}
