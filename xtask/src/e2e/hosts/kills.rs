//! Refreshes that are killed, and what the next one makes of what they leave.

use anyhow::{Context as _, ensure};

use super::Case;
use super::gate::{At, Moment};
use super::program::Ended;
use super::stage::{OBEDIENT, RUNTIME, SICKLY, STUBBORN, Stage, WORKSPACE};

pub(super) const CASES: &[Case] = &[
    Case { what: "killed before and after every change that a refresh makes", run: killed },
    Case { what: "killed while the old container is stopping, which goes on", run: killed_while_stopping },
    Case {
        what: "killed when the new container had started, which keeps ending",
        run: killed_with_a_sickly_one,
    },
    Case { what: "killed between the stop and the removal of --remove-only", run: killed_while_removing },
];

/// Kills a refresh at this moment of this change; whether it came so far.
fn kill(stage: &mut Stage, arguments: &[&str], at: At, moment: Moment) -> anyhow::Result<bool> {
    let gate = stage.gate(at, moment)?;
    let mut refresh = stage.begin_through(&gate, arguments)?;
    Stage::until("the change or the end", || Ok(gate.is_shut() || refresh.has_ended()?))?;
    let came_so_far = gate.is_shut();
    if came_so_far {
        drop(refresh);
        stage.kills += 1;
    } else {
        let ended = refresh.finish()?;
        ensure!(ended.code == Some(0), "{ended:?}");
    }
    Ok(came_so_far)
}

/// At one change after the other, until a refresh makes no more of them; each time the next one mends.
fn killed(stage: &mut Stage) -> anyhow::Result<String> {
    let (mut kills, mut within) = (0, 0);
    stage.run_workspace(&["--restart", "always", "--stop-timeout", "1"])?;
    for number in 0.. {
        let mut came_so_far = false;
        for moment in [Moment::Before, Moment::After] {
            let version = stage.publish(OBEDIENT)?;
            came_so_far = kill(stage, &[], At::Number(number), moment)?;
            kills += u32::from(came_so_far);
            within += u32::from(is_at_work(stage));
            let told = || format!("killed {moment:?} change {number}");
            let ended = stage.refresh(&[])?;
            ensure!(ended.code == Some(0), "{}: {ended:?}", told());
            stage.check_nothing_lost().with_context(told)?;
            ensure!(stage.version()? == version, "{}: the workspace runs {}", told(), stage.version()?);
        }
        if !came_so_far {
            break;
        }
    }
    // made, renamed twice, stopped, started, removed: before and after each
    ensure!(within >= 12, "only {within} of {kills} kills were within a replacement");
    Ok(format!("{kills} kills, {within} within the replacement: mended each time"))
}

fn is_at_work(stage: &Stage) -> bool {
    let journal = stage.state().join("journal.json");
    fs_err::read_to_string(journal).is_ok_and(|text| text.contains(WORKSPACE))
}

/// The next one finds the old container running, and the engine is about to end it.
fn killed_while_stopping(stage: &mut Stage) -> anyhow::Result<String> {
    let before = stage.publish(STUBBORN)?;
    stage.refresh(&["--no-recreate"])?;
    stage.run_workspace(&["--stop-timeout", "3"])?;
    let told = stage.inspect(WORKSPACE)?;
    let old = told["Id"].as_str().unwrap_or_default().to_owned();
    stage.publish(OBEDIENT)?;
    let gate = stage.gate(At::Request("/stop"), Moment::Before)?;
    let refresh = stage.begin_through(&gate, &[])?;
    Stage::until("the stop", || Ok(gate.is_shut()))?;
    gate.open();
    Stage::until("the engine's knowledge of it", || stage.was_signalled(&old))?;
    drop(refresh);
    stage.kills += 1;
    let ended = stage.refresh(&["--no-recreate"])?;
    ensure!(ended.code == Some(0), "{ended:?}");
    stage.check_nothing_lost()?;
    ensure!(stage.version()? == before, "the workspace runs {}", stage.version()?);
    let now = stage.inspect(WORKSPACE)?;
    ensure!(now["Id"] == *old, "it is another container");
    // before that the engine's kill is yet to come
    ensure!(now["State"]["StartedAt"] != told["State"]["StartedAt"], "it was not started again");
    Ok("old one runs, started again".to_owned())
}

fn killed_with_a_sickly_one(stage: &mut Stage) -> anyhow::Result<String> {
    let before = stage.version()?;
    stage.publish(SICKLY)?;
    ensure!(kill(stage, &[], At::Request("/start"), Moment::After)?, "nothing was started");
    Stage::until("an end of the new one", || {
        Ok(stage.inspect(WORKSPACE)?["RestartCount"].as_u64().is_some_and(|count| count > 1))
    })?;
    let Ended { code, result, .. } = stage.refresh(&[])?;
    // it tries again, and the new one ends again
    ensure!(code == Some(1) && result["failed"][0] == RUNTIME, "{result}");
    stage.check_nothing_lost()?;
    ensure!(stage.version()? == before, "the workspace runs {}", stage.version()?);
    Ok("old one runs".to_owned())
}

fn killed_while_removing(stage: &mut Stage) -> anyhow::Result<String> {
    stage.publish(OBEDIENT)?;
    ensure!(kill(stage, &["--remove-only"], At::Request("/stop"), Moment::After)?, "nothing was stopped");
    ensure!(stage.inspect(WORKSPACE)?["State"]["Running"] == false, "it was not stopped");
    let ended = stage.refresh(&["--remove-only"])?;
    ensure!(ended.code == Some(0) && ended.list("recreated") == [WORKSPACE], "{ended:?}");
    ensure!(stage.inspect(WORKSPACE).is_err(), "it is still there");
    // the platform makes it anew
    stage.run_workspace(&[])?;
    Ok("removed, and told".to_owned())
}
