//! Reading a commit.

use domain::CommitSha;

use super::Identity;

/// A commit, read from the bytes that its id is the hash of.
///
/// Only what publish writes is read: tree, parents, author, committer, a signature, a message in UTF-8. What git
/// would carry besides is refused by name, since a reader that skips it would judge another commit than git shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// The id of its tree, a SHA-1, that only finds it.
    pub tree: CommitSha,
    /// The commits that it follows.
    pub parents: Vec<CommitSha>,
    /// Who is said to have written it.
    pub author: Identity,
    /// Who is said to have committed it.
    pub committer: Identity,
    /// The armored signature, unfolded.
    pub signature: Option<String>,
    /// The message, to its last byte.
    pub message: String,
    payload: Vec<u8>,
}

/// Why bytes are no commit that publish could have written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    /// They are not UTF-8.
    #[error("it is not UTF-8")]
    NotText,
    /// A carriage return or another control character.
    #[error("it has a control character, {}, which publish never writes", .0.escape_debug())]
    Control(char),
    /// The header ends before this field.
    #[error("its header has `{found}` where `{expected}` should stand")]
    Expected {
        /// The field.
        expected: &'static str,
        /// The name of the one that is there, or `the end`.
        found: String,
    },
    /// A field that only odd commits have.
    #[error("its header has a field `{0}`, which publish never writes")]
    Field(String),
    /// A value that is none.
    #[error("its `{field}` cannot be read: {why}")]
    Value {
        /// The field.
        field: &'static str,
        /// What is wrong.
        why: String,
    },
    /// There is no blank line after the header.
    #[error("it ends within its header")]
    Truncated,
}

impl Commit {
    /// Reads a commit.
    ///
    /// # Errors
    /// When a field is missing, doubled, out of order, unknown or malformed.
    pub fn parse(raw: &[u8]) -> Result<Self, CommitError> {
        let text = std::str::from_utf8(raw).map_err(|_| CommitError::NotText)?;
        if let Some(control) = text.chars().find(|one| one.is_control() && !matches!(one, '\n' | '\t')) {
            return Err(CommitError::Control(control));
        }
        let mut header = Header { rest: text };
        let tree = id("tree", header.required("tree")?)?;
        let mut parents = Vec::new();
        while let Some(parent) = header.field("parent") {
            parents.push(id("parent", parent)?);
        }
        let author = identity("author", header.required("author")?)?;
        let committer = identity("committer", header.required("committer")?)?;
        let before = text.len() - header.rest.len();
        let signature = header.folded("gpgsig");
        let after = text.len() - header.rest.len();
        let message = header.end()?;
        let payload = [&text[..before], &text[after..]].concat().into_bytes();
        Ok(Self { tree, parents, author, committer, signature, message: message.to_owned(), payload })
    }

    /// What the signature is over: the commit without its signature.
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// The bytes that it was read from.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        match &self.signature {
            Some(signature) => super::draft::with_signature(&self.payload, signature),
            None => self.payload.clone(),
        }
    }
}

/// The commits that a commit of anybody follows; of one that no git would write, those that can be read.
#[must_use]
pub fn parents(raw: &[u8]) -> Vec<CommitSha> {
    let lines = raw.split(|byte| *byte == b'\n').skip(1);
    let ids = lines.map_while(|line| std::str::from_utf8(line.strip_prefix(b"parent ")?).ok());
    ids.map_while(|id| id.parse().ok()).collect()
}

fn id(field: &'static str, text: &str) -> Result<CommitSha, CommitError> {
    let refuse = |why: String| CommitError::Value { field, why };
    let id: CommitSha = text.parse().map_err(|error| refuse(format!("{error}")))?;
    if text.len() != 40 {
        return Err(refuse("ids of SHA-256 repositories are not supported".to_owned()));
    }
    if id.as_str() != text {
        return Err(refuse("it is not in lower case".to_owned()));
    }
    Ok(id)
}

fn identity(field: &'static str, text: &str) -> Result<Identity, CommitError> {
    text.parse().map_err(|error| CommitError::Value { field, why: format!("{error}") })
}

/// What is left of a header, and the message behind it.
struct Header<'a> {
    rest: &'a str,
}

impl<'a> Header<'a> {
    /// The value of the next field, if it is this one.
    fn field(&mut self, name: &str) -> Option<&'a str> {
        let (line, rest) = self.rest.split_once('\n')?;
        let value = line.strip_prefix(name)?.strip_prefix(' ')?;
        self.rest = rest;
        Some(value)
    }

    fn required(&mut self, name: &'static str) -> Result<&'a str, CommitError> {
        self.field(name).ok_or_else(|| {
            let found = self.name().unwrap_or("the end").chars().take(40).collect();
            CommitError::Expected { expected: name, found }
        })
    }

    /// The value of the next field, if it is this one, with the lines that go on with a blank.
    fn folded(&mut self, name: &str) -> Option<String> {
        let mut value = format!("{}\n", self.field(name)?);
        while let Some((line, rest)) = self.rest.split_once('\n')
            && let Some(line) = line.strip_prefix(' ')
        {
            value.push_str(line);
            value.push('\n');
            self.rest = rest;
        }
        Some(value)
    }

    /// The name of the next field.
    fn name(&self) -> Option<&'a str> {
        let line = self.rest.lines().next().filter(|line| !line.is_empty())?;
        Some(line.split(' ').next().unwrap_or(line))
    }

    /// The message, when the header ends here.
    fn end(self) -> Result<&'a str, CommitError> {
        match self.rest.strip_prefix('\n') {
            Some(message) => Ok(message),
            None => match self.name() {
                Some(name) => Err(CommitError::Field(name.chars().take(40).collect())),
                None => Err(CommitError::Truncated),
            },
        }
    }
}
