//! Which image a target builds.

use std::fmt;
use std::str::FromStr;

use domain::{RUNTIME_PLACE, RepoName};
use registry::{Reference, ReferenceError};

use crate::targets::{Target, TemplateRepo};
use crate::trouble::Trouble;

/// What stands for the owner of the template in the name of its image.
const OWNER_PLACE: &str = "{owner}";

/// How the image of a template is called: `ghcr.io/{owner}/workspace-template-{runtime}:latest`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageName(String);

/// A text that names no image for each template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` names no image for each runtime: {why}")]
pub struct ImageNameError {
    text: String,
    why: String,
}

/// Why it is not known which image a target builds.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoImage {
    /// Its name does not tell.
    #[error("which image `{0}` builds is not told by its name, which is not that of `template-repo`")]
    Unfitting(RepoName),
    /// What its name gives is none.
    #[error("`receipt-image` gives no image for `{repo}`")]
    Unusable {
        /// The target.
        repo: RepoName,
        /// Why.
        source: ReferenceError,
    },
}

impl NoImage {
    /// What would mend it.
    pub const MENDING: &str = "let `template-repo` and `receipt-image` fit the templates, or list it in a manifest with its `image`, where `image = false` says that it builds none";

    /// As what is wrong with the target.
    #[must_use]
    pub fn trouble(&self) -> Trouble {
        Trouble::with_sources("unknown-image", self).mended_by(Self::MENDING)
    }
}

/// What the lists say of a target's image.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum AskedImage {
    /// Nothing: its name tells.
    #[default]
    ByName,
    /// It is this one.
    Named(Reference),
    /// The target builds none.
    Nothing,
}

impl ImageName {
    /// The image that a target builds; none where it builds none.
    ///
    /// `repo` is the name that it has by now: by that name its workflow has pushed.
    ///
    /// # Errors
    /// When neither a list nor its name tells.
    pub fn of(
        &self,
        target: &Target,
        repo: &RepoName,
        templates: &TemplateRepo,
    ) -> Result<Option<Reference>, NoImage> {
        match &target.image {
            AskedImage::Nothing => Ok(None),
            AskedImage::Named(image) => Ok(Some(image.clone())),
            AskedImage::ByName => {
                let runtime = templates.runtime_of(repo).ok_or_else(|| NoImage::Unfitting(repo.clone()))?;
                let image = self.filled(repo.owner(), runtime);
                image.map(Some).map_err(|source| NoImage::Unusable { repo: repo.clone(), source })
            }
        }
    }

    /// Images are named in lower case, as publish-template-image.yml does it.
    fn filled(&self, owner: &str, runtime: &str) -> Result<Reference, ReferenceError> {
        let name = self.0.replace(OWNER_PLACE, &owner.to_ascii_lowercase());
        name.replace(RUNTIME_PLACE, &runtime.to_ascii_lowercase()).parse()
    }
}

impl FromStr for ImageName {
    type Err = ImageNameError;

    fn from_str(text: &str) -> Result<Self, ImageNameError> {
        let wrong = |why: String| ImageNameError { text: text.to_owned(), why };
        if !text.contains(RUNTIME_PLACE) {
            return Err(wrong(format!(
                "write `{RUNTIME_PLACE}` where the runtime's name stands, and `{OWNER_PLACE}` for the template's owner"
            )));
        }
        let name = Self(text.to_owned());
        let sample = name.filled("owner", "runtime").map_err(|error| wrong(error.to_string()))?;
        match sample.digest() {
            None => Ok(name),
            Some(_) => Err(wrong("what a digest names is the same for ever: give a tag".to_owned())),
        }
    }
}

impl fmt::Display for ImageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::targets::AskedMode;

    const NAME: &str = "ghcr.io/{owner}/workspace-template-{runtime}:latest";
    const TEMPLATES: &str = "molecule-ai/molecule-ai-workspace-template-{runtime}";

    fn image(repo: &str, asked: AskedImage) -> Result<Option<String>, NoImage> {
        let repo: RepoName = repo.parse().unwrap();
        let target = Target { image: asked, ..Target::named(repo.clone(), AskedMode::Auto) };
        let image = NAME.parse::<ImageName>().unwrap().of(&target, &repo, &TEMPLATES.parse().unwrap());
        image.map(|image| image.map(|image| image.to_string()))
    }

    #[test]
    fn the_name_of_a_template_tells_its_image_in_lower_case() {
        assert_eq!(
            image("Acme/Molecule-AI-workspace-template-Hermes", AskedImage::ByName).unwrap().as_deref(),
            Some("ghcr.io/acme/workspace-template-hermes:latest")
        );
    }

    #[test]
    fn what_a_list_says_comes_before_the_name() {
        let named = AskedImage::Named("ghcr.io/acme/server".parse().unwrap());
        assert_eq!(image("acme/server", named).unwrap().as_deref(), Some("ghcr.io/acme/server:latest"));
        assert_eq!(image("acme/server", AskedImage::Nothing).unwrap(), None);
    }

    #[test]
    fn a_name_that_tells_no_image_is_an_error_that_says_how_to_name_one() {
        let error = image("acme/server", AskedImage::ByName).unwrap_err();
        assert!(error.to_string().contains("`acme/server`"), "{error}");
        assert!(error.trouble().mending.unwrap().contains("image = false"));
        // no registry takes this owner
        let error = image("acme_/molecule-ai-workspace-template-x", AskedImage::ByName).unwrap_err();
        assert!(matches!(error, NoImage::Unusable { .. }), "{error:?}");
        assert!(error.trouble().what.contains("lower-case"), "{error:?}");
    }

    #[test]
    fn a_name_without_its_place_or_with_a_digest_is_refused() {
        let digest = registry::Digest::of(b"x");
        for (text, told) in [
            ("ghcr.io/acme/app:latest", "`{runtime}`"),
            ("ghcr.io/Acme/{runtime}", "lower-case"),
            ("ghcr.io/{name}/{runtime}", "lower-case"),
            (&format!("ghcr.io/acme/{{runtime}}@{digest}"), "give a tag"),
        ] {
            let error = text.parse::<ImageName>().unwrap_err().to_string();
            assert!(error.contains(told), "{text}: {error}");
        }
    }
}
