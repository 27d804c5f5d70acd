//! Bad input: exit 2, one sentence that names the input, and nothing sent.

use local_forge::{Dialect, MergeStyle};

use crate::stage::Stage;

/// The input, a value that it cannot have, and what the sentence must say beside its name.
const BAD: &[(&str, &str, &str)] = &[
    ("tag-prefix", "runtime v", "tag-prefix"),
    ("tag-prefix", "a..b", "tag-prefix"),
    ("labels-major", "release:minor", "labels-minor"),
    ("default-bump", "huge", "`patch`, `minor` or `major`"),
    ("on-no-pr", "ignore", "`patch`, `skip` or `fail`"),
    ("initial-version", "1.0", "initial-version"),
    ("initial-version", "1.0.0-rc.1", "a final version such as `0.1.0`"),
    ("initial-version", "v1.0.0", "initial-version"),
    ("version-source", "git", "`labels` or `file`"),
    ("version-floor-file", "../pyproject.toml", "relative to the repository's root"),
    ("version-floor-file", "/etc/passwd", "relative to the repository's root"),
    ("index-url", "https://index.example/simple/", "`index-package` is not"),
    ("index-url", "index.example", "index-url"),
    ("index-package", "acme-runtime", "`index-url` is not set"),
    ("index-package", "acme runtime", "index-package"),
    ("prerelease", "beta", "`none`, `a`, `b`, `rc` or `dev`"),
    ("paths", "!docs/**", "no file could ever match"),
    ("floating-tags", "minor", "`none`, `major` or `major-minor`"),
    ("dispatch", "../publish.yml", "a file in the workflows folder"),
    ("dispatch", "publish", "a file in the workflows folder"),
    ("message", "{author}", "`{version}`"),
    ("dry-run", "perhaps", "dry-run"),
    ("sha", "main", "sha"),
    ("sha", "abc123", "sha"),
    ("branch", "refs..heads", "branch"),
    ("repository", "core", "repository"),
    ("require-label", "2", "require-label"),
    ("lookup-patience", "301", "lookup-patience"),
    ("lookup-patience", "soon", "lookup-patience"),
    ("app-id", "12", "belong together"),
    ("app-private-key", "-----BEGIN", "belong together"),
    ("token", "", "input `token` is empty"),
    ("token", "two\nlines", "line break"),
    ("token", "   ", "token"),
];

#[test]
fn every_bad_input_is_named_in_one_sentence_and_nothing_is_sent() {
    for dialect in [Dialect::GitHub, Dialect::Gitea] {
        let stage = Stage::new(dialect);
        let merge = stage.merged("One", &[], MergeStyle::Squash);
        for (input, value, says) in BAD {
            let ran = stage.run_push(&merge, &[(input, value)]);
            assert_eq!(ran.exit, 2, "{input} {value:?}:\n{}", ran.log);
            assert!(ran.log.contains(&format!("`{input}`")), "{input} {value:?}:\n{}", ran.log);
            let ran = ran.says(says);
            let errors =
                ran.log.lines().filter(|line| line.starts_with("::error") || line.starts_with("error:"));
            assert_eq!(errors.count(), 1, "{input} {value:?}:\n{}", ran.log);
        }
        assert!(stage.forge.exchanges().is_empty(), "nothing is sent");
        assert!(stage.tags().is_empty());
    }
}

#[test]
fn a_secrets_value_is_never_told() {
    let stage = Stage::new(Dialect::GitHub);
    let merge = stage.merged("One", &[], MergeStyle::Squash);
    // Put together here: written out, this file would hold a key to everybody who looks for one.
    let edge = |word: &str| format!("-----{word} RSA {} KEY-----", "PRIVATE");
    let key = format!("{}\nQUJDREVGR0hJSktMTU5PUA\n{}", edge("BEGIN"), edge("END"));
    let inputs = [("app-id", "12"), ("app-private-key", key.as_str())];
    let ran =
        stage.run_push(&merge, &inputs).exits(2).says("`app-private-key` is no RSA private key in PEM form");
    let unmasked: String = ran.log.lines().filter(|line| !line.starts_with("::add-mask::")).collect();
    assert!(!unmasked.contains("QUJDREVGR0hJSktMTU5PUA"), "{}", ran.log);
    assert!(stage.forge.exchanges().is_empty());
}

#[test]
fn the_password_in_an_index_url_is_never_told() {
    let stage = Stage::new(Dialect::GitHub);
    let merge = stage.merged("One", &[], MergeStyle::Squash);
    for url in ["https://me:s3cret@index.example/simple/", "https://me:s3cret@[/", "me:s3cret@index.example"]
    {
        let ran = stage.run_push(&merge, &[("index-url", url), ("index-package", "a")]).exits(2);
        assert!(!ran.says("`index-url`").log.contains("s3cret"), "{url}");
    }
}

#[test]
fn half_a_job_is_bad_input() {
    let stage = Stage::new(Dialect::GitHub);
    let merge = stage.merged("One", &[], MergeStyle::Squash);
    let whole = stage.environment(&stage.push(&merge));
    for variable in ["GITHUB_REPOSITORY", "GITHUB_EVENT_PATH"] {
        let mut environment = whole.clone();
        environment.remove(variable);
        stage.run_in(&environment, &[]).exits(2).says(variable);
    }
    for (variable, value) in
        [("GITHUB_API_URL", "not a url"), ("GITHUB_REPOSITORY", "core"), ("GITHUB_SHA", "zz")]
    {
        let mut environment = whole.clone();
        environment.insert(variable.into(), value.into());
        stage.run_in(&environment, &[]).exits(2).says(variable);
    }
    assert!(stage.forge.exchanges().is_empty());
}

#[test]
fn a_file_is_only_read_as_a_version_where_it_is_asked_for() {
    let stage = Stage::new(Dialect::Gitea);
    let merge = stage.merged("One", &[], MergeStyle::Squash);
    stage
        .run_push(&merge, &[("version-source", "file"), ("version-file", "a/../b.toml")])
        .exits(2)
        .says("`version-file`");
    assert!(stage.forge.exchanges().is_empty());
    stage.run_push(&merge, &[("version-file", "a/../b.toml")]).releases("runtime-v0.1.0");
}
