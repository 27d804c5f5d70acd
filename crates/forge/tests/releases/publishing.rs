//! The way on which nothing goes wrong.

use std::sync::mpsc;

use forge::ReleaseState;

use crate::stage::{NAMES, REPO, Stage, TAG, both};

on_both! {
    fn a_release_is_published_with_both_files(stage: &Stage) {
        let outcome = stage.publish().unwrap();
        assert_eq!((outcome.created, outcome.state), (true, ReleaseState::Published));
        assert_eq!(outcome.attached, NAMES);
        assert!(outcome.found.is_empty() && outcome.unread.is_empty());
        let held = stage.release();
        assert_eq!((held.tag.as_str(), held.name.as_str(), held.body.as_str()), (TAG, "acme-runtime 1.4.0", "Notes"));
        assert!(!held.draft && !held.prerelease);
        assert_eq!(stage.held(), both());
        assert!(outcome.url.ends_with(&format!("/{REPO}/releases/tag/{TAG}")), "{}", outcome.url);
    }

    fn a_second_run_finds_everything_and_sends_nothing(stage: &Stage) {
        let first = stage.publish().unwrap();
        stage.forge.forget_exchanges();
        let second = stage.publish().unwrap();
        assert_eq!((second.created, &second.url), (false, &first.url));
        assert_eq!((second.found.as_slice(), second.attached.len(), second.unread.len()), (&NAMES.map(str::to_owned)[..], 0, 0));
        for write in ["releases.create", "releases.edit", "assets.create", "assets.delete"] {
            assert_eq!(stage.asked(write), 0, "{write}");
        }
        assert_eq!(stage.held(), both());
    }

    fn a_draft_stays_one_until_publication_is_asked_for(stage: &Stage) {
        assert_eq!(stage.draft().unwrap().state, ReleaseState::Draft);
        assert!(stage.release().draft);
        let outcome = stage.publish().unwrap();
        assert_eq!((outcome.created, outcome.attached.len(), outcome.state), (false, 0, ReleaseState::Published));
        assert_eq!(stage.held(), both());
        assert_eq!(stage.draft().unwrap().state, ReleaseState::Published, "what is published is not withdrawn");
        assert!(!stage.release().draft);
    }

    fn nobody_sees_the_release_before_all_files_are_attached(stage: &Stage) {
        let (seen, sight) = mpsc::channel();
        for operation in ["assets.create", "releases.edit"] {
            let seen = seen.clone();
            stage.forge.before(operation, move |forge| {
                let release = forge.releases(REPO).remove(0);
                seen.send((operation, release.draft, release.assets.len())).unwrap();
            });
        }
        stage.publish().unwrap();
        drop(seen);
        let sights: Vec<_> = sight.iter().collect();
        assert_eq!(sights, [("assets.create", true, 0), ("releases.edit", true, 2)]);
    }

    fn a_forecast_tells_what_would_be_done_and_does_nothing(stage: &Stage) {
        let before = stage.forecast().unwrap();
        assert_eq!((before.held, before.found.len(), before.missing.as_slice()), (None, 0, &NAMES.map(str::to_owned)[..]));
        assert!(stage.forge.releases(REPO).is_empty());
        let url = stage.publish().unwrap().url;
        let after = stage.forecast().unwrap();
        assert_eq!((after.held, after.missing.len()), (Some((url, ReleaseState::Published)), 0));
        assert_eq!(after.found, NAMES);
    }
}
