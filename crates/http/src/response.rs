//! What a server answered when it did as asked.

use std::fmt;

use bytes::Bytes;
use http::StatusCode;
use http::header::HeaderMap;
use serde::de::DeserializeOwned;
use url::Url;

use crate::error::{Error, Target, Undecodable};

/// An answer with a 2xx status, its body read to the end.
#[derive(Clone)]
pub struct Response {
    pub(crate) target: Target,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) url: Url,
    pub(crate) moved: bool,
}

impl Response {
    /// The status, always 2xx: anything else is an [`Error`].
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers of the answer.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The header `name` as text; `None` when it is absent or not plain ASCII.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The whole body.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// The URL that gave this answer: the one asked for, unless [`moved`](Self::moved).
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Whether a redirect led here; on a forge this mostly means that the repository was renamed.
    #[must_use]
    pub fn moved(&self) -> bool {
        self.moved
    }

    /// The body read as JSON.
    ///
    /// Fails with [`Error::Undecodable`] when the body is not JSON of that shape. A write that fails here *was*
    /// carried out.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_slice(&self.body).map_err(|source| {
            let target = self.target.clone();
            Error::Undecodable(Box::new(Undecodable { target, status: self.status, source }))
        })
    }
}

/// Without the headers and the body: an answer may hold a token that was just minted.
impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("target", &self.target)
            .field("status", &self.status)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish_non_exhaustive()
    }
}
