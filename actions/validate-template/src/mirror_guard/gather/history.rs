//! The commits of a branch, and what they stand on.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::thread;

use domain::CommitSha;
use mirror::Trailers;
use mirror::commit::{Commit, parents};
use mirror::judge::{Arrival, Ground, Rules, SeenCommit, SeenHead, examine};

use super::super::error::GuardError;
use super::objects::Objects;
use super::tree::Trees;

/// How many commits are judged at once: a release an hour for ten years is less.
const LONGEST: usize = 100_000;
/// How many bytes they may have together, several times what so many of publish's have.
const LARGEST: usize = 512 << 20;

/// For how many commits a thread is started.
const WORTH_A_THREAD: usize = 100;

/// What is to be judged of a branch.
pub(crate) struct History {
    /// The commits, the oldest first, with the files of those that are publish's.
    pub(crate) commits: Vec<SeenCommit>,
    /// What they stand on.
    pub(crate) ground: Ground,
}

/// Reads what a branch has gained since `before`, or all of it.
pub(crate) fn history(
    objects: &Objects,
    before: Option<&CommitSha>,
    after: &CommitSha,
    rules: &Rules<'_>,
) -> Result<History, GuardError> {
    let chain = chain(objects, before, after, rules)?;
    let (chain, ground) = match before {
        Some(before) => grounded(objects, chain, before, after)?,
        None => (chain.commits, Ground::Nothing),
    };
    let chain: Vec<_> = chain.into_iter().rev().collect();
    let newest = chain.len().saturating_sub(1);
    let examined = in_parallel(&chain, |at, head| {
        let arrival = match ground {
            // older commits came to stand there in their own time
            Ground::Nothing if at < newest => Arrival::Standing,
            Ground::Rewound { .. } => Arrival::Standing,
            _ => rules.arrival,
        };
        SeenCommit::examined(head, &Rules { arrival, ..*rules })
    });
    let mut trees = Trees::new(objects);
    let mut commits = Vec::with_capacity(examined.len());
    for seen in examined {
        let tree = seen.genuine().map(|genuine| trees.seen(&genuine.tree)).transpose()?;
        commits.push(match tree {
            Some(tree) => seen.with_tree(tree),
            None => seen,
        });
    }
    Ok(History { commits, ground })
}

/// Examines commits on all processors, since a signature takes some fifty microseconds: what becomes of each, in their
/// order.
fn in_parallel(
    commits: &[SeenHead],
    examine: impl Fn(usize, &SeenHead) -> SeenCommit + Sync,
) -> Vec<SeenCommit> {
    let threads = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let share = commits.len().div_ceil(threads).max(WORTH_A_THREAD);
    thread::scope(|scope| {
        let examine = &examine;
        let shares = commits.chunks(share).enumerate().map(|(number, some)| {
            let one = move |(at, head)| examine(number * share + at, head);
            scope.spawn(move || some.iter().enumerate().map(one).collect::<Vec<_>>())
        });
        let shares: Vec<_> = shares.collect();
        let join = |share: thread::ScopedJoinHandle<'_, Vec<SeenCommit>>| {
            share.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        shares.into_iter().flat_map(join).collect()
    })
}

/// Commits from the newest down, and where they end.
struct Chain {
    commits: Vec<SeenHead>,
    end: End,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// At the head that the branch had, which is none of them.
    Head,
    /// At a commit that follows nothing, or nothing that a mirror's history begins with.
    Root,
    /// At a merge.
    Merge,
}

fn chain(
    objects: &Objects,
    before: Option<&CommitSha>,
    after: &CommitSha,
    rules: &Rules<'_>,
) -> Result<Chain, GuardError> {
    let mut commits = Vec::new();
    let mut measure = Measure::of(after);
    let mut id = after.clone();
    let end = loop {
        if Some(&id) == before {
            break End::Head;
        }
        let head = SeenHead { raw: measure.add(objects.commit(&id)?)?, id };
        let parents = parents(&head.raw);
        // what lies below the first commit is the history from before there was a guard
        let is_first = before.is_none() && is_first(&head, rules);
        commits.push(head);
        match &parents[..] {
            [] => break End::Root,
            [_] if is_first => break End::Root,
            [one] => id = one.clone(),
            _ => break End::Merge,
        }
    };
    Ok(Chain { commits, end })
}

/// What has been read of a history, which whoever pushes it has chosen.
struct Measure<'a> {
    head: &'a CommitSha,
    commits: usize,
    bytes: usize,
}

impl<'a> Measure<'a> {
    fn of(head: &'a CommitSha) -> Self {
        Self { head, commits: 0, bytes: 0 }
    }

    /// Counts a commit in, and hands it on.
    fn add(&mut self, raw: Vec<u8>) -> Result<Vec<u8>, GuardError> {
        self.commits += 1;
        self.bytes += raw.len();
        let id = || self.head.clone();
        if self.commits > LONGEST {
            return Err(GuardError::TooLong { id: id(), limit: LONGEST });
        }
        if self.bytes > LARGEST {
            return Err(GuardError::TooLarge { id: id(), limit: LARGEST });
        }
        Ok(raw)
    }
}

fn is_first(head: &SeenHead, rules: &Rules<'_>) -> bool {
    let rules = Rules { arrival: Arrival::Standing, ..*rules };
    // what it claims is quickly read, and believed only when it is signed
    let claims = Commit::parse(&head.raw).ok().and_then(|commit| Trailers::parse(&commit.message).ok());
    claims.is_some_and(|trailers| trailers.sequence.get() == 1) && examine(head, &rules).is_ok()
}

/// What a chain stands on, in a branch that had a head.
fn grounded(
    objects: &Objects,
    chain: Chain,
    before: &CommitSha,
    after: &CommitSha,
) -> Result<(Vec<SeenHead>, Ground), GuardError> {
    let head = SeenHead { id: before.clone(), raw: objects.commit(before)? };
    let mut commits = chain.commits;
    if chain.end != End::Root {
        return Ok((commits, Ground::Head(head)));
    }
    let old = ancestry(objects, before)?;
    if old.contains_key(after) {
        let kept = ancestry(objects, after)?;
        let dropped = old.into_iter().filter(|(id, _)| !kept.contains_key(id));
        let dropped = dropped.map(|(id, raw)| SeenHead { id, raw }).collect();
        commits.truncate(1);
        return Ok((commits, Ground::Rewound { head, dropped }));
    }
    match commits.iter().position(|commit| old.contains_key(&commit.id)) {
        Some(fork) => {
            commits.truncate(fork);
            Ok((commits, Ground::Forked { head }))
        }
        None => Ok((commits, Ground::Replaced(head))),
    }
}

/// A commit and all that it follows, by whatever way.
fn ancestry(objects: &Objects, id: &CommitSha) -> Result<HashMap<CommitSha, Vec<u8>>, GuardError> {
    let mut found = HashMap::new();
    let mut measure = Measure::of(id);
    let mut waiting = vec![id.clone()];
    while let Some(next) = waiting.pop() {
        if found.contains_key(&next) {
            continue;
        }
        let raw = measure.add(objects.commit(&next)?)?;
        waiting.extend(parents(&raw));
        found.insert(next, raw);
    }
    Ok(found)
}
