//! One output of `--out-dir`, from its first byte to its name.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, BufRead, BufReader, IoSlice, Seek, Write};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::{AtFlags, Mode, OFlags};
use rustix::io::Errno;

use super::Placed;
use crate::write::stamp::{FileId, Stamp};
use crate::write::{WriteError, WriteErrorKind, interrupt, sys};

/// Where one output goes.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) folder: Arc<OwnedFd>,
    /// Whether this run made the folder.
    pub(super) made: bool,
    pub(super) name: OsString,
    /// For messages.
    pub(super) shown: PathBuf,
    pub(super) source: Option<FileId>,
    pub(super) force: bool,
}

impl Place {
    /// The regular file that is there already.
    pub(super) fn there(&self) -> Result<Option<(File, Stamp)>, WriteError> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file: File = match rustix::fs::openat(&self.folder, &self.name, flags, Mode::empty()) {
            Ok(file) => file.into(),
            // What cannot be opened has other bytes for all we know.
            Err(_) => return Ok(None),
        };
        let meta = file
            .metadata()
            .map_err(|error| WriteError::io(&self.shown, "look at the file", error))?;
        let stamp = Stamp::from(&meta);
        if self.source == Some(stamp.id()) {
            return Err(WriteError::new(
                WriteErrorKind::Outside,
                &self.shown,
                "is the input itself",
            ));
        }
        Ok(meta.is_file().then_some((file, stamp)))
    }
}

/// An output on its way; thrown away when dropped.
#[derive(Debug)]
pub(crate) struct OutStaging {
    place: Place,
    file: File,
    temporary: Option<OsString>,
    /// The temporary file's path, for when a signal ends the process.
    path: PathBuf,
}

impl OutStaging {
    pub(super) fn new(place: Place, file: File, temporary: OsString, path: PathBuf) -> Self {
        interrupt::remember(&path);
        Self {
            place,
            file,
            temporary: Some(temporary),
            path,
        }
    }

    pub(super) fn shown(&self) -> &Path {
        &self.place.shown
    }

    /// Ends the writing: the file gets its name.
    ///
    /// # Errors
    /// When something else has the name, or the system refuses.
    pub(crate) fn place(mut self) -> Result<Placed, WriteError> {
        let Some(temporary) = self.temporary.take() else {
            return Ok(Placed::Same);
        };
        let placed = self.settle(&temporary);
        if !matches!(placed, Ok(Placed::Written)) {
            self.temporary = Some(temporary);
        }
        placed
    }

    fn settle(&mut self, temporary: &OsStr) -> Result<Placed, WriteError> {
        let Place {
            folder,
            name,
            shown,
            force,
            ..
        } = &self.place;
        let failed = |error: io::Error| WriteError::io(shown, "put the file in its place", error);
        let busy = interrupt::busy();
        let error = match sys::rename_new_at(folder, temporary.as_ref(), folder, name.as_ref()) {
            Ok(()) => return Ok(Placed::Written),
            Err(error) => error,
        };
        drop(busy);
        if error.kind() != io::ErrorKind::AlreadyExists {
            return Err(failed(error));
        }
        if let Some((mut there, stamp)) = self.place.there()? {
            let mine = self.file.metadata().map_err(failed)?.len();
            if stamp.size == mine && same(&mut there, &mut self.file).map_err(failed)? {
                return Ok(Placed::Same);
            }
        }
        if !force {
            let message = "the output exists already, with other content";
            return Err(WriteError::new(WriteErrorKind::Exists, shown, message));
        }
        let _busy = interrupt::busy();
        match rustix::fs::renameat(folder, temporary, folder, name) {
            Ok(()) => Ok(Placed::Written),
            Err(Errno::ISDIR | Errno::NOTEMPTY | Errno::EXIST) => Err(WriteError::new(
                WriteErrorKind::Exists,
                shown,
                "a folder has the name of the output",
            )),
            Err(error) => Err(failed(error.into())),
        }
    }
}

/// Whether two files hold the same bytes.
fn same(a: &mut File, b: &mut File) -> io::Result<bool> {
    b.rewind()?;
    let (mut a, mut b) = (BufReader::new(a), BufReader::new(b));
    loop {
        let (left, right) = (a.fill_buf()?, b.fill_buf()?);
        let length = left.len().min(right.len());
        if left.get(..length) != right.get(..length) || (length == 0 && left.len() != right.len()) {
            return Ok(false);
        }
        if length == 0 {
            return Ok(true);
        }
        a.consume(length);
        b.consume(length);
    }
}

impl Drop for OutStaging {
    fn drop(&mut self) {
        if let Some(temporary) = &self.temporary {
            let _ = rustix::fs::unlinkat(&self.place.folder, temporary, AtFlags::empty());
        }
        interrupt::forget(&self.path);
    }
}

impl Write for OutStaging {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn write_vectored(&mut self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        self.file.write_vectored(pieces)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
