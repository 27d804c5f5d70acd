//! Lists in pages, as GraphQL has them.

use apollo_compiler::resolvers::{FieldError, ObjectValue, ResolveInfo, ResolvedValue};
use apollo_compiler::response::JsonValue;

use super::refused;

/// The most things that one page may hold.
const LARGEST_PAGE: usize = 100;

/// The part of a list that was asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slice {
    /// How many things come before it.
    pub(super) skip: usize,
    pub(super) first: usize,
}

impl Slice {
    /// `first` and `after`, of which GitHub insists on the first one.
    pub(super) fn asked(info: &ResolveInfo<'_>) -> Result<Self, FieldError> {
        let field = info.field_name();
        let argument = |name: &str| info.arguments().get(name);
        let first = argument("first").and_then(JsonValue::as_u64).ok_or_else(|| {
            refused(format!(
                "You must provide a `first` or `last` value to properly paginate the `{field}` connection."
            ))
        })?;
        let first = usize::try_from(first).unwrap_or(usize::MAX);
        if first > LARGEST_PAGE {
            return Err(refused(format!(
                "Requesting {first} records on the `{field}` connection exceeds the `first` limit of {LARGEST_PAGE} records."
            )));
        }
        let skip = match argument("after").and_then(JsonValue::as_str) {
            None => 0,
            Some(cursor) => Self::behind(cursor)
                .ok_or_else(|| refused(format!("`{cursor}` does not appear to be a valid cursor.")))?,
        };
        Ok(Self { skip, first })
    }

    /// A cursor ends with the place of the thing that it stands behind.
    fn behind(cursor: &str) -> Option<usize> {
        cursor.rsplit(' ').next()?.parse::<usize>().ok()?.checked_add(1)
    }
}

/// One page of a list.
pub(super) struct Connection<N> {
    pub(super) type_name: &'static str,
    /// The things on this page.
    pub(super) nodes: Vec<N>,
    pub(super) slice: Slice,
    /// How many things the whole list has.
    pub(super) total: usize,
    /// What its cursors begin with.
    pub(super) list: String,
}

impl<N> Connection<N> {
    /// A page cut from a list that is there as a whole.
    pub(super) fn cut(
        type_name: &'static str,
        list: String,
        slice: Slice,
        all: impl ExactSizeIterator<Item = N>,
    ) -> Self {
        let total = all.len();
        Self { type_name, nodes: all.skip(slice.skip).take(slice.first).collect(), slice, total, list }
    }

    fn page_info(&self) -> PageInfo {
        let cursor = |place: usize| format!("{} {place}", self.list);
        let Slice { skip, .. } = self.slice;
        let end = skip + self.nodes.len();
        PageInfo {
            start: (end > skip).then(|| cursor(skip)),
            end: (end > skip).then(|| cursor(end - 1)),
            more_before: skip > 0,
            more_behind: end < self.total,
        }
    }
}

impl<N: ObjectValue + Clone> ObjectValue for Connection<N> {
    fn type_name(&self) -> &str {
        self.type_name
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Result<ResolvedValue<'a>, FieldError> {
        match info.field_name() {
            "nodes" => {
                let nodes = self.nodes.iter().cloned();
                Ok(ResolvedValue::List(Box::new(nodes.map(|node| Ok(ResolvedValue::object(node))))))
            }
            "pageInfo" => Ok(ResolvedValue::object(self.page_info())),
            "totalCount" => Ok(ResolvedValue::leaf(self.total)),
            _ => Err(self.unknown_field_error(info)),
        }
    }
}

struct PageInfo {
    start: Option<String>,
    end: Option<String>,
    more_before: bool,
    more_behind: bool,
}

impl ObjectValue for PageInfo {
    fn type_name(&self) -> &'static str {
        "PageInfo"
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Result<ResolvedValue<'a>, FieldError> {
        match info.field_name() {
            "startCursor" => Ok(ResolvedValue::leaf(self.start.clone())),
            "endCursor" => Ok(ResolvedValue::leaf(self.end.clone())),
            "hasPreviousPage" => Ok(ResolvedValue::leaf(self.more_before)),
            "hasNextPage" => Ok(ResolvedValue::leaf(self.more_behind)),
            _ => Err(self.unknown_field_error(info)),
        }
    }
}
