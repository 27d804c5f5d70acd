//! The template's own Python: its adapter, and every module that the adapter imports.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use python::{Extent, Import, Imported, Module, Position, SourceError};
use text::{Source, Span};

use crate::folder::TreeFile;

/// A Python file, read.
#[derive(Debug)]
pub struct PythonFile {
    /// Its text, decoded.
    pub source: Source,
    /// Whether the text is the file as it is on disk: not where it is in Latin-1.
    pub is_utf8: bool,
    /// What it says, or why that cannot be told.
    pub module: Result<Module, SourceError>,
}

impl PythonFile {
    pub(crate) fn parse(path: &str, bytes: Vec<u8>) -> Self {
        let (text, is_utf8) = match text::decode(bytes.clone()) {
            Ok(text) => (text, true),
            // Latin-1, the only other encoding that is understood; in any other the module is an error.
            Err(_) => (bytes.iter().copied().map(char::from).collect(), false),
        };
        Self { source: Source::new(path, text), is_utf8, module: Module::parse(path, bytes) }
    }

    /// The stretch that the parser names.
    #[must_use]
    pub fn span(extent: Extent) -> Span {
        let offset = |offset: u32| usize::try_from(offset).unwrap_or(usize::MAX);
        Span::new(offset(extent.start), offset(extent.end))
    }

    /// Where its strings stand, in order; none where it is broken, or not UTF-8.
    #[must_use]
    pub fn strings(&self) -> Vec<Span> {
        let module = self.module.as_ref().ok().filter(|_| self.is_utf8);
        module.map_or_else(Vec::new, |module| module.strings().into_iter().map(Self::span).collect())
    }

    /// The dotted name that stands at a position.
    #[must_use]
    pub fn name_at(&self, position: Position) -> Span {
        let number = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        let Some(line) = self.source.line_span(number(position.line)) else { return Span::at(0) };
        let mut text = self.source.slice(line);
        let mut start = line.start;
        if let Some(rest) = text.strip_prefix(text::BYTE_ORDER_MARK) {
            start += text.len() - rest.len();
            text = rest;
        }
        let column = number(position.column).saturating_sub(1);
        let from = text.char_indices().nth(column).map_or(text.len(), |(at, _)| at);
        let rest = &text[from..];
        let is_part = |character: char| character.is_alphanumeric() || matches!(character, '_' | '.');
        let length = rest.find(|character| !is_part(character)).unwrap_or(rest.len());
        Span::new(start + from, start + from + length)
    }
}

/// The module in `first` and those modules of the template that it imports, directly or through others.
///
/// `read` gives a file's bytes; what it does not give counts as absent.
pub(crate) fn reached(
    first: &str,
    files: &[TreeFile],
    mut read: impl FnMut(&str) -> Option<Vec<u8>>,
) -> Vec<PythonFile> {
    let known: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let mut found = BTreeMap::new();
    let mut wanted = VecDeque::from([first.to_owned()]);
    while let Some(path) = wanted.pop_front() {
        if found.contains_key(&path) {
            continue;
        }
        let Some(bytes) = read(&path) else { continue };
        let file = PythonFile::parse(&path, bytes);
        if let Ok(module) = &file.module {
            // What is there for type checkers only is not looked for.
            let imports = module.outline().imports.iter().filter(|import| !import.context.typing_only);
            wanted.extend(
                imports.flat_map(|import| candidates(&path, import)).filter(|to| known.contains(to.as_str())),
            );
        }
        found.insert(path, file);
    }
    // The first one first.
    let mut reached: Vec<_> = found.remove(first).into_iter().collect();
    reached.extend(found.into_values());
    reached
}

/// The files in which an import may find its modules.
fn candidates(importer: &str, import: &Import) -> Vec<String> {
    let mut folder: Vec<&str> = Vec::new();
    if import.level > 0 {
        folder = importer.split('/').collect();
        for _ in 0..import.level {
            folder.pop();
        }
    }
    let mut names = vec![import.module.clone()];
    if let Imported::Names(taken) = &import.what {
        names.extend(taken.iter().map(|taken| format!("{}.{}", import.module, taken.name)));
    }
    let mut candidates = Vec::new();
    for name in names {
        let mut path = folder.clone();
        for part in name.split('.').filter(|part| !part.is_empty()) {
            path.push(part);
            let stem = path.join("/");
            candidates.push(format!("{stem}.py"));
            candidates.push(format!("{stem}/__init__.py"));
        }
    }
    candidates
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_adapter_imports_is_reached_and_nothing_else() {
        let texts = BTreeMap::from([
            ("adapter.py", "import tools.http\nfrom local import x\nimport httpx\n"),
            ("tools/__init__.py", ""),
            ("tools/http.py", "from . import base\nfrom .deep import thing\n"),
            ("tools/base.py", "import adapter\n"),
            ("tools/deep/__init__.py", ""),
            ("tools/deep/thing.py", "broken("),
            ("local.py", ""),
            ("scripts/dev.py", ""),
        ]);
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in &texts {
            let path = folder.path().join(path);
            fs_err::create_dir_all(path.parent().unwrap()).unwrap();
            fs_err::write(path, text).unwrap();
        }
        let files = crate::folder::Folder::open(folder.path()).unwrap().files().files;
        let reached = reached("adapter.py", &files, |path| Some(texts.get(path)?.as_bytes().to_vec()));
        let paths: Vec<_> = reached.iter().map(|file| file.source.path()).collect();
        assert_eq!(
            paths,
            [
                "adapter.py",
                "local.py",
                "tools/__init__.py",
                "tools/base.py",
                "tools/deep/__init__.py",
                "tools/deep/thing.py",
                "tools/http.py"
            ]
        );
    }

    #[test]
    fn a_name_is_found_by_its_position() {
        let file = PythonFile::parse("a.py", "\u{feff}# é\nfrom  plugins.x import y\n".into());
        let import = &file.module.as_ref().unwrap().outline().imports[0];
        assert_eq!(file.source.slice(file.name_at(import.position)), "plugins.x");
    }
}
