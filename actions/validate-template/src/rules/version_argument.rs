#![doc = include_str!("version_argument.md")]

use template::dockerfile::{Arguments, Instruction, Keyword};
use template::image::{Argument, Image};
use text::{Edit, Span};

use super::{Rule, Strength};
use crate::contract::Contract;
use crate::facts::{Built, Facts};
use crate::finding::{Finding, Findings, Severity};


/// `version-argument`.
pub(crate) static RULE: Rule = Rule {
    id: "version-argument",
    severity: Severity::Error,
    strength: Strength::Hard,
    page: include_str!("version_argument.md"),
    check,
};


fn check(facts: &Facts, contract: &Contract, findings: &mut Findings) {
    let Some(built) = &facts.dockerfile else { return };
    let Some(image) = &built.image else { return };
    let name = contract.image.version_argument.as_str();
    let declared: Vec<&Argument> = image.arguments.iter().filter(|argument| argument.name == name).collect();
    let used = image.runs.iter().find_map(|step| Some((step, step.uses(name)?)));
    let Some(first) = declared.first() else {
        return findings.report(undeclared(built, image, name));
    };
    let too_early = used.filter(|(step, used)| used.binding.is_none() && step.span.start < first.span.start);
    if let Some((_, used)) = too_early {
        let finding = Finding::new(&RULE, format!("`{name}` is expanded before it is declared"));
        let finding = finding.at(built.source_of(used.file.as_deref()), used.span).note(&built.source, first.span, "declared here, too late");
        findings.report(finding.help(format!("move `ARG {name}=` in front of the `RUN` that expands it")));
        return;
    }
    for argument in declared {
        match argument.default.as_deref() {
            None | Some("") => findings.prove(&RULE, &built.source, argument.span, "declared, and empty by default"),
            Some(_) if is_behind_all(image, argument) => {}
            Some(default) => findings.report(pinned(built, argument, default)),
        }
    }
}

/// Whether everything that expands an argument stands before this declaration of it.
fn is_behind_all(image: &Image, argument: &Argument) -> bool {
    let mut users = image.runs.iter().filter(|step| step.uses(&argument.name).is_some()).peekable();
    users.peek().is_some() && users.all(|step| step.span.start < argument.span.start)
}

fn pinned(built: &Built, argument: &Argument, default: &str) -> Finding {
    let name = &argument.name;
    let from = if argument.global_default { ", which comes from before the first `FROM`" } else { "" };
    let finding = Finding::new(&RULE, format!("`{name}` is `{default}` by default{from}: it must be empty"));
    finding.at(&built.source, argument.span).help(format!("write `ARG {name}=`"))
}

fn undeclared(built: &Built, image: &Image, name: &str) -> Finding {
    let elsewhere = declaration(&built.dockerfile.preamble, name).map(|span| (span, "before the first `FROM`"));
    let others = built.dockerfile.stages.iter().enumerate().filter(|(index, _)| !image.stages.contains(index));
    let others = others.filter_map(|(_, stage)| declaration(&stage.instructions, name));
    let elsewhere = elsewhere.or(others.map(|span| (span, "in another stage")).next());
    let finding = if let Some((span, place)) = elsewhere {
        let message = format!("`ARG {name}` stands {place}, and does not reach the final one");
        Finding::new(&RULE, message).at(&built.source, span)
    } else {
        let message = format!("the final stage does not declare `ARG {name}=`");
        Finding::new(&RULE, message).at(&built.source, built.final_stage())
    };
    let finding = finding.help(format!("write `ARG {name}=` in front of the `RUN` that installs the runtime"));
    match image.runs.iter().find(|step| step.uses(name).is_some()) {
        Some(step) => {
            let edit = Edit::insert(above(built, step.span), format!("ARG {name}={}", line_end(built)));
            finding.fix(format!("declare `{name}` where it is expanded"), [edit])
        }
        None => finding,
    }
}

fn declaration(instructions: &[Instruction], name: &str) -> Option<Span> {
    let arguments = instructions.iter().filter(|instruction| instruction.keyword == Keyword::Arg);
    let mut declaring = arguments.filter(|instruction| match &instruction.arguments {
        Arguments::Declarations(all) => all.iter().any(|one| one.name.text() == name),
        _ => false,
    });
    declaring.next().map(|instruction| instruction.span)
}

/// Where a line goes that is put above an instruction: above the comments that are about it, an ignore among them.
pub(super) fn above(built: &Built, instruction: Span) -> usize {
    let text = built.source.text();
    let start = |end: usize| text[..end].rfind('\n').map_or(0, |at| at + 1);
    let mut place = start(instruction.start);
    let mut is_near = true;
    let mut line = place;
    while line > 0 {
        let above = start(line - 1);
        let content = text[above..line].trim();
        if content.is_empty() {
            is_near = false;
        } else if !content.starts_with('#') {
            break;
        } else if is_near || content.contains(crate::ignore::MARK) {
            place = above;
        }
        line = above;
    }
    place
}

/// The line end that the file has.
pub(super) fn line_end(built: &Built) -> &'static str {
    if built.source.text().contains("\r\n") { "\r\n" } else { "\n" }
}
