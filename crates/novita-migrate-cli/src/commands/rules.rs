//! `rules`: the guide's table, for people, programs and the docs.

use std::fmt::Write as _;

use novita_migrate::{Document, Row, guide, rows, unlisted};
use serde::Serialize;

use super::{Stop, print, rules_markdown};
use crate::args::{RulesArgs, RulesFormat};

/// Prints the table.
pub(super) fn run(args: &RulesArgs) -> Result<u8, Stop> {
    let tables = tables(args.document.map(|document| document.document()));
    print(&match args.format {
        RulesFormat::Text => text(&tables),
        RulesFormat::Json => json(&tables)?,
        RulesFormat::Markdown => rules_markdown::page(&tables),
    })
}

/// Every row: the guide's in its order, then what the guide leaves out.
pub(super) fn all() -> impl Iterator<Item = &'static Row> {
    guide().chain(rows(Document::Progress)).chain(unlisted())
}

/// One table of the guide.
pub(super) struct Table {
    pub(super) title: &'static str,
    pub(super) rows: Vec<&'static Row>,
}

impl Table {
    /// Where the table stands in the guide's text; `None` for fields that the guide leaves out.
    pub(super) fn lines(&self) -> Option<(u16, u16)> {
        let first = self.rows.first()?.line();
        let last = self.rows.last()?.line();
        (first > 0).then_some((first, last))
    }
}

/// The tables, of one document or all, in the guide's order; what the guide leaves out comes last.
pub(super) fn tables(only: Option<Document>) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    for row in all() {
        let document = match row.document() {
            Document::Progress => Document::Progress,
            _ if row.is_response() => Document::Response,
            document => document,
        };
        if only.is_some_and(|only| only != document) {
            continue;
        }
        let title = title(row);
        match tables.iter_mut().find(|table| table.title == title) {
            Some(table) => table.rows.push(row),
            None => tables.push(Table {
                title,
                rows: vec![row],
            }),
        }
    }
    tables
}

/// The name of the table that a row stands in.
pub(super) fn title(row: &Row) -> &'static str {
    match (row.line(), row.document(), row.is_response()) {
        (0, Document::Progress, _) => "/v2/progress answer",
        (0, ..) => "V2 fields that the guide leaves out",
        (_, Document::Txt2img, false) => "txt2img request",
        (_, Document::Txt2img, true) => "txt2img response",
        (_, Document::Img2img, false) => "img2img request",
        _ => "img2img response",
    }
}

fn text(tables: &[Table]) -> String {
    let mut out = String::new();
    for (at, table) in tables.iter().enumerate() {
        let blank = if at == 0 { "" } else { "\n" };
        let lines = table.lines().map_or_else(String::new, |(first, last)| {
            format!(" (guide: lines {first} to {last})")
        });
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{blank}{}{lines}\n", table.title);
        let width = |of: fn(&Row) -> &str| {
            table
                .rows
                .iter()
                .map(|row| of(row).chars().count())
                .max()
                .unwrap_or(0)
        };
        let (v2, v3) = (width(v2), width(v3));
        let _ = writeln!(
            out,
            "{:>4}  {:<v2$}  {:<10}  {:<v3$}  what the guide adds",
            "line", "V2", "what", "V3"
        );
        for row in &table.rows {
            let line = if row.line() == 0 {
                "-".to_owned()
            } else {
                row.line().to_string()
            };
            let what = row.what().name();
            let words = format!(
                "{line:>4}  {:<v2$}  {what:<10}  {:<v3$}  {}",
                self::v2(row),
                self::v3(row),
                row.description()
            );
            let _ = writeln!(out, "{}", words.trim_end());
        }
    }
    out
}

fn v2(row: &Row) -> &str {
    row.v2().unwrap_or("-")
}

fn v3(row: &Row) -> &str {
    row.v3().unwrap_or("-")
}

/// One row for programs.
#[derive(Serialize)]
struct Line {
    document: &'static str,
    part: &'static str,
    /// The guide's line; null for a field that it leaves out.
    line: Option<u16>,
    v2: Option<&'static str>,
    what: &'static str,
    v3: Option<&'static str>,
    description: &'static str,
}

fn json(tables: &[Table]) -> Result<String, Stop> {
    let rows: Vec<&Row> = tables
        .iter()
        .flat_map(|table| &table.rows)
        .copied()
        .collect();
    let mut out = String::from("[\n");
    for (at, row) in rows.iter().enumerate() {
        let line = Line {
            document: row.document().name(),
            part: if row.is_response() {
                "response"
            } else {
                "request"
            },
            line: (row.line() > 0).then(|| row.line()),
            v2: row.v2(),
            what: row.what().name(),
            v3: row.v3(),
            description: row.description(),
        };
        let comma = if at + 1 == rows.len() { "" } else { "," };
        let line = serde_json::to_string(&line).map_err(Stop::plain)?;
        // Writing to a String cannot fail.
        let _ = writeln!(out, "  {line}{comma}");
    }
    out.push_str("]\n");
    Ok(out)
}
