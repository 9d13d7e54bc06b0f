//! Rows of a table (CSV, TSV): they end with a line break outside of quotes.

use super::{Cut, Span};

/// Cuts a table.
#[derive(Debug)]
pub(crate) struct Rows {
    delimiter: u8,
    /// Everything before has been looked at.
    at: usize,
    /// Where the row began.
    start: usize,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// At the beginning of a cell, where a quote has a meaning.
    Begin,
    Bare,
    Quoted,
}

impl Rows {
    /// For cells that are parted by `delimiter`.
    pub(crate) fn new(delimiter: u8) -> Self {
        Rows {
            delimiter,
            at: 0,
            start: 0,
            state: State::Begin,
        }
    }

    pub(super) fn cut(&mut self, bytes: &[u8], ended: bool, spans: &mut Vec<Span>) -> Cut {
        while let Some(rest) = bytes.get(self.at..).filter(|rest| !rest.is_empty()) {
            match self.state {
                State::Begin if rest.first() == Some(&b'"') => {
                    self.at += 1;
                    self.state = State::Quoted;
                }
                State::Begin => self.state = State::Bare,
                // A doubled quote closes the cell and opens it again.
                State::Quoted => match memchr::memchr(b'"', rest) {
                    Some(found) => {
                        self.at += found + 1;
                        self.state = State::Begin;
                    }
                    None => self.at = bytes.len(),
                },
                State::Bare => match memchr::memchr2(self.delimiter, b'\n', rest) {
                    Some(found) => {
                        self.at += found + 1;
                        self.state = State::Begin;
                        if rest.get(found) == Some(&b'\n') {
                            spans.push(Span {
                                range: self.start..self.at,
                                element: None,
                            });
                            self.start = self.at;
                        }
                    }
                    None => self.at = bytes.len(),
                },
            }
        }
        let mut end = self.start;
        if ended && end < bytes.len() {
            spans.push(Span {
                range: end..bytes.len(),
                element: None,
            });
            end = bytes.len();
        }
        self.at -= end;
        self.start = 0;
        Cut { end, broken: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str, delimiter: u8, step: usize) -> Vec<String> {
        let (bytes, mut rows, mut out, mut from, mut to) =
            (text.as_bytes(), Rows::new(delimiter), Vec::new(), 0, 0);
        while to < bytes.len() {
            to = (to + step).min(bytes.len());
            let mut spans = Vec::new();
            let cut = rows.cut(&bytes[from..to], to == bytes.len(), &mut spans);
            out.extend(
                spans
                    .into_iter()
                    .map(|span| text[from + span.range.start..from + span.range.end].to_owned()),
            );
            from += cut.end;
        }
        out
    }

    #[test]
    fn rows_end_outside_of_quotes() {
        let text = "id,body\r\n1,\"{\"\"a\"\":\n\"\"b,\"\"}\"\n\"x\"\"\n\",y\"z\n\n2,\"last";
        let expected = [
            "id,body\r\n",
            "1,\"{\"\"a\"\":\n\"\"b,\"\"}\"\n",
            "\"x\"\"\n\",y\"z\n",
            "\n",
            "2,\"last",
        ];
        for step in 1..=text.len() {
            assert_eq!(rows(text, b',', step), expected, "{step}");
        }
        let text = "id\tbody\n1\t{\"a\": \"b\"}\n";
        assert_eq!(rows(text, b'\t', 3), ["id\tbody\n", "1\t{\"a\": \"b\"}\n"]);
    }
}
