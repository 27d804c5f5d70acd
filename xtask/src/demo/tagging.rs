//! A merged pull request becomes a tag.

use std::path::Path;

use anyhow::ensure;
use local_forge::{LocalForge, MergeStyle, NewPull, Role};

use super::{Programs, REPO, TAG, indent, show_outputs, step};
use crate::folder;
use crate::job::Job;
use crate::process;

const SHOWN: [&str; 8] =
    ["tag", "version", "previous-tag", "bump", "created", "pr-numbers", "commit", "reason"];

/// Merges a pull request into a repository that holds `source`, and has the merge tagged, twice.
pub(super) fn show(
    forge: &LocalForge,
    programs: &Programs,
    source: &Path,
    folder: &Path,
) -> anyhow::Result<()> {
    forge.repo(REPO);
    let first = push(forge, source, &folder.join("source"))?;
    forge.label(REPO, "release:minor");
    forge.tag(REPO, "runtime-v1.3.9", &first, Some("Release 1.3.9"));
    let pull = NewPull { labels: &["release:minor"], ..NewPull::titled("Teach the runtime to whistle") };
    let pull = forge.pull_request(REPO, &pull);
    let merge = forge.merge(REPO, pull.number, MergeStyle::Squash);
    println!(
        "pull request #{} `Teach the runtime to whistle`, labelled `release:minor`, was merged",
        pull.number
    );
    let before = ls_remote(forge)?;
    print!("\n$ git ls-remote --tags\n{before}");

    let event = forge.push_event(REPO, "main", &first, &merge);
    let job = Job::new(forge, REPO, &event, folder)?.with("INPUT_TOKEN", &forge.job_token(REPO));
    println!("\nthe push to main starts auto-tag:");
    let told = step(&job, &programs.auto_tag)?;
    show_outputs(&told, &SHOWN);
    println!("\nits summary:\n{}", indent(&told.summary));
    let after = ls_remote(forge)?;
    print!("$ git ls-remote --tags\n{after}");
    ensure!(after.contains(&format!("{merge}\trefs/tags/{TAG}^{{}}")), "the merge is not tagged");
    ensure!(
        told.outputs.get("created").map(String::as_str) == Some("true"),
        "it does not say that it made the tag"
    );

    println!("\nthe same job once more:");
    let told = step(&job, &programs.auto_tag)?;
    ensure!(told.outputs.get("created").map(String::as_str) == Some("false"), "it says that it made a tag");
    ensure!(ls_remote(forge)? == after, "the second run changed the tags");
    println!("the tags are what they were");
    Ok(())
}

fn ls_remote(forge: &LocalForge) -> anyhow::Result<String> {
    process::output(process::command("git").args(["ls-remote", "--tags", &forge.clone_url(REPO)]))
}

/// Puts the files of `source` on the main branch, by git; the commit.
fn push(forge: &LocalForge, source: &Path, clone: &Path) -> anyhow::Result<String> {
    let git = || {
        let mut git = process::command("git");
        git.args(["-c", "user.name=dev", "-c", "user.email=dev@localhost", "-C"]).arg(clone);
        git
    };
    process::output(process::command("git").args(["clone", "--quiet", &forge.clone_url(REPO)]).arg(clone))?;
    folder::copy(source, clone)?;
    process::output(git().args(["add", "."]))?;
    process::output(git().args(["commit", "--quiet", "--message", "A runtime"]))?;
    let token = forge.token(Role::Write);
    let address = forge.clone_url(REPO).replacen("://", &format!("://dev:{token}@"), 1);
    process::output(git().args(["push", "--quiet", &address, "HEAD:main"]))?;
    Ok(forge.head(REPO, "main"))
}
