//! Where the results of many files go.

use std::path::PathBuf;

use super::Batch;
use crate::args::{HardLinksArg, Mode, OutputArgs};
use crate::write::{
    HardLinks, Journaling, OutDir, WriteError, WriteErrorKind, WriteOptions, Writer,
};

/// How many runs the journal holds before the oldest is forgotten.
const KEPT_RUNS: usize = 20;

/// Where the results go, as far as they are written.
pub(super) enum Places {
    /// `--write`
    InPlace(Box<Writer<usize>>),
    /// `--out-dir`
    Below(OutDir),
    /// Nothing is written.
    Nowhere,
}

impl Places {
    /// Opens what the mode needs.
    pub(super) fn open(batch: &Batch<'_>) -> Result<Self, WriteError> {
        let Some(output) = batch.output else {
            return Ok(Places::Nowhere);
        };
        match (batch.mode, &output.out_dir) {
            (Mode::Write, _) => {
                Writer::open(options(output)).map(|writer| Places::InPlace(Box::new(writer)))
            }
            (Mode::OutDir, Some(folder)) => OutDir::open(folder, output.force).map(Places::Below),
            _ => Ok(Places::Nowhere),
        }
    }

    pub(super) fn writer(&self) -> Result<&Writer<usize>, WriteError> {
        match self {
            Places::InPlace(writer) => Ok(writer),
            _ => Err(nowhere()),
        }
    }

    pub(super) fn out_dir(&self) -> Result<&OutDir, WriteError> {
        match self {
            Places::Below(folder) => Ok(folder),
            _ => Err(nowhere()),
        }
    }
}

fn nowhere() -> WriteError {
    WriteError::plain(WriteErrorKind::Io, "this run writes nothing")
}

fn options(output: &OutputArgs) -> WriteOptions {
    WriteOptions {
        backup: output.backup.clone(),
        journal: journaling(output.journal_dir.as_ref(), output.no_journal),
        hard_links: match output.hard_links {
            Some(HardLinksArg::Break) => HardLinks::Break,
            _ => HardLinks::Refuse,
        },
        keep_runs: KEPT_RUNS,
    }
}

/// Where the journal is.
pub(crate) fn journaling(folder: Option<&PathBuf>, off: bool) -> Journaling {
    match folder {
        _ if off => Journaling::Off,
        Some(folder) => Journaling::In(folder.clone()),
        None => Journaling::Default,
    }
}
