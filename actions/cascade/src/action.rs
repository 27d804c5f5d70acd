//! The action: from the job's surroundings to a report.

use std::path::Path;
use std::pin::pin;
use std::sync::{Arc, Mutex};

use domain::RepoName;
use forge::{Credential, Dialect, Forge, Site, Who};
use fs_err as fs;
use futures_util::future::{Either, join, select};
use http_client::Client;
use runner::{Action, Annotation, Binding, Completed, Context, Exit, Failure, ForgeKind};
use secrecy::SecretString;

use crate::error::CascadeError;
use crate::gate;
use crate::inputs::{BadInput, Command, Identity, Inputs, OnMissingToken, Settings, Sources};
use crate::mode::Mode;
use crate::outcome::{Outcome, State};
use crate::outputs::Outputs;
use crate::pace::Paced;
use crate::preflight::{Looked, preflight};
use crate::report::{Report, drift_lines, ledger, report};
use crate::targets::{Drift, Target, narrowed, union};
use crate::tell::{EarlyLooks, Progress, Teller, early_looks};

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
    ];
    type Inputs = Inputs;
    type Outputs = Outputs;

    fn run(context: &Context, inputs: Inputs) -> Result<Completed<Outputs>, Failure> {
        let job = context.job();
        let folder = job.workspace.as_deref().unwrap_or(Path::new(""));
        let settings = inputs.settings(job.repository.as_ref(), folder)?;
        let ledger = inputs.ledger.as_ref().map(|path| folder.join(path));
        match inputs.identity(token_of_environment(context).as_ref(), &settings)? {
            // a doctor that sees nobody must not say that all are well
            Identity::Missing(why)
                if inputs.on_missing_token == OnMissingToken::Fail || inputs.command == Command::Doctor =>
            {
                Err(BadInput::NoToken(why).into())
            }
            Identity::Missing(why) => Ok(nobody_told(context, &settings, why)),
            Identity::Known(credential) => {
                runner::block_on(Run { context, settings: &settings }.run(credential, ledger.as_deref()))
            }
        }
    }
}

/// The variable that holds the token where the input is empty: many workflows set it for all of their steps.
const TOKEN_VARIABLE: &str = "TEMPLATE_DISPATCH_TOKEN";

/// The scopes of GitHub's older tokens that let write to repositories: all of them, or the public ones.
const WRITING: [&str; 2] = ["repo", "public_repo"];

/// The token that the environment holds, masked from here on.
fn token_of_environment(context: &Context) -> Option<SecretString> {
    let token = context.environment().get(TOKEN_VARIABLE)?.trim();
    let token = SecretString::from((!token.is_empty()).then_some(token)?);
    context.console().mask(&token);
    Some(token)
}

/// Without a token nobody is told, and everybody is named who was not.
fn nobody_told(context: &Context, settings: &Settings, why: &str) -> Completed<Outputs> {
    let console = context.console();
    let Sources { listed, discovery, only } = &settings.sources;
    let skipped = |repo: &RepoName| {
        Outcome::over(repo.clone(), State::Skipped("no-token", "nobody was told".to_owned()))
    };
    let outcomes: Vec<_> = match only.as_slice() {
        [] => listed.iter().map(|target| skipped(&target.repo)).collect(),
        only => only.iter().map(skipped).collect(),
    };
    let mut names: Vec<_> = outcomes.iter().map(|outcome| format!("  {}", outcome.target)).collect();
    if let Some(discovery) = discovery.as_ref().filter(|_| only.is_empty()) {
        names
            .push(format!("  whatever `{}` has, which is not known without a token", discovery.organization));
    }
    console.annotate(&Annotation::warning(format!("nobody was told: {why}\n{}", names.join("\n"))));
    let Report { outputs, summary, lines, .. } = report(&outcomes, &Drift::default(), settings);
    for line in &lines {
        console.result(line);
    }
    context.summarise(&summary);
    Completed::done(outputs)
}

struct Run<'a> {
    context: &'a Context,
    settings: &'a Settings,
}

impl Run<'_> {
    async fn run(
        &self,
        credential: Credential,
        ledger_file: Option<&Path>,
    ) -> Result<Completed<Outputs>, Failure> {
        let (settings, console) = (self.settings, self.context.console());
        let (client, forge, dialect) = self.open(credential)?;
        let who = forge.who().await.map_err(CascadeError::from)?;
        self.introduce(&who);
        let writes = |scopes: &Vec<String>| scopes.iter().any(|one| WRITING.contains(&one.as_str()));
        // other kinds of tokens have none
        if let Some(scopes) = who.scopes.filter(|scopes| !scopes.is_empty() && !writes(scopes)) {
            return Err(CascadeError::Scopes(scopes).into());
        }
        if let (Some(gate), Command::Tell, false) = (&settings.gate, settings.command, settings.dry_run) {
            gate::wait(gate, &client, &settings.package, settings.payload.version()).await?;
        }
        let (targets, drift) = self.targets(&forge).await?;
        let drifts = drift_lines(&drift);
        if !drifts.is_empty() {
            console.annotate(&Annotation::warning(drifts.join("\n")));
        }
        let outcomes = match settings.command {
            Command::Doctor => self.examine(&client, &forge, dialect, targets).await?,
            Command::Tell => self.tell(&client, &forge, dialect, targets).await?,
        };
        let requests = client.statistics().round_trips;
        console.debug(&format!("{requests} requests were sent"));
        let mut completed = self.conclude(report(&outcomes, &drift, settings));
        if let Some(path) = ledger_file {
            let text = format!("{:#}\n", ledger(&outcomes, settings));
            if let Err(source) = fs::write(path, text) {
                // what was told stays told, and the outputs say so
                let failure = Failure::from(CascadeError::Ledger { path: path.to_owned(), source });
                console.annotate(&Annotation::error(failure.to_string()));
                completed.exit = if completed.exit == Exit::Done { Exit::Failed } else { completed.exit };
            }
        }
        Ok(completed)
    }

    async fn tell(
        &self,
        client: &Client,
        forge: &Forge,
        dialect: Dialect,
        targets: Vec<Target>,
    ) -> Result<Vec<Outcome>, CascadeError> {
        let (settings, console) = (self.settings, self.context.console());
        let clock = Arc::clone(client.clock());
        let paced = Paced::new(&settings.pace.limits(dialect), Arc::clone(&clock));
        let early = early_looks(forge, dialect, &paced, clock.as_ref(), &targets);
        let survey = preflight(forge, dialect, targets.clone(), &settings.event);
        let (looked, early) = join(survey, early).await;
        let looked = looked?;
        let ready = looked.iter().filter(|one| matches!(one, Looked::Ready(_))).count();
        let estimate = paced.estimate(looked.iter().map(writes).sum());
        let id = settings.payload.id();
        let end = if estimate.is_zero() {
            String::new()
        } else {
            let end = clock.now() + jiff::SignedDuration::try_from(estimate).unwrap_or_default();
            let long = crate::tell::duration(estimate);
            format!(": it takes {long} at most at this pace, until {}", end.strftime("%H:%M UTC"))
        };
        console.progress(&format!("telling {ready} of {} targets `{id}`{end}", looked.len()));
        let progress = Progress::new(console, clock.as_ref(), looked.len());
        let teller = Teller {
            forge,
            dialect,
            paced: &paced,
            clock: clock.as_ref(),
            settings,
            early,
            progress: &progress,
            over: Mutex::default(),
        };
        Ok(accompanied(teller.tell_all(looked), progress.beat()).await)
    }

    async fn examine(
        &self,
        client: &Client,
        forge: &Forge,
        dialect: Dialect,
        targets: Vec<Target>,
    ) -> Result<Vec<Outcome>, CascadeError> {
        let (settings, console) = (self.settings, self.context.console());
        let clock = Arc::clone(client.clock());
        let paced = Paced::new(&settings.pace.limits(dialect), Arc::clone(&clock));
        let looked = preflight(forge, dialect, targets, &settings.event).await?;
        let progress = Progress::new(console, clock.as_ref(), looked.len());
        let teller = Teller {
            forge,
            dialect,
            paced: &paced,
            clock: clock.as_ref(),
            settings,
            early: EarlyLooks::default(),
            progress: &progress,
            over: Mutex::default(),
        };
        Ok(accompanied(teller.examine_all(looked), progress.beat()).await)
    }

    /// Says who tells, and what the token still has.
    fn introduce(&self, who: &Who) {
        let name = who.login.as_ref().map_or_else(|| "a token".to_owned(), |login| format!("`{login}`"));
        let ends = who.ends_at.map(|ends| format!(", until {}", ends.strftime("%F %H:%M UTC")));
        let left = who.quota.map(|quota| {
            let again = quota.resets_at.strftime("%H:%M UTC");
            format!(", with {} of {} requests left until {again}", quota.remaining, quota.limit)
        });
        let parts =
            [format!("the forge is asked as {name}"), ends.unwrap_or_default(), left.unwrap_or_default()];
        self.context.console().progress(&parts.concat());
    }

    async fn targets(&self, forge: &Forge) -> Result<(Vec<Target>, Drift), CascadeError> {
        let sources = &self.settings.sources;
        let (targets, drift) = match &sources.discovery {
            None => (sources.listed.clone(), Drift::default()),
            Some(discovery) => {
                let owner = discovery.organization.parse().expect("the inputs were read with it");
                let found = discovery.among(&forge.organisation(&owner).await?);
                for (repo, why) in &found.left_out {
                    self.context.console().progress(&format!("`{repo}` {why}: left out"));
                }
                let is_alone = sources.listed.is_empty();
                let (targets, drift) = union(sources.listed.clone(), &found, self.settings.mode);
                if targets.is_empty() {
                    return Err(CascadeError::NoTargets { organization: discovery.organization.clone() });
                }
                (targets, if is_alone { Drift::default() } else { drift })
            }
        };
        let targets = narrowed(targets, &sources.only).map_err(CascadeError::NoTarget)?;
        Ok((targets, drift))
    }

    fn open(&self, credential: Credential) -> Result<(Client, Forge, Dialect), Failure> {
        let environment = self.context.environment();
        let settings =
            http_client::Settings::from_environment(|name| environment.get(name).map(str::to_owned));
        let client = Client::new(settings).map_err(Failure::bad_input)?;
        let job = self.context.job();
        let dialect = match job.forge {
            ForgeKind::GitHub => Dialect::GitHub,
            ForgeKind::Gitea => Dialect::Gitea,
        };
        let site = Site { dialect, api: job.api_url.clone(), server: job.server_url.clone() };
        let masks = self.context.console().mask_sink();
        let forge = Forge::new(site, client.clone(), credential, masks, self.settings.at_once)
            .map_err(CascadeError::from)?;
        Ok((client, forge, dialect))
    }

    fn conclude(&self, report: Report) -> Completed<Outputs> {
        let console = self.context.console();
        for line in &report.lines {
            console.result(line);
        }
        if let Some(complaint) = report.complaint {
            let is_warning = report.exit == Exit::Done;
            let annotation =
                if is_warning { Annotation::warning(complaint) } else { Annotation::error(complaint) };
            console.annotate(&annotation);
        }
        self.context.summarise(&report.summary);
        Completed { outputs: report.outputs, exit: report.exit }
    }
}

/// How many writes telling a target takes, if no earlier run has told it: an event or a start is one, and a bump's are
/// tree, commit, branch, a file or so, and the pull request.
fn writes(looked: &Looked) -> usize {
    match looked {
        Looked::Over(_) => 0,
        Looked::Ready(ready) if ready.choice.mode == Mode::BumpPr => 5,
        Looked::Ready(_) => 1,
    }
}

/// The first of two, while the other one, which has no end, goes on beside it.
async fn accompanied<T>(work: impl Future<Output = T>, beside: impl Future<Output = ()>) -> T {
    match select(pin!(work), pin!(beside)).await {
        Either::Left((done, _)) => done,
        Either::Right(_) => unreachable!("what goes on beside it has no end"),
    }
}
