//! An index on this machine, a release that was really built, and a client whose waiting takes no time.

use std::future::Future;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use http_client::{Client, RetryPolicy, Settings, TestClock};
use local_index::{Dialect, LocalIndex, Role, StoredFile};
use publish::confirm::{ConfirmError, Confirmed, Patience, confirm};
use publish::distribution::Release;
use publish::upload::{JobIdentity, Target, TargetSettings, UploadError, Uploaded, upload};
use runner::Environment;
use secrecy::{ExposeSecret as _, SecretString};

use crate::checkout::Checkout;

/// The project of the example.
pub(crate) const PROJECT: &str = "acme-workspace-runtime";

/// What a run has around it.
pub(crate) struct Stage {
    pub(crate) index: Arc<LocalIndex>,
    pub(crate) release: Release,
    pub(crate) clock: Arc<TestClock>,
    /// What was to be masked.
    pub(crate) masked: Arc<Mutex<Vec<String>>>,
    identity: Environment,
    forge: domain::Dialect,
    bound_to: Option<String>,
    access: Access,
}

/// How the run is let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Access {
    Token(String),
    Trusted,
}

impl Stage {
    /// An index of this dialect with nothing in it, and a token that may publish.
    pub(crate) fn new(dialect: Dialect) -> Self {
        let index = Arc::new(LocalIndex::start(dialect));
        let access = Access::Token(index.token(Role::Publisher));
        Self {
            index,
            release: built("1.4.0"),
            clock: Arc::new(TestClock::at("2026-11-21T12:00:00Z".parse().unwrap())),
            masked: Arc::default(),
            identity: Environment::default(),
            forge: domain::Dialect::GitHub,
            bound_to: None,
            access,
        }
    }

    pub(crate) fn with_token(self, token: &str) -> Self {
        Self { access: Access::Token(token.to_owned()), ..self }
    }

    /// Without a token, in a job that can say who it is.
    pub(crate) fn of_job(self, job: local_index::Job) -> Self {
        let source = self.index.run_job(job);
        self.trusted(&[
            ("GITHUB_ACTIONS", "true"),
            ("ACTIONS_ID_TOKEN_REQUEST_URL", &source.url),
            ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", &source.token),
        ])
    }

    /// Without a token, in these surroundings.
    pub(crate) fn trusted(self, environment: &[(&str, &str)]) -> Self {
        let identity = Environment::from_pairs(environment.iter().copied());
        Self { access: Access::Trusted, identity, ..self }
    }

    /// With the environment that a manifest declares.
    pub(crate) fn bound_to(self, environment: &str) -> Self {
        Self { bound_to: Some(environment.to_owned()), ..self }
    }

    pub(crate) fn on(self, forge: domain::Dialect) -> Self {
        Self { forge, ..self }
    }

    pub(crate) fn target(&self) -> Target {
        let (user, token) = match &self.access {
            Access::Token(token) => (Some(self.index.user()), Some(SecretString::from(token.as_str()))),
            Access::Trusted => (None, None),
        };
        let settings = TargetSettings {
            simple_url: Some(self.index.simple_url().parse().unwrap()),
            upload_url: Some(self.index.upload_url().parse().unwrap()),
            user: user.map(ToString::to_string),
            token,
            forge: None,
        };
        Target::new(settings).unwrap()
    }

    pub(crate) fn client(&self) -> Client {
        let settings = Settings {
            clock: self.clock.clone(),
            // a stalled server is to be given up on while the test is still young
            request_timeout: Duration::from_millis(500),
            retry: RetryPolicy { attempts: 2, ..RetryPolicy::default() },
            ..Settings::default()
        };
        Client::new(settings).unwrap()
    }

    fn job(&self) -> JobIdentity {
        let masked = self.masked.clone();
        let sink = Arc::new(move |secret: &SecretString| {
            masked.lock().unwrap().push(secret.expose_secret().to_owned());
        });
        JobIdentity::of(&self.identity, self.forge, sink).bound_to(self.bound_to.clone())
    }

    pub(crate) fn upload(&self) -> Result<Uploaded, UploadError> {
        block_on(upload(&self.client(), &self.target(), &self.job(), &self.release))
    }

    pub(crate) fn confirm(&self) -> Result<Confirmed, ConfirmError> {
        block_on(confirm(&self.client(), &self.target(), &self.release, Patience::default()))
    }

    pub(crate) fn files(&self) -> Vec<StoredFile> {
        self.index.files(PROJECT)
    }

    /// Whether the index holds each file of the release exactly once, byte for byte, and nothing else.
    pub(crate) fn is_whole(&self) -> bool {
        let mut held: Vec<_> =
            self.files().into_iter().map(|file| (file.name, file.bytes.to_vec())).collect();
        let mut ours: Vec<_> = self
            .release
            .distributions()
            .map(|one| (one.file_name().to_owned(), one.bytes().to_vec()))
            .to_vec();
        held.sort();
        ours.sort();
        held == ours
    }

    /// How often a file was sent.
    pub(crate) fn sends(&self) -> usize {
        local_index::count(&self.index.exchanges(), "upload")
    }
}

pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    runner::block_on(future)
}

/// The example at this version, as the program builds it.
pub(crate) fn built(version: &str) -> Release {
    static FIRST: OnceLock<Release> = OnceLock::new();
    if version == "1.4.0" {
        return FIRST.get_or_init(|| build(version)).clone();
    }
    build(version)
}

fn build(version: &str) -> Release {
    let checkout = Checkout::of_example();
    checkout.run(&["build", "--version", version, "--out", "out"]).ok();
    Release::read(&checkout.path("out/dist")).unwrap()
}

/// Writes a release down, as a build leaves it.
pub(crate) fn written(release: &Release, folder: &Path) {
    for one in release.distributions() {
        fs_err::write(folder.join(one.file_name()), one.bytes()).unwrap();
    }
}
