//! What a refresh leaves that is killed in the midst of replacing a container, and how the next one mends it.
//!
//! A replacement goes: make the new container under a name of its own; rename the old one; give the new one the name;
//! stop the old one; start the new one; remove the old one. Whatever moment it ends at, the names and states of what is
//! there tell how far it came.

use jiff::{SignedDuration, Timestamp};

use crate::engine::{Container, Life};

/// What the old container is called while it is being replaced.
const OLD: &str = "refresh-images-old_";
/// What the new container is called until it gets its name.
const NEW: &str = "refresh-images-new_";

/// For how long a replacement may be somebody else's who is still at it: another host's process that shares the engine
/// and not the folder.
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

/// Whether a name is one of those.
#[must_use]
pub fn is_reserved(name: &str) -> bool {
    name.starts_with(OLD) || name.starts_with(NEW)
}

/// How an interrupted replacement is brought to an end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mending {
    /// The new container took over: the old one goes.
    Finish {
        /// The container's name.
        name: String,
        /// The id of the old one.
        old: String,
    },
    /// The new container, if there is one, goes; the old one gets its name back and runs again.
    PutBack {
        /// The container's name.
        name: String,
        /// The id of the old one.
        old: String,
        /// The ids of what was to be new.
        new: Vec<String>,
    },
    /// Nothing has happened to the old container yet: the new one goes.
    Discard {
        /// The container's name.
        name: String,
        /// The id of the new one.
        new: String,
    },
    /// Somebody else may be at it.
    Wait {
        /// The container's name.
        name: String,
    },
    /// The name was taken by a container that is no successor.
    Taken {
        /// The container's name.
        name: String,
        /// The id of the old one.
        old: String,
    },
}

/// How each interrupted replacement is brought to an end: values in, values out.
///
/// `interrupted` are the names that nobody else can be at work on; the others are waited for until they are older than
/// [`LEASE`].
#[must_use]
pub fn plan(containers: &[Container], interrupted: &[String], now: Timestamp) -> Vec<Mending> {
    let mut names: Vec<&str> = containers
        .iter()
        .filter_map(|container| container.name.strip_prefix(OLD).or(container.name.strip_prefix(NEW)))
        .collect();
    names.sort_unstable();
    names.dedup();
    let find = |name: &str| containers.iter().find(|container| container.name == name);
    let mend = |name: &str| {
        let (old, new, current) = (find(&old_name(name)), find(&new_name(name)), find(name));
        let is_nobodys = interrupted.iter().any(|known| known == name);
        let newest = new.or(current.filter(|_| old.is_some()));
        if !is_nobodys && newest.is_some_and(|newest| is_fresh(newest, now)) {
            return Some(Mending::Wait { name: name.to_owned() });
        }
        mending(name, old, new, current)
    };
    names.into_iter().filter_map(mend).collect()
}

fn is_fresh(container: &Container, now: Timestamp) -> bool {
    container.created.is_some_and(|created| now.duration_since(created).abs() < LEASE)
}

fn mending(
    name: &str,
    old: Option<&Container>,
    new: Option<&Container>,
    current: Option<&Container>,
) -> Option<Mending> {
    let name = name.to_owned();
    let Some(old) = old else {
        return new.map(|new| Mending::Discard { name, new: new.id.clone() });
    };
    let id = old.id.clone();
    match current {
        // a successor has the same image by name; anything else took the name meanwhile
        Some(current) if current.image != old.image => Some(Mending::Taken { name, old: id }),
        Some(current) if matches!(current.life, Life::Running | Life::Paused) => {
            Some(Mending::Finish { name, old: id })
        }
        Some(current) => {
            let new = [Some(current), new].into_iter().flatten().map(|new| new.id.clone()).collect();
            Some(Mending::PutBack { name, old: id, new })
        }
        None => {
            let new = new.into_iter().map(|new| new.id.clone()).collect();
            Some(Mending::PutBack { name, old: id, new })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-01-01T00:00:00Z".parse().unwrap()
    }

    fn container(name: &str, life: Life) -> Container {
        Container {
            id: format!("id of {name}"),
            name: name.to_owned(),
            life,
            created: Some(now() - SignedDuration::from_secs(5)),
            image_id: "sha256:x".to_owned(),
            image: "app".to_owned(),
            inspected: Box::default(),
        }
    }

    /// The containers of `ws-a` as old, new and under its own name.
    fn mended(old: Option<Life>, new: Option<Life>, current: Option<Life>) -> Vec<Mending> {
        let all = [(old_name("ws-a"), old), (new_name("ws-a"), new), ("ws-a".to_owned(), current)];
        let all: Vec<_> =
            all.iter().filter_map(|(name, life)| life.map(|life| container(name, life))).collect();
        plan(&all, &["ws-a".to_owned()], now())
    }

    fn put_back(new: &[&str]) -> Vec<Mending> {
        let new = new.iter().map(|name| format!("id of {name}")).collect();
        let old = "id of refresh-images-old_ws-a".to_owned();
        vec![Mending::PutBack { name: "ws-a".to_owned(), old, new }]
    }

    #[test]
    fn whatever_moment_a_replacement_is_killed_at_one_of_the_two_runs_afterwards() {
        use Life::{Created, Running, Stopped};
        let new = "refresh-images-new_ws-a";
        // the new one was made
        let discard = Mending::Discard { name: "ws-a".to_owned(), new: format!("id of {new}") };
        assert_eq!(mended(None, Some(Created), Some(Running)), [discard]);
        // the old one was renamed
        assert_eq!(mended(Some(Running), Some(Created), None), put_back(&[new]));
        // the new one was renamed
        assert_eq!(mended(Some(Running), None, Some(Created)), put_back(&["ws-a"]));
        // the old one was stopped
        assert_eq!(mended(Some(Stopped), None, Some(Created)), put_back(&["ws-a"]));
        // the new one was started
        let old = "id of refresh-images-old_ws-a".to_owned();
        let finish = Mending::Finish { name: "ws-a".to_owned(), old };
        assert_eq!(mended(Some(Stopped), None, Some(Running)), std::slice::from_ref(&finish));
        // the new one was started and did not stay
        assert_eq!(mended(Some(Stopped), None, Some(Stopped)), put_back(&["ws-a"]));
        // an engine that was restarted has started both
        assert_eq!(mended(Some(Running), None, Some(Running)), [finish]);
        // putting back was killed after the new one was removed
        assert_eq!(mended(Some(Stopped), None, None), put_back(&[]));
    }

    #[test]
    fn a_host_without_leftovers_needs_nothing() {
        assert!(mended(None, None, Some(Life::Running)).is_empty());
        assert!(plan(&[], &["ws-a".to_owned()], now()).is_empty());
    }

    #[test]
    fn what_somebody_else_may_be_at_is_waited_for_and_not_for_ever() {
        let all = [container(&old_name("ws-a"), Life::Running), container(&new_name("ws-a"), Life::Created)];
        assert_eq!(plan(&all, &[], now()), [Mending::Wait { name: "ws-a".to_owned() }]);
        let later = now() + LEASE;
        assert_eq!(plan(&all, &[], later).len(), 1);
        assert!(matches!(plan(&all, &[], later)[0], Mending::PutBack { .. }));
    }

    #[test]
    fn a_container_that_took_the_name_is_not_touched() {
        let stranger = Container { image: "other".to_owned(), ..container("ws-a", Life::Running) };
        let all = [container(&old_name("ws-a"), Life::Running), stranger];
        let mended = plan(&all, &["ws-a".to_owned()], now());
        assert!(matches!(mended[..], [Mending::Taken { .. }]), "{mended:?}");
    }
}
