//! What this crate's tests are about: keys, trailers, commits.

use std::num::NonZeroU64;
use std::sync::LazyLock;

use jiff::Timestamp;
use ssh_key::private::{Ed25519Keypair, KeypairData};
use ssh_key::{LineEnding, PrivateKey};

use crate::commit::{Draft, Identity};
use crate::signature::SigningKey;
use crate::trailers::Trailers;
use crate::tree_hash::content_hash;

pub(crate) const TARGET: &str = "github.com/acme/runtime#refs/heads/main";

/// The moment that the tests are at.
pub(crate) fn now() -> Timestamp {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

/// So many seconds before the moment that the tests are at.
pub(crate) fn time(before: i64) -> Timestamp {
    Timestamp::from_second(now().as_second() - before).unwrap()
}

/// A private key in OpenSSH's format, of a seed.
pub(crate) fn private_pem(seed: u8) -> String {
    let pair = KeypairData::from(Ed25519Keypair::from_seed(&[seed; 32]));
    PrivateKey::new(pair, "test").unwrap().to_openssh(LineEnding::LF).unwrap().to_string()
}

/// The keys of the seeds 0 to 3, each read once: unoptimised, that takes time.
pub(crate) fn signing_key(seed: u8) -> &'static SigningKey {
    static KEYS: [LazyLock<SigningKey>; 4] = [
        LazyLock::new(|| SigningKey::parse(&private_pem(0).into()).unwrap()),
        LazyLock::new(|| SigningKey::parse(&private_pem(1).into()).unwrap()),
        LazyLock::new(|| SigningKey::parse(&private_pem(2).into()).unwrap()),
        LazyLock::new(|| SigningKey::parse(&private_pem(3).into()).unwrap()),
    ];
    &KEYS[usize::from(seed)]
}

pub(crate) fn trailers(sequence: u64) -> Trailers {
    Trailers {
        target: TARGET.parse().unwrap(),
        source: format!("github.com/acme/core@{} workspace", "ab".repeat(20)).parse().unwrap(),
        version: format!("1.{sequence}.0").parse().unwrap(),
        sequence: NonZeroU64::new(sequence).unwrap(),
        builder: 1,
        tree: content_hash(format!("tree {sequence}").as_bytes()),
    }
}

/// A commit of the sequence, made at a time, on a parent.
pub(crate) fn draft(sequence: u64, parent: Option<&str>) -> Draft {
    Draft {
        tree: "cd".repeat(20).parse().unwrap(),
        parent: parent.map(|id| id.parse().unwrap()),
        identity: Identity::new("publish", "publish@acme.test", time(3600)).unwrap(),
        project: "acme-runtime".to_owned(),
        trailers: trailers(sequence),
    }
}
