//! New bytes on their way: a temporary file beside the file that it may replace.

use std::fs::{File, Permissions};
use std::io::{self, IoSlice, Write};
use std::os::unix::fs::{PermissionsExt, fchown};
use std::path::Path;

use blake3::Hasher;
use tempfile::TempPath;

use super::original::{Content, Original};
use super::over::{Refused, over};
use super::stamp::{FileId, Stamp};
use super::{WriteError, WriteErrorKind, interrupt, sys};

/// How the names of all temporary files begin. Hidden, so that no folder walk takes them.
pub(crate) const PREFIX: &str = ".novita-migrate-";

/// A temporary file that disappears with this value, and also when a signal ends the process.
#[derive(Debug)]
pub(crate) struct Temp {
    path: TempPath,
    _remembered: interrupt::Remembered,
}

impl Temp {
    fn new(path: TempPath) -> Self {
        let _remembered = interrupt::Remembered::new(path.to_path_buf());
        Self { path, _remembered }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Puts it, which is the file `mine`, in the place of the original, or gives itself back.
    pub(crate) fn replace(
        mut self,
        mine: FileId,
        original: &Original,
    ) -> Result<(), (Self, Refused)> {
        match over(&self.path, mine, original.target(), original.stamp()) {
            Ok(()) => {
                self.path.disable_cleanup(true);
                Ok(())
            }
            Err(refused) => Err((self, refused)),
        }
    }

    /// Gives it the name `target` if nothing has that name; else gives itself back.
    pub(crate) fn place(mut self, target: &Path) -> Result<(), (Self, io::Error)> {
        let _busy = interrupt::busy();
        match sys::rename_new(&self.path, target) {
            Ok(()) => {
                self.path.disable_cleanup(true);
                Ok(())
            }
            Err(error) => Err((self, error)),
        }
    }
}

/// Makes an empty temporary file in a folder.
pub(crate) fn temporary(folder: &Path, run: &str) -> io::Result<(File, Temp)> {
    let prefix = format!("{PREFIX}{run}-");
    let _busy = interrupt::busy();
    let file = tempfile::Builder::new()
        .prefix(&prefix)
        .suffix(".tmp")
        .tempfile_in(folder)?;
    let (file, path) = file.into_parts();
    Ok((file, Temp::new(path)))
}

/// Gives a new file the owner, attributes and mode of another one. Tells which file the new one is.
pub(crate) fn give_rights(file: &File, original: &Original) -> Result<FileId, WriteError> {
    let path = original.path();
    let failed = |error| WriteError::io(path, "give the new file its rights", error);
    let mine = Stamp::from(&file.metadata().map_err(failed)?);
    let old = original.stamp();
    if (mine.user, mine.group) != (old.user, old.group) {
        let owner = |new: u32, old: u32| (new != old).then_some(old);
        fchown(
            file,
            owner(mine.user, old.user),
            owner(mine.group, old.group),
        )
        .map_err(|error| {
            let doing = format!("keep owner {} and group {}", old.user, old.group);
            WriteError::io_as(WriteErrorKind::Owner, path, &doing, error)
        })?;
    }
    // The mode comes last: a new owner takes set-id bits away, and an access list sets it.
    sys::copy_attributes(original.target(), file).map_err(failed)?;
    file.set_permissions(Permissions::from_mode(old.mode))
        .map_err(failed)?;
    Ok(mine.id())
}

/// A file beside the one that it may replace. Dropped without being sealed, it is thrown away.
#[derive(Debug)]
pub(crate) struct Beside {
    file: File,
    temp: Temp,
}

/// A new version that is complete.
#[derive(Debug)]
pub(crate) struct Sealed {
    pub(crate) temp: Temp,
    /// Which file it is.
    pub(crate) id: FileId,
    pub(crate) content: Content,
}

impl Beside {
    pub(crate) fn new(original: &Original, run: &str) -> Result<Self, WriteError> {
        original.writable()?;
        let folder = original.target().parent().unwrap_or_else(|| Path::new("/"));
        let (file, temp) = temporary(folder, run).map_err(|error| {
            WriteError::io(original.path(), "create a file in its folder", error)
        })?;
        Ok(Self { file, temp })
    }

    /// Writes a new version that is in memory.
    pub(crate) fn fill(mut self, original: &Original, new: &[u8]) -> Result<Sealed, WriteError> {
        self.file
            .write_all(new)
            .map_err(|error| WriteError::io(original.path(), "write the new version", error))?;
        self.seal(original, Content::of(new))
    }

    /// Ends the writing: the file gets the owner, mode and attributes of the one it stands for.
    fn seal(self, original: &Original, content: Content) -> Result<Sealed, WriteError> {
        Ok(Sealed {
            id: give_rights(&self.file, original)?,
            temp: self.temp,
            content,
        })
    }
}

/// A new version that comes in pieces.
#[derive(Debug)]
pub(crate) struct Staging {
    beside: Beside,
    hasher: Hasher,
    size: u64,
}

impl Staging {
    pub(crate) fn new(beside: Beside) -> Self {
        Self {
            beside,
            hasher: Hasher::new(),
            size: 0,
        }
    }

    /// All pieces were written.
    pub(crate) fn seal(self, original: &Original) -> Result<Sealed, WriteError> {
        let content = Content {
            size: self.size,
            hash: self.hasher.finalize(),
        };
        self.beside.seal(original, content)
    }

    fn wrote(&mut self, mut length: usize, pieces: &[IoSlice<'_>]) {
        self.size += length as u64;
        for piece in pieces {
            let taken = length.min(piece.len());
            self.hasher.update(piece.get(..taken).unwrap_or(&[]));
            length -= taken;
        }
    }
}

impl Write for Staging {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_vectored(&[IoSlice::new(bytes)])
    }

    fn write_vectored(&mut self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        let length = self.beside.file.write_vectored(pieces)?;
        self.wrote(length, pieces);
        Ok(length)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
