//! The loop: gather, plan, apply one step, and again, until nothing is left.

use std::time::Duration;

use domain::TagName;
use forge::{MoveOutcome, Reader, Tag, TagMove, TagOutcome, Writer};

use crate::error::ReleaseError;
use crate::facts::Facts;
use crate::gather::Gatherer;
use crate::occasion::Target;
use crate::plan::{Course, Plan, Step, Verdict, plan};
use crate::settings::{Settings, TokenKind};

/// Whether steps are taken or only told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Steps are taken.
    Apply,
    /// Steps are told.
    DryRun,
}

/// How a run ended: the last course, without steps unless it was a dry run, and the facts that it rests on.
#[derive(Debug)]
pub struct Ending {
    /// The verdict and, in a dry run, the steps.
    pub course: Course,
    /// What is known now.
    pub facts: Facts,
}

/// How often others may change the tags under a run.
const SURPRISES: u32 = 8;

/// Releases `target`.
///
/// # Errors
/// When the forge refuses, no verdict can be given, or others are faster again and again.
pub async fn release(
    gatherer: &Gatherer<'_>,
    writer: &Writer,
    target: &Target,
    settings: &Settings,
    mode: Mode,
) -> Result<Ending, ReleaseError> {
    let mut facts = gatherer.gather(target, settings).await?;
    // whatever moves meanwhile, this run is about the commit that it first saw
    let target = &Target { commit: Some(facts.commit.clone()), branch: Some(facts.branch.clone()) };
    let mut surprises = 0;
    loop {
        let mut course = match plan(&facts, settings)? {
            Plan::Wait(pause, awaited) => {
                tracing::info!("{awaited}: waiting {} s", pause.as_secs());
                gatherer.clock.sleep(pause).await;
                facts = look_again(gatherer, target, settings, &facts, facts.waited + pause).await?;
                continue;
            }
            Plan::Go(course) => *course,
        };
        if course.steps.is_empty() || mode == Mode::DryRun {
            course.warnings.extend(left_aside(&course.verdict, &facts, settings));
            return Ok(Ending { course, facts });
        }
        match apply(gatherer.reader, writer, &course.steps, &mut facts, settings.token).await? {
            Applied::AsPlanned => {
                if let Verdict::Release(release) = course.verdict {
                    facts.done.raised = release.raised;
                }
            }
            Applied::Overtaken(what) => {
                surprises += 1;
                if surprises > SURPRISES {
                    return Err(ReleaseError::Contended(surprises));
                }
                tracing::info!("{what}: reading the tags again");
                gatherer
                    .clock
                    .sleep(Duration::from_millis(fastrand::u64(50..400) * u64::from(surprises)))
                    .await;
                facts = look_again(gatherer, target, settings, &facts, facts.waited).await?;
            }
        }
    }
}

/// Floating tags that somebody has set by hand, and that this run therefore leaves alone.
fn left_aside(verdict: &Verdict, facts: &Facts, settings: &Settings) -> Vec<String> {
    let Verdict::Release(release) = verdict else { return Vec::new() };
    let mut tags = facts.tags.clone();
    if tags.of(release.tag.version()).is_none() {
        let commit = facts.commit.clone();
        tags.add(Tag { name: release.tag.to_string(), object: commit.clone(), commit });
    }
    let Some(tagged) = tags.of(release.tag.version()) else { return Vec::new() };
    let aside = tags.floating_aside(tagged, settings.floating).into_iter();
    aside
        .map(|(name, commit, newest)| {
            format!(
                "`{name}` is at {}, which is no release of its line, and stays there: move it to `{newest}` by hand if that is what it shall lead to",
                commit.short()
            )
        })
        .collect()
}

/// Gathers anew, keeping what only this run knows.
async fn look_again(
    gatherer: &Gatherer<'_>,
    target: &Target,
    settings: &Settings,
    known: &Facts,
    waited: Duration,
) -> Result<Facts, ReleaseError> {
    let fresh = gatherer.gather(target, settings).await?;
    Ok(Facts { waited, done: known.done.clone(), ..fresh })
}

enum Applied {
    /// The facts hold what was done.
    AsPlanned,
    /// The repository is not what the facts say; what was seen.
    Overtaken(String),
}

/// Takes the first step, or all moves of tags that come first, which are one request.
async fn apply(
    reader: &Reader,
    writer: &Writer,
    steps: &[Step],
    facts: &mut Facts,
    token: TokenKind,
) -> Result<Applied, ReleaseError> {
    match &steps[0] {
        Step::CreateTag { name, version, message } => {
            match writer.create_tag(name, &facts.commit, message).await? {
                TagOutcome::Created(tag) => {
                    facts.tags.add(tag);
                    facts.done.created = Some(version.clone());
                    Ok(Applied::AsPlanned)
                }
                TagOutcome::AlreadyThere(_) => {
                    Ok(Applied::Overtaken(format!("`{name}` was made by somebody else")))
                }
                TagOutcome::PointsElsewhere(commit) => Ok(Applied::Overtaken(format!(
                    "`{name}` was made at {} by somebody else",
                    commit.short()
                ))),
            }
        }
        Step::MoveTag { .. } => move_tags(writer, steps, facts).await,
        Step::Dispatch { workflow, tag, inputs } => {
            // a tag of this run that is not the job token's may start the workflow by itself
            if token == TokenKind::Other && facts.done.created.is_some() {
                let started = reader.run_after_tag(workflow, tag, &facts.commit).await?;
                if let Some(run) = started {
                    tracing::info!("the push of `{tag}` has started `{workflow}`: it is not started again");
                    facts.existing.get_or_insert_default().run = Some(run);
                    return Ok(Applied::AsPlanned);
                }
            }
            facts.done.dispatched = Some(writer.dispatch(workflow, tag, &facts.commit, inputs).await?);
            Ok(Applied::AsPlanned)
        }
    }
}

async fn move_tags(writer: &Writer, steps: &[Step], facts: &mut Facts) -> Result<Applied, ReleaseError> {
    let moves: Vec<TagMove> = steps
        .iter()
        .map_while(|step| match step {
            Step::MoveTag { name, from, to } => {
                Some(TagMove { name: name.clone(), from: from.clone(), to: to.clone() })
            }
            _ => None,
        })
        .collect();
    let outcomes = match writer.move_tags(&moves).await {
        Ok(outcomes) => outcomes,
        Err(error) if error.is_ambiguous() => {
            return Ok(Applied::Overtaken("moving the floating tags got no answer".to_owned()));
        }
        Err(error) => return Err(error.into()),
    };
    for (TagMove { name, to, .. }, outcome) in moves.into_iter().zip(outcomes) {
        match outcome {
            MoveOutcome::Moved => {
                facts.tags.add(Tag { name: name.to_string(), object: to.clone(), commit: to });
                facts.done.moved.push(name);
            }
            MoveOutcome::Refused(reason) => return refused(&name, reason),
        }
    }
    Ok(Applied::AsPlanned)
}

/// A lease that was lost is looked at again; any other refusal is final. git words the former in one of these
/// ways, by its version and by where it notices.
fn refused(name: &TagName, reason: String) -> Result<Applied, ReleaseError> {
    let lost =
        ["stale info", "failed to update ref", "reference already exists", "cannot lock ref", "fetch first"];
    if lost.iter().any(|word| reason.contains(word)) {
        return Ok(Applied::Overtaken(format!("`{name}` was moved by somebody else")));
    }
    Err(ReleaseError::NotMoved { name: name.to_string(), reason })
}
