//! `rules` and `explain`: what the library knows about itself, for programs and people.

use std::fmt::Write;

use novita_migrate::v3::lookup;
use novita_migrate::{
    CHOICES, CONTRADICTIONS, Code, Document, Endpoint, Row, guide, rows, unlisted,
};
use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// The guide's table, one `dict` a row, as `novita-migrate rules --format json` prints it.
///
/// `document` limits it to "txt2img", "img2img", "response" or "progress". Fields that the guide leaves out come last; their line is
/// None.
#[pyfunction]
#[pyo3(signature = (document=None))]
pub(crate) fn rules<'py>(
    py: Python<'py>,
    document: Option<&str>,
) -> PyResult<Vec<Bound<'py, PyDict>>> {
    let only = match document {
        None => None,
        Some(name) => Some(name.parse::<Document>().map_err(|_| {
            let names = Document::ALL.map(Document::name).join("', '");
            pyo3::exceptions::PyValueError::new_err(format!(
                "document: expected '{names}', not '{name}'"
            ))
        })?),
    };
    let all = every_row();
    all.filter(|row| only.is_none_or(|only| only == table(row)))
        .map(|row| rule(py, row))
        .collect()
}

/// The guide's rows, then those of stored progress answers, then fields that the guide leaves out.
fn every_row() -> impl Iterator<Item = &'static Row> {
    guide().chain(rows(Document::Progress)).chain(unlisted())
}

/// The table that a row stands in.
fn table(row: &Row) -> Document {
    match row.document() {
        Document::Txt2img | Document::Img2img if row.is_response() => Document::Response,
        document => document,
    }
}

fn part(row: &Row) -> &'static str {
    if row.is_response() {
        "response"
    } else {
        "request"
    }
}

fn rule<'py>(py: Python<'py>, row: &Row) -> PyResult<Bound<'py, PyDict>> {
    let rule = PyDict::new(py);
    rule.set_item("document", row.document().name())?;
    rule.set_item("part", part(row))?;
    rule.set_item("line", (row.line() > 0).then(|| row.line()))?;
    rule.set_item("v2", row.v2())?;
    rule.set_item("what", row.what().name())?;
    rule.set_item("v3", row.v3())?;
    rule.set_item("description", row.description())?;
    Ok(rule)
}

/// What a finding class means, or what happens to a field, for people. Without a subject: all finding classes.
///
/// Raises `KeyError` for a name that neither is a finding class nor occurs in the tables.
#[pyfunction]
#[pyo3(signature = (subject=None))]
pub(crate) fn explain(subject: Option<&str>) -> PyResult<String> {
    let Some(subject) = subject else {
        return Ok(classes());
    };
    if let Ok(code) = subject.parse::<Code>() {
        return Ok(format!(
            "{code}: {}\n\n{}\n\nWhat to do: {}\n",
            code.summary(),
            code.explain(),
            code.help()
        ));
    }
    let wanted = normal(subject);
    let is_named = |path: &str| normal(path) == wanted || path.rsplit('.').next() == Some(&*wanted);
    let is_meant = |row: &&Row| row.v2().is_some_and(is_named) || row.v3().is_some_and(is_named);
    let rows: Vec<&Row> = every_row().filter(is_meant).collect();
    match rows.as_slice() {
        [] => Err(PyKeyError::new_err(format!(
            "`{subject}` is neither a finding class nor a field of the tables"
        ))),
        rows => Ok(field(rows)),
    }
}

fn classes() -> String {
    Code::ALL.iter().fold(String::new(), |mut out, code| {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{code}: {}", code.summary());
        out
    })
}

/// One way to write a path: `/controlnet_units/0/model` and `controlnet_units[].model` are the same.
fn normal(path: &str) -> String {
    let parts = path
        .split(['/', '.'])
        .map(|part| part.trim_end_matches("[]"));
    let names =
        parts.filter(|part| !part.is_empty() && !part.bytes().all(|byte| byte.is_ascii_digit()));
    names.collect::<Vec<_>>().join(".")
}

fn field(rows: &[&Row]) -> String {
    let mut out = String::new();
    for row in rows {
        let place = match row.line() {
            0 => format!("{} {}, not in the guide", row.document(), part(row)),
            line => format!("{} {}, guide line {line}", row.document(), part(row)),
        };
        let names = [row.v2(), row.v3()].map(|name| name.unwrap_or("nothing"));
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{place}: {} → {} ({})", names[0], names[1], row.what());
        if !row.description().is_empty() {
            let _ = writeln!(out, "  the guide adds: {}", row.description());
        }
    }
    for place in rows
        .iter()
        .filter_map(|row| lookup(row.v3()?))
        .fold(Vec::new(), once)
    {
        let on = Endpoint::ALL
            .into_iter()
            .filter(|endpoint| place.is_on(*endpoint))
            .map(Endpoint::name);
        let _ = write!(
            out,
            "V3 takes at {}: {}",
            place.path(),
            place.kind().json_name()
        );
        if let Some((min, max)) = place.bounds() {
            let _ = write!(out, ", {min} to {max}");
        }
        let _ = writeln!(out, " (on {})", on.collect::<Vec<_>>().join(", "));
    }
    let paths: Vec<String> = rows
        .iter()
        .flat_map(|row| [row.v2(), row.v3()])
        .flatten()
        .map(normal)
        .collect();
    for one in CHOICES.iter().filter(|one| {
        one.fields
            .iter()
            .any(|field| paths.contains(&normal(field)))
    }) {
        let _ = writeln!(
            out,
            "The option {}={}: {}",
            one.option.replace('-', "_"),
            one.value,
            one.does
        );
    }
    for one in CONTRADICTIONS.iter().filter(|one| {
        one.fields
            .iter()
            .any(|field| paths.contains(&normal(field)))
    }) {
        let _ = writeln!(
            out,
            "The guide contradicts itself: {}\n  decided: {}\n  because: {}",
            one.says, one.decision, one.reason
        );
    }
    out
}

fn once<T: PartialEq>(mut all: Vec<T>, one: T) -> Vec<T> {
    if !all.contains(&one) {
        all.push(one);
    }
    all
}
