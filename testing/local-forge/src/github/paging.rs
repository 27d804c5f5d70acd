//! Pages of lists.

use loopback::Response;

use super::reply::with_header;
use crate::routing::Call;

/// The page that was asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page {
    pub(super) number: usize,
    pub(super) limit: usize,
}

impl Page {
    /// `page` and `per_page` of the query: thirty things unless asked otherwise, a hundred at most.
    pub(super) fn asked(call: &Call<'_>) -> Self {
        let field = |name| call.query(name).and_then(|text| text.parse().ok());
        let number = field("page").filter(|number| *number > 0).unwrap_or(1);
        let limit = field("per_page").filter(|limit| *limit > 0).unwrap_or(30).min(100);
        Self { number, limit }
    }

    /// The things on this page.
    pub(super) fn cut<T>(self, all: impl IntoIterator<Item = T>) -> Vec<T> {
        all.into_iter().skip((self.number - 1) * self.limit).take(self.limit).collect()
    }

    /// Tells where the other pages lie, in the order in which GitHub tells it.
    pub(super) fn mark(self, call: &Call<'_>, response: Response, total: usize) -> Response {
        let pages = total.div_ceil(self.limit).max(1);
        let mut links = Vec::new();
        let mut link = |page: usize, relation: &str| {
            let mut query = call.queries().clone();
            query.insert("page".to_owned(), page.to_string());
            let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
            let path = call.request.uri().path();
            links.push(format!("<{}{path}?{query}>; rel=\"{relation}\"", call.forge.base));
        };
        if self.number > 1 {
            link((self.number - 1).min(pages), "prev");
        }
        if self.number < pages {
            link(self.number + 1, "next");
            link(pages, "last");
        }
        if self.number > 1 {
            link(1, "first");
        }
        if links.is_empty() { response } else { with_header(response, "link", &links.join(", ")) }
    }
}
