//! What a file is besides its bytes: mode, owner, attributes, links; and files that may not be written.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use rustix::fs::XattrFlags;

use crate::faults::{no_temporaries, root, skip, v2, v3};
use crate::support::{Folder, Ran};

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().mode() & 0o7777
}

/// Runs as somebody whom permissions bind: as nobody, where the tests run as root.
fn bound(folder: &Folder, args: &[&str]) -> Ran {
    let mut command = folder.command(args);
    if root() {
        command.uid(65534).gid(65534);
    }
    Ran::from(command.output().unwrap())
}

/// Lets nobody work in the folder and start the binary. False where the binary is out of reach.
fn hand_over(folder: &Folder) -> bool {
    if !root() {
        return true;
    }
    for path in crate::faults::picture(folder.path()).into_keys() {
        chown(path, Some(65534), Some(65534)).unwrap();
    }
    for sub in ["", "in", "in/ro"] {
        let _ = chown(folder.path().join(sub), Some(65534), Some(65534));
    }
    let mut command = folder.command(&["--version"]);
    command.uid(65534).gid(65534).output().is_ok()
}

#[test]
fn every_mode_is_kept() {
    for bits in [0o600, 0o640, 0o664, 0o755, 0o4755, 0o2644] {
        let folder = Folder::new().with("a.json", v2(1));
        let path = folder.path().join("a.json");
        fs::set_permissions(&path, fs::Permissions::from_mode(bits)).unwrap();
        folder
            .run(&["convert", "--write", "--backup", "a.json"])
            .ends(0);
        assert_eq!(folder.read("a.json"), v3(1));
        assert_eq!(mode(&path), bits, "{bits:o}");
        assert_eq!(mode(&folder.path().join("a.json.bak")), bits, "{bits:o}");
        folder.run(&["undo"]).ends(0);
        assert_eq!((folder.read("a.json"), mode(&path)), (v2(1), bits));
    }
}

#[test]
fn owner_and_group_are_kept() {
    if !root() {
        return skip("owner_and_group_are_kept", "only root can give files away");
    }
    let folder = Folder::new().with("a.json", v2(1));
    let path = folder.path().join("a.json");
    chown(&path, Some(12345), Some(23456)).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o4711)).unwrap();
    folder.run(&["convert", "--write", "a.json"]).ends(0);
    let meta = fs::metadata(&path).unwrap();
    assert_eq!(folder.read("a.json"), v3(1));
    assert_eq!(
        (meta.uid(), meta.gid(), mode(&path)),
        (12345, 23456, 0o4711)
    );
}

#[test]
fn an_owner_that_cannot_be_kept_is_a_reason_to_leave_the_file() {
    let folder = Folder::new().with("in/a.json", v2(1));
    if !root() || !hand_over(&folder) {
        return skip(
            "an_owner_that_cannot_be_kept",
            "needs root, and a binary that others can run",
        );
    }
    // The folder is nobody's, so that nobody could replace the file, but only as one of their own.
    chown(folder.path().join("in/a.json"), Some(12345), Some(12345)).unwrap();
    fs::set_permissions(
        folder.path().join("in/a.json"),
        fs::Permissions::from_mode(0o666),
    )
    .unwrap();
    bound(&folder, &["convert", "--write", "in"])
        .ends(2)
        .says(&[
            "cannot keep owner 12345 and group 12345",
            "run as the owner",
        ]);
    assert_eq!(folder.read("in/a.json"), v2(1));
    no_temporaries(folder.path());
}

#[test]
fn extended_attributes_are_kept() {
    let folder = Folder::new().with("a.json", v2(1));
    let path = folder.path().join("a.json");
    if let Err(error) = rustix::fs::setxattr(&path, "user.origin", b"bucket 7", XattrFlags::empty())
    {
        return skip(
            "extended_attributes_are_kept",
            &format!("none on this filesystem: {error}"),
        );
    }
    // Longer than what is looked for first.
    let long = vec![b'x'; 1000];
    rustix::fs::setxattr(&path, "user.note", &long, XattrFlags::empty()).unwrap();
    folder.run(&["convert", "--write", "a.json"]).ends(0);
    assert_eq!(folder.read("a.json"), v3(1));
    let value = |name: &str| {
        let mut value = [0; 2000];
        let length = rustix::fs::getxattr(&path, name, &mut value).unwrap();
        value[..length].to_vec()
    };
    assert_eq!(
        (value("user.origin"), value("user.note")),
        (b"bucket 7".to_vec(), long)
    );
}

#[test]
fn a_link_stays_and_what_it_leads_to_is_replaced() {
    let folder = Folder::new()
        .with("data/real.json", v2(1))
        .with("in/other.json", v2(2));
    symlink("../data/real.json", folder.path().join("in/link.json")).unwrap();
    symlink("link.json", folder.path().join("in/twice.json")).unwrap();
    let ran = folder.run(&["convert", "--write", "--report", "r.ndjson", "in"]);
    ran.ends(0)
        .says(&["2 files written", "1 taken under another name"]);
    assert_eq!(folder.read("data/real.json"), v3(1));
    for (link, to) in [
        ("in/link.json", "../data/real.json"),
        ("in/twice.json", "link.json"),
    ] {
        assert_eq!(
            fs::read_link(folder.path().join(link)).unwrap(),
            Path::new(to)
        );
    }
    folder.run(&["undo"]).ends(0);
    assert_eq!(folder.read("in/twice.json"), v2(1));
}

#[test]
fn a_file_with_two_names_is_refused_or_parted() {
    let folder = Folder::new().with("a.json", v2(1));
    fs::hard_link(folder.path().join("a.json"), folder.path().join("b.txt")).unwrap();
    folder
        .run(&["convert", "--write", "a.json"])
        .ends(2)
        .says(&["has 2 names", "--hard-links break"]);
    assert_eq!(
        (folder.read("a.json"), folder.read("b.txt")),
        (v2(1), v2(1))
    );
    folder
        .run(&["convert", "--write", "--hard-links", "break", "a.json"])
        .ends(0);
    assert_eq!(
        (folder.read("a.json"), folder.read("b.txt")),
        (v3(1), v2(1))
    );
}

#[test]
fn read_only_files_and_folders_are_left_and_named() {
    let folder = Folder::new()
        .with("in/a.json", v2(1))
        .with("in/locked.json", v2(2))
        .with("in/ro/c.json", v2(3));
    if !hand_over(&folder) {
        return skip(
            "read_only_files_and_folders",
            "others cannot run the binary",
        );
    }
    let set = |name: &str, bits| {
        fs::set_permissions(folder.path().join(name), fs::Permissions::from_mode(bits)).unwrap();
    };
    set("in/locked.json", 0o444);
    set("in/ro", 0o555);
    let ran = bound(
        &folder,
        &["convert", "--write", "--report", "r.ndjson", "in"],
    );
    ran.ends(2).says(&[
        "in/locked.json: error: cannot write the file: permission denied",
        "in/ro/c.json: error:",
    ]);
    ran.says(&[
        "1 converted, 2 failed",
        "1 file written",
        "make the file and its folder writable",
    ]);
    let now = ["in/a.json", "in/locked.json", "in/ro/c.json"].map(|name| folder.read(name));
    assert_eq!(now, [v3(1), v2(2), v2(3)]);
    no_temporaries(folder.path());
    // With the permission back, a second run does the rest and nothing else.
    set("in/locked.json", 0o644);
    set("in/ro", 0o755);
    bound(&folder, &["convert", "--write", "in"])
        .ends(0)
        .says(&["2 files written"]);
    assert_eq!(folder.read("in/ro/c.json"), v3(3));
}

#[test]
fn what_even_root_may_not_write_is_left() {
    let folder = Folder::new()
        .with("in/a.json", v2(1))
        .with("in/b.json", v2(2));
    let path = folder.path().join("in/a.json");
    let set = |flag: &str| {
        Command::new("chattr")
            .arg(flag)
            .arg(&path)
            .output()
            .is_ok_and(|done| done.status.success())
    };
    if !set("+i") {
        return skip(
            "what_even_root_may_not_write_is_left",
            "chattr +i does not work here",
        );
    }
    let ran = folder.run(&["convert", "--write", "in"]);
    let undone = set("-i");
    assert!(undone);
    ran.ends(2).says(&["in/a.json: error:", "1 file written"]);
    assert_eq!(
        (folder.read("in/a.json"), folder.read("in/b.json")),
        (v2(1), v3(2))
    );
    no_temporaries(folder.path());
}
