//! What an id-token says about the job that it was given to.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

/// The claims that an index compares with the settings of a trusted publisher.
///
/// Read to be shown and compared with what the manifest declares; whether they are true is for the index to verify.
/// <https://docs.github.com/en/actions/reference/security/oidc#standard-audience-issuer-and-subject-claims>
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Claims {
    /// `acme/app`.
    pub repository: Option<String>,
    /// The workflow that the run began with: `acme/app/.github/workflows/publish.yml@refs/tags/v1`.
    pub workflow_ref: Option<String>,
    /// The workflow that the job stands in: another one when that is reusable.
    pub job_workflow_ref: Option<String>,
    /// The deployment environment of the job; none when the job names none.
    pub environment: Option<String>,
    /// `refs/tags/runtime-v1.4.0`.
    #[serde(rename = "ref")]
    pub git_ref: Option<String>,
}

impl Claims {
    /// Reads the payload of a JSON Web Token. `None` when it has none.
    #[must_use]
    pub fn read(token: &str) -> Option<Self> {
        let payload = token.split('.').nth(1)?;
        let payload = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
        serde_json::from_slice(&payload).ok()
    }

    /// The file name of the workflow that the run began with, as a publisher's settings want it.
    #[must_use]
    pub fn workflow(&self) -> Option<&str> {
        path(self.workflow_ref.as_deref()?).rsplit('/').next()
    }

    /// The reusable workflow that the job stands in; none when the run's own workflow holds the job.
    #[must_use]
    pub fn reusable_workflow(&self) -> Option<&str> {
        let (run, job) = (self.workflow_ref.as_deref()?, self.job_workflow_ref.as_deref()?);
        (path(run) != path(job)).then_some(job)
    }
}

/// `owner/repo/path` of a workflow without the `@ref` behind it.
fn path(workflow_ref: &str) -> &str {
    workflow_ref.split_once('@').map_or(workflow_ref, |(path, _)| path)
}

/// One line a claim, in the words of a publisher's settings.
impl fmt::Display for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = [
            ("repository", self.repository.as_deref()),
            ("workflow", self.workflow()),
            ("environment", self.environment.as_deref()),
            ("ref", self.git_ref.as_deref()),
        ];
        for (name, value) in rows {
            match value {
                Some(value) => write!(f, "\n  {name}: `{value}`")?,
                None => write!(f, "\n  {name}: none")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(payload: &str) -> String {
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload))
    }

    #[test]
    fn claims_are_shown_as_a_publishers_settings_name_them() {
        let claims = Claims::read(&token(
            r#"{"repository":"acme/app","ref":"refs/tags/v1","aud":"pypi","jti":"7",
                "workflow_ref":"acme/app/.github/workflows/publish.yml@refs/tags/v1"}"#,
        ))
        .unwrap();
        assert_eq!(
            claims.to_string(),
            "\n  repository: `acme/app`\n  workflow: `publish.yml`\n  environment: none\n  ref: `refs/tags/v1`"
        );
    }

    #[test]
    fn a_job_in_another_workflow_file_is_in_a_reusable_one() {
        let claims = |job: &str| Claims {
            workflow_ref: Some("acme/app/.github/workflows/ci.yml@refs/heads/main".to_owned()),
            job_workflow_ref: Some(job.to_owned()),
            ..Claims::default()
        };
        assert_eq!(claims("acme/app/.github/workflows/ci.yml@refs/tags/v1").reusable_workflow(), None);
        let shared = "acme/shared/.github/workflows/publish.yml@v1";
        assert_eq!(claims(shared).reusable_workflow(), Some(shared));
        assert_eq!(Claims::default().reusable_workflow(), None);
    }

    #[test]
    fn what_is_no_token_has_no_claims() {
        for text in ["", "a", "a.b.c", "a.!.c", &token("7"), &token("{\"ref\":1}")] {
            assert_eq!(Claims::read(text), None, "{text}");
        }
    }
}
