//! Looks at one payload after the other of a block.

use std::collections::BTreeSet;
use std::fmt::{Display, Write as _};
use std::path::Path;

use novita_migrate::json::{Tree, Value};
use novita_migrate::{Finding, Migration, Severity};

use super::Audit;
use super::field::{Fate, Field, fields};
use super::group::{Example, Found, Group, Head, Said, id, short};
use super::line;
use super::path::{field_of, paths};
use super::tally::{Tally, Text};
use crate::args::GroupBy;
use crate::record::Outcome;

/// What holds for all payloads of one input.
#[derive(Debug)]
pub(crate) struct Input<'a> {
    audit: &'a Audit,
    /// The acceptances that are about it.
    accepts: Vec<usize>,
}

impl<'a> Input<'a> {
    pub(super) fn new(audit: &'a Audit, path: &Path) -> Self {
        let about = audit
            .accepts
            .iter()
            .enumerate()
            .filter(|(_, accept)| accept.is_about(path));
        Input {
            audit,
            accepts: about.map(|(at, _)| at).collect(),
        }
    }
}

/// Looks at the payloads of a block.
#[derive(Debug)]
pub(crate) struct Auditor<'a> {
    input: &'a Input<'a>,
    tally: Tally,
}

/// One finding, once it was judged: what it is, whether it was accepted, how it was said.
type Judged = (Found, bool, String);

impl<'a> Auditor<'a> {
    /// An auditor for one block of an input.
    pub(crate) fn new(input: &'a Input<'a>) -> Self {
        let tally = Tally {
            accepted: vec![0; input.audit.accepts.len()],
            ..Tally::default()
        };
        Auditor { input, tally }
    }

    /// What was seen.
    pub(crate) fn finish(self) -> Tally {
        self.tally
    }

    /// Takes in a payload that was migrated.
    pub(crate) fn migrated(
        &mut self,
        record: u64,
        text: &[u8],
        migration: &Migration<'_>,
        pointer: &dyn Display,
    ) {
        let outcome = Outcome::from(migration.status());
        let output = migration.to_vec();
        let (v2, v3) = (Tree::parse(text).ok(), Tree::parse(&output).ok());
        let root = v2.as_ref().map(Tree::root);
        let mut written = BTreeSet::new();
        if let Some(tree) = &v3 {
            paths(tree.root(), "", &mut written);
        }
        let fields = root
            .map(|root| fields(migration, root, &written))
            .unwrap_or_default();
        if let Some(document) = migration.document() {
            fields
                .iter()
                .for_each(|field| self.tally.field(document, field));
        }
        let findings = self.judge(migration, root);
        self.tally.outcome(outcome);
        let by = self.input.audit.by;
        let head = Head {
            outcome,
            document: migration.document().map_or("", |document| document.name()),
            endpoint: migration.endpoint().map(|endpoint| endpoint.path()),
            model: (by == GroupBy::Model).then(|| root.and_then(model).unwrap_or_default()),
            fields: if by == GroupBy::Fields {
                fates(&fields)
            } else {
                Vec::new()
            },
            failure: None,
        };
        if self.input.audit.keeps_texts() {
            self.tally.texts.push(Text {
                record,
                text: migration.audit().to_string(),
            });
        }
        self.group(head, findings, record, [text, &output], pointer, || {
            (
                root.map(|root| line::v2(root, &fields)).unwrap_or_default(),
                v3.as_ref()
                    .filter(|_| outcome == Outcome::Converted)
                    .map(|tree| line::v3(tree.root(), &fields))
                    .unwrap_or_default(),
            )
        });
    }

    /// Takes in a text that is no payload.
    pub(crate) fn failed(
        &mut self,
        record: u64,
        message: &str,
        (line, column): (u64, u64),
        pointer: &dyn Display,
    ) {
        self.tally.outcome(Outcome::Failed);
        if self.input.audit.keeps_texts() {
            let mut text = format!("failed: {message}");
            // Numbers of lines change with everything that stands before; those of records do so too.
            let _ = write!(text, " (line {line}, column {column})");
            self.tally.texts.push(Text { record, text });
        }
        let head = Head {
            outcome: Outcome::Failed,
            document: "",
            endpoint: None,
            model: None,
            fields: Vec::new(),
            failure: Some(message.to_owned()),
        };
        self.group(
            head,
            Vec::new(),
            record,
            [message.as_bytes(), b""],
            pointer,
            Default::default,
        );
    }

    /// The findings of a payload, each kind once, and who accepts them.
    fn judge(&mut self, migration: &Migration<'_>, root: Option<Value<'_, '_>>) -> Vec<Judged> {
        let mut all: Vec<Judged> = Vec::new();
        for finding in migration.findings() {
            let field = field_of(finding);
            let accept = self.accept(finding, &field, root);
            let count = self
                .tally
                .codes
                .entry((finding.code(), finding.severity()))
                .or_default();
            count.findings += 1;
            count.accepted += u64::from(accept.is_some());
            if let Some(taken) = accept.and_then(|at| self.tally.accepted.get_mut(at)) {
                *taken += 1;
            }
            self.tally.unaccepted +=
                u64::from(accept.is_none() && finding.severity() > Severity::Note);
            all.push((
                Found {
                    severity: finding.severity(),
                    code: finding.code(),
                    field,
                },
                accept.is_some(),
                finding.message().to_string(),
            ));
        }
        // Stable: of equal ones the first, in the order of the input, says it.
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all.dedup_by(|later, first| {
            let is_same = later.0 == first.0;
            first.1 &= !is_same || later.1;
            is_same
        });
        let mut last = None;
        for (found, ..) in &all {
            let class = (found.code, found.severity);
            if last.replace(class) != Some(class) {
                self.tally.codes.entry(class).or_default().payloads += 1;
            }
        }
        all
    }

    fn accept(
        &self,
        finding: &Finding<'_>,
        field: &str,
        root: Option<Value<'_, '_>>,
    ) -> Option<usize> {
        self.input.accepts.iter().copied().find(|at| {
            let accept = self.input.audit.accepts.get(*at);
            accept.is_some_and(|accept| accept.takes(finding, field, root))
        })
    }

    fn group(
        &mut self,
        head: Head,
        findings: Vec<Judged>,
        record: u64,
        [v2, v3]: [&[u8]; 2],
        pointer: &dyn Display,
        lines: impl FnOnce() -> (Vec<line::Line>, Vec<line::Line>),
    ) {
        let id = id(self.input.audit.by, &head, &findings);
        if self.tally.groups.get_mut(id).is_none() {
            let (v2, v3) = lines();
            let example = Example {
                path: String::new(),
                record,
                pointer: pointer.to_string(),
                v2,
                v3,
            };
            self.tally.groups.insert(Group {
                id,
                head,
                count: 0,
                findings: Default::default(),
                v2_sum: 0,
                v3_sum: 0,
                example,
            });
        }
        let Some(group) = self.tally.groups.get_mut(id) else {
            self.tally.groups.beyond += 1;
            return;
        };
        group.count += 1;
        group.v2_sum = group.v2_sum.wrapping_add(short(blake3::hash(v2)));
        group.v3_sum = group.v3_sum.wrapping_add(short(blake3::hash(v3)));
        for (found, is_accepted, message) in findings {
            group.find(
                found,
                Said {
                    payloads: 1,
                    accepted: u64::from(is_accepted),
                    message,
                },
            );
        }
    }
}

/// The checkpoint that a payload asks for, in V2's or V3's place.
fn model(root: Value<'_, '_>) -> Option<String> {
    let value = root
        .get("model_name")
        .or_else(|| root.get("request")?.get("model_name"))?;
    value.text().map(|text| text.into_owned())
}

/// The fields, each once, with the most telling thing that became of it.
fn fates(fields: &[Field<'_, '_>]) -> Vec<(String, &'static str)> {
    let mut all: std::collections::BTreeMap<&str, Fate> = std::collections::BTreeMap::new();
    for field in fields {
        let fate = all.entry(&field.path).or_insert(field.fate);
        *fate = field.fate.max(*fate);
    }
    all.into_iter()
        .map(|(path, fate)| (path.to_owned(), fate.name()))
        .collect()
}
