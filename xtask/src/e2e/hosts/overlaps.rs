//! Several at one container.

use anyhow::{Context as _, ensure};

use super::Case;
use super::faults::renewed;
use super::gate::{At, Moment};
use super::program::Running;
use super::stage::{OBEDIENT, RUNTIME, Stage, WORKSPACE};

pub(super) const CASES: &[Case] = &[
    Case { what: "two refreshes at once, one folder", run: two_at_once },
    Case { what: "two refreshes at once, two folders", run: two_hosts },
    Case { what: "two folders, both past the first look, one in the midst", run: both_looked },
    Case { what: "the name is taken between the two renames", run: name_taken_between },
];

fn two_at_once(stage: &mut Stage) -> anyhow::Result<String> {
    let version = stage.publish(OBEDIENT)?;
    let both = [stage.begin(&[])?, stage.begin(&[])?];
    let ended = both.into_iter().map(Running::finish).collect::<anyhow::Result<Vec<_>>>()?;
    ensure!(ended.iter().all(|ended| ended.code == Some(0)), "{ended:?}");
    let times: usize = ended.iter().map(|ended| ended.list("recreated").len()).sum();
    ensure!(times == 1 && stage.version()? == version, "it was replaced {times} times: {ended:?}");
    Ok("new one runs, replaced once".to_owned())
}

/// Two processes that share the engine and nothing else, such as one in a container and one outside.
fn two_hosts(stage: &mut Stage) -> anyhow::Result<String> {
    let version = stage.publish(OBEDIENT)?;
    let other = stage.other_state();
    let both = [stage.begin(&[])?, stage.begin(&["--state-dir", &other])?];
    let ended = both.into_iter().map(Running::finish).collect::<anyhow::Result<Vec<_>>>()?;
    stage.check_nothing_lost().with_context(|| format!("{ended:?}"))?;
    ensure!(stage.version()? == version, "{ended:?}");
    let times: usize = ended.iter().map(|ended| ended.list("recreated").len()).sum();
    ensure!(times == 1, "it was replaced {times} times: {ended:?}");
    Ok("new one runs, replaced once".to_owned())
}

/// One has looked and is about to make its new container when the other has renamed both: the name that keeps them
/// apart is free again by then.
fn both_looked(stage: &mut Stage) -> anyhow::Result<String> {
    let version = stage.publish(OBEDIENT)?;
    let other = stage.other_state();
    let (late, early) = (
        stage.gate(At::Request("/create?"), Moment::Before)?,
        stage.gate(At::Request("/stop"), Moment::Before)?,
    );
    // the image is here, so that the first to change something makes a container
    stage.refresh(&["--no-recreate"])?;
    let looked = stage.begin_through(&late, &["--state-dir", &other])?;
    Stage::until("the first look of one", || Ok(late.is_shut()))?;
    let working = stage.begin_through(&early, &[])?;
    Stage::until("the stop of the other", || Ok(early.is_shut()))?;
    late.open();
    let turned_away = looked.finish()?;
    ensure!(turned_away.code == Some(1), "{turned_away:?}");
    ensure!(turned_away.errors(RUNTIME).contains("is being replaced by somebody else"), "{turned_away:?}");
    early.open();
    let ended = working.finish()?;
    renewed(stage, &version, &ended)
}

/// The platform makes a container of the name, from the very image, when it is free for a moment.
fn name_taken_between(stage: &mut Stage) -> anyhow::Result<String> {
    let before = stage.version()?;
    let version = stage.publish(OBEDIENT)?;
    stage.refresh(&["--no-recreate"])?;
    let gate = stage.gate(At::Request("rename?name=ws-a"), Moment::Before)?;
    let refresh = stage.begin_through(&gate, &[])?;
    Stage::until("the second rename", || Ok(gate.is_shut()))?;
    let image = stage.image();
    stage.docker(&["run", "--detach", "--name", WORKSPACE, "--network", "mesh", &image])?;
    let stranger = stage.inspect(WORKSPACE)?["Id"].clone();
    gate.open();
    let old = "refresh-images-old_ws-a";
    let ended = [refresh.finish()?, stage.refresh(&[])?];
    for (ended, words) in ended.iter().zip(["was not put back whole", "goes on as `refresh-images-old_ws-a`"])
    {
        ensure!(ended.code == Some(1) && ended.errors(RUNTIME).contains(words), "{ended:?}");
    }
    ensure!(stage.inspect(WORKSPACE)?["Id"] == stranger, "the other container was touched");
    let told = stage.inspect(old).context("the old one is lost")?;
    ensure!(told["State"]["Running"] == true && told["Config"]["Labels"]["version"] == *before, "{told}");
    stage.docker(&["rm", "--force", WORKSPACE])?;
    let ended = stage.refresh(&[])?;
    renewed(stage, &version, &ended)?;
    Ok("old one ran under its other name, new one after the next".to_owned())
}
