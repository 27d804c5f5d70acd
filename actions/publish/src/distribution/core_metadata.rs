//! Core metadata, read out of an archive.
//!
//! <https://packaging.python.org/en/latest/specifications/core-metadata/>

/// The core metadata of a distribution: the fields as they are written, and the description.
///
/// The format looks like the headers of an e-mail and is not: it is UTF-8 throughout, knows no encoded words and
/// keeps line breaks, so that a parser of e-mails would read some values wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoreMetadata {
    /// Names in lower case, in the order of the file.
    fields: Vec<(String, String)>,
    body: String,
}

/// Why a text is not core metadata.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MetadataError {
    /// It is not UTF-8.
    #[error("it is not UTF-8: byte {0} cannot be read")]
    NotText(usize),
    /// A line among the fields is not one.
    #[error("line {0} is neither a field (`Name: value`) nor the indented continuation of one")]
    NotAField(usize),
    /// A field that must be there is not.
    #[error("the field `{0}` is missing")]
    Missing(&'static str),
    /// A field that can have one value has several.
    #[error("the field `{0}` is there more than once")]
    Repeated(&'static str),
}

impl CoreMetadata {
    /// Reads `METADATA` or `PKG-INFO`.
    ///
    /// # Errors
    /// When the text is not UTF-8 or a line before the first empty one is no field. Whether the fields make
    /// sense is not asked here; see `upload::preflight`.
    pub fn parse(bytes: &[u8]) -> Result<Self, MetadataError> {
        let text = std::str::from_utf8(bytes).map_err(|error| MetadataError::NotText(error.valid_up_to()))?;
        let mut fields: Vec<(String, String)> = Vec::new();
        let mut rest = text;
        for number in 1.. {
            let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
            let ended = rest.is_empty();
            let bare = line.strip_suffix('\r').unwrap_or(line);
            rest = after;
            if ended || bare.is_empty() {
                break;
            }
            if bare.starts_with([' ', '\t']) {
                let (_, value) = fields.last_mut().ok_or(MetadataError::NotAField(number))?;
                value.push('\n');
                value.push_str(bare);
                continue;
            }
            let (name, value) = bare.split_once(':').ok_or(MetadataError::NotAField(number))?;
            if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err(MetadataError::NotAField(number));
            }
            fields.push((name.to_ascii_lowercase(), value.trim_start_matches([' ', '\t']).to_owned()));
        }
        Ok(Self { fields, body: rest.to_owned() })
    }

    /// Every value of a field, in the order of the file; `name` is in lower case.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// The value of a field that is there at most once; the first one where it is there again.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// The value of a field that must be there exactly once; `name` is in lower case.
    pub fn one(&self, name: &'static str) -> Result<&str, MetadataError> {
        let mut values =
            self.fields.iter().filter(|(field, _)| field == name).map(|(_, value)| value.as_str());
        match (values.next(), values.next()) {
            (Some(value), None) => Ok(value),
            (None, _) => Err(MetadataError::Missing(name)),
            (Some(_), Some(_)) => Err(MetadataError::Repeated(name)),
        }
    }

    /// The names of the fields, in lower case and in the order of the file; a repeated one comes repeatedly.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|(name, _)| name.as_str())
    }

    /// The long description: what follows the fields, or the field `Description` of old.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        if self.body.is_empty() { self.get("description") } else { Some(&self.body) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str = "Metadata-Version: 2.4\nName: acme-runtime\nVersion: 1.4.0\nClassifier: A :: B\n\
        Classifier: C :: D\nLicense: first\n        second\nSummary: überall: überall\n\n# Acme\n\nName: x\n";

    #[test]
    fn fields_are_found_in_any_case_and_lists_keep_their_order() {
        let metadata = CoreMetadata::parse(TEXT.as_bytes()).unwrap();
        assert_eq!(metadata.one("name"), Ok("acme-runtime"));
        assert_eq!(metadata.all("classifier").collect::<Vec<_>>(), ["A :: B", "C :: D"]);
        assert_eq!(metadata.get("summary"), Some("überall: überall"));
        assert_eq!(metadata.get("license"), Some("first\n        second"));
        assert_eq!(metadata.description(), Some("# Acme\n\nName: x\n"));
    }

    #[test]
    fn windows_line_ends_are_no_part_of_a_value() {
        let metadata = CoreMetadata::parse(b"Name: a\r\nVersion: 1\r\n\r\nText\r\n").unwrap();
        assert_eq!(metadata.one("version"), Ok("1"));
        assert_eq!(metadata.description(), Some("Text\r\n"));
    }

    #[test]
    fn what_is_no_field_is_told_by_its_line() {
        assert_eq!(CoreMetadata::parse(b"Name: a\nVersion\n"), Err(MetadataError::NotAField(2)));
        assert_eq!(CoreMetadata::parse(b" a: b\n"), Err(MetadataError::NotAField(1)));
        assert_eq!(CoreMetadata::parse(b"a b: c\n"), Err(MetadataError::NotAField(1)));
        assert_eq!(CoreMetadata::parse(b"Name: \xff\n"), Err(MetadataError::NotText(6)));
    }

    #[test]
    fn a_field_of_one_value_is_there_exactly_once() {
        let metadata = CoreMetadata::parse(b"Name: a\nName: b\n").unwrap();
        assert_eq!(metadata.one("name"), Err(MetadataError::Repeated("name")));
        assert_eq!(metadata.one("version"), Err(MetadataError::Missing("version")));
        assert_eq!(metadata.description(), None);
    }

    proptest! {
        #[test]
        fn no_bytes_break_the_parser(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = CoreMetadata::parse(&bytes);
        }

        #[test]
        fn what_is_written_as_a_field_is_read_back(values in proptest::collection::vec("[^\\s\\p{Cc}]([^\\p{Cc}]{0,20}[^\\s\\p{Cc}])?", 1..6), body in "\\PC{0,40}") {
            let mut text = String::new();
            for value in &values {
                text.push_str("Classifier: ");
                text.push_str(value);
                text.push('\n');
            }
            let metadata = CoreMetadata::parse(format!("{text}\n{body}").as_bytes()).unwrap();
            prop_assert_eq!(metadata.all("classifier").collect::<Vec<_>>(), values);
            prop_assert_eq!(metadata.description().unwrap_or_default(), body);
        }
    }
}
