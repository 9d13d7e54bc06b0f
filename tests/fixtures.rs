//! One snapshot for each fixture: what is found, then what comes out. And: every row and every finding code fires in
//! some fixture.
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests fail the test"
)]

mod support;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use novita_migrate::{
    Code, Document, Error, Migration, Options, What, guide, json, migrate, unlisted,
};
use support::{cases, name};

/// The folders whose files are one payload each.
const PAYLOADS: [&str; 5] = ["guide", "txt2img", "img2img", "response", "recorded"];

/// Findings first, then the endpoint and the output.
fn audit(input: &[u8], result: &Result<Migration<'_>, Error>) -> String {
    let mut text = String::new();
    let written = match result {
        Ok(migration) => {
            let endpoint = migration
                .endpoint()
                .map_or_else(|| "-".to_owned(), |endpoint| endpoint.to_string());
            let mut lines: Vec<String> = Vec::new();
            for finding in migration.findings() {
                let place = json::position(input, finding.offset());
                let to = finding
                    .to()
                    .map(|to| format!(" → {to}"))
                    .unwrap_or_default();
                lines.push(format!("{}:{} {finding}{to}\n", place.line, place.column));
            }
            let output = String::from_utf8(migration.to_vec()).expect("UTF-8 stays UTF-8");
            write!(
                text,
                "{} {endpoint}\n{}\n{output}",
                migration.status(),
                lines.concat()
            )
        }
        Err(error) => {
            let place = error.position();
            write!(text, "failed\n{}:{} {error}\n", place.line, place.column)
        }
    };
    written.expect("writing to a String");
    text
}

fn snapshots(folder: &str) {
    let cases = cases(folder);
    assert!(!cases.is_empty(), "no fixtures in {folder}");
    for path in cases {
        let input = std::fs::read(&path).expect("a fixture is readable");
        let text = audit(&input, &migrate(&input, None, &Options::default()));
        insta::with_settings!({
            snapshot_path => format!("snapshots/{folder}"),
            prepend_module_to_snapshot => false,
            omit_expression => true,
            input_file => format!("fixtures/{folder}/{}.json", name(&path)),
        }, {
            insta::assert_snapshot!(name(&path), text);
        });
    }
}

#[test]
fn guide_pairs() {
    snapshots("guide");
}

#[test]
fn txt2img() {
    snapshots("txt2img");
}

#[test]
fn img2img() {
    snapshots("img2img");
}

#[test]
fn responses() {
    snapshots("response");
}

#[test]
fn recorded() {
    snapshots("recorded");
}

#[test]
fn broken() {
    snapshots("broken");
}

/// Runs `look` over the payloads of all fixtures.
fn each_payload(mut look: impl FnMut(&str, &[u8])) {
    for folder in PAYLOADS {
        for path in cases(folder) {
            look(
                &path.display().to_string(),
                &std::fs::read(&path).expect("a fixture is readable"),
            );
        }
    }
}

#[test]
fn every_finding_code_fires() {
    let mut seen = BTreeSet::new();
    each_payload(|_, input| {
        if let Ok(migration) = migrate(input, None, &Options::default()) {
            seen.extend(migration.findings().iter().map(|finding| finding.code()));
        }
    });
    let silent: Vec<_> = Code::ALL
        .iter()
        .filter(|code| !seen.contains(code) && !support::OPTIONAL.contains(code))
        .collect();
    assert!(
        silent.is_empty(),
        "no fixture has these findings: {silent:?}"
    );
}

/// Every V2 name of the table, and every place that it leads to, occurs in some fixture.
#[test]
fn every_row_is_exercised() {
    let mut seen: BTreeSet<(Document, String)> = BTreeSet::new();
    let mut written: BTreeSet<String> = BTreeSet::new();
    each_payload(|path, input| {
        let Ok(migration) = migrate(input, None, &Options::default()) else {
            return;
        };
        let Some(document) = migration.document() else {
            return;
        };
        let tree = json::Tree::parse(input).unwrap_or_else(|error| panic!("{path}: {error}"));
        names(tree.root(), "", &mut |name| {
            seen.insert((document, name));
        });
        let output = migration.to_vec();
        let tree = json::Tree::parse(&output).unwrap_or_else(|error| panic!("{path}: {error}"));
        names(tree.root(), "", &mut |name| {
            written.insert(name);
        });
    });
    for row in guide() {
        let document = if row.is_response() {
            Document::Response
        } else {
            row.document()
        };
        if let Some(v2) = row.v2() {
            assert!(
                seen.contains(&(document, v2.to_owned())),
                "no {document} fixture has `{v2}`"
            );
        }
        if let Some(v3) = row.v3() {
            assert!(written.contains(v3), "no fixture leads to `{v3}`");
        }
    }
    for row in unlisted().iter().filter(|row| row.what() != What::New) {
        let v2 = row.v2().unwrap_or_default();
        assert!(
            seen.iter().any(|(_, name)| name == v2),
            "no fixture has `{v2}`"
        );
    }
}

/// The dotted paths of all values that are not null, with `[]` for list entries.
fn names(value: json::Value<'_, '_>, path: &str, found: &mut impl FnMut(String)) {
    for member in value.members().filter(|member| !member.is_null()) {
        let key = member
            .key()
            .map(|key| key.name().into_owned())
            .unwrap_or_default();
        let path = if path.is_empty() {
            key
        } else {
            format!("{path}.{key}")
        };
        found(path.clone());
        names(member, &path, found);
    }
    for element in value.elements() {
        // The guide writes one object where clients write a list.
        names(element, &format!("{path}[]"), found);
    }
}
