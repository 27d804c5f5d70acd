use std::error::Error;
use std::fmt;
use std::ops::Deref;
use std::str::FromStr;

/// A list, its entries separated by commas or line breaks; blanks around entries and empty ones are dropped.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct List<T = String>(pub Vec<T>);

/// A list, its entries separated by line breaks only: for entries that may hold commas.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lines<T = String>(pub Vec<T>);

impl<T: FromStr<Err: Into<Box<dyn Error + Send + Sync>>>> FromStr for List<T> {
    type Err = EntryError;

    fn from_str(text: &str) -> Result<Self, EntryError> {
        entries(text, &[',', '\n', '\r']).map(Self)
    }
}

impl<T: FromStr<Err: Into<Box<dyn Error + Send + Sync>>>> FromStr for Lines<T> {
    type Err = EntryError;

    fn from_str(text: &str) -> Result<Self, EntryError> {
        entries(text, &['\n', '\r']).map(Self)
    }
}

fn entries<T>(text: &str, separators: &[char]) -> Result<Vec<T>, EntryError>
where
    T: FromStr<Err: Into<Box<dyn Error + Send + Sync>>>,
{
    text.split(separators)
        .map(str::trim)
        .filter(|entry| !entry.is_empty())
        .map(|entry| {
            entry.parse().map_err(|why: T::Err| EntryError { entry: entry.to_owned(), why: why.into() })
        })
        .collect()
}

impl<T> Deref for List<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T> Deref for Lines<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

/// An entry of a list that is not what its place asks for.
#[derive(Debug)]
pub struct EntryError {
    entry: String,
    why: Box<dyn Error + Send + Sync>,
}

impl fmt::Display for EntryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = self.why.to_string();
        // The words of the trade quote what they refuse; others do not.
        if why.contains('`') { f.write_str(&why) } else { write!(f, "entry `{}`: {why}", self.entry) }
    }
}

impl Error for EntryError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_may_be_written_in_a_line_or_in_lines() {
        let list: List = " a, b\n\n- c,\r\n d ".parse().unwrap();
        assert_eq!(list.0, ["a", "b", "- c", "d"]);
    }

    #[test]
    fn lines_keep_their_commas() {
        let lines: Lines = "a=1,2\n\n b=3 \n".parse().unwrap();
        assert_eq!(lines.0, ["a=1,2", "b=3"]);
    }

    #[test]
    fn a_bad_entry_is_named() {
        let error = "1,x".parse::<List<u8>>().unwrap_err();
        assert_eq!(error.to_string(), "entry `x`: invalid digit found in string");
        let error = "acme/a,acme".parse::<List<domain::RepoName>>().unwrap_err();
        assert_eq!(error.to_string(), "`acme` is not a repository name: write it as `owner/name`");
    }
}
