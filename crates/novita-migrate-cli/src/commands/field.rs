//! What `explain` says about a field.

use std::fmt::Write as _;

use novita_migrate::v3::{Field, lookup};
use novita_migrate::{CONTRADICTIONS, Document, Endpoint, Row};

use super::choices::{push_choices, push_pairings};
use super::rules::{all, title};
use super::wrap::wrap;

/// Everything known about the field that `subject` names: `n_iter`, `request.image_num`, `controlnet_units[].module`,
/// `controlnet_units.module`, `module`, `/controlnet_units/0/module`. `None` if no field has that name.
pub(super) fn explain(subject: &str) -> Option<String> {
    let wanted = normal(subject);
    let all: Vec<&'static Row> = all().collect();
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
    let names: Vec<String> = found
        .iter()
        .flat_map(|row| paths(row))
        .map(normal)
        .collect();
    push_places(&mut out, &found);
    push_pairings(&mut out, &found);
    push_choices(&mut out, &names);
    push_contradictions(&mut out, &names);
    push_see_also(&mut out, &others);
    Some(out)
}

/// The names of a row's fields.
pub(super) fn paths(row: &Row) -> impl Iterator<Item = &'static str> {
    row.v2().into_iter().chain(row.v3())
}

/// One way to write a path: dots between names, no list marks, no positions.
pub(super) fn normal(path: &str) -> String {
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
    let place = match (row.line(), row.document()) {
        (0, Document::Progress) => "not in the guide; by the vendor's reference pages".to_owned(),
        (0, _) => "not in the guide; sent by official clients".to_owned(),
        (line, _) => format!("{}, guide line {line}", title(row)),
    };
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{place}:");
    push_what(out, row);
}

/// What happens to a row's field, and what the row adds in words.
pub(super) fn push_what(out: &mut String, row: &Row) {
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
    if row.description().is_empty() || repeats {
        return;
    }
    let adds = match row.line() {
        0 => "  note: ",
        _ => "  the guide adds: ",
    };
    wrap(out, adds, "    ", row.description());
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
        let _ = match max {
            u32::MAX => write!(text, ", {min} or more {of}"),
            _ => write!(text, ", {min} to {max} {of}"),
        };
    }
    if !field.allowed().is_empty() {
        let _ = write!(text, ", one of: {}", field.allowed().join(", "));
    }
    text
}

fn push_contradictions(out: &mut String, names: &[String]) {
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
    let names: Vec<String> = found.iter().map(|field| normal(field.path())).collect();
    let mut choices = String::new();
    push_choices(&mut choices, &names);
    let mut out = String::from(match choices.is_empty() {
        true => "The guide does not speak of this field; V2 had none like it.\n",
        false => "The guide does not speak of this field; an option fills it.\n",
    });
    for field in found {
        out.push('\n');
        push_field(&mut out, field);
    }
    out.push_str(&choices);
    Some(out)
}
