//! Reading an OCI registry: which image a tag stands for, what the image says of itself, and who may ask.
//!
//! - [`Reference`] names an image as users write it, and [`Digest`] names one for good;
//! - [`Registry`] asks: the digest of a tag by one `HEAD`, the labels of an image by its config;
//! - [`Keychain`] knows who asks: a user and token, or what `docker login` left on the host, credential helpers included;
//! - [`RegistryError`] tells what came instead, and apart from it what to do.
//!
//! The specification: <https://github.com/opencontainers/distribution-spec/blob/main/spec.md>; how tokens are had:
//! <https://distribution.github.io/distribution/spec/auth/token/>.

mod authorization;
mod challenge;
mod client;
mod digest;
mod docker_config;
mod error;
mod helper;
mod image;
mod keychain;
mod reference;

pub use client::Registry;
pub use digest::{Digest, DigestError};
pub use docker_config::DockerConfig;
pub use error::{CredentialsError, KeychainError, RegistryError};
pub use image::{ImageConfig, Platform, PlatformError};
pub use keychain::{Keychain, Login};
pub use reference::{Reference, ReferenceError};
