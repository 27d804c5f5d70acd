//! What a run tells: the log, the summary, and everything as JSON.

use package::{Archive, Finding, Proof};
use python::{LeftAlone, LeftAloneReason};
use runner::{Annotation, Console, markdown};
use serde::Serialize;

use crate::build::Built;

/// Everything that a build did, as JSON: `--report FILE`.
#[derive(Debug, Serialize)]
pub struct Report<'a> {
    version: String,
    /// By file; those without an edit and with nothing to say are left out.
    rewritten: Vec<&'a python::Report>,
    proof: &'a Proof,
    wheel: ArchiveReport<'a>,
    sdist: ArchiveReport<'a>,
}

#[derive(Debug, Serialize)]
struct ArchiveReport<'a> {
    file_name: &'a str,
    sha256: String,
    entries: &'a [String],
}

impl<'a> Report<'a> {
    /// The report of a build.
    #[must_use]
    pub fn of(built: &'a Built) -> Self {
        let archive = |archive: &'a Archive| ArchiveReport {
            file_name: &archive.file_name,
            sha256: archive.sha256(),
            entries: &archive.entries,
        };
        Self {
            version: built.assembled.version.to_string(),
            rewritten: reports(built)
                .filter(|one| !one.edits.is_empty() || !one.left_alone.is_empty())
                .collect(),
            proof: &built.proof,
            wheel: archive(&built.wheel),
            sdist: archive(&built.sdist),
        }
    }
}

fn reports(built: &Built) -> impl Iterator<Item = &python::Report> {
    built.assembled.rewritten.iter().map(|one| &one.report)
}

/// How many imports were edited, and in how many files.
fn edited(built: &Built) -> (usize, usize) {
    let counts = reports(built).map(|one| one.edits.len()).filter(|count| *count > 0);
    counts.fold((0, 0), |(edits, files), count| (edits + count, files + 1))
}

/// Tells what became of the imports: a line for all, with `show_edits` one for each, and one for each place that was
/// left alone and seems to mean one of the package's modules.
pub fn tell_rewrite(built: &Built, console: &Console, show_edits: bool) {
    let (edits, files) = edited(built);
    console.progress(&format!("moved {edits} imports in {files} of {} modules", reports(built).count()));
    if show_edits {
        let _group = console.group("edits");
        for report in reports(built) {
            for edit in &report.edits {
                let (path, at) = (&report.path, edit.position);
                console.progress(&format!("{path}:{at}: `{}` → `{}`", edit.before, edit.after));
            }
        }
    }
    tell_left_alone(built, console, show_edits);
}

/// A line for each place whose module only shows when it runs; strings that merely look like modules are many in some
/// packages, and counted.
fn tell_left_alone(built: &Built, console: &Console, show_look_alikes: bool) {
    let mut look_alikes = 0;
    for report in reports(built) {
        for LeftAlone { position, reason, text, .. } in
            report.left_alone.iter().filter(|one| one.module.is_some())
        {
            let is_look_alike = *reason == LeftAloneReason::LookAlike;
            look_alikes += usize::from(is_look_alike);
            if show_look_alikes || !is_look_alike {
                console.progress(&format!(
                    "{}:{position}: left as it is: `{text}`, {}",
                    report.path,
                    why(*reason)
                ));
            }
        }
    }
    if look_alikes > 0 {
        console.progress(&format!(
            "left {look_alikes} strings as they are that look like modules and may be data"
        ));
    }
}

fn why(reason: LeftAloneReason) -> &'static str {
    match reason {
        LeftAloneReason::Computed => "whose module shows when it runs",
        LeftAloneReason::ComputedRest => "whose submodule shows when it runs",
        LeftAloneReason::DunderImport => "which the manifest tolerates",
        LeftAloneReason::LookAlike => "which looks like a module and may be data",
    }
}

/// Tells what the proof found: a line for all, a line for each note, and an error for each finding at its line.
pub fn tell_proof(proof: &Proof, console: &Console) {
    for note in &proof.notes {
        console.progress(&format!("note: {note}"));
    }
    for finding in &proof.findings {
        console.annotate(&annotation(finding));
    }
    let Proof { findings, notes, imports } = proof;
    console.progress(&format!(
        "followed {imports} imports: {} findings, {} notes",
        findings.len(),
        notes.len()
    ));
}

fn annotation(finding: &Finding) -> Annotation {
    let annotation = Annotation::error(finding.without_place()).title("the package is not whole");
    let annotation = match &finding.path {
        Some(path) => annotation.file(path.as_str()),
        None => annotation,
    };
    match finding.position {
        Some(position) => annotation.line(position.line),
        None => annotation,
    }
}

/// The files of wheel and sdist, for `--list`.
#[must_use]
pub fn listing(built: &Built) -> Vec<String> {
    let mut lines = Vec::new();
    for archive in [&built.wheel, &built.sdist] {
        lines.push(format!("{}:", archive.file_name));
        lines.extend(archive.entries.iter().map(|entry| format!("  {entry}")));
    }
    lines
}

/// The step's summary.
#[must_use]
pub fn summary(built: &Built, name: &str) -> String {
    let version = &built.assembled.version;
    let (edits, files) = edited(built);
    let proof = &built.proof;
    let verdict = if proof.holds() { "whole" } else { "not whole" };
    let mut text = format!(
        "## {name} {version}\n\nThe package is {verdict}: {} imports followed, {} findings, {} notes; {edits} imports \
         moved in {files} modules.\n\n",
        proof.imports,
        proof.findings.len(),
        proof.notes.len(),
        name = markdown::text(name),
    );
    let row = |archive: &Archive| {
        [
            markdown::code(&archive.file_name),
            archive.bytes.len().to_string(),
            markdown::code(&archive.sha256()),
        ]
    };
    text.push_str(&markdown::table(["Archive", "Bytes", "SHA-256"], [row(&built.wheel), row(&built.sdist)]));
    let listed = |finding: &Finding| format!("- {}\n", markdown::text(&finding.to_string()));
    if !proof.findings.is_empty() {
        text.push_str("\n### Findings\n\n");
        text.extend(proof.findings.iter().map(listed));
    }
    if !proof.notes.is_empty() {
        text.push_str("\n### Notes\n\n");
        text.extend(proof.notes.iter().map(listed));
    }
    text
}

/// A path as outputs and the log show it: relative to `base` where it lies there.
#[must_use]
pub fn relative(path: &std::path::Path, base: Option<&std::path::Path>) -> String {
    let base = base.and_then(|base| fs_err::canonicalize(base).ok());
    let shown = base.as_deref().and_then(|base| path.strip_prefix(base).ok()).unwrap_or(path);
    shown.to_string_lossy().into_owned()
}
