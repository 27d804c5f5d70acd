use super::*;

const PROJECT: &str = "molecule-ai-workspace-runtime";

fn files(given: &[(&str, &str)]) -> Files {
    given.iter().map(|(path, text)| ((*path).to_owned(), Some(text.as_bytes().to_vec()))).collect()
}

fn found(given: &[(&str, &str)]) -> (Pins, Files) {
    let files = files(given);
    let entries: Vec<_> = files.keys().filter_map(|path| Some((path.clone(), Format::of(path)?))).collect();
    (find(&entries, &files, &PROJECT.parse().unwrap()), files)
}

/// The file after a bump to 1.4.0; nothing when it stays as it is.
#[track_caller]
fn bumped(path: &str, text: &str) -> Option<String> {
    let (pins, files) = found(&[(path, text)]);
    assert_eq!(pins.obstacles, [], "{text}");
    let mut after = pins.bumped(&files, &"1.4.0".parse().unwrap()).unwrap();
    after.remove(path).map(|bytes| String::from_utf8(bytes).unwrap())
}

#[track_caller]
fn obstacle(path: &str, text: &str) -> String {
    let (pins, _) = found(&[(path, text)]);
    assert_eq!(pins.pins, [], "{text}");
    pins.obstacles.first().map(ToString::to_string).unwrap_or_default()
}

#[test]
fn a_version_file_keeps_everything_but_the_version() {
    for (before, after) in [
        ("1.3.0\n", "1.4.0\n"),
        ("\u{feff}1.3.0\r\n", "\u{feff}1.4.0\r\n"),
        ("  v1.3.0", "  v1.4.0"),
        ("1.3.0rc1\n\n", "1.4.0\n\n"),
    ] {
        assert_eq!(bumped(".runtime-version", before).as_deref(), Some(after));
    }
    assert_eq!(bumped(".runtime-version", "\n"), None);
    assert_eq!(bumped(".runtime-version", "1.4\n"), None, "1.4 is 1.4.0");
}

#[test]
fn a_version_file_with_something_else_is_an_obstacle() {
    assert_eq!(
        obstacle(".runtime-version", "\nlatest\n"),
        "`.runtime-version:2:1`: expected one version and nothing else, found `latest`"
    );
}

#[test]
fn options_markers_comments_and_line_ends_of_a_requirement_stay() {
    let before = "# ours\r\n--index-url https://pypi.example/simple/\r\nMolecule_AI.workspace-runtime[a2a] == 1.3.0 ; python_version >= '3.8'  # pinned\r\nmolecule-ai-workspace-runtime-extras==1.3.0\r\n";
    let after = before.replace("== 1.3.0 ;", "== 1.4.0 ;");
    assert_eq!(bumped("requirements.txt", before), Some(after));
    let options = "molecule-ai-workspace-runtime==1.3.0 --config-settings=a=b\n";
    assert_eq!(bumped("requirements.txt", options), Some(options.replace("1.3.0", "1.4.0")));
    let continued = "molecule-ai-workspace-runtime \\\n  ===1.3.0\n";
    assert_eq!(bumped("requirements.txt", continued), Some(continued.replace("1.3.0", "1.4.0")));
}

#[test]
fn what_is_no_pin_is_left_alone() {
    for text in [
        "molecule-ai-workspace-runtime>=1.2\n",
        "molecule-ai-workspace-runtime==1.2.*\n",
        "molecule-ai-workspace-runtime\n",
        "molecule-ai-workspace-runtime==1.2; python_version < '3.9'\n",
        "# molecule-ai-workspace-runtime==1.2\n",
        "another==1.2\n",
    ] {
        assert_eq!(bumped("requirements.txt", text), None, "{text}");
    }
}

#[test]
fn included_files_are_asked_for_and_bumped_where_they_are() {
    let (pins, mut files) = found(&[("requirements.txt", "-r deps/base.txt\n-c bounds.txt\n")]);
    assert_eq!(pins.wanted.iter().collect::<Vec<_>>(), ["bounds.txt", "deps/base.txt"]);
    files.insert("deps/base.txt".to_owned(), Some(b"molecule-ai-workspace-runtime\n".to_vec()));
    files.insert("bounds.txt".to_owned(), Some(b"molecule-ai-workspace-runtime==1.3.0\n".to_vec()));
    let entries = [("requirements.txt".to_owned(), Format::Requirements)];
    let pins = find(&entries, &files, &PROJECT.parse().unwrap());
    assert!(pins.wanted.is_empty());
    let [Pin { file, position, .. }] = pins.pins.as_slice() else { panic!("{pins:?}") };
    assert_eq!((file.as_str(), position.to_string().as_str()), ("bounds.txt", "1:32"));
}

#[test]
fn a_requirement_that_cannot_be_bumped_is_an_obstacle() {
    for (text, told) in [
        ("molecule-ai-workspace-runtime==1.3 --hash=sha256:00\n", "--hash"),
        ("molecule-ai-workspace-runtime==1.3,<2\n", "bounded by `<2`"),
        ("molecule-ai-workspace-runtime @ https://x.example/r.whl\n", "https://x.example/r.whl"),
    ] {
        let obstacle = obstacle("requirements.txt", text);
        assert!(obstacle.contains(told), "{obstacle}");
    }
}

#[test]
fn what_runs_of_every_stage_install_is_bumped() {
    let before = "FROM python:3.11 AS build\nRUN pip install --index-url https://i.example/simple \\\n    \"molecule-ai-workspace-runtime[all]==1.3.0\" other==1.3.0\nFROM python:3.11\nRUN [\"pip\", \"install\", \"molecule-ai-workspace-runtime==1.2.9\"]\nRUN <<EOF\nuv pip install molecule-ai-workspace-runtime==1.3.0 || true\nEOF\n# molecule-ai-workspace-runtime==1.3.0\nRUN echo molecule-ai-workspace-runtime==1.3.0\n";
    let after = before
        .replace("[all]==1.3.0", "[all]==1.4.0")
        .replace("runtime==1.2.9", "runtime==1.4.0")
        .replace("runtime==1.3.0 ||", "runtime==1.4.0 ||");
    assert_eq!(bumped("Dockerfile", before), Some(after));
}

#[test]
fn the_default_of_the_argument_that_the_version_comes_from_is_bumped() {
    let before = "ARG RUNTIME_VERSION=\"1.3.0\"\nFROM python:3.11\nARG RUNTIME_VERSION\nRUN pip install \"molecule-ai-workspace-runtime==${RUNTIME_VERSION}\"\n";
    assert_eq!(bumped("Dockerfile", before), Some(before.replace("1.3.0", "1.4.0")));
    let own = "FROM python:3.11\nARG V=1.3.0\nRUN pip install molecule-ai-workspace-runtime==$V\n";
    assert_eq!(bumped("docker/app.Dockerfile", own), Some(own.replace("1.3.0", "1.4.0")));
    let environment =
        "FROM python:3.11\nENV V=1.3.0 W=1.3.0\nRUN pip install molecule-ai-workspace-runtime==$V\n";
    assert_eq!(bumped("Dockerfile", environment), Some(environment.replace("V=1.3.0 ", "V=1.4.0 ")));
}

#[test]
fn an_argument_without_a_default_is_no_pin() {
    for text in [
        "FROM python:3.11\nARG RUNTIME_VERSION\nRUN pip install molecule-ai-workspace-runtime==${RUNTIME_VERSION}\n",
        "FROM python:3.11\nARG RUNTIME_VERSION=\nRUN if [ -n \"$RUNTIME_VERSION\" ]; then pip install \"molecule-ai-workspace-runtime==${RUNTIME_VERSION}\"; fi\n",
    ] {
        assert_eq!(bumped("Dockerfile", text), None, "{text}");
    }
}

#[test]
fn a_version_in_pieces_is_an_obstacle() {
    let text = "FROM python:3.11\nARG A=1\nARG B=3.0\nRUN pip install molecule-ai-workspace-runtime==$A.$B\n";
    assert!(obstacle("Dockerfile", text).contains("in one piece"));
    let shell = "FROM python:3.11\nRUN V=1.3.0; pip install molecule-ai-workspace-runtime==$V\n";
    assert!(obstacle("Dockerfile", shell).contains("in one piece"));
}

#[test]
fn dependencies_of_a_pyproject_are_bumped() {
    let before = "[project]\nname = \"server\"\nversion = \"1.3.0\"\ndependencies = [\n  \"a\",\n  'molecule-ai-workspace-runtime==1.3.0', # ours\n]\n[project.optional-dependencies]\nall = [\"molecule_ai_workspace_runtime[x]==1.2\"]\n[dependency-groups]\ndev = [{ include-group = \"x\" }, \"molecule-ai-workspace-runtime>=1\"]\n";
    let after = before.replace("==1.3.0'", "==1.4.0'").replace("==1.2\"", "==1.4.0\"");
    assert_eq!(bumped("server/pyproject.toml", before), Some(after));
    assert!(obstacle("pyproject.toml", "[project\n").starts_with("`pyproject.toml:1:"));
}

#[test]
fn bumping_twice_changes_nothing_more() {
    let given = [
        (".runtime-version", "1.3.0\n"),
        ("requirements.txt", "molecule-ai-workspace-runtime==1.3.0\n"),
        ("Dockerfile", "FROM a\nRUN pip install molecule-ai-workspace-runtime==1.3.0\n"),
    ];
    let (pins, mut files) = found(&given);
    let to = "1.4.0".parse().unwrap();
    let after = pins.bumped(&files, &to).unwrap();
    assert_eq!(after.len(), 3);
    files.extend(after.into_iter().map(|(path, bytes)| (path, Some(bytes))));
    let entries: Vec<_> = files.keys().map(|path| (path.clone(), Format::of(path).unwrap())).collect();
    let again = find(&entries, &files, &PROJECT.parse().unwrap());
    assert_eq!(again.pins.len(), 3);
    assert!(again.pins.iter().all(|pin| pin.version == to));
    assert!(again.bumped(&files, &to).unwrap().is_empty());
}

#[test]
fn a_format_is_told_by_the_files_name() {
    for (path, format) in [
        (".runtime-version", Some(Format::Version)),
        ("deploy/VERSION", Some(Format::Version)),
        ("requirements-dev.txt", Some(Format::Requirements)),
        ("requirements/base.in", Some(Format::Requirements)),
        ("Dockerfile", Some(Format::Dockerfile)),
        ("docker/Dockerfile.gpu", Some(Format::Dockerfile)),
        ("app.Dockerfile", Some(Format::Dockerfile)),
        ("Containerfile", Some(Format::Dockerfile)),
        ("pyproject.toml", Some(Format::Pyproject)),
        ("setup.py", None),
    ] {
        assert_eq!(Format::of(path), format, "{path}");
    }
}

#[test]
fn lists_that_an_image_installs_are_asked_for() {
    let (pins, _) = found(&[(
        "Dockerfile",
        "FROM python:3.11\nWORKDIR /app\nCOPY deps/image.txt ./\nRUN pip install -r image.txt\nCOPY . .\nRUN pip install -r /app/requirements/all.txt\n",
    )]);
    assert_eq!(pins.wanted.iter().collect::<Vec<_>>(), ["deps/image.txt", "requirements/all.txt"]);
}
