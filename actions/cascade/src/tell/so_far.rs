//! How far a target had come when something came between, which decides on the words: what was told must never be read
//! as not told.

use crate::plan::telling::{Answered, Facts};
use crate::trouble::Trouble;

/// How far a target had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SoFar {
    /// Nothing was sent to it.
    Untouched,
    /// Something was sent, and its answer was lost.
    Doubtful,
    /// It was told.
    Told,
}

impl SoFar {
    /// As far as these facts say.
    pub(super) fn of(facts: &Facts) -> Self {
        if facts.sent.iter().any(|sent| matches!(sent.answer, Answered::Accepted(_))) {
            Self::Told
        } else if facts.sent.is_empty() {
            Self::Untouched
        } else {
            Self::Doubtful
        }
    }

    /// What is wrong of more targets than this one, as it is said of this one.
    pub(super) fn over(self, trouble: Trouble) -> Trouble {
        match self {
            Self::Untouched => Trouble { what: format!("not tried, since {}", trouble.what), ..trouble },
            Self::Doubtful | Self::Told => self.after(trouble),
        }
    }

    /// What went wrong of this target.
    pub(super) fn after(self, trouble: Trouble) -> Trouble {
        match self {
            Self::Untouched => trouble,
            Self::Doubtful => Trouble {
                reason: "ambiguous",
                what: format!("it may have been told: {}", trouble.what),
                mending: trouble
                    .mending
                    .or_else(|| Some("run again: what is there by then is adopted".to_owned())),
            },
            Self::Told => Trouble {
                reason: "unseen",
                what: format!("it was told, and what came of it cannot be seen: {}", trouble.what),
                ..trouble
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::cascade_id::CascadeId;
    use crate::plan::telling::Sent;

    fn facts(answers: &[Answered]) -> Facts {
        let id = CascadeId::new(&"acme/core".parse().unwrap(), &"1.4.0".parse().unwrap());
        let at = Timestamp::UNIX_EPOCH;
        let mut facts = Facts::at(at);
        let sent = answers.iter().map(|answer| Sent { id: id.clone(), at, answer: answer.clone() });
        facts.sent.extend(sent);
        facts
    }

    #[test]
    fn what_is_told_of_a_target_follows_from_what_was_sent_to_it() {
        let lost = || Answered::Doubtful("no answer".to_owned());
        let taken = || Answered::Accepted(None);
        for (answers, reason, over, own) in [
            (vec![], "limit", "not tried, since it is over", "it is over"),
            (
                vec![lost()],
                "ambiguous",
                "it may have been told: it is over",
                "it may have been told: it is over",
            ),
            (
                vec![lost(), taken()],
                "unseen",
                "it was told, and what came of it cannot be seen: it is over",
                "it was told, and what came of it cannot be seen: it is over",
            ),
        ] {
            let so_far = SoFar::of(&facts(&answers));
            let trouble = || Trouble::new("limit", "it is over");
            assert_eq!((so_far.over(trouble()).reason, so_far.after(trouble()).reason), (reason, reason));
            assert_eq!((&*so_far.over(trouble()).what, &*so_far.after(trouble()).what), (over, own));
        }
    }
}
