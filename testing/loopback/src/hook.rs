//! What somebody else does just before a request takes effect.

use crate::fault::Target;

type Action = Box<dyn FnOnce() + Send>;

/// The hooks that have not run yet, oldest first.
#[derive(Default)]
pub(crate) struct Hooks(Vec<(Target, Action)>);

impl Hooks {
    pub(crate) fn push(&mut self, target: Target, action: Action) {
        self.0.push((target, action));
    }

    /// Takes out every hook for this operation: they run together, in the order in which they were set.
    pub(crate) fn take(&mut self, operation: &str) -> Vec<Action> {
        let (due, waiting) = std::mem::take(&mut self.0)
            .into_iter()
            .partition::<Vec<_>, _>(|(target, _)| target.covers(operation));
        self.0 = waiting;
        due.into_iter().map(|(_, action)| action).collect()
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}
