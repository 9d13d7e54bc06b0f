//! One input: stdin or a file, to stdout or only looked at.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::time::Instant;

use super::{Batch, Rejects, telling};
use crate::args::Mode;
use crate::audit::OfInput;
use crate::commands::Stop;
use crate::record::Totals;
use crate::report::{Closing, Counted, Progress, Tellers};
use crate::run::{Nowhere, Watch, run, run_bytes, shown, stdout};
use crate::write::Preview;

/// Reads stdin.
pub(crate) fn stdin(
    batch: &Batch<'_>,
    tellers: &mut Tellers,
    rejects: Rejects<'_>,
) -> Result<Closing, Stop> {
    single(batch, Path::new("-"), io::stdin(), None, tellers, rejects)
}

/// Reads one file by its name.
pub(crate) fn one(
    batch: &Batch<'_>,
    path: &Path,
    tellers: &mut Tellers,
    rejects: Rejects<'_>,
) -> Result<Closing, Stop> {
    match File::open(path).and_then(|file| Ok((file.metadata()?.len(), file))) {
        Ok((size, file)) => single(batch, path, file, Some(size), tellers, rejects),
        Err(error) => {
            let message = format!("cannot read: {}", crate::write::plain(&error));
            tellers
                .problem(path, &message, None, &Progress::new(false, None))
                .map_err(telling)?;
            Ok(Closing {
                inputs: 1,
                problems: 1,
                ..batch.closing()
            })
        }
    }
}

fn single(
    batch: &Batch<'_>,
    path: &Path,
    input: impl Read + Send + 'static,
    size: Option<u64>,
    tellers: &mut Tellers,
    rejects: Rejects<'_>,
) -> Result<Closing, Stop> {
    let started = Instant::now();
    let progress = Progress::new(batch.watched, size);
    let input = Counted::new(input, &progress);
    let mut told = Ok(());
    let mut seen = OfInput::default();
    let mut watch = Watch {
        each: &mut |record| {
            if told.is_ok() {
                told = tellers.record(path, &record, &progress);
            }
            if tellers.is_full() {
                batch.job.attention.end();
            }
        },
        done: &|count| progress.payloads(count),
        rejects,
        totals: Totals::default(),
        audit: &mut |tally| seen.take(&batch.job, path, tally),
    };
    let ended = convert(batch, path, input, &mut watch);
    let totals = watch.totals;
    if let Some(audit) = batch.job.audit() {
        audit.add(path, seen);
    }
    progress.clear();
    told.map_err(telling)?;
    let mut closing = Closing {
        inputs: 1,
        elapsed: Some(started.elapsed()),
        totals,
        ..batch.closing()
    };
    match ended {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Err(Stop::BrokenPipe),
        Err(error) => {
            tellers
                .problem(path, &crate::write::plain(&error), None, &progress)
                .map_err(telling)?;
            closing.problems += 1;
        }
    }
    if batch.mode == Mode::ListDifferent && closing.totals.converted > 0 {
        io::stdout()
            .write_all(if batch.null { b"-\0" } else { b"-\n" })
            .map_err(Stop::stdout)?;
    }
    Ok(closing)
}

fn convert(
    batch: &Batch<'_>,
    path: &Path,
    mut input: impl Read + Send + 'static,
    watch: &mut Watch<'_, '_>,
) -> io::Result<()> {
    let job = &batch.job;
    match batch.mode {
        Mode::Stdout => run(job, path, Box::new(input), &mut stdout(), watch),
        Mode::Diff => {
            let mut old = Vec::new();
            input.read_to_end(&mut old)?;
            if let Some(new) = run_bytes(job, path, &old, watch)? {
                let preview = Preview {
                    diff: Some(batch.colour),
                    list: false,
                    nul: false,
                };
                let (old, new) = (shown(job, &old)?, shown(job, &new)?);
                preview.show(&mut io::stdout(), Path::new("stdin"), &old, &new)?;
            }
            Ok(())
        }
        _ => run(job, path, Box::new(input), &mut Nowhere, watch),
    }
}
