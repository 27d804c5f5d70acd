//! One commit by itself.

use jiff::{SignedDuration, Timestamp};

use super::{Arrival, Genuine, Problem, Rules, SeenHead};
use crate::commit::Commit;
use crate::signature::{NAMESPACE, Signature};
use crate::trailers::Trailers;

/// How far a clock may be ahead.
const SKEW: SignedDuration = SignedDuration::from_mins(10);

/// Whether a commit is publish's: signed by a key that may, for this mirror. Its tree is not looked at.
///
/// # Errors
/// The first thing that is wrong with it: what follows would be words of somebody unknown.
pub fn examine(commit: &SeenHead, rules: &Rules<'_>) -> Result<Genuine, Problem> {
    let SeenHead { id, raw } = commit;
    let commit = Commit::parse(raw).map_err(Problem::Commit)?;
    if commit.parents.len() > 1 {
        return Err(Problem::Merge(commit.parents.len()));
    }
    let signature = commit.signature.as_deref().ok_or(Problem::Unsigned)?;
    let signature = Signature::parse(signature).map_err(Problem::Signature)?;
    signature.verify(commit.payload()).map_err(Problem::Signature)?;
    let committed = commit.committer.time();
    let times: &[Timestamp] = match rules.arrival {
        Arrival::New => &[committed, rules.now],
        Arrival::Standing => &[committed],
    };
    let principals = rules.signers.authorise(signature.key(), NAMESPACE, times).map_err(Problem::Key)?;
    let trailers = Trailers::parse(&commit.message).map_err(Problem::Trailers)?;
    if trailers.target != *rules.target {
        let (found, expected) = (Box::new(trailers.target), Box::new(rules.target.clone()));
        return Err(Problem::OtherTarget { found, expected });
    }
    if committed.duration_since(rules.now) > SKEW {
        return Err(Problem::Future { committed, now: rules.now });
    }
    Ok(Genuine {
        id: id.clone(),
        parents: commit.parents,
        trailers,
        committed,
        tree: commit.tree,
        principals: principals.to_owned(),
    })
}
