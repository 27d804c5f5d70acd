//! How this repository releases itself: the scripts of its release workflows, executed by hand on a forge.
//!
//! No runner here can execute them as a whole: they compile for other machines, push images and ask for signatures. What
//! decides which commit bears which tag is executed as it stands, from the first release to one whose label was changed
//! while it was built.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use local_forge::{Access, Dialect, LocalForge, MergeStyle, NewPull, Permission, Permissions, Role};

use super::Tried;
use crate::compile::{self, Profile};
use crate::process;
use crate::workflow::{JobByHand, Workflow};
use crate::workspace::Workspace;

const REPO: &str = "molecule-ai/runtime-actions";
/// The branch that releases are commits of.
const BRANCH: &str = "releases";

/// Steps, by the names that they have in both workflows.
const PLANNING: [&str; 3] = ["Merge", "See whether it is the first", "Plan"];
const PULLING: &str = "See that everybody can pull";
const PINNING: &str = "Pin";
const FORETELLING: [&str; 2] = ["Foretell", "Check"];
const TAGGING: &str = "Tag";

/// What the images have in this release.
const DIGEST: &str = "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef";
const ACTIONS: [&str; 5] = ["auto-tag", "publish", "cascade", "refresh-images", "validate-template"];

/// A forge's release workflow, with the job that plans and the one that releases.
struct File {
    path: &'static str,
    planning: &'static str,
    releasing: &'static str,
}

fn file(dialect: Dialect) -> File {
    match dialect {
        Dialect::GitHub => {
            File { path: ".github/workflows/release.yml", planning: "plan", releasing: "release" }
        }
        Dialect::Gitea => {
            File { path: ".gitea/workflows/release.yml", planning: "release", releasing: "release" }
        }
    }
}

/// Releases a copy of this repository on either forge.
pub(super) fn try_all(workspace: &Workspace, scratch: &Path, tried: &mut Tried<'_>) {
    for dialect in [Dialect::GitHub, Dialect::Gitea] {
        tried.case(&format!("{dialect}: this repository released itself, by {}", file(dialect).path), || {
            releases_itself(workspace, dialect, scratch)
        });
    }
}

/// Releases for the first time, and again from the same plan; then a pull request, whose label is changed while it is
/// built; then nothing.
fn releases_itself(workspace: &Workspace, dialect: Dialect, scratch: &Path) -> anyhow::Result<()> {
    let scratch = tempfile::tempdir_in(scratch)?;
    let workflow = Workflow::read(&workspace.root().join(file(dialect).path))?;
    let stage = Stage::set(workspace, dialect, scratch.path())?;

    let (first, _) = stage.release(&workflow, "v1.0.0")?;
    stage.check(&["v1", "v1.0.0"], &first)?;
    let pinned = stage.forge.file(REPO, &first, "auto-tag/action.yml").unwrap_or_default();
    ensure!(pinned.contains(DIGEST), "the release does not name its images by digest");
    if dialect == Dialect::GitHub {
        // A job that failed is run again by itself.
        let again = stage.release_again(&workflow, "v1.0.0")?;
        ensure!(again == first, "the second run pinned by {again}, and not by {first} again");
        stage.check(&["v1", "v1.0.0"], &first)?;
    }

    let files: &[(&str, &str)] = &[("docs/second.md", "# Second\n")];
    let pull = NewPull { labels: &["release:minor"], files, ..NewPull::titled("Say more") };
    let pull = stage.forge.pull_request(REPO, &pull).number;
    stage.forge.merge(REPO, pull, MergeStyle::Squash);
    stage.refuse_a_changed_label(&workflow, pull)?;
    stage.check(&["v1", "v1.0.0"], &first)?;

    let (second, executed) = stage.release(&workflow, "v1.1.0")?;
    stage.check(&["v1", "v1.0.0", "v1.1.0"], &second)?;
    let idle = stage.plan(&workflow)?;
    ensure!(idle.output("plan", "skipped") == "true", "a release was planned where nothing was merged");
    tell_skipped(&workflow, dialect, &executed)
}

/// Tells of the scripts that were not executed.
fn tell_skipped(workflow: &Workflow, dialect: Dialect, executed: &BTreeSet<String>) -> anyhow::Result<()> {
    for job in workflow.jobs() {
        let skipped: Vec<_> =
            workflow.scripts_of(job)?.into_iter().filter(|step| !executed.contains(*step)).collect();
        if !skipped.is_empty() {
            println!(
                "SKIPPED: of {}, job {job}: {}: they need other machines, a registry or the forge's web pages",
                file(dialect).path,
                skipped.join(", ")
            );
        }
    }
    Ok(())
}

/// A forge with a copy of this repository, and the programs that its workflow finds.
struct Stage<'a> {
    forge: LocalForge,
    scratch: &'a Path,
    /// Programs that stand before the machine's own.
    programs: PathBuf,
    auto_tag: PathBuf,
}

impl<'a> Stage<'a> {
    fn set(workspace: &Workspace, dialect: Dialect, scratch: &'a Path) -> anyhow::Result<Self> {
        let auto_tag = compile::build(workspace, "auto-tag", Profile::Dev)?;
        let programs = scratch.join("programs");
        write_cargo(&programs, &auto_tag)?;
        let forge = LocalForge::start(dialect);
        forge.set_time(jiff::Timestamp::now());
        forge.repo(REPO);
        for label in ["release:minor", "release:major"] {
            forge.label(REPO, label);
        }
        let stage = Self { forge, scratch, programs, auto_tag };
        let folder = stage.clone()?;
        copy_tracked(workspace, &folder)?;
        git(&folder, &["add", "--force", "."])?;
        git(&folder, &["commit", "--quiet", "--message", "Everything"])?;
        let token = stage.forge.token(Role::Write);
        let address = stage.forge.clone_url(REPO).replacen("://", &format!("://dev:{token}@"), 1);
        git(&folder, &["push", "--quiet", &address, "HEAD:main"])?;
        Ok(stage)
    }

    /// A new checkout of main with all its history and tags.
    fn clone(&self) -> anyhow::Result<PathBuf> {
        let folder = tempfile::tempdir_in(self.scratch)?.keep();
        process::output(
            process::command("git").args(["clone", "--quiet", &self.forge.clone_url(REPO)]).arg(&folder),
        )?;
        Ok(folder)
    }

    fn job<'w>(&self, workflow: &'w Workflow, name: &'w str, folder: &Path) -> anyhow::Result<JobByHand<'w>> {
        let path = file(self.forge.dialect()).path;
        let event = self.forge.workflow_dispatch_event(REPO, path, "refs/heads/main", &[]);
        let files = tempfile::tempdir_in(self.scratch)?.keep();
        let payload = files.join("event.json");
        fs_err::write(&payload, event.payload.to_string())?;
        let mut told = self.forge.env(REPO, &event);
        told.insert("GITHUB_EVENT_PATH".to_owned(), payload.display().to_string());
        // Never a question to whoever sits at the terminal.
        told.insert("GIT_TERMINAL_PROMPT".to_owned(), "0".to_owned());
        let granted = Permissions::none()
            .with(Permission::Contents, Access::Read)
            .with(Permission::PullRequests, Access::Read);
        let job = JobByHand::new(workflow, name, folder, &files, &self.programs)?.told(told);
        Ok(job
            .knowing("github.token", &self.forge.narrowed_job_token(REPO, granted))
            .knowing("secrets.RELEASE_TOKEN", &self.forge.token(Role::Write))
            .knowing("vars.IMAGES", "gitea.example/acme/{action}"))
    }

    /// Executes the plan on a new checkout.
    fn plan<'w>(&self, workflow: &'w Workflow) -> anyhow::Result<JobByHand<'w>> {
        let mut job = self.job(workflow, file(self.forge.dialect()).planning, &self.clone()?)?;
        for step in PLANNING {
            job.step(step)?;
        }
        Ok(job)
    }

    /// The job that releases what was planned, on its own checkout where it is one of its own.
    fn begun<'w>(&self, workflow: &'w Workflow, planned: JobByHand<'w>) -> anyhow::Result<JobByHand<'w>> {
        let File { planning, releasing, .. } = file(self.forge.dialect());
        let job = if planning == releasing {
            planned
        } else {
            let folder = self.clone()?;
            git(&folder, &["checkout", "--quiet", "--detach", planned.output("merge", "commit")])?;
            let mut job = self.job(workflow, releasing, &folder)?;
            for (expression, value) in planned.outputs()? {
                job = job.knowing(&expression, &value);
            }
            self.pack(&folder, planned.output("plan", "version"))?;
            job
        };
        let digests: Vec<_> = ACTIONS.iter().map(|action| format!("{action} {DIGEST}\n")).collect();
        fs_err::write(job.folder().join("digests.txt"), digests.concat())?;
        Ok(job)
    }

    /// What another job has compiled.
    fn pack(&self, folder: &Path, version: &str) -> anyhow::Result<()> {
        let release = folder.join("release");
        fs_err::create_dir_all(&release)?;
        let archive = format!("runtime-actions-{version}-x86_64-unknown-linux-musl.tar.gz");
        let compiled = self.auto_tag.parent().context("a program lies in a folder")?;
        process::output(
            process::command("tar")
                // Fast rather than small: it is unpacked at once.
                .arg("--use-compress-program=gzip -1")
                .arg("-cf")
                .arg(release.join(archive))
                .arg("-C")
                .arg(compiled)
                .arg("auto-tag"),
        )?;
        Ok(())
    }

    /// Plans and releases: the commit that was pinned and tagged, and the steps that were executed.
    fn release(&self, workflow: &Workflow, tag: &str) -> anyhow::Result<(String, BTreeSet<String>)> {
        let planned = self.plan(workflow)?;
        ensure!(planned.output("plan", "tag") == tag, "`{}` was planned", planned.output("plan", "tag"));
        ensure!(planned.output("plan", "skipped") == "false", "it is not to be released");
        let mut executed = planned.executed().clone();
        let mut job = self.begun(workflow, planned)?;
        self.look_who_can_pull(&mut job)?;
        let job = tagged(job)?;
        executed.extend(job.executed().iter().cloned());
        ensure!(job.output("pin", "commit") == self.forge.head(REPO, BRANCH), "the pins are not on {BRANCH}");
        Ok((job.output("pin", "commit").to_owned(), executed))
    }

    /// Releases the plan that the newest release was made from once more: the commit that was pinned.
    fn release_again(&self, workflow: &Workflow, tag: &str) -> anyhow::Result<String> {
        let folder = self.clone()?;
        let taken = format!("refs/remotes/origin/{BRANCH}^");
        git(&folder, &["checkout", "--quiet", "--detach", &taken])?;
        let version = tag.trim_start_matches('v');
        self.pack(&folder, version)?;
        let job = self
            .job(workflow, file(self.forge.dialect()).releasing, &folder)?
            .knowing("needs.plan.outputs.tag", tag)
            .knowing("needs.plan.outputs.version", version)
            .knowing("needs.plan.outputs.on-no-pr", "patch");
        let digests: Vec<_> = ACTIONS.iter().map(|action| format!("{action} {DIGEST}\n")).collect();
        fs_err::write(folder.join("digests.txt"), digests.concat())?;
        Ok(tagged(job)?.output("pin", "commit").to_owned())
    }

    /// Holds that images which strangers cannot pull are told of, and released on a Gitea alone; then lets everybody pull.
    fn look_who_can_pull(&self, job: &mut JobByHand<'_>) -> anyhow::Result<()> {
        write_docker(&self.programs, "exit 1")?;
        let hidden = job.attempt(PULLING)?;
        ensure!(
            hidden.said.contains("not everybody can pull")
                && hidden.succeeded == (self.forge.dialect() == Dialect::Gitea),
            "images that strangers cannot pull were passed over: {}",
            hidden.said
        );
        write_docker(&self.programs, "exit 0")?;
        let seen = job.attempt(PULLING)?;
        ensure!(
            seen.succeeded && !seen.said.contains("not everybody"),
            "images that everybody can pull were not found: {}",
            seen.said
        );
        Ok(())
    }

    /// Changes the label of what is being released, and holds that nothing is tagged; then changes it back.
    fn refuse_a_changed_label(&self, workflow: &Workflow, pull: u64) -> anyhow::Result<()> {
        let mut job = self.begun(workflow, self.plan(workflow)?)?;
        job.step(PINNING)?;
        self.forge.set_labels(REPO, pull, &["release:major"]);
        job.step(FORETELLING[0])?;
        let ended = job.attempt(FORETELLING[1])?;
        let told = "v1.1.0 was built, and now it would be 'v2.0.0'";
        ensure!(
            !ended.succeeded && ended.said.contains(told),
            "the changed label was passed over: {}",
            ended.said
        );
        self.forge.set_labels(REPO, pull, &["release:minor"]);
        Ok(())
    }

    /// Holds that these are the tags, and that the floating one and the last are at this commit.
    fn check(&self, names: &[&str], commit: &str) -> anyhow::Result<()> {
        let tags = self.forge.tags(REPO);
        let found: Vec<_> = tags.keys().map(String::as_str).collect();
        ensure!(found == names, "the tags are {found:?} and not {names:?}");
        for name in ["v1", names[names.len() - 1]] {
            ensure!(tags[name].commit == commit, "`{name}` is at {} and not at {commit}", tags[name].commit);
        }
        Ok(())
    }
}

/// Executes the steps from the pins to the tag.
fn tagged(mut job: JobByHand<'_>) -> anyhow::Result<JobByHand<'_>> {
    for step in [PINNING].into_iter().chain(FORETELLING).chain([TAGGING]) {
        job.step(step)?;
    }
    Ok(job)
}

/// A `cargo` that compiles nothing: auto-tag and the tasks of this repository are there already.
fn write_cargo(programs: &Path, auto_tag: &Path) -> anyhow::Result<()> {
    fs_err::create_dir_all(programs)?;
    let cargo = process::output(process::command("sh").args(["-c", "command -v cargo"]))?;
    let xtask = std::env::current_exe()?;
    let script = format!(
        "#!/bin/sh\ncase \"$1\" in\n\
         run) while [ \"$1\" != -- ]; do shift; done; shift; exec '{}' \"$@\" ;;\n\
         xtask) shift; exec '{}' \"$@\" ;;\n\
         esac\nexec '{}' \"$@\"\n",
        auto_tag.display(),
        xtask.display(),
        cargo.trim()
    );
    write_program(&programs.join("cargo"), &script)
}

/// A `docker` that asks no registry.
fn write_docker(programs: &Path, answer: &str) -> anyhow::Result<()> {
    write_program(&programs.join("docker"), &format!("#!/bin/sh\n{answer}\n"))
}

fn write_program(path: &Path, script: &str) -> anyhow::Result<()> {
    fs_err::write(path, script)?;
    fs_err::set_permissions(path, std::fs::Permissions::from_mode(0o755))?;
    Ok(())
}

/// Copies the files of this checkout, those that are not committed yet among them.
fn copy_tracked(workspace: &Workspace, folder: &Path) -> anyhow::Result<()> {
    let listed = process::output(
        process::command("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(workspace.root()),
    )?;
    for path in listed.split_terminator('\0') {
        let from = workspace.root().join(path);
        if from.is_file() {
            let to = folder.join(path);
            fs_err::create_dir_all(to.parent().context("a file lies in a folder")?)?;
            fs_err::copy(from, to)?;
        }
    }
    Ok(())
}

fn git(folder: &Path, arguments: &[&str]) -> anyhow::Result<String> {
    let mut git = process::command("git");
    git.args(["-c", "user.name=dev", "-c", "user.email=dev@localhost", "-C"]).arg(folder);
    process::output(git.args(arguments))
}
