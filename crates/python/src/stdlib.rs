//! The modules of Python's standard library, version by version.
//!
//! The names are those of `sys.stdlib_module_names` as ruff keeps them, private modules (`_ctypes`) included;
//! the tests compare them with the interpreters at hand.

use ruff_python_stdlib::sys::is_known_standard_library;

use crate::version::{PythonRange, PythonVersion};

/// The versions that the table tells apart.
const OLDEST: u8 = 8;
const NEWEST: u8 = 14;

/// Whether a top-level module belongs to the standard library of a version, on some platform.
///
/// Versions beyond the table are answered as its nearest one.
#[must_use]
pub fn contains(module: &str, version: PythonVersion) -> bool {
    // the table leaves out the one module that is no more than a directive to the compiler
    let known = |minor| module == "__future__" || is_known_standard_library(minor, module);
    version.major == 3 && known(version.minor.clamp(OLDEST, NEWEST))
}

/// The versions whose standard library has a module: for `distutils` those before 3.12. Nothing if none has it.
#[must_use]
pub fn versions(module: &str) -> Option<PythonRange> {
    let has = |minor: &u8| contains(module, PythonVersion::three(*minor));
    let first = (OLDEST..=NEWEST).find(has)?;
    let last = (OLDEST..=NEWEST).rfind(has)?;
    Some(PythonRange {
        from: (first > OLDEST).then_some(PythonVersion::three(first)),
        until: (last < NEWEST).then_some(PythonVersion::three(last + 1)),
    })
}
