//! Reading commands and what joins them.

use super::parser::{Parser, ProblemKind};
use super::syntax::{Arm, Chain, Command, Joint, List, Pipeline};
use super::word::Word;

/// Words that end a list where a command could begin.
const CLOSERS: [&str; 9] = ["then", "else", "elif", "fi", "do", "done", "esac", "}", "in"];

impl Parser<'_> {
    /// Commands, up to what cannot begin one.
    pub(super) fn list(&mut self) -> List {
        let mut chains = Vec::new();
        loop {
            self.skip_lines();
            let Some(chain) = self.chain() else { return List { chains } };
            chains.push(chain);
            self.skip_blanks();
            if self.rest().starts_with(";;") || self.rest().starts_with(";&") {
                return List { chains };
            }
            if self.take("&") {
                if let Some(last) = chains.last_mut() {
                    last.background = true;
                }
            } else if !self.take(";") && !self.line_end() {
                return List { chains };
            }
        }
    }

    fn chain(&mut self) -> Option<Chain> {
        let first = self.pipeline()?;
        let mut rest = Vec::new();
        loop {
            self.skip_blanks();
            let joint = match () {
                () if self.take("&&") => Joint::And,
                () if self.take("||") => Joint::Or,
                () => break,
            };
            let operator = self.at - 2..self.at;
            self.skip_lines();
            let Some(next) = self.pipeline() else {
                self.problem_at(operator, ProblemKind::Unexpected);
                break;
            };
            rest.push((joint, next));
        }
        Some(Chain { first, rest, background: false })
    }

    fn pipeline(&mut self) -> Option<Pipeline> {
        let mut negated = false;
        while self.take_reserved("!") {
            negated = !negated;
            self.skip_blanks();
        }
        let mut commands = vec![self.command()?];
        loop {
            self.skip_blanks();
            if self.rest().starts_with("||") || !self.take("|") {
                return Some(Pipeline { negated, commands });
            }
            let operator = self.at - 1..self.at;
            self.take("&");
            self.skip_lines();
            match self.command() {
                Some(command) => commands.push(command),
                None => self.problem_at(operator, ProblemKind::Unexpected),
            }
        }
    }

    fn command(&mut self) -> Option<Command> {
        let start = self.at;
        let command = match self.byte(0)? {
            b'(' if self.arithmetic() => Command::Test,
            b'(' => {
                self.at += 1;
                let body = self.within(Self::list);
                self.close(")", "(", start);
                Command::Subshell(body)
            }
            _ => match self.reserved() {
                "" => return self.simple_or_function(),
                word if CLOSERS.contains(&word) => return None,
                word => {
                    self.at += word.len();
                    self.compound(word, start)
                }
            },
        };
        self.redirects(&mut Vec::new());
        Some(command)
    }

    /// The reserved word that comes next; empty where none does.
    fn reserved(&self) -> &'static str {
        const OPENERS: [&str; 9] = ["{", "if", "while", "until", "for", "select", "case", "function", "[["];
        let rest = self.rest();
        let word = &rest
            [..rest.bytes().take_while(|byte| byte.is_ascii_lowercase() || b"{}[".contains(byte)).count()];
        let known = OPENERS.iter().chain(&CLOSERS).find(|known| **known == word);
        known.filter(|_| self.ends_word(word.len())).copied().unwrap_or_default()
    }

    fn ends_word(&self, ahead: usize) -> bool {
        self.byte(ahead).is_none_or(|byte| b" \t\r\n;&|<>()".contains(&byte))
    }

    fn take_reserved(&mut self, word: &str) -> bool {
        let comes = self.rest().starts_with(word) && self.ends_word(word.len());
        self.at += if comes { word.len() } else { 0 };
        comes
    }

    /// Takes the reserved word that closes what began at `start`.
    fn close(&mut self, closer: &str, opener: &'static str, start: usize) {
        self.skip_lines();
        let found = if closer == ")" { self.take(closer) } else { self.take_reserved(closer) };
        if !found {
            self.problem(start, ProblemKind::Unclosed(opener));
        }
    }

    fn compound(&mut self, word: &'static str, start: usize) -> Command {
        match word {
            "{" => {
                let body = self.within(Self::list);
                self.close("}", word, start);
                Command::Group(body)
            }
            "if" => self.conditional(start),
            "while" | "until" => {
                let condition = self.within(Self::list);
                let body = self.body(word, start);
                Command::Loop { condition, body }
            }
            "for" | "select" => self.each(word, start),
            "case" => self.case(start),
            "function" => {
                self.skip_blanks();
                let name = self.word().and_then(|word| word.literal()).unwrap_or_default();
                self.skip_blanks();
                if self.take("(") {
                    self.skip_blanks();
                    self.take(")");
                }
                self.function(name)
            }
            _ => self.test(start),
        }
    }

    /// `do … done`
    fn body(&mut self, opener: &'static str, start: usize) -> List {
        self.close("do", opener, start);
        let body = self.within(Self::list);
        self.close("done", opener, start);
        body
    }

    fn conditional(&mut self, start: usize) -> Command {
        let mut branches = Vec::new();
        loop {
            let condition = self.within(Self::list);
            self.close("then", "if", start);
            branches.push((condition, self.within(Self::list)));
            self.skip_lines();
            if !self.take_reserved("elif") {
                break;
            }
        }
        let otherwise = self.take_reserved("else").then(|| self.within(Self::list));
        self.close("fi", "if", start);
        Command::If { branches, otherwise }
    }

    fn each(&mut self, opener: &'static str, start: usize) -> Command {
        self.skip_blanks();
        let arithmetic = self.arithmetic();
        let variable = if arithmetic { None } else { self.word().and_then(|word| word.literal()) };
        self.skip_lines();
        let mut words = Vec::new();
        if self.take_reserved("in") {
            self.skip_blanks();
            while let Some(word) = self.word() {
                words.push(word);
                self.skip_blanks();
            }
        }
        self.skip_blanks();
        self.take(";");
        let body = self.body(opener, start);
        Command::For { variable, words, body }
    }

    fn case(&mut self, start: usize) -> Command {
        self.skip_blanks();
        let word = self.word().unwrap_or_default();
        self.close("in", "case", start);
        let mut arms = Vec::new();
        loop {
            self.skip_lines();
            if self.at_end() || self.take_reserved("esac") {
                break;
            }
            let before = self.at;
            let patterns = self.patterns();
            let body = self.within(Self::list);
            arms.push(Arm { patterns, body });
            self.skip_lines();
            let closed = self.take(";;&") || self.take(";;") || self.take(";&");
            if !closed && (self.at == before || !self.rest().starts_with("esac")) {
                self.problem(start, ProblemKind::Unclosed("case"));
                break;
            }
        }
        Command::Case { word, arms }
    }

    /// `[(] pattern | pattern )`
    fn patterns(&mut self) -> Vec<Word> {
        let mut patterns = Vec::new();
        self.take("(");
        loop {
            self.skip_blanks();
            patterns.extend(self.word());
            self.skip_blanks();
            if !self.take("|") {
                self.take(")");
                return patterns;
            }
        }
    }

    /// `[[ … ]]`, in which operators are words.
    fn test(&mut self, start: usize) -> Command {
        loop {
            self.skip_lines();
            if self.at_end() {
                self.problem(start, ProblemKind::Unclosed("[["));
                return Command::Test;
            }
            if self.take_reserved("]]") {
                return Command::Test;
            }
            if self.word().is_none() {
                self.next();
            }
        }
    }

    pub(super) fn function(&mut self, name: String) -> Command {
        self.skip_lines();
        let body = self.within(|parser| parser.command().map(Box::new));
        Command::Function { name, body: body.unwrap_or_else(|| Box::new(Command::Group(List::default()))) }
    }
}
