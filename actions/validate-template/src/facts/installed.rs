//! Where the image gets the runtime from.

use std::collections::BTreeSet;

use domain::ProjectName;
use template::image::{Install, RunStep};
use template::requirements::{self, Kind, Requirements, Unreadable};

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
        let mut named = install.requirements.iter().filter_map(|field| name_of(field.beginning()?));
        named.any(|name| name == *wanted)
            || built.lists_of(install, &self.folder).iter().any(|list| self.list_declares(list, wanted))
    }

    /// The exact version that an installation asks for, whatever a build is given.
    pub(crate) fn pin_of(
        &self,
        built: &Built,
        found: &Installation<'_>,
        distribution: &str,
    ) -> Option<String> {
        let wanted = distribution.parse::<ProjectName>().ok()?;
        let named = found.install.requirements.iter().filter_map(|field| field.text.as_deref());
        let mut named = named.filter(|text| name_of(text).as_ref() == Some(&wanted));
        if let Some(pin) = named.find(|text| matches!(asked(text).as_deref(), Some([Kind::Pinned(_)]))) {
            return Some(pin.to_owned());
        }
        let lists = built.lists_of(found.install, &self.folder);
        lists.iter().find_map(|list| {
            let read = self.list(list)?;
            let pinned = read.of(&wanted).find(|one| matches!(one.kind, Kind::Pinned(_)))?;
            Some(read.file(pinned.file).source.slice(pinned.span).to_owned())
        })
    }

    /// What pip refuses of an installation that is carried out in every case.
    pub(crate) fn refused_by_default(found: &Installation<'_>, distribution: &str) -> Option<String> {
        let wanted = distribution.parse::<ProjectName>().ok()?;
        let texts = found.install.requirements.iter().filter_map(|field| field.text.as_deref());
        let named: Vec<_> = texts.filter(|text| name_of(text).as_ref() == Some(&wanted)).collect();
        let is_refused = |text: &&str| asked(text).is_none();
        let all = !named.is_empty() && named.iter().all(is_refused) && !found.install.conditional;
        named.first().filter(|_| all).map(|text| (*text).to_owned())
    }

    /// The distributions that the Dockerfile installs, by their normalised names; none for one of which the name cannot
    /// be told: what is at a path or an address, and what is in a list that cannot be read.
    pub(crate) fn distributions(&self, built: &Built) -> BTreeSet<Option<String>> {
        let mut known = BTreeSet::new();
        for install in built.runs().iter().flat_map(|step| &step.installs) {
            let fields = install.requirements.iter().map(|field| name_of(field.beginning()?));
            known.extend(fields.map(|name| name.map(|name| name.normalised().to_owned())));
            let lists = built.lists_of(install, &self.folder);
            if lists.len() < install.files.len() {
                known.insert(None);
            }
            for read in lists.iter().map(|list| self.list(list)) {
                let Some(read) = read else { continue };
                let asked = read.requirements.iter().filter(|one| one.kind != Kind::NeverTrue);
                known.extend(asked.map(|one| one.name.as_ref().map(|name| name.normalised().to_owned())));
            }
        }
        known
    }

    /// Whether a requirements file of the template, with those that it includes, declares a distribution.
    fn list_declares(&self, list: &List, wanted: &ProjectName) -> bool {
        self.list(list).is_some_and(|read| read.of(wanted).any(is_declared))
    }

    fn list(&self, list: &List) -> Option<Requirements> {
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
        requirements::read_for(self.python, path, &mut bytes, &|_| None).ok()
    }
}

/// What an argument of pip asks for; none where pip refuses it.
fn asked(argument: &str) -> Option<Vec<Kind>> {
    let mut bytes = |path: &str| match path {
        REQUIREMENTS => Ok(argument.as_bytes().to_vec()),
        _ => Err(Unreadable::Missing),
    };
    let read = requirements::read(REQUIREMENTS, &mut bytes, &|_| None).ok()?;
    let stops = read.faults.iter().any(requirements::Fault::stops_pip);
    (!stops).then(|| read.requirements.into_iter().map(|one| one.kind).collect())
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
