//! What must not come out: keys, what a terminal acts upon, more bytes than were allowed.

use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::os::unix::ffi::OsStrExt;

use crate::faults::{count, line, no_temporaries, report, v2};
use crate::support::Folder;

const SCRIPT: &str = r#"#!/bin/sh
curl -X POST 'https://api.novita.ai/v2/txt2img' -H "Authorization: Bearer SECRET-abcdefgh" -d '{"prompt":"a cat","n_iter":4,"zz":1}'
curl 'https://api.novita.ai/v2/txt2img?key=SECRET-abcdefgh' -d "{\"prompt\": \"$P\"}" -H "Authorization: Bearer SECRET-abcdefgh"
curl -H 'X-Api-Key: SECRET-abcdefgh' 'https://api.novita.ai/v2/txt2img' -d @body.json
curl 'https://api.novita.ai/v2/txt2img' -H "Authorization: Basic SECRET-abcdefgh"
curl -u me:pw -H "Cookie: SECRET-abcdefgh" 'https://api.novita.ai/v2/txt2img' -d '{"prompt": "x' -d 'y"}'
curl "$URL" -H "Authorization: sk_SECRET-abcdefgh" -d '{"prompt":"a","sampler_name":"Euler a","batch_size":1,"n_iter":4}'
"#;

const HAR: &str = r#"{"log":{"entries":[{"request":{"method":"POST","url":"https://api.novita.ai/v2/txt2img","headers":[{"name":"Authorization","value":"Bearer SECRET-abcdefgh"},{"name":"x-api-key","value":"SECRET-abcdefgh"}],"postData":{"mimeType":"application/json","text":"{\"prompt\":\"a\",\"n_iter\":4,\"zz\":1}"}}}]}}"#;

#[test]
fn keys_of_scripts_and_captures_are_in_no_message_and_no_report() {
    // A capture that is cut off right behind a key is a failure whose place is beside the key.
    let cut = &HAR[..HAR.find("x-api-key").unwrap() - 11];
    let folder = Folder::new()
        .with("a.sh", SCRIPT)
        .with("b.har", HAR)
        .with("c.har", cut);
    for format in ["human", "concise", "json", "sarif", "github"] {
        for (name, find) in [
            ("a.sh", "--verbose"),
            ("b.har", "--find"),
            ("c.har", "--find"),
        ] {
            let args = ["convert", "--dry-run", find, "--output-format", format];
            let ran = folder.run(&[&args[..], &["--report", "r.ndjson", name]].concat());
            let report = folder.read("r.ndjson");
            for (what, text) in [
                ("stderr", &ran.err),
                ("stdout", &ran.out),
                ("report", &report),
            ] {
                assert!(
                    !text.contains("SECRET"),
                    "{name}, {format}, {what}:\n{text}"
                );
            }
            assert!(report.lines().count() > 1, "{name}: {report}");
        }
    }
    // The excerpts are there all the same.
    folder.run(&["convert", "--dry-run", "a.sh"]).says(&[
        r#"| {"prompt":"a cat","n_iter":4,"zz":1}"#,
        "Authorization: ******",
    ]);
}

#[test]
fn terminals_get_nothing_to_act_upon_in_any_format() {
    let name = OsStr::from_bytes(b"e\x1b[31m\xc2\x9bz\xe2\x80\xae\n\xff.json");
    let folder = Folder::new();
    let payload = "{\"prompt\":\"a \\u001b[2J <lora:\\u009b31m:x> \u{9b}1m \u{202e}\",\"n_iter\":4,\
                   \"z\u{9b}\u{7f}\\u001bz\":1,\"sampler_name\":\"\\u001b[1m\u{9b}X\"}";
    fs::write(folder.path().join(name), payload).unwrap();
    fs::write(folder.path().join("broken\u{1b}[2J.json"), "{\u{9b}").unwrap();
    for format in ["human", "concise", "json", "sarif", "github"] {
        let args = ["convert", "--dry-run", "-v", "--output-format", format];
        let ran = folder.run(&[&args[..], &["--report", "r.txt", "."]].concat());
        ran.ends(2);
        let report = folder.read("r.txt");
        for (what, text) in [
            ("stderr", &ran.err),
            ("stdout", &ran.out),
            ("report", &report),
        ] {
            let bad = text.chars().find(|char| {
                (char.is_control() && *char != '\n') || ('\u{202a}'..='\u{202e}').contains(char)
            });
            assert_eq!(bad, None, "{format}, {what}:\n{text:?}");
        }
        let line: serde_json::Value = serde_json::from_str(report.lines().last().unwrap()).unwrap();
        assert_eq!(line["summary"]["inputs"], 2);
    }
    for args in [
        &["convert", "--dry-run", "no\u{1b}[2J"][..],
        &["undo", "no\u{1b}[2J"],
        &["explain", "no\u{1b}[2J"],
        &["convert", "--config", "no\u{1b}[2J", "x"],
        &["convert", "--dry-run", "--exclude", "[\u{1b}[2J", "."],
        &[
            "convert",
            "--write",
            "--journal-dir",
            "r.txt/\u{1b}[2J",
            ".",
        ],
    ] {
        let ran = folder.run(args);
        ran.ends(2);
        assert!(!ran.err.contains('\u{1b}'), "{args:?}: {:?}", ran.err);
    }
}

#[test]
fn a_bomb_is_stopped_at_the_limit_and_the_message_says_which() {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(line(1).as_bytes()).unwrap();
    for _ in 0..64 {
        packer.write_all(&vec![b'\n'; 1 << 20]).unwrap();
    }
    let bomb = packer.finish().unwrap();
    assert!(bomb.len() < 200_000);
    let folder = Folder::new()
        .with("in/bomb.ndjson.gz", &bomb)
        .with("in/a.json", v2(2));
    for mode in ["--write", "--out-dir=out", "--diff"] {
        let args = [
            "convert",
            mode,
            "--max-input-size",
            "1M",
            "--report",
            "r.ndjson",
            "in",
        ];
        let ran = folder.run(&args);
        ran.ends(2)
            .says(&["larger than 1048576 bytes, the limit of `--max-input-size`"]);
        assert!(!ran.err.contains("make room"), "{}", ran.err);
        assert_eq!(
            fs::read(folder.path().join("in/bomb.ndjson.gz")).unwrap(),
            bomb
        );
        assert!(!folder.path().join("out/bomb.ndjson.gz").exists());
        let lines = report(&folder, "r.ndjson");
        let of_bomb: Vec<_> = lines
            .into_iter()
            .filter(|line| line["path"] == "in/bomb.ndjson.gz")
            .collect();
        assert_eq!(
            (count(&of_bomb, "failed"), count(&of_bomb, "converted")),
            (2, 0),
            "{mode}"
        );
        no_temporaries(folder.path());
        // The other file is not held up.
        if mode == "--write" {
            assert!(folder.read("in/a.json").contains("\"request\""));
        }
    }
}

#[test]
fn what_is_said_about_an_input_never_overwrites_it() {
    let folder = Folder::new()
        .with("a.json", v2(1))
        .with("sub/b.ndjson", line(2));
    std::os::unix::fs::symlink("a.json", folder.path().join("link")).unwrap();
    for args in [
        &["convert", "--write", "--report", "a.json", "a.json"][..],
        &["convert", "--report", "./link", "a.json"],
        &["check", "--report", "a.json", "a.json", "sub"],
        &["convert", "--write", "--rejects", "a.json", "link"],
    ] {
        folder
            .run(args)
            .ends(2)
            .says(&["is an input, and would be overwritten"]);
        assert_eq!(folder.read("a.json"), v2(1), "{args:?}");
    }
    let mut command = folder.command(&["convert", "--report", "a.json"]);
    command.stdin(fs::File::open(folder.path().join("a.json")).unwrap());
    assert_eq!(command.output().unwrap().status.code(), Some(2));
    assert_eq!(folder.read("a.json"), v2(1));
    // A report in the folder that it is about is no input of the next run, and neither are journals.
    for _ in 0..2 {
        folder
            .run(&[
                "convert",
                "--write",
                "--hidden",
                "--report",
                "sub/r.ndjson",
                ".",
            ])
            .ends(0);
    }
}
