//! A forge with some repositories, and the product's handle on it.

use std::future::Future;
use std::sync::Arc;
use std::thread;

use domain::RepoName;
use forge::{Credential, Forge, Reader, Site, Writer};
use http_client::{Client, Settings, TestClock};
use local_forge::{Dialect, LocalForge, Role, openapi};

/// The repository of most tests.
pub(crate) const REPO: &str = "acme/template-one";

/// A workflow that waits for both kinds of dispatch, and shows which it was.
pub(crate) const RECEIVER: &str = "name: Rebuild
run-name: Rebuild [${{ github.event.client_payload.cascade_id }}${{ inputs.cascade_id }}]
on:
  repository_dispatch:
    types: [runtime-published]
  workflow_dispatch:
    inputs:
      cascade_id:
        default: ''
jobs:
  build:
    runs-on: ubuntu-latest
";

/// Runs each test in both dialects.
macro_rules! on_both {
    ($($(#[$attribute:meta])* fn $name:ident($stage:ident: &Stage) $body:block)*) => {
        $(fn $name($stage: &Stage) $body)*

        mod github {
            $($(#[$attribute])* #[test] fn $name() { super::$name(&super::Stage::new(local_forge::Dialect::GitHub)) })*
        }

        mod gitea {
            $($(#[$attribute])* #[test] fn $name() { super::$name(&super::Stage::new(local_forge::Dialect::Gitea)) })*
        }
    };
}

/// A forge with one repository that has a receiver, and the token of one who may write.
pub(crate) struct Stage {
    pub(crate) forge: LocalForge,
    pub(crate) token: String,
    pub(crate) clock: Arc<TestClock>,
}

/// After every test: what was sent to GitHub, and what it answered, is as GitHub describes it.
impl Drop for Stage {
    fn drop(&mut self) {
        if !thread::panicking() && self.forge.dialect() == Dialect::GitHub {
            let violations = openapi::check(&self.forge.exchanges());
            assert!(violations.is_empty(), "{violations:#?}");
        }
    }
}

impl Stage {
    pub(crate) fn new(dialect: Dialect) -> Self {
        let forge = LocalForge::start(dialect);
        forge.repo(REPO);
        let token = forge.token(Role::Write);
        let clock = Arc::new(TestClock::at("2026-01-02T03:04:05Z".parse().unwrap()));
        let stage = Self { forge, token, clock };
        stage.add_receiver(REPO);
        stage.forge.forget_exchanges();
        stage
    }

    pub(crate) fn add_receiver(&self, repo: &str) {
        let folder = match self.forge.dialect() {
            Dialect::GitHub => ".github",
            Dialect::Gitea => ".gitea",
        };
        let path = format!("{folder}/workflows/rebuild.yml");
        self.forge.commit(repo, "main", &[(&path, RECEIVER)], "Add the receiver");
    }

    pub(crate) fn open(&self) -> Forge {
        self.open_as(Credential::Token(self.token.clone().into()))
    }

    /// The forge as somebody sees it; time passes only while somebody sleeps.
    pub(crate) fn open_as(&self, credential: Credential) -> Forge {
        let dialect = match self.forge.dialect() {
            Dialect::GitHub => forge::Dialect::GitHub,
            Dialect::Gitea => forge::Dialect::Gitea,
        };
        let (api, server) = (self.forge.api_url().parse().unwrap(), self.forge.url().parse().unwrap());
        let clock = Arc::clone(&self.clock) as Arc<dyn http_client::Clock>;
        let client = Client::new(Settings { clock, ..Settings::default() }).unwrap();
        let site = Site { dialect, api, server };
        Forge::new(site, client, credential, Arc::new(|_| {}), 100).unwrap()
    }

    pub(crate) fn handles(&self) -> (Reader, Writer) {
        self.open().repository(name(REPO))
    }

    pub(crate) fn handles_of(&self, token: &str) -> (Reader, Writer) {
        self.open_as(Credential::Token(token.to_owned().into())).repository(name(REPO))
    }

    /// How often the forge was asked for an operation.
    pub(crate) fn asked(&self, operation: &str) -> usize {
        local_forge::count(&self.forge.exchanges(), operation)
    }
}

pub(crate) fn name(repo: &str) -> RepoName {
    repo.parse().unwrap()
}

pub(crate) fn wait_for<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}
