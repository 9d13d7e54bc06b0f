//! JSON strings as text: decoding and encoding what stands between the quotes.

use std::borrow::Cow;
use std::char::REPLACEMENT_CHARACTER;
use std::ops::Range;

/// Decodes what stands between a string's quotes; borrows where nothing is escaped.
///
/// Half a surrogate pair becomes `U+FFFD`. Meant for strings that the reader has validated; in others,
/// what is no escape sequence stays as it is and invalid UTF-8 becomes `U+FFFD`.
pub fn unescape(inner: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(inner) {
        Ok(text) if !text.contains('\\') => Cow::Borrowed(text),
        _ => Chars::new(inner).map(|(_, char)| char).collect(),
    }
}

/// Appends `text` as it stands between the quotes of a JSON string, escaping only what must be.
pub fn escape_into(text: &str, out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let mut rest = text.as_bytes();
    out.reserve(rest.len());
    while let Some(at) = rest
        .iter()
        .position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20))
    {
        let (plain, special) = rest.split_at(at);
        out.extend_from_slice(plain);
        let Some((byte, behind)) = special.split_first() else {
            break;
        };
        match byte {
            b'"' | b'\\' => out.extend([b'\\', *byte]),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            b'\t' => out.extend(b"\\t"),
            0x08 => out.extend(b"\\b"),
            0x0c => out.extend(b"\\f"),
            control => {
                let low = HEX
                    .get(usize::from(control & 15))
                    .copied()
                    .unwrap_or_default();
                out.extend([b'\\', b'u', b'0', b'0', b'0' + (control >> 4), low]);
            }
        }
        rest = behind;
    }
    out.extend_from_slice(rest);
}

/// The characters of a string with the bytes that spell each of them.
///
/// Yields the range in the escaped bytes and the decoded character. A surrogate pair is one character;
/// half a pair is `U+FFFD`.
#[derive(Debug, Clone)]
pub struct Chars<'a>(Units<'a>);

impl<'a> Chars<'a> {
    /// Reads what stands between a string's quotes.
    pub fn new(inner: &'a [u8]) -> Self {
        Self(Units { inner, at: 0 })
    }
}

impl Iterator for Chars<'_> {
    type Item = (Range<usize>, char);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let (range, unit) = self.0.next()?;
        Some((range, char::from_u32(unit).unwrap_or(REPLACEMENT_CHARACTER)))
    }
}

/// Like [`Chars`], but half a surrogate pair keeps its number: names that differ in it are different.
#[derive(Debug, Clone)]
pub(super) struct Units<'a> {
    inner: &'a [u8],
    at: usize,
}

impl<'a> Units<'a> {
    pub(super) fn new(inner: &'a [u8]) -> Self {
        Self { inner, at: 0 }
    }
}

impl Iterator for Units<'_> {
    type Item = (Range<usize>, u32);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let start = self.at;
        let rest = self.inner.get(start..)?;
        let (length, unit) = match *rest.first()? {
            b'\\' => escape(rest),
            byte @ ..0x80 => (1, u32::from(byte)),
            _ => multibyte(rest),
        };
        self.at = start + length;
        Some((start..self.at, unit))
    }
}

/// Length and code point of the escape sequence at the start.
fn escape(rest: &[u8]) -> (usize, u32) {
    let simple = |char: char| (2, u32::from(char));
    match rest.get(1) {
        Some(b'n') => simple('\n'),
        Some(b'r') => simple('\r'),
        Some(b't') => simple('\t'),
        Some(b'b') => simple('\u{8}'),
        Some(b'f') => simple('\u{c}'),
        Some(byte @ (b'"' | b'\\' | b'/')) => (2, u32::from(*byte)),
        Some(b'u') => match (hex(rest), rest.get(6..).and_then(hex)) {
            (Some(high @ 0xd800..0xdc00), Some(low @ 0xdc00..0xe000)) => {
                (12, 0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00))
            }
            (Some(unit), _) => (6, unit),
            (None, _) => (1, u32::from('\\')),
        },
        _ => (1, u32::from('\\')),
    }
}

/// The number in the `\uXXXX` at the start.
fn hex(rest: &[u8]) -> Option<u32> {
    let digits = rest.strip_prefix(b"\\u")?.first_chunk::<4>()?;
    digits.iter().try_fold(0, |unit, digit| {
        Some(unit << 4 | char::from(*digit).to_digit(16)?)
    })
}

/// Length and code point of the character of two to four bytes at the start.
fn multibyte(rest: &[u8]) -> (usize, u32) {
    let head = rest.get(..4).unwrap_or(rest);
    match head.utf8_chunks().next() {
        Some(chunk) => match chunk.valid().chars().next() {
            Some(char) => (char.len_utf8(), u32::from(char)),
            None => (
                chunk.invalid().len().max(1),
                u32::from(REPLACEMENT_CHARACTER),
            ),
        },
        None => (1, u32::from(REPLACEMENT_CHARACTER)),
    }
}
