use domain::PrereleaseKind;

use super::*;
use crate::fixtures::{facts, published, settings, tags};

/// The next version after `runtime-v1.3.9`, and by what it was raised.
fn next(versions: &[&str], bump: Bump, settings: &Settings) -> (String, Option<String>) {
    let facts = crate::facts::Facts { published: Some(published(versions)), ..facts(vec![]) };
    told(next_version(&facts, settings, Some(&TagVersion::new(1, 3, 9)), bump))
}

fn told(next: Next) -> (String, Option<String>) {
    (next.version.to_string(), next.raised.map(|raised| raised.by.to_string()))
}

#[test]
fn a_version_on_the_index_above_the_highest_tag_is_the_base() {
    for (bump, version) in [(Bump::Patch, "1.4.1"), (Bump::Minor, "1.5.0"), (Bump::Major, "2.0.0")] {
        assert_eq!(next(&["1.3.9", "1.4.0"], bump, &settings()).0, version, "{bump}");
    }
    assert_eq!(next(&["1.4.0"], Bump::Patch, &settings()).1.as_deref(), Some("1.4.0"));
}

#[test]
fn an_index_that_is_no_further_than_the_tags_raises_nothing() {
    for versions in [&["1.3.9"][..], &["1.3.8", "0.9.0"], &["1.3.9.post1"], &["1.4.0rc1"], &[]] {
        assert_eq!(next(versions, Bump::Patch, &settings()), ("1.3.10".into(), None), "{versions:?}");
    }
}

#[test]
fn what_the_labels_ask_for_above_the_index_is_told_as_theirs() {
    assert_eq!(next(&["1.3.12"], Bump::Minor, &settings()), ("1.4.0".into(), None));
    assert_eq!(next(&["1.3.12"], Bump::Patch, &settings()), ("1.3.13".into(), Some("1.3.12".into())));
}

#[test]
fn a_floor_that_the_index_holds_is_left_behind_and_a_higher_one_holds() {
    let at = |floor: &str| {
        let committed_version = Some(floor.parse().unwrap());
        let facts = crate::facts::Facts {
            committed_version,
            published: Some(published(&["1.5.0"])),
            ..facts(vec![])
        };
        told(next_version(&facts, &settings(), Some(&TagVersion::new(1, 3, 9)), Bump::Patch))
    };
    assert_eq!(at("1.5.0"), ("1.5.1".into(), Some("1.5.0".into())));
    assert_eq!(at("1.6.0"), ("1.6.0".into(), None));
}

#[test]
fn a_first_release_follows_what_was_published_before_it() {
    let first = |versions: &[&str]| {
        let facts =
            crate::facts::Facts { published: Some(published(versions)), tags: tags(&[]), ..facts(vec![]) };
        told(next_version(&facts, &settings(), None, Bump::Minor))
    };
    assert_eq!(first(&[]), ("0.1.0".into(), None));
    assert_eq!(first(&["0.0.3"]), ("0.1.0".into(), None));
    assert_eq!(first(&["0.1.16"]), ("0.2.0".into(), Some("0.1.16".into())));
}

#[test]
fn a_prerelease_follows_those_of_its_kind_on_the_index() {
    let candidates = Settings { prerelease: Some(PrereleaseKind::ReleaseCandidate), ..settings() };
    let next = |versions: &[&str]| next(versions, Bump::Minor, &candidates);
    assert_eq!(next(&["1.4.0rc3"]), ("1.4.0-rc.4".into(), Some("1.4.0rc3".into())));
    assert_eq!(next(&["1.4.0b3", "1.3.10rc7"]), ("1.4.0-rc.1".into(), None));
    assert_eq!(next(&["1.4.0"]), ("1.5.0-rc.1".into(), Some("1.4.0".into())));
    assert_eq!(next(&["1.4.0", "1.5.0rc1"]), ("1.5.0-rc.2".into(), Some("1.5.0rc1".into())));
}

#[test]
fn no_version_that_the_index_holds_is_ever_next() {
    let kinds = [None, Some(PrereleaseKind::Dev), Some(PrereleaseKind::ReleaseCandidate)];
    let pool =
        ["1.3.9", "1.3.10", "1.4", "1.4.0.post1", "1.4.1rc1", "1.5.0.dev1", "1.5.0rc2", "2.0.0", "2.1.0.4"];
    for choice in 0..1_u32 << pool.len() {
        let held: Vec<_> = (0..pool.len()).filter(|at| choice >> at & 1 == 1).map(|at| pool[at]).collect();
        let facts = crate::facts::Facts { published: Some(published(&held)), ..facts(vec![]) };
        for (prerelease, bump) in kinds
            .into_iter()
            .flat_map(|kind| [Bump::Patch, Bump::Minor, Bump::Major].map(|bump| (kind, bump)))
        {
            let settings = Settings { prerelease, ..settings() };
            let next = next_version(&facts, &settings, Some(&TagVersion::new(1, 3, 9)), bump).version;
            assert!(!facts.published.as_ref().unwrap().holds(&next), "{next} after {held:?}");
        }
    }
}
