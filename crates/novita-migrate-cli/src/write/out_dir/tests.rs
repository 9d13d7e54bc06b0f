use std::fs;
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::sync::atomic::Ordering;

use super::{OutDir, OutStaging, Placed};
use crate::write::{Source, WriteErrorKind};

/// Opens the folder as a system would that knows files without a name, and as one that does not.
const WAYS: [fn(&Path, bool) -> OutDir; 2] = [
    |root, force| OutDir::open(root, force).unwrap(),
    |root, force| {
        let out = OutDir::open(root, force).unwrap();
        out.nameless.store(false, Ordering::Relaxed);
        out
    },
];

/// The names in a folder.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn kind(result: Result<Placed, crate::write::WriteError>) -> WriteErrorKind {
    result.unwrap_err().kind()
}

fn write(out: &OutDir, name: &str, bytes: &str) -> Result<Placed, crate::write::WriteError> {
    out.write(Path::new(name), 0o644, None, bytes.as_bytes())
}

#[test]
fn folders_are_made_and_files_get_the_inputs_rights() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("deep/out");
    let out = OutDir::open(&root, false).unwrap();
    assert_eq!(
        out.write(Path::new("a/b/c.json"), 0o600, None, b"x")
            .unwrap(),
        Placed::Written
    );
    let path = root.join("a/b/c.json");
    assert_eq!(fs::read(&path).unwrap(), b"x");
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert_eq!(
        fs::read_dir(root.join("a/b")).unwrap().count(),
        1,
        "no temporary file is left"
    );
}

#[test]
fn what_others_put_into_a_folder_that_the_run_made_is_left_alone() {
    for open in WAYS {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("out");
        let out = open(&root, false);
        for folder in ["", "sub/"] {
            let name = |name: &str| format!("{folder}{name}");
            assert_eq!(write(&out, &name("a"), "one").unwrap(), Placed::Written);
            fs::write(root.join(name("b")), "theirs").unwrap();
            assert_eq!(
                kind(write(&out, &name("b"), "ours")),
                WriteErrorKind::Exists
            );
            assert_eq!(fs::read(root.join(name("b"))).unwrap(), b"theirs");
            assert_eq!(write(&out, &name("b"), "theirs").unwrap(), Placed::Same);
        }
        assert_eq!(names(&root), ["a", "b", "sub"]);
    }
}

#[test]
fn paths_cannot_lead_out() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("out");
    let out = OutDir::open(&root, true).unwrap();
    for name in ["../x", "a/../../x", "/tmp/x", "", "."] {
        assert_eq!(
            kind(write(&out, name, "x")),
            WriteErrorKind::Outside,
            "{name:?}"
        );
    }
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn links_cannot_lead_out_even_with_force() {
    let dir = tempfile::tempdir().unwrap();
    let (root, other) = (dir.path().join("out"), dir.path().join("other"));
    fs::create_dir_all(&other).unwrap();
    fs::write(other.join("f.json"), "precious").unwrap();
    let out = OutDir::open(&root, true).unwrap();
    symlink(&other, root.join("sub")).unwrap();
    symlink(other.join("f.json"), root.join("g.json")).unwrap();
    let error = write(&out, "sub/f.json", "x").unwrap_err();
    assert_eq!(error.kind(), WriteErrorKind::Outside);
    assert!(
        error
            .to_string()
            .ends_with("out/sub: is a link, and outputs are not written through links"),
        "{error}"
    );
    // The link itself is replaced, not what it leads to.
    assert_eq!(write(&out, "g.json", "x").unwrap(), Placed::Written);
    assert!(!root.join("g.json").is_symlink());
    assert_eq!(
        fs::read_to_string(other.join("f.json")).unwrap(),
        "precious"
    );
}

#[test]
fn what_is_there_stays_unless_forced() {
    for open in WAYS {
        let dir = tempfile::tempdir().unwrap();
        let out = open(dir.path(), false);
        write(&out, "a", "one").unwrap();
        assert_eq!(write(&out, "a", "one").unwrap(), Placed::Same);
        assert_eq!(kind(write(&out, "a", "two")), WriteErrorKind::Exists);
        assert_eq!(kind(write(&out, "a", "longer")), WriteErrorKind::Exists);
        assert_eq!(fs::read(dir.path().join("a")).unwrap(), b"one");
        let out = open(dir.path(), true);
        assert_eq!(write(&out, "a", "two").unwrap(), Placed::Written);
        assert_eq!(fs::read(dir.path().join("a")).unwrap(), b"two");
        assert_eq!(names(dir.path()), ["a"]);
    }
}

#[test]
fn a_file_in_place_of_a_folder_and_the_reverse_are_reported() {
    for open in WAYS {
        let dir = tempfile::tempdir().unwrap();
        let out = open(dir.path(), true);
        write(&out, "a", "x").unwrap();
        fs::create_dir(dir.path().join("d")).unwrap();
        assert_eq!(kind(write(&out, "a/b", "x")), WriteErrorKind::Exists);
        assert_eq!(kind(write(&out, "d", "x")), WriteErrorKind::Exists);
        assert_eq!(names(dir.path()), ["a", "d"]);
    }
}

#[test]
fn the_input_itself_is_never_an_output() {
    for open in WAYS {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("a"), "old").unwrap();
        let source = Source::open(&dir.path().join("a")).unwrap();
        let out = open(dir.path(), true);
        let result = out.write(Path::new("a"), 0o644, Some(source.id()), b"new");
        assert_eq!(kind(result), WriteErrorKind::Outside);
        let staged = out.stage(Path::new("a"), 0o644, Some(source.id())).unwrap();
        assert_eq!(kind(staged.place()), WriteErrorKind::Outside);
        assert_eq!(fs::read(dir.path().join("a")).unwrap(), b"old");
        assert_eq!(names(dir.path()), ["a"]);
    }
}

#[test]
fn pieces_make_one_file_and_a_dropped_one_makes_none() {
    for open in WAYS {
        let dir = tempfile::tempdir().unwrap();
        let out = open(dir.path(), false);
        let stage = |name: &str| out.stage(Path::new(name), 0o644, None).unwrap();
        for expected in [Placed::Written, Placed::Same] {
            let mut staging = stage("a");
            staging.write_all(b"one ").unwrap();
            staging.write_all(&vec![b'x'; 100_000]).unwrap();
            assert_eq!(staging.place().unwrap(), expected);
        }
        let mut dropped = stage("b");
        dropped.write_all(b"x").unwrap();
        drop(dropped);
        let mut other = stage("a");
        other.write_all(&vec![b'y'; 100_004]).unwrap();
        assert_eq!(kind(other.place()), WriteErrorKind::Exists);
        assert_eq!(fs::metadata(dir.path().join("a")).unwrap().len(), 100_004);
        assert_eq!(names(dir.path()), ["a"]);
    }
}

#[test]
fn nothing_is_to_be_seen_of_an_output_on_its_way() {
    let dir = tempfile::tempdir().unwrap();
    let out = OutDir::open(dir.path(), false).unwrap();
    let mut staging = out.stage(Path::new("a"), 0o640, None).unwrap();
    staging.write_all(b"x").unwrap();
    if !out.nameless.load(Ordering::Relaxed) {
        eprintln!("skipped: this filesystem knows no files without a name");
        return;
    }
    assert_eq!(names(dir.path()), [""; 0]);
    assert_eq!(staging.place().unwrap(), Placed::Written);
    assert_eq!(names(dir.path()), ["a"]);
    let mode = fs::metadata(dir.path().join("a")).unwrap().permissions();
    assert_eq!(mode.mode() & 0o777, 0o640);
}

#[test]
#[cfg(target_os = "linux")]
fn what_cannot_be_given_a_name_is_copied() {
    use rustix::fs::OFlags;
    for (there, force, expected) in [
        (None, false, Ok(Placed::Written)),
        (Some("bytes"), false, Ok(Placed::Same)),
        (Some("other"), false, Err(WriteErrorKind::Exists)),
        (Some("other"), true, Ok(Placed::Written)),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let out = OutDir::open(dir.path(), force).unwrap();
        if let Some(there) = there {
            fs::write(dir.path().join("a"), there).unwrap();
        }
        let place = out.find(Path::new("a"), 0o644, None).unwrap();
        // With this flag a file without a name stays one.
        let flags = OFlags::RDWR | OFlags::TMPFILE | OFlags::EXCL;
        let Ok(file) = rustix::fs::openat(&place.folder, c".", flags, place.mode) else {
            eprintln!("skipped: this filesystem knows no files without a name");
            return;
        };
        let mut staging = OutStaging::nameless(place, 0, file.into());
        staging.write_all(b"bytes").unwrap();
        let placed = staging.place().map_err(|error| error.kind());
        assert_eq!(placed, expected, "{there:?}, {force}");
        let is_other = expected == Err(WriteErrorKind::Exists);
        let now = fs::read(dir.path().join("a")).unwrap();
        assert_eq!(now, if is_other { b"other" } else { b"bytes" });
        assert_eq!(names(dir.path()), ["a"]);
    }
}

#[test]
fn many_folders_need_few_open_files() {
    let dir = tempfile::tempdir().unwrap();
    let out = OutDir::open(dir.path(), false).unwrap();
    for number in 0..40 {
        write(&out, &format!("{number}/a"), "x").unwrap();
    }
    assert!(out.folders.lock().unwrap().len() <= super::OPEN_FOLDERS);
}
