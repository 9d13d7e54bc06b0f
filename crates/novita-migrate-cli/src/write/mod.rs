//! The one way in which this program writes files.
//!
//! A file is replaced whole or not at all: its new bytes go into a temporary file in its own
//! folder, with its mode, owner and extended attributes; that file is synced, renamed over the
//! old one, and the folder is synced. What the file held before is kept by the journal, so that
//! [`undo`] can put it back. A file that changed after it was read is left as it is.

mod backup;
mod commit;
mod diff;
mod error;
mod flush;
pub(crate) mod interrupt;
mod journal;
mod original;
mod out_dir;
mod over;
mod preview;
mod put;
mod replace;
mod shorten;
mod shown;
mod source;
mod staging;
mod stamp;
mod sys;
pub(crate) mod undo;

pub(crate) use diff::unified;
pub(crate) use error::{WriteError, WriteErrorKind, plain};
pub(crate) use journal::Journaling;
pub(crate) use original::Original;
pub(crate) use out_dir::{OutDir, Placed};
pub(crate) use preview::Preview;
pub(crate) use put::put;
pub(crate) use replace::{HardLinks, Replaced, Settled, WriteOptions, Writer};
pub(crate) use shown::{acts, push_plain, shown};
pub(crate) use source::Source;
pub(crate) use staging::Staging;

#[cfg(test)]
mod tests;
