use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::*;

/// A repository of the example's files, below a folder or at the top.
struct Repository {
    folder: TempDir,
}

impl Repository {
    fn new(below: &str) -> Self {
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/workspace");
        let repository = Self { folder: TempDir::new().unwrap() };
        let copy = repository.folder.path().join(below);
        fs_err::create_dir_all(&copy).unwrap();
        let status = Command::new("cp").arg("-a").arg(example.join(".")).arg(copy).status().unwrap();
        assert!(status.success());
        repository.git(&["init", "-q"]);
        repository
    }

    fn git(&self, arguments: &[&str]) -> String {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=a", "-c", "user.email=a@acme.test"]).args(arguments);
        let git = git.env("GIT_CONFIG_GLOBAL", "/dev/null").current_dir(&self.folder).output().unwrap();
        assert!(git.status.success(), "{git:?}");
        String::from_utf8(git.stdout).unwrap().trim().to_owned()
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.folder.path().join(path);
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        fs_err::write(path, text).unwrap();
    }

    fn append(&self, path: &str, text: &str) {
        let before = fs_err::read_to_string(self.folder.path().join(path)).unwrap();
        self.write(path, &format!("{before}{text}"));
    }

    fn link(&self, path: &str, target: &str) {
        std::os::unix::fs::symlink(target, self.folder.path().join(path)).unwrap();
    }

    fn rebuilt(&self, folder: &str) -> Result<Rebuilt, RebuildError> {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", "x"]);
        self.rebuilt_at(folder, &self.git(&["rev-parse", "HEAD"]), MIRROR_FORMAT)
    }

    fn rebuilt_at(&self, folder: &str, commit: &str, format: u32) -> Result<Rebuilt, RebuildError> {
        let objects = Objects::open(&self.folder.path().join(".git/objects")).unwrap();
        let (commit, folder) = (commit.parse().unwrap(), folder.parse().unwrap());
        let version = "1.4.0".parse().unwrap();
        rebuild(&objects, &Recipe { commit: &commit, folder: &folder, version: &version, format })
    }
}

fn error(rebuilt: Result<Rebuilt, RebuildError>) -> String {
    rebuilt.unwrap_err().to_string()
}

#[test]
fn a_source_makes_the_package_and_what_belongs_beside_it() {
    let repository = Repository::new("");
    repository
        .append("runtime-package.toml", "\n[mirror]\nrepository = \"acme/runtime\"\nfiles = \"mirror\"\n");
    repository.write("mirror/.github/workflows/guard.yml", "on: push\n");
    let rebuilt = repository.rebuilt("workspace").unwrap();
    let paths: Vec<_> = rebuilt.tree.paths().map(TreePath::as_str).collect();
    for path in
        [".github/workflows/guard.yml", "LICENSE", "README.md", "acme_runtime/main.py", "pyproject.toml"]
    {
        assert!(paths.contains(&path), "{path} of {paths:?}");
    }
    assert!(!paths.iter().any(|path| path.contains("tests/") || path.contains("Dockerfile")), "{paths:?}");
    let pyproject = rebuilt.tree.get(&"pyproject.toml".parse().unwrap()).unwrap();
    assert!(str::from_utf8(&pyproject.contents).unwrap().contains("version = \"1.4.0\""));
    assert_eq!(digest(&rebuilt.tree), digest(&repository.rebuilt("workspace").unwrap().tree));
}

#[test]
fn the_nearest_manifest_that_names_the_folder_is_the_one() {
    let repository = Repository::new("runtimes/one");
    repository.write(
        "runtime-package.toml",
        &fs_err::read_to_string(repository.folder.path().join("runtimes/one/runtime-package.toml")).unwrap(),
    );
    let rebuilt = repository.rebuilt("runtimes/one/workspace").unwrap();
    assert!(rebuilt.tree.contains(&"acme_runtime/main.py".parse().unwrap()));
    assert!(error(repository.rebuilt("runtimes/workspace")).contains("has it as its source"));
    assert!(error(repository.rebuilt("elsewhere")).contains("has it as its source"));
}

#[test]
fn links_within_the_folder_are_files_and_others_are_refused() {
    let repository = Repository::new("");
    let plain = digest(&repository.rebuilt("workspace").unwrap().tree);
    let path = repository.folder.path().join("workspace/builtin_tools");
    fs_err::rename(path.join("__init__.py"), path.join("other.txt")).unwrap();
    repository.link("workspace/builtin_tools/__init__.py", "../builtin_tools/other.txt");
    let linked = repository.rebuilt("workspace").unwrap();
    assert!(linked.tree.contains(&"acme_runtime/builtin_tools/other.txt".parse().unwrap()));
    assert_ne!(digest(&linked.tree), plain);
    for (target, told) in [
        ("/etc/passwd", "out of its repository"),
        ("../../../x", "out of its repository"),
        ("../../LICENSE", "out of its folder"),
        ("nowhere", "what is not there"),
        ("link.txt", "leads to itself"),
        ("../adapters", "a folder"),
    ] {
        repository.link("workspace/builtin_tools/link.txt", target);
        let error = error(repository.rebuilt("workspace"));
        assert!(error.contains(told), "{target}: {error}");
        fs_err::remove_file(path.join("link.txt")).unwrap();
    }
}

#[test]
fn what_is_missing_or_of_another_format_is_told() {
    let repository = Repository::new("");
    repository.rebuilt("workspace").unwrap();
    let head = repository.git(&["rev-parse", "HEAD"]);
    assert!(error(repository.rebuilt_at("workspace", &head, MIRROR_FORMAT + 1)).contains("of format 2"));
    assert!(
        error(repository.rebuilt_at("workspace", &"12".repeat(20), 1)).contains("is not in the repository")
    );
    let tree = repository.git(&["rev-parse", "HEAD^{tree}"]);
    assert!(error(repository.rebuilt_at("workspace", &tree, 1)).contains("of another kind"));
    repository.append("runtime-package.toml", "\n[nonsense]\n");
    assert!(error(repository.rebuilt("workspace")).contains("`runtime-package.toml` cannot be used: line"));
}
