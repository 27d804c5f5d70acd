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
    /// `page` and `limit` of the query, within the instance's bounds.
    pub(super) fn asked(call: &Call<'_>) -> Self {
        let field = |name| call.query(name).and_then(|text| text.parse().ok());
        let number = field("page").filter(|number| *number > 0).unwrap_or(1);
        let limit = field("limit").filter(|limit| *limit > 0).unwrap_or(30).min(50);
        Self { number, limit }
    }

    /// The things on this page.
    pub(super) fn cut<T>(self, all: impl IntoIterator<Item = T>) -> Vec<T> {
        all.into_iter().skip((self.number - 1) * self.limit).take(self.limit).collect()
    }

    /// Tells how many there are.
    pub(super) fn count(response: Response, total: usize) -> Response {
        with_header(response, "x-total-count", &total.to_string())
    }

    /// Tells how many there are, and where the other pages lie.
    pub(super) fn mark(self, call: &Call<'_>, response: Response, total: usize) -> Response {
        let response = Self::count(response, total);
        let links = self.links(call, total);
        if links.is_empty() { response } else { with_header(response, "link", &links) }
    }

    fn links(self, call: &Call<'_>, total: usize) -> String {
        let pages = total.div_ceil(self.limit).max(1);
        let current = self.number.min(pages);
        let mut links = Vec::new();
        let mut link = |page: usize, relation: &str| {
            let mut query = call.queries().clone();
            query.insert("page".to_owned(), page.to_string());
            let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
            let path = call.request.uri().path();
            links.push(format!("<{}{path}?{query}>; rel=\"{relation}\"", call.forge.base));
        };
        if current < pages {
            link(current + 1, "next");
            link(pages, "last");
        }
        if current > 1 {
            link(1, "first");
            link(current - 1, "prev");
        }
        links.join(",")
    }
}
