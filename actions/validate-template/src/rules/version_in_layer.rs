#![doc = include_str!("version_in_layer.md")]

use template::image::BindingKind;

use super::{Rule, Strength};
use crate::contract::Contract;
use crate::facts::{Built, Facts, Installation};
use crate::finding::{Finding, Findings, Severity};


/// How many places are told that expand the version in vain.
const MOST_NOTES: usize = 3;

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
    let distribution = contract.runtime.distribution.as_str();
    let installations = facts.installations(built, distribution);
    let Some(last) = installations.last() else {
        return findings.report(nowhere(built, contract));
    };
    if installations.iter().all(|found| found.install.skipped) {
        let message = format!("only a build that is given `{name}` installs the runtime: by default nothing does");
        let finding = Finding::new(&RULE, message).at(built.source_of(last.install.file.as_deref()), last.install.span);
        return findings.report(finding.help("install it in every case, and let the condition decide for the version"));
    }
    let Some(at) = installations.iter().rposition(|found| found.step.reached_by(name).is_some()) else {
        return findings.report(unreached(built, last, name));
    };
    let pinned = installations[at + 1..].iter().find_map(|found| Some((found, facts.pin_of(built, found, distribution)?)));
    if let Some((found, pin)) = pinned {
        let message = format!("this layer installs `{pin}`, whatever `{name}` is");
        let finding = Finding::new(&RULE, message).at(built.source_of(found.install.file.as_deref()), found.install.span);
        return findings.report(finding.help(format!("expand `${{{name}}}` in the last `RUN` that installs the runtime")));
    }
    for found in &installations {
        if let Some(refused) = Facts::refused_by_default(found, distribution) {
            let message = format!("with `{name}` empty, as it is by default, pip refuses `{refused}`");
            let finding =
                Finding::new(&RULE, message).at(built.source_of(found.install.file.as_deref()), found.install.span);
            let help = format!("write `{distribution}${{{name}:+==${{{name}}}}}`");
            return findings.report(finding.help(help));
        }
    }
    for reason in installations[at].step.trace(name) {
        let (source, span) = built.place_of(&reason);
        findings.prove(&RULE, source, span, &reason.why);
    }
}

/// A layer that installs the runtime, and that no version reaches.
fn unreached(built: &Built, found: &Installation<'_>, name: &str) -> Finding {
    let message = format!("the layer that installs the runtime does not expand `{name}`: a rebuild finds it in the cache");
    let source = built.source_of(found.install.file.as_deref());
    let mut finding = Finding::new(&RULE, message).at(source, found.install.span);
    let others = built.runs().iter().filter_map(|step| step.uses(name));
    for used in others.take(MOST_NOTES) {
        if let Some(binding) = used.binding.as_ref().filter(|binding| binding.kind == BindingKind::Environment) {
            let why = "the environment takes the place of the build argument";
            finding = finding.note(&built.source, binding.span, why);
            continue;
        }
        if used.is_own {
            let source = built.source_of(used.file.as_deref());
            finding = finding.note(source, used.span, "the shell has set the variable itself before");
            continue;
        }
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
