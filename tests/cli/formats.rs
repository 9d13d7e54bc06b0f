//! Findings for machines: the report and its schema, SARIF, annotations, one line a finding.

use serde_json::Value;

use crate::support::{Folder, LOSES, PLAIN, V3};

/// Three inputs with everything in them: converted, already V3, kept, failed.
fn mixed() -> Folder {
    Folder::new()
        .with("a, b.json", LOSES)
        .with("bad.json", "{\"prompt\": \"a\nb\"}")
        .with("log.ndjson", format!("{PLAIN}\n{V3}\n[]\n"))
        .with("v3.json", V3)
}

const ALL: [&str; 4] = ["a, b.json", "bad.json", "log.ndjson", "v3.json"];

fn lines(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn check(folder: &Folder, args: &[&str]) -> crate::support::Ran {
    folder.run(&[["check"].as_slice(), args, &ALL].concat())
}

#[test]
fn every_line_of_a_report_fits_the_published_schema() {
    let folder = mixed();
    let schema: Value =
        serde_json::from_str(&folder.run(&["schema", "report"]).ends(0).out).unwrap();
    assert_eq!(
        schema["$schema"],
        "https://json-schema.org/draft/2020-12/schema"
    );
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    check(
        &folder,
        &["--report", "report.ndjson", "--deny", "deprecated-field"],
    )
    .ends(2);
    let report = lines(&folder.read("report.ndjson"));
    for line in &report {
        let errors: Vec<_> = validator
            .iter_errors(line)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{line}: {errors:?}");
    }
    for wrong in [
        r#"{"version":2,"summary":{}}"#,
        r#"{"version":1,"path":"a"}"#,
        "{}",
    ] {
        assert!(
            !validator.is_valid(&serde_json::from_str(wrong).unwrap()),
            "{wrong}"
        );
    }
    let statuses: Vec<_> = report
        .iter()
        .filter_map(|line| line["status"].as_str())
        .collect();
    assert_eq!(
        statuses,
        [
            "kept",
            "failed",
            "converted",
            "already-v3",
            "failed",
            "already-v3"
        ]
    );
    let places: Vec<_> = report
        .iter()
        .filter_map(|line| {
            Some((
                line["path"].as_str()?,
                line["record"].as_u64()?,
                line["line"].as_u64()?,
            ))
        })
        .collect();
    let wanted = [
        ("a, b.json", 1, 1),
        ("bad.json", 1, 1),
        ("log.ndjson", 1, 1),
        ("log.ndjson", 2, 2),
        ("log.ndjson", 3, 3),
        ("v3.json", 1, 1),
    ];
    assert_eq!(places, wanted);
}

#[test]
fn the_last_line_of_a_report_sums_up() {
    let folder = mixed();
    check(&folder, &["--report", "report.ndjson"]).ends(2);
    let report = lines(&folder.read("report.ndjson"));
    let summary = &report.last().unwrap()["summary"];
    let count = |name: &str| summary[name].as_u64().unwrap();
    assert_eq!(
        [
            count("inputs"),
            count("payloads"),
            count("converted"),
            count("already-v3"),
            count("kept"),
            count("failed")
        ],
        [4, 6, 2, 2, 0, 2]
    );
    assert_eq!(summary["findings"]["deprecated-field"]["warning"], 1);
    assert_eq!(count("bytes-written"), 0, "check writes nothing");
    assert!(summary["run"].is_null());
}

#[test]
fn a_finding_in_the_report_has_pointer_target_and_place() {
    let folder = mixed();
    folder
        .run(&["convert", "--report", "report.ndjson", "a, b.json"])
        .ends(0);
    let report = lines(&folder.read("report.ndjson"));
    assert_eq!(report[0]["endpoint"], "/v3/async/txt2img");
    let finding = report[0]["findings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|finding| finding["code"] == "deprecated-field")
        .unwrap();
    assert_eq!(
        (
            finding["pointer"].as_str(),
            finding["line"].as_u64(),
            finding["column"].as_u64()
        ),
        (Some("/n_iter"), Some(6), Some(3))
    );
    assert!(finding["to"].is_null());
}

#[test]
fn json_output_is_the_report() {
    let folder = mixed();
    let ran = check(
        &folder,
        &["--output-format", "json", "--report", "report.ndjson"],
    );
    ran.ends(2);
    assert_eq!(ran.out, folder.read("report.ndjson"));
}

#[test]
fn a_report_that_cannot_be_written_stops_the_run_before_it_begins() {
    let folder = mixed();
    let ran = folder.run(&["convert", "--report", "no/such/folder/r.ndjson", "v3.json"]);
    ran.ends(2)
        .says(&["no/such/folder/r.ndjson", "cannot write the report"]);
    assert_eq!(ran.out, "");
}

#[test]
fn machine_formats_leave_stdout_to_the_data() {
    let folder = mixed();
    let ran = folder.run(&["convert", "--output-format", "concise", "a, b.json"]);
    ran.ends(0)
        .says(&["a, b.json:6:3: warning[deprecated-field] /n_iter: "]);
    assert!(
        serde_json::from_str::<Value>(&ran.out).is_ok(),
        "{}",
        ran.out
    );
}

#[test]
fn concise_is_one_line_a_finding() {
    let ran = check(&mixed(), &["--output-format", "concise"]);
    // All of them were told, so that none is left to be counted.
    assert!(!ran.err.contains("more finding"), "{}", ran.err);
    ran.ends(2);
    let lines: Vec<&str> = ran.out.lines().collect();
    assert!(
        lines[0].starts_with("a, b.json:1:1: error[v2-payload] still a V2 payload"),
        "{}",
        ran.out
    );
    assert!(
        lines[1].starts_with("a, b.json:6:3: warning[deprecated-field] /n_iter: "),
        "{}",
        ran.out
    );
    assert!(
        lines[2].starts_with("bad.json:1:14: error: "),
        "{}",
        ran.out
    );
    assert!(
        lines[3].starts_with("log.ndjson:1:1: error[v2-payload] "),
        "{}",
        ran.out
    );
    assert!(
        lines[4].starts_with("log.ndjson:3:1: error: "),
        "{}",
        ran.out
    );
    assert_eq!(lines.len(), 5, "{}", ran.out);
}

#[test]
fn github_annotations_escape_what_would_end_them() {
    let ran = check(&mixed(), &["--output-format", "github"]);
    ran.ends(2);
    let lines: Vec<&str> = ran.out.lines().collect();
    assert!(
        lines[0].starts_with("::error file=a%2C b.json,line=1,col=1,title=v2-payload::"),
        "{}",
        ran.out
    );
    assert!(
        lines[1].starts_with(
            "::warning file=a%2C b.json,line=6,col=3,title=deprecated-field::/n_iter: "
        ),
        "{}",
        ran.out
    );
    assert!(
        lines.iter().all(|line| line.starts_with("::")),
        "{}",
        ran.out
    );
}

#[test]
fn sarif_fits_its_published_schema() {
    // The one slip of the published text, a bracket too many in a pattern; its errata 01 has it right.
    let text =
        include_str!("../schemas/sarif-2.1.0.json").replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$");
    let schema: Value = serde_json::from_str(&text).unwrap();
    let validator = jsonschema::draft7::new(&schema).unwrap();
    let folder = mixed();
    for args in [vec![], vec!["-v"], vec!["--deny", "warnings"]] {
        let ran = check(
            &folder,
            &[["--output-format", "sarif"].as_slice(), &args].concat(),
        );
        let log: Value = serde_json::from_str(&ran.ends(2).out).unwrap();
        let errors: Vec<_> = validator
            .iter_errors(&log)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
    let nothing: Value = serde_json::from_str(
        &folder
            .run(&["check", "--output-format", "sarif", "v3.json"])
            .ends(0)
            .out,
    )
    .unwrap();
    assert!(validator.is_valid(&nothing));
    assert_eq!(
        nothing["runs"][0]["invocations"][0]["executionSuccessful"],
        true
    );
    assert!(
        !validator
            .is_valid(&serde_json::json!({ "version": "2.1.0", "runs": [{ "results": [] }] })),
        "the schema checks"
    );
}

#[test]
fn sarif_results_point_at_rules_and_places() {
    let ran = check(&mixed(), &["--output-format", "sarif"]);
    let log: Value = serde_json::from_str(&ran.out).unwrap();
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(
            run["tool"]["driver"]["rules"][index]["id"],
            result["ruleId"]
        );
    }
    let found = results
        .iter()
        .find(|result| result["ruleId"] == "deprecated-field")
        .unwrap();
    let place = &found["locations"][0];
    assert_eq!(
        place["physicalLocation"]["artifactLocation"]["uri"],
        "a%2C%20b.json"
    );
    assert_eq!(
        place["physicalLocation"]["region"],
        serde_json::json!({ "startLine": 6, "startColumn": 3 })
    );
    assert_eq!(
        place["logicalLocations"][0]["fullyQualifiedName"],
        "/n_iter"
    );
    assert_eq!(found["level"], "warning");
    assert_eq!(
        run["invocations"][0]["executionSuccessful"], false,
        "bad.json failed"
    );
}
