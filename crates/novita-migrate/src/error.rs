//! Why there is no output at all.

use crate::json::{Position, SyntaxError, SyntaxErrorKind};

/// No output is possible: the input is not JSON, or not a payload. Positions are within the input that was passed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct Error {
    kind: ErrorKind,
    offset: usize,
    position: Position,
}

/// The reason behind an [`Error`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The input is not one JSON document, or holds the same key twice in one object.
    #[error("{0}")]
    Syntax(SyntaxErrorKind),
    /// The input is JSON but not an object.
    #[error("expected a payload, which is a JSON object, but found {0}")]
    NotAnObject(&'static str),
    /// The object is neither a V2 nor a V3 payload.
    #[error("neither a V2 nor a V3 payload: no field of either API is recognised")]
    NotAPayload,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, input: &[u8], offset: usize) -> Self {
        Error {
            kind,
            offset,
            position: crate::json::position(input, offset),
        }
    }

    pub(crate) fn syntax(error: &SyntaxError, input: &[u8]) -> Self {
        Self::new(ErrorKind::Syntax(error.kind), input, error.offset)
    }

    /// The reason.
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// Bytes from the start of the input.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// Line and column, both from 1.
    pub fn position(&self) -> Position {
        self.position
    }
}
