//! One snapshot for each container of `fixtures/containers`, and what holds of all of them.

use std::path::Path;

use crate::support::{Folder, Ran};

/// A container, how it is read, and the exit code.
const CASES: &[(&str, &[&str], i32)] = &[
    ("postman.json", &["--find"], 0),
    ("traffic.har", &["--find"], 0),
    ("insomnia.json", &["--find"], 0),
    ("mongoexport.json", &["--find"], 0),
    ("queue.ndjson", &["--find"], 2),
    ("calls.sh", &[], 2),
    ("notes.md", &["--format", "curl"], 0),
    ("jobs.csv", &["--column", "payload"], 2),
    ("jobs.tsv", &["--column", "body"], 0),
];

fn source(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/containers");
    std::fs::read(folder.join(name)).unwrap()
}

fn convert(name: &str, flags: &[&str], content: &[u8]) -> Ran {
    let folder = Folder::new().with(name, content);
    folder.run(&[&["convert", name, "-v"], flags].concat())
}

#[test]
fn every_container_has_a_snapshot() {
    for (name, flags, code) in CASES {
        let ran = convert(name, flags, &source(name));
        ran.ends(*code);
        // All but the line that tells how long it took.
        let said: Vec<_> = ran
            .err
            .lines()
            .filter(|line| !line.contains(" read, "))
            .collect();
        insta::with_settings!({
            snapshot_path => "../snapshots/containers",
            prepend_module_to_snapshot => false,
            omit_expression => true,
            input_file => format!("fixtures/containers/{name}"),
        }, {
            insta::assert_snapshot!(*name, format!("{}\n---\n{}", said.join("\n"), ran.out));
        });
    }
}

#[test]
fn what_was_converted_has_nothing_left_to_convert() {
    for (name, flags, _) in CASES {
        let once = convert(name, flags, &source(name)).out;
        let again = convert(name, flags, once.as_bytes());
        assert_eq!(again.out, once, "{name}");
        let converted = again
            .err
            .lines()
            .find(|line| line.contains(" converted"))
            .unwrap_or_default();
        assert_eq!(converted, "", "{name}");
    }
}

/// Where nothing can be converted, not a byte changes.
#[test]
fn what_is_denied_stays_to_the_byte() {
    for (name, flags, _) in CASES {
        let content = source(name);
        let text = String::from_utf8_lossy(&content)
            .replace("batch_size", "batch_siz\u{e9}")
            .replace("/v2/progress", "/v2/other");
        let flags = [*flags, &["--deny", "unknown-field"]].concat();
        let ran = convert(name, &flags, text.as_bytes());
        if ran.err.contains("converted") {
            // Answers have no such field.
            assert!(
                ["postman.json", "traffic.har"].contains(name),
                "{}",
                ran.err
            );
        } else {
            assert_eq!(ran.out, text, "{name}");
        }
    }
}

/// The vendor's own page: both V2 calls in it come out as V3 calls, and the rest of the page stays.
#[test]
fn a_page_with_calls_keeps_everything_else() {
    let body = String::from_utf8(source("../guide/txt2img.v2.published.json")).unwrap();
    let second = String::from_utf8(source("../guide/img2img.v2.json")).unwrap();
    let page = format!(
        "# Guide\n\nDon't use V2.\n\n```\ncurl --location \"https://api.novita.ai/v2/txt2img\" \\\n--header \"Authorization: Bearer {{{{API Key}}}}\" \\\n--data '{body}'\n```\n\nAnd:\n\n```\ncurl --request POST \\\n  --url https://api.novita.ai/v2/img2img \\\n  --data '{}'\n```\n",
        second.replace("\"init_images\": [", "\"init_images\": [\\")
    );
    let ran = convert("guide.txt", &["--format", "curl"], page.as_bytes());
    ran.ends(0).says(&["2 payloads: 2 converted"]);
    for there in [
        "# Guide\n\nDon't use V2.\n\n```\ncurl --location \"https://api.novita.ai/v3/async/txt2img\" \\\n--header \"Authorization: Bearer {{API Key}}\" \\\n--data '{\n",
        "  --url https://api.novita.ai/v3/async/img2img \\\n  --data '{\n",
        "\"image_base64\": \"<IMAGE_BASE64>\"",
        "\"guidance_scale\": 7.5",
    ] {
        assert!(ran.out.contains(there), "{there}\n{}", ran.out);
    }
    for gone in ["/v2/", "init_images", "cfg_scale"] {
        assert!(!ran.out.contains(gone), "{gone}");
    }
}

/// A folder with everything in it: scripts are read, tables and collections where the flags ask for them, texts not.
#[test]
fn a_folder_holds_containers_of_every_kind() {
    let mut folder = Folder::new();
    for (name, ..) in CASES {
        folder = folder.with(&format!("in/{name}"), source(name));
    }
    let ran = folder.run(&[
        "convert",
        "--find",
        "--column",
        "payload",
        "--out-dir",
        "out",
        "in",
    ]);
    ran.ends(2).says(&[
        "in/jobs.tsv: error: cannot convert the file: no column `payload`",
        "skipped: 1 with another name ending",
    ]);
    let mut found: Vec<_> = std::fs::read_dir(folder.path().join("out"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    found.sort();
    assert_eq!(
        found,
        [
            "calls.sh",
            "insomnia.json",
            "jobs.csv",
            "mongoexport.json",
            "postman.json",
            "queue.ndjson",
            "traffic.har"
        ]
    );
}
