//! The bytes around what changes, and files that do not change.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::time::{Duration, SystemTime};

use crate::faults::{line, no_temporaries, picture, v2, v3};
use crate::support::{Folder, V3};

fn converted(input: &str) -> String {
    converted_as("a.json", input)
}

/// What a file of this name becomes, where it stands and in another folder.
fn converted_as(name: &str, input: &str) -> String {
    let folder = Folder::new().with(name, input);
    folder.run(&["convert", "--out-dir", "out", name]).ends(0);
    folder.run(&["convert", "--write", name]).ends(0);
    let written = folder.read(name);
    assert!(written == folder.read(&format!("out/{name}")), "{name}");
    written
}

#[test]
fn the_manner_of_the_source_is_kept() {
    type Apply = fn(&str) -> String;
    let manners: [(&str, Apply); 7] = [
        ("as it is", str::to_owned),
        ("a byte order mark", |text| format!("\u{feff}{text}")),
        ("line ends of Windows", |text| text.replace('\n', "\r\n")),
        ("tabs", |text| text.replace("  ", "\t")),
        ("four blanks", |text| text.replace("  ", "    ")),
        ("no final line break", |text| text.trim_end().to_owned()),
        ("all at once", |text| {
            format!(
                "\u{feff}{}",
                text.trim_end().replace("  ", "\t").replace('\n', "\r\n")
            )
        }),
    ];
    for (manner, apply) in manners {
        assert_eq!(converted(&apply(&v2(7))), apply(&v3(7)), "{manner}");
    }
}

#[test]
fn compact_stays_compact() {
    let compact = |text: &str| {
        text.replace("\n", "")
            .replace("  ", "")
            .replace("\": ", "\":")
    };
    assert_eq!(converted(&compact(&v2(7))), compact(&v3(7)));
    assert_eq!(converted(&(compact(&v2(7)) + "\n")), compact(&v3(7)) + "\n");
}

#[test]
fn a_log_keeps_its_lines_and_their_ends() {
    let log = format!("{}\r\n\n{}{}", line(1).trim_end(), V3, "\n");
    let folder = Folder::new().with("a.ndjson", &log);
    folder.run(&["convert", "--write", "a.ndjson"]).ends(0);
    let now = folder.read("a.ndjson");
    let lines: Vec<_> = now.split('\n').collect();
    assert_eq!(lines.len(), 4);
    assert!(
        lines[0].starts_with("{\"request\": {") && lines[0].ends_with("}\r")
            || lines[0].ends_with("\r"),
        "{now}"
    );
    assert_eq!(&lines[1..], ["", V3, ""]);
}

/// Such a file is written in pieces, as it is read; its images are written from where they were read.
#[test]
fn a_log_too_long_to_be_read_whole_becomes_what_it_becomes_on_stdout() {
    let image = "iVBORw0KGgoAAAANSUhEUgAA".repeat(4_000);
    let payload = |number: usize| {
        let images = format!("{{\"init_images\": [\"{image}{number}\"], ");
        line(number).replacen('{', &images, 1)
    };
    let log: String = (0..100).map(payload).collect();
    assert!(log.len() > 9 << 20);
    let folder = Folder::new().with("a.ndjson", &log);
    let ran = folder.run(&["convert", "-q", "a.ndjson"]);
    let v3 = ran.ends(0).out.clone();
    assert!(converted_as("a.ndjson", &log) == v3);
}

#[test]
fn what_would_be_the_same_is_not_touched() {
    let folder = Folder::new()
        .with("in/v3.json", V3)
        .with(
            "in/other.json",
            "{\"name\": \"package\",\n\t\"version\": 1}",
        )
        .with("in/empty.json", "")
        .with("in/v2.json", v2(1));
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    for path in picture(folder.path()).keys() {
        fs::File::options()
            .write(true)
            .open(path)
            .unwrap()
            .set_modified(long_ago)
            .unwrap();
    }
    let stamps = || {
        let of = |path: &std::path::PathBuf| {
            let meta = fs::metadata(path).unwrap();
            (path.clone(), meta.ino(), meta.mtime(), meta.ctime_nsec())
        };
        picture(folder.path()).keys().map(of).collect::<Vec<_>>()
    };
    let before = stamps();
    folder.run(&["convert", "--write", "in"]);
    let after = stamps();
    let changed: Vec<_> = before
        .iter()
        .zip(&after)
        .filter(|(before, after)| before != after)
        .map(|(before, _)| before.0.file_name().unwrap().to_owned())
        .collect();
    assert_eq!(changed, ["v2.json"]);
    // And a second run touches nothing at all, has nothing to take back, and leaves no journal.
    folder.run(&["convert", "--write", "in"]);
    assert_eq!(stamps(), after);
    assert_eq!(folder.run(&["undo", "--list"]).out.lines().count(), 1);
    no_temporaries(folder.path());
}
