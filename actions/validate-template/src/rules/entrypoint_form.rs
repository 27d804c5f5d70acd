#![doc = include_str!("entrypoint_form.md")]

use template::image::{Form, LaunchedBy};

use super::{Rule, Strength, entrypoint};
use crate::contract::Contract;
use crate::facts::Facts;
use crate::finding::{Finding, Findings, Severity};


/// `entrypoint-form`.
pub(crate) static RULE: Rule = Rule {
    id: "entrypoint-form",
    severity: Severity::Warning,
    strength: Strength::Soft,
    page: include_str!("entrypoint_form.md"),
    check,
};


fn check(facts: &Facts, contract: &Contract, findings: &mut Findings) {
    let Some(built) = &facts.dockerfile else { return };
    let Some(launch) = &built.launch else { return };
    let wanted = contract.image.entrypoint.as_str();
    let Some(end) = entrypoint::reached(launch, wanted) else { return };
    if launch.by == LaunchedBy::Cmd {
        let finding = Finding::new(&RULE, format!("`{wanted}` is started by `CMD` alone, which arguments replace"));
        findings.report(finding.at(&built.source, launch.span).help("write `ENTRYPOINT` in its place"));
    }
    if launch.form == Form::Shell {
        let finding = Finding::new(&RULE, "in shell form a shell gets the signals that stop the container");
        findings.report(finding.at(&built.source, launch.span).help("write the command as a JSON array"));
    } else if !end.replaces {
        let message = format!("the script starts `{wanted}` and stays in front of it, where signals end");
        let finding = Finding::new(&RULE, message).at(built.source_of(end.file.as_deref()), end.span);
        findings.report(finding.help(format!("write `exec {wanted} \"$@\"`")));
    }
}
