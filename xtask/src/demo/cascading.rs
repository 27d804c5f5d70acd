//! A release is told to eight templates, of which one is archived and one slow.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::ensure;
use local_forge::{Conclusion, LocalForge, Role};
use local_index::LocalIndex;

use super::publishing::PROJECT;
use super::{Programs, REPO, TAG, indent, show_outputs, step, step_ending};
use crate::job::{Job, Told};
use crate::templates::{self, RUNTIMES};
use crate::workspace::Workspace;

/// What templates are called, as the input takes it.
pub(super) const TEMPLATES: &str = "acme/template-{runtime}";
const ARCHIVED: &str = "acme/template-autogen";
pub(super) const SLOW: &str = "acme/template-hermes";
/// Without a receiver, and with pins.
const PINNED: &str = "acme/template-openclaw";

/// How long the slow template builds.
const SLOWLY: Duration = Duration::from_secs(3);
/// How a run ends that has told some and others not.
const PARTIAL: i32 = 4;

const SHOWN: [&str; 4] = ["cascade-id", "dispatched", "failed-targets", "skipped"];

/// Tells the templates of the release that the index serves: all but one, then that one, then nobody twice.
pub(super) fn show(
    forge: &LocalForge,
    index: &LocalIndex,
    programs: &Programs,
    workspace: &Workspace,
    folder: &Path,
) -> anyhow::Result<()> {
    let repos = RUNTIMES.map(|runtime| TEMPLATES.replace("{runtime}", runtime));
    set_up(forge, workspace, &repos)?;
    let event = forge.tag_push_event(REPO, TAG);
    let job = Job::new(forge, REPO, &event, folder)?
        .with("INPUT_TOKEN", &forge.token(Role::Write))
        .with("INPUT_VERSION", "1.4.0")
        .with("INPUT_PACKAGE", PROJECT)
        .with("INPUT_TEMPLATE-REPO", TEMPLATES)
        .with("INPUT_INDEX-URL", &index.simple_url());

    println!(
        "\ncascade tells eight templates, of which one is archived, one slow, and one pins its runtime:"
    );
    let began = Instant::now();
    let told = step_ending(&job.clone().with("INPUT_WAIT", "concluded"), &programs.cascade, PARTIAL)?;
    ensure!(began.elapsed() >= SLOWLY, "it did not wait for the slow one");
    show_outputs(&told, &SHOWN);
    println!("\nits summary:\n{}", indent(&told.summary));
    ensure!(output(&told, "failed-targets") == ARCHIVED, "it does not say that the archived one failed");
    ensure!(output(&told, "dispatched").split(',').count() == 7, "it does not say that it told the others");
    check(forge, &repos, &[ARCHIVED])?;

    println!("\nthe archived one is unarchived, and `only` takes the `failed-targets`:");
    forge.set_archived(ARCHIVED, false);
    let retry = job.clone().with("INPUT_ONLY", output(&told, "failed-targets"));
    ensure!(output(&step(&retry, &programs.cascade)?, "dispatched") == ARCHIVED, "it did not tell that one");
    check(forge, &repos, &[])?;

    println!("\nthe whole job once more:");
    let again = step(&job, &programs.cascade)?;
    ensure!(output(&again, "dispatched").split(',').count() == 8, "it does not find what was told");
    check(forge, &repos, &[])?;
    println!("nobody was told twice");
    Ok(())
}

fn set_up(forge: &LocalForge, workspace: &Workspace, repos: &[String]) -> anyhow::Result<()> {
    // runs are looked for by their time
    forge.set_time(jiff::Timestamp::now());
    let with_receiver: Vec<_> = repos.iter().filter(|repo| *repo != PINNED).cloned().collect();
    templates::make(forge, workspace, &with_receiver)?;
    forge.repo(PINNED);
    let pins = [(".runtime-version", "1.3.9\n"), ("requirements.txt", "acme-workspace-runtime==1.3.9\n")];
    forge.commit(PINNED, "main", &pins, "Pin the runtime");
    forge.set_archived(ARCHIVED, true);
    forge.end_runs_of(SLOW, SLOWLY, Conclusion::Success);
    Ok(())
}

/// Each template but those was told once: by one run, or by one pull request.
fn check(forge: &LocalForge, repos: &[String], but: &[&str]) -> anyhow::Result<()> {
    for repo in repos.iter().map(String::as_str) {
        let times = match repo {
            PINNED => forge.pulls(repo).len(),
            _ => templates::told(forge, repo).len(),
        };
        let expected = usize::from(!but.contains(&repo));
        ensure!(times == expected, "`{repo}` was told {times} times, and not {expected}");
    }
    Ok(())
}

fn output<'t>(told: &'t Told, name: &str) -> &'t str {
    told.outputs.get(name).map_or("", String::as_str)
}
