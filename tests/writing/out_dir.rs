//! `--out-dir`: nothing leads out of it, nothing in it is overwritten unasked.

use std::fs;
use std::os::unix::fs::symlink;

use crate::faults::{count, no_temporaries, picture, report, summary, v2, v3};
use crate::support::{Folder, V3};

#[test]
fn the_tree_is_there_once_more_and_the_inputs_stay() {
    let folder = Folder::new()
        .with("in/a.json", v2(1))
        .with("in/sub/b.json", v2(2))
        .with("in/sub/v3.json", V3)
        .with("in/sub/note.txt", "no input");
    let before = picture(&folder.path().join("in"));
    folder
        .run(&["convert", "--out-dir", "out", "--report", "r.ndjson", "in"])
        .ends(0);
    assert_eq!(picture(&folder.path().join("in")), before);
    assert_eq!(
        (folder.read("out/a.json"), folder.read("out/sub/b.json")),
        (v3(1), v3(2))
    );
    assert_eq!(folder.read("out/sub/v3.json"), V3);
    assert!(!folder.path().join("out/sub/note.txt").exists());
    assert_eq!(summary(&folder, "r.ndjson")["converted"], 2);
    // Once more: all of it is there already, and the folder in the folder is no input.
    folder.run(&["convert", "--out-dir", "out", "in"]).ends(0);
    folder.run(&["convert", "--out-dir", "in/v3", "in"]).ends(0);
    folder.run(&["convert", "--out-dir", "in/v3", "in"]).ends(0);
    assert!(!folder.path().join("in/v3/v3").exists());
}

#[test]
fn no_name_leads_out_of_the_folder() {
    let folder = Folder::new()
        .with("work/in/a.json", v2(1))
        .with("b.json", v2(2));
    let absolute = folder.path().join("b.json");
    fs::write(
        folder.path().join("work/list"),
        format!("../b.json\n{}\nin/../in/a.json\n", absolute.display()),
    )
    .unwrap();
    let before = picture(folder.path());
    let run = |args: &[&str]| {
        let mut command = folder.command(&[&["convert", "--out-dir", "out"], args].concat());
        command
            .current_dir(folder.path().join("work"))
            .output()
            .unwrap()
    };
    for args in [
        &["--files-from", "list"][..],
        &["../b.json"],
        &[absolute.to_str().unwrap()],
        &["in/../in"],
    ] {
        let ran = run(args);
        assert_eq!(
            ran.status.code(),
            Some(0),
            "{args:?}: {}",
            String::from_utf8_lossy(&ran.stderr)
        );
        let after = picture(folder.path());
        let out = folder.path().join("work/out");
        assert!(
            after.keys().any(|path| path.starts_with(&out)),
            "{args:?} wrote nothing"
        );
        for (path, bytes) in &after {
            assert!(
                path.starts_with(&out) || before.get(path) == Some(bytes),
                "{args:?}: {}",
                path.display()
            );
        }
        fs::remove_dir_all(out).unwrap();
    }
}

#[test]
fn links_in_the_output_are_not_followed() {
    let folder = Folder::new()
        .with("in/sub/a.json", v2(1))
        .with("in/b.json", v2(2))
        .with("elsewhere/b.json", "theirs")
        .with("out/keep", "");
    symlink("../elsewhere", folder.path().join("out/sub")).unwrap();
    symlink("../elsewhere/b.json", folder.path().join("out/b.json")).unwrap();
    for force in [&[][..], &["--force"]] {
        let args = [
            &["convert", "--out-dir", "out", "--report", "r.ndjson"],
            force,
            &["in"],
        ]
        .concat();
        let ran = folder.run(&args);
        ran.ends(2).says(&[
            "in/sub/a.json: error: out/sub: is a link, and outputs are not written through links",
        ]);
        assert_eq!(folder.read("elsewhere/b.json"), "theirs");
        assert_eq!(
            fs::read_dir(folder.path().join("elsewhere"))
                .unwrap()
                .count(),
            1
        );
        // A link that has the output's own name is replaced with --force, never followed.
        let written = usize::from(!force.is_empty());
        assert_eq!(count(&report(&folder, "r.ndjson"), "converted"), written);
    }
    assert_eq!(folder.read("out/b.json"), v3(2));
    assert!(
        !fs::symlink_metadata(folder.path().join("out/b.json"))
            .unwrap()
            .is_symlink()
    );
    no_temporaries(folder.path());
}

#[test]
fn nothing_is_overwritten_without_force() {
    let folder = Folder::new()
        .with("in/a.json", v2(1))
        .with("in/b.json", v2(2))
        .with("out/a.json", "theirs");
    let args = ["convert", "--out-dir", "out", "--report", "r.ndjson", "in"];
    folder.run(&args).ends(2).says(&[
        "exists already, with other content",
        "--force",
        "1 file written",
    ]);
    assert_eq!(
        (folder.read("out/a.json"), folder.read("out/b.json")),
        ("theirs".to_owned(), v3(2))
    );
    let summary = summary(&folder, "r.ndjson");
    assert_eq!(
        (&summary["converted"], &summary["failed"]),
        (&1.into(), &1.into())
    );
    folder
        .run(&["convert", "--out-dir", "out", "--force", "in"])
        .ends(0);
    assert_eq!(folder.read("out/a.json"), v3(1));
    // Not even with --force: the input itself, a folder, or two inputs in one place.
    folder
        .run(&["convert", "--out-dir", "in", "--force", "in"])
        .ends(2)
        .says(&["is the input itself"]);
    assert_eq!(folder.read("in/a.json"), v2(1));
    fs::remove_file(folder.path().join("out/a.json")).unwrap();
    fs::create_dir(folder.path().join("out/a.json")).unwrap();
    folder
        .run(&["convert", "--out-dir", "out", "--force", "in"])
        .ends(2)
        .says(&["a folder has the name of the output"]);
    let folder = folder.with("two/a.json", v2(7));
    folder
        .run(&["convert", "--out-dir", "new", "in/a.json", "two/a.json"])
        .ends(2)
        .says(&["would be written to a.json like in/a.json"]);
    assert!(!folder.path().join("new").exists());
    no_temporaries(folder.path());
}
