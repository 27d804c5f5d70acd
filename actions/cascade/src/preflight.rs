//! Looking at all targets before any of them is told: what could not be told is known, by name and with its mending.

use std::collections::BTreeMap;

use domain::RepoName;
use forge::{Dialect, Forge, RepositoryLookup, RepositoryState, Surveyed};
use tokio::task::yield_now;

use crate::error::CascadeError;
use crate::mode::{Choice, Mode, choose};
use crate::outcome::{Outcome, State};
use crate::payload::EventType;
use crate::targets::Target;
use crate::trouble::Trouble;

/// A target that can be told, as far as can be seen.
#[derive(Debug, Clone)]
pub struct Ready {
    /// The target.
    pub target: Target,
    /// The name that it has by now.
    pub repo: RepoName,
    /// What it is.
    pub state: RepositoryState,
    /// How it is told.
    pub choice: Choice,
}

/// A target after the look at it.
#[derive(Debug)]
pub enum Looked {
    /// It can be told.
    Ready(Box<Ready>),
    /// It cannot, or need not.
    Over(Outcome),
}

/// Looks at all targets, in their order.
///
/// # Errors
/// When the forge takes the token of none of them.
pub async fn preflight(
    forge: &Forge,
    dialect: Dialect,
    targets: Vec<Target>,
    event: &EventType,
) -> Result<Vec<Looked>, CascadeError> {
    let names: Vec<RepoName> = targets.iter().map(|target| target.repo.clone()).collect();
    let survey = forge.survey(&names).await;
    if let Some(error) = shared(&survey) {
        return Err(error.into());
    }
    let mut seen: BTreeMap<u64, RepoName> = BTreeMap::new();
    let mut looked = Vec::new();
    for (target, (_, told)) in targets.into_iter().zip(survey) {
        // a thousand workflows take a while to be read, and other requests are under way beside it
        yield_now().await;
        let judged = match told {
            Ok(surveyed) => judge(&target, dialect, surveyed, event, &mut seen),
            Err(error) => Err(State::Failed(Trouble::failed("unseen", &error))),
        };
        looked.push(match judged {
            Ok(ready) => Looked::Ready(Box::new(ready)),
            Err(state) => Looked::Over(Outcome::over(target.repo, state)),
        });
    }
    Ok(looked)
}

/// The error that everything failed with, where nobody was let in.
fn shared(survey: &forge::Survey) -> Option<forge::Error> {
    let errors: Vec<_> = survey.iter().map_while(|(_, told)| told.as_ref().err()).collect();
    let first = errors.first().filter(|_| errors.len() == survey.len())?;
    let is_refused = |error: &&forge::Error| error.status() == Some(401);
    errors.iter().all(is_refused).then(|| (*first).clone())
}

fn judge(
    target: &Target,
    dialect: Dialect,
    surveyed: Surveyed,
    event: &EventType,
    seen: &mut BTreeMap<u64, RepoName>,
) -> Result<Ready, State> {
    let refuse = |trouble| Err(State::Failed(trouble));
    let mut notes = Vec::new();
    let Surveyed { repository, workflows } = surveyed;
    let state = match repository {
        RepositoryLookup::Here(state) => state,
        RepositoryLookup::Moved(state) => {
            tracing::warn!("`{}` is called `{}` by now: list it so", target.repo, state.name);
            notes.push(format!("it is called `{}` by now: list it so", state.name));
            state
        }
        RepositoryLookup::HiddenOrMissing => {
            let what = "it is not there, or the token may not see it";
            let mending = "let the token see it, or take it from the targets when it is gone";
            return refuse(Trouble::new("hidden-or-missing", what).mended_by(mending));
        }
    };
    if let Some(first) = seen.insert(state.id, target.repo.clone()) {
        let what = format!("it is the same repository as `{first}`");
        return Err(State::Skipped("same", what));
    }
    if state.archived {
        let what = "it is archived, so that nothing can be written to it";
        return refuse(Trouble::new("archived", what).mended_by("unarchive it, or take it from the targets"));
    }
    if state.user_may_push == Some(false) {
        let what = "the token's user may not write to it (`contents: write`)";
        return refuse(Trouble::new("permission", what).mended_by("let the token's user write to it"));
    }
    let mut choice = choose(target, dialect, &workflows, event).map_err(State::Failed)?;
    if choice.mode != Mode::BumpPr && state.actions == Some(false) {
        let what = "Actions are switched off in it, so that nothing would start";
        return refuse(Trouble::new("actions-off", what).mended_by("switch Actions on in its settings"));
    }
    choice.notes.splice(0..0, notes);
    Ok(Ready { target: target.clone(), repo: state.name.clone(), state, choice })
}
