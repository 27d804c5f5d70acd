//! A run that is told to end while it writes: what was there still is, and nothing lies beside it.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::checkout::{Checkout, Ran};

/// So many that writing them takes its time, and a signal comes in between.
const FILES: usize = 4000;

/// Starts a build into `all/out`, sends it a signal as soon as it writes, and tells how it ended; none where it was
/// done before the signal came.
fn interrupted(checkout: &Checkout, signal: &str) -> Option<Ran> {
    let arguments = ["build", "--version", "1.5.0", "--out", "all/out"];
    let mut program = checkout.program();
    let mut running = program.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let begun = Instant::now();
    let all = checkout.path("all");
    let writes = || names(&all).iter().any(|name| name.starts_with(".runtime-package-"));
    while begun.elapsed() < Duration::from_mins(1) && running.try_wait().unwrap().is_none() {
        if writes() {
            Command::new("kill").args([signal, &running.id().to_string()]).status().unwrap();
            break;
        }
    }
    let ran = Ran::of(&running.wait_with_output().unwrap());
    (ran.code != Some(0)).then_some(ran)
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs_err::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn a_signal_during_the_write_leaves_the_earlier_build_and_nothing_else() {
    let checkout = Checkout::of_example();
    checkout.run(&["build", "--version", "1.4.0", "--out", "all/out"]).ok();
    let earlier = checkout.list("all");
    for number in 0..FILES {
        checkout.write(&format!("workspace/skill_loader/many/{number}.txt"), "");
    }
    for signal in ["-TERM", "-INT", "-HUP"] {
        let ran = (0..10).find_map(|_| interrupted(&checkout, signal)).expect("a signal comes in time");
        assert_eq!(ran.code, Some(1), "{signal}: {ran:?}");
        assert!(ran.err.contains("this run was interrupted by signal"), "{signal}: {ran:?}");
        assert!(ran.err.contains("run it again; nothing was left behind"), "{signal}: {ran:?}");
        assert_eq!(checkout.list("all"), earlier, "{signal}");
    }
    checkout.run(&["build", "--version", "1.5.0", "--out", "all/out"]).ok();
    assert_eq!(names(&checkout.path("all")), ["out"]);
}
