//! Telling what came of a run: outputs for machines, a summary and plain lines for people.

use domain::{ReleaseTag, package_version};
use forge::{DispatchOutcome, Run};
use runner::markdown;
use serde_json::{Value, json};

use crate::apply::{Ending, Mode};
use crate::decide::Contribution;
use crate::outputs::Outputs;
use crate::plan::{Release, Skip, Step, Verdict};
use crate::preview::Preview;
use crate::published::Raised;

/// What a run tells: the outputs, the summary's Markdown, and plain lines for the log.
#[derive(Debug)]
pub struct Report {
    /// For the steps that follow.
    pub outputs: Outputs,
    /// For the run's page.
    pub summary: String,
    /// For the log.
    pub lines: Vec<String>,
}

/// The report of a run that released, skipped, or only planned.
#[must_use]
pub fn of_ending(ending: &Ending, mode: Mode) -> Report {
    match &ending.course.verdict {
        Verdict::Release(release) => of_release(release, ending, mode),
        Verdict::Skip(skip) => of_skip(skip, ending),
    }
}

fn of_release(release: &Release, ending: &Ending, mode: Mode) -> Report {
    let run = run_url(ending);
    let commit = &ending.facts.commit;
    let reason = match (release.existed, mode) {
        (true, _) => "already-released",
        (false, Mode::DryRun) => "planned",
        (false, Mode::Apply) => "released",
    };
    let tag = &release.tag;
    let level = release.bump.map_or("first", domain::Bump::as_str);
    let after = release.previous.as_ref().map(|previous| format!(" after `{previous}`")).unwrap_or_default();
    let headline = match reason {
        "already-released" => format!("`{tag}` releases {} already{}", commit.short(), mended(ending)),
        "planned" => format!("would tag {} as `{tag}`: {level} release{after}", commit.short()),
        _ => format!("tagged {} as `{tag}`: {level} release{after}", commit.short()),
    };
    let mut lines = vec![headline.clone()];
    lines.extend(release.raised.iter().map(ToString::to_string));
    lines.extend(release.contributions.iter().map(reason_line));
    lines.extend(ending.course.steps.iter().map(|step| format!("step: {}", step_line(step))));
    lines.extend(ending.facts.done.moved.iter().map(|name| format!("moved tag `{name}`")));
    lines.extend(run.iter().map(|url| format!("started {url}")));
    if let Some(DispatchOutcome::Accepted) = ending.facts.done.dispatched {
        lines.push("the workflow was asked to start; the forge does not tell its run".to_owned());
    }
    let raised = raised_paragraph(release.raised.as_ref());
    let summary = format!("## {headline}\n\n{raised}{}", contributions_table(&release.contributions));
    let outputs = Outputs {
        tag: Some(tag.name()),
        version: Some(tag.version().clone()),
        package_version: package_text(tag),
        previous_tag: release.previous.as_ref().map(ReleaseTag::name),
        previous_version: release.previous.as_ref().map(|previous| previous.version().clone()),
        bump: Some(release.bump.map_or("initial", domain::Bump::as_str).to_owned()),
        created: reason == "released",
        skipped: false,
        reason: reason.to_owned(),
        pr_numbers: release.pulls.clone(),
        commit: Some(commit.clone()),
        dispatched_run_url: run,
        plan: plan_json(
            "release",
            &headline,
            release.raised.as_ref(),
            &release.contributions,
            &ending.course.steps,
            &ending.course.warnings,
        ),
    };
    Report { outputs, summary, lines }
}

/// What a run did for a release that was there before it.
fn mended(ending: &Ending) -> &'static str {
    let done = &ending.facts.done;
    if done.dispatched.is_some() || !done.moved.is_empty() || !ending.course.steps.is_empty() {
        ", and this run sees to what was left"
    } else {
        ": nothing to do"
    }
}

fn of_skip(skip: &Skip, ending: &Ending) -> Report {
    let headline = format!("nothing to release at {}: {}", ending.facts.commit.short(), skip.why);
    let mut lines = vec![headline.clone()];
    lines.extend(skip.contributions.iter().map(reason_line));
    let summary = format!("## {headline}\n\n{}", contributions_table(&skip.contributions));
    let outputs = Outputs {
        commit: Some(ending.facts.commit.clone()),
        plan: plan_json("skip", &headline, None, &skip.contributions, &[], &ending.course.warnings),
        ..skipped(skip.reason.as_str())
    };
    Report { outputs, summary, lines }
}

/// The report of a run whose event asks for nothing.
#[must_use]
pub fn of_nothing(reason: &str, why: &str) -> Report {
    let headline = format!("nothing to release: {why}");
    let outputs = Outputs { plan: plan_json("skip", &headline, None, &[], &[], &[]), ..skipped(reason) };
    Report { outputs, summary: format!("## {headline}\n"), lines: vec![headline] }
}

/// The report of a preview.
#[must_use]
pub fn of_preview(preview: &Preview) -> Report {
    let mut lines = vec![preview.sentence.clone()];
    lines.extend(preview.raised.iter().map(ToString::to_string));
    lines.extend(preview.contributions.iter().map(reason_line));
    let warnings: Vec<_> =
        preview.warnings.iter().map(|warning| format!("> {}", markdown::text(warning))).collect();
    let table = contributions_table(&preview.contributions);
    let summary = format!(
        "### {}

{}{table}
{}",
        preview.sentence,
        raised_paragraph(preview.raised.as_ref()),
        warnings.join(
            "
>
"
        )
    );
    let release = preview.release.as_ref();
    let outputs = Outputs {
        tag: release.map(ReleaseTag::name),
        version: release.map(|tag| tag.version().clone()),
        package_version: release.and_then(package_text),
        previous_tag: preview.previous.as_ref().map(ReleaseTag::name),
        previous_version: preview.previous.as_ref().map(|previous| previous.version().clone()),
        bump: release.map(|_| preview.bump.map_or("initial", domain::Bump::as_str).to_owned()),
        skipped: release.is_none(),
        pr_numbers: preview.contributions.iter().filter_map(|one| one.pull).collect(),
        plan: plan_json(
            "preview",
            &preview.sentence,
            preview.raised.as_ref(),
            &preview.contributions,
            &[],
            &preview.warnings,
        ),
        ..skipped("preview")
    };
    Report { outputs, summary, lines }
}

fn raised_paragraph(raised: Option<&Raised>) -> String {
    raised.map(|raised| format!("{raised}\n\n")).unwrap_or_default()
}

fn skipped(reason: &str) -> Outputs {
    Outputs {
        tag: None,
        version: None,
        package_version: None,
        previous_tag: None,
        previous_version: None,
        bump: None,
        created: false,
        skipped: true,
        reason: reason.to_owned(),
        pr_numbers: Vec::new(),
        commit: None,
        dispatched_run_url: None,
        plan: Value::Null,
    }
}

fn package_text(tag: &ReleaseTag) -> Option<String> {
    package_version(tag.version()).ok().map(|version| version.to_string())
}

fn run_url(ending: &Ending) -> Option<String> {
    let started = match &ending.facts.done.dispatched {
        Some(DispatchOutcome::Started(Run { url, .. })) => url.clone(),
        Some(DispatchOutcome::Accepted) | None => None,
    };
    started.or_else(|| ending.facts.existing.as_ref()?.run.as_ref()?.url.clone())
}

fn reason_line(one: &Contribution) -> String {
    let who = one.pull.map_or_else(String::new, |number| format!("#{number} "));
    let what = one.bump.map_or("none", domain::Bump::as_str);
    format!("  {what}: {who}{} ({})", one.title, one.because)
}

fn step_line(step: &Step) -> String {
    match step {
        Step::CreateTag { name, .. } => format!("create tag `{name}`"),
        Step::MoveTag { name, to, .. } => format!("move tag `{name}` to {}", to.short()),
        Step::Dispatch { workflow, tag, .. } => format!("start `{workflow}` at `{tag}`"),
    }
}

fn contributions_table(contributions: &[Contribution]) -> String {
    if contributions.is_empty() {
        return String::new();
    }
    let rows = contributions.iter().map(|one| {
        [
            one.pull.map_or_else(|| "direct push".to_owned(), |number| format!("#{number}")),
            markdown::text(&one.title),
            one.bump.map_or("none", domain::Bump::as_str).to_owned(),
            one.because.markdown(),
        ]
    });
    markdown::table(["pull request", "title", "asks for", "why"], rows)
}

fn plan_json(
    verdict: &str,
    headline: &str,
    raised: Option<&Raised>,
    contributions: &[Contribution],
    steps: &[Step],
    warnings: &[String],
) -> Value {
    let contributions: Vec<Value> = contributions
        .iter()
        .map(|one| {
            json!({
                "pull-request": one.pull,
                "title": one.title,
                "bump": one.bump.map(domain::Bump::as_str),
                "because": one.because.to_string(),
            })
        })
        .collect();
    let steps: Vec<Value> = steps
        .iter()
        .map(|step| match step {
            Step::CreateTag { name, message, .. } => {
                json!({ "step": "create-tag", "tag": name.as_str(), "message": message })
            }
            Step::MoveTag { name, from, to } => json!({
                "step": "move-tag", "tag": name.as_str(),
                "from": from.as_ref().map(domain::CommitSha::as_str), "to": to.as_str(),
            }),
            Step::Dispatch { workflow, tag, inputs } => json!({
                "step": "dispatch", "workflow": workflow, "tag": tag.as_str(),
                "inputs": inputs.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
            }),
        })
        .collect();
    json!({
        "verdict": verdict,
        "headline": headline,
        "raised": raised.map(ToString::to_string),
        "contributions": contributions,
        "steps": steps,
        "warnings": warnings,
    })
}
