//! What `RUN` instructions install by pip or uv.

use std::collections::BTreeSet;

use domain::ProjectName;
use text::{Source, Span};

use super::mention::{self, mentions};
use super::requirement::{Asked, judge, of_text, read, slice};
use super::{Allows, Format, ObstacleKind, Pin, Pins};
use crate::dockerfile::{Arguments, Dockerfile, parse};
use crate::image::{Binding, BuildContext, Entry, Image, Origin, RunStep};
use crate::shell::Field;

/// How many stages are looked into.
const MOST_STAGES: usize = 32;

/// A repository of which only the names of files are known: any list of requirements may be there.
struct AnyLists;

impl BuildContext for AnyLists {
    fn entry(&self, path: &str) -> Entry {
        match Format::of(path) {
            Some(Format::Requirements) => Entry::File,
            _ => Entry::Folder,
        }
    }

    fn text(&self, _path: &str) -> Option<String> {
        None
    }
}

/// Finds pins in the commands of every stage, and in the defaults of arguments that they take the version from. The
/// lists that the commands read (`-r`) are returned, by their paths in the repository.
pub(super) fn find(source: &Source, project: &ProjectName, pins: &mut Pins) -> BTreeSet<String> {
    let mut lists = BTreeSet::new();
    let file = parse(source.text());
    let mut seen = BTreeSet::new();
    let mut judged = Vec::new();
    let mut defaults = Vec::new();
    let mut others = Vec::new();
    for last in 0..file.stages.len().min(MOST_STAGES) {
        let part = Dockerfile { stages: file.stages[..=last].to_vec(), ..file.clone() };
        let Some(image) = Image::of(&part) else { continue };
        for run in image.runs.iter().filter(|run| seen.insert(run.span)) {
            let fields = run.installs.iter().flat_map(|install| &install.requirements);
            for field in fields {
                judged.push(field.span);
                defaults.extend(of_field(field, run, &file, source, project, pins));
                if mentions(source.slice(field.span), project).next().is_none() {
                    others.extend(variables(field, run).map(|(_, binding)| binding.clone()));
                }
            }
            for install in &run.installs {
                lists.extend(install.origins(&image, &AnyLists).into_iter().filter_map(
                    |origin| match origin {
                        Origin::Context { path, .. } => Some(path),
                        _ => None,
                    },
                ));
            }
        }
    }
    for (pin, name, binding) in defaults {
        let decides = |other: &Binding| other.span == binding.span || other.carries.contains(&name);
        if others.iter().any(decides) {
            pins.pins.retain(|one| one.span != pin || one.file != source.path());
            pins.refuse(source, pin, ObstacleKind::Shared(name), Allows::Unknown);
        }
    }
    mention::sweep(source, project, &judged, pins);
    lists
}

/// A pin by the default of a variable: its place, the variable, and what binds that.
type ByDefault = (Span, String, Binding);

fn of_field(
    field: &Field,
    run: &RunStep,
    file: &Dockerfile,
    source: &Source,
    project: &ProjectName,
    pins: &mut Pins,
) -> Option<ByDefault> {
    let text = field.text.as_ref()?;
    if let Some(inner) = field.inner.filter(|inner| source.slice(*inner) == text) {
        of_text(text, inner.start, project, source, pins);
        return None;
    }
    let mut by_default = None;
    for requirement in read(text).of(project) {
        match judge(requirement, |span| slice(text, span)) {
            Asked::Pinned(span, version) => {
                let number = &text[span.range()];
                let place = literal(field, number, source).or_else(|| {
                    let found = default(field, number, run, file, source)?;
                    by_default = Some(found.clone());
                    Some(found.0)
                });
                match place {
                    Some(place) => pins.add(Pin::new(source, place, version)),
                    None => pins.refuse(source, field.span, ObstacleKind::InPieces, Allows::Only(version)),
                }
            }
            Asked::Otherwise(_, kind, allows) => pins.refuse(source, field.span, kind, allows),
            Asked::Open => {}
        }
    }
    by_default
}

/// The variables that a word is made of, with what binds them.
fn variables<'r>(field: &Field, run: &'r RunStep) -> impl Iterator<Item = (&'r str, &'r Binding)> {
    let span = field.span;
    let used = run.uses.iter().filter(move |used| span.contains(used.span));
    used.filter_map(|used| Some((used.name.as_str(), used.binding.as_ref()?)))
}

/// The version's place in a word that holds it as it is, beside quotes or variables that make up the rest.
fn literal(field: &Field, number: &str, source: &Source) -> Option<Span> {
    once(source.slice(field.span), &format!("=={number}"))
        .map(|at| Span::new(at + 2, at + 2 + number.len()).shifted(field.span.start))
}

/// The version's place in the default of the one variable that the word takes it from.
fn default(
    field: &Field,
    number: &str,
    run: &RunStep,
    file: &Dockerfile,
    source: &Source,
) -> Option<ByDefault> {
    let (name, binding) =
        variables(field, run).find(|(_, binding)| binding.value.as_deref() == Some(number))?;
    let declared = source.slice(binding.span);
    let place = match declared.split_once('=') {
        Some((_, value)) => binding.span.end - value.len()..binding.span.end,
        None => global(file, name)?.range(),
    };
    let value = source.slice(Span::new(place.start, place.end));
    let at = once(value, number)?;
    let place = Span::new(at, at + number.len()).shifted(place.start);
    Some((place, name.to_owned(), binding.clone()))
}

/// The value of an argument's last declaration before the first `FROM`.
fn global(file: &Dockerfile, name: &str) -> Option<Span> {
    let declarations = file.preamble.iter().rev().filter_map(|instruction| match &instruction.arguments {
        Arguments::Declarations(declarations) => Some(declarations.iter().rev()),
        _ => None,
    });
    let mut named = declarations.flatten().filter(|one| one.name.text() == name);
    named.find_map(|one| Some(one.value.as_ref()?.span()))
}

/// Where `part` stands in `text`, where it stands there exactly once and no longer word goes on with it.
fn once(text: &str, part: &str) -> Option<usize> {
    let mut found = text.match_indices(part);
    let (at, _) = found.next()?;
    let goes_on = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '+' | '$');
    let is_whole = !text[at + part.len()..].starts_with(goes_on);
    (is_whole && found.next().is_none()).then_some(at)
}
