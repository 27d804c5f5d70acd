//! What a run tells: the log, the summary, and everything as JSON.

mod file;

use package::{Archive, Finding, Proof};
use python::{LeftAlone, LeftAloneReason};
use runner::{Annotation, Console, markdown};

use crate::build::Built;
use crate::distribution::{Distribution, Release};
use crate::smoke::SmokeReport;

pub(crate) use file::ReportFile;

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

/// A line for each place that was left alone and names one of the package's modules. Those that seem to, or may when
/// they run, are many in some packages, and counted.
fn tell_left_alone(built: &Built, console: &Console, show_all: bool) {
    let (mut look_alikes, mut unknown) = (0, 0);
    for report in reports(built) {
        for left in &report.left_alone {
            let LeftAlone { position, reason, text, module } = left;
            let is_look_alike = *reason == LeftAloneReason::LookAlike;
            look_alikes += usize::from(is_look_alike);
            unknown += usize::from(module.is_none());
            if show_all || (module.is_some() && !is_look_alike) {
                let (path, text) = (&report.path, first_line(text));
                console.progress(&format!("{path}:{position}: left as it is: `{text}`, {}", why(*reason)));
            }
        }
    }
    let those = if show_all { "" } else { "; `show-edits` lists them" };
    if look_alikes > 0 {
        console.progress(&format!(
            "left as they are: {look_alikes} strings that look like modules and may be data{those}"
        ));
    }
    if unknown > 0 {
        console.progress(&format!(
            "left as they are: {unknown} places whose modules show only when they run{those}"
        ));
    }
}

/// The first line of a text, marked where more follows.
fn first_line(text: &str) -> String {
    match text.split_once(['\n', '\r']) {
        Some((first, _)) => format!("{first} …"),
        None => text.to_owned(),
    }
}

fn why(reason: LeftAloneReason) -> &'static str {
    match reason {
        LeftAloneReason::Computed => "whose module shows when it runs",
        LeftAloneReason::ComputedRest => "whose submodule shows when it runs",
        LeftAloneReason::DunderImport => "which the manifest tolerates",
        LeftAloneReason::LookAlike => "which looks like a module and may be data",
        LeftAloneReason::HandedOn => "by which any module may be reached when it runs",
        LeftAloneReason::Code => "which is code in a string",
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

/// What the step's summary says of a build from bare modules.
#[must_use]
pub fn summary(built: &Built, name: &str) -> String {
    let (edits, files) = edited(built);
    let moved = format!("; {edits} imports moved in {files} modules");
    let archives = [&built.wheel, &built.sdist].map(|archive| {
        let Archive { file_name, bytes, .. } = archive;
        [markdown::code(file_name), bytes.len().to_string(), markdown::code(&archive.sha256())]
    });
    whole_summary(&format!("{name} {}", built.assembled.version), &built.proof, &moved, archives)
}

/// What the step's summary says of a build by a project's own backend.
#[must_use]
pub fn standalone_summary(release: &Release, proof: &Proof) -> String {
    let archives = release.distributions().map(|one| {
        [
            markdown::code(one.file_name()),
            one.bytes().len().to_string(),
            markdown::code(&one.sha256().to_string()),
        ]
    });
    whole_summary(&format!("{} {}", release.project(), release.version()), proof, "", archives)
}

fn whole_summary(title: &str, proof: &Proof, moved: &str, archives: [[String; 3]; 2]) -> String {
    let Proof { findings, notes, imports } = proof;
    let verdict = if proof.holds() { "whole" } else { "not whole" };
    let mut text = format!(
        "## {}\n\nThe package is {verdict}: {imports} imports followed, {} findings, {} notes{moved}.\n\n",
        markdown::text(title),
        findings.len(),
        notes.len(),
    );
    text.push_str(&markdown::table(["Archive", "Bytes", "SHA-256"], archives));
    for (heading, listed) in [("Findings", findings), ("Notes", notes)] {
        if !listed.is_empty() {
            text.extend(["\n### ", heading, "\n\n"]);
            text.extend(listed.iter().map(|one| format!("- {}\n", markdown::text(&one.to_string()))));
        }
    }
    text
}

/// What the step's summary says of a package that was tried.
#[must_use]
pub fn smoke_summary(smoke: &SmokeReport) -> String {
    let rows = smoke.checks.iter().map(|checked| {
        let verdict = if checked.passed() { "works" } else { "**fails**" };
        [markdown::text(&checked.check.to_string()), verdict.to_owned()]
    });
    let table = markdown::table(["Tried", ""], rows);
    format!("\n### Installed with Python {}\n\n{table}", markdown::text(&smoke.python))
}

/// The members of wheel and sdist, for `--list`.
#[must_use]
pub fn standalone_listing(release: &Release) -> Vec<String> {
    let members = |one: &Distribution| {
        let names = one.members().iter().map(|name| format!("  {name}"));
        std::iter::once(format!("{}:", one.file_name())).chain(names).collect::<Vec<_>>()
    };
    release.distributions().into_iter().flat_map(members).collect()
}

/// A path as outputs and the log show it: relative to `base` where it lies there.
#[must_use]
pub fn relative(path: &std::path::Path, base: Option<&std::path::Path>) -> String {
    let base = base.and_then(|base| fs_err::canonicalize(base).ok());
    let shown = base.as_deref().and_then(|base| path.strip_prefix(base).ok()).unwrap_or(path);
    shown.to_string_lossy().into_owned()
}
