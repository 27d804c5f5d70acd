//! Who may upload.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header;
use jiff::Timestamp;
use loopback::Request;
use ring::rand::{SecureRandom, SystemRandom};

use crate::Dialect;

/// Those whose tokens an index knows from the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Owns every project that is set up; on Gitea `root1`, to whom every owner belongs.
    Publisher,
    /// A valid account without a right to any of them; on Gitea `bot`.
    Stranger,
    /// A job's own token, which on Gitea is valid and may not write packages. PyPI does not know such.
    Job,
}

/// What a token lets its bearer do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Grant {
    Of(Role),
    /// Minted for a trusted publisher: for this normalised project alone, for a while.
    Minted {
        project: String,
        until: Timestamp,
    },
}

/// Every token that works.
#[derive(Debug)]
pub(crate) struct Accounts {
    grants: BTreeMap<String, Grant>,
    dialect: Dialect,
}

impl Accounts {
    pub(crate) fn new(dialect: Dialect) -> Self {
        let mut accounts = Self { grants: BTreeMap::new(), dialect };
        for role in [Role::Publisher, Role::Stranger, Role::Job] {
            if (dialect, role) != (Dialect::PyPI, Role::Job) {
                accounts.issue(Grant::Of(role));
            }
        }
        accounts
    }

    /// A new token with this grant.
    pub(crate) fn issue(&mut self, grant: Grant) -> String {
        let token = match self.dialect {
            Dialect::PyPI => format!("pypi-{}", random_hex::<32>()),
            Dialect::Gitea => random_hex::<20>(),
        };
        self.grants.insert(token.clone(), grant);
        token
    }

    /// Makes a token of the test's own choice that of `role`.
    pub(crate) fn admit(&mut self, token: &str, role: Role) {
        self.grants.insert(token.to_owned(), Grant::Of(role));
    }

    pub(crate) fn token_of(&self, role: Role) -> Option<&str> {
        self.grants.iter().find(|(_, grant)| **grant == Grant::Of(role)).map(|(token, _)| token.as_str())
    }

    pub(crate) fn grant(&self, token: &str, now: Timestamp) -> Option<&Grant> {
        self.grants.get(token).filter(|grant| match grant {
            Grant::Of(_) => true,
            Grant::Minted { until, .. } => now < *until,
        })
    }
}

/// User and password of a request with Basic authentication.
pub(crate) fn basic(request: &Request) -> Option<(String, String)> {
    let header = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, pair) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(STANDARD.decode(pair.trim()).ok()?).ok()?;
    let (user, password) = pair.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}

/// What follows `Bearer` or `token`.
pub(crate) fn bearer(request: &Request) -> Option<String> {
    let header = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = header.split_once(' ')?;
    let known = ["bearer", "token"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    known.then(|| token.trim().to_owned())
}

/// So many unpredictable bytes in hexadecimal.
pub(crate) fn random_hex<const BYTES: usize>() -> String {
    let mut bytes = [0; BYTES];
    SystemRandom::new().fill(&mut bytes).expect("the system has random bytes");
    crate::store::digests::hex(&bytes)
}
