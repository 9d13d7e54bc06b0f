//! A small disk, full to several levels.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::faults::{count, many, name, no_temporaries, old_and_new, refill, report, skip, v3};
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
