//! Releases that are there, whole or not.

use forge::{ReleaseError, ReleaseState};
use local_forge::{Dialect, Fault};

use crate::stage::{NAMES, REPO, SDIST, Stage, TAG, WHEEL, assets, both};

on_both! {
    fn a_draft_that_a_person_made_is_kept_and_completed(stage: &Stage) {
        stage.forge.draft_release(REPO, TAG);
        stage.forge.attach(REPO, TAG, "notes.txt", b"by hand");
        let outcome = stage.publish().unwrap();
        assert_eq!((outcome.created, outcome.attached.as_slice()), (false, &NAMES.map(str::to_owned)[..]));
        let held = stage.release();
        assert_eq!((held.name.as_str(), held.draft, held.assets.len()), (TAG, false, 3), "its title is the person's");
    }

    fn a_published_release_gets_what_it_lacks(stage: &Stage) {
        stage.forge.publish_release(REPO, TAG);
        stage.forge.attach(REPO, TAG, NAMES[0], WHEEL);
        let outcome = stage.publish().unwrap();
        assert_eq!((outcome.found.as_slice(), outcome.attached.as_slice()), (&[NAMES[0].to_owned()][..], &[NAMES[1].to_owned()][..]));
        assert_eq!(stage.held(), both());
    }

    fn other_bytes_of_the_same_size_stop_before_anything_is_written(stage: &Stage) {
        stage.forge.draft_release(REPO, TAG);
        let mut other = SDIST.to_vec();
        other[5] ^= 1;
        stage.forge.attach(REPO, TAG, NAMES[1], &other);
        for refused in [stage.publish().map(drop), stage.forecast().map(drop)] {
            let error = refused.unwrap_err();
            assert!(matches!(error, ReleaseError::OtherBytes { ref files, .. } if files.len() == 1 && files[0].name == NAMES[1]), "{error}");
            assert!(error.hint().is_some());
        }
        let held = stage.release();
        assert!(held.draft && held.assets.len() == 1 && held.assets[0].bytes == other);
    }

    fn other_bytes_of_another_size_stop_before_anything_is_written(stage: &Stage) {
        stage.publish().unwrap();
        let error = stage.ask(TAG, &stage.commit, ReleaseState::Published, &assets([WHEEL, b"longer than the other"])).unwrap_err();
        assert!(matches!(error, ReleaseError::OtherBytes { .. }), "{error}");
        assert_eq!(stage.held(), both());
    }
}

#[test]
fn what_a_lost_upload_left_on_github_is_replaced() {
    let stage = Stage::new(Dialect::GitHub);
    stage.forge.draft_release(REPO, TAG);
    stage.forge.lose_upload(REPO, TAG, NAMES[0]);
    assert_eq!(stage.publish().unwrap().attached, NAMES);
    assert_eq!(stage.held(), both());
    assert_eq!(stage.asked("assets.delete"), 1);
}

#[test]
fn a_file_that_is_on_gitea_twice_is_there_once_afterwards() {
    let stage = Stage::new(Dialect::Gitea);
    stage.forge.draft_release(REPO, TAG);
    for _ in 0..2 {
        stage.forge.attach(REPO, TAG, NAMES[0], WHEEL);
    }
    assert_eq!(stage.publish().unwrap().attached, [NAMES[1]]);
    assert_eq!(stage.held(), both());
}

#[test]
fn a_file_that_gitea_does_not_give_out_is_told_apart_by_its_size_and_reported() {
    for status in [401, 403, 404] {
        let stage = Stage::new(Dialect::Gitea);
        stage.publish().unwrap();
        stage.forge.fail(Fault::status("assets.download", status).times(2));
        let outcome = stage.publish().unwrap();
        assert_eq!(
            (outcome.found.len(), outcome.unread.as_slice()),
            (2, &NAMES.map(str::to_owned)[..]),
            "{status}"
        );
        assert_eq!(stage.held(), both());
    }
}

#[test]
fn a_page_in_the_place_of_a_file_is_not_taken_for_the_file() {
    let stage = Stage::new(Dialect::Gitea);
    stage.publish().unwrap();
    stage.forge.fail(Fault::status("assets.download", 200).body("<html>sign in</html>").times(2));
    assert_eq!(stage.publish().unwrap().unread, NAMES);
}

#[test]
fn one_of_two_drafts_is_not_chosen_at_random() {
    let stage = Stage::new(Dialect::GitHub);
    stage.forge.draft_release(REPO, TAG);
    stage.forge.draft_release(REPO, TAG);
    let error = stage.publish().unwrap_err();
    assert!(matches!(error, ReleaseError::SeveralDrafts { ref pages, .. } if pages.len() == 2), "{error}");
    assert_eq!(stage.asked("releases.create"), 0);
}

#[test]
fn a_draft_is_found_behind_a_hundred_other_releases() {
    let stage = Stage::new(Dialect::GitHub);
    stage.forge.draft_release(REPO, TAG);
    for number in 0..100 {
        stage.forge.draft_release(REPO, &format!("runtime-v0.0.{number}"));
    }
    assert!(!stage.publish().unwrap().created);
    assert_eq!(stage.asked("releases.list"), 2);
}
