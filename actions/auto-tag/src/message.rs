//! The message of the tag: a line for people, then trailers for machines.

use std::fmt::Write as _;

use domain::{Bump, CommitSha, TagVersion};

/// The first line of a tag's message, with places to fill in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageTemplate(String);

/// A place that the template cannot fill.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{{{0}}}` is no place to fill in: use `{{tag}}`, `{{version}}`, `{{previous-tag}}`, `{{bump}}` or `{{commit}}`"
)]
pub struct UnknownPlace(String);

const PLACES: [&str; 5] = ["tag", "version", "previous-tag", "bump", "commit"];

/// What a tag tells about its release.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// The tag's name.
    pub tag: &'a str,
    /// Its version.
    pub version: &'a TagVersion,
    /// The release before it.
    pub previous_tag: Option<&'a str>,
    /// How far the version moves; `None` for a first release.
    pub bump: Option<Bump>,
    /// The commit.
    pub commit: &'a CommitSha,
    /// The pull requests.
    pub pulls: &'a [u64],
    /// The page of the run that makes the tag.
    pub run: Option<&'a str>,
}

impl MessageTemplate {
    /// Checks that every `{place}` is known.
    ///
    /// # Errors
    /// Names the first place that is not.
    pub fn new(text: &str) -> Result<Self, UnknownPlace> {
        let mut rest = text;
        while let Some((_, after)) = rest.split_once('{') {
            let Some((place, after)) = after.split_once('}') else { break };
            if !PLACES.contains(&place) {
                return Err(UnknownPlace(place.to_owned()));
            }
            rest = after;
        }
        Ok(Self(text.to_owned()))
    }

    /// The whole message: the filled-in line, an empty line, the trailers, as `git interpret-trailers` reads
    /// them (<https://git-scm.com/docs/git-interpret-trailers>).
    #[must_use]
    pub fn message(&self, told: &Told<'_>) -> String {
        let line = self
            .0
            .replace("{tag}", told.tag)
            .replace("{version}", &told.version.to_string())
            .replace("{previous-tag}", told.previous_tag.unwrap_or("none"))
            .replace("{bump}", told.bump.map_or("first release", Bump::as_str))
            .replace("{commit}", told.commit.as_str());
        let mut text = format!("{}\n\n", line.trim_end());
        for number in told.pulls {
            trailer(&mut text, PULL, &format!("#{number}"));
        }
        trailer(&mut text, BUMP, told.bump.map_or("initial", Bump::as_str));
        trailer(&mut text, COMMIT, told.commit.as_str());
        if let Some(run) = told.run {
            trailer(&mut text, RUN, run);
        }
        text
    }
}

const PULL: &str = "Release-PR";
const BUMP: &str = "Release-Bump";
const COMMIT: &str = "Release-Commit";
const RUN: &str = "Release-Run";

fn trailer(text: &mut String, key: &str, value: &str) {
    writeln!(text, "{key}: {value}").expect("a String takes all that is written to it");
}

/// What the trailers of one of our tags tell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trailers {
    /// The pull requests, in the tag's order.
    pub pulls: Vec<u64>,
    /// How far the version moved; `None` for a first release and for a tag of another hand.
    pub bump: Option<Bump>,
    /// The page of the run that made the tag.
    pub run: Option<String>,
}

impl Trailers {
    /// Reads the last paragraph of a tag's message. A tag of another hand has none of ours, which is no error.
    #[must_use]
    pub fn read(message: &str) -> Self {
        let mut trailers = Self::default();
        let last = message.trim_end().rsplit("\n\n").next().unwrap_or_default();
        for (key, value) in last.lines().filter_map(|line| line.split_once(": ")) {
            match key {
                PULL => trailers.pulls.extend(value.trim_start_matches('#').parse::<u64>().ok()),
                BUMP => {
                    trailers.bump = [Bump::Patch, Bump::Minor, Bump::Major]
                        .into_iter()
                        .find(|bump| bump.as_str() == value);
                }
                RUN => trailers.run = Some(value.to_owned()),
                _ => {}
            }
        }
        trailers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_tag_tells_can_be_read_back() {
        let commit = "a".repeat(40).parse().unwrap();
        let told = Told {
            tag: "runtime-v1.4.0",
            version: &TagVersion::new(1, 4, 0),
            previous_tag: Some("runtime-v1.3.9"),
            bump: Some(Bump::Minor),
            commit: &commit,
            pulls: &[12, 7],
            run: Some("https://forge.example/acme/app/actions/runs/9"),
        };
        let message = MessageTemplate::new("{tag} after {previous-tag} ({bump})").unwrap().message(&told);
        assert_eq!(
            message,
            format!(
                "runtime-v1.4.0 after runtime-v1.3.9 (minor)\n\nRelease-PR: #12\nRelease-PR: #7\nRelease-Bump: minor\nRelease-Commit: {commit}\nRelease-Run: https://forge.example/acme/app/actions/runs/9\n"
            )
        );
        let trailers = Trailers::read(&message);
        assert_eq!((trailers.pulls, trailers.bump), (vec![12, 7], Some(Bump::Minor)));
        assert_eq!(trailers.run.as_deref(), told.run);
    }

    #[test]
    fn a_tag_of_another_hand_tells_nothing() {
        assert_eq!(Trailers::read("Release 1.0\n"), Trailers::default());
        assert_eq!(Trailers::read(""), Trailers::default());
    }

    #[test]
    fn a_place_that_cannot_be_filled_is_refused() {
        assert_eq!(MessageTemplate::new("{tag} {author}"), Err(UnknownPlace("author".into())));
        assert!(MessageTemplate::new("{tag} a { b").is_ok());
    }
}
