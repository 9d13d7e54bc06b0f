//! The scanners: where a string, a number or a run of blanks ends.
//!
//! They look at whole words and blocks: comparing fixed-size arrays in a fold without branches is what the
//! compiler turns into vector instructions on every platform that has them.

use super::SyntaxError;
use super::SyntaxErrorKind as E;
use super::utf8;

use wide::{CmpEq, CmpLt, i8x16};

/// UTF-8's byte order mark.
pub(super) const BOM: &[u8] = b"\xef\xbb\xbf";

/// Bytes that the loop for long strings looks at together.
const BLOCK: usize = 64;

/// Where a string ends.
pub(super) struct Text {
    /// Offset of the closing quote.
    pub(super) end: usize,
    /// Whether there is a backslash in it.
    pub(super) escaped: bool,
    /// Whether an ASCII character in it is escaped by its number.
    pub(super) hides: bool,
}

/// Validates a string whose first byte behind the opening quote is at `start`.
#[inline(always)]
pub(super) fn string(input: &[u8], start: usize) -> Result<Text, SyntaxError> {
    let end = plain(input, start);
    if input.get(end) == Some(&b'"') {
        return Ok(Text {
            end,
            escaped: false,
            hides: false,
        });
    }
    string_from(input, end)
}

/// The rest of a string from its first byte that is not plain.
#[inline(never)]
fn string_from(input: &[u8], mut at: usize) -> Result<Text, SyntaxError> {
    let (mut escaped, mut hides) = (false, false);
    loop {
        match input.get(at) {
            Some(b'"') => {
                return Ok(Text {
                    end: at,
                    escaped,
                    hides,
                });
            }
            Some(b'\\') => {
                escaped = true;
                let behind = input.get(at + 1..at + 5);
                hides |= matches!(behind, Some([b'u', b'0', b'0', b'0'..=b'7']));
                at = escape(input, at)?;
            }
            Some(0x80..) => at = utf8::skip_run(input, at).map_err(|at| E::InvalidUtf8.at(at))?,
            Some(byte) => return Err(E::ControlCharacter(*byte).at(at)),
            None => return Err(E::UnexpectedEnd.at(input.len())),
        }
        at = plain(input, at);
    }
}

/// Validates the escape sequence whose backslash is at `at`; returns the offset behind it.
#[inline]
fn escape(input: &[u8], at: usize) -> Result<usize, SyntaxError> {
    match input.get(at + 1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(at + 2),
        Some(b'u') => match input.get(at + 2..at + 6) {
            Some(digits) if digits.iter().all(u8::is_ascii_hexdigit) => Ok(at + 6),
            Some(_) => Err(E::InvalidEscape.at(at)),
            None => {
                let cut = input.get(at + 2..).unwrap_or_default();
                let is_end = cut.iter().all(u8::is_ascii_hexdigit);
                Err(if is_end {
                    E::UnexpectedEnd.at(input.len())
                } else {
                    E::InvalidEscape.at(at)
                })
            }
        },
        Some(_) => Err(E::InvalidEscape.at(at)),
        None => Err(E::UnexpectedEnd.at(input.len())),
    }
}

/// Whether a byte ends the plain part of a string: a quote, a backslash, a control character or a byte of
/// a longer character. The first comparison covers all but the backslash: `^ 2` swaps the quote with the
/// blank, next to the control characters, and bytes from 0x80 on are negative.
#[inline(always)]
const fn is_stop(byte: u8) -> bool {
    (((byte ^ 2) as i8) < 0x21) | (byte == b'\\')
}

/// Offset of the first byte from `at` on that is not plain; the input's length where there is none.
#[inline(always)]
fn plain(input: &[u8], at: usize) -> usize {
    let rest = input.get(at..).unwrap_or_default();
    match rest.first_chunk::<16>() {
        Some(chunk) => match first_stop(chunk) {
            16 => plain_long(input, at + 16),
            stop => at + stop,
        },
        None => plain_bytes(input, at),
    }
}

/// The index of the first byte that is not plain, or 16.
#[inline(always)]
fn first_stop(chunk: &[u8; 16]) -> usize {
    (stops(chunk) | 1 << 16).trailing_zeros() as usize
}

/// One bit for each byte that is not plain. The same comparisons as in `is_stop`.
#[inline(always)]
fn stops(chunk: &[u8; 16]) -> u32 {
    let bytes = i8x16::from(chunk.map(u8::cast_signed));
    let is_quote_or_control = (bytes ^ i8x16::splat(2)).cmp_lt(i8x16::splat(0x21));
    let is_backslash = bytes.cmp_eq(i8x16::splat(b'\\' as i8));
    (is_quote_or_control | is_backslash).move_mask() as u32
}

/// The rest of a string that is longer than a few bytes.
#[inline(never)]
fn plain_long(input: &[u8], mut at: usize) -> usize {
    while let Some(block) = input.get(at..).and_then(<[u8]>::first_chunk::<BLOCK>) {
        if block.iter().fold(false, |any, byte| any | is_stop(*byte)) {
            break;
        }
        at += BLOCK;
    }
    while let Some(chunk) = input.get(at..).and_then(<[u8]>::first_chunk::<16>) {
        match first_stop(chunk) {
            16 => at += 16,
            stop => return at + stop,
        }
    }
    plain_bytes(input, at)
}

/// The same for the last bytes of the input.
#[inline(never)]
fn plain_bytes(input: &[u8], at: usize) -> usize {
    let rest = input.get(at..).unwrap_or_default();
    rest.iter()
        .position(|byte| is_stop(*byte))
        .map_or(input.len(), |stop| at + stop)
}

/// The byte at `at`; behind the input's end 0, which can stand nowhere in JSON.
#[inline(always)]
pub(super) fn peek(input: &[u8], at: usize) -> u8 {
    input.get(at).copied().unwrap_or(0)
}

/// Offset of the first byte from `at` on that is no blank.
#[inline(always)]
pub(super) fn blanks(input: &[u8], at: usize) -> usize {
    if peek(input, at) > b' ' {
        return at;
    }
    if peek(input, at) == b' ' && peek(input, at + 1) > b' ' {
        return at + 1;
    }
    blanks_long(input, at)
}

#[inline(never)]
fn blanks_long(input: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\n' | b'\r' | b'\t') = input.get(at) {
        at += 1;
        while input.get(at..).and_then(<[u8]>::first_chunk::<8>) == Some(b"        ") {
            at += 8;
        }
    }
    at
}

/// Validates the number that starts at `at` with a digit or a minus; returns the offset behind it.
#[inline(always)]
pub(super) fn number(input: &[u8], at: usize) -> Result<usize, SyntaxError> {
    if let Some(chunk) = input.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let word = u64::from_le_bytes(*chunk);
        let stops = no_digits(word);
        let length = stops.trailing_zeros() & !7;
        let behind = (word >> (length & 63)) as u8;
        let is_whole = !matches!(behind, b'.' | b'e' | b'E');
        let is_plain = (word as u8 != b'0') & (length != 0) & (stops != 0);
        if is_whole & (is_plain | (length == 8)) {
            return Ok(at + length as usize / 8);
        }
    }
    number_long(input, at)
}

#[inline(never)]
fn number_long(input: &[u8], at: usize) -> Result<usize, SyntaxError> {
    let start = if input.get(at) == Some(&b'-') {
        at + 1
    } else {
        at
    };
    let mut end = digits(input, start);
    // A leading zero stands alone.
    if end == start || (input.get(start) == Some(&b'0') && end > start + 1) {
        return Err(bad_number(input, at, end));
    }
    if input.get(end) == Some(&b'.') {
        let fraction = end + 1;
        end = digits(input, fraction);
        if end == fraction {
            return Err(bad_number(input, at, end));
        }
    }
    if let Some(b'e' | b'E') = input.get(end) {
        let sign = end + 1;
        let exponent = if let Some(b'+' | b'-') = input.get(sign) {
            sign + 1
        } else {
            sign
        };
        end = digits(input, exponent);
        if end == exponent {
            return Err(bad_number(input, at, end));
        }
    }
    Ok(end)
}

/// The top bit of every byte that is no digit: exact up to the first; a carry only reaches the bytes
/// behind it.
#[inline(always)]
const fn no_digits(word: u64) -> u64 {
    let value = word ^ 0x3030_3030_3030_3030;
    (value.wrapping_add(0x7676_7676_7676_7676) | value) & 0x8080_8080_8080_8080
}

#[cold]
fn bad_number(input: &[u8], at: usize, end: usize) -> SyntaxError {
    if end == input.len() && !input.get(end - 1).is_some_and(u8::is_ascii_digit) {
        return E::UnexpectedEnd.at(end);
    }
    E::InvalidNumber.at(at)
}

/// Offset of the first byte from `at` on that is no digit.
#[inline(always)]
fn digits(input: &[u8], mut at: usize) -> usize {
    while let Some(chunk) = input.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let stops = no_digits(u64::from_le_bytes(*chunk));
        if stops != 0 {
            return at + (stops.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    let rest = input.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
}
