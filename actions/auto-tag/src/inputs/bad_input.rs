//! Inputs that parse by themselves but cannot be used.

use domain::{Label, ProjectName, TagVersion};
use runner::{Diagnostic, Exit};

use crate::message::UnknownPlace;
use crate::paths::NothingTakenIn;

/// An input that parses by itself but cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadInput {
    /// A template with a place that cannot be filled.
    #[error("input `message` cannot be used")]
    Message(#[source] UnknownPlace),
    /// Patterns that take nothing in.
    #[error("input `paths` cannot be used")]
    Paths(#[source] NothingTakenIn),
    /// An initial version that is no final release.
    #[error("input `initial-version` is `{0}`: give a final version such as `0.1.0`")]
    InitialVersion(TagVersion),
    /// A workflow that is no file name.
    #[error(
        "input `dispatch` is `{0}`: give the name of a file in the workflows folder, such as `publish.yml`"
    )]
    Dispatch(String),
    /// A line that is no pair.
    #[error("input `dispatch-inputs` has the line `{0}`: write each line as `name=value`")]
    DispatchInputs(String),
    /// A file outside of the repository.
    #[error("input `{input}` is `{path}`: give a path relative to the repository's root, without `..`")]
    Path {
        /// The input.
        input: &'static str,
        /// Its value.
        path: String,
    },
    /// An index without a project.
    #[error("input `index-url` is set and `index-package` is not: give the project's name on that index")]
    NoIndexPackage,
    /// A project without an index.
    #[error(
        "input `index-package` is `{0}` and `index-url` is not set: give the address of a simple index, such as `https://pypi.org/simple/`"
    )]
    NoIndexUrl(ProjectName),
    /// An index that cannot be read by HTTP, or only with what its URL must not hold; the value may be a secret.
    #[error(
        "input `index-url` cannot be used: give an `http` or `https` URL without user, password, query and fragment, such as `https://pypi.org/simple/`"
    )]
    IndexUrl,
    /// A user or a token for no index.
    #[error("input `{0}` is set and `index-url` is not: give the address of the simple index that it is for")]
    CredentialForNoIndex(&'static str),
    /// A token of nobody.
    #[error(
        "input `index-token` is set and `index-user` is not: give the name by which the index knows its owner"
    )]
    NoIndexUser,
    /// A user that ends where the password begins.
    #[error("input `index-user` holds a colon or a character that no name has")]
    IndexUserCharacters,
    /// Two labels mean the same.
    #[error(
        "label `{0}` stands in more than one of the inputs `labels-major`, `labels-minor`, `labels-patch` and `labels-skip`"
    )]
    LabelTwice(Label),
    /// No credential.
    #[error("input `token` is empty, and there is no GitHub App either")]
    NoToken,
    /// Half a GitHub App.
    #[error("inputs `app-id` and `app-private-key` belong together, and one of them is empty")]
    HalfApp,
    /// A token that no header can hold.
    #[error("input `{0}` holds a line break or another character that no token has")]
    TokenCharacters(&'static str),
}

impl Diagnostic for BadInput {
    fn exit(&self) -> Exit {
        Exit::BadInput
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::NoToken => {
                vec![
                    "leave `token` at its default, `${{ github.token }}`, or name a secret that is set"
                        .to_owned(),
                ]
            }
            Self::TokenCharacters(_) => {
                vec!["store the secret again, without line breaks around it".to_owned()]
            }
            _ => Vec::new(),
        }
    }
}
