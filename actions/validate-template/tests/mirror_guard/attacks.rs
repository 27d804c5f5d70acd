//! What somebody who may push, but has not publish's key, can try; and what one who has the key cannot.

use std::process::Command;

use mirror::content_hash;

use crate::git::{git, run};
use crate::release::{Release, by_hand, write};
use crate::stage::Stage;

/// An attack: the refs that are pushed, and what is said of it.
pub(crate) struct Attack {
    pub(crate) name: &'static str,
    /// Prepares it in the clone: what to push.
    pub(crate) prepare: fn(&Stage) -> Vec<String>,
    /// What every place says.
    pub(crate) says: &'static str,
    /// Whether what stands there afterwards shows it, to one who did not see how it came.
    pub(crate) is_seen_standing: bool,
}

fn to_main(id: &str) -> Vec<String> {
    vec![format!("+{id}:refs/heads/main")]
}

fn edited(stage: &Stage, from: &str, to: &str) -> Vec<String> {
    let raw = stage.next().signed(&stage.clone(), &stage.key);
    assert!(raw.contains(from), "{from}");
    to_main(&write(&stage.clone(), &raw.replacen(from, to, 1)))
}

fn changed(stage: &Stage, change: impl FnOnce(&mut Release)) -> Vec<String> {
    let mut release = stage.next();
    change(&mut release);
    to_main(&stage.write(&release))
}

fn signed_in(stage: &Stage, namespace: &str) -> Vec<String> {
    let draft = stage.next().draft(&stage.clone());
    let payload = stage.path("payload");
    fs_err::write(&payload, draft.payload()).unwrap();
    let mut keygen = Command::new("ssh-keygen");
    let keygen = keygen.args(["-Y", "sign", "-n", namespace, "-f"]).arg(stage.path("publish")).arg(&payload);
    assert!(run(keygen, b"").status.success());
    let signature = fs_err::read_to_string(stage.path("payload.sig")).unwrap();
    to_main(&write(&stage.clone(), &String::from_utf8(draft.signed(&signature)).unwrap()))
}

/// Every row of the table.
pub(crate) const ATTACKS: &[Attack] = &[
    Attack {
        name: "an unsigned commit",
        prepare: |stage| {
            let raw = stage.next().draft(&stage.clone()).payload();
            to_main(&write(&stage.clone(), &String::from_utf8(raw).unwrap()))
        },
        says: "it is not signed",
        is_seen_standing: true,
    },
    Attack {
        name: "a commit by hand",
        prepare: |stage| to_main(&by_hand(&stage.clone(), stage.head(), &stage.next())),
        says: "it is not signed",
        is_seen_standing: true,
    },
    Attack {
        name: "another key",
        prepare: |stage| to_main(&stage.next().write(&stage.clone(), &stage.other)),
        says: "is not among the allowed signers",
        is_seen_standing: true,
    },
    Attack {
        name: "the right key in the wrong namespace",
        prepare: |stage| signed_in(stage, "file"),
        says: "was made in the namespace `file`",
        is_seen_standing: true,
    },
    Attack {
        name: "an expired key",
        prepare: |stage| {
            stage.allow("namespaces=\"git\",valid-before=\"20200101Z\"");
            to_main(&stage.write(&stage.next()))
        },
        says: "was valid until 2020-01-01T00:00:00Z",
        is_seen_standing: true,
    },
    Attack {
        name: "a swapped tree",
        prepare: |stage| {
            let mut release = stage.next();
            let ours = release.tree(&stage.clone());
            release.files[2].2.extend_from_slice(b"import evil\n");
            let theirs = release.tree(&stage.clone());
            edited(stage, &ours, &theirs)
        },
        says: "its signature does not fit it",
        is_seen_standing: true,
    },
    Attack {
        name: "an edited trailer",
        prepare: |stage| edited(stage, "Mirror-Version: 1.4.0", "Mirror-Version: 9.0.0"),
        says: "its signature does not fit it",
        is_seen_standing: true,
    },
    Attack {
        name: "an older commit, to which the branch is put back",
        prepare: |stage| to_main(&stage.releases[1]),
        says: "the push takes it away, and it is the release 1.3.0",
        is_seen_standing: false,
    },
    Attack {
        name: "an older commit, given another parent",
        prepare: |stage| {
            let raw = Release::new(2, Some(&stage.releases[0])).signed(&stage.clone(), &stage.key);
            let moved = raw.replacen(&stage.releases[0], stage.head(), 1);
            to_main(&write(&stage.clone(), &moved))
        },
        says: "its signature does not fit it",
        is_seen_standing: true,
    },
    Attack {
        name: "a skipped sequence",
        prepare: |stage| changed(stage, |release| release.sequence = 5),
        says: "it is number 5 of the mirror, and number 4 comes next",
        is_seen_standing: true,
    },
    Attack {
        name: "a lower version",
        prepare: |stage| changed(stage, |release| release.version = "1.2.9".into()),
        says: "its version 1.2.9 is not greater than 1.3.0",
        is_seen_standing: true,
    },
    Attack {
        name: "a merge commit",
        prepare: |stage| {
            let clone = stage.clone();
            let side = by_hand(&clone, &stage.releases[1], &stage.next());
            let tree = stage.next().tree(&clone);
            to_main(&git(&clone, &["commit-tree", &tree, "-p", stage.head(), "-p", &side, "-m", "Merge"]))
        },
        says: "it merges 2 commits",
        is_seen_standing: true,
    },
    Attack {
        name: "an extra parent",
        prepare: |stage| {
            let parent = format!("parent {}\n", stage.head());
            edited(stage, &parent, &format!("{parent}parent {}\n", stage.releases[0]))
        },
        says: "it merges 2 commits",
        is_seen_standing: true,
    },
    Attack {
        name: "a second branch",
        prepare: |stage| {
            vec![format!("{}:refs/heads/other", by_hand(&stage.clone(), stage.head(), &stage.next()))]
        },
        says: "ref `refs/heads/other`: a mirror is the one branch `refs/heads/main`",
        is_seen_standing: true,
    },
    Attack {
        name: "a tag",
        prepare: |stage| vec![format!("{}:refs/tags/v1.3.0", stage.head())],
        says: "ref `refs/tags/v1.3.0`: a mirror is the one branch `refs/heads/main`",
        is_seen_standing: true,
    },
    Attack {
        name: "a ref that poses as one of a checkout",
        prepare: |stage| {
            let id = by_hand(&stage.clone(), stage.head(), &stage.next());
            vec![format!("{id}:refs/remotes/origin/main")]
        },
        says: "ref `refs/remotes/origin/main`: a mirror is the one branch",
        is_seen_standing: true,
    },
    Attack {
        name: "a good release and a tag in one push",
        prepare: |stage| {
            let id = stage.write(&stage.next());
            vec![format!("{id}:refs/heads/main"), format!("{id}:refs/tags/v1")]
        },
        says: "ref `refs/tags/v1`",
        is_seen_standing: true,
    },
    Attack {
        name: "the branch deleted",
        prepare: |_| vec![":refs/heads/main".to_owned()],
        says: "ref `refs/heads/main`: ",
        is_seen_standing: true,
    },
    Attack {
        name: "the guard's workflow deleted",
        prepare: |stage| {
            let mut release = stage.next();
            release.files.remove(0);
            to_main(&by_hand(&stage.clone(), stage.head(), &release))
        },
        says: "it is not signed",
        is_seen_standing: true,
    },
    Attack {
        name: "forged names of author and committer",
        prepare: |stage| edited(stage, "author publish <publish@acme.test>", "author root <root@acme.test>"),
        says: "its signature does not fit it",
        is_seen_standing: true,
    },
    Attack {
        name: "a commit in publish's name",
        prepare: |stage| {
            let draft = stage.next().draft(&stage.clone());
            let tree = draft.tree.to_string();
            let message = draft.message();
            let names = ["-c", "user.name=publish", "-c", "user.email=publish@acme.test"];
            let commit = ["commit-tree", &tree, "-p", stage.head(), "-m", message.trim_end()];
            to_main(&git(&stage.clone(), &[&names[..], &commit].concat()))
        },
        says: "it is not signed",
        is_seen_standing: true,
    },
    Attack {
        name: "a history of somebody's own",
        prepare: |stage| to_main(&Release::new(1, None).write(&stage.clone(), &stage.other)),
        says: "is not among the allowed signers",
        is_seen_standing: true,
    },
    Attack {
        name: "a force-push that leaves a release out",
        prepare: |stage| {
            let mut release = Release::new(3, Some(&stage.releases[1]));
            release.version = "1.3.1".into();
            to_main(&stage.write(&release))
        },
        says: "it is the branch's head, and the push leaves it out",
        is_seen_standing: false,
    },
    Attack {
        name: "the first commit of publish again, as a history of its own",
        prepare: |stage| {
            to_main(&stage.write(&Release { version: "1.0.5".to_owned(), ..Release::new(1, None) }))
        },
        says: "it is number 1 of the mirror, and number 4 comes next",
        is_seen_standing: false,
    },
    Attack {
        name: "a release of another mirror",
        prepare: |stage| {
            changed(stage, |release| release.target = "git.acme.test/acme/other#refs/heads/main".into())
        },
        says: "it was made for the mirror `git.acme.test/acme/other#refs/heads/main`",
        is_seen_standing: true,
    },
    Attack {
        name: "a symbolic link",
        prepare: |stage| {
            changed(stage, |release| {
                release.files.push(("120000", "acme_runtime/x".to_owned(), "/etc/passwd".into()));
            })
        },
        says: "it has a symbolic link at `acme_runtime/x`",
        is_seen_standing: true,
    },
    Attack {
        name: "a submodule",
        prepare: |stage| {
            let commit = stage.head().to_owned();
            changed(stage, |release| release.files.push(("160000", "vendored".to_owned(), commit.into())))
        },
        says: "it has a submodule at `vendored`",
        is_seen_standing: true,
    },
    Attack {
        name: "other files under the tree that was signed",
        prepare: |stage| {
            changed(stage, |release| release.digest = Some(content_hash(b"of the colliding tree")))
        },
        says: "its files have the digest",
        is_seen_standing: true,
    },
    Attack {
        name: "a truncated signature",
        prepare: |stage| {
            let raw = stage.next().signed(&stage.clone(), &stage.key);
            let lines: Vec<_> = raw.lines().collect();
            let end = lines.iter().position(|line| line.contains("END SSH SIGNATURE")).unwrap();
            let cut = [&lines[..end - 1], &lines[end..]].concat().join("\n") + "\n";
            to_main(&write(&stage.clone(), &cut))
        },
        says: "its signature cannot be read",
        is_seen_standing: true,
    },
    Attack {
        name: "a message whose line ends were changed",
        prepare: |stage| {
            let raw = stage.next().signed(&stage.clone(), &stage.key);
            let (header, message) = raw.split_once("\n\n").unwrap();
            let changed = format!("{header}\n\n{}", message.replace('\n', "\r\n"));
            to_main(&write(&stage.clone(), &changed))
        },
        says: r"it has a control character, \r",
        is_seen_standing: true,
    },
    Attack {
        name: "line ends that were changed within the signature",
        prepare: |stage| {
            let raw = stage.next().signed(&stage.clone(), &stage.key);
            let (header, message) = raw.split_once("\n\n").unwrap();
            let (before, signature) = header.split_once("gpgsig ").unwrap();
            let changed = format!("{before}gpgsig {}\n\n{message}", signature.replace('\n', "\r\n"));
            to_main(&write(&stage.clone(), &changed))
        },
        says: r"it has a control character, \r",
        is_seen_standing: true,
    },
    Attack {
        name: "a signature that is written in another way, for another id of the same release",
        prepare: |stage| {
            let raw = stage.next().signed(&stage.clone(), &stage.key);
            let line = raw.lines().find(|line| line.starts_with(" U1NIU0lH")).unwrap();
            let (one, other) = line.split_at(30);
            let changed = raw.replacen(line, &format!("{one}\n {other}"), 1);
            to_main(&write(&stage.clone(), &changed))
        },
        says: "its signature cannot be read",
        is_seen_standing: true,
    },
    Attack {
        name: "a second signature",
        prepare: |stage| edited(stage, "\n\nacme-runtime", "\ngpgsig of somebody else\n\nacme-runtime"),
        says: "its header has a field `gpgsig`, which publish never writes",
        is_seen_standing: true,
    },
    Attack {
        name: "a second tree behind the first",
        prepare: |stage| {
            let theirs = format!("tree {}\n", stage.next().tree(&stage.clone()));
            edited(stage, "parent ", &format!("{theirs}parent "))
        },
        says: "its header has `tree` where `author` should stand",
        is_seen_standing: true,
    },
    Attack {
        name: "a signed tag that was merged, as a header",
        prepare: |stage| edited(stage, "gpgsig ", "mergetag object x\ngpgsig "),
        says: "its header has a field `mergetag`, which publish never writes",
        is_seen_standing: true,
    },
    Attack {
        name: "an encoding in which the message says something else",
        prepare: |stage| edited(stage, "gpgsig ", "encoding UTF-7\ngpgsig "),
        says: "its header has a field `encoding`, which publish never writes",
        is_seen_standing: true,
    },
    Attack {
        name: "trailers of another release below those that were signed",
        prepare: |stage| {
            let raw = stage.next().signed(&stage.clone(), &stage.key);
            to_main(&write(&stage.clone(), &format!("{raw}\nMirror-Version: 9.0.0\n")))
        },
        says: "its signature does not fit it",
        is_seen_standing: true,
    },
    Attack {
        name: "the branch deleted, and one made that differs in case",
        prepare: |stage| vec![":refs/heads/main".to_owned(), format!("{}:refs/heads/Main", stage.head())],
        says: "ref `refs/heads/",
        is_seen_standing: true,
    },
    Attack {
        name: "notes that a reader of the log is shown",
        prepare: |stage| {
            vec![format!("{}:refs/notes/commits", by_hand(&stage.clone(), stage.head(), &stage.next()))]
        },
        says: "ref `refs/notes/commits`: a mirror is the one branch",
        is_seen_standing: true,
    },
    Attack {
        name: "a replacement of the release",
        prepare: |stage| {
            let theirs = by_hand(&stage.clone(), &stage.releases[1], &stage.next());
            vec![format!("{theirs}:refs/replace/{}", stage.head())]
        },
        says: "ref `refs/replace/",
        is_seen_standing: true,
    },
    Attack {
        name: "a commit from the future",
        prepare: |stage| changed(stage, |release| release.time = "2100-01-01T00:00:00Z".parse().unwrap()),
        says: "it claims to be made at 2100-01-01T00:00:00Z",
        is_seen_standing: true,
    },
    Attack {
        name: "a good release on top of a bad commit",
        prepare: |stage| {
            let bad = by_hand(&stage.clone(), stage.head(), &stage.next());
            to_main(&stage.write(&Release::new(4, Some(&bad))))
        },
        says: "it is not signed",
        is_seen_standing: true,
    },
];
