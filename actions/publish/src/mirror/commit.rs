//! The signed commit of a release, written into git's objects.

use domain::CommitSha;
use jiff::Timestamp;
use mirror::judge::{Arrival, SeenHead, examine};
use mirror::{AllowedSigners, Draft, FileMode, Identity, MirrorTarget, Rules, SigningKey, Trailers};

use super::error::MirrorError;
use super::made::Made;
use super::plan::Next;
use super::remote::{Remote, arguments};
use super::time;

/// How many files git is given at a time.
const AT_ONCE: usize = 200;

/// Writes the files and the signed commit: its id.
pub(super) fn write(
    remote: &Remote,
    made: &Made,
    next: &Next,
    target: &MirrorTarget,
    key: &SigningKey,
    project: &str,
) -> Result<CommitSha, MirrorError> {
    let unsound = |why: &str| MirrorError::Unsound(why.to_owned());
    let host = target.place.site().split([':', '/']).next().unwrap_or_default();
    let draft = Draft {
        tree: tree(remote, made)?,
        parent: next.parent.clone(),
        identity: Identity::new("publish", &format!("publish@{host}"), time(next.after))
            .map_err(|error| unsound(&error.to_string()))?,
        project: project.to_owned(),
        trailers: Trailers {
            target: target.clone(),
            source: made.source.clone(),
            version: made.version.clone(),
            sequence: next.sequence,
            builder: made.format,
            tree: made.digest,
        },
    };
    let raw = draft.signed(&key.sign(&draft.payload()));
    let file = remote.file("commit");
    fs_err::write(&file, &raw)?;
    let id =
        remote.local(&["hash-object", "-t", "commit", "-w", "--no-filters", "--", &arguments(&[file])[0]])?;
    let id: CommitSha = id.parse().map_err(|_| unsound("git told no id"))?;
    // what a guard would refuse is not pushed
    let own = AllowedSigners::parse(&format!("publish {}", key.public_line()))?;
    let rules = Rules { signers: &own, target, now: Timestamp::now(), arrival: Arrival::New };
    examine(&SeenHead { id: id.clone(), raw }, &rules).map_err(|problem| unsound(&problem.to_string()))?;
    Ok(id)
}

/// Writes the files: the id of their tree.
fn tree(remote: &Remote, made: &Made) -> Result<CommitSha, MirrorError> {
    let unsound = |why: &str| MirrorError::Unsound(why.to_owned());
    let folder = remote.file("files");
    fs_err::create_dir_all(&folder)?;
    // named by number, so that nothing depends on what a file system makes of a name
    let files: Vec<_> = made.tree.iter().enumerate().collect();
    remote.local(&["read-tree", "--empty"])?;
    for some in files.chunks(AT_ONCE) {
        let mut paths = Vec::new();
        for (at, (_, file)) in some {
            let path = folder.join(at.to_string());
            fs_err::write(&path, &file.contents)?;
            paths.push(path);
        }
        let paths = arguments(&paths);
        let mut hash = vec!["hash-object", "-w", "--no-filters", "--"];
        hash.extend(paths.iter().map(String::as_str));
        let ids = remote.local(&hash)?;
        let ids: Vec<_> = ids.lines().collect();
        if ids.len() != some.len() {
            return Err(unsound("git told fewer ids than files"));
        }
        let entries = some
            .iter()
            .zip(&ids)
            .map(|((_, (path, file)), id)| format!("{},{id},{path}", FileMode::from(file.mode).as_str()));
        let entries: Vec<_> = entries.collect();
        let mut update = vec!["update-index", "--add"];
        update.extend(entries.iter().flat_map(|entry| ["--cacheinfo", entry.as_str()]));
        remote.local(&update)?;
    }
    remote.local(&["write-tree"])?.parse().map_err(|_| unsound("git told no id"))
}
