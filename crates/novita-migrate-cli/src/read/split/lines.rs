//! Lines, each of them a record.

use super::{Cut, Span};

/// Cuts lines.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    /// No line ends before.
    at: usize,
}

impl Lines {
    /// The spans are the lines without their line feeds, empty ones among them.
    pub(super) fn cut(&mut self, bytes: &[u8], ended: bool, spans: &mut Vec<Span>) -> Cut {
        let mut start = 0;
        let mut push = |start: usize, end: usize| {
            spans.push(Span {
                range: start..end,
                element: None,
            });
        };
        for found in memchr::memchr_iter(b'\n', bytes.get(self.at..).unwrap_or_default()) {
            let end = self.at + found;
            push(start, end);
            start = end + 1;
        }
        if ended && start < bytes.len() {
            push(start, bytes.len());
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
    use super::super::{Span, Splitter};
    use super::Lines;

    /// The lines of an input that comes in pieces of `size` bytes.
    fn lines(input: &[u8], size: usize) -> Vec<Vec<u8>> {
        let (mut splitter, mut found) = (Splitter::Lines(Lines::default()), Vec::new());
        let mut pieces = input.chunks(size).peekable();
        let mut bytes = Vec::new();
        while let Some(piece) = pieces.next() {
            bytes.extend_from_slice(piece);
            let mut spans = Vec::new();
            let cut = splitter.cut(&bytes, pieces.peek().is_none(), &mut spans);
            found.extend(
                spans
                    .into_iter()
                    .map(|Span { range, .. }| bytes[range].to_vec()),
            );
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
