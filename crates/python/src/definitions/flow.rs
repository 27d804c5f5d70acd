use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// What a piece of code does to a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// Bound afterwards, whatever it was before.
    Binds,
    /// The same, to a function that is `async` and that no decorator makes another.
    BindsCoroutine,
    /// Bound afterwards if it was before, perhaps otherwise too.
    MayBind,
    /// Unbound afterwards, whatever it was before.
    Unbinds,
    /// Unbound afterwards if it was before, perhaps otherwise too.
    MayUnbind,
    /// Nothing is known afterwards.
    Unsettles,
}

impl Effect {
    /// This effect, then another.
    fn then(self, next: Self) -> Self {
        match (self, next) {
            (_, Self::Binds | Self::BindsCoroutine | Self::Unbinds | Self::Unsettles) => next,
            (Self::BindsCoroutine, Self::MayBind) => Self::Binds,
            (Self::Binds | Self::MayBind, Self::MayBind)
            | (Self::Unbinds | Self::MayUnbind, Self::MayUnbind) => self,
            (_, Self::MayBind | Self::MayUnbind) => Self::Unsettles,
        }
    }

    /// One of two effects; `None` leaves the name as it is.
    fn or(self, other: Option<Self>) -> Self {
        match (self, other) {
            (one, Some(two)) if one == two => one,
            (Self::BindsCoroutine, _) => Self::Binds.or(other),
            (_, Some(Self::BindsCoroutine)) => self.or(Some(Self::Binds)),
            (Self::Binds | Self::MayBind, None | Some(Self::Binds | Self::MayBind)) => Self::MayBind,
            (Self::Unbinds | Self::MayUnbind, None | Some(Self::Unbinds | Self::MayUnbind)) => {
                Self::MayUnbind
            }
            _ => Self::Unsettles,
        }
    }

    /// Whether a name that was unbound is bound afterwards: always, never, or (nothing) perhaps.
    pub(super) fn on_unbound(self) -> Option<bool> {
        match self {
            Self::Binds | Self::BindsCoroutine => Some(true),
            Self::Unbinds | Self::MayUnbind => Some(false),
            Self::MayBind | Self::Unsettles => None,
        }
    }
}

/// What a block does to the names of its module, over all the ways through it.
#[derive(Debug, Clone, Default)]
pub(super) struct Flow {
    pub(super) effects: BTreeMap<String, Effect>,
    /// Whether no way leads to its end: it raises, or ends the program.
    pub(super) stops: bool,
}

impl Flow {
    /// A block that is not left at its end.
    pub(super) fn stop() -> Self {
        Self { stops: true, ..Self::default() }
    }

    pub(super) fn affect(&mut self, name: &str, effect: Effect) {
        match self.effects.get_mut(name) {
            Some(known) => *known = known.then(effect),
            None => {
                self.effects.insert(name.to_owned(), effect);
            }
        }
    }

    pub(super) fn bind(&mut self, name: &str) {
        self.affect(name, Effect::Binds);
    }

    /// This block, then another.
    pub(super) fn then(mut self, next: Self) -> Self {
        self.add(next);
        self
    }

    pub(super) fn add(&mut self, next: Self) {
        for (name, effect) in next.effects {
            match self.effects.entry(name) {
                Entry::Occupied(mut known) => {
                    known.insert(known.get().then(effect));
                }
                Entry::Vacant(place) => {
                    place.insert(effect);
                }
            }
        }
        self.stops |= next.stops;
    }

    /// One of two blocks. One that stops is never seen to have run.
    pub(super) fn or(self, other: Self) -> Self {
        let (mut longer, shorter) = match (self.stops, other.stops) {
            (true, false) => return other,
            (false, true) => return self,
            _ if self.effects.len() < other.effects.len() => (other, self),
            _ => (self, other),
        };
        for name in shorter.effects.keys() {
            if !longer.effects.contains_key(name) {
                longer.effects.insert(name.clone(), shorter.effects[name].or(None));
            }
        }
        for (name, effect) in &mut longer.effects {
            *effect = effect.or(shorter.effects.get(name).copied());
        }
        longer
    }

    /// The block, or a part of it, or nothing.
    pub(super) fn interrupted(mut self) -> Self {
        for effect in self.effects.values_mut() {
            *effect = effect.or(None);
        }
        Self { stops: false, ..self }
    }
}
