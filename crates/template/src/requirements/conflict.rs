//! What several lines together make impossible.

use std::collections::BTreeMap;

use pep440_rs::VersionSpecifier;

use super::marker::Truth;
use super::{Fault, FaultKind, Kind, Requirement, Requirements, Role, bounds};

/// How many lines about one project are held against each other.
const MOST_LINES: usize = 32;

/// The algorithms that pip trusts: <https://pip.pypa.io/en/stable/topics/secure-installs/>.
const STRONG: [&str; 3] = ["sha256", "sha384", "sha512"];

/// Finds what pip refuses though each line can be read.
pub(super) fn check(found: &mut Requirements) {
    let faults = [hashes(found), contradictions(found)];
    found.faults.extend(faults.into_iter().flatten());
}

fn fault(requirement: &Requirement, kind: FaultKind) -> Fault {
    Fault { file: requirement.file, span: requirement.span, kind }
}

/// Whether it counts in every image.
fn always(requirement: &Requirement) -> bool {
    requirement.kind != Kind::NeverTrue
        && requirement.marker.as_ref().is_none_or(|marker| marker.holds == Truth::Always)
}

/// As soon as one line has a hash, pip wants one of every line, and an exact version.
fn hashes(found: &Requirements) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut weak = |requirement: &Requirement, hash: &String| {
        let is_strong =
            hash.split_once(':').is_some_and(|(name, digest)| STRONG.contains(&name) && !digest.is_empty());
        if !is_strong {
            faults.push(fault(requirement, FaultKind::Hash(hash.clone())));
        }
    };
    for requirement in &found.requirements {
        requirement.hashes.iter().for_each(|hash| weak(requirement, hash));
    }
    let counted = found.requirements.iter().filter(|one| always(one) && one.role == Role::Requirement);
    let is_asked = found.settings.iter().any(|setting| setting.name == "--require-hashes")
        || counted.clone().any(|requirement| !requirement.hashes.is_empty());
    if !is_asked {
        return faults;
    }
    // The hashes of a constraint, or of another line, count for the project.
    let hashed =
        found.requirements.iter().filter(|one| !one.hashes.is_empty()).filter_map(|one| one.name.as_ref());
    let hashed: Vec<_> = hashed.collect();
    let named = counted.filter(|one| {
        one.name.is_some() && !one.editable && !matches!(one.kind, Kind::Url(_) | Kind::Path(_))
    });
    for requirement in named {
        let pins =
            matches!(requirement.specifiers.as_slice(), [(specifier, _)] if specifier.starts_with("=="));
        let has_hash = requirement.name.as_ref().is_some_and(|name| hashed.contains(&name));
        if !has_hash {
            faults.push(fault(requirement, FaultKind::NoHash));
        } else if !pins && !requirement.hashes.is_empty() {
            faults.push(fault(requirement, FaultKind::HashOfRange));
        }
    }
    faults
}

/// Lines about one project that no version fits, of those that count under the same condition.
fn contradictions(found: &Requirements) -> Vec<Fault> {
    let mut groups = BTreeMap::<(&str, &str), Vec<&Requirement>>::new();
    for requirement in &found.requirements {
        let is_versioned =
            !matches!(requirement.kind, Kind::Url(_) | Kind::Path(_) | Kind::NeverTrue | Kind::Unsatisfiable);
        let Some(name) = requirement.name.as_ref().filter(|_| is_versioned) else { continue };
        let condition = match &requirement.marker {
            Some(marker) if marker.holds != Truth::Always => marker.text.as_str(),
            _ => "",
        };
        groups.entry((name.normalised(), condition)).or_default().push(requirement);
    }
    groups.into_values().filter_map(|group| contradiction(&group)).collect()
}

fn contradiction(group: &[&Requirement]) -> Option<Fault> {
    // What nobody requires is not installed, however it is bound.
    group.iter().find(|one| one.role == Role::Requirement)?;
    let mut specifiers = Vec::new();
    for (at, requirement) in group.iter().take(MOST_LINES).enumerate() {
        let own = requirement.specifiers.iter().map(|(text, _)| text.parse::<VersionSpecifier>());
        specifiers.extend(own.collect::<Result<Vec<_>, _>>().ok()?);
        if at > 0 && bounds::kind(&specifiers) == Kind::Unsatisfiable {
            let asked = |one: &Requirement| {
                one.specifiers.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>().join(",")
            };
            let earlier = group[..at].iter().map(|one| asked(one)).filter(|asked| !asked.is_empty());
            return Some(fault(requirement, FaultKind::Contradiction(earlier.collect::<Vec<_>>().join(","))));
        }
    }
    None
}
