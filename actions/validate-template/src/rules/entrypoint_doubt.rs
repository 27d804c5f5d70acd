#![doc = include_str!("entrypoint_doubt.md")]

use super::{Rule, Strength, entrypoint};
use crate::contract::Contract;
use crate::facts::Facts;
use crate::finding::{Finding, Findings, Severity};

/// `entrypoint-doubt`.
pub(crate) static RULE: Rule = Rule {
    id: "entrypoint-doubt",
    severity: Severity::Warning,
    strength: Strength::Soft,
    page: include_str!("entrypoint_doubt.md"),
    check,
};

fn check(facts: &Facts, contract: &Contract, findings: &mut Findings) {
    let Some(built) = &facts.dockerfile else { return };
    let Some(launch) = &built.launch else { return };
    let wanted = contract.image.entrypoint.as_str();
    if entrypoint::reached(launch, wanted).is_some() {
        return;
    }
    let Some(end) = entrypoint::doubt(launch, wanted) else { return };
    let message = match (&end.unread, end.path()) {
        (Some(why), Some(path)) => format!("`{path}` cannot be followed: {why}"),
        (Some(why), None) => format!("what is started cannot be followed: {why}"),
        (None, path) => format!("whether `{}` runs `{wanted}` cannot be told", path.unwrap_or_default()),
    };
    let finding = Finding::new(&RULE, message).at(built.source_of(end.file.as_deref()), end.span);
    let help = format!("let a shell script that the Dockerfile copies end in `exec {wanted} \"$@\"`");
    findings.report(finding.help(help));
}
