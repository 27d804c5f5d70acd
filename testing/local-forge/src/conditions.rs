//! The verbs that make a forge difficult.

use std::time::Duration;

use crate::handle::ForgeHandle;
use crate::world::runs::Conclusion;
use crate::world::tokens::Validity;

impl ForgeHandle {
    /// For that many lookups, pull requests merged *after this call* are not found: by commit, in GraphQL's
    /// `associatedPullRequests`, and in the list of closed ones. Both forges lag so after a merge.
    pub fn lag_pull_lookup(&self, lookups: u32) {
        self.forge.world().lag_pull_lookup(lookups);
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
