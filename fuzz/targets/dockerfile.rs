//! A Dockerfile, the image that it makes, and what a container of it starts.
//!
//! Files of an input: the Dockerfile, `entrypoint.sh`, `requirements.txt`.

#![no_main]

use fuzz::{files, shown};
use libfuzzer_sys::fuzz_target;
use template::dockerfile::{self, Instruction};
use template::image::{BuildContext, Entry, Image, Reason};

fuzz_target!(|input: &[u8]| {
    let Some(files) = files(input) else { return };
    let text = files[0];
    let file = dockerfile::parse(text);
    file.instructions().for_each(|instruction| check(text, instruction));
    file.problems.iter().for_each(|problem| shown(text, problem.span));

    let context = Context(&files);
    for image in [Image::of(&file), Image::built(&file, &context)].into_iter().flatten() {
        shown(text, image.base.span);
        proven(&files, &image.base.trace);
        image.faults.iter().for_each(|fault| shown(text, fault.span));
        image.arguments.iter().for_each(|argument| shown(text, argument.span));
        for run in &image.runs {
            proven(&files, &run.trace("RUNTIME_VERSION"));
        }
        for (name, account) in &image.accounts.present {
            proven(&files, &account.trace);
            image.accounts.events_of(name.as_deref().unwrap_or_default()).for_each(drop);
        }
        if let Some(launch) = image.launch(&context) {
            launch.ends.iter().for_each(|end| proven(&files, &end.trace));
        }
    }
});

fn check(text: &str, instruction: &Instruction) {
    shown(text, instruction.span);
    assert!(instruction.span.contains(instruction.keyword_span));
    if let Some(command) = instruction.shell_text() {
        shown(text, command.span());
    }
}

fn proven(files: &[&str], trace: &[Reason]) {
    for reason in trace {
        match reason.file.as_deref().map(|path| place(path)) {
            None => shown(files[0], reason.span),
            Some(at) => shown(at.and_then(|at| files.get(at)).copied().unwrap_or_default(), reason.span),
        }
    }
}

/// The build context of an input.
struct Context<'a>(&'a [&'a str]);

/// Which file of the input has a path.
fn place(path: &str) -> Option<usize> {
    ["Dockerfile", "entrypoint.sh", "requirements.txt"].iter().position(|known| *known == path)
}

impl BuildContext for Context<'_> {
    fn entry(&self, path: &str) -> Entry {
        match place(path) {
            Some(at) if at < self.0.len() => Entry::File,
            None if path.is_empty() || path == "." => Entry::Folder,
            _ => Entry::Absent,
        }
    }

    fn text(&self, path: &str) -> Option<String> {
        self.0.get(place(path)?).map(|text| (*text).to_owned())
    }
}
