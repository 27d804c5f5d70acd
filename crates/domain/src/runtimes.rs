//! The runtimes that the platform knows, and the place that one has in names.

use serde::Deserialize;

/// The one list: the contract of templates, the targets of cascade and the images of refresh-images are made from it.
const LIST: &str = include_str!("../../../data/runtimes.toml");

/// What stands for a runtime in the name of its template or of its image: `workspace-template-{runtime}`.
pub const RUNTIME_PLACE: &str = "{runtime}";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    runtimes: Vec<String>,
}

/// The runtimes that this build knows, in the order of `data/runtimes.toml`.
#[must_use]
pub fn known_runtimes() -> Vec<String> {
    toml::from_str::<Written>(LIST).expect("a test reads the list").runtimes
}

/// The runtime in a name that is written as `pattern` says; none where the name is another one.
///
/// Letters are compared without case, as forges compare the names of repositories.
///
/// ```
/// use domain::runtime_in;
///
/// assert_eq!(runtime_in("Template-hermes", "template-{runtime}"), Some("hermes"));
/// assert_eq!(runtime_in("server", "template-{runtime}"), None);
/// ```
#[must_use]
pub fn runtime_in<'n>(name: &'n str, pattern: &str) -> Option<&'n str> {
    let (before, after) = pattern.split_once(RUNTIME_PLACE)?;
    let end = name.len().checked_sub(after.len())?;
    let runtime = name.get(before.len()..end).filter(|runtime| !runtime.is_empty())?;
    let fits = name.get(..before.len())?.eq_ignore_ascii_case(before)
        && name.get(end..)?.eq_ignore_ascii_case(after);
    fits.then_some(runtime)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_platform_knows_eight_runtimes() {
        let known = known_runtimes();
        assert_eq!(known.len(), 8);
        assert!(known.iter().any(|runtime| runtime == "claude-code"), "{known:?}");
    }

    #[test]
    fn a_runtime_stands_where_the_pattern_has_its_place() {
        for (name, pattern, runtime) in [
            ("workspace-template-claude-code", "workspace-template-{runtime}", Some("claude-code")),
            ("Template-Hermes-image", "template-{runtime}-IMAGE", Some("Hermes")),
            ("hermes", "{runtime}", Some("hermes")),
            ("template-", "template-{runtime}", None),
            ("aba", "ab{runtime}ba", None),
            ("tämplate", "t{runtime}", Some("ämplate")),
            ("ä", "a{runtime}", None),
            ("server", "template-{runtime}", None),
            ("template-hermes", "template-hermes", None),
        ] {
            assert_eq!(runtime_in(name, pattern), runtime, "{name} by {pattern}");
        }
    }
}
