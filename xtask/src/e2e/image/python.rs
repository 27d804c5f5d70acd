//! What publish's image is built on, for a machine that can pull none.

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::BorrowedTag;
use crate::e2e::absent::Absent;
use crate::e2e::debian;
use crate::e2e::engine::Engine;
use crate::process;
use crate::python::{self, Python};
use crate::workspace::Workspace;

/// The Debian whose own Python is that of the image that the Dockerfile names.
const RELEASE: &str = "bookworm";

/// What the image is made of beside Debian's least; Debian's Python makes virtual environments only with a package more.
const PACKAGES: [&str; 3] = ["python3-venv", "git", "ca-certificates"];

/// The folders of it that no program reads.
const READ_BY_NOBODY: [&str; 5] =
    ["usr/share/doc", "usr/share/man", "usr/share/locale", "var/cache/apt", "var/lib/apt/lists"];

/// The image with Python and git; a job whose own steps are Python runs in it, too.
pub(crate) const PYTHON: &str = "runtime-actions-e2e/python:latest";
const UV: &str = "runtime-actions-e2e/uv:latest";

/// The images that stand in for the official ones of Python and uv.
#[derive(Debug)]
pub(crate) struct Bases<'engine> {
    _python: BorrowedTag<'engine>,
    _uv: BorrowedTag<'engine>,
}

impl<'engine> Bases<'engine> {
    /// What the Dockerfile is told, so that it builds on these.
    pub(crate) const ARGUMENTS: [&'static str; 2] =
        ["PYTHON=runtime-actions-e2e/python:latest", "UV=runtime-actions-e2e/uv:latest"];

    /// Makes the images: a Debian from the packages that this machine installs from, and the uv of PyPI.
    pub(crate) fn import(
        workspace: &Workspace,
        engine: &'engine Engine,
        scratch: &Path,
    ) -> Result<Self, Absent> {
        let debian = bootstrap(workspace)?;
        let failed = |error| Absent::because("could not make the images that publish's is built on", &error);
        let python = super::import(engine, &debian, PYTHON).map_err(failed)?;
        let uv = import_uv(workspace, engine, scratch).map_err(failed)?;
        Ok(Self { _python: python, _uv: uv })
    }
}

/// A folder with a small Debian in it, made once and kept in cargo's build folder under the names of what it holds.
fn bootstrap(workspace: &Workspace) -> Result<PathBuf, Absent> {
    let kept = workspace.target().join("e2e").join(format!("{RELEASE}+{}", PACKAGES.join("+")));
    if kept.exists() {
        return Ok(kept);
    }
    debian::ensure("debootstrap", "debootstrap")?;
    if !debian::is_root() {
        return Err(Absent::new("only root could make a Debian for publish's image"));
    }
    println!("making a Debian for publish's image, which takes a minute");
    let made = debootstrap(&kept.with_extension("part")).and_then(|made| Ok(fs_err::rename(made, &kept)?));
    made.map_err(|error| Absent::because("could not make a Debian for publish's image", &error))?;
    Ok(kept)
}

fn debootstrap(root: &Path) -> anyhow::Result<&Path> {
    let sources = process::output(process::command("apt-get").args([
        "indextargets",
        "--format",
        "$(REPO_URI)",
        "Created-By: Packages",
        "Component: main",
    ]))?;
    let mirror = sources
        .lines()
        .find(|uri| uri.trim_end_matches('/').ends_with("/debian"))
        .context("this machine installs nothing from a mirror of Debian")?;
    if root.exists() {
        fs_err::remove_dir_all(root)?;
    }
    fs_err::create_dir_all(root)?;
    process::output(
        process::command("debootstrap")
            .arg("--variant=minbase")
            .arg(format!("--include={}", PACKAGES.join(",")))
            .arg(RELEASE)
            .arg(root)
            .arg(mirror),
    )?;
    for folder in READ_BY_NOBODY {
        fs_err::remove_dir_all(root.join(folder))?;
    }
    Ok(root)
}

/// An image with the one file that the Dockerfile takes from it.
fn import_uv<'engine>(
    workspace: &Workspace,
    engine: &'engine Engine,
    scratch: &Path,
) -> anyhow::Result<BorrowedTag<'engine>> {
    let python = Python::find().map_err(anyhow::Error::msg)?;
    let programs = python.programs_of(workspace, python::UV)?;
    let root = scratch.join("uv");
    fs_err::create_dir_all(&root)?;
    fs_err::copy(programs.join("uv"), root.join("uv"))?;
    super::import(engine, &root, UV)
}

/// What templates are built on.
const SLIM: &str = "python:3.11-slim";
const PIP: (&str, &str) = ("pip", "25.0.1");

/// The official image's way of calling things.
const SLIM_DOCKERFILE: &str = "\
FROM runtime-actions-e2e/python:latest
COPY site/ /usr/local/lib/python3.11/dist-packages/
COPY bin/ /usr/local/bin/
COPY pip.conf /etc/pip.conf
# Debian keeps pip out of its own Python; the official image is not Debian's.
ENV PIP_BREAK_SYSTEM_PACKAGES=1
CMD [\"python3\"]
";

/// An image that stands in for `python:3.11-slim`: Debian's Python with `python`, `pip` and an index.
#[derive(Debug)]
pub(crate) struct Slim<'engine> {
    _tag: BorrowedTag<'engine>,
}

impl<'engine> Slim<'engine> {
    /// Makes it on the stand-in of publish's base; `index` is where its pip looks by itself.
    ///
    /// # Errors
    ///
    /// When pip cannot be had, or the image not be built.
    pub(crate) fn build(
        _on: &Bases<'engine>,
        workspace: &Workspace,
        engine: &'engine Engine,
        index: &str,
        scratch: &Path,
    ) -> anyhow::Result<Self> {
        let context = scratch.join("slim");
        let programs = context.join("bin");
        fs_err::create_dir_all(&programs)?;
        let python = Python::find().map_err(anyhow::Error::msg)?;
        let wheel = python.wheel_of(workspace, PIP.0, PIP.1)?;
        process::output(
            python.command().args(["-m", "zipfile", "--extract"]).arg(wheel).arg(context.join("site")),
        )?;
        fs_err::write(
            programs.join("pip"),
            "#!/usr/bin/python3\nimport sys\nfrom pip._internal.cli.main import main\nsys.exit(main())\n",
        )?;
        process::run(process::command("chmod").arg("755").arg(programs.join("pip")))?;
        symlink("/usr/bin/python3", programs.join("python"))?;
        fs_err::write(context.join("pip.conf"), format!("[global]\nindex-url = {index}\n"))?;
        fs_err::write(context.join("Dockerfile"), SLIM_DOCKERFILE)?;
        let tag = BorrowedTag::take(engine, SLIM);
        process::output(
            engine.docker().args(["build", "--quiet", "--network", "none", "--tag", SLIM]).arg(&context),
        )?;
        Ok(Self { _tag: tag })
    }
}
