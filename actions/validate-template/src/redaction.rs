//! Committed credentials, kept out of whatever is printed about the files that hold them.

use text::Source;

use crate::finding::{Finding, Place};
use crate::report::Judged;

/// How long a line of a secret is that tells something of it; shorter ones stand elsewhere by chance.
const LINE: usize = 8;

/// What must not be printed.
#[derive(Debug, Default)]
pub(crate) struct Redaction(Vec<String>);

impl Redaction {
    /// Keeps these texts out of reports, and every line of them: a diff shows lines one by one.
    pub(crate) fn of(secrets: impl IntoIterator<Item = String>) -> Self {
        let mut all = Vec::new();
        for secret in secrets {
            let lines = secret.lines().map(str::trim).filter(|line| line.len() >= LINE && *line != secret);
            // What brackets a private key is no part of it.
            all.extend(lines.filter(|line| !line.contains("-----")).map(str::to_owned));
            all.push(secret);
        }
        let mut secrets: Vec<_> = all.into_iter().filter(|secret| !secret.is_empty()).collect();
        // The longest first: a secret may hold another.
        secrets.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        secrets.dedup();
        Self(secrets)
    }

    /// Takes the secrets out of everything that a report prints.
    pub(crate) fn redact(&self, judged: &mut Judged) {
        if self.0.is_empty() {
            return;
        }
        for finding in &mut judged.findings {
            self.redact_finding(finding);
        }
        for proof in &mut judged.proofs {
            self.redact_text(&mut proof.message);
            self.redact_place(&mut proof.place);
        }
        for mended in &mut judged.mended {
            self.redact_text(&mut mended.diff);
        }
    }

    fn redact_finding(&self, finding: &mut Finding) {
        self.redact_text(&mut finding.message);
        self.redact_place(&mut finding.place);
        finding.help.iter_mut().for_each(|help| self.redact_text(help));
        finding.detail.iter_mut().for_each(|detail| self.redact_text(detail));
        for note in &mut finding.notes {
            self.redact_text(&mut note.message);
            self.redact_place(&mut note.place);
        }
        if let Some(fix) = &mut finding.fix {
            self.redact_text(&mut fix.title);
            fix.edits.iter_mut().for_each(|edit| self.redact_text(&mut edit.replacement));
        }
    }

    fn redact_place(&self, place: &mut Place) {
        if let Place::Text(source, _) = place {
            let mut text = source.text().to_owned();
            self.redact_text(&mut text);
            if text != source.text() {
                *source = Source::new(source.path(), text);
            }
        }
    }

    /// Every byte becomes a `*`, but line ends, so that what stands elsewhere in the text keeps its place.
    fn redact_text(&self, text: &mut String) {
        for secret in &self.0 {
            if text.contains(secret.as_str()) {
                let blank = |byte| if matches!(byte, b'\n' | b'\r') { char::from(byte) } else { '*' };
                *text = text.replace(secret.as_str(), &secret.bytes().map(blank).collect::<String>());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use text::Span;

    use super::*;
    use crate::rules::RULES;

    #[test]
    fn a_line_of_a_secret_is_a_secret_too() {
        let mut text = "+abcdefghij\n-klmnopqrst\n x\n".to_owned();
        Redaction::of(["abcdefghij\n  klmnopqrst\nx".to_owned()]).redact_text(&mut text);
        assert_eq!(text, "+**********\n-**********\n x\n");
    }

    #[test]
    fn a_secret_goes_from_messages_and_excerpts_and_places_stay_where_they_are() {
        let source = Source::new("a", "x: hunter2-Ü\ny: 1\n");
        let at = source.text().find("y:").unwrap();
        let finding = Finding::new(RULES[0], "not `hunter2-Ü`")
            .help("drop hunter2-Ü")
            .at(&source, Span::new(at, at + 1));
        let mut judged = Judged { findings: vec![finding], ..Judged::default() };
        Redaction::of(["hunter2-Ü".to_owned()]).redact(&mut judged);
        let finding = &judged.findings[0];
        assert!(!format!("{finding:?}").contains("hunter2"));
        let Place::Text(source, span) = &finding.place else { panic!("{finding:?}") };
        assert_eq!(source.text(), "x: **********\ny: 1\n");
        assert_eq!(source.slice(*span), "y");
    }
}
