//! Symbolic links among the files of a commit. A bump edits what they lead to: whoever wrote to a link would put a file
//! in its place.

use std::collections::BTreeMap;

use domain::path_from;
use forge::TreeFile;
use template::pins::{Allows, Format, Obstacle, ObstacleKind, Pins};

/// How many links may lead to each other.
const LONGEST: usize = 8;

/// Links, with the files that they lead to in the end; none where there is no such file.
#[derive(Debug, Default)]
pub(super) struct Links(BTreeMap<String, Option<String>>);

impl Links {
    /// Links by their paths, each with what is written in it, among the files of a tree.
    pub(super) fn new(written: Vec<(String, String)>, tree: &[TreeFile]) -> Self {
        let written: BTreeMap<_, _> = written.into_iter().collect();
        let end = |link: &String| {
            let mut path = link.clone();
            for _ in 0..LONGEST {
                match written.get(&path) {
                    Some(target) => path = path_from(&path, target)?,
                    None => {
                        return tree.iter().any(|file| file.path == path && file.is_file()).then_some(path);
                    }
                }
            }
            None
        };
        Self(written.keys().map(|link| (link.clone(), end(link))).collect())
    }

    /// The file that a link leads to.
    pub(super) fn end(&self, path: &str) -> Option<&String> {
        self.0.get(path)?.as_ref()
    }

    /// The same files, each once, by their own paths. What a link leads to that ends nowhere is not there.
    pub(super) fn followed(&self, entries: Vec<(String, Format)>) -> Vec<(String, Format)> {
        let mut followed: Vec<(String, Format)> = Vec::new();
        for (path, format) in entries {
            let path = self.end(&path).cloned().unwrap_or(path);
            if !followed.iter().any(|(known, _)| *known == path) {
                followed.push((path, format));
            }
        }
        followed
    }

    /// Takes out the pins that stand behind a link which another file includes: those of the file itself are enough,
    /// and where that is not read, the link is in the way.
    pub(super) fn guard(&self, pins: &mut Pins) {
        let behind: Vec<_> = pins.pins.extract_if(.., |pin| self.0.contains_key(&pin.file)).collect();
        for pin in behind {
            let target = self.end(&pin.file).cloned().unwrap_or_default();
            let is_read = pins.pins.iter().any(|other| other.file == target && other.span == pin.span);
            if !is_read {
                let (kind, allows) = (ObstacleKind::Link(target), Allows::Only(pin.version));
                pins.obstacles.push(Obstacle { file: pin.file, position: pin.position, kind, allows });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_to_a_file_of_the_repository_or_nowhere() {
        let file = |path: &str, mode: &str| TreeFile {
            path: path.to_owned(),
            mode: mode.to_owned(),
            size: 0,
            blob: String::new(),
        };
        let tree = [file("deps/base.txt", "100644"), file("a/link.txt", "120000"), file("module", "160000")];
        let written = [
            ("a/link.txt", "../deps/./base.txt"),
            ("twice.txt", "a/link.txt"),
            ("out.txt", "../base.txt"),
            ("root.txt", "/deps/base.txt"),
            ("gone.txt", "deps/gone.txt"),
            ("round.txt", "round.txt"),
            ("module.txt", "module"),
        ];
        let written = written.map(|(link, target)| (link.to_owned(), target.to_owned()));
        let links = Links::new(written.to_vec(), &tree);
        for link in ["a/link.txt", "twice.txt"] {
            assert_eq!(links.end(link).map(String::as_str), Some("deps/base.txt"));
        }
        for link in ["out.txt", "root.txt", "gone.txt", "round.txt", "module.txt", "deps/base.txt"] {
            assert_eq!(links.end(link), None, "{link}");
        }
    }
}
