//! What the trailers of a release tag tell.

use domain::Bump;

const PULL: &str = "Release-PR";
const BUMP: &str = "Release-Bump";
const RUN: &str = "Release-Run";

/// The word in the place of a bump when there was no release before.
const INITIAL: &str = "initial";

/// The trailers that auto-tag writes into a tag's message (<https://git-scm.com/docs/git-interpret-trailers>).
///
/// Whoever may push tags may write any: these are claims. The commit that they name is not read, since the tag itself
/// tells it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trailers {
    /// The pull requests of the release, in the tag's order.
    pub pulls: Vec<u64>,
    /// How far the version moved.
    pub step: Option<ReleaseStep>,
    /// The page of the run that made the tag.
    pub run: Option<String>,
}

/// How a release stands to the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReleaseStep {
    /// There was none.
    First,
    /// Its version moved by this.
    Bump(Bump),
}

impl Trailers {
    /// Reads the last paragraph of a tag's message; `None` when it has no trailer of ours.
    #[must_use]
    pub fn read(message: &str) -> Option<Self> {
        let message = message.replace("\r\n", "\n");
        let last = message.trim_end().rsplit("\n\n").next().unwrap_or_default();
        let mut trailers = Self::default();
        for (key, value) in last.lines().filter_map(|line| line.split_once(": ")) {
            let value = value.trim();
            match key {
                PULL => trailers.pull(value),
                BUMP => trailers.step = step(value),
                RUN => trailers.run = Some(value.to_owned()),
                _ => {}
            }
        }
        (trailers != Self::default()).then_some(trailers)
    }

    fn pull(&mut self, value: &str) {
        let number = value.strip_prefix('#').unwrap_or(value).parse::<u64>();
        self.pulls.extend(number.ok().filter(|number| !self.pulls.contains(number)));
    }
}

fn step(value: &str) -> Option<ReleaseStep> {
    let bumps = [Bump::Patch, Bump::Minor, Bump::Major];
    let bump = bumps.into_iter().find(|bump| bump.as_str() == value).map(ReleaseStep::Bump);
    bump.or_else(|| (value == INITIAL).then_some(ReleaseStep::First))
}

#[cfg(test)]
mod tests {
    use auto_tag::message::{MessageTemplate, Told};
    use domain::TagVersion;

    use super::*;

    #[test]
    fn what_auto_tag_writes_is_read_back() {
        let commit = "a".repeat(40).parse().unwrap();
        for (bump, step) in [(Some(Bump::Minor), ReleaseStep::Bump(Bump::Minor)), (None, ReleaseStep::First)]
        {
            let told = Told {
                tag: "runtime-v1.4.0",
                version: &TagVersion::new(1, 4, 0),
                previous_tag: None,
                bump,
                commit: &commit,
                pulls: &[12, 7],
                run: Some("https://forge.example/acme/app/actions/runs/9"),
            };
            let trailers = Trailers::read(&MessageTemplate::new("{tag}").unwrap().message(&told)).unwrap();
            assert_eq!((&trailers.pulls[..], trailers.step), (&[12, 7][..], Some(step)));
            assert_eq!(trailers.run.as_deref(), told.run);
        }
    }

    #[test]
    fn a_tag_of_another_hand_tells_nothing() {
        for message in ["", "Release 1.0\n", "One\n\nRelease-PR: many\n", "Release-PR: #1\n\nand more"] {
            assert_eq!(Trailers::read(message), None, "{message:?}");
        }
    }

    #[test]
    fn a_pull_request_is_told_once_and_line_breaks_of_windows_are_line_breaks() {
        let trailers = Trailers::read("One\r\n\r\nRelease-PR: #7\r\nRelease-PR: #7\r\n").unwrap();
        assert_eq!(trailers.pulls, [7]);
    }
}
