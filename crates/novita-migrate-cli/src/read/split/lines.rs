//! Lines, each of them a record.

use super::Cut;

/// Cuts lines.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    /// No line ends before.
    at: usize,
}

impl Lines {
    /// `ends` are those of the lines before their line feeds.
    pub(super) fn cut(&mut self, bytes: &[u8], ended: bool, ends: &mut Vec<usize>) -> Cut {
        let fresh = bytes.get(self.at..).unwrap_or_default();
        let before = ends.len();
        ends.extend(memchr::memchr_iter(b'\n', fresh).map(|found| self.at + found));
        let mut start = match ends.get(before..) {
            Some([.., last]) => last + 1,
            _ => 0,
        };
        if ended && start < bytes.len() {
            ends.push(bytes.len());
            start = bytes.len();
        }
        // What is left comes again, at the beginning of the next bytes.
        self.at = bytes.len() - start;
        Cut {
            end: start,
            broken: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Records, Splitter};
    use super::Lines;

    /// The lines of an input that comes in pieces of `size` bytes.
    fn lines(input: &[u8], size: usize) -> Vec<Vec<u8>> {
        let (mut splitter, mut found) = (Splitter::Lines(Lines::default()), Vec::new());
        let mut pieces = input.chunks(size).peekable();
        let mut bytes = Vec::new();
        while let Some(piece) = pieces.next() {
            bytes.extend_from_slice(piece);
            let mut records = Records::default();
            let cut = splitter.cut(&bytes, pieces.peek().is_none(), &mut records);
            found.extend(records.lines().map(|range| bytes[range].to_vec()));
            bytes.drain(..cut.end);
        }
        assert!(bytes.is_empty());
        found
    }

    #[test]
    fn lines_are_found_however_the_input_comes() {
        for input in ["", "a", "\n", "ab\n\ncde\r\n\nf", "ab\n\ncde\r\n\nf\n"] {
            let wanted: Vec<_> = input.split_terminator('\n').map(str::as_bytes).collect();
            for size in 1..=input.len().max(1) {
                assert_eq!(lines(input.as_bytes(), size), wanted, "{input:?} by {size}");
            }
        }
    }
}
