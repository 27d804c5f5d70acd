//! `runtime-package.toml`: what a package is made of.
//!
//! Every list is closed: what is on disk and in no list stops the build, and so does what is listed and not on
//! disk ([`drift`](crate::drift)). A key that is not known is an error too, since a misspelt key that is passed
//! over is a setting that silently does not hold.

mod error;
mod index;
mod marker;
mod pattern;
mod project;
mod proving;
mod smoke;
mod source;
mod standalone;
mod words;

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use toml::Spanned;

pub use error::{ManifestError, Position};
pub use index::{Index, Mirror, MirrorHistory};
pub use marker::Installed;
pub use pattern::Pattern;
pub use project::{
    Classifier, CommandName, Dependency, Keyword, LicenseExpression, Line, Project, RequiresPython,
};
pub use proving::Proving;
pub use smoke::Smoke;
pub use source::{Listed, Source};
pub use standalone::{Layout, StandaloneManifest};
pub use words::{Identifier, InvalidWord, ModuleName, ObjectReference, ProjectName};

use crate::path::TreePath;
use source::RawSource;
use standalone::{LayoutName, layout_name};
use words::deserialized_from_str;

/// The name that a manifest has in a repository.
pub const MANIFEST_NAME: &str = "runtime-package.toml";

/// What a package is made of: the parsed `runtime-package.toml` of the layout `monorepo`.
///
/// Paths in it are relative to the folder that the manifest lies in.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// The two names of the package.
    pub package: Package,
    /// Where its modules come from, and which they are.
    pub source: Source,
    /// What the index is told of it.
    pub project: Project,
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

/// The two names of a package.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Package {
    /// The name on the index: `molecule-ai-workspace-runtime`.
    pub name: ProjectName,
    /// The name in import statements: `molecule_runtime`; none of the standard library, which would win or be hidden.
    #[serde(deserialize_with = "import_package")]
    pub import_package: Identifier,
}

/// Reads the name of a package that can be imported beside Python's own modules.
fn import_package<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Identifier, D::Error> {
    struct ImportPackage(Identifier);

    impl std::str::FromStr for ImportPackage {
        type Err = InvalidWord;

        fn from_str(text: &str) -> Result<Self, InvalidWord> {
            if python::stdlib::versions(text).is_some() {
                let rule = "it is a module of Python's standard library: choose another name";
                return Err(InvalidWord::new(text, "the name of an import package", rule));
            }
            text.parse().map(Self)
        }
    }

    words::from_str(deserializer).map(|ImportPackage(name)| name)
}

/// A distribution by its normalised name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Distribution(String);

impl Distribution {
    /// The normalised name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for Distribution {
    type Err = InvalidWord;

    fn from_str(text: &str) -> Result<Self, InvalidWord> {
        Ok(Self(text.parse::<ProjectName>()?.normalised().to_owned()))
    }
}

deserialized_from_str!(Distribution);

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawManifest {
    package: Package,
    source: RawSource,
    project: Project,
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

impl Manifest {
    /// Reads a manifest of the layout `monorepo`; [`Layout::parse`] reads either.
    ///
    /// # Errors
    /// When the text is not TOML, has an unknown key, lacks one, holds a value that is not what its place asks
    /// for, or contradicts itself. The first such place is told, by line and column.
    pub fn parse(text: &str) -> Result<Self, ManifestError> {
        if let Some(named) = layout_name(text).filter(|named| *named.get_ref() == LayoutName::Standalone) {
            let message = "the layout is `standalone`, and here a folder of bare modules is wanted";
            return Err(ManifestError::at(named.span().start, text, message));
        }
        let raw: RawManifest = toml::from_str(text).map_err(|error| ManifestError::of_toml(&error, text))?;
        wants_others_only(&raw, text)?;
        let source = raw.source.checked(&raw.package.import_package, text)?;
        Ok(Self {
            package: raw.package,
            source,
            project: raw.project,
            import_names: raw.import_names,
            proof: raw.proof,
            smoke: raw.smoke,
            index: raw.index,
            mirror: raw.mirror,
        })
    }

    /// The files beside the source folder that a build reads: licences, and the readme if there is one.
    pub fn extra_files(&self) -> impl Iterator<Item = &TreePath> {
        self.project.license_files.iter().chain(&self.project.readme)
    }
}

/// Refuses a package that depends on itself, which no installer could hold against the one that it installs.
fn wants_others_only(manifest: &RawManifest, text: &str) -> Result<(), ManifestError> {
    #[derive(Deserialize)]
    struct Outline {
        project: Places,
    }
    #[derive(Deserialize)]
    struct Places {
        dependencies: Vec<Spanned<String>>,
    }

    let own = manifest.package.name.normalised();
    let Some(itself) = manifest.project.dependencies.iter().position(|one| one.distribution() == own) else {
        return Ok(());
    };
    let places = toml::from_str(text).map(|outline: Outline| outline.project.dependencies);
    let at = places.ok().and_then(|places| Some(places.get(itself)?.span().start)).unwrap_or_default();
    Err(ManifestError::at(
        at,
        text,
        format!("`{own}` cannot depend on itself: remove it from `dependencies`"),
    ))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WHOLE: &str = include_str!("../../tests/data/manifest.toml");

    fn error(text: &str) -> String {
        Manifest::parse(text).unwrap_err().to_string()
    }

    /// The whole manifest with the first `from` replaced by `to`, and where that was.
    fn with(from: &str, to: &str) -> String {
        assert!(WHOLE.contains(from), "{from}");
        WHOLE.replacen(from, to, 1)
    }

    #[test]
    fn a_whole_manifest_is_read() {
        let manifest = Manifest::parse(WHOLE).unwrap();
        assert_eq!(manifest.package.name.as_str(), "acme-runtime");
        assert_eq!(manifest.source.modules.len(), 2);
        assert_eq!(manifest.project.dependencies.len(), 2);
        assert_eq!(manifest.import_names.keys().next().unwrap().as_str(), "acme-wire");
        assert_eq!(manifest.smoke.commands[0], ["acme", "--help"]);
        assert_eq!(
            manifest.extra_files().map(TreePath::as_str).collect::<Vec<_>>(),
            ["LICENSE", "docs/intro.md"]
        );
    }

    #[test]
    fn what_is_wrong_is_told_by_line_and_column() {
        for (from, to, told) in [
            ("import-package =", "import_package =", "line 3, column 1: unknown field `import_package`"),
            ("\"config\"", "3", "line 8, column 5: invalid type: integer `3`, expected a string"),
            ("\"config\"", "\"my-tool\"", "line 8, column 5: `my-tool` is not a Python name"),
            ("\"main\"", "\"config\"", "line 9, column 5: `config` is listed twice, first in line 8"),
            ("\"main\"", "\"adapters\"", "line 11, column 16: `adapters` is listed twice, first in line 9"),
            ("\"main\"", "\"acme_runtime\"", "line 9, column 5: `acme_runtime` is the import package itself"),
            ("\"main\"", "\"__init__\"", "line 9, column 5: `__init__` needs no entry"),
            ("\"workspace\"", "\"../workspace\"", "line 6, column 10: `../workspace` cannot be packaged"),
            ("\"MIT\"", "\"BSL-1.1\"", "column 11: `BSL-1.1` is not an SPDX license expression"),
            ("\"httpx>=0.27\"", "\"httpx>>1\"", "`httpx>>1` is not a dependency"),
            (
                "\"httpx>=0.27\"",
                "\"httpx @ https://x.example/h.whl\"",
                "an index refuses a dependency by URL",
            ),
            ("\">=3.11\"", "\"3.11\"", "is not a range of Python versions"),
            ("acme_runtime.main:main\"", "acme_runtime.main\"", "write it as `module:attribute`"),
            ("[smoke]", "[smoke]\nimport = []", "unknown field `import`"),
            (
                "\"acme_runtime\"",
                "\"json\"",
                "line 3, column 18: `json` is not the name of an import package: it is a module of Python's standard",
            ),
            (
                "\"httpx>=0.27\"",
                "\"Acme_Runtime[fast]>=1\"",
                "line 24, column 17: `acme-runtime` cannot depend on itself",
            ),
            (
                "[\"LICENSE\"]",
                "[]",
                "line 21, column 17: it is empty: name the file that holds the license's text",
            ),
            (
                "\">=3.11\"",
                "\"<3\"",
                "line 19, column 19: `<3` is not a range of Python versions: it allows no",
            ),
            ("[project]", "[project", "line 16"),
        ] {
            let told_instead = error(&with(from, to));
            assert!(told_instead.contains(told), "{from} → {to}: {told_instead}");
        }
        assert!(error("").contains("missing field `package`"));
    }

    #[test]
    fn molecules_own_manifest_is_read() {
        let manifest =
            Manifest::parse(include_str!("../../../../examples/molecule/runtime-package.toml")).unwrap();
        assert_eq!(manifest.package.name.as_str(), "molecule-ai-workspace-runtime");
        assert_eq!(manifest.package.import_package.as_str(), "molecule_runtime");
        assert_eq!(
            manifest.project.scripts.values().next().unwrap().to_string(),
            "molecule_runtime.main:main_sync"
        );
        assert_eq!(manifest.index.environment.as_deref(), Some("pypi-publish"));
        for left_out in ["lib", "tests", "adapters/tests", "__pycache__", "molecule_audit", "scripts"] {
            assert!(manifest.source.excludes_folder(left_out), "{left_out}");
        }
        assert!(!manifest.source.excludes_folder("adapters/lib"), "only the top's");
    }

    proptest! {
        #[test]
        fn a_damaged_manifest_is_read_or_refused_at_a_place_that_it_has(from in 0..WHOLE.len(), cut in 0_usize..40, by in "\\PC{0,6}") {
            let until = (from + cut).min(WHOLE.len());
            let text = format!("{}{by}{}", &WHOLE[..from], &WHOLE[until..]);
            if let Err(error) = Manifest::parse(&text) {
                prop_assert!(error.at.line <= text.lines().count() + 1, "{}", error);
            }
        }
    }

    #[test]
    fn a_column_counts_characters_and_not_bytes() {
        let text = with("folder = \"workspace\"", "folder = \"ü\", x = 1");
        assert!(error(&text).starts_with("line 6, column 13"), "{}", error(&text));
    }
}
