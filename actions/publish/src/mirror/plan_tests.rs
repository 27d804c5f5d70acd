use package::FileTree;

use super::*;

fn made(version: &str, digest: u8) -> Made {
    Made {
        tree: FileTree::default(),
        digest: [digest; 32].into(),
        source: format!("github.com/acme/core@{} workspace", "ab".repeat(20)).parse().unwrap(),
        version: version.parse().unwrap(),
        format: 1,
    }
}

fn id(number: u8) -> CommitSha {
    format!("{number:02x}").repeat(20).parse().unwrap()
}

fn release(number: u8, version: &str, digest: u8) -> Box<Genuine> {
    let Made { source, version, format, digest, .. } = made(version, digest);
    Box::new(Genuine {
        id: id(number),
        parents: Vec::new(),
        trailers: mirror::Trailers {
            target: "github.com/acme/runtime#refs/heads/main".parse().unwrap(),
            source,
            version,
            sequence: NonZeroU64::new(number.into()).unwrap(),
            builder: format,
            tree: digest,
        },
        committed: Timestamp::UNIX_EPOCH,
        tree: id(0xee),
        principals: "publish".to_owned(),
    })
}

fn intruder(last: Option<Box<Genuine>>) -> Head {
    Head::Intruder { id: id(9), why: Box::new(Problem::Unsigned), last }
}

fn pushed(head: &Head, history: MirrorHistory) -> (u64, Option<CommitSha>, bool) {
    match plan(head, &made("1.4.0", 1), history).unwrap() {
        Step::Push(next) => (next.sequence.get(), next.parent.clone(), next.replaces()),
        other => panic!("{other:?}"),
    }
}

use MirrorHistory::{Keep, Replace};

#[test]
fn a_release_follows_the_one_before_it_or_takes_its_place() {
    let head = Head::Release(release(3, "1.3.0", 7));
    assert_eq!(pushed(&head, Keep), (4, Some(id(3)), false));
    assert_eq!(pushed(&head, Replace), (4, None, true));
}

#[test]
fn the_first_release_follows_what_was_there_before_publish() {
    assert_eq!(pushed(&Head::None, Keep), (1, None, false));
    assert_eq!(pushed(&Head::None, Replace), (1, None, false));
    assert_eq!(pushed(&Head::Adopted(id(5)), Keep), (1, Some(id(5)), false));
    assert_eq!(pushed(&Head::Adopted(id(5)), Replace), (1, None, true));
}

#[test]
fn the_same_release_is_nothing_to_do_and_never_changes() {
    let same = plan(&Head::Release(release(3, "1.4.0", 1)), &made("1.4.0", 1), Keep).unwrap();
    assert_eq!(same, Step::Nothing(id(3)));
    let other = plan(&Head::Release(release(3, "1.4.0", 2)), &made("1.4.0", 1), Replace);
    assert!(matches!(other, Err(MirrorError::OtherFiles { .. })));
}

#[test]
fn an_older_release_leaves_a_newer_one_where_it_is() {
    for history in [Keep, Replace] {
        let step = plan(&Head::Release(release(3, "2.0", 1)), &made("1.4.0", 1), history).unwrap();
        assert_eq!(step, Step::Newer(id(3), "2.0".parse().unwrap()));
    }
}

#[test]
fn an_intruders_commit_is_never_built_upon_and_is_left_behind_only_when_that_is_asked_for() {
    let refused = |head: &Head, history| {
        matches!(plan(head, &made("1.4.0", 1), history), Err(MirrorError::Intruder { .. }))
    };
    let head = intruder(Some(release(3, "1.3.0", 1)));
    assert!(refused(&head, Keep));
    assert_eq!(pushed(&head, Replace), (4, None, true));
    assert!(refused(&intruder(None), Replace), "nobody knows which number comes next");
    assert!(refused(&intruder(Some(release(3, "1.4.0", 1))), Replace), "its version would not grow");
}

#[test]
fn a_mirror_runs_out_of_numbers_in_an_error() {
    let mut last = release(3, "1.3.0", 1);
    last.trailers.sequence = NonZeroU64::MAX;
    let planned = plan(&Head::Release(last), &made("1.4.0", 1), Keep);
    assert!(matches!(planned, Err(MirrorError::NoNumber)));
}
