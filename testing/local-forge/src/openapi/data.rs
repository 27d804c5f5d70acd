//! Where the descriptions lie.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The folder of an npm package among the test data (`@octokit/openapi`).
#[must_use]
pub fn package(name: &str) -> PathBuf {
    #[expect(clippy::disallowed_methods, reason = "tests are told by it where their data is, no program is")]
    let told = std::env::var_os("RUNTIME_ACTIONS_TEST_DATA");
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    told.map_or_else(|| workspace.join("target/test-data"), PathBuf::from).join("npm").join(name)
}

/// Whether a package is there. Says so once, loudly, when it is not: on the process's own standard error,
/// which a test runner does not capture.
#[must_use]
pub fn is_there(name: &'static str) -> bool {
    static MISSING: Mutex<BTreeSet<&str>> = Mutex::new(BTreeSet::new());
    let folder = package(name);
    if folder.join("package.json").is_file() {
        return true;
    }
    if MISSING.lock().unwrap_or_else(PoisonError::into_inner).insert(name) {
        // Whoever has closed standard error does not want to know.
        let _unheard = writeln!(
            std::io::stderr(),
            "NOTICE: TESTS AGAINST `{name}` ARE SKIPPED, IT IS NOT IN `{}`: RUN `cargo xtask test`, WHICH FETCHES IT",
            folder.display()
        );
    }
    false
}
