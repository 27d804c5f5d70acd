//! What the manifest tolerates, and whether it had to.

use std::sync::atomic::{AtomicBool, Ordering};

use super::finding::{Finding, FindingKind};
use crate::manifest::{MANIFEST_NAME, Proving};

/// The manifest's list, and which entries of it have let something pass.
pub(super) struct Tolerance<'a> {
    proving: &'a Proving,
    /// By the places of the entries. Files are proven side by side.
    used: Vec<AtomicBool>,
}

impl<'a> Tolerance<'a> {
    pub(super) fn of(proving: &'a Proving) -> Self {
        Self { proving, used: proving.tolerate.iter().map(|_| AtomicBool::new(false)).collect() }
    }

    /// Whether the manifest says that this module, or this name in it, is there, whatever the source says. To be asked
    /// of what nothing else excuses: the entry counts as one that is needed.
    pub(super) fn lets_pass(&self, module: &str, name: Option<&str>) -> bool {
        let full = name.map(|name| format!("{module}.{name}"));
        let mut passes = false;
        for one in [Some(module), full.as_deref()].into_iter().flatten() {
            for entry in self.proving.tolerating(one) {
                self.used[entry].store(true, Ordering::Relaxed);
                passes = true;
            }
        }
        passes
    }

    /// A note for each entry that let nothing pass: what it was for is mended, or was never what it names.
    pub(super) fn needless(self) -> impl Iterator<Item = Finding> {
        let unused =
            self.proving.tolerate.iter().zip(self.used).filter(|(_, used)| !used.load(Ordering::Relaxed));
        unused.map(|(entry, _)| Finding {
            kind: FindingKind::Needless,
            path: None,
            position: None,
            message: format!(
                "{MANIFEST_NAME}: `tolerate` of `[proof]` lists `{entry}`, and nothing stands against it"
            ),
            hint: Some("remove it, or correct the name".to_owned()),
        })
    }
}
