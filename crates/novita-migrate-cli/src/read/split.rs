//! Where records end in a stream that is read in pieces.

mod json;
mod table;

use std::ops::Range;

use novita_migrate::json::SyntaxErrorKind;

pub(crate) use json::Json;
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
    /// After any line break; the lines are looked for later. Remembers how far there is none.
    Lines(usize),
    Json(Json),
    Rows(Rows),
    /// Not at all: everything is one record.
    Whole,
}

impl Splitter {
    /// Cuts the bytes that follow the last cut. `ended`: nothing follows them.
    pub(crate) fn cut(&mut self, bytes: &[u8], ended: bool, spans: &mut Vec<Span>) -> Cut {
        let end = match self {
            Splitter::Json(json) => return json.cut(bytes, ended, spans),
            Splitter::Rows(rows) => return rows.cut(bytes, ended, spans),
            Splitter::Lines(_) | Splitter::Whole if ended => bytes.len(),
            Splitter::Whole => 0,
            Splitter::Lines(searched) => {
                let found = memchr::memrchr(b'\n', bytes.get(*searched..).unwrap_or_default());
                let end = found.map_or(0, |at| *searched + at + 1);
                *searched = if end > 0 { 0 } else { bytes.len() };
                end
            }
        };
        Cut { end, broken: None }
    }
}
