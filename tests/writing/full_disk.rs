//! No room: a small disk, limits of the system on files, open files and memory.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::faults::{
    count, limited, line, many, name, no_temporaries, old_and_new, refill, report, skip, v2, v3,
};
use crate::support::Folder;

/// A filesystem of its own in memory, with so many kilobytes.
struct Disk(PathBuf);

impl Disk {
    fn mount(at: &Path, kilobytes: u64) -> Option<Self> {
        fs::create_dir_all(at).unwrap();
        let size = format!("size={kilobytes}k");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
            .arg(at)
            .output();
        mounted
            .is_ok_and(|done| done.status.success())
            .then(|| Disk(at.to_owned()))
    }

    /// Uses up all but so many pages.
    fn fill(&self, free_pages: u64) -> PathBuf {
        let path = self.0.join("filler");
        let mut file = fs::File::create(&path).unwrap();
        while file.write_all(&[0; 4096]).is_ok() {}
        let length = file.metadata().unwrap().len() / 4096 * 4096;
        file.set_len(length.saturating_sub(free_pages * 4096))
            .unwrap();
        path
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// Files and journal on the full disk, or only one of them.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Full {
    Both,
    Files,
    Journal,
}

#[test]
fn a_full_disk_leaves_every_file_whole_and_a_rerun_finishes() {
    const FILES: usize = 60;
    let mut told = [0; 2];
    for full in [Full::Both, Full::Files, Full::Journal] {
        for free in [0, 1, 2, 5, 20, 58, 64, 100] {
            let folder = Folder::new();
            let small = match full {
                Full::Both => folder.path().to_owned(),
                Full::Files => folder.path().join("in"),
                Full::Journal => folder.path().join(".state"),
            };
            let Some(disk) = Disk::mount(&small, 4096) else {
                return skip(
                    "a_full_disk",
                    "a tmpfs cannot be mounted here (it takes root)",
                );
            };
            refill(&folder, FILES);
            let filler = disk.fill(free);
            let out = Folder::new();
            let report_name = out.path().join("r.ndjson");
            let args = [
                "convert",
                "--write",
                "--report",
                report_name.to_str().unwrap(),
                "in",
            ];
            let ran = folder.run(&args);
            let (old, new) = old_and_new(&folder, FILES);
            no_temporaries(folder.path());
            assert_eq!(
                ran.code,
                if old == 0 { 0 } else { 2 },
                "{full:?}, {free} pages: {ran:#?}"
            );
            told[usize::from(old > 0)] += 1;
            if old > 0 {
                ran.says(&["no space left on device"]);
            }
            if ran.err.contains("files written") || ran.err.contains("file written") {
                // The report and the disk agree.
                let lines = report(&out, "r.ndjson");
                assert_eq!(count(&lines, "converted"), new, "{full:?}, {free} pages");
            }
            fs::remove_file(filler).unwrap();
            folder.run(&["convert", "--write", "in"]).ends(0);
            assert_eq!(old_and_new(&folder, FILES), (0, FILES));
            while folder.run(&["undo"]).code == 0 {}
            assert_eq!(
                old_and_new(&folder, FILES),
                (FILES, 0),
                "{full:?}, {free} pages"
            );
            no_temporaries(folder.path());
        }
    }
    assert!(
        told[0] > 0 && told[1] > 0,
        "some disks must have been full, others not: {told:?}"
    );
}

#[test]
fn a_full_disk_stops_undo_where_it_can_go_on_later() {
    const FILES: usize = 60;
    let folder = many(0);
    let Some(disk) = Disk::mount(&folder.path().join("in"), 4096) else {
        return skip(
            "a_full_disk_stops_undo",
            "a tmpfs cannot be mounted here (it takes root)",
        );
    };
    refill(&folder, FILES);
    folder.run(&["convert", "--write", "in"]).ends(0);
    let filler = disk.fill(10);
    // The old versions are on another disk, and putting them back takes room for copies.
    folder
        .run(&["undo"])
        .ends(2)
        .says(&["no space left on device"]);
    let (old, new) = old_and_new(&folder, FILES);
    assert!(old < FILES && new > 0, "{old} old, {new} new");
    no_temporaries(folder.path());
    fs::remove_file(filler).unwrap();
    folder.run(&["undo"]).ends(0);
    assert_eq!(old_and_new(&folder, FILES), (FILES, 0));
}

#[test]
fn a_full_disk_below_out_dir_leaves_no_half_file() {
    let folder = many(60);
    let Some(disk) = Disk::mount(&folder.path().join("out"), 256) else {
        return skip(
            "a_full_disk_below_out_dir",
            "a tmpfs cannot be mounted here (it takes root)",
        );
    };
    disk.fill(30);
    folder
        .run(&["convert", "--out-dir", "out", "in"])
        .ends(2)
        .says(&["no space left on device"]);
    let mut there = 0;
    for number in 0..60 {
        let path = folder.path().join(name(number).replace("in/", "out/"));
        if let Ok(text) = fs::read_to_string(path) {
            assert_eq!(text, v3(number));
            there += 1;
        }
    }
    assert!(there > 0 && there < 60, "{there}");
    no_temporaries(folder.path());
}

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
