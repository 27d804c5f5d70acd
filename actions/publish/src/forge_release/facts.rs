//! What is known of a release beside its files.

use domain::TagName;
use forge::{PullRequest, Reader};
use futures_util::future::try_join_all;

use super::error::ForgeReleaseError;
use super::trailers::Trailers;

/// How many pull requests are named. A tag may claim any number, and each one costs a request.
const MOST_PULLS: usize = 100;

/// What is known of a release beside its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// What the tag tells.
    pub told: Told,
    /// Its pull requests, in the tag's order, as many as are named.
    pub pulls: Vec<NamedPull>,
    /// How many more the tag claims.
    pub more: usize,
}

/// What a tag tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// Nothing: it has no message.
    Lightweight,
    /// Nothing of ours: somebody else wrote its message.
    OtherHand,
    /// Trailers.
    Trailers(Trailers),
}

/// A pull request that a tag names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedPull {
    /// Its number.
    pub number: u64,
    /// Its title and page; `None` when the forge tells of no such pull request.
    pub known: Option<(String, String)>,
}

/// Reads the tag's message, and the titles of the pull requests that it names.
///
/// A token that may not read pull requests makes the notes do without titles, with a warning.
///
/// # Errors
/// When a request fails otherwise.
pub async fn gather(reader: &Reader, tag: &TagName) -> Result<Facts, ForgeReleaseError> {
    let failed = |error| ForgeReleaseError::gathering(tag, error);
    let annotation = match reader.tag(tag).await.map_err(failed)? {
        Some(held) => reader.annotation(tag, &held).await.map_err(failed)?,
        // publishing will say so
        None => None,
    };
    let told = match annotation {
        None => Told::Lightweight,
        Some(annotation) => Trailers::read(&annotation.message).map_or(Told::OtherHand, Told::Trailers),
    };
    let Told::Trailers(trailers) = &told else { return Ok(Facts { told, pulls: Vec::new(), more: 0 }) };
    let more = trailers.pulls.len().saturating_sub(MOST_PULLS);
    let numbers = trailers.pulls.iter().take(MOST_PULLS);
    let pulls = try_join_all(numbers.map(|number| named(reader, *number))).await.map_err(failed)?;
    Ok(Facts { told, pulls, more })
}

async fn named(reader: &Reader, number: u64) -> Result<NamedPull, forge::Error> {
    let known = match reader.pull_request(number).await {
        Ok(pull) => pull.map(|PullRequest { title, url, .. }| (title, url)),
        Err(error) if error.status() == Some(403) => {
            let hint = error.hint().map(|hint| format!(": {hint}")).unwrap_or_default();
            tracing::warn!("the release's notes do without the title of #{number}: {error}{hint}");
            None
        }
        Err(error) => return Err(error),
    };
    Ok(NamedPull { number, known })
}
