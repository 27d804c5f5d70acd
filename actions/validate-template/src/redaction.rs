//! Committed credentials, kept out of whatever is printed about the files that hold them.

use std::collections::{HashMap, HashSet};

use text::Source;

use crate::finding::{Finding, Place};
use crate::report::Judged;

/// How long a line of a secret is that tells something of it; shorter ones stand elsewhere by chance.
const LINE: usize = 8;

/// How much of a secret's beginning is looked up first.
const START: usize = 4;

/// What must not be printed.
#[derive(Debug, Default)]
pub(crate) struct Redaction {
    /// Sorted.
    secrets: Vec<String>,
    starts: HashSet<[u8; START]>,
}

/// Sources that were redacted, by the text that they hold.
type Redacted = HashMap<(usize, usize), Source>;

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
        all.sort_unstable();
        all.dedup();
        let starts = all.iter().filter_map(|secret| secret.as_bytes().first_chunk().copied()).collect();
        Self { secrets: all, starts }
    }

    /// Takes the secrets out of everything that a report prints.
    pub(crate) fn redact(&self, judged: &mut Judged) {
        if self.secrets.is_empty() {
            return;
        }
        let mut redacted = Redacted::new();
        for finding in &mut judged.findings {
            self.redact_finding(finding, &mut redacted);
        }
        for proof in &mut judged.proofs {
            self.redact_text(&mut proof.message);
            self.redact_place(&mut proof.place, &mut redacted);
        }
        for mended in &mut judged.mended {
            self.redact_text(&mut mended.diff);
        }
    }

    fn redact_finding(&self, finding: &mut Finding, redacted: &mut Redacted) {
        self.redact_text(&mut finding.message);
        self.redact_place(&mut finding.place, redacted);
        finding.help.iter_mut().for_each(|help| self.redact_text(help));
        finding.detail.iter_mut().for_each(|detail| self.redact_text(detail));
        for note in &mut finding.notes {
            self.redact_text(&mut note.message);
            self.redact_place(&mut note.place, redacted);
        }
        if let Some(fix) = &mut finding.fix {
            self.redact_text(&mut fix.title);
            fix.edits.iter_mut().for_each(|edit| self.redact_text(&mut edit.replacement));
        }
    }

    /// Each text once: many findings may be about one file.
    fn redact_place(&self, place: &mut Place, redacted: &mut Redacted) {
        if let Place::File(path) = place {
            self.redact_text(path);
        }
        if let Place::Text(source, _) = place {
            let key = (source.text().as_ptr().addr(), source.text().len());
            let without = redacted.entry(key).or_insert_with(|| {
                let (mut path, mut text) = (source.path().to_owned(), source.text().to_owned());
                self.redact_text(&mut path);
                self.redact_text(&mut text);
                let is_same = path == source.path() && text == source.text();
                if is_same { source.clone() } else { Source::new(path, text) }
            });
            *source = without.clone();
        }
    }

    /// Every byte becomes a `*`, but line ends, so that what stands elsewhere in the text keeps its place.
    fn redact_text(&self, text: &mut String) {
        let mut found = Vec::new();
        let mut at = 0;
        while at < text.len() {
            match self.length_at(&text.as_bytes()[at..]) {
                Some(length) => {
                    found.push(at..at + length);
                    at += length;
                }
                None => at += 1,
            }
        }
        for range in found {
            let blank = |byte| if matches!(byte, b'\n' | b'\r') { char::from(byte) } else { '*' };
            let blanked: String = text.as_bytes()[range.clone()].iter().copied().map(blank).collect();
            text.replace_range(range, &blanked);
        }
    }

    /// The length of the longest secret that a text begins with.
    fn length_at(&self, text: &[u8]) -> Option<usize> {
        self.starts.contains(text.first_chunk::<START>()?).then_some(())?;
        let mut text = text;
        loop {
            let before = self.secrets.partition_point(|secret| secret.as_bytes() <= text).checked_sub(1)?;
            let secret = self.secrets[before].as_bytes();
            let common = secret.iter().zip(text).take_while(|(one, other)| one == other).count();
            if common == secret.len() {
                return Some(common);
            }
            // What else may fit is a beginning of what they have in common.
            text = &text[..common];
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
    fn of_secrets_that_begin_alike_the_longest_goes() {
        let mut text = "token1 token12345 token123x tokem token1234".to_owned();
        Redaction::of(["token1", "token123", "token12345", "token129"].map(str::to_owned))
            .redact_text(&mut text);
        assert_eq!(text, "****** ********** ********x tokem ********4");
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
