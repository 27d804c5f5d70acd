//! What variables stand for while an image is built.

use std::collections::BTreeMap;

use text::Span;

use crate::dockerfile::expand::Variables;
use crate::shell::Value;

/// How long a value may be that is kept; no template comes near it.
const LONGEST: usize = 1 << 13;

/// Of how many build arguments a value is told to come.
const MOST_CARRIED: usize = 8;

/// What a name is bound to at some point of a build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// Its value; none where it cannot be told, and where it has none.
    pub value: Option<String>,
    /// Whether it has a value: `ARG name` alone has none until a build gives it one.
    pub is_set: bool,
    /// What binds it.
    pub kind: BindingKind,
    /// The build arguments that its value comes from; itself, if it is one.
    pub carries: Vec<String>,
    /// The place.
    pub span: Span,
}

/// What binds a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BindingKind {
    /// `ARG`: there while the image is built.
    Argument,
    /// `ENV`: there while it is built and when it runs.
    Environment,
}

impl Binding {
    pub(super) fn new(value: Option<String>, kind: BindingKind, span: Span) -> Self {
        Self {
            value: value.filter(|value| value.len() <= LONGEST),
            is_set: true,
            kind,
            carries: Vec::new(),
            span,
        }
    }

    /// An argument without a value.
    pub(super) const fn unset(span: Span) -> Self {
        Self { value: None, is_set: false, kind: BindingKind::Argument, carries: Vec::new(), span }
    }

    /// The same, with the build arguments that its value comes from.
    pub(super) fn carrying(self, carries: Vec<String>) -> Self {
        Self { carries, ..self }
    }
}

/// The names that are bound at some point.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope {
    bindings: BTreeMap<String, Binding>,
}

impl Scope {
    /// What `BuildKit` defines before the first instruction: <https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope>.
    pub(super) fn predefined() -> Self {
        const NAMES: [(&str, &str); 11] = [
            ("BUILDPLATFORM", "linux/amd64"),
            ("BUILDOS", "linux"),
            ("BUILDOSVERSION", ""),
            ("BUILDARCH", "amd64"),
            ("BUILDVARIANT", ""),
            ("TARGETPLATFORM", "linux/amd64"),
            ("TARGETOS", "linux"),
            ("TARGETOSVERSION", ""),
            ("TARGETARCH", "amd64"),
            ("TARGETVARIANT", ""),
            ("TARGETSTAGE", "default"),
        ];
        let bind = |(name, value): (&str, &str)| {
            (name.to_owned(), Binding::new(Some(value.to_owned()), BindingKind::Argument, Span::default()))
        };
        Self { bindings: NAMES.into_iter().map(bind).collect() }
    }

    pub(super) fn bind(&mut self, name: &str, binding: Binding) {
        self.bindings.insert(name.to_owned(), binding);
    }

    /// The build arguments that the values of some names come from.
    pub(super) fn carried<'n>(&self, names: impl IntoIterator<Item = &'n String>) -> Vec<String> {
        let mut carried: Vec<String> = Vec::new();
        for name in names.into_iter().filter_map(|name| self.get(name)).flat_map(|binding| &binding.carries) {
            if carried.len() < MOST_CARRIED && !carried.contains(name) {
                carried.push(name.clone());
            }
        }
        carried
    }

    pub(super) fn get(&self, name: &str) -> Option<&Binding> {
        self.bindings.get(name)
    }

    /// What a shell sees under a name.
    pub(super) fn shell_value(&self, name: &str) -> Value {
        shell_value(self.get(name), name)
    }
}

/// What a shell sees under a name that is bound so, or not at all.
pub(super) fn shell_value(binding: Option<&Binding>, name: &str) -> Value {
    match binding {
        Some(Binding { value: Some(value), .. }) => Value::Known(value.clone()),
        Some(Binding { is_set: false, .. }) => Value::Unset,
        Some(Binding { value: None, .. }) => Value::Unknown,
        None if is_from_outside(name) => Value::Unknown,
        None => Value::Unset,
    }
}

/// Names that the base image, the container's engine or the shell itself bind.
fn is_from_outside(name: &str) -> bool {
    matches!(
        name,
        "PATH"
            | "HOME"
            | "HOSTNAME"
            | "PWD"
            | "OLDPWD"
            | "UID"
            | "EUID"
            | "USER"
            | "PPID"
            | "RANDOM"
            | "LANG"
            | "SECONDS"
            | "LINENO"
            | "SHLVL"
            | "IFS"
            | "BASH"
            | "BASH_SOURCE"
            | "BASH_VERSION"
            | "GPG_KEY"
            | "PYTHON_VERSION"
            | "PYTHON_SHA256"
            | "TERM"
    )
}

impl Variables for Scope {
    fn value(&self, name: &str) -> Option<String> {
        // A value that cannot be told is as good as none: what it is part of is not told either.
        self.get(name).and_then(|binding| binding.value.clone())
    }
}
