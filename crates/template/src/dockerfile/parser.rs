//! From text to instructions and stages.

use text::Span;

use super::arguments::Reader;
use super::directive::{Directive, Directives};
use super::instruction::{Arguments, Instruction};
use super::keyword::Keyword;
use super::line::{LONGEST, Line, Lines, Logical};
use super::problem::{Problem, ProblemKind};
use super::stage::{Dockerfile, Stage};
use super::{flag, heredoc, words};
use crate::mapped::{Mapped, trimmed};

/// Reads a Dockerfile.
///
/// Any text is read, in time linear in its length. What would stop a build is told in [`Dockerfile::problems`], and
/// what comes after it is read as if it were mended.
#[must_use]
pub fn parse(text: &str) -> Dockerfile {
    let mut parser = Parser::default();
    parser.oddities(text);
    parser.read(text);
    parser.finish(text)
}

struct Parser {
    escape: char,
    directives: Vec<Directive>,
    preamble: Vec<Instruction>,
    stages: Vec<Stage>,
    problems: Vec<Problem>,
}

impl Default for Parser {
    fn default() -> Self {
        let (directives, preamble, stages, problems) = Default::default();
        Self { escape: '\\', directives, preamble, stages, problems }
    }
}

impl Parser {
    fn problem(&mut self, span: Span, kind: ProblemKind) {
        self.problems.push(Problem::new(span, kind));
    }

    /// What is odd about single lines and characters, whatever they mean.
    fn oddities(&mut self, text: &str) {
        for line in Lines::new(text) {
            // The carriage return of a line end counts for `BuildKit`.
            if line.whole.trim_end_matches('\n').len() > LONGEST {
                self.problem(line.span(), ProblemKind::LineTooLong);
            }
            let odd = |character: &char| character.is_control() && *character != '\t';
            if let Some((at, character)) = line.text.char_indices().find(|(_, character)| odd(character)) {
                let at = line.start + at;
                self.problem(
                    Span::new(at, at + character.len_utf8()),
                    ProblemKind::ControlCharacter(character),
                );
            }
        }
    }

    fn read(&mut self, text: &str) {
        let mut lines = Lines::new(text);
        let mut directives = Directives::default();
        while let Some(line) = lines.next() {
            let first = line.text.trim_start();
            let start = line.start + line.text.len() - first.len();
            match directives.take(first, start) {
                Ok(None) => {}
                Ok(Some(directive)) => self.direct(directive),
                Err(problem) => self.problems.push(problem),
            }
            if !line.is_comment() && !line.is_blank() {
                self.instruction(line, first, start, &mut lines);
            }
        }
    }

    fn direct(&mut self, directive: Directive) {
        if directive.name == super::DirectiveName::Escape {
            self.escape = directive.value.chars().next().unwrap_or(self.escape);
        }
        self.directives.push(directive);
    }

    fn instruction(&mut self, line: Line, first: &str, start: usize, lines: &mut Lines) {
        let logical = Logical::read(first, start, lines, self.escape);
        for span in &logical.blank {
            self.problem(*span, ProblemKind::EmptyContinuation);
        }
        let text = logical.text.trimmed();
        let mut instruction = self.of_text(&text);
        if instruction.span.is_empty() {
            self.problem(line.span(), ProblemKind::OnlyContinued);
            instruction.keyword_span = line.span();
            instruction.span = line.span();
        }
        self.read_heredocs(&mut instruction, lines);
        self.judge(&instruction);
        self.place(instruction);
    }

    /// The instruction that a logical line is, here-documents opened and not yet read.
    fn of_text(&mut self, text: &Mapped) -> Instruction {
        let (word, rest) = words::split_first(text.text());
        let keyword = Keyword::of(word);
        let keyword_span = text.span_of(0..word.len());
        if keyword == Keyword::Unknown && !word.is_empty() {
            self.problem(keyword_span, ProblemKind::UnknownInstruction(word.to_owned()));
        }
        let whole = text.text().len();
        let rest = text.slice(whole - rest.len()..whole);
        let (flags, end) = flag::take(&rest, self.escape);
        let arguments = rest.slice(trimmed(rest.text(), end..rest.text().len()));
        let mut instruction = Instruction {
            keyword,
            keyword_span,
            span: text.span(),
            flags,
            arguments: Arguments::Unread(Mapped::default()),
            heredocs: if keyword.takes_heredocs() { heredoc::opened(text) } else { Vec::new() },
        };
        let heredocs = &instruction.heredocs;
        let reader = Reader { keyword, keyword_span, text: &arguments, escape: self.escape, heredocs };
        let (read, problem) = reader.read();
        self.problems.extend(problem);
        instruction.arguments = read;
        if keyword == Keyword::Onbuild {
            self.trigger(&mut instruction, &arguments);
        }
        if is_json(&instruction.arguments, &arguments) {
            instruction.heredocs.clear();
        }
        instruction
    }

    fn trigger(&mut self, instruction: &mut Instruction, text: &Mapped) {
        if text.text().is_empty() {
            let kind = ProblemKind::Arguments { keyword: Keyword::Onbuild, wanted: "an instruction" };
            return self.problem(instruction.keyword_span, kind);
        }
        let (word, _) = words::split_first(text.text());
        let keyword = Keyword::of(word);
        if matches!(keyword, Keyword::Onbuild | Keyword::From | Keyword::Maintainer) {
            return self.problem(text.span_of(0..word.len()), ProblemKind::Trigger(keyword));
        }
        let mut trigger = self.of_text(text);
        instruction.heredocs.append(&mut trigger.heredocs);
        instruction.arguments = Arguments::Trigger(Box::new(trigger));
    }

    fn read_heredocs(&mut self, instruction: &mut Instruction, lines: &mut Lines) {
        for heredoc in &mut instruction.heredocs {
            heredoc.read(lines);
            let body = heredoc.body.span();
            instruction.span = instruction.span.to(heredoc.end.unwrap_or(body));
            if heredoc.end.is_none() {
                let kind = ProblemKind::UnterminatedHeredoc(heredoc.name.clone());
                self.problems.push(Problem::new(heredoc.opener, kind));
            }
        }
        if let Arguments::Trigger(trigger) = &mut instruction.arguments {
            trigger.heredocs = std::mem::take(&mut instruction.heredocs);
            trigger.span = trigger.span.to(instruction.span);
            trigger.span.start = trigger.keyword_span.start;
        }
    }

    /// What is wrong with an instruction besides its arguments.
    fn judge(&mut self, instruction: &Instruction) {
        let trigger = match &instruction.arguments {
            Arguments::Trigger(trigger) => Some(&**trigger),
            _ => None,
        };
        for one in [Some(instruction), trigger].into_iter().flatten() {
            self.problems.extend(flag::check(one.keyword, &one.flags));
        }
        if let Arguments::From { name: Some(name), .. } = &instruction.arguments
            && !is_stage_name(name.text())
        {
            self.problem(name.span(), ProblemKind::StageName(name.text().to_owned()));
        }
    }

    fn place(&mut self, instruction: Instruction) {
        if instruction.keyword == Keyword::From {
            self.stages.push(Stage { from: instruction, instructions: Vec::new() });
        } else if let Some(stage) = self.stages.last_mut() {
            stage.instructions.push(instruction);
        } else {
            if !matches!(instruction.keyword, Keyword::Arg | Keyword::Unknown) {
                self.problem(instruction.keyword_span, ProblemKind::BeforeFrom(instruction.keyword));
            }
            self.preamble.push(instruction);
        }
    }

    fn finish(mut self, text: &str) -> Dockerfile {
        if self.stages.is_empty() {
            let kind =
                if self.preamble.is_empty() { ProblemKind::NoInstructions } else { ProblemKind::NoStage };
            self.problem(Span::at(text.len()), kind);
        }
        self.problems.sort_by_key(|problem| problem.span);
        let Self { escape, directives, preamble, stages, problems } = self;
        Dockerfile { directives, escape, preamble, stages, problems }
    }
}

/// Whether arguments were given in JSON, which opens no here-documents.
fn is_json(arguments: &Arguments, text: &Mapped) -> bool {
    match arguments {
        Arguments::Command(super::CommandLine::Exec(_)) => true,
        Arguments::Transfer { .. } => matches!(super::json::read(text), super::json::Json::Strings(_)),
        _ => false,
    }
}

/// A letter, then letters, digits, `-`, `_` and `.`; `BuildKit` looks at names in lower case.
fn is_stage_name(name: &str) -> bool {
    let lower = name.to_lowercase();
    let mut bytes = lower.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_lowercase())
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte))
}
