//! Reading what is expanded in words: parameters, commands and numbers.

use text::Span;

use super::parser::{Parser, ProblemKind, parse_within};
use super::word::{Operator, Parameter, Part, Word};
use crate::mapped::Mapped;

/// How long arithmetic may be; what is longer is read as commands, so that looking for its end stays cheap.
const LONGEST_NUMBER: usize = 1024;

impl<'a> Parser<'a> {
    pub(super) fn dollar(&mut self, parts: &mut Vec<Part>, quoted: bool) {
        let start = self.at;
        match self.byte(1) {
            Some(b'(') => {
                self.at += 1;
                if self.arithmetic() {
                    parts.push(Part::Arithmetic);
                } else {
                    self.command_substitution(parts, quoted);
                }
            }
            Some(b'{') => self.braced(parts, quoted),
            Some(b'\'') if !quoted => {
                self.at += 1;
                self.ansi_quoted(parts);
            }
            Some(b'"') if !quoted => self.at += 1,
            _ => {
                self.at += 1;
                let name = self.name();
                if name.is_empty() {
                    return self.literal(parts, "$", quoted, start..self.at);
                }
                let span = self.span_from(start);
                self.expands(name, span);
                let (name, operator, word) = (name.to_owned(), Operator::None, Word::default());
                parts.push(Part::Parameter(Box::new(Parameter { name, operator, word, quoted, span })));
            }
        }
    }

    /// `$'…'` of `bash`: its escapes are few where commands are concerned.
    fn ansi_quoted(&mut self, parts: &mut Vec<Part>) {
        let start = self.at;
        self.at += 1;
        let mut text = String::new();
        loop {
            match self.next() {
                Some('\'') => break,
                Some('\\') => text.extend(self.next().map(|escaped| match escaped {
                    'n' => '\n',
                    't' => '\t',
                    other => other,
                })),
                Some(other) => text.push(other),
                None => {
                    self.problem(start, ProblemKind::Unclosed("'"));
                    break;
                }
            }
        }
        self.literal(parts, &text, true, start..self.at);
    }

    /// A variable's name, one digit, or one of the special parameters.
    pub(super) fn name(&mut self) -> &'a str {
        let rest = self.rest();
        let length = match rest.bytes().next() {
            Some(b'0'..=b'9' | b'@' | b'*' | b'#' | b'?' | b'-' | b'$' | b'!') => 1,
            _ => rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count(),
        };
        self.at += length;
        &rest[..length]
    }

    fn braced(&mut self, parts: &mut Vec<Part>, quoted: bool) {
        let start = self.at;
        self.at += 2;
        // `${#name}` is a length; `${#}` the number of arguments; `${!name}` goes through another variable.
        let measured = matches!(self.byte(0), Some(b'#' | b'!')) && self.byte(1) != Some(b'}');
        self.at += usize::from(measured);
        let digits = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        self.at += digits;
        let number = &self.text[self.at - digits..self.at];
        let name = if digits > 0 { number } else { self.name() }.to_owned();
        let colon = self.take(":");
        let operator = match self.byte(0) {
            _ if measured => Operator::Other,
            Some(b'}') if !colon => Operator::None,
            Some(b'-') => Operator::Default { colon },
            Some(b'=') => Operator::Assign { colon },
            Some(b'+') => Operator::Alternative { colon },
            Some(b'?') => Operator::Required,
            _ => Operator::Other,
        };
        self.at += usize::from(!matches!(operator, Operator::None | Operator::Other));
        let inner = self.at;
        let mut word = Word::default();
        self.within(|parser| {
            if quoted {
                parser.quoted_default(&mut word.parts);
            } else {
                parser.word_parts(&mut word.parts, Some(b'}'));
            }
        });
        word.span = self.span_from(inner);
        if !self.take("}") {
            self.problem(start, ProblemKind::Unclosed("${"));
        }
        let span = self.span_from(start);
        if !name.is_empty() {
            self.expands(&name, span);
        }
        parts.push(Part::Parameter(Box::new(Parameter { name, operator, word, quoted, span })));
    }

    /// The word of `"${name-word}"`, in which double quotes may stand again.
    fn quoted_default(&mut self, parts: &mut Vec<Part>) {
        while let Some(byte) = self.byte(0) {
            let start = self.at;
            match byte {
                b'}' => return,
                b'"' => {
                    self.at += 1;
                    self.double_quoted_text(Some(b'"'), parts);
                    if !self.take("\"") {
                        self.problem(start, ProblemKind::Unclosed("\""));
                    }
                }
                b'$' => self.dollar(parts, true),
                b'`' => self.backquoted(parts, true),
                b'\\' => self.escaped(parts),
                _ => {
                    let plain = |byte: &u8| !matches!(byte, b'}' | b'"' | b'$' | b'`' | b'\\');
                    self.at += self.rest().bytes().take_while(plain).count();
                    self.literal(parts, &self.text[start..self.at], true, start..self.at);
                }
            }
        }
    }

    /// `(…)` after `$`, `<` or `>`: commands.
    pub(super) fn command_substitution(&mut self, parts: &mut Vec<Part>, quoted: bool) {
        let start = self.at;
        self.at += 1;
        let commands = self.within(Self::list);
        if !self.take(")") {
            self.problem(start, ProblemKind::Unclosed("("));
        }
        parts.push(Part::Command { commands, quoted });
    }

    /// `((…))`, if it comes next and is closed as one: a number.
    pub(super) fn arithmetic(&mut self) -> bool {
        if self.byte(1) != Some(b'(') {
            return false;
        }
        let mut open = 0_usize;
        let mut closed_at = 0;
        let length = self.rest().bytes().take(LONGEST_NUMBER).enumerate().find_map(|(at, byte)| {
            match byte {
                b'(' => open += 1,
                b')' => {
                    open -= 1;
                    if open == 1 {
                        closed_at = at;
                    }
                }
                _ => {}
            }
            (open == 0).then_some(at)
        });
        let Some(length) = length.filter(|length| closed_at + 1 == *length) else { return false };
        let inner = self.at + 2..self.at + length - 1;
        self.variables_of_number(&self.source.slice(inner));
        self.at += length + 1;
        true
    }

    /// In arithmetic, a name alone is a variable.
    fn variables_of_number(&mut self, number: &Mapped) {
        let text = number.text();
        let mut at = 0;
        while let Some(found) = text[at..].find(|c: char| c.is_ascii_alphanumeric() || c == '_') {
            let start = at + found;
            let rest = &text[start..];
            let length =
                rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
            at = start + length;
            if !rest.as_bytes()[0].is_ascii_digit() {
                let span: Span = number.span_of(start..at);
                self.expands(&rest[..length], span);
            }
        }
    }

    /// `` `…` ``: commands, read from what is between, once backslashes before `` ` ``, `$` and `\` are gone.
    pub(super) fn backquoted(&mut self, parts: &mut Vec<Part>, quoted: bool) {
        let start = self.at;
        self.at += 1;
        let mut inner = self.source.slice(self.at..self.at);
        let mut plain = self.at;
        let mut closed = false;
        while let Some(byte) = self.byte(0) {
            if byte == b'`' {
                closed = true;
                break;
            }
            if byte == b'\\' && matches!(self.byte(1), Some(b'`' | b'$' | b'\\')) {
                inner.append(&self.source.slice(plain..self.at));
                plain = self.at + 1;
                self.at += 1;
            }
            self.at += 1;
        }
        inner.append(&self.source.slice(plain..self.at));
        if !self.take("`") || !closed {
            self.problem(start, ProblemKind::Unclosed("`"));
        }
        let commands = self.within(|parser| {
            let noted = std::mem::take(&mut parser.script);
            let (commands, noted) = parse_within(&inner, parser.depth, noted);
            parser.script = noted;
            commands
        });
        parts.push(Part::Command { commands, quoted });
    }
}
