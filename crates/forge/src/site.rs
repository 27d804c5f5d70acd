//! Which forge, and where.

use std::time::Duration;

use domain::Dialect;
use url::Url;

/// In what the forges differ for a plan: read by plans, so that a way around is visible there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    /// How long after a merge the look-up from a commit to its pull request may still be empty: on GitHub often
    /// for many seconds; on Gitea, which marks the merge while the push comes in, hardly ever.
    pub pull_request_lookup_lag: Duration,
    /// Whether events of our own can be sent to a repository.
    pub repository_dispatch: bool,
}

impl Capabilities {
    /// What a forge of this kind can do, and what it cannot.
    pub(crate) fn of(dialect: Dialect) -> Self {
        match dialect {
            Dialect::GitHub => {
                Self { pull_request_lookup_lag: Duration::from_mins(5), repository_dispatch: true }
            }
            Dialect::Gitea => {
                Self { pull_request_lookup_lag: Duration::from_secs(3), repository_dispatch: false }
            }
        }
    }
}

/// A forge's two doors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Which forge it is.
    pub dialect: Dialect,
    /// The REST API: `https://api.github.com`, `https://host/api/v3`, `https://host/api/v1`.
    pub api: Url,
    /// The web and git server: `https://github.com`.
    pub server: Url,
}

impl Site {
    /// The URL of a path below the API, whose segments are escaped.
    pub(crate) fn api_path<'a>(&self, segments: impl IntoIterator<Item = &'a str>) -> Url {
        join(&self.api, segments)
    }

    /// The URL of GitHub's GraphQL: beside the REST API of an Enterprise Server, below that of github.com.
    pub(crate) fn graphql(&self) -> Url {
        let path = self.api.path().trim_end_matches('/');
        let mut url = self.api.clone();
        url.set_path(&match path.strip_suffix("/api/v3") {
            Some(instance) => format!("{instance}/api/graphql"),
            None => format!("{path}/graphql"),
        });
        url
    }

    /// The URL of a path below the server.
    pub(crate) fn server_path<'a>(&self, segments: impl IntoIterator<Item = &'a str>) -> Url {
        join(&self.server, segments)
    }
}

fn join<'a>(base: &Url, segments: impl IntoIterator<Item = &'a str>) -> Url {
    let mut url = base.clone();
    url.path_segments_mut().expect("http and https URLs have a path").pop_if_empty().extend(segments);
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn graphql_is_where_each_kind_of_github_has_it() {
        let cases = [
            ("https://api.github.com", "https://api.github.com/graphql"),
            ("https://ghe.example/api/v3", "https://ghe.example/api/graphql"),
            ("https://ghe.example/sub/api/v3/", "https://ghe.example/sub/api/graphql"),
        ];
        for (api, expected) in cases {
            let server = "https://h.example".parse().unwrap();
            let site = Site { dialect: Dialect::GitHub, api: api.parse().unwrap(), server };
            assert_eq!(site.graphql().as_str(), expected);
        }
    }

    #[test]
    fn paths_are_joined_below_the_api_and_escaped() {
        for api in ["https://gitea.example/sub/api/v1", "https://gitea.example/sub/api/v1/"] {
            let site = Site {
                dialect: Dialect::Gitea,
                api: api.parse().unwrap(),
                server: "https://gitea.example/sub".parse().unwrap(),
            };
            assert_eq!(
                site.api_path(["repos", "acme", "a?b", "tags"]).as_str(),
                "https://gitea.example/sub/api/v1/repos/acme/a%3Fb/tags"
            );
            assert_eq!(site.server_path(["acme"]).as_str(), "https://gitea.example/sub/acme");
        }
    }
}
