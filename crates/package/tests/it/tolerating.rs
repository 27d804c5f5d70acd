//! What the manifest tells the proof to let pass.

use package::prove;

use crate::support::{Package, proven};

fn told(text: &str, tolerated: &str) -> (Vec<String>, Vec<String>) {
    let project = format!("[proof]\ntolerate = [{tolerated}]");
    let files = &[("main.py", text), ("config.py", "")];
    proven(Package { files, project: &project, ..Package::default() })
}

#[test]
fn what_the_manifest_tolerates_is_a_note() {
    let text = "from config import gone\nimport yaml.cyaml\nimport lib.x\n";
    assert_eq!(told(text, "").0.len(), 3);
    let (findings, notes) = told(text, "\"acme.config.gone\", \"yaml\", \"lib\"");
    assert_eq!((findings.len(), notes.len()), (0, 3), "{findings:?}");
    assert_eq!(told(text, "\"acme.config.gon\", \"yam\"").0.len(), 3);
}

#[test]
fn what_is_tolerated_without_need_is_told() {
    let needless = |text: &str, tolerated: &str| {
        let notes = told(text, tolerated).1;
        notes.iter().filter(|note| note.starts_with("Needless")).count()
    };
    assert_eq!(needless("import yaml\n", "\"yaml\""), 0);
    assert_eq!(needless("import yaml\n", "\"yaml\", \"yam\", \"acme.config\""), 2);
    assert_eq!(needless("from config import gone\n", "\"acme.config\", \"acme.config.gone\""), 0);
    // the code itself is prepared for it
    assert_eq!(needless("try:\n    import yaml\nexcept ImportError:\n    pass\n", "\"yaml\""), 1);
    assert_eq!(needless("type X = int\n", "\"acme.main\""), 0);
    assert_eq!(needless("X = int\n", "\"acme.main\""), 1);
}

#[test]
fn the_note_names_the_entry_and_the_mending() {
    let project = "[proof]\ntolerate = [\"acme.six.moves\"]";
    let package = Package { files: &[("main.py", "")], project, ..Package::default() };
    let proof = prove(&package.assembled().unwrap(), &package.manifest());
    assert!(proof.holds());
    assert_eq!(
        proof.notes[0].to_string(),
        "runtime-package.toml: `tolerate` of `[proof]` lists `acme.six.moves`, and nothing stands against it: remove it, \
         or correct the name"
    );
}
