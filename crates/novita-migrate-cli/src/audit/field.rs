//! What became of every field of one payload.

use std::collections::BTreeSet;

use novita_migrate::json::{Kind, Value};
use novita_migrate::{Code, Finding, Migration, Row, Severity, Status, What};

use super::path::{at, join};
use super::rows::Rows;

/// What became of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fate {
    /// The same name in the same place.
    Same,
    /// The same name, elsewhere in the body.
    Moved,
    /// Another name, or taken up by the value of another field.
    Renamed,
    /// Left out, and nothing is lost: it was not set, or did nothing.
    NoEffect,
    /// What it asked for is not in the V3 body.
    Lost,
    /// Where it was: the payload stays V2.
    Kept,
}

impl Fate {
    /// The word for it, in pages and in their style sheets.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Fate::Same => "same",
            Fate::Moved => "moved",
            Fate::Renamed => "renamed",
            Fate::NoEffect => "no-effect",
            Fate::Lost => "lost",
            Fate::Kept => "kept",
        }
    }
}

/// A V2 field of one payload.
#[derive(Debug)]
pub(crate) struct Field<'t, 'a> {
    /// As the guide's table writes it: `controlnet_units[].model`.
    pub(crate) path: String,
    pub(crate) row: Option<&'static Row>,
    pub(crate) value: Value<'t, 'a>,
    pub(crate) fate: Fate,
    /// Whether a warning or an error is about it.
    pub(crate) is_warned: bool,
}

/// The fields of a payload, in its order. `written` are the paths of the V3 body.
pub(crate) fn fields<'t, 'a>(
    migration: &Migration<'a>,
    root: Value<'t, 'a>,
    written: &BTreeSet<String>,
) -> Vec<Field<'t, 'a>> {
    let Some(rows) = migration.document().and_then(Rows::for_document) else {
        return Vec::new();
    };
    let wrapped = migration
        .findings()
        .iter()
        .find(|finding| finding.code() == Code::Unwrapped);
    let root = wrapped
        .and_then(|finding| at(root, finding.pointer()))
        .unwrap_or(root);
    let mut walk = Walk {
        rows,
        migration,
        written,
        found: Vec::new(),
    };
    walk.object(root, "", None);
    walk.found
}

struct Walk<'w, 't, 'a> {
    rows: &'static Rows,
    migration: &'w Migration<'a>,
    written: &'w BTreeSet<String>,
    found: Vec<Field<'t, 'a>>,
}

impl<'t, 'a> Walk<'_, 't, 'a> {
    /// `inherited` is the fate of what holds the object, where that has no place in V3.
    fn object(&mut self, object: Value<'t, 'a>, path: &str, inherited: Option<Fate>) {
        for member in object.members() {
            let (path, row) = self.rows.look_up(join(path, member));
            let has_fields = self
                .rows
                .parents
                .contains(row.and_then(Row::v2).unwrap_or(&path))
                || self.is_v3_object(member, &path);
            let start = member
                .key()
                .map_or(member.span().start, |key| key.span().start);
            let findings = about(self.migration, member, start, has_fields);
            let fate = self.fate(&path, row, member, &findings, inherited);
            if !has_fields
                || !findings.is_empty()
                || row.is_some_and(|row| row.what() != What::Deprecated)
            {
                let is_warned = findings
                    .iter()
                    .any(|finding| finding.severity() > Severity::Note);
                self.found.push(Field {
                    path: path.clone(),
                    row,
                    value: member,
                    fate,
                    is_warned,
                });
            }
            if has_fields {
                self.inside(member, &path, inherited.or(gone(fate, &findings)));
            }
        }
    }

    /// The fields of an object, or of the objects of a list.
    fn inside(&mut self, value: Value<'t, 'a>, path: &str, inherited: Option<Fate>) {
        let list = format!("{path}[]");
        for element in value.elements() {
            let own = about(self.migration, element, element.span().start, true);
            let fate = self.fate(path, None, element, &own, inherited);
            self.object(element, &list, inherited.or(gone(fate, &own)));
        }
        self.object(value, path, inherited);
    }

    /// Half-migrated payloads have `request`, whose members are fields.
    fn is_v3_object(&self, member: Value<'_, '_>, path: &str) -> bool {
        member.kind() == Kind::Object && self.rows.v3.contains(path)
    }

    fn fate(
        &self,
        path: &str,
        row: Option<&Row>,
        value: Value<'_, '_>,
        findings: &[&Finding<'_>],
        inherited: Option<Fate>,
    ) -> Fate {
        if self.migration.status() != Status::Converted {
            return Fate::Kept;
        }
        if value.is_null() {
            return Fate::NoEffect;
        }
        if let Some(fate) = self.place(path, row).filter(|_| {
            findings
                .iter()
                .all(|finding| finding.code() != Code::InactiveField)
        }) {
            return fate;
        }
        if findings
            .iter()
            .any(|finding| finding.severity() > Severity::Note)
        {
            return Fate::Lost;
        }
        if findings
            .iter()
            .any(|finding| finding.code() == Code::ValueDerived)
        {
            return Fate::Renamed;
        }
        if findings.is_empty() {
            return inherited.unwrap_or(Fate::NoEffect);
        }
        // A loss that `--allow` made a note is a loss.
        let is_harmless = findings
            .iter()
            .all(|finding| HARMLESS.contains(&finding.code()));
        if is_harmless {
            Fate::NoEffect
        } else {
            Fate::Lost
        }
    }

    /// What became of a field that has a place in the body.
    fn place(&self, path: &str, row: Option<&Row>) -> Option<Fate> {
        let Some(row) = row else {
            let beside = || {
                self.rows
                    .beside(path)
                    .is_some_and(|place| self.written.contains(&place))
            };
            let moved = || {
                (self.written.contains(&format!("request.{path}")) || beside())
                    .then_some(Fate::Moved)
            };
            return self
                .written
                .contains(path)
                .then_some(Fate::Same)
                .or_else(moved);
        };
        let v3 = row.v3().filter(|v3| self.written.contains(*v3))?;
        Some(match row.what() {
            What::Same => Fate::Same,
            // Of a half-migrated payload, what was at its place before.
            _ if v3 == path => Fate::Same,
            What::Moved => Fate::Moved,
            _ => Fate::Renamed,
        })
    }
}

/// The findings about a value. What is inside of one that has fields is about them, or about an element of it.
fn about<'w, 'a>(
    migration: &'w Migration<'a>,
    value: Value<'_, '_>,
    start: usize,
    has_fields: bool,
) -> Vec<&'w Finding<'a>> {
    let end = if has_fields {
        start + 1
    } else {
        value.span().end
    };
    let elements: Vec<_> = if has_fields {
        value
            .elements()
            .map(|element| element.span().start)
            .collect()
    } else {
        Vec::new()
    };
    let about = |finding: &&Finding<'_>| {
        (start..end).contains(&finding.offset()) || elements.contains(&finding.offset())
    };
    migration.findings().iter().filter(about).collect()
}

/// What the fields of a value inherit that is gone itself.
fn gone(fate: Fate, findings: &[&Finding<'_>]) -> Option<Fate> {
    Some(fate).filter(|fate| matches!(fate, Fate::Lost | Fate::NoEffect) && !findings.is_empty())
}

/// Findings about a field that did nothing, or whose value stands elsewhere.
const HARMLESS: &[Code] = &[
    Code::InactiveField,
    Code::ValueAssumed,
    Code::TypeConverted,
    Code::LoraInactive,
    Code::HalfMigrated,
];
