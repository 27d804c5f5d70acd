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
    let marker = skips_ci(&facts.head_commit()?.message)?;
    Some(format!(
        "the commit's message holds `{marker}`, which keeps its tag from starting a workflow: {way_out}"
    ))
}

/// What keeps a push, of a tag too, from starting workflows.
/// <https://docs.github.com/en/actions/how-tos/manage-workflow-runs/skip-workflow-runs>
const SKIP_CI: [&str; 5] = ["[skip ci]", "[ci skip]", "[no ci]", "[skip actions]", "[actions skip]"];

/// The trailer that GitHub heeds at the end of a message, with or without the blank.
const SKIP_CHECKS: &str = "skip-checks: true";

fn skips_ci(message: &str) -> Option<&'static str> {
    let message = message.to_lowercase();
    let trailer = message.trim_end().lines().next_back().and_then(|line| line.split_once(':'));
    if trailer.is_some_and(|(key, value)| key == "skip-checks" && value.trim() == "true") {
        return Some(SKIP_CHECKS);
    }
    SKIP_CI.into_iter().find(|marker| message.contains(marker))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_keeps_a_push_from_starting_workflows_is_found() {
        for message in ["fix [skip ci]", "fix\n\nbody [CI Skip]", "fix [no ci]", "a [skip actions]"] {
            assert!(skips_ci(message).is_some(), "{message}");
        }
        for message in ["fix\n\n\nskip-checks: true", "fix\n\n\nskip-checks:true\n", "a\n\nSkip-Checks: true"]
        {
            assert_eq!(skips_ci(message), Some(SKIP_CHECKS), "{message}");
        }
        for message in
            ["fix", "skip ci", "a\n\nskip-checks: false", "skip-checks: true\n\nis read at the end only"]
        {
            assert_eq!(skips_ci(message), None, "{message}");
        }
    }
}
