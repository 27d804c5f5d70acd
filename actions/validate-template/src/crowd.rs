//! Keeping one cause from burying everything else.

use std::collections::HashMap;

use crate::finding::Finding;

/// How many findings of one rule in one file are told one by one.
const MOST: usize = 100;

/// The findings, where a rule has very much to say about a file only the first of them: the rest is told by its number.
pub(crate) fn thinned(findings: Vec<Finding>) -> Vec<Finding> {
    if findings.len() <= MOST {
        return findings;
    }
    let mut counts = HashMap::<(&'static str, Option<String>), usize>::new();
    let mut kept = Vec::new();
    let mut crowds = Vec::new();
    for finding in findings {
        let file = finding.place.file().map(str::to_owned);
        let count = counts.entry((finding.rule.id, file.clone())).or_default();
        *count += 1;
        match *count {
            ..=MOST => kept.push(finding),
            count if count == MOST + 1 => crowds.push((finding.rule, file)),
            _ => {}
        }
    }
    for (rule, file) in crowds {
        let left = counts[&(rule.id, file.clone())] - MOST;
        let finding = Finding::new(rule, format!("{left} more of this rule are in this file"));
        let finding = finding.help("mend those that are told, and run this again");
        kept.push(file.into_iter().fold(finding, Finding::in_file));
    }
    kept
}

#[cfg(test)]
mod tests {
    use text::{Source, Span};

    use super::*;
    use crate::rules::RULES;

    #[test]
    fn of_a_crowd_the_first_are_told_and_the_rest_is_counted() {
        let (a, b) = (Source::new("a", "x"), Source::new("b", "x"));
        let of = |rule: usize, source: &Source| Finding::new(RULES[rule], "m").at(source, Span::new(0, 1));
        let mut findings: Vec<_> = (0..150).map(|_| of(0, &a)).collect();
        findings.extend([of(0, &b), of(1, &a)]);
        let thinned = thinned(findings);
        assert_eq!(thinned.len(), 103);
        assert_eq!(thinned[102].message, "50 more of this rule are in this file");
        assert_eq!(thinned[102].place.file(), Some("a"));
    }
}
