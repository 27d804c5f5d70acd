//! The whole way, against a forge of either dialect that holds state.

use std::sync::Arc;

use auto_tag::message::{MessageTemplate, Told};
use domain::{Bump, CommitSha, TagName, TagVersion};
use forge::{Credential, Dialect, Reader, ReleaseState, Site, Writer};
use http_client::{Client, Settings};
use local_forge::{Fault, LocalForge, MergeStyle, NewPull, openapi};
use runner::{Diagnostic as _, block_on};

use super::{ForgeReleaseError, ReleaseOutcome, ReleaseWish, forecast, forge_release};
use crate::distribution::Release;
use crate::distribution::fixtures::{METADATA, release_of};

const REPO: &str = "acme/core";
const TAG: &str = "runtime-v1.4.0";

/// A merged pull request, and a tag of it as auto-tag makes it.
struct Stage {
    forge: LocalForge,
    commit: CommitSha,
    tag: TagName,
    release: Release,
}

impl Stage {
    fn new(dialect: local_forge::Dialect) -> Self {
        let forge = LocalForge::start(dialect);
        forge.repo(REPO);
        let pull = forge.pull_request(REPO, &NewPull::titled("Add retry, @dev"));
        let commit: CommitSha = forge.merge(REPO, pull.number, MergeStyle::Squash).parse().unwrap();
        let told = Told {
            tag: TAG,
            version: &TagVersion::new(1, 4, 0),
            previous_tag: None,
            bump: Some(Bump::Minor),
            commit: &commit,
            pulls: &[pull.number],
            run: None,
        };
        let message = MessageTemplate::new("{tag}").unwrap().message(&told);
        forge.tag(REPO, TAG, commit.as_str(), Some(&message));
        Self { forge, commit, tag: TAG.parse().unwrap(), release: release_of(METADATA) }
    }

    fn handles(&self, token: String) -> (Reader, Writer) {
        let dialect = match self.forge.dialect() {
            local_forge::Dialect::GitHub => Dialect::GitHub,
            local_forge::Dialect::Gitea => Dialect::Gitea,
        };
        let (api, server) = (self.forge.api_url().parse().unwrap(), self.forge.url().parse().unwrap());
        let client = Client::new(Settings::default()).unwrap();
        let credential = Credential::Token(token.into());
        let site = Site { dialect, api, server };
        forge::open(site, client, credential, Arc::new(|_| {}), REPO.parse().unwrap()).unwrap()
    }

    async fn run(&self, token: String) -> Result<ReleaseOutcome, ForgeReleaseError> {
        let (reader, writer) = self.handles(token);
        let repository = format!("{}/{REPO}", self.forge.url()).parse().unwrap();
        let wish = ReleaseWish {
            tag: &self.tag,
            commit: &self.commit,
            state: ReleaseState::Published,
            repository: &repository,
            index: None,
            release: &self.release,
        };
        forecast(&reader, &wish).await?;
        forge_release(&reader, &writer, &wish).await
    }

    /// The notes of the one release.
    fn notes(&self) -> String {
        let mut releases = self.forge.releases(REPO);
        assert_eq!(releases.len(), 1, "{releases:?}");
        releases.remove(0).body
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if !std::thread::panicking() && self.forge.dialect() == local_forge::Dialect::GitHub {
            assert_eq!(openapi::check(&self.forge.exchanges()), []);
        }
    }
}

const DIALECTS: [local_forge::Dialect; 2] = [local_forge::Dialect::GitHub, local_forge::Dialect::Gitea];

#[test]
fn the_release_of_a_tag_names_its_pull_requests_and_holds_wheel_and_sdist() {
    for stage in DIALECTS.map(Stage::new) {
        let outcome = block_on(stage.run(stage.forge.job_token(REPO))).unwrap();
        assert!(outcome.created && outcome.attached.len() == 2, "{outcome:?}");
        let notes = stage.notes();
        assert!(notes.contains("a minor release from commit"), "{notes}");
        assert!(notes.contains("- Add retry, @\u{200d}dev ([#1](<http"), "{notes}");
        let held = stage.forge.releases(REPO).remove(0);
        assert_eq!((held.name.as_str(), held.draft, held.prerelease), ("acme-runtime 1.4.0", false, false));
        let ours = stage.release.distributions().map(|one| (one.file_name().to_owned(), one.bytes().clone()));
        let theirs: Vec<_> = held.assets.into_iter().map(|asset| (asset.name, asset.bytes)).collect();
        assert_eq!(theirs, ours);
        let again = block_on(stage.run(stage.forge.job_token(REPO))).unwrap();
        assert!(!again.created && again.found.len() == 2, "{again:?}");
    }
}

#[test]
fn a_token_that_may_not_read_pull_requests_makes_notes_without_titles() {
    for stage in DIALECTS.map(Stage::new) {
        stage.forge.fail(Fault::status("pulls.get", 403));
        block_on(stage.run(stage.forge.job_token(REPO))).unwrap();
        assert_eq!(stage.forge.waiting_faults(), 0);
        assert!(stage.notes().contains("- #1\n"), "{}", stage.notes());
    }
}

#[test]
fn a_tag_that_is_missing_is_bad_input_with_the_mending() {
    for dialect in DIALECTS {
        let mut stage = Stage::new(dialect);
        stage.tag = "runtime-v9.0.0".parse().unwrap();
        let error = block_on(stage.run(stage.forge.job_token(REPO))).unwrap_err();
        assert_eq!(error.exit(), runner::Exit::BadInput);
        assert!(error.hints()[0].contains("push the tag first"), "{:?}", error.hints());
    }
}
