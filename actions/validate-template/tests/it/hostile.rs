//! Templates are other people's: nothing in them starts a line that a runner would obey, or paints a terminal.

use crate::program::{GITEA, GITHUB, run, run_with, template, write};

const WORDS: &str = "::error::pwned ##[error]pwned ##[group]x \u{1b}[31mred\u{202e}";

/// Commands in values, keys, comments, names of files, Python, requirements, reasons of ignores.
fn hostile() -> tempfile::TempDir {
    let quoted = WORDS.replace('\u{1b}', "\\e");
    let config = format!(
        "name: \"{quoted}\\n::stop-commands::x\"\n\"\\n::set-output name=a::b {quoted}\": 1\nruntime: \"::error::x\"\n\
         template_schema_version: \"::warning::x\"\n# validate-template: ignore[::error::x, ##[error]x] \n"
    );
    let folder = template(&[
        ("config.yaml", &config),
        ("Dockerfile", &format!("FROM {WORDS}\n::error::pwned\nRUN x\n  ::add-mask::x\n##[error]x\n")),
        ("requirements.txt", &format!("{WORDS}\n::error::pwned\n-r ::error::x\n")),
        ("adapter.py", &format!("class A:\n  pass\n::error::pwned {WORDS}\n")),
        (
            ".github/workflows/ci.yml",
            &format!("jobs:\n  v:\n    uses: \"a/runtime-actions/validate-template@{quoted}\"\n"),
        ),
    ]);
    #[cfg(unix)]
    write(
        folder.path(),
        &[(".github/workflows/a\n::error::pwned\n##[error].yml", "::error::x: [\n"), ("::error::x", "")],
    );
    folder
}

/// The lines that a runner would obey.
fn obeyed(log: &str) -> Vec<&str> {
    let obeys = |line: &&str| line.trim_start().starts_with("::") || line.contains("##[");
    log.split(['\n', '\r']).filter(obeys).collect()
}

#[test]
fn nothing_in_a_template_starts_a_line_that_a_runner_obeys() {
    let folder = hostile();
    for (arguments, variables) in [
        (&["."][..], GITEA),
        (&["--format", "human", "."], GITHUB),
        (&["--format", "json", "."], GITHUB),
        (&["--format", "sarif", "."], GITHUB),
        (&["--format", "markdown", "."], GITHUB),
        (&["--trace", "."], GITEA),
        (&["--diff", "."], GITEA),
        (&["."], &[]),
        (&["secret-scan", "."], GITEA),
    ] {
        let ran = run_with(folder.path(), arguments, variables);
        assert_ne!(ran.exit, Some(1), "{}", ran.log());
        assert_eq!(obeyed(&ran.log()), [""; 0], "{arguments:?}");
        assert!(!ran.log().contains(['\u{1b}', '\u{202e}']), "{arguments:?}");
    }
}

#[test]
fn annotations_are_the_only_commands_and_each_is_ours() {
    let folder = hostile();
    let ran = run_with(folder.path(), &["."], GITHUB).exits(3);
    for line in obeyed(&ran.stdout) {
        assert!(line.starts_with("::error file=") || line.starts_with("::warning file="), "{line}");
        assert!(!line.contains("##["), "{line}");
        let (properties, _) = line[2..].split_once("::").unwrap();
        assert!(properties.contains(",title="), "{line}");
    }
}

#[test]
fn json_is_json_whatever_it_tells_of() {
    let folder = hostile();
    for format in ["json", "sarif"] {
        let ran = run(folder.path(), &["--format", format, "."]).exits(3);
        let value: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        assert!(value.to_string().contains("::error::pwned"), "what was there is told as it is");
    }
}

/// How long a run may take, without optimisation and beside other tests.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(20);

#[test]
fn files_full_of_findings_are_judged_in_time_and_told_in_short() {
    let keys: String =
        (0..10_000).map(|number| format!("AK{}{number:016}\n", "IA").replace('1', "B")).collect();
    let unknown: Vec<_> = (0..20_000).map(|number| format!("key{number}: 1")).collect();
    let classes = (0..5_000)
        .fold("from molecule_runtime.adapters import BaseAdapter\n".to_owned(), |all, number| {
            all + &format!("class C{number}(BaseAdapter): pass\n")
        });
    let ignores = |text: &str| {
        (0..5_000).fold(String::new(), |all, number| all + &text.replace('N', &number.to_string()))
    };
    for (file, text) in [
        ("keys.txt", keys),
        ("config.yaml", unknown.join("\n")),
        ("config.yaml", ignores("# validate-template: ignore[unknown-key] because\n")),
        ("config.yaml", ignores("kN: a # validate-template: ignore[unknown-key] because\n")),
        ("adapter.py", classes),
        ("adapter.py", "x = ".to_owned() + &"f'{".repeat(100_000)),
        ("requirements.txt", "# validate-template: ignore[x]\n".repeat(20_000)),
    ] {
        let folder = template(&[(file, &text)]);
        let start = std::time::Instant::now();
        let ran = run(folder.path(), &["."]).exits(3);
        assert!(start.elapsed() < PATIENCE, "{file}: {:?}", start.elapsed());
        assert!(ran.log().len() < 1 << 20, "{file}: {}", ran.log().len());
    }
}

#[test]
fn a_dockerfile_of_a_mebibyte_is_refused_with_its_size() {
    let folder =
        template(&[("Dockerfile", &format!("FROM python:3.11-slim\nRUN {}\n", "a;".repeat(524_000)))]);
    run(folder.path(), &["."]).exits(3).says("and at most 128 KiB is read");
}
