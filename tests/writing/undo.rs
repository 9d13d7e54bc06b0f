//! The way back: the journal, and what `undo` makes of it.

use std::fs;
use std::path::Path;

use crate::faults::{no_temporaries, v2, v3};
use crate::previews::folder;
use crate::support::{Folder, Ran};

fn runs(folder: &Folder) -> Vec<String> {
    let list = folder.run(&["undo", "--list"]);
    list.ends(0);
    list.out.lines().map(str::to_owned).collect()
}

fn id(line: &str) -> &str {
    line.split("  ").next().unwrap()
}

#[test]
fn undo_takes_back_the_run_that_is_named() {
    let folder = folder();
    folder.run(&["convert", "--write", "in/a.json"]).ends(0);
    folder.run(&["convert", "--write", "in/c.json"]).ends(0);
    let listed = runs(&folder);
    assert_eq!(listed.len(), 2, "{listed:?}");
    // Newest first; two runs of one second have names of their own.
    assert!(
        listed.iter().all(|line| line.contains("1 file, ")),
        "{listed:?}"
    );

    let dry = folder.run(&["undo", "--dry-run", id(&listed[1])]);
    dry.ends(0)
        .says(&["in/a.json: would be put back", "1 file would be put back"]);
    assert_eq!(
        (folder.read("in/a.json"), runs(&folder)),
        (v3(1), listed.clone())
    );

    folder
        .run(&["undo", id(&listed[1])])
        .ends(0)
        .says(&["1 file put back"]);
    assert_eq!(
        (folder.read("in/a.json"), folder.read("in/c.json")),
        (v2(1), v3(3))
    );
    assert!(runs(&folder)[1].ends_with(", undone"));
    folder.run(&["undo"]).ends(0);
    assert_eq!(folder.read("in/c.json"), v2(3));
    folder
        .run(&["undo"])
        .ends(2)
        .says(&["there is no run to undo"]);
    folder
        .run(&["undo", "1999"])
        .ends(2)
        .says(&["there is no run \"1999\""]);
    no_temporaries(folder.path());
}

#[test]
fn undo_leaves_and_names_what_was_changed_since() {
    let folder = folder();
    folder.run(&["convert", "--write", "in"]).ends(0);
    fs::write(folder.path().join("in/a.json"), "edited").unwrap();
    let ran = folder.run(&["undo"]);
    ran.ends(2).says(&[
        "in/a.json: was changed after the run; it was left as it is",
        "1 file put back, 1 left as they are",
    ]);
    assert_eq!(
        (folder.read("in/a.json"), folder.read("in/c.json")),
        ("edited".to_owned(), v2(3))
    );
    // The message says where the old version is.
    let saved = ran
        .err
        .split("its old version: ")
        .nth(1)
        .unwrap()
        .split(')')
        .next()
        .unwrap();
    assert_eq!(fs::read_to_string(saved).unwrap(), v2(1));
    fs::remove_file(folder.path().join("in/a.json")).unwrap();
    folder
        .run(&["undo"])
        .ends(2)
        .says(&["was removed or renamed after the run"]);
    // With the run's own bytes in it again, it can be put back.
    fs::write(folder.path().join("in/a.json"), v3(1)).unwrap();
    folder.run(&["undo"]).ends(0);
    assert_eq!(folder.read("in/a.json"), v2(1));
}

#[test]
fn the_journal_is_where_it_is_asked_for() {
    let folder = folder();
    let ran = folder.run(&["convert", "--write", "--journal-dir", "in/journal", "in"]);
    ran.ends(0)
        .says(&["`novita-migrate undo --journal-dir in/journal` puts the old files back"]);
    assert!(!folder.path().join(".state").exists());
    folder.run(&["undo"]).ends(2);
    // The journal in the folder is no input.
    folder
        .run(&["convert", "--write", "--journal-dir", "in/journal", "in"])
        .ends(0)
        .says(&["1 excluded"]);
    folder.run(&["undo", "--journal-dir", "in/journal"]).ends(0);
    assert_eq!(folder.read("in/a.json"), v2(1));

    let folder = self::folder();
    let ran = folder.run(&["convert", "--write", "--no-journal", "in"]);
    ran.ends(0);
    assert!(!ran.err.contains("undo"), "{}", ran.err);
    assert!(!folder.path().join(".state").exists());
}

#[test]
fn without_a_home_a_journal_needs_a_place() {
    let folder = folder();
    let mut command = folder.command(&["convert", "--write", "in"]);
    command.env_remove("XDG_STATE_HOME").env_remove("HOME");
    Ran::from(command.output().unwrap())
        .ends(2)
        .says(&["neither HOME nor XDG_STATE_HOME", "--journal-dir"]);
    assert_eq!(folder.read("in/a.json"), v2(1));
    // The journal holds what files held: nobody else may read it.
    folder.run(&["convert", "--write", "in"]).ends(0);
    let root = folder.path().join(".state/novita-migrate/runs");
    let mode =
        |path: &Path| std::os::unix::fs::MetadataExt::mode(&fs::metadata(path).unwrap()) & 0o777;
    assert_eq!(mode(&root), 0o700);
}
