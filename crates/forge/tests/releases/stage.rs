//! A repository with a tag, and a release to be made of it.

use std::future::Future;
use std::sync::Arc;
use std::thread;

use bytes::Bytes;
use domain::{CommitSha, TagName};
use forge::{
    Asset, Credential, Reader, ReleaseError, ReleaseForecast, ReleaseOutcome, ReleaseRequest, ReleaseState,
    Site, Writer,
};
use http_client::{Client, Settings, TestClock};
use local_forge::{Dialect, LocalForge, PublishedRelease, openapi};

/// The repository of every test.
pub(crate) const REPO: &str = "acme/core";
/// The tag of every test.
pub(crate) const TAG: &str = "runtime-v1.4.0";
pub(crate) const WHEEL: &[u8] = b"PK the wheel";
pub(crate) const SDIST: &[u8] = b"\x1f\x8b\r\n--the sdist\0";
pub(crate) const NAMES: [&str; 2] = ["acme_runtime-1.4.0-py3-none-any.whl", "acme_runtime-1.4.0.tar.gz"];

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

/// A forge with one tagged commit, and a job's token for it.
pub(crate) struct Stage {
    pub(crate) forge: LocalForge,
    pub(crate) token: String,
    pub(crate) commit: CommitSha,
}

/// After every test: what was sent to GitHub, and what it answered, is as GitHub describes it.
impl Drop for Stage {
    fn drop(&mut self) {
        if !thread::panicking() && self.forge.dialect() == Dialect::GitHub {
            let mut violations = openapi::check(&self.forge.exchanges());
            // the state that an upload leaves behind is in the description's prose and not in its list of states
            violations.retain(|violation| !violation.complaint.contains("/state"));
            assert!(violations.is_empty(), "{violations:#?}");
        }
    }
}

pub(crate) fn assets(contents: [&'static [u8]; 2]) -> Vec<Asset> {
    let kinds = ["application/zip", "application/gzip"];
    let named = NAMES.iter().zip(kinds).zip(contents);
    named
        .map(|((name, content_type), bytes)| Asset {
            name: (*name).to_owned(),
            content_type,
            bytes: Bytes::from_static(bytes),
        })
        .collect()
}

impl Stage {
    pub(crate) fn new(dialect: Dialect) -> Self {
        let forge = LocalForge::start(dialect);
        let commit = forge.repo(REPO);
        forge.tag(REPO, TAG, &commit, Some("One\n\nRelease-PR: #1"));
        let token = forge.job_token(REPO);
        Self { forge, token, commit: commit.parse().unwrap() }
    }

    /// The handles of this token; time passes only while somebody sleeps.
    pub(crate) fn handles(&self, token: &str) -> (Reader, Writer) {
        let dialect = match self.forge.dialect() {
            Dialect::GitHub => forge::Dialect::GitHub,
            Dialect::Gitea => forge::Dialect::Gitea,
        };
        let (api, server) = (self.forge.api_url().parse().unwrap(), self.forge.url().parse().unwrap());
        let clock = Arc::new(TestClock::at("2026-01-02T03:04:05Z".parse().unwrap()));
        let client = Client::new(Settings { clock, ..Settings::default() }).unwrap();
        let credential = Credential::Token(token.to_owned().into());
        let site = Site { dialect, api, server };
        forge::open(site, client, credential, Arc::new(|_| {}), REPO.parse().unwrap()).unwrap()
    }

    /// Asks for the release of a tag at a commit.
    pub(crate) fn ask(
        &self,
        tag: &str,
        commit: &CommitSha,
        state: ReleaseState,
        assets: &[Asset],
    ) -> Result<ReleaseOutcome, ReleaseError> {
        self.ask_as(&self.token, tag, commit, state, assets)
    }

    pub(crate) fn ask_as(
        &self,
        token: &str,
        tag: &str,
        commit: &CommitSha,
        state: ReleaseState,
        assets: &[Asset],
    ) -> Result<ReleaseOutcome, ReleaseError> {
        let tag: TagName = tag.parse().unwrap();
        let request = request(&tag, commit, state, assets);
        wait_for(async { self.handles(token).1.publish_release(&request).await })
    }

    pub(crate) fn publish(&self) -> Result<ReleaseOutcome, ReleaseError> {
        self.ask(TAG, &self.commit, ReleaseState::Published, &assets([WHEEL, SDIST]))
    }

    pub(crate) fn draft(&self) -> Result<ReleaseOutcome, ReleaseError> {
        self.ask(TAG, &self.commit, ReleaseState::Draft, &assets([WHEEL, SDIST]))
    }

    pub(crate) fn forecast(&self) -> Result<ReleaseForecast, ReleaseError> {
        let (tag, assets) = (TAG.parse().unwrap(), assets([WHEEL, SDIST]));
        let request = request(&tag, &self.commit, ReleaseState::Published, &assets);
        wait_for(async { self.handles(&self.token).0.release_forecast(&request).await })
    }

    /// The one release.
    pub(crate) fn release(&self) -> PublishedRelease {
        let mut releases = self.forge.releases(REPO);
        assert_eq!(releases.len(), 1, "{releases:#?}");
        releases.remove(0)
    }

    /// What the one release holds: names and bytes.
    pub(crate) fn held(&self) -> Vec<(String, Vec<u8>)> {
        let assets = self.release().assets;
        assert!(assets.iter().all(|asset| asset.whole), "{assets:?}");
        assets.into_iter().map(|asset| (asset.name, asset.bytes.to_vec())).collect()
    }

    /// How often the forge was asked for an operation.
    pub(crate) fn asked(&self, operation: &str) -> usize {
        local_forge::count(&self.forge.exchanges(), operation)
    }
}

fn request<'a>(
    tag: &'a TagName,
    commit: &'a CommitSha,
    state: ReleaseState,
    assets: &'a [Asset],
) -> ReleaseRequest<'a> {
    ReleaseRequest {
        tag,
        commit,
        title: "acme-runtime 1.4.0",
        notes: "Notes",
        state,
        prerelease: false,
        assets,
    }
}

/// Both files, as they shall be.
pub(crate) fn both() -> Vec<(String, Vec<u8>)> {
    NAMES.iter().zip([WHEEL, SDIST]).map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec())).collect()
}

pub(crate) fn wait_for<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}
