//! Mirrors to try their guard on: real repositories, signed as publish signs, and made in no time.

use std::collections::{BTreeMap, HashMap};
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use gix_object::{Kind, Write as _};
use gix_odb::loose::Store;
use jiff::{SignedDuration, Timestamp};
use mirror::{Draft, FileMode, Identity, MirrorTarget, SigningKey, Trailers, content_hash, tree_hash};
use ssh_key::private::{Ed25519Keypair, KeypairData};
use ssh_key::{LineEnding, PrivateKey};

use crate::process;

/// A key that signs, as `ssh-keygen -t ed25519` makes one.
pub(crate) struct Key {
    /// The private half, in OpenSSH's format.
    pub(crate) pem: String,
    signing: SigningKey,
}

impl Key {
    /// A new one, that nobody else has.
    pub(crate) fn generate() -> anyhow::Result<Self> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed)?;
        let pair = KeypairData::from(Ed25519Keypair::from_seed(&seed));
        let pem = PrivateKey::new(pair, "publish")?.to_openssh(LineEnding::LF)?.to_string();
        let signing = SigningKey::parse(&pem.clone().into())?;
        Ok(Self { pem, signing })
    }

    /// The line by which its signatures are trusted.
    pub(crate) fn allowed(&self) -> String {
        format!("publish@acme.test namespaces=\"git\" {}", self.signing.public_line())
    }
}

/// The files of a release, by their paths.
pub(crate) type Files = BTreeMap<String, (FileMode, Vec<u8>)>;

/// A mirror that is being made: a bare repository.
pub(crate) struct Mirror {
    folder: PathBuf,
    store: Store,
    target: MirrorTarget,
    /// When the first release was made.
    began: Timestamp,
    /// The commits, the oldest first.
    releases: Vec<String>,
    /// What was written already: the ids of files, and those of folders.
    files: HashMap<Vec<u8>, String>,
    folders: HashMap<Vec<u8>, String>,
}

impl Mirror {
    /// One without any release, for this place and branch.
    pub(crate) fn create(folder: &Path, target: &str) -> anyhow::Result<Self> {
        let target: MirrorTarget = target.parse()?;
        let branch = format!("--initial-branch={}", target.branch);
        process::output(process::command("git").args(["init", "--quiet", "--bare", &branch]).arg(folder))?;
        Ok(Self {
            store: Store::at(folder.join("objects"), gix_hash::Kind::Sha1),
            folder: folder.to_owned(),
            target,
            began: Timestamp::now() - SignedDuration::from_hours(24),
            releases: Vec::new(),
            files: HashMap::new(),
            folders: HashMap::new(),
        })
    }

    /// Where it is.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The commits of its releases, the oldest first.
    pub(crate) fn releases(&self) -> &[String] {
        &self.releases
    }

    /// Adds a release of these files, made of `source`: `host/owner/name@commit folder`.
    pub(crate) fn release(
        &mut self,
        version: &str,
        source: &str,
        files: &Files,
        key: &Key,
    ) -> anyhow::Result<()> {
        let sequence = self.releases.len() + 1;
        let after = SignedDuration::from_secs(i64::try_from(sequence)?);
        let listed = files.iter().map(|(path, (mode, text))| (*mode, content_hash(text), path.as_bytes()));
        let listed: Vec<_> = listed.collect();
        let draft = Draft {
            tree: self.folder_of(files, "")?.parse()?,
            parent: self.releases.last().map(|parent| parent.parse()).transpose()?,
            identity: Identity::new("publish", "publish@acme.test", self.began + after)?,
            project: "acme-workspace-runtime".to_owned(),
            trailers: Trailers {
                target: self.target.clone(),
                source: source.parse()?,
                version: version.parse()?,
                sequence: u64::try_from(sequence).ok().and_then(NonZeroU64::new).context("there is none")?,
                builder: 1,
                tree: tree_hash(listed).context("two files have one path")?,
            },
        };
        let commit = draft.signed(&key.signing.sign(&draft.payload()));
        self.releases.push(write(&self.store, Kind::Commit, &commit)?);
        Ok(())
    }

    /// Puts the branch to the last release, and all objects into one pack, as a forge keeps them.
    pub(crate) fn pack(&self) -> anyhow::Result<()> {
        let head = self.releases.last().context("there is no release")?;
        let git = || {
            let mut git = process::command("git");
            git.arg("-C").arg(&self.folder);
            git
        };
        process::output(git().args(["update-ref", &self.target.branch.full_ref(), head]))?;
        process::output(git().args(["repack", "-adq"])).map(drop)
    }

    /// Writes what lies below `folder`, a path that ends with a slash or is empty: the id of the tree.
    fn folder_of(&mut self, files: &Files, folder: &str) -> anyhow::Result<String> {
        let mut entries = BTreeMap::new();
        for (path, (mode, text)) in files.range(folder.to_owned()..) {
            let Some(below) = path.strip_prefix(folder) else { break };
            match below.split_once('/') {
                // git puts a folder where its name with a slash belongs
                Some((name, _)) => drop(entries.insert(format!("{name}/"), None)),
                None => drop(entries.insert(below.to_owned(), Some((*mode, text)))),
            }
        }
        let mut tree = Vec::new();
        for (name, file) in entries {
            let (mode, id) = match file {
                Some((mode, text)) => (mode.as_str(), known(&mut self.files, &self.store, Kind::Blob, text)?),
                None => ("40000", self.folder_of(files, &format!("{folder}{name}"))?),
            };
            tree.extend_from_slice(format!("{mode} {}\0", name.trim_end_matches('/')).as_bytes());
            tree.extend_from_slice(gix_hash::ObjectId::from_hex(id.as_bytes())?.as_bytes());
        }
        known(&mut self.folders, &self.store, Kind::Tree, &tree)
    }
}

/// Writes an object, unless it was written already: its id.
fn known(
    written: &mut HashMap<Vec<u8>, String>,
    store: &Store,
    kind: Kind,
    bytes: &[u8],
) -> anyhow::Result<String> {
    if let Some(id) = written.get(bytes) {
        return Ok(id.clone());
    }
    let id = write(store, kind, bytes)?;
    written.insert(bytes.to_vec(), id.clone());
    Ok(id)
}

fn write(store: &Store, kind: Kind, bytes: &[u8]) -> anyhow::Result<String> {
    let id = store.write_buf(kind, bytes).map_err(|why| anyhow!("could not write an object: {why}"))?;
    Ok(id.to_string())
}
