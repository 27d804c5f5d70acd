#![doc = include_str!("runtime_installed.md")]

use template::requirements::{Kind, Requirement, Role};

use super::{Rule, Strength};
use crate::contract::Contract;
use crate::facts::{Facts, REQUIREMENTS};
use crate::finding::{Finding, Findings, Severity};

/// `runtime-installed`.
pub(crate) static RULE: Rule = Rule {
    id: "runtime-installed",
    severity: Severity::Error,
    strength: Strength::Hard,
    page: include_str!("runtime_installed.md"),
    check,
};

fn check(facts: &Facts, contract: &Contract, findings: &mut Findings) {
    let distribution = contract.runtime.distribution.as_str();
    if facts.requirements.is_none() && facts.lacks_dockerfile() {
        return;
    }
    let mut is_declared = false;
    for requirement in facts.requirements_of(distribution).filter(|requirement| applies(requirement)) {
        is_declared = true;
        if let Some(source) = facts.file_of(requirement.file) {
            findings.prove(&RULE, source, requirement.span, "declared here");
        }
    }
    let built = facts.dockerfile.as_ref();
    let installations = built.iter().flat_map(|built| facts.installations(built, distribution));
    for installation in installations.filter(|installation| !installation.install.skipped) {
        is_declared = true;
        if let Some(built) = built {
            let install = installation.install;
            findings.prove(&RULE, built.source_of(install.file.as_deref()), install.span, "installed here");
        }
    }
    if !is_declared {
        findings.report(undeclared(facts, contract));
    }
}

/// Whether pip would install what a line asks for.
pub(crate) fn applies(requirement: &Requirement) -> bool {
    requirement.role == Role::Requirement
        && !matches!(requirement.kind, Kind::NeverTrue | Kind::Unsatisfiable)
}

fn undeclared(facts: &Facts, contract: &Contract) -> Finding {
    let distribution = &contract.runtime.distribution;
    let finding = Finding::new(&RULE, format!("nothing installs `{distribution}`"));
    let finding = finding.help(format!("write `{distribution}>=…` into `{REQUIREMENTS}`"));
    let vain = facts.requirements_of(distribution).find_map(|vain| Some((vain, facts.file_of(vain.file)?)));
    let Some((vain, source)) = vain else { return finding.in_file(REQUIREMENTS) };
    let why = match (vain.role, &vain.marker) {
        (Role::Constraint, _) => "a constraint bounds what others require, and requires nothing".to_owned(),
        (_, Some(_)) if matches!(vain.kind, Kind::NeverTrue) => {
            format!("the marker is never true on Python {}", contract.image.python)
        }
        _ => "no version satisfies this".to_owned(),
    };
    let span = vain.marker.as_ref().filter(|_| matches!(vain.kind, Kind::NeverTrue));
    let span = span.map_or(vain.span, |marker| marker.span);
    Finding { message: format!("{}: {why}", finding.message), ..finding.at(source, span) }
}
