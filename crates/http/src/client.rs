//! The client: tries, waits, follows, counts.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use http::header::{AUTHORIZATION, HeaderMap};
use http::{Method, StatusCode};
use secrecy::SecretString;
use url::Url;

use crate::clock::Clock;
use crate::error::{Doubt, Error, Failure, Target};
use crate::exchange::{Answer, Broken, Transport};
use crate::redact::{self, Redactor};
use crate::redirect::{self, Blocked, Route};
use crate::refusal::Refusal;
use crate::request::{Effect, Limits, Request};
use crate::response::Response;
use crate::retry::{Outcome, Progress, RetryPolicy, Verdict};
use crate::settings::Settings;

/// The one HTTP client. Clones share connections, counts and secrets.
///
/// It speaks HTTP/1.1 only: the requests of one run are few and mostly follow one another, so that a second
/// protocol would add code and gain nothing. It asks for no compression: answers are small, and a limit on
/// bytes read then is a limit on memory.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    transport: Transport,
    retry: RetryPolicy,
    redactor: Redactor,
    clock: Arc<dyn Clock>,
    requests: AtomicU64,
    round_trips: AtomicU64,
}

/// How much was asked so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Calls of [`Client::send`].
    pub requests: u64,
    /// What went over the wire for them: each try and each redirect counts.
    pub round_trips: u64,
}

impl Client {
    /// A client with these settings. Reads no trust store and opens no connection yet.
    ///
    /// Fails with [`Error::Settings`] when a proxy is not usable.
    pub fn new(settings: Settings) -> Result<Self, Error> {
        Ok(Self(Arc::new(Inner {
            transport: Transport::new(&settings)?,
            retry: settings.retry,
            redactor: Redactor::new(settings.secrets),
            clock: settings.clock,
            requests: AtomicU64::new(0),
            round_trips: AtomicU64::new(0),
        })))
    }

    /// Hides `secret` in all errors from now on; for tokens minted on the way.
    pub fn add_secret(&self, secret: SecretString) {
        self.0.redactor.add(secret);
    }

    /// How much was asked so far, by this client and its clones.
    #[must_use]
    pub fn statistics(&self) -> Statistics {
        Statistics {
            requests: self.0.requests.load(Ordering::Relaxed),
            round_trips: self.0.round_trips.load(Ordering::Relaxed),
        }
    }

    /// The clock that the client waits by.
    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.0.clock
    }

    /// Sends `request` and reads the whole answer, trying again where [`RetryPolicy`] allows.
    ///
    /// An answer with another status than 2xx is an [`Error`]. A redirect within the same origin is followed
    /// with the same method and body, at most 5 times for a read and twice for a write, which is warned of: the
    /// repository was probably renamed. One to another origin is an error, unless the request allows it by
    /// [`Request::follow_cross_origin`]; a request can also refuse all, by [`Request::refuse_redirects`].
    pub async fn send(&self, request: Request) -> Result<Response, Error> {
        if let Some(reason) = &request.unsendable {
            let target = self.0.target(&request.method, &request.url);
            return Err(Error::Unsendable { target, reason: reason.clone() });
        }
        self.0.requests.fetch_add(1, Ordering::Relaxed);
        let mut route = Route::start(&request);
        let mut progress = Progress::default();
        loop {
            let answer = self.0.settle(&request, &route, &mut progress).await?;
            let target = self.0.target(&request.method, &route.url);
            if let Some(location) = redirect::location(answer.status, &answer.headers) {
                route = route.follow(&request, answer.status, &location).map_err(|blocked| {
                    let Blocked { to, reason } = blocked;
                    Error::Redirected {
                        target: target.clone(),
                        to: self.0.redactor.excerpt(&to, &[]),
                        reason,
                    }
                })?;
                tell_move(&target, &route, &request);
                continue;
            }
            let Answer { status, headers, body } = answer;
            if status.is_success() {
                return Ok(Response { target, status, headers, body, moved: route.hops > 0, url: route.url });
            }
            return Err(Error::Refused(Box::new(self.0.refusal(target, status, &headers, &body, &route))));
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("statistics", &self.statistics()).finish_non_exhaustive()
    }
}

impl Inner {
    /// Tries until the answer is final; answers that mean "not now" do not leave here.
    async fn settle(
        &self,
        request: &Request,
        route: &Route,
        progress: &mut Progress,
    ) -> Result<Answer, Error> {
        loop {
            self.round_trips.fetch_add(1, Ordering::Relaxed);
            progress.tries += 1;
            let result = self.transport.exchange(request, route).await;
            let target = self.target(&request.method, &route.url);
            let outcome = self.outcome(&result, route);
            tracing::debug!(?outcome, tries = progress.tries, "{target}");
            let verdict = match self.retry.next(request.effect, outcome, *progress, fastrand::f64()) {
                Verdict::RetryAfter(wait) if request.limits == Limits::Told && outcome.is_limit() => {
                    Verdict::Limited(wait)
                }
                verdict => verdict,
            };
            match verdict {
                Verdict::RetryAfter(wait) => {
                    let met = self.met(target.clone(), result, route, *progress);
                    let wait_words = crate::error::words(wait);
                    tracing::warn!("trying again in {wait_words}: {met}");
                    progress.waited = progress.waited.saturating_add(wait);
                    self.clock.sleep(wait).await;
                }
                Verdict::Stop => match result {
                    Ok(answer) => return Ok(answer),
                    broken => return Err(self.met(target, broken, route, *progress)),
                },
                Verdict::Limited(lasts) => {
                    return Err(match self.met(target, result, route, *progress) {
                        Error::Refused(refusal) => Error::Limited { refusal, lasts },
                        other => other,
                    });
                }
                Verdict::Ambiguous => {
                    let doubt = match self.met(target.clone(), result, route, *progress) {
                        Error::Refused(refusal) => Doubt::Answer(refusal),
                        Error::NoAnswer { failure, .. } => Doubt::NoAnswer(failure),
                        other => return Err(other),
                    };
                    return Err(Error::Ambiguous { target, doubt });
                }
            }
        }
    }

    /// What is asked of whom, printable; a path may hold a secret too.
    fn target(&self, method: &Method, url: &Url) -> Target {
        Target { method: method.clone(), url: self.redactor.scrub(&redact::url(url), &[]) }
    }

    fn outcome(&self, result: &Result<Answer, Broken>, route: &Route) -> Outcome {
        match result {
            Ok(Answer { status, headers, body }) => {
                let telling = !status.is_success() || route.url.path().ends_with("/graphql");
                let body = if telling { String::from_utf8_lossy(body) } else { "".into() };
                Outcome::of(*status, headers, &body, self.clock.now())
            }
            Err(Broken::Unsendable(_)) => Outcome::Final,
            Err(Broken::NoConnection(cause)) => Outcome::NoConnection(cause.is_transient()),
            Err(Broken::NoAnswer(Failure::TooLarge(_))) => Outcome::TooLarge,
            Err(Broken::NoAnswer(_)) => Outcome::NoAnswer,
        }
    }

    /// What was met on a try, as an error.
    fn met(
        &self,
        target: Target,
        result: Result<Answer, Broken>,
        route: &Route,
        progress: Progress,
    ) -> Error {
        let attempts = progress.tries;
        match result {
            Ok(Answer { status, headers, body }) => {
                Error::Refused(Box::new(self.refusal(target, status, &headers, &body, route)))
            }
            Err(Broken::Unsendable(reason)) => Error::Unsendable { target, reason },
            Err(Broken::NoAnswer(failure)) => Error::NoAnswer { target, failure, attempts },
            Err(Broken::NoConnection(cause)) => {
                Error::Connect(Box::new(self.transport.connect_error(target, &route.url, cause, attempts)))
            }
        }
    }

    fn refusal(
        &self,
        target: Target,
        status: StatusCode,
        headers: &HeaderMap,
        body: &Bytes,
        route: &Route,
    ) -> Refusal {
        Refusal::new(target, status, headers, body, &self.redactor, &credentials(&route.headers))
    }
}

/// Tells that the server names another place; for a write loudly, so that somebody mends the configuration.
fn tell_move(from: &Target, to: &Route, request: &Request) {
    let to = redact::url(&to.url);
    match request.effect {
        Effect::Write => {
            tracing::warn!("{from} moved to `{to}`, where it is sent now: was the repository renamed?");
        }
        Effect::Read => tracing::debug!("{from} moved to `{to}`"),
    }
}

/// The secrets that the request itself carries: what follows the scheme in `Authorization`.
fn credentials(headers: &HeaderMap) -> Vec<&str> {
    let values = headers.get_all(AUTHORIZATION).iter().filter_map(|value| value.to_str().ok());
    values.map(|value| value.split_once(' ').map_or(value, |(_, credentials)| credentials)).collect()
}
