//! Publishing a release, once and whole, whatever happens on the way.
//!
//! What the forge holds is looked at, the next step is worked out of that ([`step`]), and taken. A first run, a run
//! after one that broke off, a lost race and an answer that never came are the same loop.

mod error;
mod observe;
mod request;
mod step;

use std::time::Duration;

pub use error::{AssetDifference, ReleaseError};
pub(crate) use request::Wanted;
pub use request::{Asset, ReleaseForecast, ReleaseOutcome, ReleaseRequest, ReleaseState};
pub(crate) use step::{Held, HeldAsset};

use crate::connection::Connection;
use crate::refs::read_tag;
use crate::{Dialect, Error, gitea, github};
use observe::observe;
use step::{Dead, Step, next};

/// How often in a row a step whose outcome is unknown, and which then proves not to have happened, is taken again.
const TRIES: u32 = 4;

/// The pauses in which the effect of a step is looked for whose answer did not come. GitHub's list of drafts may lag,
/// and a draft that is made twice stays there twice.
const IN_DOUBT: [Duration; 4] =
    [Duration::from_millis(500), Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];

/// One release on its way.
struct Journey<'a> {
    connection: &'a Connection,
    request: &'a ReleaseRequest<'a>,
    wanted: Vec<Wanted<'a>>,
    held: Option<Held>,
    created: bool,
    attached: Vec<String>,
}

/// Makes the release, or completes the one that is there.
pub(crate) async fn publish(
    connection: &Connection,
    request: &ReleaseRequest<'_>,
) -> Result<ReleaseOutcome, ReleaseError> {
    let mut journey = Journey::begin(connection, request).await?;
    let mut tries = 1;
    loop {
        let step = journey.next()?;
        if step == Step::Done {
            return Ok(journey.ended());
        }
        match journey.take(step).await {
            Ok(()) => tries = 1,
            Err(ReleaseError::Call(error)) if tells_nothing_of_the_release(&error) => {
                return Err(journey.explained(step, error).into());
            }
            Err(ReleaseError::Call(error)) => {
                let in_doubt = error.is_ambiguous() || error.is_unreadable();
                if journey.moved_on_from(step, in_doubt).await? {
                    tries = 1;
                } else if in_doubt && tries < TRIES {
                    tries += 1;
                } else {
                    return Err(journey.explained(step, error).into());
                }
            }
            Err(error) => return Err(error),
        }
    }
}

/// What publishing it would do; writes nothing.
pub(crate) async fn forecast(
    connection: &Connection,
    request: &ReleaseRequest<'_>,
) -> Result<ReleaseForecast, ReleaseError> {
    let journey = Journey::begin(connection, request).await?;
    journey.next()?;
    let is_there =
        |wanted: &&Wanted<'_>| journey.held.as_ref().is_some_and(|held| held.whole(wanted).next().is_some());
    let (found, missing): (Vec<_>, Vec<_>) = journey.wanted.iter().partition(is_there);
    let names =
        |wanted: Vec<&Wanted<'_>>| wanted.into_iter().map(|wanted| wanted.asset.name.clone()).collect();
    Ok(ReleaseForecast {
        held: journey.held.as_ref().map(|held| (held.url.clone(), held.state())),
        found: names(found),
        missing: names(missing),
    })
}

impl Held {
    fn state(&self) -> ReleaseState {
        if self.draft { ReleaseState::Draft } else { ReleaseState::Published }
    }
}

/// Whether a refusal has nothing to do with what the release is like.
fn tells_nothing_of_the_release(error: &Error) -> bool {
    match error.status() {
        Some(status) => matches!(status, 400 | 401 | 403 | 413 | 423 | 429),
        None => !error.is_ambiguous() && !error.is_unreadable(),
    }
}

impl<'a> Journey<'a> {
    async fn begin(
        connection: &'a Connection,
        request: &'a ReleaseRequest<'a>,
    ) -> Result<Self, ReleaseError> {
        let wanted: Vec<_> = request.assets.iter().map(Wanted::of).collect();
        let mut journey =
            Self { connection, request, wanted, held: None, created: false, attached: Vec::new() };
        journey.check_tag().await?;
        journey.look().await?;
        Ok(journey)
    }

    /// Both forges make a tag that is missing when a release of it is published.
    async fn check_tag(&self) -> Result<(), ReleaseError> {
        let (repo, tag) = (self.connection.repo.clone(), self.request.tag.clone());
        match read_tag(self.connection, self.request.tag).await? {
            Some(held) if held.commit == *self.request.commit => Ok(()),
            Some(held) => {
                let wanted = self.request.commit.clone();
                Err(ReleaseError::TagElsewhere { repo, tag, held: held.commit, wanted })
            }
            None => Err(ReleaseError::NoTag { repo, tag }),
        }
    }

    async fn look(&mut self) -> Result<(), ReleaseError> {
        let known = self.held.as_ref().map(|held| held.id);
        self.held = observe(self.connection, self.request.tag, &self.wanted, known).await?;
        Ok(())
    }

    fn next(&self) -> Result<Step, ReleaseError> {
        next(&self.wanted, self.request.state, self.held.as_ref()).map_err(|dead| {
            let url = self.held.as_ref().map(|held| held.url.clone()).unwrap_or_default();
            match dead {
                Dead::OtherBytes(files) => ReleaseError::OtherBytes { url, files },
                Dead::Immutable(missing) => ReleaseError::Immutable { url, missing },
            }
        })
    }

    /// Takes a step, and notes what it has changed.
    async fn take(&mut self, step: Step) -> Result<(), ReleaseError> {
        if step == Step::Publish {
            self.check_tag().await?;
        }
        let (connection, request) = (self.connection, self.request);
        let dialect = connection.way.site.dialect;
        let Some(held) = &mut self.held else {
            self.held = Some(match dialect {
                Dialect::GitHub => github::releases::create(connection, request).await?,
                Dialect::Gitea => gitea::releases::create(connection, request).await?,
            });
            self.created = true;
            return Ok(());
        };
        match step {
            Step::Create | Step::Done => {}
            Step::Remove(asset) => {
                match dialect {
                    Dialect::GitHub => github::releases::remove(connection, asset).await?,
                    Dialect::Gitea => gitea::releases::remove(connection, held.id, asset).await?,
                }
                held.assets.retain(|held| held.id != asset);
            }
            Step::Attach(at) => {
                let wanted = &self.wanted[at];
                let attached = match dialect {
                    Dialect::GitHub => github::releases::attach(connection, held, wanted).await?,
                    Dialect::Gitea => gitea::releases::attach(connection, held, wanted).await?,
                };
                if attached.name != wanted.asset.name {
                    let (url, asset) = (held.url.clone(), wanted.asset.name.clone());
                    return Err(ReleaseError::Renamed { url, asset, held: attached.name });
                }
                // the forge took these very bytes, so far as their number tells; its digest counts where it tells one
                let sha256 = attached.sha256.or(Some(wanted.sha256));
                held.assets.push(HeldAsset { sha256, ..attached });
                self.attached.push(wanted.asset.name.clone());
            }
            Step::Publish => {
                let published = match dialect {
                    Dialect::GitHub => github::releases::publish(connection, held.id).await?,
                    Dialect::Gitea => gitea::releases::publish(connection, held.id).await?,
                };
                (held.draft, held.url) = (published.draft, published.url);
            }
        }
        Ok(())
    }

    /// Looks whether a step has been taken all the same: by us, where the answer left it open, or by another run.
    async fn moved_on_from(&mut self, step: Step, in_doubt: bool) -> Result<bool, ReleaseError> {
        let pauses = if in_doubt { &IN_DOUBT[..] } else { &[] };
        for pause in std::iter::once(&Duration::ZERO).chain(pauses) {
            if !pause.is_zero() {
                self.connection.way.client.clock().sleep(*pause).await;
            }
            self.look().await?;
            if self.next()? != step {
                if in_doubt {
                    self.note(step);
                }
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What was done without an answer is our own work, too.
    fn note(&mut self, step: Step) {
        match step {
            Step::Create => self.created = true,
            Step::Attach(at) => {
                let wanted = &self.wanted[at];
                if self.held.as_ref().is_some_and(|held| held.whole(wanted).next().is_some()) {
                    self.attached.push(wanted.asset.name.clone());
                }
            }
            Step::Remove(_) | Step::Publish | Step::Done => {}
        }
    }

    fn ended(self) -> ReleaseOutcome {
        let held = self.held.expect("nothing is done while there is no release");
        let found: Vec<&Wanted<'_>> =
            self.wanted.iter().filter(|wanted| !self.attached.contains(&wanted.asset.name)).collect();
        let unread = found.iter().filter(|wanted| held.whole(wanted).all(|held| held.sha256.is_none()));
        let names = |wanted: &&Wanted<'_>| wanted.asset.name.clone();
        ReleaseOutcome {
            unread: unread.map(names).collect(),
            found: found.iter().map(names).collect(),
            state: held.state(),
            url: held.url,
            created: self.created,
            attached: self.attached,
        }
    }

    /// The error, with what is most likely in the way.
    fn explained(&self, step: Step, error: Error) -> Error {
        let hint = match (self.connection.way.site.dialect, step, error.status()) {
            (_, _, Some(404)) => {
                "the token must be allowed `contents: write`; on Gitea, releases or attachments may also be switched off"
            }
            (_, Step::Attach(_), Some(413)) => {
                "the file is larger than the forge, or a proxy before it, takes"
            }
            (Dialect::Gitea, Step::Attach(_), Some(400 | 422)) => {
                "let the instance take files of this type: `ALLOWED_TYPES` under `[repository.release]` in its `app.ini`"
            }
            (Dialect::GitHub, Step::Attach(_) | Step::Remove(_), Some(422)) => {
                "the release may have become immutable meanwhile: release under another version"
            }
            (Dialect::GitHub, Step::Create | Step::Publish, Some(422)) => {
                "a ruleset may be in the way, or an immutable release that the tag had and that was deleted: release under another version"
            }
            _ => return error,
        };
        error.with_hint(hint)
    }
}
