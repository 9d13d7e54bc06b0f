use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::skipped::Reason;
use super::{FilesFrom, Kinds, Pattern, Select, Selection, select};

/// A folder with empty files of these names; a name that ends in `/` is a folder.
fn tree(names: &[&str]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for name in names {
        let path = dir.path().join(name);
        if name.ends_with('/') {
            fs::create_dir_all(path).unwrap();
        } else {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
    }
    dir
}

fn of(dir: &TempDir) -> Select {
    Select {
        paths: vec![dir.path().to_owned()],
        unique: true,
        ..Select::default()
    }
}

fn pattern(dir: &TempDir, glob: &str) -> Pattern {
    Pattern {
        glob: glob.to_owned(),
        base: dir.path().to_owned(),
    }
}

/// The selected paths below the folder.
fn names(dir: &TempDir, selection: &Selection) -> Vec<String> {
    let below = |path: &Path| {
        path.strip_prefix(dir.path())
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned()
    };
    selection
        .files
        .iter()
        .map(|file| below(&file.path))
        .collect()
}

fn run(dir: &TempDir, args: &Select) -> (Vec<String>, Selection) {
    let selection = select(args).unwrap();
    (names(dir, &selection), selection)
}

#[test]
fn a_folder_gives_its_json_in_the_order_of_paths() {
    let dir = tree(&[
        "b.json",
        "a/z.ndjson",
        "a.jsonl",
        "a/b/c.json.gz",
        "notes.txt",
        "x.sh",
        ".h.json",
        ".d/x.json",
    ]);
    let (names, selection) = run(&dir, &of(&dir));
    assert_eq!(names, ["a/b/c.json.gz", "a/z.ndjson", "a.jsonl", "b.json"]);
    assert!(selection.files.iter().all(|file| !file.named));
    assert_eq!(
        selection.skipped.to_string(),
        "2 hidden, 2 with another name ending"
    );
    assert!(selection.problems.is_empty());
}

#[test]
fn the_output_place_is_the_path_below_the_folder() {
    let dir = tree(&["a/b.json"]);
    let (_, selection) = run(&dir, &of(&dir));
    assert_eq!(selection.files[0].relative, PathBuf::from("a/b.json"));
}

#[test]
fn ignore_files_hold_with_and_without_a_repository() {
    for git in [false, true] {
        let dir = tree(&[
            "a.json",
            "b.json",
            "out/c.json",
            "sub/b.json",
            "sub/keep.json",
            "sub/d.json",
        ]);
        if git {
            fs::create_dir(dir.path().join(".git")).unwrap();
        }
        fs::write(dir.path().join(".gitignore"), "b.json\nout/\nkeep.json\n").unwrap();
        fs::write(dir.path().join("sub/.gitignore"), "!keep.json\n/d.json\n").unwrap();
        let (names, selection) = run(&dir, &of(&dir));
        assert_eq!(names, ["a.json", "sub/keep.json"], "git: {git}");
        assert_eq!(
            selection.skipped.of(Reason::Ignored),
            4,
            "a folder counts once"
        );
        let (names, _) = run(
            &dir,
            &Select {
                no_ignore: true,
                ..of(&dir)
            },
        );
        assert_eq!(names.len(), 6);
    }
}

#[test]
fn the_repository_above_a_folder_has_a_say_but_nothing_above_the_repository() {
    let dir = tree(&[
        "repo/.git/info/",
        "repo/data/a.json",
        "repo/data/b.json",
        "repo/data/c.json",
        "repo/data/d.json",
    ]);
    fs::write(dir.path().join(".gitignore"), "*.json\n").unwrap();
    fs::write(dir.path().join("repo/.gitignore"), "/data/b.json\n").unwrap();
    fs::write(dir.path().join("repo/.git/info/exclude"), "c.json\n").unwrap();
    let args = Select {
        paths: vec![dir.path().join("repo/data")],
        ..Select::default()
    };
    assert_eq!(run(&dir, &args).0, ["repo/data/a.json", "repo/data/d.json"]);
}

#[test]
fn a_named_path_wins_over_everything() {
    let dir = tree(&[".hidden.txt", "b.json"]);
    fs::write(dir.path().join(".gitignore"), "*\n").unwrap();
    let named = dir.path().join(".hidden.txt");
    let args = Select {
        paths: vec![dir.path().to_owned(), named.clone()],
        exclude: vec![pattern(&dir, "*")],
        ..Select::default()
    };
    let selection = select(&args).unwrap();
    assert_eq!(selection.files.len(), 1);
    assert_eq!(
        (&selection.files[0].path, selection.files[0].named),
        (&named, true)
    );
    assert_eq!(selection.files[0].relative, PathBuf::from(".hidden.txt"));
}

#[test]
fn hidden_files_are_taken_on_request_but_never_those_of_git() {
    let dir = tree(&[".a.json", ".d/b.json", ".git/c.json"]);
    assert_eq!(
        run(
            &dir,
            &Select {
                hidden: true,
                ..of(&dir)
            }
        )
        .0,
        [".a.json", ".d/b.json"]
    );
}

#[test]
fn include_replaces_the_name_endings_and_exclude_wins() {
    let dir = tree(&[
        "a.json",
        "b.txt",
        "logs/c.txt",
        "logs/old/d.txt",
        "logs/e.txt",
    ]);
    let args = Select {
        include: vec![pattern(&dir, "logs/**"), pattern(&dir, "b.*")],
        exclude: vec![pattern(&dir, "old"), pattern(&dir, "/logs/e.txt")],
        ..of(&dir)
    };
    let (names, selection) = run(&dir, &args);
    assert_eq!(names, ["b.txt", "logs/c.txt"]);
    assert_eq!(selection.skipped.to_string(), "2 excluded, 1 not included");
}

#[test]
fn a_pattern_with_a_slash_is_anchored_at_its_base_and_at_the_folder() {
    let dir = tree(&["data/x/a.json", "data/y/x/a.json"]);
    let walk = |glob: &str| {
        let paths = vec![dir.path().join("data")];
        run(
            &dir,
            &Select {
                paths,
                exclude: vec![pattern(&dir, glob)],
                ..Select::default()
            },
        )
        .0
    };
    assert_eq!(walk("data/x"), ["data/y/x/a.json"]);
    assert_eq!(walk("./data/x"), ["data/y/x/a.json"]);
    assert_eq!(walk("/x"), ["data/y/x/a.json"]);
    assert!(walk("x/").is_empty());
}

#[test]
fn a_malformed_pattern_is_an_error_that_names_it() {
    let dir = tree(&["a.json"]);
    let error = select(&Select {
        include: vec![pattern(&dir, "a{b")],
        ..of(&dir)
    })
    .unwrap_err();
    assert!(
        error.to_string().starts_with("a{b: not a glob: "),
        "{error}"
    );
}

#[test]
fn a_glob_is_expanded_only_if_nothing_has_its_name() {
    let dir = tree(&["a1.json", "a2.json", ".a3.json", "[x].txt", "sub/a4.json"]);
    let at = |glob: &str| {
        run(
            &dir,
            &Select {
                paths: vec![dir.path().join(glob)],
                unique: true,
                ..Select::default()
            },
        )
        .0
    };
    assert_eq!(at("a*.json"), ["a1.json", "a2.json"]);
    assert_eq!(at("*/a?.json"), ["sub/a4.json"]);
    assert_eq!(at("**/*.json"), ["a1.json", "a2.json", "sub/a4.json"]);
    assert_eq!(at(".a*"), [".a3.json"]);
    assert_eq!(at("{a1,sub/a4}.json"), ["a1.json", "sub/a4.json"]);
    assert_eq!(at("[x].txt"), ["[x].txt"]);
    assert_eq!(at("s*"), ["sub/a4.json"], "a folder that matches is walked");
}

#[test]
fn a_glob_keeps_the_folders_below_its_fixed_part() {
    let dir = tree(&["logs/a/x.json", "logs/b/x.json"]);
    let selection = select(&Select {
        paths: vec![dir.path().join("logs/*")],
        ..Select::default()
    })
    .unwrap();
    let places: Vec<_> = selection
        .files
        .iter()
        .map(|file| file.relative.to_str().unwrap())
        .collect();
    assert_eq!(places, ["a/x.json", "b/x.json"]);
}

#[test]
fn paths_that_are_not_there_are_problems_and_the_rest_goes_on() {
    let dir = tree(&["a.json"]);
    let paths = ["no.json", "no*.json", "a.json"]
        .map(|name| dir.path().join(name))
        .to_vec();
    let (names, selection) = run(
        &dir,
        &Select {
            paths,
            ..Select::default()
        },
    );
    assert_eq!(names, ["a.json"]);
    let problems: Vec<_> = selection
        .problems
        .iter()
        .map(|problem| problem.message().to_owned())
        .collect();
    assert_eq!(
        problems,
        [
            "no such file or directory",
            "no file has this name or matches it as a glob"
        ]
    );
}

#[test]
fn lists_name_files_and_folders_and_keep_their_paths() {
    let dir = tree(&["a b.json", "sub/c.json", "sub/d.txt"]);
    let list = dir.path().join("list");
    let lines = ["a b.json", "sub", "sub/d.txt", "gone"].map(|name| {
        dir.path()
            .join(name)
            .into_os_string()
            .into_string()
            .unwrap()
    });
    fs::write(&list, lines.join("\0")).unwrap();
    let args = Select {
        files_from: Some(FilesFrom {
            from: Some(list),
            nul: true,
        }),
        ..Select::default()
    };
    let (names, selection) = run(&dir, &args);
    assert_eq!(names, ["a b.json", "sub/c.json", "sub/d.txt"]);
    assert_eq!(selection.problems.len(), 1);
    let root = dir.path().strip_prefix("/").unwrap();
    assert_eq!(selection.files[1].relative, root.join("sub/c.json"));
}

#[test]
fn loops_of_links_end_and_linked_folders_are_followed_on_request() {
    let dir = tree(&["a/x.json", "elsewhere/y.json"]);
    let at = |name: &str| dir.path().join(name);
    symlink(at("a"), at("a/loop")).unwrap();
    symlink("self.json", at("a/self.json")).unwrap();
    symlink("gone.json", at("a/dangling.json")).unwrap();
    symlink(at("elsewhere"), at("a/to")).unwrap();
    let args = Select {
        paths: vec![at("a")],
        unique: true,
        ..Select::default()
    };
    let (names, selection) = run(&dir, &args);
    assert_eq!(names, ["a/x.json"]);
    assert_eq!(selection.skipped.of(Reason::Link), 4);
    let (names, selection) = run(
        &dir,
        &Select {
            follow: true,
            ..args
        },
    );
    assert_eq!(names, ["a/to/y.json", "a/x.json"]);
    assert_eq!(selection.skipped.of(Reason::Link), 3);
}

#[test]
fn one_file_is_taken_once_under_its_own_name() {
    let dir = tree(&["b.json"]);
    let at = |name: &str| dir.path().join(name);
    symlink("b.json", at("a.json")).unwrap();
    let args = Select {
        paths: vec![dir.path().to_owned(), at("./b.json")],
        unique: true,
        ..Select::default()
    };
    let (names, selection) = run(&dir, &args);
    assert_eq!(names, ["b.json"]);
    assert!(selection.files[0].named);
    assert_eq!(selection.skipped.of(Reason::Again), 2);
    let (names, _) = run(
        &dir,
        &Select {
            unique: false,
            ..of(&dir)
        },
    );
    assert_eq!(names, ["a.json", "b.json"], "a mirror has every name");
}

#[test]
fn names_of_any_bytes_are_found() {
    let dir = tree(&[]);
    let name = std::ffi::OsStr::from_bytes(b"\xff\n.json");
    fs::write(dir.path().join(name), "").unwrap();
    let selection = select(&of(&dir)).unwrap();
    assert_eq!(selection.files[0].path.file_name(), Some(name));
}

#[test]
#[expect(clippy::disallowed_types, reason = "a socket to skip; nothing listens")]
fn pipes_and_sockets_are_counted_not_read() {
    let dir = tree(&["a.json"]);
    let _socket = std::os::unix::net::UnixListener::bind(dir.path().join("s.json")).unwrap();
    let (names, selection) = run(&dir, &of(&dir));
    assert_eq!(names, ["a.json"]);
    assert_eq!(selection.skipped.of(Reason::Special), 1);
}

#[test]
fn the_runs_own_outputs_are_not_inputs() {
    let dir = tree(&["a.json", "v3/a.json"]);
    let (names, _) = run(
        &dir,
        &Select {
            skip: vec![dir.path().join("v3")],
            ..of(&dir)
        },
    );
    assert_eq!(names, ["a.json"]);
}

#[test]
fn nothing_is_an_error_that_says_what_was_skipped() {
    let dir = tree(&["a.txt", ".b.json"]);
    let selection = select(&of(&dir)).unwrap();
    let error = selection.require_some().unwrap_err();
    assert_eq!(
        error.to_string(),
        "no file to read; skipped: 1 hidden, 1 with another name ending"
    );
    let other = Select {
        kinds: Kinds {
            scripts: true,
            texts: true,
            ..Kinds::default()
        },
        ..of(&dir)
    };
    assert!(select(&other).unwrap().require_some().is_ok());
}
