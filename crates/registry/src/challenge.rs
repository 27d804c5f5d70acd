//! How a registry asks who is there: `WWW-Authenticate`.

/// What a registry asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Challenge {
    /// A user and password with each request.
    Basic,
    /// A token, to be had from a realm.
    Bearer {
        /// The address of the token server.
        realm: String,
        /// The name of the registry at that server.
        service: Option<String>,
    },
}

impl Challenge {
    /// Reads the header; none when it asks for nothing that is known. A token is preferred where both are offered.
    ///
    /// <https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1>
    pub(crate) fn read(header: &str) -> Option<Self> {
        let lower = header.to_ascii_lowercase();
        if let Some(at) = scheme_at(&lower, "bearer") {
            let parameters = parameters(&header[at..]);
            let value = |name: &str| {
                parameters
                    .iter()
                    .find(|(known, _)| known.eq_ignore_ascii_case(name))
                    .map(|(_, value)| value.clone())
            };
            return Some(Self::Bearer { realm: value("realm")?, service: value("service") });
        }
        scheme_at(&lower, "basic").map(|_| Self::Basic)
    }
}

/// Where the parameters of a scheme begin: the scheme stands first, or after a comma.
fn scheme_at(header: &str, scheme: &str) -> Option<usize> {
    header.match_indices(scheme).find_map(|(at, _)| {
        let before = header[..at].trim_end();
        let end = at + scheme.len();
        let is_whole = header[end..].is_empty() || header[end..].starts_with(' ');
        (is_whole && (before.is_empty() || before.ends_with(','))).then_some(end)
    })
}

/// `name="value"` pairs, parted by commas, up to where the next scheme begins.
fn parameters(text: &str) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    let mut rest = text.trim_start();
    while let Some((name, after)) = rest.split_once('=') {
        let name = name.trim();
        if name.is_empty() || name.contains(char::is_whitespace) {
            break;
        }
        let (value, after) = if let Some(quoted) = after.trim_start().strip_prefix('"') {
            until_quote(quoted)
        } else {
            let end = after.find(',').unwrap_or(after.len());
            (after[..end].trim().to_owned(), &after[end..])
        };
        pairs.push((name.to_owned(), value));
        rest = after.trim_start().trim_start_matches(',').trim_start();
    }
    pairs
}

/// A quoted text up to its end, and what follows it.
fn until_quote(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, char)) = chars.next() {
        match char {
            '"' => return (value, &text[at + 1..]),
            '\\' => value.extend(chars.next().map(|(_, escaped)| escaped)),
            other => value.push(other),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bearer(realm: &str, service: Option<&str>) -> Challenge {
        Challenge::Bearer { realm: realm.to_owned(), service: service.map(str::to_owned) }
    }

    #[test]
    fn a_token_is_asked_for_with_realm_and_service() {
        let header =
            r#"Bearer realm="https://ghcr.io/token",service="ghcr.io",scope="repository:acme/app:pull""#;
        assert_eq!(Challenge::read(header).unwrap(), bearer("https://ghcr.io/token", Some("ghcr.io")));
        assert_eq!(Challenge::read("bearer realm=https://h/t").unwrap(), bearer("https://h/t", None));
    }

    #[test]
    fn commas_and_quotes_inside_of_values_are_part_of_them() {
        let header = r#"Bearer scope="repository:a:pull,push", realm="https://h/\"t\"""#;
        assert_eq!(Challenge::read(header).unwrap(), bearer("https://h/\"t\"", None));
    }

    #[test]
    fn a_token_is_preferred_where_both_are_offered() {
        let header = r#"Basic realm="x", Bearer realm="https://h/t", service="s""#;
        assert_eq!(Challenge::read(header).unwrap(), bearer("https://h/t", Some("s")));
    }

    #[test]
    fn basic_is_known_and_other_schemes_are_not() {
        assert_eq!(Challenge::read(r#"Basic realm="Registry Realm""#), Some(Challenge::Basic));
        assert_eq!(Challenge::read("Negotiate"), None);
        assert_eq!(Challenge::read("Bearer error=\"x\""), None);
        assert_eq!(Challenge::read(""), None);
    }
}
