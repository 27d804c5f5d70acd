//! The rules: one file each, beside its manual page, which is the file's rustdoc and what `explain` prints.

use crate::contract::Contract;
use crate::facts::Facts;
use crate::finding::{Findings, Severity};

/// Whether a template may opt out of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strength {
    /// It may not.
    Hard,
    /// It may, in a comment that says why.
    Soft,
}

impl Strength {
    /// `hard` or `soft`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hard => "hard",
            Self::Soft => "soft",
        }
    }
}

/// Something that every template must satisfy.
pub struct Rule {
    /// Its name: `base-image`. Part of the public contract, since ignores and dashboards name it.
    pub id: &'static str,
    /// How much a breach weighs.
    pub severity: Severity,
    /// Whether a template may opt out.
    pub strength: Strength,
    /// Its manual page, in Markdown.
    pub page: &'static str,
    /// Looks for breaches.
    pub check: fn(&Facts, &Contract, &mut Findings),
}

impl Rule {
    /// The first line of its page: what it asks for.
    #[must_use]
    pub fn summary(&self) -> &'static str {
        self.page.lines().next().unwrap_or_default()
    }

    /// The address of its page.
    #[must_use]
    pub fn link(&self) -> String {
        format!("{}/blob/main/docs/rules/{}.md", env!("CARGO_PKG_REPOSITORY"), self.id)
    }

    /// The rule of a name.
    #[must_use]
    pub fn find(id: &str) -> Option<&'static Self> {
        RULES.iter().find(|rule| rule.id == id).copied()
    }
}

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.id)
    }
}

/// Declares the module of each rule, and the list of all of them.
macro_rules! rules {
    ($($module:ident),* $(,)?) => {
        $(pub(crate) mod $module;)*

        /// Every rule, in the order in which the manual lists them.
        pub const RULES: &[&Rule] = &[$(&$module::RULE),*];
    };
}

pub(crate) use base_image::is_same as is_same_image;
pub(crate) use runtime_installed::applies as is_declared;

/// What somebody may have meant who wrote `word`.
fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // Longer by more than that, no word is near.
    let near = known.filter(|known| word.len().abs_diff(known.len()) * 3 <= known.len());
    let near = near.map(|known| (strsim::damerau_levenshtein(word, known), known));
    near.filter(|(distance, known)| *distance * 3 <= known.len()).min().map(|(_, known)| known)
}

rules![
    readable_files,
    config_file,
    config_syntax,
    required_key,
    key_type,
    optional_key_type,
    schema_version,
    deprecated_schema,
    known_runtime,
    unknown_key,
    ambiguous_yaml,
    something_to_run,
    library_only,
    dockerfile_syntax,
    dockerfile_oddity,
    base_image,
    agent_user,
    version_argument,
    version_in_layer,
    entrypoint,
    entrypoint_form,
    entrypoint_doubt,
    adapter_variable,
    adapter_in_image,
    requirements_syntax,
    requirements_doubt,
    runtime_installed,
    runtime_floor,
    runtime_url,
    adapter_syntax,
    adapter_class,
    adapter_attribute,
    adapter_methods,
    adapter_doubt,
    local_import,
    former_package,
    bare_import,
    ci_caller,
    secret,
    unscanned_file,
    probe_import,
    probe_adapter,
    ignore_reason,
    ignore_effect,
];
