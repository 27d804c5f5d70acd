//! What stops a release, and what is said of it.

use forge::{ReleaseError, ReleaseState};
use local_forge::{Access, Dialect, Permission, Permissions};

use crate::stage::{REPO, SDIST, Stage, TAG, WHEEL, assets};

on_both! {
    fn a_tag_that_is_missing_is_not_made(stage: &Stage) {
        let error = stage.ask("runtime-v9.0.0", &stage.commit, ReleaseState::Published, &assets([WHEEL, SDIST])).unwrap_err();
        assert!(matches!(error, ReleaseError::NoTag { .. }), "{error}");
        assert!(stage.forge.releases(REPO).is_empty());
        assert!(!stage.forge.tags(REPO).contains_key("runtime-v9.0.0"));
    }

    fn the_tag_of_another_commit_is_not_released(stage: &Stage) {
        let other = stage.forge.commit(REPO, "main", &[("a", "a")], "other").parse().unwrap();
        let error = stage.ask(TAG, &other, ReleaseState::Published, &[]).unwrap_err();
        assert!(matches!(error, ReleaseError::TagElsewhere { ref held, .. } if *held == stage.commit), "{error}");
        assert!(stage.forge.releases(REPO).is_empty());
    }

    fn a_token_that_may_only_read_is_told_what_it_lacks(stage: &Stage) {
        let permissions = Permissions::none().with(Permission::Contents, Access::Read);
        let reader = stage.forge.narrowed_job_token(REPO, permissions);
        let error = stage.ask_as(&reader, TAG, &stage.commit, ReleaseState::Published, &[]).unwrap_err();
        assert!(error.to_string().contains("could not create the release of `runtime-v1.4.0`"), "{error}");
        assert!(error.hint().unwrap().contains("contents: write"), "{:?}", error.hint());
    }

    fn an_archived_repository_is_told(stage: &Stage) {
        stage.forge.set_archived(REPO, true);
        let hint = stage.publish().unwrap_err().hint().unwrap();
        assert!(hint.contains("unarchive"), "{hint}");
    }
}

#[test]
fn a_file_type_that_gitea_does_not_take_is_told_with_the_setting() {
    let stage = Stage::new(Dialect::Gitea);
    stage.forge.allow_release_files(&[".zip"]);
    let error = stage.publish().unwrap_err();
    assert!(error.hint().unwrap().contains("ALLOWED_TYPES"), "{:?}", error.hint());
    assert!(stage.release().draft, "half a release is nobody's");
}

#[test]
fn an_immutable_release_is_whole_from_its_first_day() {
    let stage = Stage::new(Dialect::GitHub);
    stage.forge.make_releases_immutable();
    stage.publish().unwrap();
    assert_eq!(stage.publish().unwrap().found.len(), 2);
}

#[test]
fn an_immutable_release_that_lacks_files_is_told() {
    let stage = Stage::new(Dialect::GitHub);
    stage.forge.make_releases_immutable();
    stage.forge.publish_release(REPO, TAG);
    let error = stage.publish().unwrap_err();
    assert!(matches!(error, ReleaseError::Immutable { ref missing, .. } if missing.len() == 2), "{error}");
}

#[test]
fn a_release_of_a_tag_in_another_case_is_told_on_gitea() {
    let stage = Stage::new(Dialect::Gitea);
    stage.forge.draft_release(REPO, "Runtime-V1.4.0");
    let error = stage.publish().unwrap_err();
    assert!(matches!(error, ReleaseError::OtherCase { ref held, .. } if held == "Runtime-V1.4.0"), "{error}");
}
