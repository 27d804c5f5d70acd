//! What a refresh leaves that is killed in the midst of its work, and how the next one mends it.
//!
//! A replacement goes: make the new container under a name of its own; rename the old one; give the new one the name;
//! stop the old one; start the new one; remove the old one. Whatever moment it ends at, the names and states of what is
//! there tell how far it came. The journal adds what they cannot tell: that nobody else is at it, that a successor has
//! failed, and that a container was stopped to be removed.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::engine::{Container, Life};
use crate::journal::Work;

/// What the old container is called while it is being replaced.
const OLD: &str = "refresh-images-old_";
/// What the new container is called until it gets its name.
const NEW: &str = "refresh-images-new_";

/// For how long a replacement may be somebody else's who is still at it, such as another host's process that shares the
/// engine and not the folder: this, and what the container has to stop and its successor to settle.
pub const LEASE: SignedDuration = SignedDuration::from_secs(150);

/// The name of an old container while its successor takes its place.
#[must_use]
pub fn old_name(name: &str) -> String {
    format!("{OLD}{name}")
}

/// The name of a new container before it takes its place.
#[must_use]
pub fn new_name(name: &str) -> String {
    format!("{NEW}{name}")
}

/// The name of the container that one of these reserved names is about.
#[must_use]
pub fn base(name: &str) -> Option<&str> {
    name.strip_prefix(OLD).or_else(|| name.strip_prefix(NEW))
}

/// What was begun with a container and has not come to an end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mending {
    /// The container's name.
    pub name: String,
    /// The names of the images of the containers that it is about.
    pub images: Vec<String>,
    /// How it is brought to an end.
    pub what: What,
}

/// How what was begun is brought to an end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// The new container took over: the old one goes.
    Finish {
        /// The id of the old one.
        old: String,
    },
    /// The new container, if there is one, goes; the old one gets its name back and runs again.
    PutBack {
        /// The id of the old one.
        old: String,
        /// The ids of what was to be new.
        new: Vec<String>,
    },
    /// Nothing has happened to the old container yet: the new one goes.
    Discard {
        /// The id of the new one.
        new: String,
    },
    /// It was stopped to be removed, and is.
    Remove {
        /// Its id.
        id: String,
    },
    /// It was to be removed, and has gone.
    Removed,
    /// Somebody else may be at it, or the new one has not been up for long enough to tell.
    Wait,
    /// The name was taken by a container that is no successor.
    Taken {
        /// The id of the old one.
        old: String,
    },
}

/// What is known of a host beside its containers.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// What the names of the platform's containers begin with: what was begun with others is not ours to mend.
    pub prefix: &'a str,
    /// What was begun with this folder. Nobody else can be at work on these.
    pub begun: &'a BTreeMap<String, Work>,
    /// How long a new container has to stay up.
    pub settle: Duration,
    /// The time.
    pub now: Timestamp,
}

/// How whatever was begun is brought to an end: values in, values out.
#[must_use]
pub fn plan(containers: &[Container], known: &Known<'_>) -> Vec<Mending> {
    let reserved = containers.iter().filter_map(|container| base(&container.name));
    let mut names: Vec<&str> = reserved.chain(known.begun.keys().map(String::as_str)).collect();
    names.retain(|name| name.starts_with(known.prefix));
    names.sort_unstable();
    names.dedup();
    let mend = |name: &str| {
        let there = There::of(name, containers);
        let what = match known.begun.get(name) {
            Some(Work::Remove { id }) => removal(containers, id),
            Some(Work::PutBack { old, new }) => put_back(&there, containers, old, new),
            Some(Work::Replace) => replacement(&there, known),
            None => there.waits_for_somebody_else(known).or_else(|| replacement(&there, known)),
        }?;
        let about = [there.old, there.current, there.new].into_iter().flatten();
        let images = about.map(|container| container.image.clone()).collect();
        Some(Mending { name: name.to_owned(), images, what })
    };
    names.into_iter().filter_map(mend).collect()
}

/// The containers that a name is about.
struct There<'a> {
    old: Option<&'a Container>,
    new: Option<&'a Container>,
    current: Option<&'a Container>,
}

impl<'a> There<'a> {
    fn of(name: &str, containers: &'a [Container]) -> Self {
        let find = |name: &str| containers.iter().find(|container| container.name == name);
        Self { old: find(&old_name(name)), new: find(&new_name(name)), current: find(name) }
    }

    fn waits_for_somebody_else(&self, known: &Known<'_>) -> Option<What> {
        let newest = self.new.or(self.current.filter(|_| self.old.is_some()))?;
        // the new one has the grace of the old one
        let lease = LEASE + signed(newest.grace()) + signed(known.settle);
        let age = newest.created.map(|created| known.now.duration_since(created).abs());
        age.is_some_and(|age| age < lease).then_some(What::Wait)
    }
}

fn signed(length: Duration) -> SignedDuration {
    SignedDuration::try_from(length).unwrap_or(SignedDuration::MAX)
}

fn replacement(there: &There<'_>, known: &Known<'_>) -> Option<What> {
    let Some(old) = there.old else {
        return there.new.map(|new| What::Discard { new: new.id.clone() });
    };
    let put_back = |new: &[Option<&Container>]| What::PutBack {
        old: old.id.clone(),
        new: new.iter().flatten().map(|new| new.id.clone()).collect(),
    };
    let Some(current) = there.current else { return Some(put_back(&[there.new])) };
    // a successor has the same image by name, and no other waits for its turn; anything else took the name meanwhile
    if current.image != old.image || there.new.is_some() {
        return Some(What::Taken { old: old.id.clone() });
    }
    Some(match standing(current, known) {
        Standing::TookOver => What::Finish { old: old.id.clone() },
        Standing::Young => What::Wait,
        Standing::Failed => put_back(&[Some(current)]),
    })
}

/// What is to be made of a new container that bears the name.
enum Standing {
    /// It does the work.
    TookOver,
    /// It has not been up for long enough to tell.
    Young,
    /// It does not.
    Failed,
}

fn standing(successor: &Container, known: &Known<'_>) -> Standing {
    let up_for = successor.up_for(known.now);
    // one that ended long ago and has been up since does its work too
    let is_proven = successor.is_well() && up_for.is_some_and(|up_for| up_for >= LEASE);
    match successor.life {
        Life::Paused => Standing::TookOver,
        Life::Running if is_proven => Standing::TookOver,
        Life::Running if successor.is_steady() => {
            if up_for.is_some_and(|up_for| up_for < signed(known.settle)) {
                Standing::Young
            } else {
                Standing::TookOver
            }
        }
        _ => Standing::Failed,
    }
}

/// What is left to be done where a successor has failed and the old one is to run again.
fn put_back(there: &There<'_>, containers: &[Container], old: &str, new: &[String]) -> Option<What> {
    let old = containers.iter().find(|container| container.id == old)?;
    if there.current.is_some_and(|current| current.id != old.id && !new.contains(&current.id)) {
        return Some(What::Taken { old: old.id.clone() });
    }
    let has_its_name = there.current.is_some_and(|current| current.id == old.id);
    let runs = matches!(old.life, Life::Running | Life::Paused);
    let another = there.new.map(|new| &new.id).filter(|id| !new.contains(id));
    let new: Vec<_> = new
        .iter()
        .chain(another)
        .filter(|id| containers.iter().any(|container| container.id == **id))
        .cloned()
        .collect();
    let is_whole = has_its_name && runs && new.is_empty();
    (!is_whole).then(|| What::PutBack { old: old.id.clone(), new })
}

/// What is left to be done where a container was to be removed. One that runs has not been touched yet.
fn removal(containers: &[Container], id: &str) -> Option<What> {
    match containers.iter().find(|container| container.id == id) {
        None => Some(What::Removed),
        Some(container) if container.life == Life::Stopped => Some(What::Remove { id: id.to_owned() }),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests;
