//! `audit`: what payloads turn into, as snapshots, groups and reports.
//!
//! Every payload passes an [`Auditor`], which folds it into the [`Tally`] of its block. The tallies come in the order of
//! the input, so that the audit is the same with any number of threads, and are forgotten once they are added up, so
//! that memory grows with what is different and not with what is there.

mod accept;
mod auditor;
pub(crate) mod compare;
mod field;
mod group;
mod html;
mod line;
mod markdown;
mod path;
mod rows;
mod snapshot;
mod store;
mod tally;
mod view;
mod words;

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

pub(crate) use accept::{Accept, Wanted};
pub(crate) use auditor::{Auditor, Input};
pub(crate) use html::html;
pub(crate) use markdown::markdown;
pub(crate) use store::{Action, Change, Obsolete, Store};
pub(crate) use tally::Tally;
pub(crate) use view::Report;

use store::Compared;

use crate::args::GroupBy;
use crate::run::Job;
use crate::select::Selected;

/// Everything about one audit: what is asked of it, and what it has seen so far.
#[derive(Debug)]
pub(crate) struct Audit {
    by: GroupBy,
    accepts: Vec<Accept>,
    store: Option<Store>,
    /// What inputs are called in the audit, where that is not their own path.
    names: HashMap<PathBuf, PathBuf>,
    seen: Mutex<Seen>,
}

/// What was seen of all inputs.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) tally: Tally,
    /// How many records each input has, by what it is called.
    pub(crate) records: BTreeMap<PathBuf, u64>,
    pub(crate) snapshots: Snapshots,
}

/// What became of the snapshots of some payloads.
#[derive(Debug, Default)]
pub(crate) struct Snapshots {
    pub(crate) unchanged: u64,
    pub(crate) changed: u64,
    pub(crate) missing: u64,
    /// With `--check`, the first of those that differ or are missing, in the order of the input.
    pub(crate) told: Vec<Change>,
    /// Why one could not be read or written.
    pub(crate) problems: Vec<(PathBuf, String)>,
}

/// The most snapshots that `--check` shows.
const MOST_TOLD: usize = 10_000;

impl Snapshots {
    fn add(&mut self, other: Snapshots) {
        self.unchanged += other.unchanged;
        self.changed += other.changed;
        self.missing += other.missing;
        let room = MOST_TOLD.saturating_sub(self.told.len());
        self.told.extend(other.told.into_iter().take(room));
        self.problems.extend(other.problems);
    }

    fn tell(&mut self, store: &Store, name: PathBuf, texts: Option<(String, String)>) {
        if store.is_check() && self.told.len() < MOST_TOLD {
            self.told.push(Change { name, texts });
        }
    }
}

/// What was seen of one input.
#[derive(Debug, Default)]
pub(crate) struct OfInput {
    tally: Tally,
    records: u64,
    snapshots: Snapshots,
}

impl Audit {
    /// An audit that has seen nothing.
    pub(crate) fn new(
        by: GroupBy,
        accepts: Vec<Accept>,
        store: Option<Store>,
        files: &[Selected],
    ) -> Self {
        let names = files
            .iter()
            .map(|file| (file.path.clone(), file.relative.clone()))
            .collect();
        Audit {
            by,
            accepts,
            store,
            names,
            seen: Mutex::default(),
        }
    }

    /// What an input is called: its path below the folder that was given, the same from wherever the audit is run.
    pub(crate) fn name_of(&self, path: &Path) -> PathBuf {
        match self.names.get(path) {
            Some(name) => name.clone(),
            None if path == Path::new("-") => PathBuf::from("stdin"),
            None => path.to_owned(),
        }
    }

    /// What holds for all payloads of an input.
    pub(crate) fn input(&self, path: &Path) -> Input<'_> {
        Input::new(self, &self.name_of(path))
    }

    fn keeps_texts(&self) -> bool {
        self.store.is_some()
    }

    /// Takes in what was seen of an input; inputs come in the order of their paths.
    pub(crate) fn add(&self, path: &Path, input: OfInput) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.tally.add(input.tally);
        seen.records
            .insert(snapshot::stem(&self.name_of(path)), input.records);
        seen.snapshots.add(input.snapshots);
    }

    /// What was seen, once all inputs were.
    pub(crate) fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The report of what was seen.
    pub(crate) fn report(&self) -> Report {
        let seen = self.seen();
        view::report(&seen, self.by, &self.accepts)
    }

    /// Where the snapshots are.
    pub(crate) fn store(&self) -> Option<&Store> {
        self.store.as_ref()
    }
}

impl OfInput {
    /// Takes in what was seen of a block of the input. Snapshots are compared at once and let go.
    pub(crate) fn take(&mut self, job: &Job, path: &Path, mut tally: Tally) {
        let Some(audit) = job.audit() else { return };
        let name = audit.name_of(path);
        self.records += tally.outcomes.iter().sum::<u64>();
        tally.name(&crate::report::text(&name.to_string_lossy()));
        let texts = std::mem::take(&mut tally.texts);
        for text in texts {
            let Some(store) = &audit.store else { break };
            let place = snapshot::name(&name, text.record);
            match store.compare(&name, &text) {
                Ok(Compared::Same) => self.snapshots.unchanged += 1,
                Ok(Compared::Missing) => {
                    self.snapshots.missing += 1;
                    self.snapshots.tell(store, place, None);
                }
                Ok(Compared::Changed(old, new)) => {
                    self.snapshots.changed += 1;
                    self.snapshots.tell(store, place, Some((old, new)));
                }
                Err(error) => self
                    .snapshots
                    .problems
                    .push((place, crate::write::plain(&error))),
            }
        }
        self.tally.add(tally);
    }
}
