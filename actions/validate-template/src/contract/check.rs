//! Whether templates can be judged by what a contract says.

use domain::ProjectName;
use python::PythonVersion;

use super::{Contract, ContractError};

impl Contract {
    /// Refuses values by which every template, or none, would be found wanting.
    pub(super) fn refuse_nonsense(&self, name: &str) -> Result<(), ContractError> {
        let refused = |field, value: &str, wanted| {
            Err(ContractError::Invalid { name: name.to_owned(), field, value: value.to_owned(), wanted })
        };
        if self.schema_version < 1 {
            return refused("schema-version", &self.schema_version.to_string(), "1 or higher");
        }
        if self.image.python.parse::<PythonVersion>().is_err() {
            return refused("image.python", &self.image.python, "a version such as `3.11`");
        }
        if self.runtime.distribution.parse::<ProjectName>().is_err() {
            return refused("runtime.distribution", &self.runtime.distribution, "the name of a project");
        }
        let words = [
            ("image.base", &self.image.base),
            ("image.user", &self.image.user),
            ("image.entrypoint", &self.image.entrypoint),
            ("image.version-argument", &self.image.version_argument),
            ("runtime.package", &self.runtime.package),
            ("adapter.file", &self.adapter.file),
            ("adapter.module", &self.adapter.module),
            ("adapter.base-class", &self.adapter.base_class),
            ("adapter.attribute", &self.adapter.attribute),
        ];
        let is_word = |text: &str| !text.is_empty() && !text.contains(char::is_whitespace);
        match words.iter().find(|(_, text)| !is_word(text)) {
            Some((field, text)) => refused(field, text, "one word"),
            None => Ok(()),
        }
    }
}
