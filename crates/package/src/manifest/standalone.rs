//! The two layouts of a source repository, and the manifest of the one that has its own pyproject.toml.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::error::ManifestError;
use super::{Distribution, Index, Manifest, Mirror, ModuleName, Package, Proving, Smoke};

/// A manifest of either layout: `layout` of `[source]` says which, `monorepo` when it says nothing.
#[derive(Debug, Clone)]
pub enum Layout {
    /// A folder of bare modules, which are moved below an import package: everything stands in the manifest.
    Monorepo(Box<Manifest>),
    /// A project that is one already: what it is made of stands in its pyproject.toml.
    Standalone(Box<StandaloneManifest>),
}

/// The manifest of a project that has its own pyproject.toml, beside which it lies.
#[derive(Debug, Clone)]
pub struct StandaloneManifest {
    /// The two names of the package, which what is built must have.
    pub package: Package,
    /// Whether the version of the tag is written into pyproject.toml when it is built, whatever it says there.
    pub stamp: bool,
    /// What distributions are imported as, where the built-in table does not know or is wrong.
    pub import_names: BTreeMap<Distribution, Vec<ModuleName>>,
    /// What the proof is to let pass.
    pub proof: Proving,
    /// What must work once it is installed.
    pub smoke: Smoke,
    /// Where it is published.
    pub index: Index,
    /// Where its source is mirrored to.
    pub mirror: Option<Mirror>,
}

/// The word for a layout.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum LayoutName {
    #[default]
    Monorepo,
    Standalone,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawStandalone {
    package: Package,
    source: RawSource,
    #[serde(default)]
    import_names: BTreeMap<Distribution, Vec<ModuleName>>,
    #[serde(default)]
    proof: Proving,
    #[serde(default)]
    smoke: Smoke,
    #[serde(default)]
    index: Index,
    mirror: Option<Mirror>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawSource {
    #[serde(rename = "layout")]
    _layout: LayoutName,
    #[serde(default)]
    stamp: bool,
}

/// What a manifest names as its layout, if it names one that there is. What else is wrong with the text is found by
/// those who read all of it.
pub(super) fn layout_name(text: &str) -> Option<Spanned<LayoutName>> {
    #[derive(Deserialize)]
    struct Outline {
        source: Source,
    }
    #[derive(Deserialize)]
    struct Source {
        layout: Spanned<LayoutName>,
    }
    toml::from_str::<Outline>(text).ok().map(|outline| outline.source.layout)
}

impl Layout {
    /// Reads a manifest.
    ///
    /// # Errors
    /// As [`Manifest::parse`]; and what stands in pyproject.toml may not stand here too.
    pub fn parse(text: &str) -> Result<Self, ManifestError> {
        match layout_name(text).map(Spanned::into_inner).unwrap_or_default() {
            LayoutName::Monorepo => Manifest::parse(text).map(|manifest| Self::Monorepo(Box::new(manifest))),
            LayoutName::Standalone => {
                StandaloneManifest::parse(text).map(|manifest| Self::Standalone(Box::new(manifest)))
            }
        }
    }

    /// The two names of the package.
    #[must_use]
    pub fn package(&self) -> &Package {
        match self {
            Self::Monorepo(manifest) => &manifest.package,
            Self::Standalone(manifest) => &manifest.package,
        }
    }

    /// What must work once it is installed.
    #[must_use]
    pub fn smoke(&self) -> &Smoke {
        match self {
            Self::Monorepo(manifest) => &manifest.smoke,
            Self::Standalone(manifest) => &manifest.smoke,
        }
    }

    /// Where it is published.
    #[must_use]
    pub fn index(&self) -> &Index {
        match self {
            Self::Monorepo(manifest) => &manifest.index,
            Self::Standalone(manifest) => &manifest.index,
        }
    }
}

impl StandaloneManifest {
    fn parse(text: &str) -> Result<Self, ManifestError> {
        let raw: RawStandalone = toml::from_str(text).map_err(|error| {
            let error = ManifestError::of_toml(&error, text);
            if error.message.starts_with("unknown field") {
                let message = format!(
                    "{}; in the layout `standalone`, pyproject.toml says what the package is made of",
                    error.message
                );
                return ManifestError { message, ..error };
            }
            error
        })?;
        Ok(Self {
            package: raw.package,
            stamp: raw.source.stamp,
            import_names: raw.import_names,
            proof: raw.proof,
            smoke: raw.smoke,
            index: raw.index,
            mirror: raw.mirror,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STANDALONE: &str = "[package]\nname = \"acme-runtime\"\nimport-package = \"acme_runtime\"\n\n\
        [source]\nlayout = \"standalone\"\nstamp = true\n\n[smoke]\nimports = [\"acme_runtime\"]\n";
    const MONOREPO: &str = include_str!("../../tests/data/manifest.toml");

    fn error(text: &str) -> String {
        Layout::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn a_manifest_is_of_a_folder_of_modules_unless_it_says_otherwise() {
        assert!(matches!(Layout::parse(MONOREPO), Ok(Layout::Monorepo(_))));
        let named = MONOREPO.replace("[source]", "[source]\nlayout = \"monorepo\"");
        assert!(matches!(Layout::parse(&named), Ok(Layout::Monorepo(_))));
        let Ok(Layout::Standalone(manifest)) = Layout::parse(STANDALONE) else { panic!("it is standalone") };
        assert!(manifest.stamp);
        assert_eq!(manifest.smoke.imports[0].as_str(), "acme_runtime");
    }

    #[test]
    fn what_pyproject_says_may_not_stand_in_the_manifest_too() {
        for (from, to, told) in [
            ("[smoke]", "[project]\n[smoke]", "line 9, column 2: unknown field `project`"),
            ("stamp = true", "modules = []", "line 7, column 1: unknown field `modules`"),
            ("stamp = true", "folder = \"src\"", "line 7, column 1: unknown field `folder`"),
        ] {
            let told_instead = error(&STANDALONE.replace(from, to));
            assert!(told_instead.contains(told), "{told_instead}");
            assert!(
                told_instead.ends_with("pyproject.toml says what the package is made of"),
                "{told_instead}"
            );
        }
    }

    #[test]
    fn a_layout_that_there_is_not_is_told_by_line_and_column() {
        let told = error(&STANDALONE.replace("standalone", "stand-alone"));
        assert!(told.starts_with("line 6, column 10: unknown variant `stand-alone`"), "{told}");
        let told = error(&STANDALONE.replace("stamp = true", "stamp = \"yes\""));
        assert!(told.starts_with("line 7, column 9: invalid type"), "{told}");
    }

    #[test]
    fn who_wants_a_folder_of_modules_is_told_that_there_is_none() {
        let told = Manifest::parse(STANDALONE).unwrap_err().to_string();
        assert!(told.starts_with("line 6, column 10: the layout is `standalone`"), "{told}");
    }
}
