use ruff_python_ast::{
    CmpOp, ExceptHandler, Expr, ExprCall, Pattern, Stmt, StmtIf, StmtImportFrom, StmtMatch, StmtTry,
};

use crate::condition::Test;
use crate::context::{last_name, suppresses};
use crate::definitions::flow::{Effect, Flow};
use crate::definitions::targets::{names_of_pattern, names_of_target, names_of_walrus};
use crate::definitions::{Definitions, meddling};

/// Reads what the statements of a module bind.
pub(super) fn definitions(body: &[Stmt]) -> Definitions {
    let mut walk = Walk::default();
    let mut flow = walk.block(body);
    let mut found = walk.found;
    let mut meddled = Flow::default();
    meddling::find(body, &mut meddled, &mut found.dynamic);
    flow.add(meddled.clone());
    if !found.taken.is_empty() {
        let mut made = Walk { skips_taken: true, ..Walk::default() };
        let mut made = made.block(body);
        made.add(meddled);
        found.taken.retain(|name, _| !made.effects.contains_key(name));
    }
    for (name, effect) in flow.effects {
        if effect == Effect::BindsCoroutine {
            found.coroutines.insert(name.clone());
        }
        match effect.on_unbound() {
            Some(false) => continue,
            always => found.names.insert(name, always.is_some()),
        };
    }
    found.has_getattr = found.names.contains_key("__getattr__");
    found
}

#[derive(Default)]
struct Walk {
    found: Definitions,
    /// How many conditional blocks are around.
    depth: usize,
    /// Whether a name that is taken from a module by that name is passed over, to see what else binds it.
    skips_taken: bool,
}

impl Walk {
    fn block(&mut self, body: &[Stmt]) -> Flow {
        let mut flow = Flow::default();
        for statement in body {
            flow = self.statement(statement, flow);
            if flow.stops {
                break;
            }
        }
        flow
    }

    /// A block that may not run.
    fn branch(&mut self, body: &[Stmt]) -> Flow {
        self.depth += 1;
        let flow = self.block(body);
        self.depth -= 1;
        flow
    }

    fn statement(&mut self, statement: &Stmt, mut flow: Flow) -> Flow {
        match statement {
            Stmt::FunctionDef(function) if function.is_async && function.decorator_list.is_empty() => {
                flow.affect(function.name.as_str(), Effect::BindsCoroutine);
            }
            Stmt::FunctionDef(function) => flow.bind(function.name.as_str()),
            Stmt::ClassDef(class) => flow.bind(class.name.as_str()),
            Stmt::TypeAlias(alias) => names_of_target(&alias.name, &mut |name| flow.bind(name)),
            Stmt::Import(import) => {
                for alias in &import.names {
                    let module = alias.name.as_str();
                    let top = module.split('.').next().unwrap_or_default();
                    flow.bind(alias.asname.as_ref().map_or(top, |name| name.as_str()));
                }
            }
            Stmt::ImportFrom(import) => self.import_from(import, &mut flow),
            Stmt::Assign(assignment) => {
                names_of_walrus(&assignment.value, &mut |name| flow.bind(name));
                for target in &assignment.targets {
                    self.assign(target, &assignment.value, &mut flow);
                }
            }
            Stmt::AnnAssign(assignment) => {
                if let Some(value) = &assignment.value {
                    self.assign(&assignment.target, value, &mut flow);
                }
            }
            Stmt::AugAssign(assignment) if is_all(&assignment.target) => {
                self.change_all(|all| all.extend(&assignment.value));
            }
            Stmt::Delete(deletion) => {
                for target in &deletion.targets {
                    names_of_target(target, &mut |name| flow.affect(name, Effect::Unbinds));
                }
            }
            Stmt::Raise(_) => flow.stops = true,
            Stmt::Expr(expression) => {
                names_of_walrus(&expression.value, &mut |name| flow.bind(name));
                if let Expr::Call(call) = &*expression.value {
                    self.call(call, &mut flow);
                }
            }
            Stmt::If(branches) => return flow.then(self.branches(branches)),
            Stmt::Try(attempt) => return flow.then(self.attempt(attempt)),
            Stmt::Match(choice) => return flow.then(self.choice(choice)),
            Stmt::For(repeat) => {
                let mut round = Flow::default();
                names_of_target(&repeat.target, &mut |name| round.bind(name));
                let round = round.then(self.branch(&repeat.body));
                return flow.then(round.interrupted()).then(self.branch(&repeat.orelse).interrupted());
            }
            Stmt::While(repeat) => {
                names_of_walrus(&repeat.test, &mut |name| flow.bind(name));
                let round = self.branch(&repeat.body).interrupted();
                return flow.then(round).then(self.branch(&repeat.orelse).interrupted());
            }
            Stmt::With(with) => {
                for target in with.items.iter().filter_map(|item| item.optional_vars.as_deref()) {
                    names_of_target(target, &mut |name| flow.bind(name));
                }
                let body = self.block(&with.body);
                return flow.then(if suppresses(&with.items) { body.interrupted() } else { body });
            }
            _ => {}
        }
        flow
    }

    fn import_from(&mut self, import: &StmtImportFrom, flow: &mut Flow) {
        for alias in &import.names {
            if alias.name.as_str() == "*" {
                let module = import.module.as_ref().map(|name| name.as_str().to_owned());
                self.found.stars.push((import.level, module.unwrap_or_default()));
                continue;
            }
            let name = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
            if name != alias.name.as_str() {
                flow.bind(name);
            } else if !self.skips_taken {
                flow.bind(name);
                let module = import.module.as_ref().map(|name| name.as_str().to_owned());
                let origins = self.found.taken.entry(name.to_owned()).or_default();
                origins.push((import.level, module.unwrap_or_default()));
            }
        }
    }

    fn assign(&mut self, target: &Expr, value: &Expr, flow: &mut Flow) {
        names_of_target(target, &mut |name| flow.bind(name));
        if is_all(target) {
            self.change_all(|all| all.assign(value));
        }
    }

    /// Changes what is known of `__all__`; a change that may not happen leaves nothing known.
    fn change_all(&mut self, change: impl FnOnce(&mut crate::definitions::exports::All)) {
        if self.depth == 0 { change(&mut self.found.all) } else { self.found.all.compute() }
    }

    fn call(&mut self, call: &ExprCall, flow: &mut Flow) {
        if let Expr::Attribute(method) = &*call.func
            && is_all(&method.value)
        {
            match (method.attr.as_str(), &*call.arguments.args) {
                ("append", [name]) => self.change_all(|all| all.append(name)),
                ("extend", [names]) => self.change_all(|all| all.extend(names)),
                _ => self.found.all.compute(),
            }
        }
        flow.stops |= matches!(last_name(&call.func), Some("exit" | "_exit" | "quit"));
    }

    fn branches(&mut self, branches: &StmtIf) -> Flow {
        let mut head = Flow::default();
        names_of_walrus(&branches.test, &mut |name| head.bind(name));
        let mut taken: Option<Flow> = None;
        let mut open = true;
        let clauses = branches.elif_else_clauses.iter().map(|clause| (clause.test.as_ref(), &clause.body));
        for (test, body) in std::iter::once((Some(&*branches.test), &branches.body)).chain(clauses) {
            let test = test.map_or(Test::True, test_on_import);
            if !open || test == Test::False {
                continue;
            }
            open = test != Test::True;
            // a block that surely runs is no branch
            let flow = if !open && taken.is_none() { self.block(body) } else { self.branch(body) };
            taken = Some(match taken {
                Some(others) => others.or(flow),
                None => flow,
            });
        }
        let taken = match (taken, open) {
            (Some(taken), true) => taken.or(Flow::default()),
            (taken, _) => taken.unwrap_or_default(),
        };
        head.then(taken)
    }

    fn attempt(&mut self, attempt: &StmtTry) -> Flow {
        let body = self.branch(&attempt.body);
        let failed = body.clone().interrupted();
        let mut flow = if body.stops { body } else { body.then(self.branch(&attempt.orelse)) };
        for handler in &attempt.handlers {
            let ExceptHandler::ExceptHandler(handler) = handler;
            let mut caught = self.branch(&handler.body);
            if let Some(name) = &handler.name {
                caught.affect(name.as_str(), Effect::Unbinds);
            }
            flow = flow.or(if caught.stops { caught } else { failed.clone().then(caught) });
        }
        let last = self.branch(&attempt.finalbody);
        flow.then(last)
    }

    fn choice(&mut self, choice: &StmtMatch) -> Flow {
        let mut taken = Flow::stop();
        let mut open = true;
        for case in &choice.cases {
            let mut flow = Flow::default();
            names_of_pattern(&case.pattern, &mut |name| flow.bind(name));
            taken = taken.or(flow.then(self.branch(&case.body)));
            open &= case.guard.is_some() || !is_irrefutable(&case.pattern);
        }
        if open { taken.or(Flow::default()) } else { taken }
    }
}

fn is_all(expr: &Expr) -> bool {
    expr.as_name_expr().is_some_and(|name| name.id.as_str() == "__all__")
}

/// Whether a condition holds while the module is imported, rather than run as a program.
pub(crate) fn test_on_import(condition: &Expr) -> Test {
    if let Expr::Compare(comparison) = condition
        && let (&[op], [right]) = (&*comparison.ops, &*comparison.comparators)
    {
        let is_name = |expr| last_name(expr) == Some("__name__");
        let is_main =
            |expr: &Expr| expr.as_string_literal_expr().is_some_and(|text| text.value == *"__main__");
        if (is_name(&comparison.left) && is_main(right)) || (is_main(&comparison.left) && is_name(right)) {
            return match op {
                CmpOp::Eq => Test::False,
                CmpOp::NotEq => Test::True,
                _ => Test::Unknown,
            };
        }
    }
    Test::of(condition)
}

fn is_irrefutable(pattern: &Pattern) -> bool {
    match pattern {
        Pattern::MatchAs(capture) => capture.pattern.as_deref().is_none_or(is_irrefutable),
        Pattern::MatchOr(choice) => choice.patterns.iter().any(is_irrefutable),
        _ => false,
    }
}
