//! Many files side by side, told in the order of their paths.

mod threads;

use std::collections::{HashMap, VecDeque};
use std::io::{self, Write};
use std::time::Instant;

use super::file::{Done, Files};
use super::place::Places;
use super::{Batch, Rejects, telling};
use crate::args::Mode;
use crate::commands::Stop;
use crate::report::{Closing, Progress, Tellers, name, several};
use crate::run::{Job, Threads};
use crate::select::{Selected, Selection, check_relative};
use crate::write::{Preview, Replaced, Settled, WriteError, interrupt};

/// Runs over the files of a selection.
pub(crate) fn many(
    batch: &Batch<'_>,
    selection: Selection,
    tellers: &mut Tellers,
    rejects: Rejects<'_>,
) -> Result<Closing, Stop> {
    let started = Instant::now();
    let Selection {
        files,
        skipped,
        problems,
    } = selection;
    if matches!(batch.mode, Mode::OutDir | Mode::Audit) {
        check_relative(&files).map_err(|error| Stop::with(&error, error.help()))?;
    }
    let places = Places::open(batch).map_err(|error| Stop::with(&error, error.help()))?;
    let total = batch.watched.then(|| {
        files
            .iter()
            .filter_map(|file| file.path.metadata().ok())
            .map(|meta| meta.len())
            .sum()
    });
    let progress = Progress::new(batch.watched, total);
    let mut told = Told {
        batch,
        files: &files,
        tellers,
        rejects: rejects.map(|file| file as &mut dyn Write),
        progress: &progress,
        closing: batch.closing(),
        lines: 0,
        waiting: VecDeque::new(),
        fates: HashMap::new(),
    };
    told.closing.inputs = (files.len() + problems.len()) as u64;
    told.closing.skipped = skipped.counts().collect();
    for problem in &problems {
        let path = problem.path().unwrap_or_else(|| "-".as_ref());
        told.problem(path, problem.message(), problem.help())?;
    }

    let all = batch.job.threads.count();
    let threads = all.min(files.len()).max(1);
    let job = Job {
        threads: Threads::of(Some((all / threads).max(1))),
        ..batch.job.clone()
    };
    let handler = Files {
        batch,
        job: &job,
        places: &places,
        progress: &progress,
        want_rejects: told.rejects.is_some(),
    };
    if threads == 1 {
        for (at, file) in files.iter().enumerate() {
            if interrupt::requested() {
                break;
            }
            told.done(at, handler.handle(at, file))?;
        }
    } else {
        threads::side_by_side(threads, &files, &handler, &mut told)?;
    }
    told.end(places)?;
    progress.clear();
    let mut closing = told.closing;
    closing.elapsed = Some(started.elapsed());
    Ok(closing)
}

/// A file's number in the selection, and what was done with it.
type Handled = (usize, Box<Done>);

/// The telling side of a run.
struct Told<'a, 'b> {
    batch: &'a Batch<'a>,
    files: &'a [Selected],
    tellers: &'b mut Tellers,
    rejects: Rejects<'b>,
    progress: &'a Progress,
    closing: Closing,
    /// Lines that say which file would change.
    lines: u64,
    /// Files that are told once the writer has said what became of them: until then nobody knows whether they were
    /// converted.
    waiting: VecDeque<Handled>,
    /// What the writer has said about them.
    fates: HashMap<usize, Result<Replaced, WriteError>>,
}

/// How many files that would change are named for people without `--verbose`.
const MOST_LINES: u64 = 100;

impl Told<'_, '_> {
    /// Takes what was done with a file, and tells of all files whose turn and fate have come.
    fn done(&mut self, at: usize, mut done: Box<Done>) -> Result<(), Stop> {
        self.settle(std::mem::take(&mut done.settled));
        self.waiting.push_back((at, done));
        self.tell_settled()
    }

    fn tell_settled(&mut self) -> Result<(), Stop> {
        while let Some((at, mut done)) = self.waiting.pop_front() {
            if done.submitted {
                match self.fates.remove(&at) {
                    Some(Ok(Replaced::Written { .. })) => self.closing.files += 1,
                    // Another run was faster: the file is V3 all the same.
                    Some(Ok(Replaced::Same)) => done.totals.bytes_out = 0,
                    Some(Err(error)) => {
                        let path = self.files.get(at).map(|file| file.path.as_path());
                        done.fail(path.unwrap_or_else(|| "-".as_ref()), &error);
                    }
                    None => {
                        self.waiting.push_front((at, done));
                        break;
                    }
                }
            } else if self.batch.mode == Mode::Write {
                done.totals.bytes_out = 0;
            }
            self.tell(at, done)?;
        }
        Ok(())
    }

    fn tell(&mut self, at: usize, done: Box<Done>) -> Result<(), Stop> {
        let Some(file) = self.files.get(at) else {
            return Ok(());
        };
        for record in &done.records {
            self.tellers
                .record(&file.path, record, self.progress)
                .map_err(telling)?;
        }
        if self.tellers.is_full() {
            self.batch.job.attention.end();
        }
        if let Some((message, help)) = &done.problem {
            self.problem(&file.path, message, *help)?;
        }
        if let Some(rejects) = &mut self.rejects {
            rejects.write_all(&done.rejects).map_err(|error| {
                Stop::plain(format_args!(
                    "cannot write the rejects: {}",
                    crate::write::plain(&error)
                ))
            })?;
        }
        if let Some(audit) = self.batch.job.audit() {
            audit.add(&file.path, done.audit);
        }
        self.closing.totals.add(&done.totals);
        match self.batch.mode {
            Mode::Write | Mode::Audit => {}
            _ if !done.changed => {}
            Mode::Diff | Mode::ListDifferent => {
                self.closing.files += 1;
                let (old, new) = done.bytes.unwrap_or_default();
                let preview = Preview {
                    diff: (self.batch.mode == Mode::Diff).then_some(self.batch.colour),
                    list: self.batch.mode == Mode::ListDifferent,
                    nul: self.batch.null,
                };
                let progress = self.progress;
                progress
                    .aside(|| preview.show(&mut io::stdout(), &file.path, &old, &new))
                    .map_err(Stop::stdout)?;
            }
            Mode::Check | Mode::DryRun => {
                self.closing.files += 1;
                self.name(at, done.totals.converted)?;
            }
            _ => self.closing.files += 1,
        }
        Ok(())
    }

    /// Names a file that would change.
    fn name(&mut self, at: usize, converted: u64) -> Result<(), Stop> {
        let Some(file) = self.files.get(at) else {
            return Ok(());
        };
        if self.batch.mode == Mode::Check && !self.tellers.is_for_people() {
            return Ok(());
        }
        self.lines += 1;
        if self.lines > MOST_LINES && !self.tellers.is_verbose() {
            return Ok(());
        }
        let payloads = several(converted, "V2 payload");
        let words = if self.batch.mode == Mode::DryRun {
            "would be rewritten:"
        } else {
            "holds"
        };
        let line = format!("{}: {words} {payloads}", name(&file.path));
        self.tellers.say(&line, self.progress).map_err(telling)
    }

    fn problem(
        &mut self,
        path: &std::path::Path,
        message: &str,
        help: Option<&'static str>,
    ) -> Result<(), Stop> {
        self.closing.problems += 1;
        self.tellers
            .problem(path, message, help, self.progress)
            .map_err(telling)
    }

    fn settle(&mut self, settled: Vec<Settled<usize>>) {
        self.fates
            .extend(settled.into_iter().map(|file| (file.tag, file.result)));
    }

    /// Waits for the writer, and tells the rest.
    fn end(&mut self, places: Places) -> Result<(), Stop> {
        if let Places::InPlace(writer) = places {
            let closing = writer.finish();
            self.settle(closing.settled);
            self.tell_settled()?;
            self.closing.run = closing.run;
            self.closing.journal = self
                .batch
                .output
                .and_then(|output| output.journal_dir.clone());
            for problem in &closing.problems {
                let path = problem.path().unwrap_or_else(|| "-".as_ref()).to_owned();
                self.problem(&path, &problem.message(), problem.help())?;
            }
        }
        if self.lines > MOST_LINES && !self.tellers.is_verbose() {
            let more = several(self.lines - MOST_LINES, "more file");
            self.tellers
                .say(
                    &format!(
                        "… and {more}; `--verbose` names them, `convert --list-different` too"
                    ),
                    self.progress,
                )
                .map_err(telling)?;
        }
        if let Some(rejects) = &mut self.rejects {
            rejects.flush().map_err(|error| {
                Stop::plain(format_args!(
                    "cannot write the rejects: {}",
                    crate::write::plain(&error)
                ))
            })?;
        }
        Ok(())
    }
}
