//! Merge keys, <https://yaml.org/type/merge.html>.

use text::Span;

use super::{Builder, Keys};
use crate::yaml::mapping::{Entry, Mapping};
use crate::yaml::node::{Content, Node};
use crate::yaml::scalar::Style;
use crate::yaml::{YamlError, YamlErrorKind};

/// Whether a key is `<<` and not the string of that name.
pub(super) fn is_merge(key: &Node) -> bool {
    let plain = key.as_scalar().is_some_and(|key| key.style() == Style::Plain && key.text() == "<<");
    match key.tag() {
        None => plain,
        Some(tag) => tag.core() == Some("merge"),
    }
}

impl Builder<'_> {
    /// Adds what merge keys bring in: the mapping's own keys come first, then the mappings in their order.
    pub(super) fn merge(
        &mut self,
        mut mapping: Mapping,
        mut keys: Keys,
        merges: Vec<(Span, Node)>,
    ) -> Result<Mapping, YamlError> {
        for (at, value) in merges {
            mapping.merge_keys.push(at);
            let one = std::slice::from_ref(&value);
            let sources = value.as_sequence().unwrap_or(one);
            for source in sources {
                self.merge_one(&mut mapping, &mut keys, at, source)?;
            }
        }
        Ok(mapping)
    }

    fn merge_one(
        &mut self,
        mapping: &mut Mapping,
        keys: &mut Keys,
        at: Span,
        source: &Node,
    ) -> Result<(), YamlError> {
        let Content::Mapping(merged) = source.content() else {
            return Err(YamlError::new(source.span(), YamlErrorKind::MergeOfNoMapping));
        };
        for entry in merged.entries() {
            // looked at is counted too: it is the work of a merge, whatever comes of it
            self.repeats = true;
            self.count(entry.key.weight() + entry.value.weight(), at)?;
            self.descend(1 + entry.value.depth(), at)?;
            if entry.key.as_scalar().is_some_and(|key| keys.add_new(key, entry.key.span())) {
                mapping.entries.push(Entry { merged_at: Some(at), ..entry.clone() });
            }
        }
        Ok(())
    }
}
