//! Notices that are seen although a test that passes keeps its output to itself.

use std::io::Write as _;

/// Says loudly that a test tested nothing, and why.
pub(crate) fn nothing_was_tested(why: &str) {
    let notice = format!("\nNOTICE: NOTHING WAS TESTED: {why}\n\n");
    // not by a macro: the test harness would keep that
    std::io::stderr().write_all(notice.as_bytes()).unwrap();
}
