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

/// What a stream was cut into.
#[derive(Debug, Default)]
pub(crate) struct Records {
    /// Documents, elements or rows.
    pub(crate) spans: Vec<Span>,
    /// Where lines end: there may be as many as bytes, so nothing else is kept of them.
    pub(crate) line_ends: Vec<usize>,
}

impl Records {
    /// Empties it, and keeps its memory.
    pub(crate) fn clear(&mut self) {
        self.spans.clear();
        self.line_ends.clear();
    }

    /// The lines, each without its line feed.
    pub(crate) fn lines(&self) -> impl Iterator<Item = Range<usize>> {
        let starts = self.line_ends.iter().map(|end| end + 1);
        let starts = std::iter::once(0).chain(starts);
        starts.zip(&self.line_ends).map(|(start, end)| start..*end)
    }
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
    pub(crate) fn cut(&mut self, bytes: &[u8], ended: bool, records: &mut Records) -> Cut {
        match self {
            Splitter::Lines(lines) => lines.cut(bytes, ended, &mut records.line_ends),
            Splitter::Json(json) => json.cut(bytes, ended, &mut records.spans),
            Splitter::Rows(rows) => rows.cut(bytes, ended, &mut records.spans),
            Splitter::Whole => Cut {
                end: if ended { bytes.len() } else { 0 },
                broken: None,
            },
        }
    }
}
