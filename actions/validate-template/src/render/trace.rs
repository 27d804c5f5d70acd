//! For those who want to know why: the lines that prove or break each rule.

use std::fmt::Write as _;

use super::place;
use crate::report::Judged;
use crate::rules::RULES;

/// Rule by rule, what it was judged by.
#[must_use]
pub fn trace(judged: &Judged) -> String {
    let mut text = format!("{}:\n", judged.folder);
    for rule in RULES {
        let proofs = judged.proofs.iter().filter(|proof| proof.rule.id == rule.id);
        let broken: Vec<_> = judged.findings.iter().filter(|finding| finding.rule.id == rule.id).collect();
        let mut lines = Vec::new();
        for proof in proofs {
            lines.push(format!("    {}: {}", place(judged, &proof.place), proof.message));
        }
        for finding in &broken {
            lines.push(format!("    {}: {}", place(judged, &finding.place), finding.message));
            for note in &finding.notes {
                lines.push(format!("      {}: {}", place(judged, &note.place), note.message));
            }
        }
        let verdict = match (broken.is_empty(), lines.is_empty()) {
            (false, _) => "broken",
            (true, false) => "holds",
            (true, true) => "nothing against it",
        };
        let _ = writeln!(text, "  {}: {verdict}", rule.id);
        for line in lines {
            let _ = writeln!(text, "{line}");
        }
    }
    text.trim_end().to_owned()
}
