//! `--out-dir`: the inputs' tree once more, with what they convert to.
//!
//! Folders are opened one below the other and links among them are never followed, so no name in
//! the inputs and no link in the output folder leads out of it. Files appear whole or not at
//! all: they get a name when they are finished, or else, where a file needs one from the start, another
//! one meanwhile. They are not synced, like those of `cp`.

mod staging;

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rustix::fs::{AtFlags, Mode, OFlags};
use rustix::io::Errno;

use super::stamp::FileId;
use super::{WriteError, WriteErrorKind, sys};
pub(crate) use staging::OutStaging;
use staging::Place;

/// How many folders are held open for the files to come; in sorted order one is nearly enough.
const OPEN_FOLDERS: usize = 8;

/// What became of an output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Placed {
    /// It was written.
    Written,
    /// It was there, with the same bytes.
    Same,
}

/// A folder among the outputs, held open.
#[derive(Debug, Clone)]
struct Folder {
    open: Arc<OwnedFd>,
    /// Whether this run made it: then nothing is looked for in it before it is written.
    made: bool,
}

/// A folder for outputs; shared by the threads of a run.
#[derive(Debug)]
pub(crate) struct OutDir {
    root: PathBuf,
    top: Folder,
    force: bool,
    folders: Mutex<HashMap<PathBuf, Folder>>,
    /// How many outputs were begun.
    begun: AtomicU64,
    /// Whether files are tried to be made without a name.
    nameless: AtomicBool,
}

impl OutDir {
    /// Opens the folder, and makes it where it is missing. With `force`, outputs that are there
    /// already are replaced.
    ///
    /// # Errors
    /// When the folder cannot be made or opened.
    pub(crate) fn open(root: &Path, force: bool) -> Result<Self, WriteError> {
        let failed = |error| WriteError::io(root, "make the folder for outputs", error);
        let made = !root.exists();
        fs::create_dir_all(root).map_err(failed)?;
        let resolved = root.canonicalize().map_err(failed)?;
        let open = rustix::fs::open(&resolved, FOLDER, Mode::empty())
            .map_err(|error| failed(error.into()))?;
        Ok(Self {
            root: root.to_owned(),
            top: Folder {
                open: Arc::new(open),
                made,
            },
            force,
            folders: Mutex::default(),
            begun: AtomicU64::new(0),
            nameless: AtomicBool::new(true),
        })
    }

    /// Writes one output. `mode` are the input's permission bits, of which the umask takes its
    /// part; `source` is the input, which is never overwritten.
    ///
    /// # Errors
    /// When the path leads out of the folder, something else is there, or it cannot be written.
    pub(crate) fn write(
        &self,
        relative: &Path,
        mode: u32,
        source: Option<FileId>,
        bytes: &[u8],
    ) -> Result<Placed, WriteError> {
        let place = self.find(relative, mode, source)?;
        if !place.made
            && let Some((mut there, stamp)) = place.there()?
            && stamp.size == bytes.len() as u64
        {
            let mut old = Vec::with_capacity(bytes.len());
            there
                .read_to_end(&mut old)
                .map_err(|error| WriteError::io(&place.shown, "read the file", error))?;
            if old == bytes {
                return Ok(Placed::Same);
            }
        }
        let mut staging = self.begin(place)?;
        let written = staging.write_all(bytes);
        written.map_err(|error| WriteError::io(staging.shown(), "write the file", error))?;
        staging.place()
    }

    /// Starts an output that comes in pieces; see [`write`](OutDir::write).
    ///
    /// # Errors
    /// When the path leads out of the folder or a file cannot be made there.
    pub(crate) fn stage(
        &self,
        relative: &Path,
        mode: u32,
        source: Option<FileId>,
    ) -> Result<OutStaging, WriteError> {
        self.begin(self.find(relative, mode, source)?)
    }

    fn find(
        &self,
        relative: &Path,
        mode: u32,
        source: Option<FileId>,
    ) -> Result<Place, WriteError> {
        let shown = self.root.join(relative);
        let outside = |what: &str| WriteError::new(WriteErrorKind::Outside, &shown, what);
        let mut names = Vec::new();
        for part in relative.components() {
            match part {
                Component::Normal(name) => names.push(name),
                Component::CurDir => {}
                _ => return Err(outside("would lie outside the folder for outputs")),
            }
        }
        let Some(name) = names.pop() else {
            return Err(outside("is no name of a file"));
        };
        let Folder { open, made } = self.folder(&names)?;
        Ok(Place {
            folder: open,
            made,
            name: name.to_owned(),
            shown,
            mode: Mode::from_raw_mode(mode & 0o777),
            source,
            force: self.force,
        })
    }

    /// The folder with these names below the root, made where it is missing.
    fn folder(&self, names: &[&OsStr]) -> Result<Folder, WriteError> {
        let relative: PathBuf = names.iter().collect();
        let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(folder) = folders.get(&relative) {
            return Ok(folder.clone());
        }
        if folders.len() >= OPEN_FOLDERS {
            folders.clear();
        }
        let mut folder = self.top.clone();
        let mut path = self.root.clone();
        for name in names {
            path.push(name);
            folder = enter(&folder.open, name)
                .map_err(|error| blocked(&folder.open, name, &path, error))?;
        }
        folders.insert(relative, folder.clone());
        Ok(folder)
    }

    fn begin(&self, place: Place) -> Result<OutStaging, WriteError> {
        let number = self.begun.fetch_add(1, Ordering::Relaxed);
        if self.nameless.load(Ordering::Relaxed) {
            match sys::nameless(&place.folder, place.mode) {
                Err(error) if error.kind() == io::ErrorKind::Unsupported => {
                    self.nameless.store(false, Ordering::Relaxed);
                }
                made => {
                    let file = made.map_err(|error| place.not_created(error))?;
                    return Ok(OutStaging::nameless(place, number, file));
                }
            }
        }
        OutStaging::named(place, number)
    }
}

const FOLDER: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::CLOEXEC);

/// Opens a folder in an open one, and makes it where it is missing. Never through a link.
fn enter(within: &OwnedFd, name: &OsStr) -> Result<Folder, Errno> {
    let folder = |made| {
        let open = rustix::fs::openat(within, name, FOLDER | OFlags::NOFOLLOW, Mode::empty())?;
        Ok(Folder {
            open: Arc::new(open),
            made,
        })
    };
    match folder(false) {
        Err(Errno::NOENT) => match rustix::fs::mkdirat(within, name, Mode::from_raw_mode(0o777)) {
            Ok(()) => folder(true),
            Err(Errno::EXIST) => folder(false),
            Err(error) => Err(error),
        },
        opened => opened,
    }
}

/// Why a folder could not be entered.
fn blocked(open: &OwnedFd, name: &OsStr, path: &Path, error: Errno) -> WriteError {
    let there = rustix::fs::statat(open, name, AtFlags::SYMLINK_NOFOLLOW);
    match there.map(|there| rustix::fs::FileType::from_raw_mode(there.st_mode)) {
        Ok(rustix::fs::FileType::Symlink) => {
            let message = "is a link, and outputs are not written through links";
            WriteError::new(WriteErrorKind::Outside, path, message)
        }
        Ok(kind) if kind != rustix::fs::FileType::Directory => WriteError::new(
            WriteErrorKind::Exists,
            path,
            "is a file where the outputs need a folder",
        ),
        _ => WriteError::io(path, "make a folder for outputs", error.into()),
    }
}

#[cfg(test)]
mod tests;
