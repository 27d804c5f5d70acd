//! Pages of lists.

use loopback::Response;

use super::reply::with_header;
use crate::routing::Call;
use crate::world::accounts::UserId;
use crate::world::repositories::RepoId;

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
    pub(super) fn mark(self, call: &Call<'_>, list: List, response: Response, total: usize) -> Response {
        let pages = total.div_ceil(self.limit).max(1);
        let place = list.place(call);
        let mut links = Vec::new();
        let mut link = |page: usize, relation: &str| {
            links.push(format!("<{place}page={page}>; rel=\"{relation}\""));
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

/// Whose list it is. Links name the owner by its id, whatever the request called it.
#[derive(Debug, Clone, Copy)]
pub(super) enum List {
    Repository(RepoId),
    Organization(UserId),
}

impl List {
    /// The URL of a page, up to its number.
    fn place(self, call: &Call<'_>) -> String {
        let (owner, names) = match self {
            Self::Repository(id) => (format!("repositories/{}", id.0), 2),
            Self::Organization(id) => (format!("organizations/{}", id.0), 1),
        };
        // `/api/v3/repos/{owner}/{repo}/…` or `/api/v3/orgs/{org}/…`
        let rest: Vec<_> = call.request.uri().path().split('/').skip(4 + names).collect();
        let query = call.request.uri().query().unwrap_or_default().split('&');
        let kept = query.filter(|field| !field.is_empty() && !field.starts_with("page="));
        let place = format!("{}/api/v3/{owner}/{}?", call.forge.base, rest.join("/"));
        kept.fold(place, |place, field| place + field + "&")
    }
}
