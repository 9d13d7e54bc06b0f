//! The file that a run read and may replace.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use blake3::{Hash, Hasher};

use super::over::Refused;
use super::source::{Source, unreadable};
use super::stamp::{Drift, Stamp};
use super::{WriteError, WriteErrorKind, sys};

/// Bytes by their length and hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Content {
    pub(crate) size: u64,
    pub(crate) hash: Hash,
}

impl Content {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self {
            size: bytes.len() as u64,
            hash: blake3::hash(bytes),
        }
    }

    /// Reads a whole file.
    pub(crate) fn of_file(path: &Path) -> io::Result<Self> {
        let mut hasher = Hasher::new();
        let size = io::copy(&mut File::open(path)?, &mut hasher)?;
        Ok(Self {
            size,
            hash: hasher.finalize(),
        })
    }
}

/// A file as it was when it was read: the proof that replacing it loses nobody's work.
#[derive(Debug)]
pub(crate) struct Original {
    path: PathBuf,
    target: PathBuf,
    stamp: Stamp,
    /// Whether the stamp cannot tell this content from one written an instant later.
    fresh: bool,
    /// What an [`OriginalReader`] read; empty until it reached the end.
    seen: Arc<Mutex<Option<Content>>>,
}

impl Original {
    /// Opens a file for reading in pieces. Links are followed.
    ///
    /// # Errors
    /// When the file cannot be opened or is not a regular file.
    pub(crate) fn open(path: &Path) -> Result<(Self, OriginalReader), WriteError> {
        Self::reading(path, Source::open(path)?)
    }

    /// The same with a file that is open already.
    ///
    /// # Errors
    /// When nobody can say where the path leads.
    pub(crate) fn reading(
        path: &Path,
        source: Source,
    ) -> Result<(Self, OriginalReader), WriteError> {
        let original = Self::of(path, &source)?;
        let reader = OriginalReader {
            file: source.into_file(),
            seen: Arc::clone(&original.seen),
            hasher: Hasher::new(),
            size: 0,
        };
        Ok((original, reader))
    }

    /// The file that was opened under this path, as one that may be replaced. Links are followed; where one leads somewhere
    /// else by now, [`check`](Self::check) will tell.
    ///
    /// # Errors
    /// When nobody can say where the path leads.
    pub(crate) fn of(path: &Path, source: &Source) -> Result<Self, WriteError> {
        let target = match source.is_link() {
            true => fs::canonicalize(path),
            false => std::path::absolute(path),
        };
        Ok(Self {
            path: path.to_owned(),
            target: target.map_err(|error| unreadable(path, "look at the file", error))?,
            fresh: source.is_fresh(),
            stamp: source.stamp(),
            seen: Arc::default(),
        })
    }

    /// A file and all that is in it.
    #[cfg(test)]
    pub(crate) fn read(path: &Path) -> Result<(Self, Vec<u8>), WriteError> {
        let source = Source::open(path)?;
        let bytes = source.read(path)?;
        Ok((Self::of(path, &source)?, bytes))
    }

    /// The path as it was given.
    #[must_use]
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The file itself, with all links followed; absolute.
    #[must_use]
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    pub(crate) fn stamp(&self) -> &Stamp {
        &self.stamp
    }

    /// What the reader read, if it read everything.
    pub(crate) fn seen(&self) -> Option<Content> {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes sure that the file is still the one that was read, with `content` in it.
    pub(crate) fn check(&mut self, content: &Content) -> Result<(), WriteError> {
        let now = self.look()?;
        match self.stamp.drift(&now) {
            Drift::None if !self.fresh => return Ok(()),
            Drift::None | Drift::Status => {}
            Drift::Other => return Err(self.changed()),
        }
        let failed = |error| unreadable(&self.path, "read the file again", error);
        if Content::of_file(&self.target).map_err(failed)? != *content || self.look()? != now {
            return Err(self.changed());
        }
        self.stamp = now;
        // If the file is still fresh, the next check compares the bytes once more.
        self.fresh = now.is_fresh(SystemTime::now());
        Ok(())
    }

    /// Takes note of a status change that this program caused by giving the file one more name.
    pub(crate) fn linked(&mut self) -> Result<(), WriteError> {
        let now = self.look()?;
        if self.stamp.drift(&now) == Drift::Other {
            return Err(self.changed());
        }
        self.stamp = now;
        Ok(())
    }

    fn look(&self) -> Result<Stamp, WriteError> {
        match fs::symlink_metadata(&self.target) {
            Ok(meta) => Ok(Stamp::from(&meta)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let message = "the file was removed by someone else after it was read";
                Err(WriteError::new(
                    WriteErrorKind::Changed,
                    &self.path,
                    message,
                ))
            }
            Err(error) => Err(unreadable(&self.path, "look at the file again", error)),
        }
    }

    /// Why this file could not be replaced.
    pub(crate) fn refused(&self, refused: Refused, doing: &str) -> WriteError {
        match refused {
            Refused::Changed => self.changed(),
            Refused::Io(error) => WriteError::io(&self.path, doing, error),
        }
    }

    pub(crate) fn changed(&self) -> WriteError {
        let message =
            "the file was changed by someone else after it was read; it was left as it is";
        WriteError::new(WriteErrorKind::Changed, &self.path, message)
    }

    /// A file that its owner made read-only is not replaced, although its folder would allow it.
    pub(crate) fn writable(&self) -> Result<(), WriteError> {
        sys::may_write(&self.target).map_err(|error| {
            WriteError::io_as(
                WriteErrorKind::ReadOnly,
                &self.path,
                "write the file",
                error,
            )
        })
    }
}

/// Reads a file and remembers what was read.
#[derive(Debug)]
pub(crate) struct OriginalReader {
    file: File,
    hasher: Hasher,
    size: u64,
    seen: Arc<Mutex<Option<Content>>>,
}

impl Read for OriginalReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.file.read(buffer)?;
        if length == 0 && !buffer.is_empty() {
            let content = Content {
                size: self.size,
                hash: self.hasher.finalize(),
            };
            *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(content);
        }
        if let Some(read) = buffer.get(..length) {
            self.hasher.update(read);
        }
        self.size += length as u64;
        Ok(length)
    }
}
