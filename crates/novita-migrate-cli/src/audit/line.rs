//! A body as lines for people, each with a mark that says what became of it.

use std::borrow::Cow;
use std::collections::HashMap;

use novita_migrate::json::{Key, Kind, Value};
use novita_migrate::{Row, abridged};
use serde::Serialize;

use super::field::{Fate, Field};
use super::path::join;

/// The most lines of one body that a report shows.
const MOST: usize = 300;

/// One line of a body.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Line {
    /// How deep it stands, in steps.
    pub(crate) depth: usize,
    /// The member's name with its quotes; empty for elements and closing brackets.
    pub(crate) key: String,
    /// What stands behind the name.
    pub(crate) value: String,
    /// The name of what became of it; of V3's lines also `changed` and `new`.
    pub(crate) mark: &'static str,
    /// Where it went, or where it came from.
    pub(crate) hint: String,
}

impl Line {
    fn text(&self, out: &mut String) {
        out.extend(std::iter::repeat_n("  ", self.depth));
        if !self.key.is_empty() {
            out.push_str(&self.key);
            out.push_str(": ");
        }
        out.push_str(&self.value);
        out.push('\n');
    }
}

/// The lines as a text.
pub(crate) fn text(lines: &[Line]) -> String {
    let mut out = String::new();
    lines.iter().for_each(|line| line.text(&mut out));
    out
}

/// What is known of a member: its mark and its hint.
type Known = (&'static str, String);

struct Lines<'k> {
    lines: Vec<Line>,
    left_out: usize,
    /// By the offset at which a value begins.
    known: &'k dyn Fn(Value<'_, '_>, &str) -> Option<Known>,
}

impl Lines<'_> {
    fn push(&mut self, line: Line) {
        if self.lines.len() < MOST {
            self.lines.push(line)
        } else {
            self.left_out += 1
        }
    }

    fn value(
        &mut self,
        value: Value<'_, '_>,
        path: &str,
        depth: usize,
        comma: &str,
        around: &Known,
    ) {
        let known = (self.known)(value, path);
        let known = known.as_ref().unwrap_or(around);
        let key = value.key().map_or_else(String::new, |key| {
            format!("\"{}\"", abridged(Key::raw(key)))
        });
        let line = |key: String, value: Cow<'_, str>| Line {
            depth,
            key,
            value: format!("{value}{comma}"),
            mark: known.0,
            hint: known.1.clone(),
        };
        let (open, close, children): (_, _, Vec<_>) = match value.kind() {
            Kind::Object => ("{", "}", value.members().collect()),
            Kind::Array => ("[", "]", value.elements().collect()),
            _ => return self.push(line(key, abridged(value.raw()))),
        };
        if children.is_empty() {
            return self.push(line(key, format!("{open}{close}").into()));
        }
        self.push(Line {
            value: open.to_owned(),
            ..line(key, "".into())
        });
        // An object's mark is its own where its members have marks of theirs.
        for (at, child) in children.iter().enumerate() {
            let path = match value.kind() {
                Kind::Object => join(path, *child),
                _ => format!("{path}[]"),
            };
            let comma = if at + 1 < children.len() { "," } else { "" };
            self.value(*child, &path, depth + 1, comma, known);
        }
        self.push(line(String::new(), close.into()));
    }

    fn finish(mut self) -> Vec<Line> {
        if self.left_out > 0 {
            let value = format!(
                "… {}",
                crate::report::several(self.left_out as u64, "more line")
            );
            self.lines.push(Line {
                depth: 0,
                key: String::new(),
                value,
                mark: "",
                hint: String::new(),
            });
        }
        self.lines
    }
}

fn lines(root: Value<'_, '_>, known: &dyn Fn(Value<'_, '_>, &str) -> Option<Known>) -> Vec<Line> {
    let mut lines = Lines {
        lines: Vec::new(),
        left_out: 0,
        known,
    };
    lines.value(root, "", 0, "", &("", String::new()));
    lines.finish()
}

/// The V2 payload, each field with what became of it.
pub(super) fn v2(root: Value<'_, '_>, fields: &[Field<'_, '_>]) -> Vec<Line> {
    let known: HashMap<usize, Known> = fields
        .iter()
        .map(|field| {
            (
                field.value.span().start,
                (field.fate.name(), v2_hint(field)),
            )
        })
        .collect();
    lines(root, &|value, _| known.get(&value.span().start).cloned())
}

fn v2_hint(field: &Field<'_, '_>) -> String {
    match (field.fate, field.row.and_then(Row::v3)) {
        (Fate::Same, _) => String::new(),
        (Fate::Moved | Fate::Renamed, Some(v3)) => format!("→ {v3}"),
        (Fate::Moved | Fate::Renamed, None) => "→ taken up by another field".to_owned(),
        (Fate::NoEffect, _) => "left out: it did nothing".to_owned(),
        (Fate::Lost, _) => "lost: V3 has no place for it".to_owned(),
        (Fate::Kept, _) => "kept as V2".to_owned(),
    }
}

/// The V3 body, each member with where it came from.
pub(super) fn v3(root: Value<'_, '_>, fields: &[Field<'_, '_>]) -> Vec<Line> {
    let mut sources: HashMap<&str, Vec<&Field<'_, '_>>> = HashMap::new();
    for field in fields {
        if let Some(v3) = field.row.and_then(Row::v3) {
            sources.entry(v3).or_default().push(field);
        }
    }
    let own = fields
        .iter()
        .map(|field| (field.path.as_str(), field))
        .collect::<HashMap<_, _>>();
    lines(root, &|value, path| {
        let key = value.key()?;
        let is_container = matches!(value.kind(), Kind::Object | Kind::Array);
        let Some(sources) = sources.get(path) else {
            return Some(
                match own
                    .get(path)
                    .or_else(|| own.get(path.strip_prefix("request.")?))
                {
                    Some(_) => ("", String::new()),
                    None if is_container => ("", String::new()),
                    None => ("new", "V2 had no such field".to_owned()),
                },
            );
        };
        let (path, is_renamed) = sources
            .first()
            .map(|field| (field.path.as_str(), !field.path.ends_with(&*key.name())))?;
        if is_container {
            return Some(if is_renamed {
                ("renamed", format!("was {path}"))
            } else {
                ("", String::new())
            });
        }
        let is_same = |field: &&Field<'_, '_>| {
            field.value.raw() == value.raw()
                || field
                    .value
                    .elements()
                    .any(|element| element.raw() == value.raw())
        };
        Some(
            match (sources.iter().find(|field| is_same(field)), is_renamed) {
                (Some(_), false) => ("", String::new()),
                (Some(_), true) => ("renamed", format!("was {path}")),
                (None, _) => {
                    let old = sources
                        .first()
                        .map(|field| abridged(field.value.raw()))
                        .filter(|text| text.len() < 80);
                    (
                        "changed",
                        old.map_or_else(
                            || format!("was {path}"),
                            |old| format!("was {path}: {old}"),
                        ),
                    )
                }
            },
        )
    })
}
