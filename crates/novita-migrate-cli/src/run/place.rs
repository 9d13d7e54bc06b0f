//! Lines and columns of places in one block of an input.

use std::ops::Range;

/// Turns offsets into lines and columns, without counting again what lies before the last one asked for.
#[derive(Debug, Clone)]
pub(crate) struct Lines<'b> {
    block: &'b [u8],
    at: usize,
    line: u64,
    /// Where the line begins that `at` is on.
    start: usize,
    /// The column of `at`.
    column: u64,
    /// No line ends between `start` and here.
    known: usize,
}

impl<'b> Lines<'b> {
    /// The places of a block.
    pub(crate) fn of(block: &'b [u8]) -> Self {
        Lines {
            block,
            at: 0,
            line: 1,
            start: 0,
            column: 1,
            known: 0,
        }
    }

    /// Goes to the beginning of a line, from 1, whose bounds are known, so that nobody looks for its end again.
    pub(crate) fn begin(&mut self, line: u64, bounds: Range<usize>) {
        (self.line, self.column) = (line, 1);
        (self.start, self.at, self.known) = (bounds.start, bounds.start, bounds.end);
    }

    /// Line and column of an offset, both from 1; columns count characters, and a byte order mark is none.
    pub(crate) fn place(&mut self, offset: usize) -> (u64, u64) {
        let offset = offset.min(self.block.len());
        if offset < self.start {
            *self = Lines::of(self.block);
        } else if offset < self.at {
            if offset - self.start < self.at - offset || self.start == 0 && offset < MARK.len() {
                (self.at, self.column) = (self.start, 1);
            } else {
                // Findings about an object come after those about its members: a step back is no reason to begin again.
                self.column -= characters(self.block.get(offset..self.at).unwrap_or_default());
                self.at = offset;
            }
        }
        let between = self.block.get(self.at..offset).unwrap_or_default();
        if offset > self.known
            && let Some(last) = memchr::memrchr(b'\n', between)
        {
            self.line += memchr::memchr_iter(b'\n', between).count() as u64;
            self.start = self.at + last + 1;
            (self.at, self.column) = (self.start, 1);
        }
        let text = self.block.get(self.at..offset).unwrap_or_default();
        let text = if self.at == 0 {
            text.strip_prefix(MARK).unwrap_or(text)
        } else {
            text
        };
        self.column += characters(text);
        self.at = offset;
        (self.line, self.column)
    }

    /// Line and column of the block's end.
    pub(crate) fn end(mut self) -> (u64, u64) {
        self.place(self.block.len())
    }
}

fn characters(text: &[u8]) -> u64 {
    bytecount::num_chars(text) as u64
}

/// A UTF-8 byte order mark.
pub(crate) const MARK: &[u8] = b"\xef\xbb\xbf";

#[cfg(test)]
mod tests {
    use super::Lines;

    #[test]
    fn places_are_the_same_in_any_order() {
        let block = "\u{feff}{é\n\n  \"東\": 1,\r\n}".as_bytes();
        let offsets: Vec<usize> = (3..=block.len())
            .filter(|at| block.get(*at).is_none_or(|byte| byte & 0xc0 != 0x80))
            .collect();
        let expected: Vec<_> = offsets
            .iter()
            .map(|at| novita_migrate::json::position(block, *at))
            .collect();
        let mut forward = Lines::of(block);
        let mut jumping = Lines::of(block);
        for (at, expected) in offsets.iter().zip(&expected) {
            let expected = (expected.line as u64, expected.column as u64);
            assert_eq!(forward.place(*at), expected, "{at}");
            jumping.place(block.len() - at);
            assert_eq!(jumping.place(*at), expected, "{at}");
            for back in 1..=4 {
                let mut stepping = Lines::of(block);
                stepping.place(at + back);
                assert_eq!(stepping.place(*at), expected, "{back} back to {at}");
            }
        }
        assert_eq!(forward.place(usize::MAX), Lines::of(block).end());
        let mut start = 0;
        for (line, text) in block.split_inclusive(|byte| *byte == b'\n').enumerate() {
            let end = start + text.len();
            for (at, expected) in offsets.iter().zip(&expected) {
                let mut told = Lines::of(block);
                told.begin(
                    line as u64 + 1,
                    start..end - usize::from(text.ends_with(b"\n")),
                );
                let expected = (expected.line as u64, expected.column as u64);
                assert_eq!(told.place(*at), expected, "{at} from line {line}");
                assert_eq!(told.place(*at), expected, "{at} again");
            }
            start = end;
        }
    }
}
