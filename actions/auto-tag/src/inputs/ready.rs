//! From inputs as they were given to settings that are ready for use.

use std::time::Duration;

use domain::Label;
use url::Url;

use super::credential::is_token;
use super::{BadInput, Inputs, Source};
use crate::message::MessageTemplate;
use crate::paths::PathFilter;
use crate::settings::{Dispatch, IndexReader, IndexedProject, ReleaseLabels, Settings, VersionSource};

impl Inputs {
    /// The inputs as values that are ready for use.
    ///
    /// # Errors
    /// Names the input and what is allowed.
    pub fn settings(&self) -> Result<Settings, BadInput> {
        if !self.initial_version.pre.is_empty() || !self.initial_version.build.is_empty() {
            return Err(BadInput::InitialVersion(self.initial_version.clone()));
        }
        let version_source = match self.version_source {
            Source::Labels => VersionSource::Labels,
            Source::File => VersionSource::File(repo_path("version-file", &self.version_file)?),
        };
        let floor = self.version_floor_file.as_ref().map(|path| repo_path("version-floor-file", path));
        Ok(Settings {
            prefix: self.tag_prefix.clone(),
            labels: self.labels()?,
            default_bump: self.default_bump.into(),
            on_no_pr: self.on_no_pr.into(),
            skip_markers: self.skip_markers.to_vec(),
            initial_version: self.initial_version.clone(),
            version_source,
            version_floor_file: floor.transpose()?,
            index: self.index()?,
            prerelease: self.prerelease.into(),
            paths: PathFilter::new(self.paths.to_vec()).map_err(BadInput::Paths)?,
            floating: self.floating_tags.into(),
            dispatch: self.dispatch()?,
            message: MessageTemplate::new(&self.message).map_err(BadInput::Message)?,
            lookup_patience: Duration::from_secs(self.lookup_patience.into()),
            require_label: self.require_label,
            preview_comment: self.preview_comment,
            token: self.token_kind(),
        })
    }

    fn index(&self) -> Result<Option<IndexedProject>, BadInput> {
        let (url, project) = match (&self.index_url, &self.index_package) {
            (None, None) => return self.no_index(),
            (Some(_), None) => return Err(BadInput::NoIndexPackage),
            (None, Some(project)) => return Err(BadInput::NoIndexUrl(project.clone())),
            (Some(url), Some(project)) => (url, project.clone()),
        };
        let url: Url = url.trim().parse().map_err(|_| BadInput::IndexUrl)?;
        let has_credentials = !url.username().is_empty() || url.password().is_some();
        let is_plain = !has_credentials && url.query().is_none() && url.fragment().is_none();
        if !is_plain || !matches!(url.scheme(), "http" | "https") {
            return Err(BadInput::IndexUrl);
        }
        Ok(Some(IndexedProject { url, project, reader: self.index_reader()? }))
    }

    /// Nothing to read, and so nobody to read it.
    fn no_index(&self) -> Result<Option<IndexedProject>, BadInput> {
        let given = [("index-user", self.index_user.is_some()), ("index-token", self.index_token.is_some())];
        match given.into_iter().find(|(_, is_given)| *is_given) {
            Some((input, _)) => Err(BadInput::CredentialForNoIndex(input)),
            None => Ok(None),
        }
    }

    /// Who reads the index. A user alone is nobody: the run of a fork or of a bot is given no secrets.
    fn index_reader(&self) -> Result<Option<IndexReader>, BadInput> {
        let Some(token) = &self.index_token else { return Ok(None) };
        let user = self.index_user.clone().ok_or(BadInput::NoIndexUser)?;
        if user.contains(':') || user.chars().any(char::is_control) {
            return Err(BadInput::IndexUserCharacters);
        }
        if !is_token(token) {
            return Err(BadInput::TokenCharacters("index-token"));
        }
        Ok(Some(IndexReader { user, token: token.clone() }))
    }

    fn labels(&self) -> Result<ReleaseLabels, BadInput> {
        let labels = ReleaseLabels {
            major: self.labels_major.to_vec(),
            minor: self.labels_minor.to_vec(),
            patch: self.labels_patch.to_vec(),
            skip: self.labels_skip.to_vec(),
        };
        let all: Vec<&Label> =
            [&labels.major, &labels.minor, &labels.patch, &labels.skip].into_iter().flatten().collect();
        match all.iter().enumerate().find(|(at, label)| all[..*at].contains(label)) {
            Some((_, twice)) => Err(BadInput::LabelTwice((*twice).clone())),
            None => Ok(labels),
        }
    }

    fn dispatch(&self) -> Result<Option<Dispatch>, BadInput> {
        let Some(workflow) = &self.dispatch else { return Ok(None) };
        let is_name = workflow.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        let ending = workflow.rsplit_once('.').map(|(_, ending)| ending);
        if !is_name || !matches!(ending, Some("yml" | "yaml")) {
            return Err(BadInput::Dispatch(workflow.clone()));
        }
        let pair = |line: &String| match line.split_once('=') {
            Some((name, value)) if !name.trim().is_empty() => {
                Ok((name.trim().to_owned(), value.trim().to_owned()))
            }
            _ => Err(BadInput::DispatchInputs(line.clone())),
        };
        let inputs = self.dispatch_inputs.iter().map(pair).collect::<Result<_, _>>()?;
        Ok(Some(Dispatch { workflow: workflow.clone(), inputs }))
    }
}

fn repo_path(input: &'static str, path: &str) -> Result<String, BadInput> {
    let path = path.strip_prefix("./").unwrap_or(path);
    let inside = path.split('/').all(|part| !part.is_empty() && part != "." && part != "..");
    let plain = !path.contains('\\') && !path.chars().any(char::is_control);
    if inside && plain { Ok(path.to_owned()) } else { Err(BadInput::Path { input, path: path.to_owned() }) }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;
    use runner::{Diagnostic as _, Exit};

    use super::*;
    use crate::fixtures;

    fn inputs(arguments: &[&str]) -> Inputs {
        Inputs::try_parse_from(["auto-tag"].iter().chain(arguments)).unwrap()
    }

    #[test]
    fn the_defaults_are_those_of_the_documentation() {
        let settings = inputs(&[]).settings().unwrap();
        assert_eq!(format!("{settings:?}"), format!("{:?}", fixtures::settings()));
    }

    #[test]
    fn a_dispatch_has_a_file_and_pairs() {
        let given =
            inputs(&["--dispatch", "publish.yml", "--dispatch-inputs", "version={version}\nnote=a = b"]);
        let dispatch = given.settings().unwrap().dispatch.unwrap();
        assert_eq!(
            dispatch.inputs,
            [("version".into(), "{version}".into()), ("note".into(), "a = b".into())]
        );
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        for (arguments, name) in [
            (["--message", "{author}"], "message"),
            (["--paths", "!docs/**"], "paths"),
            (["--initial-version", "1.0.0-rc.1"], "initial-version"),
            (["--dispatch", "../x.yml"], "dispatch"),
            (["--dispatch", "publish"], "dispatch"),
            (["--version-floor-file", "../pyproject.toml"], "version-floor-file"),
            (["--version-floor-file", "/etc/passwd"], "version-floor-file"),
            (["--labels-minor", "Release:Major"], "labels-major"),
        ] {
            let error = inputs(&arguments).settings().unwrap_err();
            assert!(error.to_string().contains(&format!("`{name}`")), "{arguments:?}: {error}");
            assert_eq!(error.exit(), Exit::BadInput);
        }
        let on_index = ["--index-package", "a", "--index-url", "https://pypi.example/simple/"];
        for (arguments, name) in [
            (&["--index-url", "https://pypi.org/simple/"][..], "index-package"),
            (&["--index-package", "acme-runtime"], "index-url"),
            (&["--index-package", "a", "--index-url", "file:///simple/"], "index-url"),
            (&["--index-package", "a", "--index-url", "https://me:pw@pypi.example/simple/"], "index-url"),
            (&["--index-package", "a", "--index-url", "https://pypi.example/simple/?key=pw"], "index-url"),
            (&["--index-user", "me"], "index-url"),
            (&["--index-token", "pw"], "index-url"),
            (&[&on_index[..], &["--index-token", "pw"]].concat(), "index-user"),
            (&[&on_index[..], &["--index-token", "pw", "--index-user", "me:you"]].concat(), "index-user"),
            (&[&on_index[..], &["--index-token", "p w", "--index-user", "me"]].concat(), "index-token"),
        ] {
            let error = inputs(arguments).settings().unwrap_err();
            assert!(error.to_string().contains(&format!("`{name}`")), "{arguments:?}: {error}");
            assert!(!error.to_string().contains("pw"), "{error}");
        }
        let lines = inputs(&["--dispatch", "a.yml", "--dispatch-inputs", "=x"]).settings();
        assert!(matches!(lines, Err(BadInput::DispatchInputs(_))));
    }
}
