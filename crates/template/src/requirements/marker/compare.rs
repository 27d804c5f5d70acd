//! The comparisons of a marker.

use std::str::FromStr;

use domain::PackageVersion;
use pep440_rs::VersionSpecifier;

use super::{Interpreter, Truth};

/// As many patch releases of a minor version as are looked at; there are fewer.
const PATCHES: u8 = 30;

/// One side of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operand<'text> {
    Value(&'text str),
    Variable(Variable),
}

/// What a marker can ask for, by what is known of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Variable {
    /// The same in every image.
    Known(&'static str),
    /// Python's version up to the minor release.
    Version,
    /// Python's version down to the patch release.
    FullVersion,
    /// The processor.
    Machine,
    /// The kernel's release and version.
    Kernel,
    /// The extra that is asked for; pip asks for none.
    Extra,
}

impl Operand<'_> {
    /// A variable by its name, PEP 345's names included.
    pub(super) fn variable(name: &str) -> Option<Self> {
        Some(Self::Variable(match name {
            "os_name" | "os.name" => Variable::Known("posix"),
            "sys_platform" | "sys.platform" => Variable::Known("linux"),
            "platform_system" => Variable::Known("Linux"),
            "platform_python_implementation" | "platform.python_implementation" | "python_implementation" => {
                Variable::Known("CPython")
            }
            "implementation_name" => Variable::Known("cpython"),
            "python_version" => Variable::Version,
            "python_full_version" | "implementation_version" => Variable::FullVersion,
            "platform_machine" | "platform.machine" => Variable::Machine,
            "platform_release" | "platform_version" | "platform.version" => Variable::Kernel,
            "extra" => Variable::Extra,
            _ => return None,
        }))
    }

    /// What it may be; nothing if it may be anything.
    fn values(&self, python: Interpreter) -> Vec<String> {
        match self {
            Self::Value(value) | Self::Variable(Variable::Known(value)) => vec![(*value).to_owned()],
            Self::Variable(Variable::Version) => vec![python.to_string()],
            Self::Variable(Variable::FullVersion) => {
                (0..PATCHES).map(|patch| format!("{python}.{patch}")).collect()
            }
            Self::Variable(Variable::Machine) => vec!["x86_64".to_owned(), "aarch64".to_owned()],
            Self::Variable(Variable::Kernel) => Vec::new(),
            Self::Variable(Variable::Extra) => vec![String::new()],
        }
    }
}

/// Compares, for everything that the sides may be.
///
/// # Errors
/// When the two cannot be compared, which stops pip.
pub(super) fn compare(
    left: &Operand<'_>,
    operator: &str,
    right: &Operand<'_>,
    python: Interpreter,
) -> Result<Truth, String> {
    if matches!((left, right), (Operand::Value(_), Operand::Value(_))) {
        return Err("one side of a comparison must be a variable".to_owned());
    }
    let is_extra = [left, right].contains(&&Operand::Variable(Variable::Extra));
    let mut truth: Option<Truth> = None;
    for left in left.values(python) {
        for right in right.values(python) {
            let (left, right) =
                if is_extra { (normalised(&left), normalised(&right)) } else { (left.clone(), right) };
            let here = Truth::of(holds(&left, operator, &right)?);
            truth = Some(match truth {
                Some(before) if before != here => return Ok(Truth::Sometimes),
                _ => here,
            });
        }
    }
    Ok(truth.unwrap_or(Truth::Sometimes))
}

/// As versions where the right side makes a specifier, as strings otherwise: `packaging` does so, whatever the variable.
fn holds(left: &str, operator: &str, right: &str) -> Result<bool, String> {
    match operator {
        "in" => return Ok(right.contains(left)),
        "not in" => return Ok(!right.contains(left)),
        _ => {}
    }
    if let Ok(specifier) = VersionSpecifier::from_str(&format!("{operator}{right}")) {
        let version = PackageVersion::from_str(left);
        return version
            .map(|version| specifier.contains(&version))
            .map_err(|_| format!("`{left}` is no version"));
    }
    Ok(match operator {
        "==" => left == right,
        "!=" => left != right,
        "<" => left < right,
        "<=" => left <= right,
        ">" => left > right,
        ">=" => left >= right,
        _ => return Err(format!("`{operator}` compares versions, and `{right}` is none")),
    })
}

/// A name as PEP 685 compares it.
fn normalised(name: &str) -> String {
    let words = name.split(['-', '_', '.']).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_ascii_lowercase()
}
