//! The action.

use jiff::Timestamp;
use mirror::judge::Subject;
use mirror::judge::{Arrival, SeenHead, examine, judge_refs};
use mirror::{AllowedSigners, Finding, Genuine, MirrorTarget, Problem, Rules, Verdict, judge};
use runner::{Action, Completed, Context, Failure};

use super::error::GuardError;
use super::gather::{History, Objects, Repository, history, refs};
use super::inputs::{Inputs, Mode};
use super::occasion::{Occasion, Update, occasion};
use super::outputs::Outputs;
use super::rebuild::Rebuild;
use super::report::Report;

/// mirror-guard.
#[derive(Debug)]
pub struct MirrorGuard;

impl Action for MirrorGuard {
    const NAME: &'static str = "mirror-guard";
    const DESCRIPTION: &'static str =
        "Holds a generated mirror to what publish signed, and says where a change belongs";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const ICON: &'static str = "shield";
    const COLOR: &'static str = "green";
    const SHOWS_OUTPUTS: bool = false;
    type Inputs = Inputs;
    type Outputs = Outputs;

    fn run(context: &Context, inputs: Inputs) -> Result<Completed<Outputs>, Failure> {
        let signers = AllowedSigners::parse(&inputs.allowed_signers).map_err(GuardError::Signers)?;
        let (occasion, target) = occasion(context, &inputs, std::io::stdin().lock())?;
        let arrival = match occasion {
            Occasion::Witness => Arrival::Standing,
            Occasion::Updates(_) | Occasion::PullRequest { .. } => Arrival::New,
        };
        let rules = Rules { signers: &signers, target: &target, now: Timestamp::now(), arrival };
        let mut guard = Guard::new(context, &inputs, rules)?;
        match occasion {
            Occasion::Updates(updates) => {
                for update in &updates {
                    guard.update(update)?;
                }
            }
            Occasion::PullRequest { number, base } => guard.pull_request(number, &base),
            Occasion::Witness => guard.witness(&inputs)?,
        }
        Ok(guard.finish(context, &target))
    }
}

/// A run, with what it has found so far.
struct Guard<'a> {
    repository: Repository,
    objects: Objects,
    rules: Rules<'a>,
    rebuild: Option<Rebuild>,
    verdict: Verdict,
    commits: usize,
    /// A commit of publish's, for what it says of the source.
    known: Option<Genuine>,
}

impl<'a> Guard<'a> {
    fn new(context: &Context, inputs: &Inputs, rules: Rules<'a>) -> Result<Self, GuardError> {
        let in_workspace = |path: &std::path::Path| match &context.job().workspace {
            Some(workspace) => workspace.join(path),
            None => path.to_owned(),
        };
        let repository = Repository::at(&in_workspace(&inputs.path))?;
        let objects = match inputs.mode {
            Mode::PreReceive => Objects::in_quarantine(&repository, context.environment())?,
            Mode::Auto | Mode::Witness => Objects::of(&repository)?,
        };
        let rebuild =
            inputs.regenerate.as_deref().map(|path| Rebuild::from(&in_workspace(path))).transpose()?;
        let (verdict, commits, known) = (Verdict::default(), 0, None);
        Ok(Self { repository, objects, rules, rebuild, verdict, commits, known })
    }

    fn find(&mut self, subject: Subject, problem: Problem) {
        self.verdict.findings.push(Finding { subject, problem });
    }

    fn update(&mut self, update: &Update) -> Result<(), GuardError> {
        let guarded = self.rules.target.branch.full_ref();
        let subject = || Subject::Ref(update.name.clone());
        match &update.after {
            // to take away what publish did not make is a mending
            None if update.name != guarded => Ok(()),
            None => {
                self.recall(update.before.as_ref());
                self.find(subject(), Problem::Deleted);
                Ok(())
            }
            Some(_) if update.name != guarded => {
                self.find(subject(), Problem::OtherRef { guarded });
                Ok(())
            }
            Some(after) => {
                self.recall(update.before.as_ref());
                if update.before.as_ref() == Some(after) {
                    return Ok(());
                }
                let history = history(&self.objects, update.before.as_ref(), after, &self.rules)?;
                self.judge(&history)
            }
        }
    }

    fn pull_request(&mut self, number: u64, base: &domain::CommitSha) {
        self.recall(Some(base));
        self.find(Subject::PullRequest(number), Problem::PullRequest);
    }

    fn witness(&mut self, inputs: &Inputs) -> Result<(), GuardError> {
        let refs = refs(&self.repository)?;
        if let Some(head) = judge_refs(&refs, &self.rules, &mut self.verdict) {
            let history = history(&self.objects, None, head, &self.rules)?;
            self.judge(&history)?;
        }
        if let Some(expected) = &inputs.expect_version {
            self.verdict.expect_version(expected);
        }
        Ok(())
    }

    fn judge(&mut self, history: &History) -> Result<(), GuardError> {
        let Verdict { findings, head } = judge(&history.commits, &history.ground, &self.rules);
        self.verdict.findings.extend(findings);
        self.commits += history.commits.len();
        if let Some(rebuild) = &self.rebuild {
            for commit in history.commits.iter().filter_map(|commit| commit.genuine()) {
                let subject = Subject::Commit(commit.id.clone());
                for problem in rebuild.differences(commit, &self.objects)? {
                    self.verdict.findings.push(Finding { subject: subject.clone(), problem });
                }
            }
        }
        let newest = history.commits.iter().rev().find_map(|commit| commit.genuine());
        self.known = newest.cloned().or(self.known.take());
        self.verdict.head = head;
        Ok(())
    }

    /// Remembers a commit that the branch had, if it is publish's, for what it says of the source.
    fn recall(&mut self, id: Option<&domain::CommitSha>) {
        let raw = id.and_then(|id| Some(SeenHead { raw: self.objects.commit(id).ok()?, id: id.clone() }));
        let rules = Rules { arrival: Arrival::Standing, ..self.rules };
        self.known = raw.and_then(|head| examine(&head, &rules).ok()).or(self.known.take());
    }

    fn finish(self, context: &Context, target: &MirrorTarget) -> Completed<Outputs> {
        let report =
            Report { target, verdict: &self.verdict, commits: self.commits, known: self.known.as_ref() };
        report.print(context.console());
        context.summarise(&report.markdown());
        let head = self.verdict.head.as_ref().filter(|_| self.verdict.holds());
        let outputs = Outputs {
            valid: self.verdict.holds(),
            findings: self.verdict.findings.len(),
            commits: self.commits,
            head: head.map(|head| head.id.clone()),
            version: head.map(|head| head.trailers.version.to_string()),
            source_commit: head.map(|head| head.trailers.source.commit.clone()),
        };
        if outputs.valid { Completed::done(outputs) } else { Completed::with_findings(outputs) }
    }
}
