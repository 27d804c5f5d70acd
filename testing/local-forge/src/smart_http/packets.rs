//! The packets of a push: its commands, and the report of one that was refused.
//!
//! See <https://git-scm.com/docs/pack-protocol#_reference_update_request_and_packfile_transfer>.

use http::{HeaderValue, header};
use loopback::Response;

use crate::effects::push::RefChange;

/// The commands at the head of a push: `<old> <new> <ref>`, the first with capabilities behind a NUL.
pub(super) fn pushed_refs(mut body: &[u8]) -> Vec<RefChange> {
    let mut changes = Vec::new();
    while let Some(length) = body.get(..4).and_then(|digits| std::str::from_utf8(digits).ok()) {
        let length = usize::from_str_radix(length, 16).unwrap_or(0);
        let Some(line) = body.get(4..length) else { break };
        body = &body[length..];
        let line = String::from_utf8_lossy(line);
        let command = line.split('\0').next().unwrap_or_default().trim_end();
        let mut fields = command.splitn(3, ' ');
        if let (Some(old), Some(new), Some(name)) = (fields.next(), fields.next(), fields.next()) {
            changes.push(RefChange { name: name.to_owned(), old: old.to_owned(), new: new.to_owned() });
        }
    }
    changes
}

/// Whether the client asked for answers in side bands, among the capabilities of its first command.
pub(super) fn asks_for_side_bands(body: &[u8]) -> bool {
    let length =
        body.get(..4).and_then(|digits| usize::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
    let first = length.and_then(|length| body.get(4..length)).map(String::from_utf8_lossy);
    first.is_some_and(|line| line.split('\0').nth(1).is_some_and(|asked| asked.contains("side-band")))
}

/// The report of a push that was refused as a whole, in side band 1 or bare, since a forge's pre-receive hook takes all or none.
pub(super) fn report(asked: &[RefChange], refused: &[(String, String)], in_side_band: bool) -> Response {
    let mut status = packet(b"unpack ok\n");
    for change in asked {
        let reason = refused
            .iter()
            .find(|(name, _)| *name == change.name)
            .map_or("pre-receive hook declined", |(_, reason)| reason);
        status.extend(packet(format!("ng {} {reason}\n", change.name).as_bytes()));
    }
    status.extend(b"0000");
    if in_side_band {
        let mut band = vec![1];
        band.extend(status);
        status = packet(&band);
        status.extend(b"0000");
    }
    let mut response = Response::new(status.into());
    let kind = HeaderValue::from_static("application/x-git-receive-pack-result");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

/// A payload behind its length.
pub(super) fn packet(payload: &[u8]) -> Vec<u8> {
    let mut packet = format!("{:04x}", payload.len() + 4).into_bytes();
    packet.extend(payload);
    packet
}
