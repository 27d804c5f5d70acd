//! Where the image gets the runtime from.

use domain::ProjectName;
use template::image::{Install, RunStep};
use template::requirements::{self, Unreadable};

use super::built::List;
use super::{Built, Facts, REQUIREMENTS};
use crate::folder::PARSED_LIMIT;
use crate::rules::is_declared;

/// A `RUN` that installs a distribution, and the command of it that does.
#[derive(Debug, Clone, Copy)]
pub struct Installation<'a> {
    /// The instruction.
    pub step: &'a RunStep,
    /// The command.
    pub install: &'a Install,
}

impl Facts {
    /// Every place in the Dockerfile that installs a distribution, by name or by a list that declares it.
    #[must_use]
    pub fn installations<'a>(&'a self, built: &'a Built, distribution: &str) -> Vec<Installation<'a>> {
        let Ok(wanted) = distribution.parse::<ProjectName>() else { return Vec::new() };
        let all =
            built.runs().iter().flat_map(|step| step.installs.iter().map(move |install| (step, install)));
        all.filter(|(_, install)| self.brings(built, install, &wanted))
            .map(|(step, install)| Installation { step, install })
            .collect()
    }

    fn brings(&self, built: &Built, install: &Install, wanted: &ProjectName) -> bool {
        let mut named = install.requirements.iter().filter_map(|field| name_of(field.text.as_deref()?));
        named.any(|name| name == *wanted)
            || built.lists_of(install, &self.folder).iter().any(|list| self.list_declares(list, wanted))
    }

    /// Whether a requirements file of the template, with those that it includes, declares a distribution.
    fn list_declares(&self, list: &List, wanted: &ProjectName) -> bool {
        // What a here-document includes lies beside it in the image: nothing of the template is meant.
        let (path, text) = match list {
            List::File(path) => (path.as_str(), None),
            List::Text(text) => (REQUIREMENTS, Some(text)),
        };
        let mut bytes = |path: &str| match (text, self.folder.read_bytes(path, PARSED_LIMIT)) {
            (Some(text), _) if path == REQUIREMENTS => Ok(text.clone().into_bytes()),
            (None, Ok(Some(bytes))) => Ok(bytes),
            (Some(_), _) | (None, Ok(None)) => Err(Unreadable::Missing),
            (None, Err(why)) => Err(Unreadable::Refused(why.to_string())),
        };
        let read = requirements::read(path, &mut bytes, &|_| None);
        read.is_ok_and(|read| read.of(wanted).any(is_declared))
    }
}

/// The distribution that an argument of pip names: up to its extras, its specifier or its address.
fn name_of(argument: &str) -> Option<ProjectName> {
    let argument = argument.trim_start();
    let is_name = |character: char| character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-');
    let end = argument.find(|character| !is_name(character)).unwrap_or(argument.len());
    // A path or an address names its distribution elsewhere.
    if argument[end..].starts_with(['/', ':']) {
        return None;
    }
    argument[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_argument_names_its_distribution_before_anything_else() {
        let name = |argument: &str| name_of(argument).map(|name| name.normalised().to_owned());
        for argument in
            ["a-b", "A_b==", "a.b>=1,<2", "a-b[x]==1", "a-b @ https://x", "a-b; python_version > '3'"]
        {
            assert_eq!(name(argument).as_deref(), Some("a-b"), "{argument}");
        }
        for argument in ["./a-b", "https://x/a-b", "", "a-b/", "git+https://x"] {
            assert_ne!(name(argument).as_deref(), Some("a-b"), "{argument}");
        }
    }
}
