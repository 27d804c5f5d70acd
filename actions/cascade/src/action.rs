//! The action: from the job's surroundings to a report.

use std::path::Path;

use domain::RepoName;
use runner::{Action, Annotation, Binding, Completed, Context, Failure};
use secrecy::SecretString;

use crate::inputs::{BadInput, Command, Identity, Inputs, OnMissingToken, Sources};
use crate::outcome::{Outcome, State};
use crate::outputs::Outputs;
use crate::report::report;
use crate::run::Run;
use crate::targets::Drift;

/// cascade.
#[derive(Debug)]
pub struct Cascade;

impl Action for Cascade {
    const NAME: &'static str = "cascade";
    const DESCRIPTION: &'static str =
        "Tells every template of a released runtime once, and proves what came of it";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const ICON: &'static str = "share-2";
    const COLOR: &'static str = "purple";
    const BINDINGS: &'static [Binding] = &[
        Binding { input: "token", expression: None, variable: Some(TOKEN_VARIABLE) },
        Binding { input: "app-private-key", expression: None, variable: Some("CASCADE_APP_PRIVATE_KEY") },
        Binding { input: "registry-token", expression: None, variable: Some(REGISTRY_VARIABLE) },
    ];
    type Inputs = Inputs;
    type Outputs = Outputs;

    fn run(context: &Context, inputs: Inputs) -> Result<Completed<Outputs>, Failure> {
        let job = context.job();
        let folder = job.workspace.as_deref().unwrap_or(Path::new(""));
        let settings = inputs.settings(job.repository.as_ref(), folder)?;
        let keychain =
            inputs.keychain(context.environment(), secret_of(context, REGISTRY_VARIABLE).as_ref())?;
        let ledger = inputs.ledger.as_ref().map(|path| folder.join(path));
        let run = Run { context, settings: &settings, keychain, ledger: ledger.as_deref() };
        match inputs.identity(secret_of(context, TOKEN_VARIABLE).as_ref(), &settings)? {
            // a doctor that sees nobody must not say that all are well
            Identity::Missing(why)
                if inputs.on_missing_token == OnMissingToken::Fail || inputs.command == Command::Doctor =>
            {
                Err(BadInput::NoToken(why).into())
            }
            Identity::Missing(why) => Ok(nobody_told(&run, why)),
            Identity::Known(credential) => runner::block_on(run.run(credential)),
        }
    }
}

/// The variable that holds the token where the input is empty: many workflows set it for all of their steps.
const TOKEN_VARIABLE: &str = "TEMPLATE_DISPATCH_TOKEN";

/// The same of the registry's token, by the name that refresh-images knows it by too.
const REGISTRY_VARIABLE: &str = "GHCR_TOKEN";

/// The token that a variable of the environment holds, masked from here on.
fn secret_of(context: &Context, variable: &str) -> Option<SecretString> {
    let token = context.environment().get(variable)?.trim();
    let token = SecretString::from((!token.is_empty()).then_some(token)?);
    context.console().mask(&token);
    Some(token)
}

/// Without a token nobody is told, and everybody is named who was not.
fn nobody_told(run: &Run<'_>, why: &str) -> Completed<Outputs> {
    let settings = run.settings;
    let Sources { discovery, only, .. } = &settings.sources;
    let skipped =
        |repo: RepoName| Outcome::over(repo, State::Skipped("no-token", "nobody was told".to_owned()));
    let outcomes: Vec<_> = settings.sources.known().into_iter().map(skipped).collect();
    let mut names: Vec<_> = outcomes.iter().map(|outcome| format!("  {}", outcome.target)).collect();
    if let Some(discovery) = discovery.as_ref().filter(|_| only.is_empty()) {
        names
            .push(format!("  whatever `{}` has, which is not known without a token", discovery.organization));
    }
    let warning = Annotation::warning(format!("nobody was told: {why}\n{}", names.join("\n")));
    run.context.console().annotate(&warning);
    run.conclude(report(&outcomes, &Drift::default(), settings), &outcomes)
}
