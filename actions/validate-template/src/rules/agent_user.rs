#![doc = include_str!("agent_user.md")]

use text::Span;
use template::image::{AccountEventKind, Accounts, Uid};

use super::{Rule, Strength};
use crate::contract::{Contract, Image};
use crate::facts::{Built, Facts};
use crate::finding::{Finding, Findings, Severity};


/// `agent-user`.
pub(crate) static RULE: Rule = Rule {
    id: "agent-user",
    severity: Severity::Error,
    strength: Strength::Hard,
    page: include_str!("agent_user.md"),
    check,
};


fn check(facts: &Facts, contract: &Contract, findings: &mut Findings) {
    let Some(built) = &facts.dockerfile else { return };
    let Some(image) = &built.image else { return };
    let wanted = &contract.image;
    if let Some((name, span)) = nobody(built, image) {
        let finding = Finding::new(&RULE, format!("containers run as `{name}`, and there is no such user"));
        findings.report(finding.at(&built.source, span).help(format!("write `USER {}`", wanted.user)));
    }
    let Some(account) = image.accounts.get(&wanted.user) else {
        return findings.report(absent(built, &image.accounts, wanted));
    };
    if account.uid.number() == Some(wanted.uid) {
        for reason in &account.trace {
            let (source, span) = built.place_of(reason);
            findings.prove(&RULE, source, span, &reason.why);
        }
        return;
    }
    let has = match account.uid {
        Uid::Given(number) | Uid::Next(number) => format!("has uid {number}"),
        Uid::System => "is a system account".to_owned(),
        Uid::Unknown => "has a uid that cannot be told".to_owned(),
    };
    let finding = Finding::new(&RULE, format!("the user `{}` {has}, and must have uid {}", wanted.user, wanted.uid));
    let finding = finding.help(example(wanted));
    findings.report(match account.trace.last() {
        Some(reason) => {
            let (source, span) = built.place_of(reason);
            finding.at(source, span)
        }
        None => finding.at(&built.source, built.final_stage()),
    });
}

/// Users that the base image has.
const OF_BASE: [&str; 19] = [
    "root", "daemon", "bin", "sys", "sync", "games", "man", "lp", "mail", "news", "uucp", "proxy", "www-data", "backup",
    "list", "irc", "_apt", "nobody", "",
];

/// The user that containers run as, where there is none of the name.
fn nobody<'a>(built: &Built, image: &'a template::image::Image) -> Option<(&'a str, Span)> {
    let setting = image.user.as_ref()?;
    let name = setting.text.as_deref()?.split(':').next()?.trim();
    let is_there = name.parse::<u32>().is_ok()
        || OF_BASE.contains(&name)
        || image.accounts.get(name).is_some()
        || image.accounts.present.contains_key(&None);
    let may_be = built.runs().iter().any(|step| !step.followed || !step.unfollowed.is_empty());
    let is_copied = image.files.copies.iter().any(|copied| copied.destination.starts_with("/etc"));
    (!is_there && !may_be && !is_copied).then_some((name, setting.span))
}

fn absent(built: &Built, accounts: &Accounts, wanted: &Image) -> Finding {
    let user = &wanted.user;
    let last = accounts.events_of(user).last();
    let gone = last.filter(|event| matches!(event.kind, AccountEventKind::Deleted | AccountEventKind::Changed));
    if let Some(event) = gone {
        let message = format!("the user `{user}` is taken away again");
        return Finding::new(&RULE, message).at(built.source_of(event.file.as_deref()), event.span).help("leave it");
    }
    if let Some(account) = accounts.present.get(&None) {
        let message = format!("whether this makes the user `{user}` cannot be told");
        let finding = Finding::new(&RULE, message).help(example(wanted));
        return match account.trace.last() {
            Some(reason) => finding.at(built.place_of(reason).0, reason.span),
            None => finding.at(&built.source, built.final_stage()),
        };
    }
    let finding = Finding::new(&RULE, format!("the final stage makes no user `{user}`"));
    built.noting_unfollowed(finding.at(&built.source, built.final_stage())).help(example(wanted))
}

fn example(wanted: &Image) -> String {
    format!("write `RUN useradd --create-home --uid {} {}`", wanted.uid, wanted.user)
}
