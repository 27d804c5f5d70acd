//! Commits: what we sign, git verifies; what git signs, we verify.

use std::num::NonZeroU64;

use jiff::Timestamp;
use mirror::judge::{Arrival, Genuine, SeenHead, examine};
use mirror::{AllowedSigners, Draft, Identity, Problem, Rules, SigningKey, Trailers, content_hash};

use crate::tools::Tools;

const TARGET: &str = "github.com/acme/runtime#refs/heads/main";

fn draft(tools: &Tools) -> Draft {
    let tree = tools.git(&["mktree"], "");
    Draft {
        tree: tree.trim().parse().unwrap(),
        parent: None,
        identity: Identity::new("publish", "publish@acme.test", Timestamp::now()).unwrap(),
        project: "acme-runtime".to_owned(),
        trailers: Trailers {
            target: TARGET.parse().unwrap(),
            source: format!("github.com/acme/core@{} workspace", "ab".repeat(20)).parse().unwrap(),
            version: "1.4.0".parse().unwrap(),
            sequence: NonZeroU64::MIN,
            builder: 1,
            tree: content_hash(b""),
        },
    }
}

fn stage() -> (Tools, SigningKey, AllowedSigners) {
    let tools = Tools::new();
    let private = tools.key("publish", &["-t", "ed25519", "-N", ""]);
    let line = format!("publish@acme.test namespaces=\"git\" {}\n", tools.public("publish"));
    tools.write("allowed", &line);
    (tools, SigningKey::parse(&private.into()).unwrap(), AllowedSigners::parse(&line).unwrap())
}

fn write(tools: &Tools, raw: &[u8]) -> String {
    let text = std::str::from_utf8(raw).unwrap();
    tools.git(&["hash-object", "-t", "commit", "-w", "--stdin"], text).trim().to_owned()
}

fn examined(tools: &Tools, id: &str, signers: &AllowedSigners) -> Result<Genuine, Problem> {
    let raw = tools.git(&["cat-file", "commit", id], "").into_bytes();
    let target = TARGET.parse().unwrap();
    let rules = Rules { signers, target: &target, now: Timestamp::now(), arrival: Arrival::New };
    examine(&SeenHead { id: id.parse().unwrap(), raw }, &rules)
}

#[test]
fn git_verifies_the_commits_that_we_sign_and_not_those_that_somebody_edits() {
    let (tools, key, signers) = stage();
    let draft = draft(&tools);
    let raw = draft.signed(&key.sign(&draft.payload()));
    let id = write(&tools, &raw);
    tools.git(&["verify-commit", &id], "");
    tools.git(&["fsck", "--strict"], "");
    assert_eq!(tools.git(&["show", "-s", "--format=%G?", &id], "").trim(), "G");
    assert_eq!(examined(&tools, &id, &signers).unwrap().trailers, draft.trailers);
    let edited = String::from_utf8(raw).unwrap().replace("Mirror-Sequence: 1", "Mirror-Sequence: 2");
    let id = write(&tools, edited.as_bytes());
    assert!(!tools.try_git(&["verify-commit", &id], "").status.success());
    assert!(matches!(examined(&tools, &id, &signers), Err(Problem::Signature(_))));
}

#[test]
fn git_reads_the_trailers_as_we_do() {
    let (tools, key, _) = stage();
    let draft = draft(&tools);
    let id = write(&tools, &draft.signed(&key.sign(&draft.payload())));
    let read = tools.git(&["show", "-s", "--format=%(trailers:only,unfold)", &id], "");
    assert_eq!(read.trim_end(), draft.trailers.to_string().trim_end());
}

#[test]
fn we_verify_the_commits_that_git_signs_with_ssh() {
    let (tools, _, signers) = stage();
    let draft = draft(&tools);
    let key = format!("-S{}", tools.path("publish.pub").display());
    let key = key.trim_end_matches(".pub");
    let id = tools.git(&["commit-tree", key, draft.tree.as_str()], &draft.message());
    let id = id.trim();
    tools.git(&["verify-commit", id], "");
    assert_eq!(examined(&tools, id, &signers).unwrap().trailers, draft.trailers);
    // and those of another key, as git does
    tools.key("other", &["-t", "ed25519", "-N", ""]);
    let other = format!("-S{}", tools.path("other").display());
    let id = tools.git(&["commit-tree", &other, draft.tree.as_str()], &draft.message());
    assert!(!tools.try_git(&["verify-commit", id.trim()], "").status.success());
    assert!(matches!(examined(&tools, id.trim(), &signers), Err(Problem::Key(_))));
    let id = tools.git(&["commit-tree", draft.tree.as_str()], &draft.message());
    assert_eq!(examined(&tools, id.trim(), &signers), Err(Problem::Unsigned));
}

#[test]
fn keys_that_ask_for_a_passphrase_and_keys_of_other_kinds_are_told_apart() {
    let tools = Tools::new();
    let error = |text: String| SigningKey::parse(&text.into()).unwrap_err().to_string();
    let encrypted = tools.key("encrypted", &["-t", "ed25519", "-N", "a passphrase"]);
    assert!(error(encrypted).contains("passphrase"));
    let rsa = tools.key("rsa", &["-t", "rsa", "-b", "2048", "-N", ""]);
    assert!(error(rsa).contains("kind"));
    let pem = tools.key("pem", &["-t", "rsa", "-b", "2048", "-m", "PEM", "-N", ""]);
    assert!(error(pem).contains("OpenSSH"));
    tools.key("public", &["-t", "ed25519", "-N", ""]);
    assert!(error(tools.public("public")).contains("OpenSSH"), "the wrong half of the key");
}
