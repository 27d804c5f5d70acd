//! An OCI registry on loopback that images are read from: manifests, configs, and a token server.
//!
//! A test puts images into a [`LocalRegistry`] itself, by [`push`](LocalRegistry::push) or, where they are not what they
//! should be, by [`hold`](LocalRegistry::hold); pushing by the protocol is for the real one that `cargo xtask e2e hosts`
//! starts. Who is let in says the [`Door`]. Operations are called by method and kind: `HEAD manifest`, `GET manifest`,
//! `GET blob`, `GET stored`, `GET token`. It shares no code with the product.
//!
//! The protocol: <https://github.com/opencontainers/distribution-spec/blob/main/spec.md>; how tokens are had:
//! <https://distribution.github.io/distribution/spec/auth/token/>.

mod door;
mod handle;
mod store;

pub use door::{Door, PASSWORD};
pub use handle::LocalRegistry;
pub use loopback::{Exchange, Fault, count, round_trips};
pub use store::digest;
