//! `cargo xtask demo`: the main job, on an embedded forge, with nothing to sign up for.
//!
//! Everything that is shown is real but the forge: the binary, its requests, the git repository, and the
//! `git ls-remote` that looks at it. The demo checks what it shows, and fails when it is not so.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, ensure};
use local_forge::{Dialect, LocalForge, MergeStyle, NewPull};

use crate::job::{self, Job, Profile};
use crate::process;
use crate::workspace::Workspace;

const REPO: &str = "acme/runtime";
const SHOWN: [&str; 8] =
    ["tag", "version", "previous-tag", "bump", "created", "pr-numbers", "commit", "reason"];

/// Shows a merged pull request becoming a tag, on both kinds of forge.
///
/// # Errors
///
/// When something is not as it is said to be.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    println!("building auto-tag …");
    let binary = job::build(workspace, "auto-tag", Profile::Dev)?;
    let began = Instant::now();
    for dialect in [Dialect::GitHub, Dialect::Gitea] {
        let folder = tempfile::tempdir()?;
        show(dialect, &binary, folder.path()).with_context(|| format!("the demo on {dialect} failed"))?;
    }
    println!(
        "\nBoth forges hold exactly the tags they should. This took {:.1} s.",
        began.elapsed().as_secs_f32()
    );
    Ok(())
}

fn show(dialect: Dialect, binary: &Path, folder: &Path) -> anyhow::Result<()> {
    title(&format!("{dialect}: a forge on loopback, with a real git repository"));
    let forge = LocalForge::start(dialect);
    let first = forge.repo(REPO);
    forge.label(REPO, "release:minor");
    forge.tag(REPO, "runtime-v1.3.9", &first, Some("Release 1.3.9"));
    let pull = NewPull { labels: &["release:minor"], ..NewPull::titled("Teach the runtime to whistle") };
    let pull = forge.pull_request(REPO, &pull);
    let merge = forge.merge(REPO, pull.number, MergeStyle::Squash);
    println!(
        "pull request #{} `Teach the runtime to whistle`, labelled `release:minor`, was merged",
        pull.number
    );
    let before = ls_remote(&forge)?;
    print!("\n$ git ls-remote --tags\n{before}");

    let event = forge.push_event(REPO, "main", &first, &merge);
    let job = Job::new(&forge, REPO, &event, folder)?;
    println!("\nthe push to main starts auto-tag:");
    let told = step(&job, binary)?;
    println!("\nits outputs:");
    for name in SHOWN {
        println!("  {name} = {}", told.outputs.get(name).map_or("", String::as_str));
    }
    println!("\nits summary:\n{}", indent(&told.summary));
    let after = ls_remote(&forge)?;
    print!("$ git ls-remote --tags\n{after}");
    ensure!(after.contains(&format!("{merge}\trefs/tags/runtime-v1.4.0^{{}}")), "the merge is not tagged");
    ensure!(
        told.outputs.get("created").map(String::as_str) == Some("true"),
        "it does not say that it made the tag"
    );

    println!("\nthe same job once more:");
    let told = step(&job, binary)?;
    ensure!(told.outputs.get("created").map(String::as_str) == Some("false"), "it says that it made a tag");
    ensure!(ls_remote(&forge)? == after, "the second run changed the tags");
    println!("the tags are what they were");
    Ok(())
}

/// Runs the step and prints its log, indented.
fn step(job: &Job, binary: &Path) -> anyhow::Result<job::Told> {
    let log = process::output(&mut job.command(binary)?)?;
    // the runner obeys these lines and does not show them
    let shown: Vec<_> = log.lines().filter(|line| !line.starts_with("::add-mask::")).collect();
    println!("{}", indent(&shown.join("\n")));
    job.told()
}

fn ls_remote(forge: &LocalForge) -> anyhow::Result<String> {
    process::output(process::command("git").args(["ls-remote", "--tags", &forge.clone_url(REPO)]))
}

fn title(text: &str) {
    println!("\n{}\n{text}\n", "─".repeat(text.chars().count()));
}

fn indent(text: &str) -> String {
    text.trim_end().lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join(
        "
",
    )
}
