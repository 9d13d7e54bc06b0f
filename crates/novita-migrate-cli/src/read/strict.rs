//! `--tolerant`: JSON as people write it, made JSON: comments, trailing commas, single-quoted strings, bare keys, raw
//! line breaks and other control characters in strings, and the backslashes that scraped Markdown puts at line ends.
//!
//! The tokens are those of the crate jsonc-parser. Everything between and inside them that is JSON already keeps its
//! bytes: layout, numbers, escapes.

use std::borrow::Cow;

use jsonc_parser::tokens::Token;
use jsonc_parser::{Scanner, ScannerOptions};

use super::map::Map;

/// JSON text made from something like it.
#[derive(Debug)]
pub(crate) struct Strict {
    pub(crate) text: Vec<u8>,
    /// From the text to what it was made from.
    pub(crate) map: Map,
    /// How many comments were left out.
    pub(crate) comments: u64,
}

/// What even this reader cannot read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unreadable {
    pub(crate) offset: usize,
    pub(crate) message: String,
}

/// Makes JSON of `source`. Whether the tokens stand in the order of the grammar is for the JSON reader to say.
pub(crate) fn make(source: &[u8]) -> Result<Strict, Unreadable> {
    let text = std::str::from_utf8(source).map_err(|error| Unreadable {
        offset: error.valid_up_to(),
        message: "the input is not valid UTF-8".to_owned(),
    })?;
    let text = without_line_end_backslashes(text);
    let options = ScannerOptions {
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
        ..ScannerOptions::default()
    };
    // The scanner does not know of byte order marks.
    let mark = text.len() - text.strip_prefix('\u{feff}').unwrap_or(&text).len();
    let seen = without_surrogates(&text);
    let mut scanner = Scanner::new(seen.get(mark..).unwrap_or_default(), &options);
    let mut out = Writer {
        source: &text,
        text: Vec::with_capacity(text.len() + 16),
        map: Map::default(),
        from: 0,
    };
    // A comma waits for what follows it: before a closing bracket it is not JSON's.
    let mut comma: Option<usize> = None;
    let mut comments = 0;
    loop {
        let token = scanner.scan().map_err(|error| Unreadable {
            offset: mark + error.range().start,
            message: lower_first(&error.kind().to_string()),
        })?;
        let (start, end) = (mark + scanner.token_start(), mark + scanner.token_end());
        let Some(token) = token else { break };
        match token {
            Token::CommentLine(_) | Token::CommentBlock(_) => {
                comments += 1;
                // Nothing is left of it, but between two numbers, which are not to become one.
                let is_digit = |at: Option<usize>| {
                    let byte = at.and_then(|at| text.as_bytes().get(at));
                    byte.is_some_and(u8::is_ascii_digit)
                };
                let parts = is_digit(start.checked_sub(1)) && is_digit(Some(end));
                out.replace(start, end, if parts { b" " } else { b"" });
                continue;
            }
            Token::CloseBrace | Token::CloseBracket => {
                if let Some(comma) = comma {
                    out.blank(comma);
                }
            }
            Token::String(_) => out.string(start, end),
            Token::Word(word) => out.replace(start, end, format!("\"{word}\"").as_bytes()),
            _ => {}
        }
        // Where the comma will stand in the text that is made.
        comma = matches!(token, Token::Comma).then(|| {
            out.copy(end);
            out.text.len() - 1
        });
    }
    out.copy(text.len());
    // Behind a word that got quotes, the end of the text is still the end of the source.
    out.map.same(out.text.len(), text.len());
    Ok(Strict {
        text: out.text,
        map: out.map,
        comments,
    })
}

/// Builds the JSON text.
struct Writer<'a> {
    source: &'a str,
    text: Vec<u8>,
    map: Map,
    /// Where the part of the source begins that is not written yet.
    from: usize,
}

impl Writer<'_> {
    fn copy(&mut self, to: usize) {
        let part = self
            .source
            .as_bytes()
            .get(self.from..to)
            .unwrap_or_default();
        if !part.is_empty() {
            self.map.same(self.text.len(), self.from);
            self.text.extend_from_slice(part);
            self.from = to;
        }
    }

    fn replace(&mut self, start: usize, end: usize, new: &[u8]) {
        self.copy(start);
        self.map.respelt(self.text.len(), start);
        self.text.extend_from_slice(new);
        self.from = end;
    }

    fn blank(&mut self, at: usize) {
        if let Some(byte) = self.text.get_mut(at) {
            *byte = b' ';
        }
    }

    /// A string: between double quotes, control characters escaped.
    fn string(&mut self, start: usize, end: usize) {
        let raw = self.source.get(start..end).unwrap_or_default();
        let is_single = raw.starts_with('\'');
        if !is_single && !raw.bytes().any(|byte| byte < 0x20) {
            return;
        }
        let inner = raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default();
        let mut text = String::with_capacity(raw.len() + 16);
        text.push('"');
        let mut chars = inner.chars();
        while let Some(char) = chars.next() {
            match char {
                '\\' => match chars.next() {
                    Some('\'') => text.push('\''),
                    Some(next) => text.extend(['\\', next]),
                    None => text.push('\\'),
                },
                '"' => text.push_str("\\\""),
                '\n' => text.push_str("\\n"),
                '\r' => text.push_str("\\r"),
                '\t' => text.push_str("\\t"),
                char if char < ' ' => text.push_str(&format!("\\u{:04x}", u32::from(char))),
                char => text.push(char),
            }
        }
        text.push('"');
        self.replace(start, end, text.as_bytes());
    }
}

/// Blanks the backslash before a line break outside strings, as copies of rendered Markdown have it (`[\`).
fn without_line_end_backslashes(text: &str) -> Cow<'_, str> {
    if !text.contains("\\\n") && !text.contains("\\\r\n") {
        return text.into();
    }
    let (mut out, mut quote, mut is_escaped) = (String::with_capacity(text.len()), None, false);
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        match quote {
            None if char == '\\' && matches!(chars.peek(), Some('\n' | '\r')) => {
                out.push(' ');
                continue;
            }
            None if matches!(char, '"' | '\'') => quote = Some(char),
            Some(_) if is_escaped => is_escaped = false,
            Some(_) if char == '\\' => is_escaped = true,
            Some(open) if char == open => quote = None,
            _ => {}
        }
        out.push(char);
    }
    out.into()
}

/// For the scanner, which refuses half a surrogate pair though JSON allows it: of the escape sequences of such halves,
/// and of pairs, others of the same length. What is written is never taken from it.
fn without_surrogates(text: &str) -> Cow<'_, str> {
    let is_half = |at: usize| {
        let digits = text.as_bytes().get(at + 2..at + 6);
        matches!(digits, Some([b'd' | b'D', b'8'..=b'9' | b'a'..=b'f' | b'A'..=b'F', ..])
            if digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)))
    };
    let mut halves = memchr::memmem::find_iter(text.as_bytes(), b"\\u")
        .filter(|at| is_half(*at))
        .peekable();
    if halves.peek().is_none() {
        return text.into();
    }
    let (mut out, mut from) = (String::with_capacity(text.len()), 0);
    for at in halves {
        out.push_str(text.get(from..at).unwrap_or_default());
        out.push_str("\\u0020");
        from = at + 6;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out.into()
}

/// The scanner's messages in our style.
fn lower_first(text: &str) -> String {
    let mut chars = text.trim_end_matches('.').chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(chars).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strict(text: &str) -> String {
        String::from_utf8(make(text.as_bytes()).unwrap().text).unwrap()
    }

    #[test]
    fn json_keeps_its_bytes() {
        for text in [
            r#"{"a": [1.50, "x\/\u00e9"], "b":null}"#,
            " [ ] ",
            "{\n\t\"a\" : -1e2\r\n}",
            "\u{feff}{\"a\":[]} {}",
            // Half a surrogate pair is JSON, too.
            r#"{"\ud83d": "\uDE00 \\ud800 \ud83d\ude00"}"#,
            "",
        ] {
            assert_eq!(strict(text), text);
        }
    }

    #[test]
    fn what_people_write_becomes_json() {
        assert_eq!(
            strict("{'a': 'it\\'s \"x\"', b: 1,}"),
            r#"{"a": "it's \"x\"", "b": 1 }"#
        );
        assert_eq!(
            strict("{\"a\": \"one\ntwo\r\n\tthree\u{1}\"}"),
            r#"{"a": "one\ntwo\r\n\tthree\u0001"}"#
        );
        assert_eq!(
            strict("// head\n[1, /* two, */ 2, // end, of it\n]"),
            "\n[1,  2  \n]"
        );
        assert_eq!(
            strict("{\"a\": [\\\n  \"x\"\\\n]}"),
            "{\"a\": [ \n  \"x\" \n]}"
        );
        assert_eq!(
            strict("{\"a\": \"// no comment, \\\\\"}"),
            "{\"a\": \"// no comment, \\\\\"}"
        );
        assert_eq!(strict(r#"{'a': '\ud83d"',}"#), r#"{"a": "\ud83d\"" }"#);
        assert_eq!(strict("\u{feff}{'a':1}"), "\u{feff}{\"a\":1}");
        // Two numbers stay two.
        assert_eq!(strict("[1/* */2/**/, 3// x\n4]"), "[1 2, 3\n4]");
        // Two commas are an error, for the JSON reader to tell.
        assert_eq!(strict("[1,,]"), "[1, ]");
    }

    #[test]
    fn offsets_lead_back_to_the_source() {
        let source = "/* c */ {'a': 'x\ny', // d\n 'b': 1,}";
        let Strict { text, map, .. } = make(source.as_bytes()).unwrap();
        let text = String::from_utf8(text).unwrap();
        let origin = |needle: &str| map.source(text.find(needle).unwrap());
        assert_eq!(origin("\"a\""), source.find("'a'").unwrap());
        assert_eq!(origin("\"x"), source.find("'x").unwrap());
        assert_eq!(origin("\"b\""), source.find("'b'").unwrap());
        assert_eq!(origin("1"), source.find("1,").unwrap());
        // A word that gets quotes is longer than what it was, at the end, too.
        let Strict { text, map, .. } = make(b"{a: b").unwrap();
        assert_eq!((text.len(), map.source(text.len())), (9, 5));
    }

    #[test]
    fn what_is_left_unreadable_has_a_place() {
        assert_eq!(make(b"{\"a\": \"x").unwrap_err().offset, 6);
        assert_eq!(make(b"{\"a\": \"\xff\"}").unwrap_err().offset, 7);
    }
}
