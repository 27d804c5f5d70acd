#![doc = include_str!("entrypoint.md")]

use template::image::{End, Launch};

use super::{Rule, Strength};
use crate::contract::Contract;
use crate::facts::{Built, Facts};
use crate::finding::{Finding, Findings, Severity};


/// `entrypoint`.
pub(crate) static RULE: Rule = Rule {
    id: "entrypoint",
    severity: Severity::Error,
    strength: Strength::Hard,
    page: include_str!("entrypoint.md"),
    check,
};


fn check(facts: &Facts, contract: &Contract, findings: &mut Findings) {
    let Some(built) = &facts.dockerfile else { return };
    if built.image.is_none() {
        return;
    }
    let wanted = contract.image.entrypoint.as_str();
    let Some(launch) = &built.launch else {
        let finding = Finding::new(&RULE, "the image says nothing of what its containers run");
        let finding = finding.at(&built.source, built.final_stage());
        return findings.report(finding.help(format!("write `ENTRYPOINT [\"{wanted}\"]`")));
    };
    for (reason, fault) in &launch.faults {
        let (source, span) = built.place_of(reason);
        findings.report(Finding::new(&RULE, fault.to_string()).at(source, span).help(fault.hint()));
    }
    if let Some(end) = reached(launch, wanted) {
        for reason in &end.trace {
            let (source, span) = built.place_of(reason);
            findings.prove(&RULE, source, span, &reason.why);
        }
    } else if launch.faults.is_empty() {
        findings.report(elsewhere(built, launch, wanted));
    }
}

/// The way that ends in the program that is wanted.
pub(super) fn reached<'a>(launch: &'a Launch, wanted: &str) -> Option<&'a End> {
    launch.ends.iter().find(|end| end.program() == Some(wanted))
}

fn elsewhere(built: &Built, launch: &Launch, wanted: &str) -> Finding {
    let help = format!("let it end in `exec {wanted} \"$@\"`, or write `ENTRYPOINT [\"{wanted}\"]`");
    let Some(end) = launch.ends.iter().find(|end| end.unread.is_some()).or(launch.ends.last()) else {
        let finding = Finding::new(&RULE, format!("nothing is started, and it must be `{wanted}`"));
        return finding.at(&built.source, launch.span).help(help);
    };
    let message = match (&end.unread, end.path()) {
        (Some(why), Some(path)) => format!("`{path}` cannot be followed: {why}"),
        (Some(why), None) => format!("what is started cannot be followed: {why}"),
        (None, Some(path)) if built.lacks_file(path) => {
            format!("`{path}` is started, and the Dockerfile brings no such file")
        }
        (None, Some(path)) => format!("`{path}` is started, and not `{wanted}`"),
        (None, None) if end.argv.is_empty() => format!("this ends without starting `{wanted}`"),
        (None, None) => "what is started cannot be told".to_owned(),
    };
    let mut finding = Finding::new(&RULE, message).at(built.source_of(end.file.as_deref()), end.span);
    for reason in end.trace.iter().filter(|reason| reason.span != end.span) {
        let (source, span) = built.place_of(reason);
        finding = finding.note(source, span, &reason.why);
    }
    finding.help(help)
}
