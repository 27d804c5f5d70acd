//! Where objects are: loose, in packs, and in what a repository borrows from.

use std::path::Path;

use domain::CommitSha;
use gix_hash::{Kind as Hash, ObjectId, oid};
use gix_object::Find as _;
use gix_odb::{Handle, Header as _};

use super::ObjectError;

/// How large a single object may be; larger ones are told as broken.
const LARGEST: usize = 1 << 30;

/// The objects of a repository.
pub struct Objects {
    stores: Vec<Handle>,
}

/// An object, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// What it is.
    pub kind: ObjectKind,
    /// What it holds, without its header.
    pub bytes: Vec<u8>,
}

/// What an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectKind {
    /// A commit.
    Commit,
    /// A folder.
    Tree,
    /// A file.
    Blob,
    /// A tag with a message.
    Tag,
}

impl std::fmt::Debug for Objects {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let paths = self.stores.iter().map(|store| store.store_ref().path());
        f.debug_list().entries(paths).finish()
    }
}

impl Objects {
    /// The objects in a folder: a repository's `objects`. What it borrows from is followed, replacements are not.
    ///
    /// # Errors
    /// When there is no such folder.
    pub fn open(folder: &Path) -> Result<Self, ObjectError> {
        Self::open_all(&[folder])
    }

    /// The objects in several folders: the first that has one answers.
    ///
    /// # Errors
    /// When one of them is not there.
    pub fn open_all(folders: &[&Path]) -> Result<Self, ObjectError> {
        let open = |folder: &&Path| {
            let options =
                gix_odb::store::init::Options { alloc_limit_bytes: Some(LARGEST), ..Default::default() };
            gix_odb::at_opts(*folder, Hash::Sha1, None, options)
                .map_err(|why| ObjectError::Unreadable { path: folder.to_path_buf(), why })
        };
        Ok(Self { stores: folders.iter().map(open).collect::<Result<_, _>>()? })
    }

    /// An object. Its bytes have the id that was asked for.
    ///
    /// # Errors
    /// When it is missing, cannot be read, or has another id.
    pub fn find(&self, id: &CommitSha) -> Result<Object, ObjectError> {
        self.get(&written(id)?)
    }

    /// How many bytes an object has.
    ///
    /// # Errors
    /// As of [`Objects::find`], without looking at its bytes.
    pub fn size(&self, id: &CommitSha) -> Result<u64, ObjectError> {
        let wanted = written(id)?;
        for store in &self.stores {
            match store.try_header(&wanted) {
                Ok(Some(header)) => return Ok(header.size()),
                Ok(None) => {}
                Err(why) => return Err(corrupt(&wanted, why.to_string())),
            }
        }
        Err(ObjectError::Missing(id.clone()))
    }

    pub(super) fn get(&self, id: &oid) -> Result<Object, ObjectError> {
        let mut bytes = Vec::new();
        for store in &self.stores {
            let found = store.try_find(id, &mut bytes).map_err(|why| corrupt(id, why.to_string()))?;
            let Some(found) = found else { continue };
            found.verify_checksum(id).map_err(|why| corrupt(id, why.to_string()))?;
            let kind = match found.kind {
                gix_object::Kind::Commit => ObjectKind::Commit,
                gix_object::Kind::Tree => ObjectKind::Tree,
                gix_object::Kind::Blob => ObjectKind::Blob,
                gix_object::Kind::Tag => ObjectKind::Tag,
            };
            let length = found.data.len();
            bytes.truncate(length);
            return Ok(Object { kind, bytes });
        }
        Err(ObjectError::Missing(read(id)))
    }

    /// The object whose id begins so.
    pub(super) fn beginning(&self, digits: &str) -> Result<Option<ObjectId>, ObjectError> {
        let Ok(prefix) = gix_hash::Prefix::from_hex(digits) else { return Ok(None) };
        let mut found = None;
        for store in &self.stores {
            match store.lookup_prefix(prefix, None) {
                Ok(Some(Ok(id))) if found.is_none_or(|found| found == id) => found = Some(id),
                Ok(Some(_)) => return Err(ObjectError::Ambiguous(digits.to_owned())),
                Ok(None) | Err(_) => {}
            }
        }
        Ok(found)
    }
}

/// The id as the library has it.
pub(super) fn written(id: &CommitSha) -> Result<ObjectId, ObjectError> {
    ObjectId::from_hex(id.as_str().as_bytes())
        .map_err(|_| ObjectError::Unknown("objects under ids of another kind than SHA-1"))
}

/// The id as everybody else has it.
pub(super) fn read(id: &oid) -> CommitSha {
    id.to_string().parse().expect("forty hexadecimal digits")
}

pub(super) fn corrupt(id: &oid, why: impl Into<String>) -> ObjectError {
    ObjectError::Corrupt { id: read(id), why: why.into() }
}
