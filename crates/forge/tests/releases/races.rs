//! Somebody else is at work at the same time.

use forge::ReleaseError;
use local_forge::Dialect;

use crate::stage::{NAMES, REPO, Stage, TAG, WHEEL, both};

on_both! {
    fn a_file_that_another_run_attaches_first_is_there_once(stage: &Stage) {
        stage.forge.before("assets.create", |forge| forge.attach(REPO, TAG, NAMES[0], WHEEL));
        let outcome = stage.publish().unwrap();
        match stage.forge.dialect() {
            Dialect::GitHub => assert_eq!(outcome.found, [NAMES[0]]),
            // it takes both, and the next run puts that right
            Dialect::Gitea => drop(stage.publish().unwrap()),
        }
        assert_eq!(stage.held(), both());
    }

    fn a_tag_that_moves_away_meanwhile_is_not_published(stage: &Stage) {
        let away = stage.forge.commit(REPO, "main", &[("a", "a")], "away");
        stage.forge.before("assets.create", move |forge| forge.move_tag(REPO, TAG, &away));
        let error = stage.publish().unwrap_err();
        assert!(matches!(error, ReleaseError::TagElsewhere { .. }), "{error}");
        assert!(stage.release().draft);
    }
}

#[test]
fn a_release_that_another_run_makes_first_on_gitea_is_completed() {
    let stage = Stage::new(Dialect::Gitea);
    stage.forge.before("releases.create", |forge| forge.draft_release(REPO, TAG));
    let outcome = stage.publish().unwrap();
    assert!(!outcome.created);
    assert_eq!(stage.held(), both());
}
