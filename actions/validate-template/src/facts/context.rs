//! What a template's image is built from.

use fast_glob::glob_match;
use template::image::{BuildContext, Entry};

use super::dockerfile_of;
use crate::folder::{Folder, SHELL_LIMIT};

/// The template's folder as `BuildKit` sends it to the builder: without what `.dockerignore` leaves out.
#[derive(Debug)]
pub struct Context<'a> {
    folder: &'a Folder,
    ignored: Vec<Pattern>,
}

/// A line of `.dockerignore`.
#[derive(Debug, PartialEq, Eq)]
struct Pattern {
    glob: String,
    /// Whether what it matches is kept after all.
    keeps: bool,
}

impl<'a> Context<'a> {
    /// The context of a template. The Dockerfile's own ignore file takes the place of the general one.
    #[must_use]
    pub fn of(folder: &'a Folder) -> Self {
        let found = Self::ignore_files(folder).iter().find_map(|name| folder.read(name).ok().flatten());
        Self { folder, ignored: found.map(|source| patterns(source.text())).unwrap_or_default() }
    }

    /// The files that may say what is left out, the first that is there alone counts. One that is not read counts as
    /// empty here; the facts list it among what was refused.
    pub(super) fn ignore_files(folder: &Folder) -> [String; 2] {
        [format!("{}.dockerignore", dockerfile_of(folder)), ".dockerignore".to_owned()]
    }

    /// Whether a file is left out: the last line that matches it, or a folder that it is in, decides.
    fn leaves_out(&self, path: &str) -> bool {
        let last = self.ignored.iter().rev().find(|pattern| pattern.matches(path));
        last.is_some_and(|pattern| !pattern.keeps)
    }
}

/// The lines of an ignore file: <https://docs.docker.com/build/concepts/context/#dockerignore-files>.
fn patterns(text: &str) -> Vec<Pattern> {
    let lines = text.trim_start_matches(text::BYTE_ORDER_MARK).lines();
    let lines = lines.filter(|line| !line.starts_with('#')).map(str::trim).filter(|line| !line.is_empty());
    let pattern = |line: &str| {
        let (line, keeps) = line.strip_prefix('!').map_or((line, false), |rest| (rest.trim(), true));
        let parts = line.split('/').filter(|part| !matches!(*part, "" | "."));
        Pattern { glob: parts.collect::<Vec<_>>().join("/"), keeps }
    };
    lines.map(pattern).collect()
}

impl Pattern {
    /// Whether it may keep something in a folder.
    fn may_keep_in(&self, folder: &str) -> bool {
        let inside = self.glob.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        self.keeps && (inside || self.glob.contains(['*', '?', '[']))
    }

    fn matches(&self, path: &str) -> bool {
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        ends.map(|end| &path[..end]).any(|part| glob_match(&self.glob, part))
    }
}

impl BuildContext for Context<'_> {
    fn entry(&self, path: &str) -> Entry {
        let kind = self.folder.kind(path);
        // Of a folder that is left out, files may be kept.
        let is_kept = |kind: &std::fs::FileType| {
            !self.leaves_out(path)
                || kind.is_dir() && self.ignored.iter().any(|pattern| pattern.may_keep_in(path))
        };
        match kind.filter(is_kept) {
            Some(kind) if kind.is_dir() => Entry::Folder,
            Some(_) => Entry::File,
            None => Entry::Absent,
        }
    }

    fn text(&self, path: &str) -> Option<String> {
        let bytes = self.folder.read_bytes(path, SHELL_LIMIT).ok().flatten()?;
        text::decode(bytes).ok().filter(|_| !self.leaves_out(path))
    }

    #[cfg(unix)]
    fn is_executable(&self, path: &str) -> Option<bool> {
        use std::os::unix::fs::PermissionsExt as _;
        let found = self.folder.metadata(path)?;
        Some(found.permissions().mode() & 0o111 != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_that_matches_decides() {
        let folder = tempfile::tempdir().unwrap();
        fs_err::write(
            folder.path().join(".dockerignore"),
            "# all\n*\n!/app\n!*.txt\napp/**/*.pyc\n./docs/\n!entrypoint.sh\n",
        )
        .unwrap();
        let folder = Folder::open(folder.path()).unwrap();
        let context = Context::of(&folder);
        for (path, out) in [
            ("start.sh", true),
            ("entrypoint.sh", false),
            ("requirements.txt", false),
            ("app/main.py", false),
            ("app/deep/x.pyc", true),
            ("docs/a.md", true),
            ("lib/entrypoint.sh", true),
        ] {
            assert_eq!(context.leaves_out(path), out, "{path}");
        }
    }

    #[test]
    fn without_an_ignore_file_everything_is_there() {
        let folder = tempfile::tempdir().unwrap();
        fs_err::create_dir_all(folder.path().join("sub")).unwrap();
        fs_err::write(folder.path().join("a.sh"), "x").unwrap();
        let folder = Folder::open(folder.path()).unwrap();
        let context = Context::of(&folder);
        assert_eq!(context.entry("a.sh"), Entry::File);
        assert_eq!(context.entry("sub"), Entry::Folder);
        assert_eq!(context.entry("b.sh"), Entry::Absent);
        assert_eq!(context.text("a.sh").as_deref(), Some("x"));
    }
}
