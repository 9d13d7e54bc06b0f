//! JSON documents one after the other, and the elements of lists among them, cut out by quotes and brackets alone:
//! whether they are JSON is for the JSON reader to say, once for each record.

use std::ops::Range;

use novita_migrate::json::SyntaxErrorKind;

use super::{Cut, Span, brackets};
use crate::run::place::MARK;

/// Cuts JSON.
#[derive(Debug, Default)]
pub(crate) struct Json {
    /// Everything before has been looked at.
    at: usize,
    state: State,
    /// The number of the next element, inside a list.
    element: Option<u64>,
    /// Something was found already.
    any: bool,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Between documents.
    #[default]
    Between,
    /// After `[`.
    First,
    /// After a comma.
    Next,
    /// After an element.
    After,
    /// Inside an object or list that began here.
    Nested {
        start: usize,
        depth: usize,
        quoted: bool,
    },
    /// Inside a string, number or word that began here.
    Scalar { start: usize, quoted: bool },
    /// Inside something that is no list and no object, and reaches to the end.
    Rest { start: usize },
}

/// What was come to.
enum Step {
    /// The end of a record.
    Record(Range<usize>),
    /// A place that records can be cut at.
    Mark,
    Go,
    /// Something that cannot stand where it does.
    Wrong,
    /// The end of what was read.
    More,
}

impl Json {
    pub(crate) fn cut(&mut self, bytes: &[u8], ended: bool, spans: &mut Vec<Span>) -> Cut {
        let mut end = 0;
        loop {
            match self.step(bytes) {
                Step::Record(range) => {
                    end = range.end;
                    self.record(range, spans);
                }
                Step::Mark => end = self.at,
                Step::Go => {}
                Step::Wrong => {
                    let byte = bytes.get(self.at).copied().unwrap_or_default();
                    return Cut {
                        end: bytes.len(),
                        broken: Some((self.at, SyntaxErrorKind::Unexpected(byte))),
                    };
                }
                Step::More => break,
            }
        }
        if ended {
            return self.end(bytes, spans);
        }
        // One document, or the last of several: whether it is the only one is seen when something follows.
        if self.state == State::Between
            && let Some(last) = spans.pop_if(|last| last.element.is_none())
        {
            end = spans.last().map_or(0, |last| last.range.end);
            self.at = last.range.start;
        }
        self.forget(end);
        Cut { end, broken: None }
    }

    /// Nothing follows.
    fn end(&mut self, bytes: &[u8], spans: &mut Vec<Span>) -> Cut {
        let broken = match self.state {
            State::Nested { start, .. } | State::Scalar { start, .. } | State::Rest { start } => {
                self.record(start..bytes.len(), spans);
                None
            }
            State::Between if !self.any => {
                self.record(0..bytes.len(), spans);
                None
            }
            State::Between => None,
            State::First | State::Next | State::After => {
                Some((bytes.len(), SyntaxErrorKind::UnexpectedEnd))
            }
        };
        Cut {
            end: bytes.len(),
            broken,
        }
    }

    fn record(&mut self, range: Range<usize>, spans: &mut Vec<Span>) {
        self.any = true;
        self.state = if self.element.is_some() {
            State::After
        } else {
            State::Between
        };
        spans.push(Span {
            range,
            element: self.element,
        });
        self.element = self.element.map(|number| number + 1);
    }

    /// So many bytes are gone when the next ones come.
    fn forget(&mut self, gone: usize) {
        self.at -= gone.min(self.at);
        match &mut self.state {
            State::Nested { start, .. } | State::Scalar { start, .. } | State::Rest { start } => {
                *start -= gone.min(*start)
            }
            _ => {}
        }
    }

    /// Goes on to the next border.
    fn step(&mut self, bytes: &[u8]) -> Step {
        let Some(rest) = bytes.get(self.at..) else {
            return Step::More;
        };
        match self.state {
            State::Nested {
                start,
                depth,
                quoted,
            } => self.nested(rest, start, depth, quoted),
            State::Scalar {
                start,
                quoted: true,
            } => match string_end(rest) {
                (length, true) => {
                    self.at += length;
                    Step::Record(start..self.at)
                }
                (length, false) => {
                    self.at += length;
                    Step::More
                }
            },
            State::Scalar {
                start,
                quoted: false,
            } => {
                let is_end =
                    |byte: &u8| matches!(byte, b',' | b']' | b'}' | b' ' | b'\t' | b'\n' | b'\r');
                match rest.iter().position(is_end) {
                    Some(length) => {
                        self.at += length;
                        Step::Record(start..self.at)
                    }
                    None => {
                        self.at += rest.len();
                        Step::More
                    }
                }
            }
            State::Rest { .. } => Step::More,
            _ => self.between(bytes),
        }
    }

    /// Where a value, a comma or a bracket is to come.
    fn between(&mut self, bytes: &[u8]) -> Step {
        let rest = bytes.get(self.at..).unwrap_or_default();
        let is_start = !self.any && self.at == 0;
        if is_start && rest.len() < MARK.len() && MARK.starts_with(rest) {
            return Step::More;
        }
        let rest = if is_start {
            rest.strip_prefix(MARK).unwrap_or(rest)
        } else {
            rest
        };
        let blanks = rest
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))
            .count();
        let Some(byte) = rest.get(blanks) else {
            return Step::More;
        };
        self.at = bytes.len() - rest.len() + blanks;
        let start = self.at;
        match (self.state, byte) {
            (State::Between, b'[') => {
                (self.state, self.element, self.any) = (State::First, Some(0), true);
                self.at += 1;
                Step::Mark
            }
            (State::First | State::After, b']') => {
                (self.state, self.element) = (State::Between, None);
                self.at += 1;
                Step::Mark
            }
            (State::After, b',') => {
                self.state = State::Next;
                self.at += 1;
                Step::Go
            }
            (State::After, _) | (State::First | State::Next, b',' | b']' | b'}' | b':') => {
                Step::Wrong
            }
            (_, b'{' | b'[') => {
                self.state = State::Nested {
                    start,
                    depth: 0,
                    quoted: false,
                };
                Step::Go
            }
            (State::Between, _) => {
                self.state = State::Rest { start };
                Step::More
            }
            (_, b'"') => {
                self.state = State::Scalar {
                    start,
                    quoted: true,
                };
                self.at += 1;
                Step::Go
            }
            _ => {
                self.state = State::Scalar {
                    start,
                    quoted: false,
                };
                Step::Go
            }
        }
    }

    /// Inside of an object or list, up to the bracket that closes it.
    fn nested(&mut self, rest: &[u8], start: usize, mut depth: usize, mut quoted: bool) -> Step {
        let (mut at, mut block) = (0, 0);
        while let Some(byte) = rest.get(at) {
            if at >= block {
                at += brackets::skip(rest.get(at..).unwrap_or_default(), &mut depth, &mut quoted);
                // In what follows is an escape or the end: bytes are looked at one by one.
                block = at + brackets::BLOCK;
                continue;
            }
            if quoted {
                let (length, closed) = string_end(rest.get(at..).unwrap_or_default());
                at += length;
                quoted = !closed;
                continue;
            }
            at += 1;
            match byte {
                b'"' => quoted = true,
                b'{' | b'[' => depth += 1,
                b'}' | b']' => {
                    depth -= 1;
                    if depth == 0 {
                        self.at += at;
                        return Step::Record(start..self.at);
                    }
                }
                _ => {}
            }
        }
        self.at += at;
        self.state = State::Nested {
            start,
            depth,
            quoted,
        };
        Step::More
    }
}

/// How far the string reaches whose inside begins here, and whether it is closed there. An escape sequence that is cut
/// off reaches one byte too far.
fn string_end(rest: &[u8]) -> (usize, bool) {
    let mut at = 0;
    loop {
        match memchr::memchr2(b'"', b'\\', rest.get(at..).unwrap_or_default()) {
            None => return (at.max(rest.len()), false),
            Some(found) if rest.get(at + found) == Some(&b'"') => return (at + found + 1, true),
            Some(found) => at += found + 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Records = Vec<(String, Option<u64>)>;

    /// Cuts a text that arrives so many bytes at a time; gives the records with their numbers and what is wrong.
    fn records(text: &str, step: usize) -> (Records, Option<(usize, SyntaxErrorKind)>) {
        let (bytes, mut json, mut out, mut from, mut to) =
            (text.as_bytes(), Json::default(), Vec::new(), 0, 0);
        loop {
            to = (to + step).min(bytes.len());
            let mut spans = Vec::new();
            let cut = json.cut(&bytes[from..to], to == bytes.len(), &mut spans);
            for Span { range, element } in spans {
                assert!(range.end <= cut.end);
                out.push((
                    text[from + range.start..from + range.end].to_owned(),
                    element,
                ));
            }
            if cut.broken.is_some() || to == bytes.len() {
                return (out, cut.broken.map(|(at, kind)| (from + at, kind)));
            }
            from += cut.end;
        }
    }

    fn check(
        text: &str,
        expected: &[(&str, Option<u64>)],
        broken: Option<(usize, SyntaxErrorKind)>,
    ) {
        for step in (1..=text.len().max(1)).rev() {
            let (found, wrong) = records(text, step);
            let found: Vec<_> = found
                .iter()
                .map(|(text, element)| (text.as_str(), *element))
                .collect();
            assert_eq!(
                (found.as_slice(), wrong),
                (expected, broken),
                "{text:?} by {step}"
            );
        }
    }

    #[test]
    fn documents_and_elements_are_records() {
        check(
            "{\"a\": \"}\\\"{\"}\n",
            &[("{\"a\": \"}\\\"{\"}", None)],
            None,
        );
        check(
            "{} {\"a\":[1,{}]}\n{}",
            &[("{}", None), ("{\"a\":[1,{}]}", None), ("{}", None)],
            None,
        );
        check(
            " [ {\"a\":1} ,{}, [2], \"x,\" , 3 ]\n",
            &[
                ("{\"a\":1}", Some(0)),
                ("{}", Some(1)),
                ("[2]", Some(2)),
                ("\"x,\"", Some(3)),
                ("3", Some(4)),
            ],
            None,
        );
        check("[][1]{}", &[("1", Some(0)), ("{}", None)], None);
        check("\u{feff}{}", &[("{}", None)], None);
    }

    #[test]
    fn long_documents_end_where_short_ones_do() {
        let inside = "\"]}\": [{\"b\\\"[{\": [[]]}, \"\\\\\"], ";
        for length in 0..40 {
            let blanks = " ".repeat(length);
            let long = format!(
                "{{{blanks}{}\"z\":\"{}\"}}",
                inside.repeat(9),
                "[".repeat(150)
            );
            check(
                &format!("{long}{blanks}{{}}{long}"),
                &[(&long, None), ("{}", None), (&long, None)],
                None,
            );
            check(
                &format!("[{long},{blanks}{long}]"),
                &[(&long, Some(0)), (&long, Some(1))],
                None,
            );
        }
    }

    #[test]
    fn what_is_no_json_is_left_to_the_reader() {
        check("", &[("", None)], None);
        check(" \n", &[(" \n", None)], None);
        check("42 43\n", &[("42 43\n", None)], None);
        check("{\"a\": [1}", &[("{\"a\": [1}", None)], None);
        check("{} rest {}", &[("{}", None), ("rest {}", None)], None);
    }

    #[test]
    fn lists_that_are_none_are_broken_where_it_shows() {
        let unexpected = |at, byte| Some((at, SyntaxErrorKind::Unexpected(byte)));
        check("[{} {}]", &[("{}", Some(0))], unexpected(4, b'{'));
        check("[{},]", &[("{}", Some(0))], unexpected(4, b']'));
        check("[,{}]", &[], unexpected(1, b','));
        check(
            "[{}",
            &[("{}", Some(0))],
            Some((3, SyntaxErrorKind::UnexpectedEnd)),
        );
        check("[", &[], Some((1, SyntaxErrorKind::UnexpectedEnd)));
        check("[{},{\"a", &[("{}", Some(0)), ("{\"a", Some(1))], None);
    }
}
