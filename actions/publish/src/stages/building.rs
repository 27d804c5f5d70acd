//! From the source to wheel and sdist, proven, in the output folder.

use std::path::Path;

use domain::PackageVersion;
use package::{Layout, Manifest, Proof, StandaloneManifest};
use runner::Failure;

use super::{Run, Verdict};
use crate::build::{Built, build};
use crate::error::PublishError;
use crate::git::{self, Untracked};
use crate::inputs::Command;
use crate::output;
use crate::outputs::Outputs;
use crate::process::ChildEnvironment;
use crate::report;
use crate::source;
use crate::stamp::stamp;
use crate::standalone::{self, DeclaredVersion, StandaloneBuilt, StandaloneSource};

impl Run<'_> {
    /// Builds and proves; `build` and `run` write it down.
    pub(super) fn build(&mut self, outputs: &mut Outputs) -> Result<Verdict, Failure> {
        match self.layout.clone() {
            Layout::Monorepo(manifest) => self.build_modules(&manifest, outputs),
            Layout::Standalone(manifest) => self.build_standalone(&manifest, outputs),
        }
    }

    /// Whether anything is to be written.
    fn writes(&self) -> bool {
        self.inputs.command != Command::Check && !self.inputs.list
    }

    fn build_modules(&mut self, manifest: &Manifest, outputs: &mut Outputs) -> Result<Verdict, Failure> {
        let version = self.version()?;
        let stamp = stamp(self.inputs.source_date_epoch, self.context.environment(), &self.root)?;
        let tree = source::read(&self.root, manifest).map_err(PublishError::from)?;
        self.tell_uncommitted(manifest);
        let (name, folder) = (&manifest.package.name, &manifest.source.folder);
        let console = self.context.console();
        console.progress(&format!("building {name} {version} from {} files of `{folder}`", tree.len()));
        let built = build(&tree, manifest, &version, stamp).map_err(PublishError::from)?;
        report::tell_rewrite(&built, console, self.inputs.show_edits);
        report::tell_proof(&built.proof, console);
        self.context.summarise(&report::summary(&built, name.as_str()));
        self.list(report::listing(&built));
        self.report.add_build(&built);
        outputs.version = Some(version.to_string());
        if !built.proof.holds() {
            return Ok(Verdict::Findings);
        }
        let hashes = [built.wheel.sha256(), built.sdist.sha256()];
        outputs.requirement = Some(format!(
            "{}=={version} --hash=sha256:{} --hash=sha256:{}",
            name.normalised(),
            hashes[0],
            hashes[1]
        ));
        [outputs.wheel_sha256, outputs.sdist_sha256] = hashes.map(Some);
        if self.writes() {
            self.write_modules(&built, manifest, outputs)?;
        }
        Ok(Verdict::Passed)
    }

    /// Says what of the source is in no commit. A build on a laptop may well be of such; a release should not be.
    fn tell_uncommitted(&self, manifest: &Manifest) {
        let folder = self.root.join(manifest.source.folder.as_str());
        let Ok(folder) = fs_err::canonicalize(folder) else { return };
        if git::checkout(&folder).is_none() {
            return;
        }
        let concerns = |path: &Path| {
            let path = path.to_str().and_then(|path| path.parse().ok());
            path.is_some_and(|path| !manifest.source.excludes(&path))
        };
        let environment = ChildEnvironment::of(self.context.environment());
        if let Err(error) = git::tell_changes(&folder, &environment, Untracked::Built, concerns) {
            tracing::warn!("whether `{}` is as the commit has it is not known: {error}", folder.display());
        }
    }

    fn write_modules(
        &self,
        built: &Built,
        manifest: &Manifest,
        outputs: &mut Outputs,
    ) -> Result<(), PublishError> {
        let source = self.root.join(manifest.source.folder.as_str());
        let out = self.out();
        let written = self.context.leave(&out, || output::write(built, manifest, &source, &out))?;
        for (path, archive) in [(&written.wheel, &built.wheel), (&written.sdist, &built.sdist)] {
            self.tell_written(path, archive.bytes.len(), &archive.sha256());
        }
        outputs.wheel = Some(self.shown(&written.wheel));
        outputs.sdist = Some(self.shown(&written.sdist));
        Ok(())
    }

    fn build_standalone(
        &mut self,
        manifest: &StandaloneManifest,
        outputs: &mut Outputs,
    ) -> Result<Verdict, Failure> {
        let out = self.out();
        let version = self.standalone_version()?;
        let source = StandaloneSource {
            root: &self.root,
            manifest,
            version: &version,
            stamp: stamp(self.inputs.source_date_epoch, self.context.environment(), &self.root)?,
            out: &out,
        };
        let console = self.context.console();
        console.progress(&format!("building {} {version} by its own pyproject.toml", manifest.package.name));
        let mut built = standalone::build(&source, &self.surroundings()?)?;
        self.tell_standalone(&built);
        outputs.version = Some(version.to_string());
        if !built.proof.holds() {
            return Ok(Verdict::Findings);
        }
        if self.writes() {
            self.context.leave(&out, || built.write(&out))?;
            for one in built.release.distributions() {
                self.tell_written(one.path(), one.bytes().len(), &one.sha256().to_string());
            }
            self.built(outputs)?;
        }
        Ok(Verdict::Passed)
    }

    /// The version of a project that has one of its own: to check it where nobody names another, that one will do.
    fn standalone_version(&self) -> Result<PackageVersion, Failure> {
        if self.inputs.command == Command::Check
            && !self.is_told_version()
            && let DeclaredVersion::Static { version, .. } = standalone::read_pyproject(&self.root)?.version
        {
            return Ok(version);
        }
        self.version()
    }

    fn tell_standalone(&mut self, built: &StandaloneBuilt) {
        let release = &built.release;
        let proof: &Proof = &built.proof;
        report::tell_proof(proof, self.context.console());
        self.context.summarise(&report::standalone_summary(release, proof));
        self.list(report::standalone_listing(release));
        self.report.add_release(release, proof);
    }

    fn list(&self, lines: Vec<String>) {
        if self.inputs.list {
            for line in lines {
                self.context.console().result(&line);
            }
        }
    }

    fn tell_written(&self, path: &Path, bytes: usize, sha256: &str) {
        let path = self.shown(path);
        self.context.console().result(&format!("{path} ({bytes} bytes, sha256 {sha256})"));
    }
}
