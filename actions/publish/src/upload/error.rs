//! Why a release was not uploaded.

use std::fmt;

use domain::Sha256;
use runner::{Diagnostic, Exit};

use super::preflight::Objection;
use super::refusal;
use super::served::ReadError;
use super::target::Registry;
use super::trusted::TrustedError;

/// Why a release was not uploaded, or not whole.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// An index would refuse the release. Nothing was sent.
    #[error("an index would refuse this release:{}", Lines(.0))]
    Objections(Vec<Objection>),
    /// There is no token to upload with. Nothing was sent.
    #[error(transparent)]
    Trusted(#[from] TrustedError),
    /// It is not known what the index has.
    #[error("could not compare the release with the index")]
    Read(#[source] ReadError),
    /// The index has other bytes under the same names.
    #[error("the index serves other bytes under the same names, at `{page}`:{}", Lines(.files))]
    OtherBytes {
        /// The project's page on the index.
        page: String,
        /// What differs.
        files: Vec<Difference>,
    },
    /// The index has another sdist of the version.
    #[error("`{page}` has another sdist of this version, `{theirs}`: beside it, `{ours}` cannot be uploaded")]
    OtherSdist {
        /// The project's page on the index.
        page: String,
        /// Ours.
        ours: String,
        /// The one that is there.
        theirs: String,
    },
    /// The index refused a file, or could not be reached with it.
    #[error("could not upload `{file}` to `{index}`{}", reason(.source))]
    Refused {
        /// The file.
        file: String,
        /// The upload URL.
        index: String,
        /// The kind of index.
        registry: Registry,
        /// Files of the release that are on the index by now.
        there: Vec<String>,
        /// Why.
        source: Box<http_client::Error>,
    },
    /// The index says that it has a file, and does not serve it.
    #[error(
        "`{index}` says that it has `{file}` already, but the file is not at `{page}`, so that its bytes cannot be compared"
    )]
    NotServed {
        /// The file.
        file: String,
        /// The upload URL.
        index: String,
        /// The project's page on the index.
        page: String,
    },
    /// Every send of a file ended without a clear answer, and the index does not serve it.
    #[error("`{file}` was sent to `{index}` {sends} times without a clear answer, and is not at `{page}`")]
    NoEnd {
        /// The file.
        file: String,
        /// The upload URL.
        index: String,
        /// The project's page on the index.
        page: String,
        /// How often it was sent.
        sends: u32,
        /// How the last send ended.
        source: Option<Box<http_client::Error>>,
    },
}

/// A file of which an index has other bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The file.
    pub file: String,
    /// The digest of ours.
    pub ours: Sha256,
    /// The digest of what the index serves.
    pub served: Sha256,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: sha256 {} here, {} there", self.file, self.ours, self.served)
    }
}

/// The reason in a page for people, which the answer's beginning buries.
fn reason(error: &http_client::Error) -> String {
    refusal::reason(error).map(|reason| format!(": {reason}")).unwrap_or_default()
}

/// Each entry in a line of its own.
pub(crate) struct Lines<'a, T>(pub(crate) &'a [T]);

impl<T: fmt::Display> fmt::Display for Lines<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|entry| write!(f, "\n  {entry}"))
    }
}

/// What is to be done about bytes that differ, told wherever they are met.
pub(crate) const OTHER_BYTES: &str = "release the next version: an index never takes back the bytes of one. If this \
    is a second run of the same release, its build was another one: was it the same commit and \
    `SOURCE_DATE_EPOCH`?";

impl Diagnostic for UploadError {
    fn exit(&self) -> Exit {
        match self {
            Self::Objections(_) => Exit::BadInput,
            Self::Trusted(error) => error.exit(),
            _ => Exit::Failed,
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Objections(_) => Vec::new(),
            Self::Trusted(error) => error.hints(),
            Self::Read(error) => error.hint().into_iter().collect(),
            Self::OtherBytes { .. } => vec![OTHER_BYTES.to_owned()],
            Self::OtherSdist { .. } => vec!["release the next version".to_owned()],
            Self::Refused { registry, source, there, .. } => {
                let mut hints = refusal::mending(*registry, source);
                if !there.is_empty() {
                    hints.push(format!(
                        "run again when that is mended: {} is on the index already and will not be sent again",
                        there.iter().map(|file| format!("`{file}`")).collect::<Vec<_>>().join(", ")
                    ));
                }
                hints
            }
            Self::NotServed { .. } => vec![
                "run again in ten minutes: an index may show a new file late, and equal bytes then count as done".to_owned(),
                "if it stays like this, the name is that of a deleted file: release the next version".to_owned(),
            ],
            Self::NoEnd { .. } => vec!["run again later: what arrived after all will be found".to_owned()],
        }
    }
}
