//! What is left to do for a release: values in, a step out.

use domain::Sha256;

use super::error::AssetDifference;
use super::request::{ReleaseState, Wanted};

/// A release as the forge tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) id: u64,
    pub(crate) tag: String,
    pub(crate) url: String,
    pub(crate) draft: bool,
    /// Whether its files can neither be added to nor taken away.
    pub(crate) immutable: bool,
    /// Where files are sent to.
    pub(crate) upload_url: String,
    pub(crate) assets: Vec<HeldAsset>,
}

/// A file of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HeldAsset {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) size: u64,
    /// Whether its upload came to an end.
    pub(crate) whole: bool,
    /// Its digest, once it is known.
    pub(crate) sha256: Option<Sha256>,
    /// Where its bytes are.
    pub(crate) place: String,
}

/// What is to be done next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Make the release, as a draft: a half release must not look like a whole one, and what is published may be
    /// immutable.
    Create,
    /// Take the file of this id away: its upload broke off, or it is there twice.
    Remove(u64),
    /// Attach the file of this index.
    Attach(usize),
    /// Show the draft to everybody.
    Publish,
    /// Nothing.
    Done,
}

/// Why there is no next step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Dead {
    OtherBytes(Vec<AssetDifference>),
    /// It lacks these files for ever.
    Immutable(Vec<String>),
}

/// The next step. Before any other comes whether the files that are there are the ones to attach.
pub(crate) fn next(wanted: &[Wanted<'_>], state: ReleaseState, held: Option<&Held>) -> Result<Step, Dead> {
    let Some(held) = held else { return Ok(Step::Create) };
    let others: Vec<_> = wanted.iter().flat_map(|wanted| held.differing(wanted)).collect();
    if !others.is_empty() {
        return Err(Dead::OtherBytes(others));
    }
    let missing: Vec<usize> =
        (0..wanted.len()).filter(|at| held.whole(&wanted[*at]).next().is_none()).collect();
    if held.immutable && !missing.is_empty() {
        let names = missing.iter().map(|at| wanted[*at].asset.name.clone());
        return Err(Dead::Immutable(names.collect()));
    }
    let surplus = wanted.iter().find_map(|wanted| held.surplus(wanted));
    if let Some(surplus) = surplus.filter(|_| !held.immutable) {
        return Ok(Step::Remove(surplus));
    }
    Ok(match missing.first() {
        Some(at) => Step::Attach(*at),
        None if held.draft && state == ReleaseState::Published => Step::Publish,
        None => Step::Done,
    })
}

impl Held {
    fn named<'a>(&'a self, wanted: &'a Wanted<'_>) -> impl Iterator<Item = &'a HeldAsset> {
        self.assets.iter().filter(|held| held.name == wanted.asset.name)
    }

    /// The file, once or more often.
    pub(crate) fn whole<'a>(&'a self, wanted: &'a Wanted<'_>) -> impl Iterator<Item = &'a HeldAsset> {
        self.named(wanted).filter(|held| held.whole)
    }

    fn differing(&self, wanted: &Wanted<'_>) -> Vec<AssetDifference> {
        let size = wanted.asset.bytes.len() as u64;
        let differs = |held: &&HeldAsset| {
            held.size != size || held.sha256.is_some_and(|sha256| sha256 != wanted.sha256)
        };
        let difference = |held: &HeldAsset| AssetDifference {
            name: held.name.clone(),
            ours: (size, wanted.sha256),
            theirs: (held.size, held.sha256),
        };
        self.whole(wanted).filter(differs).map(difference).collect()
    }

    /// A file that is there without its bytes, or with the same bytes once more.
    fn surplus(&self, wanted: &Wanted<'_>) -> Option<u64> {
        let broken = self.named(wanted).find(|held| !held.whole);
        let copies = self.whole(wanted).filter(|held| held.sha256.is_some());
        broken.or_else(|| copies.skip(1).last()).map(|held| held.id)
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::releases::request::{Asset, sha256};

    const WHEEL: &[u8] = b"wheel";

    fn asset(name: &str) -> Asset {
        Asset { name: name.to_owned(), content_type: "application/zip", bytes: Bytes::from_static(WHEEL) }
    }

    fn there(id: u64, name: &str, sha256: Option<Sha256>) -> HeldAsset {
        let size = WHEEL.len() as u64;
        HeldAsset { id, name: name.to_owned(), size, whole: true, sha256, place: String::new() }
    }

    fn release(draft: bool, assets: Vec<HeldAsset>) -> Held {
        let (tag, url, upload_url) = ("v1".to_owned(), "https://f/r".to_owned(), String::new());
        Held { id: 1, tag, url, draft, immutable: false, upload_url, assets }
    }

    fn next_of(held: Option<&Held>) -> Result<Step, Dead> {
        let assets = [asset("a.whl"), asset("a.tar.gz")];
        let wanted: Vec<_> = assets.iter().map(Wanted::of).collect();
        next(&wanted, ReleaseState::Published, held)
    }

    #[test]
    fn a_release_is_made_filled_and_then_published() {
        let ours = Some(sha256(WHEEL));
        assert_eq!(next_of(None), Ok(Step::Create));
        assert_eq!(next_of(Some(&release(true, vec![]))), Ok(Step::Attach(0)));
        assert_eq!(next_of(Some(&release(true, vec![there(1, "a.whl", ours)]))), Ok(Step::Attach(1)));
        let both = || vec![there(1, "a.whl", ours), there(2, "a.tar.gz", ours)];
        assert_eq!(next_of(Some(&release(true, both()))), Ok(Step::Publish));
        assert_eq!(next_of(Some(&release(false, both()))), Ok(Step::Done));
    }

    #[test]
    fn a_draft_that_is_asked_for_stays_one_and_a_published_release_is_never_withdrawn() {
        for draft in [true, false] {
            assert_eq!(next(&[], ReleaseState::Draft, Some(&release(draft, vec![]))), Ok(Step::Done));
        }
    }

    #[test]
    fn other_bytes_stop_everything_before_anything_is_attached() {
        let others = Some(sha256(b"other"));
        let held = release(true, vec![there(1, "a.tar.gz", others)]);
        let difference =
            AssetDifference { name: "a.tar.gz".into(), ours: (5, sha256(WHEEL)), theirs: (5, others) };
        assert_eq!(next_of(Some(&held)), Err(Dead::OtherBytes(vec![difference])));
        let longer = HeldAsset { size: 6, ..there(1, "a.tar.gz", None) };
        assert!(matches!(next_of(Some(&release(true, vec![longer]))), Err(Dead::OtherBytes(_))));
    }

    #[test]
    fn what_an_upload_left_behind_is_taken_away_before_it_is_sent_anew() {
        let broken = HeldAsset { whole: false, size: 0, ..there(7, "a.whl", None) };
        assert_eq!(next_of(Some(&release(true, vec![broken]))), Ok(Step::Remove(7)));
    }

    #[test]
    fn the_later_one_of_two_equal_files_is_taken_away_and_unread_ones_are_left() {
        let ours = Some(sha256(WHEEL));
        let twice = |sha256| vec![there(1, "a.whl", sha256), there(2, "a.whl", sha256)];
        assert_eq!(next_of(Some(&release(true, twice(ours)))), Ok(Step::Remove(2)));
        assert_eq!(next_of(Some(&release(true, twice(None)))), Ok(Step::Attach(1)));
    }

    #[test]
    fn files_of_others_are_nobodys_business() {
        let held = release(true, vec![there(1, "notes.txt", Some(sha256(b"other")))]);
        assert_eq!(next_of(Some(&held)), Ok(Step::Attach(0)));
    }

    #[test]
    fn an_immutable_release_that_lacks_a_file_lacks_it_for_ever() {
        let held = Held { immutable: true, ..release(false, vec![there(1, "a.whl", Some(sha256(WHEEL)))]) };
        assert_eq!(next_of(Some(&held)), Err(Dead::Immutable(vec!["a.tar.gz".into()])));
    }
}
