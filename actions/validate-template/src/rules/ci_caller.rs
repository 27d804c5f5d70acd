#![doc = include_str!("ci_caller.md")]

use template::yaml::{Mapping, Node};
use text::{Edit, Source, Span};

use super::{Rule, Strength};
use crate::contract::{Ci, Contract};
use crate::facts::{CI, Facts, Yaml};
use crate::finding::{Finding, Findings, Severity};

/// `ci-caller`.
pub(crate) static RULE: Rule = Rule {
    id: "ci-caller",
    severity: Severity::Warning,
    strength: Strength::Soft,
    page: include_str!("ci_caller.md"),
    check,
};

fn check(facts: &Facts, contract: &Contract, findings: &mut Findings) {
    if facts.workflows.is_empty() {
        let finding = Finding::new(&RULE, "no workflow holds this template to its contract").in_file(CI);
        findings.report(finding.help(format!("write one that calls `{}`", contract.ci.example())));
        return;
    }
    let mut calls = Vec::new();
    for workflow in &facts.workflows {
        calls.extend(calls_of(workflow, &contract.ci));
    }
    if calls.is_empty() {
        findings.report(uncalled(facts, contract));
    }
    for call in calls {
        match call.pin {
            Pin::Fixed => findings.prove(&RULE, &call.source, call.span, "calls the shared workflow, pinned"),
            Pin::Moving => findings.report(moving(&call, &contract.ci)),
        }
    }
}

/// A step or job that has the template judged.
struct Call {
    source: Source,
    /// Where what it calls is named.
    span: Span,
    /// Whether it is of the repository that the contract says to call, rather than of what went before it.
    is_current: bool,
    reference: String,
    pin: Pin,
}

enum Pin {
    /// To a tag or a commit.
    Fixed,
    /// To a branch.
    Moving,
}

/// The calls of a workflow; none where it is broken, which its forge tells.
fn calls_of(workflow: &Yaml, ci: &Ci) -> Vec<Call> {
    let Some(jobs) = workflow.mapping().and_then(|root| root.value("jobs")).and_then(Node::as_mapping) else {
        return Vec::new();
    };
    let used = jobs.entries().iter().filter_map(|job| job.value.as_mapping()).flat_map(used);
    used.filter_map(|used| call(&workflow.source, used, ci)).collect()
}

/// What a job calls: a workflow, or actions in its steps.
fn used(job: &Mapping) -> Vec<&Node> {
    let steps = job.value("steps").and_then(Node::as_sequence).unwrap_or_default();
    let steps = steps.iter().filter_map(|step| step.as_mapping()?.value("uses"));
    job.value("uses").into_iter().chain(steps).collect()
}

fn call(source: &Source, used: &Node, ci: &Ci) -> Option<Call> {
    let (path, reference) = used.as_str()?.trim().rsplit_once('@')?;
    let is_listed = |known: &String| {
        let start = path.len().checked_sub(known.len())?;
        let (owner, tail) = (path.get(..start)?, path.get(start..)?);
        // GitHub does not tell capitals in names; the owner before them may be an address, as on Gitea.
        (tail.eq_ignore_ascii_case(known) && owner.len() > 1 && owner.ends_with('/')).then_some(tail)
    };
    ci.workflows.iter().chain(&ci.actions).find_map(is_listed)?;
    let is_current = repository(path).eq_ignore_ascii_case(repository(&ci.call));
    let pin = if is_fixed(reference) { Pin::Fixed } else { Pin::Moving };
    Some(Call { source: source.clone(), span: used.span(), is_current, reference: reference.to_owned(), pin })
}

/// `owner/name` of what is called.
fn repository(path: &str) -> &str {
    path.match_indices('/').nth(1).map_or(path, |(end, _)| &path[..end])
}

/// Whether a reference is a tag of a version, as `v1`, `v1.4` or `v1.4.0`, or a full commit id.
fn is_fixed(reference: &str) -> bool {
    let is_commit = reference.len() == 40 && reference.bytes().all(|byte| byte.is_ascii_hexdigit());
    let version = reference.strip_prefix("refs/tags/").unwrap_or(reference).strip_prefix('v');
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    is_commit
        || version.is_some_and(|version| version.split('.').count() <= 3 && version.split('.').all(is_number))
}

fn moving(call: &Call, ci: &Ci) -> Finding {
    let Call { source, span, is_current, reference, .. } = call;
    let tag = &ci.tag;
    let message =
        format!("`@{reference}` is no tag of a version and no commit: what it checks may change any time");
    let finding = Finding::new(&RULE, message).at(source, *span);
    let written = source.slice(*span);
    let place = written.rfind(&format!("@{reference}")).filter(|_| *is_current);
    match place {
        Some(at) => {
            let start = span.start + at + 1;
            let edit = Edit::replace(Span::new(start, start + reference.len()), ci.tag.as_str());
            finding.help(format!("write `@{tag}`")).fix(format!("pin the workflow to `{tag}`"), [edit])
        }
        None => finding.help(format!("call `{}`", ci.example())),
    }
}

fn uncalled(facts: &Facts, contract: &Contract) -> Finding {
    let ci = facts.workflows.iter().find(|workflow| workflow.source.path().ends_with("/ci.yml"));
    let workflow = ci.or(facts.workflows.first());
    let finding =
        Finding::new(&RULE, "no job calls the shared workflow that holds a template to its contract");
    let finding = finding.in_file(workflow.map_or(CI, |workflow| workflow.source.path()));
    finding.help(format!("add a job with `uses: {}`", contract.ci.example()))
}
