//! The version that a pyproject.toml holds. <https://packaging.python.org/en/latest/specifications/pyproject-toml/>

use domain::{NoTagVersion, PackageVersion, TagVersion, tag_version};

/// Why a file tells no version that could be tagged.
#[derive(Debug, thiserror::Error)]
pub enum VersionFileError {
    /// Not UTF-8.
    #[error("it is not UTF-8")]
    NotText(#[from] std::string::FromUtf8Error),
    /// Not TOML.
    #[error("it is not TOML")]
    NotToml(#[from] toml::de::Error),
    /// The version is made at build time.
    #[error("its version is dynamic: it lists `version` under `project.dynamic`")]
    Dynamic,
    /// There is none.
    #[error("it has neither `project.version` nor `tool.poetry.version` as a text")]
    None,
    /// No version by PEP 440.
    #[error("`{0}` is no version by PEP 440")]
    NotAVersion(String),
    /// A version that no tag can name.
    #[error(transparent)]
    NoTag(#[from] NoTagVersion),
}

/// The version in a pyproject.toml, as a tag names it.
///
/// # Errors
/// When there is none, or none that a tag can name.
pub fn version_of(pyproject: Vec<u8>) -> Result<TagVersion, VersionFileError> {
    let table: toml::Table = String::from_utf8(pyproject)?.parse()?;
    let at = |path: [&str; 2]| table.get(path[0])?.get(path[1]);
    let dynamic = at(["project", "dynamic"]).and_then(toml::Value::as_array);
    if dynamic.is_some_and(|names| names.iter().any(|name| name.as_str() == Some("version"))) {
        return Err(VersionFileError::Dynamic);
    }
    let poetry = || at(["tool", "poetry"])?.get("version");
    let text = at(["project", "version"])
        .or_else(poetry)
        .and_then(toml::Value::as_str)
        .ok_or(VersionFileError::None)?;
    let version: PackageVersion = text.parse().map_err(|_| VersionFileError::NotAVersion(text.to_owned()))?;
    Ok(tag_version(&version)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<TagVersion, VersionFileError> {
        version_of(text.as_bytes().to_vec())
    }

    #[test]
    fn the_version_is_found_in_either_place() {
        assert_eq!(read("[project]\nname = 'a'\nversion = '1.4'").unwrap(), TagVersion::new(1, 4, 0));
        assert_eq!(read("[tool.poetry]\nversion = '1.4.2'").unwrap(), TagVersion::new(1, 4, 2));
        assert_eq!(read("[project]\nversion = '1.4.0rc2'").unwrap(), "1.4.0-rc.2".parse().unwrap());
    }

    #[test]
    fn what_tells_no_version_says_why() {
        for (text, why) in [
            ("[project]\ndynamic = ['version']", "dynamic"),
            ("[project]\nname = 'a'", "neither"),
            ("[project]\nversion = 3", "neither"),
            ("[project]\nversion = 'one'", "PEP 440"),
            ("[project]\nversion = '1.0.post1'", "post release"),
            ("[project", "not TOML"),
        ] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains(why), "{text}: {error}");
        }
        assert!(matches!(version_of(vec![0xff]), Err(VersionFileError::NotText(_))));
    }
}
