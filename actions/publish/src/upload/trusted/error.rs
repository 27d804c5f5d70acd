//! Why an index minted no token.

use domain::Dialect;
use runner::{Diagnostic, Exit, Place};

use super::claims::Claims;

/// Why there is no token to publish with. Nothing was uploaded.
#[derive(Debug, thiserror::Error)]
pub enum TrustedError {
    /// The job was given no way to prove who it is.
    #[error("there is no token for `{index}`, and this {} has no identity to be trusted by", described(*.place))]
    NoIdentity {
        /// The index's upload URL.
        index: String,
        /// Job or shell.
        place: Place,
        /// The job's forge.
        dialect: Dialect,
    },
    /// The variables that lead to an id-token are broken.
    #[error("the job's `ACTIONS_ID_TOKEN_REQUEST_URL` is not a URL")]
    BrokenIdentity,
    /// The index does not do Trusted Publishing, or not now.
    #[error("`{index}` does not mint tokens: {why}")]
    Unsupported {
        /// The index's upload URL.
        index: String,
        /// What it said.
        why: &'static str,
    },
    /// A request on the way failed.
    #[error("could not {what}")]
    Call {
        /// What was to be done: `ask the job's forge for an id-token`.
        what: &'static str,
        /// Why.
        source: Box<http_client::Error>,
    },
    /// The answer of a server is not what it should be; it is not shown, since it may hold a token.
    #[error("the answer to `{url}` is not what it should be: {why}")]
    Unexpected {
        /// What was asked.
        url: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The job does not run in the environment that the manifest declares.
    #[error(
        "the manifest declares the environment `{declared}`, and the job runs in {}",
        .claims.environment.as_ref().map_or_else(|| "none".to_owned(), |name| format!("`{name}`"))
    )]
    OtherEnvironment {
        /// The environment in the manifest.
        declared: String,
        /// What the job's identity says.
        claims: Box<Claims>,
    },
    /// The index refused.
    #[error(
        "`{index}` minted no token: {refusal}\nthe publisher's settings there must match what this job is:{claims}"
    )]
    Refused {
        /// The index's upload URL.
        index: String,
        /// What the index said.
        refusal: Box<http_client::Refusal>,
        /// What the job's identity says.
        claims: Box<Claims>,
    },
}

fn described(place: Place) -> &'static str {
    match place {
        Place::Runner => "job",
        Place::Laptop => "shell",
    }
}

impl Diagnostic for TrustedError {
    fn exit(&self) -> Exit {
        match self {
            Self::NoIdentity { .. }
            | Self::BrokenIdentity
            | Self::Unsupported { .. }
            | Self::OtherEnvironment { .. } => Exit::BadInput,
            Self::Call { .. } | Self::Unexpected { .. } | Self::Refused { .. } => Exit::Failed,
        }
    }

    fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::NoIdentity { place: Place::Laptop, .. } | Self::Unsupported { .. } => "set `token`",
            Self::NoIdentity { dialect: Dialect::Gitea, .. } => {
                "set `user` and `token`: Gitea gives its jobs no identity that an index could trust"
            }
            Self::NoIdentity { dialect: Dialect::GitHub, .. } => {
                "grant `permissions: id-token: write` to the job (a pull request from a fork never gets it), or set \
                 `token`"
            }
            Self::BrokenIdentity => "leave the variable to the runner",
            Self::Call { source, .. } => return source.hint().into_iter().collect(),
            Self::Unexpected { .. } => "set `upload-url` to where the index takes uploads",
            Self::OtherEnvironment { declared, claims } => {
                let mut hints =
                    vec![format!("put `environment: {declared}` on the job, or mend `index.environment`")];
                hints.extend(reusable(claims));
                return hints;
            }
            Self::Refused { refusal, claims, .. } => return causes(claims, &refusal.excerpt),
        };
        vec![hint.to_owned()]
    }
}

/// What likely stands behind a refusal, the likeliest first.
fn causes(claims: &Claims, said: &str) -> Vec<String> {
    let mut causes: Vec<String> = reusable(claims).into_iter().collect();
    // https://docs.pypi.org/trusted-publishers/troubleshooting/
    let by_code = [
        ("not-enabled", "Trusted Publishing is switched off on the index for now: try later, or set `token`"),
        (
            "invalid-pending-publisher",
            "the pending publisher is for a project of another name, or its name was taken since: make it anew",
        ),
        ("invalid-reuse-token", "run the job again: the index says that it saw this identity before"),
        (
            "invalid-token",
            "the index does not trust who vouches for this job: is the job's forge one that it knows?",
        ),
    ];
    causes.extend(
        by_code.into_iter().filter(|(code, _)| said.contains(code)).map(|(_, cause)| cause.to_owned()),
    );
    if said.contains("invalid-publisher") || causes.is_empty() {
        causes.push(
            "in the project's publishing settings on the index, compare owner, repository, the workflow's file name and \
             the environment with the above, letter by letter"
                .to_owned(),
        );
        if claims.environment.is_none() {
            causes.push(
                "if the publisher is bound to an environment, put `environment: …` on the job".to_owned(),
            );
        }
    }
    causes
}

fn reusable(claims: &Claims) -> Option<String> {
    let workflow = claims.reusable_workflow()?;
    Some(format!(
        "the job stands in the reusable workflow `{workflow}`, which PyPI does not support: let a job of the \
         repository's own workflow publish"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(job: &str, environment: Option<&str>) -> Claims {
        Claims {
            workflow_ref: Some("acme/app/.github/workflows/ci.yml@refs/heads/main".to_owned()),
            job_workflow_ref: Some(job.to_owned()),
            environment: environment.map(str::to_owned),
            ..Claims::default()
        }
    }

    #[test]
    fn a_reusable_workflow_is_the_first_cause_told() {
        let hints =
            causes(&claims("acme/shared/.github/workflows/p.yml@v1", Some("pypi")), "invalid-publisher");
        assert!(hints[0].contains("reusable workflow `acme/shared/.github/workflows/p.yml@v1`"), "{hints:?}");
        assert!(hints[1].contains("compare owner"), "{hints:?}");
        assert_eq!(hints.len(), 2);
    }

    #[test]
    fn each_code_of_the_index_has_a_mending_of_its_own() {
        let own = claims("acme/app/.github/workflows/ci.yml@refs/heads/main", None);
        for (code, told) in [
            ("not-enabled", "switched off"),
            ("invalid-pending-publisher", "make it anew"),
            ("invalid-reuse-token", "run the job again"),
            ("invalid-token", "vouches"),
        ] {
            let hints = causes(&own, &format!("{{\"errors\":[{{\"code\":\"{code}\"}}]}}"));
            assert!(hints.len() == 1 && hints[0].contains(told), "{code}: {hints:?}");
        }
        for said in ["invalid-publisher", "who knows"] {
            let hints = causes(&own, said);
            assert!(hints[0].contains("compare owner") && hints[1].contains("`environment: …`"), "{hints:?}");
        }
    }

    #[test]
    fn where_there_is_no_identity_the_hint_depends_on_the_place() {
        let hint = |place, dialect| {
            let index = "https://upload.pypi.org/legacy/".to_owned();
            TrustedError::NoIdentity { index, place, dialect }.hints().remove(0)
        };
        assert!(hint(Place::Runner, Dialect::GitHub).contains("id-token: write"));
        assert!(hint(Place::Runner, Dialect::Gitea).contains("`user` and `token`"));
        assert_eq!(hint(Place::Laptop, Dialect::GitHub), "set `token`");
    }
}
