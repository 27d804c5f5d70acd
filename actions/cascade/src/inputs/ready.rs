//! From inputs as they were given to settings that are ready for use.

use std::path::Path;
use std::time::Duration;

use domain::{PackageVersion, RepoName};
use fs_err as fs;
use registry::Keychain;
use runner::Environment;
use secrecy::SecretString;
use url::Url;

use super::{BadInput, Command, Gate, Inputs, Settings, Sources};
use crate::payload::{EventType, Payload};
use crate::plan::telling::Wait;
use crate::receipt::Asked;
use crate::targets::{Discovery, Target, duplicate, known_templates, read_manifest};

impl Inputs {
    /// The inputs as values that are ready for use. `job` is the job's own repository, and paths lead from `folder`.
    ///
    /// # Errors
    /// Names the input and what is allowed.
    pub fn settings(&self, job: Option<&RepoName>, folder: &Path) -> Result<Settings, BadInput> {
        let version = self.released_version()?;
        let source = match (&self.source, job, self.command) {
            (Some(source), ..) => source.clone(),
            (None, Some(job), _) => job.clone(),
            (None, None, Command::Tell) => return Err(BadInput::NoSource),
            // a doctor tells nobody anything
            (None, None, Command::Doctor) => "doctor/doctor".parse().expect("a name by the rules"),
        };
        if let Some(allowed) = self.allow_downgrade.as_ref().filter(|allowed| **allowed != version) {
            return Err(BadInput::OtherDowngrade { allowed: allowed.clone(), version });
        }
        let sources = self.sources(folder)?;
        Ok(Settings {
            command: self.command,
            payload: Payload::new(&source, &version, &self.pairs()?)?,
            event: EventType::new(&self.event_type)?,
            package: self.package.clone(),
            receipts: self.receipts(&sources)?,
            sources,
            mode: self.mode,
            wait: self.wait,
            deadline: Duration::from_secs(self.wait_timeout.into()),
            observation: Duration::from_secs(self.observation.into()),
            again: self.redispatch_failed,
            auto_merge: self.auto_merge.style(),
            rollback: self.allow_downgrade.is_some(),
            pace: self.pace.clone(),
            at_once: self.concurrency.into(),
            gate: self.gate()?,
            on_partial: self.on_partial,
            dry_run: self.dry_run,
        })
    }

    fn released_version(&self) -> Result<PackageVersion, BadInput> {
        match (&self.version, self.command) {
            (Some(version), _) if version.is_local() => Err(BadInput::LocalVersion(version.clone())),
            (Some(version), _) => Ok(version.clone()),
            (None, Command::Doctor) => Ok(PackageVersion::new([0])),
            (None, Command::Tell) => Err(BadInput::NoVersion),
        }
    }

    fn pairs(&self) -> Result<Vec<(String, String)>, BadInput> {
        let pair = |line: &String| match line.split_once('=') {
            Some((name, value)) if !name.trim().is_empty() => {
                Ok((name.trim().to_owned(), value.trim().to_owned()))
            }
            _ => Err(BadInput::PayloadLine(line.clone())),
        };
        self.payload.iter().map(pair).collect()
    }

    fn sources(&self, folder: &Path) -> Result<Sources, BadInput> {
        let discovery = self.discovery()?;
        let mut listed: Vec<Target> =
            self.repos.iter().map(|repo| Target::named(repo.clone(), self.mode)).collect();
        if let Some(path) = &self.manifest {
            let text = fs::read_to_string(folder.join(path))
                .map_err(|source| BadInput::NoManifest { path: path.clone(), source })?;
            let shown = path.display().to_string();
            listed.extend(read_manifest(&shown, &text, self.mode).map_err(BadInput::Manifest)?);
        }
        if listed.is_empty() && discovery.is_none() {
            let known = known_templates(&self.template_repo).into_iter();
            listed = known.map(|repo| Target::named(repo, self.mode)).collect();
        }
        if let Some(twice) = duplicate(listed.iter().map(|target| &target.repo)) {
            return Err(BadInput::SameTarget(twice.clone()));
        }
        let only = self.only.to_vec();
        if discovery.is_none() {
            let stranger = only.iter().find(|name| listed.iter().all(|target| target.repo != **name));
            if let Some(stranger) = stranger {
                return Err(BadInput::NoTarget(stranger.clone()));
            }
        }
        Ok(Sources { listed, discovery, only })
    }

    fn discovery(&self) -> Result<Option<Discovery>, BadInput> {
        let Some(organization) = &self.organization else {
            return match (&self.pattern, &self.topic) {
                (Some(_), _) => Err(BadInput::NoOrganization("pattern")),
                (None, Some(_)) => Err(BadInput::NoOrganization("topic")),
                (None, None) => Ok(None),
            };
        };
        if organization.parse::<forge::Owner>().is_err() {
            return Err(BadInput::Organization(organization.clone()));
        }
        let by_name = || self.topic.is_none().then(|| self.template_repo.pattern());
        Ok(Some(Discovery {
            organization: organization.clone(),
            pattern: self.pattern.clone().or_else(by_name),
            topic: self.topic.as_ref().map(|topic| topic.to_ascii_lowercase()),
            exclude: self.exclude.to_vec(),
        }))
    }

    /// What receipts are asked for. Of what is listed it is known here already which image it builds.
    fn receipts(&self, sources: &Sources) -> Result<Option<Asked>, BadInput> {
        if !self.receipt {
            return Ok(None);
        }
        if self.wait != Wait::Concluded {
            return Err(BadInput::ReceiptTooEarly);
        }
        let (image, templates) = (self.receipt_image.clone(), self.template_repo.clone());
        for target in &sources.listed {
            image.of(target, &target.repo, &templates)?;
        }
        Ok(Some(Asked { image, templates, patience: Duration::from_secs(self.receipt_timeout.into()) }))
    }

    /// As whom registries are asked, by the rules of refresh-images: as nobody where they are not.
    ///
    /// # Errors
    /// When half of a login is given, or Docker's configuration cannot be used.
    pub fn keychain(
        &self,
        environment: &Environment,
        of_environment: Option<&SecretString>,
    ) -> Result<Keychain, BadInput> {
        if !self.receipt {
            return Ok(Keychain::Anonymous);
        }
        let token = self.registry_token.as_ref().or(of_environment);
        let variable = |name: &str| environment.get(name).map(str::to_owned);
        Ok(Keychain::find(self.registry_user.as_deref(), token, variable)?)
    }

    fn gate(&self) -> Result<Option<Gate>, BadInput> {
        let Some(url) = &self.index_url else { return Ok(None) };
        let index: Url = url.trim().parse().map_err(|_| BadInput::IndexUrl)?;
        let has_credentials = !index.username().is_empty() || index.password().is_some();
        let is_plain = !has_credentials && index.query().is_none() && index.fragment().is_none();
        if !is_plain || !matches!(index.scheme(), "http" | "https") {
            return Err(BadInput::IndexUrl);
        }
        Ok(Some(Gate { index, patience: Duration::from_secs(self.index_timeout.into()) }))
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;
    use runner::{Diagnostic as _, Exit};

    use super::*;

    fn settings(arguments: &[&str]) -> Result<Settings, BadInput> {
        let inputs = Inputs::try_parse_from(["cascade"].iter().chain(arguments)).unwrap();
        inputs.settings(Some(&"acme/core".parse().unwrap()), Path::new("/nowhere"))
    }

    #[test]
    fn without_any_list_the_known_templates_are_told() {
        let settings = settings(&["--version", "1.4.0"]).unwrap();
        assert_eq!(settings.sources.listed.len(), 8);
        assert_eq!(settings.payload.source().as_str(), "acme/core");
        assert!(settings.sources.discovery.is_none());
    }

    #[test]
    fn discovery_goes_by_the_templates_name_or_by_a_topic() {
        let by_name = settings(&["--version", "1", "--organization", "acme"]).unwrap().sources;
        assert!(by_name.listed.is_empty());
        let pattern = by_name.discovery.unwrap().pattern;
        assert_eq!(pattern.as_deref(), Some("molecule-ai-workspace-template-*"));
        let topic = settings(&["--version", "1", "--organization", "acme", "--topic", "Runtime"]).unwrap();
        let discovery = topic.sources.discovery.unwrap();
        assert_eq!((discovery.pattern, discovery.topic.as_deref()), (None, Some("runtime")));
    }

    #[test]
    fn what_cannot_be_used_is_named_before_anything_is_sent() {
        for (arguments, name) in [
            (&[][..], "`version`"),
            (&["--version", "1.4.0+local"], "`version`"),
            (&["--version", "1", "--payload", "x"], "`payload`"),
            (&["--version", "1", "--payload", "source=x"], "`payload`"),
            (&["--version", "1", "--event-type", &"x".repeat(101)], "`event-type`"),
            (&["--version", "1", "--repos", "acme/a, ACME/A"], "`repos`"),
            (&["--version", "1", "--repos", "acme/a", "--only", "acme/b"], "`only`"),
            (&["--version", "1", "--manifest", "missing.toml"], "`manifest`"),
            (&["--version", "1", "--topic", "x"], "`topic`"),
            (&["--version", "1", "--pattern", "x"], "`pattern`"),
            (&["--version", "1", "--organization", "a/b"], "`organization`"),
            (&["--version", "1", "--allow-downgrade", "2"], "`allow-downgrade`"),
            (&["--version", "1", "--receipt"], "`wait`"),
            (
                &["--version", "1", "--receipt", "--wait", "concluded", "--repos", "acme/server"],
                "`acme/server`",
            ),
            (&["--version", "1", "--index-url", "https://u:pw@pypi.example/simple/"], "`index-url`"),
        ] {
            let error = settings(arguments).unwrap_err();
            assert!(error.to_string().contains(name), "{arguments:?}: {error}");
            assert_eq!(error.exit(), Exit::BadInput);
        }
    }

    #[test]
    fn words_that_are_no_names_are_refused_by_the_parser() {
        for arguments in [
            ["--repos", "acme"],
            ["--mode", "fax"],
            ["--pace", "fast"],
            ["--version", "x"],
            ["--wait", "long"],
        ] {
            assert!(Inputs::try_parse_from(["cascade"].iter().chain(&arguments)).is_err(), "{arguments:?}");
        }
    }

    #[test]
    fn a_doctor_needs_neither_version_nor_source() {
        let inputs = Inputs::try_parse_from(["cascade", "doctor"]).unwrap();
        assert!(inputs.settings(None, Path::new("/nowhere")).is_ok());
    }
}
