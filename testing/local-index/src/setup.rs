//! Setting the index up.

use std::time::Duration;

use bytes::Bytes;

use crate::form::{Content, Form};
use crate::oidc::{IdTokenSource, Job, Publisher};
use crate::{Dialect, IndexHandle, Role};

/// The owner whose registry a Gitea has from the start, and that verbs without an owner mean.
pub const DEFAULT_OWNER: &str = "acme";

impl IndexHandle {
    /// Puts a file on the index, as if the publisher had uploaded it; seen at once, and not looked at: an index
    /// holds much that it would no longer take.
    pub fn publish(&self, project: &str, version: &str, file_name: &str, bytes: impl Into<Bytes>) {
        let content = Some(Content { file_name: file_name.to_owned(), bytes: bytes.into() });
        let form = Form { fields: Vec::new(), content };
        let mut store = self.index.store();
        let staleness = std::mem::take(&mut store.staleness);
        store.add(self.owner(), project, version, file_name, &form);
        store.staleness = staleness;
    }

    /// Makes a project without releases.
    pub fn new_project(&self, project: &str) {
        self.index.store().create_project(self.owner(), project);
    }

    /// Takes a release back without removing it.
    ///
    /// # Panics
    ///
    /// When there is no such release.
    #[track_caller]
    pub fn yank(&self, project: &str, version: &str) {
        let mut store = self.index.store();
        let release =
            store.project_mut(self.owner(), project).and_then(|project| project.release_mut(version));
        let release = release.unwrap_or_else(|| panic!("there is no release {version} of `{project}`"));
        release.files.iter_mut().for_each(|file| file.yanked = true);
    }

    /// Deletes a file; its release stays. On PyPI nobody can ever use its name again.
    ///
    /// # Panics
    ///
    /// When there is no such file.
    #[track_caller]
    pub fn delete_file(&self, project: &str, file_name: &str) {
        let removed = self.index.store().remove_file(self.owner(), project, file_name);
        assert!(removed, "there is no file `{file_name}` of `{project}`");
    }

    /// Deletes a release and its files. On PyPI nobody can ever use their names again.
    ///
    /// # Panics
    ///
    /// When there is no such release.
    #[track_caller]
    pub fn delete_release(&self, project: &str, version: &str) {
        let removed = self.index.store().remove_release(self.owner(), project, version);
        assert!(removed, "there is no release {version} of `{project}`");
    }

    /// From now on a file that is uploaded shows on its project's page only after the page was read so often.
    pub fn set_staleness(&self, reads: u32) {
        self.index.store().staleness = reads;
    }

    /// From now on nobody reads without a token that works, as where a Gitea shows its pages to those who signed in.
    pub fn require_sign_in(&self) {
        self.index.store().requires_sign_in = true;
    }

    /// Lets time pass for the index: minted tokens end, releases grow old.
    pub fn pass(&self, time: Duration) {
        self.index.store().pass(time);
    }

    /// Makes another owner's registry on a Gitea.
    pub fn new_owner(&self, owner: &str) {
        self.index.store().owners.insert(owner.to_owned());
    }

    /// The token of a role.
    ///
    /// # Panics
    ///
    /// On PyPI for [`Role::Job`], which it does not know.
    #[must_use]
    #[track_caller]
    pub fn token(&self, role: Role) -> String {
        let store = self.index.store();
        store.accounts.token_of(role).unwrap_or_else(|| panic!("PyPI has no tokens of jobs")).to_owned()
    }

    /// The user that goes with a token: `__token__` on PyPI, `root1` on Gitea, where any would do.
    #[must_use]
    pub fn user(&self) -> &'static str {
        match self.index.dialect {
            Dialect::PyPI => "__token__",
            Dialect::Gitea => "root1",
        }
    }

    /// Makes a token of the caller's own choice, such as one of a forge beside this index, that of `role`.
    pub fn admit(&self, token: &str, role: Role) {
        self.index.store().accounts.admit(token, role);
    }

    /// Binds a trusted publisher to its project; a pending one, where the project does not exist yet.
    pub fn trust(&self, publisher: Publisher) {
        let mut store = self.index.store();
        let pending = store.project("", &publisher.project).is_none();
        store.trust.add(publisher, pending);
    }

    /// Switches trusted publishing off, as PyPI's administrators can.
    pub fn disable_trusted_publishing(&self) {
        self.index.store().trust.enabled = false;
    }

    /// Starts a job that may ask for id-tokens, and gives it what a runner would: the address and its token.
    #[must_use]
    pub fn run_job(&self, job: Job) -> IdTokenSource {
        let token = self.index.store().trust.run(job);
        IdTokenSource { url: format!("{}/_/id-token?api-version=2.0", self.index.base), token }
    }

    pub(crate) fn owner(&self) -> &'static str {
        match self.index.dialect {
            Dialect::PyPI => "",
            Dialect::Gitea => DEFAULT_OWNER,
        }
    }
}
