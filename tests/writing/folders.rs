//! Which files a run is about.

use crate::faults::v2;
use crate::support::{Folder, Ran};

fn folder() -> Folder {
    [
        "in/a.json",
        "in/b.JSON",
        "in/log.ndjson",
        "in/skip/ignored.json",
        "in/sub/tmp-1.json",
        "in/sub/c.json",
        "in/.hidden/d.json",
        "in/.e.json",
        "in/notes.txt",
    ]
    .iter()
    .fold(
        Folder::new().with("in/.gitignore", "skip/\ntmp-*\n"),
        |folder, name| folder.with(name, v2(1)),
    )
}

/// The files that a run would change.
#[track_caller]
fn list(folder: &Folder, args: &[&str]) -> (Vec<String>, Ran) {
    let ran = folder.run(&[&["convert", "--list-different"], args].concat());
    (ran.out.lines().map(str::to_owned).collect(), ran)
}

#[test]
fn folders_give_up_their_json_and_count_the_rest() {
    let folder = folder();
    // A payload over several lines is no NDJSON.
    let usual = ["in/a.json", "in/b.JSON", "in/sub/c.json"];
    let (listed, ran) = list(&folder, &["in", "--exclude", "*.ndjson"]);
    assert_eq!(listed, usual);
    ran.says(&[
        "skipped: 3 hidden, 2 ignored by .gitignore, 1 excluded, 1 with another name ending",
    ]);
    let with = |args: &[&str]| {
        let (mut listed, _) = list(&folder, &[args, &["in", "--exclude", "*.ndjson"]].concat());
        listed.retain(|name| !usual.contains(&name.as_str()));
        listed
    };
    assert_eq!(
        with(&["--no-ignore"]),
        ["in/skip/ignored.json", "in/sub/tmp-1.json"]
    );
    assert_eq!(with(&["--hidden"]), ["in/.e.json", "in/.hidden/d.json"]);
    assert_eq!(with(&["--include", "*.txt"]), ["in/notes.txt"]);
    let (listed, _) = list(&folder, &["in", "--include", "sub/**", "--exclude", "tmp*"]);
    assert_eq!(listed, ["in/sub/c.json"]);
    let (listed, ran) = list(
        &folder,
        &["in", "--exclude", "sub", "--exclude", "*.ndjson"],
    );
    assert_eq!(listed, usual[..2]);
    ran.says(&["2 excluded"]);
}

#[test]
fn a_path_by_name_always_wins() {
    let folder = folder();
    let named = ["in/.e.json", "in/notes.txt", "in/skip/ignored.json"];
    let (listed, _) = list(&folder, &[&named[..], &["--exclude", "*"]].concat());
    assert_eq!(listed, named);
    let (listed, _) = list(&folder, &["in/skip", "in/.hidden"]);
    assert_eq!(listed, ["in/.hidden/d.json", "in/skip/ignored.json"]);
    // It is taken once, however often it is named or found.
    let (listed, _) = list(&folder, &["in/sub/c.json", "in", "./in/sub/c.json"]);
    let times = listed
        .iter()
        .filter(|name| name.ends_with("c.json"))
        .count();
    assert_eq!(times, 1, "{listed:?}");
}

#[test]
fn lists_from_files_and_pipes_name_the_inputs() {
    let folder = folder()
        .with("lines", "in/a.json\n\nin/notes.txt\n")
        .with("nul", "in/a.json\0in/notes.txt\0");
    let expected = ["in/a.json", "in/notes.txt"];
    assert_eq!(list(&folder, &["--files-from", "lines"]).0, expected);
    let piped = folder.pipe(
        &["convert", "--list-different", "--files-from", "-"],
        "in/a.json\nin/notes.txt\n",
    );
    assert_eq!(piped.out, "in/a.json\nin/notes.txt\n");
    for ran in [
        folder.run(&["convert", "--list-different", "--files-from", "nul", "-0"]),
        folder.pipe(
            &["convert", "--list-different", "--files-from", "-", "-0"],
            "in/a.json\0in/notes.txt\0",
        ),
    ] {
        assert_eq!(ran.out, "in/a.json\0in/notes.txt\0");
    }
    // A name that is not there costs itself only.
    let ran = folder.pipe(
        &["convert", "--list-different", "--files-from", "-"],
        "in/a.json\ngone.json\n",
    );
    ran.ends(2)
        .says(&["gone.json: error: no such file or directory"]);
    assert_eq!(ran.out, "in/a.json\n");
    folder
        .run(&["convert", "--check", "--files-from", "gone"])
        .ends(2)
        .says(&["gone"]);
}

#[test]
fn globs_that_were_quoted_are_expanded() {
    let folder = folder();
    assert_eq!(list(&folder, &["in/*.json"]).0, ["in/a.json"]);
    assert_eq!(
        list(&folder, &["in/sub/[ct]*.json"]).0,
        ["in/sub/c.json", "in/sub/tmp-1.json"]
    );
    assert_eq!(
        list(&folder, &["**/{a,c}.json"]).0,
        ["in/a.json", "in/sub/c.json"]
    );
    let (listed, ran) = list(&folder, &["in/a.json", "in/*.yaml"]);
    assert_eq!(listed, ["in/a.json"]);
    ran.ends(2)
        .says(&["in/*.yaml: error: no file has this name or matches it as a glob"]);
    // A file that has the glob for a name is that file.
    let folder = folder.with("in/*.json", v2(2));
    assert_eq!(list(&folder, &["in/*.json"]).0, ["in/*.json"]);
}

#[test]
fn nothing_matched_is_an_error_unless_allowed() {
    let folder = folder();
    let args = ["convert", "--write", "in", "--include", "*.yaml"];
    folder.run(&args).ends(2).says(&[
        "no file to read; skipped: ",
        "not included",
        "--allow-empty",
    ]);
    folder
        .run(&[&args[..], &["--allow-empty"]].concat())
        .ends(0);
    folder
        .run(&["check", "in/.hidden", "--exclude", "*", "--allow-empty"])
        .ends(0);
    let (listed, ran) = list(&folder, &["--files-from", "/dev/null"]);
    assert!(listed.is_empty());
    ran.ends(2).says(&["no file to read"]);
}
