//! Trusted publishing: who is trusted, and the id-tokens by which jobs prove who they are.
//!
//! - PyPI's side: <https://docs.pypi.org/trusted-publishers/internals/>
//! - The issuer's: <https://docs.github.com/en/actions/reference/security/oidc>

mod issuer;
mod jwt;
mod publishers;

pub(crate) use issuer::answer as issue;
pub use issuer::{IdTokenSource, Job};
pub use publishers::Publisher;
pub(crate) use publishers::{AUDIENCE, Refusal, Trust};
