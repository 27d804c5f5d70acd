//! Credentials: found, redacted, and looked for in what a repository has gained.

use std::path::Path;
use std::process::Command;

use crate::program::{CONFIG, GITHUB, run, run_with, template, write};

/// In halves, so that nobody finds it here.
fn token() -> String {
    ["ghp_", "0123456789abcdefghijklmnopqrst", "3j70pI"].concat()
}

fn key() -> String {
    let line = "MIIEpAIBAAKCAQEA0Z3VS5JJcds3xfn/ygWyF8PbnGy0AHB7MaGGYbXmJlH1ok6t";
    [
        ["-----BEGIN", " RSA PRIVATE KEY-----"].concat(),
        format!("{line}\n{line}\n{line}"),
        "-----END RSA PRIVATE KEY-----\n".to_owned(),
    ]
    .join("\n")
}

fn git(folder: &Path, arguments: &[&str]) {
    let identity = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main"];
    let output = Command::new("git").args(identity).args(arguments).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn no_output_holds_what_it_tells_of() {
    let (token, key) = (token(), key());
    let config = format!("{CONFIG}favourite: {token}\ndescription: \"{token}\"\n\"{token}\": 1\n");
    let folder = template(&[
        ("config.yaml", config.as_str()),
        ("Dockerfile", &format!("FROM {token}\nENV A={token}\nRUNN {token}\n")),
        ("adapter.py", &format!("KEY = '''{key}'''\nfrom plugins import x\n")),
        ("requirements.txt", &format!("{token} ==\n")),
    ]);
    let secrets = key.lines().chain([token.as_str()]).filter(|line| !line.contains("---"));
    let secrets: Vec<_> = secrets.collect();
    for arguments in [
        &["."][..],
        &["--format", "json", "."],
        &["--format", "sarif", "."],
        &["--format", "markdown", "."],
        &["--format", "github", "."],
        &["--trace", "."],
        &["--diff", "."],
        &["secret-scan", "."],
        &["--sarif-file", "report.sarif", "."],
    ] {
        let ran = run(folder.path(), arguments).exits(3);
        assert!(secrets.iter().all(|secret| !ran.log().contains(secret)), "{arguments:?}:\n{}", ran.log());
    }
    let sarif = fs_err::read_to_string(folder.path().join("report.sarif")).unwrap();
    assert!(secrets.iter().all(|secret| !sarif.contains(secret)) && sarif.contains("ghp_***"));
    run_with(folder.path(), &["."], GITHUB).exits(3).says("title=secret::a GitHub token: `ghp_***`");
}

#[test]
fn a_scan_of_any_repository_asks_for_nothing_but_secrets() {
    let folder = template(&[("src/main.c", "int main;\n"), ("config.yml", "no: template\n")]);
    run(folder.path(), &["secret-scan"]).exits(0).says("no findings");
    write(folder.path(), &[("src/key.pem", &key())]);
    run(folder.path(), &["secret-scan"]).exits(3).says("src/key.pem:1:1").says("not valid: 1 error");
}

#[test]
fn what_git_does_not_track_is_not_committed() {
    let folder = template(&[("config.yaml", CONFIG), (".gitignore", ".env\n"), (".env", &token())]);
    git(folder.path(), &["init", "--quiet"]);
    git(folder.path(), &["add", "."]);
    run(folder.path(), &["secret-scan"]).exits(0);
    git(folder.path(), &["add", "--force", ".env"]);
    run(folder.path(), &["secret-scan"]).exits(3).says(".env:1:1");
}

#[test]
fn of_a_large_repository_only_what_git_tracks_is_looked_through() {
    let folder = template(&[("config.yaml", CONFIG), ("key.pem", &key())]);
    git(folder.path(), &["init", "--quiet"]);
    git(folder.path(), &["add", "."]);
    for number in 0..2_100 {
        write(folder.path(), &[(&format!("target/{number}"), "x")]);
    }
    write(folder.path(), &[("target/huge", "")]);
    fs_err::File::create(folder.path().join("target/huge")).unwrap().set_len(64 << 20).unwrap();
    run(folder.path(), &["secret-scan"]).exits(3).says("key.pem:1:1").says("not valid: 1 error\n");
}

/// A repository whose `main` holds a secret, and a branch that adds lines to the same file and to others.
fn branched() -> tempfile::TempDir {
    let folder = template(&[("a.txt", &format!("one\n{}\n", token()))]);
    git(folder.path(), &["init", "--quiet"]);
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "--quiet", "--message", "base"]);
    git(folder.path(), &["switch", "--quiet", "--create", "topic"]);
    write(
        folder.path(),
        &[("a.txt", &format!("zero\none\n{}\ntwo\n", token())), ("sub/-b c\"ü.txt", "three\n")],
    );
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "--quiet", "--message", "harmless"]);
    folder
}

#[test]
fn of_a_diff_only_the_lines_count_that_it_adds() {
    let folder = branched();
    run(folder.path(), &["secret-scan"]).exits(3);
    run(folder.path(), &["secret-scan", "--diff-base", "main"]).exits(0);
    write(
        folder.path(),
        &[("sub/-b c\"ü.txt", &format!("three\n{}\n", key())), ("moved.txt", &format!("{}\n", token()))],
    );
    run(folder.path(), &["secret-scan", "--diff-base", "main"]).exits(0);
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "--quiet", "--message", "leak"]);
    run(folder.path(), &["secret-scan", "--diff-base", "main"])
        .exits(3)
        .says("not valid: 2 errors")
        .says("moved.txt:1:1")
        .says("sub/-b c\"ü.txt:2:1");
    git(folder.path(), &["switch", "--quiet", "main"]);
    write(folder.path(), &[("later.txt", &token())]);
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "--quiet", "--message", "what main has gained is not the branch's"]);
    git(folder.path(), &["switch", "--quiet", "topic"]);
    run(folder.path(), &["secret-scan", "--diff-base", "main"]).exits(3).says("not valid: 2 errors");
}

#[test]
fn a_template_may_be_judged_by_what_a_branch_adds() {
    let folder = template(&[("config.yaml", CONFIG), ("a.txt", &token())]);
    git(folder.path(), &["init", "--quiet"]);
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "--quiet", "--message", "base"]);
    let told = run(folder.path(), &[]).exits(3).says("a.txt:1:1").log();
    let errors = |log: &str| log.matches("error[").count();
    let since = run(folder.path(), &["--diff-base", "HEAD"]).log();
    assert_eq!(errors(&told), errors(&since) + 1, "{since}");
    assert!(!since.contains("a.txt"), "{since}");
    run(folder.path(), &["--diff-base", &"0".repeat(40)]).exits(3).says("a.txt:1:1");
}

#[test]
fn a_diff_needs_no_git() {
    let folder = branched();
    git(folder.path(), &["mv", "a.txt", "moved.txt"]);
    write(folder.path(), &[("leak.txt", &token())]);
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "--quiet", "--message", "move and leak"]);
    git(folder.path(), &["gc", "--quiet"]);
    let nowhere = tempfile::tempdir().unwrap();
    let path = nowhere.path().to_str().unwrap();
    let scan = |base: &str| {
        let variables = [("PATH", path)];
        run_with(folder.path(), &["secret-scan", "--diff-base", base], &variables).exits(3)
    };
    scan("main").says("leak.txt:1:1").says("not valid: 2 errors");
    scan(&"0".repeat(40)).says("leak.txt:1:1").says("moved.txt");
}

#[test]
fn a_revision_that_is_not_there_is_bad_input() {
    let folder = branched();
    for base in ["no-such-branch", "0123456789012345678901234567890123456789", "--help", "-x"] {
        let argument = format!("--diff-base={base}");
        run(folder.path(), &["secret-scan", &argument]).exits(2).says("could not tell what was added since");
    }
    let elsewhere = template(&[("a.txt", "x")]);
    run(elsewhere.path(), &["secret-scan", "--diff-base=main"]).exits(2).says("fetch-depth: 0");
}

#[test]
fn a_credential_in_a_name_or_in_what_python_compiled_is_found_and_the_name_is_not_printed() {
    let folder = template(&[("config.yaml", CONFIG)]);
    let name = format!("keys/{}.txt", token());
    write(folder.path(), &[(&name, "x"), ("__pycache__/a.pyc", &format!("\u{1}\u{2}{}\u{3}", token()))]);
    git(folder.path(), &["init", "--quiet"]);
    git(folder.path(), &["add", "--all", "--force"]);
    let ran =
        run(folder.path(), &["secret-scan"]).exits(3).says("not valid: 2 errors").says("__pycache__/a.pyc");
    assert!(!ran.log().contains(&token()), "{}", ran.log());
}
