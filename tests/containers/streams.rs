//! Logs, lists and tables of any length.

use crate::support::{Folder, LOSES, PLAIN, V3};

/// Many payloads with their numbers, so that a lost, doubled or misplaced one shows.
fn log(count: usize) -> String {
    (0..count)
        .map(|number| PLAIN.replace("\"seed\":-1", &format!("\"seed\":{number}")) + "\n")
        .collect()
}

#[test]
fn output_is_in_the_order_of_the_input_whatever_the_threads() {
    let input = log(20_000);
    let folder = Folder::new();
    let one = folder.pipe(&["convert", "-j1"], &input);
    for threads in ["-j2", "-j3", "-j16"] {
        assert_eq!(folder.pipe(&["convert", threads], &input).out, one.out);
    }
    let seeds: Vec<_> = one
        .out
        .lines()
        .map(|line| {
            let value: serde_json::Value = serde_json::from_str(line).unwrap();
            value["request"]["seed"].as_u64().unwrap()
        })
        .collect();
    assert!(seeds.into_iter().eq(0..20_000));
}

#[test]
fn a_bad_line_passes_through_and_is_told_with_its_place() {
    let mut lines: Vec<String> = log(9_000).lines().map(str::to_owned).collect();
    lines[1] = "{\"prompt\": \"cut o".to_owned();
    lines[8_500] = r#"{"prompt":"a","prompt":"b"}"#.to_owned();
    lines[8_600] = String::new();
    lines[8_700] = V3.to_owned();
    let input = lines.join("\n");
    let folder = Folder::new().with("log.ndjson", &input);
    let ran = folder.run(&[
        "convert",
        "log.ndjson",
        "--rejects",
        "bad.ndjson",
        "--report",
        "report.ndjson",
    ]);
    let first = "log.ndjson:8501:15: error: duplicate key in an object; the first one is at 8501:2";
    ran.ends(2).says(&[
        "log.ndjson:2:18: error: the input ends in the middle",
        first,
        "8,999 payloads: 8,996 converted, 1 already V3, 2 failed",
    ]);
    let out: Vec<&str> = ran.out.split('\n').collect();
    assert_eq!(out.len(), lines.len());
    for at in [1, 8_500, 8_600, 8_700] {
        assert_eq!(out[at], lines[at]);
    }
    assert_eq!(
        folder.read("bad.ndjson"),
        format!("{}\n{}\n", lines[1], lines[8_500])
    );
    let offset = lines[..8_500]
        .iter()
        .map(|line| line.len() + 1)
        .sum::<usize>();
    let report = folder.read("report.ndjson");
    let failed = report
        .lines()
        .find(|line| line.contains("\"line\":8501"))
        .unwrap();
    let failed: serde_json::Value = serde_json::from_str(failed).unwrap();
    // The empty line is no record.
    assert_eq!(
        (failed["record"].as_u64(), failed["status"].as_str()),
        (Some(8_501), Some("failed"))
    );
    assert_eq!(failed["offset"].as_u64(), Some(offset as u64));
}

#[test]
fn line_ends_blank_lines_and_a_missing_last_one_stay() {
    let v3 = Folder::new().pipe(&["convert"], PLAIN).out;
    for (before, after) in [
        (
            format!("{PLAIN}\r\n\r\n{PLAIN}\r\n"),
            format!("{v3}\r\n\r\n{v3}\r\n"),
        ),
        (
            format!("\u{feff}{PLAIN}\n{PLAIN}"),
            format!("\u{feff}{v3}\n{v3}"),
        ),
        (format!("\n\n {PLAIN} \n"), format!("\n\n {v3} \n")),
    ] {
        let ran = Folder::new().pipe(&["convert", "--format", "ndjson"], &before);
        assert_eq!(ran.ends(0).out, after);
    }
}

#[test]
fn lists_of_any_length_keep_what_stands_between() {
    let v3 = Folder::new().pipe(&["convert"], PLAIN).out;
    let list =
        |payload: &str, count: usize| format!("[\n  {}\n]\n", vec![payload; count].join(" ,\n  "));
    for count in [0, 1, 12_000] {
        let ran = Folder::new().pipe(&["convert"], list(PLAIN, count));
        assert!(ran.ends(0).out == list(&v3, count), "{count}");
    }
    let several = format!("{PLAIN} [{PLAIN},{V3}]\n{PLAIN}");
    let ran = Folder::new().pipe(&["convert", "--format", "json"], several);
    assert_eq!(ran.ends(0).out, format!("{v3} [{v3},{V3}]\n{v3}"));
}

#[test]
fn a_list_that_breaks_off_is_withheld_and_told() {
    let ran = Folder::new().pipe(&["convert"], format!("[{PLAIN},{PLAIN}"));
    ran.ends(2)
        .says(&["error: the input ends in the middle of a value"]);
    assert_eq!(ran.out, "");
}

#[test]
fn one_bad_element_stops_no_other() {
    let ran = Folder::new().pipe(&["convert"], format!("[{PLAIN},{{\"a\":1}},{LOSES}]"));
    ran.ends(2).says(&[
        "/1",
        "neither a V2 nor a V3 payload",
        "3 payloads: 2 converted, 1 failed",
    ]);
    assert!(ran.out.contains(r#",{"a":1},{"#), "{}", ran.out);
}

#[test]
fn long_lines_are_no_obstacle() {
    let image = "A".repeat(5 << 20);
    let payload = format!(r#"{{"prompt":"a","model_name":"m","init_images":["{image}"]}}"#);
    let input = format!("{PLAIN}\n{payload}\n{PLAIN}\n{payload}\n");
    let ran = Folder::new().pipe(&["convert", "-j2"], &input);
    let out: Vec<&str> = ran.ends(0).out.lines().collect();
    assert_eq!(out.len(), 4);
    assert!(out[1].ends_with(&format!(r#""image_base64":"{image}"}}}}"#)));
}

#[test]
fn tables_keep_their_quoting() {
    let v3 = Folder::new().pipe(&["convert"], PLAIN).out;
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    for (end, tail) in [("\n", ""), ("\r\n", "\r\n")] {
        let table = |payload: &str| {
            format!(
                "\"id\",body,x{end}1,{},\"a \"\"b\"\"\"{end}2,,{end}\"3\",NULL,{tail}",
                quoted(payload)
            )
        };
        let folder = Folder::new().with("t.csv", table(PLAIN));
        let ran = folder.run(&["convert", "t.csv", "--column", "body"]);
        assert_eq!(ran.ends(0).out, table(&v3));
    }
    // A bare cell stays bare as long as it can.
    let folder = Folder::new().with("t.tsv", format!("body\n{PLAIN}\n"));
    assert_eq!(
        folder
            .run(&["convert", "t.tsv", "--column", "body"])
            .ends(0)
            .out,
        format!("body\n{v3}\n")
    );
}

#[test]
fn a_column_that_is_not_there_is_told_with_those_that_are() {
    let folder = Folder::new().with("t.csv", "id,body\n1,x\n");
    folder
        .run(&["convert", "t.csv", "--column", "bodi"])
        .ends(2)
        .says(&["no column `bodi`; the columns are `id`, `body`"]);
    folder
        .run(&["convert", "t.csv"])
        .ends(2)
        .says(&["a table needs `--column NAME`", "`id`, `body`"]);
}

#[test]
fn with_tolerance_a_line_of_nothing_but_a_comment_is_an_empty_one() {
    let payload = PLAIN.trim_end();
    let log = format!("// saved on Monday\n{payload}\n\n/* again */\n{payload}\n# no comment\n");
    let ran = Folder::new().pipe(&["convert", "--tolerant", "--format", "ndjson"], log);
    ran.ends(2)
        .says(&["<stdin>:6:1: error: ", "3 payloads: 2 converted, 1 failed"]);
    assert_eq!(ran.err.matches(": error: ").count(), 1, "{}", ran.err);
    let lines: Vec<_> = ran.out.lines().collect();
    assert_eq!(
        (lines[0], lines[2], lines[3]),
        ("// saved on Monday", "", "/* again */")
    );
    assert!(lines[1].starts_with("{\"request\"") && lines[4] == lines[1]);
}

/// The output is JSON, so it has no comments; that they go is said.
#[test]
fn comments_that_go_are_told() {
    let payload = PLAIN.trim_end();
    let document = payload.replacen('{', "// head\n{ // inside\n", 1) + " // behind\n";
    let folder = Folder::new()
        .with("a.json", &document)
        .with("b.json", payload)
        .with("c.json", "{'a': 1} // no payload\n");
    folder.run(&["convert", "--tolerant", "a.json", "--report", "r.jsonl"]);
    assert!(folder.read("r.jsonl").contains("\"comments\":3"));
    let ran = folder.run(&["convert", "--tolerant", "a.json"]);
    ran.ends(0).says(&["3 comments left out: JSON has none"]);
    assert!(!ran.out.contains("//"), "{}", ran.out);
    let ran = folder.run(&["check", "--tolerant", "a.json", "b.json"]);
    ran.says(&["3 comments would be left out: JSON has none"]);
    for file in ["b.json", "c.json"] {
        let ran = folder.run(&["convert", "--tolerant", file]);
        assert!(!ran.err.contains("comment"), "{file}: {}", ran.err);
    }
    let log = format!("// saved\n{payload} // one\n{payload}\n");
    let ran = Folder::new().pipe(&["convert", "--tolerant"], log);
    ran.ends(0).says(&["1 comment left out"]);
    assert!(ran.out.starts_with("// saved\n{\"request\""), "{}", ran.out);
    let cell = payload.replace('"', "\"\"") + " // cell";
    let ran = Folder::new().pipe(
        &["convert", "--tolerant", "--column", "body"],
        format!("id,body\n1,\"{cell}\"\n"),
    );
    ran.ends(0).says(&["1 comment left out"]);
    let body = payload.replacen('{', "{ // body\n", 1);
    let call = format!("curl https://api.novita.ai/v2/txt2img -d '{body}'\n");
    let ran = Folder::new().with("a.sh", call).run(&["convert", "a.sh"]);
    ran.ends(0).says(&["1 comment left out"]);
}

/// After a huge record memory is given back, but not what was read behind it.
#[test]
fn nothing_is_lost_behind_a_huge_record() {
    let huge = PLAIN.replace(
        "\"prompt\":\"",
        &format!("\"prompt\":\"{}", "x".repeat(20_000_000)),
    );
    let input = format!("{}{}\n{}", log(3_000), huge.trim_end(), log(30_000));
    for threads in ["-j1", "-j2"] {
        let ran = Folder::new().pipe(&["convert", "-q", threads], &input);
        let seeds = ran.ends(0).out.lines().filter_map(|line| {
            let (_, seed) = line.split_once("\"seed\":")?;
            seed.split(',').next()?.parse::<i64>().ok()
        });
        assert!(
            seeds.eq((0..3_000).chain([-1]).chain(0..30_000)),
            "{threads}"
        );
    }
}
