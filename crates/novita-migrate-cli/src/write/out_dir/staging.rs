//! One output of `--out-dir`, from its first byte to its name.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, BufRead, BufReader, IoSlice, Seek, Write};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::{AtFlags, Mode, OFlags};

use super::Placed;
use crate::write::staging::PREFIX;
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
    pub(super) mode: Mode,
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

    pub(super) fn not_created(&self, error: io::Error) -> WriteError {
        WriteError::io(&self.shown, "create the file", error)
    }

    fn not_placed(&self, error: io::Error) -> WriteError {
        WriteError::io(&self.shown, "put the file in its place", error)
    }
}

/// The name of a file on its way. The file disappears with this value, and also when a signal ends the process.
#[derive(Debug)]
struct Temporary {
    folder: Arc<OwnedFd>,
    name: OsString,
    /// The name that it is to get, in the same folder.
    target: OsString,
    _remembered: interrupt::Remembered,
    /// Whether the file got another name.
    renamed: bool,
}

impl Temporary {
    /// Has `make` make the file under a name of its own.
    fn make<T>(
        place: &Place,
        number: u64,
        make: impl Fn(&OsStr) -> io::Result<T>,
    ) -> io::Result<(T, Self)> {
        let name = OsString::from(format!("{PREFIX}{}-{number}.tmp", std::process::id()));
        let _busy = interrupt::busy();
        let mut made = make(&name);
        if made
            .as_ref()
            .is_err_and(|error| error.kind() == io::ErrorKind::AlreadyExists)
        {
            // Left behind by a process of the same number, which was killed.
            let _ = rustix::fs::unlinkat(&place.folder, &name, AtFlags::empty());
            made = make(&name);
        }
        let made = made?;
        let path = place.shown.with_file_name(&name);
        Ok((
            made,
            Temporary {
                folder: place.folder.clone(),
                name,
                target: place.name.clone(),
                _remembered: interrupt::Remembered::new(path),
                renamed: false,
            },
        ))
    }

    /// Gives the file its name, if nothing has it.
    fn rename_new(&mut self) -> io::Result<()> {
        let _busy = interrupt::busy();
        let (name, target) = (self.name.as_ref(), self.target.as_ref());
        sys::rename_new_at(&self.folder, name, &self.folder, target)?;
        self.renamed = true;
        Ok(())
    }

    /// Gives the file its name, whatever has it.
    fn rename_over(&mut self) -> io::Result<()> {
        let _busy = interrupt::busy();
        rustix::fs::renameat(&self.folder, &self.name, &self.folder, &self.target)?;
        self.renamed = true;
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.renamed {
            let _ = rustix::fs::unlinkat(&self.folder, &self.name, AtFlags::empty());
        }
    }
}

/// An output on its way; thrown away when dropped.
#[derive(Debug)]
pub(crate) struct OutStaging {
    place: Place,
    /// Which one of the run it is, for a name of its own.
    number: u64,
    file: File,
    /// `None`: the file has no name so far, and nothing is left of it whatever happens.
    temporary: Option<Temporary>,
}

impl OutStaging {
    pub(super) fn nameless(place: Place, number: u64, file: File) -> Self {
        Self {
            place,
            number,
            file,
            temporary: None,
        }
    }

    /// The same with a temporary name.
    pub(super) fn named(place: Place, number: u64) -> Result<Self, WriteError> {
        let (file, temporary) = create(&place, number).map_err(|error| place.not_created(error))?;
        Ok(Self {
            place,
            number,
            file,
            temporary: Some(temporary),
        })
    }

    pub(super) fn shown(&self) -> &Path {
        &self.place.shown
    }

    /// Ends the writing: the file gets its name.
    ///
    /// # Errors
    /// When something else has the name, or the system refuses.
    pub(crate) fn place(mut self) -> Result<Placed, WriteError> {
        match self.take_name() {
            Ok(()) => return Ok(Placed::Written),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(self.place.not_placed(error)),
        }
        if self.is_there()? {
            return Ok(Placed::Same);
        }
        let shown = self.shown().to_owned();
        let exists = |message| WriteError::new(WriteErrorKind::Exists, &shown, message);
        if !self.place.force {
            return Err(exists("the output exists already, with other content"));
        }
        match self.take_over() {
            Ok(()) => Ok(Placed::Written),
            Err(error) if is_folder(&error) => Err(exists("a folder has the name of the output")),
            Err(error) => Err(self.place.not_placed(error)),
        }
    }

    /// Gives the file its name, if nothing has it.
    fn take_name(&mut self) -> io::Result<()> {
        if self.temporary.is_none() {
            match sys::name(&self.file, &self.place.folder, &self.place.name) {
                Err(error) if error.kind() == io::ErrorKind::Unsupported => {}
                done => return done,
            }
        }
        self.under_a_name()?.rename_new()
    }

    /// Whether what has the name is a file of the same bytes.
    fn is_there(&mut self) -> Result<bool, WriteError> {
        let Some((mut there, stamp)) = self.place.there()? else {
            return Ok(false);
        };
        let mine = self.file.metadata().map(|meta| meta.len());
        let is_same =
            mine.and_then(|mine| Ok(stamp.size == mine && same(&mut there, &mut self.file)?));
        is_same.map_err(|error| self.place.not_placed(error))
    }

    /// Gives the file its name, whatever has it: only a name can go over another one.
    fn take_over(&mut self) -> io::Result<()> {
        self.under_a_name()?.rename_over()
    }

    /// Gives the file a temporary name, if it has none; where that cannot be, its bytes go into one that has.
    fn under_a_name(&mut self) -> io::Result<&mut Temporary> {
        let place = &self.place;
        let temporary = match self.temporary.take() {
            Some(temporary) => temporary,
            None => {
                let link = |name: &OsStr| sys::name(&self.file, &place.folder, name);
                match Temporary::make(place, self.number, link) {
                    Err(error) if error.kind() == io::ErrorKind::Unsupported => {
                        let (mut file, temporary) = create(place, self.number)?;
                        self.file.rewind()?;
                        io::copy(&mut self.file, &mut file)?;
                        self.file = file;
                        temporary
                    }
                    made => made?.1,
                }
            }
        };
        Ok(self.temporary.insert(temporary))
    }
}

/// Whether that is what a system says of a rename over a folder.
fn is_folder(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::IsADirectory
            | io::ErrorKind::DirectoryNotEmpty
            | io::ErrorKind::AlreadyExists
    )
}

fn create(place: &Place, number: u64) -> io::Result<(File, Temporary)> {
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    Temporary::make(place, number, |name| {
        Ok(rustix::fs::openat(&place.folder, name, flags, place.mode)?.into())
    })
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
