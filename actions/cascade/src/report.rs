//! Telling what came of a run: outputs for machines, a summary and plain lines for people.

use domain::RepoName;
use runner::{Exit, markdown};
use serde_json::{Value, json};

use crate::inputs::{Command, OnPartial, Settings};
use crate::outcome::{Outcome, State, Verdict};
use crate::outputs::Outputs;
use crate::receipt::{self, Receipt};
use crate::targets::Drift;

/// What a run tells.
#[derive(Debug)]
pub struct Report {
    /// For the steps that follow.
    pub outputs: Outputs,
    /// For the run's page.
    pub summary: String,
    /// For the log.
    pub lines: Vec<String>,
    /// What went wrong, in one message; none when nothing did.
    pub complaint: Option<String>,
    /// How the step ends.
    pub exit: Exit,
}

/// The report of a run.
#[must_use]
pub fn report(outcomes: &[Outcome], drift: &Drift, settings: &Settings) -> Report {
    let of = |verdict| -> Vec<RepoName> {
        let with = outcomes.iter().filter(|outcome| outcome.verdict() == verdict);
        with.map(|outcome| outcome.target.clone()).collect()
    };
    let (told, skipped, failed) = (of(Verdict::Told), of(Verdict::Skipped), of(Verdict::Failed));
    let headline = headline(settings, told.len(), skipped.len(), failed.len());
    let exit = match (failed.is_empty(), told.is_empty(), settings.on_partial) {
        (true, ..) | (false, false, OnPartial::Warn) => Exit::Done,
        (false, true, _) => Exit::Failed,
        (false, false, OnPartial::Fail) => Exit::Partial,
    };
    // telling these again before they are seen would tell them twice
    let is_waiting =
        |outcome: &&Outcome| matches!(&outcome.state, State::Failed(trouble) if trouble.reason == "waiting");
    let waiting: Vec<_> = outcomes.iter().filter(is_waiting).map(|outcome| &outcome.target).collect();
    let mut lines = vec![headline.clone()];
    lines.extend(outcomes.iter().map(line));
    let drift = drift_lines(drift);
    let quotes = drift.iter().map(|sentence| format!("\n> {}\n", markdown::text(sentence)));
    let summary = [
        format!("## {headline}\n\n{}", table(outcomes)),
        receipt::tell::section(outcomes, settings),
        quotes.collect(),
    ]
    .concat();
    lines.extend(drift);
    Report {
        outputs: Outputs {
            failed_targets: failed.iter().filter(|target| !waiting.contains(target)).cloned().collect(),
            cascade_id: settings.payload.id().to_string(),
            ledger: ledger(outcomes, settings),
            receipts: receipt::tell::chains(outcomes, settings),
            dispatched: if settings.dry_run || settings.command == Command::Doctor {
                Vec::new()
            } else {
                told
            },
            skipped,
            failed,
        },
        summary,
        lines,
        complaint: complaint(outcomes),
        exit,
    }
}

fn headline(settings: &Settings, told: usize, skipped: usize, failed: usize) -> String {
    let mut parts = Vec::new();
    let verb = match (settings.command, settings.dry_run) {
        (Command::Doctor, _) => "can be told",
        (Command::Tell, true) => "would be told",
        (Command::Tell, false) => "told",
    };
    parts.push(format!("{told} {verb}"));
    parts.extend((skipped > 0).then(|| format!("{skipped} skipped")));
    parts.extend((failed > 0).then(|| format!("{failed} failed")));
    let all = told + skipped + failed;
    let of = match settings.command {
        Command::Doctor => format!("{all} targets"),
        Command::Tell => format!("{} {} to {all} targets", settings.package, settings.payload.version()),
    };
    format!("{of}: {}", parts.join(", "))
}

fn line(outcome: &Outcome) -> String {
    let way = outcome.mode.as_ref().map(|way| format!(" by {} ({})", way.mode, way.why));
    let reason = Some(outcome.reason()).filter(|reason| !reason.is_empty());
    let parts = [
        Some(format!("  {}: {}", outcome.target, outcome.word())),
        way,
        reason.map(|reason| format!(": {reason}")),
        outcome.mending().map(|mending| format!("; hint: {mending}")),
    ];
    let links = outcome.links.iter().map(|link| format!(" {link}"));
    let receipt = outcome.receipt.as_deref().map(Receipt::line);
    parts.into_iter().flatten().chain(links).chain(receipt).collect()
}

/// What needs somebody's eye comes first.
fn table(outcomes: &[Outcome]) -> String {
    let mut sorted: Vec<&Outcome> = outcomes.iter().collect();
    sorted.sort_by_key(|outcome| outcome.verdict() != Verdict::Failed);
    let rows = sorted.into_iter().map(|outcome| {
        [
            markdown::code(outcome.target.as_str()),
            outcome.mode.as_ref().map(|way| way.mode.to_owned()).unwrap_or_default(),
            outcome.word().to_owned(),
            markdown::text(&outcome.reason()),
            outcome.mending().map(markdown::text).unwrap_or_default(),
            links(outcome),
        ]
    });
    markdown::table(["target", "mode", "state", "reason", "mending", "run"], rows)
}

/// The pages of an outcome's runs, as numbers that lead there.
pub(crate) fn links(outcome: &Outcome) -> String {
    let links = outcome.links.iter().enumerate().filter(|(_, link)| is_plain_url(link));
    links.map(|(index, link)| format!("[{}]({link})", index + 1)).collect::<Vec<_>>().join(" ")
}

/// Whether a link can stand in Markdown as it is.
fn is_plain_url(link: &str) -> bool {
    let is_safe = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#@!$&*+,;=%".contains(&byte);
    (link.starts_with("https://") || link.starts_with("http://")) && link.bytes().all(is_safe)
}

pub(crate) fn drift_lines(drift: &Drift) -> Vec<String> {
    let listed = drift.only_listed.iter().map(|(repo, why)| format!("drift: `{repo}` is listed and {why}"));
    let found = drift.only_discovered.iter().map(|repo| format!("drift: `{repo}` is not listed: add it"));
    listed.chain(found).collect()
}

fn complaint(outcomes: &[Outcome]) -> Option<String> {
    const MOST: usize = 20;
    let failed: Vec<&Outcome> =
        outcomes.iter().filter(|outcome| outcome.verdict() == Verdict::Failed).collect();
    if failed.is_empty() {
        return None;
    }
    let mut lines = vec![format!("{} of {} targets failed", failed.len(), outcomes.len())];
    for outcome in failed.iter().take(MOST) {
        lines.push(format!("  {}: {}", outcome.target, outcome.reason()));
        lines.extend(outcome.mending().map(|mending| format!("    hint: {mending}")));
    }
    if failed.len() > MOST {
        lines.push(format!("  and {} more", failed.len() - MOST));
    }
    Some(lines.join("\n"))
}

/// What came of each target, for a file and for programs.
#[must_use]
pub fn ledger(outcomes: &[Outcome], settings: &Settings) -> Value {
    json!({
        "cascade-id": settings.payload.id().as_str(),
        "version": settings.payload.version().to_string(),
        "source": settings.payload.source().as_str(),
        "targets": outcomes.iter().map(Outcome::json).collect::<Vec<_>>(),
    })
}
