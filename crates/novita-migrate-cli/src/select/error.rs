//! Paths, patterns and lists that give no files.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use super::Skipped;
use crate::write::{plain, shown};

/// The class of a [`SelectError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) enum SelectErrorKind {
    /// A path that does not exist.
    Missing,
    /// A path, folder, ignore file or list that cannot be read.
    Unreadable,
    /// A pattern of `--include`, `--exclude` or a quoted glob that is malformed.
    Pattern,
    /// A quoted glob that matches nothing.
    NoMatch,
    /// No file at all was selected.
    Nothing,
    /// Two inputs would have one output.
    SameOutput,
}

/// A path that gave no file, and why.
#[derive(Debug)]
pub(crate) struct SelectError {
    kind: SelectErrorKind,
    path: Option<PathBuf>,
    message: String,
}

impl SelectError {
    pub(super) fn new(kind: SelectErrorKind, path: &Path, message: impl Into<String>) -> Self {
        Self {
            kind,
            path: Some(path.to_owned()),
            message: message.into(),
        }
    }

    pub(super) fn unreadable(path: &Path, error: io::Error) -> Self {
        let kind = match error.kind() {
            io::ErrorKind::NotFound => SelectErrorKind::Missing,
            _ => SelectErrorKind::Unreadable,
        };
        Self::new(kind, path, plain(&error))
    }

    pub(super) fn no_match(path: &Path) -> Self {
        Self::new(
            SelectErrorKind::NoMatch,
            path,
            "no file has this name or matches it as a glob",
        )
    }

    pub(super) fn pattern(glob: &str, error: &ignore::Error) -> Self {
        // The crate repeats the glob in front of its words; the path here is that glob.
        let text = match error {
            ignore::Error::Glob { err, .. } => err.clone(),
            other => other.to_string(),
        };
        Self::new(
            SelectErrorKind::Pattern,
            Path::new(glob),
            format!("not a glob: {text}"),
        )
    }

    /// A folder that a glob could not be searched in.
    pub(super) fn search(glob: &str, error: ignore::Error) -> Self {
        let text = error.to_string();
        match error.into_io_error() {
            Some(error) => {
                let kind = match error.kind() {
                    io::ErrorKind::NotFound => SelectErrorKind::NoMatch,
                    _ => SelectErrorKind::Unreadable,
                };
                Self::new(kind, Path::new(glob), plain(&error))
            }
            None => Self::new(SelectErrorKind::Unreadable, Path::new(glob), text),
        }
    }

    pub(super) fn nothing(skipped: &Skipped) -> Self {
        let message = match skipped.total() {
            0 => "no file to read".to_owned(),
            _ => format!("no file to read; skipped: {skipped}"),
        };
        Self {
            kind: SelectErrorKind::Nothing,
            path: None,
            message,
        }
    }

    /// The path, pattern or list that the error is about.
    #[must_use]
    pub(crate) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// What went wrong, without the path.
    #[must_use]
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// What a person can do about it.
    #[must_use]
    pub(crate) fn help(&self) -> Option<&'static str> {
        match self.kind {
            SelectErrorKind::Nothing => Some(
                "a file that is named is always read; in folders see `--include`, `--hidden`, `--no-ignore`, or allow this with `--allow-empty`",
            ),
            SelectErrorKind::SameOutput => Some(
                "run them one by one, or keep their folders apart by giving the paths with `--files-from`",
            ),
            _ => None,
        }
    }
}

impl fmt::Display for SelectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(path) = &self.path {
            write!(f, "{}: ", shown(path))?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for SelectError {}
