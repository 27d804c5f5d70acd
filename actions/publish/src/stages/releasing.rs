//! The release's page on the forge.

use domain::{CommitSha, TagName};
use forge::{Credential, Reader, ReleaseState, Site, Writer};
use runner::{Failure, GitRef};
use url::Url;

use super::Run;
use crate::distribution::Release;
use crate::error::PublishError;
use crate::forge_release::{ReleaseWish, forecast, forge_release};
use crate::inputs::Page;
use crate::outputs::Outputs;
use crate::upload::{Registry, Target};

/// A page that is to be made, and the handles to make it by.
pub(super) struct WishedPage {
    reader: Reader,
    writer: Writer,
    state: ReleaseState,
    tag: TagName,
    commit: CommitSha,
    repository: Url,
}

impl WishedPage {
    fn wish<'a>(&'a self, release: &'a Release, target: &'a Target) -> ReleaseWish<'a> {
        ReleaseWish {
            tag: &self.tag,
            commit: &self.commit,
            state: self.state,
            repository: &self.repository,
            index: (target.registry() != Registry::PyPi).then(|| target.simple_url()),
            release,
        }
    }

    /// Finds what would stop the page, before the index has anything.
    pub(super) fn foresee(&self, release: &Release, target: &Target) -> Result<(), Failure> {
        runner::block_on(forecast(&self.reader, &self.wish(release, target)))?;
        Ok(())
    }
}

impl Run<'_> {
    /// The page that the inputs ask for, if they ask for one.
    ///
    /// # Errors
    /// When what it takes is not known: the tag, the commit, the repository, a token.
    pub(super) fn wished_page(&self) -> Result<Option<WishedPage>, Failure> {
        let state = match self.inputs.release {
            Page::None => return Ok(None),
            Page::Draft => ReleaseState::Draft,
            Page::Published => ReleaseState::Published,
        };
        let job = self.context.job();
        let tag = match (&self.inputs.tag, &job.git_ref) {
            (Some(tag), _) | (None, Some(GitRef::Tag(tag))) => tag.clone(),
            _ => return Err(PublishError::PageWithoutTag.into()),
        };
        let token = self.inputs.forge_token.clone().ok_or(PublishError::PageWithoutToken)?;
        let (repo, commit) = (job.repository()?.clone(), job.sha()?.clone());
        let repository = job
            .server_url
            .join(&format!("{}/{repo}", job.server_url.path().trim_end_matches('/')))
            .map_err(Failure::new)?;
        let site = Site { dialect: job.dialect, api: job.api_url.clone(), server: job.server_url.clone() };
        let masks = self.context.console().mask_sink();
        let (reader, writer) = forge::open(site, self.client.clone(), Credential::Token(token), masks, repo)
            .map_err(PublishError::Forge)?;
        Ok(Some(WishedPage { reader, writer, state, tag, commit, repository }))
    }

    /// Makes the page, or completes the one that is there.
    pub(super) fn publish_page(
        &mut self,
        page: &WishedPage,
        release: &Release,
        target: &Target,
        outputs: &mut Outputs,
    ) -> Result<(), Failure> {
        let wish = page.wish(release, target);
        let outcome = runner::block_on(forge_release(&page.reader, &page.writer, &wish))?;
        let console = self.context.console();
        let done = if outcome.created { "made" } else { "found" };
        console.result(&format!("{done} the release {} on the forge", outcome.url));
        for file in &outcome.attached {
            console.result(&format!("attached {file}"));
        }
        for file in &outcome.unread {
            console.result(&format!(
                "{file} was there already, with the same size; its bytes could not be read"
            ));
        }
        outputs.release_url = Some(outcome.url.clone());
        Ok(())
    }
}
