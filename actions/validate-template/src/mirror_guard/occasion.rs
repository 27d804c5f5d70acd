//! What is to be judged.

use std::io::Read;

use domain::CommitSha;
use mirror::{MirrorTarget, RepositoryPlace};
use runner::event::Event;
use runner::{Context, Failure, GitRef};

use super::error::GuardError;
use super::inputs::{Inputs, Mode};

/// What is to be judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Occasion {
    /// Refs that were moved, or are about to be.
    Updates(Vec<Update>),
    /// A pull request, and the branch's head that it would change.
    PullRequest { number: u64, base: CommitSha },
    /// All that stands there.
    Witness,
}

/// A ref that was moved, or is about to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Update {
    /// Its full name.
    pub(crate) name: String,
    /// Where it stood; none for one that is new.
    pub(crate) before: Option<CommitSha>,
    /// Where it is to stand; none for one that is deleted.
    pub(crate) after: Option<CommitSha>,
}

/// The occasion of a run, and the branch that is guarded.
pub(crate) fn occasion(
    context: &Context,
    inputs: &Inputs,
    stdin: impl Read,
) -> Result<(Occasion, MirrorTarget), Failure> {
    let needed = |mode| inputs.target.clone().ok_or(GuardError::NoTarget { mode });
    match inputs.mode {
        Mode::Witness => Ok((Occasion::Witness, needed("witness")?)),
        Mode::PreReceive => {
            let target = needed("pre-receive")?;
            let lines = std::io::read_to_string(stdin).map_err(GuardError::Io)?;
            Ok((Occasion::Updates(updates(&lines)?), target))
        }
        Mode::Auto => of_event(context, inputs),
    }
}

fn of_event(context: &Context, inputs: &Inputs) -> Result<(Occasion, MirrorTarget), Failure> {
    let (occasion, default_branch) = match context.event()? {
        Event::Push(push) => {
            let update = Update { name: full_name(&push.git_ref), before: push.before, after: push.after };
            (Occasion::Updates(vec![update]), push.default_branch)
        }
        Event::PullRequest(pull) => {
            (Occasion::PullRequest { number: pull.number, base: pull.base.sha }, pull.default_branch)
        }
        Event::Schedule(schedule) => (Occasion::Witness, schedule.default_branch),
        Event::WorkflowDispatch(dispatch) => (Occasion::Witness, dispatch.default_branch),
        Event::Other { name, .. } => return Err(GuardError::Event(name).into()),
        _ => return Err(GuardError::Event("of a kind that is new".to_owned()).into()),
    };
    if let Some(target) = &inputs.target {
        return Ok((occasion, target.clone()));
    }
    let job = context.job();
    let place = RepositoryPlace::on(&job.server_url, job.repository()?).map_err(GuardError::Place)?;
    let branch = default_branch.ok_or(GuardError::NoBranch)?;
    Ok((occasion, MirrorTarget { place, branch }))
}

fn full_name(git_ref: &GitRef) -> String {
    match git_ref {
        GitRef::Branch(branch) => branch.full_ref(),
        GitRef::Tag(tag) => tag.full_ref(),
        GitRef::PullRequest(number) => format!("refs/pull/{number}"),
        GitRef::Commit(id) => id.to_string(),
        GitRef::Other(name) => name.clone(),
    }
}

/// The updates of a hook: `old SP new SP ref LF`, forty zeros for what is not there.
/// <https://git-scm.com/docs/githooks#pre-receive>
fn updates(lines: &str) -> Result<Vec<Update>, GuardError> {
    let updates = lines.lines().zip(1..).map(|(text, line)| {
        let malformed = || GuardError::Update { line };
        let mut words = text.splitn(3, ' ');
        let mut id = || -> Result<Option<CommitSha>, GuardError> {
            let id: CommitSha = words.next().and_then(|word| word.parse().ok()).ok_or_else(malformed)?;
            Ok((!id.is_null()).then_some(id))
        };
        let (before, after) = (id()?, id()?);
        let name = words.next().filter(|name| !name.is_empty()).ok_or_else(malformed)?.to_owned();
        Ok(Update { name, before, after })
    });
    let updates = updates.collect::<Result<Vec<_>, GuardError>>()?;
    // git starts no hook without any: something else has read them, and nobody would have judged them
    if updates.is_empty() { Err(GuardError::NoUpdate) } else { Ok(updates) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_a_hook_are_read() {
        let (null, one, two) = ("0".repeat(40), "1".repeat(40), "2".repeat(40));
        let lines = format!("{one} {two} refs/heads/main\n{null} {one} refs/tags/a b\n{one} {null} refs/x\n");
        let read = updates(&lines).unwrap();
        assert_eq!(read[0].name, "refs/heads/main");
        assert_eq!((&read[0].before, &read[0].after), (&one.parse().ok(), &two.parse().ok()));
        assert_eq!((&read[1].name[..], &read[1].before), ("refs/tags/a b", &None));
        assert_eq!(read[2].after, None);
    }

    #[test]
    fn a_line_that_is_none_is_refused_and_so_is_a_push_of_nothing() {
        let one = "1".repeat(40);
        for line in [
            "x".to_owned(),
            one.clone(),
            format!("{one} {one}"),
            format!("{one} x refs/x"),
            format!("{one} {one} "),
        ] {
            let lines = format!("{one} {one} refs/heads/main\n{line}\n");
            assert!(matches!(updates(&lines), Err(GuardError::Update { line: 2 })), "{line}");
        }
        assert!(matches!(updates(""), Err(GuardError::NoUpdate)));
    }
}
