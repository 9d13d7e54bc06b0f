//! The JSON Pointer of a place in a text that is no JSON. The library points into trees, and here there is none.

use std::fmt::Write;
use std::ops::Range;

use novita_migrate::json::Chars;

/// An array or object that is still open.
enum Open {
    Array {
        index: usize,
    },
    /// The span of the current member's key, without its quotes; `None` where a key is yet to come.
    Object {
        key: Option<Range<usize>>,
    },
}

/// Points to the value that the reader was in when it stopped at `offset`; before it there is nothing but JSON. A key
/// that is itself at fault (a duplicate) is pointed to as well.
pub(crate) fn pointer(input: &[u8], offset: usize) -> String {
    let mut open: Vec<Open> = Vec::new();
    let mut at = 0;
    while let Some(byte) = input.get(at).filter(|_| at <= offset) {
        let is_string = *byte == b'"';
        if at == offset && !is_string {
            break;
        }
        match byte {
            b'{' => open.push(Open::Object { key: None }),
            b'[' => open.push(Open::Array { index: 0 }),
            b'}' | b']' => drop(open.pop()),
            b',' => match open.last_mut() {
                Some(Open::Array { index }) => *index += 1,
                Some(Open::Object { key }) => *key = None,
                None => {}
            },
            b'"' => {
                let end = string_end(input, at + 1);
                if let (Some(Open::Object { key: key @ None }), Some(end)) = (open.last_mut(), end)
                {
                    *key = Some(at + 1..end);
                }
                at = end.unwrap_or(input.len());
            }
            _ => {}
        }
        at += 1;
    }
    open.iter().map(|one| segment(one, input)).collect()
}

/// The closing quote of the string whose content begins at `start`.
fn string_end(input: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    loop {
        match input.get(at)? {
            b'"' => return Some(at),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

fn segment(open: &Open, input: &[u8]) -> String {
    let mut out = String::new();
    match open {
        // Writing to a String cannot fail.
        Open::Array { index } => drop(write!(out, "/{index}")),
        Open::Object { key: None } => {}
        Open::Object { key: Some(span) } => {
            out.push('/');
            for (_, char) in Chars::new(input.get(span.clone()).unwrap_or_default()) {
                match char {
                    '~' => out.push_str("~0"),
                    '/' => out.push_str("~1"),
                    char => out.push(char),
                }
            }
        }
    }
    out
}
