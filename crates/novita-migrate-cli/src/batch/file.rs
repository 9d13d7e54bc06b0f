//! One file of many.

use std::borrow::Cow;
use std::io::{self, IoSlice, Read, Write};
use std::path::Path;

use super::Batch;
use super::place::Places;
use crate::args::Mode;
use crate::audit::OfInput;
use crate::record::{BROKEN, Record, Totals};
use crate::report::{Counted, Progress};
use crate::run::{Job, Nowhere, Output, Watch, run, run_bytes, run_read, shown, write_all};
use crate::select::Selected;
use crate::write::{Original, Placed, Settled, Source, WriteError};

/// Files up to this many bytes are read whole; larger ones stream.
const WHOLE: u64 = 8 << 20;

/// What became of one file.
pub(super) struct Done {
    pub(super) records: Vec<Record>,
    pub(super) totals: Totals,
    pub(super) rejects: Vec<u8>,
    /// Whether the file changes, or would.
    pub(super) changed: bool,
    /// Old and new bytes, where a diff is to be shown.
    pub(super) bytes: Option<(Vec<u8>, Vec<u8>)>,
    /// Files whose fate the writer decided meanwhile; this one may be among them, or come later.
    pub(super) settled: Vec<Settled<usize>>,
    /// What the audit saw of it.
    pub(super) audit: OfInput,
    /// Why it was not read or not written.
    pub(super) problem: Option<(String, Option<&'static str>)>,
    /// Whether the writer has it, and will say what became of it.
    pub(super) submitted: bool,
}

impl Done {
    fn new() -> Self {
        Done {
            records: Vec::new(),
            totals: Totals::default(),
            rejects: Vec::new(),
            changed: false,
            bytes: None,
            settled: Vec::new(),
            audit: OfInput::default(),
            problem: None,
            submitted: false,
        }
    }

    /// The file stays as it was: nothing of it was converted after all.
    pub(super) fn unwrite(&mut self, why: &str) {
        self.changed = false;
        if self.totals.converted > 0 {
            self.totals.unwrite();
            let why = why.into();
            self.records
                .iter_mut()
                .for_each(|record| record.unwrite(&why));
        }
    }

    /// The file was not read or not written.
    pub(super) fn fail(&mut self, input: &Path, error: &WriteError) {
        let mut message = error.message();
        // With `--out-dir` it may be about another place than the input.
        if let Some(place) = error.path().filter(|path| *path != input) {
            message = format!("{}: {message}", crate::write::shown(place));
        }
        self.unwrite(&format!("not written: {message}"));
        self.problem = Some((message, error.help()));
    }
}

/// A writer as an output.
struct Pieces<'w, W>(&'w mut W);

impl<W: Write> Output for Pieces<'_, W> {
    fn write(&mut self, pieces: &[IoSlice<'_>]) -> io::Result<()> {
        write_all(self.0, pieces)
    }
}

/// Handles files; shared by all threads.
pub(super) struct Files<'a> {
    pub(super) batch: &'a Batch<'a>,
    pub(super) job: &'a Job,
    pub(super) places: &'a Places,
    pub(super) progress: &'a Progress,
    pub(super) want_rejects: bool,
}

impl Files<'_> {
    /// Reads, converts and perhaps writes one file. `at` is its number in the selection.
    pub(super) fn handle(&self, at: usize, file: &Selected) -> Box<Done> {
        let mut done = Box::new(Done::new());
        let result = Source::open(&file.path).and_then(|source| {
            if source.size() <= WHOLE || self.batch.mode == Mode::Diff {
                self.whole(at, file, &source, &mut done)
            } else {
                self.streamed(at, file, source, &mut done)
            }
        });
        if let Err(error) = result {
            done.fail(&file.path, &error);
        } else if done.totals.withheld && self.batch.mode != Mode::Audit {
            done.unwrite(BROKEN);
        }
        done
    }

    fn whole(
        &self,
        at: usize,
        file: &Selected,
        source: &Source,
        done: &mut Done,
    ) -> Result<(), WriteError> {
        let old = source.read(&file.path)?;
        if !matches!(self.batch.mode, Mode::Write | Mode::OutDir | Mode::Diff) {
            // Nobody needs to see what it becomes.
            self.progress.bytes(old.len() as u64);
            return self.finished(&file.path, done, |watch| {
                run_read(self.job, &file.path, old.into(), &mut Nowhere, watch)
            });
        }
        let new = self
            .watched(&file.path, done, |watch| {
                run_bytes(self.job, &file.path, &old, watch)
            })
            .map_err(|error| unconverted(&file.path, error))?;
        done.changed = new.is_some();
        self.progress.bytes(old.len() as u64);
        match (self.batch.mode, new) {
            (Mode::Write, Some(new)) => {
                let original = Original::of(&file.path, source)?;
                done.settled = self.places.writer()?.replace(original, &old, &new, at);
                done.submitted = true;
            }
            (Mode::OutDir, new) if !done.totals.withheld => {
                let (id, bytes) = (Some(source.id()), new.as_deref().unwrap_or(&old));
                done.changed =
                    self.places
                        .out_dir()?
                        .write(&file.relative, source.mode(), id, bytes)?
                        == Placed::Written;
            }
            (Mode::Diff, Some(new)) => {
                let text = |bytes: &[u8]| {
                    let text = shown(self.job, bytes).map(Cow::into_owned);
                    text.map_err(|error| unconverted(&file.path, error))
                };
                done.bytes = Some((text(&old)?, text(&new)?));
            }
            _ => {}
        }
        Ok(())
    }

    fn streamed(
        &self,
        at: usize,
        file: &Selected,
        source: Source,
        done: &mut Done,
    ) -> Result<(), WriteError> {
        match self.batch.mode {
            Mode::Write => {
                let (original, input) = Original::reading(&file.path, source)?;
                let mut staging = self.places.writer()?.stage(&original)?;
                self.pump(&file.path, input, &mut Pieces(&mut staging), done)?;
                if done.changed {
                    done.settled = self.places.writer()?.submit(original, staging, at);
                    done.submitted = true;
                }
            }
            Mode::OutDir => {
                let mut staging = self.places.out_dir()?.stage(
                    &file.relative,
                    source.mode(),
                    Some(source.id()),
                )?;
                let input = source.into_file();
                self.pump(&file.path, input, &mut Pieces(&mut staging), done)?;
                if !done.totals.withheld {
                    done.changed = staging.place()? == Placed::Written;
                }
            }
            _ => self.pump(&file.path, source.into_file(), &mut Nowhere, done)?,
        }
        Ok(())
    }

    fn pump(
        &self,
        path: &Path,
        input: impl Read + Send + 'static,
        output: &mut dyn Output,
        done: &mut Done,
    ) -> Result<(), WriteError> {
        let input = Box::new(Counted::new(input, self.progress));
        self.finished(path, done, |watch| {
            run(self.job, path, input, output, watch)
        })
    }

    /// Runs a conversion of which the counts tell whether the file changes.
    fn finished(
        &self,
        path: &Path,
        done: &mut Done,
        convert: impl FnOnce(&mut Watch<'_, '_>) -> io::Result<()>,
    ) -> Result<(), WriteError> {
        self.watched(path, done, convert)
            .map_err(|error| unconverted(path, error))?;
        done.changed = done.totals.is_change();
        Ok(())
    }

    /// Runs a conversion whose records and counts go to `done`, also when it fails half-way.
    fn watched<T>(
        &self,
        path: &Path,
        done: &mut Done,
        convert: impl FnOnce(&mut Watch<'_, '_>) -> T,
    ) -> T {
        let records = &mut done.records;
        let audit = &mut done.audit;
        let mut watch = Watch {
            each: &mut |record| records.push(record),
            done: &|count| self.progress.payloads(count),
            rejects: self
                .want_rejects
                .then_some(&mut done.rejects as &mut dyn Write),
            totals: Totals::default(),
            audit: &mut |tally| audit.take(self.job, path, tally),
        };
        let converted = convert(&mut watch);
        done.totals = watch.totals;
        converted
    }
}

fn unconverted(path: &Path, error: io::Error) -> WriteError {
    WriteError::io(path, "convert the file", error)
}
