use std::path::PathBuf;

use domain::{CommitSha, Dialect, RepoName};
use url::Url;

use crate::exit::{Diagnostic, Exit};
use crate::{Environment, GitRef};

/// Where an action runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In a job of GitHub Actions, of Gitea Actions or of `act`.
    Runner,
    /// In a person's shell.
    Laptop,
}

impl Place {
    /// The place that the environment tells of.
    #[must_use]
    pub fn of(environment: &Environment) -> Self {
        let is_runner = environment.is_true("GITHUB_ACTIONS") || environment.is_true("GITEA_ACTIONS");
        if is_runner { Self::Runner } else { Self::Laptop }
    }
}

/// The run that a job belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The API's id.
    pub id: u64,
    /// The count of runs: of this workflow on GitHub, of this repository on Gitea.
    pub number: u64,
    /// Which try this is, counted from 1; Gitea does not say.
    pub attempt: Option<u64>,
}

/// The surroundings of a run: the `GITHUB_*` variables, parsed.
///
/// What a laptop's environment may lack is an `Option`, with an accessor that names the variable for those
/// who cannot do without. The variables:
/// <https://docs.github.com/en/actions/reference/variables-reference#default-environment-variables>.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// On a runner or on a laptop.
    pub place: Place,
    /// What the forge speaks: Gitea where `GITEA_ACTIONS` or an API URL ending in `/api/v1` says so.
    pub dialect: Dialect,
    /// Where the REST API is; no slash at its end, save for a bare host.
    pub api_url: Url,
    /// Where people read the repository; no slash at its end, save for a bare host.
    pub server_url: Url,
    /// Where GraphQL is asked; none on Gitea.
    pub graphql_url: Option<Url>,
    /// `GITHUB_REPOSITORY`.
    pub repository: Option<RepoName>,
    /// `GITHUB_SHA`.
    pub sha: Option<CommitSha>,
    /// `GITHUB_REF`.
    pub git_ref: Option<GitRef>,
    /// `GITHUB_EVENT_NAME`.
    pub event_name: Option<String>,
    /// `GITHUB_ACTOR`.
    pub actor: Option<String>,
    /// The run, where there is one.
    pub run: Option<Run>,
    /// `GITHUB_WORKSPACE`.
    pub workspace: Option<PathBuf>,
}

impl Job {
    /// Reads the surroundings from the environment.
    pub fn of(environment: &Environment) -> Result<Self, JobError> {
        let api_url = url(environment, "GITHUB_API_URL", "https://api.github.com")?;
        let is_gitea = environment.is_true("GITEA_ACTIONS") || api_url.path().ends_with("/api/v1");
        let dialect = if is_gitea { Dialect::Gitea } else { Dialect::GitHub };
        Ok(Self {
            place: Place::of(environment),
            dialect,
            server_url: server_url(environment, &api_url)?,
            graphql_url: graphql_url(environment, dialect, &api_url)?,
            api_url,
            repository: parsed(environment, "GITHUB_REPOSITORY")?,
            sha: parsed(environment, "GITHUB_SHA")?,
            git_ref: parsed(environment, "GITHUB_REF")?,
            event_name: environment.get("GITHUB_EVENT_NAME").map(str::to_owned),
            actor: environment.get("GITHUB_ACTOR").map(str::to_owned),
            run: run(environment)?,
            workspace: environment.get("GITHUB_WORKSPACE").map(PathBuf::from),
        })
    }

    /// The job's repository, or an error that names the variable.
    pub fn repository(&self) -> Result<&RepoName, JobError> {
        self.repository.as_ref().ok_or(JobError::Missing { variable: "GITHUB_REPOSITORY" })
    }

    /// The job's commit, or an error that names the variable.
    pub fn sha(&self) -> Result<&CommitSha, JobError> {
        self.sha.as_ref().ok_or(JobError::Missing { variable: "GITHUB_SHA" })
    }

    /// The run's page. Gitea's has the run's number in its path, GitHub's the id.
    #[must_use]
    pub fn run_url(&self) -> Option<String> {
        let (repository, run) = (self.repository.as_ref()?, self.run.as_ref()?);
        let run = match self.dialect {
            Dialect::GitHub => run.id,
            Dialect::Gitea => run.number,
        };
        let server = self.server_url.as_str().trim_end_matches('/');
        Some(format!("{server}/{repository}/actions/runs/{run}"))
    }
}

/// A variable of the job's surroundings is wrong or missing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JobError {
    /// The variable is set to something that it cannot be.
    #[error("the environment's `{variable}` cannot be used: {why}")]
    Malformed {
        /// Its name.
        variable: &'static str,
        /// What is wrong with its value.
        why: String,
    },
    /// The variable is needed and not set.
    #[error("the environment's `{variable}` is not set")]
    Missing {
        /// Its name.
        variable: &'static str,
    },
}

impl Diagnostic for JobError {
    fn exit(&self) -> Exit {
        Exit::BadInput
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Malformed { .. } => Vec::new(),
            Self::Missing { variable } => {
                vec![format!("a runner sets it; on a laptop, set `{variable}` for the command")]
            }
        }
    }
}

fn parsed<T>(environment: &Environment, variable: &'static str) -> Result<Option<T>, JobError>
where
    T: std::str::FromStr<Err: ToString>,
{
    environment
        .get(variable)
        .map(|value| {
            value.parse().map_err(|why: T::Err| JobError::Malformed { variable, why: why.to_string() })
        })
        .transpose()
}

fn url(environment: &Environment, variable: &'static str, default: &str) -> Result<Url, JobError> {
    let text = environment.get(variable).unwrap_or(default);
    let malformed = |why: String| JobError::Malformed { variable, why };
    let url = Url::parse(text.trim_end_matches('/')).map_err(|why| malformed(why.to_string()))?;
    match url.scheme() {
        "http" | "https" => Ok(url),
        scheme => Err(malformed(format!("`{scheme}` is neither `http` nor `https`"))),
    }
}

/// On a laptop often only the API's address is given.
fn server_url(environment: &Environment, api_url: &Url) -> Result<Url, JobError> {
    let mut derived = api_url.clone();
    if api_url.host_str() == Some("api.github.com") {
        derived = url(environment, "GITHUB_SERVER_URL", "https://github.com")?;
    } else {
        let path = api_url.path().trim_end_matches("/api/v1").trim_end_matches("/api/v3").to_owned();
        derived.set_path(&path);
    }
    url(environment, "GITHUB_SERVER_URL", derived.as_str())
}

/// Gitea has no GraphQL and leaves the variable empty; an older GitHub server may lack the variable.
fn graphql_url(environment: &Environment, dialect: Dialect, api_url: &Url) -> Result<Option<Url>, JobError> {
    if dialect == Dialect::Gitea {
        return Ok(None);
    }
    let api = api_url.as_str().trim_end_matches('/');
    let derived = match api.strip_suffix("/api/v3") {
        Some(server) => format!("{server}/api/graphql"),
        None => format!("{api}/graphql"),
    };
    url(environment, "GITHUB_GRAPHQL_URL", &derived).map(Some)
}

fn run(environment: &Environment) -> Result<Option<Run>, JobError> {
    let id = parsed(environment, "GITHUB_RUN_ID")?;
    let number = parsed(environment, "GITHUB_RUN_NUMBER")?;
    let attempt = parsed(environment, "GITHUB_RUN_ATTEMPT")?;
    Ok(id.zip(number).map(|(id, number)| Run { id, number, attempt }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(pairs: &[(&str, &str)]) -> Job {
        Job::of(&Environment::from_pairs(pairs.iter().copied())).unwrap()
    }

    #[test]
    fn a_laptop_without_variables_faces_github() {
        let job = job(&[]);
        assert_eq!((job.place, job.dialect), (Place::Laptop, Dialect::GitHub));
        assert_eq!(job.api_url.as_str(), "https://api.github.com/");
        assert_eq!(job.server_url.as_str(), "https://github.com/");
        assert_eq!(job.graphql_url.unwrap().as_str(), "https://api.github.com/graphql");
        assert_eq!(job.run, None);
    }

    #[test]
    fn a_github_job_links_to_its_run_by_id() {
        let job = job(&[
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_REPOSITORY", "acme/core"),
            ("GITHUB_SERVER_URL", "https://github.com"),
            ("GITHUB_RUN_ID", "9000000001"),
            ("GITHUB_RUN_NUMBER", "7"),
            ("GITHUB_RUN_ATTEMPT", "2"),
        ]);
        assert_eq!(job.run_url().unwrap(), "https://github.com/acme/core/actions/runs/9000000001");
        assert_eq!(job.run.unwrap().attempt, Some(2));
    }

    #[test]
    fn a_gitea_job_links_to_its_run_by_number_and_has_no_graphql() {
        let job = job(&[
            ("GITEA_ACTIONS", "true"),
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_API_URL", "https://gitea.example/sub/api/v1/"),
            ("GITHUB_SERVER_URL", "https://gitea.example/sub/"),
            ("GITHUB_GRAPHQL_URL", ""),
            ("GITHUB_REPOSITORY", "acme/core"),
            ("GITHUB_RUN_ID", "31"),
            ("GITHUB_RUN_NUMBER", "7"),
            ("GITHUB_RUN_ATTEMPT", ""),
        ]);
        assert_eq!(job.dialect, Dialect::Gitea);
        assert_eq!(job.api_url.as_str(), "https://gitea.example/sub/api/v1");
        assert_eq!(job.graphql_url, None);
        assert_eq!(
            job.run_url().unwrap(),
            "https://gitea.example/sub/actions/runs/7".replace("/actions", "/acme/core/actions")
        );
    }

    #[test]
    fn an_enterprise_server_has_its_graphql_beside_its_rest_api() {
        let job = job(&[("GITHUB_API_URL", "https://ghes.example/api/v3")]);
        assert_eq!(job.dialect, Dialect::GitHub);
        assert_eq!(job.graphql_url.unwrap().as_str(), "https://ghes.example/api/graphql");
        assert_eq!(job.server_url.as_str(), "https://ghes.example/");
    }

    #[test]
    fn a_laptop_recognises_gitea_by_the_address_of_its_api() {
        let job = job(&[("GITHUB_API_URL", "http://127.0.0.1:3000/api/v1")]);
        assert_eq!((job.place, job.dialect), (Place::Laptop, Dialect::Gitea));
        assert_eq!(job.server_url.as_str(), "http://127.0.0.1:3000/");
    }

    #[test]
    fn a_malformed_variable_is_named() {
        let environment = Environment::from_pairs([("GITHUB_REPOSITORY", "acme")]);
        let error = Job::of(&environment).unwrap_err();
        assert_eq!(error.exit(), Exit::BadInput);
        assert!(
            error.to_string().starts_with("the environment's `GITHUB_REPOSITORY` cannot be used: `acme` is")
        );
        let environment = Environment::from_pairs([("GITHUB_API_URL", "file:///x")]);
        assert!(Job::of(&environment).unwrap_err().to_string().contains("`GITHUB_API_URL`"));
    }

    #[test]
    fn what_a_laptop_lacks_is_named_with_a_hint() {
        let error = job(&[]).repository().unwrap_err();
        assert_eq!(error.to_string(), "the environment's `GITHUB_REPOSITORY` is not set");
        assert!(error.hints()[0].contains("laptop"));
    }
}
