//! A run over its inputs: one stream to stdout, or many files side by side, told in the order of their paths.

mod file;
mod many;
mod place;
mod stream;

use std::io::{self, Write};

use crate::args::{Mode, OutputArgs};
use crate::commands::Stop;
use crate::record::Totals;
use crate::report::Closing;
use crate::run::Job;

pub(crate) use many::many;
pub(crate) use place::journaling;
pub(crate) use stream::{one, stdin};

/// Where records go that were kept or failed (`--rejects`).
pub(crate) type Rejects<'a> = Option<&'a mut dyn Write>;

/// What is done to every input.
pub(crate) struct Batch<'a> {
    pub(crate) job: Job,
    pub(crate) mode: Mode,
    /// The flags of `convert`; `check` has none.
    pub(crate) output: Option<&'a OutputArgs>,
    /// Whether names are listed with a NUL behind each.
    pub(crate) null: bool,
    /// Whether stdout may be coloured.
    pub(crate) colour: bool,
    /// Whether somebody watches stderr.
    pub(crate) watched: bool,
}

impl Batch<'_> {
    /// An end with nothing in it yet.
    fn closing(&self) -> Closing {
        Closing {
            mode: self.mode,
            inputs: 0,
            totals: Totals::default(),
            skipped: Vec::new(),
            files: 0,
            run: None,
            journal: None,
            problems: 0,
            elapsed: None,
        }
    }
}

/// An error of telling: of stdout, stderr or the report.
fn telling(error: io::Error) -> Stop {
    match error.kind() {
        io::ErrorKind::BrokenPipe => Stop::BrokenPipe,
        _ => Stop::plain(format_args!(
            "cannot write the findings: {}",
            crate::write::plain(&error)
        )),
    }
}
