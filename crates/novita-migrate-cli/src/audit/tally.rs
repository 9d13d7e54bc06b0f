//! What was seen of some payloads: of a block, of an input, of all of them. Grows with what is different, not with what
//! is there.

use std::collections::BTreeMap;

use novita_migrate::{Code, Document, Row, Severity};

use super::field::{Fate, Field};
use super::group::Groups;
use crate::record::{Before, Outcome};

/// The most names of fields that are kept apart; V2 has less than a hundred.
const MOST_FIELDS: usize = 2000;

/// How often one class of finding occurred.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct CodeCount {
    pub(crate) findings: u64,
    pub(crate) payloads: u64,
    pub(crate) accepted: u64,
}

/// What became of one field across the payloads that have it.
#[derive(Debug, Clone)]
pub(crate) struct FieldCount {
    pub(crate) row: Option<&'static Row>,
    pub(crate) present: u64,
    pub(crate) fates: BTreeMap<Fate, u64>,
    pub(crate) warned: u64,
}

/// The text that is kept of one payload.
#[derive(Debug)]
pub(crate) struct Text {
    pub(crate) record: u64,
    pub(crate) text: String,
}

/// What was seen.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) outcomes: [u64; 4],
    pub(crate) codes: BTreeMap<(Code, Severity), CodeCount>,
    pub(crate) fields: BTreeMap<(Document, String), FieldCount>,
    pub(crate) groups: Groups,
    /// How many findings each acceptance took.
    pub(crate) accepted: Vec<u64>,
    /// How many warnings nobody accepted.
    pub(crate) unaccepted: u64,
    /// With `--snapshots`, until they are compared.
    pub(crate) texts: Vec<Text>,
}

impl Tally {
    pub(super) fn outcome(&mut self, outcome: Outcome) {
        if let Some(count) = self.outcomes.get_mut(outcome as usize) {
            *count += 1;
        }
    }

    pub(crate) fn count(&self, outcome: Outcome) -> u64 {
        self.outcomes
            .get(outcome as usize)
            .copied()
            .unwrap_or_default()
    }

    pub(super) fn field(&mut self, document: Document, field: &Field<'_, '_>) {
        let key = (document, field.path.clone());
        let room = self.fields.len() < MOST_FIELDS;
        let count = match self.fields.entry(key) {
            std::collections::btree_map::Entry::Vacant(_) if !room => return,
            entry => entry.or_insert(FieldCount {
                row: field.row,
                present: 0,
                fates: BTreeMap::new(),
                warned: 0,
            }),
        };
        count.present += 1;
        *count.fates.entry(field.fate).or_default() += 1;
        count.warned += u64::from(field.is_warned);
    }

    /// Turns numbers of records in a block into numbers in the input.
    pub(crate) fn settle(&mut self, before: &Before) {
        self.groups
            .iter_mut()
            .for_each(|group| group.example.record += before.records);
        self.texts
            .iter_mut()
            .for_each(|text| text.record += before.records);
    }

    /// Says which input it is of.
    pub(super) fn name(&mut self, path: &str) {
        self.groups
            .iter_mut()
            .for_each(|group| path.clone_into(&mut group.example.path));
    }

    /// Takes in what was seen of payloads that come later.
    pub(crate) fn add(&mut self, other: Tally) {
        for (sum, count) in self.outcomes.iter_mut().zip(other.outcomes) {
            *sum += count;
        }
        for (key, count) in other.codes {
            let sum = self.codes.entry(key).or_default();
            sum.findings += count.findings;
            sum.payloads += count.payloads;
            sum.accepted += count.accepted;
        }
        for (key, count) in other.fields {
            let room = self.fields.len() < MOST_FIELDS;
            let sum = match self.fields.entry(key) {
                std::collections::btree_map::Entry::Vacant(_) if !room => continue,
                entry => entry.or_insert(FieldCount {
                    present: 0,
                    fates: BTreeMap::new(),
                    warned: 0,
                    ..count
                }),
            };
            sum.present += count.present;
            sum.warned += count.warned;
            for (fate, count) in count.fates {
                *sum.fates.entry(fate).or_default() += count;
            }
        }
        self.groups.add(other.groups);
        self.accepted
            .resize(self.accepted.len().max(other.accepted.len()), 0);
        for (sum, count) in self.accepted.iter_mut().zip(other.accepted) {
            *sum += count;
        }
        self.unaccepted += other.unaccepted;
        self.texts.extend(other.texts);
    }
}
