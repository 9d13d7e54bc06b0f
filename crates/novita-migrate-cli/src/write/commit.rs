//! One batch of files, replaced so that a crash at any moment leaves each of them whole, old or
//! new, and the journal true.
//!
//! The order is the guarantee: the old versions are saved and the journal says what is meant to
//! happen; all of that and the new versions reach the disk; only then is each file looked at once
//! more and renamed.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::error::again;
use super::flush::flush;
use super::interrupt;
use super::journal::{FileLine, Journal, Line, Name, RootLock};
use super::original::{Content, Original};
use super::replace::{HardLinks, Replaced, Settled, WriteOptions};
use super::staging::{Sealed, Temp};
use super::stamp::FileId;
use super::{WriteError, WriteErrorKind, backup};

/// A file whose new version lies beside it.
#[derive(Debug)]
pub(crate) struct Staged<T> {
    pub(crate) original: Original,
    pub(crate) old: Content,
    pub(crate) temp: Temp,
    /// Which file the new version is.
    pub(crate) id: FileId,
    pub(crate) new: Content,
    pub(crate) tag: T,
}

impl<T> Staged<T> {
    pub(crate) fn new(original: Original, old: Content, new: Sealed, tag: T) -> Self {
        let Sealed { temp, id, content } = new;
        Staged {
            original,
            old,
            temp,
            id,
            new: content,
            tag,
        }
    }

    /// The file's fate after an error. Another run may have written the very same bytes.
    fn spared(self, error: WriteError) -> Settled<T> {
        let is_same = error.kind() == WriteErrorKind::Changed
            && Content::of_file(self.original.target()).is_ok_and(|now| now == self.new);
        Settled {
            tag: self.tag,
            result: if is_same {
                Ok(Replaced::Same)
            } else {
                Err(error)
            },
        }
    }
}

/// What a run has done so far.
#[derive(Debug, Default)]
pub(crate) struct Committer {
    /// Files replaced.
    pub(crate) written: u64,
    /// Bytes of their new versions.
    pub(crate) bytes: u64,
    /// The number of the last old version.
    number: u64,
    /// Folders with renames that may not be on the disk yet, with their filesystems.
    renamed: HashMap<PathBuf, u64>,
}

/// A file that is ready but for the rename.
struct Ready<T> {
    staged: Staged<T>,
    kept: Kept,
}

/// Where the old version of a file is.
struct Kept {
    /// Its number in the journal.
    number: u64,
    /// The journal's copy, where it is a copy.
    copy: Option<PathBuf>,
    backup: Option<PathBuf>,
}

impl<T> Ready<T> {
    /// Takes back what was made for a file that is not replaced.
    fn abandon(self, error: WriteError, journal: Option<&Journal>) -> Settled<T> {
        if let Some(journal) = journal {
            journal.forget(self.kept.number);
        }
        if let Some(backup) = self.kept.backup {
            let _ = fs::remove_file(backup);
        }
        self.staged.spared(error)
    }

    /// The same for a file that the journal has a line about.
    fn unmade(self, error: WriteError, journal: Option<&Journal>) -> Settled<T> {
        if let Some(journal) = journal {
            // Without this line the hashes tell the same.
            let _ = journal.append(&[Line::Left {
                number: self.kept.number,
            }]);
        }
        self.abandon(error, journal)
    }
}

impl Committer {
    /// Replaces the files of a batch.
    pub(crate) fn commit<T>(
        &mut self,
        batch: Vec<Staged<T>>,
        journal: Option<&Journal>,
        options: &WriteOptions,
        run: &str,
    ) -> Vec<Settled<T>> {
        // Two runs that share a journal folder take turns. Without the lock the checks remain.
        let _lock = journal.and_then(|journal| RootLock::take(journal.root()).ok());
        let mut settled = Vec::with_capacity(batch.len());
        let mut ready = Vec::with_capacity(batch.len());
        for staged in batch {
            match self.prepare(staged, journal, options, run) {
                Ok(file) => ready.push(file),
                Err(done) => settled.push(done),
            }
        }
        let ready = write_lines(ready, journal, &mut settled);
        let ready = to_disk(ready, journal, &mut settled);
        settled.extend(ready.into_iter().map(|file| self.rename(file, journal)));
        settled
    }

    /// Checks a file, and saves its old version.
    fn prepare<T>(
        &mut self,
        mut staged: Staged<T>,
        journal: Option<&Journal>,
        options: &WriteOptions,
        run: &str,
    ) -> Result<Ready<T>, Settled<T>> {
        match self.save(&mut staged, journal, options, run) {
            Ok(kept) => Ok(Ready { staged, kept }),
            Err(error) => Err(staged.spared(error)),
        }
    }

    fn save<T>(
        &mut self,
        staged: &mut Staged<T>,
        journal: Option<&Journal>,
        options: &WriteOptions,
        run: &str,
    ) -> Result<Kept, WriteError> {
        let original = &mut staged.original;
        if interrupt::requested() {
            return Err(stopped(original));
        }
        original.check(&staged.old)?;
        let names = original.stamp().names;
        if names > 1 && options.hard_links == HardLinks::Refuse {
            let message = format!(
                "the file has {names} names (hard links), and only this one would be replaced"
            );
            return Err(WriteError::new(
                WriteErrorKind::HardLinked,
                original.path(),
                message,
            ));
        }
        self.number += 1;
        let copy = match journal {
            Some(journal) => journal.save(self.number, original, &staged.old)?,
            None => None,
        };
        let backup = match &options.backup {
            Some(suffix) => backup::make(original, suffix, run).map(Some),
            None => Ok(None),
        };
        if let (Err(_), Some(journal)) = (&backup, journal) {
            journal.forget(self.number);
        }
        Ok(Kept {
            number: self.number,
            copy,
            backup: backup?,
        })
    }

    fn rename<T>(&mut self, mut file: Ready<T>, journal: Option<&Journal>) -> Settled<T> {
        let busy = interrupt::busy();
        let checked = if interrupt::requested() {
            Err(stopped(&file.staged.original))
        } else {
            file.staged.original.check(&file.staged.old)
        };
        if let Err(error) = checked {
            drop(busy);
            return file.unmade(error, journal);
        }
        let Ready {
            staged:
                Staged {
                    original,
                    old,
                    temp,
                    id,
                    new,
                    tag,
                },
            kept,
        } = file;
        let target = original.target();
        if let Err((temp, refused)) = temp.replace(id, &original) {
            drop(busy);
            let error = original.refused(refused, "replace the file");
            let staged = Staged {
                original,
                old,
                temp,
                id,
                new,
                tag,
            };
            return Ready { staged, kept }.unmade(error, journal);
        }
        self.written += 1;
        self.bytes += new.size;
        if let Some(folder) = target
            .parent()
            .filter(|folder| !self.renamed.contains_key(*folder))
        {
            self.renamed
                .insert(folder.to_owned(), original.stamp().device());
        }
        Settled {
            tag,
            result: Ok(Replaced::Written {
                backup: kept.backup,
            }),
        }
    }

    /// Makes sure that the renames are on the disk.
    pub(crate) fn finish(self) -> Vec<WriteError> {
        let folders: Vec<(u64, PathBuf)> = self
            .renamed
            .into_iter()
            .map(|(folder, device)| (device, folder))
            .collect();
        let error = |(at, error): (usize, std::io::Error)| {
            let folder = folders.get(at).map_or(Path::new("/"), |(_, folder)| folder);
            WriteError::io(folder, "sync the folder", error)
        };
        flush(&folders).into_iter().map(error).collect()
    }
}

fn stopped(original: &Original) -> WriteError {
    WriteError::new(
        WriteErrorKind::Interrupted,
        original.path(),
        "not converted: the run was stopped",
    )
}

/// Says in the journal what is about to happen.
fn write_lines<T>(
    ready: Vec<Ready<T>>,
    journal: Option<&Journal>,
    settled: &mut Vec<Settled<T>>,
) -> Vec<Ready<T>> {
    let Some(journal) = journal.filter(|_| !ready.is_empty()) else {
        return ready;
    };
    let line = |Ready { staged, kept }: &Ready<T>| {
        let path = Name(staged.original.target().to_owned());
        let linked = kept.copy.is_none();
        Line::File(FileLine {
            number: kept.number,
            path,
            linked,
            old: staged.old,
            new: staged.new,
        })
    };
    let lines: Vec<Line> = ready.iter().map(line).collect();
    let Err(error) = journal.append(&lines) else {
        return ready;
    };
    for file in ready {
        let path = file.staged.original.path();
        let error = WriteError::io_as(
            WriteErrorKind::Journal,
            path,
            "write the journal",
            again(&error),
        );
        settled.push(file.abandon(error, Some(journal)));
    }
    Vec::new()
}

/// Waits until the new versions, the saved ones and the journal are on the disk.
fn to_disk<T>(
    ready: Vec<Ready<T>>,
    journal: Option<&Journal>,
    settled: &mut Vec<Settled<T>>,
) -> Vec<Ready<T>> {
    if ready.is_empty() {
        return ready;
    }
    let mut items: Vec<(u64, PathBuf)> = Vec::with_capacity(ready.len() + 4);
    // For each item the file it belongs to; the journal belongs to all.
    let mut owners: Vec<Option<usize>> = Vec::with_capacity(ready.len() + 4);
    for (at, file) in ready.iter().enumerate() {
        let device = file.staged.original.stamp().device();
        items.push((device, file.staged.temp.path().to_owned()));
        owners.push(Some(at));
        if let Some(backup) = &file.kept.backup {
            items.push((device, backup.clone()));
            owners.push(Some(at));
        }
    }
    if let Some(journal) = journal {
        let (device, paths) = journal.to_flush();
        let copies = ready
            .iter()
            .enumerate()
            .filter_map(|(at, file)| Some((Some(at), file.kept.copy.clone()?)));
        for (owner, path) in copies.chain(paths.map(|path| (None, path))) {
            items.push((device, path));
            owners.push(owner);
        }
    }
    let failed = flush(&items);
    if failed.is_empty() {
        return ready;
    }
    let whose = |at: usize| {
        failed.iter().find(|(item, _)| {
            owners
                .get(*item)
                .is_some_and(|owner| owner.is_none_or(|owner| owner == at))
        })
    };
    let mut good = Vec::with_capacity(ready.len());
    for (at, file) in ready.into_iter().enumerate() {
        match whose(at) {
            None => good.push(file),
            Some((_, error)) => {
                let path = file.staged.original.path();
                let error = WriteError::io(path, "write the new version to the disk", again(error));
                settled.push(file.unmade(error, journal));
            }
        }
    }
    good
}
