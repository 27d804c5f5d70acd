//! The only door to the parser: a module's statements, on a stack that is deep enough for them.

use ruff_python_ast::visitor::source_order::{
    SourceOrderVisitor, walk_body, walk_expr, walk_pattern, walk_stmt,
};
use ruff_python_ast::{Expr, Pattern, Stmt, Suite};
use ruff_python_parser::{Mode, ParseError, ParseOptions, UnsupportedSyntaxError, parse_unchecked};
use ruff_text_size::Ranged as _;
use serde::Serialize;

use crate::compile::first_refusal;
use crate::position::Position;
use crate::source::{Source, SourceError, SourceErrorKind};
use crate::version::PythonVersion;

/// As many levels as `CPython`'s compiler follows with its default recursion limit.
const DEEPEST: usize = 3000;
/// More open braces, in a file of as many formatted strings, are a nest of them.
const DEEPEST_STRING: usize = 400;
/// Trees up to this depth are walked on the stack that is there.
const SHALLOW: usize = 100;
/// What one level may take when a tree is walked, compared or dropped, without optimisation.
const STACK_PER_LEVEL: usize = 16 * 1024;

/// A module's syntax tree.
///
/// Every walk over it, and its end, happens on a stack that fits its depth: the nesting of a file is its
/// author's choice and must not end the process.
#[derive(Debug)]
pub(crate) struct Tree {
    body: Suite,
    depth: usize,
    newer: Vec<NewerSyntax>,
}

/// Syntax that some versions of Python do not have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewerSyntax {
    /// Where it stands.
    pub position: Position,
    /// What cannot be used before, in the parser's words: ``cannot use `type` alias statement``.
    pub what: String,
    /// The first version that has it.
    pub since: PythonVersion,
}

impl Tree {
    /// Parses a file; the first fault in source order is the error, and what no Python compiles is a fault too.
    pub(crate) fn parse(source: &Source) -> Result<Self, SourceError> {
        if let Some(offset) = source.text().find('\0') {
            let message = "source code cannot contain null bytes".to_owned();
            return Err(source.error(offset_of(offset), SourceErrorKind::Syntax { message }));
        }
        if let Some(offset) = bottomless_string(source.text()) {
            return Err(source.error(offset_of(offset), SourceErrorKind::TooDeep));
        }
        let parsed =
            parse_unchecked(source.text(), ParseOptions::from(Mode::Module).with_target_version(OLDEST))
                .try_into_module()
                .expect("parsed in module mode");
        let fault = first_fault(source, parsed.errors());
        let newer = newer_syntax(source, parsed.unsupported_syntax_errors());
        let body = parsed.into_syntax().body;
        let Some(depth) = measure(&body) else {
            // dropping it would recurse as deeply as it is nested; the process is about to report and end
            std::mem::forget(body);
            return Err(fault.unwrap_or_else(|| source.error(0, SourceErrorKind::TooDeep)));
        };
        let tree = Self { body, depth, newer };
        if let Some(fault) = fault {
            return Err(fault);
        }
        match tree.walk(|body| first_refusal(source.text(), body)) {
            Some((offset, message)) => Err(source.error(offset, SourceErrorKind::Syntax { message })),
            None => Ok(tree),
        }
    }

    /// Parses what a file became whose tree is to have the same shape, which the caller sees to. What Python would not
    /// compile of it was refused before.
    pub(crate) fn parse_like(source: &Source, like: &Self) -> Result<Self, SourceError> {
        let parsed = parse_unchecked(source.text(), ParseOptions::from(Mode::Module))
            .try_into_module()
            .expect("parsed in module mode");
        let fault = first_fault(source, parsed.errors());
        let tree = Self { body: parsed.into_syntax().body, depth: like.depth, newer: Vec::new() };
        fault.map_or(Ok(tree), Err)
    }

    /// The syntax that some versions of Python do not have, in source order.
    pub(crate) fn newer_syntax(&self) -> &[NewerSyntax] {
        &self.newer
    }

    /// Hands the statements to `walk`, with enough stack below it.
    pub(crate) fn walk<R>(&self, walk: impl FnOnce(&[Stmt]) -> R) -> R {
        on_stack(self.depth, || walk(&self.body))
    }

    /// Hands the statements to `change`, with enough stack below it.
    pub(crate) fn change<R>(&mut self, change: impl FnOnce(&mut [Stmt]) -> R) -> R {
        on_stack(self.depth, || change(&mut self.body))
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        let body = std::mem::take(&mut self.body);
        on_stack(self.depth, || drop(body));
    }
}

/// The oldest version, against which all that is newer stands out.
const OLDEST: ruff_python_ast::PythonVersion = ruff_python_ast::PythonVersion::PY37;

/// Where formatted strings stand so deeply in each other that the parser, which goes back at each, would not end in
/// time. `CPython` follows 149, <https://github.com/python/cpython/blob/3.14/Parser/lexer/state.h>.
fn bottomless_string(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let opens = |pair: &[u8]| matches!(pair, [b'f' | b'F' | b't' | b'T' | b'r' | b'R', b'"' | b'\'']);
    bytes.windows(2).filter(|pair| opens(pair)).nth(DEEPEST_STRING)?;
    let mut depth = 0_usize;
    bytes.iter().position(|byte| {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > DEEPEST_STRING
    })
}

fn newer_syntax(source: &Source, errors: &[UnsupportedSyntaxError]) -> Vec<NewerSyntax> {
    let read = |error: &UnsupportedSyntaxError| {
        // the parser tells the version in its words only: "… on Python 3.7 (syntax was added in Python 3.12)"
        let message = error.to_string();
        let (what, _) = message.split_once(" on Python ")?;
        let (_, since) = message.trim_end_matches(')').rsplit_once("added in Python ")?;
        let mut what = what.to_owned();
        if let Some(first) = what.get_mut(..1) {
            first.make_ascii_lowercase();
        }
        Some(NewerSyntax {
            position: source.position(error.range.start().into()),
            what,
            since: since.parse().ok()?,
        })
    };
    let mut newer: Vec<_> = errors.iter().filter_map(read).collect();
    newer.sort_by_key(|one| one.position);
    newer
}

fn first_fault(source: &Source, errors: &[ParseError]) -> Option<SourceError> {
    errors.iter().min_by_key(|error| error.location.start()).map(|error| {
        let message = error.error.to_string();
        source.error(error.location.start().into(), SourceErrorKind::Syntax { message })
    })
}

fn on_stack<R>(depth: usize, walk: impl FnOnce() -> R) -> R {
    if depth <= SHALLOW { walk() } else { stacker::grow(depth * STACK_PER_LEVEL, walk) }
}

fn offset_of(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

/// The depth of the deepest node, unless it is beyond [`DEEPEST`].
fn measure(body: &[Stmt]) -> Option<usize> {
    let mut depth = Depth { now: 0, deepest: 0 };
    walk_body(&mut depth, body);
    (depth.deepest < DEEPEST).then_some(depth.deepest)
}

struct Depth {
    now: usize,
    deepest: usize,
}

impl Depth {
    fn level(&mut self, walk: impl FnOnce(&mut Self)) {
        self.now += 1;
        self.deepest = self.deepest.max(self.now);
        if self.now.is_multiple_of(SHALLOW) {
            stacker::maybe_grow(SHALLOW * STACK_PER_LEVEL, SHALLOW * STACK_PER_LEVEL * 2, || walk(self));
        } else if self.now < DEEPEST {
            walk(self);
        }
        self.now -= 1;
    }
}

impl<'a> SourceOrderVisitor<'a> for Depth {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        self.level(|depth| walk_stmt(depth, stmt));
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        self.level(|depth| walk_expr(depth, expr));
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        self.level(|depth| walk_pattern(depth, pattern));
    }
}

/// Where the contents of a block begin and end.
pub(crate) fn span(body: &[Stmt]) -> Option<(u32, u32)> {
    Some((body.first()?.start().into(), body.last()?.end().into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Tree, SourceError> {
        Tree::parse(&Source::decode("m.py", text.as_bytes().to_vec()).unwrap())
    }

    #[test]
    fn deep_nesting_is_followed_and_bottomless_nesting_is_refused() {
        for (open, close) in
            [("[", "]"), ("f(", ")"), ("-", ""), ("a.b + (", ")"), ("lambda: ", ""), ("1**", "")]
        {
            let nested = |depth: usize| format!("x = {}1{}\n", open.repeat(depth), close.repeat(depth));
            assert!(parse(&nested(500)).is_ok(), "{open}");
            let refused = parse(&nested(20_000)).unwrap_err();
            assert_eq!(refused.kind, SourceErrorKind::TooDeep, "{open}");
        }
        let chain = format!("x = 1{}\n", " + 1".repeat(20_000));
        assert_eq!(parse(&chain).unwrap_err().kind, SourceErrorKind::TooDeep);
        let unclosed = "[".repeat(20_000);
        assert!(matches!(parse(&unclosed).unwrap_err().kind, SourceErrorKind::Syntax { .. }));
    }

    #[test]
    fn a_nest_of_formatted_strings_is_refused_before_it_is_parsed() {
        let nest = |depth: usize| format!("x = {}1{}\n", "f'{".repeat(depth), "}'".repeat(depth));
        assert!(parse(&nest(100)).is_ok());
        for text in [nest(300_000), "f'{".repeat(300_000), format!("x = {}", "f'{ 1 + ".repeat(100_000))] {
            assert_eq!(parse(&text).unwrap_err().kind, SourceErrorKind::TooDeep);
        }
        let many = "x = f'{y}' + '{'.strip('}')\n".repeat(2_000);
        assert!(parse(&many).is_ok());
    }

    #[test]
    fn a_syntax_error_has_the_place_of_the_first_fault() {
        let error = parse("x = 1\n\ndef f(:\n    pass\ny = = 2\n").unwrap_err();
        assert_eq!(error.position.to_string(), "3:7");
        assert!(error.to_string().starts_with("`m.py`:3:7: "), "{error}");
    }

    #[test]
    fn syntax_that_older_versions_lack_is_told_with_the_first_that_has_it() {
        let newer = |text: &str| {
            let tree = parse(text).unwrap();
            let told =
                tree.newer_syntax().iter().map(|one| format!("{} {} {}", one.position, one.since, one.what));
            told.collect::<Vec<_>>()
        };
        for (text, since) in [
            ("type X = int\n", 12),
            ("def f[T](): ...\n", 12),
            ("x = f'{y['z']}'\n", 12),
            ("match x:\n    case 1: ...\n", 10),
            ("try: ...\nexcept* E: ...\n", 11),
            ("(x := 1)\n", 8),
            ("def f(a, /): ...\n", 8),
            ("class C[T = int]: ...\n", 13),
            ("x = t'{y}'\n", 14),
        ] {
            let told = newer(text);
            let expected = PythonVersion::three(since);
            assert!(told.iter().any(|one| one.contains(&format!(" {expected} "))), "{text}: {told:?}");
        }
        assert_eq!(newer("type X = int\n"), ["1:1 3.12 cannot use `type` alias statement"]);
        assert_eq!(newer("async def f(x: int) -> str:\n    return f'{x!r:>{w}}'\n"), [""; 0]);
    }

    #[test]
    fn a_null_byte_is_refused_as_python_refuses_it() {
        assert_eq!(parse("x = 1\n# \0\n").unwrap_err().position.to_string(), "2:3");
    }
}
