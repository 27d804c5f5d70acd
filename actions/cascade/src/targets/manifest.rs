//! The manifest: targets that need more words than their names.
//!
//! ```toml
//! [[targets]]
//! repo = "acme/server"
//! mode = "bump-pr"
//! ref = "main"
//! pins = ["server/requirements.txt", { path = "deploy/runtime", format = "version" }]
//!
//! [[targets]]
//! repo = "acme/template-hermes"
//! workflow = "publish-image.yml"
//! image = "registry.example/acme/hermes:latest"
//! ```

use std::ops::Range;

use clap::ValueEnum as _;
use domain::{BranchName, RepoName};
use registry::{Reference, ReferenceError};
use serde::Deserialize;
use template::pins::Format;
use text::{Position, Source};
use toml::{Spanned, Value};

use super::{AskedMode, Target, key};
use crate::receipt::AskedImage;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireManifest {
    targets: Vec<WireTarget>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireTarget {
    repo: Spanned<String>,
    mode: Option<Spanned<String>>,
    #[serde(rename = "ref")]
    reference: Option<Spanned<String>>,
    workflow: Option<Spanned<String>>,
    pins: Option<Vec<Spanned<Value>>>,
    image: Option<Spanned<Value>>,
}

/// A manifest that cannot be used, and the place that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{path}:{position}`: {what}{}", Excerpt(line))]
pub struct ManifestError {
    /// The file.
    pub path: String,
    /// The place.
    pub position: Position,
    /// What is wrong.
    pub what: String,
    line: String,
}

struct Excerpt<'l>(&'l str);

impl std::fmt::Display for Excerpt<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let line = self.0.trim();
        if line.is_empty() { Ok(()) } else { write!(f, "\n  | {line}") }
    }
}

/// The targets of a manifest, in its order. A target without a mode has `mode`.
///
/// # Errors
/// At the first place that is no TOML, no manifest, or names a target twice.
pub fn read(path: &str, text: &str, mode: AskedMode) -> Result<Vec<Target>, ManifestError> {
    let reading = Reading(Source::new(path, text));
    let manifest: WireManifest = toml::from_str(text).map_err(|error| {
        let what = error.message().trim_end().replace('\n', ", ");
        reading.refuse(&error.span().unwrap_or_default(), what)
    })?;
    let mut targets: Vec<Target> = Vec::new();
    let mut lines = std::collections::BTreeMap::new();
    for wire in &manifest.targets {
        let target = reading.target(wire, mode)?;
        let line = reading.0.position(wire.repo.span().start).line;
        if let Some(first) = lines.insert(key(&target.repo), line) {
            let what = format!("target `{}` stands in line {first} already", target.repo);
            return Err(reading.refuse(&wire.repo.span(), what));
        }
        targets.push(target);
    }
    if targets.is_empty() {
        return Err(reading.refuse(&(0..0), "no target is named"));
    }
    Ok(targets)
}

struct Reading(Source);

impl Reading {
    fn refuse(&self, at: &Range<usize>, what: impl Into<String>) -> ManifestError {
        let position = self.0.position(at.start);
        let line = self.0.line(position.line).unwrap_or_default().to_owned();
        ManifestError { path: self.0.path().to_owned(), position, what: what.into(), line }
    }

    fn target(&self, wire: &WireTarget, mode: AskedMode) -> Result<Target, ManifestError> {
        let repo: RepoName = self.parsed(&wire.repo)?;
        let asked = wire.mode.as_ref().map(|mode| self.mode(mode)).transpose()?.unwrap_or(mode);
        let reference: Option<BranchName> =
            wire.reference.as_ref().map(|reference| self.parsed(reference)).transpose()?;
        let workflow = wire.workflow.as_ref().map(|workflow| self.workflow(workflow)).transpose()?;
        let pins = wire.pins.iter().flatten().map(|pin| self.pin(pin)).collect::<Result<Vec<_>, _>>()?;
        let image = wire.image.as_ref().map(|image| self.image(image)).transpose()?.unwrap_or_default();
        let target = Target { repo, mode: asked, reference, workflow, pins, image };
        self.fitting(wire, &target)?;
        Ok(target)
    }

    /// What one mode needs is of no use to another, and whoever writes it expects something else.
    fn fitting(&self, wire: &WireTarget, target: &Target) -> Result<(), ManifestError> {
        let unused = |span: Range<usize>, name: &str| {
            let mode = target.mode.as_str();
            Err(self.refuse(&span, format!("`{name}` means nothing for the mode `{mode}`")))
        };
        match (target.mode, &wire.reference, &wire.workflow, wire.pins.as_deref()) {
            (AskedMode::RepositoryDispatch, Some(reference), ..) => unused(reference.span(), "ref"),
            (AskedMode::RepositoryDispatch | AskedMode::BumpPr, _, Some(workflow), _) => {
                unused(workflow.span(), "workflow")
            }
            (AskedMode::RepositoryDispatch | AskedMode::WorkflowDispatch, _, _, Some([pin, ..])) => {
                unused(pin.span(), "pins")
            }
            _ => Ok(()),
        }
    }

    fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(
        &self,
        text: &Spanned<String>,
    ) -> Result<T, ManifestError> {
        text.get_ref().parse().map_err(|error: T::Err| self.refuse(&text.span(), error.to_string()))
    }

    fn mode(&self, text: &Spanned<String>) -> Result<AskedMode, ManifestError> {
        AskedMode::from_str(text.get_ref(), false).map_err(|_| {
            let modes = AskedMode::value_variants().iter().map(|mode| format!("`{}`", mode.as_str()));
            let modes = modes.collect::<Vec<_>>().join(", ");
            self.refuse(&text.span(), format!("`{}` is no mode: write one of {modes}", text.get_ref()))
        })
    }

    fn workflow(&self, text: &Spanned<String>) -> Result<String, ManifestError> {
        if is_workflow_file(text.get_ref()) {
            return Ok(text.get_ref().clone());
        }
        let what = format!(
            "`{}` is no workflow: give the name of a file in the workflows folder, such as `publish.yml`",
            text.get_ref()
        );
        Err(self.refuse(&text.span(), what))
    }

    fn image(&self, image: &Spanned<Value>) -> Result<AskedImage, ManifestError> {
        let refuse = |what: &str| self.refuse(&image.span(), what.to_owned());
        let name = match image.get_ref() {
            Value::Boolean(false) => return Ok(AskedImage::Nothing),
            Value::String(name) => name,
            _ => return Err(refuse("an image is a name, or `false` where the target builds none")),
        };
        let named: Reference = name.parse().map_err(|error: ReferenceError| refuse(&error.to_string()))?;
        if named.digest().is_some() {
            return Err(refuse("what a digest names is the same for ever: give a tag"));
        }
        Ok(AskedImage::Named(named))
    }

    fn pin(&self, pin: &Spanned<Value>) -> Result<(String, Format), ManifestError> {
        let refuse = |what: &str| self.refuse(&pin.span(), what.to_owned());
        let (path, format) = match pin.get_ref() {
            Value::String(path) => (path, None),
            Value::Table(table) => {
                let known = ["path", "format"];
                if let Some(other) = table.keys().find(|key| !known.contains(&key.as_str())) {
                    return Err(refuse(&format!(
                        "`{other}` means nothing here: a pin has `path` and `format`"
                    )));
                }
                match (table.get("path"), table.get("format")) {
                    (Some(Value::String(path)), Some(Value::String(format))) => (path, Some(format)),
                    (Some(Value::String(path)), None) => (path, None),
                    _ => return Err(refuse("a pin has a `path` and a `format`, each a string")),
                }
            }
            _ => return Err(refuse("a pin is a path, or a table with `path` and `format`")),
        };
        if !is_repo_path(path) {
            let what = format!("`{path}` is no path from the repository's root, without `.` and `..`");
            return Err(refuse(&what));
        }
        let format = match format {
            Some(format) => format.parse().map_err(|error: template::pins::UnknownFormat| {
                self.refuse(&pin.span(), error.to_string())
            })?,
            None => Format::of(path).ok_or_else(|| {
                refuse(&format!("what `{path}` holds is not told by its name: give `format` as well"))
            })?,
        };
        Ok((path.clone(), format))
    }
}

/// Whether a text is the name of a file that can be a workflow.
#[must_use]
pub(crate) fn is_workflow_file(text: &str) -> bool {
    let is_name = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    is_name && matches!(text.rsplit_once('.'), Some((stem, "yml" | "yaml")) if !stem.is_empty())
}

fn is_repo_path(path: &str) -> bool {
    let inside = path.split('/').all(|part| !part.is_empty() && part != "." && part != "..");
    inside && !path.contains('\\') && !path.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn error(text: &str) -> String {
        read("cascade.toml", text, AskedMode::Auto).unwrap_err().to_string()
    }

    #[test]
    fn a_manifest_names_targets_with_their_modes_branches_and_files() {
        let text = "[[targets]]\nrepo = \"acme/server\"\nmode = \"bump-pr\"\nref = \"develop\"\npins = [\"a/requirements.txt\", { path = \"b\", format = \"version\" }]\n\n[[targets]]\nrepo = \"acme/t\"\nworkflow = \"publish.yml\"\n";
        let targets = read("cascade.toml", text, AskedMode::Auto).unwrap();
        assert_eq!(
            targets,
            [
                Target {
                    reference: Some("develop".parse().unwrap()),
                    pins: vec![
                        ("a/requirements.txt".into(), Format::Requirements),
                        ("b".into(), Format::Version)
                    ],
                    ..Target::named("acme/server".parse().unwrap(), AskedMode::BumpPr)
                },
                Target {
                    workflow: Some("publish.yml".into()),
                    ..Target::named("acme/t".parse().unwrap(), AskedMode::Auto)
                },
            ]
        );
    }

    #[test]
    fn a_target_that_stands_twice_is_told_with_both_lines() {
        let text = "[[targets]]\nrepo = \"acme/a\"\n[[targets]]\nrepo = \"ACME/a\"\n";
        assert_eq!(
            error(text),
            "`cascade.toml:4:8`: target `ACME/a` stands in line 2 already\n  | repo = \"ACME/a\""
        );
    }

    #[test]
    fn a_target_has_the_image_that_is_named_or_none() {
        let image = |line: &str| {
            let text = format!("[[targets]]\nrepo = \"acme/a\"\n{line}\n");
            read("cascade.toml", &text, AskedMode::Auto).unwrap().remove(0).image
        };
        let named = image("image = \"ghcr.io/acme/a:edge\"");
        assert_eq!(named, AskedImage::Named("ghcr.io/acme/a:edge".parse().unwrap()));
        assert_eq!(image("image = false"), AskedImage::Nothing);
        assert_eq!(image(""), AskedImage::ByName);
    }

    #[test]
    fn every_error_names_its_place() {
        for (text, told) in [
            ("[[targets]]\nrepo = \"acme\"\n", "`cascade.toml:2:8`: `acme` is not a repository name"),
            ("[[targets]]\nrepo = 1\n", "`cascade.toml:2:8`: invalid type"),
            ("[[targets]]\nname = \"a/b\"\n", "`cascade.toml:2:1`: unknown field `name`"),
            ("[[targets]]\nrepo = \"a/b\"\nmode = \"fax\"\n", "`cascade.toml:3:8`: `fax` is no mode"),
            ("[[targets]]\nrepo = \"a/b\"\nref = \"a..b\"\n", "`cascade.toml:3:7`"),
            ("[[targets]]\nrepo = \"a/b\"\nworkflow = \"../x.yml\"\n", "`cascade.toml:3:12`"),
            ("[[targets]]\nrepo = \"a/b\"\npins = [\"../x.txt\"]\n", "`cascade.toml:3:9`"),
            ("[[targets]]\nrepo = \"a/b\"\npins = [\"setup.py\"]\n", "give `format` as well"),
            (
                "[[targets]]\nrepo = \"a/b\"\npins = [{ path = \"a\", format = \"zip\" }]\n",
                "`zip` is no kind",
            ),
            (
                "[[targets]]\nrepo = \"a/b\"\npins = [{ path = \"a\", kind = \"b\" }]\n",
                "`kind` means nothing",
            ),
            (
                "[[targets]]\nrepo = \"a/b\"\nmode = \"bump-pr\"\nworkflow = \"a.yml\"\n",
                "`workflow` means nothing",
            ),
            (
                "[[targets]]\nrepo = \"a/b\"\nimage = true\n",
                "`cascade.toml:3:9`: an image is a name, or `false`",
            ),
            ("[[targets]]\nrepo = \"a/b\"\nimage = \"Acme/b\"\n", "`Acme/b` names no image"),
            (
                "[[targets]]\nrepo = \"a/b\"\nmode = \"repository-dispatch\"\nref = \"x\"\n",
                "`ref` means nothing for the mode `repository-dispatch`",
            ),
            ("targets = []\n", "no target is named"),
            ("[[targets\n", "`cascade.toml:1:"),
        ] {
            assert!(error(text).contains(told), "{text}: {}", error(text));
        }
    }
}
