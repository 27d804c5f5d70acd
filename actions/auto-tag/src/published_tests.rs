use super::*;
use crate::fixtures::published;

fn highest_final(versions: &[&str]) -> Option<(String, String)> {
    let published = published(versions);
    published.highest_final().map(|(by, of)| (by.to_string(), of.to_string()))
}

#[test]
fn the_highest_final_version_is_the_highest_by_pep_440() {
    let highest = highest_final(&["1.9.0", "1.10", "1.2.0", "1.11.0rc1", "1.12.0.dev3"]);
    assert_eq!(highest, Some(("1.10".into(), "1.10.0".into())));
}

#[test]
fn post_releases_local_versions_and_fourth_components_take_up_their_final_version() {
    for version in ["1.4.0.post2", "1.4.0+local", "1.4.0.3", "1.4.0.3rc1", "1.4.post1.dev2", "1.4.0"] {
        let highest = highest_final(&["1.3.9", version]).unwrap();
        assert_eq!(highest.1, "1.4.0", "{version}");
    }
}

#[test]
fn prereleases_take_up_no_final_version() {
    for version in ["1.4.0rc1", "1.4.0.dev1", "1.4.0a1.dev2", "1.4.0rc1.post1"] {
        assert_eq!(highest_final(&["1.3.9", version]).unwrap().1, "1.3.9", "{version}");
        assert_eq!(highest_final(&[version]), None, "{version}");
    }
}

#[test]
fn the_number_of_a_prerelease_is_taken_by_its_own_kind_and_version() {
    let published = published(&["1.4.0rc2", "1.4.0rc10", "1.5.0rc30", "1.4.0b40", "1.4.0.dev7"]);
    let of = TagVersion::new(1, 4, 0);
    let last = |kind| published.last_prerelease(kind, &of).map(|(_, number)| number);
    assert_eq!(last(PrereleaseKind::ReleaseCandidate), Some(10));
    assert_eq!(last(PrereleaseKind::Dev), Some(7));
    assert_eq!(last(PrereleaseKind::Alpha), None);
}

#[test]
fn a_version_is_held_however_it_is_written() {
    let published = published(&["1.4", "1.5.0RC1"]);
    assert!(published.holds(&TagVersion::new(1, 4, 0)));
    assert!(published.holds(&"1.5.0-rc.1".parse().unwrap()));
    assert!(!published.holds(&TagVersion::new(1, 5, 0)));
}

#[test]
fn what_no_tag_can_follow_is_told_and_raises_nothing() {
    let beyond = ["1!2.0", "1!3.0", "1.0"];
    assert_eq!(highest_final(&beyond).unwrap().1, "1.0.0");
    let [remark] = &published(&beyond).remarks()[..] else { panic!("one remark") };
    assert!(remark.starts_with("`acme-runtime` 1!3.0 and 1 below it on the package index"), "{remark}");
    assert!(remark.ends_with("tags have no epoch"), "{remark}");
    assert!(published(&["1.0", "1.1.post1", "1.2rc1.dev1"]).remarks().is_empty());
}

#[test]
fn an_index_that_tells_nothing_is_remarked_upon() {
    let known = published(&[]);
    assert!(known.remarks().is_empty(), "a project may be registered before its first release");
    let unread = Published { unread: 3, ..known.clone() };
    assert!(unread.remarks()[0].starts_with("none of the 3 names"), "{:?}", unread.remarks());
    let unknown = Published { versions: None, ..known };
    let [remark] = &unknown.remarks()[..] else { panic!("one remark") };
    assert!(remark.contains("has no project `acme-runtime`"), "{remark}");
}
