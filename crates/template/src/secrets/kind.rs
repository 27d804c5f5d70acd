//! Whose credentials are known.

use std::fmt;

/// Whose credential it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `sk-ant-…`, <https://docs.anthropic.com/en/api/getting-started>.
    Anthropic,
    /// `ghp_`, `gho_`, `ghu_`, `ghs_`, `ghr_`,
    /// <https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/>.
    GitHub,
    /// `github_pat_…`.
    GitHubFineGrained,
    /// `AKIA…`, `ASIA…`, <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html>.
    Aws,
    /// `xoxb-…` and its likes, <https://api.slack.com/concepts/token-types>.
    Slack,
    /// `hooks.slack.com/services/…`: who knows the address may post.
    SlackWebhook,
    /// `pypi-…`, a macaroon, <https://docs.pypi.org/api/secrets/>.
    PyPi,
    /// `-----BEGIN … PRIVATE KEY-----`, <https://www.rfc-editor.org/rfc/rfc7468>.
    PrivateKey,
    /// Three parts in base64url, <https://www.rfc-editor.org/rfc/rfc7519>.
    WebToken,
}

impl Kind {
    /// A short name for reports: `github-token`.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Anthropic => "anthropic-api-key",
            Self::GitHub => "github-token",
            Self::GitHubFineGrained => "github-fine-grained-token",
            Self::Aws => "aws-access-key-id",
            Self::Slack => "slack-token",
            Self::SlackWebhook => "slack-webhook",
            Self::PyPi => "pypi-token",
            Self::PrivateKey => "private-key",
            Self::WebToken => "json-web-token",
        }
    }

    /// Where its owner makes it worthless.
    #[must_use]
    pub fn hint(self) -> &'static str {
        match self {
            Self::Anthropic => "revoke it at console.anthropic.com, then take it out of the history",
            Self::GitHub | Self::GitHubFineGrained => {
                "revoke it at github.com/settings/tokens, then take it out of the history"
            }
            Self::Aws => "deactivate the key pair in IAM, then take it out of the history",
            Self::Slack | Self::SlackWebhook => {
                "revoke it at api.slack.com/apps, then take it out of the history"
            }
            Self::PyPi => "delete it at pypi.org/manage/account/token, then take it out of the history",
            Self::PrivateKey => {
                "replace the key pair wherever it is trusted, then take it out of the history"
            }
            Self::WebToken => "end the session that it stands for, then take it out of the history",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Anthropic => "an Anthropic API key",
            Self::GitHub => "a GitHub token",
            Self::GitHubFineGrained => "a fine-grained GitHub token",
            Self::Aws => "an AWS access key id",
            Self::Slack => "a Slack token",
            Self::SlackWebhook => "a Slack webhook",
            Self::PyPi => "a PyPI token",
            Self::PrivateKey => "a private key",
            Self::WebToken => "a JSON web token",
        })
    }
}
