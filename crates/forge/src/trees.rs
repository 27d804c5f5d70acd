//! What there is in a repository at a commit, and what a branch has that another one has not.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use domain::CommitSha;
use http_client::Request;
use jiff::Timestamp;
use serde::Deserialize;
use url::Url;

use crate::connection::Connection;
use crate::error::Task;
use crate::{Dialect, Error};

/// What a commit has at a path: a file, a symbolic link or a submodule. Folders are no entries of their own.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TreeFile {
    /// Its path from the root of the repository.
    pub path: String,
    /// Its mode, as git writes it: `100644`, `100755`, `120000` of a link, `160000` of a submodule.
    pub mode: String,
    /// How many bytes it has.
    #[serde(default)]
    pub size: u64,
    /// The id of what it holds: [`blob_id`](crate::blob_id); of a submodule that of its commit.
    #[serde(rename = "sha")]
    pub blob: String,
}

impl TreeFile {
    /// Whether it is a file of its own, neither a link nor a submodule.
    #[must_use]
    pub fn is_file(&self) -> bool {
        self.mode.starts_with("100")
    }

    /// Whether it is a symbolic link.
    #[must_use]
    pub fn is_link(&self) -> bool {
        self.mode == "120000"
    }
}

#[derive(Deserialize)]
struct WireTree {
    tree: Vec<WireEntry>,
    #[serde(default)]
    truncated: bool,
    // Gitea's list has pages
    total_count: Option<usize>,
}

#[derive(Deserialize)]
struct WireEntry {
    #[serde(rename = "type")]
    kind: String,
    #[serde(flatten)]
    file: TreeFile,
}

/// How many entries a page of Gitea's has.
const PER_PAGE: usize = 1000;

/// Every file of a commit, every link, and every submodule.
pub(crate) async fn files(connection: &Connection, at: &CommitSha) -> Result<Vec<TreeFile>, Error> {
    let doing = format!("list the files of `{}` at `{at}`", connection.repo);
    let task = connection.task("contents: read", doing);
    let mut files = Vec::new();
    let mut seen = 0;
    for page in 1_usize.. {
        let mut url = connection.repo_url(["git", "trees", at.as_str()]);
        url.query_pairs_mut().append_pair("recursive", "1");
        if connection.way.site.dialect == Dialect::Gitea {
            let (page, limit) = (page.to_string(), PER_PAGE.to_string());
            url.query_pairs_mut().append_pair("page", &page).append_pair("per_page", &limit);
        }
        let told: WireTree =
            connection.send(&task, Request::get(url)).await?.json().map_err(|error| task.failed(error))?;
        if told.truncated && told.total_count.is_none() {
            return Err(task.unexpected("the repository has more files than the forge lists at once"));
        }
        let empty = told.tree.is_empty();
        seen += told.tree.len();
        files.extend(told.tree.into_iter().filter(|entry| entry.kind != "tree").map(|entry| entry.file));
        if empty || told.total_count.is_none_or(|total| seen >= total) {
            break;
        }
    }
    Ok(files)
}

#[derive(Deserialize)]
struct WireBlob {
    content: String,
}

/// What an object of a file holds. For a link, that is where it leads to.
pub(crate) async fn blob(connection: &Connection, id: &str) -> Result<Vec<u8>, Error> {
    let task = connection.task("contents: read", format!("read blob `{id}` of `{}`", connection.repo));
    let url = connection.repo_url(["git", "blobs", id]);
    let told: WireBlob = read(connection, &task, url).await?;
    let text: String = told.content.split_ascii_whitespace().collect();
    BASE64_STANDARD.decode(text).map_err(|_| task.unexpected("the answer is not in Base64"))
}

/// A commit with those who made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BranchCommit {
    /// Its id.
    pub sha: CommitSha,
    /// Its parents, the mainline first.
    pub parents: Vec<CommitSha>,
    /// The whole message.
    pub message: String,
    /// Who wrote it.
    pub author: Signature,
    /// Who put it there: of a commit that was made by the forge's API the same as the author, or the forge.
    pub committer: Signature,
}

/// Somebody's name in a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The account on the forge, where the address is known to be one's.
    pub login: Option<String>,
    /// The address.
    pub email: String,
    /// When.
    pub at: Timestamp,
}

#[derive(Deserialize)]
struct WireCommit {
    sha: CommitSha,
    commit: WireGitCommit,
    author: Option<WireUser>,
    committer: Option<WireUser>,
    parents: Vec<WireParent>,
}

#[derive(Deserialize)]
struct WireGitCommit {
    message: String,
    author: WireSignature,
    committer: WireSignature,
}

#[derive(Deserialize)]
struct WireSignature {
    email: String,
    date: Timestamp,
}

#[derive(Deserialize)]
struct WireUser {
    // empty of an account that is gone
    login: Option<String>,
}

#[derive(Deserialize)]
struct WireParent {
    sha: CommitSha,
}

impl From<WireCommit> for BranchCommit {
    fn from(wire: WireCommit) -> Self {
        let signature = |user: Option<WireUser>, signature: WireSignature| Signature {
            login: user.and_then(|user| user.login),
            email: signature.email,
            at: signature.date,
        };
        Self {
            sha: wire.sha,
            parents: wire.parents.into_iter().map(|parent| parent.sha).collect(),
            message: wire.commit.message,
            author: signature(wire.author, wire.commit.author),
            committer: signature(wire.committer, wire.commit.committer),
        }
    }
}

/// How many commits are told at most: a branch of ours has one.
pub(crate) const MOST_AHEAD: usize = 50;

/// What `head` has that `base` has not, in no particular order, up to [`MOST_AHEAD`] commits of it.
pub(crate) async fn ahead(
    connection: &Connection,
    base: &CommitSha,
    head: &CommitSha,
) -> Result<Vec<BranchCommit>, Error> {
    let doing = format!("list the commits between `{base}` and `{head}` of `{}`", connection.repo);
    let task = connection.task("contents: read", doing);
    let wires: Vec<WireCommit> = match connection.way.site.dialect {
        Dialect::GitHub => {
            #[derive(Deserialize)]
            struct WireComparison {
                commits: Vec<WireCommit>,
            }
            let mut url = connection.repo_url(["compare", &format!("{base}...{head}")]);
            url.query_pairs_mut().append_pair("per_page", &MOST_AHEAD.to_string()).append_pair("page", "1");
            read::<WireComparison>(connection, &task, url).await?.commits
        }
        Dialect::Gitea => {
            let mut url = connection.repo_url(["commits"]);
            url.query_pairs_mut()
                .append_pair("sha", head.as_str())
                .append_pair("not", base.as_str())
                .append_pair("limit", &MOST_AHEAD.to_string())
                .append_pair("page", "1");
            for part in ["stat", "verification", "files"] {
                url.query_pairs_mut().append_pair(part, "false");
            }
            read(connection, &task, url).await?
        }
    };
    Ok(wires.into_iter().map(BranchCommit::from).collect())
}

async fn read<T: serde::de::DeserializeOwned>(
    connection: &Connection,
    task: &Task,
    url: Url,
) -> Result<T, Error> {
    connection.send(task, Request::get(url)).await?.json().map_err(|error| task.failed(error))
}
