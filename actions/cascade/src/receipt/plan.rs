//! What is to be made of an image: values in, a value out.

use std::time::Duration;

use domain::PackageVersion;
use registry::{Digest, Reference};

use super::{Receipt, Standing, VERSION_LABEL};
use crate::outcome::State;
use crate::plan::pause;
use crate::trouble::Trouble;

/// What a look at the registry came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Look {
    /// The tag stands for this image, whose label says what is inside.
    Image {
        /// What the tag stands for.
        digest: Digest,
        /// The label, where there is one.
        label: Option<String>,
    },
    /// There is no such image.
    Nothing(Trouble),
    /// The registry does not tell.
    Lost {
        /// Why.
        trouble: Trouble,
        /// After how long it may tell all the same; none where it will not.
        again: Option<Duration>,
    },
}

/// What decides.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// The image.
    pub image: &'a Reference,
    /// The version that was released.
    pub version: &'a PackageVersion,
    /// Whether going back to it was meant: then an image with a later one is not there yet.
    pub rollback: bool,
    /// How long the image may lag.
    pub patience: Duration,
}

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Let time pass, and look again.
    Wait(Duration),
    /// Nothing.
    Done(Receipt),
}

/// Whether there can be an image with the release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// A run that was followed to its end has pushed it.
    Now,
    /// What pushes it was not followed: it comes when that has ended.
    Sometime,
    /// No; why.
    Never(String),
}

/// Whether a target that came so far has an image with the release.
#[must_use]
pub fn due(state: &State) -> Due {
    match state {
        State::Told("concluded") => Due::Now,
        State::Told("merged" | "pinned") => Due::Sometime,
        State::Told("opened") => Due::Never("its pull request is not merged".to_owned()),
        State::Told(word) => Due::Never(format!("it is `{word}`, and its run was not seen to end")),
        State::Ready | State::Planned(_) => Due::Never("nothing was told".to_owned()),
        State::Skipped(word, what) => Due::Never(format!("`{word}`: {what}")),
        State::Failed(trouble) => Due::Never(format!("`{}`: nothing good came of it", trouble.reason)),
    }
}

/// What to do about an image after a look at it; `waited` is for how long it has been looked at.
#[must_use]
pub fn plan(look: Look, waited: Duration, rules: &Rules<'_>) -> Next {
    let (fault, again, digest, runtime) = match look {
        Look::Nothing(trouble) => (trouble, Some(Duration::ZERO), None, None),
        Look::Lost { trouble, again } => (trouble, again, None, None),
        Look::Image { digest, label } => {
            let held = label.as_deref().and_then(|label| label.trim().parse::<PackageVersion>().ok());
            match held {
                Some(held) if held == *rules.version => {
                    return done(Standing::Proven, rules, Some(digest), label);
                }
                Some(held) if held > *rules.version && !rules.rollback => {
                    return done(Standing::Later(held), rules, Some(digest), label);
                }
                Some(held) => (other_runtime(&held, rules), Some(Duration::ZERO), Some(digest), label),
                None => (no_runtime(label.as_deref(), rules), Some(Duration::ZERO), Some(digest), label),
            }
        }
    };
    let left = rules.patience.checked_sub(waited).filter(|left| !left.is_zero());
    match (left, again) {
        // a limit that lasts longer is not over at the end
        (Some(left), Some(again)) if again < left => Next::Wait(pause(waited).max(again).min(left)),
        _ => {
            let lagged = || format!("{}; it was looked at for {} s", fault.what, waited.as_secs());
            let what = if again.is_some() { lagged() } else { fault.what.clone() };
            let fault = Trouble { what, ..fault };
            done(Standing::Failed(fault), rules, digest, runtime)
        }
    }
}

fn done(standing: Standing, rules: &Rules<'_>, digest: Option<Digest>, runtime: Option<String>) -> Next {
    Next::Done(Receipt { standing, image: Some(rules.image.clone()), digest, runtime })
}

fn other_runtime(held: &PackageVersion, rules: &Rules<'_>) -> Trouble {
    let Rules { image, version, .. } = rules;
    let what = format!("its image `{image}` still holds the runtime {held}, and not {version}");
    let mending = "see in its run that the image was built with `runtime_version` and pushed under this tag, then start that run again";
    Trouble::new("old-runtime", what).mended_by(mending)
}

fn no_runtime(label: Option<&str>, rules: &Rules<'_>) -> Trouble {
    let image = rules.image;
    let what = match label {
        Some(label) => {
            format!("its image `{image}` has `{label}` as label `{VERSION_LABEL}`, which is no version")
        }
        None => format!("its image `{image}` does not say what is inside: it has no label `{VERSION_LABEL}`"),
    };
    let mending =
        "build it by publish-template-image.yml, or label it with the version of the runtime inside";
    Trouble::new("no-label", what).mended_by(mending)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_mins(1);

    fn next(look: Look, waited: u64, rollback: bool) -> Next {
        let (image, version) = ("ghcr.io/acme/app".parse().unwrap(), "1.4.0".parse().unwrap());
        let rules = Rules { image: &image, version: &version, rollback, patience: PATIENCE };
        plan(look, Duration::from_secs(waited), &rules)
    }

    fn holding(label: Option<&str>) -> Look {
        Look::Image { digest: Digest::of(b"x"), label: label.map(str::to_owned) }
    }

    fn lost(again: Option<u64>) -> Look {
        Look::Lost { trouble: Trouble::new("registry", "no answer"), again: again.map(Duration::from_secs) }
    }

    #[track_caller]
    fn receipt(next: Next) -> Receipt {
        match next {
            Next::Done(receipt) => receipt,
            Next::Wait(pause) => panic!("it waits {pause:?}"),
        }
    }

    #[track_caller]
    fn fault(next: Next) -> Trouble {
        match receipt(next).standing {
            Standing::Failed(trouble) => trouble,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_image_with_the_release_is_proven_however_its_version_is_written() {
        for label in ["1.4.0", "1.4", " v1.4.0 "] {
            let receipt = receipt(next(holding(Some(label)), 0, false));
            assert_eq!((receipt.word(), receipt.digest), ("proven", Some(Digest::of(b"x"))), "{label}");
        }
    }

    #[test]
    fn an_image_with_an_older_runtime_is_waited_for_and_then_a_fault_that_names_both() {
        assert!(
            matches!(next(holding(Some("1.3.0")), 59, false), Next::Wait(pause) if pause <= Duration::from_secs(1))
        );
        let ended = receipt(next(holding(Some("1.3.0")), 60, false));
        assert_eq!(ended.runtime.as_deref(), Some("1.3.0"));
        let fault = fault(Next::Done(ended));
        assert_eq!(fault.reason, "old-runtime");
        assert!(fault.what.contains("1.3.0") && fault.what.contains("1.4.0"), "{fault}");
    }

    #[test]
    fn an_image_with_a_later_runtime_is_no_fault_unless_going_back_was_meant() {
        assert_eq!(receipt(next(holding(Some("1.5.0")), 0, false)).word(), "later");
        assert!(matches!(next(holding(Some("1.5.0")), 0, true), Next::Wait(_)));
        assert_eq!(fault(next(holding(Some("1.5.0")), 60, true)).reason, "old-runtime");
    }

    #[test]
    fn an_image_that_does_not_say_what_is_inside_is_a_fault() {
        for label in [None, Some("latest"), Some("")] {
            assert!(matches!(next(holding(label), 0, false), Next::Wait(_)), "{label:?}");
            assert_eq!(fault(next(holding(label), 60, false)).reason, "no-label", "{label:?}");
        }
    }

    #[test]
    fn what_passes_is_waited_for_and_what_does_not_is_told_at_once() {
        assert!(matches!(next(lost(Some(0)), 0, false), Next::Wait(_)));
        assert_eq!(next(lost(Some(30)), 0, false), Next::Wait(Duration::from_secs(30)));
        assert!(!fault(next(lost(None), 0, false)).what.contains("looked at"));
        // the limit outlasts the patience
        assert_eq!(fault(next(lost(Some(60)), 0, false)).reason, "registry");
    }

    #[test]
    fn only_what_was_told_and_followed_has_an_image() {
        let failed = State::Failed(Trouble::new("run-failed", "x"));
        let superseded = State::Skipped("superseded", "it was told 1.5.0".to_owned());
        assert_eq!(due(&State::Told("concluded")), Due::Now);
        for word in ["merged", "pinned"] {
            assert_eq!(due(&State::Told(word)), Due::Sometime);
        }
        for state in [State::Told("opened"), State::Told("started"), State::Ready, failed, superseded] {
            assert!(matches!(due(&state), Due::Never(_)), "{state:?}");
        }
    }
}
