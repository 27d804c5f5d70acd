#![doc = include_str!("probe_import.md")]

use super::{Rule, Strength};
use crate::contract::Contract;
use crate::facts::{Facts, REQUIREMENTS};
use crate::finding::{Finding, Findings, Severity};
use crate::probe::ImportError;

/// `probe-import`.
pub(crate) static RULE: Rule = Rule {
    id: "probe-import",
    severity: Severity::Error,
    strength: Strength::Hard,
    page: include_str!("probe_import.md"),
    check,
};

fn check(facts: &Facts, contract: &Contract, findings: &mut Findings) {
    let Some(probe) = &facts.probe else { return };
    for module in &probe.modules {
        let Some(error) = &module.error else { continue };
        let finding = failed(&module.name, error).help(help(error, contract));
        findings.report(match &module.path {
            Some(path) if facts.folder.holds(path) => finding.in_file(path),
            _ => finding.in_file(REQUIREMENTS),
        });
    }
    if let Some(pending) = &probe.pending {
        let how = if probe.ended { "ended Python itself" } else { "did not come to an end" };
        let message = format!("the import of `{pending}` {how}");
        let help = "let a module define things; what runs belongs behind `if __name__ == \"__main__\":`";
        findings.report(Finding::new(&RULE, message).help(help));
    }
}

fn failed(module: &str, error: &ImportError) -> Finding {
    let message = format!("`{module}` cannot be imported: {}: {}", error.kind, error.message);
    Finding::new(&RULE, message).detail(error.traceback.trim_end())
}

fn help(error: &ImportError, contract: &Contract) -> String {
    match &error.missing {
        Some(missing) if contract.runtime.modules.iter().any(|module| module == missing) => {
            format!("import it from the runtime: `{}.{missing}`", contract.runtime.package)
        }
        Some(missing) => {
            format!("declare what `{missing}` comes from in `{REQUIREMENTS}`, or COPY it into the image")
        }
        None => "mend what the traceback ends with".to_owned(),
    }
}
