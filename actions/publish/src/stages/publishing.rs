//! A release on the index, and then one that the index serves.

use std::time::Duration;

use domain::PackageVersion;
use index::SimpleIndex;
use runner::Failure;

use super::Run;
use crate::confirm::{Patience, confirm};
use crate::distribution::Release;
use crate::inputs::Inputs;
use crate::outputs::Outputs;
use crate::smoke::Installation;
use crate::upload::{JobIdentity, Target, TargetSettings, UploadError, preflight, upload};
use crate::uv::IndexAccess;
use crate::version::automatic;

impl Run<'_> {
    /// Where the release goes: the inputs say, or the manifest where they do not.
    pub(super) fn target(&self) -> Result<Target, Failure> {
        let Inputs { index_url, upload_url, user, token, .. } = &self.inputs;
        let index = self.layout.index();
        let given = index_url.is_some() || upload_url.is_some();
        let (simple_url, upload_url) =
            if given { (index_url, upload_url) } else { (&index.simple_url, &index.upload_url) };
        Ok(Target::new(TargetSettings {
            simple_url: simple_url.clone(),
            upload_url: upload_url.clone(),
            user: user.clone(),
            token: token.clone(),
            forge: Some(self.context.job().server_url.clone()),
        })?)
    }

    /// The version that follows those of the index.
    pub(super) fn next_version(&self, target: &Target) -> Result<PackageVersion, Failure> {
        let index = SimpleIndex::new(self.client.clone(), target.simple_url().clone());
        let index = match target.reader() {
            Some((user, token)) => index.basic(user, token),
            None => index,
        };
        Ok(runner::block_on(automatic(&index, &self.layout.package().name))?)
    }

    /// Uploads what the index lacks.
    pub(super) fn upload(
        &mut self,
        release: &Release,
        target: &Target,
        outputs: &mut Outputs,
    ) -> Result<(), Failure> {
        let console = self.context.console();
        let identity =
            JobIdentity::of(self.context.environment(), self.context.job().dialect, console.mask_sink())
                .bound_to(self.layout.index().environment.clone());
        console.progress(&format!(
            "uploading {} {} to {} (`{}`)",
            release.project(),
            release.version(),
            target.registry(),
            target.upload_url()
        ));
        let uploaded = runner::block_on(upload(&self.client, target, &identity, release))?;
        for file in &uploaded.sent {
            console.result(&format!("uploaded {file}"));
        }
        for file in &uploaded.found {
            console.result(&format!("{file} was there already, with the same bytes"));
        }
        outputs.uploaded = Some(uploaded.extent.as_str().to_owned());
        self.report.add("uploaded", &uploaded.extent.as_str());
        Ok(())
    }

    /// Waits until the index serves the release, and installs it from there by its hashes.
    pub(super) fn confirm(&mut self, release: &Release, target: &Target) -> Result<(), Failure> {
        let console = self.context.console();
        let longest = Duration::from_secs(self.inputs.confirm_seconds.into());
        let patience = Patience { longest, ..Patience::default() };
        let confirmed = runner::block_on(confirm(&self.client, target, release, patience))?;
        let seconds = confirmed.waited.as_secs();
        console.result(&format!("`{}` serves both files, seen after {seconds} s", confirmed.page));
        let index = IndexAccess::new(target.simple_url().clone());
        let index = match target.reader() {
            Some((user, token)) => index.basic(user, token),
            None => index,
        };
        Installation::of_index(release, &index, &self.surroundings()?)?;
        console.result(&format!("`{}` installs from it", release.requirement()));
        Ok(())
    }
}

/// Finds what an index would refuse, before time is spent on trying the package.
pub(super) fn foresee(release: &Release, target: &Target) -> Result<(), UploadError> {
    let objections = preflight(release, target.registry());
    if objections.is_empty() { Ok(()) } else { Err(UploadError::Objections(objections)) }
}
