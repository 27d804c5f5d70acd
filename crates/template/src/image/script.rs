//! Finding the scripts that command lines start.

use std::cell::Cell;

use super::files::{BuildContext, Files};
use super::installs::Bind;
use super::origin::Origin;
use super::paths::{absolute, file_name};
use super::trace::Trace;
use crate::mapped::Mapped;
use crate::shell::{Executed, Field};

/// How many folders of `PATH` are searched.
const MOST_FOLDERS: usize = 16;

/// How many copies are looked at for all scripts of an image.
pub(super) const MOST_SEARCHED: usize = 1 << 20;

/// The image as a command line finds it.
pub(super) struct Surroundings<'a> {
    pub(super) files: &'a Files,
    /// How much of it was copied before.
    pub(super) copies: usize,
    /// What is mounted into it.
    pub(super) binds: &'a [Bind],
    /// What `PATH` is, where the Dockerfile says so.
    pub(super) path: Option<&'a str>,
    pub(super) context: &'a dyn BuildContext,
    /// How many copies may still be looked at.
    pub(super) budget: &'a Cell<usize>,
}

/// The script that a command line starts.
pub(super) enum Script {
    /// The program is none that the Dockerfile brings.
    None,
    /// It is, and cannot be followed.
    Unread(String),
    Text {
        text: Mapped,
        /// The file that it stands in; none for the Dockerfile.
        file: Option<String>,
        /// The path that it is started by.
        name: String,
        trace: Trace,
        arguments: Vec<Field>,
        /// Whether a shell is told to run it, so that its first line is a comment.
        interpreted: bool,
    },
}

impl Surroundings<'_> {
    /// The script that a command line starts, if the Dockerfile brings it; wrappers are taken off already.
    pub(super) fn script(&self, argv: &[Field], command: &Executed) -> Script {
        let Some(name) = argv.first().and_then(|field| field.text.as_deref()) else { return Script::None };
        let interpreted =
            matches!(file_name(name), "sh" | "bash" | "dash" | "ash" | "ksh" | "zsh" | "." | "source");
        let skipped = if interpreted {
            // Options of the shell stand in front of the script, those that end with `o` before their value.
            let is_option =
                |field: &Field| field.text.as_deref().is_some_and(|text| text.starts_with(['-', '+']));
            let takes = |field: &Field| field.text.as_deref().is_some_and(|text| text.ends_with(['o', 'O']));
            let mut at = 1;
            while let Some(field) = argv.get(at).filter(|field| is_option(field)) {
                at += 1 + usize::from(takes(field));
            }
            at
        } else {
            0
        };
        let Some(path) = argv.get(skipped).and_then(|field| field.text.as_deref()) else {
            return Script::None;
        };
        let arguments = argv[skipped + 1..].to_vec();
        let found =
            self.places(path, command, interpreted).into_iter().find_map(|place| match self.origin(&place) {
                Origin::Unknown => None,
                origin => Some((origin, place)),
            });
        let Some((origin, name)) = found else { return Script::None };
        match origin {
            Origin::Unknown => Script::None,
            Origin::Made { by, .. } => Script::Unread(format!("it is made by {by}")),
            Origin::Document { text, trace } => {
                Script::Text { text, file: None, name, trace, arguments, interpreted }
            }
            Origin::Context { path, trace } => match self.context.text(&path) {
                Some(text) => {
                    let text = Mapped::verbatim(text, 0);
                    Script::Text { text, file: Some(path), name, trace, arguments, interpreted }
                }
                None => Script::Unread(format!("`{path}` cannot be read as text")),
            },
        }
    }

    fn origin(&self, place: &str) -> Origin {
        if self.binds.is_empty() && !self.files.may_bring(place) {
            return Origin::Unknown;
        }
        let Some(left) = self.budget.get().checked_sub(1 + self.copies) else {
            let by = "more copies than can be followed".to_owned();
            return Origin::Made { by, trace: Trace::new() };
        };
        self.budget.set(left);
        self.files.origin_seen(self.binds, self.copies, place, self.context)
    }

    /// Where a program may lie that is named so; a shell looks for its script beside itself first.
    fn places(&self, name: &str, command: &Executed, interpreted: bool) -> Vec<String> {
        const PATH: [&str; 6] =
            ["/usr/local/bin", "/usr/local/sbin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
        if name.starts_with('/') {
            return vec![absolute("/", name)];
        }
        let here = command.directory.as_deref().map(|directory| absolute(directory, name));
        if name.contains('/') {
            return here.into_iter().collect();
        }
        let own = self.path.into_iter().flat_map(|path| path.split(':'));
        let own = own.filter(|folder| folder.starts_with('/')).take(MOST_FOLDERS);
        let searched = own.chain(PATH).map(|folder| absolute(folder, name));
        here.filter(|_| interpreted).into_iter().chain(searched).collect()
    }
}
