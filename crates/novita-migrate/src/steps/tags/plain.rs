//! A prompt as tags are looked for in it, and its blanks.

use std::borrow::Cow;
use std::ops::Range;

/// A prompt as it is escaped, but for escaped ASCII characters, and the way back to all of its escapes. What is left of
/// them means nothing in a tag but `\n`, `\t` and `\r`, which are blanks.
pub(super) struct Plain<'a> {
    pub(super) inner: &'a [u8],
    pub(super) text: Cow<'a, [u8]>,
    /// Behind each character that was decoded: the position in `text` and in `inner`.
    steps: Vec<(usize, usize)>,
}

impl<'a> Plain<'a> {
    pub(super) fn borrowed(inner: &'a [u8]) -> Self {
        Plain {
            inner,
            text: Cow::Borrowed(inner),
            steps: Vec::new(),
        }
    }

    pub(super) fn decoded(inner: &'a [u8]) -> Self {
        let (mut text, mut steps, mut read) = (Vec::with_capacity(inner.len()), Vec::new(), 0);
        for at in memchr::memchr_iter(b'\\', inner) {
            // Not the second half of an escaped backslash.
            let Some(run) = inner.get(read..at) else {
                continue;
            };
            text.extend_from_slice(run);
            let escape = inner.get(at..).unwrap_or_default();
            let length = if escape.get(1) == Some(&b'u') { 6 } else { 2 };
            match ascii(escape) {
                Some(char) => {
                    text.push(char);
                    steps.push((text.len(), at + length));
                }
                None => text.extend_from_slice(escape.get(..length).unwrap_or(escape)),
            }
            read = at + length;
        }
        text.extend_from_slice(inner.get(read..).unwrap_or_default());
        Plain {
            inner,
            text: Cow::Owned(text),
            steps,
        }
    }

    /// The position in the escaped bytes.
    fn position(&self, at: usize) -> usize {
        let behind = self.steps.partition_point(|(text, _)| *text <= at);
        match behind.checked_sub(1).and_then(|last| self.steps.get(last)) {
            None => at,
            Some((text, inner)) => inner + (at - text),
        }
    }

    pub(super) fn raw(&self, range: Range<usize>) -> &'a [u8] {
        self.inner
            .get(self.position(range.start)..self.position(range.end))
            .unwrap_or_default()
    }
}

/// The ASCII character that an escape of six bytes stands for. A backslash is told as another sign: nothing is escaped by
/// it.
fn ascii(escape: &[u8]) -> Option<u8> {
    let hex = escape.strip_prefix(b"\\u00")?.get(..2)?;
    let char = u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok()?;
    match char {
        b'\\' => Some(b'"'),
        _ => Some(char).filter(u8::is_ascii),
    }
}

/// How many bytes of blanks the text begins with.
pub(super) fn blanks(text: &[u8]) -> usize {
    let mut length = 0;
    loop {
        length += match text.get(length..) {
            Some([b' ' | b'\t' | b'\n' | b'\r', ..]) => 1,
            Some([b'\\', b'n' | b't' | b'r', ..]) => 2,
            _ => return length,
        };
    }
}

/// How many bytes the blank has that the text ends with; 0 if it ends with none.
pub(super) fn last_blank(text: &[u8]) -> usize {
    match text {
        [.., b' ' | b'\t' | b'\n' | b'\r'] => 1,
        [before @ .., b'\\', b'n' | b't' | b'r'] => {
            // An escaped backslash before an ordinary letter is no blank.
            let escaped = before.iter().rev().take_while(|byte| **byte == b'\\');
            if escaped.count() % 2 == 0 { 2 } else { 0 }
        }
        _ => 0,
    }
}

pub(super) fn is_blank(text: &[u8]) -> bool {
    blanks(text) == text.len()
}

/// The end of a part without the blanks at its end.
pub(super) fn without_blanks(text: &[u8], part: Range<usize>) -> usize {
    let mut end = part.end;
    loop {
        match last_blank(text.get(part.start..end).unwrap_or_default()) {
            0 => return end,
            blank => end -= blank,
        }
    }
}

/// Where a byte stands from `from` on.
pub(super) fn next(text: &[u8], from: usize, byte: u8) -> Option<usize> {
    memchr::memchr(byte, text.get(from..)?).map(|at| from + at)
}
