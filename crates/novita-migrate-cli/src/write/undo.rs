//! Putting back what a `--write` run replaced.
//!
//! A file is put back only if it still holds what the run wrote; every other one is named and
//! left. Each goes back whole, so undoing can be stopped anywhere and begun again.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::flush::flush;
use super::journal::{
    End, FileLine, Journaling, OLD, RootLock, Run, Told, UNDONE, beginning, copy_beside, ending,
    list,
};
use super::original::{Content, Original};
use super::over::over;
use super::staging::{Temp, give_rights};
use super::stamp::{FileId, Stamp};
use super::{WriteError, WriteErrorKind, interrupt, shown};

/// How many files share one wait for the disk.
const BATCH: usize = 256;

/// One run as `undo --list` shows it.
#[derive(Clone, Debug)]
pub(crate) struct RunInfo {
    /// The run's name: when it began, in UTC.
    pub(crate) id: String,
    /// The working folder in which it began.
    pub(crate) folder: PathBuf,
    /// How many files it replaced.
    pub(crate) files: usize,
    /// The bytes that it wrote into them.
    pub(crate) bytes: u64,
    /// Where it stands.
    pub(crate) state: RunState,
}

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RunState {
    /// It came to its end.
    Finished,
    /// A signal or a crash ended it; what it replaced can be put back all the same.
    Interrupted,
    /// It is at work.
    Running,
    /// Everything was put back.
    Undone,
}

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Undone {
    /// It holds its old bytes again.
    Restored,
    /// It held them already.
    AlreadyBack,
}

/// The end of an undoing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct UndoSummary {
    /// The run's name.
    pub(crate) run: String,
    /// Files that were put back, or would be.
    pub(crate) restored: usize,
    /// Files that held their old bytes already.
    pub(crate) already: usize,
    /// Files that were left as they are.
    pub(crate) left: usize,
}

/// The runs that a journal folder holds, newest first.
///
/// # Errors
/// When the folder cannot be read.
pub(crate) fn runs(journaling: &Journaling) -> Result<Vec<RunInfo>, WriteError> {
    let runs = find(journaling)?;
    Ok(runs.iter().rev().filter_map(|run| info(run).ok()).collect())
}

fn find(journaling: &Journaling) -> Result<Vec<Run>, WriteError> {
    let Some(root) = journaling.root()? else {
        return Ok(Vec::new());
    };
    list(&root).map_err(|error| {
        WriteError::io_as(WriteErrorKind::Journal, &root, "read the journals", error)
    })
}

fn info(run: &Run) -> io::Result<RunInfo> {
    let open = run.open()?;
    let running = open.is_none();
    let file = match open {
        Some(file) => file,
        None => File::open(run.journal())?,
    };
    let folder = beginning(&file)?;
    let (end, files, bytes) = match ending(&file)? {
        Some((end, files, bytes)) => (Some(end), files, bytes),
        None => {
            let told = Told::read(&file)?;
            (
                None,
                told.files.len() as u64,
                told.files.values().map(|line| line.new.size).sum(),
            )
        }
    };
    let state = match end {
        _ if run.undone() => RunState::Undone,
        _ if running => RunState::Running,
        Some(End::Finished) => RunState::Finished,
        _ => RunState::Interrupted,
    };
    let files = usize::try_from(files).unwrap_or(usize::MAX);
    Ok(RunInfo {
        id: run.id.clone(),
        folder,
        files,
        bytes,
        state,
    })
}

/// Puts back the files of a run: the one with this name or the only one whose name begins so,
/// else the newest that is not undone. With `dry_run` nothing is changed. `each` hears of every
/// file, in the order in which they were replaced.
///
/// # Errors
/// When there is no such run, it is still at work, or its journal cannot be read.
pub(crate) fn undo(
    journaling: &Journaling,
    run: Option<&str>,
    dry_run: bool,
    each: &mut dyn FnMut(&Path, &Result<Undone, WriteError>),
) -> Result<UndoSummary, WriteError> {
    let run = choose(find(journaling)?, run)?;
    let failed = |error| {
        WriteError::io_as(
            WriteErrorKind::Journal,
            &run.journal(),
            "read the journal",
            error,
        )
    };
    let Some(journal) = run.open().map_err(failed)? else {
        let message = format!("run {} is still at work", run.id);
        return Err(WriteError::plain(WriteErrorKind::Run, message));
    };
    let told = Told::read(&journal).map_err(failed)?;
    let mut undoing = Undoing {
        run: &run,
        dry_run,
        summary: UndoSummary {
            run: run.id.clone(),
            ..UndoSummary::default()
        },
        renamed: HashSet::new(),
        done: Vec::new(),
    };
    let lines: Vec<&FileLine> = told.files.values().collect();
    for batch in lines.chunks(BATCH) {
        if interrupt::requested() {
            break;
        }
        undoing.batch(batch, each);
    }
    undoing.finish(lines.len())
}

fn choose(mut runs: Vec<Run>, name: Option<&str>) -> Result<Run, WriteError> {
    let none = |message: String| WriteError::plain(WriteErrorKind::Run, message);
    let Some(name) = name else {
        let newest = runs.into_iter().rev().find(|run| !run.undone());
        return newest.ok_or_else(|| none("there is no run to undo".to_owned()));
    };
    if let Some(at) = runs.iter().position(|run| run.id == name) {
        return Ok(runs.swap_remove(at));
    }
    let mut matches = runs.into_iter().filter(|run| run.id.starts_with(name));
    match (matches.next(), matches.next()) {
        (Some(run), None) => Ok(run),
        (None, _) => Err(none(format!("there is no run {name:?}"))),
        (Some(_), Some(_)) => Err(none(format!("several runs begin with {name:?}"))),
    }
}

/// The work on one run.
struct Undoing<'a> {
    run: &'a Run,
    dry_run: bool,
    summary: UndoSummary,
    /// Folders whose renames may not be on the disk yet, with their filesystems.
    renamed: HashSet<(u64, PathBuf)>,
    /// Saved versions that are no longer needed once those folders are synced.
    done: Vec<PathBuf>,
}

/// What a file goes back from.
enum Back {
    /// The saved version itself is renamed.
    Saved(PathBuf, FileId),
    /// A copy of it, where the journal is on another filesystem.
    Copy(Temp, FileId, PathBuf),
}

/// A file that can be put back.
struct Step {
    current: Original,
    new: Content,
    back: Option<Back>,
}

impl Undoing<'_> {
    fn batch(
        &mut self,
        lines: &[&FileLine],
        each: &mut dyn FnMut(&Path, &Result<Undone, WriteError>),
    ) {
        // Runs that replace files and this one take turns.
        let _lock = self
            .run
            .folder
            .parent()
            .filter(|_| !self.dry_run)
            .and_then(|root| RootLock::take(root).ok());
        let mut steps: Vec<Result<Option<Step>, WriteError>> =
            lines.iter().map(|line| self.prepare(line)).collect();
        self.to_disk(&mut steps);
        for (line, step) in lines.iter().zip(steps) {
            let done = match step {
                Ok(Some(step)) => self.rename(step),
                Ok(None) => Ok(Undone::AlreadyBack),
                Err(error) => Err(error),
            };
            match done {
                Ok(Undone::Restored) => self.summary.restored += 1,
                Ok(Undone::AlreadyBack) => {
                    self.summary.already += 1;
                    self.done.push(self.run.saved(line.number));
                }
                Err(_) => self.summary.left += 1,
            }
            each(&line.path.0, &done);
        }
    }

    /// Checks a file; `None` if it has its old bytes.
    fn prepare(&self, line: &FileLine) -> Result<Option<Step>, WriteError> {
        let path = &line.path.0;
        let left = |kind, message: &str| WriteError::new(kind, path, message);
        if interrupt::requested() {
            return Err(left(
                WriteErrorKind::Interrupted,
                "not put back: undo was stopped",
            ));
        }
        match fs::symlink_metadata(path) {
            Ok(meta) if meta.is_file() => {}
            Ok(_) => {
                return Err(left(
                    WriteErrorKind::NotUndone,
                    "is no longer the file that the run wrote; it was left as it is",
                ));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let saved = shown(&self.run.saved(line.number));
                let message = format!(
                    "was removed or renamed after the run; it was not put back (its old version: {saved})"
                );
                return Err(left(WriteErrorKind::NotUndone, &message));
            }
            Err(error) => return Err(WriteError::io(path, "look at the file", error)),
        }
        let (current, mut reader) = Original::open(path)?;
        io::copy(&mut reader, &mut io::sink()).map_err(|error| {
            WriteError::io_as(WriteErrorKind::Unreadable, path, "read the file", error)
        })?;
        let now = current.seen();
        if now == Some(line.old) {
            return Ok(None);
        }
        let saved = self.run.saved(line.number);
        if now != Some(line.new) {
            let message = format!(
                "was changed after the run; it was left as it is (its old version: {})",
                shown(&saved)
            );
            return Err(left(WriteErrorKind::NotUndone, &message));
        }
        current.writable()?;
        match Content::of_file(&saved) {
            Ok(content) if content == line.old => {}
            Ok(_) => {
                return Err(left(
                    WriteErrorKind::Journal,
                    "its saved version was changed after the run",
                ));
            }
            Err(error) => {
                return Err(WriteError::io_as(
                    WriteErrorKind::Journal,
                    path,
                    "read its saved version",
                    error,
                ));
            }
        }
        let back = if self.dry_run {
            None
        } else {
            Some(self.back(saved, line.linked, &current)?)
        };
        Ok(Some(Step {
            current,
            new: line.new,
            back,
        }))
    }

    fn back(&self, saved: PathBuf, linked: bool, current: &Original) -> Result<Back, WriteError> {
        let failed = |error| WriteError::io(current.path(), "put the file back", error);
        // A copy belongs to whoever made it; only the file itself has its own owner and mode.
        let stamp = Stamp::from(&fs::symlink_metadata(&saved).map_err(failed)?);
        if linked && stamp.device() == current.stamp().device() {
            return Ok(Back::Saved(saved, stamp.id()));
        }
        let (file, temp) = copy_beside(&saved, current.target(), &self.run.id).map_err(failed)?;
        let id = give_rights(&file, current)?;
        Ok(Back::Copy(temp, id, saved))
    }

    fn to_disk(&self, steps: &mut [Result<Option<Step>, WriteError>]) {
        let copies: Vec<(usize, (u64, PathBuf))> = steps
            .iter()
            .enumerate()
            .filter_map(|(at, step)| match step {
                Ok(Some(Step {
                    current,
                    back: Some(Back::Copy(temp, ..)),
                    ..
                })) => Some((at, (current.stamp().device(), temp.path().to_owned()))),
                _ => None,
            })
            .collect();
        let items: Vec<_> = copies.iter().map(|(_, item)| item.clone()).collect();
        for (item, error) in flush(&items) {
            if let Some(step) = copies.get(item).and_then(|(at, _)| steps.get_mut(*at))
                && let Ok(Some(Step { current, .. })) = step
            {
                *step = Err(WriteError::io(
                    current.path(),
                    "write the old version to the disk",
                    error,
                ));
            }
        }
    }

    fn rename(&mut self, step: Step) -> Result<Undone, WriteError> {
        let Step {
            mut current,
            new,
            back,
        } = step;
        let Some(back) = back else {
            return Ok(Undone::Restored);
        };
        let _busy = interrupt::busy();
        current.check(&new)?;
        let target = current.target();
        let refused = |refused| current.refused(refused, "put the file back");
        match back {
            Back::Saved(saved, id) => {
                over(&saved, id, target, current.stamp()).map_err(refused)?;
            }
            Back::Copy(temp, id, saved) => {
                temp.replace(id, &current)
                    .map_err(|(_, why)| refused(why))?;
                self.done.push(saved);
            }
        }
        if let Some(folder) = target.parent() {
            self.renamed
                .insert((current.stamp().device(), folder.to_owned()));
        }
        Ok(Undone::Restored)
    }

    fn finish(mut self, files: usize) -> Result<UndoSummary, WriteError> {
        if self.dry_run {
            return Ok(self.summary);
        }
        let folders: Vec<(u64, PathBuf)> = self.renamed.drain().collect();
        if let Some((at, error)) = flush(&folders).into_iter().next() {
            let folder = folders.get(at).map_or(Path::new("/"), |(_, folder)| folder);
            return Err(WriteError::io(folder, "sync the folder", error));
        }
        for saved in &self.done {
            let _ = fs::remove_file(saved);
        }
        if self.summary.restored + self.summary.already == files {
            let _ = fs::remove_dir_all(self.run.folder.join(OLD));
            let marker = self.run.folder.join(UNDONE);
            File::create(&marker).map_err(|error| {
                WriteError::io_as(
                    WriteErrorKind::Journal,
                    &marker,
                    "mark the run as undone",
                    error,
                )
            })?;
        }
        // Files after a signal's coming were not even looked at.
        self.summary.left = files - self.summary.restored - self.summary.already;
        Ok(self.summary)
    }
}
