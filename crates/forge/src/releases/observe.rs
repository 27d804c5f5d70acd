//! What the forge holds of a release.

use domain::TagName;
use http_client::{Error as HttpError, Failure, Response};

use super::error::ReleaseError;
use super::request::{Wanted, sha256};
use super::step::Held;
use crate::connection::Connection;
use crate::{Dialect, Error, gitea, github};

/// The release of a tag, with the digests of those of its files that matter.
///
/// A forge that tells no digest is asked for the bytes, when their number is right.
pub(super) async fn observe(
    connection: &Connection,
    tag: &TagName,
    wanted: &[Wanted<'_>],
    known: Option<u64>,
) -> Result<Option<Held>, ReleaseError> {
    let found = match connection.way.site.dialect {
        Dialect::GitHub => github::releases::find(connection, tag, known).await?,
        Dialect::Gitea => gitea::releases::find(connection, tag).await?,
    };
    let Some(mut held) = found else { return Ok(None) };
    for asset in &mut held.assets {
        let matters = |wanted: &Wanted<'_>| {
            wanted.asset.name == asset.name && wanted.asset.bytes.len() as u64 == asset.size
        };
        if asset.whole && asset.sha256.is_none() && wanted.iter().any(matters) {
            let asked = match connection.way.site.dialect {
                Dialect::GitHub => github::releases::download(connection, asset).await,
                Dialect::Gitea => gitea::releases::download(connection, asset).await,
            };
            let bytes = readable(asked)?.map(|answer| answer.body().clone());
            // a page that asks who is there is an answer, too
            let bytes = bytes.filter(|bytes| bytes.len() as u64 == asset.size);
            asset.sha256 = bytes.map(|bytes| sha256(&bytes));
            if asset.sha256.is_none() {
                tracing::warn!(
                    "`{}` of {} cannot be read by this token: only its size could be compared",
                    asset.name,
                    held.url
                );
            }
        }
    }
    Ok(Some(held))
}

/// The answer; `None` when the forge does not give the file out to us.
fn readable(asked: Result<Response, Error>) -> Result<Option<Response>, Error> {
    match asked {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if matches!(error.status(), Some(400..=499)) && !is_limited(&error) => Ok(None),
        Err(error) if is_out_of_reach(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

fn is_limited(error: &Error) -> bool {
    matches!(error.http(), Some(HttpError::Limited { .. }))
}

fn is_out_of_reach(error: &Error) -> bool {
    matches!(
        error.http(),
        Some(HttpError::Redirected { .. } | HttpError::NoAnswer { failure: Failure::TooLarge(_), .. })
    )
}
