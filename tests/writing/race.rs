//! Others at work in the same folder: somebody who writes, another run, somebody who takes permissions away.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crate::faults::{many, name, no_temporaries, old_and_new, report, root, v2, v3};
use crate::support::Ran;

/// What somebody else writes into a file.
fn theirs(number: usize) -> String {
    v2(number).replace("cat", "somebody's cat")
}

#[test]
fn what_somebody_else_puts_in_place_meanwhile_is_never_lost() {
    const FILES: usize = 800;
    let mut noticed = 0;
    for round in 0..3 {
        let folder = many(FILES);
        let done = AtomicBool::new(false);
        let (ran, touched) = thread::scope(|scope| {
            let (folder, done) = (&folder, &done);
            // As editors save: whole, under another name, renamed into place. Once for each file, while the run is on.
            let writer = scope.spawn(move || {
                let mut touched = 0;
                for number in (0..FILES).map(|number| (number * 7 + round) % FILES) {
                    if done.load(Ordering::SeqCst) {
                        break;
                    }
                    let path = folder.path().join(name(number));
                    let aside = path.with_extension("aside");
                    fs::write(&aside, theirs(number)).unwrap();
                    fs::rename(aside, path).unwrap();
                    touched += 1;
                }
                touched
            });
            let ran = folder.run(&["convert", "--write", "--report", "r.ndjson", "in"]);
            done.store(true, Ordering::SeqCst);
            (ran, writer.join().unwrap())
        });
        for number in (0..FILES)
            .map(|number| (number * 7 + round) % FILES)
            .take(touched)
        {
            let text = folder.read(&name(number));
            let new = v3(number).replace("cat", "somebody's cat");
            assert!(
                text == theirs(number) || text == new,
                "{}: {text}",
                name(number)
            );
        }
        let kept = report(&folder, "r.ndjson")
            .iter()
            .filter(|line| line["record"] == 0)
            .filter(|line| line.to_string().contains("changed by someone else"))
            .count();
        assert_eq!(ran.code, if kept > 0 { 2 } else { 0 }, "{ran:#?}");
        noticed += kept;
        no_temporaries(folder.path());
        folder.run(&["convert", "--write", "-q", "in"]).ends(0);
    }
    eprintln!("{noticed} files were changed between reading and renaming, and left");
    assert!(noticed > 0, "nobody was in the way");
}

#[test]
fn two_runs_at_once_do_the_work_of_one() {
    const FILES: usize = 1000;
    for args in [
        &["convert", "--write", "in"][..],
        &["convert", "--write", "--no-journal", "in"],
    ] {
        let folder = many(FILES);
        let start = || {
            folder
                .command(args)
                .stdout(Stdio::null())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        };
        let runs = [start(), start(), start()];
        for run in runs {
            let ran = Ran::from(run.wait_with_output().unwrap());
            // A file that the other one was faster with has its new bytes, and that is all that was asked for; or it
            // was replaced just while it was read.
            assert!(
                ran.code == 0 || ran.err.contains("changed by someone else"),
                "{ran:#?}"
            );
        }
        assert_eq!(old_and_new(&folder, FILES), (0, FILES));
        no_temporaries(folder.path());
        folder.run(args).ends(0).says(&["1,000 already V3"]);
        while folder.run(&["undo", "-q"]).code == 0 {}
        if args.len() == 3 {
            assert_eq!(old_and_new(&folder, FILES), (FILES, 0));
        }
    }
}

#[test]
fn permission_lost_in_the_middle_of_a_run() {
    const FILES: usize = 1200;
    let folder = many(FILES);
    let last = folder.path().join("in/11");
    let mut command = folder.command(&["convert", "--write", "in"]);
    if root() {
        for path in [folder.path().to_owned(), folder.path().join("in")] {
            std::os::unix::fs::chown(path, Some(65534), Some(65534)).unwrap();
        }
        for sub in 0..12 {
            let sub = folder.path().join(format!("in/{sub:02}"));
            std::os::unix::fs::chown(&sub, Some(65534), Some(65534)).unwrap();
            for entry in fs::read_dir(sub).unwrap() {
                std::os::unix::fs::chown(entry.unwrap().path(), Some(65534), Some(65534)).unwrap();
            }
        }
        command.uid(65534).gid(65534);
    }
    let Ok(run) = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn() else {
        return crate::faults::skip("permission_lost", "others cannot run the binary");
    };
    // The first batch is in place, the last folder's files are not.
    while folder.read(&name(0)) == v2(0) {
        thread::yield_now();
    }
    fs::set_permissions(&last, fs::Permissions::from_mode(0o555)).unwrap();
    let ran = Ran::from(run.wait_with_output().unwrap());
    let (old, _) = old_and_new(&folder, FILES);
    assert_eq!(ran.code, if old > 0 { 2 } else { 0 }, "{ran:#?}");
    if old > 0 {
        ran.says(&["permission denied"]);
    }
    fs::set_permissions(&last, fs::Permissions::from_mode(0o755)).unwrap();
    folder.run(&["convert", "--write", "-q", "in"]).ends(0);
    assert_eq!(old_and_new(&folder, FILES), (0, FILES));
    // Temporary files in a folder that lost its permission can only be taken away when it has it again.
    while folder.run(&["undo", "-q"]).code == 0 {}
    assert_eq!(old_and_new(&folder, FILES), (FILES, 0));
}
