//! With a shell as the child.

use super::*;

fn shell(script: &str, seconds: f32) -> Invocation {
    let environment = ChildEnvironment::default().with("PATH", "/usr/bin:/bin");
    Invocation::new("sh", &environment, Duration::from_secs_f32(seconds)).arguments(["-c", script])
}

#[test]
fn what_a_child_prints_is_handed_on() {
    assert_eq!(shell("printf out; printf err >&2", 10.0).output().unwrap(), b"out");
    let ended = shell("printf out; sleep 0.1; printf err >&2; exit 3", 10.0).run().unwrap();
    assert_eq!(ended.said, "outerr");
    assert_eq!(ended.status.unwrap().code(), Some(3));
}

#[test]
fn a_failure_tells_the_command_and_what_it_said() {
    let error = shell("echo because >&2; exit 3", 10.0).output().unwrap_err();
    assert_eq!(error.to_string(), "`sh -c 'echo because >&2; exit 3'` failed: exit status: 3");
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "because");
}

#[test]
fn a_child_has_the_environment_that_it_is_given_and_no_other() {
    let printed = shell("env", 10.0).variable("ONE", "1").output().unwrap();
    let printed = String::from_utf8(printed).unwrap();
    let names: Vec<_> = printed.lines().filter_map(|line| line.split('=').next()).collect();
    // a shell adds some by itself
    let own = ["PWD", "SHLVL", "_", "OLDPWD"];
    let mut names: Vec<_> = names.into_iter().filter(|name| !own.contains(name)).collect();
    names.sort_unstable();
    assert_eq!(names, ["ONE", "PATH"]);
}

#[test]
fn a_secret_is_struck_out_of_what_is_printed() {
    let secret = SecretString::from("hunter2");
    let failing = shell("echo \"it is $IT\"; exit 1", 10.0).secret("IT", &secret);
    let error = failing.output().unwrap_err();
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "it is ***");
    assert!(!format!("{failing:?}").contains("hunter2"));
}

#[test]
fn a_child_that_takes_too_long_is_ended_with_all_that_it_started() {
    let folder = tempfile::tempdir().unwrap();
    let begun = Instant::now();
    // the grandchild would leave its mark after the time-out
    let script = "(sleep 1; touch mark) & echo begun; sleep 20";
    let error = shell(script, 0.3).folder(folder.path()).output().unwrap_err();
    assert!(matches!(&error, ProcessError::TimedOut { source, .. } if source.0 == "begun\n"), "{error:?}");
    assert!(begun.elapsed() < Duration::from_secs(5));
    thread::sleep(Duration::from_millis(1200));
    assert!(!folder.path().join("mark").exists());
}

#[test]
fn what_a_child_leaves_behind_is_ended_and_not_waited_for() {
    let begun = Instant::now();
    let ended = shell("sleep 20 & echo done", 10.0).run().unwrap();
    assert_eq!(ended.said, "done\n");
    assert!(ended.status.unwrap().success());
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[test]
fn much_output_neither_blocks_the_child_nor_fills_the_memory() {
    let ended = shell("seq 1 1000000; echo last", 30.0).run().unwrap();
    assert!(ended.said.len() <= SAID_ROOM + 4 && ended.said.starts_with("…\n"), "{}", ended.said.len());
    assert!(ended.said.ends_with("1000000\nlast\n"));
}

#[test]
fn a_program_that_is_missing_is_told_with_the_way_to_get_it() {
    let environment = ChildEnvironment::default().with("PATH", "/nonexistent");
    let error = Invocation::new("uv", &environment, Duration::from_secs(1)).output().unwrap_err();
    assert_eq!(error.to_string(), "`uv` was not found on the path");
    assert!(runner::Diagnostic::hints(&error)[0].contains("pip install uv"));
    let error = shell("true", 1.0).folder("/nonexistent").output().unwrap_err();
    assert!(error.to_string().contains("its folder `/nonexistent` is not there"), "{error}");
}
