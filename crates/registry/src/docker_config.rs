//! What `docker login` leaves on a host: `config.json`.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fs_err as fs;
use serde::Deserialize;

use crate::error::CredentialsError;
use crate::helper;
use crate::keychain::Login;

/// Under this name Docker keeps the Hub's credentials.
const HUB_KEY: &str = "https://index.docker.io/v1/";

/// Docker's configuration of a user: logins, and the programs that keep them.
///
/// Read anew each time, since logins change while a program runs for months: a cloud's are good for hours.
///
/// <https://docs.docker.com/reference/cli/docker/login/#credential-stores>
#[derive(Debug, Clone)]
pub struct DockerConfig {
    path: PathBuf,
    /// Where helpers are looked for; none for wherever this process looks.
    programs: Option<OsString>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Written {
    auths: BTreeMap<String, Entry>,
    creds_store: Option<String>,
    cred_helpers: BTreeMap<String, String>,
}

/// One login; its text is a secret and has no debug form.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Entry {
    auth: Option<String>,
    identitytoken: Option<String>,
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

impl DockerConfig {
    /// What `config.json` of this folder holds; one that is not there is empty.
    ///
    /// # Errors
    ///
    /// When it is there and cannot be read, or is not JSON of this form.
    pub fn read(folder: &Path) -> Result<Self, CredentialsError> {
        let config = Self { path: folder.join("config.json"), programs: None };
        config.written()?;
        Ok(config)
    }

    fn written(&self) -> Result<Written, CredentialsError> {
        let path = || self.path.clone();
        let text = match fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Written::default()),
            Err(source) => return Err(CredentialsError::Unreadable { path: path(), source }),
        };
        // serde's message would quote values, which are secrets
        serde_json::from_str(&text).map_err(|error| CredentialsError::Malformed {
            what: format!("line {}, column {} is not what it should be", error.line(), error.column()),
            path: path(),
        })
    }

    /// Looks for helpers in these folders alone, in the form of `PATH`.
    #[must_use]
    pub fn with_programs(mut self, path: impl Into<OsString>) -> Self {
        self.programs = Some(path.into());
        self
    }

    /// Who asks this registry. A helper of its own comes first, then the common one, then what the file itself holds.
    pub(crate) async fn login(&self, registry: &str) -> Result<Login, CredentialsError> {
        let (keys, written) = (keys(registry), self.written()?);
        let own = keys.iter().find_map(|key| written.cred_helpers.get(key));
        let common = written.creds_store.as_ref().filter(|name| !name.is_empty());
        if let Some(name) = own.or(common) {
            let login = helper::get(name, &keys[0], self.programs.as_deref()).await?;
            if own.is_some() || !login.is_anonymous() {
                return Ok(login);
            }
        }
        let entry = keys.iter().find_map(|key| written.auths.get(key));
        entry.map_or(Ok(Login::Anonymous), |entry| self.read_entry(registry, entry))
    }

    fn read_entry(&self, registry: &str, entry: &Entry) -> Result<Login, CredentialsError> {
        if let Some(token) = entry.identitytoken.as_ref().filter(|token| !token.is_empty()) {
            return Ok(Login::IdentityToken(token.as_str().into()));
        }
        let Some(auth) = entry.auth.as_ref().filter(|auth| !auth.is_empty()) else {
            return Ok(Login::Anonymous);
        };
        let decoded = STANDARD.decode(auth.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let pair = decoded.as_deref().and_then(|text| text.split_once(':'));
        let (user, password) = pair.ok_or_else(|| CredentialsError::Malformed {
            path: self.path.clone(),
            what: format!("`auth` of `{registry}` is not `user:password` in base64"),
        })?;
        // the Docker of old padded what it wrote
        let password = password.trim_end_matches('\0').into();
        Ok(Login::Password { user: user.to_owned(), password })
    }
}

/// The names that a registry may stand under, the one that Docker writes first.
fn keys(registry: &str) -> Vec<String> {
    let mut keys: Vec<_> = if registry == "docker.io" { vec![HUB_KEY.to_owned()] } else { Vec::new() };
    keys.push(registry.to_owned());
    keys.extend(["", "/", "/v1/", "/v2/"].map(|end| format!("https://{registry}{end}")));
    keys.extend(["", "/"].map(|end| format!("http://{registry}{end}")));
    keys
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use secrecy::ExposeSecret as _;

    use super::*;

    fn config(json: &str) -> (tempfile::TempDir, Result<DockerConfig, CredentialsError>) {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("config.json"), json).unwrap();
        let read = DockerConfig::read(folder.path()).map(|read| read.with_programs(folder.path()));
        (folder, read)
    }

    fn login(config: &DockerConfig, registry: &str) -> Result<Login, CredentialsError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(config.login(registry))
    }

    fn helper(folder: &tempfile::TempDir, name: &str, script: &str) {
        let path = folder.path().join(format!("docker-credential-{name}"));
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn pair(login: &Login) -> (String, String) {
        match login {
            Login::Password { user, password } => (user.clone(), password.expose_secret().to_owned()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_host_without_docker_asks_as_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let config = DockerConfig::read(folder.path()).unwrap();
        assert!(login(&config, "ghcr.io").unwrap().is_anonymous());
    }

    #[test]
    fn a_login_in_the_file_is_used_for_its_own_registry_alone() {
        let (_folder, config) = config(
            r#"{"auths": {"ghcr.io": {"auth": "bWU6cGE6c3M="}, "https://index.docker.io/v1/": {"identitytoken": "t"}}}"#,
        );
        let config = config.unwrap();
        assert_eq!(pair(&login(&config, "ghcr.io").unwrap()), ("me".to_owned(), "pa:ss".to_owned()));
        assert!(matches!(login(&config, "docker.io").unwrap(), Login::IdentityToken(_)));
        assert!(login(&config, "quay.io").unwrap().is_anonymous());
    }

    #[test]
    fn a_login_that_changes_while_the_program_runs_is_taken_up() {
        let (folder, config) = config("{}");
        let config = config.unwrap();
        assert!(login(&config, "ghcr.io").unwrap().is_anonymous());
        fs::write(folder.path().join("config.json"), r#"{"auths": {"ghcr.io": {"auth": "bWU6cGFzcw=="}}}"#)
            .unwrap();
        assert_eq!(pair(&login(&config, "ghcr.io").unwrap()).0, "me");
    }

    #[test]
    fn a_helper_is_asked_on_its_standard_input() {
        let (folder, config) = config(r#"{"credHelpers": {"ghcr.io": "given"}}"#);
        helper(
            &folder,
            "given",
            r#"read server; echo "{\"ServerURL\":\"$server\",\"Username\":\"me@$server $1\",\"Secret\":\"s\"}""#,
        );
        let login = login(&config.unwrap(), "ghcr.io").unwrap();
        assert_eq!(pair(&login), ("me@ghcr.io get".to_owned(), "s".to_owned()));
    }

    #[test]
    fn a_common_store_that_knows_nothing_leaves_the_file_to_be_asked() {
        let (folder, config) =
            config(r#"{"credsStore": "empty", "auths": {"ghcr.io": {"auth": "bWU6cGFzcw=="}}}"#);
        helper(&folder, "empty", "echo 'credentials not found in native keychain'; exit 1");
        assert_eq!(pair(&login(&config.unwrap(), "ghcr.io").unwrap()).0, "me");
    }

    #[test]
    fn a_helper_that_cannot_run_is_named() {
        let (_folder, config) = config(r#"{"credsStore": "desktop"}"#);
        let error = login(&config.unwrap(), "ghcr.io").unwrap_err();
        assert!(matches!(error, CredentialsError::HelperAbsent { .. }), "{error:?}");
        assert!(error.to_string().contains("`docker-credential-desktop`"), "{error}");
        assert!(error.hint().contains("install it where this program runs"));
    }

    #[test]
    fn a_helper_that_fails_is_quoted_and_one_that_talks_nonsense_is_not() {
        let (folder, config) = config(r#"{"credHelpers": {"a.io": "locked", "b.io": "odd"}}"#);
        helper(&folder, "locked", "echo 'the keychain is locked' >&2; exit 3");
        helper(&folder, "odd", "echo hunter2");
        let config = config.unwrap();
        let locked = login(&config, "a.io").unwrap_err().to_string();
        assert!(locked.ends_with("the keychain is locked"), "{locked}");
        let odd = login(&config, "b.io").unwrap_err().to_string();
        assert!(!odd.contains("hunter2"), "{odd}");
    }

    #[test]
    fn a_file_that_is_no_configuration_is_told_without_its_secrets() {
        let (_folder, config) = config(r#"{"auths": {"ghcr.io": {"auth": ["hunter2"]}}}"#);
        let error = config.unwrap_err().to_string();
        assert!(error.contains("line 1") && !error.contains("hunter2"), "{error}");
    }
}
