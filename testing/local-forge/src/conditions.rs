//! The verbs that make a forge difficult.

use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

use crate::handle::ForgeHandle;
use crate::limiter::{Limit, Limiter, Usage};
use crate::world::runs::Conclusion;
use crate::world::tokens::Validity;

impl ForgeHandle {
    /// For that many lookups, pull requests merged *after this call* are not found: by commit, in GraphQL's
    /// `associatedPullRequests`, and in the list of closed ones. Both forges lag so after a merge.
    pub fn lag_pull_lookup(&self, lookups: u32) {
        self.forge.world().lag_pull_lookup(lookups);
    }

    /// For that many lists of runs (or of tasks), runs that start *after this call* are not shown: forges take some
    /// seconds to make them, and Gitea tells a run only when a runner has taken it up.
    pub fn lag_run_lists(&self, lists: u32) {
        self.forge.world().lag_run_lists(lists);
    }

    /// From now on runners take up so many jobs of each run that starts, and the others wait until they are free again.
    /// A job that waits is in no list of Gitea's tasks, and a run none of whose jobs was taken up neither.
    pub fn busy_runners(&self, after_jobs: usize) {
        self.forge.world().set_busy_after(Some(after_jobs));
    }

    /// Lets runners take up what waits, now.
    pub fn free_runners(&self) {
        self.forge.world().set_busy_after(None);
    }

    /// For that many looks at a single pull request, whether it has a conflict is not worked out yet, as just after its
    /// creation: GitHub says `UNKNOWN`, Gitea that it cannot be merged.
    pub fn lag_mergeability(&self, looks: u32) {
        self.forge.world().conditions.unknown_mergeability = looks;
    }

    /// Lets the creation of a tag take this long between looking whether the name is free and taking it.
    ///
    /// Whoever loses such a race gets what the real forge answers: Gitea 500 with an empty message, GitHub
    /// 422.
    pub fn widen_tag_race(&self, window: Duration) {
        self.forge.world().conditions.tag_race_window = window;
    }

    /// Makes GitHub's `workflow_dispatch` the one of older Enterprise Servers: it refuses the key
    /// `return_run_details` with 422 and tells no run.
    pub fn tell_no_dispatched_runs(&self) {
        self.forge.world().conditions.old_dispatch = true;
    }

    /// Makes GitHub's releases immutable from their publication on: their files can neither be added to nor taken
    /// away.
    pub fn make_releases_immutable(&self) {
        self.forge.world().conditions.immutable_releases = true;
    }

    /// Lets Gitea take only files that end in one of these: `[repository.release] ALLOWED_TYPES`.
    pub fn allow_release_files(&self, endings: &[&str]) {
        self.forge.world().conditions.release_endings =
            endings.iter().map(|ending| (*ending).to_owned()).collect();
    }

    /// Enforces GitHub's rate limits from now on, by a clock that runs `scale` times as fast as the wall's: with 1,200
    /// an hour of them lasts three seconds. Whoever is to keep them must wait by such a clock as well.
    ///
    /// Latency is not among the time that a request is under way, so that the limit of a hundred at once is met here by
    /// those that wait for one another. For what was under way together see [`most_at_once`](crate::most_at_once).
    pub fn enforce_limits(&self, scale: u32) {
        *self.limiter() = Some(Limiter::new(scale));
    }

    /// The limits that requests have met since they are enforced, one entry for each request that was refused.
    #[must_use]
    pub fn limits_met(&self) -> Vec<Limit> {
        self.limiter().as_ref().map(|limiter| limiter.met().to_vec()).unwrap_or_default()
    }

    /// The most that was made of each limit since they are enforced.
    #[must_use]
    pub fn usage(&self) -> Usage {
        self.limiter().as_ref().map(Limiter::usage).unwrap_or_default()
    }

    fn limiter(&self) -> MutexGuard<'_, Option<Limiter>> {
        self.forge.limiter.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends a token by time: from now on it is answered with 401.
    pub fn expire_token(&self, token: &str) {
        self.set_validity(token, Validity::Expired);
    }

    /// Takes a token back: from now on it is answered with 401.
    pub fn revoke_token(&self, token: &str) {
        self.set_validity(token, Validity::Revoked);
    }

    fn set_validity(&self, token: &str, validity: Validity) {
        if let Some(token) = self.forge.world().tokens.get_mut(token) {
            token.validity = validity;
        }
    }

    /// Makes later runs end after this time and in this way; by default they succeed at once.
    pub fn end_runs(&self, after: Duration, conclusion: Conclusion) {
        self.forge.world().end_runs(after, conclusion);
    }
}
