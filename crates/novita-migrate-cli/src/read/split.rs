//! Where records end in a stream that is read in pieces.

mod brackets;
mod json;
mod lines;
mod table;

use std::ops::Range;

use novita_migrate::json::SyntaxErrorKind;

pub(crate) use json::Json;
pub(crate) use lines::Lines;
pub(crate) use table::Rows;

/// One record of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) range: Range<usize>,
    /// Its number, from 0, in the list that it is an element of; `None` for a document of its own.
    pub(crate) element: Option<u64>,
}

/// How far a stream could be cut into records.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Cut {
    /// So many bytes hold whole records and what stands around them. 0: more must be read.
    pub(crate) end: usize,
    /// What comes here cannot be cut into records.
    pub(crate) broken: Option<(usize, SyntaxErrorKind)>,
}

/// A way to cut a stream.
#[derive(Debug)]
pub(crate) enum Splitter {
    Lines(Lines),
    Json(Json),
    Rows(Rows),
    /// Not at all: everything is one record.
    Whole,
}

impl Splitter {
    /// Cuts the bytes that follow the last cut. `ended`: nothing follows them.
    pub(crate) fn cut(&mut self, bytes: &[u8], ended: bool, spans: &mut Vec<Span>) -> Cut {
        match self {
            Splitter::Lines(lines) => lines.cut(bytes, ended, spans),
            Splitter::Json(json) => json.cut(bytes, ended, spans),
            Splitter::Rows(rows) => rows.cut(bytes, ended, spans),
            Splitter::Whole => Cut {
                end: if ended { bytes.len() } else { 0 },
                broken: None,
            },
        }
    }
}
