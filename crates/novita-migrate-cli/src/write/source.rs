//! A file to be read.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::time::SystemTime;

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

use super::stamp::{Drift, FileId, Stamp};
use super::{WriteError, WriteErrorKind};

/// A regular file that was opened for reading, and what the system said of it then.
#[derive(Debug)]
pub(crate) struct Source {
    file: File,
    stamp: Stamp,
    fresh: bool,
    /// Whether the path is a symbolic link.
    link: bool,
}

impl Source {
    /// Opens a file. Links are followed.
    ///
    /// # Errors
    /// When the file cannot be opened or is not a regular file.
    pub(crate) fn open(path: &Path) -> Result<Self, WriteError> {
        let open = |how| {
            let open = |waiting| {
                let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOCTTY;
                rustix::fs::open(path, flags | how | waiting, Mode::empty())
            };
            // A pipe is opened, too, without waiting for its other end, and turned down then. A regular file is waited for
            // only where a file server has lent it to somebody.
            match open(OFlags::NONBLOCK) {
                Err(Errno::AGAIN) => open(OFlags::empty()),
                opened => opened,
            }
        };
        // Whether it is a link is told along the way. FreeBSD says so by another number.
        let (opened, link) = match open(OFlags::NOFOLLOW) {
            Err(Errno::LOOP | Errno::MLINK) => (open(OFlags::empty()), true),
            opened => (opened, false),
        };
        let file: File = match opened {
            Ok(file) => file.into(),
            Err(error) => {
                // A socket cannot be opened at all.
                if let Ok(meta) = fs::metadata(path) {
                    regular(path, &meta)?;
                }
                return Err(unreadable(path, "open the file", error.into()));
            }
        };
        let meta = file
            .metadata()
            .map_err(|error| unreadable(path, "open the file", error))?;
        regular(path, &meta)?;
        let stamp = Stamp::from(&meta);
        Ok(Self {
            file,
            fresh: stamp.is_fresh(SystemTime::now()),
            stamp,
            link,
        })
    }

    /// Reads the whole file.
    ///
    /// # Errors
    /// When the file cannot be read, or changes meanwhile.
    pub(crate) fn read(&self, path: &Path) -> Result<Vec<u8>, WriteError> {
        let failed = |error| unreadable(path, "read the file", error);
        let size = self.stamp.size;
        let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
        // Not beyond the size that the system told, which costs a call: if the file grew, the system tells another one
        // below. What is said to be empty may be a file that has no size, as in /proc.
        (&self.file)
            .take(size.max(1))
            .read_to_end(&mut bytes)
            .map_err(failed)?;
        let now = Stamp::from(&self.file.metadata().map_err(failed)?);
        if self.stamp.drift(&now) == Drift::Other || bytes.len() as u64 != size {
            let message = "the file was changed by someone else while it was read";
            return Err(WriteError::new(WriteErrorKind::Changed, path, message));
        }
        Ok(bytes)
    }

    /// The file, to be read in pieces.
    pub(crate) fn into_file(self) -> File {
        self.file
    }

    /// Bytes.
    pub(crate) fn size(&self) -> u64 {
        self.stamp.size
    }

    /// Permission bits.
    pub(crate) fn mode(&self) -> u32 {
        self.stamp.mode
    }

    /// Which file this is.
    pub(crate) fn id(&self) -> FileId {
        self.stamp.id()
    }

    pub(super) fn stamp(&self) -> Stamp {
        self.stamp
    }

    /// Whether the path that was opened is a symbolic link.
    pub(super) fn is_link(&self) -> bool {
        self.link
    }

    /// Whether the stamp cannot tell this content from one written an instant later.
    pub(super) fn is_fresh(&self) -> bool {
        self.fresh
    }
}

fn regular(path: &Path, meta: &fs::Metadata) -> Result<(), WriteError> {
    if meta.is_file() {
        return Ok(());
    }
    let what = if meta.is_dir() {
        "is a folder"
    } else {
        "is not a regular file"
    };
    Err(WriteError::new(WriteErrorKind::NotAFile, path, what))
}

pub(super) fn unreadable(path: &Path, doing: &str, error: io::Error) -> WriteError {
    WriteError::io_as(WriteErrorKind::Unreadable, path, doing, error)
}

#[cfg(test)]
mod tests {
    use super::Source;
    use crate::write::WriteErrorKind;
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    use std::fs::{self, OpenOptions};
    use std::io::Write;
    use std::path::Path;

    #[test]
    fn a_file_that_grows_or_shrinks_after_it_was_opened_is_not_taken_for_whole() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        for content in ["", "one"] {
            fs::write(&path, content).unwrap();
            let source = Source::open(&path).unwrap();
            assert_eq!(source.read(&path).unwrap(), content.as_bytes());
            assert_eq!(source.size(), content.len() as u64);

            let source = Source::open(&path).unwrap();
            let mut file = OpenOptions::new().append(true).open(&path).unwrap();
            file.write_all(b"more").unwrap();
            let error = source.read(&path).unwrap_err();
            assert_eq!(error.kind(), WriteErrorKind::Changed);

            let source = Source::open(&path).unwrap();
            file.set_len(1).unwrap();
            let error = source.read(&path).unwrap_err();
            assert_eq!(error.kind(), WriteErrorKind::Changed);
        }
    }

    #[test]
    fn a_file_that_is_said_to_be_empty_and_is_not_is_no_empty_file() {
        let path = Path::new("/proc/self/status");
        if !path.exists() {
            eprintln!("left out: there is no /proc here");
            return;
        }
        let source = Source::open(path).unwrap();
        assert_eq!(source.size(), 0);
        let error = source.read(path).unwrap_err();
        assert_eq!(error.kind(), WriteErrorKind::Changed);
    }

    #[test]
    fn what_is_no_regular_file_is_turned_down_without_waiting_for_it() {
        let dir = tempfile::tempdir().unwrap();
        let made = |name: &str, kind| {
            let path = dir.path().join(name);
            mknodat(CWD, &path, kind, Mode::RUSR, 0).unwrap();
            path
        };
        let (pipe, socket) = (
            made("pipe", FileType::Fifo),
            made("socket", FileType::Socket),
        );
        for path in [dir.path(), &pipe, &socket] {
            let error = Source::open(path).unwrap_err();
            assert_eq!(error.kind(), WriteErrorKind::NotAFile, "{}", path.display());
        }
        let error = Source::open(&dir.path().join("none")).unwrap_err();
        assert_eq!(error.kind(), WriteErrorKind::Unreadable);
    }
}
