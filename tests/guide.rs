//! The table of the library against a transcription of the guide, line by line and in both directions.
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests fail the test"
)]

use std::collections::BTreeMap;
use std::path::Path;

use novita_migrate::{Document, Row, guide, rows};

/// One line of the transcription.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Line {
    document: String,
    is_response: bool,
    line: u16,
    v2: String,
    v3: String,
    what: String,
    note: String,
}

fn transcription() -> Vec<Line> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/guide/lines.tsv");
    let text = std::fs::read_to_string(path).expect("the transcription is part of the fixtures");
    let mut lines = text.lines();
    let header: Vec<_> = lines.next().expect("a header").split('\t').collect();
    lines
        .map(|line| {
            let cells: BTreeMap<_, _> = header.iter().copied().zip(line.split('\t')).collect();
            let cell = |name: &str| cells.get(name).copied().unwrap_or_default().to_owned();
            Line {
                document: cell("document"),
                is_response: cell("part") == "response",
                line: cell("guide_line").parse().expect("a line number"),
                v2: cell("v2"),
                v3: cell("v3"),
                what: cell("what"),
                note: cell("note"),
            }
        })
        .collect()
}

fn line(row: &Row) -> Line {
    Line {
        document: row.document().to_string(),
        is_response: row.is_response(),
        line: row.line(),
        v2: row.v2().unwrap_or_default().to_owned(),
        v3: row.v3().unwrap_or_default().to_owned(),
        what: row.what().to_string(),
        note: row.description().to_owned(),
    }
}

#[test]
fn the_table_is_the_guide() {
    let (guide, table): (Vec<_>, Vec<_>) = (transcription(), guide().map(line).collect());
    for expected in &guide {
        assert!(
            table.contains(expected),
            "the guide has a line that the table lacks: {expected:?}"
        );
    }
    for row in &table {
        assert!(
            guide.contains(row),
            "the table has a row that the guide lacks: {row:?}"
        );
    }
    assert_eq!(table, guide, "the order is the guide's");
}

#[test]
fn the_guide_has_97_lines() {
    let count = |document: &str, is_response| {
        guide()
            .filter(|row| {
                row.document().to_string() == document && row.is_response() == is_response
            })
            .count()
    };
    assert_eq!(count("txt2img", false), 34);
    assert_eq!(count("txt2img", true), 5);
    assert_eq!(count("img2img", false), 53);
    assert_eq!(count("img2img", true), 5);
}

#[test]
fn both_response_tables_agree() {
    let rows_of = |document: Document| {
        let rows = guide().filter(move |row| row.is_response() && row.document() == document);
        rows.map(|row| (row.v2(), row.v3(), row.what()))
            .collect::<Vec<_>>()
    };
    assert_eq!(rows_of(Document::Txt2img), rows_of(Document::Img2img));
    assert_eq!(rows(Document::Response).len(), 5);
}
