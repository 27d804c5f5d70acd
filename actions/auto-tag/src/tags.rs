//! The repository's tags, read as releases.

use domain::{CommitSha, FloatingTag, PrereleaseKind, ReleaseTag, TagName, TagPrefix, TagVersion};
use forge::Tag;

/// A release tag that is there, and the commit that it leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaggedRelease {
    /// The tag, read.
    pub tag: ReleaseTag,
    /// What the ref holds: a tag object, or the commit itself.
    pub object: CommitSha,
    /// The commit that it leads to.
    pub commit: CommitSha,
}

/// All tags under the prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tags {
    prefix: TagPrefix,
    releases: Vec<TaggedRelease>,
    others: Vec<Tag>,
}

impl Tags {
    /// Reads tags as releases of `prefix`, strictly; the others are kept apart and never raise a version.
    #[must_use]
    pub fn read(prefix: &TagPrefix, tags: Vec<Tag>) -> Self {
        let mut read = Self { prefix: prefix.clone(), releases: Vec::new(), others: Vec::new() };
        for tag in tags {
            read.push(tag);
        }
        read
    }

    /// Takes note of one more tag, in place of an older one of that name.
    pub fn add(&mut self, tag: Tag) {
        self.releases.retain(|known| known.tag.to_string() != tag.name);
        self.others.retain(|known| known.name != tag.name);
        self.push(tag);
    }

    fn push(&mut self, tag: Tag) {
        match self.prefix.release(&tag.name) {
            Some(release) => {
                self.releases.push(TaggedRelease { tag: release, object: tag.object, commit: tag.commit });
            }
            None => self.others.push(tag),
        }
    }

    /// How many tags under the prefix are no releases and no floating tags.
    #[must_use]
    pub fn foreign(&self) -> usize {
        self.others.iter().filter(|tag| !self.is_floating(&tag.name)).count()
    }

    fn is_floating(&self, name: &str) -> bool {
        let Some(rest) = name.strip_prefix(self.prefix.as_str()) else { return false };
        let parts: Vec<_> = rest.split('.').collect();
        parts.len() <= 2
            && parts.iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
    }

    /// The highest final release: the base of the next one. Pre-releases never raise it.
    #[must_use]
    pub fn highest(&self) -> Option<&TaggedRelease> {
        self.finals().max_by_key(|release| release.tag.version())
    }

    /// The highest final release below `version`.
    #[must_use]
    pub fn highest_below(&self, version: &TagVersion) -> Option<&TaggedRelease> {
        self.finals()
            .filter(|release| release.tag.version() < version)
            .max_by_key(|release| release.tag.version())
    }

    /// The lowest release above `version`: a final one, or for a pre-release any.
    #[must_use]
    pub fn lowest_above(&self, version: &TagVersion) -> Option<&TaggedRelease> {
        self.releases
            .iter()
            .filter(|release| !version.pre.is_empty() || !release.tag.is_prerelease())
            .filter(|release| release.tag.version() > version)
            .min_by_key(|release| release.tag.version())
    }

    /// The highest pre-release of `kind` that came after the highest final release.
    #[must_use]
    pub fn highest_prerelease(&self, kind: PrereleaseKind) -> Option<&TaggedRelease> {
        let final_version = self.highest().map(|release| release.tag.version());
        self.releases
            .iter()
            .filter(|release| kind.number(release.tag.version(), release.tag.version()).is_some())
            .filter(|release| final_version.is_none_or(|version| release.tag.version() > version))
            .max_by_key(|release| release.tag.version())
    }

    /// The last pre-release of `kind` before the final version that `version` leads to.
    #[must_use]
    pub fn last_prerelease(&self, kind: PrereleaseKind, version: &TagVersion) -> Option<&TaggedRelease> {
        self.releases
            .iter()
            .filter_map(|release| Some((kind.number(release.tag.version(), version)?, release)))
            .max_by_key(|(number, _)| *number)
            .map(|(_, release)| release)
    }

    /// The last pre-release of `kind` before `version`, which is one itself.
    #[must_use]
    pub fn last_prerelease_before(
        &self,
        kind: PrereleaseKind,
        version: &TagVersion,
    ) -> Option<&TaggedRelease> {
        let number = |release: &TaggedRelease| kind.number(release.tag.version(), version);
        let earlier = self.releases.iter().filter(|release| release.tag.version() < version);
        earlier.filter(|release| number(release).is_some()).max_by_key(|release| number(release))
    }

    /// The release that a commit already carries, as far as it would make another one of this kind needless:
    /// a final one always does, a pre-release when one of its kind is asked for.
    #[must_use]
    pub fn at(&self, commit: &CommitSha, prerelease: Option<PrereleaseKind>) -> Option<&TaggedRelease> {
        self.releases
            .iter()
            .filter(|release| release.commit == *commit)
            .filter(|release| {
                let version = release.tag.version();
                !release.tag.is_prerelease()
                    || prerelease.is_some_and(|kind| kind.number(version, version).is_some())
            })
            .max_by_key(|release| release.tag.version())
    }

    /// The release of exactly this version.
    #[must_use]
    pub fn of(&self, version: &TagVersion) -> Option<&TaggedRelease> {
        self.releases.iter().find(|release| release.tag.version() == version)
    }

    /// The number that the next pre-release of `kind` before `version` gets; the first is 1.
    #[must_use]
    pub fn next_prerelease(&self, kind: PrereleaseKind, version: &TagVersion) -> u64 {
        let last = self.last_prerelease(kind, version);
        last.and_then(|last| kind.number(last.tag.version(), version)).unwrap_or(0) + 1
    }

    /// The floating tags of `release`'s line that hold an earlier release than the line's highest final one, or
    /// that are not there: name, what the ref holds now, and where it belongs. Forward only: what somebody has set
    /// to another commit by hand is left [aside](Self::floating_aside).
    #[must_use]
    pub fn floating_behind(
        &self,
        release: &TaggedRelease,
        depth: FloatingTag,
    ) -> Vec<(TagName, Option<CommitSha>, CommitSha)> {
        let behind =
            self.floating_elsewhere(release, depth).filter(|(_, now, behind, _)| now.is_none() || *behind);
        behind
            .map(|(name, now, _, newest)| (name, now.map(|tag| tag.object.clone()), newest.commit.clone()))
            .collect()
    }

    /// The floating tags of `release`'s line that are at a commit which is no release of the line: name, commit,
    /// and the release that they would belong to.
    #[must_use]
    pub fn floating_aside(
        &self,
        release: &TaggedRelease,
        depth: FloatingTag,
    ) -> Vec<(TagName, CommitSha, &ReleaseTag)> {
        self.floating_elsewhere(release, depth)
            .filter(|(.., behind, _)| !behind)
            .filter_map(|(name, now, _, newest)| Some((name, now?.commit.clone(), &newest.tag)))
            .collect()
    }

    /// The floating tags of `release`'s line that are not at the line's highest final release: name, the tag if it
    /// is there, whether it is at an earlier release of the line, and the highest.
    fn floating_elsewhere(
        &self,
        release: &TaggedRelease,
        depth: FloatingTag,
    ) -> impl Iterator<Item = (TagName, Option<&Tag>, bool, &TaggedRelease)> {
        let names = if release.tag.is_prerelease() { Vec::new() } else { release.tag.floating(depth) };
        names.into_iter().filter_map(move |name| {
            let of_line = |one: &&TaggedRelease| one.tag.floating(depth).contains(&name);
            let newest = self.finals().filter(of_line).max_by_key(|one| one.tag.version())?;
            let now = self.others.iter().find(|tag| tag.name == name.as_str());
            if now.is_some_and(|tag| tag.commit == newest.commit) {
                return None;
            }
            let behind = now.is_some_and(|tag| {
                let there = self.releases.iter().filter(|one| one.commit == tag.commit);
                there.filter(of_line).any(|one| one.tag.version() < newest.tag.version())
            });
            Some((name, now, behind, newest))
        })
    }

    fn finals(&self) -> impl Iterator<Item = &TaggedRelease> {
        self.releases.iter().filter(|release| !release.tag.is_prerelease())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sha(digit: char) -> CommitSha {
        digit.to_string().repeat(40).parse().unwrap()
    }

    fn tags(pairs: &[(&str, char)]) -> Tags {
        let tag =
            |(name, at): &(&str, char)| Tag { name: (*name).to_owned(), object: sha(*at), commit: sha(*at) };
        Tags::read(&"v".parse().unwrap(), pairs.iter().map(tag).collect())
    }

    #[test]
    fn versions_are_ordered_as_versions_and_not_as_text() {
        assert_eq!(
            tags(&[("v1.9.0", 'a'), ("v1.10.0", 'b'), ("v1.2.0", 'c')]).highest().unwrap().commit,
            sha('b')
        );
    }

    #[test]
    fn prereleases_and_foreign_tags_never_raise_the_base() {
        let tags = tags(&[
            ("v1.0.0", 'a'),
            ("v2.0.0-rc.1", 'b'),
            ("v9", 'c'),
            ("v9.9", 'c'),
            ("v9.9.9.9", 'd'),
            ("vanilla", 'e'),
        ]);
        assert_eq!(tags.highest().unwrap().commit, sha('a'));
        assert_eq!(tags.foreign(), 2);
    }

    #[test]
    fn a_commit_carries_what_makes_another_tag_needless() {
        let tags = tags(&[("v1.0.0-rc.2", 'a'), ("v1.1.0", 'b')]);
        let rc = Some(PrereleaseKind::ReleaseCandidate);
        assert!(
            tags.at(&sha('a'), None).is_none(),
            "a final release may follow a candidate at the same commit"
        );
        assert!(tags.at(&sha('a'), rc).is_some());
        assert!(tags.at(&sha('a'), Some(PrereleaseKind::Beta)).is_none());
        assert!(tags.at(&sha('b'), rc).is_some());
        assert!(tags.at(&sha('c'), None).is_none());
    }

    #[test]
    fn prereleases_are_counted_per_version_and_kind() {
        let tags =
            tags(&[("v1.1.0-rc.9", 'a'), ("v1.1.0-rc.10", 'a'), ("v1.1.0-b.40", 'a'), ("v1.2.0-rc.30", 'a')]);
        let of = TagVersion::new(1, 1, 0);
        assert_eq!(tags.next_prerelease(PrereleaseKind::ReleaseCandidate, &of), 11);
        assert_eq!(tags.next_prerelease(PrereleaseKind::Alpha, &of), 1);
    }

    #[test]
    fn floating_tags_follow_the_highest_release_of_their_line() {
        let tags = tags(&[
            ("v1.4.0", 'a'),
            ("v1.4.1", 'b'),
            ("v1.5.0", 'c'),
            ("v1", 'a'),
            ("v1.4", 'b'),
            ("v2.0.0", 'd'),
        ]);
        let release = tags.of(&TagVersion::new(1, 4, 1)).unwrap();
        assert_eq!(
            tags.floating_behind(release, FloatingTag::MajorMinor),
            [("v1".parse().unwrap(), Some(sha('a')), sha('c'))],
            "v1 goes to v1.5.0 and never back; v1.4 stands where it belongs"
        );
    }

    #[test]
    fn a_floating_tag_that_was_set_by_hand_is_left_aside() {
        let tags = tags(&[
            ("v1.4.0", 'a'),
            ("v1.4.1-rc.1", 'b'),
            ("v1.5.0", 'c'),
            ("v2.0.0", 'd'),
            ("v1", 'e'),
            ("v1.5", 'd'),
        ]);
        let release = tags.of(&TagVersion::new(1, 5, 0)).unwrap();
        assert!(tags.floating_behind(release, FloatingTag::MajorMinor).is_empty());
        let aside = tags.floating_aside(release, FloatingTag::MajorMinor);
        let aside: Vec<_> = aside.iter().map(|(name, at, _)| (name.as_str(), at)).collect();
        assert_eq!(aside, [("v1", &sha('e')), ("v1.5", &sha('d'))], "neither is a release of its line");
    }

    #[test]
    fn a_floating_tag_at_a_candidate_of_its_line_is_moved_on() {
        let tags = tags(&[("v1.4.0-rc.1", 'a'), ("v1.4.0", 'b'), ("v1", 'a')]);
        let release = tags.of(&TagVersion::new(1, 4, 0)).unwrap();
        let behind = tags.floating_behind(release, FloatingTag::Major);
        assert_eq!(behind, [("v1".parse().unwrap(), Some(sha('a')), sha('b'))]);
        assert!(tags.floating_aside(release, FloatingTag::Major).is_empty());
    }

    #[test]
    fn a_prerelease_moves_no_floating_tag() {
        let tags = tags(&[("v1.4.0-rc.1", 'a')]);
        let release = tags.of(&"1.4.0-rc.1".parse().unwrap()).unwrap();
        assert!(tags.floating_behind(release, FloatingTag::MajorMinor).is_empty());
    }
}
