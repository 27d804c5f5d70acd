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
        if let Some(absent) = end.wrappers.iter().find(|wrapper| built.lacks_program(wrapper)) {
            let message = format!("`{absent}` is started, and nothing installs it");
            let finding = Finding::new(&RULE, message).at(built.source_of(end.file.as_deref()), end.span);
            findings.report(finding.help(format!("install `{absent}` in the final stage, or leave it out")));
        }
        for reason in &end.trace {
            let (source, span) = built.place_of(reason);
            findings.prove(&RULE, source, span, &reason.why);
        }
    } else if launch.faults.is_empty() && doubt(launch, wanted).is_none() {
        findings.report(elsewhere(built, launch, wanted));
    }
}

/// The way that ends in the program that is wanted.
pub(super) fn reached<'a>(launch: &'a Launch, wanted: &str) -> Option<&'a End> {
    let is_wanted = |end: &&End| end.program() == Some(wanted);
    // What a script only starts counts as long as the script does not become something else.
    let becomes_other = launch.ends.iter().any(|end| end.replaces && end.path().is_some());
    let asks = |end: &&End| end.argv.get(1).is_some_and(|first| ["--version", "--help", "version"].iter().any(|word| first.is(word)));
    let mut passed = launch.passed.iter().filter(|end| is_wanted(end) && !asks(end) && !becomes_other);
    launch.ends.iter().find(is_wanted).or_else(|| passed.next())
}

/// Programs that do not run what they are given: they print it, look at it, or take it for a file.
const NO_LAUNCHERS: [&str; 17] = [
    "echo", "printf", "logger", "test", "[", "true", "false", "exec", "command", "builtin", "cat", "ls", "which", "sh",
    "bash", "python", "python3",
];

/// The way of which it cannot be told whether it ends in the program that is wanted: it leads into a file that a command
/// makes or that is no shell script, or into a program that is given the name of the wanted one.
pub(super) fn doubt<'a>(launch: &'a Launch, wanted: &str) -> Option<&'a End> {
    let is_doubtful = |end: &&End| {
        let names = |text: &str| text.split(|one: char| !is_part_of_name(one)).any(|word| word == wanted);
        let is_given = end.argv.iter().skip(1).filter_map(|field| field.text.as_deref()).any(names);
        let talks = end.program().is_none_or(|program| NO_LAUNCHERS.contains(&program));
        let is_opaque = end.unread.as_ref().is_some_and(|why| {
            why.starts_with("it is made by a") || why.starts_with("it is not a shell script")
        });
        is_opaque || end.unread.is_none() && is_given && !talks
    };
    launch.ends.iter().find(is_doubtful)
}

fn is_part_of_name(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '-' | '_' | '.')
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
