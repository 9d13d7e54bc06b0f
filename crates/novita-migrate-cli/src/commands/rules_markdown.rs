//! `rules --format markdown`: the page `docs/rules.md`.

use std::fmt::Write as _;

use novita_migrate::{Code, Document, Row};

use super::rules::Table;

const HEAD: &str = "\
# The rules

Printed by `novita-migrate rules --format markdown`; do not edit. One row is one line of the vendor's
[V2 to V3 migration guide](https://novita.ai/docs/guides/model-apis-v2-to-v3-migration), in the guide's order.
`[]` stands for each entry of a list. `novita-migrate explain FIELD` tells more about a field.
";

const FINDINGS: &str = "
## Findings

What is reported about a payload. `novita-migrate explain CODE` tells when, and how it is graded.

| code | what was found | what to do |
| --- | --- | --- |
";

/// The page.
pub(super) fn page(tables: &[Table]) -> String {
    let mut out = String::from(HEAD);
    for table in tables {
        let is_progress = |row: &&Row| row.document() == Document::Progress;
        let intro = match table.lines() {
            Some((first, last)) => format!("Lines {first} to {last} of the guide."),
            None if table.rows.iter().any(is_progress) => "The guide leaves it out; the vendor's reference pages of both versions tell. It becomes an answer of\n`/v3/async/task-result`.".to_owned(),
            None => "Official clients and public code send them all the same.".to_owned(),
        };
        // Writing to a String cannot fail.
        let _ = writeln!(out, "\n## {}\n\n{intro}\n", heading(table.title));
        out.push_str("| line | V2 | what happens | V3 | what the guide adds |\n| --- | --- | --- | --- | --- |\n");
        for row in &table.rows {
            push_row(&mut out, row);
        }
    }
    out.push_str(FINDINGS);
    for code in Code::ALL {
        let _ = writeln!(
            out,
            "| `{code}` | {} | {} |",
            cell(code.summary()),
            cell(code.help())
        );
    }
    out
}

fn push_row(out: &mut String, row: &Row) {
    let line = if row.line() == 0 {
        String::new()
    } else {
        row.line().to_string()
    };
    let name = |name: Option<&str>| name.map_or_else(String::new, |name| format!("`{name}`"));
    let (v2, v3) = (name(row.v2()), name(row.v3()));
    let _ = writeln!(
        out,
        "| {line} | {v2} | {} | {v3} | {} |",
        row.what(),
        cell(row.description())
    );
}

fn heading(title: &str) -> String {
    let mut chars = title.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

/// Text that may stand in a table: a bar would end the cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
