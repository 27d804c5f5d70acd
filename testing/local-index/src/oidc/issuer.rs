//! The forge's part: giving a job its id-token.

use std::collections::BTreeMap;

use jiff::Timestamp;
use loopback::{Request, Response};
use serde_json::{Map, Value, json};

use crate::core::Index;
use crate::reply;
use crate::store::accounts::{bearer, random_hex};

/// Whose tokens these are.
pub(super) const ISSUER: &str = "https://token.actions.githubusercontent.com";

/// How long an id-token is good for, in seconds.
const LIFE: i64 = 300;

/// What a runner gives a job that may ask for id-tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdTokenSource {
    /// `ACTIONS_ID_TOKEN_REQUEST_URL`; it has a query, to which `&audience=…` is added.
    pub url: String,
    /// `ACTIONS_ID_TOKEN_REQUEST_TOKEN`.
    pub token: String,
}

/// A job, as its id-tokens tell of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// `acme/core`.
    pub repository: String,
    /// The file of the workflow that runs: `publish.yml`.
    pub workflow: String,
    /// `refs/heads/main`.
    pub git_ref: String,
    /// The deployment environment of the job.
    pub environment: Option<String>,
    /// Where the job's own lines stand, when that is a reusable workflow:
    /// `acme/actions/.github/workflows/release.yml@refs/tags/v1`.
    pub reusable_workflow: Option<String>,
    /// Claims in place of those that the job would have, or besides them.
    pub claims: BTreeMap<String, Value>,
}

impl Job {
    /// A job on `main`, without an environment, of this workflow itself.
    #[must_use]
    pub fn new(repository: &str, workflow: &str) -> Self {
        Self {
            repository: repository.to_owned(),
            workflow: workflow.to_owned(),
            git_ref: "refs/heads/main".to_owned(),
            environment: None,
            reusable_workflow: None,
            claims: BTreeMap::new(),
        }
    }

    /// What an id-token for `audience` says.
    fn claims(&self, audience: &str, now: Timestamp) -> Value {
        let owner = self.repository.split('/').next().unwrap_or_default();
        let workflow_ref =
            format!("{}/.github/workflows/{}@{}", self.repository, self.workflow, self.git_ref);
        let place = match &self.environment {
            Some(environment) => format!("environment:{environment}"),
            None => format!("ref:{}", self.git_ref),
        };
        let now = now.as_second();
        let mut claims = json!({
            "iss": ISSUER,
            "aud": audience,
            "sub": format!("repo:{}:{place}", self.repository),
            "jti": random_hex::<16>(),
            "iat": now,
            "nbf": now - 5,
            "exp": now + LIFE,
            "actor": "dev",
            "event_name": "push",
            "job_workflow_ref": self.reusable_workflow.as_ref().unwrap_or(&workflow_ref),
            "ref": self.git_ref,
            "ref_type": if self.git_ref.starts_with("refs/tags/") { "tag" } else { "branch" },
            "repository": self.repository,
            "repository_id": "1",
            "repository_owner": owner,
            "repository_owner_id": "2",
            "repository_visibility": "public",
            "run_attempt": "1",
            "run_id": "1",
            "run_number": "1",
            "runner_environment": "github-hosted",
            "workflow": self.workflow,
            "workflow_ref": workflow_ref,
        });
        let all = claims.as_object_mut().expect("the claims are an object");
        if let Some(environment) = &self.environment {
            all.insert("environment".to_owned(), json!(environment));
        }
        all.extend(self.claims.clone().into_iter().collect::<Map<_, _>>());
        claims
    }
}

/// Answers the request that a job makes for its id-token.
pub(crate) fn answer(index: &Index, request: &Request) -> Response {
    let store = index.store();
    let Some(job) = bearer(request).and_then(|token| store.trust.job(&token)) else {
        return reply::json(401, &json!({ "message": "the request token is not that of a running job" }));
    };
    let query = request.uri().query().unwrap_or_default();
    let audience = url::form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "audience")
        .map_or_else(|| format!("https://github.com/{}", job.repository), |(_, value)| value.into_owned());
    let claims = job.claims(&audience, store.now());
    reply::json(200, &json!({ "value": store.trust.signer.sign(&claims), "count": 1 }))
}
