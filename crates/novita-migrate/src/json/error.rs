//! Why a text is no JSON document.

use std::fmt;

/// The first thing in the input that keeps it from being a JSON document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{kind} at byte {offset}")]
pub struct SyntaxError {
    /// What is wrong.
    pub kind: SyntaxErrorKind,
    /// Where, in bytes from the start of the input; its length where the input ends too early.
    pub offset: usize,
}

/// What can be wrong with a text that should be JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SyntaxErrorKind {
    /// There is nothing but blanks.
    Empty,
    /// The input ends inside a value.
    UnexpectedEnd,
    /// This byte cannot stand here.
    Unexpected(u8),
    /// A control character that stands unescaped in a string.
    ControlCharacter(u8),
    /// A backslash that starts no escape sequence of JSON.
    InvalidEscape,
    /// A number that JSON does not allow, such as `01`, `1.` or `-`.
    InvalidNumber,
    /// A word that starts like `true`, `false` or `null` but is none of them.
    InvalidLiteral,
    /// Bytes in a string that are no UTF-8.
    InvalidUtf8,
    /// More than 127 arrays and objects inside each other.
    TooDeep,
    /// Something other than blanks after the document.
    TrailingData,
    /// A second member of the same name in one object; the error's offset is its key's.
    DuplicateKey {
        /// Offset of the first key of that name, in bytes.
        first: usize,
    },
    /// The input has more bytes than a `u32` can count.
    TooLarge,
}

impl SyntaxErrorKind {
    /// The error of this kind at a byte offset.
    #[cold]
    pub(super) fn at(self, offset: usize) -> SyntaxError {
        SyntaxError { kind: self, offset }
    }
}

impl fmt::Display for SyntaxErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Empty => f.write_str("the input is empty"),
            Self::UnexpectedEnd => f.write_str("the input ends in the middle of a value"),
            Self::Unexpected(byte) if byte.is_ascii_graphic() => {
                write!(f, "unexpected `{}`", char::from(byte))
            }
            Self::Unexpected(byte) => write!(f, "unexpected byte 0x{byte:02x}"),
            Self::ControlCharacter(byte) => {
                write!(f, "unescaped control character 0x{byte:02x} in a string")
            }
            Self::InvalidEscape => f.write_str("invalid escape sequence in a string"),
            Self::InvalidNumber => f.write_str("invalid number"),
            Self::InvalidLiteral => {
                f.write_str("invalid literal; only true, false and null are words")
            }
            Self::InvalidUtf8 => f.write_str("a string that is not valid UTF-8"),
            Self::TooDeep => f.write_str("more than 127 arrays and objects inside each other"),
            Self::TrailingData => f.write_str("unexpected data after the end of the document"),
            Self::DuplicateKey { .. } => f.write_str("duplicate key in an object"),
            Self::TooLarge => f.write_str("the input is larger than 4 GiB"),
        }
    }
}
