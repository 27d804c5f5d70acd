//! The second mode: a program that the built image's own Python runs, and what it reports.
//!
//! The workflow pipes it in, so that neither this binary nor the image needs to know of the other:
//! `validate-template probe | docker run -i --rm --network none --entrypoint python IMAGE - > report.json`.

mod local;
mod report;

use serde_json::json;

pub use local::{ProbeRunError, run};
pub use report::{ImportError, ProbeReport, ProbeReportError, ProbedAdapter, ProbedModule};

use crate::contract::Contract;

const PROGRAM: &str = include_str!("probe.py");

/// The program that tries a template inside its image, for one contract.
#[must_use]
pub fn program(contract: &Contract) -> String {
    let adapter = &contract.adapter;
    let contract = json!({
        "package": contract.runtime.package,
        "variable": adapter.variable,
        "base_class": adapter.base_class,
        "base_modules": adapter.base_modules,
        "attribute": adapter.attribute,
        "methods": adapter.methods,
    });
    // A string of JSON is a string of Python, too.
    PROGRAM.replace("@CONTRACT@", &json!(contract.to_string()).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Contracts;

    #[test]
    fn the_program_passes_a_console_unchanged() {
        let program = program(Contracts::embedded().newest());
        assert_eq!(runner::neutralise(&program), program);
        assert!(!program.contains("@CONTRACT@"));
    }
}
