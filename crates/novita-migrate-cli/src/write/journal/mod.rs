//! What a `--write` run replaced: a folder for each run, with the old version of every file and
//! one line about it, so that `undo` can put it back.
//!
//! ```text
//! runs/lock                    held while a batch of files is replaced
//! runs/2026-11-24T01-32-40Z/
//!     journal.ndjson           one line a file, written before the file is replaced
//!     old/1 old/2 …            the old files themselves (hard links), or copies of them
//! ```
//!
//! A line says what is about to happen. Whether it did is for the hash of the file to say: so
//! the journal stays true wherever the run is killed.

mod line;
mod recover;
mod runs;

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use super::original::{Content, Original};
use super::staging::temporary;
use super::{WriteError, WriteErrorKind, sys};
pub(crate) use line::{End, FileLine, Line, Name};
pub(crate) use recover::{prune, recover};
pub(crate) use runs::{JOURNAL, OLD, Run, Told, UNDONE, beginning, ending, list};

/// Where the journals of `--write` runs are kept.
#[derive(Clone, Debug, Default)]
pub(crate) enum Journaling {
    /// `$XDG_STATE_HOME/novita-migrate/runs`, or `~/.local/state/novita-migrate/runs`.
    #[default]
    Default,
    /// This folder.
    In(PathBuf),
    /// No journal; `undo` cannot help.
    Off,
}

impl Journaling {
    /// The folder that holds the runs.
    pub(crate) fn root(&self) -> Result<Option<PathBuf>, WriteError> {
        let home = match self {
            Self::Off => return Ok(None),
            Self::In(folder) => return Ok(Some(folder.clone())),
            Self::Default => {
                let absolute = |name: &str| {
                    std::env::var_os(name)
                        .map(PathBuf::from)
                        .filter(|path| path.is_absolute())
                };
                absolute("XDG_STATE_HOME")
                    .or_else(|| absolute("HOME").map(|home| home.join(".local/state")))
            }
        };
        home.map(|home| Some(home.join("novita-migrate/runs")))
            .ok_or_else(|| {
                let message = "no place for the journal: neither HOME nor XDG_STATE_HOME is set";
                WriteError::plain(WriteErrorKind::NoJournalFolder, message)
            })
    }
}

/// The lock of all runs that share a folder: held while files are replaced, never longer.
#[derive(Debug)]
pub(crate) struct RootLock {
    _file: Option<File>,
}

impl RootLock {
    /// Waits for the lock. Where the filesystem has none, the checks before each rename remain.
    pub(crate) fn take(root: &Path) -> Result<Self, WriteError> {
        let path = root.join("lock");
        let failed =
            |error| WriteError::io_as(WriteErrorKind::Journal, &path, "lock the journals", error);
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .map_err(failed)?;
        match sys::lock(&file) {
            Ok(()) => Ok(Self { _file: Some(file) }),
            Err(error) if error.kind() == io::ErrorKind::Unsupported => Ok(Self { _file: None }),
            Err(error) => Err(failed(error)),
        }
    }
}

/// The journal of the run in progress.
#[derive(Debug)]
pub(crate) struct Journal {
    root: PathBuf,
    folder: PathBuf,
    id: String,
    lines: Mutex<Lines>,
    /// The filesystem of the journal.
    device: u64,
}

#[derive(Debug)]
struct Lines {
    /// Locked as long as the run lives, so that others can tell it from a killed one.
    file: File,
    /// Bytes that hold whole lines.
    length: u64,
}

impl Journal {
    /// Starts a run: cleans up after runs that were killed, and makes the run's folder.
    pub(crate) fn begin(root: &Path) -> Result<Self, WriteError> {
        let failed = |error| {
            WriteError::io_as(
                WriteErrorKind::Journal,
                root,
                "make a folder for the journal",
                error,
            )
        };
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(root)
            .map_err(failed)?;
        let root = root.canonicalize().map_err(failed)?;
        let _lock = RootLock::take(&root)?;
        recover(&root);
        let time = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
        let (id, folder) = make_folder(&root, &time.replace(':', "-")).map_err(failed)?;
        let file = OpenOptions::new()
            .create_new(true)
            .append(true)
            .open(folder.join(JOURNAL))
            .map_err(failed)?;
        // Without locks, every run looks alive: none is ever cleaned up behind its back.
        let _ = sys::try_lock(&file);
        let device = file.metadata().map_err(failed)?.dev();
        let journal = Self {
            root,
            folder,
            id,
            lines: Mutex::new(Lines { file, length: 0 }),
            device,
        };
        let here = std::env::current_dir().unwrap_or_default();
        let start = Line::Start {
            version: 1,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            started: time,
            folder: Name(here),
        };
        journal.append(&[start]).map_err(failed)?;
        Ok(journal)
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// What must reach the disk before a file is replaced, with its filesystem.
    pub(crate) fn to_flush(&self) -> (u64, [PathBuf; 4]) {
        let folder = &self.folder;
        (
            self.device,
            [
                folder.join(JOURNAL),
                folder.join(OLD),
                folder.clone(),
                self.root.clone(),
            ],
        )
    }

    /// Where the old version of a file is kept.
    pub(crate) fn saved(&self, number: u64) -> PathBuf {
        self.folder.join(OLD).join(number.to_string())
    }

    /// Keeps the old version of a file: the file itself under one more name, or a copy where
    /// that cannot be. Gives back the copy's path, which is still to be synced.
    pub(crate) fn save(
        &self,
        number: u64,
        original: &mut Original,
        old: &Content,
    ) -> Result<Option<PathBuf>, WriteError> {
        let saved = self.saved(number);
        if original.stamp().device() == self.device
            && fs::hard_link(original.target(), &saved).is_ok()
        {
            let linked = original.linked();
            if linked.is_err() {
                let _ = fs::remove_file(&saved);
            }
            return linked.map(|()| None);
        }
        let copied = self.copy(original, old, &saved);
        if copied.is_err() {
            let _ = fs::remove_file(&saved);
        }
        copied.map(|()| Some(saved))
    }

    fn copy(&self, original: &Original, old: &Content, saved: &Path) -> Result<(), WriteError> {
        let failed = |error| {
            WriteError::io_as(
                WriteErrorKind::Journal,
                original.path(),
                "save the old version for `undo`",
                error,
            )
        };
        let mut from = File::open(original.target()).map_err(failed)?;
        let mut to = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(saved)
            .map_err(failed)?;
        let mut hasher = blake3::Hasher::new();
        let mut size = 0;
        let mut buffer = vec![0; 1 << 16];
        loop {
            let length = from.read(&mut buffer).map_err(failed)?;
            let Some(piece) = buffer.get(..length).filter(|piece| !piece.is_empty()) else {
                break;
            };
            hasher.update(piece);
            to.write_all(piece).map_err(failed)?;
            size += length as u64;
        }
        let meta = from
            .metadata()
            .and_then(|meta| meta.modified())
            .map_err(failed)?;
        to.set_modified(meta).map_err(failed)?;
        if (Content {
            size,
            hash: hasher.finalize(),
        }) != *old
        {
            return Err(original.changed());
        }
        Ok(())
    }

    /// Forgets the old version of a file that was not replaced after all.
    pub(crate) fn forget(&self, number: u64) {
        let _ = fs::remove_file(self.saved(number));
    }

    /// Notes that temporary files of this run may lie in a folder. Only a crash of the machine
    /// could lose this note, and then all that stays behind is a temporary file.
    pub(crate) fn note_folder(&self, folder: &Path) -> io::Result<()> {
        self.append(&[Line::Temporaries {
            folder: Name(folder.to_owned()),
        }])
    }

    /// Appends lines, all or none.
    pub(crate) fn append(&self, lines: &[Line]) -> io::Result<()> {
        let mut text = Vec::new();
        for line in lines {
            serde_json::to_writer(&mut text, line)?;
            text.push(b'\n');
        }
        let mut to = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = to.file.write_all(&text) {
            // A full disk leaves half a line.
            let _ = to.file.set_len(to.length);
            return Err(error);
        }
        to.length += text.len() as u64;
        Ok(())
    }

    /// Ends the run: says how, or removes every trace of a run that replaced nothing.
    pub(crate) fn end(
        self,
        end: End,
        files: u64,
        bytes: u64,
        keep: usize,
    ) -> Result<(), WriteError> {
        let failed = |error| {
            WriteError::io_as(
                WriteErrorKind::Journal,
                &self.folder,
                "complete the journal",
                error,
            )
        };
        if files == 0 {
            return fs::remove_dir_all(&self.folder).map_err(failed);
        }
        self.append(&[Line::End {
            how: end,
            files,
            bytes,
        }])
        .map_err(failed)?;
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.file.sync_all().map_err(failed)?;
        prune(&self.root, &self.id, keep);
        Ok(())
    }
}

/// Makes a new folder for a run; two runs may begin in one second.
fn make_folder(root: &Path, time: &str) -> io::Result<(String, PathBuf)> {
    let mut id = time.to_owned();
    for again in 2.. {
        let folder = root.join(&id);
        match DirBuilder::new().mode(0o700).create(&folder) {
            Ok(()) => {
                DirBuilder::new().mode(0o700).create(folder.join(OLD))?;
                return Ok((id, folder));
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                id = format!("{time}-{again}")
            }
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// A temporary file beside a path, with the bytes of another file and its times.
pub(crate) fn copy_beside(
    from: &Path,
    target: &Path,
    run: &str,
) -> io::Result<(File, super::staging::Temp)> {
    let folder = target.parent().unwrap_or_else(|| Path::new("/"));
    let mut source = File::open(from)?;
    let (mut file, temp) = temporary(folder, run)?;
    io::copy(&mut source, &mut file)?;
    file.set_modified(source.metadata()?.modified()?)?;
    Ok((file, temp))
}
