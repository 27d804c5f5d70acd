//! Comments that take findings of soft rules out: `# validate-template: ignore[RULE] reason`.
//!
//! At the end of a line such a comment is about that line; on a line of its own, about the statement that follows it.
//! In the comments that a file begins with it is about the file as a whole too, and in those of `config.yaml` about
//! files that are missing.

use text::{BYTE_ORDER_MARK, Edit, Source, Span};

use crate::facts::{CONFIG, DOCKERFILE, Facts, LOWER_DOCKERFILE};
use crate::finding::{Finding, Place};
use crate::rules::{Rule, Strength, ignore_effect, ignore_reason};

/// What such a comment begins with, behind its `#`.
pub(crate) const MARK: &str = "validate-template:";

/// How many ignores a template may have: who needs more needs another contract.
const MOST: usize = 500;

/// A comment that asks for findings to be taken out.
#[derive(Debug)]
pub(crate) struct Ignore {
    /// Where it stands.
    source: Source,
    /// From its `#` to the end of its line.
    comment: Span,
    /// What stands behind the mark, if that is no list of rules.
    malformed: bool,
    rules: Vec<(String, Span)>,
    has_reason: bool,
    /// The lines that it is about.
    first_line: usize,
    last_line: usize,
    /// Whether it stands before anything else in its file.
    leads: bool,
}

/// The findings that remain, and those about the ignores themselves.
///
/// Of the rules that were not asked, nobody can tell whether an ignore has an effect.
pub(crate) fn apply(facts: &Facts, asked: &[&'static Rule], found: Vec<Finding>) -> Vec<Finding> {
    let mut ignores: Vec<Ignore> =
        facts.sources().iter().flat_map(|source| ignores_in(facts, source)).collect();
    if ignores.is_empty() {
        return found;
    }
    let unread = ignores.split_off(MOST.min(ignores.len()));
    let mut used: Vec<Vec<bool>> = ignores.iter().map(|ignore| vec![false; ignore.rules.len()]).collect();
    let mut left = Vec::with_capacity(found.len());
    for finding in found {
        let mut is_ignored = false;
        let line = finding.place.start().map(|start| start.line);
        for (ignore, used) in ignores.iter().zip(&mut used) {
            for ((rule, _), used) in ignore.rules.iter().zip(used) {
                if rule == finding.rule.id && ignore.covers(&finding.place, line) {
                    *used = true;
                    is_ignored |= finding.rule.strength == Strength::Soft;
                }
            }
        }
        if !is_ignored {
            left.push(finding);
        }
    }
    for (ignore, used) in ignores.iter().zip(&used) {
        ignore.judge(asked, used, &mut left);
    }
    if let Some(first) = unread.first() {
        let message = format!("a template may have {MOST} ignores: this and those behind it ignore nothing");
        left.push(Finding::new(&ignore_effect::RULE, message).at(&first.source, first.comment));
    }
    left
}

/// The ignores of a file that stand in comments.
fn ignores_in(facts: &Facts, source: &Source) -> Vec<Ignore> {
    let mut ignores = ignores_of(source);
    if !ignores.is_empty() {
        let values = facts.values_in(source);
        ignores.retain(|ignore| {
            let before = values.partition_point(|value| value.start <= ignore.comment.start);
            before.checked_sub(1).is_none_or(|at| values[at].end <= ignore.comment.start)
        });
    }
    ignores
}

fn ignores_of(source: &Source) -> Vec<Ignore> {
    // Almost no file has any.
    if !source.text().contains(MARK) {
        return Vec::new();
    }
    let mut leads = true;
    let mut ignores = Vec::new();
    let statements = statements(source);
    for number in 1..=source.line_count() {
        let (Some(span), Some(line)) = (source.line_span(number), source.line(number)) else { continue };
        let is_comment = is_comment(line);
        leads &= is_comment || content(line).is_empty();
        if let Some(at) = comment_at(line, is_comment, is_dockerfile(source)) {
            let last_line = if is_comment { statements[number - 1] } else { number };
            ignores.push(parse(source, Span::new(span.start + at, span.end), (number, last_line), leads));
        }
    }
    ignores
}

/// Where in a line the comment begins that holds the mark.
fn comment_at(line: &str, is_comment: bool, only_whole_lines: bool) -> Option<usize> {
    let mark = line.find(MARK)?;
    let hash = line[..mark].rfind('#')?;
    let stands_apart = line[..hash].ends_with([' ', '\t']) && !only_whole_lines;
    (line[hash + 1..mark].trim().is_empty() && (is_comment || stands_apart)).then_some(hash)
}

/// For each line, the last line of the statement that begins behind it: the next line of content, with those that
/// continue it. Where nothing follows, the line itself.
fn statements(source: &Source) -> Vec<usize> {
    let count = source.line_count();
    let mut last_lines: Vec<usize> = (1..=count).collect();
    // Of what begins below the line: where the next statement ends, and where one ends that goes on there.
    let (mut next, mut rest) = (None, count);
    for number in (1..=count).rev() {
        last_lines[number - 1] = next.unwrap_or(number);
        let line = source.line(number).map_or("", content);
        if line.is_empty() {
            rest = number;
        } else if !is_comment(line) {
            rest = if line.ends_with('\\') { rest.max(number) } else { number };
            next = Some(rest);
        }
    }
    last_lines
}

fn content(line: &str) -> &str {
    line.trim_start_matches(BYTE_ORDER_MARK).trim()
}

fn is_comment(line: &str) -> bool {
    content(line).starts_with('#')
}

/// There, only a whole line is a comment.
fn is_dockerfile(source: &Source) -> bool {
    source
        .path()
        .rsplit('/')
        .next()
        .is_some_and(|name| name.starts_with(DOCKERFILE) || name.starts_with(LOWER_DOCKERFILE))
}

fn parse(source: &Source, comment: Span, (first_line, last_line): (usize, usize), leads: bool) -> Ignore {
    let text = source.slice(comment);
    let asked = text.find(MARK).map_or(text.len(), |at| at + MARK.len());
    let list = text[asked..].trim_start();
    let list = list.strip_prefix("ignore").map(str::trim_start).and_then(|list| list.strip_prefix('['));
    let parts = list.and_then(|list| list.split_once(']'));
    let ignore = |rules, has_reason, malformed| Ignore {
        source: source.clone(),
        comment,
        malformed,
        rules,
        has_reason,
        first_line,
        last_line,
        leads,
    };
    let Some((names, reason)) = parts else { return ignore(Vec::new(), true, true) };
    let mut start = comment.end - reason.len() - "]".len() - names.len();
    let mut rules = Vec::new();
    for part in names.split(',') {
        let name = part.trim();
        let at = start + part.len() - part.trim_start().len();
        if !name.is_empty() {
            rules.push((name.to_owned(), Span::new(at, at + name.len())));
        }
        start += part.len() + ",".len();
    }
    let malformed = rules.is_empty();
    ignore(rules, reason.chars().any(char::is_alphanumeric), malformed)
}

impl Ignore {
    /// Whether it is about a place, which begins on this line.
    fn covers(&self, place: &Place, line: Option<usize>) -> bool {
        match (place, line) {
            (Place::Text(source, _), Some(line)) => {
                (self.first_line..=self.last_line).contains(&line) && source.path() == self.source.path()
            }
            (place, _) => {
                self.leads && (self.source.path() == CONFIG || place.file() == Some(self.source.path()))
            }
        }
    }

    fn judge(&self, asked: &[&'static Rule], used: &[bool], findings: &mut Vec<Finding>) {
        if self.malformed {
            let finding = Finding::new(&ignore_effect::RULE, "this ignores nothing: it names no rule");
            findings.push(finding.at(&self.source, self.comment).help("write `ignore[RULE] reason`"));
        }
        if !self.has_reason {
            let finding = Finding::new(&ignore_reason::RULE, "this ignore gives no reason");
            findings.push(
                finding
                    .at(&self.source, self.comment)
                    .help("write behind the `]` why the rule is wrong here"),
            );
        }
        for ((name, span), used) in self.rules.iter().zip(used) {
            let message = match Rule::find(name) {
                None => format!("there is no rule `{name}` to ignore"),
                Some(rule) if rule.strength == Strength::Hard => {
                    format!("`{name}` cannot be ignored: what breaks it does not work")
                }
                Some(rule) if !used && asked.iter().any(|asked| asked.id == rule.id) => {
                    format!("nothing here breaks `{name}` any more")
                }
                Some(_) => continue,
            };
            let finding = Finding::new(&ignore_effect::RULE, message).at(&self.source, *span);
            let finding = finding.help("take it out");
            findings.push(match self.rules.len() {
                1 => finding.fix("take the ignore out", [self.removal()]),
                _ => finding,
            });
        }
    }

    /// Takes the comment out, its line too where nothing else is on it.
    fn removal(&self) -> Edit {
        let line = self.source.line_span(self.first_line).unwrap_or(self.comment);
        let before = self.source.slice(Span::new(line.start, self.comment.start));
        if !content(before).is_empty() {
            return Edit::delete(Span::new(line.start + before.trim_end().len(), line.end));
        }
        let next = self.source.line_span(self.first_line + 1).map_or(line.end, |next| next.start);
        // A byte order mark stays at the front.
        let mark = if before.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len_utf8() } else { 0 };
        Edit::delete(Span::new(line.start + mark, next))
    }
}
