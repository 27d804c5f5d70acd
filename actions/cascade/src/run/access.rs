//! The forge that is asked, as whom, and how often.

use std::sync::Arc;

use forge::{Credential, Dialect, Forge, Site, Who};
use futures_util::future::{FutureExt as _, LocalBoxFuture, TryFutureExt as _, ready};
use http_client::Client;
use runner::{Context, Failure};

use crate::error::CascadeError;
use crate::inputs::Settings;
use crate::pace::{Hour, Pace, Paced};
use crate::tell::Over;

/// The scopes of GitHub's older tokens that let write to repositories: all of them, or the public ones.
const WRITING: [&str; 2] = ["repo", "public_repo"];

/// The forge, and the way there.
pub(super) struct Access {
    pub(super) client: Client,
    pub(super) forge: Forge,
    pub(super) dialect: Dialect,
    /// What is wrong of more targets than one.
    pub(super) over: Over,
}

impl Access {
    /// The job's forge; nothing is asked yet.
    pub(super) fn open(
        context: &Context,
        settings: &Settings,
        credential: Credential,
    ) -> Result<Self, Failure> {
        let environment = context.environment();
        let network =
            http_client::Settings::from_environment(|name| environment.get(name).map(str::to_owned));
        let client = Client::new(network).map_err(Failure::bad_input)?;
        let job = context.job();
        let dialect = job.dialect;
        let site = Site { dialect, api: job.api_url.clone(), server: job.server_url.clone() };
        let masks = context.console().mask_sink();
        let over = Over::of(&credential);
        let forge = Forge::new(site, client.clone(), credential, masks, settings.at_once)
            .map_err(CascadeError::from)?;
        Ok(Self { client, forge, dialect, over })
    }

    /// Looks at the token, says whose it is, and refuses one that cannot write; what it may ask in an hour, where that is
    /// limited.
    pub(super) async fn check(&self, context: &Context) -> Result<Option<Hour>, CascadeError> {
        let who = self.forge.who().await?;
        introduce(context, &who);
        may_write(&who)?;
        Ok(Hour::of(&who, self.over.is_by_owner(), self.client.clock().now()))
    }

    /// The pace that is kept.
    pub(super) fn pace(&self, hour: Option<Hour>, pace: &Pace) -> Paced {
        Paced::new(pace, self.dialect, hour, Arc::clone(self.client.clock()))
    }
}

/// What is known of a token before the targets are looked at.
pub(super) struct Token<'c> {
    /// What it may ask in an hour, where that is limited.
    pub(super) hour: Option<Hour>,
    /// The look at it that is still under way.
    pub(super) check: LocalBoxFuture<'c, Result<(), CascadeError>>,
}

impl<'c> Token<'c> {
    /// One that was looked at.
    pub(super) fn of(hour: Option<Hour>) -> Self {
        Self { hour, check: ready(Ok(())).boxed_local() }
    }

    /// One that is looked at beside the targets: a round trip less where the forge limits nothing, so that nothing that
    /// is asked of them waits for the answer.
    pub(super) fn beside(check: impl Future<Output = Result<Option<Hour>, CascadeError>> + 'c) -> Self {
        Self { hour: None, check: check.map_ok(drop).boxed_local() }
    }
}

/// Says who tells, and what the token still has.
fn introduce(context: &Context, who: &Who) {
    let name = who.login.as_ref().map_or_else(|| "a token".to_owned(), |login| format!("`{login}`"));
    let ends = who.ends_at.map(|ends| format!(", until {}", ends.strftime("%F %H:%M UTC")));
    let left = who.quota.map(|quota| {
        let again = quota.resets_at.strftime("%H:%M UTC");
        format!(", with {} of {} requests left until {again}", quota.remaining, quota.limit)
    });
    let parts = [format!("the forge is asked as {name}"), ends.unwrap_or_default(), left.unwrap_or_default()];
    context.console().progress(&parts.concat());
}

/// Refuses a token whose scopes let write nowhere. Other kinds of tokens have no scopes.
fn may_write(who: &Who) -> Result<(), CascadeError> {
    let writes = |scopes: &Vec<String>| scopes.iter().any(|one| WRITING.contains(&one.as_str()));
    match who.scopes.clone().filter(|scopes| !scopes.is_empty() && !writes(scopes)) {
        Some(scopes) => Err(CascadeError::Scopes(scopes)),
        None => Ok(()),
    }
}
