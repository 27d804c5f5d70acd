//! The lists of runs that a target's own are looked for in, and how far back they must reach.

use domain::RepoName;
use forge::{Error, Reader, RunList, RunProgress};
use jiff::{SignedDuration, Timestamp};

use crate::cascade_id::CascadeId;
use crate::plan::telling::Facts;
use crate::trouble::Trouble;

/// How far back runs are looked for: GitHub lets a job be run again for 30 days.
const LOOK_BACK: SignedDuration = SignedDuration::from_hours(31 * 24);
/// How far back must be seen where none of the runs is a cascade's: in a busy repository not all that are so old are
/// told.
const LEAST_LOOK_BACK: SignedDuration = SignedDuration::from_hours(72);
/// How far before the first look a later one begins at least: a list may show a run late.
const OVERLAP: SignedDuration = SignedDuration::from_hours(1);

/// The runs of a target, as far back as a cascade may have told it; a trouble where that is not told.
pub(super) async fn first_list(
    reader: &Reader,
    event: &str,
    source: &RepoName,
    now: Timestamp,
) -> Result<Result<RunList, Trouble>, Error> {
    let ago = |time: SignedDuration| now.checked_sub(time).unwrap_or(Timestamp::MIN);
    let list = reader.runs_since(ago(LOOK_BACK), event).await?;
    let least = if list.runs.iter().any(|run| CascadeId::find(&run.title, source).is_some()) {
        list.reaches_back_to
    } else {
        ago(LEAST_LOOK_BACK)
    };
    Ok(reaching(list, least))
}

/// The runs that are new since the first look, and those that had not ended.
pub(super) async fn later_list(
    reader: &Reader,
    event: &str,
    first: Timestamp,
    facts: &Facts,
) -> Result<Result<RunList, Trouble>, Error> {
    let runs = facts.look.iter().flat_map(|look| &look.runs);
    // the forge's clock is its own: what is new to it is newer than what it had before
    let before = runs.clone().filter(|run| facts.before.contains(&run.id)).map(|run| run.created).max();
    let before = before.or_else(|| first.checked_sub(LOOK_BACK).ok()).unwrap_or(Timestamp::MIN);
    let first = first.checked_sub(OVERLAP).unwrap_or(Timestamp::MIN).min(before);
    let open = runs.filter(|run| !matches!(run.progress, RunProgress::Concluded(_)));
    let since = open.map(|run| run.created).fold(first, Timestamp::min);
    Ok(reaching(reader.runs_since(since, event).await?, since))
}

/// A list that reaches back as far as it must: what is not seen is not absent.
fn reaching(list: RunList, least: Timestamp) -> Result<RunList, Trouble> {
    // lists are asked for in whole seconds
    if list.reaches_back_to.as_second() <= least.as_second() {
        return Ok(list);
    }
    let what = format!(
        "its newest {} runs go back to {} alone, and whether it was told before is not known",
        list.runs.len(),
        list.reaches_back_to.strftime("%F %H:%M UTC")
    );
    Err(Trouble::new("unseen", what).mended_by("look for the run among the repository's actions"))
}
