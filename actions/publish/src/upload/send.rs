//! The loop that sends what an index lacks.

use std::time::Duration;

use http::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use http_client::{Client, Effect, Error, Request};
use jiff::Timestamp;
use secrecy::SecretString;

use crate::distribution::{Distribution, Release};

use super::basic::basic;
use super::error::{Difference, UploadError};
use super::form::form;
use super::plan::{Extent, Standing, Step, Stuck, Word, extent, is_ours, next};
use super::preflight::preflight;
use super::refusal::{self, Answer};
use super::served::{Reader, Served};
use super::target::{Access, Target};
use super::trusted::{JobIdentity, mint};

/// The first pause before the index is read again; it doubles each time.
const PAUSE: Duration = Duration::from_secs(2);
/// How long a minted token is used. It lasts 15 minutes, and an upload must end within them.
const MINTED_LASTS: Duration = Duration::from_mins(10);
/// The user that a minted token belongs to.
const TOKEN_USER: &str = "__token__";

/// What an upload came to: by now the index has every file, or has taken it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uploaded {
    /// The files that this run brought there.
    pub sent: Vec<String>,
    /// The files that were there, with equal bytes.
    pub found: Vec<String>,
    /// How much of the release this run uploaded.
    pub extent: Extent,
}

/// Uploads a release, each file exactly once.
///
/// What the index serves with equal bytes is done; other bytes under the same name stop everything before anything
/// is sent. After an answer that leaves open what happened, the index is read before a file is sent again, so that a
/// run after a broken one, or a second one beside it, completes what is there.
///
/// No redirect of an upload is followed, not even one within the index: file and token are meant for the address that
/// was named, and the error names the other one.
///
/// An index may show what it took only minutes later: [`confirm`](crate::confirm) waits for that.
///
/// # Errors
/// See [`UploadError`]; what was uploaded before it stays, and a second run goes on from there.
pub async fn upload(
    client: &Client,
    target: &Target,
    identity: &JobIdentity,
    release: &Release,
) -> Result<Uploaded, UploadError> {
    let objections = preflight(release, target.registry());
    if !objections.is_empty() {
        return Err(UploadError::Objections(objections));
    }
    let standings = release.distributions().map(|one| Standing {
        ours: one.sha256(),
        served: None,
        word: Word::None,
        doubts: 0,
    });
    let reader = Reader::new(client, target);
    let standings = standings.to_vec();
    let mut run =
        Run { client, target, identity, release, reader, standings, minted: None, last_doubt: None };
    let served = run.look().await?;
    if !served.is_known {
        let page = run.page();
        tracing::info!(
            "there is no `{page}`: this is the project's first release, or `index-url` is another index"
        );
    }
    for remark in served.remarks {
        tracing::warn!("{remark}");
    }
    loop {
        match next(&run.standings) {
            Ok(Step::Send(at)) => run.send(at).await?,
            Ok(Step::Look) => run.look_again().await?,
            Ok(Step::Done) => return Ok(run.uploaded()),
            Err(stuck) => return Err(run.stuck(stuck)),
        }
    }
}

struct Run<'a> {
    client: &'a Client,
    target: &'a Target,
    identity: &'a JobIdentity,
    release: &'a Release,
    reader: Reader,
    /// One a file, in the order of the release.
    standings: Vec<Standing>,
    minted: Option<(Timestamp, SecretString)>,
    last_doubt: Option<Error>,
}

impl Run<'_> {
    fn file(&self, at: usize) -> &Distribution {
        self.release.distributions()[at]
    }

    fn page(&self) -> String {
        self.reader.page(self.release.project())
    }

    /// Reads what the index serves.
    async fn look(&mut self) -> Result<Served, UploadError> {
        let served = self.reader.served(self.release).await.map_err(UploadError::Read)?;
        for (standing, served) in self.standings.iter_mut().zip(&served.files) {
            standing.served = *served;
        }
        match &served.other_sdist {
            Some(theirs) if self.standings.iter().any(|standing| standing.served.is_none()) => {
                let (page, ours) = (self.page(), self.release.sdist().file_name().to_owned());
                Err(UploadError::OtherSdist { page, ours, theirs: theirs.clone() })
            }
            _ => Ok(served),
        }
    }

    /// Waits, and looks for files that the index says it has.
    async fn look_again(&mut self) -> Result<(), UploadError> {
        let mut longest = 0;
        for standing in &mut self.standings {
            if let Word::Exists { looks } = &mut standing.word {
                longest = longest.max(*looks);
                *looks += 1;
            }
        }
        self.pause(longest).await;
        self.look().await.map(drop)
    }

    async fn pause(&self, times: u32) {
        let pause = PAUSE * 2_u32.saturating_pow(times);
        self.client.clock().sleep(pause.mul_f64(0.5 + fastrand::f64() / 2.0)).await;
    }

    async fn send(&mut self, at: usize) -> Result<(), UploadError> {
        let authorization = self.authorization().await?;
        let file = self.file(at);
        let (name, index) = (file.file_name().to_owned(), self.target.upload_url());
        tracing::info!("uploading `{name}` ({} bytes) to `{index}`", file.bytes().len());
        let form = form(file);
        let content_type =
            HeaderValue::from_str(&form.content_type).expect("a boundary is letters and digits");
        let request = Request::post(index.clone(), Effect::Write)
            .body("multipart/form-data", form.body)
            .header(CONTENT_TYPE, content_type)
            // else PyPI explains refusals in HTML, of which the first line says nothing
            .header(ACCEPT, HeaderValue::from_static("text/plain"))
            .refuse_redirects()
            .authorize("Basic", &authorization);
        let Err(error) = self.client.send(request).await else {
            self.standings[at].word = Word::Taken;
            return Ok(());
        };
        match refusal::read(&error) {
            Answer::Exists => self.standings[at].word = Word::Exists { looks: 0 },
            Answer::Unclear => {
                tracing::warn!("whether `{name}` arrived is not clear, so the index is read: {error}");
                self.pause(self.standings[at].doubts).await;
                self.standings[at].doubts += 1;
                self.last_doubt = Some(error);
            }
            Answer::No => return Err(self.refused(name, error)),
        }
        self.look().await.map(drop)
    }

    /// What follows `Basic`: by the given token, or by one that the index minted not long ago.
    async fn authorization(&mut self) -> Result<SecretString, UploadError> {
        match self.target.access() {
            Access::Token { user, token } => {
                self.client.add_secret(token.clone());
                Ok(basic(user, token))
            }
            Access::TrustedPublishing => {
                let now = self.client.clock().now();
                let young = |minted: &Timestamp| {
                    now.duration_since(*minted).try_into().is_ok_and(|age: Duration| age < MINTED_LASTS)
                };
                if let Some((minted, token)) = &self.minted
                    && young(minted)
                {
                    return Ok(basic(TOKEN_USER, token));
                }
                let token = mint(self.client, self.target.upload_url(), self.identity).await?;
                let authorization = basic(TOKEN_USER, &token);
                self.minted = Some((now, token));
                Ok(authorization)
            }
        }
    }

    fn refused(&self, file: String, error: Error) -> UploadError {
        UploadError::Refused {
            file,
            index: self.target.upload_url().to_string(),
            registry: self.target.registry(),
            there: self.names(|standing| standing.served.is_some() || standing.word == Word::Taken),
            source: Box::new(error),
        }
    }

    fn stuck(&mut self, stuck: Stuck) -> UploadError {
        let (page, index) = (self.page(), self.target.upload_url().to_string());
        let name = |at: usize| self.file(at).file_name().to_owned();
        match stuck {
            Stuck::OtherBytes(files) => {
                let difference = |at: usize| {
                    let Standing { ours, served, .. } = self.standings[at];
                    Some(Difference { file: name(at), ours, served: served? })
                };
                UploadError::OtherBytes { page, files: files.into_iter().filter_map(difference).collect() }
            }
            Stuck::NotServed(at) => UploadError::NotServed { file: name(at), index, page },
            Stuck::NoEnd(at) => {
                let (file, sends) = (name(at), self.standings[at].doubts);
                let source = self.last_doubt.take().map(Box::new);
                UploadError::NoEnd { file, index, page, sends, source }
            }
        }
    }

    fn uploaded(&self) -> Uploaded {
        Uploaded {
            sent: self.names(is_ours),
            found: self.names(|standing| !is_ours(standing)),
            extent: extent(&self.standings),
        }
    }

    fn names(&self, wanted: impl Fn(&Standing) -> bool) -> Vec<String> {
        let files = self.release.distributions().into_iter().zip(&self.standings);
        files.filter(|(_, standing)| wanted(standing)).map(|(file, _)| file.file_name().to_owned()).collect()
    }
}
