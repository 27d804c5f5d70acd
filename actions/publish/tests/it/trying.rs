//! `publish smoke`, as people and runners start it.

use std::os::unix::fs::MetadataExt as _;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use local_index::LocalIndex;

use crate::checkout::{Checkout, Ran};
use crate::notice::nothing_was_tested;
use crate::uv_tool::{UvTool, uv};

/// The program in a checkout, with uv on its path, and with a token in its environment as jobs have them.
fn program(uv: &UvTool, checkout: &Checkout, index: &LocalIndex) -> Command {
    let mut command = checkout.program();
    let environment = uv.environment();
    for name in ["HOME", "PATH", "UV_CACHE_DIR", "UV_PYTHON_DOWNLOADS"] {
        command.env(name, environment.get(name).unwrap_or_default());
    }
    command.env("GITHUB_TOKEN", "hunter2").env("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "hunter2");
    command.env("UV_INDEX_URL", index.simple_url());
    command
}

fn ran(uv: &UvTool, checkout: &Checkout, arguments: &[&str]) -> Ran {
    let index = uv.dependency_index();
    Ran::of(&program(uv, checkout, &index).args(arguments).output().unwrap())
}

#[test]
fn a_package_that_works_is_said_to() {
    let Some(uv) = uv() else { return };
    let checkout = Checkout::of_example();
    checkout.build().ok();
    let ran = ran(uv, &checkout, &["smoke", "--out", "out"]).ok();
    assert!(ran.err.contains("import `acme_runtime.plugins`: passed in "), "{}", ran.err);
    assert!(ran.err.contains(": 0 failed"), "{}", ran.err);
}

#[test]
fn what_does_not_work_is_told_with_its_traceback_and_ends_with_3() {
    let Some(uv) = uv() else { return };
    let checkout = Checkout::of_example();
    checkout.edit("workspace/plugins.py", "NAMES =", "NAMES = {}['no luck'] #");
    checkout.edit(
        "runtime-package.toml",
        "\"--version\"]]",
        "\"--version\"], [\"python\", \"-c\", \"raise SystemExit('as wished')\"]]",
    );
    checkout.build().ok();
    let ran = ran(uv, &checkout, &["smoke", "--out", "out"]);
    assert_eq!(ran.code, Some(3), "{ran:?}");
    for told in [
        "import `acme_runtime.plugins` failed: KeyError: 'no luck'",
        "site-packages/acme_runtime/plugins.py\", line 9, in <module>",
        "failed: exit status: 1",
        "as wished",
    ] {
        assert!(ran.err.contains(told), "{told}: {}", ran.err);
    }
}

#[test]
fn an_entry_point_that_is_async_does_not_work() {
    let Some(uv) = uv() else { return };
    let checkout = Checkout::of_example();
    // which the proof cannot know
    checkout.edit("workspace/main.py", "def main_sync(", "@(lambda it: it)\nasync def main_sync(");
    checkout.build().ok();
    let ran = ran(uv, &checkout, &["smoke", "--out", "out"]);
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert!(ran.err.contains("is `async`: the command would call it, and never run"), "{}", ran.err);
}

#[test]
fn what_is_tried_sees_no_token_of_the_job() {
    let Some(uv) = uv() else { return };
    let checkout = Checkout::of_example();
    let script = "import os; raise SystemExit('hunter2' in str(os.environ))";
    checkout.edit(
        "runtime-package.toml",
        "[[\"acme-runtime\", \"--version\"]]",
        &format!("[[\"python\", \"-c\", \"{script}\"]]"),
    );
    checkout.build().ok();
    ran(uv, &checkout, &["smoke", "--out", "out"]).ok();
}

#[cfg(target_os = "linux")]
#[test]
fn what_is_tried_cannot_take_a_token_out_of_the_program_that_tries_it() {
    // looks for the token in every process above its own, save the one that started all, and ends with what it found
    const THIEF: &str = r#"
import os, sys
found, pid = [], os.getppid()
while pid > 1 and pid != int(os.environ["STARTER"]):
    name = open(f"/proc/{pid}/comm").read().strip()
    try:
        environ = open(f"/proc/{pid}/environ", "rb").read()
        found.append((name, b"hunter2" in environ))
    except PermissionError:
        found.append((name, "closed"))
    pid = int(open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()[1])
sys.exit(f"processes above: {found}")
"#;
    let Some(uv) = uv() else { return };
    let checkout = Checkout::of_example();
    checkout.write("thief.py", THIEF);
    let command = format!("[[\"python\", \"{}\"]]", checkout.path("thief.py").display());
    checkout.edit("runtime-package.toml", "[[\"acme-runtime\", \"--version\"]]", &command);
    let environment = format!("[smoke.environment]\nSTARTER = \"{}\"\n\n[smoke]", std::process::id());
    checkout.edit("runtime-package.toml", "[smoke]", &environment);
    checkout.build().ok();
    let index = uv.dependency_index();
    let plain = program(uv, &checkout, &index);
    // root on a machine may look into every process, and root in the container of a job may not
    let mut confined = Command::new("setpriv");
    if fs_err::metadata(checkout.path("")).unwrap().uid() == 0 {
        confined.args(["--bounding-set", "-sys_ptrace,-sys_admin,-perfmon"]);
    }
    confined.arg(plain.get_program()).args(["smoke", "--out", "out"]).current_dir(checkout.path(""));
    confined.env_clear().envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let ran = match confined.output() {
        Ok(output) => Ran::of(&output),
        Err(error) => return nothing_was_tested(&format!("`setpriv` could not be started: {error}")),
    };
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert!(ran.err.contains("processes above: [('publish', 'closed')]"), "{}", ran.err);
}

#[test]
fn a_standalone_project_is_built_and_tried_like_any_other() {
    let Some(uv) = uv() else { return };
    let checkout = Checkout::of("standalone");
    let built = ran(uv, &checkout, &["build", "--version", "1.4.0", "--out", "out"]).ok();
    assert!(
        built.out.contains("wheel: out/dist/acme_standalone_runtime-1.4.0-py3-none-any.whl\n"),
        "{}",
        built.out
    );
    ran(uv, &checkout, &["smoke", "--out", "out"]).ok();
    let refused = ran(uv, &checkout, &["build", "--version", "1.5.0", "--out", "out"]);
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(
        refused.err.contains("pyproject.toml has the version 1.4.0, and 1.5.0 is to be built"),
        "{}",
        refused.err
    );
}

#[test]
fn a_run_that_is_interrupted_leaves_nothing_running() {
    let Some(uv) = uv() else { return };
    let checkout = Checkout::of_example();
    let mark = checkout.path("mark");
    // marks its time for as long as it lives
    let script = format!(
        "import time\\nwhile True: open('{}', 'w').write(str(time.time())); time.sleep(0.05)",
        mark.display()
    );
    checkout.edit(
        "runtime-package.toml",
        "[[\"acme-runtime\", \"--version\"]]",
        &format!("[[\"python\", \"-c\", \"{script}\"]]"),
    );
    checkout.build().ok();
    let index = uv.dependency_index();
    checkout.write("scratch/keep", "");
    let mut smoke = program(uv, &checkout, &index);
    smoke.args(["smoke", "--out", "out"]).env("TMPDIR", checkout.path("scratch")).stderr(Stdio::piped());
    let running = smoke.spawn().unwrap();
    let begun = Instant::now();
    while !mark.exists() {
        assert!(begun.elapsed() < Duration::from_mins(1), "it never began");
        thread::sleep(Duration::from_millis(20));
    }
    let killed = Command::new("kill").args(["-TERM", &running.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let ran = Ran::of(&running.wait_with_output().unwrap());
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.err.contains("was ended, since this run was interrupted by signal 15"), "{}", ran.err);
    assert_eq!(checkout.list("scratch"), ["keep"], "nothing is left behind");
    let last = fs_err::read(&mark).unwrap();
    thread::sleep(Duration::from_millis(400));
    assert_eq!(fs_err::read(&mark).unwrap(), last, "the command is still running");
}
