//! The runner's contract, replayed: each image is run exactly as a runner's host runs a container action, without any
//! runner in between, so that what is left behind can be looked at file by file.

mod cases;
mod host;
mod tls;

use std::path::Path;

use local_forge::Dialect;

use super::{Machine, Tried};
use crate::workspace::Workspace;
use host::Host;

/// Runs every image of `actions` on either host.
pub(super) fn replay(
    machine: &Machine,
    workspace: &Workspace,
    actions: &[&str],
    scratch: &Path,
    tried: &mut Tried<'_>,
) {
    for dialect in [Dialect::GitHub, Dialect::Gitea] {
        let host = Host::new(machine, workspace, dialect, scratch);
        for case in cases::ALL.iter().filter(|case| actions.contains(&case.action)) {
            tried.case(&format!("{dialect}, {}: {}", case.action, case.shows), || (case.run)(&host));
        }
    }
}
