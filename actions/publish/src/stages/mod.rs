//! The stages of a run, and what they share.
//!
//! | Stage | Makes of | This | Command |
//! |---|---|---|---|
//! | [`building`] | the source | wheel and sdist in the output folder, proven | `build`, `check` |
//! | [`trying`] | wheel | a package that was installed and does what the manifest asks for | `smoke` |
//! | [`publishing`] | wheel and sdist | a release on the index, and then one that it serves | `upload`, `confirm` |
//! | [`mirroring`] | the commit | the mirror's next commit, where the manifest names a mirror | `mirror` |
//! | [`releasing`] | wheel and sdist | the release's page on the forge, where it is asked for | |
//!
//! `run` is all of them. Those after the build read the output folder, so that each may be a step of its own.

mod building;
mod mirroring;
mod publishing;
mod releasing;
mod trying;

use std::path::{Path, PathBuf};

use domain::PackageVersion;
use fs_err as fs;
use http_client::Client;
use package::Layout;
use runner::{Completed, Context, Failure, GitRef};

use crate::distribution::Release;
use crate::error::PublishError;
use crate::inputs::{Command, Inputs};
use crate::output::DIST;
use crate::outputs::Outputs;
use crate::process::seal;
use crate::report::{ReportFile, relative};
use crate::version::{VersionSources, Wanted, version};

/// How a stage ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// The next one may begin.
    Passed,
    /// The package is not as it should be; what was found was told.
    Findings,
}

/// A run, with everything read that it depends on but the source itself.
pub(crate) struct Run<'a> {
    context: &'a Context,
    inputs: Inputs,
    layout: Layout,
    /// The folder that the manifest lies in.
    root: PathBuf,
    client: Client,
    report: ReportFile,
}

impl<'a> Run<'a> {
    /// Reads the manifest, and the environment for what goes over the network.
    pub(crate) fn prepare(context: &'a Context, inputs: Inputs) -> Result<Self, Failure> {
        seal().map_err(PublishError::Seal)?;
        let path = run_path(context, &inputs.manifest);
        let text = fs::read_to_string(&path).map_err(PublishError::no_manifest(&path))?;
        let layout = Layout::parse(&text)
            .map_err(|error| PublishError::Manifest { path: inputs.manifest.clone(), error })?;
        let root = path.parent().map_or_else(PathBuf::new, Path::to_owned);
        let root = if root == Path::new("") { PathBuf::from(".") } else { root };
        let environment = context.environment();
        let settings =
            http_client::Settings::from_environment(|name| environment.get(name).map(str::to_owned));
        let client = Client::new(settings).map_err(Failure::bad_input)?;
        let report = inputs.report.as_deref().map(|path| run_path(context, path));
        if let Some(report) = &report
            && lies_in(report, &run_path(context, &inputs.out))
        {
            return Err(PublishError::ReportInOut { path: report.clone(), out: inputs.out }.into());
        }
        let report = ReportFile::new(report);
        Ok(Self { context, inputs, layout, root, client, report })
    }

    /// Goes through the stages of the command, to the end or to the first with findings.
    pub(crate) fn stages(mut self) -> Result<Completed<Outputs>, Failure> {
        let mut outputs = Outputs {
            source_commit: self.context.job().sha.clone(),
            report: self.inputs.report.as_ref().map(|path| path.to_string_lossy().into_owned()),
            ..Outputs::default()
        };
        let verdict = self.run(&mut outputs);
        // what was found out until then is worth as much after a failure
        let written = match self.report.path() {
            Some(path) => self.context.leave(path, || self.report.write()),
            None => Ok(()),
        };
        let verdict = verdict?;
        written?;
        Ok(match verdict {
            Verdict::Passed => Completed::done(outputs),
            Verdict::Findings => Completed::with_findings(outputs),
        })
    }

    fn run(&mut self, outputs: &mut Outputs) -> Result<Verdict, Failure> {
        let command = self.inputs.command;
        if matches!(command, Command::Build | Command::Check) {
            return self.build(outputs);
        }
        // an address or a token that is wrong is told before anything is built for it
        let target = match command {
            Command::Smoke | Command::Mirror => None,
            _ => Some(self.target()?),
        };
        let page = if command == Command::Run { self.wished_page()? } else { None };
        let mirror = match command {
            Command::Run | Command::Mirror => self.wished_mirror()?,
            _ => None,
        };
        if command == Command::Run {
            let verdict = self.build(outputs)?;
            if verdict == Verdict::Findings || self.inputs.list {
                return Ok(verdict);
            }
        }
        let release = self.built(outputs)?;
        if let (Command::Run, Some(target)) = (command, &target) {
            publishing::foresee(&release, target)?;
            page.iter().try_for_each(|page| page.foresee(&release, target))?;
        }
        let mirror = mirror.map(|mirror| self.foresee_mirror(mirror, &release)).transpose()?;
        if matches!(command, Command::Smoke | Command::Run) && self.smoke(&release)? == Verdict::Findings {
            return Ok(Verdict::Findings);
        }
        let Some(target) = target else {
            mirror.iter().try_for_each(|mirror| self.push_mirror(mirror, outputs))?;
            return Ok(Verdict::Passed);
        };
        outputs.index_url = Some(target.simple_url().clone());
        if matches!(command, Command::Upload | Command::Run) {
            self.upload(&release, &target, outputs)?;
        }
        if matches!(command, Command::Confirm | Command::Run) {
            self.confirm(&release, &target)?;
        }
        if let Some(page) = page {
            self.publish_page(&page, &release, &target, outputs)?;
        }
        mirror.iter().try_for_each(|mirror| self.push_mirror(mirror, outputs))?;
        Ok(Verdict::Passed)
    }

    /// The wheel and sdist in the output folder, which must be of the version that the run is about.
    fn built(&self, outputs: &mut Outputs) -> Result<Release, Failure> {
        let folder = self.out().join(DIST);
        let release = Release::read(&folder)?;
        let expected = &self.layout.package().name;
        if release.project() != expected {
            return Err(PublishError::OtherProject {
                folder,
                found: release.project().clone(),
                expected: expected.clone(),
            }
            .into());
        }
        if self.is_told_version()
            && let Wanted::Exactly(wanted) = self.wanted(None)?
            && wanted != *release.version()
        {
            let found = release.version().clone();
            return Err(PublishError::OtherVersion { folder, found, wanted }.into());
        }
        *outputs = Outputs {
            version: Some(release.version().to_string()),
            wheel: Some(self.shown(release.wheel().path())),
            sdist: Some(self.shown(release.sdist().path())),
            wheel_sha256: Some(release.wheel().sha256().to_string()),
            sdist_sha256: Some(release.sdist().sha256().to_string()),
            requirement: Some(release.requirement()),
            ..std::mem::take(outputs)
        };
        Ok(release)
    }

    /// Whether an input names a version, or the tag that the run is for.
    fn is_told_version(&self) -> bool {
        let job = self.context.job();
        self.inputs.version.is_some()
            || self.inputs.tag.is_some()
            || matches!(job.git_ref, Some(GitRef::Tag(_)))
    }

    /// The version that the inputs, or else the run, or else `fallback` name.
    fn wanted(&self, fallback: Option<&str>) -> Result<Wanted, Failure> {
        let given = self.inputs.version.as_deref().or(fallback);
        let git_ref = self.context.job().git_ref.as_ref();
        let sources = VersionSources { given, tag: self.inputs.tag.as_ref(), git_ref };
        Ok(version(sources, &self.inputs.tag_prefix)?)
    }

    /// The version to build.
    fn version(&self) -> Result<PackageVersion, Failure> {
        // what is only checked needs no version of its own
        let is_free = self.inputs.command == Command::Check && !self.is_told_version();
        let fallback = is_free.then_some("0-local");
        match self.wanted(fallback)? {
            Wanted::Exactly(version) => Ok(version),
            Wanted::Next => self.next_version(&self.target()?),
        }
    }

    fn out(&self) -> PathBuf {
        run_path(self.context, &self.inputs.out)
    }

    fn shown(&self, path: &Path) -> String {
        let here = Path::new(".");
        relative(path, self.context.job().workspace.as_deref().or(Some(here)))
    }
}

/// A path of an input: in a job, relative ones are relative to the workspace, on a laptop to the current folder.
fn run_path(context: &Context, path: &Path) -> PathBuf {
    match &context.job().workspace {
        Some(workspace) => workspace.join(path),
        None => path.to_owned(),
    }
}

/// Whether a path leads into a folder, of both of which the ends need not be there yet.
fn lies_in(path: &Path, folder: &Path) -> bool {
    let resolved = |path: &Path| {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let (there, real) = path
            .ancestors()
            .find_map(|there| Some((there, fs::canonicalize(there).ok()?)))
            .unwrap_or((Path::new(""), PathBuf::new()));
        path.strip_prefix(there).map_or_else(|_| path.clone(), |rest| real.join(rest))
    };
    resolved(path).starts_with(resolved(folder))
}
