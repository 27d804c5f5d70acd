//! The actions' binaries, compiled for what a task does with them.

use std::path::PathBuf;

use anyhow::{Context as _, bail};

use crate::process;
use crate::workspace::Workspace;

/// How a binary is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Fast to build.
    Dev,
    /// As it is shipped.
    Release,
}

impl Profile {
    /// What cargo is told.
    fn argument(self) -> &'static str {
        match self {
            Self::Dev => "--profile=dev",
            Self::Release => "--profile=release",
        }
    }

    /// The folder that cargo puts it in.
    fn folder(self) -> &'static str {
        match self {
            Self::Dev => "debug",
            Self::Release => "release",
        }
    }
}

/// Builds an action's binary for this machine; where it lies.
pub(crate) fn build(workspace: &Workspace, action: &str, profile: Profile) -> anyhow::Result<PathBuf> {
    process::run(
        process::command("cargo")
            .args(["build", "--quiet", "--locked", "--package", action, profile.argument()])
            .current_dir(workspace.root()),
    )?;
    Ok(workspace.target().join(profile.folder()).join(action))
}

/// Builds an action's binary to one file that needs nothing else: for a release with musl, as it is shipped, where
/// this Rust has that target; else with the target that every Rust on Linux has.
///
/// The folder is its own, because other flags would throw away the ordinary build cache.
///
/// # Errors
///
/// When it does not compile, or this is no Linux.
pub(crate) fn build_statically(
    workspace: &Workspace,
    action: &str,
    profile: Profile,
) -> anyhow::Result<PathBuf> {
    let target = static_target(profile)?;
    let folder = workspace.target().join("static");
    let mut cargo = process::command("cargo");
    cargo
        .args(["build", "--locked", "--package", action, "--bin", action, "--target", &target])
        .arg(profile.argument())
        .arg("--target-dir")
        .arg(&folder)
        .current_dir(workspace.root());
    if target.ends_with("-gnu") {
        cargo.env("RUSTFLAGS", "-C target-feature=+crt-static");
    }
    process::run(&mut cargo)?;
    Ok(folder.join(target).join(profile.folder()).join(action))
}

/// The target that [`build_statically`] builds for.
///
/// # Errors
///
/// When this is no Linux.
pub(crate) fn static_target(profile: Profile) -> anyhow::Result<String> {
    let host = host_target()?;
    let musl = host.replace("-gnu", "-musl");
    Ok(if profile == Profile::Release && has_target(&musl)? { musl } else { host })
}

/// Whether this Rust has the target's standard library, and this machine the compiler for the C in some dependencies.
fn has_target(target: &str) -> anyhow::Result<bool> {
    let folder = process::output(
        process::command("rustc").args(["--print", "target-libdir", "--target"]).arg(target),
    )?;
    Ok(std::path::Path::new(folder.trim()).exists() && process::is_installed("musl-gcc"))
}

/// The target of this machine's Rust, which can link statically.
///
/// # Errors
///
/// When it is none that a Linux container runs.
pub(crate) fn host_target() -> anyhow::Result<String> {
    let version = process::output(process::command("rustc").arg("-vV"))?;
    let host =
        version.lines().find_map(|line| line.strip_prefix("host: ")).context("`rustc -vV` names no host")?;
    if !host.ends_with("-linux-gnu") {
        bail!("the containers run Linux and this is `{host}`");
    }
    Ok(host.to_owned())
}
