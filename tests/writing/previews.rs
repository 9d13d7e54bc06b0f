//! The ways to look first, and copies beside the files.

use std::fs;

use crate::faults::{picture, v2, v3};
use crate::support::{Folder, V3};

pub(crate) fn folder() -> Folder {
    Folder::new()
        .with("in/a.json", v2(1))
        .with("in/b.json", V3)
        .with("in/c.json", v2(3))
}

#[test]
fn looking_changes_nothing_and_says_what_would_change() {
    let folder = folder();
    let before = picture(folder.path());
    let look = |args: &[&str]| {
        let ran = folder.run(&[&["convert"], args, &["in"]].concat());
        assert_eq!(picture(folder.path()), before, "{args:?}");
        assert!(
            !folder.path().join(".state").exists(),
            "{args:?}: there is nothing to undo"
        );
        ran
    };
    look(&["--check"])
        .ends(1)
        .says(&["2 still V2", "in/a.json: holds 1 V2 payload"]);
    let list = look(&["--list-different"]);
    list.ends(1);
    assert_eq!(list.out, "in/a.json\nin/c.json\n");
    assert_eq!(
        look(&["--list-different", "-0"]).out,
        "in/a.json\0in/c.json\0"
    );
    look(&["--dry-run"]).ends(0).says(&[
        "in/a.json: would be rewritten: 1 V2 payload",
        "2 files would be written",
    ]);

    let diff = look(&["--diff"]);
    diff.ends(1);
    assert!(
        diff.out.starts_with("--- in/a.json\n+++ in/a.json\n@@ -1,"),
        "{}",
        diff.out
    );
    assert!(
        diff.out.contains("\n-  \"cfg_scale\": 7.50,\n"),
        "{}",
        diff.out
    );
    assert!(
        diff.out.contains("\n+    \"guidance_scale\": 7.50,\n"),
        "{}",
        diff.out
    );
    assert!(!diff.out.contains("in/b.json") && !diff.out.contains('\u{1b}'));
    let colour = look(&["--diff", "--color", "always"]).out;
    assert!(
        colour.contains("\u{1b}[31m-  \"cfg_scale\": 7.50,\u{1b}[0m\n"),
        "{colour:?}"
    );
    assert!(
        colour.contains("\u{1b}[32m+    \"guidance_scale\": 7.50,\u{1b}[0m\n"),
        "{colour:?}"
    );
}

#[test]
fn a_diff_shortens_pictures_and_can_be_applied_where_there_are_none() {
    let picture = "iVBORw0KGgo".repeat(5000);
    let payload = v2(1).replace("\"seed\": 1", &format!("\"init_images\": [\"{picture}\"]"));
    let folder = Folder::new().with("a.json", payload);
    let diff = folder.run(&["convert", "--diff", "a.json"]).out;
    assert!(
        diff.len() < 3000 && diff.contains("[55000 characters, blake3 "),
        "{diff}"
    );

    let folder = self::folder();
    let diff = folder.run(&["convert", "--diff", "in"]).out;
    fs::write(folder.path().join("patch"), diff).unwrap();
    let patched = std::process::Command::new("patch")
        .args(["-p0", "-i", "patch"])
        .current_dir(folder.path())
        .output();
    match patched {
        Ok(done) if done.status.success() => assert_eq!(
            (folder.read("in/a.json"), folder.read("in/c.json")),
            (v3(1), v3(3))
        ),
        _ => crate::faults::skip("a_diff_can_be_applied", "there is no patch(1)"),
    }
}

#[test]
fn backups_lie_beside_under_free_names() {
    let folder = folder().with("in/a.json.old", "mine");
    folder
        .run(&["convert", "--write", "--backup=.old", "in"])
        .ends(0);
    let names: Vec<_> = picture(&folder.path().join("in"))
        .into_keys()
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        names,
        [
            "a.json",
            "a.json.old",
            "a.json.old.1",
            "b.json",
            "c.json",
            "c.json.old"
        ]
    );
    assert_eq!(folder.read("in/a.json.old"), "mine");
    assert_eq!(
        (folder.read("in/a.json.old.1"), folder.read("in/c.json.old")),
        (v2(1), v2(3))
    );
    for bad in ["--backup=", "--backup=/x", "--backup=/../../x"] {
        folder
            .run(&["convert", "--write", bad, "in"])
            .ends(2)
            .says(&["must not be empty or hold a slash"]);
    }
}
