#![doc = include_str!("base_image.md")]

use template::image::Reference;

use super::{Rule, Strength};
use crate::contract::Contract;
use crate::facts::Facts;
use crate::finding::{Finding, Findings, Severity};


/// `base-image`.
pub(crate) static RULE: Rule = Rule {
    id: "base-image",
    severity: Severity::Error,
    strength: Strength::Hard,
    page: include_str!("base_image.md"),
    check,
};


fn check(facts: &Facts, contract: &Contract, findings: &mut Findings) {
    let Some(built) = &facts.dockerfile else { return };
    let Some(image) = &built.image else { return };
    let (wanted, base) = (&contract.image.base, &image.base);
    if base.reference.as_ref().is_some_and(|found| is_same(found, wanted)) {
        for reason in &base.trace {
            let (source, span) = built.place_of(reason);
            findings.prove(&RULE, source, span, &reason.why);
        }
        return;
    }
    let found = base.reference.as_ref().map_or(base.text.clone(), Reference::familiar);
    let finding = Finding::new(&RULE, format!("the final stage is built on `{found}`, and not on `{wanted}`"));
    let mut finding = finding.at(&built.source, base.span).help(format!("write `FROM {wanted}`"));
    for reason in base.trace.iter().filter(|reason| reason.span != base.span) {
        let (source, span) = built.place_of(reason);
        finding = finding.note(source, span, &reason.why);
    }
    findings.report(finding);
}

/// Whether a name is another way to write the one that is wanted; a digest behind the tag does not matter.
pub(crate) fn is_same(found: &Reference, wanted: &str) -> bool {
    Reference::parse(wanted).is_some_and(|wanted| {
        (&found.registry, &found.repository, &found.tag) == (&wanted.registry, &wanted.repository, &wanted.tag)
    })
}
