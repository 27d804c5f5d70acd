//! Small packages, written in a line or two.

use std::collections::BTreeSet;

use package::{Assembled, BuildError, File, FileTree, Finding, Manifest, Mode, assemble, prove};

/// A source folder `ws`, and what its manifest says beside listing everything in it.
#[derive(Clone, Copy, Default)]
pub(crate) struct Package<'a> {
    pub(crate) files: &'a [(&'a str, &'a str)],
    /// More lines of `[source]`.
    pub(crate) source: &'a str,
    /// More lines of `[project]`, and what follows it.
    pub(crate) project: &'a str,
}

impl Package<'_> {
    /// The manifest, which lists all that is on disk and not left out by name: `lib`, `tests`, `conftest.py`.
    pub(crate) fn manifest(&self) -> Manifest {
        let left_out = ["lib", "tests", "conftest"];
        let tops = |is_folder: bool| {
            let paths =
                self.files.iter().map(|(path, _)| *path).filter(|path| path.contains('/') == is_folder);
            let names = paths
                .filter_map(|path| if is_folder { path.split('/').next() } else { path.strip_suffix(".py") });
            names.filter(|name| !left_out.contains(name) && *name != "__init__").collect::<BTreeSet<_>>()
        };
        let text = format!(
            "[package]\nname = \"acme-runtime\"\nimport-package = \"acme\"\n\
             [source]\nfolder = \"ws\"\nmodules = {:?}\nsubpackages = {:?}\n\
             exclude-folders = [\"tests\", \"/lib\"]\nexclude-files = [\"conftest.py\"]\n{}\n\
             [project]\ndescription = \"Runs\"\nrequires-python = \">=3.11\"\nlicense = \"MIT\"\n\
             license-files = [\"LICENSE\"]\n{}\n",
            tops(false),
            tops(true),
            self.source,
            self.project
        )
        .replace('{', "[")
        .replace('}', "]");
        Manifest::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
    }

    /// The files, below `ws`, and a license beside it.
    pub(crate) fn tree(&self) -> FileTree {
        let mut tree = FileTree::default();
        for (path, text) in self.files {
            insert(&mut tree, &format!("ws/{path}"), text.as_bytes(), Mode::Regular);
        }
        insert(&mut tree, "LICENSE", b"Do as you like.\n", Mode::Regular);
        tree
    }

    pub(crate) fn assembled(&self) -> Result<Assembled, BuildError> {
        assemble(&self.tree(), &self.manifest(), &"1.4.0".parse().unwrap())
    }
}

pub(crate) fn insert(tree: &mut FileTree, path: &str, contents: &[u8], mode: Mode) {
    tree.insert(path.parse().unwrap(), File { contents: contents.to_vec().into(), mode }).unwrap();
}

/// The text of a file of an assembled package.
pub(crate) fn text<'a>(assembled: &'a Assembled, path: &str) -> &'a str {
    let file = assembled.tree.get(&path.parse().unwrap()).unwrap_or_else(|| panic!("{path} is not there"));
    std::str::from_utf8(&file.contents).unwrap()
}

/// Findings and notes of a package, each as `kind path:line`.
pub(crate) fn proven(package: Package<'_>) -> (Vec<String>, Vec<String>) {
    let assembled = package.assembled().unwrap_or_else(|error| panic!("{error}"));
    let proof = prove(&assembled, &package.manifest());
    let short = |finding: &Finding| {
        let place = match (&finding.path, finding.position) {
            (Some(path), Some(position)) => format!("{path}:{}", position.line),
            _ => "manifest".to_owned(),
        };
        format!("{:?} {place}", finding.kind)
    };
    (proof.findings.iter().map(short).collect(), proof.notes.iter().map(short).collect())
}
