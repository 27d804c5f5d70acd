//! A run with a credential: from who asks to what came of each target.

use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use domain::RepoName;
use forge::{Credential, Dialect, Forge, Site, Who};
use fs_err as fs;
use futures_util::future::{Either, join, select};
use http_client::Client;
use jiff::{SignedDuration, Timestamp};
use runner::{Annotation, Completed, Context, Diagnostic as _, Exit, Failure, ForgeKind, Signals};

use crate::error::CascadeError;
use crate::gate;
use crate::inputs::{Command, Settings};
use crate::mode::Mode;
use crate::outcome::{Outcome, State};
use crate::outputs::Outputs;
use crate::pace::{Pace, Paced};
use crate::preflight::{Looked, preflight};
use crate::released::released;
use crate::report::{Report, drift_lines, ledger, report};
use crate::targets::{Drift, Target, narrowed, union};
use crate::tell::{EarlyLooks, Over, Progress, Stop, Teller, early_looks};
use crate::trouble::Trouble;

/// What a token of GitHub's may ask in an hour where that is not told: an app's, at the least.
const HOURLY: usize = 5000;

/// The scopes of GitHub's older tokens that let write to repositories: all of them, or the public ones.
const WRITING: [&str; 2] = ["repo", "public_repo"];

/// A run with a credential.
pub(crate) struct Run<'a> {
    pub(crate) context: &'a Context,
    pub(crate) settings: &'a Settings,
    /// Where the ledger is written to.
    pub(crate) ledger: Option<&'a Path>,
}

/// The forge, and the way there.
struct Access {
    client: Client,
    forge: Forge,
    dialect: Dialect,
    over: Over,
}

/// What came of all targets.
struct Told {
    outcomes: Vec<Outcome>,
    drift: Drift,
}

impl Run<'_> {
    /// Runs until all is done. Where the runner ends it before, what is known by then is told.
    pub(crate) async fn run(&self, credential: Credential) -> Result<Completed<Outputs>, Failure> {
        let stop = Stop::default();
        let mut signals = Signals::listen().map_err(Failure::new)?;
        let heard = async {
            loop {
                let signal = signals.next().await;
                self.context.console().progress(&format!("{signal}: nothing more is sent"));
                stop.ask(signal);
            }
        };
        let access = self.open(credential)?;
        // what is listed; and what was discovered as well, as soon as that is known
        let mut targets = self.listed();
        let told = {
            let told = self.told(&access, &mut targets, &stop);
            match select(Box::pin(told), Box::pin(heard)).await {
                Either::Left((told, _)) => told,
                Either::Right((never, _)) => never,
            }
        };
        let requests = access.client.statistics().round_trips;
        self.context.console().debug(&format!("{requests} requests were sent"));
        match told {
            Ok(told) => {
                let mut report = report(&told.outcomes, &told.drift, self.settings);
                if let Some(signal) = stop.is_asked() {
                    let rest = report.complaint.map(|rest| format!(": {rest}")).unwrap_or_default();
                    report.complaint = Some(format!("the run was ended by {signal}{rest}"));
                    report.exit = Exit::Failed;
                }
                Ok(self.conclude(report, &told.outcomes))
            }
            Err(error) if error.exit() == Exit::Failed => Ok(self.nobody(error, &targets)),
            Err(error) => Err(error.into()),
        }
    }

    /// Nobody was told, for a reason that is no target's: one error, and the targets for a retry.
    fn nobody(&self, error: CascadeError, targets: &[RepoName]) -> Completed<Outputs> {
        let what = format!("not tried: {error}");
        let mending = error.hints().into_iter().next();
        let trouble = Trouble { reason: "not-tried", what, mending };
        let failed = |target: &RepoName| Outcome::over(target.clone(), State::Failed(trouble.clone()));
        let outcomes: Vec<Outcome> = targets.iter().map(failed).collect();
        let mut report = report(&outcomes, &Drift::default(), self.settings);
        report.complaint = Some(Failure::from(error).to_string());
        report.exit = Exit::Failed;
        self.conclude(report, &outcomes)
    }

    /// The targets that are listed, as far as they are told at all.
    fn listed(&self) -> Vec<RepoName> {
        let sources = &self.settings.sources;
        let listed = sources.listed.iter().map(|target| target.repo.clone());
        let discovered = sources.only.iter().filter(|_| sources.discovery.is_some()).cloned();
        let mut targets: Vec<RepoName> = Vec::new();
        for target in listed.chain(discovered) {
            let is_meant = sources.only.is_empty() || sources.only.contains(&target);
            if is_meant && !targets.contains(&target) {
                targets.push(target);
            }
        }
        targets
    }

    async fn told(
        &self,
        access: &Access,
        targets: &mut Vec<RepoName>,
        stop: &Stop,
    ) -> Result<Told, CascadeError> {
        let (settings, console) = (self.settings, self.context.console());
        let Access { client, forge, .. } = access;
        let who = stop.unless(forge.who()).await.map_err(CascadeError::Interrupted)??;
        self.introduce(&who);
        let writes = |scopes: &Vec<String>| scopes.iter().any(|one| WRITING.contains(&one.as_str()));
        // other kinds of tokens have none
        if let Some(scopes) = who.scopes.clone().filter(|scopes| !scopes.is_empty() && !writes(scopes)) {
            return Err(CascadeError::Scopes(scopes));
        }
        if let (Some(gate), Command::Tell, false) = (&settings.gate, settings.command, settings.dry_run) {
            let served = gate::wait(gate, client, &settings.package, settings.payload.version());
            stop.unless(served).await.map_err(CascadeError::Interrupted)??;
        }
        let found = stop.unless(self.targets(forge)).await;
        let (found, drift) = found.map_err(CascadeError::Interrupted)??;
        *targets = found.iter().map(|target| target.repo.clone()).collect();
        let drifts = drift_lines(&drift);
        if !drifts.is_empty() {
            console.annotate(&Annotation::warning(drifts.join("\n")));
        }
        let outcomes = match settings.command {
            Command::Doctor => self.examine(access, &who, found, stop).await?,
            Command::Tell => self.tell(access, &who, found, stop).await?,
        };
        Ok(Told { outcomes, drift })
    }

    async fn tell(
        &self,
        access: &Access,
        who: &Who,
        targets: Vec<Target>,
        stop: &Stop,
    ) -> Result<Vec<Outcome>, CascadeError> {
        let (settings, console) = (self.settings, self.context.console());
        let Access { client, forge, dialect, over } = access;
        let clock = Arc::clone(client.clock());
        let paced = Paced::new(&settings.pace.limits(*dialect), Arc::clone(&clock));
        let hourly = self.hourly(access, who, &paced, clock.now());
        let source = settings.payload.source();
        let early = early_looks(forge, *dialect, &paced, clock.as_ref(), source, &targets);
        let survey = preflight(forge, *dialect, targets.clone(), &settings.event);
        let looks = stop.unless(join(survey, early)).await;
        let (looked, early) = looks.map_err(CascadeError::Interrupted)?;
        let looked = looked?;
        self.warn_of_nameless(&looked);
        let ready = looked.iter().filter(|one| matches!(one, Looked::Ready(_))).count();
        let estimate = paced.estimate(looked.iter().map(writes).sum());
        let id = settings.payload.id();
        let end = if estimate.is_zero() {
            String::new()
        } else {
            let end = clock.now() + SignedDuration::try_from(estimate).unwrap_or_default();
            let long = crate::tell::duration(estimate);
            format!(": it takes {long} at most at this pace, until {}", end.strftime("%H:%M UTC"))
        };
        console.progress(&format!("telling {ready} of {} targets `{id}`{end}", looked.len()));
        let progress = Progress::new(console, clock.as_ref(), looked.len());
        let attempt = self.context.job().run.as_ref().and_then(|run| run.attempt);
        let teller = Teller {
            forge,
            dialect: *dialect,
            paced: &paced,
            clock: clock.as_ref(),
            settings,
            early,
            progress: &progress,
            over,
            stop,
            is_rerun: attempt.is_some_and(|attempt| attempt > 1),
            released: self.released(),
            interval: interval(ready, hourly),
        };
        Ok(accompanied(teller.tell_all(looked), progress.beat()).await)
    }

    async fn examine(
        &self,
        access: &Access,
        who: &Who,
        targets: Vec<Target>,
        stop: &Stop,
    ) -> Result<Vec<Outcome>, CascadeError> {
        let (settings, console) = (self.settings, self.context.console());
        let Access { client, forge, dialect, over } = access;
        let clock = Arc::clone(client.clock());
        let paced = Paced::new(&settings.pace.limits(*dialect), Arc::clone(&clock));
        self.hourly(access, who, &paced, clock.now());
        let survey = preflight(forge, *dialect, targets, &settings.event);
        let looked = stop.unless(survey).await.map_err(CascadeError::Interrupted)??;
        self.warn_of_nameless(&looked);
        let progress = Progress::new(console, clock.as_ref(), looked.len());
        let teller = Teller {
            forge,
            dialect: *dialect,
            paced: &paced,
            clock: clock.as_ref(),
            settings,
            early: EarlyLooks::default(),
            progress: &progress,
            over,
            stop,
            is_rerun: false,
            released: None,
            interval: Duration::ZERO,
        };
        let examined = stop.unless(accompanied(teller.examine_all(looked), progress.beat())).await;
        examined.map_err(CascadeError::Interrupted)
    }

    /// Keeps to what the token may ask in an hour; how much that is, where it is limited.
    fn hourly(&self, access: &Access, who: &Who, paced: &Paced, now: Timestamp) -> Option<usize> {
        let is_app = access.over.is_by_owner();
        let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let (limit, used, resets_at) = match who.quota {
            Some(quota) => {
                let used = quota.limit.saturating_sub(quota.remaining);
                (count(quota.limit), count(used), quota.resets_at)
            }
            None if is_app => (HOURLY, 0, now + SignedDuration::from_hours(1)),
            None => return None,
        };
        if self.settings.pace == Pace::Auto {
            paced.keep_to(limit, used, resets_at);
        }
        Some(limit)
    }

    /// Since when this release can have been told, as far as the event says that started the job.
    fn released(&self) -> Option<Timestamp> {
        let path = self.context.environment().get("GITHUB_EVENT_PATH")?;
        // a job whose event cannot be read is told no worse for it
        let payload = serde_json::from_str(&fs::read_to_string(path).ok()?).ok()?;
        released(&payload)
    }

    /// Says of whom a second run could not tell whether they were told.
    fn warn_of_nameless(&self, looked: &[Looked]) {
        let nameless = looked.iter().filter_map(|one| match one {
            Looked::Ready(ready) if ready.choice.is_nameless => Some(format!("  {}", ready.target.repo)),
            _ => None,
        });
        let nameless: Vec<String> = nameless.collect();
        if !nameless.is_empty() {
            self.context.console().annotate(&Annotation::warning(format!(
                "the runs of {} targets carry no `cascade_id` in their names, so that a second run cannot say whether they were told:\n{}",
                nameless.len(),
                nameless.join("\n")
            )));
        }
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

    fn open(&self, credential: Credential) -> Result<Access, Failure> {
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
        let over = Over::of(&credential);
        let forge = Forge::new(site, client.clone(), credential, masks, self.settings.at_once)
            .map_err(CascadeError::from)?;
        Ok(Access { client, forge, dialect, over })
    }

    /// Tells what came of the run: log, annotation, summary, ledger, outputs.
    pub(crate) fn conclude(&self, report: Report, outcomes: &[Outcome]) -> Completed<Outputs> {
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
        let mut completed = Completed { outputs: report.outputs, exit: report.exit };
        if let Some(path) = self.ledger {
            let text = format!("{:#}\n", ledger(outcomes, self.settings));
            if let Err(source) = self.context.write(path, text) {
                // what was told stays told, and the outputs say so
                let failure = Failure::from(CascadeError::Ledger { path: path.to_owned(), source });
                console.annotate(&Annotation::error(failure.to_string()));
                completed.exit = if completed.exit == Exit::Done { Exit::Failed } else { completed.exit };
            }
        }
        completed
    }
}

/// How long from one look at a run that is followed to the next, so that all of them take half of what may be asked.
fn interval(targets: usize, hourly: Option<usize>) -> Duration {
    let Some(hourly) = hourly else { return Duration::ZERO };
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Duration::from_hours(1).saturating_mul(count(targets)) / count(hourly / 2).max(1)
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
