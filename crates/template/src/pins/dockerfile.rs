//! What `RUN` instructions install by pip or uv.

use std::collections::BTreeSet;

use domain::ProjectName;
use text::{Source, Span};

use super::requirement::{Asked, judge, of_text, read, slice};
use super::{Format, ObstacleKind, Pin, Pins};
use crate::dockerfile::{Arguments, Dockerfile, parse};
use crate::image::{BuildContext, Entry, Image, Origin, RunStep};
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
    for last in 0..file.stages.len().min(MOST_STAGES) {
        let part = Dockerfile { stages: file.stages[..=last].to_vec(), ..file.clone() };
        let Some(image) = Image::of(&part) else { continue };
        for run in image.runs.iter().filter(|run| seen.insert(run.span)) {
            let fields = run.installs.iter().flat_map(|install| &install.requirements);
            for field in fields {
                of_field(field, run, &file, source, project, pins);
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
    lists
}

fn of_field(
    field: &Field,
    run: &RunStep,
    file: &Dockerfile,
    source: &Source,
    project: &ProjectName,
    pins: &mut Pins,
) {
    let Some(text) = &field.text else { return };
    if let Some(inner) = field.inner.filter(|inner| source.slice(*inner) == text) {
        return of_text(text, inner.start, project, source, pins);
    }
    for requirement in read(text).of(project) {
        match judge(requirement, |span| slice(text, span)) {
            Asked::Pinned(span, version) => {
                let number = &text[span.range()];
                match literal(field, number, source).or_else(|| default(field, number, run, file, source)) {
                    Some(place) => pins.add(Pin::new(source, place, version)),
                    None => pins.refuse(source, field.span, ObstacleKind::InPieces),
                }
            }
            Asked::Otherwise(_, kind) => pins.refuse(source, field.span, kind),
            Asked::Open => {}
        }
    }
}

/// The version's place in a word that holds it as it is, beside quotes or variables that make up the rest.
fn literal(field: &Field, number: &str, source: &Source) -> Option<Span> {
    once(source.slice(field.span), &format!("=={number}"))
        .map(|at| Span::new(at + 2, at + 2 + number.len()).shifted(field.span.start))
}

/// The version's place in the default of the one variable that the word takes it from.
fn default(field: &Field, number: &str, run: &RunStep, file: &Dockerfile, source: &Source) -> Option<Span> {
    let used = run.uses.iter().filter(|used| field.span.contains(used.span));
    let mut bound = used.filter_map(|used| Some((used, used.binding.as_ref()?)));
    let (used, binding) = bound.find(|(_, binding)| binding.value.as_deref() == Some(number))?;
    let declared = source.slice(binding.span);
    let place = match declared.split_once('=') {
        Some((_, value)) => binding.span.end - value.len()..binding.span.end,
        None => global(file, &used.name)?.range(),
    };
    let value = source.slice(Span::new(place.start, place.end));
    once(value, number).map(|at| Span::new(at, at + number.len()).shifted(place.start))
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
