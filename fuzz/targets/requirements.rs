//! Requirements files, as pip reads them.
//!
//! Files of an input: `requirements.txt`, `more.txt`, `constraints.txt`.

#![no_main]

use fuzz::located;
use libfuzzer_sys::fuzz_target;
use template::requirements::{self, Unreadable};

/// What parts the files: a form feed, as in text; the files themselves may be in any encoding.
const BETWEEN: u8 = 0x0c;

fuzz_target!(|input: &[u8]| {
    let files: Vec<&[u8]> = input.split(|byte| *byte == BETWEEN).collect();
    let names = ["requirements.txt", "more.txt", "constraints.txt"];
    let mut bytes = |path: &str| {
        let at = names.iter().position(|name| *name == path);
        let file = at.and_then(|at| files.get(at));
        file.map(|bytes| bytes.to_vec()).ok_or(Unreadable::Missing)
    };
    let Ok(read) = requirements::read(names[0], &mut bytes, &|_| None) else { return };
    for requirement in &read.requirements {
        let source = &read.file(requirement.file).source;
        located(source, requirement.span);
        requirement.name_span.iter().for_each(|span| located(source, *span));
        requirement.specifiers.iter().for_each(|(_, span)| located(source, *span));
    }
    for setting in &read.settings {
        located(&read.file(setting.file).source, setting.span);
    }
    for fault in &read.faults {
        located(&read.file(fault.file).source, fault.span);
        let _ = fault.kind.to_string();
    }
});
