#![doc = include_str!("adapter_variable.md")]

use text::Edit;

use super::version_argument::{above, line_end};
use super::{Rule, Strength};
use crate::contract::Contract;
use crate::facts::{Built, Facts};
use crate::finding::{Finding, Findings, Severity};


/// `adapter-variable`.
pub(crate) static RULE: Rule = Rule {
    id: "adapter-variable",
    severity: Severity::Warning,
    strength: Strength::Soft,
    page: include_str!("adapter_variable.md"),
    check,
};


fn check(facts: &Facts, contract: &Contract, findings: &mut Findings) {
    let Some(built) = &facts.dockerfile else { return };
    let Some(image) = built.image.as_ref().filter(|_| !facts.lacks(&contract.adapter.file)) else { return };
    let (variable, module) = (contract.adapter.variable.as_str(), contract.adapter.module.as_str());
    let line = format!("ENV {variable}={module}");
    match image.environment.get(variable) {
        Some(binding) if binding.value.as_deref() == Some(module) => {
            findings.prove(&RULE, &built.source, binding.span, format!("`{variable}` is `{module}`"));
        }
        Some(binding) => {
            let message = match &binding.value {
                Some(value) if value.is_empty() => format!("`{variable}` is empty, and the adapter's module is `{module}`"),
                Some(value) => format!("`{variable}` is `{value}`, and the adapter's module is `{module}`"),
                None => format!("what `{variable}` is cannot be told"),
            };
            let finding = Finding::new(&RULE, message).at(&built.source, binding.span);
            findings.report(finding.help(format!("write `{line}`")));
        }
        None => {
            let message = format!("the image does not set `{variable}`: `{}` is never loaded", contract.adapter.file);
            let finding = Finding::new(&RULE, message).at(&built.source, built.final_stage());
            findings.report(finding.help(format!("write `{line}`")).fix(format!("write `{line}`"), [insertion(built, &line)]));
        }
    }
}

/// The line in front of what is started, or else behind the `FROM` of the final stage.
fn insertion(built: &Built, line: &str) -> Edit {
    let image = built.image.as_ref();
    let started = image.and_then(|image| image.entrypoint.as_ref().or(image.cmd.as_ref())).map(|set| set.span);
    let (from, end) = (built.final_stage(), line_end(built));
    if let Some(started) = started.filter(|span| span.start > from.start) {
        return Edit::insert(above(built, started), format!("{line}{end}"));
    }
    let text = built.source.text();
    match text[from.end..].find('\n') {
        Some(at) => Edit::insert(from.end + at + 1, format!("{line}{end}")),
        None => Edit::insert(text.len(), format!("{end}{line}{end}")),
    }
}
