//! The trust root: we read it as ssh-keygen does.

use jiff::Timestamp;
use mirror::judge::{Arrival, SeenHead, examine};
use mirror::{AllowedSigners, Problem, Rules};

use crate::tools::Tools;

/// Whether ssh-keygen takes a signature of the key by this line, at this time.
fn keygen_says(tools: &Tools, line: &str, time: &str) -> bool {
    let allowed = tools.write("allowed", &format!("{line}\n"));
    let time = format!("verify-time={time}");
    let allowed = allowed.to_str().unwrap();
    let message = fs_err::read_to_string(tools.path("message")).unwrap();
    let signature = tools.path("message.sig");
    let signature = signature.to_str().unwrap();
    let found =
        tools.keygen(&["-Y", "find-principals", "-s", signature, "-f", allowed, "-O", &time], &message);
    let Some(principal) = String::from_utf8(found.stdout).unwrap().lines().next().map(str::to_owned) else {
        return false;
    };
    let verify = ["-Y", "verify", "-n", "git", "-s", signature, "-f", allowed, "-I", &principal, "-O", &time];
    tools.keygen(&verify, &message).status.success()
}

/// Whether we do, and what we say if not; a commit has no trailers here, so that is how far a good one comes.
fn we_say(tools: &Tools, line: &str, time: &str) -> bool {
    let Ok(signers) = AllowedSigners::parse(line) else { return false };
    let target = "github.com/acme/runtime#refs/heads/main".parse().unwrap();
    let now: Timestamp = format!("{}-{}-{}T00:00:00Z", &time[..4], &time[4..6], &time[6..8]).parse().unwrap();
    let rules = Rules { signers: &signers, target: &target, now, arrival: Arrival::New };
    let message = fs_err::read_to_string(tools.path("message")).unwrap();
    let signature = fs_err::read_to_string(tools.path("message.sig")).unwrap();
    let folded = signature.trim_end().replace('\n', "\n ");
    let raw = message.replacen("\n\n", &format!("\ngpgsig {folded}\n\n"), 1).into_bytes();
    match examine(&SeenHead { id: "1".repeat(40).parse().unwrap(), raw }, &rules) {
        Err(Problem::Trailers(_)) => true,
        Err(Problem::Key(_)) => false,
        other => panic!("{line}: {other:?}"),
    }
}

#[test]
fn a_line_allows_what_it_allows_to_ssh_keygen() {
    let tools = Tools::new();
    tools.key("ours", &["-t", "ed25519", "-N", ""]);
    tools.key("other", &["-t", "ed25519", "-N", ""]);
    let time: Timestamp = "2020-06-01T00:00:00Z".parse().unwrap();
    let at = format!("p <p@acme.test> {} +0000", time.as_second());
    let payload = format!("tree {}\nauthor {at}\ncommitter {at}\n\nMend\n", "ab".repeat(20));
    tools.write("message", &payload);
    let (ours, message) = (tools.path("ours"), tools.path("message"));
    let signed = tools
        .keygen(&["-Y", "sign", "-n", "git", "-f", ours.to_str().unwrap(), message.to_str().unwrap()], "");
    assert!(signed.status.success(), "{signed:?}");
    let (ours, other) = (tools.public("ours"), tools.public("other"));
    for (line, expected) in [
        (format!("a@acme.test {ours}"), true),
        (format!("a@acme.test {other}"), false),
        (format!("a@acme.test,b {ours} a comment"), true),
        (format!("a@acme.test namespaces=\"git\" {ours}"), true),
        (format!("a@acme.test namespaces=\"file,git\" {ours}"), true),
        (format!("a@acme.test namespaces=\"g*\" {ours}"), true),
        (format!("a@acme.test namespaces=\"*,!git\" {ours}"), false),
        (format!("a@acme.test namespaces=\"file\" {ours}"), false),
        (format!("a@acme.test valid-after=\"20200101Z\" {ours}"), true),
        (format!("a@acme.test valid-after=\"20200601Z\" {ours}"), true),
        (format!("a@acme.test valid-after=\"20200602Z\" {ours}"), false),
        (format!("a@acme.test valid-before=\"20210101000000Z\" {ours}"), true),
        (format!("a@acme.test valid-before=\"202005312359Z\" {ours}"), false),
        (
            format!(
                "a@acme.test namespaces=\"git\",valid-after=\"20200101Z\",valid-before=\"20200701Z\" {ours}"
            ),
            true,
        ),
        (format!("a@acme.test namespaces=\"file\",valid-after=\"20200101Z\" {ours}"), false),
        (format!("a@acme.test unknown-option {ours}"), false),
        (format!("a@acme.test {}", &ours[..40]), false),
        (format!("# {ours}"), false),
    ] {
        assert_eq!(keygen_says(&tools, &line, "20200601Z"), expected, "ssh-keygen on `{line}`");
        assert_eq!(we_say(&tools, &line, "20200601Z"), expected, "we on `{line}`");
    }
}
