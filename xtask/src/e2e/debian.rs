//! Programs that Debian's packages bring.

use super::absent::Absent;
use crate::process;

/// Makes sure that a program is there, installing its package where we may.
pub(crate) fn ensure(program: &str, package: &str) -> Result<(), Absent> {
    if process::is_installed(program) {
        return Ok(());
    }
    if !is_root() || !process::is_installed("apt-get") {
        return Err(Absent::new(format!(
            "`{program}` is not installed, and only root on Debian or Ubuntu could install the package `{package}`"
        )));
    }
    println!("installing the Debian package {package}");
    install(package).map_err(|error| Absent::because(&format!("could not install `{package}`"), &error))?;
    if !process::is_installed(program) {
        return Err(Absent::new(format!("the package `{package}` is installed and brought no `{program}`")));
    }
    Ok(())
}

/// Whether we may do what only root may.
pub(crate) fn is_root() -> bool {
    process::output(process::command("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

fn install(package: &str) -> anyhow::Result<()> {
    let apt = || {
        let mut command = process::command("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive").args(["--quiet", "--quiet"]);
        command
    };
    process::output(apt().arg("update"))?;
    process::output(apt().args(["install", "--yes", "--no-install-recommends", package]))?;
    Ok(())
}
