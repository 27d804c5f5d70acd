//! The version that follows those of an index, for a push that no tag names.

use domain::{PackageVersion, ProjectName};
use index::SimpleIndex;

use super::VersionError;

/// The first version of a project that the index does not know.
pub const FIRST: [u64; 3] = [0, 1, 0];

/// The version that follows everything that an index holds.
///
/// # Errors
/// When the index cannot be read: a version that is taken would be refused at the end, after everything else.
pub async fn automatic(index: &SimpleIndex, project: &ProjectName) -> Result<PackageVersion, VersionError> {
    let known = index.project(project).await.map_err(|source| VersionError::Index(Box::new(source)))?;
    let Some(known) = known else {
        tracing::warn!(
            "the index `{}` has no project `{project}` yet: its first version is {}",
            index.url(),
            PackageVersion::new(FIRST)
        );
        return Ok(PackageVersion::new(FIRST));
    };
    let next = next_after(&known.versions)?;
    if let Some(latest) = known.latest() {
        tracing::info!("the latest version of `{project}` is {latest}: the next one is {next}");
    }
    Ok(next)
}

/// The lowest final version with three components that is above every one of `held`; [`FIRST`] where there is none.
///
/// | latest | next |
/// |---|---|
/// | `1.4.2` | `1.4.3` |
/// | `1.4`, `1.4.0.1`, `1.4.0.post1` | `1.4.1` |
/// | `1.4.0rc1`, `1.4.0.dev3` | `1.4.0`: a pre-release is followed by its final version |
/// | `1!1.4.2` | `1!1.4.3` |
///
/// The latest by PEP 440's order, pre-releases among them, yanked versions and those whose files are deleted: an index
/// that forgets nothing refuses them for ever. So who makes release candidates beside automatic versions should name
/// versions: the next push would be the final one.
///
/// # Errors
/// When a component has reached its highest number.
pub fn next_after<'a>(
    held: impl IntoIterator<Item = &'a PackageVersion>,
) -> Result<PackageVersion, VersionError> {
    let Some(latest) = held.into_iter().max() else { return Ok(PackageVersion::new(FIRST)) };
    let part = |at: usize| latest.release().get(at).copied().unwrap_or(0);
    let of = |patch| PackageVersion::new([part(0), part(1), patch]).with_epoch(latest.epoch());
    let final_version = of(part(2));
    if final_version > *latest {
        return Ok(final_version);
    }
    let beyond = || VersionError::NothingFollows(latest.clone());
    part(2).checked_add(1).map(of).ok_or_else(beyond)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn next(held: &[&str]) -> String {
        let held: Vec<PackageVersion> = held.iter().map(|version| version.parse().unwrap()).collect();
        next_after(&held).unwrap().to_string()
    }

    #[test]
    fn the_next_version_is_the_next_patch() {
        assert_eq!(next(&["0.1.16"]), "0.1.17");
        assert_eq!(next(&["1.4"]), "1.4.1");
        assert_eq!(next(&["2"]), "2.0.1");
        assert_eq!(next(&["1.4.0.1"]), "1.4.1");
        assert_eq!(next(&["1.4.0.post3"]), "1.4.1");
        assert_eq!(next(&["1!2.3.4"]), "1!2.3.5");
        assert_eq!(next(&["1.4.0+local"]), "1.4.1");
    }

    #[test]
    fn a_prerelease_is_followed_by_its_final_version() {
        for latest in ["0.2.0rc1", "0.2.0.dev7", "0.2.0a1.dev2", "0.2rc1"] {
            assert_eq!(next(&["0.1.9", latest]), "0.2.0", "{latest}");
        }
        assert_eq!(next(&["0.2.0.post1.dev1"]), "0.2.1");
    }

    #[test]
    fn the_latest_is_the_highest_by_pep_440_and_not_by_text_or_place() {
        assert_eq!(next(&["0.1.9", "0.1.10", "0.1.2"]), "0.1.11");
        assert_eq!(next(&["0.9.0", "0.10.0rc1", "0.10.0"]), "0.10.1");
    }

    #[test]
    fn a_project_without_versions_begins_at_the_first() {
        assert_eq!(next(&[]), "0.1.0");
    }

    #[test]
    fn a_version_that_nothing_can_follow_is_told() {
        let highest: PackageVersion = format!("1.0.{}", u64::MAX).parse().unwrap();
        assert!(matches!(next_after([&highest]), Err(VersionError::NothingFollows(_))));
    }

    fn any_version() -> impl Strategy<Value = PackageVersion> {
        let text = "([0-2]!)?[0-9]{1,3}(\\.[0-9]{1,2}){0,4}((a|b|rc)[0-9])?(\\.post[0-9])?(\\.dev[0-9])?";
        proptest::string::string_regex(text).unwrap().prop_map(|text| text.parse().unwrap())
    }

    proptest! {
        #[test]
        fn what_comes_next_is_above_everything_and_final(held in proptest::collection::vec(any_version(), 1..8)) {
            let next = next_after(&held).unwrap();
            prop_assert!(held.iter().all(|one| *one < next), "{} after {:?}", next, held);
            prop_assert!(next.is_stable() && next.release().len() == 3);
            // the lowest such: one patch less is not above
            if let [major, minor, patch] = *next.release() && patch > 0 {
                let lower = PackageVersion::new([major, minor, patch - 1]).with_epoch(next.epoch());
                prop_assert!(held.iter().any(|one| lower <= *one));
            }
        }
    }
}
