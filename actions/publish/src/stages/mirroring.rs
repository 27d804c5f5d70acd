//! The mirror of a release.

use mirror::{AllowedSigners, RepositoryPlace, SigningKey};
use package::{Layout, Manifest};
use runner::{Annotation, Failure};

use super::Run;
use crate::distribution::Release;
use crate::inputs::Command;
use crate::mirror::{MirrorError, Mirrored, Mirroring, Settings, made};
use crate::outputs::Outputs;
use crate::process::ChildEnvironment;

/// A mirror that is to be pushed to, and what it takes.
pub(super) struct WishedMirror {
    settings: Settings,
    key: SigningKey,
    source: RepositoryPlace,
    manifest: Box<Manifest>,
    environment: ChildEnvironment,
}

impl Run<'_> {
    /// The mirror that the manifest names, if it names one.
    ///
    /// # Errors
    /// When what it takes is not known: the key, the token, the repositories.
    pub(super) fn wished_mirror(&self) -> Result<Option<WishedMirror>, Failure> {
        let (manifest, mirror) = match &self.layout {
            Layout::Monorepo(manifest) => (manifest, &manifest.mirror),
            Layout::Standalone(manifest) if manifest.mirror.is_some() => {
                return Err(MirrorError::Standalone.into());
            }
            Layout::Standalone(_) if self.inputs.command == Command::Mirror => {
                return Err(MirrorError::NoMirror.into());
            }
            Layout::Standalone(_) => return Ok(None),
        };
        let mirror = match mirror {
            Some(mirror) => mirror,
            None if self.inputs.command == Command::Mirror => return Err(MirrorError::NoMirror.into()),
            None => return Ok(None),
        };
        let key =
            self.inputs.mirror_signing_key.as_ref().ok_or(MirrorError::NoInput("mirror-signing-key"))?;
        let token = self.inputs.mirror_token.clone().ok_or(MirrorError::NoInput("mirror-token"))?;
        let signers = self.inputs.mirror_allowed_signers.as_deref().map(AllowedSigners::parse).transpose();
        let job = self.context.job();
        let on = |repository| RepositoryPlace::on(&job.server_url, repository).map_err(MirrorError::Place);
        let settings = Settings {
            server: job.server_url.clone(),
            place: on(&mirror.repository)?,
            branch: mirror.branch.clone(),
            history: mirror.history,
            token,
            signers: signers.map_err(MirrorError::Signers)?,
        };
        Ok(Some(WishedMirror {
            settings,
            key: SigningKey::parse(key).map_err(MirrorError::Key)?,
            source: on(job.repository()?)?,
            manifest: manifest.clone(),
            environment: ChildEnvironment::of(self.context.environment()),
        }))
    }

    /// Makes the mirror's files, and finds what would stop their push.
    pub(super) fn foresee_mirror(
        &self,
        wish: WishedMirror,
        release: &Release,
    ) -> Result<Mirroring, MirrorError> {
        let WishedMirror { settings, key, source, manifest, environment } = wish;
        let made = made(&self.root, &manifest, source, release, &environment)?;
        let project = manifest.package.name.to_string();
        let mirroring = Mirroring::new(settings, key, made, project, environment);
        mirroring.foresee()?;
        Ok(mirroring)
    }

    /// Pushes the release to the mirror, unless it is there.
    pub(super) fn push_mirror(
        &mut self,
        mirroring: &Mirroring,
        outputs: &mut Outputs,
    ) -> Result<(), MirrorError> {
        let console = self.context.console();
        let place = mirroring.place();
        console.progress(&format!("mirroring to {place}"));
        let commit = match mirroring.push()? {
            Mirrored::Pushed(commit) => {
                console.result(&format!("pushed {commit} to the mirror {place}"));
                commit
            }
            Mirrored::Found(commit) => {
                console.result(&format!("the mirror {place} has the release already, as {commit}"));
                commit
            }
            Mirrored::Newer(head, version) => {
                console.annotate(&Annotation::warning(format!(
                    "the mirror {place} stays at {version} ({head}), which is newer than this release"
                )));
                return Ok(());
            }
        };
        outputs.mirror_commit = Some(commit);
        outputs.mirror_tree_sha256 = Some(mirroring.tree_sha256().to_string());
        Ok(())
    }
}
