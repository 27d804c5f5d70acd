//! Runs that somebody else starts.

use std::time::Duration;

use serde_json::{Map, Value};

use super::{admin, done, repository};
use crate::handle::ForgeHandle;
use crate::world::runs::{Conclusion, End};

impl ForgeHandle {
    /// Dispatches a workflow at `main`, as `root1`.
    #[track_caller]
    pub fn dispatch(&self, repo: &str, workflow: &str, inputs: &[(&str, &str)]) {
        let inputs: Map<String, Value> =
            inputs.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect();
        let mut world = self.forge.world();
        let id = repository(&world, repo);
        let run = world.dispatch_workflow(id, &admin(), workflow, "refs/heads/main", &inputs);
        done(run.map_err(|refusal| format!("`{workflow}` was refused: {refusal:?}")));
    }

    /// Makes later runs of one repository end after this time and in this way, whatever the others do.
    #[track_caller]
    pub fn end_runs_of(&self, repo: &str, after: Duration, conclusion: Conclusion) {
        self.change(repo, |repo| repo.run_end = Some(End::After(after, conclusion)));
    }

    /// Cancels every run that has not ended, also one that no runner has taken up: such a one has never begun.
    #[track_caller]
    pub fn cancel_runs(&self, repo: &str) {
        let mut world = self.forge.world();
        let id = repository(&world, repo);
        world.cancel_runs(id);
    }

    /// Sends a `repository_dispatch`, as `root1`.
    #[track_caller]
    pub fn send_event(&self, repo: &str, event_type: &str, payload: &Value) {
        let mut world = self.forge.world();
        let id = repository(&world, repo);
        done(world.dispatch_repository(id, &admin(), event_type, payload));
    }
}
