//! From a folder to what the rules have to say about it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::contract::{Contract, Contracts};
use crate::crowd;
use crate::facts::Facts;
use crate::finding::{Findings, Place};
use crate::fix;
use crate::folder::{Folder, Listing};
use crate::ignore;
use crate::probe::ProbeReport;
use crate::report::{Judged, Report};
use crate::rules::{RULES, Rule, secret, unscanned_file};
use crate::secrets::{self, DiffError, Scanned};

/// Judges every folder, on every core; the report has them in the order given.
#[must_use]
pub fn judge_all(folders: &[Folder], contracts: &Contracts) -> Report {
    let next = AtomicUsize::new(0);
    let judged = Mutex::new(Vec::with_capacity(folders.len()));
    let work = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(folder) = folders.get(at) else { break };
            let one = judge(folder, contracts, None);
            judged.lock().unwrap_or_else(PoisonError::into_inner).push((at, one));
        }
    };
    let cores = thread::available_parallelism().map_or(1, usize::from).min(folders.len());
    thread::scope(|scope| {
        for _ in 1..cores {
            scope.spawn(work);
        }
        work();
    });
    let mut judged = judged.into_inner().unwrap_or_else(PoisonError::into_inner);
    judged.sort_by_key(|(at, _)| *at);
    Report { judged: judged.into_iter().map(|(_, one)| one).collect(), strict: false }
}

/// Judges one folder by every rule, and by what the probe of its image reported, if it ran.
#[must_use]
pub fn judge(folder: &Folder, contracts: &Contracts, probe: Option<ProbeReport>) -> Judged {
    let facts = Facts::gather(folder, contracts, probe);
    judge_by(RULES, &facts, contract_of(&facts, contracts))
}

/// The same, of credentials only those that were added since a revision.
///
/// # Errors
/// When it cannot be told what was added.
pub fn judge_since(
    base: &str,
    folder: &Folder,
    contracts: &Contracts,
    probe: Option<ProbeReport>,
) -> Result<Judged, DiffError> {
    let scanned = secrets::added_since(base, folder)?;
    let mut facts = Facts::gather(folder, contracts, probe);
    facts.scanned = scanned;
    Ok(judge_by(RULES, &facts, contract_of(&facts, contracts)))
}

/// Looks for credentials, and for nothing else: in what is in the folder, or in what was added since a revision.
///
/// # Errors
/// When it cannot be told what was added.
pub fn scan(folder: &Folder, contracts: &Contracts, since: Option<&str>) -> Result<Judged, DiffError> {
    let (scanned, listing) = if let Some(base) = since {
        (secrets::added_since(base, folder)?, Listing::default())
    } else {
        let listing = folder.files();
        (Scanned::of(folder, &listing), listing)
    };
    let facts = Facts::of_scan(folder, scanned, listing);
    Ok(judge_by(&[&secret::RULE, &unscanned_file::RULE], &facts, contracts.newest()))
}

/// Judges facts by some rules, and by those on the ignores in the files.
pub(crate) fn judge_by(rules: &[&'static Rule], facts: &Facts, contract: &Contract) -> Judged {
    let mut findings = Findings::default();
    for rule in rules {
        (rule.check)(facts, contract, &mut findings);
    }
    let Findings { found, proofs } = findings;
    let mut found = ignore::apply(facts, rules, found);
    found.sort_by(|a, b| key(&a.place).cmp(&key(&b.place)).then_with(|| a.rule.id.cmp(b.rule.id)));
    let found = crowd::thinned(found);
    let mended = fix::mended(&found);
    let mut judged = Judged { folder: facts.folder.name().to_owned(), findings: found, proofs, mended };
    facts.scanned.redaction().redact(&mut judged);
    judged
}

/// The contract of the schema version that the template declares, or the newest where it declares none that is known.
fn contract_of<'a>(facts: &Facts, contracts: &'a Contracts) -> &'a Contract {
    facts.schema_version().and_then(|version| contracts.get(version)).unwrap_or_else(|| contracts.newest())
}

fn key(place: &Place) -> (Option<&str>, Option<text::Position>) {
    (place.file(), place.start())
}
