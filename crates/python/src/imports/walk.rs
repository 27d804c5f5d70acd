use std::ops::Range;

use ruff_python_ast::{Alias, ExceptHandler, Stmt, StmtIf, StmtImport, StmtImportFrom, StmtTry};
use ruff_text_size::Ranged as _;

use crate::aliases::Aliases;
use crate::condition::{Flags, Test};
use crate::context::{Context, Guard, guard_of_try, guard_of_with, names_import_error};
use crate::imports::{Import, Imported, ImportedName};
use crate::source::Source;
use crate::syntax::span;

/// A block whose code runs in a context of its own.
#[derive(Debug)]
pub(crate) struct Region {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) context: Context,
}

/// Everything that the statements of a module say about imports.
#[derive(Debug, Default)]
pub(crate) struct Walked {
    /// In source order.
    pub(crate) imports: Vec<Import>,
    /// In order of their starts, an outer one before those inside it.
    pub(crate) regions: Vec<Region>,
    pub(crate) aliases: Aliases,
}

/// Reads the import statements of a module, those in functions too.
pub(crate) fn walk<'a>(source: &'a Source, body: &'a [Stmt]) -> Walked {
    let mut walk = Walk { source, flags: Flags::of(body), found: Walked::default() };
    walk.block(body, Context::default());
    walk.found
}

struct Walk<'a> {
    source: &'a Source,
    flags: Flags<'a>,
    found: Walked,
}

impl Walk<'_> {
    /// A block that runs in another context than the code around it.
    fn region(&mut self, body: &[Stmt], context: Context) {
        let Some((start, end)) = span(body) else { return };
        self.found.regions.push(Region { start, end, context });
        self.block(body, context);
    }

    fn block(&mut self, body: &[Stmt], mut context: Context) {
        for (index, statement) in body.iter().enumerate() {
            self.statement(statement, context);
            if let Some(passed) = self.passed(statement)
                && let Some((start, end)) = span(&body[index + 1..])
            {
                context = context.when(passed);
                self.found.regions.push(Region { start, end, context });
            }
        }
    }

    /// What holds after a statement by the version of Python: `if sys.version_info < (3, 11): return`.
    fn passed(&self, statement: &Stmt) -> Option<Test> {
        let Stmt::If(branches) = statement else { return None };
        let leaves = matches!(
            branches.body.last()?,
            Stmt::Return(_) | Stmt::Raise(_) | Stmt::Continue(_) | Stmt::Break(_)
        );
        let test = self.flags.test(&branches.test).negated();
        let is_of_version = matches!(test, Test::Python(_) | Test::Within(_) | Test::SomePython);
        (leaves && branches.elif_else_clauses.is_empty() && is_of_version).then_some(test)
    }

    fn statement(&mut self, statement: &Stmt, context: Context) {
        match statement {
            Stmt::Import(import) => self.import(import, context),
            Stmt::ImportFrom(import) => self.import_from(import, context),
            Stmt::FunctionDef(function) => self.region(&function.body, context.function()),
            Stmt::ClassDef(class) => self.region(&class.body, context.class()),
            Stmt::If(branches) => self.branches(branches, context),
            Stmt::Try(attempt) => self.attempt(attempt, context),
            Stmt::With(with) => match guard_of_with(&with.items) {
                Guard::None => self.block(&with.body, context),
                guard => self.region(&with.body, context.guarded(guard)),
            },
            Stmt::For(repeat) => {
                self.block(&repeat.body, context);
                self.block(&repeat.orelse, context);
            }
            Stmt::While(repeat) => {
                self.block(&repeat.body, context);
                self.block(&repeat.orelse, context);
            }
            Stmt::Match(choice) => {
                for case in &choice.cases {
                    self.block(&case.body, context);
                }
            }
            _ => {}
        }
    }

    fn branches(&mut self, branches: &StmtIf, context: Context) {
        let test = self.flags.test(&branches.test);
        self.region(&branches.body, context.when(test));
        let mut otherwise = context.when(test.negated());
        for clause in &branches.elif_else_clauses {
            let test = clause.test.as_ref().map_or(Test::True, |test| self.flags.test(test));
            self.region(&clause.body, otherwise.when(test));
            otherwise = otherwise.when(test.negated());
        }
    }

    fn attempt(&mut self, attempt: &StmtTry, context: Context) {
        let tried = self.found.imports.len();
        self.region(&attempt.body, context.guarded(guard_of_try(attempt)));
        let tried = tried..self.found.imports.len();
        for handler in &attempt.handlers {
            let names = names_import_error(handler);
            let ExceptHandler::ExceptHandler(handler) = handler;
            self.region(&handler.body, if names { context.guarded(Guard::Fallback) } else { context });
        }
        let otherwise = self.found.imports.len();
        self.region(&attempt.orelse, context);
        self.excuse_what_was_tried(tried, otherwise);
        self.region(&attempt.finalbody, context);
    }

    /// The `else` of a `try` runs only where the modules are there that the `try` imported, so that what lies in
    /// them is as optional as they are.
    fn excuse_what_was_tried(&mut self, tried: Range<usize>, otherwise: usize) {
        let (before, after) = self.found.imports.split_at_mut(otherwise);
        for import in after {
            let within = |tried: &&Import| {
                let rest = import.module.strip_prefix(&tried.module);
                tried.level == import.level
                    && tried.context.guard == Guard::Optional
                    && rest.is_some_and(|rest| rest.starts_with('.') || (rest.is_empty() && tried.level == 0))
            };
            if let Some(tried) = before[tried.clone()].iter().find(within)
                && tried.context.scope == import.context.scope
            {
                import.context = import.context.guarded(tried.context.guard);
            }
        }
    }

    fn import(&mut self, statement: &StmtImport, context: Context) {
        for alias in &statement.names {
            let (start, end) = (alias.name.start().into(), alias.name.end().into());
            self.found.aliases.import(alias);
            self.found.imports.push(Import {
                position: self.source.position(start),
                level: 0,
                module: alias.name.as_str().to_owned(),
                what: Imported::Module { alias: name_of(alias) },
                context,
                span: (start, end),
            });
        }
    }

    fn import_from(&mut self, statement: &StmtImportFrom, context: Context) {
        let named = statement.module.as_ref();
        let (start, end) =
            named.map_or((statement.start(), statement.start()), |name| (name.start(), name.end()));
        let module = named.map(|name| name.as_str().to_owned()).unwrap_or_default();
        if statement.level == 0 {
            self.found.aliases.import_from(&module, &statement.names);
        }
        let what = match &*statement.names {
            [only] if only.name.as_str() == "*" => Imported::Everything,
            aliases => Imported::Names(aliases.iter().map(|alias| self.name(alias)).collect()),
        };
        self.found.imports.push(Import {
            position: self.source.position(start.into()),
            level: statement.level,
            module,
            what,
            context,
            span: (start.into(), end.into()),
        });
    }

    fn name(&self, alias: &Alias) -> ImportedName {
        ImportedName {
            name: alias.name.as_str().to_owned(),
            alias: name_of(alias),
            position: self.source.position(alias.name.start().into()),
        }
    }
}

fn name_of(alias: &Alias) -> Option<String> {
    alias.asname.as_ref().map(|name| name.as_str().to_owned())
}
