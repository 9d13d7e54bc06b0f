//! SIGKILL and Ctrl-C at random moments. `NOVITA_MIGRATE_KILLS` sets the number of kills of each kind, 12 without it,
//! and has the files on the disk for temporary files rather than in memory:
//! `NOVITA_MIGRATE_KILLS=200 cargo test -p novita-migrate-cli --test writing kill -- --nocapture`.

use std::process::{Child, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::faults::{many, no_temporaries, old_and_new, picture, v3};
use crate::support::{Folder, Ran};

const FILES: usize = 2000;

/// How many times each kind of run is killed.
fn kills() -> usize {
    std::env::var("NOVITA_MIGRATE_KILLS")
        .ok()
        .and_then(|number| number.parse().ok())
        .unwrap_or(12)
}

/// Moments that are the same in every test run; how far the program has come by then never is.
struct Moments(u64);

impl Moments {
    fn next(&mut self, most: Duration) -> Duration {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let share = u32::try_from(self.0 >> 40).unwrap_or_default();
        most * share / (1 << 24)
    }
}

fn start(folder: &Folder, args: &[&str]) -> Child {
    let mut command = folder.command(args);
    command
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Lets a run go for a while and sends it a signal. `None` where it was faster.
fn stop(folder: &Folder, args: &[&str], after: Duration, signal: Signal) -> (bool, Ran) {
    let child = start(folder, args);
    let id = Pid::from_child(&child);
    std::thread::sleep(after);
    // It may have ended; until it is waited for, its number is not another's.
    let _ = kill_process(id, signal);
    let output = child.wait_with_output().unwrap();
    (output.status.code().is_none(), Ran::from(output))
}

/// How long a whole run takes here, a little generous: the moments are spread over it.
fn whole(folder: &Folder, args: &[&str]) -> Duration {
    let started = std::time::Instant::now();
    folder.run(args).ends(0);
    started.elapsed()
}

/// Tells how often a run was killed, and asserts that it happened at all.
#[track_caller]
fn killed_some(what: &str, killed: usize, amid: usize) {
    eprintln!(
        "{killed} of {} {what} were killed, {amid} between the first and the last file",
        kills()
    );
    assert!(killed > 0);
}

/// Takes back run after run.
fn undo_all(folder: &Folder) {
    loop {
        let ran = folder.run(&["undo", "-q"]);
        if ran.code != 0 {
            ran.ends(2).says(&["there is no run to undo"]);
            break;
        }
    }
}

#[test]
fn a_killed_write_leaves_every_file_whole_and_everything_can_be_taken_back() {
    let folder = many(FILES);
    let write = ["convert", "--write", "-q", "in"];
    let most = whole(&folder, &write);
    undo_all(&folder);
    let mut moments = Moments(7);
    let (mut killed, mut amid) = (0, 0);
    for round in 0..kills() {
        let (was_killed, _) = stop(&folder, &write, moments.next(most), Signal::KILL);
        killed += usize::from(was_killed);
        let (old, new) = old_and_new(&folder, FILES);
        amid += usize::from(old > 0 && new > 0);
        // In every third round it goes on from where the kill left it, in the others anew.
        if round % 3 == 2 {
            continue;
        }
        folder.run(&write).ends(0);
        assert_eq!(old_and_new(&folder, FILES), (0, FILES));
        no_temporaries(folder.path());
        undo_all(&folder);
        assert_eq!(old_and_new(&folder, FILES), (FILES, 0), "round {round}");
    }
    killed_some("runs", killed, amid);
}

#[test]
fn a_killed_undo_can_be_begun_again() {
    let folder = many(FILES);
    let write = ["convert", "--write", "-q", "in"];
    folder.run(&write).ends(0);
    let undo = ["undo", "-q"];
    let most = whole(&folder, &undo);
    let mut moments = Moments(11);
    let (mut killed, mut amid) = (0, 0);
    for round in 0..kills() {
        folder.run(&write).ends(0);
        let (was_killed, _) = stop(&folder, &undo, moments.next(most), Signal::KILL);
        killed += usize::from(was_killed);
        let (old, new) = old_and_new(&folder, FILES);
        amid += usize::from(old > 0 && new > 0);
        undo_all(&folder);
        assert_eq!(old_and_new(&folder, FILES), (FILES, 0), "round {round}");
    }
    killed_some("undos", killed, amid);
}

#[test]
fn a_killed_run_into_another_folder_leaves_whole_files_and_nothing_else() {
    let folder = many(FILES);
    let convert = ["convert", "--out-dir", "out", "-q", "in"];
    let out = folder.path().join("out");
    let most = whole(&folder, &convert);
    let mut moments = Moments(19);
    let (mut killed, mut amid) = (0, 0);
    for round in 0..kills() {
        // In every third round it goes on from where the kill left it, in the others anew.
        if round % 3 != 2 {
            std::fs::remove_dir_all(&out).unwrap();
            std::fs::create_dir(&out).unwrap();
        }
        let (was_killed, _) = stop(&folder, &convert, moments.next(most), Signal::KILL);
        killed += usize::from(was_killed);
        let mut files = picture(&out);
        // Elsewhere files have another name until they are finished, which a kill leaves behind.
        if cfg!(not(target_os = "linux")) {
            files.retain(|path, _| path.extension().is_some_and(|ending| ending == "json"));
        }
        for (path, bytes) in &files {
            let number = path.file_stem().unwrap().to_str().unwrap().parse();
            let expected = number.map(v3).unwrap_or_default();
            assert_eq!(String::from_utf8_lossy(bytes), expected, "{path:?}");
        }
        amid += usize::from((1..FILES).contains(&files.len()));
        folder.run(&convert).ends(0);
        let files = picture(&out);
        assert_eq!(files.len(), FILES, "round {round}");
    }
    killed_some("runs", killed, amid);
}

#[test]
fn ctrl_c_leaves_no_temporary_and_ends_with_130() {
    let folder = many(FILES);
    let write = ["convert", "--write", "--report", "r.ndjson", "in"];
    let most = whole(&folder, &write);
    undo_all(&folder);
    let mut moments = Moments(13);
    let mut stopped = 0;
    for round in 0..kills() {
        let (default, ran) = stop(&folder, &write, moments.next(most), Signal::INT);
        let (_, new) = old_and_new(&folder, FILES);
        no_temporaries(folder.path());
        match ran.code {
            // The signal came before the first file was looked for.
            -1 => assert!(default && new == 0, "round {round}: {ran:#?}"),
            130 => {
                stopped += 1;
                let lines = crate::faults::report(&folder, "r.ndjson");
                assert_eq!(
                    crate::faults::count(&lines, "converted"),
                    new,
                    "round {round}"
                );
                ran.says(&["stopped"]);
            }
            code => assert_eq!((code, new), (0, FILES), "round {round}"),
        }
        undo_all(&folder);
        assert_eq!(old_and_new(&folder, FILES), (FILES, 0), "round {round}");
    }
    eprintln!("{stopped} of {} runs were stopped", kills());
    assert!(stopped > 0);
}

#[test]
fn ctrl_c_stops_undo_likewise() {
    let folder = many(FILES);
    let write = ["convert", "--write", "-q", "in"];
    folder.run(&write).ends(0);
    let most = whole(&folder, &["undo"]);
    let mut moments = Moments(17);
    for round in 0..kills().min(5) {
        folder.run(&write).ends(0);
        let (_, ran) = stop(&folder, &["undo"], moments.next(most), Signal::INT);
        old_and_new(&folder, FILES);
        no_temporaries(folder.path());
        assert!([-1, 0, 130].contains(&ran.code), "round {round}: {ran:#?}");
        undo_all(&folder);
        assert_eq!(old_and_new(&folder, FILES), (FILES, 0), "round {round}");
    }
}
