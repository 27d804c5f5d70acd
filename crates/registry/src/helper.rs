//! Programs that keep credentials: <https://github.com/docker/docker-credential-helpers>.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::{Output, Stdio};
use std::time::Duration;

use serde::Deserialize;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use crate::error::CredentialsError;
use crate::keychain::Login;

/// A helper may ask a cloud, and never a person: nobody is there.
const PATIENCE: Duration = Duration::from_secs(30);

/// What helpers say, all of them in these words, of a registry that they know nothing of.
const NOT_FOUND: &str = "credentials not found";

/// The user name that marks the secret as an identity token.
const TOKEN: &str = "<token>";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    username: String,
    secret: String,
}

/// Asks the helper of this name for the credentials of a registry.
pub(crate) async fn get(
    name: &str,
    registry: &str,
    programs: Option<&OsStr>,
) -> Result<Login, CredentialsError> {
    let helper = format!("docker-credential-{name}");
    let failed = |what: String| CredentialsError::HelperFailed {
        helper: helper.clone(),
        registry: registry.to_owned(),
        what,
    };
    if name.contains('/') {
        return Err(failed("its name holds a `/`".to_owned()));
    }
    let program = programs.map_or_else(|| PathBuf::from(&helper), |path| found(&helper, path));
    let asked = tokio::time::timeout(PATIENCE, run(&program, registry)).await;
    let output = asked
        .map_err(|_| failed(format!("it did not end within {} s", PATIENCE.as_secs())))?
        .map_err(|source| CredentialsError::HelperAbsent {
            helper: helper.clone(),
            registry: registry.to_owned(),
            source,
        })?;
    let said = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        // what a failed helper writes to standard output is its message
        let complaint = format!("{} {}", said.trim(), String::from_utf8_lossy(&output.stderr).trim());
        if complaint.contains(NOT_FOUND) {
            return Ok(Login::Anonymous);
        }
        let complaint: String = complaint.trim().chars().take(300).collect();
        return Err(failed(format!("it ended with {}: {complaint}", output.status)));
    }
    let answer: Answer = serde_json::from_str(&said)
        .map_err(|_| failed("its answer is not JSON with `Username` and `Secret`".to_owned()))?;
    Ok(match answer.username.as_str() {
        TOKEN => Login::IdentityToken(answer.secret.into()),
        _ => Login::Password { user: answer.username, password: answer.secret.into() },
    })
}

async fn run(program: &std::path::Path, registry: &str) -> std::io::Result<Output> {
    let mut child = Command::new(program)
        .arg("get")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        // a helper that does not read tells by its end what is wrong
        let _ = stdin.write_all(format!("{registry}\n").as_bytes()).await;
    }
    child.wait_with_output().await
}

/// The program in the first of these folders that has it.
fn found(program: &str, path: &OsStr) -> PathBuf {
    let mut candidates = std::env::split_paths(path).map(|folder| folder.join(program));
    candidates.find(|candidate| candidate.is_file()).unwrap_or_else(|| PathBuf::from(program))
}
