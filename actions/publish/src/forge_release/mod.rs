//! The release's page on the forge: what is in it, and wheel and sdist to download.
//!
//! The index is where users get the package from; this page tells people what came with it. So it is written last,
//! and whatever is not known of its contents makes the notes shorter, never the release fail.

mod error;
mod facts;
mod notes;
#[cfg(test)]
mod tests;
mod trailers;

use domain::{ArchiveKind, CommitSha, TagName};
use forge::{Asset, Reader, ReleaseForecast, ReleaseOutcome, ReleaseRequest, ReleaseState, Writer};
use url::Url;

pub use error::ForgeReleaseError;
pub use facts::{Facts, NamedPull, Told, gather};
pub use notes::notes;
pub use trailers::{ReleaseStep, Trailers};

use crate::distribution::{Distribution, Release};

/// What shall stand on the forge.
#[derive(Debug, Clone, Copy)]
pub struct ReleaseWish<'a> {
    /// The tag, which must be there.
    pub tag: &'a TagName,
    /// The commit that the package was built from, which the tag must lead to.
    pub commit: &'a CommitSha,
    /// Whether everybody shall see it.
    pub state: ReleaseState,
    /// The repository's page: `https://github.com/acme/core`.
    pub repository: &'a Url,
    /// The simple index that serves the package; `None` for PyPI.
    pub index: Option<&'a Url>,
    /// Wheel and sdist.
    pub release: &'a Release,
}

/// Publishes the page with its files, or completes the one that is there. Running it again changes nothing.
///
/// # Errors
/// When the tag is missing or another commit's, when files of the same names have other bytes, or when a request
/// fails. See [`Writer::publish_release`].
pub async fn forge_release(
    reader: &Reader,
    writer: &Writer,
    wish: &ReleaseWish<'_>,
) -> Result<ReleaseOutcome, ForgeReleaseError> {
    let facts = gather(reader, wish.tag).await?;
    let (title, notes, assets) = (title(wish), notes(&facts, wish), assets(wish));
    let outcome = writer.publish_release(&request(wish, &title, &notes, &assets)).await;
    outcome.map_err(|source| ForgeReleaseError::publishing(wish.tag, source))
}

/// What [`forge_release`] would do: for a dry run, and for a look ahead before the upload to the index.
///
/// # Errors
/// As [`forge_release`]; what stops the one stops the other.
pub async fn forecast(reader: &Reader, wish: &ReleaseWish<'_>) -> Result<ReleaseForecast, ForgeReleaseError> {
    let (title, assets) = (title(wish), assets(wish));
    let told = reader.release_forecast(&request(wish, &title, "", &assets)).await;
    told.map_err(|source| ForgeReleaseError::publishing(wish.tag, source))
}

fn title(wish: &ReleaseWish<'_>) -> String {
    format!("{} {}", wish.release.project(), wish.release.version())
}

fn assets(wish: &ReleaseWish<'_>) -> Vec<Asset> {
    let asset = |archive: &Distribution| Asset {
        name: archive.file_name().to_owned(),
        content_type: match archive.kind() {
            ArchiveKind::Wheel => "application/zip",
            ArchiveKind::Sdist => "application/gzip",
        },
        bytes: archive.bytes().clone(),
    };
    wish.release.distributions().map(asset).to_vec()
}

fn request<'a>(
    wish: &ReleaseWish<'a>,
    title: &'a str,
    notes: &'a str,
    assets: &'a [Asset],
) -> ReleaseRequest<'a> {
    ReleaseRequest {
        tag: wish.tag,
        commit: wish.commit,
        title,
        notes,
        state: wish.state,
        prerelease: wish.release.version().any_prerelease(),
        assets,
    }
}
