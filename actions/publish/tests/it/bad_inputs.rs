//! Every bad input ends in a clear error that names the file and the mending, and nothing half-written.

use crate::checkout::{Checkout, Ran};

/// Spoils a checkout, builds it, and sees that the error says all of `told`, that the exit code is that of bad input,
/// and that the folder is as it was.
#[track_caller]
fn refused(spoil: impl FnOnce(&Checkout), told: &[&str]) {
    let checkout = Checkout::of_example();
    spoil(&checkout);
    let before = checkout.list("");
    let ran = checkout.build();
    assert_eq!(ran.code, Some(2), "{ran:?}");
    says(&ran, told);
    assert_eq!(checkout.list(""), before, "something was left behind");
}

#[track_caller]
fn says(ran: &Ran, told: &[&str]) {
    for words in told {
        assert!(ran.err.contains(words), "`{words}` is not in:\n{}", ran.err);
    }
    assert!(!ran.err.contains("panicked"), "{}", ran.err);
}

#[test]
fn a_syntax_error_is_told_with_its_place() {
    refused(|it| it.write("workspace/config.py", "x = 1\ndef f(:\n"), &["workspace/config.py:2:7: "]);
}

#[test]
fn an_undecodable_file_is_told_with_its_place_and_the_mending() {
    refused(
        |it| it.write("workspace/config.py", b"x = '\xe9'\n"),
        &["workspace/config.py:1:6: byte 0xe9 is not", "save the file as UTF-8 or declare its encoding"],
    );
}

#[test]
fn a_module_that_is_not_listed_is_told_with_the_line_to_add() {
    refused(
        |it| it.write("workspace/extra.py", ""),
        &["`workspace/extra.py` is in no list: add the line `\"extra\",` to `modules`"],
    );
}

#[test]
fn a_module_that_is_not_there_is_told_with_its_line() {
    refused(
        |it| it.remove("workspace/prompt.py"),
        &[
            "`workspace/prompt.py` is listed and not there: remove it from `modules` of runtime-package.toml, line 14",
        ],
    );
}

#[test]
fn a_wrong_manifest_is_told_by_line_and_column() {
    refused(
        |it| it.edit("runtime-package.toml", "license = \"MIT\"", "licence = \"MIT\""),
        &["`runtime-package.toml`, line 30, column 1: unknown field `licence`"],
    );
    refused(|it| it.remove("runtime-package.toml"), &["could not read the manifest", "set `manifest`"]);
}

#[test]
fn a_license_that_is_not_there_is_told() {
    refused(
        |it| it.remove("LICENSE"),
        &["`LICENSE`, which the manifest names as a license file, is not there"],
    );
}

#[test]
fn a_hidden_file_or_an_editors_leftover_in_a_subpackage_is_shipped_only_when_it_is_listed() {
    for path in [".env", ".idea/workspace.xml", ".echo.py.swp", "echo.py.orig", "deep/echo.py~"] {
        let told = format!("workspace/adapters/{path}` looks like what an editor, a tool or a person left");
        refused(
            |it| it.write(&format!("workspace/adapters/{path}"), "SECRET=1"),
            &[&told, "leave it out by `exclude-files`", "`data`"],
        );
    }
    let checkout = Checkout::of_example();
    checkout.write("workspace/adapters/.env.example", "SECRET=");
    checkout.write("workspace/adapters/.env", "SECRET=1");
    checkout.edit("runtime-package.toml", "data = [", "data = [\"adapters/.env.example\", ");
    checkout.edit("runtime-package.toml", "exclude-files = [", "exclude-files = [\".env\", ");
    checkout.build().ok();
    let shipped = checkout.list("out/acme_runtime/adapters");
    assert!(
        shipped.contains(&".env.example".to_owned()) && !shipped.contains(&".env".to_owned()),
        "{shipped:?}"
    );
}

#[test]
fn a_source_folder_that_is_not_there_is_told() {
    refused(
        |it| it.edit("runtime-package.toml", "folder = \"workspace\"", "folder = \"elsewhere\""),
        &["the source folder", "elsewhere` is not there", "check out the repository"],
    );
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_tree_is_refused_and_one_within_is_read() {
    use std::os::unix::fs::symlink;
    let link =
        |to: &'static str, from: &'static str| move |it: &Checkout| symlink(to, it.path(from)).unwrap();
    refused(
        link("/etc/hostname", "workspace/adapters/host.txt"),
        &[
            "workspace/adapters/host.txt` is a symbolic link to `",
            "outside the source folder",
            "replace it by a copy",
        ],
    );
    refused(link("../../LICENSE", "workspace/adapters/LICENSE"), &["outside the source folder"]);
    refused(link("nowhere", "workspace/adapters/gone.py"), &["is a symbolic link to what is not there"]);
    refused(link("../skill_loader", "workspace/adapters/skills"), &["a symbolic link to a folder"]);
    let checkout = Checkout::of_example();
    symlink("../skill_loader/greet.md", checkout.path("workspace/adapters/greet.md")).unwrap();
    checkout.build().ok();
    let copied = checkout.path("out/acme_runtime/adapters/greet.md");
    assert!(fs_err::symlink_metadata(copied).unwrap().is_file());
}

#[cfg(unix)]
#[test]
fn nothing_that_the_manifest_names_is_read_through_a_link_out_of_the_repository() {
    use std::os::unix::fs::symlink;
    const SECRET: &str = "pypi-hunter2";
    let elsewhere = tempfile::tempdir().unwrap();
    fs_err::write(elsewhere.path().join("LICENSE"), SECRET).unwrap();
    let named = |path: &'static str, to: std::path::PathBuf| {
        move |it: &Checkout| {
            it.remove("LICENSE");
            symlink(to, it.path(path)).unwrap();
        }
    };
    let told = ["LICENSE` leads by a symbolic link to `", "outside the folder of the manifest", "by a copy"];
    refused(named("LICENSE", elsewhere.path().join("LICENSE")), &told);
    // a process without a name in the file system has it in its environment
    refused(named("LICENSE", "/proc/self/environ".into()), &told[1..]);
    refused(
        |it| {
            it.edit("runtime-package.toml", "[\"LICENSE\"]", "[\"legal/LICENSE\"]");
            symlink(elsewhere.path(), it.path("legal")).unwrap();
        },
        &told,
    );
    refused(
        |it| {
            it.edit("runtime-package.toml", "license = ", "readme = \"INTRO.md\"\nlicense = ");
            symlink(elsewhere.path().join("LICENSE"), it.path("INTRO.md")).unwrap();
        },
        &["INTRO.md` leads by a symbolic link to `", told[1]],
    );
    let checkout = Checkout::of_example();
    fs_err::rename(checkout.path("workspace"), elsewhere.path().join("workspace")).unwrap();
    symlink(elsewhere.path().join("workspace"), checkout.path("workspace")).unwrap();
    let ran = checkout.build();
    assert_eq!(ran.code, Some(2), "{ran:?}");
    says(&ran, &["workspace` leads by a symbolic link to `", told[1]]);
}

#[cfg(unix)]
#[test]
fn a_license_that_is_a_link_within_the_repository_is_read_and_one_that_is_no_file_refused() {
    use std::os::unix::fs::symlink;
    let checkout = Checkout::of_example();
    fs_err::create_dir(checkout.path("legal")).unwrap();
    fs_err::rename(checkout.path("LICENSE"), checkout.path("legal/MIT")).unwrap();
    symlink("legal/MIT", checkout.path("LICENSE")).unwrap();
    checkout.build().ok();
    assert!(fs_err::symlink_metadata(checkout.path("out/LICENSE")).unwrap().is_file());
    let folder = |it: &Checkout| {
        it.remove("LICENSE");
        fs_err::create_dir(it.path("LICENSE")).unwrap();
    };
    refused(folder, &["LICENSE` is no regular file"]);
    let dangling = |it: &Checkout| {
        it.remove("LICENSE");
        symlink("nowhere", it.path("LICENSE")).unwrap();
    };
    refused(dangling, &["LICENSE` is a symbolic link to what is not there"]);
}

#[cfg(unix)]
#[test]
fn a_pipe_is_refused_and_not_waited_for() {
    let fifo = |it: &Checkout| {
        let made = std::process::Command::new("mkfifo").arg(it.path("workspace/adapters/pipe")).status();
        assert!(made.unwrap().success());
    };
    refused(fifo, &["workspace/adapters/pipe` is neither a file nor a folder"]);
}

#[test]
fn a_path_with_dots_is_refused() {
    refused(
        |it| it.edit("runtime-package.toml", "folder = \"workspace\"", "folder = \"../workspace\""),
        &["line 8, column 10: `../workspace` cannot be packaged: it has a `.` or `..` component"],
    );
    refused(
        |it| it.edit("runtime-package.toml", "[\"LICENSE\"]", "[\"/etc/hostname\"]"),
        &["`/etc/hostname` cannot be packaged: it is absolute"],
    );
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_differ_in_case_only_are_refused() {
    refused(
        |it| it.write("workspace/adapters/Echo.py", ""),
        &["cho.py` and `", "differ in case only", "rename it"],
    );
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_no_system_or_no_text_can_hold_are_refused() {
    use std::os::unix::ffi::OsStrExt as _;
    refused(
        |it| it.write("workspace/adapters/aux.txt", ""),
        &["aux.txt` cannot be packaged: Windows keeps the name"],
    );
    refused(|it| it.write("workspace/adapters/a\nb.txt", ""), &[r"a\nb.txt` cannot be packaged"]);
    refused(
        |it| {
            let name = std::ffi::OsStr::from_bytes(b"\xff.py");
            fs_err::write(it.path("workspace/adapters").join(name), "").unwrap();
        },
        &["has a name that is not UTF-8"],
    );
}

#[test]
fn an_output_folder_with_foreign_files_is_left_alone() {
    let foreign = |path: &'static str| {
        let checkout = Checkout::of_example();
        checkout.build().ok();
        checkout.write(&format!("out/{path}"), "mine");
        let before = checkout.list("");
        let ran = checkout.build();
        assert_eq!(ran.code, Some(2), "{ran:?}");
        says(
            &ran,
            &["which is not of an earlier build of this package", "name a folder of its own by `out`"],
        );
        assert_eq!(checkout.list(""), before);
        assert_eq!(fs_err::read_to_string(checkout.path("out").join(path)).unwrap(), "mine");
    };
    foreign("notes.txt");
    foreign("dist/other-1.0.tar.gz");
    foreign(".git/config");
    foreign("acme_runtime/adapters/notes.py");
    foreign("acme_runtime/mine/deep.txt");
    refused(|it| it.write("out/README.md", "mine"), &["holds `README.md`, which is not of an earlier build"]);
    refused(|it| it.write("out", "mine"), &["out` is there and is no folder"]);
}

#[test]
fn bytecode_in_an_earlier_build_is_in_nobodys_way() {
    let checkout = Checkout::of_example();
    checkout.build().ok();
    checkout.write("out/acme_runtime/__pycache__/main.cpython-311.pyc", "bytecode");
    checkout.build().ok();
    assert!(!checkout.path("out/acme_runtime/__pycache__").exists());
}

#[test]
fn an_output_folder_below_a_file_is_told_with_the_mending() {
    let checkout = Checkout::of_example();
    checkout.write("made", "mine");
    for out in ["made/out", "made/deep/out"] {
        let ran = checkout.run(&["build", "--version", "1.4.0", "--out", out]);
        assert_eq!(ran.code, Some(2), "{ran:?}");
        says(&ran, &["made` is there and is no folder", "name another folder by `out`"]);
    }
}

#[test]
fn a_report_in_the_output_folder_is_refused_before_anything_is_built() {
    let checkout = Checkout::of_example();
    let before = checkout.list("");
    for report in ["out/report.json", "./out/deep/report.json", "out"] {
        let ran = checkout.run(&["build", "--version", "1.4.0", "--out", "out", "--report", report]);
        assert_eq!(ran.code, Some(2), "{ran:?}");
        says(&ran, &["lies in the output folder `out`", "write it elsewhere by `report`"]);
        assert_eq!(checkout.list(""), before);
    }
    checkout.run(&["build", "--version", "1.4.0", "--out", "out", "--report", "out.json"]).ok();
}

#[test]
fn the_stages_after_a_build_hold_it_against_the_tag_of_the_run() {
    let checkout = Checkout::of_example();
    checkout.build().ok();
    for command in ["smoke", "upload", "confirm"] {
        let mut program = checkout.program();
        program.args([command, "--out", "out"]).env("GITHUB_REF", "refs/tags/runtime-v1.5.0");
        let ran = Ran::of(&program.output().unwrap());
        assert_eq!(ran.code, Some(2), "{command}: {ran:?}");
        says(&ran, &["holds version 1.4.0, and the version asked for is 1.5.0", "build it first"]);
    }
}

#[test]
fn the_source_folder_is_no_output_folder() {
    let checkout = Checkout::of_example();
    let before = checkout.list("");
    for out in ["workspace", "workspace/out", "."] {
        let ran = checkout.run(&["build", "--version", "1.4.0", "--out", out]);
        assert_eq!(ran.code, Some(2), "{out}: {ran:?}");
        says(&ran, &["could not write the package"]);
        assert_eq!(checkout.list(""), before, "{out}");
    }
}

#[test]
fn a_wrong_version_or_command_is_told() {
    let checkout = Checkout::of_example();
    let ran = checkout.run(&["build", "--version", "one"]);
    assert_eq!(ran.code, Some(2));
    says(&ran, &["`one` is no version by PEP 440", "write it as `1.4.0`"]);
    let ran = checkout.run(&["build"]);
    says(&ran, &["no version is known", "set `version`, for a build on a laptop to `0.1.0-local`"]);
    let ran = checkout.run(&["bild"]);
    says(
        &ran,
        &[
            "input `command` is `bild`, which is not allowed: use `build`, `check`, `smoke`, `upload`, `confirm`, `mirror` or `run`",
        ],
    );
}
