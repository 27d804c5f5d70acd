use runner::{Diagnostic as _, Exit};

use super::*;

fn settings(simple: &str, upload: &str) -> TargetSettings {
    let url = |text: &str| (!text.is_empty()).then(|| Url::parse(text).unwrap());
    TargetSettings { simple_url: url(simple), upload_url: url(upload), ..TargetSettings::default() }
}

fn with_token(settings: TargetSettings, user: &str, token: &str) -> TargetSettings {
    let user = (!user.is_empty()).then(|| user.to_owned());
    TargetSettings { user, token: Some(token.into()), ..settings }
}

fn told(settings: TargetSettings) -> (Registry, String, String) {
    let target = Target::new(settings).unwrap();
    (target.registry, target.simple_url.to_string(), target.upload_url.to_string())
}

fn refused(settings: TargetSettings) -> TargetError {
    let error = Target::new(settings).unwrap_err();
    assert_eq!(error.exit(), Exit::BadInput);
    assert!(!error.hints().is_empty(), "{error}");
    error
}

#[test]
fn one_address_of_a_known_index_is_enough_and_none_means_pypi() {
    let pypi =
        (Registry::PyPi, "https://pypi.org/simple/".to_owned(), "https://upload.pypi.org/legacy/".to_owned());
    assert_eq!(told(settings("", "")), pypi);
    assert_eq!(told(settings("https://pypi.org/simple", "")), pypi);
    assert_eq!(told(settings("", "https://upload.pypi.org/legacy")), pypi);
    assert_eq!(told(settings("https://test.pypi.org/simple/", "")).0, Registry::TestPyPi);
    assert_eq!(
        told(settings("", "https://test.pypi.org/legacy/")).1,
        "https://test.pypi.org/simple/".to_owned()
    );
}

#[test]
fn either_address_of_a_gitea_gives_the_other() {
    for (simple, upload) in [
        ("", "https://git.example/api/packages/acme/pypi"),
        ("", "https://git.example/api/packages/acme/pypi/"),
        ("https://git.example/api/packages/acme/pypi/simple", ""),
        ("https://git.example/api/packages/acme/pypi/simple/", "https://git.example/api/packages/acme/pypi"),
    ] {
        let (registry, simple, upload) = told(with_token(settings(simple, upload), "robot", "abc"));
        assert_eq!(registry, Registry::Gitea);
        assert_eq!(simple, "https://git.example/api/packages/acme/pypi/simple/");
        assert_eq!(upload, "https://git.example/api/packages/acme/pypi");
    }
    let below = settings("", "https://example/git/api/packages/acme/pypi");
    assert_eq!(
        told(with_token(below, "robot", "abc")).1,
        "https://example/git/api/packages/acme/pypi/simple/"
    );
}

#[test]
fn any_other_index_needs_both_addresses() {
    let missing = |settings| match refused(settings) {
        TargetError::HalfATarget { missing, .. } => missing,
        other => panic!("{other}"),
    };
    assert_eq!(missing(settings("https://pypi.acme.example/simple/", "")), "upload-url");
    assert_eq!(missing(settings("", "https://pypi.acme.example/")), "index-url");
    let both = settings("https://pypi.acme.example/simple", "https://pypi.acme.example/");
    assert_eq!(told(with_token(both, "robot", "abc")).0, Registry::Other);
}

#[test]
fn addresses_of_two_indexes_are_no_target() {
    for (simple, upload) in [
        ("https://pypi.org/simple/", "https://test.pypi.org/legacy/"),
        ("https://test.pypi.org/simple/", "https://upload.pypi.org/legacy/"),
        ("https://acme.example/simple/", "https://upload.pypi.org/legacy/"),
    ] {
        assert!(matches!(refused(settings(simple, upload)), TargetError::NotAPair { .. }), "{simple}");
    }
}

#[test]
fn a_token_goes_over_http_only_to_this_machine_and_to_the_jobs_own_forge() {
    let gitea = |url: &str, forge: Option<&str>| {
        let forge = forge.map(|url| url.parse().unwrap());
        Target::new(TargetSettings { forge, ..with_token(settings("", url), "robot", "abc") })
    };
    for host in ["127.0.0.1:3000", "localhost:3000", "[::1]:3000"] {
        assert!(gitea(&format!("http://{host}/api/packages/a/pypi"), None).is_ok(), "{host}");
    }
    let inner = "http://gitea:3000/api/packages/a/pypi";
    assert!(matches!(gitea(inner, None), Err(TargetError::PlainHttp { .. })));
    assert!(gitea(inner, Some("http://gitea:3000/")).is_ok());
    assert!(gitea(inner, Some("http://gitea:3001")).is_err());
    assert!(gitea(inner, Some("https://gitea:3000")).is_err());
}

#[test]
fn credentials_in_an_address_are_refused_and_not_repeated() {
    for url in ["https://robot:hunter2@pypi.org/simple/", "https://hunter2@pypi.org/simple/"] {
        let error = refused(settings(url, ""));
        assert_eq!(error, TargetError::CredentialsInUrl { input: "index-url" });
        assert!(!format!("{error}{error:?}{:?}", error.hints()).contains("hunter2"));
    }
    assert!(matches!(
        refused(settings("https://pypi.org/simple/?a=b", "")),
        TargetError::NotAnAddress { .. }
    ));
    assert!(matches!(refused(settings("", "ftp://pypi.org/")), TargetError::NotAnAddress { .. }));
}

#[test]
fn a_token_with_blanks_is_refused_and_not_repeated() {
    for token in
        ["", "pypi-hunter2\n", "pypi-hunter2\r\nX: y", "pypi hunter2", "pypi-hunter2\t", "pypi-hunter2\0"]
    {
        let error = refused(with_token(settings("", ""), "", token));
        assert_eq!(error, TargetError::BadToken, "{token:?}");
        assert!(!format!("{error}{error:?}").contains("hunter2"));
    }
    let target = Target::new(with_token(settings("", ""), "", "pypi-hunter2")).unwrap();
    assert!(!format!("{target:?}").contains("hunter2"));
}

#[test]
fn who_we_are_depends_on_the_index() {
    let gitea = || settings("", "https://git.example/api/packages/acme/pypi");
    let other = || settings("https://acme.example/simple/", "https://acme.example/");
    let user = |settings| match Target::new(settings)?.access {
        Access::Token { user, .. } => Ok(user),
        Access::TrustedPublishing => Ok("trusted".to_owned()),
    };
    let pypi = Registry::PyPi;
    for (settings, expected) in [
        (settings("", ""), Ok("trusted")),
        (with_token(settings("", ""), "", "pypi-a"), Ok("__token__")),
        (with_token(settings("", ""), "__token__", "pypi-a"), Ok("__token__")),
        (with_token(settings("", ""), "me", "pypi-a"), Err(TargetError::UserBesideToken { registry: pypi })),
        (with_token(settings("", ""), "", "ghs_a"), Err(TargetError::ForeignToken { registry: pypi })),
        (with_token(gitea(), "robot", "abc"), Ok("robot")),
        (with_token(gitea(), "", "abc"), Err(TargetError::NoUser { registry: Registry::Gitea })),
        (gitea(), Err(TargetError::NoToken { registry: Registry::Gitea })),
        (other(), Ok("trusted")),
        (with_token(other(), "", "pypi-a"), Ok("__token__")),
        (with_token(other(), "", "abc"), Err(TargetError::NoUser { registry: Registry::Other })),
        (with_token(other(), "a:b", "abc"), Err(TargetError::BadUser)),
        (
            TargetSettings { user: Some("robot".to_owned()), ..other() },
            Err(TargetError::NoToken { registry: Registry::Other }),
        ),
    ] {
        assert_eq!(user(settings), expected.map(str::to_owned));
    }
}

#[test]
fn the_token_reads_the_index_only_where_it_is_the_server_of_the_upload() {
    let reader = |settings| Target::new(settings).unwrap().reader().map(|(user, _)| user.to_owned());
    let gitea = settings("", "https://git.example/api/packages/acme/pypi");
    assert_eq!(reader(with_token(gitea, "robot", "abc")).as_deref(), Some("robot"));
    assert_eq!(reader(with_token(settings("", ""), "", "pypi-a")), None);
}
