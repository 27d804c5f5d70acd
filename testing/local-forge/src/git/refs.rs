//! Refs and annotated tags.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::memory::is_id;
use super::{BareRepository, GitError, Identity, ZERO};

/// A ref and what it points at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ref {
    /// The full name.
    pub(crate) name: String,
    /// The object it points at: of an annotated tag the tag object.
    pub(crate) object: String,
    /// `commit` or `tag`.
    pub(crate) kind: String,
    /// The commit behind it.
    pub(crate) commit: String,
}

/// An annotated tag as it lies in the repository.
#[derive(Debug, Clone)]
pub(crate) struct TagObject {
    /// The name written inside it.
    pub(crate) name: String,
    /// The object it points at.
    pub(crate) target: String,
    /// What kind of object that is.
    pub(crate) target_kind: String,
    /// Who made it.
    pub(crate) tagger: Identity,
    /// The message, as it stands, with its last newline.
    pub(crate) message: String,
}

/// One compare-and-swap of a ref.
#[derive(Debug, Clone)]
pub(crate) struct RefUpdate {
    /// The full name.
    pub(crate) name: String,
    /// The new object; [`ZERO`] deletes.
    pub(crate) new: String,
    /// The object it must point at now; [`ZERO`] for none, `None` for any.
    pub(crate) old: Option<String>,
}

impl BareRepository {
    /// Every ref whose full name begins with `prefix`, by name.
    pub(crate) fn refs(&self, prefix: &str) -> Result<Vec<Ref>, GitError> {
        let format = "--format=%(refname)%00%(objectname)%00%(objecttype)%00%(*objectname)";
        // A pattern of for-each-ref ends at a slash or is a glob that stops at one; so filter ourselves.
        let folder = &prefix[..=prefix.rfind('/').unwrap_or(0)];
        let listed = self.run(&["for-each-ref", format, folder])?;
        Ok(listed.lines().filter_map(parse_ref).filter(|found| found.name.starts_with(prefix)).collect())
    }

    /// The tags as Gitea's paged list has them: annotated ones by the date of their commit, newest first,
    /// then the others by name, the last one first.
    pub(crate) fn tags_newest_first(&self) -> Result<Vec<Ref>, GitError> {
        let format = "--format=%(refname)%00%(objectname)%00%(objecttype)%00%(*objectname)";
        let listed =
            self.run(&["for-each-ref", format, "--sort=-refname", "--sort=-*creatordate", "refs/tags/"])?;
        Ok(listed.lines().filter_map(parse_ref).collect())
    }

    /// The messages of all tags by their full names, without their last newlines; in one command, however many
    /// tags there are. A lightweight tag's is its commit's.
    pub(crate) fn tag_messages(&self) -> Result<BTreeMap<String, String>, GitError> {
        let listed = self.run(&["for-each-ref", "--format=%(refname)%00%(contents)%01", "refs/tags/"])?;
        let entries = listed.split("\u{1}\n").filter_map(|entry| entry.split_once('\0'));
        Ok(entries.map(|(name, message)| (name.to_owned(), message.trim_end().to_owned())).collect())
    }

    /// The ref of exactly this full name.
    pub(crate) fn find_ref(&self, name: &str) -> Result<Option<Ref>, GitError> {
        if let Some(held) = self.loose_branch(name) {
            let (name, kind) = (name.to_owned(), "commit".to_owned());
            return Ok(Some(Ref { name, object: held.clone(), kind, commit: held }));
        }
        Ok(self.refs(name)?.into_iter().find(|found| found.name == name))
    }

    /// The commit that a revision names; `None` when there is none.
    pub(crate) fn resolve(&self, revision: &str) -> Result<Option<String>, GitError> {
        if revision.is_empty() || revision.starts_with('-') {
            return Ok(None);
        }
        if is_id(revision) && self.memory().commits.contains_key(revision) {
            return Ok(Some(revision.to_owned()));
        }
        let branch = if revision == "HEAD" { self.head_branch() } else { Some(self.in_full(revision)) };
        if let Some(held) = branch.and_then(|branch| self.loose_branch(&branch)) {
            return Ok(Some(held));
        }
        self.ask(&["rev-parse", "--verify", "--quiet", &format!("{revision}^{{commit}}")])
    }

    /// Whether git takes this for a ref's name.
    pub(crate) fn accepts_name(&self, full_name: &str) -> Result<bool, GitError> {
        Ok(self.command(&["check-ref-format", full_name]).output()?.status.success())
    }

    /// Carries out the updates, all or none.
    ///
    /// # Errors
    ///
    /// When one of the refs no longer stands where it was expected; nothing has changed then.
    pub(crate) fn update_refs(&self, updates: &[RefUpdate]) -> Result<(), GitError> {
        let commands = updates.iter().map(|RefUpdate { name, new, old }| {
            let old = old.as_deref().map_or_else(String::new, |old| format!(" {old}"));
            if new == ZERO { format!("delete {name}{old}\n") } else { format!("update {name} {new}{old}\n") }
        });
        let commands: Vec<_> = commands.collect();
        let input = format!("start\n{}prepare\ncommit\n", commands.concat());
        self.feed(&["update-ref", "--stdin"], input.as_bytes())?;
        Ok(())
    }

    /// Writes a tag object, without a ref to it.
    pub(crate) fn write_tag(
        &self,
        name: &str,
        target: &str,
        message: &str,
        tagger: &Identity,
    ) -> Result<String, GitError> {
        let mut object = format!("object {target}\ntype commit\ntag {name}\ntagger {}\n\n", tagger.header());
        object += message;
        if !object.ends_with('\n') {
            object.push('\n');
        }
        let id = self.feed(&["hash-object", "-t", "tag", "-w", "--stdin"], object.as_bytes())?;
        Ok(id.trim().to_owned())
    }

    /// The tag object of this id; `None` when it is no tag.
    pub(crate) fn read_tag(&self, id: &str) -> Result<Option<TagObject>, GitError> {
        if self.ask(&["cat-file", "-t", id])?.as_deref() != Some("tag") {
            return Ok(None);
        }
        let text = self.run(&["cat-file", "tag", id])?;
        let (head, message) = text.split_once("\n\n").unwrap_or((&text, ""));
        let field = |name: &str| {
            head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')).unwrap_or_default()
        };
        Ok(Some(TagObject {
            name: field("tag").to_owned(),
            target: field("object").to_owned(),
            target_kind: field("type").to_owned(),
            tagger: Identity::parse(field("tagger")),
            message: message.to_owned(),
        }))
    }

    /// Makes many lightweight tags at once.
    pub(crate) fn write_lightweight_tags(&self, tags: &[(String, String)]) -> Result<(), GitError> {
        let commands = tags.iter().map(|(name, commit)| format!("create refs/tags/{name} {commit}\n"));
        let commands: Vec<_> = commands.collect();
        self.feed(&["update-ref", "--stdin"], commands.concat().as_bytes())?;
        self.run(&["pack-refs", "--all"])?;
        Ok(())
    }

    /// Makes many annotated tags at once, all with the same message.
    pub(crate) fn write_annotated_tags(
        &self,
        tags: &[(String, String)],
        message: &str,
        tagger: &Identity,
    ) -> Result<(), GitError> {
        let (tagger, length) = (tagger.header(), message.len());
        let commands = tags.iter().map(|(name, commit)| {
            format!("tag {name}\nfrom {commit}\ntagger {tagger}\ndata {length}\n{message}\n")
        });
        let commands: Vec<_> = commands.collect();
        self.feed(&["fast-import", "--quiet", "--date-format=raw"], commands.concat().as_bytes())?;
        self.run(&["pack-refs", "--all"])?;
        Ok(())
    }
}

fn parse_ref(line: &str) -> Option<Ref> {
    let mut fields = line.split('\0');
    let (name, object, kind) = (fields.next()?, fields.next()?, fields.next()?);
    let peeled = fields.next().filter(|peeled| !peeled.is_empty()).unwrap_or(object);
    Some(Ref {
        name: name.to_owned(),
        object: object.to_owned(),
        kind: kind.to_owned(),
        commit: peeled.to_owned(),
    })
}

impl Identity {
    /// As git writes it into an object: name, address, seconds, zone.
    pub(crate) fn header(&self) -> String {
        format!("{} <{}> {} +0000", self.name, self.email, self.when.as_second())
    }

    fn parse(header: &str) -> Self {
        let (name, rest) = header.split_once(" <").unwrap_or((header, ""));
        let (email, time) = rest.split_once("> ").unwrap_or((rest, ""));
        let seconds = time.split(' ').next().and_then(|seconds| seconds.parse().ok()).unwrap_or(0);
        Self {
            name: name.to_owned(),
            email: email.to_owned(),
            when: Timestamp::from_second(seconds).unwrap_or_default(),
        }
    }
}
