//! What to do next with a release's files, from what the index serves and what it said so far.
//!
//! Pure, so that a first run, a lost answer and a run that resumes are one path, and the table of faults is a test.

use domain::Sha256;

/// How often a file is sent at most, the first time included.
pub(super) const SENDS: u32 = 4;
/// How often the index is read for a file that it says it has and does not serve.
pub(super) const LOOKS: u32 = 6;

/// How the index stands to one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Standing {
    /// What we have.
    pub(super) ours: Sha256,
    /// What the index serves under its name.
    pub(super) served: Option<Sha256>,
    /// What the index said when it was sent.
    pub(super) word: Word,
    /// Sends of this run whose end is not known.
    pub(super) doubts: u32,
}

/// What an index said of a file that was sent to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// Nothing, or nothing that could be understood.
    None,
    /// It took it.
    Taken,
    /// It has one of that name; it was read so often since.
    Exists {
        /// Readings of the index after it said so.
        looks: u32,
    },
}

/// The next thing to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Send the file of this place.
    Send(usize),
    /// Wait a little and read the index again.
    Look,
    /// Nothing: every file is there, or was taken.
    Done,
}

/// Why no step leads on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stuck {
    /// The index serves other bytes under the names of these files.
    OtherBytes(Vec<usize>),
    /// The index says that it has a file, and does not serve it.
    NotServed(usize),
    /// The file was sent as often as it is, and its end is not known.
    NoEnd(usize),
}

/// The next step.
///
/// Other bytes in the place of any file stop everything before anything is sent: half a release of ours beside half
/// of another would be worse than none. What the index serves outweighs what it said.
pub(super) fn next(standings: &[Standing]) -> Result<Step, Stuck> {
    let differs = |standing: &Standing| standing.served.is_some_and(|served| served != standing.ours);
    let others: Vec<_> = (0..standings.len()).filter(|at| differs(&standings[*at])).collect();
    if !others.is_empty() {
        return Err(Stuck::OtherBytes(others));
    }
    for (at, standing) in standings.iter().enumerate().filter(|(_, standing)| standing.served.is_none()) {
        match standing.word {
            Word::Taken => {}
            Word::Exists { looks } if looks < LOOKS => return Ok(Step::Look),
            Word::Exists { .. } => return Err(Stuck::NotServed(at)),
            Word::None if standing.doubts < SENDS => return Ok(Step::Send(at)),
            Word::None => return Err(Stuck::NoEnd(at)),
        }
    }
    Ok(Step::Done)
}

/// How much of a release this run uploaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Every file.
    All,
    /// Some files; the others were there already.
    Some,
    /// No file: all were there already.
    None,
}

impl Extent {
    /// `all`, `some` or `none`: the output `uploaded`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Some => "some",
            Self::None => "none",
        }
    }
}

/// How much was uploaded by the run that ends like this.
pub(super) fn extent(standings: &[Standing]) -> Extent {
    match standings.iter().filter(|standing| is_ours(standing)).count() {
        0 => Extent::None,
        some if some < standings.len() => Extent::Some,
        _ => Extent::All,
    }
}

/// Whether this run uploaded a file that is there now: the index took it, or a send of which no end was seen did.
pub(super) fn is_ours(standing: &Standing) -> bool {
    standing.word == Word::Taken || standing.doubts > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: [u8; 32] = [1; 32];

    fn standing(served: Option<u8>, word: Word, doubts: u32) -> Standing {
        Standing { ours: OURS.into(), served: served.map(|byte| [byte; 32].into()), word, doubts }
    }

    fn absent() -> Standing {
        standing(None, Word::None, 0)
    }

    fn there() -> Standing {
        standing(Some(1), Word::None, 0)
    }

    #[test]
    fn what_is_missing_is_sent_in_order_and_what_is_there_is_not() {
        assert_eq!(next(&[absent(), absent()]), Ok(Step::Send(0)));
        assert_eq!(next(&[there(), absent()]), Ok(Step::Send(1)));
        assert_eq!(next(&[absent(), there()]), Ok(Step::Send(0)));
        assert_eq!(next(&[there(), there()]), Ok(Step::Done));
    }

    #[test]
    fn other_bytes_anywhere_stop_everything_before_anything_is_sent() {
        let other = standing(Some(2), Word::None, 0);
        assert_eq!(next(&[absent(), other.clone()]), Err(Stuck::OtherBytes(vec![1])));
        assert_eq!(next(&[other.clone(), other]), Err(Stuck::OtherBytes(vec![0, 1])));
        assert_eq!(next(&[standing(Some(2), Word::Taken, 0)]), Err(Stuck::OtherBytes(vec![0])));
    }

    #[test]
    fn a_file_that_was_taken_is_not_sent_again_while_the_index_does_not_show_it_yet() {
        assert_eq!(next(&[standing(None, Word::Taken, 0), absent()]), Ok(Step::Send(1)));
        assert_eq!(next(&[standing(None, Word::Taken, 3)]), Ok(Step::Done));
    }

    #[test]
    fn a_send_without_an_answer_is_repeated_only_while_the_file_is_missing_and_only_so_often() {
        assert_eq!(next(&[standing(None, Word::None, SENDS - 1)]), Ok(Step::Send(0)));
        assert_eq!(next(&[standing(None, Word::None, SENDS)]), Err(Stuck::NoEnd(0)));
        assert_eq!(next(&[standing(Some(1), Word::None, SENDS)]), Ok(Step::Done));
    }

    #[test]
    fn a_file_that_is_said_to_exist_is_looked_for_and_never_sent() {
        assert_eq!(next(&[standing(None, Word::Exists { looks: 0 }, 1)]), Ok(Step::Look));
        assert_eq!(next(&[standing(None, Word::Exists { looks: LOOKS }, 0)]), Err(Stuck::NotServed(0)));
        assert_eq!(next(&[standing(Some(1), Word::Exists { looks: LOOKS }, 0)]), Ok(Step::Done));
        assert_eq!(next(&[standing(Some(2), Word::Exists { looks: 1 }, 0)]), Err(Stuck::OtherBytes(vec![0])));
    }

    #[test]
    fn every_chain_of_answers_ends() {
        // whatever the index says, and however long it shows nothing, the steps run out
        for answers in 0..3_u32.pow(7) {
            let mut file = absent();
            let mut said = answers;
            let steps = (0..100).take_while(|_| {
                match next(std::slice::from_ref(&file)) {
                    Ok(Step::Send(_)) => match said % 3 {
                        0 => file.word = Word::Taken,
                        1 => file.word = Word::Exists { looks: 0 },
                        _ => file.doubts += 1,
                    },
                    Ok(Step::Look) => {
                        let Word::Exists { looks } = file.word else { panic!("{file:?}") };
                        file.word = Word::Exists { looks: looks + 1 };
                    }
                    Ok(Step::Done) | Err(_) => return false,
                }
                said /= 3;
                true
            });
            assert!(steps.count() <= (SENDS + LOOKS) as usize, "{answers}");
        }
    }

    #[test]
    fn the_extent_counts_what_this_run_brought_there() {
        let taken = standing(Some(1), Word::Taken, 0);
        let doubted = standing(Some(1), Word::Exists { looks: 1 }, 1);
        let found = standing(Some(1), Word::Exists { looks: 1 }, 0);
        for (standings, expected) in [
            ([taken.clone(), doubted.clone()], Extent::All),
            ([there(), doubted], Extent::Some),
            ([taken, found.clone()], Extent::Some),
            ([there(), found], Extent::None),
        ] {
            assert_eq!(extent(&standings), expected);
        }
    }
}
