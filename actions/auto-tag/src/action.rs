//! The action: from the job's surroundings to a report.

use domain::RepoName;
use forge::{Credential, Reader, Site, Writer};
use http_client::Client;
use index::SimpleIndex;
use runner::event::{PullRequestAction, PullRequestEvent};
use runner::{Action, Annotation, Binding, Completed, Context, Failure};

use crate::apply::{Ending, Mode, release};
use crate::comment::{Leave, comment};
use crate::decide::Asked;
use crate::error::ReleaseError;
use crate::gather::Gatherer;
use crate::inputs::Inputs;
use crate::occasion::{Occasion, Target, occasion};
use crate::outputs::Outputs;
use crate::plan::{Step, Verdict};
use crate::preview::{asks, preview};
use crate::report::{Report, of_ending, of_nothing, of_preview};
use crate::settings::{IndexedProject, Settings, TokenKind};

/// auto-tag.
#[derive(Debug)]
pub struct AutoTag;

impl Action for AutoTag {
    const NAME: &'static str = "auto-tag";
    const DESCRIPTION: &'static str =
        "Tags the next release of a runtime from the labels of the pull requests that were merged";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const ICON: &'static str = "tag";
    const COLOR: &'static str = "purple";
    const BINDINGS: &'static [Binding] = &[
        Binding { input: "token", expression: Some("${{ github.token }}"), variable: Some("GITHUB_TOKEN") },
        Binding {
            input: "job-token",
            expression: Some("${{ github.token }}"),
            variable: Some("AUTO_TAG_JOB_TOKEN"),
        },
        Binding { input: "app-private-key", expression: None, variable: Some("AUTO_TAG_APP_PRIVATE_KEY") },
        Binding { input: "index-token", expression: None, variable: Some("AUTO_TAG_INDEX_TOKEN") },
    ];
    type Inputs = Inputs;
    type Outputs = Outputs;

    fn run(context: &Context, inputs: Inputs) -> Result<Completed<Outputs>, Failure> {
        let settings = inputs.settings()?;
        let given = Target { commit: inputs.sha.clone(), branch: inputs.branch.clone() };
        let job = context.job();
        let event = job.event_name.is_some().then(|| context.event()).transpose()?;
        let occasion = occasion(event.as_ref(), job.sha.as_ref(), job.git_ref.as_ref(), &given)?;
        let repo = match &inputs.repository {
            Some(repo) => repo.clone(),
            None => job.repository()?.clone(),
        };
        let permissions = permissions(&occasion, &settings);
        let run =
            Run { context, repo, settings, mode: if inputs.dry_run { Mode::DryRun } else { Mode::Apply } };
        match occasion {
            Occasion::Nothing(reason, why) => Ok(run.tell(of_nothing(reason, &why))),
            Occasion::Release(target) => {
                let credential = inputs.credential(permissions)?;
                runner::block_on(run.release(credential, &target))
            }
            Occasion::Aside(event, why) => {
                let credential = inputs.preview_credential(permissions)?;
                runner::block_on(run.aside(credential, &event, &why))
            }
            Occasion::Preview(event) => {
                let credential = inputs.preview_credential(permissions)?;
                runner::block_on(run.preview(credential, &event))
            }
        }
    }
}

/// What an app's token needs, and no more.
fn permissions(occasion: &Occasion, settings: &Settings) -> Vec<(&'static str, &'static str)> {
    match occasion {
        Occasion::Preview(_) | Occasion::Aside(..) if settings.preview_comment => {
            vec![("contents", "read"), ("pull_requests", "write")]
        }
        Occasion::Preview(_) | Occasion::Aside(..) | Occasion::Nothing(..) => {
            vec![("contents", "read"), ("pull_requests", "read")]
        }
        Occasion::Release(_) => {
            let mut needed = vec![("contents", "write"), ("pull_requests", "read")];
            needed.extend(settings.dispatch.is_some().then_some(("actions", "write")));
            needed
        }
    }
}

/// The index that `on` names, as its reader sees it.
fn index(client: &Client, on: &IndexedProject) -> SimpleIndex {
    let index = SimpleIndex::new(client.clone(), on.url.clone());
    match &on.reader {
        Some(reader) => index.basic(&reader.user, &reader.token),
        None => index,
    }
}

struct Run<'a> {
    context: &'a Context,
    repo: RepoName,
    settings: Settings,
    mode: Mode,
}

impl Run<'_> {
    async fn release(&self, credential: Credential, target: &Target) -> Result<Completed<Outputs>, Failure> {
        let (client, reader, writer) = self.open(credential)?;
        let gatherer = self.gatherer(&reader, &client);
        let mut ending = release(&gatherer, &writer, target, &self.settings, self.mode).await?;
        if self.mode == Mode::DryRun {
            obstacles(&reader, self.settings.token, &mut ending).await?;
        }
        self.warn(&ending.course.warnings);
        let foreign = ending.facts.tags.foreign();
        if foreign > 0 {
            let prefix = &self.settings.prefix;
            let (tags, are) =
                if foreign == 1 { ("tag", "is no release") } else { ("tags", "are no releases") };
            self.context
                .console()
                .progress(&format!("left out {foreign} {tags} that begin with `{prefix}` and {are}"));
        }
        let requests = client.statistics().round_trips;
        self.context.console().debug(&format!("{requests} requests were sent"));
        Ok(self.tell(of_ending(&ending, self.mode)))
    }

    async fn preview(
        &self,
        credential: Credential,
        event: &PullRequestEvent,
    ) -> Result<Completed<Outputs>, Failure> {
        let (client, reader, writer) = self.open(credential)?;
        let branch = event.base.branch.parse().map_err(Failure::bad_input)?;
        let gatherer = self.gatherer(&reader, &client);
        let facts = gatherer.foresee(event, &branch, &self.settings).await?;
        let preview = preview(&facts, event, &self.settings);
        self.warn(&preview.warnings);
        let report = of_preview(&preview);
        if self.settings.preview_comment && self.mode == Mode::Apply {
            let prefix = &self.settings.prefix;
            comment(&reader, &writer, prefix, event.number, &report.summary, Leave::OneComment).await;
        }
        Ok(self.with_label_checked(self.tell(report), &preview.asked, event))
    }

    /// A pull request that goes to a branch of which no releases are made.
    async fn aside(
        &self,
        credential: Credential,
        event: &PullRequestEvent,
        why: &str,
    ) -> Result<Completed<Outputs>, Failure> {
        let asked = asks(event, &self.settings);
        self.warn(asked.contradiction.as_slice());
        let report = of_nothing("other-branch", why);
        // it may have gone to the released branch before, and been foretold for that
        let was_edited = event.action == PullRequestAction::Edited;
        if was_edited && self.settings.preview_comment && self.mode == Mode::Apply {
            let (_, reader, writer) = self.open(credential)?;
            let prefix = &self.settings.prefix;
            comment(&reader, &writer, prefix, event.number, &report.summary, Leave::NoNewComment).await;
        }
        Ok(self.with_label_checked(self.tell(report), &asked, event))
    }

    fn with_label_checked(
        &self,
        completed: Completed<Outputs>,
        asked: &Asked,
        event: &PullRequestEvent,
    ) -> Completed<Outputs> {
        if !self.settings.require_label || asked.labelled {
            return completed;
        }
        self.context.console().annotate(&Annotation::error(format!(
            "pull request #{} has no release label: set one of {}",
            event.number,
            self.release_labels()
        )));
        Completed::with_findings(completed.outputs)
    }

    fn open(&self, credential: Credential) -> Result<(Client, Reader, Writer), Failure> {
        let environment = self.context.environment();
        let settings =
            http_client::Settings::from_environment(|name| environment.get(name).map(str::to_owned));
        let client = Client::new(settings).map_err(Failure::bad_input)?;
        let job = self.context.job();
        let site = Site { dialect: job.dialect, api: job.api_url.clone(), server: job.server_url.clone() };
        let masks = self.context.console().mask_sink();
        let (reader, writer) = forge::open(site, client.clone(), credential, masks, self.repo.clone())
            .map_err(ReleaseError::from)?;
        Ok((client, reader, writer))
    }

    fn gatherer<'a>(&'a self, reader: &'a Reader, client: &'a Client) -> Gatherer<'a> {
        Gatherer {
            reader,
            index: self.settings.index.as_ref().map(|on| index(client, on)),
            repo: &self.repo,
            clock: client.clock().as_ref(),
            run_url: self.context.job().run_url(),
        }
    }

    fn warn(&self, warnings: &[String]) {
        for warning in warnings {
            self.context.console().annotate(&Annotation::warning(warning));
        }
    }

    fn tell(&self, report: Report) -> Completed<Outputs> {
        for line in &report.lines {
            self.context.console().result(line);
        }
        self.context.summarise(&report.summary);
        Completed::done(report.outputs)
    }

    fn release_labels(&self) -> String {
        let labels = &self.settings.labels;
        let all = [&labels.major, &labels.minor, &labels.patch, &labels.skip].into_iter().flatten();
        all.map(|label| format!("`{label}`")).collect::<Vec<_>>().join(", ")
    }
}

/// What would stand in the way of the plan and can be seen without writing.
async fn obstacles(reader: &Reader, token: TokenKind, ending: &mut Ending) -> Result<(), Failure> {
    let Verdict::Release(release) = &ending.course.verdict else { return Ok(()) };
    if !ending.course.steps.iter().any(|step| matches!(step, Step::CreateTag { .. })) {
        return Ok(());
    }
    let name = release.tag.name();
    if let Some(page) = reader.draft_release(&name).await.map_err(ReleaseError::from)? {
        ending
            .course
            .warnings
            .push(format!("a draft release reserves the name `{name}`: publish or delete {page}"));
    }
    let standing = reader.standing().await.map_err(ReleaseError::from)?;
    if standing.archived {
        ending.course.warnings.push("the repository is archived: unarchive it before a release".to_owned());
    }
    // a job's token is no user's, and what the forges tell of it here is not what it may do
    if token == TokenKind::Other && standing.user_may_push == Some(false) {
        ending.course.warnings.push(format!(
            "the token's user may not push to the repository, so `{name}` would be refused: let the user write to it, or use another token"
        ));
    }
    Ok(())
}
