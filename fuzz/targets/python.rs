//! A Python file: its imports, its classes, and its way into a package.

#![no_main]

use libfuzzer_sys::fuzz_target;
use python::{Derivation, Module, PythonVersion, RelocateError, Relocation};

const ROOTS: [&str; 2] =
    ["molecule_runtime.adapters.BaseAdapter", "molecule_runtime.adapters.base.BaseAdapter"];

fuzz_target!(|bytes: &[u8]| {
    let Ok(module) = Module::parse("adapter.py", bytes.to_vec()) else { return };
    let classes = module.classes(PythonVersion::three(11));
    for (class, derivation) in classes.deriving(&ROOTS) {
        let _ = classes.abstractness(class.id, &ROOTS);
        let _ = classes.lookup(class.id, "setup", &ROOTS);
        assert!(derivation != Derivation::Yes || !class.bases.is_empty(), "a class without bases derives");
        let _ = classes.names_of(class.id);
    }
    let relocation = Relocation::new("molecule_runtime", ["adapters", "config", "plugins"]);
    let relocation = relocation.expect("these are modules' names").allowing_dunder_import(["config"]);
    match module.relocate(&relocation) {
        Ok(relocated) if relocated.report.edits.is_empty() => {
            assert_eq!(relocated.module.into_parts().0, bytes, "a file without an edit has changed");
        }
        Err(broken @ RelocateError::Broken { .. }) => panic!("{broken}"),
        Ok(_) | Err(_) => {}
    }
});
