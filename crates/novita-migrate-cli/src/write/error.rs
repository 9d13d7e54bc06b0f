//! What can go wrong between a file that was read and its new bytes on the disk.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use super::shown::shown;

/// The class of a [`WriteError`]; one class has one help text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) enum WriteErrorKind {
    /// The file could not be opened or read.
    Unreadable,
    /// A folder, a pipe or a device stands where a regular file is needed.
    NotAFile,
    /// The file, its folder or its filesystem may not be written.
    ReadOnly,
    /// The disk, the quota or the file-size limit is used up.
    NoSpace,
    /// The file has further names, and [`HardLinks::Refuse`](super::HardLinks::Refuse) holds.
    HardLinked,
    /// Owner or group of the file cannot be given to its replacement.
    Owner,
    /// Someone else changed the file after it was read.
    Changed,
    /// The old bytes could not be saved for `undo`.
    Journal,
    /// No journal folder can be found or made.
    NoJournalFolder,
    /// The output exists and has other bytes.
    Exists,
    /// The output would lie outside `--out-dir`, or would be the input itself.
    Outside,
    /// The run was stopped by a signal before this file's turn.
    Interrupted,
    /// No such run, or a run that cannot be undone now.
    Run,
    /// The file is not as the run to be undone left it.
    NotUndone,
    /// Any other error of the operating system.
    Io,
}

/// A file that was not written, and why. Displayed as `path: what`, with terminal escapes
/// neutralised; [`help`](WriteError::help) says what to do.
#[derive(Debug)]
pub(crate) struct WriteError {
    kind: WriteErrorKind,
    path: Option<PathBuf>,
    message: String,
    source: Option<io::Error>,
}

impl WriteError {
    /// An error that is not the operating system's.
    pub(crate) fn new(kind: WriteErrorKind, path: &Path, message: impl Into<String>) -> Self {
        Self {
            kind,
            path: Some(path.to_owned()),
            message: message.into(),
            source: None,
        }
    }

    /// An error that has no path.
    pub(crate) fn plain(kind: WriteErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            path: None,
            message: message.into(),
            source: None,
        }
    }

    /// An error of the operating system; its class follows from the error where it has one.
    pub(crate) fn io(path: &Path, doing: &str, source: io::Error) -> Self {
        let kind = kind_of(&source).unwrap_or(WriteErrorKind::Io);
        Self {
            kind,
            path: Some(path.to_owned()),
            message: format!("cannot {doing}"),
            source: Some(source),
        }
    }

    /// Like [`io`](WriteError::io), where every error but a full disk is of one class.
    pub(crate) fn io_as(kind: WriteErrorKind, path: &Path, doing: &str, source: io::Error) -> Self {
        let kind = match kind_of(&source) {
            Some(WriteErrorKind::NoSpace) => WriteErrorKind::NoSpace,
            _ => kind,
        };
        Self {
            kind,
            path: Some(path.to_owned()),
            message: format!("cannot {doing}"),
            source: Some(source),
        }
    }

    /// The class of the error.
    #[must_use]
    pub(crate) fn kind(&self) -> WriteErrorKind {
        self.kind
    }

    /// The file that the error is about.
    #[must_use]
    pub(crate) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// What went wrong, without the path.
    #[must_use]
    pub(crate) fn message(&self) -> String {
        match &self.source {
            Some(source) => format!("{}: {}", self.message, plain(source)),
            None => self.message.clone(),
        }
    }

    /// What a person can do about it.
    #[must_use]
    pub(crate) fn help(&self) -> Option<&'static str> {
        Some(match self.kind {
            WriteErrorKind::ReadOnly => {
                "nothing was changed; make the file and its folder writable, or write to another place with `--out-dir`"
            }
            WriteErrorKind::NoSpace => {
                "nothing was changed; make room and run again: files already converted are left alone"
            }
            WriteErrorKind::HardLinked => {
                "a replaced file no longer shares its bytes with its other names; allow that with `--hard-links break`"
            }
            WriteErrorKind::Owner => {
                "run as the owner of the file, or write to another place with `--out-dir`"
            }
            WriteErrorKind::Changed => {
                "the other change was kept; run again to convert the file as it is now"
            }
            WriteErrorKind::Journal => {
                "nothing was changed; choose another place for old versions with `--journal-dir`"
            }
            WriteErrorKind::NoJournalFolder => {
                "name a folder with `--journal-dir`, or do without `undo` with `--no-journal`"
            }
            WriteErrorKind::Exists => {
                "nothing was changed; replace it with `--force`, or choose another `--out-dir`"
            }
            WriteErrorKind::Outside => {
                "choose another `--out-dir`; use `--write` to replace the inputs themselves"
            }
            WriteErrorKind::Interrupted => {
                "run again to convert the rest: files already converted are left alone"
            }
            WriteErrorKind::Run => "`novita-migrate undo --list` shows the runs",
            WriteErrorKind::Unreadable
            | WriteErrorKind::NotAFile
            | WriteErrorKind::NotUndone
            | WriteErrorKind::Io => return None,
        })
    }
}

/// The class that an operating system's error has by itself.
fn kind_of(error: &io::Error) -> Option<WriteErrorKind> {
    // An error that this program made, such as that of `--max-input-size`, is not the system's.
    error.raw_os_error()?;
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            Some(WriteErrorKind::NoSpace)
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            Some(WriteErrorKind::ReadOnly)
        }
        _ => None,
    }
}

/// The system's words in this project's style: lower case, without the number.
pub(crate) fn plain(error: &io::Error) -> String {
    let mut text = error.to_string();
    if let Some(at) = text.find(" (os error") {
        text.truncate(at);
    }
    let mut chars = text.chars();
    match (chars.next(), chars.clone().next()) {
        // An abbreviation keeps its capitals.
        (Some(first), Some(second)) if first.is_uppercase() && !second.is_uppercase() => {
            first.to_lowercase().chain(chars).collect()
        }
        _ => text,
    }
}

/// The same error once more, for each of several files.
pub(crate) fn again(error: &io::Error) -> io::Error {
    error
        .raw_os_error()
        .map_or_else(|| error.kind().into(), io::Error::from_raw_os_error)
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(path) = &self.path {
            write!(f, "{}: ", shown(path))?;
        }
        f.write_str(&self.message())
    }
}

impl std::error::Error for WriteError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|source| source as _)
    }
}
