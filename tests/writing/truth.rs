//! The report, the summary and the exit code tell what became of the files, not what was meant to become of them.

use std::fs;

use crate::faults::{count, line, report, summary, v2};
use crate::support::Folder;

/// A list of payloads that ends in the middle of one; larger than what is read whole.
fn cut_off_list(payloads: usize) -> String {
    let filler = "x".repeat(10_000);
    let mut list = String::from("[");
    for number in 0..payloads {
        list += &v2(number).replace("cat", &filler);
        list += ",";
    }
    list + "{\"prompt\": \"a"
}

#[test]
fn a_broken_document_is_left_whole_whatever_its_size() {
    for payloads in [3, 900] {
        let list = cut_off_list(payloads);
        let folder = Folder::new().with("in.json", &list);
        let ran = folder.run(&["convert", "--write", "--report", "r.ndjson", "in.json"]);
        ran.ends(2).says(&["the input seems to be cut off"]);
        assert!(
            folder.read("in.json") == list,
            "{payloads} payloads: the file was changed"
        );
        let lines = report(&folder, "r.ndjson");
        assert_eq!(count(&lines, "converted"), 0, "{payloads}");
        let summary = summary(&folder, "r.ndjson");
        assert_eq!(summary["failed"], payloads + 1);
        assert_eq!(summary["converted"], 0);
        assert_eq!(summary["bytes-written"], 0);
        folder.run(&["undo", "--list"]).ends(0).says(&["no run"]);

        let ran = folder.run(&["convert", "--out-dir", "out", "in.json"]);
        ran.ends(2);
        assert!(!folder.path().join("out/in.json").exists(), "{payloads}");
        for look in ["--check", "--diff", "--list-different", "--dry-run"] {
            let ran = folder.run(&["convert", look, "in.json"]);
            ran.ends(2);
            assert_eq!(ran.out, "", "{look}, {payloads} payloads");
            assert!(!ran.err.contains("would be"), "{look}: {}", ran.err);
        }
    }
}

#[test]
fn a_line_of_a_log_that_is_broken_costs_itself_only() {
    let log = format!("{}{{broken\n{}", line(1), line(2));
    let folder = Folder::new().with("in.ndjson", log);
    let ran = folder.run(&["convert", "--write", "--report", "r.ndjson", "in.ndjson"]);
    ran.ends(2).says(&["in.ndjson:2:2:"]);
    let summary = summary(&folder, "r.ndjson");
    assert_eq!(
        (&summary["converted"], &summary["failed"]),
        (&2.into(), &1.into())
    );
    assert_eq!(folder.read("in.ndjson").lines().nth(1), Some("{broken"));
}

#[test]
fn payloads_of_a_file_that_was_not_written_did_not_convert() {
    let folder = Folder::new()
        .with("in/a.json", v2(1))
        .with("in/b.json", v2(2))
        .with("in/c.json", v2(3));
    // The file has a second name, and so it is refused, as many other things may be that come late.
    fs::hard_link(
        folder.path().join("in/b.json"),
        folder.path().join("other-name"),
    )
    .unwrap();
    let ran = folder.run(&["convert", "--write", "--report", "r.ndjson", "in"]);
    ran.ends(2)
        .says(&["2 converted, 1 failed", "2 files written", "hard links"]);
    let lines = report(&folder, "r.ndjson");
    let told: Vec<_> = lines
        .iter()
        .filter_map(|line| Some((line["path"].as_str()?, line["status"].as_str()?)))
        .collect();
    assert_eq!(
        told,
        [
            ("in/a.json", "converted"),
            ("in/b.json", "failed"),
            ("in/b.json", "failed"),
            ("in/c.json", "converted")
        ]
    );
    assert_eq!(lines[1]["endpoint"], serde_json::Value::Null);
    assert!(
        lines[1]["error"]["message"]
            .as_str()
            .unwrap()
            .starts_with("not written: the file has 2 names"),
        "{}",
        lines[1]
    );
    let summary = summary(&folder, "r.ndjson");
    assert_eq!(
        (&summary["converted"], &summary["failed"]),
        (&2.into(), &1.into())
    );
    // To the reader of the screen it is one error, not one for each payload.
    assert!(!ran.err.contains("more findings"), "{}", ran.err);
    assert_eq!(ran.err.matches("error").count(), 1, "{}", ran.err);
}

#[test]
fn bytes_written_are_those_of_the_files_that_were_written() {
    let folder = Folder::new()
        .with("in/a.json", v2(1))
        .with("in/b.json", crate::support::V3);
    folder
        .run(&["convert", "--write", "--report", "r.ndjson", "in"])
        .ends(0);
    let size = fs::metadata(folder.path().join("in/a.json")).unwrap().len();
    assert_eq!(summary(&folder, "r.ndjson")["bytes-written"], size);
}
