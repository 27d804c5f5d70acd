//! The package and what it depends on, in an environment of their own.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::{PackageVersion, ProjectName};
use fs_err as fs;
use package::manifest::Dependency;
use serde::Deserialize;
use serde_json::json;
use tempfile::TempDir;
use url::Url;

use super::driver::{self, Answer};
use super::error::SmokeError;
use crate::distribution::{Distribution, Release};
use crate::process::{ChildEnvironment, Invocation};
use crate::uv::{IndexAccess, Uv};

/// How long uv may take for one installation: some dependencies are large, and some are built.
const PATIENCE: Duration = Duration::from_mins(15);

/// What keeps uv from building anything.
const ONLY_WHEELS: [&str; 2] = ["--only-binary", ":all:"];

/// How long an interpreter may take to say what is installed.
const INSPECTION: Duration = Duration::from_mins(1);

/// Where a package is tried.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// What uv and everything else that is started is given of the environment.
    pub environment: ChildEnvironment,
    /// The Python, as uv is asked for it: `3.12`, a range, or the path of an interpreter. Unset: one that the
    /// package's `requires-python` allows.
    pub python: Option<String>,
    /// Where dependencies come from, and nothing else does.
    pub dependency_index: IndexAccess,
    /// Whether a dependency that has no wheel may be built.
    pub builds: Builds,
}

/// Whether what is installed may be built. To build a distribution is to run what its author wrote, in a process that
/// can reach what this machine can; to install a wheel is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Builds {
    /// A distribution without a wheel is built.
    Allowed,
    /// Only wheels are installed.
    Refused,
}

/// A package, installed in a fresh virtual environment that is removed when this is dropped.
///
/// No dependency confusion in either direction. The package is installed by itself, from its own file or from the
/// index that it is published to; what it depends on is installed after that, from the dependency index alone. Should
/// one of those depend on the package in turn, it gets this very wheel: the name is not looked for on their index.
#[derive(Debug)]
pub struct Installation {
    pub(super) scratch: TempDir,
    pub(super) environment: ChildEnvironment,
    pub(super) project: ProjectName,
    pub(super) installed: Installed,
}

/// What the interpreter knows of an installed package.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Installed {
    pub(super) python: String,
    version: String,
    /// Where it was installed from by its address; none for what came from an index.
    origin: Option<String>,
    pub(super) entry_points: Vec<EntryPoint>,
    /// Who among the other distributions depends on it.
    pub(super) dependents: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct EntryPoint {
    pub(super) group: String,
    pub(super) name: String,
    pub(super) value: String,
    /// Whether only who asks for an extra can use it.
    pub(super) of_extra: bool,
}

impl Installation {
    /// Installs a wheel from its file.
    ///
    /// # Errors
    /// When there is no uv, no Python that it runs on, or something that it depends on cannot be had.
    pub fn of_file(wheel: &Distribution, surroundings: &Surroundings) -> Result<Self, SmokeError> {
        let under_way = UnderWay::begin(wheel, surroundings)?;
        let path = fs::canonicalize(wheel.path())?;
        let uv = under_way.pip(["--no-deps", "--no-index"]).argument(&path);
        uv.output().map_err(|source| SmokeError::Package {
            what: wheel.file_name().to_owned(),
            origin: "its file".to_owned(),
            source: Box::new(source),
        })?;
        under_way.finish(Some(&file_url(&path)?))
    }

    /// Installs a release from the index that it is published to, by hash: what the index serves must be these very
    /// files.
    ///
    /// # Errors
    /// When the index does not serve them, or as for [`of_file`](Self::of_file).
    pub fn of_index(
        release: &Release,
        index: &IndexAccess,
        surroundings: &Surroundings,
    ) -> Result<Self, SmokeError> {
        let wheel = release.wheel();
        let under_way = UnderWay::begin(wheel, surroundings)?;
        let requirement = under_way.scratch.path().join("package.txt");
        fs::write(&requirement, release.requirement())?;
        // what was cached before the upload says nothing about it
        // and of the release's two files, the sdist would have to be built
        let uv = under_way.pip(["--no-deps", "--require-hashes", "--no-cache"]);
        let uv = uv.arguments(ONLY_WHEELS).argument("--requirements");
        index.alone(uv.argument(&requirement)).output().map_err(|source| SmokeError::Package {
            what: format!("{}=={}", wheel.project(), wheel.version()),
            origin: index.url().to_string(),
            source: Box::new(source),
        })?;
        under_way.finish(None)
    }

    /// The version of its Python: `3.11.7`.
    #[must_use]
    pub fn python(&self) -> &str {
        &self.installed.python
    }

    /// The folder of its programs.
    pub(super) fn programs(&self) -> PathBuf {
        programs(self.scratch.path())
    }
}

/// An installation that is being made.
struct UnderWay<'a> {
    scratch: TempDir,
    uv: Uv,
    wheel: &'a Distribution,
    requirements: Vec<String>,
    surroundings: &'a Surroundings,
}

impl<'a> UnderWay<'a> {
    /// Makes the environment.
    fn begin(wheel: &'a Distribution, surroundings: &'a Surroundings) -> Result<Self, SmokeError> {
        let requirements = requirements(wheel)?;
        let scratch = tempfile::Builder::new().prefix("publish-smoke-").tempdir()?;
        let uv = Uv::find(&surroundings.environment)?;
        let wanted = surroundings.python.as_deref().or(wheel.metadata().get("requires-python"));
        let make = uv.invocation(["venv", "--no-project"], PATIENCE);
        let make = wanted.into_iter().fold(make, |uv, python| uv.argument(format!("--python={python}")));
        make.argument(venv(scratch.path())).output().map_err(|source| SmokeError::Environment {
            python: wanted.map_or_else(|| "any Python".to_owned(), |python| format!("Python `{python}`")),
            source: Box::new(source),
        })?;
        Ok(Self { scratch, uv, wheel, requirements, surroundings })
    }

    fn pip<'b>(&self, arguments: impl IntoIterator<Item = &'b str>) -> Invocation {
        let python = programs(self.scratch.path()).join("python");
        self.uv.invocation(["pip", "install", "--python"], PATIENCE).argument(python).arguments(arguments)
    }

    /// Sees that the package is what was to be installed, and installs what it depends on.
    fn finish(self, origin: Option<&Url>) -> Result<Installation, SmokeError> {
        let environment = self.environment()?;
        let project = self.wheel.project().clone();
        let look = || inspect(self.scratch.path(), &environment, &project);
        self.hold(&look()?, origin)?;
        self.install_dependencies()?;
        let installed = look()?;
        let Self { scratch, .. } = self;
        Ok(Installation { scratch, environment, project, installed })
    }

    /// What is installed must be this version, from there.
    fn hold(&self, installed: &Installed, origin: Option<&Url>) -> Result<(), SmokeError> {
        let named = |version: &str, origin: Option<&str>| match origin {
            Some(origin) => format!("{version} from `{origin}`"),
            None => format!("{version} from an index"),
        };
        let version = installed.version.parse::<PackageVersion>().ok();
        if version.as_ref() == Some(self.wheel.version())
            && installed.origin.as_deref() == origin.map(Url::as_str)
        {
            return Ok(());
        }
        Err(SmokeError::NotThePackage {
            project: self.wheel.project().to_string(),
            found: named(&installed.version, installed.origin.as_deref()),
            expected: named(&self.wheel.version().to_string(), origin.map(Url::as_str)),
        })
    }

    fn install_dependencies(&self) -> Result<(), SmokeError> {
        let Self { requirements, .. } = self;
        if requirements.is_empty() {
            return Ok(());
        }
        let (wanted, own) =
            (self.scratch.path().join("requirements.txt"), self.scratch.path().join("own.txt"));
        fs::write(&wanted, requirements.join("\n"))?;
        let wheel = file_url(&fs::canonicalize(self.wheel.path())?)?;
        fs::write(&own, format!("{} @ {wheel}", self.wheel.project().normalised()))?;
        let Surroundings { dependency_index: index, builds, .. } = self.surroundings;
        let uv = match builds {
            Builds::Allowed => self.pip([]),
            Builds::Refused => self.pip(ONLY_WHEELS),
        };
        let uv = uv.argument("--requirements").argument(wanted).argument("--overrides").argument(own);
        tracing::info!("installing what it depends on from {}", index.url());
        index.alone(uv).output().map_err(|source| SmokeError::Dependencies {
            wheel: self.wheel.file_name().to_owned(),
            index: index.url().to_string(),
            requirements: requirements.join(", "),
            builds: *builds,
            source: Box::new(source),
        })?;
        Ok(())
    }

    /// What the package itself is run with: the machine's languages, proxies and trust, and a home of its own, since
    /// whatever it depends on could read what lies in the user's.
    fn environment(&self) -> Result<ChildEnvironment, SmokeError> {
        let home = self.scratch.path().join("home");
        fs::create_dir_all(&home)?;
        let programs = programs(self.scratch.path());
        let outer = self.surroundings.environment.get("PATH").unwrap_or_default().to_owned();
        let path = std::env::join_paths([programs].into_iter().chain(std::env::split_paths(&outer)))
            .map_err(|_| SmokeError::Path(self.scratch.path().to_owned()))?;
        let environment = self.surroundings.environment.clone();
        Ok(environment
            .with("PATH", path)
            .with("HOME", &home)
            .with("XDG_CACHE_HOME", home.join(".cache"))
            .with("XDG_DATA_HOME", home.join(".local/share"))
            .with("VIRTUAL_ENV", venv(self.scratch.path())))
    }
}

fn venv(scratch: &Path) -> PathBuf {
    scratch.join("venv")
}

fn programs(scratch: &Path) -> PathBuf {
    venv(scratch).join(if cfg!(windows) { "Scripts" } else { "bin" })
}

/// Where an environment's distributions lie, by the two schemes that there are.
/// <https://docs.python.org/3/library/sysconfig.html#installation-paths>
fn site_packages(scratch: &Path) -> io::Result<Vec<PathBuf>> {
    let library = venv(scratch).join(if cfg!(windows) { "Lib" } else { "lib" });
    let mut folders = vec![library.join("site-packages")];
    for entry in fs::read_dir(&library)? {
        folders.push(entry?.path().join("site-packages"));
    }
    folders.retain(|folder| folder.is_dir());
    Ok(folders)
}

fn file_url(path: &Path) -> Result<Url, SmokeError> {
    Url::from_file_path(path).map_err(|()| SmokeError::Path(path.to_owned()))
}

/// What a wheel depends on, as lines for a requirements file.
///
/// Each is parsed before: a line of such a file could also be an option, and one by URL would not come from the index.
fn requirements(wheel: &Distribution) -> Result<Vec<String>, SmokeError> {
    let parse = |written: &str| match written.parse::<Dependency>() {
        Ok(dependency) => Ok(dependency.as_str().to_owned()),
        Err(source) => Err(SmokeError::Requirement { wheel: wheel.file_name().to_owned(), source }),
    };
    wheel.metadata().all("requires-dist").map(parse).collect()
}

fn inspect(
    scratch: &Path,
    environment: &ChildEnvironment,
    project: &ProjectName,
) -> Result<Installed, SmokeError> {
    // without `site`, which would run what the `.pth` files of dependencies say
    // <https://docs.python.org/3/library/site.html>
    let python = Invocation::new(programs(scratch).join("python"), environment, INSPECTION).argument("-S");
    let folders = site_packages(scratch)?;
    let question = json!({ "question": "inspect", "project": project.normalised(), "folders": folders });
    let silent = |why: String| Err(SmokeError::Inspection(why));
    match driver::ask(&python.folder(scratch), &question, &scratch.join("inspection"))? {
        Answer::Given(installed) => Ok(installed),
        Answer::Raised { traceback, .. } => silent(traceback),
        Answer::TimedOut { said } => {
            silent(format!("it did not answer in {} s: {said}", INSPECTION.as_secs()))
        }
        Answer::Silent { status, said } => silent(format!("it ended with {status}: {said}")),
    }
}
