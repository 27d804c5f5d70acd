//! Commit statuses.

use crate::effects::merging::MergeRefusal;
use crate::world::World;
use crate::world::repositories::{RepoId, Status};
use crate::world::tokens::Caller;

impl World {
    /// Sets a status on a commit; a merge that waited for it happens at once.
    pub(crate) fn set_status(
        &mut self,
        id: RepoId,
        caller: &Caller,
        sha: &str,
        context: &str,
        state: &str,
    ) -> Result<Status, MergeRefusal> {
        let status = Status {
            id: self.next_id(),
            sha: sha.to_owned(),
            context: context.to_owned(),
            state: state.to_owned(),
            description: String::new(),
            target_url: String::new(),
            creator: caller.user_id().unwrap_or(crate::world::accounts::ACTIONS),
            created: self.clock.tick(),
        };
        self.repo_mut(id).statuses.push(status.clone());
        self.run_scheduled_merges(id, caller)?;
        Ok(status)
    }
}
