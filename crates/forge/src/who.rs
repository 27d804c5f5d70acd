//! Who the forge takes us for: one look at the credential, before anything is asked of any repository.

use futures_util::future::join;
use http_client::{Request, Response};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::credential::Credential;
use crate::error::{Task, Whose};
use crate::forge::Inner;
use crate::owner::Owner;
use crate::{Dialect, Error, Forge};

/// Who the forge takes us for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// The account's name; of an app its name in URLs. `None` of a robot, or of a token that may not ask.
    pub login: Option<String>,
    /// When the token ends, where the forge tells.
    pub ends_at: Option<Timestamp>,
    /// What a token of GitHub's older kind was given; `None` of others, which tell nothing.
    pub scopes: Option<Vec<String>>,
    /// How many requests are left; `None` where the forge limits none, and of an app, which has them by owner.
    pub quota: Option<Quota>,
}

/// The requests of an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Quota {
    /// All of them.
    pub limit: u64,
    /// Those that are left.
    pub remaining: u64,
    /// When they are all there again.
    #[serde(rename = "reset", with = "jiff::fmt::serde::timestamp::second::required")]
    pub resets_at: Timestamp,
}

impl Forge {
    /// Looks at the credential: one round trip, and one clear error for one that is no good.
    ///
    /// # Errors
    /// When the forge does not know the credential, or cannot be reached.
    pub async fn who(&self) -> Result<Who, Error> {
        let Inner { site, client, credential, .. } = self.inner();
        let task = Task::new(site.dialect, "a token", "look at the token").of(Whose::Another);
        match (&**credential, site.dialect) {
            (Credential::App(app), _) => {
                let login = app.slug(client, site).await?;
                Ok(Who { login: Some(login), ends_at: None, scopes: None, quota: None })
            }
            (Credential::Token(_), Dialect::GitHub) => self.github(&task).await,
            (Credential::Token(_), Dialect::Gitea) => {
                let told = login(self.get(&task, &["user"]).await)?;
                Ok(Who { login: told, ends_at: None, scopes: None, quota: None })
            }
        }
    }

    async fn github(&self, task: &Task) -> Result<Who, Error> {
        #[derive(Deserialize)]
        struct Limits {
            resources: Resources,
        }
        #[derive(Deserialize)]
        struct Resources {
            core: Quota,
        }
        let (limits, user) = join(self.get(task, &["rate_limit"]), self.get(task, &["user"])).await;
        let login = login(user)?;
        let answer = match limits {
            Ok(answer) => answer,
            // an Enterprise Server that limits nothing
            Err(error) if error.status() == Some(404) => {
                return Ok(Who { login, ends_at: None, scopes: None, quota: None });
            }
            Err(error) => return Err(error),
        };
        let scopes = answer.header("x-oauth-scopes").map(|told| {
            told.split(',').map(str::trim).filter(|scope| !scope.is_empty()).map(str::to_owned).collect()
        });
        let ends_at = answer.header("github-authentication-token-expiration").and_then(time);
        let limits: Limits = answer.json().map_err(|error| task.failed(error))?;
        Ok(Who { login, ends_at, scopes, quota: Some(limits.resources.core) })
    }

    async fn get(&self, task: &Task, path: &[&str]) -> Result<Response, Error> {
        let nobody: Owner = "nobody".parse().expect("it is an owner's name");
        let url = self.inner().site.api_path(path.iter().copied());
        self.way(&nobody).send(task, Request::get(url)).await
    }
}

/// The name in an account's answer. A robot has no account on GitHub, and a Gitea token may not be allowed to ask for
/// its own: both are told by a 403, and both tokens work.
fn login(answer: Result<Response, Error>) -> Result<Option<String>, Error> {
    #[derive(Deserialize)]
    struct User {
        login: String,
    }
    match answer {
        Ok(answer) => Ok(answer.json::<User>().ok().map(|user| user.login)),
        Err(error) if error.status() == Some(403) => Ok(None),
        Err(error) => Err(error),
    }
}

/// `2026-12-31 00:00:00 UTC`, or with an offset: `2026-12-31 00:00:00 +0100`.
fn time(text: &str) -> Option<Timestamp> {
    if let Some(utc) = text.strip_suffix(" UTC") {
        let time: DateTime = utc.parse().ok()?;
        return Some(time.to_zoned(TimeZone::UTC).ok()?.timestamp());
    }
    jiff::fmt::strtime::parse("%Y-%m-%d %H:%M:%S %z", text).ok()?.to_timestamp().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_token_is_read_in_both_of_its_forms() {
        let cases = [
            ("2026-12-31 00:00:00 UTC", Some("2026-12-31T00:00:00Z")),
            ("2026-12-31 01:00:00 +0100", Some("2026-12-31T00:00:00Z")),
            ("soon", None),
        ];
        for (text, expected) in cases {
            assert_eq!(time(text).map(|time| time.to_string()).as_deref(), expected);
        }
    }
}
