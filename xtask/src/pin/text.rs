//! The pins in a file's text.

use anyhow::{Context as _, ensure};

use super::digests::Digests;
use crate::generate::DEFAULT_IMAGES;

/// The images of the releases on GitHub; `action.yml` names them by the floating tag.
pub(super) const IMAGES: &str = "ghcr.io/molecule-ai/runtime-actions/{action}";

/// How our actions and workflows are named, before the path.
const OURS: &str = "uses: molecule-ai/runtime-actions/";
/// The floating tag by which they are named, and which is replaced.
const FLOATING: &str = "@v1";

/// What is pinned to what.
pub(super) struct Pins<'a> {
    pub(super) tag: &'a str,
    /// The image that an action has in this release, without a tag; `{action}` stands for its name.
    pub(super) images: &'a str,
    pub(super) digests: &'a Digests,
}

impl Pins<'_> {
    /// The text with what floats in it pinned. Comments stay: they tell users what to write, which is the floating tag.
    ///
    /// # Errors
    ///
    /// When an image has no digest.
    pub(super) fn pin(&self, text: &str) -> anyhow::Result<String> {
        text.split_inclusive('\n').map(|line| self.pin_line(line)).collect()
    }

    fn pin_line(&self, line: &str) -> anyhow::Result<String> {
        if line.trim_start().starts_with('#') {
            return Ok(line.to_owned());
        }
        let (registry, floating) =
            DEFAULT_IMAGES.split_once("{action}").context("images are named by action")?;
        if let Some((before, rest)) = line.split_once(registry)
            && let Some((action, after)) = rest.split_once(floating)
            && is_end(after)
        {
            let digest =
                self.digests.of(action).with_context(|| format!("there is no digest of `{action}`"))?;
            let image = self.images.replace("{action}", action);
            return Ok(format!("{before}{image}@{digest}{after}"));
        }
        if let Some((before, rest)) = line.split_once(OURS)
            && let Some((path, after)) = rest.split_once(FLOATING)
            && is_end(after)
        {
            ensure!(!path.contains(char::is_whitespace), "`{}` is no reference of ours", line.trim());
            return Ok(format!("{before}{OURS}{path}@{}{after}", self.tag));
        }
        Ok(line.to_owned())
    }
}

/// Whether a reference ends here, and goes on to no `v10` or `v1.4.0`.
fn is_end(rest: &str) -> bool {
    rest.chars().next().is_none_or(|next| next.is_whitespace() || next == '"')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pin(text: &str) -> anyhow::Result<String> {
        pin_to(IMAGES, text)
    }

    fn pin_to(images: &str, text: &str) -> anyhow::Result<String> {
        let digests = Digests::read(&format!("auto-tag sha256:{}", "0".repeat(64))).unwrap();
        Pins { tag: "v1.4.0", images, digests: &digests }.pin(text)
    }

    #[test]
    fn images_are_pinned_by_digest_and_the_rest_by_the_release() {
        let text = "\
  image: \"docker://ghcr.io/molecule-ai/runtime-actions/auto-tag:v1\"
      - uses: molecule-ai/runtime-actions/auto-tag@v1
    uses: molecule-ai/runtime-actions/.github/workflows/x.yml@v1
";
        let expected = format!(
            "image: \"docker://ghcr.io/molecule-ai/runtime-actions/auto-tag@sha256:{}\"
      - uses: molecule-ai/runtime-actions/auto-tag@v1.4.0
    uses: molecule-ai/runtime-actions/.github/workflows/x.yml@v1.4.0
",
            "0".repeat(64)
        );
        assert_eq!(pin(text).unwrap(), expected);
    }

    #[test]
    fn images_may_lie_in_another_registry() {
        let pinned = pin_to(
            "gitea.example/acme/{action}",
            "  VALIDATOR: ghcr.io/molecule-ai/runtime-actions/auto-tag:v1\n",
        );
        let expected = format!("  VALIDATOR: gitea.example/acme/auto-tag@sha256:{}\n", "0".repeat(64));
        assert_eq!(pinned.unwrap(), expected);
    }

    #[test]
    fn the_images_that_are_pinned_are_those_that_are_generated() {
        assert_eq!(format!("{IMAGES}:v1"), DEFAULT_IMAGES);
    }

    #[test]
    fn what_is_told_to_users_and_what_is_pinned_already_stays() {
        for text in [
            "#     uses: molecule-ai/runtime-actions/auto-tag@v1\n",
            "  - uses: molecule-ai/runtime-actions/auto-tag@v1.2.0\n",
            "  image: \"docker://ghcr.io/molecule-ai/runtime-actions/auto-tag:v10\"\n",
        ] {
            assert_eq!(pin(text).unwrap(), text);
        }
    }

    #[test]
    fn an_image_without_a_digest_is_an_error() {
        let error = pin("image: \"docker://ghcr.io/molecule-ai/runtime-actions/cascade:v1\"\n").unwrap_err();
        assert_eq!(error.to_string(), "there is no digest of `cascade`");
    }
}
