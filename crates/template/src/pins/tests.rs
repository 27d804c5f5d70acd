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
    let to = "1.4.0".parse().unwrap();
    assert_eq!(pins.in_the_way_of(&to).collect::<Vec<_>>(), Vec::<&Obstacle>::new(), "{text}");
    let mut after = pins.bumped(&files, &to).unwrap();
    after.remove(path).map(|bytes| String::from_utf8(bytes).unwrap())
}

#[track_caller]
fn obstacle(path: &str, text: &str) -> String {
    let (pins, _) = found(&[(path, text)]);
    assert_eq!(pins.pins, [], "{text}");
    pins.in_the_way_of(&"1.4.0".parse().unwrap()).next().map(ToString::to_string).unwrap_or_default()
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
        "molecule-ai-workspace-runtime==1.*\n",
        "molecule-ai-workspace-runtime\n",
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
        ("molecule-ai-workspace-runtime==1.3,<2\n", "bounded by `==1.3,<2`"),
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
        .replace("runtime==1.3.0 ||", "runtime==1.4.0 ||")
        .replace("echo molecule-ai-workspace-runtime==1.3.0", "echo molecule-ai-workspace-runtime==1.4.0");
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

#[test]
fn a_bound_is_in_the_way_of_what_it_leaves_out_and_of_nothing_else() {
    for bound in ["==1.3.*", ">=1.2,<1.4", "~=1.3.0", "<1.4", "!=1.4.0"] {
        let obstacle = obstacle("requirements.txt", &format!("molecule-ai-workspace-runtime{bound}\n"));
        assert!(obstacle.starts_with("`requirements.txt:1:1`: the version is bounded by `"), "{obstacle}");
        let toml = format!("[project]\ndependencies = [\"molecule-ai-workspace-runtime{bound}\"]\n");
        assert!(self::obstacle("pyproject.toml", &toml).contains("bounded by"), "{bound}");
        let docker = format!("FROM a\nRUN pip install 'molecule-ai-workspace-runtime{bound}'\n");
        assert!(self::obstacle("Dockerfile", &docker).contains("bounded by"), "{bound}");
    }
    for bound in [">=1.2", "==1.*", "~=1.3", ">=1.2,<2"] {
        assert_eq!(bumped("requirements.txt", &format!("molecule-ai-workspace-runtime{bound}\n")), None);
    }
}

#[test]
fn a_pin_counts_whatever_its_marker_says() {
    for marker in ["python_version < '3.10'", "sys_platform == 'darwin'", "python_version >= '3.8'"] {
        let text = format!("molecule-ai-workspace-runtime==1.3.0; {marker}\n");
        assert_eq!(bumped("requirements.txt", &text), Some(text.replace("1.3.0", "1.4.0")));
    }
}

#[test]
fn a_line_that_names_the_project_and_cannot_be_read_is_an_obstacle() {
    for (line, told) in [
        ("molecule-ai-workspace-runtime==1.3.0 --upgrade", "pip knows no option `--upgrade`"),
        ("Molecule_AI.workspace-runtime \\\n  ==1.3.0 --upgrade", "pip knows no option `--upgrade`"),
        ("molecule-ai-workspace-runtime=1.3.0", "cannot be read"),
        ("molecule-ai-workspace-runtime==${VERSION}", "cannot be read"),
    ] {
        let obstacle = obstacle("requirements.txt", &format!("# a\n{line}\n"));
        assert!(obstacle.starts_with("`requirements.txt:") && obstacle.contains(told), "{obstacle}");
    }
    let (pins, _) = found(&[("requirements.txt", "other==1 --upgrade\n--no-such\n")]);
    assert_eq!(pins.obstacles, [], "that is another project's");
}

#[test]
fn an_include_that_is_not_read_is_an_obstacle() {
    let mut files = files(&[("requirements.txt", "-r base.txt\nmolecule-ai-workspace-runtime==1.3.0\n")]);
    let entries = [("requirements.txt".to_owned(), Format::Requirements)];
    files.insert("base.txt".to_owned(), None);
    let missing = find(&entries, &files, &PROJECT.parse().unwrap());
    assert!(matches!(missing.obstacles.as_slice(), [Obstacle { kind: ObstacleKind::Include(_), .. }]));
    for line in ["-r https://x.example/base.txt", "-c ../bounds.txt", "-r ${BASE}.txt"] {
        let (pins, _) = found(&[("requirements.txt", line)]);
        assert!(matches!(pins.obstacles[0].kind, ObstacleKind::Include(_)), "{pins:?}");
    }
}

#[test]
fn a_literal_pin_in_a_dockerfile_is_bumped_whatever_command_it_is_given_to() {
    for line in [
        "RUN uv add molecule-ai-workspace-runtime==1.3.0",
        "RUN uv tool install 'molecule-ai-workspace-runtime[all]==1.3.0'",
        "RUN pipx install molecule-ai-workspace-runtime==1.3.0",
        "RUN poetry add molecule-ai-workspace-runtime==1.3.0",
        "RUN pip wheel --no-deps molecule-ai-workspace-runtime==1.3.0",
        "ONBUILD RUN pip install molecule-ai-workspace-runtime==1.3.0",
        "RUN echo \"molecule-ai-workspace-runtime == 1.3.0\" > r.txt && pip install -r r.txt",
        "RUN <<EOF\nfind . -name r.txt\nuv add molecule-ai-workspace-runtime==1.3.0\nEOF",
    ] {
        let text = format!("FROM python:3.11\n{line}\n");
        assert_eq!(bumped("Dockerfile", &text), Some(text.replace("1.3.0", "1.4.0")));
    }
    for (line, told) in [
        ("RUN uv add 'molecule-ai-workspace-runtime<1.4'", "bounded by `<1.4`"),
        ("RUN uv add molecule-ai-workspace-runtime==$V", "in one piece"),
    ] {
        let obstacle = obstacle("Dockerfile", &format!("FROM python:3.11\n{line}\n"));
        assert!(obstacle.starts_with("`Dockerfile:2:") && obstacle.contains(told), "{obstacle}");
    }
    let silent = "FROM python:3.11\n# molecule-ai-workspace-runtime==1.3.0\nRUN pip show molecule-ai-workspace-runtime > out\n";
    assert_eq!(bumped("Dockerfile", silent), None);
}

#[test]
fn a_variable_that_decides_on_another_project_as_well_is_an_obstacle() {
    for text in [
        "FROM python:3.11\nARG V=1.3.0\nRUN pip install molecule-ai-workspace-runtime==$V other==$V\n",
        "FROM python:3.11\nARG V=1.3.0\nRUN pip install molecule-ai-workspace-runtime==$V\nRUN pip install other==$V\n",
        "ARG V=1.3.0\nFROM python:3.11\nARG V\nENV W=$V\nRUN pip install molecule-ai-workspace-runtime==$V && uv pip install other==$W\n",
    ] {
        let obstacle = obstacle("Dockerfile", text);
        assert!(obstacle.contains("the version comes from `V`"), "{text}{obstacle}");
    }
}

#[test]
fn lists_of_any_tool_in_a_pyproject_are_read() {
    let before = "[project]\nname = \"server\"\n[tool.uv]\nconstraint-dependencies = [\"molecule-ai-workspace-runtime==1.3.0\"]\n[tool.hatch.envs.default]\ndependencies = [\"molecule_ai_workspace_runtime[a]==1.3.0\"]\n[tool.poetry.dependencies]\nmolecule-ai-workspace-runtime = \"1.3.0\"\n[tool.poetry.group.dev.dependencies]\nMolecule-AI-Workspace-Runtime = { version = \"==1.3.0\", extras = [\"a\"] }\n";
    assert_eq!(bumped("pyproject.toml", before), Some(before.replace("1.3.0", "1.4.0")));
    let poetry =
        |version: &str| format!("[tool.poetry.dependencies]\nmolecule-ai-workspace-runtime = {version}\n");
    for open in ["\"*\"", "\"^1.3\"", "\"~1\"", "\">=1.2,<2\""] {
        assert_eq!(bumped("pyproject.toml", &poetry(open)), None, "{open}");
    }
    for shut in ["\"~1.3\"", "\"^0.3\"", "\"<1.4\"", "\"1 || 2\"", "{ git = \"https://x.example\" }"] {
        assert!(obstacle("pyproject.toml", &poetry(shut)).starts_with("`pyproject.toml:2:"), "{shut}");
    }
    let list = "[{ version = \"1.3.0\", python = \"<3.9\" }, { version = \"1.3.1\", python = \">=3.9\" }]";
    assert_eq!(
        obstacle("pyproject.toml", &poetry(list)),
        format!("`pyproject.toml:2:33`: the version is bounded by `{list}`")
    );
}

#[test]
fn a_lock_file_is_an_obstacle_to_every_version_but_its_own() {
    let lock = |version: &str, source: &str| {
        format!(
            "version = 1\n[[package]]\nname = \"molecule-ai-workspace-runtime\"\nversion = \"{version}\"\n{source}\n"
        )
    };
    let registry = "source = { registry = \"https://pypi.org/simple\" }";
    assert_eq!(
        obstacle("uv.lock", &lock("1.3.0", registry)),
        "`uv.lock:4:11`: a lock file holds it at 1.3.0"
    );
    assert_eq!(bumped("poetry.lock", &lock("1.4", "")), None);
    assert_eq!(bumped("uv.lock", &lock("1.3.0", "source = { editable = \".\" }")), None);
    assert_eq!(bumped("uv.lock", "[[package]]\nname = \"other\"\nversion = \"1.3.0\"\n"), None);
}
