//! Distributions that are installed while an image is built.

use std::sync::Arc;

use text::Span;

use super::Image;
use super::files::{BuildContext, CopyFrom};
use super::origin::Origin;
use super::paths::absolute;
use super::presence::Presence;
use crate::shell::{Executed, Field, Options, Program};

/// A command that installs Python distributions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Install {
    /// With what.
    pub installer: Installer,
    /// The distributions, as they are asked for: names with versions, paths, URLs. Variables are replaced by what they
    /// are in a build without arguments; where a condition decides, all that they may be are listed.
    pub requirements: Vec<Field>,
    /// Files that list distributions (`-r`).
    pub files: Vec<Field>,
    /// Those files by their paths in the image, in the same order; none where they cannot be told.
    pub paths: Vec<Option<String>>,
    /// Files that only limit versions (`-c`).
    pub constraints: Vec<Field>,
    /// The script that the command stands in; none for the Dockerfile.
    pub file: Option<Arc<str>>,
    /// The command.
    pub span: Span,
    /// Whether a condition decides if it runs.
    pub conditional: bool,
    /// Whether it is left out when build arguments have their defaults.
    pub skipped: bool,
    /// What its `RUN` binds into the file system.
    binds: Arc<[Bind]>,
    /// How much was copied before it.
    copies: usize,
}

/// Something of elsewhere that a `RUN` sees: `--mount=type=bind`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bind {
    /// What is seen, without a slash at either end; empty for all there is.
    pub(super) source: String,
    /// Where it is seen.
    pub(super) target: String,
    /// Where it lies.
    pub(super) from: CopyFrom,
    /// The flag.
    pub(super) span: Span,
}

/// What installs Python distributions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Installer {
    /// `pip install`
    Pip,
    /// `uv pip install` and `uv pip sync`
    Uv,
}

/// <https://pip.pypa.io/en/stable/cli/pip_install/>, and what `uv` has beside it.
const INSTALL: Options = Options {
    valued: "rcetifCpbo",
    long_valued: &[
        "requirement",
        "requirements",
        "constraint",
        "constraints",
        "build-constraint",
        "override",
        "overrides",
        "editable",
        "target",
        "platform",
        "python-version",
        "python-platform",
        "python",
        "implementation",
        "abi",
        "prefix",
        "root",
        "src",
        "upgrade-strategy",
        "upgrade-package",
        "reinstall-package",
        "refresh-package",
        "index-url",
        "extra-index-url",
        "index",
        "default-index",
        "index-strategy",
        "find-links",
        "no-binary",
        "only-binary",
        "progress-bar",
        "root-user-action",
        "report",
        "config-settings",
        "config-setting",
        "global-option",
        "build-option",
        "log",
        "proxy",
        "retries",
        "timeout",
        "exists-action",
        "trusted-host",
        "allow-insecure-host",
        "cert",
        "client-cert",
        "cache-dir",
        "group",
        "extra",
        "prerelease",
        "resolution",
        "exclude-newer",
        "link-mode",
        "use-feature",
        "use-deprecated",
        "keyring-provider",
        "uploaded-prior-to",
    ],
    mixed: true,
};

/// Options of Python, and of the installers, before the word that says what to do.
const BEFORE: Options = Options { mixed: false, ..INSTALL };
const PYTHON: Options = Options { valued: "mcWX", long_valued: &["check-hash-based-pycs"], mixed: false };

impl Install {
    /// What a command installs; none where it does not.
    pub(super) fn of(
        command: &Executed,
        program: &Program,
        binds: &Arc<[Bind]>,
        copies: usize,
    ) -> Option<Self> {
        let (installer, arguments) = installer(&program.argv)?;
        let given = INSTALL.read(&arguments);
        let values = |names: &[&str]| -> Vec<Field> {
            let options = given.options.iter().filter(|(name, _)| names.contains(&name.as_str()));
            options.filter_map(|(_, value)| value.clone()).collect()
        };
        // Nothing is installed, or where nothing finds it.
        if given.has(&["dry-run", "t", "target"]) {
            return None;
        }
        let files = values(&["r", "requirement", "requirements"]);
        let mut requirements: Vec<Field> = given.operands.iter().flat_map(possible).collect();
        requirements.extend(values(&["e", "editable"]));
        let path = |field: &Field| {
            let path = field.text.as_deref()?;
            match &command.directory {
                _ if path.starts_with('/') => Some(absolute("/", path)),
                Some(directory) => Some(absolute(directory, path)),
                None => None,
            }
        };
        let paths = files.iter().map(path).collect();
        let constraints = values(&["c", "constraint", "constraints"]);
        let Executed { span, conditional, skipped, .. } = *command;
        let (file, binds) = (command.file.clone(), Arc::clone(binds));
        Some(Self {
            installer,
            requirements,
            files,
            paths,
            constraints,
            file,
            span,
            conditional,
            skipped,
            binds,
            copies,
        })
    }

    /// Where the files that list distributions come from, in the order of [`Install::paths`]: what is copied later is
    /// not there yet, and what its `RUN` mounts is.
    #[must_use]
    pub fn origins(&self, image: &Image, context: &dyn BuildContext) -> Vec<Origin> {
        let origin = |path: &Option<String>| match path {
            Some(path) => image.files.origin_seen(&self.binds, self.copies, path, context),
            None => Origin::Unknown,
        };
        self.paths.iter().map(origin).collect()
    }
}

impl Install {
    /// Whether a file that a list includes by `relative` is evidently not there when the command runs.
    #[must_use]
    pub fn lacks_beside(
        &self,
        list: usize,
        relative: &str,
        image: &Image,
        context: &dyn BuildContext,
    ) -> bool {
        let Some(Some(list)) = self.paths.get(list) else { return false };
        let folder = list.rsplit_once('/').map_or("", |(folder, _)| folder);
        let path = absolute(if folder.is_empty() { "/" } else { folder }, relative);
        image.files.origin_seen(&self.binds, self.copies, &path, context) == Origin::Unknown
            && image.presence(&path, context) != Presence::Doubtful
    }
}

/// What a word may stand for: each of its candidates, or itself.
fn possible(field: &Field) -> Vec<Field> {
    if field.candidates.is_empty() {
        return vec![field.clone()];
    }
    let split = |text: &String| -> Vec<String> {
        if field.elastic { text.split_whitespace().map(str::to_owned).collect() } else { vec![text.clone()] }
    };
    let is_asked = |text: &String| !text.is_empty() && !text.starts_with('-');
    let texts = field.candidates.iter().flat_map(split).filter(is_asked);
    texts.map(|text| Field::known(text, field.span)).collect()
}

/// The installer that a command line starts, and what it is given after `install`.
fn installer(argv: &[Field]) -> Option<(Installer, Vec<Field>)> {
    let name = base_name(argv.first()?)?;
    if is_versioned(name, "pip") {
        let arguments = after(&argv[1..], &["install"])?;
        return Some((Installer::Pip, arguments));
    }
    if name == "uv" {
        let arguments = BEFORE.read(&argv[1..]).operands;
        arguments.first().filter(|word| word.is("pip"))?;
        let sync = after(&arguments[1..], &["sync"]);
        if let Some(files) = sync {
            // What `sync` is given are files that list distributions.
            let dash = |field: Field| [Field::known("-r", field.span), field];
            return Some((Installer::Uv, files.into_iter().flat_map(dash).collect()));
        }
        return Some((Installer::Uv, after(&arguments[1..], &["install"])?));
    }
    if is_versioned(name, "python") || is_versioned(name, "pypy") {
        let given = PYTHON.read(&argv[1..]);
        // `-m` takes the rest of the command line; a module may also be attached to it.
        let module = given.value(&["m"])?;
        let mut rest = vec![module.clone()];
        rest.extend(given.operands.clone());
        return installer(&rest);
    }
    None
}

fn after(arguments: &[Field], words: &[&str]) -> Option<Vec<Field>> {
    let operands = BEFORE.read(arguments).operands;
    let first = operands.first()?;
    words.iter().any(|word| first.is(word)).then(|| operands[1..].to_vec())
}

fn base_name(field: &Field) -> Option<&str> {
    field.text.as_deref()?.rsplit('/').next()
}

/// `pip`, `pip3`, `pip3.11`.
fn is_versioned(name: &str, program: &str) -> bool {
    name.strip_prefix(program)
        .is_some_and(|version| version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'))
}
