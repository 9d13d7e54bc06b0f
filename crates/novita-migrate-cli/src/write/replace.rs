//! `--write`: files are replaced in batches, so that many share one wait for the disk.

use std::collections::HashSet;
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::commit::{Committer, Staged};
use super::journal::{End, Journal};
use super::original::{Content, Original};
use super::staging::Beside;
use super::{Journaling, Staging, WriteError, WriteErrorKind, backup, interrupt};

/// A batch is committed when it has this many files …
const BATCH_FILES: usize = 512;
/// … or this many new bytes.
const BATCH_BYTES: u64 = 64 << 20;

/// How files are replaced.
#[derive(Clone, Debug, Default)]
pub(crate) struct WriteOptions {
    /// The suffix of backups, if there are to be any.
    pub(crate) backup: Option<OsString>,
    /// Where the journal goes.
    pub(crate) journal: Journaling,
    /// What to do with files that have several names.
    pub(crate) hard_links: HardLinks,
    /// How many runs the journal folder holds at the end; at least this one.
    pub(crate) keep_runs: usize,
}

/// What to do with a file that has several names (hard links). No system can replace the content
/// under all of them in one step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum HardLinks {
    /// Leave the file, and report it.
    #[default]
    Refuse,
    /// Replace it under the name at hand; the others keep the old content.
    Break,
}

/// What became of a file that was to be replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Replaced {
    /// It has its new bytes.
    Written {
        /// Where its old bytes are beside it.
        backup: Option<PathBuf>,
    },
    /// It had these bytes already, and was not touched.
    Same,
}

/// The fate of one file.
#[derive(Debug)]
pub(crate) struct Settled<T> {
    /// What the caller knows the file by.
    pub(crate) tag: T,
    /// What became of it.
    pub(crate) result: Result<Replaced, WriteError>,
}

/// The end of a run.
#[derive(Debug)]
pub(crate) struct Closing<T> {
    /// The files that had not been settled before.
    pub(crate) settled: Vec<Settled<T>>,
    /// The run's name for `undo`, if it replaced anything and keeps a journal.
    pub(crate) run: Option<String>,
    /// What went wrong beside single files.
    pub(crate) problems: Vec<WriteError>,
}

/// Replaces files; shared by the threads of a run.
#[derive(Debug)]
pub(crate) struct Writer<T> {
    options: WriteOptions,
    id: String,
    journal: Option<Journal>,
    /// The folders in which this run has made temporary files.
    folders: Mutex<HashSet<PathBuf>>,
    batch: Mutex<Batch<T>>,
    committer: Mutex<Committer>,
}

#[derive(Debug)]
struct Batch<T> {
    staged: Vec<Staged<T>>,
    bytes: u64,
}

impl<T> Batch<T> {
    const EMPTY: Self = Self {
        staged: Vec::new(),
        bytes: 0,
    };
}

impl<T> Writer<T> {
    /// Starts a run and tidies up after runs that were killed.
    ///
    /// # Errors
    /// When the journal cannot be made, or the suffix for backups leads elsewhere.
    pub(crate) fn open(options: WriteOptions) -> Result<Self, WriteError> {
        if let Some(suffix) = &options.backup {
            backup::check_suffix(suffix)?;
        }
        let journal = options
            .journal
            .root()?
            .map(|root| Journal::begin(&root))
            .transpose()?;
        let id = journal.as_ref().map_or_else(
            || std::process::id().to_string(),
            |journal| journal.id().to_owned(),
        );
        Ok(Self {
            options,
            id,
            journal,
            folders: Mutex::default(),
            batch: Mutex::new(Batch::EMPTY),
            committer: Mutex::default(),
        })
    }

    /// Replaces a file whose old and new bytes are in memory. The file's fate may come with a
    /// later call or at the end; what is given back may be about other files.
    pub(crate) fn replace(
        &self,
        original: Original,
        old: &[u8],
        new: &[u8],
        tag: T,
    ) -> Vec<Settled<T>> {
        if old == new {
            return vec![Settled {
                tag,
                result: Ok(Replaced::Same),
            }];
        }
        let sealed = self
            .beside(&original)
            .and_then(|beside| beside.fill(&original, new));
        match sealed {
            Ok(new) => self.push(Staged::new(original, Content::of(old), new, tag)),
            Err(error) => vec![Settled {
                tag,
                result: Err(error),
            }],
        }
    }

    /// Starts to write the new version of a file that comes in pieces.
    ///
    /// # Errors
    /// When the file or its folder may not be written.
    pub(crate) fn stage(&self, original: &Original) -> Result<Staging, WriteError> {
        Ok(Staging::new(self.beside(original)?))
    }

    /// Makes the file that the new version goes into.
    fn beside(&self, original: &Original) -> Result<Beside, WriteError> {
        let folder = original.target().parent();
        if let (Some(journal), Some(folder)) = (&self.journal, folder) {
            let new = {
                let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
                !folders.contains(folder) && folders.insert(folder.to_owned())
            };
            if new {
                journal.note_folder(folder).map_err(|error| {
                    WriteError::io_as(
                        WriteErrorKind::Journal,
                        original.path(),
                        "write the journal",
                        error,
                    )
                })?;
            }
        }
        Beside::new(original, &self.id)
    }

    /// Replaces a file whose new version is complete; its old one must have been read to the end.
    /// As with [`replace`](Writer::replace), its fate may come later.
    pub(crate) fn submit(&self, original: Original, staging: Staging, tag: T) -> Vec<Settled<T>> {
        let Some(old) = original.seen() else {
            let message = "the file was not read to its end";
            let error = WriteError::new(WriteErrorKind::Unreadable, original.path(), message);
            return vec![Settled {
                tag,
                result: Err(error),
            }];
        };
        match staging.seal(&original) {
            Ok(new) if new.content == old => vec![Settled {
                tag,
                result: Ok(Replaced::Same),
            }],
            Ok(new) => self.push(Staged::new(original, old, new, tag)),
            Err(error) => vec![Settled {
                tag,
                result: Err(error),
            }],
        }
    }

    fn push(&self, staged: Staged<T>) -> Vec<Settled<T>> {
        let full = {
            let mut batch = self.batch.lock().unwrap_or_else(PoisonError::into_inner);
            batch.bytes += staged.new.size;
            batch.staged.push(staged);
            let full = batch.staged.len() >= BATCH_FILES || batch.bytes >= BATCH_BYTES;
            full.then(|| std::mem::replace(&mut *batch, Batch::EMPTY))
        };
        full.map_or_else(Vec::new, |full| self.commit(full))
    }

    fn commit(&self, batch: Batch<T>) -> Vec<Settled<T>> {
        self.committer()
            .commit(batch.staged, self.journal.as_ref(), &self.options, &self.id)
    }

    fn committer(&self) -> MutexGuard<'_, Committer> {
        self.committer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Settles what is left, makes sure that everything is on the disk, and ends the journal.
    #[must_use]
    pub(crate) fn finish(self) -> Closing<T> {
        let rest = std::mem::replace(
            &mut *self.batch.lock().unwrap_or_else(PoisonError::into_inner),
            Batch::EMPTY,
        );
        let settled = if rest.staged.is_empty() {
            Vec::new()
        } else {
            self.commit(rest)
        };
        let committer = self
            .committer
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let (written, bytes) = (committer.written, committer.bytes);
        let mut problems = committer.finish();
        let run = self
            .journal
            .as_ref()
            .filter(|_| written > 0)
            .map(|journal| journal.id().to_owned());
        if let Some(journal) = self.journal {
            let end = if interrupt::requested() {
                End::Interrupted
            } else {
                End::Finished
            };
            problems.extend(
                journal
                    .end(end, written, bytes, self.options.keep_runs)
                    .err(),
            );
        }
        Closing {
            settled,
            run,
            problems,
        }
    }
}
