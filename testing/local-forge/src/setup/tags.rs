//! Tags.

use super::{admin, done, repository};
use crate::git::RefUpdate;
use crate::handle::ForgeHandle;
use crate::world::accounts::ADMIN;

impl ForgeHandle {
    /// Tags a commit as `root1`, as a push would: annotated with a message, lightweight without. Gives
    /// the id that the ref holds, of an annotated tag the tag object's.
    #[track_caller]
    pub fn tag(&self, repo: &str, name: &str, at: &str, message: Option<&str>) -> String {
        let (id, git, tagger) = {
            let mut world = self.forge.world();
            let id = repository(&world, repo);
            (id, world.repo(id).git.clone(), world.sign(ADMIN))
        };
        let commit = done(git.resolve(at));
        let commit = done(commit.ok_or_else(|| format!("`{repo}` has no commit `{at}`")));
        let object = match message {
            Some(message) => done(git.write_tag(name, &commit, message, &tagger)),
            None => commit,
        };
        let made = self.forge.create_ref(id, &admin(), &format!("refs/tags/{name}"), &object);
        done(made.map_err(|refusal| format!("tag `{name}` was refused: {refusal:?}"))).object
    }

    /// Moves a tag to another commit, as a forced push of a lightweight one would; starts no runs.
    #[track_caller]
    pub fn move_tag(&self, repo: &str, name: &str, to: &str) {
        let world = self.forge.world();
        let git = &world.repo(repository(&world, repo)).git;
        let update = RefUpdate { name: format!("refs/tags/{name}"), new: to.to_owned(), old: None };
        done(git.update_refs(&[update]));
    }

    /// Makes many lightweight tags at once, of names and commits; starts no runs.
    #[track_caller]
    pub fn lightweight_tags(&self, repo: &str, tags: &[(String, String)]) {
        let world = self.forge.world();
        done(world.repo(repository(&world, repo)).git.write_lightweight_tags(tags));
    }

    /// Makes many annotated tags at once, of names and commits; starts no runs.
    #[track_caller]
    pub fn annotated_tags(&self, repo: &str, tags: &[(String, String)], message: &str) {
        let mut world = self.forge.world();
        let id = repository(&world, repo);
        let tagger = world.sign(ADMIN);
        done(world.repo(id).git.write_annotated_tags(tags, message, &tagger));
    }
}
