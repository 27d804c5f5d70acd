//! The ways in which an index goes wrong, as faults besides those of [`Fault`] itself.

use loopback::{Fault, Target};

/// 200 with bytes that are nothing.
#[must_use]
pub fn garbage(target: impl Into<Target>) -> Fault {
    Fault::status(target, 200)
        .header("content-type", "application/octet-stream")
        .body(&b"\x00\xff\x1f garbage"[..])
}

/// 200 with a page for people, as sign-in portals and maintenance modes send.
#[must_use]
pub fn html_for_json(target: impl Into<Target>) -> Fault {
    Fault::status(target, 200)
        .header("content-type", "text/html; charset=utf-8")
        .body("<!DOCTYPE html><html><body><h1>Down for maintenance</h1><a href=\"/login\">Sign in</a></body></html>")
}

/// 429, to be asked again after so many seconds.
#[must_use]
pub fn too_many_requests(target: impl Into<Target>, retry_after: u64) -> Fault {
    Fault::status(target, 429)
        .header("content-type", "text/plain; charset=utf-8")
        .header("retry-after", &retry_after.to_string())
        .body("Too many requests\n")
}
