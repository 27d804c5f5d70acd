//! The action.

use std::path::Path;

use runner::{Action, Completed, Console, Context, Exit, Failure, LogStyle};

use crate::contract::Contracts;
use crate::finding::Severity;
use crate::folder::Folder;
use crate::inputs::{Format, Inputs};
use crate::outputs::Outputs;
use crate::probe::{self, ProbeReport};
use crate::render::{self, Paint};
use crate::report::Report;
use crate::request::{RequestError, Task};
use crate::secrets::DiffError;
use crate::{judge, manual};

/// validate-template.
#[derive(Debug)]
pub struct ValidateTemplate;

impl Action for ValidateTemplate {
    const NAME: &'static str = "validate-template";
    const DESCRIPTION: &'static str =
        "Holds a workspace template to its contract, and says precisely what to mend";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const ICON: &'static str = "check-square";
    const COLOR: &'static str = "green";
    const SHOWS_OUTPUTS: bool = false;
    type Inputs = Inputs;
    type Outputs = Outputs;

    fn run(context: &Context, inputs: Inputs) -> Result<Completed<Outputs>, Failure> {
        let task = Task::of(&inputs)?;
        let contracts = contracts(&inputs)?;
        let console = context.console();
        match task {
            Task::Rules => console.result(&manual::listed()),
            Task::Explain(rules) => {
                let pages: Vec<_> = rules.into_iter().map(manual::explained).collect();
                console.result(&pages.join("\n\n"));
            }
            Task::Probe => console.result(&probe::program(contracts.newest())),
            Task::Check(folders, since) => {
                return check(context, &inputs, &contracts, &folders, since.as_deref());
            }
            Task::SecretScan(folders, since) => {
                let scan = |folder| judge::scan(folder, &contracts, since.as_deref());
                let judged = folders.iter().map(scan).collect::<Result<Vec<_>, _>>()?;
                return finish(context, &inputs, Report { judged, strict: inputs.strict });
            }
        }
        Ok(Completed::done(Outputs { valid: true, ..Outputs::default() }))
    }
}

fn contracts(inputs: &Inputs) -> Result<Contracts, Failure> {
    match &inputs.contract {
        Some(paths) => Ok(Contracts::read(paths.iter().map(Path::new))?),
        None => Ok(Contracts::embedded()),
    }
}

fn check(
    context: &Context,
    inputs: &Inputs,
    contracts: &Contracts,
    folders: &[Folder],
    since: Option<&str>,
) -> Result<Completed<Outputs>, Failure> {
    let console = context.console();
    let probe = probe_report(inputs, contracts, folders)?;
    let judged = |probe: Option<ProbeReport>| -> Result<Report, DiffError> {
        let one = |judged| Report { judged: vec![judged], strict: inputs.strict };
        Ok(match (since, probe, folders) {
            (Some(base), probe, [folder]) => one(judge::judge_since(base, folder, contracts, probe)?),
            (None, Some(probe), [folder]) => one(judge::judge(folder, contracts, Some(probe))),
            _ => Report { strict: inputs.strict, ..judge::judge_all(folders, contracts) },
        })
    };
    let mut report = judged(probe.clone())?;
    if inputs.diff {
        let diffs =
            report.judged.iter().flat_map(|judged| &judged.mended).map(|mended| mended.diff.trim_end());
        console.result(&diffs.collect::<Vec<_>>().join("\n"));
        return Ok(completed(&report, None));
    }
    if inputs.fix && mend(&report, folders, console)? {
        report = judged(probe)?;
    }
    if inputs.trace {
        report.judged.iter().for_each(|judged| console.result(&render::trace(judged)));
    }
    finish(context, inputs, report)
}

/// Prints the findings, and writes them where they are wanted.
pub(crate) fn finish(
    context: &Context,
    inputs: &Inputs,
    mut report: Report,
) -> Result<Completed<Outputs>, Failure> {
    if let Some(workspace) = &context.job().workspace {
        report.judged.iter_mut().for_each(|judged| judged.name_from(workspace));
    }
    let console = context.console();
    print(console, inputs.format, &report);
    context.summarise(&render::markdown(&report));
    if let Some(path) = &inputs.sarif_file {
        context.write(path, render::sarif(&report)).map_err(Failure::new)?;
    }
    Ok(completed(&report, inputs.sarif_file.as_deref()))
}

/// What the probe reported, if it did or is to run now.
fn probe_report(
    inputs: &Inputs,
    contracts: &Contracts,
    folders: &[Folder],
) -> Result<Option<ProbeReport>, Failure> {
    if let Some(path) = &inputs.probe_report {
        let printed = fs_err::read(path).map_err(RequestError::ProbeReport)?;
        return Ok(Some(ProbeReport::parse(&String::from_utf8_lossy(&printed))?));
    }
    match (&inputs.python, folders) {
        (Some(python), [folder]) => Ok(Some(probe::run(python, folder, contracts.newest())?)),
        _ => Ok(None),
    }
}

/// Mends what can be, and tells of it. Whether anything was.
fn mend(report: &Report, folders: &[Folder], console: &Console) -> Result<bool, Failure> {
    let mut is_any = false;
    for (judged, folder) in report.judged.iter().zip(folders) {
        for mended in &judged.mended {
            mended.write(folder)?;
            for title in &mended.titles {
                console.progress(&format!("mended {}: {title}", judged.path_of(&mended.path)));
            }
            is_any = true;
        }
    }
    Ok(is_any)
}

fn print(console: &Console, format: Format, report: &Report) {
    let format = match (format, console.style()) {
        (Format::Auto, LogStyle::Commands) => Format::Github,
        (Format::Auto, LogStyle::Plain | LogStyle::Terminal) => Format::Human,
        (asked, _) => asked,
    };
    match format {
        Format::Auto | Format::Human if console.paints_results() => {
            console.painted_result(&render::human(report, Paint::Ansi));
        }
        Format::Auto | Format::Human => console.result(&render::human(report, Paint::Plain)),
        Format::Json => console.result(&render::json(report)),
        Format::Sarif => console.result(&render::sarif(report)),
        Format::Markdown => console.result(&render::markdown(report)),
        Format::Github => {
            // Who asks for annotations on a laptop wants to see them; other runners would print them as they are.
            let style = if console.style() == LogStyle::Plain { LogStyle::Plain } else { LogStyle::Commands };
            let console = console.in_style(style);
            let shown = render::github(report);
            shown.annotations.iter().for_each(|annotation| console.annotate(annotation));
            shown.log.iter().for_each(|line| console.result(line));
        }
    }
}

fn completed(report: &Report, sarif: Option<&Path>) -> Completed<Outputs> {
    let (errors, warnings) = (report.count(Severity::Error), report.count(Severity::Warning));
    let valid = report.invalid() == 0;
    let sarif_file = sarif.map(|path| path.display().to_string());
    let outputs = Outputs { valid, errors, warnings, sarif_file };
    let exit = if valid { Exit::Done } else { Exit::Findings };
    Completed { outputs, exit }
}
