//! Starting workflows.

use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use crate::effects::workflow::{self, WorkflowFile};
use crate::git::{Commit, GitError};
use crate::world::World;
use crate::world::accounts::{ADMIN, UserId};
use crate::world::repositories::RepoId;
use crate::world::runs::{Conclusion, End, Job, Run};
use crate::world::tokens::Caller;

/// Why a run starts, with what it was given.
#[derive(Debug, Clone)]
pub(crate) enum Trigger {
    Push,
    /// With the inputs, defaults filled in.
    WorkflowDispatch(Map<String, Value>),
    /// With the event type and the payload.
    RepositoryDispatch(String, Value),
}

/// A run to be started.
#[derive(Debug)]
pub(crate) struct NewRun<'a> {
    file: &'a WorkflowFile,
    git_ref: &'a str,
    commit: &'a Commit,
    actor: Option<UserId>,
    trigger: Trigger,
}

impl<'a> NewRun<'a> {
    pub(crate) fn at(
        file: &'a WorkflowFile,
        git_ref: &'a str,
        commit: &'a Commit,
        actor: Option<UserId>,
        trigger: Trigger,
    ) -> Self {
        Self { file, git_ref, commit, actor, trigger }
    }
}

/// Why a workflow could not be dispatched.
#[derive(Debug)]
pub(crate) enum DispatchRefusal {
    /// No such branch or tag.
    NoRef,
    /// No such file at that ref.
    NoWorkflow,
    Git(GitError),
}

impl From<GitError> for DispatchRefusal {
    fn from(error: GitError) -> Self {
        Self::Git(error)
    }
}

impl World {
    /// Starts a run and gives its id.
    pub(crate) fn start_run(&mut self, id: RepoId, new: NewRun<'_>) -> u64 {
        let NewRun { file, git_ref, commit, actor, trigger } = new;
        let (event, payload, inputs) = match trigger {
            Trigger::Push => ("push", json!({}), json!({})),
            Trigger::WorkflowDispatch(inputs) => {
                ("workflow_dispatch", json!({ "inputs": inputs }), Value::Object(inputs))
            }
            Trigger::RepositoryDispatch(kind, payload) => {
                ("repository_dispatch", json!({ "action": kind, "client_payload": payload }), payload)
            }
        };
        let title = file.workflow.title(&payload, commit.subject());
        let jobs = file.workflow.jobs.clone().into_iter();
        let jobs = jobs.map(|(name, runs_on)| Job { id: self.next_id(), name, runs_on }).collect();
        let run = Run {
            id: self.next_id(),
            number: self.next_run_number(id),
            workflow: file.file_name().to_owned(),
            path: file.path.clone(),
            name: file.workflow.name.clone(),
            title,
            event: event.to_owned(),
            git_ref: git_ref.to_owned(),
            sha: commit.sha.clone(),
            actor: actor.unwrap_or(ADMIN),
            inputs,
            jobs,
            created: self.clock.tick(),
            started: Instant::now(),
            end: self.repo(id).run_end.unwrap_or(self.conditions.run_end),
            taken_up: self.conditions.busy_after,
            cancelled: None,
        };
        let run_id = run.id;
        self.repo_mut(id).runs.push(run);
        run_id
    }

    /// The number of the next run of a repository.
    pub(crate) fn next_run_number(&mut self, id: RepoId) -> u64 {
        let given = &mut self.repo_mut(id).run_numbers;
        *given += 1;
        *given
    }

    /// Dispatches a workflow at a full ref (`refs/heads/…`, `refs/tags/…`) and gives the run's id.
    ///
    /// Whether the workflow declares `workflow_dispatch` is for the dialect to ask.
    pub(crate) fn dispatch_workflow(
        &mut self,
        id: RepoId,
        caller: &Caller,
        file_name: &str,
        git_ref: &str,
        inputs: &Map<String, Value>,
    ) -> Result<u64, DispatchRefusal> {
        let git = self.repo(id).git.clone();
        let commit = git.read_commit(git_ref)?.ok_or(DispatchRefusal::NoRef)?;
        let files = workflow::at(&git, self.dialect, &commit.sha)?;
        let file =
            files.iter().find(|file| file.file_name() == file_name).ok_or(DispatchRefusal::NoWorkflow)?;
        let trigger = Trigger::WorkflowDispatch(file.workflow.inputs(inputs));
        Ok(self.start_run(id, NewRun::at(file, git_ref, &commit, caller.user_id(), trigger)))
    }

    /// Starts every workflow of the default branch that waits for this `repository_dispatch`.
    pub(crate) fn dispatch_repository(
        &mut self,
        id: RepoId,
        caller: &Caller,
        event_type: &str,
        payload: &Value,
    ) -> Result<Vec<u64>, GitError> {
        let git = self.repo(id).git.clone();
        if !self.repo(id).actions {
            return Ok(Vec::new());
        }
        let git_ref = format!("refs/heads/{}", self.repo(id).default_branch);
        let Some(commit) = git.read_commit(&git_ref)? else { return Ok(Vec::new()) };
        let mut runs = Vec::new();
        for file in workflow::at(&git, self.dialect, &commit.sha)? {
            let types = file.workflow.repository_dispatch.as_ref();
            if types.is_some_and(|types| types.is_empty() || types.iter().any(|kind| kind == event_type)) {
                let trigger = Trigger::RepositoryDispatch(event_type.to_owned(), payload.clone());
                runs.push(
                    self.start_run(id, NewRun::at(&file, &git_ref, &commit, caller.user_id(), trigger)),
                );
            }
        }
        Ok(runs)
    }

    /// Makes the latest run of a repository go on for as long as the world does.
    pub(crate) fn hold_latest_run(&mut self, id: RepoId) {
        if let Some(run) = self.repo_mut(id).runs.last_mut() {
            run.end = End::Never;
        }
    }

    /// Lets runners be busy after they have taken up so many jobs of a run, or be free again.
    pub(crate) fn set_busy_after(&mut self, jobs: Option<usize>) {
        self.conditions.busy_after = jobs;
        if jobs.is_none() {
            let runs = self.repositories.values_mut().flat_map(|repo| &mut repo.runs);
            for run in runs.filter(|run| run.cancelled.is_none()) {
                run.started = if run.taken_up.take().is_some() { Instant::now() } else { run.started };
            }
        }
    }

    /// Cancels every run of a repository that has not ended.
    pub(crate) fn cancel_runs(&mut self, id: RepoId) {
        let now = self.clock.tick();
        for run in self.repo_mut(id).runs.iter_mut().filter(|run| run.conclusion().is_none()) {
            run.cancelled = Some(now);
        }
    }

    /// Sets how later runs end.
    pub(crate) fn end_runs(&mut self, after: Duration, conclusion: Conclusion) {
        self.conditions.run_end = End::After(after, conclusion);
    }
}
