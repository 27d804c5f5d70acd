//! The action: from the job's surroundings to archives and a report.

use std::path::{Path, PathBuf};

use domain::PackageVersion;
use fs_err as fs;
use package::{Manifest, Stamp};
use runner::{Action, Annotation, Completed, Context, Failure, Place};

use crate::build::{Built, build};
use crate::error::PublishError;
use crate::inputs::{Command, Inputs};
use crate::output::{self, Written};
use crate::outputs::Outputs;
use crate::ownership::hand_over;
use crate::report::{self, Report, relative};
use crate::source;
use crate::stamp::stamp;
use crate::version::{VersionSources, version};

/// publish.
#[derive(Debug)]
pub struct Publish;

/// What `check` builds when no version is given: a local one, which no index accepts.
const CHECKED_VERSION: &str = "0-local";

impl Action for Publish {
    const NAME: &'static str = "publish";
    const DESCRIPTION: &'static str =
        "Builds a runtime's folder of modules into a proven, reproducible wheel and sdist";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const ICON: &'static str = "package";
    const COLOR: &'static str = "purple";
    type Inputs = Inputs;
    type Outputs = Outputs;

    fn run(context: &Context, inputs: Inputs) -> Result<Completed<Outputs>, Failure> {
        let run = Run::prepare(context, inputs)?;
        let built = run.build()?;
        run.tell(&built)?;
        let whole = built.proof.holds();
        let written = if whole && run.writes() { Some(run.write(&built)?) } else { None };
        let outputs = run.outputs(&built, written.as_ref());
        Ok(if whole { Completed::done(outputs) } else { Completed::with_findings(outputs) })
    }
}

/// A run, with everything read that it depends on but the source itself.
struct Run<'a> {
    context: &'a Context,
    inputs: Inputs,
    manifest: Manifest,
    /// The folder that the manifest lies in.
    root: PathBuf,
    version: PackageVersion,
    stamp: Stamp,
}

impl<'a> Run<'a> {
    fn prepare(context: &'a Context, inputs: Inputs) -> Result<Self, Failure> {
        let path = run_path(context, &inputs.manifest);
        let text = fs::read_to_string(&path).map_err(PublishError::no_manifest(&path))?;
        let manifest = Manifest::parse(&text)
            .map_err(|error| PublishError::Manifest { path: inputs.manifest.clone(), error })?;
        let given = inputs.version.as_deref();
        let given = given.or_else(|| (inputs.command == Command::Check).then_some(CHECKED_VERSION));
        let sources =
            VersionSources { given, tag: inputs.tag.as_ref(), git_ref: context.job().git_ref.as_ref() };
        let version = version(sources, &inputs.tag_prefix)?.without_index()?;
        let root = path.parent().map_or_else(PathBuf::new, Path::to_owned);
        let root = if root == Path::new("") { PathBuf::from(".") } else { root };
        let stamp = stamp(inputs.source_date_epoch, context.environment(), &root)?;
        Ok(Self { context, inputs, manifest, root, version, stamp })
    }

    fn build(&self) -> Result<Built, PublishError> {
        let Self { manifest, version, .. } = self;
        let tree = source::read(&self.root, manifest)?;
        let (name, folder) = (&manifest.package.name, &manifest.source.folder);
        let progress = format!("building {name} {version} from {} files of `{folder}`", tree.len());
        self.context.console().progress(&progress);
        Ok(build(&tree, manifest, version, self.stamp)?)
    }

    fn tell(&self, built: &Built) -> Result<(), PublishError> {
        let console = self.context.console();
        report::tell_rewrite(built, console, self.inputs.show_edits);
        report::tell_proof(&built.proof, console);
        self.context.summarise(&report::summary(built, self.manifest.package.name.as_str()));
        if self.inputs.list {
            for line in report::listing(built) {
                console.result(&line);
            }
        }
        let Some(path) = &self.inputs.report else { return Ok(()) };
        let on_disk = run_path(self.context, path);
        let json = serde_json::to_vec_pretty(&Report::of(built)).expect("a report is JSON");
        fs::write(&on_disk, json).map_err(|source| PublishError::Report { path: path.clone(), source })?;
        self.hand_over(&on_disk);
        Ok(())
    }

    /// Whether anything is to be written.
    fn writes(&self) -> bool {
        self.inputs.command == Command::Build && !self.inputs.list
    }

    fn write(&self, built: &Built) -> Result<Written, PublishError> {
        let source = self.root.join(self.manifest.source.folder.as_str());
        let out = run_path(self.context, &self.inputs.out);
        let made = out.ancestors().take_while(|folder| !folder.exists()).last().unwrap_or(&out);
        let written = output::write(built, &self.manifest, &source, &out)?;
        self.hand_over(made);
        for (path, archive) in [(&written.wheel, &built.wheel), (&written.sdist, &built.sdist)] {
            let (path, bytes, sha256) = (self.shown(path), archive.bytes.len(), archive.sha256());
            self.context.console().result(&format!("{path} ({bytes} bytes, sha256 {sha256})"));
        }
        Ok(written)
    }

    /// Archives that are not whole are not offered to anybody, so nothing is said of them.
    fn outputs(&self, built: &Built, written: Option<&Written>) -> Outputs {
        let outputs = Outputs {
            version: Some(self.version.to_string()),
            source_commit: self.context.job().sha.clone(),
            report: self.inputs.report.as_ref().map(|path| path.to_string_lossy().into_owned()),
            ..Outputs::default()
        };
        if !built.proof.holds() {
            return outputs;
        }
        let (wheel, sdist) = (built.wheel.sha256(), built.sdist.sha256());
        let name = self.manifest.package.name.normalised();
        Outputs {
            wheel: written.map(|written| self.shown(&written.wheel)),
            sdist: written.map(|written| self.shown(&written.sdist)),
            requirement: Some(format!(
                "{name}=={} --hash=sha256:{wheel} --hash=sha256:{sdist}",
                self.version
            )),
            wheel_sha256: Some(wheel),
            sdist_sha256: Some(sdist),
            ..outputs
        }
    }

    fn shown(&self, path: &Path) -> String {
        let here = Path::new(".");
        relative(path, self.context.job().workspace.as_deref().or(Some(here)))
    }

    /// In a job, gives a file or folder to whom the workspace belongs.
    fn hand_over(&self, path: &Path) {
        let job = self.context.job();
        let Some(workspace) = job.workspace.as_deref().filter(|_| job.place == Place::Runner) else { return };
        if let Err(error) = hand_over(path, workspace) {
            let warning =
                format!("the steps after this one may be unable to change `{}`: {error}", path.display());
            self.context.console().annotate(&Annotation::warning(warning));
        }
    }
}

/// A path of an input: in a job, relative ones are relative to the workspace, on a laptop to the current folder.
fn run_path(context: &Context, path: &Path) -> PathBuf {
    match &context.job().workspace {
        Some(workspace) => workspace.join(path),
        None => path.to_owned(),
    }
}
