//! The inputs as values that are ready for use: what is here is valid.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use domain::{RUNTIME_PLACE, known_runtimes};
use registry::{Keychain, Platform, Reference};
use runner::Environment;
use secrecy::SecretString;

use super::{BadInput, Command, Inputs};
use crate::containers::Recreate;
use crate::refresh::Runtime;

const SOCKET: &str = "unix:///var/run/docker.sock";
const FOLDER: &str = "/var/lib/refresh-images";

/// Everything that decides what a run does, apart from what host and registry hold.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What to do.
    pub command: Command,
    /// Whether `serve` also watches.
    pub also_watch: bool,
    /// The runtimes that there are.
    pub known: Vec<Runtime>,
    /// Those to refresh.
    pub chosen: Vec<Runtime>,
    /// What the names of the platform's containers begin with.
    pub prefix: String,
    /// What is done about containers.
    pub recreate: Recreate,
    /// The platform to pull for.
    pub platform: Option<Platform>,
    /// How long the image of one runtime may take.
    pub deadline: Duration,
    /// How long a new container has to stay up.
    pub settle: Duration,
    /// Whether nothing is changed.
    pub dry_run: bool,
    /// The engine's socket.
    pub docker_host: String,
    /// Who pulls.
    pub keychain: Keychain,
    /// Where digests are remembered.
    pub folder: PathBuf,
    /// How often the registry is asked.
    pub interval: Duration,
    /// After how many looks to end; never where it is none.
    pub ticks: Option<u64>,
    /// Where to listen.
    pub listen: SocketAddr,
    /// What those must show who ask.
    pub serve_token: Option<SecretString>,
}

/// The runtimes of these names.
///
/// # Errors
///
/// One that names those that there are, for a name that is none of them.
pub(crate) fn chosen<T: AsRef<str>>(known: &[Runtime], names: &[T]) -> Result<Vec<Runtime>, BadInput> {
    if names.is_empty() {
        return Ok(known.to_vec());
    }
    let find = |name: &T| {
        let found = known.iter().find(|runtime| runtime.name == name.as_ref());
        found.cloned().ok_or_else(|| BadInput::NoRuntime {
            runtime: name.as_ref().to_owned(),
            known: known.iter().map(|runtime| runtime.name.clone()).collect(),
        })
    };
    let mut found: Vec<Runtime> = Vec::new();
    for runtime in names.iter().map(find) {
        let runtime = runtime?;
        if !found.contains(&runtime) {
            found.push(runtime);
        }
    }
    Ok(found)
}

/// Each name once.
fn distinct(names: &[String]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    names.iter().filter(|name| seen.insert(*name)).cloned().collect()
}

impl Inputs {
    /// The inputs as settings, with what the environment says where they are silent.
    ///
    /// # Errors
    ///
    /// When they contradict each other or cannot be used.
    pub fn settings(&self, environment: &Environment) -> Result<Settings, BadInput> {
        let names = match &self.runtimes {
            Some(names) if !names.is_empty() => distinct(names),
            _ => known_runtimes(),
        };
        if names.len() > 1 && !self.image.contains(RUNTIME_PLACE) {
            return Err(BadInput::SameImage(self.image.clone()));
        }
        if self.prefix.is_empty() {
            return Err(BadInput::NoPrefix);
        }
        let known = names.iter().map(|name| self.runtime(name)).collect::<Result<Vec<_>, _>>()?;
        let chosen = chosen(&known, self.runtime.as_deref().unwrap_or_default())?;
        let watches = environment.is_true("IMAGE_AUTO_REFRESH");
        let command = match self.command {
            Some(command) if self.dry_run && command != Command::Refresh => {
                return Err(BadInput::EndlessDryRun(command));
            }
            Some(command) => command,
            // who wants to see what would be done wants to see it now
            None if watches && !self.dry_run => Command::Watch,
            None => Command::Refresh,
        };
        if command == Command::Serve && self.serve_token.is_none() && !self.listen.ip().is_loopback() {
            return Err(BadInput::NoServeToken(self.listen));
        }
        let given = |input: &Option<String>, variable: &str, default: &str| {
            let found = input.as_deref().or(environment.get(variable));
            found.unwrap_or(default).to_owned()
        };
        let folder = self.state_dir.clone();
        Ok(Settings {
            command,
            also_watch: watches && command == Command::Serve,
            known,
            chosen,
            prefix: self.prefix.clone(),
            recreate: match (self.no_recreate, self.remove_only) {
                (true, _) => Recreate::Leave,
                (_, true) => Recreate::Remove,
                _ => Recreate::Replace,
            },
            platform: self.platform.clone(),
            deadline: self.timeout.0,
            settle: self.settle.0,
            dry_run: self.dry_run,
            docker_host: given(&self.docker_host, "DOCKER_HOST", SOCKET),
            keychain: Keychain::find(self.user.as_deref(), self.token.as_ref(), |name| {
                environment.get(name).map(str::to_owned)
            })?,
            folder: folder.unwrap_or_else(|| given(&None, "STATE_DIRECTORY", FOLDER).into()),
            interval: self.interval.0.max(Duration::from_millis(1)),
            ticks: (self.ticks > 0).then_some(self.ticks),
            listen: self.listen,
            serve_token: self.serve_token.clone(),
        })
    }

    fn runtime(&self, name: &str) -> Result<Runtime, BadInput> {
        let image = self.image.replace(RUNTIME_PLACE, name);
        let image: Reference =
            image.parse().map_err(|source| BadInput::NoImage { runtime: name.to_owned(), source })?;
        if image.digest().is_some() {
            return Err(BadInput::NoTag(image.to_string()));
        }
        Ok(Runtime { name: name.to_owned(), image })
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;
    use runner::Diagnostic as _;

    use super::*;

    fn settings(arguments: &[&str], environment: &[(&str, &str)]) -> Result<Settings, BadInput> {
        let inputs = Inputs::try_parse_from(["refresh-images"].iter().chain(arguments)).unwrap();
        inputs.settings(&Environment::from_pairs(environment.iter().copied()))
    }

    #[test]
    fn without_inputs_all_known_runtimes_of_the_platform_are_refreshed() {
        let settings = settings(&[], &[]).unwrap();
        assert_eq!((settings.command, settings.chosen.len()), (Command::Refresh, 8));
        assert_eq!(
            settings.chosen[1].image.to_string(),
            "ghcr.io/molecule-ai/workspace-template-claude-code:latest"
        );
        assert_eq!(settings.docker_host, "unix:///var/run/docker.sock");
        assert_eq!(settings.interval, Duration::from_mins(5));
    }

    #[test]
    fn one_runtime_can_be_chosen_and_an_unknown_one_is_answered_with_the_known() {
        let one = settings(&["--runtime", "claude-code"], &[]).unwrap();
        assert_eq!(one.chosen.len(), 1);
        let error = settings(&["--runtime", "claude"], &[]).unwrap_err().to_string();
        assert!(error.contains("`claude`") && error.contains("`claude-code`"), "{error}");
    }

    #[test]
    fn the_environment_can_ask_for_the_watcher() {
        let environment = [("IMAGE_AUTO_REFRESH", "true")];
        assert_eq!(settings(&[], &environment).unwrap().command, Command::Watch);
        assert_eq!(settings(&["refresh"], &environment).unwrap().command, Command::Refresh);
        assert!(settings(&["serve"], &environment).unwrap().also_watch);
    }

    #[test]
    fn a_dry_run_never_becomes_a_watch() {
        let environment = [("IMAGE_AUTO_REFRESH", "true")];
        let dry = settings(&["--dry-run"], &environment).unwrap();
        assert_eq!((dry.command, dry.dry_run), (Command::Refresh, true));
        for command in ["watch", "serve"] {
            let error = settings(&[command, "--dry-run"], &[]).unwrap_err();
            assert!(error.to_string().contains("`dry-run`"), "{error}");
            assert_eq!(error.exit(), runner::Exit::BadInput);
        }
    }

    #[test]
    fn a_runtime_that_is_named_twice_is_refreshed_once() {
        let names = |arguments: &[&str]| settings(arguments, &[]).unwrap().chosen.len();
        assert_eq!(names(&["--runtimes", "a,b", "--runtime", "a,b,a"]), 2);
        assert_eq!(names(&["--runtimes", "a,b,a"]), 2);
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        for (arguments, word) in [
            (&["--image", "ghcr.io/acme/app"][..], "`image`"),
            (&["--image", "Acme/{runtime}"], "`image`"),
            (&["--prefix", ""], "`prefix`"),
            (&["--user", "me"], "`token`"),
            (&["serve", "--listen", "0.0.0.0:80"], "`serve-token`"),
        ] {
            let error = settings(arguments, &[]).unwrap_err();
            assert!(error.to_string().contains(word), "{arguments:?}: {error}");
            assert_eq!(error.exit(), runner::Exit::BadInput);
        }
        assert!(settings(&["serve"], &[]).is_ok());
    }

    #[test]
    fn recreating_is_said_in_one_way() {
        assert_eq!(settings(&["--remove-only"], &[]).unwrap().recreate, Recreate::Remove);
        assert_eq!(settings(&["--no-recreate"], &[]).unwrap().recreate, Recreate::Leave);
        assert!(Inputs::try_parse_from(["x", "--no-recreate", "--remove-only"]).is_err());
    }
}
