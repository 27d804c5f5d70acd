use std::os::unix::fs::symlink;

use super::*;

struct Fixture {
    home: tempfile::TempDir,
    folder: Folder,
}

fn fixture() -> Fixture {
    let home = tempfile::tempdir().unwrap();
    fs_err::create_dir_all(home.path().join("t/sub")).unwrap();
    fs_err::write(home.path().join("t/config.yaml"), "name: x\n").unwrap();
    fs_err::write(home.path().join("secret"), "outside").unwrap();
    let folder = Folder::open(&home.path().join("t")).unwrap();
    Fixture { home, folder }
}

#[test]
fn a_file_is_read_by_its_path_in_the_folder() {
    let Fixture { folder, .. } = &fixture();
    assert_eq!(folder.read("config.yaml").unwrap().unwrap().text(), "name: x\n");
    assert_eq!(folder.read("./sub/../config.yaml").unwrap().unwrap().text(), "name: x\n");
    assert!(folder.read("absent.yaml").unwrap().is_none());
    assert!(folder.read("config.yaml/below").unwrap().is_none());
}

#[test]
fn nothing_outside_of_the_folder_is_read_by_whatever_way() {
    let Fixture { home, folder } = &fixture();
    symlink("../secret", folder.root().join("link")).unwrap();
    symlink(home.path(), folder.root().join("up")).unwrap();
    let absolute = home.path().join("secret").display().to_string();
    for path in ["../secret", absolute.as_str(), "link", "up/secret", "sub/../../secret"] {
        assert!(matches!(folder.read(path), Err(Refused::Outside)), "{path}");
    }
    symlink("config.yaml", folder.root().join("inside")).unwrap();
    assert!(folder.read("inside").unwrap().is_some());
    symlink("nowhere", folder.root().join("dead")).unwrap();
    assert!(matches!(folder.read("dead"), Err(Refused::DeadLink)));
}

#[test]
fn what_is_too_large_is_refused_by_its_size_and_not_read() {
    let Fixture { folder, .. } = &fixture();
    let file = fs_err::File::create(folder.root().join("big.yaml")).unwrap();
    file.set_len(50 * 1024 * 1024).unwrap();
    let refused = folder.read("big.yaml").unwrap_err();
    assert_eq!(refused.to_string(), "has 50 MiB, and at most 1 MiB is read");
}

#[test]
fn what_is_no_regular_file_is_not_opened() {
    let Fixture { folder, .. } = &fixture();
    assert!(matches!(folder.read("sub"), Err(Refused::NotAFile)));
    let made = std::process::Command::new("mkfifo").arg(folder.root().join("pipe")).status();
    if made.is_ok_and(|status| status.success()) {
        assert!(matches!(folder.read("pipe"), Err(Refused::NotAFile)), "to open it would wait for ever");
    }
}

#[test]
fn text_that_is_not_utf_8_is_told_from_absence() {
    let Fixture { folder, .. } = &fixture();
    fs_err::write(folder.root().join("wide.txt"), b"\xff\xfea\0").unwrap();
    let refused = folder.read("wide.txt").unwrap_err();
    assert_eq!(refused.to_string(), "is not UTF-8: its first bytes say UTF-16 (little endian)");
}

#[test]
fn a_listing_follows_no_links_and_leaves_gits_own_files_out() {
    let Fixture { home, folder } = &fixture();
    symlink(home.path(), folder.root().join("up")).unwrap();
    fs_err::create_dir_all(folder.root().join(".git")).unwrap();
    fs_err::write(folder.root().join(".git/config"), "").unwrap();
    fs_err::write(folder.root().join("sub/.env"), "").unwrap();
    let listing = folder.files();
    let paths: Vec<_> = listing.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["config.yaml", "sub/.env"]);
    assert!(listing.gaps.is_empty());
}

#[test]
fn what_is_no_folder_is_bad_input() {
    let Fixture { home, .. } = &fixture();
    let file = Folder::open(&home.path().join("secret")).unwrap_err();
    assert!(file.to_string().ends_with("is not a folder"));
    assert!(matches!(Folder::open(&home.path().join("none")), Err(FolderError::Missing { .. })));
}
