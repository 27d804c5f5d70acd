//! The files of commits, each read once: what a commit holds never changes.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use domain::{CommitSha, PackageVersion, ProjectName};
use forge::{Reader, TreeFile, blob_id};
use futures_util::future::try_join_all;
use template::pins::{self, Files, Format, ObstacleKind};

use super::gather::Lost;
use super::links::Links;
use crate::plan::bumping::Snapshot;

/// How often files ask for further files before they are taken to go on for ever.
const MOST_ROUNDS: usize = 16;

/// What was read of one repository so far.
pub(super) struct Snapshots<'a> {
    reader: &'a Reader,
    project: &'a ProjectName,
    /// The files that the manifest names; the usual ones when it names none.
    named: &'a [(String, Format)],
    commits: RefCell<BTreeMap<String, Rc<Snapshot>>>,
    /// What files hold, by their ids.
    blobs: RefCell<BTreeMap<String, Vec<u8>>>,
    /// Where links lead to, by their ids.
    targets: RefCell<BTreeMap<String, String>>,
}

impl<'a> Snapshots<'a> {
    pub(super) fn new(reader: &'a Reader, project: &'a ProjectName, named: &'a [(String, Format)]) -> Self {
        let (commits, blobs, targets) = <_>::default();
        Self { reader, project, named, commits, blobs, targets }
    }

    /// The files of a commit with pins, those included that they include.
    ///
    /// Which files are there is told by the commit's tree alone: an answer that one is missing is not believed of a
    /// file that the tree has, since a bump that left it out would be half a bump.
    pub(super) async fn at(&self, commit: &CommitSha) -> Result<Rc<Snapshot>, Lost> {
        if let Some(known) = self.commits.borrow().get(commit.as_str()) {
            return Ok(Rc::clone(known));
        }
        let tree = self.reader.files(commit).await?;
        let links = self.links(&tree).await?;
        let readable = || tree.iter().filter(|file| file.is_file() || file.is_link());
        let usual = || readable().filter_map(|file| Some((file.path.clone(), usual(&file.path)?)));
        let entries = if self.named.is_empty() { usual().collect() } else { self.named.to_vec() };
        let entries = links.followed(entries);
        let mut files = Files::new();
        let mut found = pins::find(&entries, &files, self.project);
        for _ in 0..MOST_ROUNDS {
            if found.wanted.is_empty() {
                break;
            }
            let read = try_join_all(found.wanted.into_iter().map(async |path| {
                let real = links.end(&path).unwrap_or(&path);
                let bytes = match tree.iter().find(|file| file.path == *real && file.is_file()) {
                    Some(file) => Some(self.file(file, commit).await?),
                    None => None,
                };
                Ok::<_, Lost>((path, bytes))
            }));
            files.extend(read.await?);
            found = pins::find(&entries, &files, self.project);
        }
        links.guard(&mut found);
        let idle = if self.named.is_empty() { Vec::new() } else { self.idle(&entries, &files) };
        if !self.named.is_empty() {
            // whoever names the files vouches for what they include from elsewhere
            found.obstacles.retain(|obstacle| !matches!(obstacle.kind, ObstacleKind::Include(_)));
        }
        let snapshot = Rc::new(Snapshot { tree, files, pins: found, idle });
        self.commits.borrow_mut().insert(commit.to_string(), Rc::clone(&snapshot));
        Ok(snapshot)
    }

    /// Where the links lead to that may be files with pins, or be included by such.
    async fn links(&self, tree: &[TreeFile]) -> Result<Links, Lost> {
        let is_asked = |path: &str| match self.named {
            [] => Format::of(path).is_some(),
            named => Format::of(path).is_some() || named.iter().any(|(name, _)| name == path),
        };
        let links = tree.iter().filter(|file| file.is_link() && is_asked(&file.path));
        let read = try_join_all(links.map(async |link| {
            let known = self.targets.borrow().get(&link.blob).cloned();
            let target = match known {
                Some(target) => target,
                None => self.reader.link(link).await?,
            };
            self.targets.borrow_mut().insert(link.blob.clone(), target.clone());
            Ok::<_, Lost>((link.path.clone(), target))
        }));
        Ok(Links::new(read.await?, tree))
    }

    /// The files that the manifest names though they pin nothing: a name with a slip would be half a bump.
    fn idle(&self, entries: &[(String, Format)], files: &Files) -> Vec<String> {
        let told = |(path, format): &(String, Format)| {
            if files.get(path).is_none_or(Option::is_none) {
                return Some(format!("`{path}`, which is not there"));
            }
            let found = pins::find(&[(path.clone(), *format)], files, self.project);
            let is_idle = found.pins.is_empty() && found.obstacles.is_empty();
            is_idle.then(|| format!("`{path}`, which pins nothing"))
        };
        entries.iter().filter_map(told).collect()
    }

    /// Takes note of what a bump makes of the files, so that they need not be read where it did.
    pub(super) fn expect(&self, of: &Snapshot, version: &PackageVersion) {
        let bumped = of.pins.bumped(&of.files, version).unwrap_or_default();
        self.blobs.borrow_mut().extend(bumped.into_values().map(|bytes| (blob_id(&bytes), bytes)));
    }

    async fn file(&self, file: &TreeFile, at: &CommitSha) -> Result<Vec<u8>, Lost> {
        if let Some(known) = self.blobs.borrow().get(&file.blob) {
            return Ok(known.clone());
        }
        let bytes = self.reader.file(&file.path, at).await?;
        let bytes = bytes.ok_or_else(|| Lost::File(file.path.clone()))?;
        self.blobs.borrow_mut().insert(file.blob.clone(), bytes.clone());
        Ok(bytes)
    }
}

/// Where pins are looked for when the manifest names no files: at the top, and in the folder of requirements. What
/// these files include is looked through as well.
fn usual(path: &str) -> Option<Format> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let format = Format::of(path)?;
    let is_usual = match (folder, format) {
        ("", Format::Version) => name == ".runtime-version",
        ("", Format::Requirements) => name.starts_with("requirements") || name.starts_with("constraints"),
        ("", Format::Dockerfile | Format::Pyproject | Format::Lock)
        | ("requirements", Format::Requirements) => true,
        _ => false,
    };
    is_usual.then_some(format)
}
