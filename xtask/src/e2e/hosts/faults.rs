//! What goes wrong on hosts, and what is left of it.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use loopback::Fault;

use super::Case;
use super::program::Ended;
use super::stage::{OBEDIENT, RUNTIME, SICKLY, STUBBORN, Stage, WORKSPACE};

pub(super) const CASES: &[Case] = &[
    Case { what: "registry down", run: registry_down },
    Case { what: "registry answers 401", run: unauthorized },
    Case { what: "registry answers 429 with retry-after", run: limited },
    Case { what: "registry slow beyond the deadline", run: slow },
    Case { what: "tag moved in the midst of the pull", run: moved },
    Case { what: "error in the midst of the pull's progress", run: broken_pull },
    Case { what: "container refuses to stop", run: stubborn },
    Case { what: "new container ends at once", run: sickly },
    Case { what: "name of the old container is taken", run: name_taken },
    Case { what: "engine restarted between pull and recreate", run: restarted_between },
    Case { what: "engine restarted in the midst of a replacement", run: restarted_within },
];

/// The workspace is untouched and the run says why.
fn untouched(stage: &Stage, before: &str, ended: &Ended, words: &[&str]) -> anyhow::Result<String> {
    ensure!(ended.code == Some(1) && ended.list("failed") == [RUNTIME], "{ended:?}");
    let told = ended.errors(RUNTIME);
    for word in words {
        ensure!(told.contains(word), "`{word}` is not in {told}");
    }
    ensure!(stage.version()? == before, "the workspace was touched");
    Ok("old one runs".to_owned())
}

/// The workspace runs the new image.
pub(super) fn renewed(stage: &Stage, version: &str, ended: &Ended) -> anyhow::Result<String> {
    ensure!(ended.code == Some(0) && ended.list("recreated") == [WORKSPACE], "{ended:?}");
    ensure!(stage.version()? == version, "the workspace runs {} and not {version}", stage.version()?);
    Ok("new one runs".to_owned())
}

fn registry_down(stage: &mut Stage) -> anyhow::Result<String> {
    let before = stage.version()?;
    stage.passage.fail(Fault::cut("HEAD manifest").times(20));
    let ended = stage.refresh(&[])?;
    untouched(stage, &before, &ended, &["could not ask the registry"])
}

fn unauthorized(stage: &mut Stage) -> anyhow::Result<String> {
    let before = stage.version()?;
    let challenge = "Basic realm=\"here\"";
    stage.passage.fail(Fault::status("HEAD manifest", 401).header("www-authenticate", challenge).times(9));
    let ended = stage.refresh(&[])?;
    untouched(stage, &before, &ended, &["without credentials", "docker login"])
}

fn limited(stage: &mut Stage) -> anyhow::Result<String> {
    let version = stage.publish(OBEDIENT)?;
    stage.passage.fail(Fault::status("HEAD manifest", 429).header("retry-after", "1"));
    let ended = stage.refresh(&[])?;
    renewed(stage, &version, &ended)
}

fn slow(stage: &mut Stage) -> anyhow::Result<String> {
    let before = stage.version()?;
    stage.publish(OBEDIENT)?;
    stage.passage.fail(Fault::stall("GET blob", Duration::from_secs(20)).times(5));
    let ended = stage.refresh(&["--timeout", "2s"])?;
    untouched(stage, &before, &ended, &["within 2s"])
}

/// Somebody pushes while the host pulls: what the first tag stood for is pulled whole, and what the second stands for
/// is what is there in the end.
fn moved(stage: &mut Stage) -> anyhow::Result<String> {
    let first = stage.publish(OBEDIENT)?;
    let (last, push) = stage.prepare(OBEDIENT)?;
    ensure!(first != last, "nothing moves");
    // that it fails is told by what the workspace runs in the end
    stage.passage.before("GET blob", move || drop(push()));
    let ended = stage.refresh(&[])?;
    let asked = stage.passage.exchanges().into_iter().filter(|one| one.operation == "HEAD manifest").count();
    ensure!(asked > 1, "it did not look again");
    renewed(stage, &last, &ended)
}

fn broken_pull(stage: &mut Stage) -> anyhow::Result<String> {
    let before = stage.version()?;
    stage.publish(OBEDIENT)?;
    stage.passage.fail(Fault::status("GET blob", 404).times(50));
    let ended = stage.refresh(&["--timeout", "20s"])?;
    stage.passage.calm();
    untouched(stage, &before, &ended, &["could not pull"])
}

fn stubborn(stage: &mut Stage) -> anyhow::Result<String> {
    stage.publish(STUBBORN)?;
    stage.refresh(&["--no-recreate"])?;
    stage.run_workspace(&["--stop-timeout", "1"])?;
    let version = stage.publish(OBEDIENT)?;
    let ended = stage.refresh(&[])?;
    renewed(stage, &version, &ended)
}

fn sickly(stage: &mut Stage) -> anyhow::Result<String> {
    let before = stage.version()?;
    stage.publish(SICKLY)?;
    let ended = stage.refresh(&[])?;
    untouched(stage, &before, &ended, &["did not stay up", "exit code 3", "the old one runs"])
}

fn name_taken(stage: &mut Stage) -> anyhow::Result<String> {
    let before = stage.version()?;
    let image = stage.image();
    stage.docker(&["tag", &image, "stranger:latest"])?;
    let taken = "refresh-images-old_ws-a";
    stage.docker(&["create", "--name", taken, "--network", "none", "stranger:latest"])?;
    stage.publish(OBEDIENT)?;
    let ended = stage.refresh(&[])?;
    stage.inspect(taken).context("a stranger's container is lost")?;
    stage.docker(&["rm", "--force", taken])?;
    untouched(stage, &before, &ended, &["could not be replaced", "the old one runs"])
}

fn restarted_between(stage: &mut Stage) -> anyhow::Result<String> {
    let version = stage.publish(OBEDIENT)?;
    stage.refresh(&["--no-recreate"])?;
    stage.restart_engine()?;
    let ended = stage.refresh(&[])?;
    renewed(stage, &version, &ended)
}

/// The old container takes seconds to stop, and the engine is restarted meanwhile.
fn restarted_within(stage: &mut Stage) -> anyhow::Result<String> {
    stage.publish(STUBBORN)?;
    stage.refresh(&["--no-recreate"])?;
    stage.run_workspace(&["--stop-timeout", "4", "--restart", "always"])?;
    let version = stage.publish(OBEDIENT)?;
    let refresh = stage.begin(&[])?;
    Stage::until("a replacement", || {
        Ok(stage.docker(&["ps", "--all", "--format", "{{.Names}}"])?.contains("refresh-images-old_ws-a"))
    })?;
    stage.restart_engine()?;
    let ended = refresh.finish()?;
    stage.check_nothing_lost().with_context(|| format!("after the restart: {ended:?}"))?;
    let which = if stage.version()? == version { "new" } else { "old" };
    let again = stage.refresh(&[])?;
    ensure!(again.code == Some(0) && stage.version()? == version, "{again:?}");
    Ok(format!("{which} one ran, new one after the next"))
}
