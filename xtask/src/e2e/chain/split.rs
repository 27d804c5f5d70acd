//! The publishing workflow in two jobs: what the first has built is handed on, and the second publishes that and builds
//! nothing.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, ensure};
use local_index::LocalIndex;

use super::dependencies::Dependencies;
use super::monorepo::PROJECT;
use super::tag::Tagged;
use crate::e2e::Machine;
use crate::e2e::act::Run;
use crate::e2e::artifacts::Artifacts;
use crate::workspace::Workspace;

const CALLER: &str = "publish-split.yml";
/// The steps' names.
const BUILD: &str = "Build";
const FETCH: &str = "Fetch";
const UPLOAD: &str = "Upload";
const CONFIRM: &str = "Confirm";
/// The artifact's name.
const ARTIFACT: &str = "distributions";

/// What makes the archives of another build differ from those of the tag's commit.
const EARLIER: &str = "SOURCE_DATE_EPOCH=1700000000";

/// Lets the runner execute the workflow for a tag three times: where the second job finds nothing, it publishes nothing;
/// where it finds what the first has built, it publishes that; and where it finds another build's files it tries those,
/// which it could not if it built any itself.
///
/// # Errors
///
/// The first thing that is not as it must be, with the runner's log.
pub(super) fn only_what_was_handed_on_is_published(
    machine: &Machine,
    workspace: &Workspace,
    dependencies: &Dependencies,
    scratch: &Path,
) -> anyhow::Result<()> {
    let scratch = tempfile::tempdir_in(scratch)?;
    let tagged = Tagged::set(machine, workspace, dependencies, CALLER, scratch.path())?;
    let folder = |name: &str| scratch.path().join("artifacts").join(name);
    let run = |artifacts: &Artifacts, more: &[&str]| {
        let mut arguments = artifacts.arguments(workspace, &tagged.workflow())?;
        arguments.extend(more.iter().map(ToString::to_string));
        tagged.run(&arguments)
    };
    let index = &tagged.stage.index;

    let lost =
        Artifacts { found: Artifacts::new(&folder("nothing"))?.found, ..Artifacts::new(&folder("earlier"))? };
    let refused = run(&lost, &["--env", EARLIER])?;
    check_refusal(&refused, FETCH, "nothing was kept as `distributions`")
        .and_then(|()| check_index(index, &BTreeMap::new()))
        .with_context(|| format!("the log of the run:\n{}\n", refused.log()))?;

    let handed_on = Artifacts::new(&folder("handed-on"))?;
    let published = run(&handed_on, &[])?;
    let release = check_release(&published, &handed_on)
        .and_then(|release| check_index(index, &release).map(|()| release))
        .with_context(|| format!("the log of the run:\n{}\n", published.log()))?;

    let exchanged = Artifacts { found: lost.kept, ..Artifacts::new(&folder("again"))? };
    let refused = run(&exchanged, &[])?;
    check_refusal(&refused, UPLOAD, "the index serves other bytes under the same names")
        .and_then(|()| check_index(index, &release))
        .with_context(|| format!("the log of the run:\n{}\n", refused.log()))
}

/// The first job went well, and the second ended in this step.
fn check_refusal(run: &Run, step: &str, reason: &str) -> anyhow::Result<()> {
    ensure!(!run.succeeded() && run.has_failed_in(step), "the workflow did not fail in `{step}`");
    ensure!(run.outputs_of(BUILD).is_some(), "nothing was built");
    ensure!(run.log().contains(reason), "the log does not say `{reason}`");
    Ok(())
}

/// What the first job has built was kept and published; the digests by file.
fn check_release(run: &Run, artifacts: &Artifacts) -> anyhow::Result<BTreeMap<String, String>> {
    ensure!(run.succeeded(), "the workflow failed");
    let built = digests(run, BUILD)?;
    for step in [UPLOAD, CONFIRM] {
        let published = digests(run, step)?;
        ensure!(published == built, "`{step}` was about {published:?} and not about {built:?}");
    }
    let uploaded = run.outputs_of(UPLOAD).and_then(|outputs| outputs.get("uploaded"));
    ensure!(uploaded.is_some_and(|extent| extent == "all"), "the output `uploaded` is {uploaded:?}");
    let mut kept = Vec::new();
    for entry in fs_err::read_dir(artifacts.kept.join(ARTIFACT))? {
        kept.push(entry?.file_name().to_string_lossy().into_owned());
    }
    kept.sort_unstable();
    ensure!(kept.iter().eq(built.keys()), "{kept:?} was kept");
    Ok(built)
}

/// The digests of the wheel and the sdist that a step tells of, by file.
fn digests(run: &Run, step: &str) -> anyhow::Result<BTreeMap<String, String>> {
    let outputs = run.outputs_of(step).with_context(|| format!("`{step}` set no outputs"))?;
    let output = |name: &str| outputs.get(name).with_context(|| format!("`{step}` set no output `{name}`"));
    let mut digests = BTreeMap::new();
    for kind in ["wheel", "sdist"] {
        let path = Path::new(output(kind)?);
        let name = path.file_name().with_context(|| format!("`{step}` names no {kind}"))?;
        digests.insert(name.to_string_lossy().into_owned(), output(&format!("{kind}-sha256"))?.clone());
    }
    Ok(digests)
}

/// The index holds these files, and no other.
fn check_index(index: &LocalIndex, release: &BTreeMap<String, String>) -> anyhow::Result<()> {
    let held: BTreeMap<_, _> =
        index.files(PROJECT).into_iter().map(|file| (file.name, file.sha256)).collect();
    ensure!(held == *release, "the index holds {held:?} and not {release:?}");
    Ok(())
}
