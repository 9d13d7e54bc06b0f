//! `audit`: snapshots, groups, accepted losses, and what changed from one audit to another.

use std::path::Path;

use super::support::{Folder, LOSES, PLAIN, Ran, V3};

/// Payloads in several folders and forms.
fn payloads() -> Folder {
    let log = format!("{PLAIN}\n{}\n{V3}\n[1]\n", LOSES.replace('\n', ""));
    Folder::new()
        .with("in/plain.json", PLAIN)
        .with("in/deep/loses.json", LOSES)
        .with("in/log.ndjson", log)
}

fn snapshots(folder: &Folder, args: &[&str]) -> Ran {
    let mut all = vec!["audit", "in", "--snapshots", "audits"];
    all.extend(args);
    folder.run(&all)
}

/// Every file below a folder with its text, by name.
fn files(folder: &Path) -> Vec<(String, String)> {
    fn walk(root: &Path, folder: &Path, found: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(root, &path, found);
            } else {
                let name = path.strip_prefix(root).unwrap().display().to_string();
                found.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let mut found = Vec::new();
    walk(folder, folder, &mut found);
    found.sort();
    found
}

fn names(folder: &Folder) -> Vec<String> {
    files(&folder.path().join("audits"))
        .into_iter()
        .map(|(name, _)| name)
        .collect()
}

#[test]
fn a_folder_without_snapshots_is_filled_and_then_agrees() {
    let folder = payloads();
    snapshots(&folder, &[])
        .says(&["6 snapshots: 0 unchanged, 0 changed, 6 new"])
        .ends(0);
    let expected = [
        "deep/loses.json@1.snap",
        "log.ndjson@1.snap",
        "log.ndjson@2.snap",
        "log.ndjson@3.snap",
        "log.ndjson@4.snap",
        "plain.json@1.snap",
    ];
    assert_eq!(names(&folder), expected);
    let loses = folder.read("audits/deep/loses.json@1.snap");
    let start = "---\nsource: \"deep/loses.json\"\nexpression: \"novita-migrate audit, record 1\"\n---\nwarning[deprecated-field] /n_iter: ";
    assert!(loses.starts_with(start), "{loses}");
    assert!(
        loses.contains("\n\nconverted: POST /v3/async/txt2img\n\n{\n  \"request\": {\n"),
        "{loses}"
    );
    assert!(
        folder.read("audits/log.ndjson@4.snap").contains("failed: "),
        "what is no payload has a snapshot too"
    );
    let ran = snapshots(&folder, &["--check"]);
    ran.ends(0);
    assert_eq!(ran.out, "");
}

#[test]
fn snapshots_are_the_same_with_any_number_of_threads_and_from_any_folder() {
    // Enough lines for several blocks.
    let log: String = (0..6000)
        .map(|seed| PLAIN.replace("\"seed\":-1", &format!("\"seed\":{seed}")) + "\n")
        .collect();
    let folder = payloads().with("in/big.ndjson", log);
    let audit = |threads: &str, at: &str, path: &str| {
        let reports = [
            "--report-json",
            "r.json",
            "--report-html",
            "r.html",
            "--report-md",
            "r.md",
        ];
        let mut command = folder.command(&["audit", path, "-j", threads, "--group-by", "fields"]);
        let ran = Ran::from(
            command
                .args(reports)
                .current_dir(folder.path().join(at))
                .output()
                .unwrap(),
        );
        ran.ends(0);
        ["r.json", "r.html", "r.md"].map(|name| folder.read(&format!("{at}/{name}")))
    };
    let first = audit("1", ".", "in");
    assert_eq!(first, audit("7", ".", "in"));
    let absolute = folder.path().join("in");
    let elsewhere = folder.path().join("else/where");
    std::fs::create_dir_all(&elsewhere).unwrap();
    assert_eq!(first, audit("3", "else/where", absolute.to_str().unwrap()));
    assert_eq!(first, audit("2", "else/where", "../../in"));
    assert!(
        !first.concat().contains(folder.path().to_str().unwrap()),
        "nothing tells where it was made"
    );

    snapshots(&folder, &["-j", "1"]).ends(0);
    snapshots(&folder, &["-j", "5", "--check"]).ends(0);
}

#[test]
fn what_differs_is_proposed_and_nothing_is_replaced() {
    let folder = payloads();
    snapshots(&folder, &[]).ends(0);
    let before = folder.read("audits/plain.json@1.snap");
    let folder = folder
        .with(
            "in/plain.json",
            PLAIN.replace("\"steps\":25", "\"steps\":30"),
        )
        .with("in/new.json", PLAIN);
    snapshots(&folder, &[])
        .says(&["1 changed, 1 missing, 0 obsolete", "cargo insta review"])
        .ends(1);
    assert_eq!(folder.read("audits/plain.json@1.snap"), before);
    assert!(
        folder
            .read("audits/plain.json@1.snap.new")
            .contains("\"steps\": 30")
    );
    assert!(names(&folder).contains(&"new.json@1.snap.new".to_owned()));
    assert!(!names(&folder).contains(&"new.json@1.snap".to_owned()));
    // Once the payload is as it was, nothing waits for a review.
    let folder = folder.with("in/plain.json", PLAIN);
    snapshots(&folder, &[])
        .says(&["0 changed, 1 missing"])
        .ends(1);
    assert!(!names(&folder).contains(&"plain.json@1.snap.new".to_owned()));
    // What cargo-insta does to accept: it renames, and spells the header in its own way.
    let accepted = folder
        .read("audits/new.json@1.snap.new")
        .replace("source: \"new.json\"", "source: new.json");
    std::fs::remove_file(folder.path().join("audits/new.json@1.snap.new")).unwrap();
    let folder = folder.with("audits/new.json@1.snap", accepted);
    snapshots(&folder, &["--check"]).ends(0);
}

#[test]
fn check_writes_nothing_and_shows_everything() {
    let folder = payloads();
    snapshots(&folder, &[]).ends(0);
    std::fs::remove_file(folder.path().join("in/deep/loses.json")).unwrap();
    let folder = folder
        .with(
            "in/plain.json",
            PLAIN.replace("\"n_iter\":1", "\"n_iter\":3"),
        )
        .with("in/new.json", V3);
    let before = files(&folder.path().join("audits"));
    let ran = snapshots(&folder, &["--check"]);
    ran.ends(1)
        .says(&["6 snapshots: 4 unchanged, 1 changed, 1 missing, 1 obsolete"]);
    let expected = [
        "--- plain.json@1.snap\n+++ plain.json@1.snap\n@@ ",
        "\n-note[inactive-field] /n_iter: one round is what V3 makes\n+warning[deprecated-field] /n_iter: ",
        "\nmissing: new.json@1.snap\n",
        "\nobsolete: deep/loses.json@1.snap\n",
    ];
    for text in expected {
        assert!(ran.out.contains(text), "{text:?} in\n{}", ran.out);
    }
    assert_eq!(files(&folder.path().join("audits")), before);
}

#[test]
fn a_changed_option_is_a_changed_audit() {
    let folder = payloads();
    snapshots(&folder, &[]).ends(0);
    let ran = snapshots(&folder, &["--check", "--n-iter", "multiply"]);
    ran.ends(1);
    assert!(ran.out.contains("+    \"image_num\": 8,"), "{}", ran.out);
}

#[test]
fn accept_and_prune_bring_the_folder_up_to_date() {
    let folder = payloads();
    snapshots(&folder, &[]).ends(0);
    std::fs::remove_file(folder.path().join("in/deep/loses.json")).unwrap();
    let folder = folder
        .with("in/plain.json", PLAIN.replace("25", "30"))
        .with("in/log.ndjson", format!("{PLAIN}\n"))
        .with(
            "audits/tests__other.snap",
            "---\nsource: tests/other.rs\n---\nnot an audit's\n",
        )
        .with(
            "audits/other@1.snap",
            "---\nsource: tests/other.rs\n---\nnot an audit's\n",
        );
    snapshots(&folder, &[])
        .says(&["1 changed", "4 obsolete", "`--prune` removes it"])
        .ends(1);
    snapshots(&folder, &["--accept", "--prune"])
        .says(&["1 changed, 0 new, 4 removed"])
        .ends(0);
    assert_eq!(
        names(&folder),
        [
            "log.ndjson@1.snap",
            "other@1.snap",
            "plain.json@1.snap",
            "tests__other.snap"
        ]
    );
    assert!(
        !folder.path().join("audits/deep").exists(),
        "an empty folder goes too"
    );
    snapshots(&folder, &["--check"]).ends(0);
}

#[test]
fn an_input_that_cannot_be_read_makes_no_snapshot_obsolete() {
    let folder = payloads().with("in/broken.json.gz", b"\x1f\x8b\x08\x00broken");
    let folder = folder.with(
        "audits/broken.json.gz@1.snap",
        "---\nexpression: \"novita-migrate audit, record 1\"\n---\nx\n",
    );
    snapshots(&folder, &["--accept", "--prune"]).ends(2);
    assert!(folder.path().join("audits/broken.json.gz@1.snap").exists());
}

#[test]
fn a_snapshot_never_stands_for_two_payloads() {
    let folder = Folder::new()
        .with("a/x.json", PLAIN)
        .with("b/x.json", PLAIN);
    folder
        .run(&["audit", "a", "b", "--snapshots", "s"])
        .says(&["b/x.json", "like a/x.json"])
        .ends(2);
    assert!(!folder.path().join("s").exists());
}

#[test]
fn no_report_overwrites_an_input() {
    let folder = payloads();
    for flag in ["--report-html", "--report-md", "--report-json"] {
        folder
            .run(&["audit", "in/plain.json", flag, "in/plain.json"])
            .says(&["is an input, and would be overwritten"])
            .ends(2);
    }
    assert_eq!(folder.read("in/plain.json"), PLAIN);
}

#[test]
fn snapshots_among_the_payloads_are_not_read() {
    let folder = payloads();
    let audit = |args: &[&str]| {
        let mut all = vec![
            "audit",
            "in",
            "--snapshots",
            "in/audits",
            "--report-json",
            "in/report.json",
        ];
        all.extend(args);
        folder.run(&all)
    };
    audit(&[]).says(&["6 new"]).ends(0);
    audit(&["--check"])
        .says(&["6 unchanged, 0 changed, 0 missing, 0 obsolete"])
        .ends(0);
}

fn report(folder: &Folder, args: &[&str]) -> serde_json::Value {
    let mut all = vec!["audit", "--report-json", "report.json"];
    all.extend(args);
    folder.run(&all).ends(0);
    serde_json::from_str(&folder.read("report.json")).unwrap()
}

/// A log in which payloads differ in seed and prompt; some have more rounds, some another model.
fn log(lines: u64) -> String {
    let line = |at: u64| {
        let rounds = if at % 10 == 3 { 2 + at % 3 } else { 1 };
        let text = PLAIN
            .replace("a cat", &format!("cat {at}"))
            .replace("\"seed\":-1", &format!("\"seed\":{at}"));
        text.replace("\"n_iter\":1", &format!("\"n_iter\":{rounds}"))
            .replace("m.safe", &format!("m{}.safe", at % 4))
            + "\n"
    };
    (0..lines).map(line).collect()
}

#[test]
fn payloads_to_which_the_same_happened_are_one_group() {
    let folder = Folder::new()
        .with("log.ndjson", log(500))
        .with("v3.json", V3);
    let groups = |by: &str| {
        let report = report(&folder, &["log.ndjson", "v3.json", "--group-by", by]);
        assert_eq!(report["totals"]["payloads"], 501);
        assert_eq!(report["group_by"], by);
        let groups = report["groups"].as_array().unwrap().clone();
        let sum: u64 = groups
            .iter()
            .map(|group| group["payloads"].as_u64().unwrap())
            .sum();
        assert_eq!(sum, 501);
        groups
    };
    let said = folder.run(&["audit", "log.ndjson", "-j", "2"]).err;
    assert!(
        !said.contains("more findings") && !said.contains("`-v`"),
        "{said}"
    );
    let by_findings = groups("findings");
    let counts: Vec<_> = by_findings
        .iter()
        .map(|group| group["payloads"].as_u64().unwrap())
        .collect();
    assert_eq!(counts, [450, 50, 1]);
    let example = &by_findings[1]["example"];
    assert_eq!(
        (example["path"].as_str(), example["record"].as_u64()),
        (Some("log.ndjson"), Some(4))
    );
    assert!(
        example["v2"]
            .as_str()
            .unwrap()
            .contains("\"prompt\": \"cat 3\"")
    );
    assert!(example["v3"].as_str().unwrap().contains("\"image_num\": 2"));
    assert_eq!(by_findings[1]["findings"][0]["code"], "deprecated-field");
    let models: Vec<_> = groups("model")
        .iter()
        .map(|group| group["model"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        models,
        [
            "m0.safetensors",
            "m1.safetensors",
            "m2.safetensors",
            "m3.safetensors",
            "m.safetensors"
        ]
    );
    assert_eq!(groups("fields").len(), 3);
}

#[test]
fn every_field_that_is_present_has_one_fate() {
    let folder = Folder::new().with(
        "log.ndjson",
        log(40) + &PLAIN.replace("\"steps\":25", "\"steps\":\"many\"") + "\n",
    );
    let report = report(&folder, &["log.ndjson"]);
    let fields = report["fields"].as_array().unwrap();
    for field in fields {
        let sum: u64 = ["same", "moved", "renamed", "no_effect", "lost", "kept"]
            .iter()
            .map(|fate| field[*fate].as_u64().unwrap())
            .sum();
        assert_eq!(field["present"], sum, "{field}");
    }
    let fate = |name: &str| {
        fields
            .iter()
            .find(|field| field["field"] == name)
            .unwrap()
            .clone()
    };
    assert_eq!(
        (
            &fate("n_iter")["lost"],
            &fate("n_iter")["no_effect"],
            &fate("n_iter")["kept"]
        ),
        (&4.into(), &36.into(), &1.into())
    );
    assert_eq!(
        (&fate("batch_size")["renamed"], &fate("batch_size")["to"]),
        (&40.into(), &"request.image_num".into())
    );
    assert_eq!(fate("prompt")["moved"], 40);
}

#[test]
fn a_loss_that_was_allowed_is_still_a_loss() {
    let folder = Folder::new().with("a.json", LOSES);
    let report = report(&folder, &["a.json", "--allow", "deprecated-field=n_iter"]);
    let fields = report["fields"].as_array().unwrap();
    let n_iter = fields
        .iter()
        .find(|field| field["field"] == "n_iter")
        .unwrap();
    assert_eq!((&n_iter["lost"], &n_iter["warned"]), (&1.into(), &0.into()));
}

const ACCEPTS: &str = r#"
[[accept]]
code = "deprecated-field"
field = "n_iter"
value = 2
glob = "*.ndjson"
reason = "one picture less will do"
owner = "images team"

[[accept]]
code = "mask-dropped"
reason = "inpainting is another job"
owner = "M. Okafor"
"#;

#[test]
fn acceptances_take_what_they_name_and_tell_when_they_are_out_of_date() {
    let folder = Folder::new()
        .with("log.ndjson", log(100))
        .with("one.json", LOSES.replace("\"n_iter\": 4", "\"n_iter\": 2"))
        .with("novita-migrate.toml", ACCEPTS);
    let report = report(&folder, &["log.ndjson", "one.json"]);
    let accepted = &report["accepted"];
    // Of 10 losses in the log 4 are of two rounds; that of the file has another ending.
    assert_eq!(
        (&accepted[0]["findings"], &accepted[0]["owner"]),
        (&4.into(), &"images team".into())
    );
    assert_eq!(
        (&accepted[1]["findings"], &accepted[1]["line"]),
        (&0.into(), &10.into())
    );
    assert_eq!(report["totals"]["unaccepted"], 7);
    assert_eq!(report["groups"][1]["findings"][0]["accepted"], 4);

    let ran = folder.run(&["audit", "log.ndjson"]);
    ran.ends(0).says(&[
        "out of date: the [[accept]] of line 10 (mask-dropped, M. Okafor)",
        "4 findings accepted; 6 warnings that nobody accepted",
    ]);
    assert!(ran.out.contains("| `deprecated-field` of `n_iter` = `2` in `*.ndjson` | images team | one picture less will do | 4 |"), "{}", ran.out);
    folder
        .run(&["audit", "log.ndjson", "--deny-unaccepted"])
        .ends(1);
    folder
        .run(&["audit", "log.ndjson", "--snapshots", "s"])
        .ends(0);
    folder
        .run(&["audit", "log.ndjson", "--snapshots", "s", "--check"])
        .ends(1);
}

#[test]
fn an_acceptance_without_a_reason_or_an_owner_is_refused_with_its_place() {
    let refused = |text: &str, says: &[&str]| {
        let folder = Folder::new()
            .with("a.json", PLAIN)
            .with("novita-migrate.toml", text);
        folder.run(&["audit", "a.json"]).says(says).ends(2);
        // The file is one for all commands.
        folder.run(&["convert", "a.json"]).says(says).ends(2);
    };
    refused(
        "[[accept]]\ncode = \"too-long\"\nowner = \"x\"\n",
        &["novita-migrate.toml:1:1: `reason` is missing in [[accept]]"],
    );
    refused(
        "[[accept]]\ncode = \"too-long\"\nreason = \"x\"\n",
        &["novita-migrate.toml:1:1: `owner` is missing in [[accept]]"],
    );
    refused(
        "[[accept]]\ncode = \"warnings\"\nreason = \"x\"\nowner = \"x\"\n",
        &["novita-migrate.toml:2:8: `code` must be one finding class"],
    );
    refused(
        "[[accept]]\ncode = \"to-long\"\nreason = \"x\"\nowner = \"x\"\n",
        &["did you mean `too-long`?"],
    );
    refused(
        "[[accept]]\ncode = \"too-long\"\nreason = \"x\"\nowner = \"x\"\nglob = \"[\"\n",
        &["novita-migrate.toml:5:8: `glob` is no pattern"],
    );
    refused(
        "[[accept]]\ncode = \"too-long\"\nreason = \"x\"\nowner = \"x\"\nvalue = [1]\n",
        &["`value` must be a text, a number"],
    );
}

#[test]
fn config_show_shows_acceptances_and_can_be_read_again() {
    let folder = Folder::new().with("novita-migrate.toml", ACCEPTS);
    let shown = folder.run(&["config", "show"]);
    shown.ends(0);
    for line in [
        "field = \"n_iter\"",
        "value = 2",
        "glob = \"*.ndjson\"",
        "owner = \"M. Okafor\"",
    ] {
        assert!(shown.out.contains(line), "{line} in\n{}", shown.out);
    }
    let again = Folder::new().with("novita-migrate.toml", &shown.out);
    assert_eq!(
        again
            .run(&["config", "show"])
            .ends(0)
            .out
            .matches("[[accept]]")
            .count(),
        2
    );
}

#[test]
fn compare_tells_what_the_converter_and_what_the_corpus_changed() {
    let folder = Folder::new()
        .with("log.ndjson", log(50))
        .with("v3.json", V3);
    let write = |name: &str, args: &[&str]| {
        let mut all = vec!["audit", "--report-json", name];
        all.extend(args);
        folder.run(&all).ends(0);
    };
    write("old.json", &["log.ndjson"]);
    write("same.json", &["log.ndjson", "-j", "3"]);
    write(
        "options.json",
        &[
            "log.ndjson",
            "--out-of-range",
            "keep",
            "--n-iter",
            "multiply",
        ],
    );
    write("corpus.json", &["log.ndjson", "v3.json"]);
    write("models.json", &["log.ndjson", "--group-by", "model"]);
    folder
        .run(&["audit", "--compare", "old.json", "same.json"])
        .says(&["nothing changed"])
        .ends(0);
    let ran = folder.run(&["audit", "--compare", "old.json", "corpus.json"]);
    ran.ends(1);
    assert!(
        ran.out.contains("- payloads: 50 → 51\n")
            && ran
                .out
                .contains("- new: 1 payload: already V3, /v3/async/txt2img"),
        "{}",
        ran.out
    );
    let ran = folder.run(&["audit", "--compare", "old.json", "options.json"]);
    ran.ends(1);
    assert!(
        ran.out.contains("- warning[deprecated-field]: 5 → none"),
        "{}",
        ran.out
    );
    let ran = folder.run(&["audit", "--compare", "old.json", "models.json"]);
    assert!(
        ran.ends(1).out.contains("not to be compared"),
        "{}",
        ran.out
    );
    folder
        .run(&["audit", "--compare", "old.json", "log.ndjson"])
        .says(&["log.ndjson: no report of an audit"])
        .ends(2);
}

#[test]
fn compare_shows_what_the_same_payloads_turn_into() {
    let folder = Folder::new().with("a.json", PLAIN);
    folder
        .run(&["audit", "a.json", "--report-json", "old.json"])
        .ends(0);
    // As a later version of the converter might do it.
    let new = folder
        .read("old.json")
        .replace("\\\"guidance_scale\\\": 7", "\\\"guidance_scale\\\": 7.0");
    let sum = folder
        .read("old.json")
        .split("\"v3_sum\": \"")
        .nth(1)
        .unwrap()[..16]
        .to_owned();
    let new = new.replace(&sum, "0123456789abcdef");
    let folder = folder.with("new.json", new);
    let ran = folder.run(&["audit", "--compare", "old.json", "new.json"]);
    ran.ends(1);
    let expected = [
        "the same payloads turn into something else\n\n```diff\n--- a.json",
        "-    \"guidance_scale\": 7,\n+    \"guidance_scale\": 7.0,",
    ];
    for text in expected {
        assert!(ran.out.contains(text), "{text:?} in\n{}", ran.out);
    }
}

#[test]
fn without_files_to_write_the_audit_goes_to_stdout() {
    let folder = payloads();
    let ran = folder.pipe(&["audit"], LOSES);
    ran.ends(0);
    assert!(
        ran.out
            .starts_with("# What the payloads turn into\n\n1 payload in 1 input: 1 converted"),
        "{}",
        ran.out
    );
    assert!(
        ran.out.contains("For example `stdin`, record 1"),
        "{}",
        ran.out
    );
    assert_eq!(
        folder
            .run(&["audit", "in", "--report-html", "a.html"])
            .ends(0)
            .out,
        ""
    );
    assert!(
        folder
            .run(&["audit", "in", "--report-html", "a.html", "--report-md", "-"])
            .ends(0)
            .out
            .starts_with("# What")
    );
    folder
        .run(&["audit", "in", "--check"])
        .says(&["--snapshots"])
        .ends(2);
}
