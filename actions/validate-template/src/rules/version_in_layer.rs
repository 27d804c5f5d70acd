#![doc = include_str!("version_in_layer.md")]

use super::{Rule, Strength};
use crate::contract::Contract;
use crate::facts::{Built, Facts, Installation};
use crate::finding::{Finding, Findings, Severity};


/// `version-in-layer`.
pub(crate) static RULE: Rule = Rule {
    id: "version-in-layer",
    severity: Severity::Error,
    strength: Strength::Hard,
    page: include_str!("version_in_layer.md"),
    check,
};


fn check(facts: &Facts, contract: &Contract, findings: &mut Findings) {
    let Some(built) = &facts.dockerfile else { return };
    if built.image.is_none() {
        return;
    }
    let name = contract.image.version_argument.as_str();
    let installations = facts.installations(built, &contract.runtime.distribution);
    let is_reached = |found: &&Installation<'_>| found.step.uses(name).is_some();
    let Some(last) = installations.last() else {
        return findings.report(nowhere(built, contract));
    };
    match installations.iter().find(is_reached) {
        Some(found) => {
            for reason in found.step.trace(name) {
                let (source, span) = built.place_of(&reason);
                findings.prove(&RULE, source, span, &reason.why);
            }
        }
        None => findings.report(unreached(built, last, name)),
    }
}

/// A layer that installs the runtime, and that no version reaches.
fn unreached(built: &Built, found: &Installation<'_>, name: &str) -> Finding {
    let message = format!("the layer that installs the runtime does not expand `{name}`: a rebuild finds it in the cache");
    let source = built.source_of(found.install.file.as_deref());
    let mut finding = Finding::new(&RULE, message).at(source, found.install.span);
    let others = built.runs().iter().filter_map(|step| step.uses(name));
    for used in others {
        finding = finding.note(built.source_of(used.file.as_deref()), used.span, "expanded here, where the runtime is not installed");
    }
    finding.help(format!("expand `${{{name}}}` in this `RUN`"))
}

fn nowhere(built: &Built, contract: &Contract) -> Finding {
    let distribution = &contract.runtime.distribution;
    let unfollowed = built.runs().iter().find(|step| !step.followed);
    let finding = match unfollowed {
        Some(step) => Finding::new(&RULE, "what this `RUN` installs cannot be told: its shell is not known")
            .at(&built.source, step.span),
        None => Finding::new(&RULE, format!("no `RUN` installs `{distribution}` by pip"))
            .at(&built.source, built.final_stage()),
    };
    built.noting_unfollowed(finding).help("write `RUN pip install -r requirements.txt`, and expand the version in it")
}
