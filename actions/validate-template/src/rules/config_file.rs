#![doc = include_str!("config_file.md")]

use super::{Rule, Strength};
use crate::contract::Contract;
use crate::facts::{CONFIG, Facts};
use crate::finding::{Finding, Findings, Severity};

/// `config-file`.
pub(crate) static RULE: Rule = Rule {
    id: "config-file",
    severity: Severity::Error,
    strength: Strength::Hard,
    page: include_str!("config_file.md"),
    check,
};

fn check(facts: &Facts, _: &Contract, findings: &mut Findings) {
    if !facts.lacks(CONFIG) {
        return;
    }
    let help = if facts.folder.holds("config.yml") {
        "rename `config.yml` to `config.yaml`"
    } else {
        "write a `config.yaml` with `name`, `runtime` and `template_schema_version`"
    };
    findings.report(Finding::new(&RULE, "there is no `config.yaml`").in_file(CONFIG).help(help));
}
