//! Folders and files.

use apollo_compiler::resolvers::{FieldError, ObjectValue, ResolveInfo, ResolvedValue};

use super::broken;
use super::repositories::RepositoryNode;
use crate::git::TreeEntry;
use crate::github::json::node_id;

/// A file larger than this is told cut off.
const LARGEST_TEXT: usize = 512 << 10;

/// What a path leads to at a commit: a folder or a file.
pub(super) fn at<'a>(
    home: &'a RepositoryNode<'a>,
    revision: &str,
    path: &str,
) -> Result<ResolvedValue<'a>, FieldError> {
    let git = &home.repo.git;
    let Some(commit) = git.resolve(revision).map_err(|error| broken(&error))? else {
        return Ok(ResolvedValue::null());
    };
    let path = path.trim_end_matches('/');
    if path.is_empty() {
        let entries = git.tree(&commit, None, false).map_err(|error| broken(&error))?;
        return Ok(ResolvedValue::object(TreeNode { home, sha: commit, entries }));
    }
    let found = git.tree(&commit, Some(path), false).map_err(|error| broken(&error))?;
    let Some(found) = found.into_iter().find(|entry| entry.path == path) else {
        return Ok(ResolvedValue::null());
    };
    if found.kind == "blob" {
        return Ok(ResolvedValue::object(BlobNode { home, sha: found.sha }));
    }
    let entries = git.tree(&commit, Some(&format!("{path}/")), false).map_err(|error| broken(&error))?;
    Ok(ResolvedValue::object(TreeNode { home, sha: found.sha, entries }))
}

/// The type `Tree`.
struct TreeNode<'a> {
    home: &'a RepositoryNode<'a>,
    sha: String,
    entries: Vec<TreeEntry>,
}

impl ObjectValue for TreeNode<'_> {
    fn type_name(&self) -> &'static str {
        "Tree"
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Result<ResolvedValue<'a>, FieldError> {
        match info.field_name() {
            "entries" => {
                let entries = self.entries.iter().map(|entry| EntryNode { home: self.home, entry });
                Ok(ResolvedValue::List(Box::new(entries.map(|entry| Ok(ResolvedValue::object(entry))))))
            }
            field => object_field(self.home, "Tree", &self.sha, field)
                .ok_or_else(|| self.unknown_field_error(info)),
        }
    }
}

/// The type `TreeEntry`.
struct EntryNode<'a> {
    home: &'a RepositoryNode<'a>,
    entry: &'a TreeEntry,
}

impl ObjectValue for EntryNode<'_> {
    fn type_name(&self) -> &'static str {
        "TreeEntry"
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Result<ResolvedValue<'a>, FieldError> {
        let TreeEntry { path, kind, sha, .. } = self.entry;
        Ok(match info.field_name() {
            "name" => ResolvedValue::leaf(path.rsplit('/').next()),
            "object" if kind == "blob" => {
                ResolvedValue::object(BlobNode { home: self.home, sha: sha.clone() })
            }
            // Folders inside a folder are not looked into here.
            "object" => ResolvedValue::null(),
            "path" => ResolvedValue::leaf(path.clone()),
            "type" => ResolvedValue::leaf(kind.clone()),
            _ => return Err(self.unknown_field_error(info)),
        })
    }
}

/// The type `Blob`.
struct BlobNode<'a> {
    home: &'a RepositoryNode<'a>,
    sha: String,
}

impl ObjectValue for BlobNode<'_> {
    fn type_name(&self) -> &'static str {
        "Blob"
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Result<ResolvedValue<'a>, FieldError> {
        let bytes = || self.home.repo.git.blob(&self.sha).map_err(|error| broken(&error));
        Ok(match info.field_name() {
            "byteSize" => ResolvedValue::leaf(bytes()?.len()),
            "isBinary" => ResolvedValue::leaf(bytes()?.contains(&0)),
            "isTruncated" => ResolvedValue::leaf(bytes()?.len() > LARGEST_TEXT),
            "text" => {
                let mut bytes = bytes()?;
                if bytes.contains(&0) {
                    return Ok(ResolvedValue::null());
                }
                bytes.truncate(LARGEST_TEXT);
                ResolvedValue::leaf(String::from_utf8_lossy(&bytes).into_owned())
            }
            field => {
                return object_field(self.home, "Blob", &self.sha, field)
                    .ok_or_else(|| self.unknown_field_error(info));
            }
        })
    }
}

/// The fields that every object of git has.
fn object_field<'a>(
    home: &RepositoryNode<'_>,
    kind: &str,
    sha: &str,
    field: &str,
) -> Option<ResolvedValue<'a>> {
    Some(match field {
        "abbreviatedOid" => ResolvedValue::leaf(sha[..7].to_owned()),
        "commitUrl" => ResolvedValue::leaf(format!("{}/commit/{sha}", home.urls.page)),
        "id" => ResolvedValue::leaf(node_id(kind, format_args!("{}:{sha}", home.id.0))),
        "oid" => ResolvedValue::leaf(sha.to_owned()),
        _ => return None,
    })
}
