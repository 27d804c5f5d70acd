//! The table of the standard library against the interpreters at hand.

use std::process::Command;

use python::{PythonRange, PythonVersion, stdlib};

const ASK: &str = "import sys; print(sys.version_info[1], *sys.stdlib_module_names)";

#[test]
fn modules_come_and_go_with_the_versions() {
    let v = PythonVersion::three;
    assert!(stdlib::contains("tomllib", v(11)) && !stdlib::contains("tomllib", v(10)));
    assert!(stdlib::contains("distutils", v(11)) && !stdlib::contains("distutils", v(12)));
    assert!(stdlib::contains("__future__", v(8)) && stdlib::contains("_ctypes", v(14)));
    assert!(!stdlib::contains("requests", v(12)) && !stdlib::contains("", v(12)));
    let range = |from, until| Some(PythonRange { from, until });
    assert_eq!(stdlib::versions("os"), range(None, None));
    assert_eq!(stdlib::versions("zoneinfo"), range(Some(v(9)), None));
    assert_eq!(stdlib::versions("asyncore"), range(None, Some(v(12))));
    assert_eq!(stdlib::versions("cgi"), range(None, Some(v(13))));
    assert_eq!(stdlib::versions("annotationlib"), range(Some(v(14)), None));
    assert_eq!(stdlib::versions("config"), None);
    // beyond the table: as its nearest version
    assert!(stdlib::contains("tomllib", v(99)) && !stdlib::contains("tomllib", v(0)));
}

#[test]
fn every_interpreter_at_hand_agrees() {
    let mut asked = 0;
    for name in ["python3", "python3.10", "python3.11", "python3.12", "python3.13", "python3.14"] {
        let Ok(answer) = Command::new(name).args(["-I", "-c", ASK]).output() else { continue };
        let text = String::from_utf8_lossy(&answer.stdout).into_owned();
        let mut words = text.split_whitespace();
        let Some(minor) = words.next().and_then(|minor| minor.parse().ok()) else { continue };
        let missing: Vec<_> =
            words.filter(|module| !stdlib::contains(module, PythonVersion::three(minor))).collect();
        assert!(missing.is_empty(), "{name} (3.{minor}) has more: {missing:?}");
        asked += 1;
    }
    if asked == 0 {
        println!("NOTICE: no Python of 3.10 or later at hand; the table was not compared");
    }
}
