//! Payloads to which the same thing happened.

use std::collections::{BTreeMap, HashMap};

use novita_migrate::{Code, Severity};

use super::line::Line;
use crate::args::GroupBy;
use crate::record::Outcome;

/// The most groups that are kept apart, so that payloads with names of their own in each cannot exhaust memory. What
/// comes later is counted together.
const MOST: usize = 20_000;
/// The most different findings that one group names.
const MOST_FINDINGS: usize = 200;

/// What payloads of a group have in common, as far as the way of grouping asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) outcome: Outcome,
    /// `txt2img` …; empty for what is no payload.
    pub(crate) document: &'static str,
    pub(crate) endpoint: Option<&'static str>,
    /// With `--group-by model`.
    pub(crate) model: Option<String>,
    /// With `--group-by fields`, each with the name of what became of it.
    pub(crate) fields: Vec<(String, &'static str)>,
    /// Of what is no payload: why.
    pub(crate) failure: Option<String>,
}

/// A finding that payloads of a group have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) severity: Severity,
    pub(crate) code: Code,
    pub(crate) field: String,
}

impl Found {
    fn rank(&self) -> (std::cmp::Reverse<Severity>, Code, &str) {
        (std::cmp::Reverse(self.severity), self.code, &self.field)
    }
}

impl PartialOrd for Found {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Found {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.rank().cmp(&other.rank())
    }
}

/// How often it was found, and how it was said the first time.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    pub(crate) payloads: u64,
    pub(crate) accepted: u64,
    pub(crate) message: String,
}

/// The first payload of a group.
#[derive(Debug, Clone)]
pub(crate) struct Example {
    /// Known once the payload's input is finished.
    pub(crate) path: String,
    pub(crate) record: u64,
    pub(crate) pointer: String,
    pub(crate) v2: Vec<Line>,
    pub(crate) v3: Vec<Line>,
}

/// Payloads to which the same thing happened.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) id: u64,
    pub(crate) head: Head,
    pub(crate) count: u64,
    pub(crate) findings: BTreeMap<Found, Said>,
    /// Sums of the hashes of all inputs and of all outputs: equal for equal sets of payloads, in any order.
    pub(crate) v2_sum: u64,
    pub(crate) v3_sum: u64,
    pub(crate) example: Example,
}

impl Group {
    /// Takes in what `other`, which comes later, has seen.
    pub(super) fn add(&mut self, other: Group) {
        self.count += other.count;
        self.v2_sum = self.v2_sum.wrapping_add(other.v2_sum);
        self.v3_sum = self.v3_sum.wrapping_add(other.v3_sum);
        for (found, said) in other.findings {
            self.find(found, said);
        }
    }

    pub(super) fn find(&mut self, found: Found, said: Said) {
        if let Some(known) = self.findings.get_mut(&found) {
            known.payloads += said.payloads;
            known.accepted += said.accepted;
        } else if self.findings.len() < MOST_FINDINGS {
            self.findings.insert(found, said);
        }
    }
}

/// The identity of a group: what happened, in words, hashed. The same in every run that groups the same way.
pub(super) fn id(by: GroupBy, head: &Head, findings: &[(Found, bool, String)]) -> u64 {
    let mut words = blake3::Hasher::new();
    let mut word = |text: &str| {
        words.update(text.as_bytes());
        words.update(b"\0");
    };
    word(head.outcome.name());
    word(head.document);
    word(head.endpoint.unwrap_or_default());
    word(head.failure.as_deref().unwrap_or_default());
    if by == GroupBy::Model {
        word(head.model.as_deref().unwrap_or("\u{1}"));
    } else {
        for (found, ..) in findings {
            word(found.severity.name());
            word(found.code.name());
            word(&found.field);
        }
        for (field, fate) in &head.fields {
            word(field);
            word(fate);
        }
    }
    short(words.finalize())
}

/// The first 8 bytes of a hash.
pub(super) fn short(hash: blake3::Hash) -> u64 {
    hash.as_bytes()
        .first_chunk()
        .map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

/// Groups in the order in which they were first seen.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    all: Vec<Group>,
    by_id: HashMap<u64, usize>,
    /// Payloads beyond the most groups.
    pub(crate) beyond: u64,
}

impl Groups {
    pub(super) fn get_mut(&mut self, id: u64) -> Option<&mut Group> {
        self.all.get_mut(*self.by_id.get(&id)?)
    }

    pub(super) fn insert(&mut self, group: Group) {
        if let Some(known) = self.get_mut(group.id) {
            known.add(group);
        } else if self.all.len() < MOST {
            self.by_id.insert(group.id, self.all.len());
            self.all.push(group);
        } else {
            self.beyond += group.count;
        }
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Group> {
        self.all.iter_mut()
    }

    /// Takes in groups of what comes later.
    pub(super) fn add(&mut self, other: Groups) {
        self.beyond += other.beyond;
        other.all.into_iter().for_each(|group| self.insert(group));
    }

    /// The largest first; of equal ones the one that was seen first.
    pub(super) fn sorted(&self) -> Vec<&Group> {
        let mut all: Vec<&Group> = self.all.iter().collect();
        all.sort_by_key(|group| std::cmp::Reverse(group.count));
        all
    }
}
