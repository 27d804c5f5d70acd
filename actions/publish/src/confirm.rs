//! Waiting until an index serves a release.
//!
//! "Published" is not what the answer to an upload says, it is what an installer gets: an index behind a cache shows
//! a new file up to ten minutes late, and until then a build that pins the version fails.

use std::time::Duration;

use domain::Sha256;
use http_client::Client;
use runner::Diagnostic;

use crate::distribution::{Distribution, Release};
use crate::upload::{Difference, Lines, OTHER_BYTES, ReadError, Reader, Target};

/// How long and how often an index is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// How long is waited in all, by the client's clock.
    pub longest: Duration,
    /// The pause after the first reading; it doubles each time.
    pub first_pause: Duration,
    /// The longest pause.
    pub longest_pause: Duration,
}

impl Default for Patience {
    /// 15 minutes, half as much again as PyPI's cache keeps a page; pauses of 1 to 20 seconds.
    fn default() -> Self {
        Self {
            longest: Duration::from_mins(15),
            first_pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(20),
        }
    }
}

/// A release that an index serves, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmed {
    /// The project's page on the simple index.
    pub page: String,
    /// How often it was read.
    pub readings: u32,
    /// How long was waited.
    pub waited: Duration,
}

/// Why a release is not known to be served.
#[derive(Debug, thiserror::Error)]
pub enum ConfirmError {
    /// The index serves other bytes under the same names.
    #[error("the index serves other bytes under the same names, at `{page}`:{}", Lines(.files))]
    OtherBytes {
        /// The project's page on the index.
        page: String,
        /// What differs.
        files: Vec<Difference>,
    },
    /// The index cannot be read, and waiting would not change that.
    #[error("could not see whether the index serves the release")]
    Read(#[source] Box<ReadError>),
    /// Time ran out.
    #[error("`{page}` does not serve {} after {} seconds", listed(.missing), .waited.as_secs())]
    NotServed {
        /// The project's page on the index.
        page: String,
        /// The files that it does not serve.
        missing: Vec<String>,
        /// How long was waited.
        waited: Duration,
        /// Why the last reading failed, when it did.
        source: Option<Box<ReadError>>,
    },
}

fn listed(files: &[String]) -> String {
    files.iter().map(|file| format!("`{file}`")).collect::<Vec<_>>().join(" and ")
}

impl Diagnostic for ConfirmError {
    fn hints(&self) -> Vec<String> {
        match self {
            Self::OtherBytes { .. } => vec![OTHER_BYTES.to_owned()],
            Self::Read(error) | Self::NotServed { source: Some(error), .. } => {
                error.hint().into_iter().collect()
            }
            Self::NotServed { source: None, .. } => vec![
                "run again later: the upload need not be repeated, only the confirmation".to_owned(),
                "is the simple index of `index-url` the one that `upload-url` fills?".to_owned(),
            ],
        }
    }
}

/// Waits until the target's simple index serves exactly the release's files, by their SHA-256.
///
/// Each reading that changes nothing makes the next pause longer, up to a bound, with a random part so that many
/// jobs do not ask in step. A reading that fails as a connection may is waited out like a missing file.
///
/// # Errors
/// At once when other bytes are served or the index answers what waiting will not change; when the patience is over.
pub async fn confirm(
    client: &Client,
    target: &Target,
    release: &Release,
    patience: Patience,
) -> Result<Confirmed, ConfirmError> {
    let reader = Reader::new(client, target);
    let page = reader.page(release.project());
    let clock = client.clock();
    let began = clock.now();
    let mut pause = patience.first_pause;
    for readings in 1.. {
        let (missing, source) = match reader.served(release).await {
            Ok(served) => (judge(release, &served.files, &page)?, None),
            Err(error) if passes(&error) => (
                release.distributions().map(|one| one.file_name().to_owned()).to_vec(),
                Some(Box::new(error)),
            ),
            Err(error) => return Err(ConfirmError::Read(Box::new(error))),
        };
        let waited = clock.now().duration_since(began).try_into().unwrap_or_default();
        if missing.is_empty() && source.is_none() {
            tracing::info!("`{page}` serves {} {} by sha256", release.project(), release.version());
            return Ok(Confirmed { page, readings, waited });
        }
        let left = patience.longest.saturating_sub(waited);
        if left.is_zero() {
            return Err(ConfirmError::NotServed { page, missing, waited, source });
        }
        tell(&page, &missing, waited, source.as_deref());
        clock.sleep(pause.mul_f64(0.5 + fastrand::f64() / 2.0).min(left)).await;
        pause = (pause * 2).min(patience.longest_pause);
    }
    unreachable!("readings are counted without an end")
}

/// The files that are not served yet.
fn judge(release: &Release, served: &[Option<Sha256>], page: &str) -> Result<Vec<String>, ConfirmError> {
    let files = || release.distributions().into_iter().zip(served);
    let difference = |(ours, served): (&Distribution, &Option<Sha256>)| {
        let served = served.filter(|served| *served != ours.sha256())?;
        Some(Difference { file: ours.file_name().to_owned(), ours: ours.sha256(), served })
    };
    let others: Vec<_> = files().filter_map(difference).collect();
    if !others.is_empty() {
        return Err(ConfirmError::OtherBytes { page: page.to_owned(), files: others });
    }
    Ok(files().filter(|(_, served)| served.is_none()).map(|(ours, _)| ours.file_name().to_owned()).collect())
}

/// Whether a failed reading may go otherwise the next time.
fn passes(error: &ReadError) -> bool {
    use http_client::Error;
    match error.http() {
        Some(Error::Connect(_) | Error::NoAnswer { .. } | Error::Limited { .. }) => true,
        Some(error) => error.status().is_some_and(|status| status.is_server_error()),
        None => false,
    }
}

fn tell(page: &str, missing: &[String], waited: Duration, error: Option<&ReadError>) {
    let seconds = waited.as_secs();
    if let Some(error) = error {
        tracing::info!("the index cannot be read yet ({seconds} s): {error}");
    } else {
        tracing::info!("waiting until `{page}` serves {} ({seconds} s)", listed(missing));
    }
}
