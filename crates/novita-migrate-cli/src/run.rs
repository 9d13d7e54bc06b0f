//! From an input's bytes to its output: which payloads it holds, what becomes of each, and the bytes around them as
//! they were.

mod document;
mod lines;
mod output;
mod payload;

use std::io::{self, Read, Write};
use std::path::Path;

use novita_migrate::{Document, Options};

use crate::container::{Format, Shape};
use crate::record::{Record, Totals};

pub(crate) use output::{Output, stdout};

/// What is to be done with every input.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    pub(crate) options: Options,
    pub(crate) document: Option<Document>,
    pub(crate) format: Format,
    pub(crate) tolerant: bool,
    pub(crate) threads: usize,
    /// The most bytes that one input that is held in memory (a document, a line) may have.
    pub(crate) max_input: Option<u64>,
    /// Which records are made: making them costs more than counting.
    pub(crate) keep: Keep,
}

/// Which records are made. Payloads that were kept or failed always are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    /// Payloads with warnings, and of their findings the warnings and errors.
    WithWarnings,
    /// Every payload with every finding.
    All,
}

/// Converts a stream: lines in constant memory, or one document as a whole.
///
/// # Errors
/// About the whole input: reading it, its size, or writing the output.
pub(crate) fn run(
    job: &Job,
    name: &Path,
    mut input: Box<dyn Read + Send>,
    output: &mut dyn Output,
    rejects: Option<&mut dyn Write>,
    each: &mut dyn FnMut(Record),
) -> io::Result<Totals> {
    let mut beginning = Vec::new();
    let shape = Shape::of_stream(job, name, &mut input, &mut beginning)?;
    let input = io::Cursor::new(beginning).chain(input);
    match shape {
        Shape::Lines => lines::convert(job, input, output, rejects, each),
        Shape::Document => {
            let mut bytes = Vec::new();
            let limit = job
                .max_input
                .map_or(u64::MAX, |limit| limit.saturating_add(1));
            input.take(limit).read_to_end(&mut bytes)?;
            check_size(job, bytes.len())?;
            let done = document::convert(job, &bytes);
            let totals = done.totals.clone();
            if !totals.withheld {
                done.output.write(&bytes, output)?;
            }
            done.finish(&bytes, rejects, each)?;
            Ok(totals)
        }
    }
}

/// Converts an input that is in memory. The bytes are `None` where nothing changes.
pub(crate) fn run_bytes(
    job: &Job,
    name: &Path,
    bytes: &[u8],
    rejects: Option<&mut dyn Write>,
    each: &mut dyn FnMut(Record),
) -> (Option<Vec<u8>>, Totals) {
    let mut out = Vec::new();
    let done = match Shape::of_bytes(job, name, bytes) {
        Shape::Lines => lines::convert(job, bytes, &mut out, rejects, each),
        Shape::Document => check_size(job, bytes.len()).and_then(|()| {
            let done = document::convert(job, bytes);
            let totals = done.totals.clone();
            if !totals.withheld {
                done.output.write(bytes, &mut out)?;
            }
            done.finish(bytes, rejects, each)?;
            Ok(totals)
        }),
    };
    match done {
        Ok(totals) => {
            let changed = totals.converted > 0 && !totals.withheld;
            (changed.then_some(out), totals)
        }
        Err(error) => {
            each(Record::unreadable(&error.to_string(), None));
            (
                None,
                Totals {
                    failed: 1,
                    bytes_in: bytes.len() as u64,
                    ..Totals::default()
                },
            )
        }
    }
}

fn check_size(job: &Job, size: usize) -> io::Result<()> {
    match job.max_input {
        Some(limit) if size as u64 > limit => Err(io::Error::other(format!(
            "larger than {limit} bytes, the limit of `--max-input-size`"
        ))),
        _ => Ok(()),
    }
}
