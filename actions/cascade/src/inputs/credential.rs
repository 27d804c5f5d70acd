//! Who to be to the forge.

use std::collections::BTreeMap;

use forge::{App, Credential};
use secrecy::{ExposeSecret as _, SecretString};

use super::{BadInput, Inputs, Settings};
use crate::targets::AskedMode;

/// Names of GitHub's permissions, each with the access that is needed.
type Permissions = BTreeMap<&'static str, &'static str>;

/// What an app's tokens must be able to do, and no more: what the modes need that targets may be told by. An app that
/// was given less gets no token at all, so nothing is asked for that nobody needs.
fn permissions(settings: &Settings) -> Permissions {
    let discovered = settings.sources.discovery.iter().map(|_| settings.mode);
    let modes: Vec<_> = settings.sources.listed.iter().map(|target| target.mode).chain(discovered).collect();
    let any = |mode| modes.iter().any(|one| matches!(one, AskedMode::Auto) || *one == mode);
    let write = |is_needed| if is_needed { "write" } else { "read" };
    let bumps = any(AskedMode::BumpPr);
    let contents = bumps || any(AskedMode::RepositoryDispatch);
    let mut needed = Permissions::from([
        ("metadata", "read"),
        ("actions", write(any(AskedMode::WorkflowDispatch))),
        ("contents", write(contents)),
    ]);
    needed.extend(bumps.then_some(("pull_requests", "write")));
    if bumps && settings.auto_merge.is_some() {
        needed.extend([("checks", "read"), ("statuses", "read")]);
    }
    needed
}

/// Who to be to the forge.
#[derive(Debug)]
pub enum Identity {
    /// This.
    Known(Credential),
    /// Nobody: no token was given; why not.
    Missing(&'static str),
}

impl Inputs {
    /// Who to be to the forge: the app where one is given, else the token, else that of the environment.
    ///
    /// An app's id is no secret and its key is one: in a job that gets no secrets, as that of a fork, the id is alone.
    ///
    /// # Errors
    /// When a key comes without an id, when it is not clear whether app or token is meant, or when a key or token
    /// cannot be one.
    pub fn identity(
        &self,
        of_environment: Option<&SecretString>,
        settings: &Settings,
    ) -> Result<Identity, BadInput> {
        match (&self.app_id, &self.app_private_key, self.token.as_ref().or(of_environment)) {
            (Some(id), Some(key), _) => {
                let app = App::new(id, key, permissions(settings)).map_err(BadInput::App)?;
                Ok(Identity::Known(Credential::App(app)))
            }
            (Some(_), None, None) => Ok(Identity::Missing(
                "`app-private-key` is empty: see that the secret is set, and that this job gets it",
            )),
            (Some(_), None, Some(_)) | (None, Some(_), _) => Err(BadInput::HalfApp),
            (None, None, None) => {
                Ok(Identity::Missing("there is no token: give `token`, or set `TEMPLATE_DISPATCH_TOKEN`"))
            }
            (None, None, Some(token)) => {
                let usable = token.expose_secret().bytes().all(|byte| byte.is_ascii_graphic());
                if usable {
                    Ok(Identity::Known(Credential::Token(token.clone())))
                } else {
                    Err(BadInput::TokenCharacters)
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use clap::Parser as _;

    use super::*;

    fn needed(arguments: &[&str]) -> String {
        let given = ["cascade", "--version", "1.4.0", "--source", "acme/core"];
        let inputs = Inputs::try_parse_from(given.iter().chain(arguments)).unwrap();
        let needed = permissions(&inputs.settings(None, Path::new("/nowhere")).unwrap());
        needed.iter().map(|(name, access)| format!("{name}={access}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn an_app_needs_what_the_modes_need_and_no_more() {
        for (arguments, expected) in [
            (&["--mode", "repository-dispatch"][..], "actions=read contents=write metadata=read"),
            (&["--mode", "workflow-dispatch"], "actions=write contents=read metadata=read"),
            (&["--mode", "bump-pr"], "actions=read contents=write metadata=read pull_requests=write"),
            (
                &["--mode", "bump-pr", "--auto-merge", "squash"],
                "actions=read checks=read contents=write metadata=read pull_requests=write statuses=read",
            ),
            (&[], "actions=write contents=write metadata=read pull_requests=write"),
            (
                &["--mode", "repository-dispatch", "--organization", "acme"],
                "actions=read contents=write metadata=read",
            ),
        ] {
            assert_eq!(needed(arguments), expected, "{arguments:?}");
        }
    }
}
