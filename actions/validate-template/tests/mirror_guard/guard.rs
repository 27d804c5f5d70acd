//! The guard, started as a runner or a person starts it.

use std::path::Path;
use std::process::Command;

use crate::git::run;
use crate::release::TARGET;
use crate::stage::Stage;

/// How a run of the guard ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) exit: Option<i32>,
    pub(crate) log: String,
    pub(crate) outputs: String,
}

impl Ran {
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.exit, Some(code), "{}", self.log);
        self
    }

    #[track_caller]
    pub(crate) fn says(self, part: &str) -> Self {
        assert!(self.log.contains(part), "`{part}` is missing:\n{}", self.log);
        self
    }
}

/// Starts the guard in a folder.
pub(crate) fn guard(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
    guard_with(folder, arguments, variables, "")
}

/// The same with a standard input.
pub(crate) fn guard_with(folder: &Path, arguments: &[&str], variables: &[(&str, &str)], input: &str) -> Ran {
    let outputs = tempfile::NamedTempFile::new().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_validate-template"));
    command.arg("mirror-guard").args(arguments).current_dir(folder).env_clear();
    command.env("GITHUB_OUTPUT", outputs.path()).envs(variables.iter().copied());
    let output = run(&mut command, input.as_bytes());
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran {
        exit: output.status.code(),
        log: format!("{}{}", text(output.stdout), text(output.stderr)),
        outputs: fs_err::read_to_string(outputs.path()).unwrap(),
    }
}

/// The guard as the mirror's own workflow has it, for a push.
pub(crate) fn on_push(stage: &Stage, name: &str, before: &str, after: &str, more: &[&str]) -> Ran {
    let payload = format!(
        r#"{{"ref": "{name}", "before": "{before}", "after": "{after}", "repository": {{"default_branch": "main"}}}}"#
    );
    on_event(stage, "push", &payload, more)
}

/// The same for another event.
pub(crate) fn on_event(stage: &Stage, event: &str, payload: &str, more: &[&str]) -> Ran {
    let file = stage.path("event.json");
    fs_err::write(&file, payload).unwrap();
    let allowed = fs_err::read_to_string(stage.allowed()).unwrap();
    let variables = [
        ("GITHUB_ACTIONS", "true"),
        ("GITEA_ACTIONS", "true"),
        ("GITHUB_API_URL", "https://git.acme.test/api/v1"),
        ("GITHUB_SERVER_URL", "https://git.acme.test"),
        ("GITHUB_REPOSITORY", "acme/runtime"),
        ("GITHUB_EVENT_NAME", event),
        ("GITHUB_EVENT_PATH", file.to_str().unwrap()),
        ("INPUT_ALLOWED-SIGNERS", &allowed),
    ];
    guard(&stage.mirror(), more, &variables)
}

/// The guard as the source repository has it, over a fetched mirror.
pub(crate) fn witness(stage: &Stage, path: &Path, more: &[&str]) -> Ran {
    let allowed = fs_err::read_to_string(stage.allowed()).unwrap();
    let path = path.to_str().unwrap();
    let arguments = ["--mode", "witness", "--target", TARGET, "--path", path, "--allowed-signers", &allowed];
    guard(&stage.path(""), &[&arguments[..], more].concat(), &[])
}
