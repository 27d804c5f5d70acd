//! What follows a tag, and what keeps it from following.

use crate::facts::Facts;
use crate::settings::{Settings, TokenKind};

/// A tag that nothing follows is the chain's quietest failure, so it is told beforehand.
pub(super) fn nothing_follows(facts: &Facts, settings: &Settings) -> Option<String> {
    if settings.dispatch.is_some() {
        return None;
    }
    let way_out = "set `dispatch` to the workflow that shall run";
    if settings.token == TokenKind::Job {
        return Some(format!(
            "a tag made with the job's own token starts no workflow: {way_out}, or use a personal access token or an app"
        ));
    }
    let message = &facts.head_commit()?.message;
    let (marker, keeps) = if ends_in_skip_checks(message) {
        ("skip-checks: true", "on GitHub keeps")
    } else {
        (skips_ci(message)?, "keeps")
    };
    Some(format!(
        "the commit's message holds `{marker}`, which {keeps} its tag from starting a workflow: {way_out}"
    ))
}

/// What keeps a push, of a tag too, from starting workflows.
/// <https://docs.github.com/en/actions/how-tos/manage-workflow-runs/skip-workflow-runs>
const SKIP_CI: [&str; 5] = ["[skip ci]", "[ci skip]", "[no ci]", "[skip actions]", "[actions skip]"];

fn skips_ci(message: &str) -> Option<&'static str> {
    let message = message.to_lowercase();
    SKIP_CI.into_iter().find(|marker| message.contains(marker))
}

/// Whether the message ends in the trailer that GitHub heeds, with or without the blank.
fn ends_in_skip_checks(message: &str) -> bool {
    let message = message.to_lowercase();
    let last = message.trim_end().lines().next_back().and_then(|line| line.split_once(':'));
    last.is_some_and(|(key, value)| key == "skip-checks" && value.trim() == "true")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{commit, facts, settings};

    fn told(message: &str) -> Option<String> {
        nothing_follows(&facts(vec![commit('a', "0", message)]), &settings())
    }

    #[test]
    fn what_keeps_a_push_from_starting_workflows_is_told() {
        for message in ["fix [skip ci]", "fix\n\nbody [CI Skip]", "fix [no ci]", "a [skip actions]"] {
            assert!(told(message).is_some_and(|told| told.contains("which keeps")), "{message}");
        }
        let trailers =
            ["fix\n\n\nskip-checks: true", "fix\n\n\nskip-checks:true\n", "a\n\nSkip-Checks: true"];
        for message in trailers {
            let warning = told(message).unwrap();
            assert!(warning.contains("`skip-checks: true`, which on GitHub keeps"), "{message}: {warning}");
        }
    }

    #[test]
    fn other_messages_raise_no_warning() {
        for message in
            ["fix", "skip ci", "a\n\nskip-checks: false", "skip-checks: true\n\nis read at the end only"]
        {
            assert_eq!(told(message), None, "{message}");
        }
    }
}
