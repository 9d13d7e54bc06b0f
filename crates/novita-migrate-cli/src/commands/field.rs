//! What `explain` says about a field.

use std::fmt::Write as _;

use novita_migrate::v3::{Field, lookup};
use novita_migrate::{CONTRADICTIONS, Endpoint, Row, guide, unlisted};

use super::rules::title;
use super::wrap::wrap;

/// Everything known about the field that `subject` names: `n_iter`, `request.image_num`, `controlnet_units[].module`,
/// `controlnet_units.module`, `module`, `/controlnet_units/0/module`. `None` if no field has that name.
pub(super) fn explain(subject: &str) -> Option<String> {
    let wanted = normal(subject);
    let all: Vec<&'static Row> = guide().chain(unlisted()).collect();
    let exact = |row: &&&Row| paths(row).any(|path| normal(path) == wanted);
    let last = |row: &&&Row| paths(row).any(|path| path.rsplit('.').next() == Some(&*wanted));
    let mut found: Vec<&Row> = all.iter().filter(exact).copied().collect();
    let mut others: Vec<&Row> = all
        .iter()
        .filter(last)
        .copied()
        .filter(|row| !found.contains(row))
        .collect();
    if found.is_empty() {
        found = std::mem::take(&mut others);
    }
    if found.is_empty() {
        return v3_only(&wanted);
    }
    let mut out = format!("{}\n", crate::report::text(subject.trim()));
    for row in &found {
        out.push('\n');
        push_row(&mut out, row);
    }
    push_places(&mut out, &found);
    push_contradictions(&mut out, &found);
    push_see_also(&mut out, &others);
    Some(out)
}

fn paths(row: &Row) -> impl Iterator<Item = &'static str> {
    row.v2().into_iter().chain(row.v3())
}

/// One way to write a path: dots between names, no list marks, no positions.
fn normal(path: &str) -> String {
    let parts = path
        .trim()
        .split(['/', '.'])
        .map(|part| part.trim_end_matches("[]"));
    let names = parts.filter(|part| {
        !part.is_empty() && !part.bytes().all(|byte| byte.is_ascii_digit()) && *part != "*"
    });
    names.collect::<Vec<_>>().join(".")
}

fn push_row(out: &mut String, row: &Row) {
    let place = match row.line() {
        0 => "not in the guide; sent by official clients".to_owned(),
        line => format!("{}, guide line {line}", title(row)),
    };
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{place}:");
    let what = match (row.v2(), row.v3()) {
        (Some(v2), Some(v3)) => format!("{v2} → {v3} ({})", row.what()),
        (Some(v2), None) => format!("{v2} → Deprecated: V3 has no such field"),
        (None, Some(v3)) => format!("{v3} ({} in V3)", row.what()),
        (None, None) => row.what().to_string(),
    };
    wrap(out, "  ", "    ", &what);
    let repeats = row
        .v3()
        .is_some_and(|v3| row.description() == format!("{} → {v3}", row.v2().unwrap_or_default()));
    if !row.description().is_empty() && !repeats {
        wrap(out, "  the guide adds: ", "    ", row.description());
    }
}

fn push_places(out: &mut String, rows: &[&Row]) {
    let mut fields: Vec<&Field> = Vec::new();
    for field in rows.iter().filter_map(|row| lookup(row.v3()?)) {
        if !fields.contains(&field) {
            fields.push(field);
        }
    }
    for field in fields {
        out.push('\n');
        push_field(out, field);
    }
}

/// What V3 takes at a place.
fn push_field(out: &mut String, field: &Field) {
    let _ = writeln!(out, "V3 takes at {}:", field.path());
    wrap(out, "  ", "  ", &kind(field));
    let names = |on: fn(&Field, Endpoint) -> bool| -> Vec<&str> {
        Endpoint::ALL
            .into_iter()
            .filter(|endpoint| on(field, *endpoint))
            .map(Endpoint::name)
            .collect()
    };
    let (on, required) = (
        names(|field, at| field.is_on(at)),
        names(|field, at| field.is_required(at)),
    );
    if !on.is_empty() {
        let _ = writeln!(out, "  on: {}", on.join(", "));
        let _ = writeln!(
            out,
            "  required on: {}",
            if required.is_empty() {
                "none".to_owned()
            } else {
                required.join(", ")
            }
        );
    }
}

fn kind(field: &Field) -> String {
    let mut text = field.kind().json_name().to_owned();
    if let Some((min, max)) = field.bounds() {
        let _ = match (min.is_finite(), max.is_finite()) {
            (true, true) => write!(text, ", {min} to {max}"),
            (true, false) => write!(text, ", {min} or more"),
            _ => Ok(()),
        };
    }
    if let Some((min, max)) = field.length() {
        let of = if field.kind().json_name() == "array" {
            "entries"
        } else {
            "characters"
        };
        let _ = write!(text, ", {min} to {max} {of}");
    }
    if !field.allowed().is_empty() {
        let _ = write!(text, ", one of: {}", field.allowed().join(", "));
    }
    text
}

fn push_contradictions(out: &mut String, rows: &[&Row]) {
    let names: Vec<String> = rows.iter().flat_map(|row| paths(row)).map(normal).collect();
    for one in CONTRADICTIONS.iter().filter(|one| {
        one.fields
            .iter()
            .any(|field| names.contains(&normal(field)))
    }) {
        let _ = writeln!(out, "\nA contradiction of the guide:");
        wrap(out, "  ", "  ", one.says);
        wrap(out, "  decided: ", "    ", one.decision);
        wrap(out, "  because: ", "    ", one.reason);
    }
}

fn push_see_also(out: &mut String, others: &[&Row]) {
    let mut names: Vec<&str> = others
        .iter()
        .filter_map(|row| row.v2().or(row.v3()))
        .collect();
    names.dedup();
    if !names.is_empty() {
        out.push('\n');
        wrap(out, "See also: ", "  ", &names.join(", "));
    }
}

/// A field that V3 has and the guide does not speak of.
fn v3_only(wanted: &str) -> Option<String> {
    let fields = novita_migrate::v3::FIELDS;
    let exact: Vec<&Field> = fields
        .iter()
        .filter(|field| normal(field.path()) == wanted)
        .collect();
    let found = if exact.is_empty() {
        fields
            .iter()
            .filter(|field| field.name() == wanted)
            .collect()
    } else {
        exact
    };
    if found.is_empty() {
        return None;
    }
    let mut out = String::from("The guide does not speak of this field; V2 had none like it.\n");
    for field in found {
        out.push('\n');
        push_field(&mut out, field);
    }
    Some(out)
}
