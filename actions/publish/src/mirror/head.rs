//! What stands on a mirror's branch.

use std::collections::HashSet;

use domain::CommitSha;
use git::objects::{ObjectError, Objects};
use mirror::commit::{Commit, parents};
use mirror::judge::{SeenHead, examine};
use mirror::{Genuine, Rules, Trailers};

use super::plan::Head;

/// What a head is: a release, or what stands above one, or a history that has none.
pub(super) fn head(objects: &Objects, id: CommitSha, rules: &Rules<'_>) -> Result<Head, ObjectError> {
    let raw = objects.find(&id)?.bytes;
    let why = match examine(&SeenHead { id: id.clone(), raw }, rules) {
        Ok(release) => return Ok(Head::Release(Box::new(release))),
        Err(why) => Box::new(why),
    };
    let mut last: Option<Genuine> = None;
    let mut is_mirror = false;
    let mut seen = HashSet::new();
    let mut waiting = vec![id.clone()];
    while let Some(next) = waiting.pop() {
        if !seen.insert(next.clone()) {
            continue;
        }
        let raw = objects.find(&next)?.bytes;
        waiting.extend(parents(&raw));
        // a release that this key's holder cannot judge is still no history from before publish
        is_mirror |= claims(&raw);
        let newest = last.as_ref().map(|last| last.trailers.sequence);
        if let Ok(found) = examine(&SeenHead { id: next, raw }, rules)
            && newest.is_none_or(|newest| found.trailers.sequence > newest)
        {
            last = Some(found);
        }
    }
    Ok(if is_mirror { Head::Intruder { id, why, last: last.map(Box::new) } } else { Head::Adopted(id) })
}

/// Whether a commit says of itself that it is a release.
fn claims(raw: &[u8]) -> bool {
    let message = Commit::parse(raw).map(|commit| commit.message);
    message.is_ok_and(|message| Trailers::parse(&message).is_ok())
}
