//! Uploads to PyPI.

use std::time::Duration;

use local_index::{Dialect, LocalIndex, Role, Sample, sdist, wheel};

use crate::client::{Upload, text};

fn upload(index: &LocalIndex, sample: &Sample, fields: &[(&str, &str)]) -> (u16, String) {
    let token = index.token(Role::Publisher);
    let upload =
        Upload { sample, project: "alpha", version: "1.0", user: "__token__", token: &token, fields };
    let answer = upload.send(index);
    (answer.status().as_u16(), text(&answer))
}

#[track_caller]
fn refused(index: &LocalIndex, sample: &Sample, fields: &[(&str, &str)], why: &str) {
    let (status, body) = upload(index, sample, fields);
    assert!(status == 400 && body.contains(why), "{status} {body}");
}

#[test]
fn a_release_is_taken_once_and_the_same_bytes_again_are_fine() {
    let index = LocalIndex::start(Dialect::PyPI);
    let (wheel, sdist) = (wheel("alpha", "1.0"), sdist("alpha", "1.0"));
    assert_eq!(upload(&index, &wheel, &[("requires_python", ">=3.11")]).0, 200);
    assert_eq!(upload(&index, &sdist, &[]).0, 200);
    assert_eq!(upload(&index, &wheel, &[]), (200, String::new()));

    let files = index.files("Alpha");
    assert_eq!(
        files.iter().map(|file| (&file.name, &file.sha256)).collect::<Vec<_>>(),
        [(&wheel.file_name, &wheel.sha256), (&sdist.file_name, &sdist.sha256)]
    );
    assert_eq!(files[0].field("requires_python").collect::<Vec<_>>(), [">=3.11"]);
}

#[test]
fn other_bytes_under_a_name_that_is_there_are_refused() {
    let index = LocalIndex::start(Dialect::PyPI);
    index.publish("alpha", "1.0", "alpha-1.0-py3-none-any.whl", "old bytes");
    refused(&index, &wheel("alpha", "1.0"), &[], "File already exists (&#39;alpha-1.0-py3-none-any.whl&#39;");
    assert_eq!(index.files("alpha")[0].bytes, "old bytes");
}

#[test]
fn the_name_of_a_deleted_file_is_burned() {
    let index = LocalIndex::start(Dialect::PyPI);
    let sample = wheel("alpha", "1.0");
    assert_eq!(upload(&index, &sample, &[]).0, 200);
    index.delete_release("alpha", "1.0");
    refused(&index, &sample, &[], "This filename has already been used");
}

#[test]
fn a_release_takes_no_second_sdist_and_nothing_after_14_days() {
    let index = LocalIndex::start(Dialect::PyPI);
    index.publish("alpha", "1.0", "alpha-1.0.zip", "an sdist of old");
    refused(&index, &sdist("alpha", "1.0"), &[], "Only one sdist");
    index.pass(Duration::from_hours(15 * 24));
    refused(&index, &wheel("alpha", "1.0"), &[], "14 days ago");
}

#[test]
fn a_form_that_makes_no_sense_is_refused() {
    let index = LocalIndex::start(Dialect::PyPI);
    let sample = wheel("alpha", "1.0");
    for (field, value, why) in [
        (":action", "submit", "protocol"),
        ("metadata_version", "9.0", "metadata version"),
        ("name", "-alpha", "invalid value for Name"),
        ("version", "one", "invalid value for Version"),
        ("version", "1.0+local", "local versions"),
        ("filetype", "bdist_egg", "filetype"),
        ("pyversion", "", "Python version is required"),
        ("sha256_digest", "", "at least one message digest"),
        ("sha256_digest", "00", "does not match a digest"),
        ("blake2_256_digest", "00", "does not match a digest"),
        ("license_file", "LICENSE", "License-File LICENSE does not exist"),
        ("version", "1.1", "should start with"),
        ("name", "beta", "should start with"),
    ] {
        refused(&index, &sample, &[(field, value)], why);
    }
    assert_eq!(index.files("alpha"), []);
}

#[test]
fn an_archive_that_is_none_is_refused() {
    let index = LocalIndex::start(Dialect::PyPI);
    let mut sample = wheel("alpha", "1.0");
    sample.bytes = b"PK, or not".to_vec();
    refused(&index, &sample, &[("sha256_digest", ""), ("md5_digest", "x")], "Invalid distribution file");
    let mut sample = wheel("beta", "1.0");
    sample.file_name = "alpha-1.0-py3-none-any.whl".to_owned();
    refused(&index, &sample, &[], "alpha-1.0.dist-info/METADATA");
}

#[test]
fn a_token_uploads_only_what_it_may() {
    let index = LocalIndex::start(Dialect::PyPI);
    index.new_project("alpha");
    let sample = wheel("alpha", "1.0");
    let (owner, stranger) = (index.token(Role::Publisher), index.token(Role::Stranger));
    for (user, token) in [("__token__", "pypi-nobody"), ("somebody", &owner), ("__token__", &stranger)] {
        let upload = Upload { sample: &sample, project: "alpha", version: "1.0", user, token, fields: &[] };
        assert_eq!(upload.send(&index).status(), 403, "{user}");
    }
    index.admit("a token of another kind", Role::Publisher);
    let token = "a token of another kind";
    let upload =
        Upload { sample: &sample, project: "alpha", version: "1.0", user: "__token__", token, fields: &[] };
    assert_eq!(upload.send(&index).status(), 200);
}
