//! The report of an audit: what `--report-json` writes, and what the pages and the comparison are made from. Nothing in
//! it depends on when or where it was made.

use novita_migrate::{Code, Row, Severity};
use serde::{Deserialize, Serialize};

use super::field::Fate;
use super::group::{self, Said};
use super::tally::{FieldCount, Tally};
use super::{Accept, Seen, line};
use crate::args::GroupBy;
use crate::record::Outcome;

/// The version of the format. It grows when a reader of the old one would be misled.
pub(crate) const VERSION: u32 = 1;

/// The report.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Report {
    pub(crate) version: u32,
    /// The version of this program.
    pub(crate) converter: String,
    pub(crate) group_by: String,
    pub(crate) totals: Totals,
    pub(crate) findings: Vec<Class>,
    pub(crate) fields: Vec<Field>,
    pub(crate) groups: Vec<Group>,
    /// Payloads beyond the most groups that are kept apart.
    pub(crate) ungrouped: u64,
    pub(crate) accepted: Vec<Acceptance>,
}

/// Sums over all payloads.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Totals {
    pub(crate) inputs: u64,
    pub(crate) payloads: u64,
    pub(crate) converted: u64,
    pub(crate) already_v3: u64,
    pub(crate) kept: u64,
    pub(crate) failed: u64,
    /// Warnings and errors that nobody accepted.
    pub(crate) unaccepted: u64,
}

/// One class of finding.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Class {
    pub(crate) code: String,
    pub(crate) severity: String,
    pub(crate) summary: String,
    pub(crate) findings: u64,
    /// How many payloads have one.
    pub(crate) payloads: u64,
    /// How many findings somebody accepted.
    pub(crate) accepted: u64,
}

/// One V2 field.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Field {
    pub(crate) document: String,
    pub(crate) field: String,
    /// The guide's word: same, moved, changed, deprecated; none for a field that it does not know.
    pub(crate) guide: Option<String>,
    pub(crate) to: Option<String>,
    /// The sum of the fates. A field of a list counts once for each element.
    pub(crate) present: u64,
    pub(crate) same: u64,
    pub(crate) moved: u64,
    pub(crate) renamed: u64,
    pub(crate) no_effect: u64,
    pub(crate) lost: u64,
    pub(crate) kept: u64,
    /// How many of them have a warning.
    pub(crate) warned: u64,
}

/// Payloads to which the same thing happened.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Group {
    pub(crate) id: String,
    pub(crate) payloads: u64,
    pub(crate) outcome: String,
    pub(crate) document: String,
    pub(crate) endpoint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) model: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) fields: Vec<(String, String)>,
    pub(crate) findings: Vec<Finding>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) failure: Option<String>,
    /// Sums of hashes: equal where the payloads, or what they turn into, are the same, in whatever order.
    pub(crate) v2_sum: String,
    pub(crate) v3_sum: String,
    pub(crate) example: Example,
}

/// A finding of a group.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Finding {
    pub(crate) severity: String,
    pub(crate) code: String,
    pub(crate) field: String,
    pub(crate) payloads: u64,
    pub(crate) accepted: u64,
    /// As it is said of the first payload.
    pub(crate) message: String,
}

/// The first payload of a group.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Example {
    pub(crate) path: String,
    pub(crate) record: u64,
    pub(crate) pointer: String,
    pub(crate) v2: String,
    pub(crate) v3: String,
}

/// What somebody accepted.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Acceptance {
    pub(crate) code: String,
    pub(crate) field: Option<String>,
    pub(crate) value: Option<String>,
    pub(crate) glob: Option<String>,
    pub(crate) reason: String,
    pub(crate) owner: String,
    /// The line of the settings file.
    pub(crate) line: usize,
    /// How many findings it took; one that takes none is out of date.
    pub(crate) findings: u64,
}

/// The report of what was seen.
pub(super) fn report(seen: &Seen, by: GroupBy, accepts: &[Accept]) -> Report {
    let tally = &seen.tally;
    Report {
        version: VERSION,
        converter: env!("CARGO_PKG_VERSION").to_owned(),
        group_by: by.name().to_owned(),
        totals: Totals {
            inputs: seen.records.len() as u64,
            payloads: tally.outcomes.iter().sum(),
            converted: tally.count(Outcome::Converted),
            already_v3: tally.count(Outcome::AlreadyV3),
            kept: tally.count(Outcome::Kept),
            failed: tally.count(Outcome::Failed),
            unaccepted: tally.unaccepted,
        },
        findings: classes(tally),
        fields: tally
            .fields
            .iter()
            .map(|((document, path), count)| field(document.name(), path, count))
            .collect(),
        groups: tally.groups.sorted().into_iter().map(of_group).collect(),
        ungrouped: tally.groups.beyond,
        accepted: accepts
            .iter()
            .zip(tally.accepted.iter().copied().chain(std::iter::repeat(0)))
            .map(|(accept, findings)| acceptance(accept, findings))
            .collect(),
    }
}

/// The worst first, then the most frequent.
fn classes(tally: &Tally) -> Vec<Class> {
    let mut all: Vec<_> = tally.codes.iter().collect();
    all.sort_by_key(|((code, severity), count)| {
        (
            std::cmp::Reverse(*severity),
            std::cmp::Reverse(count.findings),
            *code,
        )
    });
    all.into_iter()
        .map(|((code, severity), count)| Class {
            code: code.name().to_owned(),
            severity: severity.name().to_owned(),
            summary: code.summary().to_owned(),
            findings: count.findings,
            payloads: count.payloads,
            accepted: count.accepted,
        })
        .collect()
}

fn field(document: &str, path: &str, count: &FieldCount) -> Field {
    let of = |fate: Fate| count.fates.get(&fate).copied().unwrap_or_default();
    Field {
        document: document.to_owned(),
        field: path.to_owned(),
        guide: count.row.map(|row| row.what().name().to_owned()),
        to: count.row.and_then(Row::v3).map(str::to_owned),
        present: count.present,
        same: of(Fate::Same),
        moved: of(Fate::Moved),
        renamed: of(Fate::Renamed),
        no_effect: of(Fate::NoEffect),
        lost: of(Fate::Lost),
        kept: of(Fate::Kept),
        warned: count.warned,
    }
}

fn of_group(group: &group::Group) -> Group {
    let head = &group.head;
    Group {
        id: format!("{:016x}", group.id),
        payloads: group.count,
        outcome: head.outcome.name().to_owned(),
        document: head.document.to_owned(),
        endpoint: head.endpoint.map(str::to_owned),
        model: head.model.clone(),
        fields: head
            .fields
            .iter()
            .map(|(path, fate)| (path.clone(), (*fate).to_owned()))
            .collect(),
        findings: group
            .findings
            .iter()
            .map(|(found, said)| finding(found.severity, found.code, &found.field, said))
            .collect(),
        failure: head.failure.clone(),
        v2_sum: format!("{:016x}", group.v2_sum),
        v3_sum: format!("{:016x}", group.v3_sum),
        example: Example {
            path: group.example.path.clone(),
            record: group.example.record,
            pointer: group.example.pointer.clone(),
            v2: line::text(&group.example.v2),
            v3: line::text(&group.example.v3),
        },
    }
}

fn finding(severity: Severity, code: Code, field: &str, said: &Said) -> Finding {
    Finding {
        severity: severity.name().to_owned(),
        code: code.name().to_owned(),
        field: field.to_owned(),
        payloads: said.payloads,
        accepted: said.accepted,
        message: said.message.clone(),
    }
}

fn acceptance(accept: &Accept, findings: u64) -> Acceptance {
    Acceptance {
        code: accept.code.name().to_owned(),
        field: accept.field.clone(),
        value: accept.value.as_ref().map(ToString::to_string),
        glob: accept.glob.as_ref().map(|(glob, _)| glob.clone()),
        reason: accept.reason.clone(),
        owner: accept.owner.clone(),
        line: accept.line,
        findings,
    }
}
