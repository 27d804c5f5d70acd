//! Images of Dockerfiles as people write them.

mod accounts;
mod installs;
mod launch;
mod stages;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::*;
use crate::dockerfile::parse;

const RUNTIME: &str = "Entrypoint Exec; molecule-runtime";

/// A build context in memory.
struct Folder(BTreeMap<&'static str, &'static str>);

impl BuildContext for Folder {
    fn entry(&self, path: &str) -> Entry {
        let inside = format!("{path}/");
        if self.0.contains_key(path) {
            Entry::File
        } else if path.is_empty() || self.0.keys().any(|file| file.starts_with(&inside)) {
            Entry::Folder
        } else {
            Entry::Absent
        }
    }

    fn text(&self, path: &str) -> Option<String> {
        self.0.get(path).map(|text| (*text).to_owned())
    }
}

fn image(text: &str) -> Image {
    Image::of(&parse(text)).expect("the text has a stage")
}

fn trace(text: &str, trace: &[Reason]) -> String {
    trace.iter().fold(String::new(), |mut shown, reason| {
        let place = match &reason.file {
            Some(file) => file.clone(),
            None => text[reason.span.range()].lines().next().unwrap_or_default().to_owned(),
        };
        write!(shown, "\n    {place} | {}", reason.why).unwrap();
        shown
    })
}

fn base(text: &str) -> String {
    let image = image(text);
    image.base.reference.map_or_else(|| format!("none: {:?}", image.faults), |base| base.to_string())
}

fn accounts(text: &str) -> String {
    let image = image(&format!("FROM a\n{text}\n"));
    let present = image.accounts.present.iter();
    let shown =
        present.map(|(name, account)| format!("{} {:?}", name.as_deref().unwrap_or("?"), account.uid));
    shown.collect::<Vec<_>>().join(", ")
}

/// Every install of the image: what is asked for, and which variables its layer uses with what binds them.
fn installs(text: &str) -> String {
    let image = image(text);
    let mut shown = String::new();
    for run in &image.runs {
        for install in &run.installs {
            let words = |fields: &[crate::shell::Field]| {
                let texts = fields.iter().map(|field| field.text.clone().unwrap_or_else(|| "?".to_owned()));
                texts.collect::<Vec<_>>().join(" ")
            };
            write!(shown, "{:?} [{}]", install.installer, words(&install.requirements)).unwrap();
            for path in &install.paths {
                write!(shown, " -r {}", path.as_deref().unwrap_or("?")).unwrap();
            }
        }
        for used in &run.uses {
            let kind = used.binding.as_ref().map(|binding| binding.kind);
            write!(shown, " {}:{}", used.name, kind.map_or("shell".to_owned(), |kind| format!("{kind:?}")))
                .unwrap();
        }
        shown.push('\n');
    }
    shown
}

fn launched(text: &str, files: &[(&'static str, &'static str)]) -> String {
    let context = Folder(files.iter().copied().collect());
    let Some(launch) = image(text).launch(&context) else { return "nothing".to_owned() };
    let mut shown = format!("{:?} {:?}", launch.by, launch.form);
    for end in &launch.ends {
        let argv = end.argv.iter().map(|field| field.text.clone().unwrap_or_else(|| "?".to_owned()));
        let how = if end.replaces { "" } else { " waited for" };
        write!(shown, "; {}{how}", argv.collect::<Vec<_>>().join(" ")).unwrap();
        if let Some(unread) = &end.unread {
            write!(shown, " ({unread})").unwrap();
        }
    }
    for (_, fault) in &launch.faults {
        write!(shown, "; fault: {fault}").unwrap();
    }
    shown
}
