//! The result for one payload.

use std::fmt;

use crate::document::{Document, Endpoint};
use crate::draft::Body;
use crate::finding::Finding;

/// What became of a payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Status {
    /// It was V2 and is V3 now.
    Converted,
    /// It is V3; the output is the input, byte for byte.
    AlreadyV3,
    /// A finding of severity error stands against it; the output is the input, byte for byte.
    Kept,
}

impl Status {
    /// `converted`, `already-v3` or `kept`.
    pub const fn name(self) -> &'static str {
        match self {
            Status::Converted => "converted",
            Status::AlreadyV3 => "already-v3",
            Status::Kept => "kept",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The result for one payload: the output, where to send it, and what a person should know. Borrows from the input.
/// Displays as the output text.
#[derive(Debug, Clone)]
pub struct Migration<'a> {
    pub(crate) input: &'a [u8],
    pub(crate) status: Status,
    pub(crate) document: Option<Document>,
    pub(crate) endpoint: Option<Endpoint>,
    pub(crate) findings: Vec<Finding<'a>>,
    /// `None` unless the status is [`Status::Converted`].
    pub(crate) body: Option<Body<'a>>,
}

impl<'a> Migration<'a> {
    /// What became of the payload.
    pub fn status(&self) -> Status {
        self.status
    }

    /// The tables of the guide that were applied; `None` where the input was V3 already.
    pub fn document(&self) -> Option<Document> {
        self.document
    }

    /// Where the V3 body is to be sent; `None` for responses, and for V2 payloads that were kept.
    pub fn endpoint(&self) -> Option<Endpoint> {
        self.endpoint
    }

    /// What a person should know, in the order of the input.
    pub fn findings(&self) -> &[Finding<'a>] {
        &self.findings
    }

    /// Writes the output: the V3 body in the form of the source (indentation, line ends, what stood before and after
    /// the object), or the input itself where nothing was converted.
    pub fn write_to<S: Sink<'a> + ?Sized>(&self, sink: &mut S) {
        match &self.body {
            None => sink.lend(self.input),
            Some(body) => body.write_to(sink),
        }
    }

    /// The output as bytes; see [`write_to`](Self::write_to).
    pub fn to_vec(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.input.len() + 256);
        self.write_to(&mut out);
        out
    }
}

impl fmt::Display for Migration<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.to_vec()))
    }
}

/// Receives output piece by piece, in order. A sink that can keep references (for vectored writes, say) overrides
/// [`lend`](Sink::lend), through which the values of the input come without being copied.
pub trait Sink<'a> {
    /// A piece to copy.
    fn copy(&mut self, piece: &[u8]);

    /// A piece that lives as long as the input.
    fn lend(&mut self, piece: &'a [u8]) {
        self.copy(piece);
    }

    /// From how many bytes on a piece of the input is lent; shorter ones are put together with what is made. With 0, all
    /// of them are lent, as a sink wants it that treats what is made in another way.
    fn least_lent(&self) -> usize {
        4096
    }
}

impl Sink<'_> for Vec<u8> {
    fn copy(&mut self, piece: &[u8]) {
        self.extend_from_slice(piece);
    }
}
