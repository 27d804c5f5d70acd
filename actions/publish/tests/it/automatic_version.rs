//! The version that follows those of an index, asked of one over the wire.

use http_client::{Client, Settings};
use index::SimpleIndex;
use local_index::{Dialect, LocalIndex, sdist};
use publish::version::{VersionError, automatic};
use runner::{Diagnostic as _, Exit};

const NAME: &str = "acme-runtime";

fn next(simple_url: &str) -> Result<String, VersionError> {
    runner::block_on(async {
        let settings = Settings { retry: http_client::RetryPolicy::once(), ..Settings::default() };
        let index = SimpleIndex::new(Client::new(settings).unwrap(), simple_url.parse().unwrap());
        automatic(&index, &NAME.parse().unwrap()).await.map(|version| version.to_string())
    })
}

/// An index that holds these versions.
fn holding(dialect: Dialect, versions: &[&str]) -> LocalIndex {
    let index = LocalIndex::start(dialect);
    for version in versions {
        let sample = sdist(NAME, version);
        index.publish(NAME, version, &sample.file_name, sample.bytes);
    }
    index
}

#[test]
fn the_next_patch_follows_the_latest_in_both_dialects() {
    for dialect in [Dialect::PyPI, Dialect::Gitea] {
        let index = holding(dialect, &["0.1.9", "0.1.10", "0.1.2"]);
        assert_eq!(next(&index.simple_url()).unwrap(), "0.1.11", "{dialect}");
    }
}

#[test]
fn a_version_that_was_taken_back_or_deleted_is_never_used_again() {
    let index = holding(Dialect::PyPI, &["0.1.9", "0.1.10", "0.1.11"]);
    index.yank(NAME, "0.1.10");
    index.delete_file(NAME, &sdist(NAME, "0.1.11").file_name);
    assert_eq!(next(&index.simple_url()).unwrap(), "0.1.12");
}

#[test]
fn an_index_that_does_not_know_the_project_starts_it() {
    for dialect in [Dialect::PyPI, Dialect::Gitea] {
        let index = LocalIndex::start(dialect);
        assert_eq!(next(&index.simple_url()).unwrap(), "0.1.0", "{dialect}");
    }
}

#[test]
fn an_index_that_cannot_be_read_stops_the_run() {
    let error = next("http://127.0.0.1:1/simple/").unwrap_err();
    assert!(matches!(error, VersionError::Index(_)), "{error:?}");
    assert_eq!(error.exit(), Exit::Failed);
    assert_eq!(error.hints().last().unwrap(), "or name the version by `version`");
    let index = holding(Dialect::PyPI, &["0.1.9"]);
    index.fail(local_index::garbage("read"));
    assert!(next(&index.simple_url()).is_err());
}
