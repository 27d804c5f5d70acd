//! The scripts of our workflows, run without a runner.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Output;
use std::thread;
use std::time::Duration;

use super::{Step, Workflow};
use crate::process;
use crate::workspace::Workspace;

/// A workflow, by its path in the checkout.
fn workflow(path: &str) -> Workflow {
    Workflow::read(&Workspace::find().unwrap().root().join(path)).unwrap()
}

/// The script of a step, by the names of its reusable workflow, its job and itself.
fn script(file: &str, job: &str, step: &str) -> String {
    workflow(&format!(".github/workflows/{file}")).step(job, step).unwrap().script
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

const GITHUB_RELEASE: &str = ".github/workflows/release.yml";
const GITEA_RELEASE: &str = ".gitea/workflows/release.yml";

/// Runs a step's script in a folder, with programs that stand before the machine's own.
fn run_in(folder: &Path, programs: &[(&str, &str)], step: &Step, variables: &[(&str, &str)]) -> Output {
    let bin = folder.join("bin");
    fs_err::create_dir_all(&bin).unwrap();
    for (name, text) in programs {
        fs_err::write(bin.join(name), format!("#!/bin/sh\n{text}\n")).unwrap();
        fs_err::set_permissions(bin.join(name), std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let mut shell = process::command("sh");
    shell.args(["-c", "PATH=\"$0:$PATH\" exec \"$@\""]).arg(&bin);
    shell.args(["bash", "-eo", "pipefail", "-c", &step.script]).current_dir(folder);
    for file in ["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"] {
        shell.env(file, folder.join(file));
    }
    shell.env("RUNNER_TEMP", folder).envs(variables.iter().copied()).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn a_release_on_a_gitea_begins_by_looking_where_its_images_go() {
    let workflow = workflow(GITEA_RELEASE);
    assert_eq!(workflow.scripts_of("release").unwrap()[0], "See where the images go");
    let step = workflow.step("release", "See where the images go").unwrap();
    let looks = |images: &str| run(&step.script, &[("IMAGES", images)]);
    for images in ["gitea.example/acme/{action}", "localhost/{action}", "127.0.0.1:5000/{action}"] {
        assert!(looks(images).status.success(), "{images}: {}", said(&looks(images)));
    }
    for images in ["", "{action}", "acme/{action}", "gitea.example/acme", "gitea.example"] {
        let ended = looks(images);
        assert!(!ended.status.success() && said(&ended).contains("::error::"), "{images}");
    }
}

#[test]
fn a_release_whose_images_not_everybody_can_pull_stops_before_anything_is_pinned() {
    let workflow = workflow(GITHUB_RELEASE);
    let steps = workflow.scripts_of("release").unwrap();
    let place = |name: &str| steps.iter().position(|step| *step == name).unwrap();
    assert!(place("See that everybody can pull") < place("Pin"));
    let step = workflow.step("release", "See that everybody can pull").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let digests = "auto-tag sha256:0a\ncascade sha256:0b\n";
    fs_err::write(folder.path().join("digests.txt"), digests).unwrap();
    let asks = |private: &str| {
        let docker = format!(
            "echo \"$@\" >> asked; [ -z \"$(ls -A \"$DOCKER_CONFIG\")\" ] || exit 9; case \"$3\" in *{private}*) exit 1 ;; esac"
        );
        run_in(folder.path(), &[("docker", &docker)], &step, &[("IMAGES", "ghcr.io/acme")])
    };
    assert!(asks("none").status.success());
    let asked = fs_err::read_to_string(folder.path().join("asked")).unwrap();
    let expected =
        "manifest inspect ghcr.io/acme/auto-tag@sha256:0a\nmanifest inspect ghcr.io/acme/cascade@sha256:0b\n";
    assert_eq!(asked, expected);
    let ended = asks("cascade");
    assert!(!ended.status.success());
    let told = said(&ended);
    assert!(told.contains("ghcr.io/acme/cascade:") && !told.contains("ghcr.io/acme/auto-tag"), "{told}");
}

#[test]
fn a_release_of_a_program_that_needs_a_loader_is_refused() {
    let step = workflow(GITHUB_RELEASE).step("binaries", "See that they are static").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let dist = folder.path().join("dist");
    fs_err::create_dir_all(&dist).unwrap();
    fs_err::write(dist.join("auto-tag"), "").unwrap();
    let headers = |kinds: &str| run_in(folder.path(), &[("readelf", &format!("echo '{kinds}'"))], &step, &[]);
    assert!(headers("LOAD DYNAMIC").status.success());
    let ended = headers("LOAD INTERP");
    assert!(!ended.status.success() && said(&ended).contains("dist/auto-tag"), "{}", said(&ended));
}

#[test]
fn a_release_page_that_is_there_is_completed() {
    let step = workflow(GITHUB_RELEASE).step("release", "Publish").unwrap();
    for (there, expected) in [
        ("true", "release view v1.0.0\nrelease upload v1.0.0 --clobber release/a\n"),
        (
            "false",
            "release view v1.0.0\nrelease create v1.0.0 --verify-tag --title v1.0.0 --generate-notes\n\
             release upload v1.0.0 --clobber release/a\n",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        fs_err::create_dir_all(folder.path().join("release")).unwrap();
        fs_err::write(folder.path().join("release/a"), "").unwrap();
        let gh = format!("echo \"$@\" >> asked; [ \"$2\" != view ] || {there}");
        assert!(run_in(folder.path(), &[("gh", &gh)], &step, &[("TAG", "v1.0.0")]).status.success());
        assert_eq!(fs_err::read_to_string(folder.path().join("asked")).unwrap(), expected);
    }
}

#[test]
fn an_image_gives_way_to_one_that_was_published_meanwhile() {
    let step = workflow(".github/workflows/publish-template-image.yml").step("image", "Push").unwrap();
    let pushes = |before: &str| {
        let folder = tempfile::tempdir().unwrap();
        fs_err::write(folder.path().join("published"), before).unwrap();
        let docker =
            "echo \"$@\" >> asked; case \"$1\" in manifest) echo now ;; image) echo me/it@sha256:0a ;; esac";
        let variables = [
            ("IMAGE", "me/it"),
            ("COMMIT", "0123456789"),
            ("VERSION", "1.4.0"),
            ("PACKAGE", "p"),
            ("GITHUB_SERVER_URL", "https://forge"),
            ("GITHUB_REPOSITORY", "o/r"),
        ];
        let ended = run_in(folder.path(), &[("docker", docker)], &step, &variables);
        (ended, fs_err::read_to_string(folder.path().join("asked")).unwrap())
    };
    let (ended, asked) = pushes("now\n");
    assert!(ended.status.success(), "{}", said(&ended));
    assert!(asked.contains("push me/it:sha-0123456\npush me/it:latest\n"), "{asked}");
    let (ended, asked) = pushes("before\n");
    assert!(!ended.status.success() && said(&ended).contains("somebody else has published me/it:latest"));
    assert!(!asked.contains("push"), "{asked}");
}

#[test]
fn the_job_token_is_handed_to_one_registry_alone_and_on_github() {
    let step = workflow(".github/workflows/publish-template-image.yml").step("image", "Log in").unwrap();
    let logs_in = |registry: &str, token: &str, gitea: &str| {
        let folder = tempfile::tempdir().unwrap();
        let docker = "echo \"$@\" > asked; cat >> asked";
        let variables = [
            ("REGISTRY", registry),
            ("REGISTRY_USER", ""),
            ("REGISTRY_TOKEN", token),
            ("JOB_TOKEN", "job"),
            ("GITEA_ACTIONS", gitea),
            ("GITHUB_ACTOR", "dev"),
        ];
        let ended = run_in(folder.path(), &[("docker", docker)], &step, &variables);
        let asked = fs_err::read_to_string(folder.path().join("asked")).unwrap_or_default();
        assert_eq!(ended.status.success(), !asked.is_empty(), "{}", said(&ended));
        asked
    };
    assert_eq!(logs_in("ghcr.io", "", ""), "login ghcr.io --username dev --password-stdin\njob");
    assert_eq!(
        logs_in("gitea.example", "mine", "true"),
        "login gitea.example --username dev --password-stdin\nmine"
    );
    assert_eq!(logs_in("ghcr.io", "", "true"), "");
    assert_eq!(logs_in("registry.example", "", ""), "");
}

#[test]
fn the_receiver_made_of_steps_has_the_steps_of_the_reusable_workflow() {
    let (reusable, steps) = (
        workflow(".github/workflows/publish-template-image.yml"),
        workflow("examples/callers/template-receiver-steps.yml"),
    );
    let names = reusable.scripts_of("image").unwrap();
    assert_eq!(steps.scripts_of("image").unwrap(), names);
    for name in names {
        assert_eq!(steps.step("image", name).unwrap(), reusable.step("image", name).unwrap());
    }
}

#[test]
fn the_starter_has_the_callers_that_are_there_to_copy() {
    let root = Workspace::find().unwrap().root().to_owned();
    let without_header = |path: &str| {
        let text = fs_err::read_to_string(root.join(path)).unwrap();
        text.split_inclusive('\n').skip_while(|line| line.starts_with('#')).collect::<String>()
    };
    for (starter, caller) in [("ci.yml", "template-ci.yml"), ("publish-image.yml", "template-receiver.yml")] {
        let starter = without_header(&format!("examples/template-starter/.github/workflows/{starter}"));
        assert_eq!(starter, without_header(&format!("examples/callers/{caller}")));
    }
}
