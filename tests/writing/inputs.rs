//! Inputs that end too early, loop, have names of any bytes, or outlive their reader.

use std::ffi::OsStr;
use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::process::{Command, Stdio};

use crate::faults::{count, line, many, no_temporaries, old_and_new, picture, report, v2, v3};
use crate::support::{Folder, Ran};

fn gzip(text: &str) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(text.as_bytes()).unwrap();
    packer.finish().unwrap()
}

fn zstd(text: &str) -> Vec<u8> {
    zstd::encode_all(text.as_bytes(), 1).unwrap()
}

/// Text that does not pack well, so that a packed file of it is large.
fn noise(bytes: usize) -> String {
    let mut state = 1u64;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        char::from(b"0123456789abcdefghijklmnopqrstuvwxyz"[(state >> 33) as usize % 36])
    };
    (0..bytes).map(|_| next()).collect()
}

#[test]
fn packed_files_that_are_cut_off_stay_as_they_are() {
    // The larger one streams.
    for (lines, length) in [(50, 100), (300, 60_000)] {
        let filler = noise(length);
        let log: String = (0..lines)
            .map(|number| line(number).replace("cat", &filler))
            .collect();
        for (ending, packed) in [("gz", gzip(&log)), ("zst", zstd(&log))] {
            let name = format!("in/log.ndjson.{ending}");
            let mut cuts = vec![packed.len() - 1, packed.len() - 9, packed.len() / 2, 12];
            if lines == 300 {
                cuts.truncate(2);
            }
            for cut in cuts {
                let folder = Folder::new()
                    .with(&name, &packed[..cut])
                    .with("in/a.json", v2(1));
                let ran = folder.run(&["convert", "--write", "--report", "r.ndjson", "in"]);
                ran.ends(2)
                    .says(&[&name, "data are cut off", "1 file written"]);
                assert!(
                    fs::read(folder.path().join(&name)).unwrap() == packed[..cut],
                    "{name}, {cut}"
                );
                let lines = report(&folder, "r.ndjson");
                assert_eq!(
                    count(&lines, "converted"),
                    1,
                    "{name}, {cut}: only the other file"
                );
                no_temporaries(folder.path());
                folder.run(&["convert", "--out-dir", "out", &name]).ends(2);
                assert!(!folder.path().join("out").join(&name[3..]).exists());
            }
            // Whole, it is converted and packed again.
            let folder = Folder::new().with(&name, &packed);
            folder.run(&["convert", "--write", "-q", "in"]).ends(0);
            assert_ne!(fs::read(folder.path().join(&name)).unwrap(), packed);
        }
    }
}

#[test]
fn a_pipe_that_is_closed_early_is_an_error() {
    let folder = Folder::new();
    let made = Command::new("mkfifo")
        .arg(folder.path().join("pipe"))
        .status();
    if !made.is_ok_and(|status| status.success()) {
        return crate::faults::skip("a_pipe_that_is_closed_early", "mkfifo does not work here");
    }
    let feed = |bytes: Vec<u8>| {
        let path = folder.path().join("pipe");
        std::thread::spawn(move || fs::write(path, bytes).unwrap())
    };
    let text = v2(1);
    for bytes in [
        text.as_bytes()[..text.len() / 2].to_vec(),
        gzip(&text)[..30].to_vec(),
    ] {
        let feeder = feed(bytes);
        let ran = folder.run(&["convert", "--report", "r.ndjson", "pipe"]);
        feeder.join().unwrap();
        ran.ends(2).says(&["cut off"]);
        assert_eq!(ran.out, "");
        assert_eq!(count(&report(&folder, "r.ndjson"), "converted"), 0);
    }
    // A pipe is nothing that could be replaced, and nobody waits for its other end.
    folder
        .run(&["convert", "--write", "pipe"])
        .ends(2)
        .says(&["is not a regular file"]);
    folder
        .run(&["convert", "--write", "."])
        .ends(2)
        .says(&["1 not regular files"]);
}

#[test]
fn links_that_lead_in_circles_end() {
    let folder = Folder::new().with("in/sub/a.json", v2(1));
    symlink("..", folder.path().join("in/sub/up")).unwrap();
    symlink("self.json", folder.path().join("in/self.json")).unwrap();
    symlink("gone.json", folder.path().join("in/dangling.json")).unwrap();
    folder
        .run(&["convert", "--write", "--follow", "in"])
        .ends(0)
        .says(&["1 file written", "links not followed"]);
    assert_eq!(folder.read("in/sub/a.json"), v3(1));
    for name in ["in/self.json", "in/dangling.json"] {
        folder
            .run(&["convert", "--write", name])
            .ends(2)
            .says(&[name]);
    }
}

#[test]
fn names_of_any_bytes_are_converted_listed_and_put_back() {
    let names: [&[u8]; 5] = [
        b"a\nb.json",
        b"\xff\xfe.json",
        b" .json",
        b"-w.json",
        "図 ü'\"$(x).json".as_bytes(),
    ];
    let folder = Folder::new().with("in/keep", "");
    let path = |name: &[u8]| folder.path().join("in").join(OsStr::from_bytes(name));
    for (number, name) in names.iter().enumerate() {
        fs::write(path(name), v2(number)).unwrap();
    }
    let list = folder
        .command(&["convert", "--list-different", "-0", "in"])
        .output()
        .unwrap();
    assert_eq!(list.status.code(), Some(1));
    let mut listed: Vec<_> = list
        .stdout
        .split(|byte| *byte == 0)
        .filter(|name| !name.is_empty())
        .collect();
    listed.sort_unstable();
    let mut expected: Vec<_> = names.iter().map(|name| [b"in/", *name].concat()).collect();
    expected.sort_unstable();
    assert_eq!(listed, expected);
    // That list is what --files-from reads.
    fs::write(folder.path().join("list"), &list.stdout).unwrap();
    folder
        .run(&["convert", "--write", "--files-from", "list", "-0"])
        .ends(0)
        .says(&["5 files written"]);
    for (number, name) in names.iter().enumerate() {
        assert_eq!(fs::read_to_string(path(name)).unwrap(), v3(number));
    }
    folder
        .run(&["undo", "-v"])
        .ends(0)
        .says(&["a\\nb.json: put back", "\\xff\\xfe.json: put back"]);
    for (number, name) in names.iter().enumerate() {
        assert_eq!(fs::read_to_string(path(name)).unwrap(), v2(number));
    }
}

#[test]
fn a_reader_that_goes_away_ends_the_run_quietly() {
    let log: String = (0..20_000).map(line).collect();
    let folder = Folder::new().with("in.ndjson", log);
    for args in [
        &["convert", "-q", "in.ndjson"][..],
        &["convert", "-q", "--diff", "in.ndjson"],
    ] {
        let mut run = folder
            .command(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = [0; 10];
        run.stdout.take().unwrap().read_exact(&mut first).unwrap();
        let ran = Ran::from(run.wait_with_output().unwrap());
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{args:?}");
    }
}

#[test]
fn writing_goes_on_when_nobody_listens() {
    let folder = many(600);
    for number in 0..600 {
        // A warning each, so that there is something to say before the first batch is written.
        let path = folder.path().join(crate::faults::name(number));
        fs::write(
            path,
            v2(number).replace("\"steps\"", "\"zz\": 1,\n  \"steps\""),
        )
        .unwrap();
    }
    let mut run = folder
        .command(&["convert", "--write", "-v", "in"])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(run.stderr.take());
    assert_eq!(run.wait().unwrap().code(), Some(0));
    assert_eq!(old_and_new(&folder, 600), (0, 600));
    assert!(!picture(folder.path()).is_empty());
}
