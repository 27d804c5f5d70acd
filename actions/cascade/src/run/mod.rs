//! A run with a credential: from who asks to what came of each target.

mod access;
mod conclude;
mod telling;
mod whom;

use std::path::Path;

use domain::RepoName;
use forge::{Credential, Dialect};
use futures_util::future::{Either, select};
use registry::Keychain;
use runner::{Annotation, Completed, Context, Diagnostic as _, Exit, Failure, Signals};

use access::{Access, Token};

use crate::error::CascadeError;
use crate::gate;
use crate::inputs::{Command, Settings};
use crate::outcome::Outcome;
use crate::outputs::Outputs;
use crate::report::{drift_lines, report};
use crate::targets::Drift;
use crate::tell::Stop;

/// A run with a credential.
pub(crate) struct Run<'a> {
    pub(crate) context: &'a Context,
    pub(crate) settings: &'a Settings,
    /// As whom registries are asked.
    pub(crate) keychain: Keychain,
    /// Where the ledger is written to.
    pub(crate) ledger: Option<&'a Path>,
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
        let access = Access::open(self.context, self.settings, credential)?;
        // what is listed; and what was discovered as well, as soon as that is known
        let mut targets = self.settings.sources.known();
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

    async fn told(
        &self,
        access: &Access,
        targets: &mut Vec<RepoName>,
        stop: &Stop,
    ) -> Result<Told, CascadeError> {
        let (settings, console) = (self.settings, self.context.console());
        let Access { client, forge, .. } = access;
        let gate = settings.gate.as_ref().filter(|_| settings.command == Command::Tell && !settings.dry_run);
        let check = access.check(self.context);
        // neither is a release waited for nor an organisation asked before it is known whether the token is any good
        let is_first = gate.is_some() || settings.sources.discovery.is_some();
        let token = if is_first || access.dialect == Dialect::GitHub {
            Token::of(stop.unless(check).await.map_err(CascadeError::Interrupted)??)
        } else {
            Token::beside(check)
        };
        if let Some(gate) = gate {
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
            Command::Doctor => self.examine(access, token, found, stop).await?,
            Command::Tell => self.tell(access, token, found, stop).await?,
        };
        Ok(Told { outcomes, drift })
    }
}
