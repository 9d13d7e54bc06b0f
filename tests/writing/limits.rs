//! Limits of the system on the size of files, on open files and on memory.

use std::fs;
use std::io::Write as _;

use crate::faults::{limited, line, many, no_temporaries, old_and_new, v2, v3};
use crate::support::Folder;

#[test]
fn a_limit_on_the_size_of_files_is_an_error_of_the_file_that_hits_it() {
    let long = line(1).replace("cat", &"x".repeat(9000));
    let folder = Folder::new()
        .with("in/a.json", v2(1))
        .with("in/b.json", &long)
        .with("in/c.json", v2(3));
    // 16 blocks of 512 bytes.
    let ran = limited(
        &folder,
        "-f 16",
        &["convert", "--write", "--report", "r.ndjson", "in"],
    );
    ran.ends(2).says(&[
        "in/b.json: error: cannot write the new version: file too large",
        "2 files written",
    ]);
    assert_eq!(folder.read("in/b.json"), long);
    assert_eq!(folder.read("in/c.json"), v3(3));
    no_temporaries(folder.path());
    // A report that is too large is an error too, not the end of the process.
    let ran = limited(
        &folder,
        "-f 1",
        &["check", "-v", "--report", "r.ndjson", "in"],
    );
    ran.ends(2)
        .says(&["r.ndjson: cannot write the report: file too large"]);
    folder.run(&["convert", "--write", "in"]).ends(0);
}

#[test]
fn a_journal_that_hits_the_limit_stops_the_writing_before_it_begins() {
    let folder = many(300);
    let ran = limited(&folder, "-f 24", &["convert", "--write", "in"]);
    let (old, new) = old_and_new(&folder, 300);
    ran.ends(2).says(&["file too large"]);
    assert_eq!(
        (old, new),
        (300, 0),
        "a batch without a journal is not begun"
    );
    no_temporaries(folder.path());
    folder.run(&["convert", "--write", "in"]).ends(0);
    folder.run(&["undo"]).ends(0);
    assert_eq!(old_and_new(&folder, 300), (300, 0));
}

#[test]
fn thirty_two_open_files_are_enough() {
    let folder = many(1200);
    limited(&folder, "-n 32", &["convert", "--write", "-j", "8", "in"]).ends(0);
    assert_eq!(old_and_new(&folder, 1200), (0, 1200));
    limited(
        &folder,
        "-n 32",
        &["convert", "--out-dir", "out", "-j", "8", "in"],
    )
    .ends(0);
    limited(&folder, "-n 32", &["undo"]).ends(0);
    assert_eq!(old_and_new(&folder, 1200), (1200, 0));
}

#[test]
fn too_few_open_files_are_an_error_and_no_loss() {
    let folder = many(50);
    for limit in [4, 6, 7, 8, 9, 10] {
        let ran = limited(
            &folder,
            &format!("-n {limit}"),
            &["convert", "--write", "in"],
        );
        let (old, _) = old_and_new(&folder, 50);
        assert_eq!(ran.code == 0, old == 0, "{limit}: {ran:#?}");
        no_temporaries(folder.path());
    }
    folder.run(&["convert", "--write", "in"]).ends(0);
    assert_eq!(old_and_new(&folder, 50), (0, 50));
}

#[test]
fn a_log_of_200_mb_fits_into_300_mb_of_address_space() {
    let folder = Folder::new();
    let path = folder.path().join("in.ndjson");
    let megabyte: String = {
        let one = line(1).replace("cat", &"x".repeat(4000));
        one.repeat((1 << 20) / one.len() + 1)
    };
    let mut file = fs::File::create(&path).unwrap();
    for _ in 0..200 {
        file.write_all(megabyte.as_bytes()).unwrap();
    }
    drop(file);
    let limit = format!("-v {}", 300 << 10);
    limited(
        &folder,
        &limit,
        &["convert", "-q", "-j", "2", "--write", "in.ndjson"],
    )
    .ends(0);
    limited(&folder, &limit, &["check", "-q", "in.ndjson"]).ends(0);
    limited(&folder, &limit, &["undo", "-q"]).ends(0);
    assert_eq!(
        fs::metadata(&path).unwrap().len(),
        200 * megabyte.len() as u64
    );
}
