//! One round trip over reqwest.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::StatusCode;
use http::header::HeaderMap;
use url::Url;

use crate::connect::{ConnectCause, ConnectError, root_cause};
use crate::error::{Error, Failure, Target};
use crate::proxy::ProxyRules;
use crate::redirect::Route;
use crate::request::Request;
use crate::settings::Settings;
use crate::tls;

/// The most of a refusal's body that is read: errors show the beginning only.
const REFUSAL_BODY: usize = 64 * 1024;

/// Idle connections are closed before servers close them, which could cut the next request.
const IDLE: Duration = Duration::from_secs(15);

pub(crate) struct Transport {
    http: reqwest::Client,
    proxies: ProxyRules,
    timeout: Duration,
    body_limit: usize,
}

/// A whole answer, whatever its status; the body of one that is not 2xx may be cut short.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// No whole answer.
#[derive(Debug)]
pub(crate) enum Broken {
    Unsendable(String),
    NoConnection(ConnectCause),
    NoAnswer(Failure),
}

impl Transport {
    #[expect(clippy::disallowed_methods, reason = "this is where the one client is built")]
    pub(crate) fn new(settings: &Settings) -> Result<Self, Error> {
        let proxies = ProxyRules::new(&settings.proxies)?;
        let mut builder = reqwest::Client::builder()
            .user_agent(&settings.user_agent)
            .tls_backend_preconfigured(tls::config(settings.trust.clone()))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(settings.connect_timeout)
            .timeout(settings.request_timeout)
            .pool_idle_timeout(IDLE)
            .http1_only()
            .no_proxy();
        for proxy in proxies.for_reqwest() {
            builder = builder.proxy(proxy);
        }
        let http = builder.build().map_err(|error| Error::Settings(root_cause(&error.without_url())))?;
        Ok(Self { http, proxies, timeout: settings.request_timeout, body_limit: settings.body_limit })
    }

    pub(crate) async fn exchange(&self, request: &Request, route: &Route) -> Result<Answer, Broken> {
        let asked = self
            .http
            .request(request.method.clone(), route.url.clone())
            .headers(route.headers.clone())
            .body(request.body.clone());
        let mut response = asked.send().await.map_err(|error| self.broken(&error.without_url()))?;
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        let body = if status.is_success() {
            self.whole_body(&mut response).await?
        } else {
            beginning(&mut response).await
        };
        Ok(Answer { status, headers, body })
    }

    async fn whole_body(&self, response: &mut reqwest::Response) -> Result<Bytes, Broken> {
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.broken(&error.without_url()))? {
            if body.len() + chunk.len() > self.body_limit {
                return Err(Broken::NoAnswer(Failure::TooLarge(self.body_limit as u64)));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body.freeze())
    }

    fn broken(&self, error: &reqwest::Error) -> Broken {
        if error.is_builder() {
            Broken::Unsendable(root_cause(error))
        } else if error.is_connect() {
            Broken::NoConnection(ConnectCause::of(error))
        } else if error.is_timeout() {
            Broken::NoAnswer(Failure::TimedOut(self.timeout))
        } else {
            Broken::NoAnswer(Failure::Broken(root_cause(error)))
        }
    }

    pub(crate) fn connect_error(
        &self,
        target: Target,
        url: &Url,
        cause: ConnectCause,
        attempts: u32,
    ) -> ConnectError {
        let host = url.host_str().unwrap_or_default();
        let port = url.port_or_known_default().unwrap_or_default();
        ConnectError { target, host: format!("{host}:{port}"), proxy: self.proxies.of(url), cause, attempts }
    }
}

/// The beginning of a refusal's body: what cannot be read of it must not hide the status.
async fn beginning(response: &mut reqwest::Response) -> Bytes {
    let mut body = BytesMut::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        body.extend_from_slice(&chunk);
        if body.len() >= REFUSAL_BODY {
            break;
        }
    }
    body.truncate(REFUSAL_BODY);
    body.freeze()
}
