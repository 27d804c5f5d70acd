//! Where a redirect may lead.

use http::header::{ACCEPT, HeaderMap, LOCATION};
use http::{Method, StatusCode};
use url::Url;

use crate::request::{Effect, Redirects, Request};

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
        if request.redirects == Redirects::Refused {
            return blocked("this request follows none");
        }
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
            if !safe || request.redirects != Redirects::AcrossOrigins {
                return blocked("it leads to another scheme, host or port");
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

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: &str = "https://forge.example/api/repos/a/old";

    fn follow(method: Method, effect: Effect, status: u16, location: &str) -> Result<Route, Blocked> {
        let request = Request::new(method, HERE.parse().unwrap(), effect).authorize("Bearer", &"t".into());
        Route::start(&request).follow(&request, StatusCode::from_u16(status).unwrap(), location)
    }

    #[test]
    fn redirects_within_the_origin_keep_the_credentials_whatever_the_status() {
        for status in [301, 302, 307, 308] {
            for (method, effect) in [(Method::GET, Effect::Read), (Method::POST, Effect::Write)] {
                for location in ["/api/repos/a/new", "new", "https://forge.example:443/api/repos/a/new"] {
                    let route = follow(method.clone(), effect, status, location).unwrap();
                    assert_eq!(
                        route.url.as_str(),
                        "https://forge.example/api/repos/a/new",
                        "{status} {location}"
                    );
                    assert_eq!(route.headers["authorization"], "Bearer t");
                }
            }
        }
    }

    #[test]
    fn redirects_that_are_not_followed_say_where_to_and_why() {
        let cases = [
            (
                Method::GET,
                Effect::Read,
                302,
                "https://u:p@elsewhere.example/x?sig=s",
                "it leads to another scheme, host or port",
            ),
            (
                Method::POST,
                Effect::Write,
                307,
                "https://elsewhere.example/x",
                "it leads to another scheme, host or port",
            ),
            (Method::GET, Effect::Read, 302, "http://forge.example/x", "it leaves `https`"),
            (Method::POST, Effect::Write, 303, "/x", "it asks for another method"),
            (Method::GET, Effect::Read, 302, "https://[", "it is not a URL"),
        ];
        for (method, effect, status, location, reason) in cases {
            let blocked = follow(method, effect, status, location).unwrap_err();
            assert_eq!(blocked.reason, reason, "{location}");
            assert!(!blocked.to.contains("u:p") && !blocked.to.contains("sig=s"), "{}", blocked.to);
        }
    }

    #[test]
    fn another_origin_gets_only_what_the_request_allows_and_no_credentials() {
        let to = "https://user:pw@cdn.example/x";
        let request =
            Request::get(HERE.parse().unwrap()).authorize("Bearer", &"t".into()).follow_cross_origin();
        let request = request.header(ACCEPT, "text/plain".parse().unwrap());
        let route = Route::start(&request).follow(&request, StatusCode::FOUND, to).unwrap();
        assert_eq!(route.url.as_str(), "https://cdn.example/x");
        assert_eq!(route.headers.len(), 1);
        assert_eq!(route.headers[ACCEPT], "text/plain");

        let request = Request::post(HERE.parse().unwrap(), Effect::Read).follow_cross_origin();
        let blocked = Route::start(&request).follow(&request, StatusCode::FOUND, to).unwrap_err();
        assert_eq!(blocked.reason, "it leads to another scheme, host or port");
    }

    #[test]
    fn a_request_that_refuses_redirects_follows_none_and_says_so() {
        let request = Request::post(HERE.parse().unwrap(), Effect::Write).refuse_redirects();
        for location in ["/api/repos/a/new", "https://elsewhere.example/x"] {
            let blocked = Route::start(&request)
                .follow(&request, StatusCode::PERMANENT_REDIRECT, location)
                .unwrap_err();
            assert_eq!(blocked.reason, "this request follows none", "{location}");
        }
    }

    #[test]
    fn reads_follow_five_times_and_writes_twice() {
        for (effect, most) in [(Effect::Read, 5), (Effect::Write, 2)] {
            let request = Request::new(Method::PUT, HERE.parse().unwrap(), effect);
            let mut route = Route::start(&request);
            for _ in 0..most {
                route = route.follow(&request, StatusCode::FOUND, "/next").unwrap();
            }
            let blocked = route.follow(&request, StatusCode::FOUND, "/next").unwrap_err();
            assert_eq!(blocked.reason, "there were too many redirects before it");
        }
    }
}
