use std::fmt::Write as _;

use crate::neutral::{neutralise, neutralise_to_line};

/// How grave an [`Annotation`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Worth knowing.
    Notice,
    /// Something is probably wrong, and the work goes on.
    Warning,
    /// Something is wrong.
    Error,
}

impl Level {
    /// `notice`, `warning` or `error`: the workflow command, and the word in a plain log.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A message that GitHub shows on the run's page and, with a file, beside the line it is about.
///
/// GitHub shows the first ten errors and the first ten warnings of a step; all of them are in the log. Every
/// part may hold untrusted text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    level: Level,
    message: String,
    title: Option<String>,
    file: Option<String>,
    line: Option<u32>,
    columns: Option<(u32, u32)>,
}

impl Annotation {
    /// An annotation without a place.
    pub fn new(level: Level, message: impl Into<String>) -> Self {
        Self { level, message: message.into(), title: None, file: None, line: None, columns: None }
    }

    /// An annotation of level [`Level::Error`].
    pub fn error(message: impl Into<String>) -> Self {
        Self::new(Level::Error, message)
    }

    /// An annotation of level [`Level::Warning`].
    pub fn warning(message: impl Into<String>) -> Self {
        Self::new(Level::Warning, message)
    }

    /// An annotation of level [`Level::Notice`].
    pub fn notice(message: impl Into<String>) -> Self {
        Self::new(Level::Notice, message)
    }

    /// The same under a title.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// The same beside a file, by its path from the workspace.
    #[must_use]
    pub fn file(mut self, file: impl Into<String>) -> Self {
        self.file = Some(file.into());
        self
    }

    /// The same beside a line of the file, counted from 1.
    #[must_use]
    pub fn line(mut self, line: u32) -> Self {
        self.line = Some(line);
        self
    }

    /// The same beside a stretch of that line: its first and its last column, counted from 1.
    #[must_use]
    pub fn columns(mut self, first: u32, last: u32) -> Self {
        self.columns = Some((first, last));
        self
    }

    pub(crate) fn level(&self) -> Level {
        self.level
    }

    /// Every part after a change of its text; the console removes secrets by it.
    pub(crate) fn map_text(&self, change: impl Fn(&str) -> String) -> Self {
        Self {
            level: self.level,
            message: change(&self.message),
            title: self.title.as_deref().map(&change),
            file: self.file.as_deref().map(&change),
            line: self.line,
            columns: self.columns,
        }
    }

    /// One line that GitHub's runner obeys.
    pub(crate) fn to_command(&self) -> String {
        let line = self.line.map(|line| line.to_string());
        let columns = self.columns.filter(|_| self.line.is_some());
        let (first, last) = columns.map(|(first, last)| (first.to_string(), last.to_string())).unzip();
        let places = [("file", &self.file), ("line", &line), ("col", &first), ("endColumn", &last)];
        let properties = places
            .into_iter()
            .chain([("title", &self.title)])
            .filter_map(|(name, value)| {
                let value = neutralise_to_line(value.as_deref()?);
                (!value.is_empty()).then(|| format!("{name}={}", escape_property(&value)))
            })
            .collect::<Vec<_>>()
            .join(",");
        let space = if properties.is_empty() { "" } else { " " };
        command(&format!("{}{space}{properties}", self.level.as_str()), &neutralise(&self.message))
    }

    /// Text after the level's word, for a log that is read as it is: `title: message (file:line)`.
    pub(crate) fn to_plain(&self) -> String {
        let mut plain = String::new();
        if let Some(title) = &self.title {
            let _ = write!(plain, "{}: ", neutralise_to_line(title));
        }
        let message = neutralise(&self.message);
        let (first, rest) = message.split_once('\n').map_or((message.as_str(), None), |(a, b)| (a, Some(b)));
        plain.push_str(first);
        if let Some(file) = &self.file {
            let line = self.line.map(|line| format!(":{line}")).unwrap_or_default();
            let _ = write!(plain, " ({}{line})", neutralise_to_line(file));
        }
        if let Some(rest) = rest {
            let _ = write!(plain, "\n{rest}");
        }
        plain
    }
}

/// A workflow command on one line: `::name::data`. `name` must be harmless already.
pub(crate) fn command(name: &str, data: &str) -> String {
    format!("::{name}::{}", escape_data(data))
}

/// The runner's escaping of a command's data. `%` first, or the escapes themselves would be escaped.
pub(crate) fn escape_data(data: &str) -> String {
    data.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The runner's escaping of a command's property, which ends at `,` and whose command ends at `::`.
pub(crate) fn escape_property(value: &str) -> String {
    escape_data(value).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_annotation_is_one_command_with_its_properties() {
        let annotation = Annotation::error("50% of\nit: ::bad").title("A: b, c").file("src/x.py").line(3);
        assert_eq!(
            annotation.to_command(),
            "::error file=src/x.py,line=3,title=A%3A b%2C c::50%25 of%0Ait: ::bad"
        );
    }

    #[test]
    fn an_annotation_may_be_of_a_stretch_of_a_line() {
        let annotation = Annotation::warning("x").file("a").columns(3, 7);
        assert_eq!(annotation.clone().line(2).to_command(), "::warning file=a,line=2,col=3,endColumn=7::x");
        assert_eq!(annotation.to_command(), "::warning file=a::x", "columns without a line say nothing");
    }

    #[test]
    fn an_annotation_without_a_place_has_no_properties() {
        assert_eq!(Annotation::notice("done").to_command(), "::notice::done");
        assert_eq!(Annotation::notice("done").title(" ").to_command(), "::notice::done");
    }

    #[test]
    fn a_plain_annotation_reads_without_a_runner() {
        let annotation = Annotation::warning("no label\n::x").title("preview").file("a.yml").line(2);
        assert_eq!(annotation.to_plain(), "preview: no label (a.yml:2)\n:\\:x");
    }
}
