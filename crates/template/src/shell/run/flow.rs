//! What decides whether commands are reached.

use super::super::syntax::{Chain, Command, Joint, List, Pipeline};
use super::super::value::Value;
use super::{MOST_LAST, Outcome, Runner};

impl<'s> Runner<'s, '_> {
    /// Commands in order, up to one that nothing comes after.
    pub(super) fn list(&mut self, list: &'s List) -> Outcome {
        let mut outcome = Outcome::Success;
        for chain in &list.chains {
            outcome = if chain.background { self.background(chain) } else { self.chain(chain) };
            if !outcome.goes_on() {
                break;
            }
        }
        outcome
    }

    fn background(&mut self, chain: &'s Chain) -> Outcome {
        let before = self.circumstance;
        self.circumstance.background = true;
        let last = std::mem::take(&mut self.last);
        self.aside(|runner| runner.chain(chain));
        self.last = last;
        self.circumstance = before;
        Outcome::Success
    }

    fn chain(&mut self, chain: &'s Chain) -> Outcome {
        let mut answer = self.answer(&chain.first);
        let mut outcome = self.pipeline(&chain.first);
        let mut left = &chain.first;
        for (joint, right) in &chain.rest {
            let expected = Expected::of(answer.map(|yes| yes == (*joint == Joint::And)));
            if expected != Expected::Skipped {
                answer = self.answer(right);
            }
            outcome = match (joint, outcome) {
                (_, Outcome::Ends | Outcome::Returns) => return outcome,
                (Joint::And, Outcome::Failure) | (Joint::Or, Outcome::Success) => continue,
                (Joint::And, Outcome::Success) | (Joint::Or, Outcome::Failure) => self.pipeline(right),
                (Joint::And, Outcome::Open) if !is_question(left) => self.if_all_is_well(right),
                (_, Outcome::Open) => {
                    self.branches(vec![(Some(Body::Pipeline(right)), expected), OTHERWISE]);
                    Outcome::Open
                }
            };
            left = right;
        }
        outcome
    }

    /// What follows `&&` after work that is expected to succeed: what it sets is set, but it may not end the script.
    fn if_all_is_well(&mut self, right: &'s Pipeline) -> Outcome {
        let before = self.last.clone();
        let outcome = self.pipeline(right);
        if outcome == Outcome::Ends {
            self.last = before;
        }
        if outcome.goes_on() { outcome } else { Outcome::Open }
    }

    fn pipeline(&mut self, pipeline: &'s Pipeline) -> Outcome {
        let outcome = match pipeline.commands.as_slice() {
            [only] => self.command(only),
            several => {
                let mut last = Vec::new();
                for command in several {
                    self.last.clear();
                    self.aside(|runner| runner.command(command));
                    last.append(&mut self.last);
                }
                self.last = last;
                self.forget_old_last();
                Outcome::Open
            }
        };
        if pipeline.negated { outcome.negated() } else { outcome }
    }

    pub(super) fn command(&mut self, command: &'s Command) -> Outcome {
        match command {
            Command::Simple(simple) => self.simple(simple),
            Command::Group(list) => self.list(list),
            Command::Subshell(list) => {
                self.aside(|runner| runner.list(list));
                Outcome::Open
            }
            Command::If { branches, otherwise } => self.conditional(branches, otherwise.as_ref()),
            Command::Loop { condition, body } => {
                let outcome = self.list(condition);
                if !outcome.goes_on() {
                    return outcome;
                }
                self.branches(vec![(Some(Body::List(body)), Expected::Open), OTHERWISE]);
                Outcome::Open
            }
            Command::For { variable, words, body } => {
                for word in words {
                    self.substitutions(word);
                }
                if let Some(variable) = variable {
                    let value = match words.as_slice() {
                        [first, more @ ..] if more.len() < MOST_ROUNDS => {
                            let first = self.variables.value(first);
                            more.iter().fold(first, |value, word| value.or(self.variables.value(word)))
                        }
                        _ => Value::Unknown,
                    };
                    self.variables.set(variable, value);
                }
                // Words that are written out are gone through once at least.
                let expected = if variable.is_some() && words.iter().any(|word| word.plain().is_some()) {
                    Expected::Taken
                } else {
                    Expected::Open
                };
                self.branches(vec![(Some(Body::List(body)), expected), OTHERWISE]);
                Outcome::Open
            }
            Command::Case { word, arms } => {
                self.substitutions(word);
                let all =
                    arms.iter().any(|arm| arm.patterns.iter().any(|pattern| pattern.plain() == Some("*")));
                let mut bodies: Vec<_> =
                    arms.iter().map(|arm| (Some(Body::List(&arm.body)), Expected::Open)).collect();
                if !all {
                    bodies.push(OTHERWISE);
                }
                self.branches(bodies)
            }
            Command::Function { name, body } => {
                self.functions.insert(name, body);
                Outcome::Success
            }
            Command::Test => Outcome::Open,
        }
    }

    fn conditional(&mut self, branches: &'s [(List, List)], otherwise: Option<&'s List>) -> Outcome {
        let mut bodies = Vec::new();
        // Whether the branches so far are left out, as far as can be told.
        let mut is_left = Some(true);
        for (condition, body) in branches {
            let answer = match condition.chains.as_slice() {
                [Chain { first, rest, background: false }] if rest.is_empty() => self.answer(first),
                _ => None,
            };
            let expected = match (is_left, answer) {
                (Some(false), _) | (None, Some(false)) => Expected::Skipped,
                (Some(true), answer) => Expected::of(answer),
                (None, _) => Expected::Open,
            };
            is_left = match answer {
                Some(true) => Some(false).filter(|_| is_left.is_some()),
                Some(false) => is_left,
                None => is_left.filter(|is_left| !is_left),
            };
            match self.list(condition) {
                outcome @ (Outcome::Ends | Outcome::Returns) => return outcome,
                Outcome::Failure => {}
                Outcome::Success => {
                    bodies.push((Some(Body::List(body)), expected));
                    return self.branches(bodies);
                }
                Outcome::Open => bodies.push((Some(Body::List(body)), expected)),
            }
        }
        bodies.push((otherwise.map(Body::List), Expected::of(is_left)));
        self.branches(bodies)
    }

    /// One of several bodies is run, or nothing for a body that is none: what they set differently is unknown after.
    fn branches(&mut self, bodies: Vec<(Option<Body<'s>>, Expected)>) -> Outcome {
        let before = self.circumstance;
        let (last, directory) = (self.last.clone(), self.directory.clone());
        let (mut last_after, mut changes) = (Vec::new(), Vec::new());
        let mut outcomes = Vec::new();
        let only = bodies.len() == 1;
        let mut directories = Vec::new();
        for (body, expected) in bodies {
            self.circumstance = before;
            self.circumstance.conditional |= !only && expected != Expected::Taken;
            self.circumstance.skipped |= expected == Expected::Skipped;
            self.last.clone_from(&last);
            self.directory.clone_from(&directory);
            let mark = self.variables.mark();
            let outcome = match body {
                Some(Body::List(body)) => self.list(body),
                Some(Body::Pipeline(pipeline)) => self.pipeline(pipeline),
                None => Outcome::Open,
            };
            outcomes.push(outcome);
            if only {
                self.circumstance = before;
                return outcome;
            }
            let set = self.variables.back(mark);
            if outcome.goes_on() {
                changes.extend(set);
                directories.push(self.directory.take());
                last_after.append(&mut self.last);
            }
        }
        self.variables.merge(changes);
        self.directory =
            directories.pop().filter(|one| directories.iter().all(|other| other == one)).flatten();
        last_after.sort_unstable();
        last_after.dedup();
        self.last = last_after;
        self.forget_old_last();
        self.circumstance = before;
        if outcomes.iter().any(|outcome| outcome.goes_on()) {
            Outcome::Open
        } else if outcomes.contains(&Outcome::Returns) {
            Outcome::Returns
        } else {
            Outcome::Ends
        }
    }

    /// Runs something in a process of its own: what it sets is lost, and its end is not the script's.
    pub(super) fn aside<T>(&mut self, run: impl FnOnce(&mut Self) -> T) {
        let before = std::mem::replace(&mut self.circumstance.aside, true);
        let (mark, directory) = (self.variables.mark(), self.directory.clone());
        run(self);
        self.variables.back(mark);
        self.directory = directory;
        self.circumstance.aside = before;
    }

    pub(super) fn forget_old_last(&mut self) {
        let old = self.last.len().saturating_sub(MOST_LAST);
        self.last.drain(..old);
    }
}

/// How many words of a `for` are told apart.
const MOST_ROUNDS: usize = 4;

/// Whether a branch is run when variables have the values that they have by default.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expected {
    /// It is.
    Taken,
    /// It is not.
    Skipped,
    /// That cannot be told.
    Open,
}

impl Expected {
    fn of(answer: Option<bool>) -> Self {
        answer.map_or(Self::Open, |yes| if yes { Self::Taken } else { Self::Skipped })
    }
}

/// Nothing is run.
const OTHERWISE: (Option<Body<'static>>, Expected) = (None, Expected::Open);

/// What a branch runs.
#[derive(Clone, Copy)]
enum Body<'s> {
    List(&'s List),
    Pipeline(&'s Pipeline),
}

/// Whether a pipeline only asks something, so that either answer is expected.
fn is_question(pipeline: &Pipeline) -> bool {
    const QUESTIONS: [&str; 8] = ["[", "test", "id", "getent", "grep", "command", "which", "type"];
    match pipeline.commands.last() {
        Some(Command::Test) => true,
        Some(Command::Simple(simple)) => {
            simple.words.first().and_then(|word| word.plain()).is_some_and(|name| QUESTIONS.contains(&name))
        }
        _ => false,
    }
}
