//! The text that audits keep of a migration: what a service puts under snapshot.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of tests fail the test"
)]

mod support;

use insta::assert_snapshot;
use novita_migrate::{Code, Level, Options, migrate};
use support::{cases, fixtures};

fn audit(payload: &str) -> String {
    audit_with(payload, &Options::default())
}

fn audit_with(payload: &str, options: &Options) -> String {
    migrate(payload, None, options)
        .expect("a payload")
        .audit()
        .to_string()
}

/// The line that the README shows.
#[test]
fn one_line_keeps_a_payload_under_snapshot() -> Result<(), novita_migrate::Error> {
    let payload =
        std::fs::read(fixtures().join("guide/img2img.v2.json")).expect("a fixture is readable");

    insta::assert_snapshot!(migrate(&payload, None, &Options::default())?.audit());
    Ok(())
}

#[test]
fn the_readme_shows_the_line_that_runs_here() {
    let line = "insta::assert_snapshot!(migrate(&payload, None, &Options::default())?.audit());";
    assert!(include_str!("../README.md").contains(&format!("```rust,ignore\n{line}\n```")));
    assert!(include_str!("audit.rs").contains(&format!("\n    {line}\n    Ok(())\n")));
}

#[test]
fn responses_have_no_endpoint() {
    assert_snapshot!(audit(r#"{"code":0,"msg":"","data":{"task_id":"a-1"}}"#), @r#"
    note[inactive-field] /code: success: V3 says so with its HTTP status
    note[inactive-field] /msg: an empty text

    converted: response

    {
      "task_id": "a-1"
    }
    "#);
}

#[test]
fn what_is_v3_says_so() {
    assert_snapshot!(audit(r#"{"request":{"prompt":"a cat","loras":[],"extra":{}}}"#), @r#"
    no findings

    already V3: POST /v3/async/txt2img

    {
      "request": {
        "prompt": "a cat",
        "loras": [],
        "extra": {}
      }
    }
    "#);
}

#[test]
fn what_is_kept_shows_the_v2_payload() {
    let options = Options::default().level(Code::DeprecatedField, None, Level::Deny);
    let text = audit_with(
        r#"{"prompt":"a cat","n_iter":2,"batch_size":1,"steps":3}"#,
        &options,
    );
    assert!(text.contains("error[deprecated-field] /n_iter: "), "{text}");
    assert!(
        text.contains("\n\nkept as V2: txt2img\n\n{\n  \"prompt\": \"a cat\",\n  \"n_iter\": 2,"),
        "{text}"
    );
}

#[test]
fn a_name_with_a_line_break_stays_on_its_line() {
    let text = audit("{\"prompt\":\"a\",\"steps\":2,\"a\\nb\\u202e\\u001b[2J\":1}");
    let findings = text.split("\n\n").next().unwrap();
    assert!(
        findings.contains("/a\\nb\\u{202e}\\u{1b}[2J: "),
        "{findings}"
    );
    assert!(
        findings.lines().all(|line| line.contains("] ")),
        "{findings}"
    );
}

/// Layout is the source's own affair; a snapshot is not.
#[test]
fn the_text_does_not_depend_on_the_layout() {
    for path in cases("guide") {
        let Ok(payload) = std::fs::read_to_string(&path) else {
            continue;
        };
        let Ok(value) = serde_json::from_str::<Box<serde_json::value::RawValue>>(&payload) else {
            continue;
        };
        let minified = minified(value.get());
        let looks = |text: &str| {
            migrate(text, None, &Options::default()).map(|migration| migration.audit().to_string())
        };
        if let (Ok(wide), Ok(narrow)) = (looks(&payload), looks(&minified)) {
            assert_eq!(wide, narrow, "{}", path.display());
        }
    }
}

/// JSON without the blanks between its tokens.
fn minified(text: &str) -> String {
    let (mut out, mut in_string, mut escaped) = (String::new(), false, false);
    for char in text.chars() {
        if in_string || !char.is_ascii_whitespace() {
            out.push(char);
        }
        in_string ^= char == '"' && !escaped;
        escaped = in_string && char == '\\' && !escaped;
    }
    out
}

#[test]
fn a_changed_picture_is_a_changed_text() {
    let payload = |last: char| {
        format!(
            r#"{{"init_images":["{}{last}"],"prompt":"a","steps":2}}"#,
            "iVBORw0KGgo".repeat(5000)
        )
    };
    let (one, other) = (audit(&payload('A')), audit(&payload('B')));
    assert_ne!(one, other);
    assert!(one.len() < 1500, "{one}");
}
