//! What refs point at: files below the repository, or lines of `packed-refs`.

use std::path::Path;

use gix_hash::ObjectId;

use super::{ObjectError, Repository};

/// How many refs may lead to each other.
const MOST_HOPS: usize = 5;

impl Repository {
    /// The object that a ref of this full name points at.
    pub(super) fn reference(&self, name: &str) -> Result<Option<ObjectId>, ObjectError> {
        if self.common.join("reftable").is_dir() {
            return Err(ObjectError::Unknown("refs in tables (reftable)"));
        }
        let mut name = name.to_owned();
        for _ in 0..MOST_HOPS {
            if !is_safe(&name) {
                return Ok(None);
            }
            let Some(text) = self.loose(&name)? else { return self.packed(&name) };
            match text.strip_prefix("ref:") {
                Some(target) => target.trim().clone_into(&mut name),
                None => return Ok(ObjectId::from_hex(first_word(&text).as_bytes()).ok()),
            }
        }
        Ok(None)
    }

    fn loose(&self, name: &str) -> Result<Option<String>, ObjectError> {
        // A worktree has a `HEAD` of its own, and shares its branches.
        for folder in [&self.own, &self.common] {
            if let Some(text) = read(&folder.join(name))? {
                return Ok(Some(text));
            }
        }
        Ok(None)
    }

    fn packed(&self, name: &str) -> Result<Option<ObjectId>, ObjectError> {
        let text = read(&self.common.join("packed-refs"))?.unwrap_or_default();
        let mut lines = text.lines().filter_map(|line| line.split_once(' '));
        let found = lines.find(|(_, packed)| packed.trim_end() == name);
        Ok(found.and_then(|(id, _)| ObjectId::from_hex(id.as_bytes()).ok()))
    }

    /// The commits whose parents a shallow clone lacks.
    pub(super) fn shallow(&self) -> Result<Vec<ObjectId>, ObjectError> {
        let text = read(&self.common.join("shallow"))?.unwrap_or_default();
        Ok(text.lines().filter_map(|line| ObjectId::from_hex(line.trim().as_bytes()).ok()).collect())
    }
}

/// The text of a file; none where there is no such file.
pub(super) fn read(path: &Path) -> Result<Option<String>, ObjectError> {
    match fs_err::symlink_metadata(path) {
        Ok(found) if found.is_file() => {}
        _ => return Ok(None),
    }
    let bytes = fs_err::read(path).map_err(|why| ObjectError::Unreadable { path: path.to_owned(), why })?;
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

fn first_word(text: &str) -> &str {
    text.split_whitespace().next().unwrap_or_default()
}

/// Whether a name leads nowhere but down.
fn is_safe(name: &str) -> bool {
    let is_part = |part: &str| !matches!(part, "" | "." | "..");
    name.split('/').all(is_part) && !name.contains(['\\', ':', '\0'])
}
