//! The index's part: whom it trusts, and why it does not.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::Value;

use super::issuer::{ISSUER, Job};
use super::jwt::Signer;
use crate::store::accounts::random_hex;

/// Whom id-tokens must be made out to.
pub(crate) const AUDIENCE: &str = "pypi";

/// A workflow that may publish a project without a token of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publisher {
    /// The project.
    pub project: String,
    /// `acme/core`.
    pub repository: String,
    /// The workflow's file: `publish.yml`.
    pub workflow: String,
    /// The deployment environment that the job must run in; `None` takes any.
    pub environment: Option<String>,
}

impl Publisher {
    fn fits(&self, claims: &Value) -> bool {
        let claim = |name: &str| claims[name].as_str().unwrap_or_default();
        let workflow = format!("{}/.github/workflows/{}@", self.repository, self.workflow);
        claim("repository").eq_ignore_ascii_case(&self.repository)
            && claim("job_workflow_ref").to_lowercase().starts_with(&workflow.to_lowercase())
            && self
                .environment
                .as_ref()
                .is_none_or(|wanted| wanted.eq_ignore_ascii_case(claim("environment")))
    }
}

/// Why no token is minted, by PyPI's codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    InvalidPayload,
    NotEnabled,
    InvalidToken,
    ReusedToken,
    NoPublisher,
    /// A pending publisher whose project somebody else has made meanwhile.
    NoPendingPublisher,
}

impl Refusal {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::InvalidPayload => "invalid-payload",
            Self::NotEnabled => "not-enabled",
            Self::InvalidToken => "invalid-token",
            Self::ReusedToken => "invalid-reuse-token",
            Self::NoPublisher => "invalid-publisher",
            Self::NoPendingPublisher => "invalid-pending-publisher",
        }
    }

    pub(crate) fn description(self) -> &'static str {
        match self {
            Self::InvalidPayload => "the payload is not an object with a token",
            Self::NotEnabled => "trusted publishing is not enabled",
            Self::InvalidToken => "malformed or invalid token",
            Self::ReusedToken => "invalid token: already used",
            Self::NoPublisher => "valid token, but no publisher with matching claims",
            Self::NoPendingPublisher => "valid token, but the project already exists",
        }
    }
}

#[derive(Debug)]
struct Trusted {
    publisher: Publisher,
    /// Its project did not exist when it was named; its first use makes the project.
    pending: bool,
}

/// Whom an index trusts, and the jobs that may prove who they are.
#[derive(Debug)]
pub(crate) struct Trust {
    pub(crate) enabled: bool,
    pub(crate) signer: Signer,
    publishers: Vec<Trusted>,
    /// By the token that they ask for id-tokens with.
    jobs: BTreeMap<String, Job>,
    /// The id-tokens that tokens were minted for.
    used: BTreeSet<String>,
}

impl Trust {
    pub(crate) fn new() -> Self {
        Self {
            enabled: true,
            signer: Signer::new(),
            publishers: Vec::new(),
            jobs: BTreeMap::new(),
            used: BTreeSet::new(),
        }
    }

    pub(crate) fn add(&mut self, publisher: Publisher, pending: bool) {
        self.publishers.push(Trusted { publisher, pending });
    }

    /// Starts a job; the token that it asks for id-tokens with.
    pub(crate) fn run(&mut self, job: Job) -> String {
        let token = random_hex::<16>();
        self.jobs.insert(token.clone(), job);
        token
    }

    pub(crate) fn job(&self, token: &str) -> Option<&Job> {
        self.jobs.get(token)
    }

    /// The project that an id-token lets its bearer publish; the id-token is used up by it.
    pub(crate) fn exchange(
        &mut self,
        id_token: &str,
        now: Timestamp,
        exists: impl Fn(&str) -> bool,
    ) -> Result<String, Refusal> {
        let claims = self.signer.verified(id_token).ok_or(Refusal::InvalidToken)?;
        let time = |name: &str| claims[name].as_i64();
        let lives = time("nbf").is_none_or(|from| from <= now.as_second())
            && time("exp").is_some_and(|until| now.as_second() < until);
        let jti = claims["jti"].as_str().ok_or(Refusal::InvalidToken)?.to_owned();
        if !lives || claims["aud"] != AUDIENCE || claims["iss"] != ISSUER {
            return Err(Refusal::InvalidToken);
        }
        if self.used.contains(&jti) {
            return Err(Refusal::ReusedToken);
        }
        let trusted = self.publishers.iter_mut().find(|trusted| trusted.publisher.fits(&claims));
        let trusted = trusted.ok_or(Refusal::NoPublisher)?;
        if trusted.pending && exists(&trusted.publisher.project) {
            return Err(Refusal::NoPendingPublisher);
        }
        trusted.pending = false;
        self.used.insert(jti);
        Ok(trusted.publisher.project.clone())
    }
}
