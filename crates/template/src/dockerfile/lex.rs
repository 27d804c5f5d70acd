//! Words with variables in them, as `BuildKit` expands them: close to a shell, and not quite one.

use std::ops::Range;

use super::expand::{ExpandError, Variables};

/// How deep expansions may lie within each other.
const DEEPEST: usize = 64;
/// How long expanded text may grow: variables that name each other twice grow without end.
pub(super) const LONGEST: usize = 1 << 16;

/// How a text is taken apart.
#[derive(Clone, Copy)]
pub(super) struct Rules {
    /// The character that takes away the meaning of the next one.
    pub(super) escape: char,
    /// What becomes of quotes.
    pub(super) quotes: Quotes,
    /// Escape characters stay in the result.
    pub(super) raw_escapes: bool,
    /// Variables that are not set stay as they are written.
    pub(super) keep_unset: bool,
}

/// What becomes of quotes.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Quotes {
    /// They go, when they have done their work.
    Removed,
    /// They stay, when they have done their work.
    Kept,
    /// They are characters like others.
    Plain,
}

impl Rules {
    pub(super) const fn new(escape: char) -> Self {
        Self { escape, quotes: Quotes::Removed, raw_escapes: false, keep_unset: false }
    }
}

/// A text, taken apart.
#[derive(Debug, Default)]
pub(super) struct Lexed {
    /// All of it, expanded.
    pub(super) text: String,
    /// The words that it makes, and where each begins and ends in what was given.
    pub(super) words: Vec<(String, Range<usize>)>,
    /// The variables that it names, set or not.
    pub(super) names: Vec<String>,
}

/// Takes `source` apart.
pub(super) fn lex(source: &str, rules: Rules, variables: &dyn Variables) -> Result<Lexed, ExpandError> {
    let mut lexer = Lexer { source, at: 0, rules, variables, names: Vec::new(), depth: 0 };
    let mut out = Output::default();
    lexer.until(None, &mut out)?;
    out.finish_word(source.len());
    Ok(Lexed { text: out.text, words: out.words, names: lexer.names })
}

#[derive(Default)]
struct Output {
    text: String,
    words: Vec<(String, Range<usize>)>,
    word: String,
    word_start: Option<usize>,
}

impl Output {
    /// Adds text that cannot end a word.
    fn raw(&mut self, text: &str, at: usize) {
        self.text.push_str(text);
        self.word_start.get_or_insert(at);
        self.word.push_str(text);
    }

    /// Adds text whose white space separates words.
    fn splitting(&mut self, text: &str, at: usize) {
        self.text.push_str(text);
        for character in text.chars() {
            if !character.is_whitespace() {
                self.word_start.get_or_insert(at);
                self.word.push(character);
            } else if !self.word.is_empty() {
                self.finish_word(at);
            }
        }
    }

    fn finish_word(&mut self, at: usize) {
        let start = self.word_start.take();
        if !self.word.is_empty() {
            self.words.push((std::mem::take(&mut self.word), start.unwrap_or(at)..at));
        }
    }
}

pub(super) struct Lexer<'a> {
    source: &'a str,
    at: usize,
    rules: Rules,
    variables: &'a dyn Variables,
    names: Vec<String>,
    depth: usize,
}

impl Lexer<'_> {
    fn peek(&self) -> Option<char> {
        self.source[self.at..].chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    /// Everything up to `stop`, which is taken too, or up to the end.
    fn until(&mut self, stop: Option<char>, out: &mut Output) -> Result<(), ExpandError> {
        while let Some(character) = self.peek() {
            let start = self.at;
            if stop == Some(character) {
                self.next();
                return Ok(());
            }
            match character {
                '$' => {
                    let value = self.dollar()?;
                    out.splitting(&value, start);
                }
                '\'' if self.rules.quotes != Quotes::Plain => {
                    let text = self.single_quoted()?;
                    out.raw(&text, start);
                }
                '"' if self.rules.quotes != Quotes::Plain => {
                    let text = self.double_quoted()?;
                    out.raw(&text, start);
                }
                '<' => out.raw(self.less_than(), start),
                _ => self.plain(out),
            }
            if out.text.len() > LONGEST.max(self.source.len()) {
                return Err(ExpandError::TooLong);
            }
        }
        if stop.is_some() { Err(ExpandError::Unclosed('}')) } else { Ok(()) }
    }

    fn plain(&mut self, out: &mut Output) {
        let start = self.at;
        let Some(character) = self.next() else { return };
        if character != self.rules.escape {
            out.splitting(&self.source[start..self.at], start);
            return;
        }
        if self.rules.raw_escapes {
            out.raw(&self.source[start..self.at], start);
        }
        let escaped = self.at;
        if self.next().is_some() {
            out.raw(&self.source[escaped..self.at], start);
        }
    }

    fn single_quoted(&mut self) -> Result<String, ExpandError> {
        let start = self.at;
        self.next();
        let rest = &self.source[self.at..];
        let length = rest.find('\'').ok_or(ExpandError::Unclosed('\''))?;
        self.at += length + 1;
        Ok(if self.rules.quotes == Quotes::Kept { &self.source[start..self.at] } else { &rest[..length] }
            .to_owned())
    }

    fn double_quoted(&mut self) -> Result<String, ExpandError> {
        let mut text = String::new();
        self.next();
        if self.rules.quotes == Quotes::Kept {
            text.push('"');
        }
        loop {
            match self.peek().ok_or(ExpandError::Unclosed('"'))? {
                '"' => {
                    self.next();
                    if self.rules.quotes == Quotes::Kept {
                        text.push('"');
                    }
                    return Ok(text);
                }
                '$' => text.push_str(&self.dollar()?),
                character if character == self.rules.escape => {
                    self.next();
                    if self.rules.raw_escapes {
                        text.push(character);
                    }
                    match self.peek() {
                        None => {}
                        Some(next) if matches!(next, '"' | '$') || next == self.rules.escape => {
                            text.extend(self.next());
                        }
                        Some(_) => text.push(character),
                    }
                }
                character => {
                    self.next();
                    text.push(character);
                }
            }
            if text.len() > LONGEST.max(self.source.len()) {
                return Err(ExpandError::TooLong);
            }
        }
    }

    /// `<`, or the start of a here-document's word, which white space after `<<` does not end.
    fn less_than(&mut self) -> &'_ str {
        let start = self.at;
        self.next();
        if self.peek() == Some('<') {
            self.next();
            let rest = &self.source[self.at..];
            self.at += rest.len() - rest.trim_start_matches(['\t', '\r', ' ']).len();
        }
        &self.source[start..self.at]
    }

    /// What stands for `$name` and `${name…}`.
    fn dollar(&mut self) -> Result<String, ExpandError> {
        let start = self.at;
        self.next();
        if self.peek() != Some('{') {
            let name = self.name().to_owned();
            if name.is_empty() {
                return Ok("$".to_owned());
            }
            let value = self.value(&name);
            return Ok(match value {
                None if self.rules.keep_unset => self.source[start..self.at].to_owned(),
                value => value.unwrap_or_default(),
            });
        }
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(ExpandError::TooDeep);
        }
        let value = self.braced(start);
        self.depth -= 1;
        value
    }

    fn braced(&mut self, start: usize) -> Result<String, ExpandError> {
        self.next();
        match self.peek() {
            None => return Err(ExpandError::Unclosed('}')),
            Some('{' | '}' | ':') => return Err(ExpandError::BadSubstitution),
            Some(_) => {}
        }
        let name = self.name().to_owned();
        let value = self.value(&name);
        let mut operator = self.next().ok_or(ExpandError::Unclosed('}'))?;
        let kept = |lexer: &Self| lexer.source[start..lexer.at].to_owned();
        if operator == '}' {
            return Ok(match value {
                None if self.rules.keep_unset => kept(self),
                value => value.unwrap_or_default(),
            });
        }
        let empty_is_unset = operator == ':';
        if empty_is_unset {
            operator = self.next().ok_or(ExpandError::Unclosed('}'))?;
        }
        let allowed = if empty_is_unset { "-+?" } else { "-+?#%/" };
        if !allowed.contains(operator) {
            return Err(ExpandError::Modifier(operator));
        }
        let pattern = matches!(operator, '#' | '%' | '/');
        let word =
            if operator == '/' { self.replacement()? } else { (self.word('}', pattern)?, String::new()) };
        if value.is_none() && self.rules.keep_unset {
            return Ok(kept(self));
        }
        let set = value.as_ref().is_some_and(|value| !(empty_is_unset && value.is_empty()));
        match (operator, set) {
            ('-', false) | ('+', true) => Ok(word.0),
            ('+', false) => Ok(String::new()),
            ('?', false) => Err(ExpandError::Required { name, message: word.0 }),
            ('#' | '%' | '/', _) => super::expand::edited(&value.unwrap_or_default(), operator, word),
            _ => Ok(value.unwrap_or_default()),
        }
    }

    /// `[/]pattern/replacement`; a pattern for every place keeps its slash in front.
    fn replacement(&mut self) -> Result<(String, String), ExpandError> {
        let mut pattern = String::new();
        if self.peek() == Some('/') {
            pattern.extend(self.next());
        }
        pattern.push_str(&self.word('/', true)?);
        Ok((pattern, self.word('}', true)?))
    }

    fn word(&mut self, stop: char, raw_escapes: bool) -> Result<String, ExpandError> {
        let before = std::mem::replace(&mut self.rules.raw_escapes, raw_escapes);
        let mut out = Output::default();
        let end = self.until(Some(stop), &mut out);
        self.rules.raw_escapes = before;
        end.map(|()| out.text)
    }

    /// A variable's name, a number, or one special character.
    fn name(&mut self) -> &str {
        let rest = &self.source[self.at..];
        let length = match rest.chars().next() {
            Some(first) if first.is_numeric() => rest.len() - rest.trim_start_matches(char::is_numeric).len(),
            Some('@' | '*' | '#' | '?' | '-' | '$' | '!') => 1,
            _ => rest.len() - rest.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_').len(),
        };
        self.at += length;
        &rest[..length]
    }

    fn value(&mut self, name: &str) -> Option<String> {
        self.names.push(name.to_owned());
        self.variables.value(name)
    }
}
