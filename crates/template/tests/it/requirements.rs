use std::collections::BTreeMap;

use domain::ProjectName;
use proptest::prelude::*;
use template::requirements::{
    Fault, FaultKind, FileEncoding, Kind, Requirement, Requirements, Role, Truth, Unreadable, read,
};

/// Reads `requirements.txt` among these files, with `$KNOWN` set.
fn read_files(files: &[(&str, &[u8])]) -> Requirements {
    let files: BTreeMap<&str, &[u8]> = files.iter().copied().collect();
    let mut bytes = |path: &str| files.get(path).map(|bytes| bytes.to_vec()).ok_or(Unreadable::Missing);
    read("requirements.txt", &mut bytes, &|name| (name == "KNOWN").then(|| "1.5".to_owned())).unwrap()
}

fn read_text(text: &str) -> Requirements {
    read_files(&[("requirements.txt", text.as_bytes())])
}

/// The only requirement of a text that has no fault.
fn only(text: &str) -> Requirement {
    let found = read_text(text);
    assert!(found.faults.is_empty(), "{text}: {:?}", found.faults);
    assert_eq!(found.requirements.len(), 1, "{text}");
    found.requirements[0].clone()
}

fn runtime() -> ProjectName {
    "molecule-ai-workspace-runtime".parse().unwrap()
}

fn pinned(version: &str) -> Kind {
    Kind::Pinned(version.parse().unwrap())
}

fn floor(version: &str) -> Kind {
    Kind::Floor(version.parse().unwrap())
}

fn cap(version: &str) -> Kind {
    Kind::CapOnly(version.parse().unwrap())
}

/// What is wrong, and with what.
fn faults(found: &Requirements) -> Vec<(String, &str)> {
    let told =
        found.faults.iter().map(|fault| (fault.to_string(), found.file(fault.file).source.slice(fault.span)));
    told.collect()
}

#[test]
fn versions_are_a_pin_a_floor_a_cap_or_none() {
    for (text, kind) in [
        ("a==1.2", pinned("1.2")),
        ("a===1.2", pinned("1.2")),
        ("a == 1.2 , >= 1", pinned("1.2")),
        ("a (==1.2)", pinned("1.2")),
        ("a>=1.2", floor("1.2")),
        ("a > 1.2", floor("1.2")),
        ("a~=1.2", floor("1.2")),
        ("a==1.2.*", floor("1.2")),
        ("a>=1,<2,!=1.5", floor("1")),
        ("a>=1,>=1.4", floor("1.4")),
        ("a>=1rc1,", floor("1rc1")),
        ("a<2", cap("2")),
        ("a<=2,<1.5", cap("1.5")),
        ("a", Kind::Unbounded),
        ("a!=1.2", Kind::Unbounded),
        ("a>=2,<1", Kind::Unsatisfiable),
        ("a>=2,<2", Kind::Unsatisfiable),
        ("a>2,<=2", Kind::Unsatisfiable),
        ("a==1.*,>=2", Kind::Unsatisfiable),
        ("a==1.2,!=1.2", Kind::Unsatisfiable),
        ("a @ https://h/a.zip", Kind::Url("https://h/a.zip".to_owned())),
        ("./lib", Kind::Path("./lib".to_owned())),
    ] {
        assert_eq!(only(text).kind, kind, "{text}");
    }
}

#[test]
fn a_project_is_known_by_every_spelling_of_its_name_and_by_no_other() {
    for text in [
        "molecule-ai-workspace-runtime>=1",
        "Molecule_AI.Workspace--Runtime>=1",
        "molecule-ai-workspace-runtime[x, y] >= 1 ; python_version >= '3.8'",
        "\u{feff}molecule-ai-workspace-runtime\\\r\n  >=1  # why\r\n",
        "  molecule-ai-workspace-runtime>=1\t#why",
        "molecule-ai-workspace-runtime>=${KNOWN}",
        "molecule-ai-workspace-runtime @ https://h/x.whl#sha256=0",
        "git+https://h/x@v1#egg=molecule_ai_workspace_runtime&subdirectory=y",
        "-e git+https://h/x#egg=molecule_ai_workspace_runtime[x]",
        "https://h/molecule_ai_workspace_runtime-1.0-py3-none-any.whl",
        "./wheels/molecule_ai_workspace_runtime-1.0-py3-none-any.whl",
    ] {
        let found = read_text(text);
        assert_eq!(found.of(&runtime()).count(), 1, "{text}: {found:?}");
    }
    for text in [
        "molecule-ai-workspace-runtime-extras>=1",
        "x-molecule-ai-workspace-runtime>=1",
        "moleculeai-workspace-runtime>=1",
        "# molecule-ai-workspace-runtime>=1",
        "x # molecule-ai-workspace-runtime>=1",
        "x \\\n# molecule-ai-workspace-runtime>=1",
        "x[molecule-ai-workspace-runtime]",
        "--find-links molecule-ai-workspace-runtime",
        "",
    ] {
        let found = read_text(text);
        assert_eq!(found.of(&runtime()).count(), 0, "{text}: {found:?}");
    }
}

#[test]
fn a_marker_is_judged_for_python_3_11_on_linux() {
    use Truth::{Always, Never, Sometimes};
    for (marker, holds) in [
        ("python_version >= '3.8'", Always),
        ("python_version < '3'", Never),
        ("'3.12' <= python_version", Never),
        ("python_version > '3.9'", Always),
        ("python_version in '2.7 3.11'", Always),
        ("python_version == '3.*'", Always),
        ("python_version != '3.11'", Never),
        ("sys_platform == 'win32'", Never),
        ("sys_platform != 'win32'", Always),
        ("'lin' in sys_platform", Always),
        ("platform_system not in 'Darwin Windows'", Always),
        ("os_name == 'nt' or sys.platform == 'linux'", Always),
        ("os_name == 'nt' or sys_platform == 'linux' and python_version < '3'", Never),
        ("(os_name == 'nt' or sys_platform == 'linux') and python_version > '3'", Always),
        ("extra == 'dev'", Never),
        ("platform_machine == 'x86_64'", Sometimes),
        ("platform_machine == 'armv7l'", Never),
        ("python_full_version >= '3.11.0'", Always),
        ("python_full_version > '3.11.4'", Sometimes),
        ("python_full_version < '3.11'", Never),
        ("platform_release >= '6'", Sometimes),
        ("platform_release >= '6' and os_name == 'nt'", Never),
    ] {
        let requirement = only(&format!("molecule-ai-workspace-runtime>=1 ; {marker}"));
        let found = requirement.marker.unwrap();
        assert_eq!((found.holds, found.text.as_str()), (holds, marker));
        assert_eq!(requirement.kind == Kind::NeverTrue, holds == Never, "{marker}");
    }
    for marker in
        ["python_versoin > '3'", "python_version ~ '3'", "'a' == 'b'", "os_name == 'x", "(os_name == 'x'"]
    {
        let found = read_text(&format!("a ; {marker}"));
        assert!(found.requirements.is_empty() && found.faults[0].stops_pip(), "{marker}");
    }
    let deep = read_text(&format!("a ; {}os_name == 'x'", "(".repeat(100_000)));
    assert!(deep.faults[0].to_string().contains("nested too deeply"));
}

#[test]
fn places_lead_back_through_continuations_and_variables() {
    let text =
        "# first\r\nfoo[x] \\\r\n  >= ${KNOWN}, \\\r\n  < 2 ; os_name == 'posix' --hash=sha256:ab # c\r\n";
    let found = read_text(text);
    let requirement = &found.requirements[0];
    let slice = |span| found.file(requirement.file).source.slice(span);
    assert_eq!(slice(requirement.span), "foo[x] \\\r\n  >= ${KNOWN}, \\\r\n  < 2 ; os_name == 'posix'");
    assert_eq!(slice(requirement.name_span.unwrap()), "foo");
    assert_eq!(
        requirement.specifiers.iter().map(|(_, span)| slice(*span)).collect::<Vec<_>>(),
        [">= ${KNOWN}", "< 2"]
    );
    assert_eq!(requirement.specifiers[0].0, ">= 1.5");
    assert_eq!(slice(requirement.marker.as_ref().unwrap().span), "os_name == 'posix'");
    assert_eq!(requirement.hashes, ["sha256:ab"]);
    assert_eq!(requirement.kind, floor("1.5"));
}

#[test]
fn includes_are_followed_from_where_they_stand() {
    let found = read_files(&[
        ("requirements.txt", b"a\n-r deps/base.txt\n-c ./limits.txt\nb\n"),
        ("deps/base.txt", b"--requirement=../more.txt\nc\n"),
        ("more.txt", b"molecule-ai-workspace-runtime\n-r deps/../last.txt\n"),
        ("last.txt", b"d\n"),
        ("limits.txt", b"molecule-ai-workspace-runtime==1.0\n-rlast.txt\n"),
    ]);
    assert!(found.faults.is_empty(), "{:?}", found.faults);
    let names: Vec<_> =
        found.requirements.iter().map(|found| found.name.clone().unwrap().to_string()).collect();
    let runtime_name = "molecule-ai-workspace-runtime";
    assert_eq!(names, ["a", runtime_name, "d", "c", runtime_name, "b"]);
    let roles: Vec<_> = found.of(&runtime()).map(|found| (found.role, found.kind.clone())).collect();
    assert_eq!(roles, [(Role::Requirement, Kind::Unbounded), (Role::Constraint, pinned("1.0"))]);
    let more = &found.files[2];
    assert_eq!(more.source.path(), "more.txt");
    let (by, at) = more.included_at.unwrap();
    assert_eq!(found.file(by).source.slice(at), "--requirement=../more.txt");
}

#[test]
fn includes_that_cannot_be_followed_are_told() {
    let found = read_files(&[
        (
            "requirements.txt",
            b"-r a.txt\n-r missing.txt\n-r ../out.txt\n-r /etc/x\n-r https://h/x\n-r ${WHO}.txt\n",
        ),
        ("a.txt", b"-r ./b.txt\n"),
        ("b.txt", b"-c a.txt\n"),
    ]);
    assert_eq!(
        faults(&found),
        [
            ("`a.txt` includes itself".to_owned(), "a.txt"),
            ("`missing.txt` is not there".to_owned(), "missing.txt"),
            ("`../out.txt` leads out of the repository".to_owned(), "../out.txt"),
            ("`/etc/x` leads out of the repository".to_owned(), "/etc/x"),
            (
                "`https://h/x` is not in the repository, so that nothing is known of what it requires"
                    .to_owned(),
                "https://h/x"
            ),
            ("the value of `${WHO}` is known only where pip runs".to_owned(), "${WHO}.txt"),
        ]
    );
    assert_eq!(
        found.faults.iter().map(Fault::stops_pip).collect::<Vec<_>>(),
        [true, true, false, false, false, false]
    );
}

#[test]
fn a_thousand_files_are_not_read() {
    let mut asked = 0;
    let mut bytes = |path: &str| {
        asked += 1;
        let next: usize = path.trim_end_matches(".txt").parse().unwrap_or(0);
        Ok(format!("-r {}.txt\n", next + 1).into_bytes())
    };
    let found = read("0.txt", &mut bytes, &|_| None).unwrap();
    assert_eq!(found.faults[0].kind, FaultKind::TooManyFiles(64));
    assert_eq!(asked, 64);
}

#[test]
fn a_hundred_thousand_lines_are_not_read() {
    let text = format!("{}a\n-r requirements.txt\n", "# c\n".repeat(100_000));
    assert_eq!(read_text(&text).requirements.len(), 1, "comments are no lines");
    let found = read_text(&"a\n".repeat(100_000));
    assert_eq!(found.requirements.len(), 20_000);
    assert_eq!(found.faults[0].kind, FaultKind::TooManyLines(20_000));
    assert_eq!(found.files[0].source.position(found.faults[0].span.start).line, 20_001);
    let open = read_text(&format!("{}b \\", "a\n".repeat(20_000)));
    assert_eq!(
        (open.requirements.len(), open.faults.len()),
        (20_000, 1),
        "one that is never ended counts too"
    );
}

#[test]
fn options_are_read_as_pip_reads_them() {
    let text = "--index-url https://h/simple --pre\n-i=x\n-fhttps://h\n--extra https://e\n--no-binary ':all:'\n--trusted-host \"a b\"\n";
    let found = read_text(text);
    assert!(found.faults.is_empty(), "{:?}", found.faults);
    let settings: Vec<_> = found.settings.iter().map(|found| (found.name, found.value.as_deref())).collect();
    assert_eq!(
        settings,
        [
            ("--index-url", Some("https://h/simple")),
            ("--pre", None),
            ("--index-url", Some("=x")),
            ("--find-links", Some("https://h")),
            ("--extra-index-url", Some("https://e")),
            ("--no-binary", Some(":all:")),
            ("--trusted-host", Some("a b")),
        ]
    );
    let found =
        read_text("--upgrade\n--no\n-r\n--pre=1\n--hash 'x\na -r b.txt\n-e . -r b.txt\n--pre words\n");
    assert_eq!(
        faults(&found),
        [
            ("pip knows no option `--upgrade` in a requirements file".to_owned(), "--upgrade"),
            ("the option `--no` is short for more than one".to_owned(), "--no"),
            ("the option `--requirement` needs a value".to_owned(), "-r"),
            ("the option `--pre` takes no value".to_owned(), "--pre=1"),
            ("a quote or an escape is not closed".to_owned(), "'x"),
            ("pip ignores `-r b.txt` here".to_owned(), "-r b.txt"),
            ("pip ignores `-r b.txt` here".to_owned(), "-r b.txt"),
            ("pip ignores `words` here".to_owned(), "words"),
        ]
    );
    assert!(found.requirements[1].editable);
    assert_eq!(found.requirements[1].kind, Kind::Path(".".to_owned()));
}

#[test]
fn what_is_no_requirement_is_told_and_the_rest_is_read() {
    for (text, culprit) in [
        ("a b", "b"),
        ("a=1", "=1"),
        ("a>=", ">="),
        ("a>=x", ">=x"),
        ("a>=1.*", ">=1.*"),
        ("a[x", "[x"),
        ("-", ""),
        ("a @ ", "@"),
        ("a- >=1", "a-"),
        ("a>=${UNKNOWN}", ">=${UNKNOWN}"),
        ("FROM python:3.11", "python:3.11"),
    ] {
        let found = read_text(&format!("first\n{text}\nlast>=1\n"));
        assert!(found.requirements.len() <= 2 || text == "-", "{text}");
        assert_eq!(found.requirements.last().unwrap().kind, floor("1"), "{text}");
        if text != "-" {
            assert!(found.faults[0].stops_pip() || text.contains("${"), "{text}");
            let (_, place) = &faults(&found)[0];
            assert!(culprit.contains(place.trim()) || place.contains(culprit), "{text}: {place}");
        }
    }
}

#[test]
fn encodings_are_found_out_as_pip_does() {
    let text = "# Größe\nmolecule-ai-workspace-runtime>=1\n";
    let utf_16: Vec<u8> =
        "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let utf_32: Vec<u8> =
        "\u{feff}".chars().chain(text.chars()).flat_map(|c| u32::from(c).to_be_bytes()).collect();
    let latin: Vec<u8> = format!("# -*- coding: latin-1 -*-\n{text}")
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    let marked = format!("\u{feff}{text}").into_bytes();
    for bytes in [text.as_bytes(), &utf_16, &utf_32, &latin, &marked] {
        let found = read_files(&[("requirements.txt", bytes)]);
        assert!(found.faults.is_empty(), "{:?}", found.faults);
        assert_eq!(found.of(&runtime()).count(), 1);
    }
    assert_eq!(read_files(&[("requirements.txt", &latin)]).files[0].encoding, FileEncoding::Latin1);
    let broken = read_files(&[("requirements.txt", b"a\n# \xff\n")]);
    assert_eq!(broken.faults[0].to_string(), "`requirements.txt` is not UTF-8");
    let unknown = read_files(&[("requirements.txt", b"# vim: set fileencoding=cp1252 :\na\n")]);
    assert!(
        matches!(&unknown.faults[0].kind, FaultKind::UnknownEncoding { encoding, .. } if encoding == "cp1252")
    );
}

fn check_any(text: &str) {
    let found = read_text(text);
    let inside = |span: text::Span| assert!(text.get(span.range()).is_some(), "{span:?} of {text:?}");
    for requirement in &found.requirements {
        inside(requirement.span);
        requirement.name_span.into_iter().for_each(inside);
        for (_, span) in &requirement.specifiers {
            inside(*span);
            assert!(requirement.span.contains(*span));
        }
        requirement.marker.iter().for_each(|marker| inside(marker.span));
    }
    found.faults.iter().for_each(|fault| inside(fault.span));
    found.settings.iter().for_each(|setting| inside(setting.span));
}

fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a",
        "foo",
        ">=1.2",
        "==1.*",
        "<2",
        ",",
        ";",
        " ; ",
        " ",
        "\t",
        "python_version",
        "'3'",
        "\"x\"",
        " and ",
        "(",
        ")",
        "[x]",
        "[",
        "#",
        " # c",
        "\\\n",
        "\\",
        "\n",
        "\r\n",
        " @ ",
        "https://h/p.whl",
        "git+https://h#egg=a",
        "--hash=a:b",
        "--pre",
        "-r ",
        "-e ",
        "-c",
        "-",
        "--",
        "${KNOWN}",
        "${W}",
        "${",
        "}",
        "é",
        "\u{feff}",
        "\u{c}",
        "\u{2028}",
        "'",
        "./x",
    ]);
    prop::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_it_panic(text in any::<String>()) {
        check_any(&text);
    }

    #[test]
    fn what_is_nearly_a_requirement_keeps_its_place(text in pieces()) {
        check_any(&text);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in any::<Vec<u8>>()) {
        read_files(&[("requirements.txt", &bytes)]);
    }

    #[test]
    fn what_changes_no_meaning_changes_no_verdict(
        spaces in "[ ]{0,2}",
        name in prop::sample::select(vec!["molecule-ai-workspace-runtime", "Molecule.AI_workspace-runtime"]),
        end in prop::sample::select(vec!["\n", "\r\n", " # x\n", "\t#\n", ""]),
        marker in prop::sample::select(vec!["", ";python_version>'3'", " ; os_name=='posix'"]),
        wrap in prop::sample::select(vec!["", "\\\n", " \\\r\n  "]),
        before in prop::sample::select(vec!["", "# c \\\n", "\n\n", "x\n", "--pre\n"]),
    ) {
        let text = format!("{before}{name}{spaces}{wrap}>={spaces}1.2{marker}{end}");
        let found = read_text(&text);
        let kinds: Vec<_> = found.of(&runtime()).map(|found| found.kind.clone()).collect();
        prop_assert_eq!(kinds, [floor("1.2")], "{}", text);
    }
}

#[test]
fn markers_are_judged_for_the_python_that_is_asked_for() {
    let text = "a==1; python_version >= '3.12'\nb==1; python_full_version < '3.12.0'\n";
    let kinds = |minor| {
        let mut bytes = |_: &str| Ok(text.as_bytes().to_vec());
        let python = template::requirements::Interpreter { major: 3, minor };
        let read =
            template::requirements::read_for(python, "requirements.txt", &mut bytes, &|_| None).unwrap();
        read.requirements
            .iter()
            .map(|one| one.kind == template::requirements::Kind::NeverTrue)
            .collect::<Vec<_>>()
    };
    assert_eq!(kinds(11), [true, false]);
    assert_eq!(kinds(12), [false, true]);
}
