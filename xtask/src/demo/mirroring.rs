//! The release's mirror: what publish signed passes its guard, and an edit by hand does not.

use std::path::{Path, PathBuf};

use anyhow::ensure;
use fs_err as fs;
use local_forge::{Dialect, LocalForge, Role};

use super::{Programs, ending, indent};
use crate::job::{Job, Told};
use crate::mirror::Key;
use crate::process;
use crate::workspace::Workspace;

/// The mirror's repository.
pub(super) const MIRROR: &str = "acme/acme-runtime";
/// The workflow that guards it, among those that users copy.
const WORKFLOW: &str = "mirror-guard-steps.yml";
/// How a run of the guard ends that let through what it judged, and one that did not.
const PUBLISHS: i32 = 0;
const FOREIGN: i32 = 3;

/// Makes the mirror's repository, and has the source name it: what the mirror has besides the package is its guard's
/// workflow.
pub(super) fn set_up(forge: &LocalForge, workspace: &Workspace, source: &Path) -> anyhow::Result<()> {
    forge.repo(MIRROR);
    let manifest = source.join("runtime-package.toml");
    let text = fs::read_to_string(&manifest)?;
    fs::write(manifest, format!("{text}\n[mirror]\nrepository = \"{MIRROR}\"\nfiles = \"mirror\"\n"))?;
    let workflows = source.join("mirror").join(match forge.dialect() {
        Dialect::GitHub => ".github/workflows",
        Dialect::Gitea => ".gitea/workflows",
    });
    fs::create_dir_all(&workflows)?;
    fs::copy(workspace.root().join("examples/callers").join(WORKFLOW), workflows.join("mirror-guard.yml"))?;
    Ok(())
}

/// Lets the guard judge the commit that publish pushed, then one that somebody makes by hand, then the branch that was
/// put back.
pub(super) fn show(
    forge: &LocalForge,
    programs: &Programs,
    key: &Key,
    released: &str,
    folder: &Path,
) -> anyhow::Result<()> {
    let clone = folder.join("mirror");
    process::output(
        process::command("git").args(["clone", "--quiet", &forge.clone_url(MIRROR)]).arg(&clone),
    )?;
    let guarded = Guarded { forge, programs, key, folder, clone };
    println!("\npublish has pushed the release to the mirror `{MIRROR}`:");
    print!("\n$ git log -1 --format=%B\n{}", indent(&guarded.git(&["log", "-1", "--format=%B", released])?));
    let before = guarded.git(&["rev-parse", &format!("{released}~")])?;
    println!("\n\nthat push starts mirror-guard there:");
    guarded.judge(before.trim(), released, PUBLISHS)?;

    println!("\nsomebody mends a typo in the mirror itself, and pushes that:");
    let edited = guarded.edit()?;
    let refused = guarded.judge(released, &edited, FOREIGN)?;
    let output = |name: &str| refused.outputs.get(name).map(String::as_str);
    ensure!(output("valid") == Some("false"), "the guard does not say that it refused the edit");
    for said in ["it is not signed", "is generated: publish writes it from the folder"] {
        ensure!(refused.summary.contains(said), "the guard does not say `{said}`");
    }

    println!("\nthe branch is put back to publish's last commit:");
    guarded.push(&[&format!("+{released}:main")])?;
    guarded.judge(&edited, released, PUBLISHS)?;
    ensure!(forge.head(MIRROR, "main") == released, "the mirror is not at the release");
    Ok(())
}

/// The mirror, cloned by somebody who may push to it.
struct Guarded<'a> {
    forge: &'a LocalForge,
    programs: &'a Programs,
    key: &'a Key,
    folder: &'a Path,
    clone: PathBuf,
}

impl Guarded<'_> {
    fn git(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let mut git = process::command("git");
        git.args(["-c", "user.name=dev", "-c", "user.email=dev@localhost", "-C"]).arg(&self.clone);
        process::output(git.args(arguments))
    }

    fn push(&self, refspecs: &[&str]) -> anyhow::Result<()> {
        let token = self.forge.token(Role::Write);
        let address = self.forge.clone_url(MIRROR).replacen("://", &format!("://dev:{token}@"), 1);
        self.git(&[&["push", "--quiet", &address], refspecs].concat()).map(drop)
    }

    /// Commits an edit by hand, and pushes it: the commit.
    fn edit(&self) -> anyhow::Result<String> {
        let readme = self.clone.join("README.md");
        let text = fs::read_to_string(&readme)?;
        fs::write(&readme, format!("{text}\nMended.\n"))?;
        self.git(&["commit", "--quiet", "--all", "--message", "Mend a typo"])?;
        self.push(&["HEAD:main"])?;
        Ok(self.forge.head(MIRROR, "main"))
    }

    /// The guard in the job that a push starts; it must end so.
    fn judge(&self, before: &str, after: &str, exit: i32) -> anyhow::Result<Told> {
        let event = self.forge.push_event(MIRROR, "main", before, after);
        let job = Job::new(self.forge, MIRROR, &event, self.folder)?
            .with("GITHUB_WORKSPACE", &self.clone.display().to_string())
            .with("INPUT_ALLOWED-SIGNERS", &self.key.allowed());
        ending(job.command(&self.programs.validate_template)?.arg("mirror-guard"), &job, exit)
    }
}
