//! The program: from its surroundings to a report.

use http_client::Client;
use registry::{Keychain, Registry};
use runner::{Action, Binding, Completed, Context, Exit, Failure};

use crate::ending::Ending;
use crate::engine::Engine;
use crate::error::RefreshError;
use crate::images::Images;
use crate::inputs::{BadInput, Command, Inputs, Settings};
use crate::refresh::Host;
use crate::serve::serve;
use crate::watch::watch;

/// refresh-images.
#[derive(Debug)]
pub struct RefreshImages;

impl Action for RefreshImages {
    const NAME: &'static str = "refresh-images";
    const DESCRIPTION: &'static str =
        "Keeps a host's workspace images at what the registry has, and its containers on them";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const ICON: &'static str = "refresh-cw";
    const COLOR: &'static str = "purple";
    const BINDINGS: &'static [Binding] = &[
        Binding { input: "token", expression: None, variable: Some("GHCR_TOKEN") },
        Binding { input: "serve-token", expression: None, variable: Some("REFRESH_IMAGES_TOKEN") },
    ];
    /// Standard output has the result as one line of JSON, for programs.
    const SHOWS_OUTPUTS: bool = false;
    type Inputs = Inputs;
    type Outputs = ();

    fn run(context: &Context, inputs: Inputs) -> Result<Completed<()>, Failure> {
        let settings = inputs.settings(context.environment())?;
        runner::block_on(run(context, &settings))
    }
}

async fn run(context: &Context, settings: &Settings) -> Result<Completed<()>, Failure> {
    let host = reach(context, settings).await?;
    let console = context.console();
    match settings.command {
        Command::Refresh if settings.dry_run => {
            for line in host.plan(&settings.chosen, settings.recreate).await? {
                console.result(&line);
            }
            Ok(Completed::done(()))
        }
        Command::Refresh => {
            let refresh = host.refresh(&settings.chosen, settings.recreate);
            let outcome = host.ending.listen_during(refresh).await??;
            outcome.tell_errors("");
            console.result(&outcome.to_json());
            let exit = match outcome.exit(&settings.chosen) {
                // what is left undone was meant to be done
                Exit::Partial if host.ending.asked_by().is_some() => Exit::Failed,
                exit => exit,
            };
            Ok(Completed { outputs: (), exit })
        }
        Command::Watch => {
            host.ending.listen_during(watch(&host, settings)).await??;
            Ok(Completed::done(()))
        }
        Command::Serve => {
            host.ending.listen_during(serve(&host, settings)).await??;
            Ok(Completed::done(()))
        }
    }
}

/// Reaches engine and registries.
async fn reach(context: &Context, settings: &Settings) -> Result<Host, Failure> {
    let environment = context.environment();
    let http = http_client::Settings::from_environment(|name| environment.get(name).map(str::to_owned));
    let client = Client::new(http).map_err(BadInput::from)?;
    if matches!(settings.keychain, Keychain::Anonymous) {
        tracing::warn!(
            "neither `DOCKER_CONFIG` nor `HOME` is set, so this host's `docker login` is not known: nobody in particular pulls"
        );
    }
    let engine = Engine::connect(&settings.docker_host).await.map_err(RefreshError::from)?;
    Ok(Host {
        images: Images {
            engine,
            registry: Registry::new(client.clone(), settings.keychain.clone()),
            keychain: settings.keychain.clone(),
            client,
            platform: settings.platform.clone(),
        },
        known: settings.known.clone(),
        prefix: settings.prefix.clone(),
        deadline: settings.deadline,
        settle: settings.settle,
        folder: settings.folder.clone(),
        ending: Ending::default(),
    })
}
