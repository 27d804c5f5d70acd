//! The scripts of the reusable workflows, run without a runner.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::Output;
use std::thread;
use std::time::Duration;

use saphyr::{LoadableYamlNode as _, Yaml};

use crate::process;
use crate::workspace::Workspace;

/// The script of a step, by the names of its workflow, its job and itself.
fn script(workflow: &str, job: &str, step: &str) -> String {
    let root = Workspace::find().unwrap().root().to_owned();
    let text = fs_err::read_to_string(root.join(".github/workflows").join(workflow)).unwrap();
    let document = &Yaml::load_from_str(&text).unwrap()[0];
    let steps = document["jobs"][job]["steps"].as_vec().unwrap();
    let step = steps.iter().find(|known| known["name"].as_str() == Some(step)).unwrap();
    step["run"].as_str().unwrap().to_owned()
}

/// Runs a script as a runner does, with these variables.
fn run(script: &str, variables: &[(&str, &str)]) -> Output {
    let mut bash = process::command("bash");
    bash.args(["-e", "-c", script]).envs(variables.iter().copied());
    bash.output().unwrap()
}

/// A server of one request, which it answers with this status; the address, and the request that it got.
fn answering(status: &'static str) -> (String, thread::JoinHandle<String>) {
    // Or else nobody would ever ask.
    assert!(process::is_installed("curl"), "curl is needed, as on every runner");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let mut request = Vec::new();
        let mut buffer = [0; 1024];
        while !request.ends_with(b"\r\n\r\n") {
            let read = stream.read(&mut buffer).unwrap();
            assert!(read > 0, "the request ended early");
            request.extend_from_slice(&buffer[..read]);
        }
        write!(stream, "HTTP/1.1 {status}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}").unwrap();
        String::from_utf8(request).unwrap()
    });
    (format!("http://{address}/admin/workspace-images/refresh"), server)
}

const REFRESH: (&str, &str, &str) = ("cascade-runtime.yml", "refresh", "Ask the hosts to fetch the images");

#[test]
fn hosts_are_asked_with_the_token_to_fetch_the_images() {
    let script = script(REFRESH.0, REFRESH.1, REFRESH.2);
    let (url, server) = answering("200 OK");
    let ran = run(&script, &[("URL", &url), ("TOKEN", "sesame"), ("no_proxy", "127.0.0.1")]);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let request = server.join().unwrap();
    assert!(request.starts_with("POST /admin/workspace-images/refresh HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("Authorization: Bearer sesame\r\n"), "{request}");
}

#[test]
fn hosts_that_refuse_fail_the_job() {
    let script = script(REFRESH.0, REFRESH.1, REFRESH.2);
    let (url, server) = answering("500 Internal Server Error");
    let ran = run(&script, &[("URL", &url), ("TOKEN", "sesame"), ("no_proxy", "127.0.0.1")]);
    server.join().unwrap();
    assert!(!ran.status.success());
}

#[test]
fn hosts_are_not_asked_without_a_token() {
    let script = script(REFRESH.0, REFRESH.1, REFRESH.2);
    let ran = run(&script, &[("URL", "http://127.0.0.1:1/"), ("TOKEN", "")]);
    assert!(!ran.status.success());
    assert!(String::from_utf8_lossy(&ran.stdout).contains("REFRESH_TOKEN"));
}

/// The verdict of the job that is to be required.
fn concluded(result: &str, valid: &str, probe: &str) -> bool {
    let script = script("validate-workspace-template.yml", "conclusion", "Conclude");
    run(&script, &[("STATIC", result), ("VALID", valid), ("PROBE", probe)]).status.success()
}

#[test]
fn a_template_is_valid_only_when_the_static_job_has_really_judged_it() {
    assert!(concluded("success", "true", "success"));
    assert!(concluded("success", "true", "skipped"));
    for result in ["failure", "cancelled", "skipped", ""] {
        assert!(!concluded(result, "true", "success"), "{result}");
    }
    // A job that ended well without having run the action.
    assert!(!concluded("success", "", "success"));
    for probe in ["failure", "cancelled", ""] {
        assert!(!concluded("success", "true", probe), "{probe}");
    }
}
